#pragma once

// Attribute values as text, the way the collector writes them. Source: spec/processors.md section 0.2.

#include "core/model/value.h"

#include <string>

namespace sluice {

/// Shortest digits that read back to `number`: plain decimal between 1e-6 and 1e21, with an exponent beyond;
/// "1" for 1.0; "NaN", "Infinity", "-Infinity".
std::string textOf(double number);

/// The same without ever an exponent.
std::string fixedTextOf(double number);

/// Any value as text: strings as they are, bytes in base64, maps (keys sorted) and lists as JSON, nothing as
/// "". A list or map that holds a number which JSON cannot write is "".
std::string textOf(const Value& value);

} // namespace sluice
