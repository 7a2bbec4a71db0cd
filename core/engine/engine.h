#pragma once

#include "core/base/guarded.h"
#include "core/base/log.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/capture/capture.h"
#include "core/engine/control.h"
#include "core/engine/destination_set.h"
#include "core/engine/intake.h"
#include "core/engine/receiver_set.h"
#include "core/engine/release_log.h"
#include "core/engine/runner.h"
#include "core/metrics/intake_metrics.h"

#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace sluice {

/// What an engine is started with; the command line and sluice.toml have been merged into it.
struct EngineOptions {
    std::string capturePath; ///< Empty: a temporary capture in the user's data folder.
    CaptureOptions capture;
    std::string grpcAddress = "localhost:4317"; ///< host:port; port 0 takes a free one; "off" opens none.
    std::string httpAddress = "localhost:4318";
    ReceiverLimits limits;
    std::vector<std::string> allowedOrigins;
    std::vector<std::string> allowedHosts;
    std::optional<RevisionDefinition>
        rules; ///< Applied at start when it differs from what the capture has applied.
    bool rulesOnlySeed = false; ///< Leave a capture alone that has a revision applied.
    std::string rulesNote; ///< Where they come from: "rules.yaml".
    std::vector<DestinationSettings> destinations; ///< Added to, or replacing by name, those of the capture.
    Log* log = nullptr; ///< Outlives the engine.
    bool mustListen
        = true; ///< A receiver that cannot bind fails the start; otherwise it is shown (the window).
};

/// Why an engine does not start; decides the exit code.
struct EngineError {
    enum class Kind : std::uint8_t { Configuration, Capture, Address };
    Kind kind = Kind::Configuration;
    std::string text;
    std::vector<RuleProblem> problems;
};

/// The core put together: receivers, intake, capture, runner, destinations.
///
/// Threads: start() and stop() by the owner; EngineControl from any thread.
class Engine final : public EngineControl {
public:
    /// Plays telemetry into this engine until stopped; how the window runs the demo. Returns when `stop` is
    /// requested.
    using DemoPlayer = std::function<void(RequestSink&, std::stop_token stop)>;

    static Result<std::unique_ptr<Engine>, EngineError> start(EngineOptions options, DemoPlayer demo = {});

    /// stop(), then everything is closed.
    ~Engine() override;
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Stops accepting, commits and answers what was received, judges it, gives destinations a moment to
    /// finish, and closes the capture. Safe to call twice.
    Result<void, EngineError> stop();

    [[nodiscard]] std::string capturePath() const { return m_capture->path(); }
    /// Where requests enter, beside the receivers.
    [[nodiscard]] RequestSink& sink() { return m_intake; }

    [[nodiscard]] EngineStatus status() const override;
    [[nodiscard]] std::shared_ptr<void> onChanged(std::function<void()> callback) override;
    [[nodiscard]] std::vector<RevisionInfo> revisions() const override;
    [[nodiscard]] std::vector<RuleProblem> validate(const RevisionDefinition& draft) const override;
    Result<std::uint32_t, ControlError> apply(
        const RevisionDefinition& draft, const std::string& note) override;
    Result<std::uint32_t, ControlError> rollBack(std::uint32_t revision) override;
    Result<void, ControlError> saveDestination(const DestinationSettings& settings, bool fromStart) override;
    Result<void, ControlError> removeDestination(const std::string& name) override;
    Result<void, ControlError> setDestinationPaused(const std::string& name, bool paused) override;
    Result<void, ControlError> retryNow(const std::string& name) override;
    void testDestination(const DestinationSettings& settings,
        const std::function<void(const std::vector<ConnectionTestStep>&)>& onStep) override;
    Result<void, ControlError> keepCapture() override;
    Result<void, ControlError> saveCaptureAs(const std::string& path) override;
    Result<void, ControlError> setRetention(std::uint64_t maxBytes, Nanos maxAge) override;
    Result<void, ControlError> listen(const std::string& receiver, const std::string& address) override;
    Result<void, ControlError> setDemoRunning(bool running) override;
    [[nodiscard]] bool isDemoRunning() const override;

private:
    struct Applied {
        RevisionDefinition definition;
        std::uint32_t number = 0;
    };
    using Callbacks = std::list<std::function<void()>>;

    Engine(EngineOptions options, std::unique_ptr<Capture> capture, DemoPlayer demo);

    Result<void, EngineError> begin();
    Result<void, EngineError> prepareRules();
    /// A destination takes what leaves the pipelines that name it among their exporters, or that name none.
    [[nodiscard]] bool concerns(const Release& release, const std::string& destination) const;
    void keepHouse(const std::stop_token& stop);
    void storeRefusals();
    void changed() const;

    EngineOptions m_options;
    SystemClock m_clock;
    IntakeMetrics m_metrics;
    std::shared_ptr<Guarded<Callbacks>> m_callbacks = std::make_shared<Guarded<Callbacks>>();
    std::unique_ptr<Capture> m_capture;
    ReleaseLog m_releases;
    Intake m_intake;
    std::unique_ptr<Runner> m_runner;
    Guarded<Applied> m_applied;
    Guarded<Retention> m_retention;
    DestinationSet m_destinations;
    ReceiverSet m_receivers;
    DemoPlayer m_demoPlayer;
    mutable Guarded<std::jthread> m_demo;
    std::string m_earlierRefusals; ///< Of earlier runs on this capture, as they are stored.
    std::string m_storedRefusals;
    bool m_isStopped = false;
    std::jthread m_housekeeper;
};

} // namespace sluice
