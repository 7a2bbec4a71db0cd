#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::sampling {

/// A W3C tracestate with the OpenTelemetry member (`ot`) taken apart. Views point into the parsed text.
/// Source: W3C Trace Context; spec/processors.md section 12.6.
class TraceState {
public:
    /// Nothing when the text is not well formed or too long.
    static std::optional<TraceState> parse(std::string_view text);

    std::optional<std::uint64_t> randomness; ///< `rv`
    std::optional<std::uint64_t> threshold; ///< `th`

    /// `ot` first (rv, th, the rest), then the other members in their order.
    [[nodiscard]] std::string text() const;

private:
    bool parseOpenTelemetry(std::string_view value);

    std::vector<std::pair<std::string_view, std::string_view>> m_otMembers;
    std::vector<std::pair<std::string_view, std::string_view>> m_others;
};

} // namespace sluice::sampling
