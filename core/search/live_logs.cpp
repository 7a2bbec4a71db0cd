#include "core/search/live_logs.h"

#include "core/search/facet_counts.h"
#include "core/search/record_fields.h"

#include <algorithm>
#include <array>
#include <limits>

namespace sluice::search {
namespace {

constexpr std::size_t kChunksAtOnce = 16;
constexpr std::size_t kLogsBetweenLooks = 16384;
constexpr std::size_t kCandidatesAtOnce = 4096;

enum Condition : std::uint32_t { kService = 1, kSeverity = 2, kMinSeverity = 4, kOutcome = 8, kTrace = 16 };

} // namespace

/// A filter made ready for one state of the index. The text is not in it.
struct LiveLogs::Wanted {
    const LogIndex* index = nullptr;
    std::uint32_t active = 0;
    std::uint64_t begin = 0;
    std::uint64_t end = std::numeric_limits<std::uint64_t>::max();
    std::vector<std::uint8_t> services; ///< By interned text.
    std::uint32_t severities = 0; ///< Bit n: class n passes.
    std::uint8_t minSeverity = 0;
    std::uint32_t outcomes = 0; ///< Bit n: kind n passes.
    std::vector<std::uint64_t> sequences; ///< Of the trace, sorted.

    Wanted(const LogIndex& logs, const query::LogFilter& filter, std::vector<std::uint64_t> ofTrace)
        : index(&logs)
        , sequences(std::move(ofTrace))
    {
        if (filter.time) {
            begin = toUnixNano(filter.time->begin);
            end = std::max(begin, toUnixNano(filter.time->end));
        }
        if (!filter.services.empty()) {
            active |= kService;
            services.resize(logs.strings().size());
            for (const std::string& service : filter.services) {
                if (const auto id = logs.strings().find(service); id != StringTable::kNone)
                    services[id] = 1;
            }
        }
        if (!filter.severities.empty()) {
            active |= kSeverity;
            for (std::size_t kind = 0; kind < kSeverities; ++kind) {
                if (std::ranges::find(filter.severities, severityName(kind)) != filter.severities.end())
                    severities |= 1U << kind;
            }
        }
        if (filter.minSeverity) {
            active |= kMinSeverity;
            minSeverity = *filter.minSeverity;
        }
        if (!filter.outcomes.empty()) {
            active |= kOutcome;
            for (const query::OutcomeKind kind : filter.outcomes)
                outcomes |= 1U << static_cast<std::uint32_t>(kind);
        }
        if (filter.traceId)
            active |= kTrace;
    }

    [[nodiscard]] bool isInTime(std::uint32_t offset) const
    {
        return begin <= index->time(offset) && index->time(offset) < end;
    }

