#pragma once

#include "core/capture/capture_reader.h"
#include "core/pipeline/outcome.h"
#include "core/query/query.h"

#include <functional>
#include <stop_token>
#include <vector>

namespace sluice::search {

/// A verdict as the interface shows it.
constexpr query::OutcomeKind kindOf(Verdict verdict)
{
    return static_cast<query::OutcomeKind>(verdict); // The first five have the same numbers.
}
static_assert(kindOf(Verdict::Waiting) == query::OutcomeKind::Waiting);
static_assert(kindOf(Verdict::Kept) == query::OutcomeKind::Kept);
static_assert(kindOf(Verdict::Changed) == query::OutcomeKind::Changed);
static_assert(kindOf(Verdict::Dropped) == query::OutcomeKind::Dropped);
static_assert(kindOf(Verdict::Error) == query::OutcomeKind::Error);

/// One outcome of a record that several pipelines judged: it is dropped when no pipeline lets it out, changed
/// when any changed it, an error when any failed. The order of the pipelines does not matter.
constexpr query::OutcomeKind merged(query::OutcomeKind a, query::OutcomeKind b)
{
    constexpr auto rank = [](query::OutcomeKind kind) {
        switch (kind) {
        case query::OutcomeKind::Waiting: return 0;
        case query::OutcomeKind::Dropped: return 1;
        case query::OutcomeKind::Kept: return 2;
        case query::OutcomeKind::Changed: return 3;
        default: return 4;
        }
    };
    return rank(a) < rank(b) ? b : a;
}

/// Reads the outcome ranges of one signal that were written since the last time, each once. One thread at a
/// time.
class OutcomeFeed {
public:
    explicit OutcomeFeed(Signal signal)
        : m_signal(signal)
    {
    }

    /// Gives new ranges to `each`. A range that reaches to record `unknownFrom` or beyond waits for the next
    /// call: its records were committed after the caller looked.
    query::Answer<void> read(CaptureReader& reader, std::uint64_t unknownFrom,
        const std::function<void(const OutcomeRange&)>& each, const std::stop_token& stop);

private:
    Signal m_signal;
    std::int64_t m_lastRow = 0;
    std::vector<OutcomeRange> m_waiting;
};

} // namespace sluice::search
