#pragma once

#include "core/base/guarded.h"
#include "core/query/query.h"
#include "core/search/outcome_feed.h"
#include "core/search/reader_pool.h"
#include "core/search/rule_book.h"

#include <array>
#include <compare>
#include <cstdint>
#include <deque>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace sluice::search {

/// Counts how records were judged, from the outcome ranges alone: no chunk is read. One byte per record.
/// Any thread.
class OutcomeLedger {
public:
    OutcomeLedger(ReaderPool& readers, RuleBook& rules);

    /// Counts per signal and per rule, sizes and times. Conserved: stored = unchanged + changed + dropped +
    /// errors + waiting, where stored are the records that are still there. Leaves `traces` at 0.
    query::Answer<query::CaptureStats> stats(const std::stop_token& stop);

private:
    struct PerSignal {
        explicit PerSignal(Signal signal)
            : feed(signal)
        {
        }
        OutcomeFeed feed;
        std::uint64_t first = 1; ///< Sequence of kinds[0].
        std::deque<query::OutcomeKind> kinds;
        std::array<std::uint64_t, 6> counts{}; ///< Of `kinds`, by kind.
    };
    struct RuleKey {
        std::uint32_t revision = 0;
        std::string pipeline;
        std::uint16_t rule = 0;
        friend auto operator<=>(const RuleKey&, const RuleKey&) = default;
    };

    struct State {
        std::array<PerSignal, kSignalCount> signals{
            PerSignal(Signal::Traces), PerSignal(Signal::Metrics), PerSignal(Signal::Logs)};
        std::map<RuleKey, query::RuleCounts> rules;
    };

    static void judge(State& state, const OutcomeRange& range);

    ReaderPool& m_readers;
    RuleBook& m_rules;
    Guarded<State> m_state;
};

} // namespace sluice::search
