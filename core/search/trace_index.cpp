#include "core/search/trace_index.h"

#include "core/search/outcome_feed.h"
#include "core/search/text.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace sluice::search {
namespace {

constexpr std::string_view kUnknownService = "unknown_service";
constexpr std::uint8_t kSpanStatusError = 2;

/// Real ids are random, those of tests are not: both halves are mixed, one after the other.
std::uint64_t hashOf(const TraceId& id)
{
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    std::memcpy(&high, id.bytes().data(), 8);
    std::memcpy(&low, id.bytes().data() + 8, 8);
    std::uint64_t hash = high * 0xD6E8FEB86659FD93U;
    hash = ((hash ^ hash >> 32U) + low) * 0xA0761D6478BD642FU;
    return hash ^ hash >> 29U;
}

} // namespace

void TraceIndex::add(const Chunk& chunk)
{
    m_lastChunk = std::max(m_lastChunk, chunk.info.id);
    const ChunkColumns& columns = chunk.columns;
    const std::uint64_t end = chunk.info.firstRecord + columns.size();
    if (end <= m_nextSequence)
        return;
    const std::size_t known = m_nextSequence > chunk.info.firstRecord
        ? static_cast<std::size_t>(m_nextSequence - chunk.info.firstRecord)
        : 0;
    m_globalIds.clear();
    for (const std::string& text : columns.strings)
        m_globalIds.push_back(m_strings.intern(shown(text)));
    const std::uint32_t unknownService = m_strings.intern(kUnknownService);

    Block& block = m_blocks.emplace_back();
    block.chunk = chunk.info.id;
    block.first = chunk.info.firstRecord + known;
    block.trace.reserve(columns.size() - known);
    block.name.reserve(columns.size() - known);
    block.state.reserve(columns.size() - known);

    Row row = 0;
    const TraceId* last = nullptr; // Spans of a trace mostly stand together.
    for (std::size_t i = known; i < columns.size(); ++i) {
        if (last == nullptr || *last != columns.traceId[i])
            row = rowOf(columns.traceId[i]);
        last = &columns.traceId[i];
        const std::uint64_t sequence = chunk.info.firstRecord + i;
        const std::uint64_t start = columns.startUnixNano[i];
        const std::uint32_t name = m_globalIds[columns.name[i]];
        const std::uint32_t service
            = columns.service[i] == 0 ? unknownService : m_globalIds[columns.service[i]];
        const bool isError = columns.status[i] == kSpanStatusError;
        const bool isRoot = (columns.flags[i] & ChunkColumns::kIsRoot) != 0;

        block.trace.push_back(row);
        block.name.push_back(name);
        block.state.push_back(isError ? kIsError : std::uint8_t{0});

        const bool isFirst = m_spans[row] == 0;
        ++m_spans[row];
        m_errors[row] += isError ? 1U : 0U;
        if (isFirst || start < m_start[row]) {
            m_start[row] = start;
            moved(row);
            m_firstName[row] = name;
            if (m_rootSequence[row] == 0)
                m_rootService[row] = service;
        }
        m_end[row] = std::max(m_end[row], columns.endUnixNano[i]);
        m_lastStart = std::max(m_lastStart, start);
        m_lastSequence[row] = sequence;
        m_services[row] = m_serviceLists.with(m_services[row], service);
        if (isRoot && m_rootSequence[row] == 0) {
            m_rootSequence[row] = sequence;
            m_rootName[row] = name;
            m_rootService[row] = service;
        }
        if (m_outcome[row] != query::OutcomeKind::Waiting)
            updateOutcome(row);
    }
    m_spanCount += columns.size() - known;
    m_nextSequence = end;
}

