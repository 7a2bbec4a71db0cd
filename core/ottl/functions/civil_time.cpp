#include "core/ottl/functions/civil_time.h"

namespace sluice::ottl {

namespace {

constexpr std::int64_t kSecondsPerDay = 86400;
constexpr std::int64_t kDaysPerEra = 146097; ///< 400 years.

std::int64_t floorDivide(std::int64_t a, std::int64_t b)
{
    return a / b - (a % b < 0 ? 1 : 0);
}

/// Days since 1970. Years begin in March here, so that the leap day is the last of its year.
std::int64_t daysFromDate(std::int64_t year, int month, int day)
{
    year -= month <= 2 ? 1 : 0;
    const std::int64_t era = floorDivide(year, 400);
    const std::int64_t yearOfEra = year - era * 400;
    const std::int64_t dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * kDaysPerEra + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719468;
}

} // namespace

bool isLeapYear(std::int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int daysInMonth(std::int64_t year, int month)
{
    if (month == 2)
        return isLeapYear(year) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

CivilTime civilFromUnix(std::int64_t unixSeconds, std::int64_t offsetSeconds)
{
    std::int64_t day = floorDivide(unixSeconds, kSecondsPerDay);
    std::int64_t second = unixSeconds - day * kSecondsPerDay + offsetSeconds;
    const std::int64_t carried = floorDivide(second, kSecondsPerDay);
    day += carried;
    second -= carried * kSecondsPerDay;

    CivilTime time;
    time.hour = static_cast<int>(second / 3600);
    time.minute = static_cast<int>(second / 60 % 60);
    time.second = static_cast<int>(second % 60);
    time.weekday = static_cast<int>(day + 4 - floorDivide(day + 4, 7) * 7);

    day += 719468;
    const std::int64_t era = floorDivide(day, kDaysPerEra);
    const std::int64_t dayOfEra = day - era * kDaysPerEra;
    const std::int64_t yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
    const std::int64_t dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    const std::int64_t month = (5 * dayOfYear + 2) / 153;
    time.day = static_cast<int>(dayOfYear - (153 * month + 2) / 5 + 1);
    time.month = static_cast<int>(month < 10 ? month + 3 : month - 9);
    time.year = yearOfEra + era * 400 + (time.month <= 2 ? 1 : 0);
    return time;
}

std::int64_t unixFromCivil(const CivilTime& time)
{
    return daysFromDate(time.year, time.month, time.day) * kSecondsPerDay + time.hour * 3600
        + time.minute * 60 + time.second;
}

} // namespace sluice::ottl
