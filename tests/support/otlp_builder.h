#pragma once

// Export requests for tests, made tersely:
//
//     const std::string body = tracesRequest({{"shop", {{.trace = traceId(1), .id = spanId(1), .name = "GET
//     /"}}}});

#include "core/base/ids.h"
#include "core/wire/otlp_fields.h"
#include "core/wire/writer.h"

#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace sluice::testing {

/// The scalar kinds of AnyValue.
using AnyValue = std::variant<std::string, std::int64_t, double, bool>;
using AttributeList = std::vector<std::pair<std::string, AnyValue>>;

struct BuiltEvent {
    std::uint64_t time = 0;
    std::string name = {};
    AttributeList attributes = {};
};

struct BuiltSpan {
    TraceId trace = {};
    SpanId id = {};
    SpanId parent = {}; ///< Invalid: a root.
    std::string name = {};
    std::uint64_t start = 0; ///< Unix nanoseconds, as all times here.
    std::uint64_t end = 0;
    std::uint8_t kind = 1;
    std::uint8_t status = 0;
    std::string statusMessage = {};
    AttributeList attributes = {};
    std::vector<BuiltEvent> events = {};
};

struct BuiltLog {
    std::uint64_t time = 0;
    std::uint64_t observed = 0;
    std::uint8_t severity = 0;
    std::string severityText = {};
    AnyValue body = {};
    TraceId trace = {};
    SpanId span = {};
    AttributeList attributes = {};
};

/// A gauge, or a sum when `isSum`.
struct BuiltPoint {
    std::uint64_t time = 0;
    AnyValue value = {}; ///< Int or double.
    AttributeList attributes = {};
};
struct BuiltHistogramPoint {
    std::uint64_t time = 0;
    std::uint64_t count = 0;
    double sum = 0;
    std::vector<double> bounds = {};
    std::vector<std::uint64_t> buckets = {};
    AttributeList attributes = {};
    TraceId exemplarTrace = {};
};
struct BuiltMetric {
    std::string name = {};
    std::string unit = {};
    std::string description = {};
    bool isSum = false; ///< Cumulative and monotonic.
    std::vector<BuiltPoint> points = {};
    std::vector<BuiltHistogramPoint> histogram = {}; ///< Not empty: the metric is a histogram (delta).
};

/// What one service sent. An empty service: no resource attributes at all.
template <class Record>
struct BuiltResource {
    std::string service = {};
    std::vector<Record> records = {};
    AttributeList attributes = {};
    std::string scope = {};
};

inline TraceId traceId(std::uint64_t number)
{
    const std::uint64_t halves[2] = {number * 0x9E3779B97F4A7C15U, number};
    return *TraceId::fromBytes(std::as_bytes(std::span(halves)));
}

inline SpanId spanId(std::uint64_t number)
{
    return *SpanId::fromBytes(std::as_bytes(std::span(&number, 1)));
}

template <class Id>
std::string_view bytesOf(const Id& id)
{
    return {reinterpret_cast<const char*>(id.bytes().data()), id.bytes().size()};
}

inline void writeAny(wire::Writer& writer, const AnyValue& value)
{
    using Field = wire::AnyValueField;
    if (const auto* text = std::get_if<std::string>(&value))
        writer.bytes(Field::kStringValue, *text);
    else if (const auto* integer = std::get_if<std::int64_t>(&value))
        writer.integer(Field::kIntValue, *integer);
    else if (const auto* real = std::get_if<double>(&value))
        writer.real(Field::kDoubleValue, *real);
    else
        writer.boolean(Field::kBoolValue, std::get<bool>(value));
}

inline void writeAttributes(wire::Writer& writer, std::uint32_t field, const AttributeList& attributes)
{
    for (const auto& [key, value] : attributes) {
        const auto pair = writer.begin(field, 64);
        writer.bytes(wire::KeyValueField::kKey, key);
        const auto any = writer.begin(wire::KeyValueField::kValue, 32);
        writeAny(writer, value);
        writer.end(any);
        writer.end(pair);
    }
}

inline void writeRecord(wire::Writer& writer, const BuiltSpan& span)
{
    using Field = wire::SpanField;
    if (span.trace.isValid())
        writer.bytes(Field::kTraceId, bytesOf(span.trace));
    if (span.id.isValid())
        writer.bytes(Field::kSpanId, bytesOf(span.id));
    if (span.parent.isValid())
        writer.bytes(Field::kParentSpanId, bytesOf(span.parent));
    writer.bytes(Field::kName, span.name);
    writer.varint(Field::kKind, span.kind);
    writer.fixed64(Field::kStartTimeUnixNano, span.start);
    writer.fixed64(Field::kEndTimeUnixNano, span.end);
    writeAttributes(writer, Field::kAttributes, span.attributes);
    for (const BuiltEvent& event : span.events) {
        const auto nested = writer.begin(Field::kEvents, 64);
        writer.fixed64(wire::SpanEventField::kTimeUnixNano, event.time);
        writer.bytes(wire::SpanEventField::kName, event.name);
        writeAttributes(writer, wire::SpanEventField::kAttributes, event.attributes);
        writer.end(nested);
    }
    if (span.status != 0 || !span.statusMessage.empty()) {
        const auto status = writer.begin(Field::kStatus, 16);
        if (!span.statusMessage.empty())
            writer.bytes(wire::StatusField::kMessage, span.statusMessage);
        writer.varint(wire::StatusField::kCode, span.status);
        writer.end(status);
    }
}

