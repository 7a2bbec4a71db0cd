#pragma once

// What views and the command line ask of a capture, and what they get. Plain values; ids and times as in OTLP.

#include "core/base/ids.h"
#include "core/base/time.h"
#include "core/model/signal.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::query {

/// Why there is no answer.
enum class QueryFailure : std::uint8_t { Cancelled, Unreadable, NotFound, BadFilter };

struct QueryError {
    QueryFailure kind = QueryFailure::Unreadable;
    std::string text; ///< For a person.
};

/// What the live revision (or the one that judged it) did to a record; for a trace, to its spans together:
/// Changed if any span was changed, Dropped if all were dropped, Partly if only some.
enum class OutcomeKind : std::uint8_t { Waiting = 0, Kept = 1, Changed = 2, Dropped = 3, Error = 4, Partly = 5 };

/// "waiting", "kept", "changed", "dropped", "error", "partly dropped".
std::string_view nameOf(OutcomeKind kind);

struct Outcome {
    OutcomeKind kind = OutcomeKind::Waiting;
    std::uint32_t revision = 0; ///< 0 while waiting.
    std::vector<std::string> rules; ///< Kept: empty. Changed: those that changed it. Dropped, error: the one that did.
    std::string condition; ///< Dropped, error: the condition's or error's text.
};

enum class TraceSort : std::uint8_t { Newest, Duration, Spans, Errors };

/// All conditions hold together; an empty list or absent value does not restrict.
struct TraceFilter {
    std::optional<TimeRange> time; ///< By start of the trace.
    std::vector<std::string> services; ///< Any span is of one of these services.
    std::vector<std::string> rootOperations; ///< The root span's name is one of these.
    std::string textInNames; ///< Case-insensitive part of any span's name in the trace.
    std::optional<Nanos> minDuration;
    std::optional<Nanos> maxDuration;
    std::optional<bool> hasErrors; ///< A span with status Error.
    std::vector<OutcomeKind> outcomes;
    std::vector<std::string> outcomeRules; ///< Changed or dropped by one of these rules.
    std::vector<std::string> httpStatus; ///< Of the root span, as text: "200".

    friend bool operator==(const TraceFilter&, const TraceFilter&) = default;
};

/// A row of the trace list.
struct TraceSummary {
    TraceId traceId;
    UnixTime start; ///< Earliest span.
    Nanos duration{0}; ///< Latest end - earliest start.
    std::string rootService; ///< Of the root span; of the earliest one when no root has arrived.
    std::string rootName;
    bool hasRoot = false;
    std::vector<std::string> services; ///< All, root service first, then by first appearance.
    std::uint32_t spanCount = 0;
    std::uint32_t errorCount = 0;
    std::string httpStatus; ///< http.response.status_code (or http.status_code) of the root span; empty when absent.
    Outcome outcome;
    std::uint64_t lastSequence = 0; ///< Of its newest span: for "N newer".
};

/// Position in a list: the last row seen. Opaque; valid as long as the Query object.
struct PageKey {
    std::uint64_t sortValue = 0;
    TraceId traceId;
    std::uint64_t sequence = 0;
};

struct TracePage {
    std::vector<TraceSummary> rows;
    std::optional<PageKey> next; ///< Absent at the end of the list.
};

struct TraceCounts {
    std::uint64_t matching = 0;
    std::uint64_t total = 0; ///< In the capture.
    std::uint64_t withErrors = 0; ///< Of the matching ones.
    std::uint64_t dropped = 0;
};

/// One column of the counts strip.
struct TimeBucket {
    std::uint64_t ok = 0;
    std::uint64_t error = 0;
    std::uint64_t dropped = 0; ///< Neither in ok nor in error.
};

struct TimeHistogram {
    UnixTime begin;
    Nanos bucket{0};
    std::vector<TimeBucket> buckets;
};

struct FacetValue {
    std::string value;
    std::uint64_t count = 0;
    std::vector<FacetValue> children; ///< Outcome "dropped": by rule.
};

