#pragma once

#include "core/capture/stored.h"
#include "core/pipeline/outcome.h"
#include "core/query/query_types.h"
#include "core/search/string_table.h"

#include <array>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::search {

inline constexpr std::size_t kSeverities = 7;

/// Unspecified, TRACE, DEBUG, INFO, WARN, ERROR, FATAL: the class of an OTLP SeverityNumber.
constexpr std::size_t severityClass(std::uint8_t number)
{
    return number == 0 || number > 24 ? 0 : (number + 3U) / 4U;
}
std::string_view severityName(std::size_t severityClass);

/// The hot columns of log records in memory, built chunk by chunk. A log is addressed by its offset, the
/// distance of its sequence to first().
///
/// Cost: 22 bytes per log. Threads: as TraceIndex.
class LogIndex {
public:
    // --- Writing: as TraceIndex.
    void add(const Chunk& chunk);
    void judge(const OutcomeRange& range, const std::vector<RecordOutcome>& outcomes,
        const std::vector<std::string>& rules);
    void removeBefore(std::int64_t chunk);
    void settle();

    // --- Reading
    [[nodiscard]] std::int64_t lastChunk() const { return m_lastChunk; }
    [[nodiscard]] std::uint64_t nextSequence() const { return m_next; }
    [[nodiscard]] std::uint64_t first() const { return m_first; }
    [[nodiscard]] std::size_t size() const { return m_order.size(); }

    /// Offsets by time, then by sequence.
    [[nodiscard]] std::span<const std::uint32_t> order() const { return m_order; }
    /// First place in order() that does not come before (time, sequence).
    [[nodiscard]] std::size_t placeOf(std::uint64_t time, std::uint64_t sequence) const;

    [[nodiscard]] std::uint64_t time(std::uint32_t offset) const { return m_time[offset]; }
    [[nodiscard]] std::uint32_t service(std::uint32_t offset) const { return m_service[offset]; }
    [[nodiscard]] std::uint8_t severity(std::uint32_t offset) const { return m_severity[offset]; }
    [[nodiscard]] query::OutcomeKind outcome(std::uint32_t offset) const { return m_outcome[offset]; }
    /// Id of the rule that changed (the last one), dropped or failed it; empty for none.
    [[nodiscard]] const std::string& rule(std::uint32_t offset) const
    {
        return m_strings.text(m_rule[offset]);
    }
    [[nodiscard]] const StringTable& strings() const { return m_strings; }

    /// The logs of one chunk.
    struct Block {
        std::int64_t chunk = 0;
        std::uint64_t first = 0; ///< Sequence.
        std::uint32_t count = 0;
        std::uint64_t minTime = 0;
        std::uint64_t maxTime = 0;
    };
    [[nodiscard]] const std::deque<Block>& blocks() const { return m_blocks; }
    [[nodiscard]] const Block* blockOf(std::uint64_t sequence) const; ///< Null when it is not here.
    /// The offset of a sequence that blockOf() knows.
    [[nodiscard]] std::uint32_t offsetOf(std::uint64_t sequence) const
    {
        return static_cast<std::uint32_t>(sequence - m_first);
    }

private:
    [[nodiscard]] bool before(std::uint32_t a, std::uint32_t b) const
    {
        return m_time[a] != m_time[b] ? m_time[a] < m_time[b] : a < b;
    }

    StringTable m_strings;
    std::vector<std::uint64_t> m_time;
    std::vector<std::uint32_t> m_service;
    std::vector<std::uint32_t> m_rule;
    std::vector<std::uint8_t> m_severity;
    std::vector<query::OutcomeKind> m_outcome;
    std::vector<std::uint32_t> m_order;
    std::vector<std::uint32_t> m_new; ///< Not in m_order yet.
    std::deque<Block> m_blocks;
    std::int64_t m_lastChunk = 0;
    std::uint64_t m_first = 1; ///< Sequence at offset 0.
    std::uint64_t m_next = 1;
    std::vector<std::uint32_t> m_globalIds; ///< Scratch.
};

} // namespace sluice::search
