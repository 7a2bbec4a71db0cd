#pragma once

// Strings in protobuf ought to be UTF-8 and are not always. They are kept as received; these tell and repair.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace sluice::wire {

/// Length of the longest valid UTF-8 beginning of `text`; its size when all of it is valid.
std::size_t validUtf8Prefix(std::string_view text);

/// True for valid UTF-8 (no surrogates, no overlong forms, at most U+10FFFF). Fast for ASCII.
inline bool isUtf8(std::string_view text)
{
    const char* cursor = text.data();
    std::size_t left = text.size();
    for (; left >= 8; left -= 8, cursor += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, cursor, 8);
        if ((word & 0x8080808080808080U) != 0)
            return validUtf8Prefix({cursor, left}) == left;
    }
    for (; left > 0; --left, ++cursor) {
        if ((static_cast<unsigned char>(*cursor) & 0x80U) != 0)
            return validUtf8Prefix({cursor, left}) == left;
    }
    return true;
}

/// Appends `text`, with U+FFFD for each byte that is not part of valid UTF-8.
void appendRepaired(std::string& out, std::string_view text);

/// Appends one code point as UTF-8; U+FFFD for a surrogate or a number beyond U+10FFFF.
void appendCodePoint(std::string& out, std::uint32_t codePoint);

} // namespace sluice::wire
