#include "core/engine/destination_set.h"

#include "core/capture/capture_reader.h"
#include "core/engine/destination_config.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace sluice {

namespace {

constexpr const char* kSettingKey = "destinations";

ControlError toControlError(const CaptureError& error)
{
    return {error.text, {}};
}

std::string textOf(const config::Problem& problem)
{
    return (problem.key.empty() ? std::string() : problem.key + ": ") + problem.text;
}

} // namespace

DestinationSet::DestinationSet(
    Capture& capture, ReleaseLog& releases, const Clock& clock, Log* log, Concerns concerns)
    : m_capture(capture)
    , m_releases(releases)
    , m_clock(clock)
    , m_log(log)
    , m_concerns(std::move(concerns))
    , m_progress(capture, clock)
{
}

Result<void, ControlError> DestinationSet::start(const std::vector<DestinationSettings>& added)
{
    SLUICE_TRY_AS(auto reader, CaptureReader::open(m_capture.path()).map_error(toControlError));
    SLUICE_TRY_AS(const auto stored, reader->setting(kSettingKey).map_error(toControlError));
    SLUICE_TRY_AS(const auto positions, reader->positions().map_error(toControlError));
    config::Problems problems;
    std::vector<DestinationSettings> wanted;
    if (stored)
        wanted = destinationsFromYaml(*stored, problems);
    if (!problems.empty())
        return fail(ControlError{"The capture's destinations: " + textOf(problems.front()), {}});
    for (const DestinationSettings& settings : added) {
        const auto known = std::ranges::find(wanted, settings.name, &DestinationSettings::name);
        if (known != wanted.end())
            *known = settings;
        else
            wanted.push_back(settings);
    }
    return m_all.with([&](All& all) -> Result<void, ControlError> {
        for (const DestinationSettings& settings : wanted) {
            const auto position
                = std::ranges::find(positions, settings.name, &DestinationPosition::destination);
            DestinationPosition from;
            from.destination = settings.name;
            from.release = m_releases.lastRelease();
            SLUICE_TRY(startOne(all, settings, position == positions.end() ? from : *position));
        }
        return store(all);
    });
}

Result<void, ControlError> DestinationSet::startOne(
    All& all, const DestinationSettings& settings, const DestinationPosition& position)
{
    auto exporter = makeExporter(settings, m_clock);
    if (!exporter)
        return fail(
            ControlError{settings.name + ": " + exporter.error().key + ": " + exporter.error().text, {}});
    DestinationSurroundings surroundings{m_releases, m_progress, m_clock, m_log,
        [this, name = settings.name](const Release& release) { return m_concerns(release, name); },
        static_cast<std::uint64_t>(m_clock.now().time_since_epoch().count())};
    auto destination = std::make_unique<Destination>(settings, *std::move(exporter),
        ProgressSink::Progress{
            position.release, position.sentRecords, position.failedRecords, position.retries},
        std::move(surroundings));
    if (!settings.isEnabled)
        destination->setPaused(true);
    all.push_back({settings, std::move(destination)});
    return {};
}

Result<void, ControlError> DestinationSet::store(const All& all)
{
    std::vector<DestinationSettings> settings;
    for (const Running& running : all)
        settings.push_back(running.settings);
    return m_capture.setSetting(kSettingKey, destinationsToYaml(settings)).map_error(toControlError);
}

Result<DestinationSet::All::iterator, ControlError> DestinationSet::find(All& all, const std::string& name)
{
    const auto known
        = std::ranges::find_if(all, [&](const Running& running) { return running.settings.name == name; });
    if (known == all.end())
        return fail(ControlError{"There is no destination " + name, {}});
    return known;
}

Result<void, ControlError> DestinationSet::save(const DestinationSettings& settings, bool fromStart)
{
    if (settings.name.empty())
        return fail(ControlError{"A destination needs a name", {}});
    return m_all.with([&](All& all) -> Result<void, ControlError> {
        DestinationPosition position;
        position.destination = settings.name;
        position.release = fromStart ? 0 : m_releases.lastRelease();
        if (const auto known = find(all, settings.name)) {
            if (auto exporter = makeExporter(settings, m_clock); !exporter)
                return fail(ControlError{exporter.error().key + ": " + exporter.error().text, {}});
            Destination& old = *(*known)->destination;
            old.stop();
            const DestinationStatus reached = old.status();
            position = {
                settings.name, old.position(), reached.sentRecords, reached.failedRecords, reached.retries};
            all.erase(*known);
        }
        SLUICE_TRY(startOne(all, settings, position));
        return store(all);
    });
}

Result<void, ControlError> DestinationSet::remove(const std::string& name)
{
    return m_all.with([&](All& all) -> Result<void, ControlError> {
        SLUICE_TRY_AS(const auto known, find(all, name));
        known->destination->stop();
        all.erase(known);
        SLUICE_TRY(store(all));
        return m_capture.removeDestination(name).map_error(toControlError);
    });
}

Result<void, ControlError> DestinationSet::setPaused(const std::string& name, bool paused)
{
    return m_all.with([&](All& all) -> Result<void, ControlError> {
        SLUICE_TRY_AS(const auto known, find(all, name));
        known->settings.isEnabled = !paused;
        known->destination->setPaused(paused);
        return store(all);
    });
}

Result<void, ControlError> DestinationSet::retryNow(const std::string& name)
{
    return m_all.with([&](All& all) -> Result<void, ControlError> {
        SLUICE_TRY_AS(const auto known, find(all, name));
        known->destination->retryNow();
        return {};
    });
}

std::vector<DestinationStatus> DestinationSet::statuses() const
{
    return m_all.with([](const All& all) {
        std::vector<DestinationStatus> statuses;
        for (const Running& running : all) {
            statuses.push_back(running.destination->status());
            statuses.back().settings = running.settings;
        }
        return statuses;
    });
}

std::uint64_t DestinationSet::firstRequestNeeded() const
{
    return m_all.with([&](const All& all) {
        std::uint64_t needed = std::numeric_limits<std::uint64_t>::max();
        for (const Running& running : all) {
            if (!running.settings.isEnabled)
                continue;
            if (const auto first = m_releases.firstRequestNeeded(running.destination->position()))
                needed = std::min(needed, *first);
        }
        return needed;
    });
}

void DestinationSet::stop(Nanos grace)
{
    m_all.with([&](All& all) {
        const auto deadline = std::chrono::steady_clock::now() + grace;
        for (const Running& running : all) {
            const auto left = deadline - std::chrono::steady_clock::now();
            if (running.settings.isEnabled && left.count() > 0
                && running.destination->status().state != DestinationState::Retrying)
                running.destination->waitUntilSettled(m_releases.lastRelease(), left);
        }
        for (const Running& running : all)
            running.destination->stop();
    });
}

} // namespace sluice