inline void writeRecord(wire::Writer& writer, const BuiltLog& log)
{
    using Field = wire::LogRecordField;
    writer.fixed64(Field::kTimeUnixNano, log.time);
    writer.varint(Field::kSeverityNumber, log.severity);
    if (!log.severityText.empty())
        writer.bytes(Field::kSeverityText, log.severityText);
    const auto body = writer.begin(Field::kBody, 64);
    writeAny(writer, log.body);
    writer.end(body);
    writeAttributes(writer, Field::kAttributes, log.attributes);
    if (log.trace.isValid())
        writer.bytes(Field::kTraceId, bytesOf(log.trace));
    if (log.span.isValid())
        writer.bytes(Field::kSpanId, bytesOf(log.span));
    if (log.observed != 0)
        writer.fixed64(Field::kObservedTimeUnixNano, log.observed);
}

inline void writeRecord(wire::Writer& writer, const BuiltMetric& metric)
{
    using Field = wire::MetricField;
    writer.bytes(Field::kName, metric.name);
    if (!metric.description.empty())
        writer.bytes(Field::kDescription, metric.description);
    if (!metric.unit.empty())
        writer.bytes(Field::kUnit, metric.unit);
    if (!metric.histogram.empty()) {
        using PointField = wire::HistogramDataPointField;
        const auto data = writer.begin(Field::kHistogram, 256);
        for (const BuiltHistogramPoint& point : metric.histogram) {
            const auto nested = writer.begin(wire::HistogramField::kDataPoints, 128);
            writer.fixed64(PointField::kTimeUnixNano, point.time);
            writer.fixed64(PointField::kCount, point.count);
            writer.real(PointField::kSum, point.sum);
            const auto buckets = writer.begin(PointField::kBucketCounts, 64);
            for (const std::uint64_t count : point.buckets)
                writer.bareFixed64(count);
            writer.end(buckets);
            const auto bounds = writer.begin(PointField::kExplicitBounds, 64);
            for (const double bound : point.bounds)
                writer.bareFixed64(std::bit_cast<std::uint64_t>(bound));
            writer.end(bounds);
            if (point.exemplarTrace.isValid()) {
                const auto exemplar = writer.begin(PointField::kExemplars, 32);
                writer.bytes(wire::ExemplarField::kTraceId, bytesOf(point.exemplarTrace));
                writer.end(exemplar);
            }
            writeAttributes(writer, PointField::kAttributes, point.attributes);
            writer.end(nested);
        }
        writer.varint(wire::HistogramField::kAggregationTemporality, 1);
        writer.end(data);
        return;
    }
    using PointField = wire::NumberDataPointField;
    const auto data = writer.begin(metric.isSum ? Field::kSum : Field::kGauge, 256);
    for (const BuiltPoint& point : metric.points) {
        const auto nested = writer.begin(wire::GaugeField::kDataPoints, 64);
        writer.fixed64(PointField::kTimeUnixNano, point.time);
        if (const auto* integer = std::get_if<std::int64_t>(&point.value))
            writer.fixed64(PointField::kAsInt, static_cast<std::uint64_t>(*integer));
        else if (const auto* real = std::get_if<double>(&point.value))
            writer.real(PointField::kAsDouble, *real);
        writeAttributes(writer, PointField::kAttributes, point.attributes);
        writer.end(nested);
    }
    if (metric.isSum) {
        writer.varint(wire::SumField::kAggregationTemporality, 2);
        writer.boolean(wire::SumField::kIsMonotonic, true);
    }
    writer.end(data);
}

/// The three signals have the same field numbers down to the record.
template <class Record>
std::string exportRequest(const std::vector<BuiltResource<Record>>& resources)
{
    std::string request = {};
    wire::Writer writer(request);
    for (const BuiltResource<Record>& from : resources) {
        const auto outer = writer.begin(wire::TracesDataField::kResourceSpans, 4096);
        const auto resource = writer.begin(wire::ResourceSpansField::kResource, 64);
        if (!from.service.empty())
            writeAttributes(writer, wire::ResourceField::kAttributes, {{"service.name", from.service}});
        writeAttributes(writer, wire::ResourceField::kAttributes, from.attributes);
        writer.end(resource);
        const auto scopeSpans = writer.begin(wire::ResourceSpansField::kScopeSpans, 4096);
        if (!from.scope.empty()) {
            const auto scope = writer.begin(wire::ScopeSpansField::kScope, 64);
            writer.bytes(wire::InstrumentationScopeField::kName, from.scope);
            writer.end(scope);
        }
        for (const Record& record : from.records) {
            const auto nested = writer.begin(wire::ScopeSpansField::kSpans, 256);
            writeRecord(writer, record);
            writer.end(nested);
        }
        writer.end(scopeSpans);
        writer.end(outer);
    }
    return request;
}

inline std::string tracesRequest(const std::vector<BuiltResource<BuiltSpan>>& resources)
{
    return exportRequest(resources);
}
inline std::string logsRequest(const std::vector<BuiltResource<BuiltLog>>& resources)
{
    return exportRequest(resources);
}
inline std::string metricsRequest(const std::vector<BuiltResource<BuiltMetric>>& resources)
{
    return exportRequest(resources);
}

} // namespace sluice::testing
