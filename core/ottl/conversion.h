#pragma once

// Values turned into others: what the …Like parameters do, the two text forms, and storing into telemetry.
// Source: spec/ottl.md sections 2.2 and 2.4.

#include "core/base/result.h"
#include "core/ottl/error.h"
#include "core/ottl/value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::ottl {

Result<std::optional<std::string_view>, Error> toStringLike(const Value& value, Arena& arena);
Result<std::optional<std::int64_t>, Error> toIntLike(const Value& value, Arena& arena);
Result<std::optional<double>, Error> toDoubleLike(const Value& value, Arena& arena);
Result<std::optional<bool>, Error> toBoolLike(const Value& value, Arena& arena);
Result<std::optional<std::string_view>, Error> toBytesLike(const Value& value, Arena& arena);

/// Compact JSON, keys sorted, `<`, `>`, `&` escaped as Go does. Nothing when it holds a number that JSON
/// cannot write.
std::optional<std::string> jsonText(const Value& value);
std::optional<std::string> jsonText(const AnyValue& value);

/// The display string of telemetry: texts as they are, bytes in base64, maps and lists as plain JSON.
std::string displayText(const Value& value);

/// `2024-07-01T12:00:00.123456789+02:00`; no fraction when it is zero, `Z` for UTC.
std::string rfc3339(Instant instant, const Zone* zone);
/// `1h2m3.5s`, as Go writes durations.
std::string durationText(std::int64_t nanos);

/// The value as an attribute can hold it. An element of a raw list that cannot be held becomes empty; only
/// the last one's is an error. Nil is empty.
Result<AnyValue, Error> toTelemetry(const Value& value, Arena& arena);

/// A number as Go's ParseFloat reads it: hexadecimal, underscores between digits, inf, nan. Nothing when it
/// is none, or too large.
std::optional<double> parseGoDouble(std::string_view text);
/// An optional sign and decimal digits that fit 64 bits.
std::optional<std::int64_t> parseDecimal(std::string_view text);
/// Cut toward zero; the smallest integer when it does not fit.
std::int64_t truncated(double number);

std::string hexText(std::string_view bytes);

} // namespace sluice::ottl
