#pragma once

#include "core/base/ids.h"
#include "core/capture/stored.h"
#include "core/pipeline/outcome.h"
#include "core/query/query_types.h"
#include "core/search/list_table.h"
#include "core/search/string_table.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sluice::search {

/// What a rule did, packed for ListTable: the rule's id as an interned text, and how it ended.
struct RuleMark {
    enum class Kind : std::uint8_t { Changed = 0, Dropped = 1, Error = 2 };

    static constexpr std::uint32_t pack(std::uint32_t rule, Kind kind)
    {
        return rule << 2U | static_cast<std::uint32_t>(kind);
    }
    static constexpr std::uint32_t rule(std::uint32_t mark) { return mark >> 2U; }
    static constexpr Kind kind(std::uint32_t mark) { return static_cast<Kind>(mark & 3U); }
};

/// The hot columns of spans and traces: narrow arrays in memory, built chunk by chunk, that answer every
/// question about the list of traces without touching the file.
///
/// Spans without a trace id are one trace, that of the all-zero id: nothing is hidden. What retention takes
/// leaves the counts; a trace of which it took a part keeps the times, root and services that were known.
///
/// Cost: 9 bytes per span and about 150 per trace; README.md has the measured figures.
/// Threads: several may read; one may write, alone. Call settle() after the last write.
class TraceIndex {
public:
    using Row = std::uint32_t;

    // --- Writing

    /// Adds the spans of a chunk. Those with a sequence below nextSequence() are known already and left out.
    void add(const Chunk& chunk);
    /// How a pipeline judged spans; `rules` are the pipeline's rule ids. Ignores spans that are not here (any
    /// more).
    void judge(const OutcomeRange& range, const std::vector<RecordOutcome>& outcomes,
        const std::vector<std::string>& rules);
    /// Takes out the spans of chunks with an id below `chunk`.
    void removeBefore(std::int64_t chunk);
    /// Restores the order by start after writes.
    void settle();
    void setHttpStatus(Row row, std::string_view status);

    // --- Reading

    [[nodiscard]] std::int64_t lastChunk() const { return m_lastChunk; }
    [[nodiscard]] std::uint64_t nextSequence() const { return m_nextSequence; }
    [[nodiscard]] std::size_t traceCount() const { return m_order.size(); }
    [[nodiscard]] std::uint64_t spanCount() const { return m_spanCount; }
    [[nodiscard]] std::optional<Row> find(const TraceId& id) const;

    /// One entry per trace, by start, then by id.
    struct Place {
        std::uint64_t start = 0;
        Row row = 0;
    };
    [[nodiscard]] std::span<const Place> order() const { return m_order; }
    /// First place that does not come before (start, id).
    [[nodiscard]] std::size_t placeOf(std::uint64_t start, const TraceId& id) const;

    [[nodiscard]] const TraceId& id(Row row) const { return m_id[row]; }
    [[nodiscard]] std::uint64_t start(Row row) const { return m_start[row]; }
    [[nodiscard]] std::uint64_t duration(Row row) const
    {
        return m_end[row] > m_start[row] ? m_end[row] - m_start[row] : 0;
    }
    [[nodiscard]] std::uint32_t spans(Row row) const { return m_spans[row]; }
    [[nodiscard]] std::uint32_t errors(Row row) const { return m_errors[row]; }
    [[nodiscard]] std::uint32_t serviceList(Row row) const { return m_services[row]; }
    [[nodiscard]] std::uint32_t ruleList(Row row) const { return m_rules[row]; } ///< Of RuleMark.
    [[nodiscard]] std::uint32_t rootName(Row row) const
    {
        return m_rootName[row];
    } ///< 0: no root has arrived.
    [[nodiscard]] bool hasRoot(Row row) const { return m_rootSequence[row] != 0; }
    [[nodiscard]] query::OutcomeKind outcome(Row row) const { return m_outcome[row]; }
    [[nodiscard]] std::uint64_t lastSequence(Row row) const { return m_lastSequence[row]; }
    [[nodiscard]] std::uint64_t rootSequence(Row row) const { return m_rootSequence[row]; }
    /// Interned text; kUnknownStatus when nobody has looked yet. A trace without root has none.
    [[nodiscard]] std::uint32_t httpStatus(Row row) const { return hasRoot(row) ? m_httpStatus[row] : 0; }
    static constexpr std::uint32_t kUnknownStatus = StringTable::kNone;

