#pragma once

// Trace lookup: which chunks hold records of a trace.
//
// Every chunk row carries the distinct trace ids of its records. On top lie sorted runs of (fingerprint of
// the id, chunk), written now and then for the chunks since the last run (the tail), and merged eight to one
// by the maintenance thread. A lookup reads one block of each run, and the ids of the tail's chunks.

#include "core/base/ids.h"
#include "core/capture/schema.h"
#include "core/capture/sqlite.h"

#include <span>
#include <vector>

namespace sluice {

/// One run that lies in the file.
struct TraceRun {
    std::int64_t run = 0;
    Signal signal = Signal::Traces;
    std::int64_t firstChunk = 0;
    std::int64_t lastChunk = 0;
    std::uint64_t entries = 0;
};

/// An entry of a run: fingerprint in the high half, (chunk - the run's first chunk) / 4 in the low one.
using TraceEntries = std::vector<std::uint64_t>;

std::uint32_t fingerprintOf(const TraceId& trace);

/// True when `ids` (as in a chunk row) contains `trace`.
bool containsTrace(std::string_view ids, const TraceId& trace);

/// The runs of all signals, oldest first, that are ready to be read.
Result<std::vector<TraceRun>, CaptureError> liveRuns(sqlite::Database& database);

/// Writes and deletes runs; for the connection that writes.
class TraceRunWriter {
public:
    static Result<TraceRunWriter, CaptureError> create(sqlite::Database& database);

    /// A whole run. `entries` are sorted here.
    Result<void, CaptureError> write(const TraceRun& run, TraceEntries& entries);
    /// The steps of a long one: the row (not live), blocks from `at` on, until about `maxBlocks` are written.
    Result<void, CaptureError> addRun(const TraceRun& run, bool live);
    Result<std::size_t, CaptureError> addBlocks(
        std::int64_t run, std::span<const std::uint64_t> sorted, std::size_t at, std::size_t maxBlocks);
    Result<void, CaptureError> remove(std::int64_t run);

private:
    sqlite::Statement m_addRun;
    sqlite::Statement m_addBlock;
    sqlite::Statement m_removeRun;
    sqlite::Statement m_removeBlocks;
};

/// The chunks that no run covers yet, on the committer's side.
class TraceTail {
public:
    /// Reads what a previous session left.
    Result<void, CaptureError> load(sqlite::Database& database, const schema::Counters& counters);

    /// Writes runs for signals whose tail is long. Call at the beginning of a transaction, before add().
    Result<void, CaptureError> writeLongTails(TraceRunWriter& writer, schema::Counters& counters);
    void add(std::int64_t chunk, std::span<const TraceId> traces);

    /// How the transaction ended.
    void committed();
    void rolledBack();

private:
    struct Entry {
        std::uint32_t fingerprint = 0;
        std::int64_t chunk = 0;
    };
    struct Tail {
        std::vector<Entry> entries;
        std::size_t chunks = 0;
        std::size_t writtenEntries = 0; ///< By the open transaction.
        std::size_t writtenChunks = 0;
        std::size_t committedEntries = 0;
        std::size_t committedChunks = 0;
        std::int64_t lastChunk = 0;
        std::int64_t committedLastChunk = 0;
    };
    std::array<Tail, kSignalCount> m_tails;
};

/// Looks traces up; for a connection that reads. Call inside a read transaction.
class TraceLookup {
public:
    static Result<TraceLookup, CaptureError> create(sqlite::Database& database);

    /// Ids of the chunks of `signal` that hold `trace`, rising.
    Result<std::vector<std::int64_t>, CaptureError> chunksOf(Signal signal, const TraceId& trace);

private:
    Result<void, CaptureError> findInRun(
        const TraceRun& run, std::uint32_t fingerprint, std::vector<std::int64_t>& into);

    sqlite::Statement m_runs;
    sqlite::Statement m_block;
    sqlite::Statement m_indexed;
    std::array<sqlite::Statement, kSignalCount> m_tail;
    std::array<sqlite::Statement, kSignalCount> m_idsAt;
};

/// Eight or more runs of about the same size that are worth merging; empty when there are none.
std::vector<TraceRun> runsToMerge(const std::vector<TraceRun>& runs);

/// The entries of all of `runs`, sorted, counted from the first chunk of all.
Result<TraceEntries, CaptureError> mergedEntries(
    sqlite::Database& database, const std::vector<TraceRun>& runs);

} // namespace sluice
