#pragma once

#include "core/capture/capture.h"
#include "core/capture/chunk_builder.h"
#include "core/capture/chunk_codec.h"
#include "core/capture/schema.h"
#include "core/capture/sqlite.h"
#include "core/capture/trace_index.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sluice {

/// What one commit stores, as the intake collected it.
struct CommitGroup {
    std::vector<std::unique_ptr<ChunkBuilder>> chunks;
    std::vector<StoredRequest>
        requests; ///< All signals, in order. Sequences, records and bodies come with the commit.
    std::vector<std::uint32_t> chunkOfRequest; ///< Index into `chunks`, one per request.
    std::vector<std::uint32_t> bytesOfRequest;
    std::vector<CommitCallback> callbacks; ///< One per request.
    std::uint64_t rawBytes = 0;

    void clear();
    [[nodiscard]] bool isEmpty() const { return requests.empty(); }
};

/// The connection that writes: turns groups into rows. All or nothing per transaction.
///
/// Threads: the committer's only.
class ChunkStore {
public:
    /// Opens a capture whose lock the caller holds; creates it when the file is missing or empty.
    static Result<std::unique_ptr<ChunkStore>, CaptureError> open(
        const std::string& path, const CaptureOptions& options, UnixTime now);

    /// One transaction: the group's chunks (numbering its requests), then the bookkeeping. After a failure
    /// nothing of it is stored and the group is as before.
    Result<void, CaptureError> write(CommitGroup& group, const std::vector<const Bookkeeping*>& bookkeeping);

    /// Something wrong with the bookkeeping itself, which no retry can mend.
    [[nodiscard]] std::optional<CaptureError> objectionTo(
        const Bookkeeping& bookkeeping, std::uint64_t lastRelease) const;

    Result<std::uint32_t, CaptureError> addRevision(
        const std::string& text, const std::string& note, UnixTime now);
    Result<void, CaptureError> markApplied(std::uint32_t revision, std::uint64_t afterRequest);
    Result<void, CaptureError> setSetting(const std::string& key, const std::string& value);
    Result<void, CaptureError> removeDestination(const std::string& name);
    Result<void, CaptureError> clearTemporary();

    void setRetention(Retention retention);
    void setRetentionFloor(std::uint64_t oldestNeededRequest) { m_floor = oldestNeededRequest; }
    /// Removes chunks that arrived before `arrival`, a few at a time. True: there are more.
    Result<bool, CaptureError> removeOlderThan(UnixTime arrival);
    /// Gives pages back to the file system when the file is longer than its limit. True: there are more.
    Result<bool, CaptureError> shrink();

    /// Trace runs: see trace_index.h.
    Result<std::int64_t, CaptureError> newRun();
    Result<void, CaptureError> addRun(const TraceRun& run, bool live);
    Result<std::size_t, CaptureError> addRunBlocks(
        std::int64_t run, std::span<const std::uint64_t> sorted, std::size_t at, std::size_t maxBlocks);
    /// Makes `merged` live in the place of `runs`.
    Result<void, CaptureError> replaceRuns(const TraceRun& merged, const std::vector<TraceRun>& runs);

    [[nodiscard]] const schema::Counters& counters() const { return m_counters; }
    [[nodiscard]] CaptureInfo info();
    [[nodiscard]] sqlite::Database& database() { return m_database; }

    /// Leaves a file without side files, in journal mode DELETE, unless readers keep it open.
    Result<void, CaptureError> finish();

private:
    struct Statements {
        std::array<sqlite::Statement, kSignalCount> insertChunk;
        std::array<sqlite::Statement, kSignalCount> oldestChunk;
        std::array<sqlite::Statement, kSignalCount> deleteChunk;
        sqlite::Statement updateCounter;
        sqlite::Statement insertOutcome;
        sqlite::Statement insertRelease;
        sqlite::Statement setPosition;
        sqlite::Statement insertDeadLetter;
        sqlite::Statement deleteOutcomes;
        sqlite::Statement deleteReleases;
        sqlite::Statement uselessRun;
        sqlite::Statement pageCount;
        sqlite::Statement freePages;
    };
    struct OldestChunk {
        std::int64_t id = 0;
        std::uint64_t firstRecord = 0;
        std::uint64_t recordCount = 0;
        std::uint64_t lastRequest = 0;
        std::uint64_t storedBytes = 0;
        UnixTime lastArrival;
        std::uint64_t firstRequest = 0;
        UnixTime firstArrival;
    };

