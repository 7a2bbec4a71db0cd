// Times and durations. Source: spec/ottl.md section 4.4.7.

#include "core/ottl/functions/all_functions.h"
#include "core/ottl/functions/civil_time.h"
#include "core/ottl/functions/duration.h"
#include "core/ottl/functions/text_value.h"
#include "core/ottl/functions/time_format.h"

#include <algorithm>
#include <string>

namespace sluice::ottl {

namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;

constexpr Parameter kTime[] = {{"time", ParameterKind::Time, false, false, {}}};
constexpr Parameter kDurationText[] = {{"duration", ParameterKind::String, false, false, {}}};
constexpr Parameter kDuration[] = {{"duration", ParameterKind::Duration, false, false, {}}};
constexpr Parameter kParseTime[] = {
    {"time", ParameterKind::String, false, false, {}},
    {"format", ParameterKind::LiteralString, false, false, {}},
    {"location", ParameterKind::LiteralString, kOptional, false, {}},
    {"locale", ParameterKind::LiteralString, kOptional, false, {}},
};
constexpr Parameter kFormatTime[] = {
    {"time", ParameterKind::Time, false, false, {}},
    {"format", ParameterKind::LiteralString, false, false, {}},
};
constexpr Parameter kUnix[] = {
    {"seconds", ParameterKind::Int, false, false, {}},
    {"nanoseconds", ParameterKind::Int, kOptional, false, "0"},
};
constexpr Parameter kTruncateTime[] = {
    {"time", ParameterKind::Time, false, false, {}},
    {"duration", ParameterKind::Duration, false, false, {}},
};

struct FormatState final : CallState {
    explicit FormatState(TimeFormat&& compiled)
        : format(std::move(compiled))
    {
    }
    TimeFormat format;
};

Instant nowOf(const Evaluation& evaluation)
{
    return Instant::fromUnixNano(evaluation.now().time_since_epoch().count());
}

Result<Value, Error> now(const Call&, Evaluation& evaluation)
{
    return Value::ofTime(nowOf(evaluation), evaluation.localZone());
}

Result<std::unique_ptr<const CallState>, std::string> prepareTime(const Call& call)
{
    SLUICE_TRY_AS(auto format, TimeFormat::compile(call[1].literalString(), TimeFormat::Use::Parsing));
    if (call[2].isGiven())
        SLUICE_TRY(format.setLocation(call[2].literalString()));
    if (call[3].isGiven())
        SLUICE_TRY(format.setLocale(call[3].literalString()));
    return std::make_unique<FormatState>(std::move(format));
}

Result<Value, Error> time(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const std::string_view text, call[0].string(evaluation));
    if (text.empty())
        return fail(Error{"an empty text is no time"});
    const auto parsed = call.state<FormatState>().format.parse(
        text, nowOf(evaluation), evaluation.localZone(), evaluation.arena());
    if (!parsed)
        return evaluation.error({parsed.error()});
    return Value::ofTime(parsed->instant, parsed->zone);
}

Result<std::unique_ptr<const CallState>, std::string> prepareFormatTime(const Call& call)
{
    SLUICE_TRY_AS(auto format, TimeFormat::compile(call[1].literalString(), TimeFormat::Use::Formatting));
    return std::make_unique<FormatState>(std::move(format));
}

Result<Value, Error> formatTime(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const Value value, call[0].time(evaluation));
    return textValue(call.state<FormatState>().format.format(value.instant(), value.zone()), evaluation);
}

Result<Value, Error> unixTime(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const std::int64_t seconds, call[0].integer(evaluation));
    std::int64_t nanos = 0;
    if (call[1].isGiven()) {
        SLUICE_TRY_AS(nanos, call[1].integer(evaluation));
    }
    Instant instant = Instant::fromUnixNano(nanos);
    instant.seconds = static_cast<std::int64_t>(
        static_cast<std::uint64_t>(instant.seconds) + static_cast<std::uint64_t>(seconds));
    return Value::ofTime(instant, evaluation.localZone());
}

