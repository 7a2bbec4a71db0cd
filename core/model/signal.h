#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice {

/// The three kinds of telemetry. The numbers are stored in captures.
enum class Signal : std::uint8_t { Traces = 0, Metrics = 1, Logs = 2 };

inline constexpr std::array kSignals{Signal::Traces, Signal::Metrics, Signal::Logs};
inline constexpr std::size_t kSignalCount = kSignals.size();

constexpr std::size_t indexOf(Signal signal) { return static_cast<std::size_t>(signal); }

/// "traces", "metrics", "logs": as in configurations, paths and the command line.
constexpr std::string_view nameOf(Signal signal)
{
    constexpr std::array<std::string_view, kSignalCount> names{"traces", "metrics", "logs"};
    return names[indexOf(signal)];
}

constexpr std::optional<Signal> signalNamed(std::string_view name)
{
    for (const Signal signal : kSignals) {
        if (nameOf(signal) == name)
            return signal;
    }
    return std::nullopt;
}

/// A record of a capture: a span, a log record, or a data point (a metric without points counts as one).
/// Sequences start at 1, count up per signal, and never change or get reused; 0 is no record.
struct RecordId {
    Signal signal = Signal::Traces;
    std::uint64_t sequence = 0;

    friend constexpr auto operator<=>(const RecordId&, const RecordId&) = default;
};

} // namespace sluice
