// CaptureReader::verify(): everything that can be checked without knowing what was sent.

#include "core/capture/capture_file_reader.h"
#include "core/capture/checksum.h"
#include "core/capture/chunk_codec.h"

#include <array>

namespace sluice {

using schema::Counter;
using schema::SignalCounter;

namespace {

constexpr std::size_t kMaxProblems = 100; ///< Who has more does not read them.

class CaptureVerifier {
public:
    explicit CaptureVerifier(sqlite::Database& database)
        : m_database(database)
    {
    }

    Result<std::vector<CaptureReader::Problem>, CaptureError> run(
        const std::function<void(double)>& progress, const std::stop_token& stop);

private:
    /// What has been seen of a signal so far.
    struct Seen {
        std::uint64_t firstRecord = 0;
        std::uint64_t nextRecord = 0; ///< 0: nothing seen.
        std::uint64_t lastRequest = 0;
        std::uint64_t requests = 0;
        std::uint64_t records = 0;
        std::uint64_t storedBytes = 0;
        std::uint64_t chunks = 0;
    };

    void problem(std::string text)
    {
        if (m_problems.size() < kMaxProblems)
            m_problems.push_back({std::move(text)});
    }
    Result<void, CaptureError> checkPages();
    Result<void, CaptureError> checkChunks(Signal signal, const std::stop_token& stop);
    void checkChunk(const sqlite::Statement& row, Seen& seen);
    void checkOrder(const ChunkInfo& info, const std::string& name, Seen& seen);
    void checkTotals(Signal signal, const Seen& seen);
    Result<void, CaptureError> checkOutcomes();
    Result<void, CaptureError> checkReleases();
    void advance(std::uint64_t storedBytes);

