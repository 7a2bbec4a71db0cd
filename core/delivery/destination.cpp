#include "core/delivery/destination.h"

#include "core/base/log.h"
#include "core/exporters/otlp_grpc/otlp_grpc_exporter.h"
#include "core/exporters/otlp_http/otlp_http_exporter.h"
#include "core/exporters/request_parts.h"

#include <algorithm>

namespace sluice {
namespace {

constexpr Nanos kIdleWait = std::chrono::seconds(1); ///< How often an idle reader looks by itself.
constexpr std::size_t kMaxWindow = 10'000; ///< Releases between the position and what was read.
constexpr std::size_t kMinBatchBytes = 64u << 10; ///< Requests are not made smaller than this by refusals.
constexpr std::size_t kRecentExports = 50;

std::string noticeOf(std::uint64_t position, std::uint64_t last)
{
    if (position == 0 || last <= position)
        return {};
    return "Goes on after release " + std::to_string(position)
        + ". What was under way when Sluice stopped, within releases " + std::to_string(position + 1) + " to "
        + std::to_string(last) + ", may arrive twice.";
}

std::string inSeconds(Nanos duration)
{
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count()) + " ms";
}

} // namespace

Destination::Destination(DestinationSettings settings, std::unique_ptr<Exporter> exporter,
    ProgressSink::Progress from, DestinationSurroundings surroundings)
    : m_settings(std::move(settings))
    , m_exporter(std::move(exporter))
    , m_surroundings(std::move(surroundings))
    , m_notice(noticeOf(from.release, m_surroundings.source.lastRelease()))
    , m_state(State{.progress = from,
          .reported = from.release,
          .policy = RetryPolicy(
              {.initial = m_settings.retryInitial, .max = m_settings.retryMax}, m_surroundings.seed),
          .batchBytes = m_settings.batchBytes})
{
    if (!m_notice.empty() && m_surroundings.log != nullptr)
        m_surroundings.log->info("destination " + m_settings.name, m_notice);
    for (std::size_t i = 0; i < std::max<std::size_t>(m_settings.maxInFlight, 1); ++i)
        m_senders.emplace_back([this](const std::stop_token& stop) { sendAll(stop); });
    m_reader = std::jthread([this](const std::stop_token& stop) { read(stop); });
}

Destination::~Destination()
{
    stop();
}

void Destination::setPaused(bool paused)
{
    m_state.with([paused](State& state) { state.isPaused = paused; });
    m_changed.notify_all();
}

void Destination::retryNow()
{
    m_state.with([](State& state) { state.mustTryNow = state.isRetrying; });
    m_changed.notify_all();
}

bool Destination::waitUntilSettled(std::uint64_t sequence, Nanos timeout)
{
    return m_state.withLock([&](State& state, std::unique_lock<std::mutex>& lock) {
        return m_changed.wait_for(lock, timeout, [&] { return state.reported >= sequence; });
    });
}

void Destination::stop()
{
    m_reader.request_stop();
    for (std::jthread& sender : m_senders)
        sender.request_stop();
    if (m_reader.joinable())
        m_reader.join();
    for (std::jthread& sender : m_senders) {
        if (sender.joinable())
            sender.join();
    }
}

std::uint64_t Destination::position() const
{
    return m_state.with([](const State& state) { return state.progress.release; });
}

DestinationStatus Destination::status() const
{
    DestinationStatus status;
    status.settings = m_settings;
    status.notice = m_notice;
    const std::uint64_t last = m_surroundings.source.lastRelease();
    const std::uint64_t position = m_state.with([&](const State& state) {
        const bool isBusy = last > state.progress.release || !state.window.empty();
        status.state = !m_settings.isEnabled || state.isPaused ? DestinationState::Off
            : state.isRetrying                                 ? DestinationState::Retrying
            : isBusy                                           ? DestinationState::Sending
                                                               : DestinationState::Idle;
        status.sentRecords = state.progress.sentRecords;
        status.failedRecords = state.progress.failedRecords;
        status.retries = state.progress.retries;
        if (!state.window.empty())
            status.behindSince = state.window.front().arrival;
        status.lastError = state.lastError;
        status.lastErrorTime = state.lastErrorTime;
        if (state.isRetrying)
            status.nextTry = state.nextTry;
        status.recent.assign(state.recent.begin(), state.recent.end());
        return state.progress.release;
    });
    status.behindReleases = last > position ? last - position : 0;
    status.behindRecords = m_surroundings.source.recordsAfter(position);
    return status;
}

