#pragma once

#include "core/capture/buffer_pool.h"
#include "core/capture/bytes.h"
#include "core/capture/capture.h"
#include "core/capture/stored.h"
#include "core/otlp/scan.h"

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice {

/// Open-addressing table from hashes to small numbers; the caller compares what the numbers stand for.
class HashSlots {
public:
    static constexpr std::uint32_t kNone = 0xffffffffU;

    HashSlots() { clear(); }
    void clear();

    /// The number of the entry with `hash` for which `same(number)` holds, or kNone.
    template <class Same>
    std::uint32_t find(std::uint64_t hash, Same&& same) const
    {
        for (std::size_t at = hash & m_mask;; at = (at + 1) & m_mask) {
            const Slot& slot = m_slots[at];
            if (slot.number == kNone)
                return kNone;
            if (slot.hash == hash && same(slot.number))
                return slot.number;
        }
    }
    void insert(std::uint64_t hash, std::uint32_t number);

private:
    struct Slot {
        std::uint64_t hash = 0;
        std::uint32_t number = kNone;
    };
    void grow();

    std::vector<Slot> m_slots;
    std::size_t m_mask = 0;
    std::size_t m_used = 0;
};

/// Collects the requests of one signal into one chunk: their bodies one after the other, and the columns in
/// the form in which they are stored (chunk_codec.h). Meant to be used again and again: clear() keeps the
/// memory.
///
/// Threads: none of its own; the intake's lock guards append(), then the committer owns it.
class ChunkBuilder {
public:
    explicit ChunkBuilder(Signal signal)
        : m_signal(signal)
    {
    }

    /// Empty again, for `signal`, with a buffer for the bodies.
    void begin(Signal signal, std::shared_ptr<PayloadBuffer> payload);

    /// True when a body of this size can be appended without another buffer.
    [[nodiscard]] bool hasRoomFor(std::size_t bytes) const
    {
        return m_payload->size + bytes <= m_payload->capacity;
    }

    /// Adds a request whose scan is `scan` (views into `request.body`). `positionInGroup` counts the requests
    /// of the commit over all signals; it must rise. Cost: one copy of the body, a few table look-ups per
    /// record.
    void append(const NewRequest& request, const otlp::ScannedRequest& scan, std::uint32_t positionInGroup);

    [[nodiscard]] Signal signal() const { return m_signal; }
    [[nodiscard]] std::string_view payload() const { return m_payload->view(); }
    [[nodiscard]] std::shared_ptr<PayloadBuffer> releasePayload() { return std::move(m_payload); }
    [[nodiscard]] std::uint32_t recordCount() const { return m_recordCount; }
    [[nodiscard]] std::uint32_t requestCount() const { return m_requestCount; }
    [[nodiscard]] std::uint32_t firstPosition() const { return m_firstPosition; }
    [[nodiscard]] std::uint32_t lastPosition() const { return m_lastPosition; }
    [[nodiscard]] UnixTime firstArrival() const { return m_firstArrival; }
    [[nodiscard]] UnixTime lastArrival() const { return m_lastArrival; }
    [[nodiscard]] std::uint32_t findings() const { return m_findings; }

    /// The distinct trace ids of the records, in order of appearance (not for metrics).
    [[nodiscard]] const std::vector<TraceId>& traces() const { return m_traces; }

    /// Writes the columns as decodeColumns() reads them.
    void writeColumns(ByteWriter& to) const;

private:
    struct Shape { ///< What many records have in common.
        std::uint32_t service = 0;
        std::uint32_t name = 0;
        std::uint8_t kind = 0;
        std::uint8_t status = 0;
        std::uint8_t flags = 0;
        std::uint8_t findings = 0;
    };

    void appendRequestRow(const NewRequest& request, std::size_t records, std::uint32_t positionInGroup);
    void appendRecords(std::string_view body, const otlp::ScannedRequest& scan);
    void findServices(const otlp::ScannedRequest& scan);
    std::uint32_t stringNumber(std::string_view text);
    std::uint32_t contextNumber(const RequestContext& context);
    std::uint32_t shapeNumber(const otlp::RecordView& record, std::uint32_t service);
    std::uint64_t traceCode(const TraceId& trace);

    Signal m_signal;
    std::shared_ptr<PayloadBuffer> m_payload;
    std::uint32_t m_recordCount = 0;
    std::uint32_t m_requestCount = 0;
    std::uint32_t m_firstPosition = 0;
    std::uint32_t m_lastPosition = 0;
    std::uint32_t m_findings = 0;
    UnixTime m_firstArrival;
    UnixTime m_lastArrival;
    UnixTime m_previousArrival;
    std::uint64_t m_previousStart = 0;

    std::vector<std::string_view> m_strings; ///< Into m_stringBlocks, which never move.
    std::vector<std::unique_ptr<char[]>> m_stringBlocks;
    char* m_stringCursor = nullptr;
    std::size_t m_stringBlockLeft = 0;
    HashSlots m_stringSlots;
    std::vector<Shape> m_shapes;
    HashSlots m_shapeSlots;
    std::vector<TraceId> m_traces;
    HashSlots m_traceSlots;
    std::uint32_t m_lastTrace = HashSlots::kNone;
    ByteWriter m_contexts; ///< Blocks.
    std::vector<std::pair<std::size_t, std::size_t>> m_contextPlaces; ///< Offset and length in m_contexts.
    ByteWriter m_contextScratch;
    HashSlots m_contextSlots;
    std::vector<std::uint32_t> m_serviceOfScope;
    std::vector<std::uint32_t> m_serviceOfResource;

    ByteWriter m_requestRows;
    ByteWriter m_starts;
    ByteWriter m_durations;
    ByteWriter m_traceCodes;
    ByteWriter m_shapeNumbers;
    ByteWriter m_gaps;
    ByteWriter m_lengths;
};

} // namespace sluice