void TraceIndex::judge(const OutcomeRange& range, const std::vector<RecordOutcome>& outcomes,
    const std::vector<std::string>& rules)
{
    std::vector<std::uint32_t> ruleIds;
    for (const std::string& rule : rules)
        ruleIds.push_back(m_strings.intern(rule));

    std::uint64_t sequence = range.firstRecord;
    const std::uint64_t end = range.firstRecord + range.recordCount;
    const auto firstBlock = std::ranges::partition_point(
        m_blocks, [&](const Block& block) { return block.first + block.trace.size() <= sequence; });
    for (auto block = firstBlock; block != m_blocks.end() && block->first < end; ++block) {
        sequence = std::max(sequence, block->first);
        const std::uint64_t blockEnd = std::min(end, block->first + block->trace.size());
        for (; sequence < blockEnd; ++sequence) {
            const auto at = static_cast<std::size_t>(sequence - block->first);
            const Row row = block->trace[at];
            RecordOutcome outcome;
            if (!outcomes.empty())
                outcome = outcomes[static_cast<std::size_t>(sequence - range.firstRecord)];
            const auto was = static_cast<query::OutcomeKind>(block->state[at] & kKindMask);
            const query::OutcomeKind is = merged(was, kindOf(outcome.verdict));
            m_revision[row] = std::max(m_revision[row], range.revision);
            for (std::uint64_t bits = outcome.changedBy; bits != 0; bits &= bits - 1) {
                const auto rule = static_cast<std::size_t>(std::countr_zero(bits));
                if (rule < ruleIds.size())
                    m_rules[row] = m_ruleLists.with(
                        m_rules[row], RuleMark::pack(ruleIds[rule], RuleMark::Kind::Changed));
            }
            if (outcome.rule < ruleIds.size()
                && (outcome.verdict == Verdict::Dropped || outcome.verdict == Verdict::Error)) {
                const auto kind
                    = outcome.verdict == Verdict::Dropped ? RuleMark::Kind::Dropped : RuleMark::Kind::Error;
                m_rules[row] = m_ruleLists.with(m_rules[row], RuleMark::pack(ruleIds[outcome.rule], kind));
            }
            if (is == was)
                continue;
            count(row, was, false);
            count(row, is, true);
            block->state[at]
                = static_cast<std::uint8_t>((block->state[at] & ~kKindMask) | static_cast<std::uint8_t>(is));
            updateOutcome(row);
        }
    }
}

void TraceIndex::removeBefore(std::int64_t chunk)
{
    bool hasDied = false;
    while (!m_blocks.empty() && m_blocks.front().chunk < chunk) {
        const Block& block = m_blocks.front();
        for (std::size_t i = 0; i < block.trace.size(); ++i) {
            const Row row = block.trace[i];
            count(row, static_cast<query::OutcomeKind>(block.state[i] & kKindMask), false);
            m_errors[row] -= (block.state[i] & kIsError) != 0 ? 1U : 0U;
            hasDied |= --m_spans[row] == 0;
            updateOutcome(row);
        }
        m_spanCount -= block.trace.size();
        m_blocks.pop_front();
    }
    if (hasDied)
        dropDeadRows();
}

void TraceIndex::dropDeadRows()
{
    settle();
    std::erase_if(m_order, [this](const Place& place) { return m_spans[place.row] == 0; });
    if (m_order.empty())
        m_lastStart = 0;
    compact();
}

void TraceIndex::compact()
{
    // Dead rows must leave the hash: a later span with the id of a dead trace begins a new one.
    constexpr Row kGone = std::numeric_limits<Row>::max();
    std::vector<Row> newRow(m_id.size(), kGone);
    Row next = 0;
    for (Row row = 0; row < m_id.size(); ++row) {
        if (m_spans[row] != 0)
            newRow[row] = next++;
    }
    const auto pack = [&](auto& column) {
        for (Row row = 0; row < newRow.size(); ++row) {
            if (newRow[row] != kGone)
                column[newRow[row]] = column[row];
        }
        column.resize(next);
    };
    pack(m_id);
    pack(m_start);
    pack(m_end);
    pack(m_errors);
    pack(m_rootName);
    pack(m_firstName);
    pack(m_rootService);
    pack(m_services);
    pack(m_rules);
    pack(m_httpStatus);
    pack(m_revision);
    pack(m_counts);
    pack(m_outcome);
    pack(m_isMoved);
    pack(m_lastSequence);
    pack(m_rootSequence);
    pack(m_spans);
    for (Place& place : m_order)
        place.row = newRow[place.row];
    for (Block& block : m_blocks) {
        for (Row& row : block.trace)
            row = newRow[row];
    }
    m_hash.assign(m_hash.size(), 0);
    const std::size_t mask = m_hash.size() - 1;
    for (Row row = 0; row < m_id.size(); ++row) {
        std::size_t at = hashOf(m_id[row]) & mask;
        while (m_hash[at] != 0)
            at = (at + 1) & mask;
        m_hash[at] = row + 1;
    }
}