// Reading

void Destination::read(const std::stop_token& stop)
{
    std::array<Request, kSignalCount> open;
    for (const Signal signal : kSignals)
        open[indexOf(signal)].signal = signal;
    std::uint64_t readUpTo = m_state.with([](const State& state) { return state.progress.release; });

    while (waitForRoom(stop)) {
        const std::size_t maxBytes = m_state.with([](const State& state) { return state.batchBytes; });
        auto releases = m_surroundings.source.releasesAfter(readUpTo, maxBytes, waitForMore(open), stop);
        if (stop.stop_requested())
            return;
        if (!releases) {
            const bool isNew = m_state.with([&](State& state) {
                state.lastErrorTime = m_surroundings.clock.now();
                return std::exchange(state.lastError, releases.error().text) != releases.error().text;
            });
            if (isNew && m_surroundings.log != nullptr)
                m_surroundings.log->error("destination " + m_settings.name, releases.error().text);
            m_state.withLock([&](State&, std::unique_lock<std::mutex>& lock) {
                m_changed.wait_for(lock, stop, kIdleWait, [] { return false; });
            });
            continue;
        }
        if (!releases->empty())
            readUpTo = releases->back().sequence;
        take(*std::move(releases), open);
        m_changed.notify_all();
        report();
    }
}

bool Destination::waitForRoom(const std::stop_token& stop)
{
    return m_state.withLock([&](State& state, std::unique_lock<std::mutex>& lock) {
        return m_changed.wait(lock, stop,
            [&] { return m_settings.isEnabled && state.ready.empty() && state.window.size() < kMaxWindow; });
    }) && !stop.stop_requested();
}

Nanos Destination::waitForMore(const std::array<Request, kSignalCount>& open) const
{
    Nanos wait = kIdleWait;
    for (const Request& request : open) {
        if (!request.parts.empty())
            wait = std::min(wait, request.begun + m_settings.batchWait - m_surroundings.clock.now());
    }
    return std::max(wait, Nanos(0));
}

void Destination::take(std::vector<Release> releases, std::array<Request, kSignalCount>& open)
{
    // Asked outside the lock: it may look at the applied revision.
    std::vector<bool> concerns;
    concerns.reserve(releases.size());
    for (const Release& release : releases)
        concerns.push_back(m_settings.signals[indexOf(release.signal)] && !release.payloads.empty()
            && release.recordCount > 0 && (!m_surroundings.concerns || m_surroundings.concerns(release)));
    const UnixTime now = m_surroundings.clock.now();

    m_state.with([&](State& state) {
        for (std::size_t i = 0; i < releases.size(); ++i) {
            const Release& release = releases[i];
            state.window.push_back({.release = release.sequence, .arrival = release.arrival});
            if (!concerns[i])
                continue;
            Request& request = open[indexOf(release.signal)];
            add(state, release, request);
            if (request.begun == UnixTime())
                request.begun = now;
        }
        for (Request& request : open) {
            if (!request.parts.empty() && now - request.begun >= m_settings.batchWait)
                close(state, request);
        }
        moveOn(state);
    });
}

void Destination::add(State& state, const Release& release, Request& open)
{
    Entry& entry = state.window.back();
    entry.records = release.recordCount;
    entry.parts = entry.openParts = release.payloads.size();
    std::size_t bytes = 0;
    for (const SharedBytes& payload : release.payloads)
        bytes += payload.size();
    const bool isFull = open.bytes + bytes > state.batchBytes
        || open.records + release.recordCount > m_settings.batchRecords;
    if (!open.parts.empty() && isFull)
        close(state, open);

    const bool fits = bytes <= state.batchBytes;
    const bool isWhole = release.payloads.size() == 1;
    for (const SharedBytes& payload : release.payloads) {
        if (!open.parts.empty() && open.bytes + payload.size() > state.batchBytes)
            close(state, open);
        // Counting is only worth it where a release does not stay together.
        const std::uint64_t records = fits || isWhole ? 0 : countRecords(release.signal, payload.view());
        open.parts.push_back({payload, release.sequence, isWhole});
        open.bytes += payload.size();
        open.records += records;
    }
    if (fits || isWhole)
        open.records += release.recordCount;
}

