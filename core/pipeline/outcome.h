#pragma once

// What a pipeline did to a record, and the compact form in which a capture keeps it.

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

/// The numbers are stored in captures.
enum class Verdict : std::uint8_t { Waiting = 0, Kept = 1, Changed = 2, Dropped = 3, Error = 4 };

/// The outcome of one record. Rules are counted within their pipeline, from 0, disabled ones included.
struct RecordOutcome {
    Verdict verdict = Verdict::Kept;
    std::uint16_t rule = 0; ///< Dropped, Error: the rule that did it.
    std::uint16_t condition
        = 0; ///< Dropped: index of the condition in that rule, as its processor counts them.
    std::uint64_t changedBy
        = 0; ///< Bit n: rule n changed it; rules beyond 62 share bit 63. Also set when dropped later.
    bool isLate = false; ///< Came after its trace had been decided on. For Kept, Changed and Dropped.

    friend bool operator==(const RecordOutcome&, const RecordOutcome&) = default;
};

/// Outcomes of records in a row, run-length encoded. All kept and unchanged: the empty string.
std::string encodeOutcomes(const std::vector<RecordOutcome>& outcomes);

struct OutcomeDecodeError {
    std::string text;
};

/// The reverse. `count` is the number of records of the range.
Result<std::vector<RecordOutcome>, OutcomeDecodeError> decodeOutcomes(
    std::string_view encoded, std::size_t count);

} // namespace sluice