struct Facet {
    std::string name; ///< "outcome", "status", "service", "root operation", "http.response.status_code", "severity".
    std::vector<FacetValue> values; ///< Most frequent first.
};

// --- One record in full -----------------------------------------------------------------------------------------

/// An attribute as shown: `text` for people; `json` is its OTLP AnyValue.
struct Attribute {
    std::string key;
    std::string text;
    std::string type; ///< "string", "int", "double", "bool", "bytes", "array", "map", "empty".
};

/// The difference that rules made to one attribute.
struct AttributeChange {
    enum class Kind : std::uint8_t { Unchanged, Added, Removed, Changed };
    Kind kind = Kind::Unchanged;
    std::string key;
    std::string before; ///< Empty when added.
    std::string after; ///< Empty when removed.
    std::string type;
    std::string rule; ///< Which rule did it (the last one).
};

struct SpanEvent {
    UnixTime time;
    std::string name;
    std::vector<Attribute> attributes;
};

struct SpanLink {
    TraceId traceId;
    SpanId spanId;
    std::string traceState;
    std::vector<Attribute> attributes;
};

struct ResourceInfo {
    std::string service; ///< service.name, or "unknown_service".
    std::vector<Attribute> attributes;
    std::string schemaUrl;
};

struct ScopeInfo {
    std::string name;
    std::string version;
    std::vector<Attribute> attributes;
    std::string schemaUrl;
};

/// What the waterfall needs of one span: no attributes.
struct SpanRow {
    std::uint64_t sequence = 0;
    SpanId id;
    SpanId parent; ///< Invalid: a root.
    UnixTime start;
    Nanos duration{0};
    std::string name;
    std::uint32_t service = 0; ///< Index into TraceDetail::services.
    std::uint8_t kind = 0; ///< OTLP SpanKind.
    std::uint8_t status = 0; ///< OTLP StatusCode: 2 is Error.
    std::vector<UnixTime> events; ///< Times, for the marks.
    OutcomeKind outcome = OutcomeKind::Waiting;
    std::uint8_t findings = 0; ///< otlp::Finding.
};

struct LogRow {
    std::uint64_t sequence = 0;
    UnixTime time; ///< time_unix_nano, or the observed time when that is 0.
    std::uint8_t severity = 0; ///< OTLP SeverityNumber.
    std::string severityText;
    std::string service;
    std::string body; ///< As text, shortened to 1,000 characters.
    TraceId traceId;
    SpanId spanId;
    OutcomeKind outcome = OutcomeKind::Waiting;
    std::string outcomeRule; ///< Changed: the last rule; dropped: the rule.
};

struct TraceDetail {
    TraceSummary summary;
    std::vector<std::string> services;
    std::vector<SpanRow> spans; ///< By start, parents before children where times are equal.
    std::vector<LogRow> logs; ///< By time.
};

/// Everything about one span.
struct SpanDetail {
    SpanRow row;
    TraceId traceId;
    std::string service;
    std::string traceState;
    std::string statusMessage;
    std::uint32_t flags = 0;
    UnixTime arrival;
    std::vector<AttributeChange> attributes; ///< Received and after, in one list: received order, added ones last.
    std::vector<AttributeChange> resourceAttributes;
    std::vector<SpanEvent> events;
    std::vector<SpanLink> links;
    ResourceInfo resource;
    ScopeInfo scope;
    Outcome outcome;
    std::string json; ///< The span as OTLP/JSON, as received, indented.
};

struct LogFilter {
    std::optional<TimeRange> time;
    std::vector<std::string> services;
    std::optional<std::uint8_t> minSeverity;
    std::vector<std::string> severities; ///< "TRACE" … "FATAL".
    std::string text; ///< Case-insensitive part of the body.
    std::optional<TraceId> traceId;
    std::vector<OutcomeKind> outcomes;

    friend bool operator==(const LogFilter&, const LogFilter&) = default;
};

struct LogPage {
    std::vector<LogRow> rows; ///< Newest first.
    std::optional<PageKey> next;
};

