#pragma once

#include "core/base/result.h"
#include "core/ottl/value.h"

#include <string>
#include <string_view>

namespace sluice::ottl {

/// A JSON object or array as a map or slice in the arena. Every number is a double, the last of equal keys
/// wins. As lenient as the collector's decoder: leading zeros and control characters in texts pass. Fails on
/// anything else, and on more than 500 levels.
Result<Value, std::string> parseJson(std::string_view text, Arena& arena);

} // namespace sluice::ottl
