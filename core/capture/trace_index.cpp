#include "core/capture/trace_index.h"

#include "core/capture/checksum.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace sluice {

namespace {

constexpr std::size_t kBlockEntries = 1000; ///< 8 kB: four blocks to a page.
constexpr std::size_t kLongTailEntries = 16384;
constexpr std::size_t kLongTailChunks = 128;
constexpr std::size_t kRunsPerMerge = 8;
constexpr std::uint64_t kLargestMergedRun = 1U << 20U; ///< Entries; beyond, a merge costs more than it gains.

std::string_view bytesOf(std::span<const std::uint64_t> entries)
{
    return {reinterpret_cast<const char*>(entries.data()), entries.size_bytes()};
}

constexpr std::uint32_t fingerprintIn(std::uint64_t entry)
{
    return static_cast<std::uint32_t>(entry >> 32U);
}

constexpr std::int64_t blockId(std::int64_t run, std::uint32_t fingerprint)
{
    return (run << 32U) | static_cast<std::int64_t>(fingerprint);
}

std::uint64_t entryOf(std::uint32_t fingerprint, std::int64_t chunk, std::int64_t firstChunk)
{
    return static_cast<std::uint64_t>(fingerprint) << 32U
        | static_cast<std::uint64_t>((chunk - firstChunk) / 4);
}

std::int64_t chunkIn(std::uint64_t entry, std::int64_t firstChunk)
{
    return firstChunk + static_cast<std::int64_t>(entry & 0xffffffffU) * 4;
}

/// Entries of `block` (unaligned) from `from` on that have the fingerprint.
template <class Each>
void eachMatch(std::string_view block, std::uint32_t fingerprint, Each&& each)
{
    const auto entry = [&](std::size_t i) {
        std::uint64_t value = 0;
        std::memcpy(&value, block.data() + i * sizeof value, sizeof value);
        return value;
    };
    const std::size_t count = block.size() / sizeof(std::uint64_t);
    std::size_t low = 0;
    for (std::size_t high = count; low < high;) {
        const std::size_t middle = (low + high) / 2;
        if (fingerprintIn(entry(middle)) < fingerprint)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < count && fingerprintIn(entry(low)) == fingerprint; ++low)
        each(entry(low));
}

TraceRun readRun(const sqlite::Statement& row)
{
    return {
        row.integer(0), static_cast<Signal>(row.integer(1)), row.integer(2), row.integer(3), row.counter(4)};
}

constexpr std::string_view kLiveRuns
    = "SELECT run, signal, first_chunk, last_chunk, entries FROM trace_run WHERE live=1";

} // namespace

std::uint32_t fingerprintOf(const TraceId& trace)
{
    std::uint64_t halves[2];
    std::memcpy(halves, trace.bytes().data(), sizeof halves);
    return static_cast<std::uint32_t>(hashNumbers(halves[0], halves[1]) >> 32U);
}

bool containsTrace(std::string_view ids, const TraceId& trace)
{
    for (std::size_t at = 0; at + TraceId::kSize <= ids.size(); at += TraceId::kSize) {
        if (std::memcmp(ids.data() + at, trace.bytes().data(), TraceId::kSize) == 0)
            return true;
    }
    return false;
}

Result<std::vector<TraceRun>, CaptureError> liveRuns(sqlite::Database& database)
{
    std::vector<TraceRun> runs;
    SLUICE_TRY_AS(sqlite::Statement rows, database.prepare(kLiveRuns));
    for (;;) {
        SLUICE_TRY_AS(const bool found, rows.step());
        if (!found)
            return runs;
        runs.push_back(readRun(rows));
    }
}

Result<TraceRunWriter, CaptureError> TraceRunWriter::create(sqlite::Database& database)
{
    TraceRunWriter writer;
    SLUICE_TRY_AS(
        writer.m_addRun, database.prepare("INSERT OR REPLACE INTO trace_run VALUES (?, ?, ?, ?, ?, ?)"));
    SLUICE_TRY_AS(writer.m_addBlock, database.prepare("INSERT INTO trace_block VALUES (?, ?)"));
    SLUICE_TRY_AS(writer.m_removeRun, database.prepare("DELETE FROM trace_run WHERE run=?"));
    SLUICE_TRY_AS(
        writer.m_removeBlocks, database.prepare("DELETE FROM trace_block WHERE id BETWEEN ? AND ?"));
    return writer;
}

Result<void, CaptureError> TraceRunWriter::write(const TraceRun& run, TraceEntries& entries)
{
    std::sort(entries.begin(), entries.end());
    SLUICE_TRY(addRun(run, true));
    SLUICE_TRY(addBlocks(run.run, entries, 0, entries.size()));
    return {};
}

Result<void, CaptureError> TraceRunWriter::addRun(const TraceRun& run, bool live)
{
    m_addRun.bind(1, run.run);
    m_addRun.bind(2, static_cast<std::int64_t>(run.signal));
    m_addRun.bind(3, run.firstChunk);
    m_addRun.bind(4, run.lastChunk);
    m_addRun.bind(5, run.entries);
    m_addRun.bind(6, static_cast<std::int64_t>(live));
    return m_addRun.run();
}

