#pragma once

// Consistent probability sampling: thresholds and randomness of 56 bits. Source: spec/processors.md
// section 12.2.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::sampling {

inline constexpr int kHexDigits = 14;
inline constexpr std::uint64_t kRange = std::uint64_t{1} << 56U; ///< As a threshold: never.
inline constexpr std::uint64_t kMaxRandomness = kRange - 1;
inline constexpr std::uint64_t kAlways = 0;
inline constexpr std::uint64_t kNever = kRange;
inline constexpr double kMinProbability = 1.0 / static_cast<double>(kRange);

/// A record is kept when its randomness reaches the threshold.
constexpr bool keeps(std::uint64_t threshold, std::uint64_t randomness)
{
    return threshold <= randomness;
}

/// `th`: hex digits without the zeros at the end; "0" for always, "" for never.
std::string thresholdText(std::uint64_t threshold);
/// 1 to 14 hex digits.
std::optional<std::uint64_t> thresholdIn(std::string_view text);

/// `rv`: 14 hex digits.
std::string randomnessText(std::uint64_t randomness);
std::optional<std::uint64_t> randomnessIn(std::string_view text);

/// The threshold of a probability in (0, 1], with about `precision` significant hex digits (1 to 14). Nothing
/// for a probability out of range.
std::optional<std::uint64_t> thresholdOf(double probability, int precision);
double probabilityOf(std::uint64_t threshold);

} // namespace sluice::sampling
