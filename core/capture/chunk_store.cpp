#include "core/capture/chunk_store.h"

#include "core/capture/checksum.h"

#include <algorithm>
#include <tuple>

namespace sluice {

using schema::Counter;
using schema::SignalCounter;

namespace {

constexpr std::string_view kInsertChunk = " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
std::int64_t nanos(UnixTime time)
{
    return time.time_since_epoch().count();
}

std::string_view bytesOf(const std::vector<TraceId>& traces)
{
    static_assert(sizeof(TraceId) == TraceId::kSize);
    return {reinterpret_cast<const char*>(traces.data()), traces.size() * TraceId::kSize};
}

} // namespace

void CommitGroup::clear()
{
    chunks.clear();
    requests.clear();
    chunkOfRequest.clear();
    bytesOfRequest.clear();
    callbacks.clear();
    rawBytes = 0;
}

Result<std::unique_ptr<ChunkStore>, CaptureError> ChunkStore::open(
    const std::string& path, const CaptureOptions& options, UnixTime now)
{
    auto fresh = schema::check(path, true);
    if (!fresh && fresh.error().kind != CaptureFailure::NotFound)
        return fail(std::move(fresh).error());
    SLUICE_TRY_AS(sqlite::Database database, sqlite::Database::open(path, sqlite::Access::Create));
    if (!fresh || *fresh)
        SLUICE_TRY(schema::create(database, options.temporary, now));
    SLUICE_TRY(schema::checkReadable(database, path));
    SLUICE_TRY(database.run("PRAGMA journal_mode=WAL"));
    SLUICE_TRY(database.run(
        options.durability == Durability::Power ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL"));
    SLUICE_TRY(database.run("PRAGMA secure_delete=OFF"));
    SLUICE_TRY(database.run("PRAGMA cache_size=-16384"));
    std::unique_ptr<ChunkStore> store(new ChunkStore(std::move(database), path, options));
    SLUICE_TRY(store->prepare(options));
    return store;
}

Result<void, CaptureError> ChunkStore::prepare(const CaptureOptions& options)
{
    for (const Signal signal : kSignals) {
        const std::string table(schema::chunkTable(signal));
        const std::size_t i = indexOf(signal);
        SLUICE_TRY_AS(
            m_sql.insertChunk[i], m_database.prepare("INSERT INTO " + table + std::string(kInsertChunk)));
        SLUICE_TRY_AS(m_sql.oldestChunk[i],
            m_database.prepare(
                "SELECT id, first_record, record_count, last_request, stored_bytes, last_arrival, "
                "first_request, first_arrival FROM "
                + table + " ORDER BY id LIMIT 1"));
        SLUICE_TRY_AS(m_sql.deleteChunk[i], m_database.prepare("DELETE FROM " + table + " WHERE id=?"));
    }
    const auto prepareInto
        = [&](sqlite::Statement& statement, std::string_view sql) -> Result<void, CaptureError> {
        SLUICE_TRY_AS(statement, m_database.prepare(sql));
        return {};
    };
    SLUICE_TRY(prepareInto(m_sql.updateCounter, "INSERT OR REPLACE INTO counter VALUES (?, ?)"));
    SLUICE_TRY(prepareInto(m_sql.insertOutcome, "INSERT INTO outcome VALUES (NULL,?,?,?,?,?,?)"));
    SLUICE_TRY(prepareInto(m_sql.insertRelease, "INSERT INTO release VALUES (?,?,?,?,?,?,?,?)"));
    SLUICE_TRY(prepareInto(m_sql.setPosition, "INSERT OR REPLACE INTO position VALUES (?,?,?,?,?)"));
    SLUICE_TRY(prepareInto(m_sql.insertDeadLetter, "INSERT INTO dead_letter VALUES (NULL,?,?,?,?,?,?,?)"));
    SLUICE_TRY(prepareInto(m_sql.deleteOutcomes,
        "DELETE FROM outcome WHERE signal=? AND first_record<? AND first_record+record_count<=?"));
    SLUICE_TRY(prepareInto(m_sql.deleteReleases,
        "DELETE FROM release WHERE last_request<? AND sequence IN "
        "(SELECT sequence FROM release ORDER BY sequence LIMIT 1000)"));
    SLUICE_TRY(prepareInto(m_sql.uselessRun,
        "SELECT run FROM trace_run WHERE signal=? AND live=1 AND last_chunk<? ORDER BY run LIMIT 1"));
    SLUICE_TRY(prepareInto(m_sql.pageCount, "PRAGMA page_count"));
    SLUICE_TRY(prepareInto(m_sql.freePages, "PRAGMA freelist_count"));
    SLUICE_TRY_AS(m_runs, TraceRunWriter::create(m_database));
    SLUICE_TRY_AS(m_counters, schema::readCounters(m_database));
    m_saved = m_counters;
    SLUICE_TRY_AS(
        const std::int64_t created, m_database.number("SELECT value FROM meta WHERE key='created'"));
    m_created = UnixTime(Nanos(created));
    SLUICE_TRY_AS(
        const std::int64_t temporary, m_database.number("SELECT value FROM meta WHERE key='temporary'"));
    m_temporary = temporary != 0;
    SLUICE_TRY(m_traceTail.load(m_database, m_counters));
    SLUICE_TRY(removeUnfinishedRuns());
    setRetention(options.retention);
    return {};
}

Result<void, CaptureError> ChunkStore::removeUnfinishedRuns()
{
    SLUICE_TRY_AS(
        const std::int64_t unfinished, m_database.number("SELECT count(*) FROM trace_run WHERE live=0"));
    if (unfinished == 0)
        return {};
    return inTransaction([&]() -> Result<void, CaptureError> {
        SLUICE_TRY(m_database.run("DELETE FROM trace_block WHERE (id >> 32) IN "
                                  "(SELECT run FROM trace_run WHERE live=0)"));
        return m_database.run("DELETE FROM trace_run WHERE live=0");
    });
}

Result<void, CaptureError> ChunkStore::write(
    CommitGroup& group, const std::vector<const Bookkeeping*>& bookkeeping)
{
    Result<void, CaptureError> result = writeOnce(group, bookkeeping);
    if (result || result.error().kind != CaptureFailure::Full || m_retention.maxBytes == 0)
        return result;
    // The limit's headroom was too small for this group: make room for all of it first.
    const auto madeRoom = inTransaction([&] { return makeRoomFor(group.rawBytes); });
    if (!madeRoom)
        return result;
    return writeOnce(group, bookkeeping);
}

Result<void, CaptureError> ChunkStore::writeOnce(
    CommitGroup& group, const std::vector<const Bookkeeping*>& bookkeeping)
{
    return inTransaction([&]() -> Result<void, CaptureError> {
        SLUICE_TRY(m_traceTail.writeLongTails(*m_runs, m_counters));
        SLUICE_TRY(writeChunks(group));
        for (const Bookkeeping* entry : bookkeeping)
            SLUICE_TRY(writeBookkeeping(*entry));
        if (m_retention.maxBytes > 0)
            SLUICE_TRY(makeRoomFor(0));
        return {};
    });
}

Result<void, CaptureError> ChunkStore::writeChunks(CommitGroup& group)
{
    const std::uint64_t firstRequest = m_counters[Counter::LastRequest] + 1;
    std::array<std::uint64_t, kSignalCount> nextRecord{};
    for (const Signal signal : kSignals)
        nextRecord[indexOf(signal)] = m_counters.of(signal, SignalCounter::Records) + 1;
    for (const auto& chunk : group.chunks)
        SLUICE_TRY(writeChunk(*chunk, firstRequest));
    for (StoredRequest& request : group.requests) {
        std::uint64_t& next = nextRecord[indexOf(request.signal)];
        request.sequence = ++m_counters[Counter::LastRequest];
        request.firstRecord = next;
        next += request.recordCount;
    }
    return {};
}

Result<void, CaptureError> ChunkStore::writeChunk(const ChunkBuilder& chunk, std::uint64_t firstRequest)
{
    const Signal signal = chunk.signal();
    const std::int64_t id = schema::chunkId(++m_counters[Counter::LastChunk], signal);
    chunk.writeColumns(m_columns);
    m_encoder.encode(m_columns.view(), m_columnsBlob);
    m_encoder.encode(chunk.payload(), m_payloadBlob);
    SLUICE_TRY(insertChunk(chunk, id, firstRequest));
    if (signal != Signal::Metrics)
        m_traceTail.add(id, chunk.traces());

    m_counters.of(signal, SignalCounter::Requests) += chunk.requestCount();
    m_counters.of(signal, SignalCounter::Records) += chunk.recordCount();
    m_counters.of(signal, SignalCounter::RawBytes) += chunk.payload().size();
    m_counters.of(signal, SignalCounter::Findings) += chunk.findings();
    m_counters.of(signal, SignalCounter::StoredBytes)
        += m_columnsBlob.size() + m_payloadBlob.size() + bytesOf(chunk.traces()).size();
    ++m_counters.of(signal, SignalCounter::Chunks);
    auto& firstArrival = m_counters[Counter::FirstArrival];
    auto& lastArrival = m_counters[Counter::LastArrival];
    if (firstArrival == 0)
        firstArrival = toUnixNano(chunk.firstArrival());
    lastArrival = std::max(lastArrival, toUnixNano(chunk.lastArrival()));
    return {};
}

Result<void, CaptureError> ChunkStore::insertChunk(
    const ChunkBuilder& chunk, std::int64_t id, std::uint64_t firstRequest)
{
    const std::string_view traceIds = bytesOf(chunk.traces());
    sqlite::Statement& row = m_sql.insertChunk[indexOf(chunk.signal())];
    int at = 0;
    row.bind(++at, id);
    row.bind(++at, m_counters.of(chunk.signal(), SignalCounter::Records) + 1);
    row.bind(++at, static_cast<std::int64_t>(chunk.recordCount()));
    row.bind(++at, firstRequest + chunk.firstPosition());
    row.bind(++at, firstRequest + chunk.lastPosition());
    row.bind(++at, static_cast<std::int64_t>(chunk.requestCount()));
    row.bind(++at, nanos(chunk.firstArrival()));
    row.bind(++at, nanos(chunk.lastArrival()));
    row.bind(++at, static_cast<std::int64_t>(chunk.payload().size()));
    row.bind(++at, static_cast<std::int64_t>(traceIds.size() + m_columnsBlob.size() + m_payloadBlob.size()));
    row.bind(++at, static_cast<std::int64_t>(chunk.findings()));
    row.bind(++at, chunkChecksum(traceIds, m_columnsBlob.view(), m_payloadBlob.view()));
    row.bindBlob(++at, traceIds);
    row.bindBlob(++at, m_columnsBlob.view());
    row.bindBlob(++at, m_payloadBlob.view());
    return row.run();
}

std::optional<CaptureError> ChunkStore::objectionTo(
    const Bookkeeping& bookkeeping, std::uint64_t lastRelease) const
{
    for (const ReleaseEntry& release : bookkeeping.releases) {
        if (release.sequence != ++lastRelease)
            return CaptureError{CaptureFailure::Other,
                m_path + ": release " + std::to_string(release.sequence) + " does not continue the log at "
                    + std::to_string(lastRelease)};
    }
    return std::nullopt;
}

Result<void, CaptureError> ChunkStore::writeBookkeeping(const Bookkeeping& bookkeeping)
{
    if (bookkeeping.judgedUpTo)
        m_counters[Counter::JudgedUpTo] = *bookkeeping.judgedUpTo;
    for (const OutcomeRange& outcome : bookkeeping.outcomes)
        SLUICE_TRY(writeOutcome(outcome));
    for (const ReleaseEntry& release : bookkeeping.releases)
        SLUICE_TRY(writeRelease(release));
    for (const DestinationPosition& position : bookkeeping.positions) {
        m_sql.setPosition.bindText(1, position.destination);
        m_sql.setPosition.bind(2, position.release);
        m_sql.setPosition.bind(3, position.sentRecords);
        m_sql.setPosition.bind(4, position.failedRecords);
        m_sql.setPosition.bind(5, position.retries);
        SLUICE_TRY(m_sql.setPosition.run());
    }
    for (const DeadLetter& letter : bookkeeping.deadLetters)
        SLUICE_TRY(writeDeadLetter(letter));
    return {};
}

Result<void, CaptureError> ChunkStore::writeOutcome(const OutcomeRange& outcome)
{
    // Readers look back this far for ranges that overlap theirs; a power of two, so that it seldom changes.
    std::uint64_t& largest = m_counters.of(outcome.signal, SignalCounter::LargestOutcome);
    while (largest < outcome.recordCount)
        largest = std::max<std::uint64_t>(largest * 2, 1024);
    m_sql.insertOutcome.bindText(1, outcome.pipeline);
    m_sql.insertOutcome.bind(2, static_cast<std::int64_t>(outcome.revision));
    m_sql.insertOutcome.bind(3, static_cast<std::int64_t>(outcome.signal));
    m_sql.insertOutcome.bind(4, outcome.firstRecord);
    m_sql.insertOutcome.bind(5, static_cast<std::int64_t>(outcome.recordCount));
    m_sql.insertOutcome.bindBlob(6, outcome.outcomes);
    return m_sql.insertOutcome.run();
}

Result<void, CaptureError> ChunkStore::writeRelease(const ReleaseEntry& release)
{
    m_counters[Counter::LastRelease] = release.sequence;
    m_sql.insertRelease.bind(1, release.sequence);
    m_sql.insertRelease.bindText(2, release.pipeline);
    m_sql.insertRelease.bind(3, static_cast<std::int64_t>(release.revision));
    m_sql.insertRelease.bind(4, static_cast<std::int64_t>(release.signal));
    m_sql.insertRelease.bind(5, release.firstRequest);
    m_sql.insertRelease.bind(6, release.lastRequest);
    m_sql.insertRelease.bind(7, release.recordCount);
    m_sql.insertRelease.bindBlob(8, release.payload);
    return m_sql.insertRelease.run();
}

Result<void, CaptureError> ChunkStore::writeDeadLetter(const DeadLetter& letter)
{
    m_sql.insertDeadLetter.bindText(1, letter.destination);
    m_sql.insertDeadLetter.bind(2, nanos(letter.time));
    m_sql.insertDeadLetter.bind(3, static_cast<std::int64_t>(letter.signal));
    m_sql.insertDeadLetter.bind(4, letter.release);
    m_sql.insertDeadLetter.bind(5, letter.recordCount);
    m_sql.insertDeadLetter.bindText(6, letter.answer);
    m_sql.insertDeadLetter.bindBlob(7, letter.payload);
    return m_sql.insertDeadLetter.run();
}

Result<void, CaptureError> ChunkStore::writeCounters()
{
    for (std::size_t i = 0; i < schema::Counters::kSize; ++i) {
        if (m_counters.at(i) == m_saved.at(i))
            continue;
        const std::string name = schema::Counters::nameAt(i);
        m_sql.updateCounter.bindText(1, name);
        m_sql.updateCounter.bind(2, m_counters.at(i));
        SLUICE_TRY(m_sql.updateCounter.run());
    }
    return {};
}

Result<std::uint32_t, CaptureError> ChunkStore::addRevision(
    const std::string& text, const std::string& note, UnixTime now)
{
    std::uint32_t number = 0;
    SLUICE_TRY(inTransaction([&]() -> Result<void, CaptureError> {
        SLUICE_TRY_AS(
            const std::int64_t last, m_database.number("SELECT ifnull(max(number), 0) FROM revision"));
        number = static_cast<std::uint32_t>(last + 1);
        SLUICE_TRY_AS(sqlite::Statement insert,
            m_database.prepare("INSERT INTO revision (number, created, text, note) VALUES (?,?,?,?)"));
        insert.bind(1, last + 1);
        insert.bind(2, nanos(now));
        insert.bindText(3, text);
        insert.bindText(4, note);
        return insert.run();
    }));
    return number;
}

Result<void, CaptureError> ChunkStore::markApplied(std::uint32_t revision, std::uint64_t afterRequest)
{
    return inTransaction([&]() -> Result<void, CaptureError> {
        SLUICE_TRY(m_database.run("UPDATE revision SET applied=0 WHERE applied=1"));
        SLUICE_TRY_AS(sqlite::Statement update,
            m_database.prepare("UPDATE revision SET applied=1, applied_at_request=? WHERE number=?"));
        update.bind(1, afterRequest);
        update.bind(2, static_cast<std::int64_t>(revision));
        SLUICE_TRY(update.run());
        if (m_database.rowsChanged() == 0)
            return fail(CaptureError{
                CaptureFailure::NotFound, m_path + ": there is no revision " + std::to_string(revision)});
        return {};
    });
}

Result<void, CaptureError> ChunkStore::setSetting(const std::string& key, const std::string& value)
{
    return inTransaction([&]() -> Result<void, CaptureError> {
        SLUICE_TRY_AS(
            sqlite::Statement insert, m_database.prepare("INSERT OR REPLACE INTO setting VALUES (?,?)"));
        insert.bindText(1, key);
        insert.bindText(2, value);
        return insert.run();
    });
}

Result<void, CaptureError> ChunkStore::removeDestination(const std::string& name)
{
    return inTransaction([&]() -> Result<void, CaptureError> {
        SLUICE_TRY_AS(
            sqlite::Statement remove, m_database.prepare("DELETE FROM position WHERE destination=?"));
        remove.bindText(1, name);
        return remove.run();
    });
}

Result<void, CaptureError> ChunkStore::clearTemporary()
{
    SLUICE_TRY(
        inTransaction([&] { return m_database.run("UPDATE meta SET value=0 WHERE key='temporary'"); }));
    m_temporary = false;
    return {};
}

Result<std::int64_t, CaptureError> ChunkStore::newRun()
{
    SLUICE_TRY(inTransaction([&]() -> Result<void, CaptureError> {
        ++m_counters[Counter::LastRun];
        return {};
    }));
    return static_cast<std::int64_t>(m_counters[Counter::LastRun]);
}

Result<void, CaptureError> ChunkStore::addRun(const TraceRun& run, bool live)
{
    return inTransaction([&] { return m_runs->addRun(run, live); });
}

Result<std::size_t, CaptureError> ChunkStore::addRunBlocks(
    std::int64_t run, std::span<const std::uint64_t> sorted, std::size_t at, std::size_t maxBlocks)
{
    SLUICE_TRY(inTransaction([&]() -> Result<void, CaptureError> {
        SLUICE_TRY_AS(at, m_runs->addBlocks(run, sorted, at, maxBlocks));
        return {};
    }));
    return at;
}

Result<void, CaptureError> ChunkStore::replaceRuns(const TraceRun& merged, const std::vector<TraceRun>& runs)
{
    return inTransaction([&]() -> Result<void, CaptureError> {
        SLUICE_TRY(m_runs->addRun(merged, true));
        for (const TraceRun& run : runs)
            SLUICE_TRY(m_runs->remove(run.run));
        return {};
    });
}

CaptureInfo ChunkStore::info()
{
    CaptureInfo info;
    info.path = m_path;
    info.formatVersion = schema::kVersion;
    info.temporary = m_temporary;
    info.created = m_created;
    schema::fillInfo(m_saved, info);
    if (auto bytes = fileBytes())
        info.fileBytes = *bytes;
    return info;
}

Result<void, CaptureError> ChunkStore::finish()
{
    m_sql = {};
    m_runs.reset();
    Result<void, CaptureError> result;
    if (auto state = m_database.checkpoint(sqlite::CheckpointMode::Truncate); !state)
        result = fail(std::move(state).error());
    // Fails while readers keep the file open: it then stays in WAL mode, which every reader of ours
    // understands.
    m_database.setBusyTimeout(0);
    std::ignore = m_database.run("PRAGMA journal_mode=DELETE");
    m_database.close();
    return result;
}

} // namespace sluice
