#include "core/base/units.h"

#include <array>
#include <limits>
#include <optional>
#include <utility>

namespace sluice {
namespace {

constexpr std::int64_t kMaxNanos = std::numeric_limits<std::int64_t>::max();

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// A decimal number at the front of `text`, taken off it: whole part and fraction as digits.
struct Decimal {
    std::uint64_t whole = 0;
    std::uint64_t fraction = 0; ///< Of `scale`.
    std::uint64_t scale = 1;
};

std::optional<Decimal> takeDecimal(std::string_view& text)
{
    Decimal number;
    bool hasDigits = false;
    for (; !text.empty() && isDigit(text.front()); text.remove_prefix(1)) {
        const auto digit = static_cast<std::uint64_t>(text.front() - '0');
        if (number.whole > (std::numeric_limits<std::uint64_t>::max() - digit) / 10)
            return std::nullopt;
        number.whole = number.whole * 10 + digit;
        hasDigits = true;
    }
    if (!text.empty() && text.front() == '.') {
        text.remove_prefix(1);
        for (; !text.empty() && isDigit(text.front()); text.remove_prefix(1)) {
            hasDigits = true;
            if (number.scale >= 1'000'000'000'000)
                continue; // More digits than any unit can carry.
            number.fraction = number.fraction * 10 + static_cast<std::uint64_t>(text.front() - '0');
            number.scale *= 10;
        }
    }
    return hasDigits ? std::optional(number) : std::nullopt;
}

/// number * unit; nothing when it does not fit below `limit`.
std::optional<std::uint64_t> scaled(const Decimal& number, std::uint64_t unit, std::uint64_t limit)
{
    if (number.whole > limit / unit)
        return std::nullopt;
    const auto part = static_cast<std::uint64_t>(
        static_cast<double>(number.fraction) * static_cast<double>(unit) / static_cast<double>(number.scale)
        + 0.5);
    const std::uint64_t whole = number.whole * unit;
    return part > limit - whole ? std::nullopt : std::optional(whole + part);
}

std::string lower(std::string_view text)
{
    std::string out(text);
    for (char& c : out)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return out;
}

constexpr std::array<std::pair<std::string_view, std::uint64_t>, 9> kDurations{
    {{"d", 86'400'000'000'000}, {"h", 3'600'000'000'000}, {"m", 60'000'000'000}, {"s", 1'000'000'000},
        {"ms", 1'000'000}, {"us", 1000}, {"\u00b5s", 1000}, {"\u03bcs", 1000}, {"ns", 1}}};

constexpr std::array<std::pair<std::string_view, std::uint64_t>, 10> kSizes{
    {{"b", 1}, {"", 1}, {"kb", 1000}, {"mb", 1'000'000}, {"gb", 1'000'000'000}, {"tb", 1'000'000'000'000},
        {"kib", 1ull << 10U}, {"mib", 1ull << 20U}, {"gib", 1ull << 30U}, {"tib", 1ull << 40U}}};

} // namespace

Result<Nanos, UnitError> parseDuration(std::string_view text)
{
    const auto wrong = [text] {
        return fail(
            UnitError{"\"" + std::string(text) + "\" is not a duration; write 5s, 250ms, 1m30s, 12h or 7d"});
    };
    if (text == "0")
        return Nanos(0);
    if (text.empty())
        return wrong();
    std::uint64_t total = 0;
    for (std::string_view left = text; !left.empty();) {
        const auto number = takeDecimal(left);
        if (!number)
            return wrong();
        std::size_t size = 0;
        while (size < left.size() && !isDigit(left[size]) && left[size] != '.')
            ++size;
        std::optional<std::uint64_t> nanos;
        for (const auto& [name, unit] : kDurations) {
            if (left.substr(0, size) == name)
                nanos = scaled(*number, unit, static_cast<std::uint64_t>(kMaxNanos) - total);
        }
        if (!nanos)
            return wrong();
        total += *nanos;
        left.remove_prefix(size);
    }
    return Nanos(static_cast<std::int64_t>(total));
}

std::string formatDuration(Nanos duration)
{
    auto left = static_cast<std::uint64_t>(duration.count() < 0 ? 0 : duration.count());
    if (left == 0)
        return "0s";
    std::string out;
    for (const auto& [name, unit] : kDurations) {
        if (name == "\u00b5s" || name == "\u03bcs" || left < unit)
            continue;
        out += std::to_string(left / unit);
        out += name;
        left %= unit;
    }
    return out;
}

Result<std::uint64_t, UnitError> parseSize(std::string_view text)
{
    std::string_view unit = text;
    const auto number = takeDecimal(unit);
    while (!unit.empty() && unit.front() == ' ')
        unit.remove_prefix(1);
    if (number) {
        for (const auto& [name, factor] : kSizes) {
            if (lower(unit) != name)
                continue;
            if (const auto bytes = scaled(*number, factor, static_cast<std::uint64_t>(kMaxNanos)))
                return *bytes;
        }
    }
    return fail(UnitError{
        "\"" + std::string(text) + "\" is not a size; write 512KiB, 64MiB, 10GB or a number of bytes"});
}

std::string formatSize(std::uint64_t bytes)
{
    constexpr std::array<std::pair<std::string_view, std::uint64_t>, 4> kBinary{
        {{"TiB", 1ull << 40U}, {"GiB", 1ull << 30U}, {"MiB", 1ull << 20U}, {"KiB", 1ull << 10U}}};
    for (const auto& [name, unit] : kBinary) {
        if (bytes >= unit && bytes % unit == 0)
            return std::to_string(bytes / unit) + std::string(name);
    }
    return std::to_string(bytes) + "B";
}

} // namespace sluice
