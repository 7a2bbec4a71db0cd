#pragma once

#include "core/query/query.h"
#include "core/search/trace_index.h"

#include <algorithm>
#include <cstdint>
#include <stop_token>
#include <vector>

namespace sluice::search {

/// A filter made ready for one state of a TraceIndex: every text is looked up once, and a row is tested by
/// comparing numbers. Use only while the index is not written.
class CompiledTraceFilter {
public:
    /// What a row can fail. Bits of failures().
    enum Condition : std::uint32_t {
        kTime = 1,
        kService = 2,
        kRootOperation = 4,
        kText = 8,
        kDuration = 16,
        kErrors = 32,
        kOutcome = 64,
        kRule = 128,
        kHttpStatus = 256,
    };

    /// Looks through the names of all spans when the filter has a text: that may be cancelled.
    static query::Answer<CompiledTraceFilter> compile(
        const TraceIndex& index, const query::TraceFilter& filter, const std::stop_token& stop);

    [[nodiscard]] bool accepts(TraceIndex::Row row) const { return failures<true>(row) == 0; }

    /// All conditions that the row fails.
    [[nodiscard]] std::uint32_t failures(TraceIndex::Row row) const { return failures<false>(row); }

    /// Places in the index's order outside [begin, end) fail by their time, those inside do not.
    [[nodiscard]] std::size_t firstPlace() const { return m_firstPlace; }
    [[nodiscard]] std::size_t endPlace() const { return m_endPlace; }

private:
    explicit CompiledTraceFilter(const TraceIndex& index)
        : m_index(&index)
    {
    }
    query::Answer<void> findText(std::string_view text, const std::stop_token& stop);

    template <bool firstOnly>
    [[nodiscard]] std::uint32_t failures(TraceIndex::Row row) const;

    const TraceIndex* m_index;
    std::uint32_t m_active = 0; ///< Conditions that the filter has.
    std::uint64_t m_begin = 0;
    std::uint64_t m_end = 0;
    std::size_t m_firstPlace = 0;
    std::size_t m_endPlace = 0;
    std::vector<std::uint8_t> m_serviceLists; ///< By list: 1 when it passes.
    std::vector<std::uint8_t> m_ruleLists;
    std::vector<std::uint32_t> m_rootNames; ///< Sorted; as the next one.
    std::vector<std::uint32_t> m_httpStatus;
    std::vector<std::uint8_t> m_textRows; ///< By row.
    std::uint64_t m_minDuration = 0;
    std::uint64_t m_maxDuration = 0;
    bool m_wantsErrors = false;
    std::uint32_t m_outcomes = 0; ///< Bit n: OutcomeKind n passes.
};

template <bool firstOnly>
inline std::uint32_t CompiledTraceFilter::failures(TraceIndex::Row row) const
{
    const TraceIndex& index = *m_index;
    std::uint32_t failed = 0;
    const auto check = [&](Condition condition, auto&& passes) {
        if ((m_active & condition) != 0 && (!firstOnly || failed == 0) && !passes())
            failed |= condition;
    };
    check(kTime, [&] { return m_begin <= index.start(row) && index.start(row) < m_end; });
    check(kService, [&] { return m_serviceLists[index.serviceList(row)] != 0; });
    check(kDuration, [&] {
        const std::uint64_t duration = index.duration(row);
        return m_minDuration <= duration && duration <= m_maxDuration;
    });
    check(kErrors, [&] { return (index.errors(row) > 0) == m_wantsErrors; });
    check(kOutcome, [&] { return (m_outcomes >> static_cast<std::uint32_t>(index.outcome(row)) & 1U) != 0; });
    check(kRule, [&] { return m_ruleLists[index.ruleList(row)] != 0; });
    check(kRootOperation,
        [&] { return index.hasRoot(row) && std::ranges::binary_search(m_rootNames, index.rootName(row)); });
    check(kText, [&] { return m_textRows[row] != 0; });
    check(kHttpStatus, [&] { return std::ranges::binary_search(m_httpStatus, index.httpStatus(row)); });
    return failed;
}

} // namespace sluice::search