    sqlite::Database& m_database;
    schema::Counters m_counters;
    std::vector<CaptureReader::Problem> m_problems;
    std::function<void(double)> m_progress;
    std::uint64_t m_bytesDone = 0;
    std::uint64_t m_bytesInAll = 0;
};

Result<std::vector<CaptureReader::Problem>, CaptureError> CaptureVerifier::run(
    const std::function<void(double)>& progress, const std::stop_token& stop)
{
    m_progress = progress;
    // One snapshot: the counts must belong to the chunks.
    SLUICE_TRY_AS(const sqlite::Transaction snapshot, sqlite::Transaction::read(m_database));
    SLUICE_TRY(checkPages());
    auto counters = schema::readCounters(m_database);
    if (!counters) {
        problem("the counters cannot be read: " + counters.error().text);
        return m_problems;
    }
    m_counters = *counters;
    for (const Signal signal : kSignals)
        m_bytesInAll += m_counters.of(signal, SignalCounter::StoredBytes);
    for (const Signal signal : kSignals) {
        // A damaged page is a problem found, not a reason to stop looking.
        if (const auto checked = checkChunks(signal, stop); !checked)
            problem(std::string(nameOf(signal)) + ": the chunks cannot all be read: " + checked.error().text);
        if (stop.stop_requested())
            return m_problems;
    }
    if (const auto checked = checkOutcomes(); !checked)
        problem("the outcomes cannot be read: " + checked.error().text);
    if (const auto checked = checkReleases(); !checked)
        problem("the release log cannot be read: " + checked.error().text);
    if (m_progress)
        m_progress(1.0);
    return m_problems;
}

Result<void, CaptureError> CaptureVerifier::checkPages()
{
    auto check = m_database.prepare("PRAGMA integrity_check");
    if (!check) {
        problem("the pages cannot be checked: " + check.error().text);
        return {};
    }
    for (;;) {
        const auto found = check->step();
        if (!found) {
            problem("the pages cannot be checked: " + found.error().text);
            return {};
        }
        if (!*found)
            return {};
        if (check->text(0) != "ok")
            problem("pages: " + std::string(check->text(0)));
    }
}

Result<void, CaptureError> CaptureVerifier::checkChunks(Signal signal, const std::stop_token& stop)
{
    SLUICE_TRY_AS(sqlite::Statement rows,
        m_database.prepare(
            "SELECT id, first_record, record_count, first_request, last_request, request_count, "
            "first_arrival, last_arrival, raw_bytes, stored_bytes, checksum, trace_ids, columns, "
            "payload FROM "
            + std::string(schema::chunkTable(signal)) + " ORDER BY id"));
    Seen seen;
    while (!stop.stop_requested()) {
        SLUICE_TRY_AS(const bool found, rows.step());
        if (!found) {
            checkTotals(signal, seen);
            return {};
        }
        if (schema::signalOfChunk(rows.integer(0)) != signal)
            problem("chunk " + std::to_string(rows.integer(0)) + " is in the table of another signal");
        checkChunk(rows, seen);
    }
    return {};
}

void CaptureVerifier::checkChunk(const sqlite::Statement& row, Seen& seen)
{
    Chunk chunk;
    chunk.info.id = row.integer(0);
    chunk.info.signal = schema::signalOfChunk(chunk.info.id);
    chunk.info.firstRecord = row.counter(1);
    chunk.info.recordCount = static_cast<std::uint32_t>(row.integer(2));
    chunk.info.firstRequest = row.counter(3);
    chunk.info.lastRequest = row.counter(4);
    chunk.info.rawBytes = row.counter(8);
    const std::string_view traceIds = row.blob(11);
    const std::string_view columnsBlob = row.blob(12);
    const std::string_view payloadBlob = row.blob(13);
    const std::string name
        = "chunk " + std::to_string(chunk.info.id) + " (" + std::string(nameOf(chunk.info.signal)) + "): ";
    checkOrder(chunk.info, name, seen);
    seen.requests += row.counter(5);
    seen.storedBytes += row.counter(9);
    ++seen.chunks;
    advance(row.counter(9));

    if (chunkChecksum(traceIds, columnsBlob, payloadBlob) != row.counter(10)) {
        problem(name + "checksum differs");
        return;
    }
    if (traceIds.size() + columnsBlob.size() + payloadBlob.size() != row.counter(9))
        problem(name + "stored size differs");
    std::string bytes;
    if (!decodeBlob(payloadBlob, bytes) || bytes.size() != chunk.info.rawBytes)
        problem(name + "payload cannot be decompressed");
    if (!decodeBlob(columnsBlob, bytes) || !decodeColumns(bytes, traceIds, chunk.info, chunk))
        problem(name + "columns cannot be decoded");
    else if (chunk.requests.size() != row.counter(5))
        problem(name + "number of requests differs");
}

void CaptureVerifier::checkOrder(const ChunkInfo& info, const std::string& name, Seen& seen)
{
    if (seen.nextRecord == 0)
        seen.firstRecord = info.firstRecord;
    else if (info.firstRecord != seen.nextRecord)
        problem(name + "begins with record " + std::to_string(info.firstRecord) + ", expected "
            + std::to_string(seen.nextRecord));
    if (info.firstRequest <= seen.lastRequest || info.lastRequest < info.firstRequest
        || info.lastRequest > m_counters[Counter::LastRequest])
        problem(name + "requests are out of order");
    seen.nextRecord = info.firstRecord + info.recordCount;
    seen.lastRequest = info.lastRequest;
    seen.records += info.recordCount;
}

void CaptureVerifier::checkTotals(Signal signal, const Seen& seen)
{
    const std::string name = std::string(nameOf(signal)) + ": ";
    const auto compare = [&](std::string_view what, std::uint64_t counted, std::uint64_t expected) {
        if (counted != expected)
            problem(name + std::to_string(counted) + ' ' + std::string(what) + ", expected "
                + std::to_string(expected));
    };
    const std::uint64_t removed = m_counters.of(signal, SignalCounter::RemovedRecords);
    compare("chunks", seen.chunks, m_counters.of(signal, SignalCounter::Chunks));
    compare("stored bytes", seen.storedBytes, m_counters.of(signal, SignalCounter::StoredBytes));
    compare(
        "records stored or removed", seen.records + removed, m_counters.of(signal, SignalCounter::Records));
    if (seen.nextRecord != 0)
        compare("records before the first one", seen.firstRecord - 1, removed);
    if (removed == 0)
        compare("requests", seen.requests, m_counters.of(signal, SignalCounter::Requests));
}

Result<void, CaptureError> CaptureVerifier::checkOutcomes()
{
    SLUICE_TRY_AS(sqlite::Statement rows,
        m_database.prepare("SELECT signal, first_record, record_count, id FROM outcome ORDER BY id"));
    for (;;) {
        SLUICE_TRY_AS(const bool found, rows.step());
        if (!found)
            return {};
        const std::int64_t signal = rows.integer(0);
        if (signal < 0 || signal >= static_cast<std::int64_t>(kSignalCount)) {
            problem("outcome " + std::to_string(rows.integer(3)) + ": unknown signal");
            continue;
        }
        const std::uint64_t end = rows.counter(1) + rows.counter(2);
        if (rows.counter(1) == 0
            || end > m_counters.of(static_cast<Signal>(signal), SignalCounter::Records) + 1)
            problem("outcome " + std::to_string(rows.integer(3)) + ": judges records that are not there");
    }
}

Result<void, CaptureError> CaptureVerifier::checkReleases()
{
    SLUICE_TRY_AS(sqlite::Statement row,
        m_database.prepare(
            "SELECT count(*), ifnull(min(sequence), 0), ifnull(max(sequence), 0) FROM release"));
    SLUICE_TRY(row.step());
    const std::uint64_t count = row.counter(0);
    if (count > 0 && row.counter(2) - row.counter(1) + 1 != count)
        problem("the release log has gaps");
    if (row.counter(2) > m_counters[Counter::LastRelease]
        || (count > 0 && row.counter(2) != m_counters[Counter::LastRelease]))
        problem("the release log does not end where it should");
    if (m_counters[Counter::JudgedUpTo] > m_counters[Counter::LastRequest])
        problem("requests are judged that are not there");
    return {};
}

void CaptureVerifier::advance(std::uint64_t storedBytes)
{
    m_bytesDone += storedBytes;
    if (m_progress && m_bytesInAll > 0)
        m_progress(std::min(1.0, static_cast<double>(m_bytesDone) / static_cast<double>(m_bytesInAll)));
}

} // namespace

Result<std::vector<CaptureReader::Problem>, CaptureError> CaptureFileReader::verify(
    const std::function<void(double)>& progress, std::stop_token stop)
{
    return CaptureVerifier(m_database).run(progress, stop);
}

} // namespace sluice
