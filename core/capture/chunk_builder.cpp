#include "core/capture/chunk_builder.h"

#include "core/capture/checksum.h"
#include "core/capture/chunk_codec.h"

#include <algorithm>
#include <cstring>

namespace sluice {

namespace {

constexpr std::size_t kFirstSlots = 256;
constexpr std::size_t kMaxKeptSlots = 16384; ///< A table that grew beyond is given back.
constexpr std::size_t kStringBlock = 16U << 10U;

std::uint64_t hashOf(const TraceId& trace)
{
    std::uint64_t halves[2];
    std::memcpy(halves, trace.bytes().data(), sizeof halves);
    return hashNumbers(halves[0], halves[1]);
}

} // namespace

void HashSlots::clear()
{
    if (m_slots.size() > kMaxKeptSlots || m_slots.empty())
        m_slots = std::vector<Slot>(kFirstSlots);
    else if (m_used > 0)
        std::fill(m_slots.begin(), m_slots.end(), Slot{});
    m_mask = m_slots.size() - 1;
    m_used = 0;
}

void HashSlots::insert(std::uint64_t hash, std::uint32_t number)
{
    if (m_used * 2 >= m_slots.size())
        grow();
    std::size_t at = hash & m_mask;
    while (m_slots[at].number != kNone)
        at = (at + 1) & m_mask;
    m_slots[at] = {hash, number};
    ++m_used;
}

void HashSlots::grow()
{
    const std::vector<Slot> old = std::exchange(m_slots, std::vector<Slot>(m_slots.size() * 4));
    m_mask = m_slots.size() - 1;
    for (const Slot& slot : old) {
        if (slot.number == kNone)
            continue;
        std::size_t at = slot.hash & m_mask;
        while (m_slots[at].number != kNone)
            at = (at + 1) & m_mask;
        m_slots[at] = slot;
    }
}

void ChunkBuilder::begin(Signal signal, std::shared_ptr<PayloadBuffer> payload)
{
    m_signal = signal;
    m_payload = std::move(payload);
    m_recordCount = 0;
    m_requestCount = 0;
    m_findings = 0;
    m_previousArrival = {};
    m_previousStart = 0;
    m_strings.clear();
    m_stringBlocks.clear();
    m_stringBlockLeft = 0;
    m_stringSlots.clear();
    m_shapes.clear();
    m_shapeSlots.clear();
    m_traces.clear();
    m_traceSlots.clear();
    m_lastTrace = HashSlots::kNone;
    m_contexts.clear();
    m_contextPlaces.clear();
    m_contextSlots.clear();
    for (ByteWriter* column :
        {&m_requestRows, &m_starts, &m_durations, &m_traceCodes, &m_shapeNumbers, &m_gaps, &m_lengths})
        column->clear();
    stringNumber({}); // Number 0.
}

void ChunkBuilder::append(
    const NewRequest& request, const otlp::ScannedRequest& scan, std::uint32_t positionInGroup)
{
    appendRequestRow(request, scan.records.size(), positionInGroup);
    findServices(scan);
    appendRecords(request.body, scan);
    std::memcpy(m_payload->bytes.get() + m_payload->size, request.body.data(), request.body.size());
    m_payload->size += request.body.size();
    m_recordCount += static_cast<std::uint32_t>(scan.records.size());
    ++m_requestCount;
}

void ChunkBuilder::appendRequestRow(
    const NewRequest& request, std::size_t records, std::uint32_t positionInGroup)
{
    if (m_requestCount == 0) {
        m_firstPosition = positionInGroup;
        m_lastPosition = positionInGroup - 1;
        m_firstArrival = request.arrival;
        m_lastArrival = request.arrival;
    }
    m_requestRows.varint(positionInGroup - m_lastPosition - 1);
    m_requestRows.varint(zigzag((request.arrival - m_previousArrival).count()));
    m_requestRows.varint(request.body.size());
    m_requestRows.varint(records);
    m_requestRows.varint(contextNumber(request.context));
    m_lastPosition = positionInGroup;
    m_previousArrival = request.arrival;
    m_firstArrival = std::min(m_firstArrival, request.arrival);
    m_lastArrival = std::max(m_lastArrival, request.arrival);
}

void ChunkBuilder::findServices(const otlp::ScannedRequest& scan)
{
    m_serviceOfResource.clear();
    for (const otlp::ResourceView& resource : scan.resources)
        m_serviceOfResource.push_back(stringNumber(resource.serviceName));
    m_serviceOfScope.clear();
    for (const otlp::ScopeView& scope : scan.scopes)
        m_serviceOfScope.push_back(m_serviceOfResource[scope.resource]);
}

void ChunkBuilder::appendRecords(std::string_view body, const otlp::ScannedRequest& scan)
{
    const std::size_t room = scan.records.size() * ByteWriter::kMaxVarint;
    char* starts = m_starts.reserve(room);
    char* durations = m_durations.reserve(room);
    char* traces = m_traceCodes.reserve(room);
    char* shapes = m_shapeNumbers.reserve(room);
    char* gaps = m_gaps.reserve(room);
    char* lengths = m_lengths.reserve(room);
    std::uint64_t end = 0;
    for (const otlp::RecordView& record : scan.records) {
        starts = ByteWriter::putVarint(
            starts, zigzag(static_cast<std::int64_t>(record.startUnixNano - m_previousStart)));
        m_previousStart = record.startUnixNano;
        durations = ByteWriter::putVarint(
            durations, zigzag(static_cast<std::int64_t>(record.endUnixNano - record.startUnixNano)));
        if (m_signal != Signal::Metrics)
            traces = ByteWriter::putVarint(traces, traceCode(record.traceId));
        shapes = ByteWriter::putVarint(shapes, shapeNumber(record, m_serviceOfScope[record.scope]));
        // An empty message may be a view to nowhere; it then stands where the one before ended.
        const std::uint64_t begin
            = record.message.empty() ? end : static_cast<std::uint64_t>(record.message.data() - body.data());
        gaps = ByteWriter::putVarint(gaps, zigzag(static_cast<std::int64_t>(begin - end)));
        lengths = ByteWriter::putVarint(lengths, record.message.size());
        end = begin + record.message.size();
        m_findings += record.findings != 0 ? 1U : 0U;
    }
    m_starts.advanceTo(starts);
    m_durations.advanceTo(durations);
    m_traceCodes.advanceTo(traces);
    m_shapeNumbers.advanceTo(shapes);
    m_gaps.advanceTo(gaps);
    m_lengths.advanceTo(lengths);
}

std::uint32_t ChunkBuilder::stringNumber(std::string_view text)
{
    const std::uint64_t hash = hashBytes(text);
    const std::uint32_t found
        = m_stringSlots.find(hash, [&](std::uint32_t number) { return m_strings[number] == text; });
    if (found != HashSlots::kNone)
        return found;
    if (text.size() > m_stringBlockLeft) {
        m_stringBlockLeft = std::max(kStringBlock, text.size());
        m_stringBlocks.emplace_back(new char[m_stringBlockLeft]);
        m_stringCursor = m_stringBlocks.back().get();
    }
    if (!text.empty())
        std::memcpy(m_stringCursor, text.data(), text.size());
    const auto number = static_cast<std::uint32_t>(m_strings.size());
    m_strings.emplace_back(m_stringCursor, text.size());
    m_stringCursor += text.size();
    m_stringBlockLeft -= text.size();
    m_stringSlots.insert(hash, number);
    return number;
}

std::uint32_t ChunkBuilder::contextNumber(const RequestContext& context)
{
    m_contextScratch.clear();
    writeContext(context, m_contextScratch);
    const std::string_view bytes = m_contextScratch.view();
    const std::uint64_t hash = hashBytes(bytes);
    const std::uint32_t found = m_contextSlots.find(hash, [&](std::uint32_t number) {
        const auto [offset, length] = m_contextPlaces[number];
        return m_contexts.view().substr(offset, length) == bytes;
    });
    if (found != HashSlots::kNone)
        return found;
    const auto number = static_cast<std::uint32_t>(m_contextPlaces.size());
    m_contexts.block(bytes);
    m_contextPlaces.emplace_back(m_contexts.size() - bytes.size(), bytes.size());
    m_contextSlots.insert(hash, number);
    return number;
}

std::uint32_t ChunkBuilder::shapeNumber(const otlp::RecordView& record, std::uint32_t service)
{
    Shape shape;
    shape.service = service;
    shape.kind = record.kind;
    shape.status = record.status;
    shape.findings = record.findings;
    if (m_signal == Signal::Traces && !record.parentSpanId.isValid())
        shape.flags |= ChunkColumns::kIsRoot;
    if (m_signal == Signal::Metrics && record.isPoint)
        shape.flags |= ChunkColumns::kIsPoint;
    const std::uint64_t small = static_cast<std::uint64_t>(shape.kind)
        | static_cast<std::uint64_t>(shape.status) << 8U | static_cast<std::uint64_t>(shape.flags) << 16U
        | static_cast<std::uint64_t>(shape.findings) << 24U | static_cast<std::uint64_t>(service) << 32U;
    const std::uint64_t hash = hashBytes(record.name, small);
    const std::uint32_t found = m_shapeSlots.find(hash, [&](std::uint32_t number) {
        const Shape& known = m_shapes[number];
        return known.service == service && known.kind == shape.kind && known.status == shape.status
            && known.flags == shape.flags && known.findings == shape.findings
            && m_strings[known.name] == record.name;
    });
    if (found != HashSlots::kNone)
        return found;
    shape.name = stringNumber(record.name);
    const auto number = static_cast<std::uint32_t>(m_shapes.size());
    m_shapes.push_back(shape);
    m_shapeSlots.insert(hash, number);
    return number;
}

std::uint64_t ChunkBuilder::traceCode(const TraceId& trace)
{
    // Spans of a trace mostly come together.
    if (m_lastTrace == HashSlots::kNone || m_traces[m_lastTrace] != trace) {
        const std::uint64_t hash = hashOf(trace);
        m_lastTrace
            = m_traceSlots.find(hash, [&](std::uint32_t number) { return m_traces[number] == trace; });
        if (m_lastTrace == HashSlots::kNone) {
            m_lastTrace = static_cast<std::uint32_t>(m_traces.size());
            m_traces.push_back(trace);
            m_traceSlots.insert(hash, m_lastTrace);
            return 0;
        }
    }
    return m_traces.size() - m_lastTrace;
}

void ChunkBuilder::writeColumns(ByteWriter& to) const
{
    to.clear();
    to.varint(kColumnsVersion);
    to.varint(m_requestCount);
    to.varint(m_contextPlaces.size());
    to.varint(m_strings.size());
    to.varint(m_shapes.size());
    to.varint(m_recordCount);
    to.bytes(m_contexts.view());
    for (const std::string_view text : m_strings)
        to.block(text);
    for (const Shape& shape : m_shapes) {
        to.varint(shape.service);
        to.varint(shape.name);
        to.byte(shape.kind);
        to.byte(shape.status);
        to.byte(shape.flags);
        to.byte(shape.findings);
    }
    to.bytes(m_requestRows.view());
    to.block(m_starts.view());
    to.block(m_durations.view());
    if (m_signal != Signal::Metrics)
        to.block(m_traceCodes.view());
    to.block(m_shapeNumbers.view());
    to.block(m_gaps.view());
    to.block(m_lengths.view());
}

} // namespace sluice
