#pragma once

#include "core/pipeline/batch.h"
#include "core/pipeline/judge.h"
#include "core/pipeline/processor.h"
#include "core/pipeline/verdicts.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sluice {

/// The enabled rules of one pipeline at work: sends requests through them, and what a rule sends on by itself
/// through those behind it. Keeps the account of the records that wait.
///
/// Results are appended in the order in which things leave. One thread.
class Chain {
public:
    struct Link {
        std::uint16_t index = 0; ///< Of the rule in its pipeline, disabled ones counted.
        std::unique_ptr<Processor> processor;
    };

    Chain(std::string pipeline, std::vector<Link> links);
    ~Chain();
    Chain(Chain&&) noexcept;
    Chain& operator=(Chain&&) = delete;

    [[nodiscard]] const std::vector<Link>& links() const { return m_links; }

    /// One request; `scanned` is what otlp::scan() made of its body.
    void run(const otlp::ScannedRequest& scanned, const JudgedRequest& request, UnixTime now,
        std::vector<PipelineResult>& results);

    /// The moment of the next timer of any rule.
    [[nodiscard]] std::optional<UnixTime> nextTimer() const;
    /// Fires the timers that are due at `now`, in the order of the rules.
    void fire(UnixTime now, std::vector<PipelineResult>& results);
    void drain(UnixTime now, std::vector<PipelineResult>& results);

    [[nodiscard]] std::optional<std::uint64_t> oldestWaiting() const;
    [[nodiscard]] std::uint64_t waitingCount() const { return m_waitingCount; }

private:
    struct Stage;
    struct Emissions;

    /// A request with records that wait.
    struct WaitingRequest {
        std::uint64_t sequence = 0;
        std::uint32_t left = 0;
        std::vector<std::uint8_t> waits; ///< By record.
        std::vector<std::uint64_t> changedBy; ///< By record, until it waited.
    };

    std::unique_ptr<Stage> takeStage();
    void runRules(Stage& stage, std::size_t first, const RequestContext& context, UnixTime now,
        std::vector<PipelineResult>& results);
    void sendOn(std::size_t from, Emissions& emissions, const RequestContext& context, UnixTime now,
        std::vector<PipelineResult>& results);
    void runReleased(std::size_t first, Released released, const RequestContext& context, UnixTime now,
        std::vector<PipelineResult>& results);
    void settle(std::uint64_t origin, RecordOutcome outcome);
    void remember(const JudgedRequest& request, const std::vector<RecordOutcome>& outcomes);
    /// Adds what was settled since `firstResult` to the results.
    void report(std::size_t firstResult, std::vector<PipelineResult>& results);

    std::string m_pipeline;
    std::vector<Link> m_links;
    std::vector<std::unique_ptr<Stage>> m_stages; ///< Not in use; kept for their memory.
    Verdicts* m_current = nullptr; ///< Of the request that is on its way, whose records begin at the next.
    std::uint64_t m_currentFirst = 0;
    std::uint32_t m_currentCount = 0;
    std::map<std::uint64_t, WaitingRequest> m_waiting; ///< By first record.
    std::uint64_t m_waitingCount = 0;
    std::vector<SettledRecord> m_settled;
};

} // namespace sluice
