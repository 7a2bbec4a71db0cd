#include "core/base/time.h"

#include <limits>

namespace sluice {

UnixTime fromUnixNano(std::uint64_t nanos)
{
    constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    return UnixTime(Nanos(static_cast<std::int64_t>(nanos > kMax ? kMax : nanos)));
}

std::uint64_t toUnixNano(UnixTime time)
{
    const std::int64_t nanos = time.time_since_epoch().count();
    return nanos < 0 ? 0 : static_cast<std::uint64_t>(nanos);
}

SystemClock::SystemClock()
    : m_steadyStart(std::chrono::steady_clock::now())
    , m_wallStart(std::chrono::time_point_cast<Nanos>(std::chrono::system_clock::now()))
{
}

UnixTime SystemClock::now() const
{
    return m_wallStart + std::chrono::duration_cast<Nanos>(std::chrono::steady_clock::now() - m_steadyStart);
}

} // namespace sluice
