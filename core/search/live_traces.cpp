#include "core/search/live_traces.h"

#include "core/search/record_fields.h"
#include "core/search/trace_search.h"

#include <algorithm>
#include <limits>

namespace sluice::search {
namespace {

constexpr std::size_t kChunksAtOnce = 16;

/// How long facets may read status codes per question. On a huge capture the facet comes after a few
/// questions.
constexpr std::chrono::milliseconds kStatusTime{150};

} // namespace

LiveTraces::LiveTraces(ReaderPool& readers, ChunkCache& chunks, RuleBook& rules)
    : m_readers(readers)
    , m_chunks(chunks)
    , m_rules(rules)
{
}

query::Answer<void> LiveTraces::refresh(CaptureReader& reader, const std::stop_token& stop)
{
    const auto lock = lockUnlessStopped<WriteLock>(m_mutex, stop);
    if (!lock.owns_lock())
        return fail(cancelled());
    for (;;) {
        auto chunks = reader.chunksAfter(Signal::Traces, m_index.lastChunk(), kChunksAtOnce);
        if (!chunks)
            return fail(toQueryError(std::move(chunks).error()));
        for (const Chunk& chunk : *chunks)
            m_index.add(chunk);
        if (chunks->size() < kChunksAtOnce)
            break;
        if (stop.stop_requested()) {
            m_index.settle(); // What was read stays; the next question goes on from there.
            return fail(cancelled());
        }
    }
    const auto first = reader.firstChunk(Signal::Traces);
    if (!first)
        return fail(toQueryError(first.error()));
    m_index.removeBefore(*first == 0 ? std::numeric_limits<std::int64_t>::max() : *first);
    auto read = m_feed.read(
        reader, m_index.nextSequence(),
        [&](const OutcomeRange& range) {
            const auto outcomes = decodeOutcomes(range.outcomes, range.recordCount);
            if (outcomes) // What cannot be read stays "waiting"; verify() tells that it is damaged.
                m_index.judge(range, *outcomes, m_rules.rules(reader, range.revision, range.pipeline));
        },
        stop);
    m_index.settle();
    return read;
}

query::Answer<ReadLock> LiveTraces::refreshed(const query::TraceFilter* filter, const std::stop_token& stop)
{
    {
        SLUICE_TRY_AS(const auto reader, m_readers.borrow());
        SLUICE_TRY(refresh(*reader, stop));
    }
    if (filter != nullptr && !filter->httpStatus.empty())
        SLUICE_TRY(readAllStatus(std::chrono::steady_clock::time_point::max(), stop));
    auto lock = lockUnlessStopped<ReadLock>(m_mutex, stop);
    if (!lock.owns_lock())
        return fail(cancelled());
    return lock;
}

query::Answer<query::TracePage> LiveTraces::page(const query::TraceFilter& filter, query::TraceSort sort,
    const std::optional<query::PageKey>& after, std::size_t limit, const std::stop_token& stop)
{
    query::TracePage page;
    std::vector<StatusOf> unknown;
    std::vector<std::size_t> places; // Of `unknown` in the page.
    {
        SLUICE_TRY_AS(const ReadLock lock, refreshed(&filter, stop));
        SLUICE_TRY_AS(const RowPage rows, pageOfTraces(m_index, filter, sort, after, limit, stop));
        page.next = rows.next;
        page.rows.reserve(rows.rows.size());
        for (const TraceIndex::Row row : rows.rows) {
            page.rows.push_back(m_index.summary(row));
            const std::uint32_t status = m_index.httpStatus(row);
            if (status != TraceIndex::kUnknownStatus) {
                page.rows.back().httpStatus = m_index.strings().text(status);
                continue;
            }
            const std::uint64_t root = m_index.rootSequence(row);
            unknown.push_back({m_index.id(row), root, m_index.chunkOf(root), {}});
            places.push_back(page.rows.size() - 1);
        }
    }
    if (unknown.empty())
        return page;
    SLUICE_TRY(readStatus(unknown, stop));
    for (std::size_t i = 0; i < unknown.size(); ++i)
        page.rows[places[i]].httpStatus = unknown[i].status;
    SLUICE_TRY(keepStatus(unknown, stop));
    return page;
}

query::Answer<query::TraceCounts> LiveTraces::counts(
    const query::TraceFilter& filter, const std::stop_token& stop)
{
    SLUICE_TRY_AS(const ReadLock lock, refreshed(&filter, stop));
    return countTraces(m_index, filter, stop);
}

query::Answer<query::TimeHistogram> LiveTraces::histogram(
    const query::TraceFilter& filter, TimeRange range, std::size_t buckets, const std::stop_token& stop)
{
    SLUICE_TRY_AS(const ReadLock lock, refreshed(&filter, stop));
    return histogramOfTraces(m_index, filter, range, buckets, stop);
}

query::Answer<std::vector<query::Facet>> LiveTraces::facets(
    const query::TraceFilter& filter, const std::stop_token& stop)
{
    {
        SLUICE_TRY_AS(const ReadLock lock, refreshed(&filter, stop));
    }
    SLUICE_TRY_AS(
        const bool isStatusKnown, readAllStatus(std::chrono::steady_clock::now() + kStatusTime, stop));
    const auto lock = lockUnlessStopped<ReadLock>(m_mutex, stop);
    if (!lock.owns_lock())
        return fail(cancelled());
    return facetsOfTraces(m_index, filter, isStatusKnown, stop);
}

query::Answer<std::uint64_t> LiveTraces::newerThan(
    const query::TraceFilter& filter, std::uint64_t sequence, const std::stop_token& stop)
{
    SLUICE_TRY_AS(const ReadLock lock, refreshed(&filter, stop));
    return countNewerTraces(m_index, filter, sequence, stop);
}

query::Answer<TimeRange> LiveTraces::timeRange(const std::stop_token& stop)
{
    SLUICE_TRY_AS(const ReadLock lock, refreshed(nullptr, stop));
    if (m_index.lastStart() == 0)
        return TimeRange{};
    return TimeRange{fromUnixNano(m_index.firstStart()), fromUnixNano(m_index.lastStart()) + Nanos(1)};
}

query::Answer<std::uint64_t> LiveTraces::traceCount(const std::stop_token& stop)
{
    SLUICE_TRY_AS(const ReadLock lock, refreshed(nullptr, stop));
    return m_index.traceCount();
}

query::Answer<query::TraceSummary> LiveTraces::summary(const TraceId& id, const std::stop_token& stop)
{
    query::TraceSummary summary;
    std::vector<StatusOf> unknown;
    {
        SLUICE_TRY_AS(const ReadLock lock, refreshed(nullptr, stop));
        const auto row = m_index.find(id);
        if (!row)
            return fail(query::QueryError{
                query::QueryFailure::NotFound, "The capture has no trace " + id.toHex() + "."});
        summary = m_index.summary(*row);
        const std::uint32_t status = m_index.httpStatus(*row);
        if (status != TraceIndex::kUnknownStatus)
            summary.httpStatus = m_index.strings().text(status);
        else
            unknown.push_back(
                {id, m_index.rootSequence(*row), m_index.chunkOf(m_index.rootSequence(*row)), {}});
    }
    if (!unknown.empty()) {
        SLUICE_TRY(readStatus(unknown, stop));
        summary.httpStatus = unknown.front().status;
        SLUICE_TRY(keepStatus(unknown, stop));
    }
    return summary;
}

query::Answer<std::vector<query::OutcomeKind>> LiveTraces::outcomes(
    const std::vector<std::uint64_t>& sequences, const std::stop_token& stop)
{
    const auto lock = lockUnlessStopped<ReadLock>(m_mutex, stop);
    if (!lock.owns_lock())
        return fail(cancelled());
    std::vector<query::OutcomeKind> outcomes;
    outcomes.reserve(sequences.size());
    for (const std::uint64_t sequence : sequences)
        outcomes.push_back(m_index.spanOutcome(sequence));
    return outcomes;
}

query::Answer<void> LiveTraces::readStatus(std::vector<StatusOf>& roots, const std::stop_token& stop)
{
    SLUICE_TRY_AS(const auto reader, m_readers.borrow());
    for (StatusOf& root : roots) {
        if (stop.stop_requested())
            return fail(cancelled());
        const auto chunk = m_chunks.get(*reader, root.chunk);
        if (!chunk && chunk.error().kind == query::QueryFailure::NotFound)
            continue; // Retention was faster.
        if (!chunk)
            return fail(chunk.error());
        const std::uint64_t at = root.root - (*chunk)->info.firstRecord;
        if (root.root >= (*chunk)->info.firstRecord && at < (*chunk)->columns.size())
            root.status = httpStatusOf(messageOf(**chunk, static_cast<std::size_t>(at)));
    }
    return {};
}

query::Answer<void> LiveTraces::keepStatus(const std::vector<StatusOf>& roots, const std::stop_token& stop)
{
    const auto lock = lockUnlessStopped<WriteLock>(m_mutex, stop);
    if (!lock.owns_lock())
        return fail(cancelled());
    for (const StatusOf& root : roots) {
        if (const auto row = m_index.find(root.trace); row && m_index.rootSequence(*row) == root.root)
            m_index.setHttpStatus(*row, root.status);
    }
    return {};
}

query::Answer<bool> LiveTraces::readAllStatus(
    std::chrono::steady_clock::time_point until, const std::stop_token& stop)
{
    SLUICE_TRY_AS(const auto reader, m_readers.borrow());
    for (;;) {
        std::int64_t next = 0;
        {
            const auto lock = lockUnlessStopped<ReadLock>(m_mutex, stop);
            if (!lock.owns_lock())
                return fail(cancelled());
            const auto& blocks = m_index.blocks();
            const auto it
                = std::ranges::upper_bound(blocks, m_statusChunk.load(), {}, &TraceIndex::Block::chunk);
            if (it == blocks.end())
                return true;
            next = it->chunk;
        }
        if (std::chrono::steady_clock::now() >= until)
            return false;
        // Not through the cache: a pass over the whole capture would only push out what is in use.
        const auto chunk = reader->chunk(next);
        if (!chunk && chunk.error().kind != CaptureFailure::NotFound)
            return fail(toQueryError(chunk.error()));
        std::vector<StatusOf> roots;
        for (std::size_t i = 0; chunk && i < chunk->columns.size(); ++i) {
            if ((chunk->columns.flags[i] & ChunkColumns::kIsRoot) != 0)
                roots.push_back({chunk->columns.traceId[i], chunk->info.firstRecord + i, next,
                    httpStatusOf(messageOf(*chunk, i))});
        }
        SLUICE_TRY(keepStatus(roots, stop));
        std::int64_t known = m_statusChunk.load();
        while (known < next && !m_statusChunk.compare_exchange_weak(known, next)) { }
    }
}

} // namespace sluice::search