void Destination::close(State& state, Request& open)
{
    const Signal signal = open.signal;
    open.id = state.nextId++;
    state.ready.push_back(std::move(open));
    open = {.signal = signal};
}

// Sending

void Destination::sendAll(const std::stop_token& stop)
{
    while (auto request = nextRequest(stop))
        deliver(*std::move(request), stop);
}

std::optional<Destination::Request> Destination::nextRequest(const std::stop_token& stop)
{
    return m_state.withLock([&](State& state, std::unique_lock<std::mutex>& lock) -> std::optional<Request> {
        auto next = state.ready.end();
        m_changed.wait(lock, stop, [&] {
            if (state.isPaused || state.isRetrying)
                return false;
            next = std::find_if(state.ready.begin(), state.ready.end(), [&](const Request& request) {
                return request.signal != Signal::Metrics || state.underWay[indexOf(Signal::Metrics)] == 0;
            });
            return next != state.ready.end();
        });
        if (stop.stop_requested())
            return std::nullopt;
        Request request = std::move(*next);
        state.ready.erase(next);
        ++state.underWay[indexOf(request.signal)];
        if (state.ready.empty())
            m_changed.notify_all(); // The reader may read on.
        return request;
    });
}

bool Destination::waitForTurn(const Request& request, const std::stop_token& stop)
{
    return m_state.withLock([&](State& state, std::unique_lock<std::mutex>& lock) {
        const auto isOldest = [&] { return *state.failing.begin() == request.id; };
        const auto isMyTurn = [&] {
            if (state.isPaused)
                return false;
            const bool isDue = state.mustTryNow || m_surroundings.clock.now() >= state.nextTry;
            return !state.isRetrying || (isOldest() && isDue);
        };
        while (!stop.stop_requested() && !isMyTurn()) {
            if (state.isRetrying && !state.isPaused && isOldest())
                m_changed.wait_for(lock, stop, state.nextTry - m_surroundings.clock.now(), isMyTurn);
            else
                m_changed.wait(lock, stop,
                    [&] { return isMyTurn() || (state.isRetrying && !state.isPaused && isOldest()); });
        }
        if (stop.stop_requested())
            return false;
        state.mustTryNow = false;
        if (!state.isRetrying)
            state.failing.erase(request.id);
        ++state.progress.retries;
        return true;
    });
}

void Destination::deliver(Request request, const std::stop_token& stop)
{
    std::vector<SharedBytes> payloads;
    payloads.reserve(request.parts.size());
    for (const Part& part : request.parts)
        payloads.push_back(part.payload);

    for (bool mustTry = true; mustTry;) {
        const UnixTime begun = m_surroundings.clock.now();
        const SendResult result
            = m_exporter->send(request.signal, payloads, request.records, m_settings.timeout, stop);
        if (result.kind == SendResult::Kind::Cancelled) {
            if (m_surroundings.log != nullptr)
                m_surroundings.log->info("destination " + m_settings.name,
                    "Stopped while " + std::to_string(request.records) + " records of releases "
                        + std::to_string(request.parts.front().release) + " to "
                        + std::to_string(request.parts.back().release)
                        + " were under way; they may arrive twice.");
            return;
        }
        mustTry = settle(request, result, begun);
        m_changed.notify_all();
        if (mustTry && !waitForTurn(request, stop))
            return;
    }
    report();
}

