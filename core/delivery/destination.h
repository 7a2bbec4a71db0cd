#pragma once

#include "core/base/guarded.h"
#include "core/delivery/destination_settings.h"
#include "core/delivery/release_source.h"
#include "core/delivery/retry_policy.h"
#include "core/exporters/exporter.h"

#include <array>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace sluice {

class Log;

/// What a destination needs from outside. Everything must outlive it.
struct DestinationSurroundings {
    ReleaseSource& source;
    ProgressSink& progress; ///< Called by one thread at a time; must not call the destination.
    const Clock& clock;
    Log* log = nullptr;
    /// Which releases are for this destination: those of the pipelines that name it. Empty: all are.
    /// Called on the destination's thread for each release, in order.
    std::function<bool(const Release&)> concerns{};
    std::uint64_t seed = 0; ///< Of the jitter.
};

/// Sends what leaves the pipelines to one backend, from a position in the release log.
///
/// Releases of a signal are put together into requests, up to DestinationSettings::maxInFlight are under way
/// at the same time, and the position moves over what is settled without a gap: sent, partly sent, or refused
/// for good (a dead letter). So nothing is lost while the backend is away, nothing is held in memory for it,
/// and what was under way when Sluice died is sent again. While a backend fails, one request is tried at a
/// time, the oldest, with growing delays. A request that is refused for its size is sent again in halves.
///
/// Threads: one reads, maxInFlight send. All functions may be called from any thread.
/// Memory: the requests under way and one read ahead, about (maxInFlight + 2) * batchBytes.
class Destination {
public:
    /// Starts where `from` says. `exporter` is what makeExporter() gives for the settings.
    Destination(DestinationSettings settings, std::unique_ptr<Exporter> exporter, ProgressSink::Progress from,
        DestinationSurroundings surroundings);
    ~Destination(); ///< stop().
    Destination(const Destination&) = delete;
    Destination& operator=(const Destination&) = delete;

    /// A paused destination finishes what is under way and then keeps its position.
    void setPaused(bool paused);

    /// Ends the wait between two tries.
    void retryNow();

    /// Waits until everything up to release `sequence` is settled, `timeout` at most. For a tidy shutdown.
    bool waitUntilSettled(std::uint64_t sequence, Nanos timeout);

    /// Ends all threads, cancelling what is under way: it may reach the backend twice, once now and once
    /// after the next start. Returns at once even when the backend hangs. Safe to call twice.
    void stop();

    [[nodiscard]] DestinationStatus status() const;
    [[nodiscard]] const std::string& name() const { return m_settings.name; }
    /// Everything up to here is settled. What retention must keep begins after it.
    [[nodiscard]] std::uint64_t position() const;

private:
    /// A release that was read and is not yet behind the position.
    struct Entry {
        std::uint64_t release = 0;
        UnixTime arrival;
        std::uint64_t records = 0;
        std::size_t parts = 0; ///< Payloads in all.
        std::size_t openParts = 0; ///< Payloads that are not settled.
        std::uint64_t failed = 0;
        std::vector<ProgressSink::Refused> refused{};
    };
    struct Part {
        SharedBytes payload;
        std::uint64_t release = 0;
        bool isWhole = true; ///< The only payload of its release.
    };
    /// One request.
    struct Request {
        Signal signal = Signal::Traces;
        std::vector<Part> parts{};
        std::size_t bytes = 0;
        std::uint64_t records = 0;
        UnixTime begun{}; ///< When its first part was read.
        std::optional<UnixTime> firstFailure{};
        std::uint64_t id = 0; ///< Rises with age.
    };
    struct State {
        std::deque<Entry> window{}; ///< By release.
        std::deque<Request> ready{};
        std::array<std::size_t, kSignalCount> underWay{};
        std::uint64_t nextId = 1;
        ProgressSink::Progress progress;
        std::vector<ProgressSink::Refused> refused{}; ///< To be reported.
        std::uint64_t reported = 0; ///< Position that was reported last.
        bool isPaused = false;
        bool isRetrying = false;
        bool mustTryNow = false;
        UnixTime nextTry{};
        UnixTime failingSince{};
        std::set<std::uint64_t> failing{}; ///< Ids of requests that wait for another try.
        RetryPolicy policy;
        std::size_t batchBytes = 0; ///< Smaller than the setting once the backend found a request too large.
        std::string lastError{};
        UnixTime lastErrorTime{};
        std::string lastNote{}; ///< What was logged last: the same is not logged again and again.
        std::deque<RecentExport> recent{};
    };

    void read(const std::stop_token& stop);
    bool waitForRoom(const std::stop_token& stop);
    [[nodiscard]] Nanos waitForMore(const std::array<Request, kSignalCount>& open) const;
    void take(std::vector<Release> releases, std::array<Request, kSignalCount>& open);
    void add(State& state, const Release& release, Request& open);
    static void close(State& state, Request& open);

    void sendAll(const std::stop_token& stop);
    std::optional<Request> nextRequest(const std::stop_token& stop);
    bool waitForTurn(const Request& request, const std::stop_token& stop);
    void deliver(Request request, const std::stop_token& stop);
    /// What a try led to; true when the request is to be tried again.
    bool settle(Request& request, const SendResult& result, UnixTime begun);
    /// What settle() does to the state; `note` is what is worth a line in the log.
    bool settle(State& state, Request& request, const SendResult& result, UnixTime now, std::string& note);
    static void refuse(State& state, const Request& request, const std::string& answer);
    static void rejectPart(State& state, const Request& request, const SendResult& result);
    static bool halve(State& state, const Request& request);
    static void wait(State& state, Request& request, const SendResult& result, UnixTime now);
    static void done(State& state, const Request& request);
    static Entry* entryOf(State& state, std::uint64_t release);
    static void moveOn(State& state);
    void report();

    const DestinationSettings m_settings;
    const std::unique_ptr<Exporter> m_exporter;
    const DestinationSurroundings m_surroundings;
    const std::string m_notice;
    Guarded<State> m_state;
    std::condition_variable_any m_changed;
    Guarded<bool> m_reporting{false}; ///< Keeps reports in order.
    std::vector<std::jthread> m_senders;
    std::jthread m_reader;
};

/// The exporter for `settings`: fails when endpoint or headers are wrong.
Result<std::unique_ptr<Exporter>, ExporterError> makeExporter(
    const DestinationSettings& settings, const Clock& clock);

} // namespace sluice