void TraceIndex::settle()
{
    if (m_moved.empty())
        return;
    std::uint64_t earliest = std::numeric_limits<std::uint64_t>::max();
    std::vector<Place> places;
    places.reserve(m_moved.size());
    for (const Row row : m_moved) {
        earliest = std::min(earliest, m_start[row]);
        places.push_back({m_start[row], row});
    }
    const auto inOrder = [this](const Place& a, const Place& b) { return before(a, b); };
    std::ranges::sort(places, inOrder);

    // Rows only move towards earlier starts, so everything before the earliest new start stays as it is. New
    // traces are mostly the newest: the part that is merged is short.
    const auto from = std::ranges::lower_bound(m_order, earliest, {}, &Place::start) - m_order.begin();
    m_order.erase(std::remove_if(m_order.begin() + from, m_order.end(),
                      [this](const Place& place) { return m_isMoved[place.row] != 0; }),
        m_order.end());
    const auto middle = static_cast<std::ptrdiff_t>(m_order.size());
    m_order.insert(m_order.end(), places.begin(), places.end());
    std::inplace_merge(m_order.begin() + from, m_order.begin() + middle, m_order.end(), inOrder);
    for (const Row row : m_moved)
        m_isMoved[row] = 0;
    m_moved.clear();
}

void TraceIndex::setHttpStatus(Row row, std::string_view status)
{
    m_httpStatus[row] = m_strings.intern(shown(status));
}

std::optional<TraceIndex::Row> TraceIndex::find(const TraceId& id) const
{
    if (m_hash.empty())
        return std::nullopt;
    const std::size_t mask = m_hash.size() - 1;
    for (std::size_t at = hashOf(id) & mask; m_hash[at] != 0; at = (at + 1) & mask) {
        if (m_id[m_hash[at] - 1] == id)
            return m_hash[at] - 1;
    }
    return std::nullopt;
}

TraceIndex::Row TraceIndex::rowOf(const TraceId& id)
{
    if (const auto row = find(id))
        return *row;
    if ((m_id.size() + 1) * 2 > m_hash.size())
        growHash();
    const std::size_t mask = m_hash.size() - 1;
    std::size_t at = hashOf(id) & mask;
    while (m_hash[at] != 0)
        at = (at + 1) & mask;
    const Row row = newRow(id);
    m_hash[at] = row + 1;
    return row;
}

TraceIndex::Row TraceIndex::newRow(const TraceId& id)
{
    const auto row = static_cast<Row>(m_id.size());
    m_id.push_back(id);
    m_start.push_back(0);
    m_end.push_back(0);
    m_spans.push_back(0);
    m_errors.push_back(0);
    m_rootName.push_back(0);
    m_firstName.push_back(0);
    m_rootService.push_back(0);
    m_services.push_back(0);
    m_rules.push_back(0);
    m_httpStatus.push_back(kUnknownStatus);
    m_revision.push_back(0);
    m_counts.emplace_back();
    m_outcome.push_back(query::OutcomeKind::Waiting);
    m_isMoved.push_back(0);
    m_lastSequence.push_back(0);
    m_rootSequence.push_back(0);
    return row;
}

void TraceIndex::growHash()
{
    m_hash.assign(std::max<std::size_t>(1024, m_hash.size() * 2), 0);
    const std::size_t mask = m_hash.size() - 1;
    for (Row row = 0; row < m_id.size(); ++row) {
        std::size_t at = hashOf(m_id[row]) & mask;
        while (m_hash[at] != 0)
            at = (at + 1) & mask;
        m_hash[at] = row + 1;
    }
}

void TraceIndex::moved(Row row)
{
    if (m_isMoved[row] != 0)
        return;
    m_isMoved[row] = 1;
    m_moved.push_back(row);
}