/// Units since 1970, wrapping as Go does.
template <std::int64_t perSecond>
Result<Value, Error> unixOf(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const Value value, call[0].time(evaluation));
    const Instant instant = value.instant();
    const std::uint64_t whole
        = static_cast<std::uint64_t>(instant.seconds) * static_cast<std::uint64_t>(perSecond);
    const auto rest = static_cast<std::uint64_t>(instant.nanos / (kNanosPerSecond / perSecond));
    return Value::ofInt(static_cast<std::int64_t>(whole + rest));
}

/// Keeps far times from overflowing the calendar.
CivilTime civilOf(const Value& value)
{
    constexpr std::int64_t kFarthest = std::int64_t{1} << 60;
    const Instant instant = value.instant();
    const std::int64_t seconds = std::clamp(instant.seconds, -kFarthest, kFarthest);
    return civilFromUnix(seconds, value.zone() != nullptr ? value.zone()->at(seconds).offsetSeconds : 0);
}

template <auto field>
Result<Value, Error> civil(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const Value value, call[0].time(evaluation));
    return Value::ofInt(static_cast<std::int64_t>(civilOf(value).*field));
}

Result<Value, Error> nanosecond(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const Value value, call[0].time(evaluation));
    return Value::ofInt(value.instant().nanos);
}

Result<Value, Error> truncateTime(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const Value value, call[0].time(evaluation));
    SLUICE_TRY_AS(const std::int64_t step, call[1].duration(evaluation));
    if (step <= 0)
        return value;
    __extension__ using Wide = __int128;
    const Wide yearOne = unixFromCivil({.year = 1});
    const Wide since = (static_cast<Wide>(value.instant().seconds) - yearOne) * kNanosPerSecond
        + static_cast<Wide>(value.instant().nanos);
    Wide rest = since % step;
    rest = rest < 0 ? rest + step : rest;
    const Wide cut = since - rest;
    Wide seconds = cut / kNanosPerSecond;
    Wide nanos = cut % kNanosPerSecond;
    if (nanos < 0) {
        nanos += kNanosPerSecond;
        --seconds;
    }
    return Value::ofTime(
        {static_cast<std::int64_t>(seconds + yearOne), static_cast<std::uint32_t>(nanos)}, value.zone());
}

Result<Value, Error> duration(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const std::string_view text, call[0].string(evaluation));
    const auto nanos = parseDuration(text);
    if (!nanos)
        return evaluation.error(
            {"no duration: \"", text.substr(0, 100), "\"; write it as in \"1h30m\" or \"250ms\""});
    return Value::ofDuration(*nanos);
}

/// Whole units and the rest apart, as Go does, so that the last digits are the same.
template <std::int64_t unit>
Result<Value, Error> fractionalUnits(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const std::int64_t nanos, call[0].duration(evaluation));
    return Value::ofDouble(
        static_cast<double>(nanos / unit) + static_cast<double>(nanos % unit) / static_cast<double>(unit));
}

template <std::int64_t unit>
Result<Value, Error> wholeUnits(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const std::int64_t nanos, call[0].duration(evaluation));
    return Value::ofInt(nanos / unit);
}

