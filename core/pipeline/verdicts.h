#pragma once

#include "core/pipeline/batch.h"
#include "core/pipeline/outcome.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sluice {

/// How often a rule met an error and went on.
struct RuleErrors {
    std::uint16_t rule = 0;
    std::uint64_t count = 0;
    std::string text; ///< Of the first one.
};

/// Where processors say what they did to which record of a batch, and, when somebody wants to know, why.
/// Kept for one pipeline's work on one request. One thread.
class Verdicts {
public:
    /// Begins with a new batch: all kept, nothing changed.
    void reset(std::uint32_t records);

    /// The rule that speaks from now on: its index in the pipeline, disabled ones counted.
    void enterRule(std::uint16_t rule);

    /// The rule drops the record because of its `condition`, counted from 0 as the processor's README says.
    void drop(Batch& batch, std::uint32_t index, std::uint16_t condition = 0);
    /// The rule changed the record.
    void change(std::uint32_t index);
    /// The rule changed a resource, scope or metric: all its kept records are changed.
    void changeResource(const Batch& batch, std::uint32_t resource);
    void changeScope(const Batch& batch, std::uint32_t scope);
    void changeMetric(const Batch& batch, std::uint32_t metric);
    /// The rule holds the record: it does not go on with the batch. It is heard of again through the Flow.
    void wait(Batch& batch, std::uint32_t index);
    /// The record came after the decision on it: a flag of its outcome, whatever that is.
    void late(std::uint32_t index);
    /// The rule refuses the whole request, as a processor of the collector that returns an error: nothing
    /// leaves, no later rule sees it, every record that was still kept gets the outcome Error. `text` says
    /// what went wrong.
    void fail(Batch& batch, std::string text);
    /// The rule met an error at this record and goes on (error modes ignore and silent): counted for the
    /// rule.
    void error(std::uint32_t index, std::string text);

    // "Why" is asked of one record at a time; texts are only made for it.
    void explainRecord(std::uint32_t index) { m_explained = index; }
    [[nodiscard]] bool wantsReason(std::uint32_t index) const { return m_explained == index; }
    /// What decided, with the values: `attributes["http.route"] is "/healthz"`. Several are joined.
    void reason(std::string text);
    [[nodiscard]] std::string takeReason();

    [[nodiscard]] const std::vector<RecordOutcome>& outcomes() const { return m_outcomes; }
    [[nodiscard]] const RecordOutcome& of(std::uint32_t index) const { return m_outcomes[index]; }
    [[nodiscard]] bool hasAny() const { return m_hasAny; } ///< Not all are kept and unchanged.

    /// A record that waited has its outcome: for the pipeline.
    void settle(std::uint32_t index, const RecordOutcome& outcome);

    /// Why the request failed; empty when it did not.
    [[nodiscard]] const std::string& failure() const { return m_failure; }
    [[nodiscard]] const std::vector<RuleErrors>& errors() const { return m_errors; }

private:
    /// Made records have indices behind those that came in.
    RecordOutcome& at(std::uint32_t index)
    {
        if (index >= m_outcomes.size()) [[unlikely]]
            m_outcomes.resize(index + std::size_t{1});
        return m_outcomes[index];
    }

    std::string m_failure;
    std::vector<RuleErrors> m_errors;
    std::vector<RecordOutcome> m_outcomes;
    std::optional<std::uint32_t> m_explained;
    std::string m_reason;
    std::uint64_t m_bit = 0;
    std::uint16_t m_rule = 0;
    bool m_hasAny = false;
};

inline void Verdicts::change(std::uint32_t index)
{
    RecordOutcome& outcome = at(index);
    outcome.changedBy |= m_bit;
    if (outcome.verdict == Verdict::Kept)
        outcome.verdict = Verdict::Changed;
    m_hasAny = true;
}

inline void Verdicts::wait(Batch& batch, std::uint32_t index)
{
    RecordOutcome& outcome = at(index);
    outcome.verdict = Verdict::Waiting;
    m_hasAny = true;
    batch.leaveOut(index);
}

inline void Verdicts::late(std::uint32_t index)
{
    at(index).isLate = true;
    m_hasAny = true;
}

inline void Verdicts::drop(Batch& batch, std::uint32_t index, std::uint16_t condition)
{
    RecordOutcome& outcome = at(index);
    outcome.verdict = Verdict::Dropped;
    outcome.rule = m_rule;
    outcome.condition = condition;
    m_hasAny = true;
    batch.leaveOut(index);
}

} // namespace sluice
