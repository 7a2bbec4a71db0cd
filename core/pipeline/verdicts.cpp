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

void Verdicts::reason(std::string text)
{
    m_reason.append(m_reason.empty() ? "" : "; ").append(text);
}

std::string Verdicts::takeReason()
{
    return std::exchange(m_reason, {});
}

} // namespace sluice
