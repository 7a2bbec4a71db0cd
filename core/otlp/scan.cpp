#include "core/otlp/scan.h"

#include "core/otlp/attributes.h"
#include "core/wire/otlp_fields.h"
#include "core/wire/reader.h"
#include "core/wire/utf8.h"

#include <algorithm>
#include <limits>

namespace sluice::otlp {

using wire::ExponentialHistogramDataPointField;
using wire::ExponentialHistogramField;
using wire::GaugeField;
using wire::HistogramDataPointField;
using wire::HistogramField;
using wire::isUtf8;
using wire::LogRecordField;
using wire::MetricField;
using wire::NumberDataPointField;
using wire::Reader;
using wire::ResourceField;
using wire::ResourceLogsField;
using wire::ResourceMetricsField;
using wire::ResourceSpansField;
using wire::ScopeLogsField;
using wire::ScopeMetricsField;
using wire::ScopeSpansField;
using wire::SpanField;
using wire::StatusField;
using wire::SumField;
using wire::SummaryDataPointField;
using wire::tagOf;
using wire::textOf;
using wire::WireType;

namespace {

constexpr WireType kLength = WireType::Length;
constexpr WireType kVarint = WireType::Varint;
constexpr WireType kFixed64 = WireType::Fixed64;
constexpr WireType kFixed32 = WireType::Fixed32;

static_assert(ResourceSpansField::kResource == ResourceLogsField::kResource
        && ResourceSpansField::kResource == ResourceMetricsField::kResource
        && ResourceSpansField::kScopeSpans == ResourceLogsField::kScopeLogs
        && ResourceSpansField::kScopeSpans == ResourceMetricsField::kScopeMetrics
        && ResourceSpansField::kSchemaUrl == ResourceLogsField::kSchemaUrl
        && ScopeSpansField::kSpans == ScopeLogsField::kLogRecords
        && ScopeSpansField::kSpans == ScopeMetricsField::kMetrics
        && ScopeSpansField::kSchemaUrl == ScopeMetricsField::kSchemaUrl,
    "the envelopes of the three signals have one layout");

/// Names of the envelope levels, for error texts.
struct Names {
    std::string_view resource;
    std::string_view scope;
    std::string_view item;
};

constexpr std::array<Names, kSignalCount> kNames{{{"resource_spans", "scope_spans", "spans"},
    {"resource_metrics", "scope_metrics", "metrics"}, {"resource_logs", "scope_logs", "log_records"}}};

std::uint8_t clamped(std::uint64_t value)
{
    // Negative enum numbers are ten-byte varints, and clamp like all numbers that nobody defined.
    return static_cast<std::uint8_t>(
        std::min<std::uint64_t>(value, std::numeric_limits<std::uint8_t>::max()));
}

unsigned findingIf(bool found, Finding finding)
{
    return found ? finding : 0U;
}

template <class Id>
bool readId(std::string_view bytes, Id& id)
{
    const auto read = Id::fromBytes(std::as_bytes(std::span(bytes)));
    if (read) [[likely]]
        id = *read;
    else if (bytes.empty())
        id = Id();
    else
        return false;
    return true;
}

class Scanner {
public:
    Scanner(Signal signal, std::string_view bytes, ScannedRequest& into)
        : m_names(kNames[indexOf(signal)])
        , m_begin(bytes.data())
        , m_into(into)
    {
    }

    Result<void, DecodeError> run(std::string_view bytes)
    {
        Reader reader(bytes);
        while (reader.next()) {
            if (reader.tag() != tagOf(1, kLength))
                continue;
            if (!scanResource(reader.bytes()))
                return fail(std::move(m_error));
            ++m_resourceIndex;
        }
        if (!reader.ok())
            return fail(
                DecodeError{"request: " + std::string(textOf(reader.error())), offsetOf(reader.position())});
        return {};
    }

private:
    bool scanResource(std::string_view message);
    void readServiceName(ResourceView& view) const;
    bool scanScope(std::string_view message, std::uint32_t resource);
    bool scanSpan(std::string_view message, std::uint32_t scope);
    bool scanStatus(std::string_view message, RecordView& record);
    bool scanLog(std::string_view message, std::uint32_t scope);
    bool scanMetric(std::string_view message, std::uint32_t scope);
    bool scanPoints(std::string_view data, MetricView& metric, std::uint32_t metricIndex);
    bool scanPoint(std::string_view message, RecordView& record, std::uint32_t flagsTag);

    [[nodiscard]] std::size_t offsetOf(const char* place) const
    {
        return static_cast<std::size_t>(place - m_begin);
    }

