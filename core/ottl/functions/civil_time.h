#pragma once

// Calendar arithmetic without limits: Gregorian, leap seconds ignored, as Go's `time`.

#include <cstdint>

namespace sluice::ottl {

struct CivilTime {
    std::int64_t year = 1970;
    int month = 1; ///< 1 to 12.
    int day = 1;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int weekday = 4; ///< Sunday is 0.
};

/// What a clock with this offset shows.
CivilTime civilFromUnix(std::int64_t unixSeconds, std::int64_t offsetSeconds = 0);

/// Seconds since 1970 of what a clock in UTC shows. Ignores the weekday.
std::int64_t unixFromCivil(const CivilTime& time);

bool isLeapYear(std::int64_t year);
int daysInMonth(std::int64_t year, int month);

} // namespace sluice::ottl
