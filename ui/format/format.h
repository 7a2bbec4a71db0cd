#pragma once

// Numbers, times and sizes as people read them, through QLocale. Everything here is for tables and labels in
// the mono style unless it says otherwise.

#include "core/base/time.h"
#include "core/model/signal.h"

#include <QString>

#include <cstdint>
#include <string_view>

namespace sluice::ui {

/// UTF-8 as received; invalid bytes become replacement characters.
QString text(std::string_view utf8);

/// The name of a rule by its id: "delete-secrets" of "attributes/delete-secrets", the type when it has no
/// name.
QString ruleName(std::string_view id);

/// Three significant figures and the fitting unit: "738 µs", "1.3 ms", "47 ms", "1.75 s", "2 min 6 s".
QString formatDuration(Nanos duration);

/// "36,581".
QString formatCount(std::uint64_t count);

/// What stands after a number.
enum class Counted { Span, Trace, Record, Point, Request, Service, Error, Metric, Series, Edit, Destination };

/// The word for `count` of them: "span" for 1, "spans" otherwise.
QString wordFor(std::uint64_t count, Counted what);

/// "1 span", "36,581 spans".
QString formatCounted(std::uint64_t count, Counted what);

/// What the records of a signal are called: spans, points, records.
Counted recordOf(Signal signal);

/// At most four characters for badges: "955", "12.3 k", "1.2 M".
QString formatShortCount(std::uint64_t count);

/// "402 MB", powers of 1,000.
QString formatBytes(std::uint64_t bytes);

/// Local time of day with milliseconds: "14:21:01.322".
QString formatTime(UnixTime time);

/// Local time of day: "14:21:01".
QString formatClock(UnixTime time);

/// Local hours and minutes: "14:21".
QString formatMinute(UnixTime time);

/// Local date and time with milliseconds: "2026-11-24 14:21:01.322".
QString formatDateTime(UnixTime time);

/// "14.1 %"; 0 when `whole` is 0.
QString formatShare(std::uint64_t part, std::uint64_t whole);

/// "212", "3.4", "0".
QString formatRate(double perSecond);

/// "1.82", "0.0031", at most four significant figures: values of metrics.
QString formatNumber(double value);

} // namespace sluice::ui