    [[nodiscard]] const StringTable& strings() const { return m_strings; }
    [[nodiscard]] const ListTable& services() const { return m_serviceLists; }
    [[nodiscard]] const ListTable& rules() const { return m_ruleLists; }

    /// All of a trace but its HTTP status, as text.
    [[nodiscard]] query::TraceSummary summary(Row row) const;

    /// The outcome of one span; Waiting when it is not here.
    [[nodiscard]] query::OutcomeKind spanOutcome(std::uint64_t sequence) const;
    /// The chunk that holds a span; 0 when it is not here.
    [[nodiscard]] std::int64_t chunkOf(std::uint64_t sequence) const;

    /// Spans of one chunk.
    struct Block {
        std::int64_t chunk = 0;
        std::uint64_t first = 0; ///< Sequence.
        std::vector<Row> trace;
        std::vector<std::uint32_t> name; ///< Interned.
        std::vector<std::uint8_t> state; ///< OutcomeKind and kIsError.
    };
    static constexpr std::uint8_t kKindMask = 7;
    static constexpr std::uint8_t kIsError = 8;
    [[nodiscard]] const std::deque<Block>& blocks() const { return m_blocks; }
    [[nodiscard]] std::size_t rowLimit() const { return m_id.size(); } ///< Rows are below it; some are free.

    /// Start of the earliest trace and of the latest span that have a time. Zero when there is none.
    [[nodiscard]] std::uint64_t firstStart() const;
    [[nodiscard]] std::uint64_t lastStart() const { return m_lastStart; }

private:
    struct Counts {
        std::uint32_t kept = 0;
        std::uint32_t changed = 0;
        std::uint32_t dropped = 0;
        std::uint32_t errors = 0;
    };

    Row rowOf(const TraceId& id);
    Row newRow(const TraceId& id);
    void growHash();
    void moved(Row row);
    void count(Row row, query::OutcomeKind kind, bool up);
    void updateOutcome(Row row);
    void dropDeadRows();
    void compact();
    [[nodiscard]] const Block* blockOf(std::uint64_t sequence) const;
    [[nodiscard]] bool before(const Place& a, const Place& b) const
    {
        return a.start != b.start ? a.start < b.start : m_id[a.row] < m_id[b.row];
    }

    StringTable m_strings;
    ListTable m_serviceLists;
    ListTable m_ruleLists;

    // A trace is a row.
    std::vector<TraceId> m_id;
    std::vector<std::uint64_t> m_start;
    std::vector<std::uint64_t> m_end;
    std::vector<std::uint32_t> m_spans; ///< 0: the row is free.
    std::vector<std::uint32_t> m_errors;
    std::vector<std::uint32_t> m_rootName;
    std::vector<std::uint32_t> m_firstName; ///< Of the earliest span, for traces without root.
    std::vector<std::uint32_t> m_rootService; ///< Of the root; of the earliest span while there is none.
    std::vector<std::uint32_t> m_services;
    std::vector<std::uint32_t> m_rules;
    std::vector<std::uint32_t> m_httpStatus;
    std::vector<std::uint32_t> m_revision; ///< The newest that judged a span of it.
    std::vector<Counts> m_counts;
    std::vector<query::OutcomeKind> m_outcome;
    std::vector<std::uint8_t> m_isMoved; ///< Waits in m_moved.
    std::vector<std::uint64_t> m_lastSequence;
    std::vector<std::uint64_t> m_rootSequence;

    std::vector<std::uint32_t>
        m_hash; ///< Row + 1 by hash of the id, linear probing; 0 is free. A power of two.
    std::vector<Place> m_order;
    std::vector<Row> m_moved; ///< New, or with an earlier start than m_order knows.
    std::deque<Block> m_blocks;
    std::uint64_t m_spanCount = 0;
    std::int64_t m_lastChunk = 0;
    std::uint64_t m_nextSequence = 1;
    std::uint64_t m_lastStart = 0;
    std::vector<std::uint32_t> m_globalIds; ///< Scratch: a chunk's strings, interned.
};

} // namespace sluice::search
