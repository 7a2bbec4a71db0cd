#include "core/capture/schema.h"

#include <filesystem>

namespace sluice::schema {

namespace {

// One table of chunks per signal: a chunk then needs no index, since ids, record sequences and request
// sequences all rise together, and a small commit changes one page.
constexpr std::string_view kChunkTable = R"sql(
CREATE TABLE @ (
    id            INTEGER PRIMARY KEY, -- 4 * n + signal
    first_record  INTEGER NOT NULL,
    record_count  INTEGER NOT NULL,
    first_request INTEGER NOT NULL,
    last_request  INTEGER NOT NULL,
    request_count INTEGER NOT NULL,
    first_arrival INTEGER NOT NULL,    -- Unix nanoseconds
    last_arrival  INTEGER NOT NULL,
    raw_bytes     INTEGER NOT NULL,
    stored_bytes  INTEGER NOT NULL,
    findings      INTEGER NOT NULL,
    checksum      INTEGER NOT NULL,    -- of the three blobs
    trace_ids     BLOB NOT NULL,
    columns       BLOB NOT NULL,
    payload       BLOB NOT NULL
);
)sql";

constexpr std::string_view kOtherTables = R"sql(
CREATE TABLE meta (key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- Trace lookup: sorted runs of (fingerprint, chunk), cut into blocks; a block's id is run << 32 | first fingerprint.
CREATE TABLE trace_run (
    run         INTEGER PRIMARY KEY,
    signal      INTEGER NOT NULL,
    first_chunk INTEGER NOT NULL,
    last_chunk  INTEGER NOT NULL,
    entries     INTEGER NOT NULL,
    live        INTEGER NOT NULL       -- 0 while it is being written
);
CREATE TABLE trace_block (id INTEGER PRIMARY KEY, entries BLOB NOT NULL);

CREATE TABLE outcome (
    id           INTEGER PRIMARY KEY,
    pipeline     TEXT NOT NULL,
    revision     INTEGER NOT NULL,
    signal       INTEGER NOT NULL,
    first_record INTEGER NOT NULL,
    record_count INTEGER NOT NULL,
    outcomes     BLOB NOT NULL         -- empty: all kept, unchanged
);
CREATE INDEX outcome_by_record ON outcome (signal, first_record, record_count);
CREATE TABLE release (
    sequence      INTEGER PRIMARY KEY,
    pipeline      TEXT NOT NULL,
    revision      INTEGER NOT NULL,
    signal        INTEGER NOT NULL,
    first_request INTEGER NOT NULL,
    last_request  INTEGER NOT NULL,
    record_count  INTEGER NOT NULL,
    payload       BLOB NOT NULL
);
CREATE TABLE position (
    destination    TEXT PRIMARY KEY,
    release        INTEGER NOT NULL,
    sent_records   INTEGER NOT NULL,
    failed_records INTEGER NOT NULL,
    retries        INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE dead_letter (
    id           INTEGER PRIMARY KEY,
    destination  TEXT NOT NULL,
    time         INTEGER NOT NULL,
    signal       INTEGER NOT NULL,
    release      INTEGER NOT NULL,
    record_count INTEGER NOT NULL,
    answer       TEXT NOT NULL,
    payload      BLOB NOT NULL
);
CREATE TABLE revision (
    number             INTEGER PRIMARY KEY,
    created            INTEGER NOT NULL,
    text               TEXT NOT NULL,
    note               TEXT NOT NULL,
    applied            INTEGER NOT NULL DEFAULT 0,
    applied_at_request INTEGER NOT NULL DEFAULT 0
);
)sql";

constexpr std::array<std::string_view, Counters::kGlobal> kCounterNames{"last_request", "last_chunk",
    "last_run", "judged_up_to", "last_release", "first_arrival", "last_arrival"};
constexpr std::array<std::string_view, Counters::kPerSignal> kSignalCounterNames{"requests", "records",
    "raw_bytes", "findings", "removed_records", "stored_bytes", "chunks", "indexed_chunk", "largest_outcome"};

CaptureError foreign(const std::string& path)
{
    return {CaptureFailure::Foreign, path + ": this is not a Sluice capture; it was not touched"};
}

CaptureError newer(const std::string& path, std::int64_t version)
{
    return {CaptureFailure::NewerVersion,
        path + ": written by a newer Sluice (format " + std::to_string(version) + ", this one knows "
            + std::to_string(kVersion) + "); please update"};
}

std::string allTables()
{
    std::string sql;
    for (const Signal signal : kSignals) {
        std::string table(kChunkTable);
        table.replace(table.find('@'), 1, chunkTable(signal));
        sql += table;
    }
    return sql.append(kOtherTables);
}

} // namespace

std::string Counters::nameAt(std::size_t index)
{
    if (index < kGlobal)
        return std::string(kCounterNames[index]);
    const std::size_t place = index - kGlobal;
    return std::string(nameOf(kSignals[place / kPerSignal])) + '.'
        + std::string(kSignalCounterNames[place % kPerSignal]);
}

Result<bool, CaptureError> check(const std::string& path, bool forWriting)
{
    std::error_code error;
    const std::filesystem::file_status status = std::filesystem::status(path, error);
    if (status.type() == std::filesystem::file_type::not_found)
        return fail(CaptureError{CaptureFailure::NotFound, path + ": no such file"});
    if (status.type() != std::filesystem::file_type::regular)
        return fail(foreign(path));
    if (std::filesystem::file_size(path, error) == 0 && !error)
        return true;

    SLUICE_TRY_AS(sqlite::Database database, sqlite::Database::open(path, sqlite::Access::ReadOnly));
    SLUICE_TRY_AS(const std::optional<sqlite::FileHeader> header, database.header());
    if (!header || header->applicationId != kApplicationId)
        return fail(foreign(path));
    if (forWriting && header->userVersion > kVersion)
        return fail(newer(path, header->userVersion));
    return false;
}

Result<void, CaptureError> create(sqlite::Database& database, bool temporary, UnixTime now)
{
    SLUICE_TRY(database.run("PRAGMA page_size=" + std::to_string(kPageBytes)));
    SLUICE_TRY(database.run("PRAGMA auto_vacuum=INCREMENTAL"));
    SLUICE_TRY_AS(sqlite::Transaction transaction, sqlite::Transaction::write(database));
    SLUICE_TRY(database.run("PRAGMA application_id=" + std::to_string(kApplicationId)));
    SLUICE_TRY(database.run("PRAGMA user_version=" + std::to_string(kVersion)));
    SLUICE_TRY(database.run(allTables()));
    SLUICE_TRY(database.run("INSERT INTO meta VALUES ('oldest_reader', " + std::to_string(kOldestReader)
        + "), ('temporary', " + (temporary ? "1" : "0") + "), ('created', "
        + std::to_string(now.time_since_epoch().count()) + ")"));
    for (std::size_t i = 0; i < Counters::kSize; ++i)
        SLUICE_TRY(database.run("INSERT INTO counter VALUES ('" + Counters::nameAt(i) + "', 0)"));
    return transaction.commit();
}

Result<void, CaptureError> checkReadable(sqlite::Database& database, const std::string& path)
{
    SLUICE_TRY_AS(const std::int64_t application, database.number("PRAGMA application_id"));
    if (application != kApplicationId)
        return fail(foreign(path));
    SLUICE_TRY_AS(
        const std::int64_t oldest, database.number("SELECT value FROM meta WHERE key='oldest_reader'"));
    if (oldest > kVersion)
        return fail(newer(path, oldest));
    return {};
}

Result<Counters, CaptureError> readCounters(sqlite::Database& database)
{
    Counters counters;
    SLUICE_TRY_AS(sqlite::Statement row, database.prepare("SELECT value FROM counter WHERE name=?"));
    for (std::size_t i = 0; i < Counters::kSize; ++i) {
        const std::string name = Counters::nameAt(i);
        row.bindText(1, name);
        SLUICE_TRY_AS(const bool found, row.step());
        counters.at(i) = found ? row.counter(0) : 0;
        row.reset();
    }
    return counters;
}

void fillInfo(const Counters& counters, CaptureInfo& info)
{
    const auto time
        = [&](Counter counter) { return UnixTime(Nanos(static_cast<std::int64_t>(counters[counter]))); };
    info.firstArrival = time(Counter::FirstArrival);
    info.lastArrival = time(Counter::LastArrival);
    info.lastRequest = counters[Counter::LastRequest];
    info.lastJudgedRequest = counters[Counter::JudgedUpTo];
    info.lastRelease = counters[Counter::LastRelease];
    for (const Signal signal : kSignals) {
        SignalTotals& totals = info.signals[indexOf(signal)];
        totals.requests = counters.of(signal, SignalCounter::Requests);
        totals.records = counters.of(signal, SignalCounter::Records);
        totals.removedRecords = counters.of(signal, SignalCounter::RemovedRecords);
        totals.rawBytes = counters.of(signal, SignalCounter::RawBytes);
        totals.storedBytes = counters.of(signal, SignalCounter::StoredBytes);
        totals.findings = counters.of(signal, SignalCounter::Findings);
        totals.chunks = counters.of(signal, SignalCounter::Chunks);
    }
}

} // namespace sluice::schema
