#pragma once

// What the window and the control socket may do with a running Sluice. Records are read through query::Query.

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/delivery/destination_settings.h"
#include "core/model/signal.h"
#include "core/pipeline/revision.h"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sluice {

struct ReceiverInfo {
    std::string name; ///< "gRPC", "HTTP".
    bool isListening = false;
    std::vector<std::string> addresses; ///< "127.0.0.1:4317", "[::1]:4317".
    std::uint16_t port = 0;
    std::string trouble; ///< Why it does not listen, with what to do; empty when it does or is off.
    std::uint64_t openConnections = 0;
    std::uint64_t requests = 0;
    std::uint64_t wireBytes = 0;
    std::array<std::uint64_t, kSignalCount> records{}; ///< Stored through this receiver since start.
};

struct RefusalCount {
    Signal signal = Signal::Traces;
    std::string transport; ///< "grpc", "http".
    std::string reason; ///< "malformed", "too large", "overloaded", …
    std::uint64_t requests = 0;
};

struct RevisionInfo {
    std::uint32_t number = 0;
    UnixTime created;
    std::string note;
    bool isApplied = false;
    RevisionDefinition definition;
};

struct RuleCount {
    std::string pipeline;
    std::string rule; ///< Id.
    std::uint64_t changed = 0; ///< Records, since the applied revision was applied.
    std::uint64_t dropped = 0;
    std::uint64_t errors = 0;
};

/// Everything the status strip, Pipeline, Destinations and Diagnostics show, at one moment. Cheap: counters
/// only.
struct EngineStatus {
    std::string capturePath;
    bool isTemporary = false;
    std::uint64_t captureBytes = 0;
    std::uint64_t retentionBytes = 0; ///< 0: no limit.
    Nanos retentionAge{0};
    UnixTime oldestArrival;
    std::string captureTrouble; ///< "The disk is full …"; empty when well.
    std::vector<ReceiverInfo> receivers;
    std::vector<RefusalCount> refusals;
    std::array<std::uint64_t, kSignalCount> stored{}; ///< Records since start.
    std::array<std::uint64_t, kSignalCount> judged{}; ///< Records since start.
    std::array<std::uint64_t, kSignalCount> kept{}; ///< Of the judged ones: kept or changed.
    std::uint64_t waitingRequests = 0; ///< Committed, not yet judged.
    std::uint32_t appliedRevision = 0;
    std::vector<RuleCount> rules;
    std::vector<DestinationStatus> destinations;
    std::vector<std::string> messages; ///< The newest lines of Sluice's own log, newest first.
};

struct ControlError {
    std::string text; ///< One line for a person.
    std::vector<RuleProblem> problems; ///< When a revision was refused.
};

/// Implemented by the engine (and by a fake in tests). Every call is quick or says so; safe from any thread,
/// but call those marked (slow) off the UI thread.
class EngineControl {
public:
    virtual ~EngineControl() = default;

    [[nodiscard]] virtual EngineStatus status() const = 0;

    /// Called (from an engine thread, must return at once) after each commit and each judged step.
    /// The subscription ends when the returned object goes.
    [[nodiscard]] virtual std::shared_ptr<void> onChanged(std::function<void()> callback) = 0;

    // Rules
    [[nodiscard]] virtual std::vector<RevisionInfo> revisions() const = 0; ///< (slow) Newest first.
    [[nodiscard]] virtual std::vector<RuleProblem> validate(
        const RevisionDefinition& draft) const = 0; ///< (slow)
    /// (slow) Stores the draft as a new revision and applies it between two requests. Gives its number.
    virtual Result<std::uint32_t, ControlError> apply(
        const RevisionDefinition& draft, const std::string& note)
        = 0;
    /// (slow) Makes an old revision's rules live again, as a new revision.
    virtual Result<std::uint32_t, ControlError> rollBack(std::uint32_t revision) = 0;

    // Destinations
    /// (slow) Adds, or replaces the one of the same name; its position is kept. A new one begins with what
    /// arrives from now on, or, with `fromStart`, with the beginning of the capture.
    virtual Result<void, ControlError> saveDestination(const DestinationSettings& settings, bool fromStart)
        = 0;
    virtual Result<void, ControlError> removeDestination(const std::string& name) = 0;
    virtual Result<void, ControlError> setDestinationPaused(const std::string& name, bool paused) = 0;
    virtual Result<void, ControlError> retryNow(const std::string& name) = 0;
    /// (slow) Runs the test step by step; `onStep` gets all steps after each change.
    virtual void testDestination(const DestinationSettings& settings,
        const std::function<void(const std::vector<ConnectionTestStep>&)>& onStep)
        = 0;

    // Capture and settings
    virtual Result<void, ControlError> keepCapture() = 0;
    virtual Result<void, ControlError> saveCaptureAs(const std::string& path) = 0; ///< (slow)
    virtual Result<void, ControlError> setRetention(std::uint64_t maxBytes, Nanos maxAge) = 0;
    /// (slow) Another address for a receiver that could not bind ("Use 14317"): "grpc" or "http".
    virtual Result<void, ControlError> listen(const std::string& receiver, const std::string& address) = 0;
    /// (slow) Plays the demo shop into this Sluice, paced to now, until it is stopped.
    virtual Result<void, ControlError> setDemoRunning(bool running) = 0;
    [[nodiscard]] virtual bool isDemoRunning() const = 0;
};

} // namespace sluice
