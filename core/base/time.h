#pragma once

// Time in the core is std::chrono, always with nanosecond resolution: the unit is in the type. Only where
// OTLP's own integers are passed on as they came (record views, hot columns) is a time a uint64 of
// Unix nanoseconds, named ...UnixNano.

#include <chrono>
#include <cstdint>

namespace sluice {

using Nanos = std::chrono::nanoseconds;

/// A point in time; OTLP's `fixed64 *_unix_nano`. Leap seconds are ignored, as in Unix time.
using UnixTime = std::chrono::sys_time<Nanos>;

/// Half-open interval [begin, end).
struct TimeRange {
    UnixTime begin;
    UnixTime end;

    [[nodiscard]] Nanos length() const { return end - begin; }
    [[nodiscard]] bool isEmpty() const { return end <= begin; }
    [[nodiscard]] bool contains(UnixTime t) const { return begin <= t && t < end; }

    friend bool operator==(const TimeRange&, const TimeRange&) = default;
};

/// Unsigned OTLP nanoseconds as a time; values beyond the year 2262 are clamped to it.
UnixTime fromUnixNano(std::uint64_t nanos);

/// A time as OTLP carries it; times before 1970 become 0.
std::uint64_t toUnixNano(UnixTime time);

/// Where components read the time from, so that tests can move it. Safe to call from any thread.
class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual UnixTime now() const = 0;
};

/// Wall time, anchored once to the monotonic clock: it never jumps or runs backwards while the program runs.
class SystemClock final : public Clock {
public:
    SystemClock();
    [[nodiscard]] UnixTime now() const override;

private:
    std::chrono::steady_clock::time_point m_steadyStart;
    UnixTime m_wallStart;
};

} // namespace sluice
