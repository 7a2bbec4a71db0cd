#include "core/ottl/functions/go_integer.h"

#include <limits>

namespace sluice::ottl {

namespace {

constexpr int kNoDigit = 99;

int digitOf(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'Z')
        return c - 'A' + 10;
    return kNoDigit;
}

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

} // namespace

std::optional<std::int64_t> parseGoInteger(std::string_view text, int base)
{
    const bool isNegative = text.starts_with('-');
    if (isNegative || text.starts_with('+'))
        text.remove_prefix(1);
    const bool takesBase = base == 0;
    bool mayUnderscore = false; ///< Behind a digit or the base's mark.
    if (takesBase) {
        base = 10;
        if (text.size() > 1 && text[0] == '0') {
            const char mark = lower(text[1]);
            base = mark == 'x' ? 16 : mark == 'b' ? 2 : 8;
            text.remove_prefix(mark == 'x' || mark == 'b' || mark == 'o' ? 2 : 1);
            mayUnderscore = true;
        }
    }
    if (text.empty() || text.back() == '_')
        return std::nullopt;
    constexpr std::uint64_t kLimit = std::uint64_t{1} << 63;
    std::uint64_t value = 0;
    for (const char c : text) {
        if (takesBase && c == '_') {
            if (!mayUnderscore)
                return std::nullopt;
            mayUnderscore = false;
            continue;
        }
        const int digit = digitOf(c);
        if (digit >= base)
            return std::nullopt;
        mayUnderscore = true;
        const auto wide = static_cast<std::uint64_t>(base);
        if (value > (kLimit - static_cast<std::uint64_t>(digit)) / wide)
            return std::nullopt;
        value = value * wide + static_cast<std::uint64_t>(digit);
    }
    if (isNegative)
        return static_cast<std::int64_t>(0 - value);
    if (value == kLimit)
        return std::nullopt;
    return static_cast<std::int64_t>(value);
}

} // namespace sluice::ottl
