#include "core/otlp/schema.h"

#include <algorithm>
#include <iterator>

namespace sluice::otlp {
namespace {

constexpr FieldSchema scalar(
    std::uint32_t number, Kind kind, Label label, std::string_view jsonName, std::string_view name)
{
    return {number, kind, label, {}, {}, jsonName, name, {}};
}

constexpr FieldSchema choice(
    std::uint32_t number, Label label, std::string_view jsonName, std::string_view name, EnumType enumeration)
{
    return {number, Kind::Enum, label, {}, enumeration, jsonName, name, {}};
}

constexpr FieldSchema nested(std::uint32_t number, Label label, std::string_view jsonName,
    std::string_view name, MessageType message, std::string_view oldJsonName = {})
{
    return {number, Kind::Message, label, message, {}, jsonName, name, oldJsonName};
}

constexpr EnumValue kSpanKindValues[] = {
    {"SPAN_KIND_UNSPECIFIED", 0},
    {"SPAN_KIND_INTERNAL", 1},
    {"SPAN_KIND_SERVER", 2},
    {"SPAN_KIND_CLIENT", 3},
    {"SPAN_KIND_PRODUCER", 4},
    {"SPAN_KIND_CONSUMER", 5},
};

constexpr EnumValue kStatusCodeValues[] = {
    {"STATUS_CODE_UNSET", 0},
    {"STATUS_CODE_OK", 1},
    {"STATUS_CODE_ERROR", 2},
};

constexpr EnumValue kAggregationTemporalityValues[] = {
    {"AGGREGATION_TEMPORALITY_UNSPECIFIED", 0},
    {"AGGREGATION_TEMPORALITY_DELTA", 1},
    {"AGGREGATION_TEMPORALITY_CUMULATIVE", 2},
};

constexpr EnumValue kSeverityNumberValues[] = {
    {"SEVERITY_NUMBER_UNSPECIFIED", 0},
    {"SEVERITY_NUMBER_TRACE", 1},
    {"SEVERITY_NUMBER_TRACE2", 2},
    {"SEVERITY_NUMBER_TRACE3", 3},
    {"SEVERITY_NUMBER_TRACE4", 4},
    {"SEVERITY_NUMBER_DEBUG", 5},
    {"SEVERITY_NUMBER_DEBUG2", 6},
    {"SEVERITY_NUMBER_DEBUG3", 7},
    {"SEVERITY_NUMBER_DEBUG4", 8},
    {"SEVERITY_NUMBER_INFO", 9},
    {"SEVERITY_NUMBER_INFO2", 10},
    {"SEVERITY_NUMBER_INFO3", 11},
    {"SEVERITY_NUMBER_INFO4", 12},
    {"SEVERITY_NUMBER_WARN", 13},
    {"SEVERITY_NUMBER_WARN2", 14},
    {"SEVERITY_NUMBER_WARN3", 15},
    {"SEVERITY_NUMBER_WARN4", 16},
    {"SEVERITY_NUMBER_ERROR", 17},
    {"SEVERITY_NUMBER_ERROR2", 18},
    {"SEVERITY_NUMBER_ERROR3", 19},
    {"SEVERITY_NUMBER_ERROR4", 20},
    {"SEVERITY_NUMBER_FATAL", 21},
    {"SEVERITY_NUMBER_FATAL2", 22},
    {"SEVERITY_NUMBER_FATAL3", 23},
    {"SEVERITY_NUMBER_FATAL4", 24},
};

constexpr FieldSchema kAnyValue[] = {
    scalar(1, Kind::String, Label::Oneof, "stringValue", "string_value"),
    scalar(2, Kind::Bool, Label::Oneof, "boolValue", "bool_value"),
    scalar(3, Kind::Int64, Label::Oneof, "intValue", "int_value"),
    scalar(4, Kind::Double, Label::Oneof, "doubleValue", "double_value"),
    nested(5, Label::Oneof, "arrayValue", "array_value", MessageType::ArrayValue),
    nested(6, Label::Oneof, "kvlistValue", "kvlist_value", MessageType::KeyValueList),
    scalar(7, Kind::Bytes, Label::Oneof, "bytesValue", "bytes_value"),
    scalar(8, Kind::Int32, Label::Oneof, "stringValueStrindex", "string_value_strindex"),
};

constexpr FieldSchema kArrayValue[] = {
    nested(1, Label::Repeated, "values", "values", MessageType::AnyValue),
};

constexpr FieldSchema kKeyValueList[] = {
    nested(1, Label::Repeated, "values", "values", MessageType::KeyValue),
};

constexpr FieldSchema kKeyValue[] = {
    scalar(1, Kind::String, Label::Implicit, "key", "key"),
    nested(2, Label::Optional, "value", "value", MessageType::AnyValue),
    scalar(3, Kind::Int32, Label::Implicit, "keyStrindex", "key_strindex"),
};

constexpr FieldSchema kInstrumentationScope[] = {
    scalar(1, Kind::String, Label::Implicit, "name", "name"),
    scalar(2, Kind::String, Label::Implicit, "version", "version"),
    nested(3, Label::Repeated, "attributes", "attributes", MessageType::KeyValue),
    scalar(4, Kind::Uint32, Label::Implicit, "droppedAttributesCount", "dropped_attributes_count"),
};

constexpr FieldSchema kEntityRef[] = {
    scalar(1, Kind::String, Label::Implicit, "schemaUrl", "schema_url"),
    scalar(2, Kind::String, Label::Implicit, "type", "type"),
    scalar(3, Kind::String, Label::Repeated, "idKeys", "id_keys"),
    scalar(4, Kind::String, Label::Repeated, "descriptionKeys", "description_keys"),
};

constexpr FieldSchema kResource[] = {
    nested(1, Label::Repeated, "attributes", "attributes", MessageType::KeyValue),
    scalar(2, Kind::Uint32, Label::Implicit, "droppedAttributesCount", "dropped_attributes_count"),
    nested(3, Label::Repeated, "entityRefs", "entity_refs", MessageType::EntityRef),
};

constexpr FieldSchema kResourceSpans[] = {
    nested(1, Label::Optional, "resource", "resource", MessageType::Resource),
    nested(2, Label::Repeated, "scopeSpans", "scope_spans", MessageType::ScopeSpans),
    scalar(3, Kind::String, Label::Implicit, "schemaUrl", "schema_url"),
    nested(1000, Label::Repeated, "deprecatedScopeSpans", "instrumentation_library_spans",
        MessageType::ScopeSpans, "instrumentationLibrarySpans"),
};

constexpr FieldSchema kScopeSpans[] = {
    nested(1, Label::Optional, "scope", "scope", MessageType::InstrumentationScope, "instrumentationLibrary"),
    nested(2, Label::Repeated, "spans", "spans", MessageType::Span),
    scalar(3, Kind::String, Label::Implicit, "schemaUrl", "schema_url"),
};

constexpr FieldSchema kSpan[] = {
    scalar(1, Kind::TraceId, Label::Implicit, "traceId", "trace_id"),
    scalar(2, Kind::SpanId, Label::Implicit, "spanId", "span_id"),
    scalar(3, Kind::String, Label::Implicit, "traceState", "trace_state"),
    scalar(4, Kind::SpanId, Label::Implicit, "parentSpanId", "parent_span_id"),
    scalar(16, Kind::Fixed32, Label::Implicit, "flags", "flags"),
    scalar(5, Kind::String, Label::Implicit, "name", "name"),
    choice(6, Label::Implicit, "kind", "kind", EnumType::SpanKind),
    scalar(7, Kind::Fixed64, Label::Implicit, "startTimeUnixNano", "start_time_unix_nano"),
    scalar(8, Kind::Fixed64, Label::Implicit, "endTimeUnixNano", "end_time_unix_nano"),
    nested(9, Label::Repeated, "attributes", "attributes", MessageType::KeyValue),
    scalar(10, Kind::Uint32, Label::Implicit, "droppedAttributesCount", "dropped_attributes_count"),
    nested(11, Label::Repeated, "events", "events", MessageType::SpanEvent),
    scalar(12, Kind::Uint32, Label::Implicit, "droppedEventsCount", "dropped_events_count"),
    nested(13, Label::Repeated, "links", "links", MessageType::SpanLink),
    scalar(14, Kind::Uint32, Label::Implicit, "droppedLinksCount", "dropped_links_count"),
    nested(15, Label::Optional, "status", "status", MessageType::Status),
};

constexpr FieldSchema kSpanEvent[] = {
    scalar(1, Kind::Fixed64, Label::Implicit, "timeUnixNano", "time_unix_nano"),
    scalar(2, Kind::String, Label::Implicit, "name", "name"),
    nested(3, Label::Repeated, "attributes", "attributes", MessageType::KeyValue),
    scalar(4, Kind::Uint32, Label::Implicit, "droppedAttributesCount", "dropped_attributes_count"),
};

constexpr FieldSchema kSpanLink[] = {
    scalar(1, Kind::TraceId, Label::Implicit, "traceId", "trace_id"),
    scalar(2, Kind::SpanId, Label::Implicit, "spanId", "span_id"),
    scalar(3, Kind::String, Label::Implicit, "traceState", "trace_state"),
    nested(4, Label::Repeated, "attributes", "attributes", MessageType::KeyValue),
    scalar(5, Kind::Uint32, Label::Implicit, "droppedAttributesCount", "dropped_attributes_count"),
    scalar(6, Kind::Fixed32, Label::Implicit, "flags", "flags"),
};

constexpr FieldSchema kStatus[] = {
    scalar(2, Kind::String, Label::Implicit, "message", "message"),
    choice(3, Label::Implicit, "code", "code", EnumType::StatusCode),
};

constexpr FieldSchema kExportTraceServiceRequest[] = {
    nested(1, Label::Repeated, "resourceSpans", "resource_spans", MessageType::ResourceSpans),
};

constexpr FieldSchema kExportTraceServiceResponse[] = {
    nested(1, Label::Optional, "partialSuccess", "partial_success", MessageType::ExportTracePartialSuccess),
};

constexpr FieldSchema kExportTracePartialSuccess[] = {
    scalar(1, Kind::Int64, Label::Implicit, "rejectedSpans", "rejected_spans"),
    scalar(2, Kind::String, Label::Implicit, "errorMessage", "error_message"),
};

constexpr FieldSchema kResourceMetrics[] = {
    nested(1, Label::Optional, "resource", "resource", MessageType::Resource),
    nested(2, Label::Repeated, "scopeMetrics", "scope_metrics", MessageType::ScopeMetrics),
    scalar(3, Kind::String, Label::Implicit, "schemaUrl", "schema_url"),
    nested(1000, Label::Repeated, "deprecatedScopeMetrics", "instrumentation_library_metrics",
        MessageType::ScopeMetrics, "instrumentationLibraryMetrics"),
};

constexpr FieldSchema kScopeMetrics[] = {
    nested(1, Label::Optional, "scope", "scope", MessageType::InstrumentationScope, "instrumentationLibrary"),
    nested(2, Label::Repeated, "metrics", "metrics", MessageType::Metric),
    scalar(3, Kind::String, Label::Implicit, "schemaUrl", "schema_url"),
};

constexpr FieldSchema kMetric[] = {
    scalar(1, Kind::String, Label::Implicit, "name", "name"),
    scalar(2, Kind::String, Label::Implicit, "description", "description"),
    scalar(3, Kind::String, Label::Implicit, "unit", "unit"),
    nested(5, Label::Oneof, "gauge", "gauge", MessageType::Gauge),
    nested(7, Label::Oneof, "sum", "sum", MessageType::Sum),
    nested(9, Label::Oneof, "histogram", "histogram", MessageType::Histogram),
    nested(
        10, Label::Oneof, "exponentialHistogram", "exponential_histogram", MessageType::ExponentialHistogram),
    nested(11, Label::Oneof, "summary", "summary", MessageType::Summary),
    nested(12, Label::Repeated, "metadata", "metadata", MessageType::KeyValue),
};

constexpr FieldSchema kGauge[] = {
    nested(1, Label::Repeated, "dataPoints", "data_points", MessageType::NumberDataPoint),
};

constexpr FieldSchema kSum[] = {
    nested(1, Label::Repeated, "dataPoints", "data_points", MessageType::NumberDataPoint),
    choice(2, Label::Implicit, "aggregationTemporality", "aggregation_temporality",
        EnumType::AggregationTemporality),
    scalar(3, Kind::Bool, Label::Implicit, "isMonotonic", "is_monotonic"),
};

constexpr FieldSchema kHistogram[] = {
    nested(1, Label::Repeated, "dataPoints", "data_points", MessageType::HistogramDataPoint),
    choice(2, Label::Implicit, "aggregationTemporality", "aggregation_temporality",
        EnumType::AggregationTemporality),
};

constexpr FieldSchema kExponentialHistogram[] = {
    nested(1, Label::Repeated, "dataPoints", "data_points", MessageType::ExponentialHistogramDataPoint),
    choice(2, Label::Implicit, "aggregationTemporality", "aggregation_temporality",
        EnumType::AggregationTemporality),
};

constexpr FieldSchema kSummary[] = {
    nested(1, Label::Repeated, "dataPoints", "data_points", MessageType::SummaryDataPoint),
};

constexpr FieldSchema kNumberDataPoint[] = {
    nested(7, Label::Repeated, "attributes", "attributes", MessageType::KeyValue),
    scalar(2, Kind::Fixed64, Label::Implicit, "startTimeUnixNano", "start_time_unix_nano"),
    scalar(3, Kind::Fixed64, Label::Implicit, "timeUnixNano", "time_unix_nano"),
    scalar(4, Kind::Double, Label::Oneof, "asDouble", "as_double"),
    scalar(6, Kind::Sfixed64, Label::Oneof, "asInt", "as_int"),
    nested(5, Label::Repeated, "exemplars", "exemplars", MessageType::Exemplar),
    scalar(8, Kind::Uint32, Label::Implicit, "flags", "flags"),
};

constexpr FieldSchema kHistogramDataPoint[] = {
    nested(9, Label::Repeated, "attributes", "attributes", MessageType::KeyValue),
    scalar(2, Kind::Fixed64, Label::Implicit, "startTimeUnixNano", "start_time_unix_nano"),
    scalar(3, Kind::Fixed64, Label::Implicit, "timeUnixNano", "time_unix_nano"),
    scalar(4, Kind::Fixed64, Label::Implicit, "count", "count"),
    scalar(5, Kind::Double, Label::Optional, "sum", "sum"),
    scalar(6, Kind::Fixed64, Label::Repeated, "bucketCounts", "bucket_counts"),
    scalar(7, Kind::Double, Label::Repeated, "explicitBounds", "explicit_bounds"),
    nested(8, Label::Repeated, "exemplars", "exemplars", MessageType::Exemplar),
    scalar(10, Kind::Uint32, Label::Implicit, "flags", "flags"),
    scalar(11, Kind::Double, Label::Optional, "min", "min"),
    scalar(12, Kind::Double, Label::Optional, "max", "max"),
};

constexpr FieldSchema kExponentialHistogramDataPoint[] = {
    nested(1, Label::Repeated, "attributes", "attributes", MessageType::KeyValue),
    scalar(2, Kind::Fixed64, Label::Implicit, "startTimeUnixNano", "start_time_unix_nano"),
    scalar(3, Kind::Fixed64, Label::Implicit, "timeUnixNano", "time_unix_nano"),
    scalar(4, Kind::Fixed64, Label::Implicit, "count", "count"),
    scalar(5, Kind::Double, Label::Optional, "sum", "sum"),
    scalar(6, Kind::Sint32, Label::Implicit, "scale", "scale"),
    scalar(7, Kind::Fixed64, Label::Implicit, "zeroCount", "zero_count"),
    nested(8, Label::Optional, "positive", "positive", MessageType::Buckets),
    nested(9, Label::Optional, "negative", "negative", MessageType::Buckets),
    scalar(10, Kind::Uint32, Label::Implicit, "flags", "flags"),
    nested(11, Label::Repeated, "exemplars", "exemplars", MessageType::Exemplar),
    scalar(12, Kind::Double, Label::Optional, "min", "min"),
    scalar(13, Kind::Double, Label::Optional, "max", "max"),
    scalar(14, Kind::Double, Label::Implicit, "zeroThreshold", "zero_threshold"),
};

constexpr FieldSchema kBuckets[] = {
    scalar(1, Kind::Sint32, Label::Implicit, "offset", "offset"),
    scalar(2, Kind::Uint64, Label::Repeated, "bucketCounts", "bucket_counts"),
};

constexpr FieldSchema kSummaryDataPoint[] = {
    nested(7, Label::Repeated, "attributes", "attributes", MessageType::KeyValue),
    scalar(2, Kind::Fixed64, Label::Implicit, "startTimeUnixNano", "start_time_unix_nano"),
    scalar(3, Kind::Fixed64, Label::Implicit, "timeUnixNano", "time_unix_nano"),
    scalar(4, Kind::Fixed64, Label::Implicit, "count", "count"),
    scalar(5, Kind::Double, Label::Implicit, "sum", "sum"),
    nested(6, Label::Repeated, "quantileValues", "quantile_values", MessageType::ValueAtQuantile),
    scalar(8, Kind::Uint32, Label::Implicit, "flags", "flags"),
};

constexpr FieldSchema kValueAtQuantile[] = {
    scalar(1, Kind::Double, Label::Implicit, "quantile", "quantile"),
    scalar(2, Kind::Double, Label::Implicit, "value", "value"),
};

constexpr FieldSchema kExemplar[] = {
    nested(7, Label::Repeated, "filteredAttributes", "filtered_attributes", MessageType::KeyValue),
    scalar(2, Kind::Fixed64, Label::Implicit, "timeUnixNano", "time_unix_nano"),
    scalar(3, Kind::Double, Label::Oneof, "asDouble", "as_double"),
    scalar(6, Kind::Sfixed64, Label::Oneof, "asInt", "as_int"),
    scalar(4, Kind::SpanId, Label::Implicit, "spanId", "span_id"),
    scalar(5, Kind::TraceId, Label::Implicit, "traceId", "trace_id"),
};

constexpr FieldSchema kExportMetricsServiceRequest[] = {
    nested(1, Label::Repeated, "resourceMetrics", "resource_metrics", MessageType::ResourceMetrics),
};

constexpr FieldSchema kExportMetricsServiceResponse[] = {
    nested(1, Label::Optional, "partialSuccess", "partial_success", MessageType::ExportMetricsPartialSuccess),
};

constexpr FieldSchema kExportMetricsPartialSuccess[] = {
    scalar(1, Kind::Int64, Label::Implicit, "rejectedDataPoints", "rejected_data_points"),
    scalar(2, Kind::String, Label::Implicit, "errorMessage", "error_message"),
};

constexpr FieldSchema kResourceLogs[] = {
    nested(1, Label::Optional, "resource", "resource", MessageType::Resource),
    nested(2, Label::Repeated, "scopeLogs", "scope_logs", MessageType::ScopeLogs),
    scalar(3, Kind::String, Label::Implicit, "schemaUrl", "schema_url"),
    nested(1000, Label::Repeated, "deprecatedScopeLogs", "instrumentation_library_logs",
        MessageType::ScopeLogs, "instrumentationLibraryLogs"),
};

constexpr FieldSchema kScopeLogs[] = {
    nested(1, Label::Optional, "scope", "scope", MessageType::InstrumentationScope, "instrumentationLibrary"),
    nested(2, Label::Repeated, "logRecords", "log_records", MessageType::LogRecord),
    scalar(3, Kind::String, Label::Implicit, "schemaUrl", "schema_url"),
};

constexpr FieldSchema kLogRecord[] = {
    scalar(1, Kind::Fixed64, Label::Implicit, "timeUnixNano", "time_unix_nano"),
    scalar(11, Kind::Fixed64, Label::Implicit, "observedTimeUnixNano", "observed_time_unix_nano"),
    choice(2, Label::Implicit, "severityNumber", "severity_number", EnumType::SeverityNumber),
    scalar(3, Kind::String, Label::Implicit, "severityText", "severity_text"),
    nested(5, Label::Optional, "body", "body", MessageType::AnyValue),
    nested(6, Label::Repeated, "attributes", "attributes", MessageType::KeyValue),
    scalar(7, Kind::Uint32, Label::Implicit, "droppedAttributesCount", "dropped_attributes_count"),
    scalar(8, Kind::Fixed32, Label::Implicit, "flags", "flags"),
    scalar(9, Kind::TraceId, Label::Implicit, "traceId", "trace_id"),
    scalar(10, Kind::SpanId, Label::Implicit, "spanId", "span_id"),
    scalar(12, Kind::String, Label::Implicit, "eventName", "event_name"),
};

constexpr FieldSchema kExportLogsServiceRequest[] = {
    nested(1, Label::Repeated, "resourceLogs", "resource_logs", MessageType::ResourceLogs),
};

constexpr FieldSchema kExportLogsServiceResponse[] = {
    nested(1, Label::Optional, "partialSuccess", "partial_success", MessageType::ExportLogsPartialSuccess),
};

constexpr FieldSchema kExportLogsPartialSuccess[] = {
    scalar(1, Kind::Int64, Label::Implicit, "rejectedLogRecords", "rejected_log_records"),
    scalar(2, Kind::String, Label::Implicit, "errorMessage", "error_message"),
};

// The fields of all details that a google.rpc.Status may have, as far as we use them; the numbers are our
// own.
constexpr FieldSchema kRpcStatus[] = {
    scalar(1, Kind::Int32, Label::Implicit, "code", "code"),
    scalar(2, Kind::String, Label::Implicit, "message", "message"),
    nested(3, Label::Repeated, "details", "details", MessageType::RpcDetail),
};

constexpr FieldSchema kRpcDetail[] = {
    scalar(1, Kind::String, Label::Implicit, "@type", "@type"),
    scalar(2, Kind::String, Label::Implicit, "retryDelay", "retry_delay"),
};

constexpr MessageSchema kMessages[] = {
    {"opentelemetry.proto.common.v1.AnyValue", kAnyValue, 1},
    {"opentelemetry.proto.common.v1.ArrayValue", kArrayValue, 1},
    {"opentelemetry.proto.common.v1.KeyValueList", kKeyValueList, 1},
    {"opentelemetry.proto.common.v1.KeyValue", kKeyValue, 1},
    {"opentelemetry.proto.common.v1.InstrumentationScope", kInstrumentationScope, 1},
    {"opentelemetry.proto.common.v1.EntityRef", kEntityRef, 1},
    {"opentelemetry.proto.resource.v1.Resource", kResource, 2},
    {"opentelemetry.proto.trace.v1.ResourceSpans", kResourceSpans, 3},
    {"opentelemetry.proto.trace.v1.ScopeSpans", kScopeSpans, 3},
    {"opentelemetry.proto.trace.v1.Span", kSpan, 2},
    {"opentelemetry.proto.trace.v1.Span.Event", kSpanEvent, 1},
    {"opentelemetry.proto.trace.v1.Span.Link", kSpanLink, 1},
    {"opentelemetry.proto.trace.v1.Status", kStatus, 1},
    {"opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest", kExportTraceServiceRequest, 1},
    {"opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse", kExportTraceServiceResponse, 1},
    {"opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess", kExportTracePartialSuccess, 1},
    {"opentelemetry.proto.metrics.v1.ResourceMetrics", kResourceMetrics, 3},
    {"opentelemetry.proto.metrics.v1.ScopeMetrics", kScopeMetrics, 3},
    {"opentelemetry.proto.metrics.v1.Metric", kMetric, 2},
    {"opentelemetry.proto.metrics.v1.Gauge", kGauge, 2},
    {"opentelemetry.proto.metrics.v1.Sum", kSum, 2},
    {"opentelemetry.proto.metrics.v1.Histogram", kHistogram, 2},
    {"opentelemetry.proto.metrics.v1.ExponentialHistogram", kExponentialHistogram, 2},
    {"opentelemetry.proto.metrics.v1.Summary", kSummary, 2},
    {"opentelemetry.proto.metrics.v1.NumberDataPoint", kNumberDataPoint, 1},
    {"opentelemetry.proto.metrics.v1.HistogramDataPoint", kHistogramDataPoint, 2},
    {"opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint", kExponentialHistogramDataPoint, 2},
    {"opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint.Buckets", kBuckets, 1},
    {"opentelemetry.proto.metrics.v1.SummaryDataPoint", kSummaryDataPoint, 2},
    {"opentelemetry.proto.metrics.v1.SummaryDataPoint.ValueAtQuantile", kValueAtQuantile, 1},
    {"opentelemetry.proto.metrics.v1.Exemplar", kExemplar, 1},
    {"opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest", kExportMetricsServiceRequest, 1},
    {"opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse", kExportMetricsServiceResponse,
        1},
    {"opentelemetry.proto.collector.metrics.v1.ExportMetricsPartialSuccess", kExportMetricsPartialSuccess, 1},
    {"opentelemetry.proto.logs.v1.ResourceLogs", kResourceLogs, 3},
    {"opentelemetry.proto.logs.v1.ScopeLogs", kScopeLogs, 3},
    {"opentelemetry.proto.logs.v1.LogRecord", kLogRecord, 2},
    {"opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest", kExportLogsServiceRequest, 1},
    {"opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse", kExportLogsServiceResponse, 1},
    {"opentelemetry.proto.collector.logs.v1.ExportLogsPartialSuccess", kExportLogsPartialSuccess, 1},
    {"google.rpc.Status", kRpcStatus, 1},
    {"google.protobuf.Any", kRpcDetail, 1},
};

static_assert(std::size(kMessages) == static_cast<std::size_t>(MessageType::RpcDetail) + 1);
static_assert(std::ranges::all_of(
    kMessages, [](const MessageSchema& message) { return message.fields.size() <= kMaxFields; }));

} // namespace

const MessageSchema& schemaOf(MessageType type)
{
    return kMessages[static_cast<std::size_t>(type)];
}

std::span<const EnumValue> valuesOf(EnumType type)
{
    switch (type) {
    case EnumType::SpanKind: return kSpanKindValues;
    case EnumType::StatusCode: return kStatusCodeValues;
    case EnumType::AggregationTemporality: return kAggregationTemporalityValues;
    case EnumType::SeverityNumber: return kSeverityNumberValues;
    }
    return {};
}

} // namespace sluice::otlp