bool Destination::settle(Request& request, const SendResult& result, UnixTime begun)
{
    const UnixTime now = m_surroundings.clock.now();
    std::string note;
    const bool mustTryAgain = m_state.with([&](State& state) {
        const bool isOk
            = result.kind == SendResult::Kind::Ok || result.kind == SendResult::Kind::PartialSuccess;
        state.recent.push_front({now, request.signal, request.records, now - begun, isOk, result.text});
        if (state.recent.size() > kRecentExports)
            state.recent.pop_back();
        if (result.kind != SendResult::Kind::Ok && !result.text.empty()) {
            state.lastError = result.text;
            state.lastErrorTime = now;
        }
        return settle(state, request, result, now, note);
    });
    if (!note.empty() && m_surroundings.log != nullptr)
        m_surroundings.log->warning("destination " + m_settings.name, note);
    return mustTryAgain;
}

bool Destination::settle(
    State& state, Request& request, const SendResult& result, UnixTime now, std::string& note)
{
    const auto noteOnce = [&](std::string text) {
        if (text != state.lastNote)
            note = state.lastNote = std::move(text);
    };
    if (result.kind == SendResult::Kind::Retry) {
        const bool isGivenUp = m_settings.retryGiveUp > Nanos(0) && request.firstFailure
            && now - *request.firstFailure >= m_settings.retryGiveUp;
        if (m_settings.isRetryEnabled && !isGivenUp) {
            const bool isFirst = !state.isRetrying;
            wait(state, request, result, now);
            if (isFirst)
                noteOnce(
                    result.text + "; nothing is lost, the next try is in " + inSeconds(state.nextTry - now));
            return true;
        }
        const std::string why
            = isGivenUp ? "given up after " + inSeconds(now - *request.firstFailure) + ": " : "";
        refuse(state, request, why + result.text);
        noteOnce(why + result.text + "; the records are kept as dead letters");
        state.failing.erase(request.id);
        state.isRetrying = !state.failing.empty();
        done(state, request);
        return false;
    }

    // The backend spoke, so it is there.
    if (state.isRetrying)
        noteOnce("Answers again after " + inSeconds(now - state.failingSince));
    state.failing.erase(request.id);
    state.isRetrying = false;
    state.policy.reset();
    if (result.kind == SendResult::Kind::PartialSuccess) {
        rejectPart(state, request, result);
        noteOnce("Took a request with " + std::to_string(result.rejectedRecords)
            + " records rejected: " + result.text);
    }
    if (result.kind == SendResult::Kind::Refused) {
        if (result.isTooLarge && halve(state, request)) {
            noteOnce(result.text + "; requests are made smaller");
            --state.underWay[indexOf(request.signal)];
            return false;
        }
        refuse(state, request, result.text);
        noteOnce(result.text + "; the records are kept as dead letters");
    }
    done(state, request);
    return false;
}

void Destination::wait(State& state, Request& request, const SendResult& result, UnixTime now)
{
    if (!request.firstFailure)
        request.firstFailure = now;
    // Requests that were under way when the first one failed say nothing new: they do not lengthen the delay.
    const bool isProbe = state.failing.contains(request.id);
    if (!state.isRetrying)
        state.failingSince = now;
    if (!state.isRetrying || isProbe)
        state.nextTry = now + state.policy.nextDelay(result.retryAfter);
    else
        state.nextTry = std::max(state.nextTry, now + result.retryAfter);
    state.failing.insert(request.id);
    state.isRetrying = true;
    state.mustTryNow = false;
}

void Destination::refuse(State& state, const Request& request, const std::string& answer)
{
    ProgressSink::Refused letter{.signal = request.signal, .answer = answer};
    letter.payload.reserve(request.bytes);
    for (const Part& part : request.parts) {
        Entry* entry = entryOf(state, part.release);
        const std::uint64_t records
            = part.isWhole ? entry->records : countRecords(request.signal, part.payload.view());
        entry->failed += records;
        letter.recordCount += records;
        letter.release = part.release;
        letter.payload += part.payload.view();
    }
    entryOf(state, letter.release)->refused.push_back(std::move(letter));
}

