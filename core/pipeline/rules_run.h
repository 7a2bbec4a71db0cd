#pragma once

// `rules run`: a rules file over JSON lines, off-line. design/cli.md says what goes in and comes out.

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/pipeline/rules_file.h"

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>

namespace sluice {

/// Where virtual time comes from.
enum class RunClock : std::uint8_t {
    Arrival, ///< The newest time in a request's records; never backwards.
    Now, ///< The given clock.
    Step, ///< The first request's newest time, then moved by clock steps only.
};

struct RunOptions {
    RunClock clock = RunClock::Arrival;
    bool drains = false; ///< Let everything out at the end, as a shut-down does.
    bool annotates = false; ///< One object per line with request, signal and exporter beside the payload.
};

struct RunCounts {
    std::uint64_t requests = 0;
    std::uint64_t refused = 0; ///< Requests.
    std::uint64_t recordsIn = 0;
    std::uint64_t recordsOut = 0; ///< Counted once per exporter.
    std::uint64_t payloads = 0;
};

/// Why a run ended early: `line` of the input (from 1; 0 when it is about the rules) and what to do.
struct RunError {
    std::size_t line = 0;
    std::string text;
};

/// Reads `in` to its end and writes what leaves to `out`, in order. Request lines behave as OTLP/HTTP
/// requests do: what cannot be read is refused and the run goes on; a line that is no request and no step
/// ends it. `now` is only asked with RunClock::Now. The rules must be valid (parseRulesFile() says so).
Result<RunCounts, RunError> runRules(
    const RulesFile& rules, const RunOptions& options, const Clock& now, std::istream& in, std::ostream& out);

} // namespace sluice
