#include "core/capture/chunk_codec.h"

#include <lz4.h>

#include <limits>

namespace sluice {

namespace {

constexpr int kAcceleration = 1;

/// Beyond this no blob of ours can be: a damaged length must not make us allocate it.
constexpr std::uint64_t kMaxDecodedBytes = 1U << 30U;

bool readContext(std::string_view bytes, RequestContext& into)
{
    ByteReader reader(bytes);
    into.transport = static_cast<Transport>(reader.byte());
    into.encoding = static_cast<Encoding>(reader.byte());
    into.peer = reader.block();
    const std::size_t headers = reader.count();
    for (std::size_t i = 0; i < headers && reader.ok(); ++i) {
        std::string name(reader.block());
        into.headers.emplace_back(std::move(name), reader.block());
    }
    return reader.ok() && reader.isAtEnd() && into.transport <= Transport::File
        && into.encoding <= Encoding::Json;
}

struct Shape {
    std::uint32_t service = 0;
    std::uint32_t name = 0;
    std::uint8_t kind = 0;
    std::uint8_t status = 0;
    std::uint8_t flags = 0;
    std::uint8_t findings = 0;
};

struct Counts {
    std::size_t requests = 0;
    std::size_t contexts = 0;
    std::size_t strings = 0;
    std::size_t shapes = 0;
    std::size_t records = 0;
};

bool readShapes(ByteReader& reader, const Counts& counts, std::vector<Shape>& shapes)
{
    shapes.resize(counts.shapes);
    for (Shape& shape : shapes) {
        shape.service = static_cast<std::uint32_t>(reader.varint());
        shape.name = static_cast<std::uint32_t>(reader.varint());
        shape.kind = reader.byte();
        shape.status = reader.byte();
        shape.flags = reader.byte();
        shape.findings = reader.byte();
        if (shape.service >= counts.strings || shape.name >= counts.strings)
            return false;
    }
    return reader.ok();
}

bool readRequests(ByteReader& reader, const Counts& counts, const std::vector<RequestContext>& contexts,
    const ChunkInfo& info, std::vector<ChunkRequest>& into)
{
    into.resize(counts.requests);
    std::uint64_t sequence = info.firstRequest - 1;
    std::uint64_t arrival = 0;
    std::uint64_t offset = 0;
    std::uint64_t record = 0;
    for (ChunkRequest& request : into) {
        sequence += reader.varint() + 1;
        arrival += static_cast<std::uint64_t>(unzigzag(reader.varint()));
        const std::uint64_t length = reader.varint();
        const std::uint64_t records = reader.varint();
        const std::uint64_t context = reader.varint();
        if (!reader.ok() || context >= contexts.size() || length > kMaxDecodedBytes
            || offset + length > info.rawBytes || records > counts.records - record)
            return false;
        request.sequence = sequence;
        request.arrival = UnixTime(Nanos(static_cast<std::int64_t>(arrival)));
        request.offset = static_cast<std::uint32_t>(offset);
        request.length = static_cast<std::uint32_t>(length);
        request.firstIndex = static_cast<std::uint32_t>(record);
        request.recordCount = static_cast<std::uint32_t>(records);
        request.context = contexts[context];
        offset += length;
        record += records;
    }
    return sequence == info.lastRequest && offset == info.rawBytes && record == counts.records;
}

void resizeColumns(ChunkColumns& columns, std::size_t records, bool hasTraces)
{
    columns.startUnixNano.resize(records);
    columns.endUnixNano.resize(records);
    columns.traceId.resize(hasTraces ? records : 0);
    columns.kind.resize(records);
    columns.status.resize(records);
    columns.flags.resize(records);
    columns.findings.resize(records);
    columns.service.resize(records);
    columns.name.resize(records);
    columns.request.resize(records);
    columns.offset.resize(records);
    columns.length.resize(records);
}

bool readTimes(ByteReader& reader, ChunkColumns& columns)
{
    ByteReader starts(reader.block());
    ByteReader durations(reader.block());
    std::uint64_t start = 0;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        start += static_cast<std::uint64_t>(unzigzag(starts.varint()));
        columns.startUnixNano[i] = start;
        columns.endUnixNano[i] = start + static_cast<std::uint64_t>(unzigzag(durations.varint()));
    }
    return starts.ok() && starts.isAtEnd() && durations.ok() && durations.isAtEnd();
}

bool readTraces(ByteReader& reader, std::string_view ids, ChunkColumns& columns)
{
    ByteReader codes(reader.block());
    const std::size_t known = ids.size() / TraceId::kSize;
    std::size_t seen = 0;
    for (TraceId& trace : columns.traceId) {
        const std::uint64_t code = codes.varint();
        if (code == 0)
            ++seen;
        if (seen > known || code > seen)
            return false;
        const std::size_t number = code == 0 ? seen - 1 : seen - static_cast<std::size_t>(code);
        const auto* bytes = reinterpret_cast<const std::byte*>(ids.data() + number * TraceId::kSize);
        trace = *TraceId::fromBytes({bytes, TraceId::kSize});
    }
    return codes.ok() && codes.isAtEnd() && seen == known && ids.size() % TraceId::kSize == 0;
}

bool readShapeNumbers(ByteReader& reader, const std::vector<Shape>& shapes, ChunkColumns& columns)
{
    ByteReader numbers(reader.block());
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const std::uint64_t number = numbers.varint();
        if (number >= shapes.size())
            return false;
        const Shape& shape = shapes[static_cast<std::size_t>(number)];
        columns.service[i] = shape.service;
        columns.name[i] = shape.name;
        columns.kind[i] = shape.kind;
        columns.status[i] = shape.status;
        columns.flags[i] = shape.flags;
        columns.findings[i] = shape.findings;
    }
    return numbers.ok() && numbers.isAtEnd();
}

