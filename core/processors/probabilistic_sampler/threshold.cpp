#include "core/processors/probabilistic_sampler/threshold.h"

#include <algorithm>
#include <cmath>

namespace sluice::sampling {

namespace {

constexpr int kHexBits = 4;

/// Exactly `text.size()` hex digits of either case.
std::optional<std::uint64_t> hexIn(std::string_view text)
{
    std::uint64_t value = 0;
    for (const char c : text) {
        std::uint64_t digit = 0;
        if (c >= '0' && c <= '9')
            digit = static_cast<std::uint64_t>(c - '0');
        else if (c >= 'a' && c <= 'f')
            digit = static_cast<std::uint64_t>(c - 'a') + 10;
        else if (c >= 'A' && c <= 'F')
            digit = static_cast<std::uint64_t>(c - 'A') + 10;
        else
            return std::nullopt;
        value = value << kHexBits | digit;
    }
    return value;
}

} // namespace

std::string randomnessText(std::uint64_t randomness)
{
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string text(kHexDigits, '0');
    for (std::size_t i = text.size(); i > 0; --i) {
        text[i - 1] = kHex[randomness & 15U];
        randomness >>= kHexBits;
    }
    return text;
}

std::string thresholdText(std::uint64_t threshold)
{
    if (threshold == kNever)
        return {};
    if (threshold == kAlways)
        return "0";
    std::string text = randomnessText(threshold);
    text.erase(text.find_last_not_of('0') + 1);
    return text;
}

std::optional<std::uint64_t> thresholdIn(std::string_view text)
{
    if (text.empty() || text.size() > static_cast<std::size_t>(kHexDigits))
        return std::nullopt;
    const auto value = hexIn(text);
    if (!value)
        return std::nullopt;
    return *value << (static_cast<std::size_t>(kHexBits)
               * (static_cast<std::size_t>(kHexDigits) - text.size()));
}

std::optional<std::uint64_t> randomnessIn(std::string_view text)
{
    return text.size() == static_cast<std::size_t>(kHexDigits) ? hexIn(text) : std::nullopt;
}

std::optional<std::uint64_t> thresholdOf(double probability, int precision)
{
    if (!(probability >= kMinProbability) || probability > 1)
        return std::nullopt;
    if (probability == 1)
        return kAlways;
    int exponent = 0;
    int exponentOfRest = 0;
    std::frexp(probability, &exponent);
    std::frexp(1 - probability, &exponentOfRest);
    const int digits = std::min(
        kHexDigits, std::max(precision + exponent / -kHexBits, precision + exponentOfRest / -kHexBits));
    const auto scaled = static_cast<std::uint64_t>(std::round(probability * static_cast<double>(kRange)));
    std::uint64_t threshold = kRange - scaled;
    if (const auto dropped = static_cast<unsigned>(kHexBits * (kHexDigits - digits)); dropped != 0) {
        threshold += std::uint64_t{1} << (dropped - 1);
        threshold = threshold >> dropped << dropped;
    }
    return threshold;
}

double probabilityOf(std::uint64_t threshold)
{
    return static_cast<double>(kRange - threshold) / static_cast<double>(kRange);
}

} // namespace sluice::sampling
