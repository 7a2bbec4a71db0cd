// The part of ChunkStore that removes: whole chunks, oldest first, never those that are still needed.

#include "core/capture/chunk_store.h"

#include <algorithm>
#include <tuple>

namespace sluice {

using schema::Counter;
using schema::SignalCounter;

namespace {

constexpr std::size_t kChunksPerStep = 16; ///< Removed in one transaction, when nobody waits for the room.
constexpr int kShrinkPages = 128;

/// Of the file's limit, kept free for the next commits, so that they find pages to use again.
std::uint64_t headroom(std::uint64_t limit)
{
    constexpr std::uint64_t kLeast = 4U << 20U;
    return std::min(std::max(limit / 16, kLeast), limit / 2);
}

} // namespace

void ChunkStore::setRetention(Retention retention)
{
    m_retention = retention;
    // The hard limit: a commit that would make the file longer fails as on a full disk. SQLite never lets the
    // limit be less than what the file has.
    const std::uint64_t pages = retention.maxBytes == 0
        ? UINT32_MAX - 1
        : std::max<std::uint64_t>(retention.maxBytes / schema::kPageBytes, 1);
    std::ignore = m_database.number("PRAGMA max_page_count=" + std::to_string(pages));
}

Result<std::optional<ChunkStore::OldestChunk>, CaptureError> ChunkStore::oldestOf(Signal signal)
{
    sqlite::Statement& row = m_sql.oldestChunk[indexOf(signal)];
    const sqlite::ResetAtEnd reset(row);
    SLUICE_TRY_AS(const bool found, row.step());
    if (!found)
        return std::nullopt;
    return OldestChunk{row.integer(0), row.counter(1), row.counter(2), row.counter(3), row.counter(4),
        UnixTime(Nanos(row.integer(5))), row.counter(6), UnixTime(Nanos(row.integer(7)))};
}

Result<std::optional<ChunkStore::OldestChunk>, CaptureError> ChunkStore::oldestRemovable()
{
    std::optional<OldestChunk> oldest;
    for (const Signal signal : kSignals) {
        SLUICE_TRY_AS(const auto candidate, oldestOf(signal));
        if (candidate && candidate->lastRequest < std::min(m_floor, m_firstNewRequest)
            && (!oldest || candidate->lastRequest < oldest->lastRequest))
            oldest = candidate;
    }
    return oldest;
}

Result<void, CaptureError> ChunkStore::removeChunk(const OldestChunk& chunk)
{
    const Signal signal = schema::signalOfChunk(chunk.id);
    sqlite::Statement& remove = m_sql.deleteChunk[indexOf(signal)];
    remove.bind(1, chunk.id);
    SLUICE_TRY(remove.run());
    m_counters.of(signal, SignalCounter::RemovedRecords) += chunk.recordCount;
    m_counters.of(signal, SignalCounter::StoredBytes) -= chunk.storedBytes;
    --m_counters.of(signal, SignalCounter::Chunks);
    return {};
}

Result<void, CaptureError> ChunkStore::removeWhatPointsNowhere()
{
    std::uint64_t firstRequest = m_counters[Counter::LastRequest] + 1;
    for (const Signal signal : kSignals) {
        SLUICE_TRY_AS(const auto oldest, oldestOf(signal));
        const std::uint64_t firstRecord
            = oldest ? oldest->firstRecord : m_counters.of(signal, SignalCounter::Records) + 1;
        m_sql.deleteOutcomes.bind(1, static_cast<std::int64_t>(signal));
        m_sql.deleteOutcomes.bind(2, firstRecord);
        m_sql.deleteOutcomes.bind(3, firstRecord);
        SLUICE_TRY(m_sql.deleteOutcomes.run());
        if (oldest && oldest->firstRequest < firstRequest) {
            firstRequest = oldest->firstRequest;
            m_counters[Counter::FirstArrival] = toUnixNano(oldest->firstArrival);
        }

        const std::int64_t firstChunk
            = oldest ? oldest->id : static_cast<std::int64_t>(m_counters[Counter::LastChunk] * 4 + 4);
        for (;;) {
            m_sql.uselessRun.bind(1, static_cast<std::int64_t>(signal));
            m_sql.uselessRun.bind(2, firstChunk);
            SLUICE_TRY_AS(const bool found, m_sql.uselessRun.step());
            if (!found)
                break;
            const std::int64_t run = m_sql.uselessRun.integer(0);
            m_sql.uselessRun.reset();
            SLUICE_TRY(m_runs->remove(run));
        }
    }
    m_sql.deleteReleases.bind(1, firstRequest);
    return m_sql.deleteReleases.run();
}

Result<std::uint64_t, CaptureError> ChunkStore::fileBytes()
{
    const sqlite::ResetAtEnd reset(m_sql.pageCount);
    SLUICE_TRY(m_sql.pageCount.step());
    return m_sql.pageCount.counter(0) * schema::kPageBytes;
}

Result<std::uint64_t, CaptureError> ChunkStore::usedBytes()
{
    SLUICE_TRY_AS(const std::uint64_t file, fileBytes());
    const sqlite::ResetAtEnd reset(m_sql.freePages);
    SLUICE_TRY(m_sql.freePages.step());
    return file - m_sql.freePages.counter(0) * schema::kPageBytes;
}

Result<void, CaptureError> ChunkStore::makeRoomFor(std::uint64_t bytes)
{
    const std::uint64_t limit = m_retention.maxBytes;
    const std::uint64_t reserved = std::min(headroom(limit) + bytes, limit);
    bool removedAny = false;
    for (;;) {
        SLUICE_TRY_AS(const std::uint64_t used, usedBytes());
        if (used + reserved <= limit)
            break;
        SLUICE_TRY_AS(const auto oldest, oldestRemovable());
        if (!oldest)
            break;
        SLUICE_TRY(removeChunk(*oldest));
        removedAny = true;
    }
    if (removedAny)
        SLUICE_TRY(removeWhatPointsNowhere());
    return {};
}

Result<bool, CaptureError> ChunkStore::removeOlderThan(UnixTime arrival)
{
    bool more = false;
    SLUICE_TRY_AS(const auto first, oldestRemovable());
    if (!first || first->lastArrival >= arrival)
        return false;
    const auto removed = inTransaction([&]() -> Result<void, CaptureError> {
        for (std::size_t i = 0; i < kChunksPerStep; ++i) {
            SLUICE_TRY_AS(const auto oldest, oldestRemovable());
            more = oldest && oldest->lastArrival < arrival;
            if (!more)
                break;
            SLUICE_TRY(removeChunk(*oldest));
        }
        return removeWhatPointsNowhere();
    });
    SLUICE_TRY(removed);
    return more;
}

Result<bool, CaptureError> ChunkStore::shrink()
{
    const std::uint64_t limit = m_retention.maxBytes;
    SLUICE_TRY_AS(const std::uint64_t file, fileBytes());
    if (limit == 0 || file <= limit)
        return false;
    SLUICE_TRY(inTransaction([&] { return makeRoomFor(0); }));
    SLUICE_TRY(m_database.run("PRAGMA incremental_vacuum(" + std::to_string(kShrinkPages) + ")"));
    setRetention(m_retention); // The hard limit follows the shorter file.
    SLUICE_TRY_AS(const std::uint64_t now, fileBytes());
    return now > limit && now < file;
}

} // namespace sluice
