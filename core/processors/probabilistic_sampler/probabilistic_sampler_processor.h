#pragma once

#include "core/pipeline/processor.h"
#include "core/processors/probabilistic_sampler/threshold.h"
#include "core/processors/probabilistic_sampler/trace_state.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice {

/// Keeps a share of traces or log records, chosen by their ids, so that every instance chooses alike; and
/// writes into what it keeps how likely that was.
///
/// Threads: one at a time. Source: spec/processors.md section 12.
class ProbabilisticSamplerProcessor final : public Processor {
public:
    enum class Mode : std::uint8_t { HashSeed, Equalizing, Proportional };

    struct Config {
        float percentage = 0; ///< 0 to 100; above counts as 100.
        std::uint32_t hashSeed = 0;
        Mode mode = Mode::HashSeed;
        bool failsClosed = true; ///< What cannot be decided is dropped.
        int precision = 4; ///< Hex digits of thresholds, 1 to 14.
        bool usesTraceId = true; ///< Logs: the trace id decides where there is one.
        std::string fromAttribute; ///< Logs: the attribute that decides otherwise.
        std::string priorityAttribute; ///< Logs: the attribute with a percentage of its own.
    };

    explicit ProbabilisticSamplerProcessor(Config config);

    /// Drops with condition 0. Resources and scopes left without records go too.
    void process(
        Batch& batch, Verdicts& verdicts, const RequestContext& context, UnixTime now, Flow& flow) override;

    static const ProcessorFactory& factory();

private:
    /// What is known of a record before the decision.
    struct Evidence {
        std::optional<std::uint64_t> randomness; ///< Nothing: missing.
        std::optional<std::uint64_t> threshold; ///< The one that came with it.
        bool isBroken = false; ///< Unreadable, in use by another sampler, or contradicting itself.
        bool hasCarrier = false; ///< The decision can be written into the record.
        bool isCleared
            = false; ///< The threshold that came with it contradicts its randomness, and goes away.
        sampling::TraceState state; ///< Spans.
    };

    [[nodiscard]] Evidence spanEvidence(Batch& batch, std::uint32_t index) const;
    [[nodiscard]] Evidence logEvidence(Batch& batch, std::uint32_t index) const;
    void judgeEvidence(Evidence& evidence, std::optional<std::uint64_t> hashed) const;
    [[nodiscard]] std::uint64_t decide(const Evidence& evidence) const;
    [[nodiscard]] std::uint64_t spanPriority(
        Batch& batch, std::uint32_t index, std::uint64_t threshold) const;
    [[nodiscard]] std::uint64_t logPriority(Batch& batch, std::uint32_t index, std::uint64_t threshold) const;
    [[nodiscard]] bool writeSpan(
        Batch& batch, std::uint32_t index, Evidence& evidence, std::uint64_t threshold) const;
    [[nodiscard]] bool writeLog(
        Batch& batch, std::uint32_t index, Evidence& evidence, std::uint64_t threshold) const;
    [[nodiscard]] std::uint64_t hashedRandomness(std::string_view bytes) const;

    Config m_config;
    double m_ratio = 0; ///< Of the percentage.
    bool m_isNever = false; ///< So small a share that nothing is kept.
    std::uint64_t m_threshold = sampling::kNever; ///< Of the percentage.
};

} // namespace sluice
