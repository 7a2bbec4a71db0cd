#include "core/search/log_index.h"

#include "core/search/outcome_feed.h"
#include "core/search/text.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace sluice::search {

std::string_view severityName(std::size_t severityClass)
{
    constexpr std::array<std::string_view, kSeverities> names{
        "UNSPECIFIED", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};
    return names[severityClass];
}

void LogIndex::add(const Chunk& chunk)
{
    m_lastChunk = std::max(m_lastChunk, chunk.info.id);
    const ChunkColumns& columns = chunk.columns;
    const std::uint64_t end = chunk.info.firstRecord + columns.size();
    if (end <= m_next)
        return;
    if (m_time.empty())
        m_first = m_next = std::max(m_next, chunk.info.firstRecord);
    // Sequences that do not exist keep a place that no order and no block knows.
    const std::size_t start = static_cast<std::size_t>(std::max(m_next, chunk.info.firstRecord) - m_first);
    const auto known = static_cast<std::size_t>(m_first + start - chunk.info.firstRecord);
    const std::size_t size = static_cast<std::size_t>(end - m_first);
    m_time.resize(size);
    m_service.resize(size);
    m_rule.resize(size);
    m_severity.resize(size);
    m_outcome.resize(size);

    m_globalIds.clear();
    for (const std::string& text : columns.strings)
        m_globalIds.push_back(m_strings.intern(text.empty() ? "unknown_service" : shown(text)));

    Block block{chunk.info.id, m_first + start, static_cast<std::uint32_t>(columns.size() - known),
        std::numeric_limits<std::uint64_t>::max(), 0};
    for (std::size_t i = known; i < columns.size(); ++i) {
        const std::size_t offset = start + (i - known);
        m_time[offset] = columns.startUnixNano[i];
        m_service[offset] = m_globalIds[columns.service[i]];
        m_severity[offset] = columns.kind[i];
        block.minTime = std::min(block.minTime, m_time[offset]);
        block.maxTime = std::max(block.maxTime, m_time[offset]);
        m_new.push_back(static_cast<std::uint32_t>(offset));
    }
    m_blocks.push_back(block);
    m_next = end;
}

void LogIndex::judge(const OutcomeRange& range, const std::vector<RecordOutcome>& outcomes,
    const std::vector<std::string>& rules)
{
    std::vector<std::uint32_t> ruleIds;
    for (const std::string& rule : rules)
        ruleIds.push_back(m_strings.intern(rule));
    const std::uint64_t end = std::min(range.firstRecord + range.recordCount, m_next);
    for (std::uint64_t sequence = std::max(range.firstRecord, m_first); sequence < end; ++sequence) {
        const std::uint32_t offset = offsetOf(sequence);
        RecordOutcome outcome;
        if (!outcomes.empty())
            outcome = outcomes[static_cast<std::size_t>(sequence - range.firstRecord)];
        const query::OutcomeKind is = merged(m_outcome[offset], kindOf(outcome.verdict));
        if (is != kindOf(outcome.verdict))
            continue;
        m_outcome[offset] = is;
        std::size_t rule = rules.size();
        if (outcome.verdict == Verdict::Dropped || outcome.verdict == Verdict::Error)
            rule = outcome.rule;
        else if (outcome.verdict == Verdict::Changed && outcome.changedBy != 0)
            rule = static_cast<std::size_t>(std::bit_width(outcome.changedBy) - 1);
        m_rule[offset] = rule < ruleIds.size() ? ruleIds[rule] : 0;
    }
}

void LogIndex::removeBefore(std::int64_t chunk)
{
    if (m_blocks.empty() || m_blocks.front().chunk >= chunk)
        return;
    settle();
    while (!m_blocks.empty() && m_blocks.front().chunk < chunk)
        m_blocks.pop_front();
    const std::uint64_t newFirst = m_blocks.empty() ? m_next : m_blocks.front().first;
    const auto gone = static_cast<std::uint32_t>(newFirst - m_first);
    const auto cut = [gone](auto& column) { column.erase(column.begin(), column.begin() + gone); };
    cut(m_time);
    cut(m_service);
    cut(m_rule);
    cut(m_severity);
    cut(m_outcome);
    std::erase_if(m_order, [gone](std::uint32_t offset) { return offset < gone; });
    for (std::uint32_t& offset : m_order)
        offset -= gone;
    m_first = newFirst;
}

void LogIndex::settle()
{
    if (m_new.empty())
        return;
    const auto inOrder = [this](std::uint32_t a, std::uint32_t b) { return before(a, b); };
    std::ranges::sort(m_new, inOrder);
    const auto from = std::ranges::lower_bound(m_order, m_new.front(), inOrder) - m_order.begin();
    const auto middle = static_cast<std::ptrdiff_t>(m_order.size());
    m_order.insert(m_order.end(), m_new.begin(), m_new.end());
    std::inplace_merge(m_order.begin() + from, m_order.begin() + middle, m_order.end(), inOrder);
    m_new.clear();
}

std::size_t LogIndex::placeOf(std::uint64_t time, std::uint64_t sequence) const
{
    const auto it = std::ranges::partition_point(m_order, [&](std::uint32_t offset) {
        return m_time[offset] != time ? m_time[offset] < time : m_first + offset < sequence;
    });
    return static_cast<std::size_t>(it - m_order.begin());
}

const LogIndex::Block* LogIndex::blockOf(std::uint64_t sequence) const
{
    const auto it = std::ranges::partition_point(
        m_blocks, [&](const Block& block) { return block.first + block.count <= sequence; });
    return it == m_blocks.end() || it->first > sequence ? nullptr : &*it;
}

} // namespace sluice::search
