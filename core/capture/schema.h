#pragma once

#include "core/base/time.h"
#include "core/capture/sqlite.h"
#include "core/capture/stored.h"
#include "core/model/signal.h"

#include <array>
#include <string>
#include <string_view>

namespace sluice::schema {

/// In the file header: what `file` and SQLite tools show. "SLUC".
inline constexpr std::int64_t kApplicationId = 0x534c5543;
/// `PRAGMA user_version`: what this program writes.
inline constexpr int kVersion = 1;
/// `meta.oldest_reader`: programs that know at least this version can read what we write.
inline constexpr int kOldestReader = 1;
inline constexpr std::uint64_t kPageBytes = 32768;

constexpr std::string_view chunkTable(Signal signal)
{
    constexpr std::array<std::string_view, kSignalCount> names{"chunk_traces", "chunk_metrics", "chunk_logs"};
    return names[indexOf(signal)];
}

/// Chunk ids rise over all signals, and say which signal they are of.
constexpr std::int64_t chunkId(std::uint64_t number, Signal signal)
{
    return static_cast<std::int64_t>(number * 4 + indexOf(signal));
}
constexpr bool isChunkId(std::int64_t id)
{
    return id >= 4 && (id & 3) < 3;
}
constexpr Signal signalOfChunk(std::int64_t id)
{
    return static_cast<Signal>(id & 3);
}
constexpr std::uint64_t chunkNumber(std::int64_t id)
{
    return static_cast<std::uint64_t>(id) / 4;
}

/// The numbers in table `counter`: of the capture, then of each signal.
enum class Counter : std::uint8_t {
    LastRequest,
    LastChunk,
    LastRun,
    JudgedUpTo,
    LastRelease,
    FirstArrival,
    LastArrival,
    Count
};
enum class SignalCounter : std::uint8_t {
    Requests, ///< Ever stored, as the next four.
    Records,
    RawBytes,
    Findings,
    RemovedRecords, ///< By retention.
    StoredBytes, ///< Of what is still there.
    Chunks,
    IndexedChunk, ///< Trace lookup: runs cover the chunks up to this id.
    LargestOutcome, ///< Records of the longest outcome range.
    Count
};

/// All counters as plain numbers.
class Counters {
public:
    static constexpr std::size_t kGlobal = static_cast<std::size_t>(Counter::Count);
    static constexpr std::size_t kPerSignal = static_cast<std::size_t>(SignalCounter::Count);
    static constexpr std::size_t kSize = kGlobal + kSignalCount * kPerSignal;

    std::uint64_t& operator[](Counter counter) { return m_values[static_cast<std::size_t>(counter)]; }
    std::uint64_t operator[](Counter counter) const { return m_values[static_cast<std::size_t>(counter)]; }
    std::uint64_t& of(Signal signal, SignalCounter counter) { return m_values[place(signal, counter)]; }
    [[nodiscard]] std::uint64_t of(Signal signal, SignalCounter counter) const
    {
        return m_values[place(signal, counter)];
    }

    /// The name in the table of the counter at `index`: "last_request", "traces.records".
    static std::string nameAt(std::size_t index);
    std::uint64_t& at(std::size_t index) { return m_values[index]; }
    [[nodiscard]] std::uint64_t at(std::size_t index) const { return m_values[index]; }

private:
    static constexpr std::size_t place(Signal signal, SignalCounter counter)
    {
        return kGlobal + indexOf(signal) * kPerSignal + static_cast<std::size_t>(counter);
    }
    std::array<std::uint64_t, kSize> m_values{};
};

/// Reads the header of a file without touching it or its side files. Foreign, NewerVersion, NotFound,
/// Corrupt, … True: an empty file, to be made a capture.
Result<bool, CaptureError> check(const std::string& path, bool forWriting);

/// Makes an empty file a capture. Ends in journal mode DELETE, so that the header is in the file itself.
Result<void, CaptureError> create(sqlite::Database& database, bool temporary, UnixTime now);

/// Refuses a capture whose stored data this program does not understand.
Result<void, CaptureError> checkReadable(sqlite::Database& database, const std::string& path);

Result<Counters, CaptureError> readCounters(sqlite::Database& database);

/// Copies what the counters say into `info`.
void fillInfo(const Counters& counters, CaptureInfo& info);

} // namespace sluice::schema