/// Which records it was, the backend does not say: they are counted, without a payload to send again.
void Destination::rejectPart(State& state, const Request& request, const SendResult& result)
{
    std::uint64_t left = std::min(result.rejectedRecords, request.records);
    if (left == 0)
        return;
    ProgressSink::Refused letter{.signal = request.signal,
        .release = request.parts.back().release,
        .recordCount = left,
        .answer = result.text};
    for (const Part& part : request.parts) {
        Entry* entry = entryOf(state, part.release);
        const std::uint64_t records
            = std::min(left, entry->records - std::min(entry->failed, entry->records));
        entry->failed += records;
        left -= records;
    }
    entryOf(state, letter.release)->refused.push_back(std::move(letter));
}

bool Destination::halve(State& state, const Request& request)
{
    std::array<Request, 2> halves{Request{.signal = request.signal}, Request{.signal = request.signal}};
    std::vector<Part> parts = request.parts;
    if (parts.size() == 1) {
        const auto pieces = halvesOf(parts.front().payload);
        if (pieces.size() < 2)
            return false;
        Entry* entry = entryOf(state, parts.front().release);
        ++entry->parts;
        ++entry->openParts;
        parts = {{pieces[0], entry->release, false}, {pieces[1], entry->release, false}};
    }
    for (const Part& part : parts) {
        const bool isSecond = halves[0].bytes * 2 >= request.bytes || (&part == &parts.back());
        Request& half = halves[isSecond ? 1 : 0];
        half.parts.push_back(part);
        half.bytes += part.payload.size();
        half.records += countRecords(request.signal, part.payload.view());
    }
    halves[0].id = request.id;
    halves[1].id = state.nextId++;
    halves[0].begun = halves[1].begun = request.begun;
    state.ready.push_front(std::move(halves[1]));
    state.ready.push_front(std::move(halves[0]));
    state.batchBytes = std::max(kMinBatchBytes, std::min(state.batchBytes, request.bytes / 2));
    return true;
}

void Destination::done(State& state, const Request& request)
{
    for (const Part& part : request.parts)
        --entryOf(state, part.release)->openParts;
    --state.underWay[indexOf(request.signal)];
    moveOn(state);
}

Destination::Entry* Destination::entryOf(State& state, std::uint64_t release)
{
    const auto found = std::lower_bound(state.window.begin(), state.window.end(), release,
        [](const Entry& entry, std::uint64_t wanted) { return entry.release < wanted; });
    return &*found; // Always there: a release stays in the window until all its parts are settled.
}

void Destination::moveOn(State& state)
{
    while (!state.window.empty() && state.window.front().openParts == 0) {
        Entry& entry = state.window.front();
        const std::uint64_t failed = std::min(entry.failed, entry.records);
        state.progress.release = entry.release;
        state.progress.failedRecords += failed;
        state.progress.sentRecords += entry.records - failed;
        std::move(entry.refused.begin(), entry.refused.end(), std::back_inserter(state.refused));
        state.window.pop_front();
    }
}

void Destination::report()
{
    m_reporting.with([this](bool&) {
        std::vector<ProgressSink::Refused> refused;
        const auto progress = m_state.with([&](State& state) -> std::optional<ProgressSink::Progress> {
            if (state.reported == state.progress.release)
                return std::nullopt;
            refused.swap(state.refused);
            return state.progress;
        });
        if (!progress)
            return;
        m_surroundings.progress.progressed(m_settings.name, *progress, std::move(refused));
        m_state.with([&](State& state) { state.reported = progress->release; });
    });
    m_changed.notify_all();
}

Result<std::unique_ptr<Exporter>, ExporterError> makeExporter(
    const DestinationSettings& settings, const Clock& clock)
{
    ExporterSettings forExporter{.endpoint = settings.endpoint,
        .signalEndpoints = settings.signalEndpoints,
        .isInsecure = settings.isInsecure,
        .useGzip = settings.compression == Compression::Gzip,
        .headers = settings.headers};
    if (settings.kind == DestinationKind::OtlpGrpc)
        return makeOtlpGrpcExporter(std::move(forExporter), processEnvironment());
    return makeOtlpHttpExporter(std::move(forExporter), processEnvironment(), clock);
}

std::string_view nameOf(DestinationKind kind)
{
    return kind == DestinationKind::OtlpGrpc ? "otlp_grpc" : "otlp_http";
}

} // namespace sluice
