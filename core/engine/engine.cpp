#include "core/engine/engine.h"

#include "core/capture/capture_reader.h"
#include "core/delivery/connection_test.h"
#include "core/engine/destination_config.h"
#include "core/receivers/otlp_grpc/otlp_grpc_receiver.h"
#include "core/receivers/otlp_http/otlp_http_receiver.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>
#include <utility>

namespace sluice {

namespace {

constexpr const char* kDestinationsKey = "destinations";
constexpr const char* kRefusedKey = "refused";
constexpr Nanos kHousekeeping = std::chrono::seconds(1);
constexpr Nanos kReceiverGrace = std::chrono::seconds(5);
constexpr Nanos kDestinationGrace = std::chrono::seconds(3);

constexpr std::size_t kGrpc = 0;
constexpr std::size_t kHttp = 1;

struct HostAndPort {
    std::string host;
    std::uint16_t port = 0;
};

std::optional<HostAndPort> parseAddress(const std::string& address)
{
    const auto colon = address.rfind(':');
    if (colon == std::string::npos)
        return std::nullopt;
    HostAndPort result;
    result.host = address.substr(0, colon);
    if (result.host.size() > 2 && result.host.front() == '[' && result.host.back() == ']')
        result.host = result.host.substr(1, result.host.size() - 2);
    if (result.host.empty())
        result.host = "localhost";
    const char* first = address.data() + colon + 1;
    const char* last = address.data() + address.size();
    const auto [end, error] = std::from_chars(first, last, result.port);
    if (error != std::errc{} || end != last)
        return std::nullopt;
    return result;
}

EngineError toEngineError(const CaptureError& error)
{
    return {EngineError::Kind::Capture, error.text, {}};
}
ControlError toControlError(const CaptureError& error)
{
    return {error.text, {}};
}

std::uint16_t portOf(const std::vector<std::string>& addresses)
{
    if (addresses.empty())
        return 0;
    const auto parsed = parseAddress(addresses.front());
    return parsed ? parsed->port : std::uint16_t{0};
}

std::string textOf(const config::Problem& problem)
{
    return (problem.key.empty() ? std::string() : problem.key + ": ") + problem.text;
}

} // namespace

Result<std::unique_ptr<Engine>, EngineError> Engine::start(EngineOptions options, DemoPlayer demo)
{
    SystemClock clock;
    if (options.capturePath.empty()) {
        SLUICE_TRY_AS(options.capturePath, temporaryCapturePath(clock.now()).map_error(toEngineError));
        options.capture.temporary = true;
    }
    SLUICE_TRY_AS(auto capture, Capture::open(options.capturePath, options.capture).map_error(toEngineError));
    auto engine
        = std::unique_ptr<Engine>(new Engine(std::move(options), std::move(capture), std::move(demo)));
    SLUICE_TRY(engine->begin());
    return engine;
}

Engine::Engine(EngineOptions options, std::unique_ptr<Capture> capture, DemoPlayer demo)
    : m_options(std::move(options))
    , m_capture(std::move(capture))
    , m_releases(m_capture->path(), m_capture->lastRelease())
    , m_progress(*m_capture, m_clock)
    , m_intake(*m_capture, m_clock, m_metrics)
    , m_retention(m_options.capture.retention)
    , m_demoPlayer(std::move(demo))
{
}

Engine::~Engine()
{
    (void)stop(); // Whoever wants to know how it went has called it before.
}

Result<void, EngineError> Engine::begin()
{
    SLUICE_TRY(prepareRules());
    m_capture->onCommitted([this](const CommitNotice&) { changed(); });
    SLUICE_TRY(prepareDestinations());
    for (const auto& [index, address] :
        {std::pair{kGrpc, m_options.grpcAddress}, std::pair{kHttp, m_options.httpAddress}}) {
        if (auto opened = openReceiver(index, address); !opened && m_options.mustListen)
            return opened;
    }
    m_housekeeper = std::jthread([this](const std::stop_token& stop) { keepHouse(stop); });
    sayWhereItListens();
    return {};
}

void Engine::sayWhereItListens() const
{
    if (!m_options.log)
        return;
    m_listeners.with([&](const auto& listeners) {
        for (const Listener& listener : listeners) {
            if (listener.receiver) {
                for (const std::string& address : listener.receiver->status().addresses)
                    m_options.log->info(listener.name, "Listens on " + address);
            } else if (!listener.trouble.empty()) {
                m_options.log->error(listener.name, listener.trouble);
            }
        }
    });
}

Result<void, EngineError> Engine::prepareRules()
{
    SLUICE_TRY_AS(auto reader, CaptureReader::open(m_capture->path()).map_error(toEngineError));
    SLUICE_TRY_AS(const auto stored, reader->revisions().map_error(toEngineError));
    SLUICE_TRY_AS(const auto refused, reader->setting(kRefusedKey).map_error(toEngineError));
    m_earlierRefusals = refused.value_or(std::string());
    RevisionDefinition definition;
    std::uint32_t number = 0;
    if (const auto applied = std::ranges::find(stored, true, &StoredRevision::applied);
        applied != stored.end()) {
        auto parsed = parseRevision(applied->text);
        if (!parsed) {
            return fail(EngineError{EngineError::Kind::Configuration,
                "The capture's revision r" + std::to_string(applied->number)
                    + " is not understood by this version",
                std::move(parsed).error()});
        }
        definition = *std::move(parsed);
        number = applied->number;
    }
    definition.normalise();
    if (m_options.rules && (number == 0 || !m_options.rulesOnlySeed)) {
        RevisionDefinition wanted = *m_options.rules;
        wanted.normalise();
        if (wanted != definition) {
            if (auto problems = sluice::validate(wanted); !problems.empty())
                return fail(EngineError{
                    EngineError::Kind::Configuration, "The rules have problems", std::move(problems)});
            SLUICE_TRY_AS(number,
                m_capture->addRevision(revisionToYaml(wanted), m_options.rulesNote, m_clock.now())
                    .map_error(toEngineError));
            SLUICE_TRY(m_capture->markApplied(number, m_capture->judgedUpTo()).map_error(toEngineError));
            definition = std::move(wanted);
        }
    }
    auto judge = Judge::create(definition, number);
    if (!judge)
        return fail(EngineError{
            EngineError::Kind::Configuration, "The rules have problems", std::move(judge).error()});
    m_applied.with([&](Applied& applied) { applied = {definition, number}; });
    m_runner = std::make_unique<Runner>(*m_capture, m_releases, *std::move(judge), [this] { changed(); });
    return {};
}

Result<void, EngineError> Engine::prepareDestinations()
{
    SLUICE_TRY_AS(auto reader, CaptureReader::open(m_capture->path()).map_error(toEngineError));
    SLUICE_TRY_AS(const auto stored, reader->setting(kDestinationsKey).map_error(toEngineError));
    SLUICE_TRY_AS(const auto positions, reader->positions().map_error(toEngineError));
    config::Problems problems;
    std::vector<DestinationSettings> all;
    if (stored)
        all = destinationsFromYaml(*stored, problems);
    if (!problems.empty())
        return fail(EngineError{
            EngineError::Kind::Configuration, "The capture's destinations: " + textOf(problems.front()), {}});
    for (const DestinationSettings& added : m_options.destinations) {
        const auto known = std::ranges::find(all, added.name, &DestinationSettings::name);
        if (known != all.end())
            *known = added;
        else
            all.push_back(added);
    }
    return m_destinations.with([&](Destinations& destinations) -> Result<void, EngineError> {
        for (const DestinationSettings& settings : all) {
            const auto position
                = std::ranges::find(positions, settings.name, &DestinationPosition::destination);
            DestinationPosition from;
            from.destination = settings.name;
            from.release = m_releases.lastRelease();
            if (auto started
                = startDestination(destinations, settings, position == positions.end() ? from : *position);
                !started)
                return fail(
                    EngineError{EngineError::Kind::Configuration, std::move(started).error().text, {}});
        }
        if (auto kept = storeDestinations(destinations); !kept)
            return fail(EngineError{EngineError::Kind::Capture, std::move(kept).error().text, {}});
        return {};
    });
}

Result<void, EngineError> Engine::openReceiver(std::size_t index, const std::string& address)
{
    Listener listener;
    listener.name = index == kGrpc ? "gRPC" : "HTTP";
    Result<void, EngineError> result;
    if (address != "off") {
        const auto parsed = parseAddress(address);
        if (!parsed) {
            listener.trouble = "\"" + address + "\" is no address: host:port is, such as localhost:4317";
            result = fail(EngineError{EngineError::Kind::Configuration, listener.trouble, {}});
        } else {
            auto receiver = index == kGrpc ? openGrpc(parsed->host, parsed->port)
                                           : openHttp(parsed->host, parsed->port);
            if (receiver) {
                listener.receiver = *std::move(receiver);
            } else {
                listener.trouble = receiver.error().text;
                result = fail(EngineError{EngineError::Kind::Address, listener.trouble, {}});
            }
        }
    }
    m_listeners.with([&](auto& listeners) { std::swap(listeners[index], listener); });
    return result;
}

Result<std::unique_ptr<Receiver>, ReceiverError> Engine::openGrpc(const std::string& host, std::uint16_t port)
{
    OtlpGrpcReceiver::Options options;
    options.host = host;
    options.port = port;
    options.limits = m_options.limits;
    return OtlpGrpcReceiver::create(std::move(options), m_intake);
}

Result<std::unique_ptr<Receiver>, ReceiverError> Engine::openHttp(const std::string& host, std::uint16_t port)
{
    OtlpHttpReceiver::Options options;
    options.host = host;
    options.port = port;
    options.limits = m_options.limits;
    options.allowedOrigins = m_options.allowedOrigins;
    options.allowedHosts = m_options.allowedHosts;
    return OtlpHttpReceiver::create(std::move(options), m_intake);
}

Result<void, ControlError> Engine::startDestination(
    Destinations& all, const DestinationSettings& settings, const DestinationPosition& position)
{
    auto exporter = makeExporter(settings, m_clock);
    if (!exporter)
        return fail(
            ControlError{settings.name + ": " + exporter.error().key + ": " + exporter.error().text, {}});
    DestinationSurroundings surroundings{m_releases, m_progress, m_clock, m_options.log,
        [this, name = settings.name](const Release& release) { return concerns(release, name); },
        static_cast<std::uint64_t>(m_clock.now().time_since_epoch().count())};
    auto destination = std::make_unique<Destination>(settings, *std::move(exporter),
        ProgressSink::Progress{
            position.release, position.sentRecords, position.failedRecords, position.retries},
        std::move(surroundings));
    if (!settings.isEnabled)
        destination->setPaused(true);
    all.running.push_back({settings, std::move(destination)});
    return {};
}

bool Engine::concerns(const Release& release, const std::string& destination) const
{
    return m_applied.with([&](const Applied& applied) {
        const auto pipeline
            = std::ranges::find(applied.definition.pipelines, release.pipeline, &PipelineDefinition::id);
        if (pipeline == applied.definition.pipelines.end() || pipeline->exporters.empty())
            return true;
        return std::ranges::find(pipeline->exporters, destination) != pipeline->exporters.end();
    });
}

Result<void, ControlError> Engine::storeDestinations(const Destinations& all)
{
    std::vector<DestinationSettings> settings;
    for (const Running& running : all.running)
        settings.push_back(running.settings);
    return m_capture->setSetting(kDestinationsKey, destinationsToYaml(settings)).map_error(toControlError);
}

Result<void, EngineError> Engine::stop()
{
    if (std::exchange(m_isStopped, true))
        return {};
    (void)setDemoRunning(false);
    m_housekeeper.request_stop();
    if (m_housekeeper.joinable())
        m_housekeeper.join();

    // From the outside in: nothing new comes, what was offered is committed and answered, then judged, then
    // sent.
    m_listeners.with([](auto& listeners) {
        for (Listener& listener : listeners) {
            if (listener.receiver)
                listener.receiver->stop(kReceiverGrace);
        }
    });
    m_intake.close();
    (void)m_capture->flush();
    if (m_runner)
        m_runner->stop();
    (void)m_capture->flush();
    m_destinations.with([&](Destinations& all) {
        const auto deadline = std::chrono::steady_clock::now() + kDestinationGrace;
        for (const Running& running : all.running) {
            const auto left = deadline - std::chrono::steady_clock::now();
            if (running.settings.isEnabled && left.count() > 0
                && running.destination->status().state != DestinationState::Retrying)
                running.destination->waitUntilSettled(m_releases.lastRelease(), left);
        }
        for (const Running& running : all.running)
            running.destination->stop();
    });
    storeRefusals();
    return m_capture->close().map_error(toEngineError);
}

void Engine::keepHouse(const std::stop_token& stop)
{
    std::mutex mutex;
    std::condition_variable_any never;
    while (!stop.stop_requested()) {
        std::unique_lock lock(mutex);
        never.wait_for(lock, stop, kHousekeeping, [] { return false; });
        std::uint64_t needed = m_capture->judgedUpTo() + 1;
        m_destinations.with([&](Destinations& all) {
            for (const Running& running : all.running) {
                if (const auto first = m_releases.firstRequestNeeded(running.destination->position());
                    first && running.settings.isEnabled)
                    needed = std::min(needed, *first);
            }
        });
        m_capture->setRetentionFloor(needed);
        storeRefusals();
        changed();
    }
}

void Engine::storeRefusals()
{
    // What was refused never reaches the capture's chunks; the counts are kept so that `stats` can tell
    // afterwards.
    std::string lines;
    for (const auto& entry : m_metrics.snapshot().refusals()) {
        lines += std::string(nameOf(entry.signal)) + '\t' + std::string(nameOf(entry.transport)) + '\t'
            + std::string(nameOf(entry.reason)) + '\t' + std::to_string(entry.count.requests) + '\t'
            + std::to_string(entry.count.records) + '\n';
    }
    if (lines.empty() || lines == m_storedRefusals)
        return;
    if (m_capture->setSetting(kRefusedKey, m_earlierRefusals + lines))
        m_storedRefusals = std::move(lines);
}

void Engine::changed() const
{
    m_callbacks->with([](Callbacks& callbacks) {
        for (const auto& callback : callbacks)
            callback();
    });
}

std::shared_ptr<void> Engine::onChanged(std::function<void()> callback)
{
    const auto at = m_callbacks->with(
        [&](Callbacks& callbacks) { return callbacks.insert(callbacks.end(), std::move(callback)); });
    return {nullptr,
        [all = m_callbacks, at](void*) { all->with([&](Callbacks& callbacks) { callbacks.erase(at); }); }};
}

EngineStatus Engine::status() const
{
    EngineStatus status;
    const CaptureInfo info = m_capture->info();
    status.capturePath = info.path;
    status.isTemporary = info.temporary;
    status.captureBytes = info.fileBytes;
    status.oldestArrival = info.firstArrival;
    if (const auto trouble = m_capture->trouble())
        status.captureTrouble = trouble->text;
    m_retention.with([&](const Retention& retention) {
        status.retentionBytes = retention.maxBytes;
        status.retentionAge = retention.maxAge;
    });

    if (m_options.log) {
        constexpr std::size_t kMessages = 50;
        for (const LogLine& line : m_options.log->recent(kMessages))
            status.messages.push_back(line.toString());
    }

    const IntakeCounts counts = m_metrics.snapshot();
    for (const Signal signal : kSignals)
        status.stored[indexOf(signal)] = counts.stored(signal).records;
    for (const auto& entry : counts.refusals())
        status.refusals.push_back({entry.signal, std::string(nameOf(entry.transport)),
            std::string(nameOf(entry.reason)), entry.count.requests});
    m_listeners.with([&](const auto& listeners) {
        for (std::size_t i = 0; i < listeners.size(); ++i) {
            const Listener& listener = listeners[i];
            ReceiverInfo shown;
            shown.name = listener.name;
            shown.trouble = listener.trouble;
            if (listener.receiver) {
                const ReceiverStatus now = listener.receiver->status();
                shown.isListening = true;
                shown.addresses = now.addresses;
                shown.port = portOf(now.addresses);
                shown.openConnections = now.openConnections;
                shown.requests = now.requests;
                shown.wireBytes = now.wireBytes;
            }
            for (const Signal signal : kSignals)
                shown.records[indexOf(signal)]
                    = counts.cell(signal, i == kGrpc ? Transport::Grpc : Transport::Http).stored.records;
            status.receivers.push_back(std::move(shown));
        }
    });

    const Runner::Counts judged = m_runner->counts();
    status.judged = judged.judged;
    status.kept = judged.kept;
    status.appliedRevision = judged.revision;
    const std::uint64_t lastRequest = m_capture->lastCommit().lastRequest;
    const std::uint64_t judgedUpTo = m_capture->judgedUpTo();
    status.waitingRequests = lastRequest > judgedUpTo ? lastRequest - judgedUpTo : 0;
    m_applied.with([&](const Applied& applied) {
        for (const PipelineDefinition& pipeline : applied.definition.pipelines) {
            const auto totals = judged.rules.find(pipeline.id);
            for (std::size_t i = 0; i < pipeline.rules.size(); ++i) {
                RuleCount count{pipeline.id, pipeline.rules[i], 0, 0, 0};
                if (totals != judged.rules.end() && i < totals->second.size()) {
                    count.changed = totals->second[i].changed;
                    count.dropped = totals->second[i].dropped;
                    count.errors = totals->second[i].errors;
                }
                status.rules.push_back(std::move(count));
            }
        }
    });
    m_destinations.with([&](const Destinations& all) {
        for (const Running& running : all.running) {
            DestinationStatus shown = running.destination->status();
            shown.settings = running.settings;
            status.destinations.push_back(std::move(shown));
        }
    });
    return status;
}

std::vector<RevisionInfo> Engine::revisions() const
{
    std::vector<RevisionInfo> result;
    auto reader = CaptureReader::open(m_capture->path());
    if (!reader)
        return result;
    const auto stored = (*reader)->revisions();
    if (!stored)
        return result;
    for (const StoredRevision& revision : *stored) {
        RevisionInfo info{revision.number, revision.created, revision.note, revision.applied, {}};
        if (auto definition = parseRevision(revision.text))
            info.definition = *std::move(definition);
        info.definition.normalise();
        result.push_back(std::move(info));
    }
    std::ranges::sort(result, std::ranges::greater{}, &RevisionInfo::number);
    return result;
}

std::vector<RuleProblem> Engine::validate(const RevisionDefinition& draft) const
{
    return sluice::validate(draft);
}

Result<std::uint32_t, ControlError> Engine::apply(const RevisionDefinition& draft, const std::string& note)
{
    RevisionDefinition definition = draft;
    definition.normalise();
    if (auto problems = sluice::validate(definition); !problems.empty())
        return fail(ControlError{"The rules have problems", std::move(problems)});
    SLUICE_TRY_AS(const std::uint32_t number,
        m_capture->addRevision(revisionToYaml(definition), note, m_clock.now()).map_error(toControlError));
    auto judge = Judge::create(definition, number);
    if (!judge)
        return fail(ControlError{"The rules have problems", std::move(judge).error()});
    const auto swapped
        = m_runner->apply(*std::move(judge), [&](std::uint64_t afterRequest) -> Result<void, std::string> {
              if (auto marked = m_capture->markApplied(number, afterRequest); !marked)
                  return fail(std::move(marked).error().text);
              m_applied.with([&](Applied& applied) { applied = {definition, number}; });
              return {};
          });
    if (!swapped)
        return fail(ControlError{swapped.error(), {}});
    if (m_options.log)
        m_options.log->info("rules", "Revision r" + std::to_string(number) + " is live");
    changed();
    return number;
}

Result<std::uint32_t, ControlError> Engine::rollBack(std::uint32_t revision)
{
    for (const RevisionInfo& info : revisions()) {
        if (info.number == revision)
            return apply(info.definition, "r" + std::to_string(revision) + " again");
    }
    return fail(ControlError{"There is no revision r" + std::to_string(revision), {}});
}

Result<void, ControlError> Engine::saveDestination(const DestinationSettings& settings, bool fromStart)
{
    if (settings.name.empty())
        return fail(ControlError{"A destination needs a name", {}});
    auto result = m_destinations.with([&](Destinations& all) -> Result<void, ControlError> {
        DestinationPosition position;
        position.destination = settings.name;
        position.release = fromStart ? 0 : m_releases.lastRelease();
        const auto known = std::ranges::find_if(
            all.running, [&](const Running& running) { return running.settings.name == settings.name; });
        if (known != all.running.end()) {
            if (auto exporter = makeExporter(settings, m_clock); !exporter)
                return fail(ControlError{exporter.error().key + ": " + exporter.error().text, {}});
            known->destination->stop();
            const DestinationStatus old = known->destination->status();
            position = {settings.name, known->destination->position(), old.sentRecords, old.failedRecords,
                old.retries};
            all.running.erase(known);
        }
        SLUICE_TRY(startDestination(all, settings, position));
        return storeDestinations(all);
    });
    changed();
    return result;
}

Result<void, ControlError> Engine::removeDestination(const std::string& name)
{
    auto result = m_destinations.with([&](Destinations& all) -> Result<void, ControlError> {
        const auto known = std::ranges::find_if(
            all.running, [&](const Running& running) { return running.settings.name == name; });
        if (known == all.running.end())
            return fail(ControlError{"There is no destination " + name, {}});
        known->destination->stop();
        all.running.erase(known);
        SLUICE_TRY(storeDestinations(all));
        return m_capture->removeDestination(name).map_error(toControlError);
    });
    changed();
    return result;
}

Result<void, ControlError> Engine::setDestinationPaused(const std::string& name, bool paused)
{
    auto result = withDestination(name, [&](Running& running) {
        running.settings.isEnabled = !paused;
        running.destination->setPaused(paused);
    });
    if (result)
        result = m_destinations.with([&](const Destinations& all) { return storeDestinations(all); });
    changed();
    return result;
}

Result<void, ControlError> Engine::retryNow(const std::string& name)
{
    return withDestination(name, [](Running& running) { running.destination->retryNow(); });
}

Result<void, ControlError> Engine::withDestination(
    const std::string& name, const std::function<void(Running&)>& act)
{
    return m_destinations.with([&](Destinations& all) -> Result<void, ControlError> {
        for (Running& running : all.running) {
            if (running.settings.name == name) {
                act(running);
                return {};
            }
        }
        return fail(ControlError{"There is no destination " + name, {}});
    });
}

void Engine::testDestination(const DestinationSettings& settings,
    const std::function<void(const std::vector<ConnectionTestStep>&)>& onStep)
{
    testConnection(settings, m_clock, onStep, {});
}

Result<void, ControlError> Engine::keepCapture()
{
    return m_capture->keep().map_error(toControlError);
}

Result<void, ControlError> Engine::saveCaptureAs(const std::string& path)
{
    return m_capture->saveAs(path).map_error(toControlError);
}

Result<void, ControlError> Engine::setRetention(std::uint64_t maxBytes, Nanos maxAge)
{
    m_retention.with([&](Retention& retention) { retention = {maxBytes, maxAge}; });
    m_capture->setRetention({maxBytes, maxAge});
    return {};
}

Result<void, ControlError> Engine::listen(const std::string& receiver, const std::string& address)
{
    if (auto opened = openReceiver(receiver == "grpc" ? kGrpc : kHttp, address); !opened)
        return fail(ControlError{std::move(opened).error().text, {}});
    changed();
    return {};
}

Result<void, ControlError> Engine::setDemoRunning(bool running)
{
    if (running && !m_demoPlayer)
        return fail(ControlError{"There is no demo in this program", {}});
    std::jthread ended = m_demo.with([&](std::jthread& demo) {
        std::jthread old;
        if (!running || !demo.joinable()) {
            std::swap(old, demo);
            if (running)
                demo = std::jthread([this](const std::stop_token& stop) { m_demoPlayer(m_intake, stop); });
        }
        return old;
    });
    ended.request_stop(); // Joined here, outside the lock.
    return {};
}

bool Engine::isDemoRunning() const
{
    return m_demo.with([](const std::jthread& demo) { return demo.joinable(); });
}

} // namespace sluice
