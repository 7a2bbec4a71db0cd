#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice::ottl {

/// A duration as Go writes it, "1h2m3.5s", in nanoseconds. Nothing when it is no duration: units are ns us µs
/// ms s m h, fractions are allowed, "0" needs ms s m h, fractions are allowed, "0" needs no unit, and what
/// does not fit 64 bits is none.
std::optional<std::int64_t> parseDuration(std::string_view text);

} // namespace sluice::ottl