bool readPlaces(ByteReader& reader, const std::vector<ChunkRequest>& requests, ChunkColumns& columns)
{
    ByteReader gaps(reader.block());
    ByteReader lengths(reader.block());
    for (std::uint32_t number = 0; number < requests.size(); ++number) {
        const ChunkRequest& request = requests[number];
        std::uint64_t end = 0;
        for (std::uint32_t i = request.firstIndex; i < request.firstIndex + request.recordCount; ++i) {
            const std::uint64_t begin = end + static_cast<std::uint64_t>(unzigzag(gaps.varint()));
            const std::uint64_t length = lengths.varint();
            if (begin > request.length || length > request.length - begin)
                return false;
            end = begin + length;
            columns.request[i] = number;
            columns.offset[i] = request.offset + static_cast<std::uint32_t>(begin);
            columns.length[i] = static_cast<std::uint32_t>(length);
        }
    }
    return gaps.ok() && gaps.isAtEnd() && lengths.ok() && lengths.isAtEnd();
}

} // namespace

BlobEncoder::BlobEncoder()
    : m_state(static_cast<std::size_t>(LZ4_sizeofState()))
{
}

void BlobEncoder::encode(std::string_view from, ByteWriter& into)
{
    into.clear();
    const int size = static_cast<int>(from.size());
    char* const begin = into.reserve(1 + ByteWriter::kMaxVarint + from.size());
    char* const body = ByteWriter::putVarint(begin + 1, from.size());
    // LZ4 gives up by itself when the result would not be shorter.
    const int written = size == 0
        ? 0
        : LZ4_compress_fast_extState(m_state.data(), from.data(), body, size, size - 1, kAcceleration);
    *begin = static_cast<char>(written > 0 ? Codec::Lz4 : Codec::Raw);
    if (written == 0 && size > 0)
        std::memcpy(body, from.data(), from.size());
    into.advanceTo(body + (written > 0 ? written : size));
}

bool decodeBlob(std::string_view blob, std::string& into)
{
    ByteReader reader(blob);
    const std::uint8_t codec = reader.byte();
    const std::uint64_t size = reader.varint();
    if (!reader.ok() || size > kMaxDecodedBytes)
        return false;
    const std::string_view bytes = reader.rest();
    if (codec == static_cast<std::uint8_t>(Codec::Raw)) {
        into = bytes;
        return bytes.size() == size;
    }
    // LZ4 cannot shrink anything to less than a 255th.
    if (codec != static_cast<std::uint8_t>(Codec::Lz4) || size / 256 > bytes.size())
        return false;
    into.resize(static_cast<std::size_t>(size));
    return LZ4_decompress_safe(
               bytes.data(), into.data(), static_cast<int>(bytes.size()), static_cast<int>(into.size()))
        == static_cast<int>(into.size());
}

void writeContext(const RequestContext& context, ByteWriter& to)
{
    to.byte(static_cast<std::uint8_t>(context.transport));
    to.byte(static_cast<std::uint8_t>(context.encoding));
    to.block(context.peer);
    to.varint(context.headers.size());
    for (const auto& [name, value] : context.headers) {
        to.block(name);
        to.block(value);
    }
}

bool decodeColumns(std::string_view bytes, std::string_view traceIds, const ChunkInfo& info, Chunk& into)
{
    ByteReader reader(bytes);
    if (reader.varint() != kColumnsVersion)
        return false;
    Counts counts;
    counts.requests = reader.count();
    counts.contexts = reader.count();
    counts.strings = reader.count();
    counts.shapes = reader.count();
    counts.records = reader.count();
    if (!reader.ok() || counts.records != info.recordCount)
        return false;

    std::vector<RequestContext> contexts(counts.contexts);
    for (RequestContext& context : contexts) {
        if (!readContext(reader.block(), context))
            return false;
    }
    into.columns.strings.resize(counts.strings);
    for (std::string& text : into.columns.strings)
        text = reader.block();
    std::vector<Shape> shapes;
    if (!readShapes(reader, counts, shapes) || !readRequests(reader, counts, contexts, info, into.requests))
        return false;
    const bool hasTraces = info.signal != Signal::Metrics;
    resizeColumns(into.columns, counts.records, hasTraces);
    return readTimes(reader, into.columns) && (!hasTraces || readTraces(reader, traceIds, into.columns))
        && readShapeNumbers(reader, shapes, into.columns) && readPlaces(reader, into.requests, into.columns)
        && reader.ok() && reader.isAtEnd();
}

} // namespace sluice