Result<std::size_t, CaptureError> TraceRunWriter::addBlocks(
    std::int64_t run, std::span<const std::uint64_t> sorted, std::size_t at, std::size_t maxBlocks)
{
    for (std::size_t block = 0; block < maxBlocks && at < sorted.size(); ++block) {
        std::size_t end = std::min(at + kBlockEntries, sorted.size());
        // A fingerprint never lies in two blocks: a lookup reads one.
        while (end < sorted.size() && fingerprintIn(sorted[end]) == fingerprintIn(sorted[end - 1]))
            ++end;
        m_addBlock.bind(1, blockId(run, fingerprintIn(sorted[at])));
        m_addBlock.bindBlob(2, bytesOf(sorted.subspan(at, end - at)));
        SLUICE_TRY(m_addBlock.run());
        at = end;
    }
    return at;
}

Result<void, CaptureError> TraceRunWriter::remove(std::int64_t run)
{
    m_removeRun.bind(1, run);
    SLUICE_TRY(m_removeRun.run());
    m_removeBlocks.bind(1, blockId(run, 0));
    m_removeBlocks.bind(2, blockId(run, 0xffffffffU));
    return m_removeBlocks.run();
}

Result<void, CaptureError> TraceTail::load(sqlite::Database& database, const schema::Counters& counters)
{
    for (const Signal signal : {Signal::Traces, Signal::Logs}) {
        SLUICE_TRY_AS(sqlite::Statement rows,
            database.prepare("SELECT id, trace_ids FROM " + std::string(schema::chunkTable(signal))
                + " WHERE id > ? ORDER BY id"));
        rows.bind(1, counters.of(signal, schema::SignalCounter::IndexedChunk));
        for (;;) {
            SLUICE_TRY_AS(const bool found, rows.step());
            if (!found)
                break;
            std::vector<TraceId> traces(rows.blob(1).size() / TraceId::kSize);
            for (std::size_t i = 0; i < traces.size(); ++i)
                std::memcpy(&traces[i], rows.blob(1).data() + i * TraceId::kSize, TraceId::kSize);
            add(rows.integer(0), traces);
        }
    }
    committed();
    return {};
}

Result<void, CaptureError> TraceTail::writeLongTails(TraceRunWriter& writer, schema::Counters& counters)
{
    for (const Signal signal : {Signal::Traces, Signal::Logs}) {
        Tail& tail = m_tails[indexOf(signal)];
        if (tail.entries.size() < kLongTailEntries && tail.chunks < kLongTailChunks)
            continue;
        const auto [first, last] = std::minmax_element(tail.entries.begin(), tail.entries.end(),
            [](const Entry& a, const Entry& b) { return a.chunk < b.chunk; });
        if (first != tail.entries.end()) {
            TraceEntries entries(tail.entries.size());
            std::transform(tail.entries.begin(), tail.entries.end(), entries.begin(),
                [&](const Entry& entry) { return entryOf(entry.fingerprint, entry.chunk, first->chunk); });
            const auto run = static_cast<std::int64_t>(++counters[schema::Counter::LastRun]);
            SLUICE_TRY(writer.write({run, signal, first->chunk, last->chunk, entries.size()}, entries));
        }
        counters.of(signal, schema::SignalCounter::IndexedChunk) = static_cast<std::uint64_t>(tail.lastChunk);
        tail.writtenEntries = tail.entries.size();
        tail.writtenChunks = tail.chunks;
    }
    return {};
}

void TraceTail::add(std::int64_t chunk, std::span<const TraceId> traces)
{
    Tail& tail = m_tails[indexOf(schema::signalOfChunk(chunk))];
    ++tail.chunks;
    tail.lastChunk = chunk;
    for (const TraceId& trace : traces) {
        if (trace.isValid())
            tail.entries.push_back({fingerprintOf(trace), chunk});
    }
}

void TraceTail::committed()
{
    for (Tail& tail : m_tails) {
        tail.entries.erase(
            tail.entries.begin(), tail.entries.begin() + static_cast<std::ptrdiff_t>(tail.writtenEntries));
        tail.chunks -= tail.writtenChunks;
        tail.writtenEntries = 0;
        tail.writtenChunks = 0;
        tail.committedEntries = tail.entries.size();
        tail.committedChunks = tail.chunks;
        tail.committedLastChunk = tail.lastChunk;
    }
}

void TraceTail::rolledBack()
{
    for (Tail& tail : m_tails) {
        tail.entries.resize(tail.committedEntries);
        tail.chunks = tail.committedChunks;
        tail.lastChunk = tail.committedLastChunk;
        tail.writtenEntries = 0;
        tail.writtenChunks = 0;
    }
}

