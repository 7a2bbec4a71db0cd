#pragma once

// The hot path: one pass over the bytes of an export request gives a flat list of record views. Attributes,
// events, links and bodies are not looked into; otlp/attributes.h reads them on demand.
//
// Source: OTLP 1.11; spec/protocols.md sections 1, 2.5.

#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/model/signal.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::otlp {

/// Why a request cannot be read. `text` names the place ("resource_spans[0].scope_spans[1].spans[3].trace_id:
/// 5 bytes, expected 16").
struct DecodeError {
    std::string text;
    std::size_t offset = 0; ///< Byte offset in the request, where known.
};

/// What is wrong with a record that is accepted and kept all the same. Bits of `findings`.
using Finding = std::uint8_t;
inline constexpr Finding kMissingTraceId = 1; ///< Empty or all zero (spans only).
inline constexpr Finding kMissingSpanId = 2;
inline constexpr Finding kMissingName = 4; ///< Span or metric without a name.
inline constexpr Finding kInvalidUtf8 = 8; ///< In a name of the record (attributes are not looked into).
inline constexpr Finding kEndBeforeStart = 16;

/// A Resource{Spans,Metrics,Logs} message. Views point into the scanned bytes.
struct ResourceView {
    std::string_view message; ///< The whole ResourceSpans… message, without its tag and length.
    std::string_view resource; ///< The Resource message inside; empty when absent.
    std::string_view schemaUrl;
    std::string_view serviceName; ///< Value of `service.name` when it is a string; else empty.
};

struct ScopeView {
    std::uint32_t resource = 0; ///< Index into resources.
    std::string_view message; ///< The whole ScopeSpans… message.
    std::string_view scope; ///< The InstrumentationScope message inside; empty when absent.
    std::string_view schemaUrl;
};

/// A Metric message; its data points are the records. A metric without points is one record.
struct MetricView {
    std::uint32_t scope = 0; ///< Index into scopes.
    std::string_view message;
    std::string_view name;
    std::string_view unit;
    std::uint8_t type = 0; ///< Field number of Metric.data: 5 gauge, 7 sum, 9 histogram, 10 exponential
                           ///< histogram, 11 summary; 0 none.
    std::uint8_t temporality = 0; ///< AggregationTemporality as on the wire; 0 for gauge and summary.
    bool isMonotonic = false;
};

/// One record. Which members mean something depends on the signal.
struct RecordView {
    std::string_view
        message; ///< The Span, LogRecord or data point message; for a metric without points the Metric.
    std::string_view name; ///< Span name, log event_name, metric name.
    std::uint32_t scope = 0; ///< Index into scopes.
    std::uint32_t metric = 0; ///< Index into metrics (metrics only).
    TraceId traceId; ///< Spans and logs.
    SpanId spanId;
    SpanId parentSpanId; ///< Spans.
    std::uint64_t startUnixNano
        = 0; ///< Span start; log time_unix_nano (observed time when 0); point time_unix_nano.
    std::uint64_t endUnixNano = 0; ///< Span end; log observed_time_unix_nano; point start_time_unix_nano.
    std::uint32_t flags = 0;
    std::uint8_t kind = 0; ///< SpanKind; log SeverityNumber. Values beyond 255 are clamped.
    std::uint8_t status = 0; ///< Status.code of a span; clamped as kind.
    std::uint8_t findings = 0;
    bool isPoint = true; ///< False for the record that stands for a metric without points.
};

/// What one request holds. Reuse the object: clear() keeps the memory. Views live as long as the scanned
/// bytes.
struct ScannedRequest {
    Signal signal = Signal::Traces;
    std::vector<ResourceView> resources;
    std::vector<ScopeView> scopes;
    std::vector<MetricView> metrics;
    std::vector<RecordView> records; ///< In the order of the request.

    void clear();
};

/// Reads `bytes` (Export{Trace,Metrics,Logs}ServiceRequest, or the equal {Traces,Metrics,Logs}Data).
///
/// Refuses malformed wire format, nesting beyond kMaxDepth, and ids that are neither empty nor 16 (8) bytes
/// long. Unknown fields, unknown enum numbers, invalid UTF-8, and missing ids and names are accepted (see
/// Finding). No allocation beyond the growth of the vectors. Any thread; one ScannedRequest per thread.
Result<void, DecodeError> scan(Signal signal, std::string_view bytes, ScannedRequest& into);

/// Nested messages and groups allowed inside a request; OTLP's own structure needs 9.
inline constexpr int kMaxDepth = 100;

} // namespace sluice::otlp
