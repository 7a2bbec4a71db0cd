#pragma once

// Field numbers of OTLP 1.11, one struct per message, for Reader and Writer. Message nesting is flattened
// (Span.Event is SpanEventField). Source: spec/protocols.md section 1.1; tests compare them with the .proto
// files.

#include <cstdint>

namespace sluice::wire {

struct AnyValueField {
    static constexpr std::uint32_t kStringValue = 1;
    static constexpr std::uint32_t kBoolValue = 2;
    static constexpr std::uint32_t kIntValue = 3;
    static constexpr std::uint32_t kDoubleValue = 4;
    static constexpr std::uint32_t kArrayValue = 5;
    static constexpr std::uint32_t kKvlistValue = 6;
    static constexpr std::uint32_t kBytesValue = 7;
    static constexpr std::uint32_t kStringValueStrindex = 8;
};

struct ArrayValueField {
    static constexpr std::uint32_t kValues = 1;
};

struct KeyValueListField {
    static constexpr std::uint32_t kValues = 1;
};

struct KeyValueField {
    static constexpr std::uint32_t kKey = 1;
    static constexpr std::uint32_t kValue = 2;
    static constexpr std::uint32_t kKeyStrindex = 3;
};

struct InstrumentationScopeField {
    static constexpr std::uint32_t kName = 1;
    static constexpr std::uint32_t kVersion = 2;
    static constexpr std::uint32_t kAttributes = 3;
    static constexpr std::uint32_t kDroppedAttributesCount = 4;
};

struct EntityRefField {
    static constexpr std::uint32_t kSchemaUrl = 1;
    static constexpr std::uint32_t kType = 2;
    static constexpr std::uint32_t kIdKeys = 3;
    static constexpr std::uint32_t kDescriptionKeys = 4;
};

struct ResourceField {
    static constexpr std::uint32_t kAttributes = 1;
    static constexpr std::uint32_t kDroppedAttributesCount = 2;
    static constexpr std::uint32_t kEntityRefs = 3;
};

struct TracesDataField {
    static constexpr std::uint32_t kResourceSpans = 1;
};

struct ResourceSpansField {
    static constexpr std::uint32_t kResource = 1;
    static constexpr std::uint32_t kScopeSpans = 2;
    static constexpr std::uint32_t kSchemaUrl = 3;
    static constexpr std::uint32_t kInstrumentationLibrary
        = 1000; ///< Before OTLP 0.19; laid out like number 2.
};

struct ScopeSpansField {
    static constexpr std::uint32_t kScope = 1;
    static constexpr std::uint32_t kSpans = 2;
    static constexpr std::uint32_t kSchemaUrl = 3;
};

struct SpanField {
    static constexpr std::uint32_t kTraceId = 1;
    static constexpr std::uint32_t kSpanId = 2;
    static constexpr std::uint32_t kTraceState = 3;
    static constexpr std::uint32_t kParentSpanId = 4;
    static constexpr std::uint32_t kFlags = 16;
    static constexpr std::uint32_t kName = 5;
    static constexpr std::uint32_t kKind = 6;
    static constexpr std::uint32_t kStartTimeUnixNano = 7;
    static constexpr std::uint32_t kEndTimeUnixNano = 8;
    static constexpr std::uint32_t kAttributes = 9;
    static constexpr std::uint32_t kDroppedAttributesCount = 10;
    static constexpr std::uint32_t kEvents = 11;
    static constexpr std::uint32_t kDroppedEventsCount = 12;
    static constexpr std::uint32_t kLinks = 13;
    static constexpr std::uint32_t kDroppedLinksCount = 14;
    static constexpr std::uint32_t kStatus = 15;
};

struct SpanEventField {
    static constexpr std::uint32_t kTimeUnixNano = 1;
    static constexpr std::uint32_t kName = 2;
    static constexpr std::uint32_t kAttributes = 3;
    static constexpr std::uint32_t kDroppedAttributesCount = 4;
};

struct SpanLinkField {
    static constexpr std::uint32_t kTraceId = 1;
    static constexpr std::uint32_t kSpanId = 2;
    static constexpr std::uint32_t kTraceState = 3;
    static constexpr std::uint32_t kAttributes = 4;
    static constexpr std::uint32_t kDroppedAttributesCount = 5;
    static constexpr std::uint32_t kFlags = 6;
};

struct StatusField {
    static constexpr std::uint32_t kMessage = 2;
    static constexpr std::uint32_t kCode = 3;
};

struct ExportTraceServiceRequestField {
    static constexpr std::uint32_t kResourceSpans = 1;
};

struct ExportTraceServiceResponseField {
    static constexpr std::uint32_t kPartialSuccess = 1;
};

struct ExportTracePartialSuccessField {
    static constexpr std::uint32_t kRejectedSpans = 1;
    static constexpr std::uint32_t kErrorMessage = 2;
};

struct MetricsDataField {
    static constexpr std::uint32_t kResourceMetrics = 1;
};

struct ResourceMetricsField {
    static constexpr std::uint32_t kResource = 1;
    static constexpr std::uint32_t kScopeMetrics = 2;
    static constexpr std::uint32_t kSchemaUrl = 3;
    static constexpr std::uint32_t kInstrumentationLibrary
        = 1000; ///< Before OTLP 0.19; laid out like number 2.
};

struct ScopeMetricsField {
    static constexpr std::uint32_t kScope = 1;
    static constexpr std::uint32_t kMetrics = 2;
    static constexpr std::uint32_t kSchemaUrl = 3;
};

struct MetricField {
    static constexpr std::uint32_t kName = 1;
    static constexpr std::uint32_t kDescription = 2;
    static constexpr std::uint32_t kUnit = 3;
    static constexpr std::uint32_t kGauge = 5;
    static constexpr std::uint32_t kSum = 7;
    static constexpr std::uint32_t kHistogram = 9;
    static constexpr std::uint32_t kExponentialHistogram = 10;
    static constexpr std::uint32_t kSummary = 11;
    static constexpr std::uint32_t kMetadata = 12;
};

struct GaugeField {
    static constexpr std::uint32_t kDataPoints = 1;
};

struct SumField {
    static constexpr std::uint32_t kDataPoints = 1;
    static constexpr std::uint32_t kAggregationTemporality = 2;
    static constexpr std::uint32_t kIsMonotonic = 3;
};

struct HistogramField {
    static constexpr std::uint32_t kDataPoints = 1;
    static constexpr std::uint32_t kAggregationTemporality = 2;
};

struct ExponentialHistogramField {
    static constexpr std::uint32_t kDataPoints = 1;
    static constexpr std::uint32_t kAggregationTemporality = 2;
};

struct SummaryField {
    static constexpr std::uint32_t kDataPoints = 1;
};

struct NumberDataPointField {
    static constexpr std::uint32_t kAttributes = 7;
    static constexpr std::uint32_t kStartTimeUnixNano = 2;
    static constexpr std::uint32_t kTimeUnixNano = 3;
    static constexpr std::uint32_t kAsDouble = 4;
    static constexpr std::uint32_t kAsInt = 6;
    static constexpr std::uint32_t kExemplars = 5;
    static constexpr std::uint32_t kFlags = 8;
};

struct HistogramDataPointField {
    static constexpr std::uint32_t kAttributes = 9;
    static constexpr std::uint32_t kStartTimeUnixNano = 2;
    static constexpr std::uint32_t kTimeUnixNano = 3;
    static constexpr std::uint32_t kCount = 4;
    static constexpr std::uint32_t kSum = 5;
    static constexpr std::uint32_t kBucketCounts = 6;
    static constexpr std::uint32_t kExplicitBounds = 7;
    static constexpr std::uint32_t kExemplars = 8;
    static constexpr std::uint32_t kFlags = 10;
    static constexpr std::uint32_t kMin = 11;
    static constexpr std::uint32_t kMax = 12;
};

struct ExponentialHistogramDataPointField {
    static constexpr std::uint32_t kAttributes = 1;
    static constexpr std::uint32_t kStartTimeUnixNano = 2;
    static constexpr std::uint32_t kTimeUnixNano = 3;
    static constexpr std::uint32_t kCount = 4;
    static constexpr std::uint32_t kSum = 5;
    static constexpr std::uint32_t kScale = 6;
    static constexpr std::uint32_t kZeroCount = 7;
    static constexpr std::uint32_t kPositive = 8;
    static constexpr std::uint32_t kNegative = 9;
    static constexpr std::uint32_t kFlags = 10;
    static constexpr std::uint32_t kExemplars = 11;
    static constexpr std::uint32_t kMin = 12;
    static constexpr std::uint32_t kMax = 13;
    static constexpr std::uint32_t kZeroThreshold = 14;
};

struct BucketsField {
    static constexpr std::uint32_t kOffset = 1;
    static constexpr std::uint32_t kBucketCounts = 2;
};

struct SummaryDataPointField {
    static constexpr std::uint32_t kAttributes = 7;
    static constexpr std::uint32_t kStartTimeUnixNano = 2;
    static constexpr std::uint32_t kTimeUnixNano = 3;
    static constexpr std::uint32_t kCount = 4;
    static constexpr std::uint32_t kSum = 5;
    static constexpr std::uint32_t kQuantileValues = 6;
    static constexpr std::uint32_t kFlags = 8;
};

struct ValueAtQuantileField {
    static constexpr std::uint32_t kQuantile = 1;
    static constexpr std::uint32_t kValue = 2;
};

struct ExemplarField {
    static constexpr std::uint32_t kFilteredAttributes = 7;
    static constexpr std::uint32_t kTimeUnixNano = 2;
    static constexpr std::uint32_t kAsDouble = 3;
    static constexpr std::uint32_t kAsInt = 6;
    static constexpr std::uint32_t kSpanId = 4;
    static constexpr std::uint32_t kTraceId = 5;
};

struct ExportMetricsServiceRequestField {
    static constexpr std::uint32_t kResourceMetrics = 1;
};

struct ExportMetricsServiceResponseField {
    static constexpr std::uint32_t kPartialSuccess = 1;
};

struct ExportMetricsPartialSuccessField {
    static constexpr std::uint32_t kRejectedDataPoints = 1;
    static constexpr std::uint32_t kErrorMessage = 2;
};

struct LogsDataField {
    static constexpr std::uint32_t kResourceLogs = 1;
};

struct ResourceLogsField {
    static constexpr std::uint32_t kResource = 1;
    static constexpr std::uint32_t kScopeLogs = 2;
    static constexpr std::uint32_t kSchemaUrl = 3;
    static constexpr std::uint32_t kInstrumentationLibrary
        = 1000; ///< Before OTLP 0.19; laid out like number 2.
};

struct ScopeLogsField {
    static constexpr std::uint32_t kScope = 1;
    static constexpr std::uint32_t kLogRecords = 2;
    static constexpr std::uint32_t kSchemaUrl = 3;
};

struct LogRecordField {
    static constexpr std::uint32_t kTimeUnixNano = 1;
    static constexpr std::uint32_t kObservedTimeUnixNano = 11;
    static constexpr std::uint32_t kSeverityNumber = 2;
    static constexpr std::uint32_t kSeverityText = 3;
    static constexpr std::uint32_t kBody = 5;
    static constexpr std::uint32_t kAttributes = 6;
    static constexpr std::uint32_t kDroppedAttributesCount = 7;
    static constexpr std::uint32_t kFlags = 8;
    static constexpr std::uint32_t kTraceId = 9;
    static constexpr std::uint32_t kSpanId = 10;
    static constexpr std::uint32_t kEventName = 12;
};

struct ExportLogsServiceRequestField {
    static constexpr std::uint32_t kResourceLogs = 1;
};

struct ExportLogsServiceResponseField {
    static constexpr std::uint32_t kPartialSuccess = 1;
};

struct ExportLogsPartialSuccessField {
    static constexpr std::uint32_t kRejectedLogRecords = 1;
    static constexpr std::uint32_t kErrorMessage = 2;
};

} // namespace sluice::wire