struct SeverityBucket {
    std::array<std::uint64_t, 7> counts{}; ///< Unspecified, TRACE, DEBUG, INFO, WARN, ERROR, FATAL.
};

struct SeverityHistogram {
    UnixTime begin;
    Nanos bucket{0};
    std::vector<SeverityBucket> buckets;
    std::uint64_t matching = 0;
    std::uint64_t total = 0;
};

struct LogDetail {
    LogRow row;
    std::string fullBody;
    UnixTime observed;
    std::string eventName;
    UnixTime arrival;
    std::vector<AttributeChange> attributes;
    std::vector<AttributeChange> resourceAttributes;
    ResourceInfo resource;
    ScopeInfo scope;
    Outcome outcome;
    std::string json;
};

/// A metric: one name, unit and type of one service.
struct MetricInfo {
    std::string name;
    std::string unit;
    std::string description;
    std::string type; ///< "gauge", "sum", "histogram", "exponential histogram", "summary".
    std::string temporality; ///< "", "delta", "cumulative".
    bool isMonotonic = false;
    std::vector<std::string> services;
    std::uint64_t seriesCount = 0;
    std::uint64_t pointCount = 0;
    UnixTime last;
    std::vector<double> sparkline; ///< Up to 60 values over the range asked for, oldest first; NaN where there is none.
};

struct MetricFilter {
    std::optional<TimeRange> time;
    std::vector<std::string> services;
    std::string textInNames;

    friend bool operator==(const MetricFilter&, const MetricFilter&) = default;
};

struct MetricPoint {
    UnixTime time;
    double value = 0; ///< Histograms: the mean of the point; see count, sum, buckets.
    std::uint64_t count = 0;
    double sum = 0;
    std::vector<double> bounds;
    std::vector<std::uint64_t> buckets;
    TraceId exemplarTrace; ///< Of its first exemplar; invalid when none.
};

struct MetricSeries {
    std::string service;
    std::vector<Attribute> attributes; ///< What makes the series.
    std::vector<MetricPoint> points; ///< By time.
};

/// One step of "why": what a rule did to one record.
struct LadderStep {
    std::string pipeline;
    std::string rule;
    std::string processor; ///< "attributes", "filter", …
    bool enabled = true;
    bool reached = true; ///< False when an earlier rule dropped the record.
    OutcomeKind effect = OutcomeKind::Kept; ///< Kept: left as it was.
    std::string condition; ///< What decided, with the values: `service.name == "healthz"`.
    std::vector<AttributeChange> changes; ///< Only what this rule changed.
};

struct Explanation {
    RecordId record;
    std::string name;
    std::uint32_t revision = 0;
    Outcome outcome;
    std::vector<LadderStep> steps;
};

/// Counts of one rule under one revision.
struct RuleCounts {
    std::string pipeline;
    std::string rule;
    std::uint64_t changed = 0; ///< Records.
    std::uint64_t dropped = 0;
    std::uint64_t errors = 0;
};

/// What `sluice stats` prints.
struct CaptureStats {
    struct PerSignal {
        std::uint64_t requests = 0;
        std::uint64_t received = 0; ///< stored + removed: all records that were ever acknowledged.
        std::uint64_t stored = 0; ///< Records that are there: unchanged + changed + dropped + errors + waiting.
        std::uint64_t removed = 0; ///< By retention.
        std::uint64_t findings = 0;
        std::uint64_t unchanged = 0, changed = 0, dropped = 0, errors = 0, waiting = 0;
        std::uint64_t rawBytes = 0, storedBytes = 0;
    };
    std::array<PerSignal, kSignalCount> signals{};
    std::vector<RuleCounts> rules; ///< Under the applied revision.
    std::uint64_t traces = 0;
    std::uint32_t appliedRevision = 0;
    std::uint64_t fileBytes = 0;
    UnixTime firstArrival;
    UnixTime lastArrival;
    bool isTemporary = false;
    std::string path;
};

} // namespace sluice::query
