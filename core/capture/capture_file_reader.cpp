#include "core/capture/capture_file_reader.h"

#include "core/capture/chunk_codec.h"

#include <algorithm>

namespace sluice {

namespace {

constexpr std::string_view kInfoColumns
    = "id, first_record, record_count, first_request, last_request, first_arrival, last_arrival, raw_bytes, "
      "stored_bytes, trace_ids, columns";
constexpr int kTraceIds = 9;
constexpr int kColumns = 10;
constexpr int kPayload = 11;

UnixTime timeIn(const sqlite::Statement& row, int column)
{
    return UnixTime(Nanos(row.integer(column)));
}

ChunkInfo infoIn(const sqlite::Statement& row)
{
    ChunkInfo info;
    info.id = row.integer(0);
    info.signal = schema::signalOfChunk(info.id);
    info.firstRecord = row.counter(1);
    info.recordCount = static_cast<std::uint32_t>(row.integer(2));
    info.firstRequest = row.counter(3);
    info.lastRequest = row.counter(4);
    info.firstArrival = timeIn(row, 5);
    info.lastArrival = timeIn(row, 6);
    info.rawBytes = row.counter(7);
    info.storedBytes = row.counter(8);
    return info;
}

OutcomeRange outcomeIn(const sqlite::Statement& row, int first)
{
    OutcomeRange outcome;
    outcome.pipeline = row.text(first);
    outcome.revision = static_cast<std::uint32_t>(row.integer(first + 1));
    outcome.signal = static_cast<Signal>(row.integer(first + 2));
    outcome.firstRecord = row.counter(first + 3);
    outcome.recordCount = static_cast<std::uint32_t>(row.integer(first + 4));
    outcome.outcomes = row.blob(first + 5);
    return outcome;
}

/// All rows of a bound statement.
template <class Row, class Read>
Result<std::vector<Row>, CaptureError> rowsOf(sqlite::Statement& statement, Read&& read)
{
    std::vector<Row> rows;
    for (;;) {
        SLUICE_TRY_AS(const bool found, statement.step());
        if (!found)
            return rows;
        rows.push_back(read(statement));
    }
}

StoredRequest requestIn(const Chunk& chunk, std::size_t index)
{
    const ChunkRequest& from = chunk.requests[index];
    StoredRequest request;
    request.sequence = from.sequence;
    request.signal = chunk.info.signal;
    request.firstRecord = chunk.info.firstRecord + from.firstIndex;
    request.recordCount = from.recordCount;
    request.arrival = from.arrival;
    request.context = from.context;
    request.body = chunk.payload.slice(from.offset, from.length);
    return request;
}

} // namespace

Result<std::unique_ptr<CaptureReader>, CaptureError> CaptureReader::open(const std::string& path)
{
    SLUICE_TRY_AS(auto reader, CaptureFileReader::open(path));
    return std::unique_ptr<CaptureReader>(std::move(reader));
}

Result<std::unique_ptr<CaptureFileReader>, CaptureError> CaptureFileReader::open(const std::string& path)
{
    SLUICE_TRY_AS(const bool isEmpty, schema::check(path, false));
    if (isEmpty)
        return fail(CaptureError{CaptureFailure::Foreign, path + ": the file is empty"});
    SLUICE_TRY_AS(auto database, sqlite::Database::open(path, sqlite::Access::ReadOnly));
    SLUICE_TRY(schema::checkReadable(database, path));
    SLUICE_TRY(database.run("PRAGMA cache_size=-8192"));
    std::unique_ptr<CaptureFileReader> reader(new CaptureFileReader(std::move(database), path));
    SLUICE_TRY(reader->prepare());
    return reader;
}

Result<void, CaptureError> CaptureFileReader::prepare()
{
    for (const Signal signal : kSignals) {
        const std::string table(schema::chunkTable(signal));
        const std::string select = "SELECT " + std::string(kInfoColumns);
        SignalStatements& statements = m_signals[indexOf(signal)];
        SLUICE_TRY_AS(statements.after,
            m_database.prepare(select + " FROM " + table + " WHERE id > ? ORDER BY id LIMIT ?"));
        SLUICE_TRY_AS(
            statements.at, m_database.prepare(select + ", payload FROM " + table + " WHERE id = ?"));
        SLUICE_TRY_AS(statements.upTo,
            m_database.prepare("SELECT id, first_record + record_count - 1, last_request FROM " + table
                + " WHERE id <= ? ORDER BY id DESC LIMIT 1"));
        SLUICE_TRY_AS(statements.bounds,
            m_database.prepare(
                "SELECT (SELECT min(id) FROM " + table + "), (SELECT max(id) FROM " + table + ")"));
    }
    SLUICE_TRY_AS(m_traces, TraceLookup::create(m_database));
    return {};
}

CaptureError CaptureFileReader::damaged(std::int64_t id) const
{
    return {CaptureFailure::Corrupt,
        m_path + ": chunk " + std::to_string(id) + " is damaged; `sluice capture verify` tells more"};
}

CaptureError CaptureFileReader::gone(const std::string& what) const
{
    return {CaptureFailure::NotFound, m_path + ": " + what + " is not in the capture (any more)"};
}

Result<CaptureInfo, CaptureError> CaptureFileReader::info()
{
    SLUICE_TRY_AS(const sqlite::Transaction snapshot, sqlite::Transaction::read(m_database));
    CaptureInfo info;
    info.path = m_path;
    SLUICE_TRY_AS(const std::int64_t version, m_database.number("PRAGMA user_version"));
    info.formatVersion = static_cast<int>(version);
    SLUICE_TRY_AS(
        const std::int64_t temporary, m_database.number("SELECT value FROM meta WHERE key='temporary'"));
    info.temporary = temporary != 0;
    SLUICE_TRY_AS(
        const std::int64_t created, m_database.number("SELECT value FROM meta WHERE key='created'"));
    info.created = UnixTime(Nanos(created));
    SLUICE_TRY_AS(const std::int64_t pages, m_database.number("PRAGMA page_count"));
    info.fileBytes = static_cast<std::uint64_t>(pages) * schema::kPageBytes;
    SLUICE_TRY_AS(const schema::Counters counters, schema::readCounters(m_database));
    schema::fillInfo(counters, info);
    return info;
}

Result<Chunk, CaptureError> CaptureFileReader::decodedRow(const sqlite::Statement& row, bool withPayload)
{
    Chunk chunk;
    chunk.info = infoIn(row);
    std::string columns;
    if (!decodeBlob(row.blob(kColumns), columns)
        || !decodeColumns(columns, row.blob(kTraceIds), chunk.info, chunk))
        return fail(damaged(chunk.info.id));
    if (withPayload) {
        std::string payload;
        if (!decodeBlob(row.blob(kPayload), payload) || payload.size() != chunk.info.rawBytes)
            return fail(damaged(chunk.info.id));
        chunk.payload = SharedBytes(std::move(payload));
    }
    return chunk;
}

Result<std::vector<Chunk>, CaptureError> CaptureFileReader::chunksAfter(
    Signal signal, std::int64_t afterId, std::size_t limit)
{
    std::vector<Chunk> chunks;
    sqlite::Statement& rows = m_signals[indexOf(signal)].after;
    const sqlite::ResetAtEnd reset(rows);
    rows.bind(1, afterId);
    rows.bind(2, static_cast<std::int64_t>(std::min<std::size_t>(limit, INT64_MAX)));
    for (;;) {
        SLUICE_TRY_AS(const bool found, rows.step());
        if (!found)
            return chunks;
        SLUICE_TRY_AS(Chunk chunk, decodedRow(rows, false));
        chunks.push_back(std::move(chunk));
    }
}

Result<Chunk, CaptureError> CaptureFileReader::chunk(std::int64_t id)
{
    if (!schema::isChunkId(id))
        return fail(gone("chunk " + std::to_string(id)));
    sqlite::Statement& row = m_signals[indexOf(schema::signalOfChunk(id))].at;
    const sqlite::ResetAtEnd reset(row);
    row.bind(1, id);
    SLUICE_TRY_AS(const bool found, row.step());
    if (!found)
        return fail(gone("chunk " + std::to_string(id)));
    return decodedRow(row, true);
}

Result<std::shared_ptr<const Chunk>, CaptureError> CaptureFileReader::cachedChunk(std::int64_t id)
{
    std::shared_ptr<const Chunk>& last = m_lastChunk[indexOf(schema::signalOfChunk(id))];
    if (!last || last->info.id != id) {
        SLUICE_TRY_AS(Chunk read, chunk(id));
        last = std::make_shared<const Chunk>(std::move(read));
    }
    return last;
}

Result<std::int64_t, CaptureError> CaptureFileReader::firstChunkReaching(
    Signal signal, By by, std::uint64_t number)
{
    SignalStatements& statements = m_signals[indexOf(signal)];
    const sqlite::ResetAtEnd resetBounds(statements.bounds);
    SLUICE_TRY_AS(const bool found, statements.bounds.step());
    if (!found || statements.bounds.isNull(0))
        return 0;
    // Bisection over ids: records and requests rise with them.
    std::int64_t low = statements.bounds.integer(0);
    std::int64_t high = statements.bounds.integer(1);
    std::int64_t answer = 0;
    while (low <= high) {
        const sqlite::ResetAtEnd reset(statements.upTo);
        const std::int64_t middle = low + (high - low) / 2;
        statements.upTo.bind(1, middle);
        SLUICE_TRY_AS(const bool any, statements.upTo.step());
        if (!any)
            break;
        const std::int64_t id = statements.upTo.integer(0);
        if (statements.upTo.counter(by == By::Record ? 1 : 2) >= number) {
            answer = id;
            high = id - 1;
        } else {
            low = middle + 1;
        }
    }
    return answer;
}

Result<ChunkInfo, CaptureError> CaptureFileReader::chunkOf(RecordId record)
{
    SLUICE_TRY_AS(const sqlite::Transaction snapshot, sqlite::Transaction::read(m_database));
    SLUICE_TRY_AS(const std::int64_t id, firstChunkReaching(record.signal, By::Record, record.sequence));
    const std::string what = "record " + std::to_string(record.sequence);
    if (id == 0)
        return fail(gone(what));
    sqlite::Statement& row = m_signals[indexOf(record.signal)].at;
    const sqlite::ResetAtEnd reset(row);
    row.bind(1, id);
    SLUICE_TRY_AS(const bool found, row.step());
    if (!found || row.counter(1) > record.sequence)
        return fail(gone(what));
    return infoIn(row);
}

Result<std::int64_t, CaptureError> CaptureFileReader::firstChunk(Signal signal)
{
    sqlite::Statement& bounds = m_signals[indexOf(signal)].bounds;
    const sqlite::ResetAtEnd reset(bounds);
    SLUICE_TRY(bounds.step());
    return bounds.isNull(0) ? 0 : bounds.integer(0);
}

Result<std::vector<std::int64_t>, CaptureError> CaptureFileReader::chunksOfTrace(
    Signal signal, const TraceId& trace)
{
    if (signal == Signal::Metrics || !trace.isValid())
        return std::vector<std::int64_t>();
    SLUICE_TRY_AS(const sqlite::Transaction snapshot, sqlite::Transaction::read(m_database));
    return m_traces->chunksOf(signal, trace);
}

Result<CaptureFileReader::Cursor, CaptureError> CaptureFileReader::cursorAt(
    Signal signal, std::uint64_t after)
{
    Cursor cursor;
    cursor.signal = signal;
    SLUICE_TRY_AS(const std::int64_t id, firstChunkReaching(signal, By::Request, after + 1));
    if (id == 0)
        return cursor;
    SLUICE_TRY_AS(cursor.chunk, cachedChunk(id));
    const auto& requests = cursor.chunk->requests;
    const auto first = std::partition_point(requests.begin(), requests.end(),
        [&](const ChunkRequest& request) { return request.sequence <= after; });
    cursor.at = static_cast<std::size_t>(first - requests.begin());
    return cursor;
}

Result<void, CaptureError> CaptureFileReader::advance(Cursor& cursor)
{
    if (++cursor.at < cursor.chunk->requests.size())
        return {};
    sqlite::Statement& next = m_signals[indexOf(cursor.signal)].after;
    std::int64_t id = 0;
    {
        const sqlite::ResetAtEnd reset(next);
        next.bind(1, cursor.chunk->info.id);
        next.bind(2, std::int64_t(1));
        SLUICE_TRY_AS(const bool found, next.step());
        id = found ? next.integer(0) : 0;
    }
    cursor.at = 0;
    cursor.chunk.reset();
    if (id != 0) {
        SLUICE_TRY_AS(cursor.chunk, cachedChunk(id));
    }
    return {};
}

Result<std::vector<StoredRequest>, CaptureError> CaptureFileReader::requests(
    std::uint64_t after, std::uint64_t upTo, std::size_t maxBytes, std::optional<Signal> signal)
{
    SLUICE_TRY_AS(const sqlite::Transaction snapshot, sqlite::Transaction::read(m_database));
    std::vector<Cursor> cursors;
    for (const Signal each : kSignals) {
        if (signal && *signal != each)
            continue;
        SLUICE_TRY_AS(Cursor cursor, cursorAt(each, after));
        if (cursor.chunk)
            cursors.push_back(std::move(cursor));
    }
    std::vector<StoredRequest> requests;
    std::size_t bytes = 0;
    const auto sequence = [](const Cursor& cursor) { return cursor.chunk->requests[cursor.at].sequence; };
    while (!cursors.empty()) {
        const auto next = std::min_element(cursors.begin(), cursors.end(),
            [&](const Cursor& a, const Cursor& b) { return sequence(a) < sequence(b); });
        if (sequence(*next) > upTo)
            break;
        const std::size_t size = next->chunk->requests[next->at].length;
        if (!requests.empty() && bytes + size > maxBytes)
            break;
        bytes += size;
        requests.push_back(requestIn(*next->chunk, next->at));
        SLUICE_TRY(advance(*next));
        if (!next->chunk)
            cursors.erase(next);
    }
    return requests;
}

Result<std::vector<OutcomeRange>, CaptureError> CaptureFileReader::outcomes(
    Signal signal, std::uint64_t first, std::uint64_t last)
{
    // No range is longer than the counter says, so none that begins further back reaches `first`.
    SLUICE_TRY_AS(sqlite::Statement rows,
        m_database.prepare(
            "SELECT pipeline, revision, signal, first_record, record_count, outcomes FROM outcome "
            "WHERE signal=?1 AND first_record<=?3 AND first_record+record_count>?2 AND first_record>?2-"
            "(SELECT value FROM counter WHERE name=?4) ORDER BY first_record, id"));
    const std::string counter = std::string(nameOf(signal)) + ".largest_outcome";
    rows.bind(1, static_cast<std::int64_t>(signal));
    rows.bind(2, first);
    rows.bind(3, last);
    rows.bindText(4, counter);
    return rowsOf<OutcomeRange>(rows, [](const sqlite::Statement& row) { return outcomeIn(row, 0); });
}

Result<std::int64_t, CaptureError> CaptureFileReader::outcomesAfter(
    std::int64_t rowId, std::size_t limit, const std::function<void(const OutcomeRange&)>& each)
{
    SLUICE_TRY_AS(sqlite::Statement rows,
        m_database.prepare(
            "SELECT id, pipeline, revision, signal, first_record, record_count, outcomes FROM outcome "
            "WHERE id > ? ORDER BY id LIMIT ?"));
    rows.bind(1, rowId);
    rows.bind(2, static_cast<std::int64_t>(std::min<std::size_t>(limit, INT64_MAX)));
    for (;;) {
        SLUICE_TRY_AS(const bool found, rows.step());
        if (!found)
            return rowId;
        rowId = rows.integer(0);
        each(outcomeIn(rows, 1));
    }
}

Result<std::vector<ReleaseEntry>, CaptureError> CaptureFileReader::releasesAfter(
    std::uint64_t sequence, std::size_t limit)
{
    SLUICE_TRY_AS(sqlite::Statement rows,
        m_database.prepare(
            "SELECT sequence, pipeline, revision, signal, first_request, last_request, record_count, "
            "payload FROM release WHERE sequence > ? ORDER BY sequence LIMIT ?"));
    rows.bind(1, sequence);
    rows.bind(2, static_cast<std::int64_t>(std::min<std::size_t>(limit, INT64_MAX)));
    return rowsOf<ReleaseEntry>(rows, [](const sqlite::Statement& row) {
        return ReleaseEntry{row.counter(0), std::string(row.text(1)),
            static_cast<std::uint32_t>(row.integer(2)), static_cast<Signal>(row.integer(3)), row.counter(4),
            row.counter(5), row.counter(6), std::string(row.blob(7))};
    });
}

Result<std::vector<StoredRevision>, CaptureError> CaptureFileReader::revisions()
{
    SLUICE_TRY_AS(sqlite::Statement rows,
        m_database.prepare(
            "SELECT number, created, text, note, applied, applied_at_request FROM revision ORDER BY number"));
    return rowsOf<StoredRevision>(rows, [](const sqlite::Statement& row) {
        return StoredRevision{static_cast<std::uint32_t>(row.integer(0)), timeIn(row, 1),
            std::string(row.text(2)), std::string(row.text(3)), row.integer(4) != 0, row.counter(5)};
    });
}

Result<std::vector<DestinationPosition>, CaptureError> CaptureFileReader::positions()
{
    SLUICE_TRY_AS(sqlite::Statement rows,
        m_database.prepare("SELECT destination, release, sent_records, failed_records, retries FROM position "
                           "ORDER BY destination"));
    return rowsOf<DestinationPosition>(rows, [](const sqlite::Statement& row) {
        return DestinationPosition{
            std::string(row.text(0)), row.counter(1), row.counter(2), row.counter(3), row.counter(4)};
    });
}

Result<std::vector<DeadLetter>, CaptureError> CaptureFileReader::deadLetters(const std::string& destination)
{
    SLUICE_TRY_AS(sqlite::Statement rows,
        m_database.prepare(
            "SELECT id, destination, time, signal, release, record_count, answer, payload FROM "
            "dead_letter WHERE destination=? ORDER BY id"));
    rows.bindText(1, destination);
    return rowsOf<DeadLetter>(rows, [](const sqlite::Statement& row) {
        return DeadLetter{row.integer(0), std::string(row.text(1)), timeIn(row, 2),
            static_cast<Signal>(row.integer(3)), row.counter(4), row.counter(5), std::string(row.text(6)),
            std::string(row.blob(7))};
    });
}

Result<std::optional<std::string>, CaptureError> CaptureFileReader::setting(const std::string& key)
{
    SLUICE_TRY_AS(sqlite::Statement row, m_database.prepare("SELECT value FROM setting WHERE key=?"));
    row.bindText(1, key);
    SLUICE_TRY_AS(const bool found, row.step());
    if (!found)
        return std::optional<std::string>();
    return std::optional<std::string>(row.text(0));
}

} // namespace sluice
