#include "core/ottl/functions/duration.h"

#include <limits>

namespace sluice::ottl {

namespace {

constexpr std::uint64_t kMagnitudeLimit = std::uint64_t{1} << 63;

struct Unit {
    std::string_view name;
    std::uint64_t nanos;
};

constexpr Unit kUnits[] = {{"ns", 1}, {"us", 1'000}, {"\u00b5s", 1'000}, {"\u03bcs", 1'000},
    {"ms", 1'000'000}, {"s", 1'000'000'000}, {"m", 60'000'000'000}, {"h", 3'600'000'000'000}};

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// Digits in front of `text`; false when they do not fit.
bool takeWhole(std::string_view& text, std::uint64_t& value)
{
    value = 0;
    while (!text.empty() && isDigit(text.front())) {
        if (value > kMagnitudeLimit / 10)
            return false;
        value = value * 10 + static_cast<std::uint64_t>(text.front() - '0');
        if (value > kMagnitudeLimit)
            return false;
        text.remove_prefix(1);
    }
    return true;
}

} // namespace

std::optional<std::int64_t> parseDuration(std::string_view text)
{
    const bool isNegative = text.starts_with('-');
    if (isNegative || text.starts_with('+'))
        text.remove_prefix(1);
    if (text == "0")
        return 0;
    if (text.empty())
        return std::nullopt;
    std::uint64_t total = 0;
    while (!text.empty()) {
        const std::size_t before = text.size();
        std::uint64_t whole = 0;
        if (!takeWhole(text, whole))
            return std::nullopt;
        bool hasDigits = text.size() != before;
        std::uint64_t fraction = 0;
        double scale = 1;
        if (text.starts_with('.')) {
            text.remove_prefix(1);
            bool isFull = false; // Digits that do not fit any more make no difference.
            while (!text.empty() && isDigit(text.front())) {
                hasDigits = true;
                const auto digit = static_cast<std::uint64_t>(text.front() - '0');
                isFull = isFull || fraction > (kMagnitudeLimit - 1) / 10
                    || fraction * 10 + digit > kMagnitudeLimit;
                if (!isFull) {
                    fraction = fraction * 10 + digit;
                    scale *= 10;
                }
                text.remove_prefix(1);
            }
        }
        if (!hasDigits)
            return std::nullopt;
        std::size_t end = 0;
        while (end < text.size() && text[end] != '.' && !isDigit(text[end]))
            ++end;
        const Unit* unit = nullptr;
        for (const Unit& one : kUnits) {
            if (one.name == text.substr(0, end))
                unit = &one;
        }
        if (unit == nullptr || whole > kMagnitudeLimit / unit->nanos)
            return std::nullopt;
        text.remove_prefix(end);
        whole *= unit->nanos;
        if (fraction > 0) {
            whole += static_cast<std::uint64_t>(
                static_cast<double>(fraction) * (static_cast<double>(unit->nanos) / scale));
            if (whole > kMagnitudeLimit)
                return std::nullopt;
        }
        total += whole;
        if (total > kMagnitudeLimit)
            return std::nullopt;
    }
    if (isNegative)
        return static_cast<std::int64_t>(0 - total);
    if (total > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return std::nullopt;
    return static_cast<std::int64_t>(total);
}

} // namespace sluice::ottl
