#include "core/pipeline/verdicts.h"

#include <algorithm>
#include <utility>

namespace sluice {

namespace {

constexpr std::uint16_t kLastBit = 63; // Rules beyond share it.

} // namespace

void Verdicts::reset(std::uint32_t records)
{
    m_outcomes.assign(records, {});
    m_explained.reset();
    m_reason.clear();
    m_hasAny = false;
    m_failure.clear();
    m_errors.clear();
}

void Verdicts::enterRule(std::uint16_t rule)
{
    m_rule = rule;
    m_bit = std::uint64_t{1} << std::min(rule, kLastBit);
}

void Verdicts::changeResource(const Batch& batch, std::uint32_t resource)
{
    for (std::uint32_t i = 0; i < batch.size(); ++i) {
        if (batch.isKept(i) && batch.resourceOf(i) == resource)
            change(i);
    }
}

void Verdicts::changeScope(const Batch& batch, std::uint32_t scope)
{
    for (std::uint32_t i = 0; i < batch.size(); ++i) {
        if (batch.isKept(i) && batch.scopeOf(i) == scope)
            change(i);
    }
}

void Verdicts::changeMetric(const Batch& batch, std::uint32_t metric)
{
    for (std::uint32_t i = 0; i < batch.size(); ++i) {
        if (batch.isKept(i) && batch.record(i).metric == metric)
            change(i);
    }
}

void Verdicts::fail(Batch& batch, std::string text)
{
    for (std::uint32_t i = 0; i < batch.size(); ++i) {
        if (!batch.isKept(i))
            continue;
        RecordOutcome& outcome = at(i);
        outcome.verdict = Verdict::Error;
        outcome.rule = m_rule;
        batch.leaveOut(i);
    }
    m_hasAny = true;
    m_failure = text.empty() ? "the rule failed" : std::move(text);
}

void Verdicts::error(std::uint32_t index, std::string text)
{
    if (wantsReason(index))
        reason("error: " + text);
    const auto known = std::ranges::find(m_errors, m_rule, &RuleErrors::rule);
    if (known != m_errors.end())
        ++known->count;
    else
        m_errors.push_back({m_rule, 1, std::move(text)});
}

void Verdicts::settle(std::uint32_t index, const RecordOutcome& outcome)
{
    RecordOutcome& known = at(index);
    const std::uint64_t changedBy = known.changedBy | outcome.changedBy;
    const bool isLate = known.isLate || outcome.isLate;
    known = outcome;
    known.changedBy = changedBy;
    known.isLate = isLate;
    if (known.verdict == Verdict::Kept && changedBy != 0)
        known.verdict = Verdict::Changed;
}

void Verdicts::reason(std::string text)
{
    m_reason.append(m_reason.empty() ? "" : "; ").append(text);
}

std::string Verdicts::takeReason()
{
    return std::exchange(m_reason, {});
}

} // namespace sluice