    ChunkStore(sqlite::Database database, std::string path, const CaptureOptions& options)
        : m_database(std::move(database))
        , m_path(std::move(path))
        , m_retention(options.retention)
    {
    }
    Result<void, CaptureError> prepare(const CaptureOptions& options);
    Result<void, CaptureError> writeOnce(
        CommitGroup& group, const std::vector<const Bookkeeping*>& bookkeeping);
    Result<void, CaptureError> writeChunks(CommitGroup& group);
    Result<void, CaptureError> writeChunk(const ChunkBuilder& chunk, std::uint64_t firstRequest);
    Result<void, CaptureError> insertChunk(
        const ChunkBuilder& chunk, std::int64_t id, std::uint64_t firstRequest);
    Result<void, CaptureError> writeBookkeeping(const Bookkeeping& bookkeeping);
    Result<void, CaptureError> writeOutcome(const OutcomeRange& outcome);
    Result<void, CaptureError> writeRelease(const ReleaseEntry& release);
    Result<void, CaptureError> writeDeadLetter(const DeadLetter& letter);
    Result<void, CaptureError> writeCounters();
    Result<void, CaptureError> removeUnfinishedRuns();
    /// Runs `work` in a transaction of its own.
    template <class Work>
    Result<void, CaptureError> inTransaction(Work&& work);

    Result<std::optional<OldestChunk>, CaptureError> oldestOf(Signal signal);
    /// The oldest chunk of all that may go: older than this transaction's, and older than the floor.
    Result<std::optional<OldestChunk>, CaptureError> oldestRemovable();
    Result<void, CaptureError> removeChunk(const OldestChunk& chunk);
    Result<void, CaptureError> removeWhatPointsNowhere();
    /// Removes old chunks until `bytes` fit below the size limit.
    Result<void, CaptureError> makeRoomFor(std::uint64_t bytes);
    Result<std::uint64_t, CaptureError> usedBytes();
    Result<std::uint64_t, CaptureError> fileBytes();

    sqlite::Database m_database;
    std::string m_path;
    Retention m_retention;
    std::uint64_t m_floor = UINT64_MAX;
    std::uint64_t m_firstNewRequest = UINT64_MAX; ///< Of the open transaction.
    schema::Counters m_counters; ///< As in the open transaction.
    schema::Counters m_saved; ///< As in the file.
    TraceTail m_traceTail;
    BlobEncoder m_encoder;
    ByteWriter m_columns;
    ByteWriter m_columnsBlob;
    ByteWriter m_payloadBlob;
    UnixTime m_created;
    bool m_temporary = false;
    std::optional<TraceRunWriter> m_runs;
    Statements m_sql;
};

template <class Work>
Result<void, CaptureError> ChunkStore::inTransaction(Work&& work)
{
    m_firstNewRequest = m_saved[schema::Counter::LastRequest] + 1;
    const auto all = [&]() -> Result<void, CaptureError> {
        SLUICE_TRY_AS(sqlite::Transaction transaction, sqlite::Transaction::write(m_database));
        SLUICE_TRY(work());
        SLUICE_TRY(writeCounters());
        return transaction.commit();
    };
    Result<void, CaptureError> result = all();
    if (result) {
        m_saved = m_counters;
        m_traceTail.committed();
    } else {
        m_counters = m_saved;
        m_traceTail.rolledBack();
    }
    return result;
}

} // namespace sluice
