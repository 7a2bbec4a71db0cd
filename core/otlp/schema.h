#pragma once

// What OTLP's messages look like, as tables: one description serves JSON in both directions and validation.
// Source: spec/protocols.md section 1.1; a test compares it with the .proto files.

#include "core/model/signal.h"
#include "core/wire/reader.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sluice::otlp {

/// Every message of OTLP's three signals; nested ones are flattened. The last two are no OTLP messages: they
/// are what we read of a google.rpc.Status in JSON (see answers.cpp).
enum class MessageType : std::uint8_t {
    AnyValue,
    ArrayValue,
    KeyValueList,
    KeyValue,
    InstrumentationScope,
    EntityRef,
    Resource,
    ResourceSpans,
    ScopeSpans,
    Span,
    SpanEvent,
    SpanLink,
    Status,
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
    ExportTracePartialSuccess,
    ResourceMetrics,
    ScopeMetrics,
    Metric,
    Gauge,
    Sum,
    Histogram,
    ExponentialHistogram,
    Summary,
    NumberDataPoint,
    HistogramDataPoint,
    ExponentialHistogramDataPoint,
    Buckets,
    SummaryDataPoint,
    ValueAtQuantile,
    Exemplar,
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
    ExportMetricsPartialSuccess,
    ResourceLogs,
    ScopeLogs,
    LogRecord,
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
    ExportLogsPartialSuccess,
    RpcStatus,
    RpcDetail,
};

enum class EnumType : std::uint8_t { SpanKind, StatusCode, AggregationTemporality, SeverityNumber };

/// Types of fields. The two kinds of ids are `bytes` to protobuf, and hexadecimal in JSON.
enum class Kind : std::uint8_t {
    String,
    Bytes,
    TraceId,
    SpanId,
    Bool,
    Int32,
    Int64,
    Uint32,
    Uint64,
    Sint32,
    Fixed32,
    Fixed64,
    Sfixed64,
    Double,
    Enum,
    Message,
};

/// Implicit: the default value is the same as absence. Messages have presence, so they are Optional.
/// No OTLP message has more than one oneof.
enum class Label : std::uint8_t { Implicit, Optional, Oneof, Repeated };

struct FieldSchema {
    std::uint32_t number = 0;
    Kind kind = Kind::String;
    Label label = Label::Implicit;
    MessageType message{}; ///< Kind::Message.
    EnumType enumeration{}; ///< Kind::Enum.
    std::string_view jsonName;
    std::string_view name; ///< As in the .proto file; accepted in JSON, too.
    std::string_view oldJsonName; ///< Of OTLP before 0.19; accepted. Empty: none.

    [[nodiscard]] bool isRepeated() const { return label == Label::Repeated; }
};

/// No message has more fields than this, and none of today's has a larger number.
inline constexpr std::size_t kMaxFields = 16;

struct MessageSchema {
    std::string_view name; ///< Full name: "opentelemetry.proto.trace.v1.Span".
    std::span<const FieldSchema> fields; ///< In the order of the .proto file.
    std::uint8_t lengthBytes = 1; ///< Bytes that the length of such a message mostly takes.
    std::array<std::int8_t, kMaxFields + 1>
        positions{}; ///< By number: its place in `fields`; -1 when there is none.

    std::uint32_t structured
        = 0; ///< Bit n: field n has a payload that can be wrong: a message, an id, packed numbers.

    constexpr MessageSchema(
        std::string_view fullName, std::span<const FieldSchema> itsFields, std::uint8_t itsLengthBytes)
        : name(fullName)
        , fields(itsFields)
        , lengthBytes(itsLengthBytes)
    {
        positions.fill(-1);
        for (std::size_t i = 0; i < fields.size(); ++i) {
            if (fields[i].number < positions.size())
                positions[fields[i].number] = static_cast<std::int8_t>(i);
            if (fields[i].number < positions.size() && fields[i].kind != Kind::String
                && fields[i].kind != Kind::Bytes)
                structured |= 1U << fields[i].number;
        }
    }

    [[nodiscard]] bool hasStructure(std::uint32_t number) const
    {
        if (number < positions.size()) [[likely]]
            return (structured >> number & 1U) != 0;
        return field(number) != nullptr;
    }

    /// Null when the message has no such field.
    [[nodiscard]] const FieldSchema* field(std::uint32_t number) const
    {
        if (number < positions.size()) [[likely]]
            return positions[number] < 0 ? nullptr : &fields[static_cast<std::size_t>(positions[number])];
        for (const FieldSchema& field : fields) {
            if (field.number == number)
                return &field;
        }
        return nullptr;
    }
};

struct EnumValue {
    std::string_view name;
    std::int32_t number = 0;
};

/// Export{Trace,Metrics,Logs}ServiceRequest, and their answers.
constexpr MessageType requestType(Signal signal)
{
    switch (signal) {
    case Signal::Metrics: return MessageType::ExportMetricsServiceRequest;
    case Signal::Logs: return MessageType::ExportLogsServiceRequest;
    default: return MessageType::ExportTraceServiceRequest;
    }
}
constexpr MessageType responseType(Signal signal)
{
    switch (signal) {
    case Signal::Metrics: return MessageType::ExportMetricsServiceResponse;
    case Signal::Logs: return MessageType::ExportLogsServiceResponse;
    default: return MessageType::ExportTraceServiceResponse;
    }
}

const MessageSchema& schemaOf(MessageType type);
std::span<const EnumValue> valuesOf(EnumType type);

/// How an element of the field is laid out on the wire.
constexpr wire::WireType wireTypeOf(Kind kind)
{
    switch (kind) {
    case Kind::String:
    case Kind::Bytes:
    case Kind::TraceId:
    case Kind::SpanId:
    case Kind::Message: return wire::WireType::Length;
    case Kind::Fixed32: return wire::WireType::Fixed32;
    case Kind::Fixed64:
    case Kind::Sfixed64:
    case Kind::Double: return wire::WireType::Fixed64;
    default: return wire::WireType::Varint;
    }
}

/// True when a repeated field of this kind is packed: its elements lie in one payload, without tags.
constexpr bool isPackable(Kind kind)
{
    return wireTypeOf(kind) != wire::WireType::Length;
}

} // namespace sluice::otlp
