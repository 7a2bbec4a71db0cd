#include "core/engine/engine.h"

#include "core/capture/capture_reader.h"
#include "core/delivery/connection_test.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace sluice {

namespace {

constexpr const char* kRefusedKey = "refused";
constexpr Nanos kHousekeeping = std::chrono::seconds(1);
constexpr Nanos kReceiverGrace = std::chrono::seconds(5);
constexpr Nanos kDestinationGrace = std::chrono::seconds(3);

EngineError toEngineError(const CaptureError& error)
{
    return {EngineError::Kind::Capture, error.text, {}};
}
ControlError toControlError(const CaptureError& error)
{
    return {error.text, {}};
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
    , m_intake(*m_capture, m_clock, m_metrics)
    , m_retention(m_options.capture.retention)
    , m_destinations(*m_capture, m_releases, m_clock, m_options.log,
          [this](const Release& release, const std::string& destination) {
              return concerns(release, destination);
          })
    , m_receivers({m_options.limits, m_options.allowedOrigins, m_options.allowedHosts}, m_intake)
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
    if (auto started = m_destinations.start(m_options.destinations); !started)
        return fail(EngineError{EngineError::Kind::Configuration, std::move(started).error().text, {}});
    for (const auto& [kind, address] : {std::pair{ReceiverSet::Kind::Grpc, m_options.grpcAddress},
             std::pair{ReceiverSet::Kind::Http, m_options.httpAddress}}) {
        if (auto opened = m_receivers.open(kind, address); !opened && m_options.mustListen)
            return fail(EngineError{
                opened.error().isMalformed ? EngineError::Kind::Configuration : EngineError::Kind::Address,
                opened.error().text, {}});
    }
    m_housekeeper = std::jthread([this](const std::stop_token& stop) { keepHouse(stop); });
    if (m_options.log)
        m_receivers.writeTo(*m_options.log);
    return {};
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
    m_receivers.stop(kReceiverGrace);
    m_intake.close();
    (void)m_capture->flush();
    if (m_runner)
        m_runner->stop();
    (void)m_capture->flush();
    m_destinations.stop(kDestinationGrace);
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
        m_capture->setRetentionFloor(
            std::min(m_capture->judgedUpTo() + 1, m_destinations.firstRequestNeeded()));
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
    status.receivers = m_receivers.infos(counts);

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
    status.destinations = m_destinations.statuses();
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
    auto result = m_destinations.save(settings, fromStart);
    changed();
    return result;
}

Result<void, ControlError> Engine::removeDestination(const std::string& name)
{
    auto result = m_destinations.remove(name);
    changed();
    return result;
}

Result<void, ControlError> Engine::setDestinationPaused(const std::string& name, bool paused)
{
    auto result = m_destinations.setPaused(name, paused);
    changed();
    return result;
}

Result<void, ControlError> Engine::retryNow(const std::string& name)
{
    return m_destinations.retryNow(name);
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
    const auto kind = receiver == "grpc" ? ReceiverSet::Kind::Grpc : ReceiverSet::Kind::Http;
    if (auto opened = m_receivers.open(kind, address); !opened)
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
