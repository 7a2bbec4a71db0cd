#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice::ottl {

/// A signed 64-bit integer as Go's strconv.ParseInt reads it: a sign, digits of the base (2 to 36); base 0
/// takes it from the text (0x, 0o, 0b, 0) and allows underscores between digits. Nothing when it is none or
/// too large.
std::optional<std::int64_t> parseGoInteger(std::string_view text, int base);

} // namespace sluice::ottl