void TraceIndex::count(Row row, query::OutcomeKind kind, bool up)
{
    Counts& counts = m_counts[row];
    const std::uint32_t step = up ? 1U : ~0U; // Unsigned: adding the latter takes one away.
    switch (kind) {
    case query::OutcomeKind::Kept: counts.kept += step; break;
    case query::OutcomeKind::Changed: counts.changed += step; break;
    case query::OutcomeKind::Dropped: counts.dropped += step; break;
    case query::OutcomeKind::Error: counts.errors += step; break;
    default: break;
    }
}

void TraceIndex::updateOutcome(Row row)
{
    const Counts& counts = m_counts[row];
    using Kind = query::OutcomeKind;
    if (counts.errors > 0)
        m_outcome[row] = Kind::Error;
    else if (counts.dropped > 0)
        m_outcome[row] = counts.dropped == m_spans[row] ? Kind::Dropped : Kind::Partly;
    else if (counts.changed > 0)
        m_outcome[row] = Kind::Changed;
    else
        m_outcome[row] = counts.kept == m_spans[row] ? Kind::Kept : Kind::Waiting;
}

std::size_t TraceIndex::placeOf(std::uint64_t start, const TraceId& id) const
{
    const auto it = std::ranges::partition_point(m_order, [&](const Place& place) {
        return place.start != start ? place.start < start : m_id[place.row] < id;
    });
    return static_cast<std::size_t>(it - m_order.begin());
}

const TraceIndex::Block* TraceIndex::blockOf(std::uint64_t sequence) const
{
    const auto it = std::ranges::partition_point(
        m_blocks, [&](const Block& block) { return block.first + block.trace.size() <= sequence; });
    return it == m_blocks.end() || it->first > sequence ? nullptr : &*it;
}

query::OutcomeKind TraceIndex::spanOutcome(std::uint64_t sequence) const
{
    const Block* block = blockOf(sequence);
    return block == nullptr ? query::OutcomeKind::Waiting
                            : static_cast<query::OutcomeKind>(
                                block->state[static_cast<std::size_t>(sequence - block->first)] & kKindMask);
}

std::int64_t TraceIndex::chunkOf(std::uint64_t sequence) const
{
    const Block* block = blockOf(sequence);
    return block == nullptr ? 0 : block->chunk;
}

std::uint64_t TraceIndex::firstStart() const
{
    const auto it = std::ranges::upper_bound(m_order, std::uint64_t{0}, {}, &Place::start);
    return it == m_order.end() ? 0 : it->start;
}

query::TraceSummary TraceIndex::summary(Row row) const
{
    query::TraceSummary summary;
    summary.traceId = m_id[row];
    summary.start = fromUnixNano(m_start[row]);
    summary.duration = fromUnixNano(duration(row)).time_since_epoch();
    summary.rootService = m_strings.text(m_rootService[row]);
    summary.hasRoot = hasRoot(row);
    summary.rootName = m_strings.text(summary.hasRoot ? m_rootName[row] : m_firstName[row]);
    summary.services.push_back(summary.rootService);
    for (const std::uint32_t service : m_serviceLists.items(m_services[row])) {
        if (service != m_rootService[row])
            summary.services.push_back(m_strings.text(service));
    }
    summary.spanCount = m_spans[row];
    summary.errorCount = m_errors[row];
    summary.lastSequence = m_lastSequence[row];
    summary.outcome.kind = m_outcome[row];
    summary.outcome.revision = m_revision[row];

    const auto wanted = [&] {
        switch (m_outcome[row]) {
        case query::OutcomeKind::Dropped:
        case query::OutcomeKind::Partly: return std::optional(RuleMark::Kind::Dropped);
        case query::OutcomeKind::Error: return std::optional(RuleMark::Kind::Error);
        case query::OutcomeKind::Changed: return std::optional(RuleMark::Kind::Changed);
        default: return std::optional<RuleMark::Kind>();
        }
    }();
    for (const std::uint32_t mark : m_ruleLists.items(m_rules[row])) {
        if (wanted == RuleMark::kind(mark))
            summary.outcome.rules.push_back(m_strings.text(RuleMark::rule(mark)));
    }
    return summary;
}

} // namespace sluice::search
