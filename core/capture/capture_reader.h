#pragma once

// The reading side of a capture: one read-only connection. Works while a running Sluice writes the file, in
// the same or another process. Read transactions stay below a second.

#include "core/base/result.h"
#include "core/capture/capture_error.h"
#include "core/capture/stored.h"

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace sluice {

/// Use from one thread at a time; open several for several threads.
class CaptureReader {
public:
    static Result<std::unique_ptr<CaptureReader>, CaptureError> open(const std::string& path);

    virtual ~CaptureReader() = default;
    CaptureReader(const CaptureReader&) = delete;
    CaptureReader& operator=(const CaptureReader&) = delete;

    virtual Result<CaptureInfo, CaptureError> info() = 0;

    /// Chunks of `signal` with id > `afterId`, oldest first, at most `limit`, without payloads.
    virtual Result<std::vector<Chunk>, CaptureError> chunksAfter(
        Signal signal, std::int64_t afterId, std::size_t limit)
        = 0;
    /// A chunk with everything. NotFound when retention took it.
    virtual Result<Chunk, CaptureError> chunk(std::int64_t id) = 0;
    /// The chunk that holds a record. NotFound when there is none (any more).
    virtual Result<ChunkInfo, CaptureError> chunkOf(RecordId record) = 0;
    /// Lowest chunk id of `signal` that still exists; 0 when none. Tells caches what retention took.
    virtual Result<std::int64_t, CaptureError> firstChunk(Signal signal) = 0;

    /// Ids of the chunks (spans, or logs) that hold records of a trace, through the trace lookup; includes
    /// the newest ones.
    virtual Result<std::vector<std::int64_t>, CaptureError> chunksOfTrace(Signal signal, const TraceId& trace)
        = 0;

    /// Requests with sequence in (after, upTo], oldest first, until about `maxBytes`.
    virtual Result<std::vector<StoredRequest>, CaptureError> requests(
        std::uint64_t after, std::uint64_t upTo, std::size_t maxBytes, std::optional<Signal> signal)
        = 0;

    /// Outcome ranges that overlap [first, last] of `signal`, by first record.
    virtual Result<std::vector<OutcomeRange>, CaptureError> outcomes(
        Signal signal, std::uint64_t first, std::uint64_t last)
        = 0;
    /// Outcome ranges written after row `rowId` (0: all), oldest first; gives the last row id read. For
    /// caches.
    virtual Result<std::int64_t, CaptureError> outcomesAfter(
        std::int64_t rowId, std::size_t limit, const std::function<void(const OutcomeRange&)>& each)
        = 0;

    virtual Result<std::vector<ReleaseEntry>, CaptureError> releasesAfter(
        std::uint64_t sequence, std::size_t limit)
        = 0;
    virtual Result<std::vector<StoredRevision>, CaptureError> revisions() = 0;
    virtual Result<std::vector<DestinationPosition>, CaptureError> positions() = 0;
    virtual Result<std::vector<DeadLetter>, CaptureError> deadLetters(const std::string& destination) = 0;
    virtual Result<std::optional<std::string>, CaptureError> setting(const std::string& key) = 0;

    struct Problem {
        std::string text; ///< "chunk 12 (traces): checksum differs".
    };
    /// Checks every page, chunk, column and count. Empty: all is well. `progress` gets 0…1.
    virtual Result<std::vector<Problem>, CaptureError> verify(
        const std::function<void(double)>& progress, std::stop_token stop)
        = 0;

protected:
    CaptureReader() = default;
};

} // namespace sluice