constexpr Function kFunctions[] = {
    {.name = "Day",
        .parameters = kTime,
        .result = "int",
        .help = "The day of the month, 1 to 31.",
        .evaluate = civil<&CivilTime::day>},
    {.name = "Duration",
        .parameters = kDurationText,
        .result = "duration",
        .help = "The duration that a text writes: \"1h30m\", \"250ms\".",
        .evaluate = duration},
    {.name = "FormatTime",
        .parameters = kFormatTime,
        .result = "string",
        .help = "The time as a text: FormatTime(time, \"%Y-%m-%d\").",
        .prepare = prepareFormatTime,
        .evaluate = formatTime},
    {.name = "Hour",
        .parameters = kTime,
        .result = "int",
        .help = "The hour of the day, 0 to 23.",
        .evaluate = civil<&CivilTime::hour>},
    {.name = "Hours",
        .parameters = kDuration,
        .result = "double",
        .help = "The duration in hours, with decimal places.",
        .evaluate = fractionalUnits<3600 * kNanosPerSecond>},
    {.name = "Microseconds",
        .parameters = kDuration,
        .result = "int",
        .help = "The duration in whole microseconds.",
        .evaluate = wholeUnits<1000>},
    {.name = "Milliseconds",
        .parameters = kDuration,
        .result = "int",
        .help = "The duration in whole milliseconds.",
        .evaluate = wholeUnits<1000000>},
    {.name = "Minute",
        .parameters = kTime,
        .result = "int",
        .help = "The minute of the hour, 0 to 59.",
        .evaluate = civil<&CivilTime::minute>},
    {.name = "Minutes",
        .parameters = kDuration,
        .result = "double",
        .help = "The duration in minutes, with decimal places.",
        .evaluate = fractionalUnits<60 * kNanosPerSecond>},
    {.name = "Month",
        .parameters = kTime,
        .result = "int",
        .help = "The month, 1 to 12.",
        .evaluate = civil<&CivilTime::month>},
    {.name = "Nanosecond",
        .parameters = kTime,
        .result = "int",
        .help = "The nanoseconds of the second.",
        .evaluate = nanosecond},
    {.name = "Nanoseconds",
        .parameters = kDuration,
        .result = "int",
        .help = "The duration in nanoseconds.",
        .evaluate = wholeUnits<1>},
    {.name = "Now",
        .parameters = {},
        .result = "time",
        .help = "The time at which the record arrived.",
        .evaluate = now},
    {.name = "Second",
        .parameters = kTime,
        .result = "int",
        .help = "The second of the minute, 0 to 59.",
        .evaluate = civil<&CivilTime::second>},
    {.name = "Seconds",
        .parameters = kDuration,
        .result = "double",
        .help = "The duration in seconds, with decimal places.",
        .evaluate = fractionalUnits<kNanosPerSecond>},
    {.name = "Time",
        .parameters = kParseTime,
        .result = "time",
        .help = "The time that a text says: Time(body, \"%Y-%m-%d %H:%M:%S\", \"Europe/Berlin\").",
        .prepare = prepareTime,
        .evaluate = time},
    {.name = "TruncateTime",
        .parameters = kTruncateTime,
        .result = "time",
        .help = "The time, back to a whole multiple of the duration.",
        .evaluate = truncateTime},
    {.name = "Unix",
        .parameters = kUnix,
        .result = "time",
        .help = "The time so many seconds (and nanoseconds) behind 1970 in UTC.",
        .evaluate = unixTime},
    {.name = "UnixMicro",
        .parameters = kTime,
        .result = "int",
        .help = "The time in microseconds since 1970.",
        .evaluate = unixOf<1000000>},
    {.name = "UnixMilli",
        .parameters = kTime,
        .result = "int",
        .help = "The time in milliseconds since 1970.",
        .evaluate = unixOf<1000>},
    {.name = "UnixNano",
        .parameters = kTime,
        .result = "int",
        .help = "The time in nanoseconds since 1970.",
        .evaluate = unixOf<kNanosPerSecond>},
    {.name = "UnixSeconds",
        .parameters = kTime,
        .result = "int",
        .help = "The time in seconds since 1970.",
        .evaluate = unixOf<1>},
    {.name = "Weekday",
        .parameters = kTime,
        .result = "int",
        .help = "The day of the week, Sunday is 0.",
        .evaluate = civil<&CivilTime::weekday>},
    {.name = "Year",
        .parameters = kTime,
        .result = "int",
        .help = "The year.",
        .evaluate = civil<&CivilTime::year>},
};

} // namespace

std::span<const Function> timeFunctions()
{
    return kFunctions;
}

} // namespace sluice::ottl
