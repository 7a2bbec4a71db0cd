#pragma once

// How a chunk lies in its row. The three blobs are:
//   trace_ids  16 bytes for each distinct trace id of the records, in order of appearance
//   columns    see below; LZ4 when that is shorter
//   payload    the bodies one after the other; LZ4 when that is shorter
//
// `columns` and `payload` begin with a codec byte and the length of what follows when decoded (varint).
//
// Decoded columns, all numbers varints (z: zigzag):
//   version (1), requests, contexts, strings, shapes, records
//   contexts:  length and bytes of: transport, encoding, peer, header count, names and values
//   strings:   length and bytes; service and operation names, number 0 is ""
//   shapes:    service string, name string, kind, status, flags, findings (the last four are bytes)
//   requests:  sequence - previous sequence - 1, z(arrival - previous), body length, records, context
//   blocks with their length in front, one number per record:
//     starts     z(start - previous start)
//     durations  z(end - start)
//     traces     0: the next new id; n: the nth newest so far (only when there are any)
//     shapes     shape number
//     gaps       z(offset - end of the record before, or of the body's begin), both in the body
//     lengths    of the record's message

#include "core/base/result.h"
#include "core/capture/bytes.h"
#include "core/capture/capture_error.h"
#include "core/capture/stored.h"

#include <string>
#include <string_view>
#include <vector>

namespace sluice {

inline constexpr std::uint8_t kColumnsVersion = 1;

enum class Codec : std::uint8_t { Raw = 0, Lz4 = 1 };

/// Compresses blobs; keeps its tables between uses. One thread at a time.
class BlobEncoder {
public:
    BlobEncoder();
    /// Codec byte, length, bytes. `into` is overwritten; `from` may be as long as INT_MAX.
    void encode(std::string_view from, ByteWriter& into);

private:
    std::vector<char> m_state;
};

/// The bytes of a blob again; empty when it is damaged.
bool decodeBlob(std::string_view blob, std::string& into);

/// Serialises what is stored of a request's context.
void writeContext(const RequestContext& context, ByteWriter& to);

/// Reads decoded columns. `info` gives the numbers of the row; fills requests and columns. False when
/// damaged.
bool decodeColumns(std::string_view columns, std::string_view traceIds, const ChunkInfo& info, Chunk& into);

} // namespace sluice
