#include "core/delivery/retry_policy.h"

#include <algorithm>

namespace sluice {

RetryPolicy::RetryPolicy(RetrySettings settings, std::uint64_t seed)
    : m_settings(settings)
    , m_centre(settings.initial)
    , m_random(seed)
{
}

Nanos RetryPolicy::nextDelay(Nanos retryAfter)
{
    // 53 random bits as a number in [0, 1): the same on every standard library, which the distributions are
    // not.
    const double share = static_cast<double>(m_random() >> 11U) / 9007199254740992.0;
    const double factor = 1.0 + m_settings.randomization * (2.0 * share - 1.0);
    const Nanos delay(static_cast<std::int64_t>(static_cast<double>(m_centre.count()) * factor));
    const double grown = static_cast<double>(m_centre.count()) * m_settings.multiplier;
    m_centre = grown < static_cast<double>(m_settings.max.count()) ? Nanos(static_cast<std::int64_t>(grown))
                                                                   : m_settings.max;
    return std::max(delay, retryAfter);
}

void RetryPolicy::reset()
{
    m_centre = m_settings.initial;
}

} // namespace sluice