Result<TraceLookup, CaptureError> TraceLookup::create(sqlite::Database& database)
{
    TraceLookup lookup;
    SLUICE_TRY_AS(lookup.m_runs, database.prepare(std::string(kLiveRuns) + " AND signal=?"));
    SLUICE_TRY_AS(lookup.m_block,
        database.prepare(
            "SELECT entries FROM trace_block WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT 1"));
    SLUICE_TRY_AS(lookup.m_indexed, database.prepare("SELECT value FROM counter WHERE name=?"));
    for (const Signal signal : kSignals) {
        const std::string table(schema::chunkTable(signal));
        SLUICE_TRY_AS(lookup.m_tail[indexOf(signal)],
            database.prepare("SELECT id, trace_ids FROM " + table + " WHERE id > ? ORDER BY id"));
        SLUICE_TRY_AS(lookup.m_idsAt[indexOf(signal)],
            database.prepare("SELECT id, trace_ids FROM " + table + " WHERE id >= ? ORDER BY id LIMIT 1"));
    }
    return lookup;
}

Result<void, CaptureError> TraceLookup::findInRun(
    const TraceRun& run, std::uint32_t fingerprint, std::vector<std::int64_t>& into)
{
    const sqlite::ResetAtEnd reset(m_block);
    m_block.bind(1, blockId(run.run, 0));
    m_block.bind(2, blockId(run.run, fingerprint));
    SLUICE_TRY_AS(const bool found, m_block.step());
    if (found) {
        eachMatch(m_block.blob(0), fingerprint,
            [&](std::uint64_t entry) { into.push_back(chunkIn(entry, run.firstChunk)); });
    }
    return {};
}

Result<std::vector<std::int64_t>, CaptureError> TraceLookup::chunksOf(Signal signal, const TraceId& trace)
{
    std::vector<std::int64_t> candidates;
    {
        const sqlite::ResetAtEnd reset(m_runs);
        m_runs.bind(1, static_cast<std::int64_t>(signal));
        for (;;) {
            SLUICE_TRY_AS(const bool found, m_runs.step());
            if (!found)
                break;
            SLUICE_TRY(findInRun(readRun(m_runs), fingerprintOf(trace), candidates));
        }
    }
    // A fingerprint may be another trace's, and a chunk may be gone: the chunk's own ids decide.
    std::sort(candidates.begin(), candidates.end());
    std::vector<std::int64_t> chunks;
    sqlite::Statement& idsAt = m_idsAt[indexOf(signal)];
    for (const std::int64_t candidate : candidates) {
        const sqlite::ResetAtEnd reset(idsAt);
        idsAt.bind(1, candidate);
        SLUICE_TRY_AS(const bool found, idsAt.step());
        if (found && containsTrace(idsAt.blob(1), trace)
            && (chunks.empty() || chunks.back() != idsAt.integer(0)))
            chunks.push_back(idsAt.integer(0));
    }

    const std::string name = std::string(nameOf(signal)) + ".indexed_chunk";
    const sqlite::ResetAtEnd resetIndexed(m_indexed);
    m_indexed.bindText(1, name);
    SLUICE_TRY_AS(const bool indexed, m_indexed.step());
    sqlite::Statement& tail = m_tail[indexOf(signal)];
    const sqlite::ResetAtEnd resetTail(tail);
    tail.bind(1, indexed ? m_indexed.integer(0) : 0);
    for (;;) {
        SLUICE_TRY_AS(const bool found, tail.step());
        if (!found)
            return chunks;
        if (containsTrace(tail.blob(1), trace) && (chunks.empty() || chunks.back() < tail.integer(0)))
            chunks.push_back(tail.integer(0));
    }
}

std::vector<TraceRun> runsToMerge(const std::vector<TraceRun>& runs)
{
    for (const Signal signal : kSignals) {
        std::array<std::vector<TraceRun>, 64> bySize;
        for (const TraceRun& run : runs) {
            if (run.signal != signal || run.entries >= kLargestMergedRun)
                continue;
            auto& sameSize = bySize[static_cast<std::size_t>(std::bit_width(run.entries)) / 3];
            sameSize.push_back(run);
            if (sameSize.size() >= kRunsPerMerge)
                return sameSize;
        }
    }
    return {};
}

Result<TraceEntries, CaptureError> mergedEntries(
    sqlite::Database& database, const std::vector<TraceRun>& runs)
{
    const std::int64_t base = std::min_element(runs.begin(), runs.end(), [](const auto& a, const auto& b) {
        return a.firstChunk < b.firstChunk;
    })->firstChunk;
    TraceEntries entries;
    SLUICE_TRY_AS(sqlite::Statement blocks,
        database.prepare("SELECT entries FROM trace_block WHERE id BETWEEN ? AND ?"));
    for (const TraceRun& run : runs) {
        blocks.bind(1, blockId(run.run, 0));
        blocks.bind(2, blockId(run.run, 0xffffffffU));
        for (;;) {
            SLUICE_TRY_AS(const bool found, blocks.step());
            if (!found)
                break;
            const std::string_view block = blocks.blob(0);
            for (std::size_t at = 0; at + sizeof(std::uint64_t) <= block.size();
                 at += sizeof(std::uint64_t)) {
                std::uint64_t entry = 0;
                std::memcpy(&entry, block.data() + at, sizeof entry);
                entries.push_back(entryOf(fingerprintIn(entry), chunkIn(entry, run.firstChunk), base));
            }
        }
    }
    std::sort(entries.begin(), entries.end());
    return entries;
}

} // namespace sluice
