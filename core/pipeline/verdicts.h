#pragma once

#include "core/pipeline/batch.h"
#include "core/pipeline/outcome.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sluice {

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
    /// The rule changed a resource: all its records are changed.
    void changeResource(const Batch& batch, std::uint32_t resource);

    // "Why" is asked of one record at a time; texts are only made for it.
    void explainRecord(std::uint32_t index) { m_explained = index; }
    [[nodiscard]] bool wantsReason(std::uint32_t index) const { return m_explained == index; }
    /// What decided, with the values: `attributes["http.route"] is "/healthz"`. Several are joined.
    void reason(std::string text);
    [[nodiscard]] std::string takeReason();

    [[nodiscard]] const std::vector<RecordOutcome>& outcomes() const { return m_outcomes; }
    [[nodiscard]] const RecordOutcome& of(std::uint32_t index) const { return m_outcomes[index]; }
    [[nodiscard]] bool hasAny() const { return m_hasAny; } ///< Not all are kept and unchanged.

private:
    std::vector<RecordOutcome> m_outcomes;
    std::optional<std::uint32_t> m_explained;
    std::string m_reason;
    std::uint64_t m_bit = 0;
    std::uint16_t m_rule = 0;
    bool m_hasAny = false;
};

inline void Verdicts::change(std::uint32_t index)
{
    RecordOutcome& outcome = m_outcomes[index];
    outcome.changedBy |= m_bit;
    if (outcome.verdict == Verdict::Kept)
        outcome.verdict = Verdict::Changed;
    m_hasAny = true;
}

inline void Verdicts::drop(Batch& batch, std::uint32_t index, std::uint16_t condition)
{
    RecordOutcome& outcome = m_outcomes[index];
    outcome.verdict = Verdict::Dropped;
    outcome.rule = m_rule;
    outcome.condition = condition;
    m_hasAny = true;
    batch.leaveOut(index);
}

} // namespace sluice