    [[nodiscard]] std::uint32_t failures(std::uint32_t offset) const
    {
        std::uint32_t failed = 0;
        if ((active & kService) != 0 && services[index->service(offset)] == 0)
            failed |= kService;
        if ((active & kSeverity) != 0 && (severities >> severityClass(index->severity(offset)) & 1U) == 0)
            failed |= kSeverity;
        if ((active & kMinSeverity) != 0 && index->severity(offset) < minSeverity)
            failed |= kMinSeverity;
        if ((active & kOutcome) != 0
            && (outcomes >> static_cast<std::uint32_t>(index->outcome(offset)) & 1U) == 0)
            failed |= kOutcome;
        if ((active & kTrace) != 0 && !std::ranges::binary_search(sequences, index->first() + offset))
            failed |= kTrace;
        return failed;
    }
};

LiveLogs::LiveLogs(ReaderPool& readers, ChunkCache& chunks, RuleBook& rules)
    : m_readers(readers)
    , m_chunks(chunks)
    , m_rules(rules)
    , m_bodies(chunks)
{
}

query::Answer<void> LiveLogs::refresh(CaptureReader& reader, const std::stop_token& stop)
{
    const auto lock = lockUnlessStopped<WriteLock>(m_mutex, stop);
    if (!lock.owns_lock())
        return fail(cancelled());
    for (;;) {
        auto chunks = reader.chunksAfter(Signal::Logs, m_index.lastChunk(), kChunksAtOnce);
        if (!chunks)
            return fail(toQueryError(std::move(chunks).error()));
        for (const Chunk& chunk : *chunks)
            m_index.add(chunk);
        if (chunks->size() < kChunksAtOnce)
            break;
        if (stop.stop_requested()) {
            m_index.settle();
            return fail(cancelled());
        }
    }
    const auto first = reader.firstChunk(Signal::Logs);
    if (!first)
        return fail(toQueryError(first.error()));
    m_index.removeBefore(*first == 0 ? std::numeric_limits<std::int64_t>::max() : *first);
    m_index.settle();
    return m_feed.read(
        reader, m_index.nextSequence(),
        [&](const OutcomeRange& range) {
            const auto outcomes = decodeOutcomes(range.outcomes, range.recordCount);
            if (outcomes) // As in LiveTraces.
                m_index.judge(range, *outcomes, m_rules.rules(reader, range.revision, range.pipeline));
        },
        stop);
}

query::Answer<ReadLock> LiveLogs::locked(const std::stop_token& stop) const
{
    auto lock = lockUnlessStopped<ReadLock>(m_mutex, stop);
    if (!lock.owns_lock())
        return fail(cancelled());
    return lock;
}

query::Answer<std::vector<std::uint64_t>> LiveLogs::sequencesOfTrace(
    CaptureReader& reader, const TraceId& trace, const std::stop_token& stop)
{
    const auto chunks = reader.chunksOfTrace(Signal::Logs, trace);
    if (!chunks)
        return fail(toQueryError(chunks.error()));
    std::vector<std::uint64_t> sequences;
    for (const std::int64_t id : *chunks) {
        if (stop.stop_requested())
            return fail(cancelled());
        const auto chunk = m_chunks.get(reader, id);
        if (!chunk && chunk.error().kind == query::QueryFailure::NotFound)
            continue;
        if (!chunk)
            return fail(chunk.error());
        const auto& ids = (*chunk)->columns.traceId;
        for (std::size_t i = 0; i < ids.size(); ++i) {
            if (ids[i] == trace)
                sequences.push_back((*chunk)->info.firstRecord + i);
        }
    }
    std::ranges::sort(sequences);
    return sequences;
}

query::Answer<query::LogPage> LiveLogs::page(const query::LogFilter& filter,
    const std::optional<query::PageKey>& after, std::size_t limit, const std::stop_token& stop)
{
    query::LogPage page;
    if (limit == 0)
        return page;
    SLUICE_TRY_AS(const auto reader, m_readers.borrow());
    SLUICE_TRY(refresh(*reader, stop));
    std::vector<std::uint64_t> ofTrace;
    if (filter.traceId) {
        SLUICE_TRY_AS(ofTrace, sequencesOfTrace(*reader, *filter.traceId, stop));
    }

    struct Candidate {
        std::uint64_t sequence = 0;
        std::uint64_t time = 0;
        std::int64_t chunk = 0;
        std::size_t index = 0; ///< In the chunk.
        query::OutcomeKind outcome = query::OutcomeKind::Waiting;
        std::string rule;
    };
    // Bodies are read without the lock, so that nobody waits for them: candidates are taken in portions.
    const std::size_t portion = filter.text.empty() ? limit + 1 : kCandidatesAtOnce;
    std::vector<Candidate> candidates;
    std::optional<query::PageKey> cursor = after;
    for (bool isEnd = false; !isEnd;) {
        candidates.clear();
        {
            SLUICE_TRY_AS(const ReadLock lock, locked(stop));
            const Wanted wanted(m_index, filter, ofTrace);
            const auto order = m_index.order();
            std::size_t at = wanted.end == std::numeric_limits<std::uint64_t>::max()
                ? order.size()
                : m_index.placeOf(wanted.end, 0);
            if (cursor)
                at = std::min(at, m_index.placeOf(cursor->sortValue, cursor->sequence));
            std::size_t looks = 0;
            isEnd = true;
            while (at > 0) {
                if (++looks % kLogsBetweenLooks == 0 && stop.stop_requested())
                    return fail(cancelled());
                const std::uint32_t offset = order[--at];
                if (m_index.time(offset) < wanted.begin)
                    break;
                if (wanted.failures(offset) != 0)
                    continue;
                const std::uint64_t sequence = m_index.first() + offset;
                const LogIndex::Block* block = m_index.blockOf(sequence);
                candidates.push_back({sequence, m_index.time(offset), block->chunk,
                    static_cast<std::size_t>(sequence - block->first), m_index.outcome(offset),
                    m_index.rule(offset)});
                if (candidates.size() == portion) {
                    isEnd = false;
                    break;
                }
            }
        }
        for (const Candidate& candidate : candidates) {
            if (stop.stop_requested())
                return fail(cancelled());
            cursor = query::PageKey{candidate.time, {}, candidate.sequence};
            if (!filter.text.empty()) {
                SLUICE_TRY_AS(
                    const auto matches, m_bodies.matches(*reader, filter.text, candidate.chunk, false));
                if (candidate.index >= matches->size() || (*matches)[candidate.index] == 0)
                    continue;
            }
            if (page.rows.size() == limit) {
                const query::LogRow& last = page.rows.back();
                page.next = query::PageKey{toUnixNano(last.time), {}, last.sequence};
                return page;
            }
            const auto chunk = m_chunks.get(*reader, candidate.chunk);
            if (!chunk && chunk.error().kind == query::QueryFailure::NotFound)
                continue; // Retention was faster.
            if (!chunk)
                return fail(chunk.error());
            page.rows.push_back(logRowOf(**chunk, candidate.index));
            page.rows.back().outcome = candidate.outcome;
            page.rows.back().outcomeRule = candidate.rule;
        }
    }
    return page;
}

query::Answer<LiveLogs::MatchesByChunk> LiveLogs::findText(CaptureReader& reader, const std::string& text,
    const std::optional<TimeRange>& range, const std::stop_token& stop)
{
    MatchesByChunk found;
    if (text.empty())
        return found;
    std::vector<std::int64_t> chunks; // The newest first.
    {
        SLUICE_TRY_AS(const ReadLock lock, locked(stop));
        const auto& blocks = m_index.blocks();
        for (auto block = blocks.rbegin(); block != blocks.rend(); ++block) {
            if (!range
                || (block->minTime < toUnixNano(range->end) && block->maxTime >= toUnixNano(range->begin)))
                chunks.push_back(block->chunk);
        }
    }
    for (const std::int64_t chunk : chunks) {
        if (stop.stop_requested())
            return fail(cancelled());
        SLUICE_TRY_AS(auto matches, m_bodies.matches(reader, text, chunk, true));
        found.emplace(chunk, std::move(matches));
    }
    return found;
}

template <class Each>
query::Answer<void> LiveLogs::scan(const query::LogFilter& filter, const std::stop_token& stop, Each&& each)
{
    SLUICE_TRY_AS(const auto reader, m_readers.borrow());
    SLUICE_TRY(refresh(*reader, stop));
    std::vector<std::uint64_t> ofTrace;
    if (filter.traceId) {
        SLUICE_TRY_AS(ofTrace, sequencesOfTrace(*reader, *filter.traceId, stop));
    }
    SLUICE_TRY_AS(const MatchesByChunk matches, findText(*reader, filter.text, filter.time, stop));

    SLUICE_TRY_AS(const ReadLock lock, locked(stop));
    const Wanted wanted(m_index, filter, std::move(ofTrace));
    std::size_t looks = 0;
    for (const LogIndex::Block& block : m_index.blocks()) {
        if (block.maxTime < wanted.begin || block.minTime >= wanted.end)
            continue;
        const std::vector<std::uint8_t>* found = nullptr;
        if (!filter.text.empty()) {
            const auto it = matches.find(block.chunk);
            if (it == matches.end())
                continue; // Committed since the text was looked for.
            found = it->second.get();
        }
        for (std::uint32_t i = 0; i < block.count; ++i) {
            if (++looks % kLogsBetweenLooks == 0 && stop.stop_requested())
                return fail(cancelled());
            const std::uint32_t offset = m_index.offsetOf(block.first) + i;
            if (found != nullptr && (i >= found->size() || (*found)[i] == 0))
                continue;
            if (wanted.isInTime(offset))
                each(offset, wanted.failures(offset));
        }
    }
    return {};
}

query::Answer<query::SeverityHistogram> LiveLogs::histogram(
    const query::LogFilter& filter, TimeRange range, std::size_t buckets, const std::stop_token& stop)
{
    query::SeverityHistogram histogram;
    histogram.begin = range.begin;
    if (range.isEmpty() || buckets == 0)
        return histogram;
    const std::uint64_t width = bucketWidth(range, buckets);
    const std::uint64_t begin = toUnixNano(range.begin);
    histogram.bucket = Nanos(static_cast<std::int64_t>(width));
    histogram.buckets.resize(buckets);
    query::LogFilter inRange = filter;
    inRange.time = range;
    SLUICE_TRY(scan(inRange, stop, [&](std::uint32_t offset, std::uint32_t failed) {
        if (failed != 0)
            return;
        ++histogram.matching;
        ++histogram.buckets[(m_index.time(offset) - begin) / width]
              .counts[severityClass(m_index.severity(offset))];
    }));
    SLUICE_TRY_AS(const ReadLock lock, locked(stop));
    histogram.total = m_index.size();
    return histogram;
}

query::Answer<std::vector<query::Facet>> LiveLogs::facets(
    const query::LogFilter& filter, const std::stop_token& stop)
{
    std::array<std::uint64_t, kSeverities> severities{};
    std::array<std::uint64_t, kOutcomeKinds> outcomes{};
    std::vector<std::uint64_t> services;
    SLUICE_TRY(scan(filter, stop, [&](std::uint32_t offset, std::uint32_t failed) {
        // As for traces: a facet counts what fails nothing but the facet's own conditions.
        if ((failed & ~(kSeverity | kMinSeverity)) == 0)
            ++severities[severityClass(m_index.severity(offset))];
        if ((failed & ~kOutcome) == 0)
            ++outcomes[static_cast<std::size_t>(m_index.outcome(offset))];
        if ((failed & ~kService) == 0) {
            const std::uint32_t service = m_index.service(offset);
            if (service >= services.size())
                services.resize(service + 1);
            ++services[service];
        }
    }));
    query::Facet severity{"severity", {}};
    for (std::size_t kind = 0; kind < kSeverities; ++kind) {
        if (severities[kind] > 0)
            severity.values.push_back({std::string(severityName(kind)), severities[kind], {}});
    }
    mostFrequentFirst(severity.values);
    SLUICE_TRY_AS(const ReadLock lock, locked(stop));
    return std::vector<query::Facet>{
        std::move(severity), facetOf("service", m_index.strings(), services), outcomeFacet(outcomes)};
}

query::Answer<TimeRange> LiveLogs::timeRange(const std::stop_token& stop)
{
    {
        SLUICE_TRY_AS(const auto reader, m_readers.borrow());
        SLUICE_TRY(refresh(*reader, stop));
    }
    SLUICE_TRY_AS(const ReadLock lock, locked(stop));
    const auto order = m_index.order();
    const std::size_t first = m_index.placeOf(1, 0); // Logs without a time do not count.
    if (first == order.size())
        return TimeRange{};
    return TimeRange{
        fromUnixNano(m_index.time(order[first])), fromUnixNano(m_index.time(order.back())) + Nanos(1)};
}

query::Answer<void> LiveLogs::fillOutcomes(std::vector<query::LogRow>& rows, const std::stop_token& stop)
{
    if (rows.empty())
        return {};
    {
        SLUICE_TRY_AS(const auto reader, m_readers.borrow());
        SLUICE_TRY(refresh(*reader, stop));
    }
    SLUICE_TRY_AS(const ReadLock lock, locked(stop));
    for (query::LogRow& row : rows) {
        if (m_index.blockOf(row.sequence) == nullptr)
            continue;
        row.outcome = m_index.outcome(m_index.offsetOf(row.sequence));
        row.outcomeRule = m_index.rule(m_index.offsetOf(row.sequence));
    }
    return {};
}

query::Answer<std::vector<query::LogRow>> LiveLogs::ofTrace(const TraceId& trace, const std::stop_token& stop)
{
    std::vector<query::LogRow> rows;
    {
        SLUICE_TRY_AS(const auto reader, m_readers.borrow());
        const auto chunks = reader->chunksOfTrace(Signal::Logs, trace);
        if (!chunks)
            return fail(toQueryError(chunks.error()));
        for (const std::int64_t id : *chunks) {
            if (stop.stop_requested())
                return fail(cancelled());
            const auto chunk = m_chunks.get(*reader, id);
            if (!chunk && chunk.error().kind == query::QueryFailure::NotFound)
                continue;
            if (!chunk)
                return fail(chunk.error());
            const auto& ids = (*chunk)->columns.traceId;
            for (std::size_t i = 0; i < ids.size(); ++i) {
                if (ids[i] == trace)
                    rows.push_back(logRowOf(**chunk, i));
            }
        }
    }
    std::ranges::sort(rows, [](const query::LogRow& a, const query::LogRow& b) {
        return a.time != b.time ? a.time < b.time : a.sequence < b.sequence;
    });
    SLUICE_TRY(fillOutcomes(rows, stop));
    return rows;
}

} // namespace sluice::search
