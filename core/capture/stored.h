#pragma once

// What a capture holds, as plain values. Nothing here knows SQL.

#include "core/base/ids.h"
#include "core/base/shared_bytes.h"
#include "core/base/time.h"
#include "core/model/request.h"
#include "core/model/signal.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

/// One request as it is stored. Requests are numbered from 1 over all signals, in the order of their commit.
struct StoredRequest {
    std::uint64_t sequence = 0;
    Signal signal = Signal::Traces;
    std::uint64_t firstRecord = 0; ///< Sequence of its first record; meaningless when recordCount is 0.
    std::uint32_t recordCount = 0;
    UnixTime arrival;
    RequestContext context;
    SharedBytes body; ///< Protobuf, byte for byte as received (JSON: as transcoded on receipt).
};

/// The narrow columns of one chunk, one entry per record, in order of sequence. Decoded form; the encoding on
/// disk is capture's own business.
struct ChunkColumns {
    std::vector<std::uint64_t> startUnixNano; ///< As otlp::RecordView.
    std::vector<std::uint64_t> endUnixNano;
    std::vector<TraceId> traceId; ///< Empty vector for metrics.
    std::vector<std::uint8_t> kind; ///< SpanKind; SeverityNumber; Metric.data field number for points.
    std::vector<std::uint8_t> status;
    std::vector<std::uint8_t> flags; ///< See the constants below.
    std::vector<std::uint8_t> findings; ///< otlp::Finding.
    std::vector<std::uint32_t> service; ///< Index into `strings`.
    std::vector<std::uint32_t> name; ///< Index into `strings`.
    std::vector<std::uint32_t> request; ///< Index into the chunk's requests.
    std::vector<std::uint32_t> offset; ///< Of the record's message in the chunk's payload.
    std::vector<std::uint32_t> length;
    std::vector<std::string> strings; ///< Service and operation names; [0] is "".

    static constexpr std::uint8_t kIsRoot = 1; ///< A span without parent.
    static constexpr std::uint8_t kIsPoint = 2; ///< Metrics: false for a metric without points.

    [[nodiscard]] std::size_t size() const { return startUnixNano.size(); }
};

/// A request inside a chunk.
struct ChunkRequest {
    std::uint64_t sequence = 0;
    UnixTime arrival;
    std::uint32_t offset = 0; ///< Of its body in the payload.
    std::uint32_t length = 0;
    std::uint32_t firstIndex = 0; ///< Index of its first record in the columns.
    std::uint32_t recordCount = 0;
    RequestContext context;
};

/// A chunk without its payload.
struct ChunkInfo {
    std::int64_t id = 0; ///< Rises with time; never reused.
    Signal signal = Signal::Traces;
    std::uint64_t firstRecord = 0;
    std::uint32_t recordCount = 0;
    std::uint64_t firstRequest = 0; ///< Requests of other signals lie between these two as well.
    std::uint64_t lastRequest = 0;
    UnixTime firstArrival;
    UnixTime lastArrival;
    std::uint64_t rawBytes = 0;
    std::uint64_t storedBytes = 0;
};

/// A chunk with everything in it.
struct Chunk {
    ChunkInfo info;
    std::vector<ChunkRequest> requests;
    ChunkColumns columns;
    SharedBytes payload; ///< The requests' bodies, one after the other: a valid export request itself.
};

/// How a pipeline under one revision judged a range of records. `outcomes` is encoded by pipeline/outcome.h;
/// empty: all kept, unchanged.
struct OutcomeRange {
    std::string pipeline; ///< "traces", "logs/errors": the pipeline's id.
    std::uint32_t revision = 0;
    Signal signal = Signal::Traces;
    std::uint64_t firstRecord = 0;
    std::uint32_t recordCount = 0;
    std::string outcomes;
};

/// One entry of the release log: what left a pipeline in one step. Destinations count their position in
/// these.
struct ReleaseEntry {
    std::uint64_t sequence = 0; ///< From 1, without gaps; given by the capture.
    std::string pipeline;
    std::uint32_t revision = 0;
    Signal signal = Signal::Traces;
    std::uint64_t firstRequest
        = 0; ///< The requests of `signal` in [firstRequest, lastRequest] were judged in this step.
    std::uint64_t lastRequest = 0;
    std::uint64_t recordCount = 0; ///< Records that leave.
    std::string
        payload; ///< Only for what cannot be computed again from the requests (connectors); otherwise empty.
};

/// Where a destination stands.
struct DestinationPosition {
    std::string destination;
    std::uint64_t release = 0; ///< Everything up to and including this release is sent or given up.
    std::uint64_t sentRecords = 0;
    std::uint64_t failedRecords = 0; ///< Refused for good by the backend.
    std::uint64_t retries = 0; ///< Requests that were sent again.
};

/// A request that a backend refused for good.
struct DeadLetter {
    std::int64_t id = 0;
    std::string destination;
    UnixTime time;
    Signal signal = Signal::Traces;
    std::uint64_t release = 0;
    std::uint64_t recordCount = 0;
    std::string answer; ///< Status and text of the backend.
    std::string payload; ///< What was sent, protobuf.
};

/// An immutable version of the rules. `text` is pipeline/revision.h's own form (collector YAML).
struct StoredRevision {
    std::uint32_t number = 0; ///< From 1.
    UnixTime created;
    std::string text;
    std::string note;
    bool applied = false; ///< The one that judges new records. One at most.
    std::uint64_t appliedAtRequest = 0; ///< It judges requests after this one; 0 when never applied.
};

/// Totals of a capture. Conservation: received = stored + refused, per signal.
struct SignalTotals {
    std::uint64_t requests = 0;
    std::uint64_t records = 0; ///< Stored since the capture was made, including what retention removed.
    std::uint64_t removedRecords = 0; ///< By retention.
    std::uint64_t rawBytes = 0;
    std::uint64_t storedBytes = 0; ///< Of the chunks that are still there.
    std::uint64_t findings = 0; ///< Records with at least one finding.
    std::uint64_t chunks = 0;
};

struct CaptureInfo {
    std::string path;
    int formatVersion = 0;
    bool temporary = false;
    UnixTime created;
    UnixTime firstArrival; ///< Zero when empty.
    UnixTime lastArrival;
    std::uint64_t fileBytes = 0;
    std::uint64_t lastRequest = 0;
    std::uint64_t lastJudgedRequest = 0; ///< The runner's position.
    std::uint64_t lastRelease = 0;
    std::array<SignalTotals, kSignalCount> signals{};
};

} // namespace sluice
