#pragma once

#include <string>
#include <string_view>

namespace sluice {

/// SHA-256 of `bytes` in 64 lower-case hex digits.
std::string sha256Hex(std::string_view bytes);

} // namespace sluice