    // Where the scan is, for error texts; the innermost levels are told by how many there are.
    enum class Level : std::uint8_t { Resource, Scope, Item };
    bool refuse(Level level, std::string_view what, std::string_view problem, const char* place);
    /// By value: see readLongVarint() in reader.h.
    bool refuse(Level level, std::string_view what, Reader reader)
    {
        return refuse(level, what, textOf(reader.error()), reader.position());
    }
    bool refuseId(std::string_view what, std::string_view id, std::size_t expected)
    {
        return refuse(Level::Item, what,
            std::to_string(id.size()) + " bytes, expected " + std::to_string(expected), id.data());
    }

    const Names& m_names;
    const char* m_begin;
    ScannedRequest& m_into;
    std::size_t m_resourceIndex = 0;
    std::size_t m_scopeIndex = 0;
    std::size_t m_itemIndex = 0;
    DecodeError m_error;
};

bool Scanner::refuse(Level level, std::string_view what, std::string_view problem, const char* place)
{
    const auto step = [](std::string_view name, std::size_t index) {
        return std::string(name) + '[' + std::to_string(index) + ']';
    };
    std::string text = step(m_names.resource, m_resourceIndex);
    if (level >= Level::Scope)
        text += '.' + step(m_names.scope, m_scopeIndex);
    if (level >= Level::Item)
        text += '.' + step(m_names.item, m_itemIndex);
    if (!what.empty())
        text.append(".").append(what);
    text.append(": ").append(problem);
    m_error = {std::move(text), offsetOf(place)};
    return false;
}

bool Scanner::scanResource(std::string_view message)
{
    const auto index = static_cast<std::uint32_t>(m_into.resources.size());
    ResourceView view{.message = message, .resource = {}, .schemaUrl = {}, .serviceName = {}};
    m_scopeIndex = 0;
    bool hasScopes = false;
    bool hasOldScopes = false;
    m_into.resources.emplace_back();
    Reader reader(message);
    while (reader.next()) {
        switch (reader.tag()) {
        case tagOf(ResourceSpansField::kResource, kLength): view.resource = reader.bytes(); break;
        case tagOf(ResourceSpansField::kSchemaUrl, kLength): view.schemaUrl = reader.bytes(); break;
        case tagOf(ResourceSpansField::kInstrumentationLibrary, kLength): hasOldScopes = true; break;
        case tagOf(ResourceSpansField::kScopeSpans, kLength):
            hasScopes = true;
            if (!scanScope(reader.bytes(), index))
                return false;
            ++m_scopeIndex;
            break;
        default: break;
        }
    }
    if (!reader.ok())
        return refuse(Level::Resource, {}, reader);
    if (hasOldScopes && !hasScopes) {
        for (Reader old(message); old.next();) {
            if (old.tag() != tagOf(ResourceSpansField::kInstrumentationLibrary, kLength))
                continue;
            if (!scanScope(old.bytes(), index))
                return false;
            ++m_scopeIndex;
        }
    }
    readServiceName(view);
    m_into.resources[index] = view;
    return true;
}

void Scanner::readServiceName(ResourceView& view) const
{
    const auto value = findAttribute(view.resource, ResourceField::kAttributes, "service.name");
    if (value)
        view.serviceName = stringOf(*value).value_or(std::string_view());
}

bool Scanner::scanScope(std::string_view message, std::uint32_t resource)
{
    const auto index = static_cast<std::uint32_t>(m_into.scopes.size());
    ScopeView view{.resource = resource, .message = message, .scope = {}, .schemaUrl = {}};
    m_itemIndex = 0;
    m_into.scopes.emplace_back();
    Reader reader(message);
    while (reader.next()) {
        switch (reader.tag()) {
        case tagOf(ScopeSpansField::kSpans, kLength): {
            bool read = false;
            switch (m_into.signal) {
            case Signal::Traces: read = scanSpan(reader.bytes(), index); break;
            case Signal::Metrics: read = scanMetric(reader.bytes(), index); break;
            case Signal::Logs: read = scanLog(reader.bytes(), index); break;
            }
            if (!read) [[unlikely]]
                return false;
            ++m_itemIndex;
            break;
        }
        case tagOf(ScopeSpansField::kScope, kLength): view.scope = reader.bytes(); break;
        case tagOf(ScopeSpansField::kSchemaUrl, kLength): view.schemaUrl = reader.bytes(); break;
        default: break;
        }
    }
    if (!reader.ok())
        return refuse(Level::Scope, {}, reader);
    m_into.scopes[index] = view;
    return true;
}

bool Scanner::scanSpan(std::string_view message, std::uint32_t scope)
{
    RecordView& record = m_into.records.emplace_back();
    record.message = message;
    record.scope = scope;
    Reader reader(message);
    while (reader.next()) {
        switch (reader.tag()) {
        case tagOf(SpanField::kTraceId, kLength):
            if (!readId(reader.bytes(), record.traceId)) [[unlikely]]
                return refuseId("trace_id", reader.bytes(), TraceId::kSize);
            break;
        case tagOf(SpanField::kSpanId, kLength):
            if (!readId(reader.bytes(), record.spanId)) [[unlikely]]
                return refuseId("span_id", reader.bytes(), SpanId::kSize);
            break;
        case tagOf(SpanField::kParentSpanId, kLength):
            if (!readId(reader.bytes(), record.parentSpanId)) [[unlikely]]
                return refuseId("parent_span_id", reader.bytes(), SpanId::kSize);
            break;
        case tagOf(SpanField::kAttributes, kLength): reader.skipRun(); break;
        case tagOf(SpanField::kName, kLength): record.name = reader.bytes(); break;
        case tagOf(SpanField::kKind, kVarint): record.kind = clamped(reader.scalar()); break;
        case tagOf(SpanField::kStartTimeUnixNano, kFixed64): record.startUnixNano = reader.scalar(); break;
        case tagOf(SpanField::kEndTimeUnixNano, kFixed64): record.endUnixNano = reader.scalar(); break;
        case tagOf(SpanField::kFlags, kFixed32):
            record.flags = static_cast<std::uint32_t>(reader.scalar());
            break;
        case tagOf(SpanField::kStatus, kLength):
            if (!scanStatus(reader.bytes(), record)) [[unlikely]]
                return false;
            break;
        default: break;
        }
    }
    if (!reader.ok()) [[unlikely]]
        return refuse(Level::Item, {}, reader);

    const unsigned findings = findingIf(!record.traceId.isValid(), kMissingTraceId)
        | findingIf(!record.spanId.isValid(), kMissingSpanId) | findingIf(record.name.empty(), kMissingName)
        | findingIf(!isUtf8(record.name), kInvalidUtf8)
        | findingIf(record.endUnixNano < record.startUnixNano, kEndBeforeStart);
    record.findings = static_cast<std::uint8_t>(findings);
    return true;
}

bool Scanner::scanStatus(std::string_view message, RecordView& record)
{
    Reader reader(message);
    while (reader.next()) {
        if (reader.tag() == tagOf(StatusField::kCode, kVarint))
            record.status = clamped(reader.scalar());
    }
    return reader.ok() || refuse(Level::Item, "status", reader);
}

bool Scanner::scanLog(std::string_view message, std::uint32_t scope)
{
    RecordView& record = m_into.records.emplace_back();
    record.message = message;
    record.scope = scope;
    Reader reader(message);
    while (reader.next()) {
        switch (reader.tag()) {
        case tagOf(LogRecordField::kTimeUnixNano, kFixed64): record.startUnixNano = reader.scalar(); break;
        case tagOf(LogRecordField::kObservedTimeUnixNano, kFixed64):
            record.endUnixNano = reader.scalar();
            break;
        case tagOf(LogRecordField::kSeverityNumber, kVarint): record.kind = clamped(reader.scalar()); break;
        case tagOf(LogRecordField::kFlags, kFixed32):
            record.flags = static_cast<std::uint32_t>(reader.scalar());
            break;
        case tagOf(LogRecordField::kTraceId, kLength):
            if (!readId(reader.bytes(), record.traceId)) [[unlikely]]
                return refuseId("trace_id", reader.bytes(), TraceId::kSize);
            break;
        case tagOf(LogRecordField::kSpanId, kLength):
            if (!readId(reader.bytes(), record.spanId)) [[unlikely]]
                return refuseId("span_id", reader.bytes(), SpanId::kSize);
            break;
        case tagOf(LogRecordField::kAttributes, kLength): reader.skipRun(); break;
        case tagOf(LogRecordField::kEventName, kLength): record.name = reader.bytes(); break;
        default: break;
        }
    }
    if (!reader.ok()) [[unlikely]]
        return refuse(Level::Item, {}, reader);
    if (record.startUnixNano == 0)
        record.startUnixNano = record.endUnixNano;
    if (!isUtf8(record.name))
        record.findings = kInvalidUtf8;
    return true;
}

bool Scanner::scanMetric(std::string_view message, std::uint32_t scope)
{
    const auto index = static_cast<std::uint32_t>(m_into.metrics.size());
    const std::size_t firstPoint = m_into.records.size();
    m_into.metrics.emplace_back();
    MetricView metric;
    metric.scope = scope;
    metric.message = message;
    Reader reader(message);
    while (reader.next()) {
        switch (reader.tag()) {
        case tagOf(MetricField::kName, kLength): metric.name = reader.bytes(); break;
        case tagOf(MetricField::kUnit, kLength): metric.unit = reader.bytes(); break;
        case tagOf(MetricField::kGauge, kLength):
        case tagOf(MetricField::kSum, kLength):
        case tagOf(MetricField::kHistogram, kLength):
        case tagOf(MetricField::kExponentialHistogram, kLength):
        case tagOf(MetricField::kSummary, kLength):
            if (metric.type != reader.number()) { // The last member of a oneof is the one that counts.
                m_into.records.resize(firstPoint);
                metric.type = static_cast<std::uint8_t>(reader.number());
                metric.temporality = 0;
                metric.isMonotonic = false;
            }
            if (!scanPoints(reader.bytes(), metric, index)) [[unlikely]]
                return false;
            break;
        default: break;
        }
    }
    if (!reader.ok()) [[unlikely]]
        return refuse(Level::Item, {}, reader);

    if (m_into.records.size() == firstPoint) {
        RecordView& record = m_into.records.emplace_back();
        record.message = message;
        record.metric = index;
        record.isPoint = false;
    }
    const unsigned findings
        = findingIf(metric.name.empty(), kMissingName) | findingIf(!isUtf8(metric.name), kInvalidUtf8);
    for (std::size_t i = firstPoint; i < m_into.records.size(); ++i) {
        RecordView& record = m_into.records[i];
        record.name = metric.name;
        record.scope = scope;
        record.findings = static_cast<std::uint8_t>(findings);
    }
    m_into.metrics[index] = metric;
    return true;
}

bool Scanner::scanPoints(std::string_view data, MetricView& metric, std::uint32_t metricIndex)
{
    static_assert(SumField::kDataPoints == GaugeField::kDataPoints
        && SumField::kDataPoints == HistogramField::kDataPoints
        && SumField::kAggregationTemporality == ExponentialHistogramField::kAggregationTemporality);
    const bool hasTemporality = metric.type != MetricField::kGauge && metric.type != MetricField::kSummary;
    const bool isHistogram
        = metric.type == MetricField::kHistogram || metric.type == MetricField::kExponentialHistogram;
    const std::uint32_t flagsTag
        = tagOf(isHistogram ? HistogramDataPointField::kFlags : NumberDataPointField::kFlags, kVarint);
    Reader reader(data);
    while (reader.next()) {
        switch (reader.tag()) {
        case tagOf(SumField::kDataPoints, kLength): {
            RecordView& record = m_into.records.emplace_back();
            record.message = reader.bytes();
            record.metric = metricIndex;
            if (!scanPoint(reader.bytes(), record, flagsTag)) [[unlikely]]
                return false;
            break;
        }
        case tagOf(SumField::kAggregationTemporality, kVarint):
            if (hasTemporality)
                metric.temporality = clamped(reader.scalar());
            break;
        case tagOf(SumField::kIsMonotonic, kVarint):
            if (metric.type == MetricField::kSum)
                metric.isMonotonic = reader.scalar() != 0;
            break;
        default: break;
        }
    }
    return reader.ok() || refuse(Level::Item, "data", reader);
}

bool Scanner::scanPoint(std::string_view message, RecordView& record, std::uint32_t flagsTag)
{
    static_assert(NumberDataPointField::kTimeUnixNano == SummaryDataPointField::kTimeUnixNano
        && NumberDataPointField::kTimeUnixNano == HistogramDataPointField::kTimeUnixNano
        && NumberDataPointField::kTimeUnixNano == ExponentialHistogramDataPointField::kTimeUnixNano
        && NumberDataPointField::kFlags == SummaryDataPointField::kFlags
        && HistogramDataPointField::kFlags == ExponentialHistogramDataPointField::kFlags);
    Reader reader(message);
    while (reader.next()) {
        if (reader.tag() == tagOf(NumberDataPointField::kTimeUnixNano, kFixed64))
            record.startUnixNano = reader.scalar();
        else if (reader.tag() == tagOf(NumberDataPointField::kStartTimeUnixNano, kFixed64))
            record.endUnixNano = reader.scalar();
        else if (reader.tag() == flagsTag)
            record.flags = static_cast<std::uint32_t>(reader.scalar());
    }
    return reader.ok() || refuse(Level::Item, "data.data_points", reader);
}

} // namespace

void ScannedRequest::clear()
{
    resources.clear();
    scopes.clear();
    metrics.clear();
    records.clear();
}

Result<void, DecodeError> scan(Signal signal, std::string_view bytes, ScannedRequest& into)
{
    into.clear();
    into.signal = signal;
    return Scanner(signal, bytes, into).run(bytes);
}

} // namespace sluice::otlp
