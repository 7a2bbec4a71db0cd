#include "core/wire/otlp_fields.h"

#include <QTest>

#include <opentelemetry/proto/collector/logs/v1/logs_service.pb.h>
#include <opentelemetry/proto/collector/metrics/v1/metrics_service.pb.h>
#include <opentelemetry/proto/collector/trace/v1/trace_service.pb.h>

#include <string>
#include <utility>
#include <vector>

using namespace sluice::wire;

namespace {

struct Message {
    std::string name;
    std::vector<std::pair<std::string, std::uint32_t>> fields;
};

const std::vector<Message>& messages()
{
    static const std::vector<Message> all{
        {"common.v1.AnyValue",
            {{"string_value", AnyValueField::kStringValue}, {"bool_value", AnyValueField::kBoolValue},
                {"int_value", AnyValueField::kIntValue}, {"double_value", AnyValueField::kDoubleValue},
                {"array_value", AnyValueField::kArrayValue}, {"kvlist_value", AnyValueField::kKvlistValue},
                {"bytes_value", AnyValueField::kBytesValue},
                {"string_value_strindex", AnyValueField::kStringValueStrindex}}},
        {"common.v1.ArrayValue", {{"values", ArrayValueField::kValues}}},
        {"common.v1.KeyValueList", {{"values", KeyValueListField::kValues}}},
        {"common.v1.KeyValue",
            {{"key", KeyValueField::kKey}, {"value", KeyValueField::kValue},
                {"key_strindex", KeyValueField::kKeyStrindex}}},
        {"common.v1.InstrumentationScope",
            {{"name", InstrumentationScopeField::kName}, {"version", InstrumentationScopeField::kVersion},
                {"attributes", InstrumentationScopeField::kAttributes},
                {"dropped_attributes_count", InstrumentationScopeField::kDroppedAttributesCount}}},
        {"common.v1.EntityRef",
            {{"schema_url", EntityRefField::kSchemaUrl}, {"type", EntityRefField::kType},
                {"id_keys", EntityRefField::kIdKeys},
                {"description_keys", EntityRefField::kDescriptionKeys}}},
        {"resource.v1.Resource",
            {{"attributes", ResourceField::kAttributes},
                {"dropped_attributes_count", ResourceField::kDroppedAttributesCount},
                {"entity_refs", ResourceField::kEntityRefs}}},
        {"trace.v1.TracesData", {{"resource_spans", TracesDataField::kResourceSpans}}},
        {"trace.v1.ResourceSpans",
            {{"resource", ResourceSpansField::kResource}, {"scope_spans", ResourceSpansField::kScopeSpans},
                {"schema_url", ResourceSpansField::kSchemaUrl}}},
        {"trace.v1.ScopeSpans",
            {{"scope", ScopeSpansField::kScope}, {"spans", ScopeSpansField::kSpans},
                {"schema_url", ScopeSpansField::kSchemaUrl}}},
        {"trace.v1.Span",
            {{"trace_id", SpanField::kTraceId}, {"span_id", SpanField::kSpanId},
                {"trace_state", SpanField::kTraceState}, {"parent_span_id", SpanField::kParentSpanId},
                {"flags", SpanField::kFlags}, {"name", SpanField::kName}, {"kind", SpanField::kKind},
                {"start_time_unix_nano", SpanField::kStartTimeUnixNano},
                {"end_time_unix_nano", SpanField::kEndTimeUnixNano}, {"attributes", SpanField::kAttributes},
                {"dropped_attributes_count", SpanField::kDroppedAttributesCount},
                {"events", SpanField::kEvents}, {"dropped_events_count", SpanField::kDroppedEventsCount},
                {"links", SpanField::kLinks}, {"dropped_links_count", SpanField::kDroppedLinksCount},
                {"status", SpanField::kStatus}}},
        {"trace.v1.Span.Event",
            {{"time_unix_nano", SpanEventField::kTimeUnixNano}, {"name", SpanEventField::kName},
                {"attributes", SpanEventField::kAttributes},
                {"dropped_attributes_count", SpanEventField::kDroppedAttributesCount}}},
        {"trace.v1.Span.Link",
            {{"trace_id", SpanLinkField::kTraceId}, {"span_id", SpanLinkField::kSpanId},
                {"trace_state", SpanLinkField::kTraceState}, {"attributes", SpanLinkField::kAttributes},
                {"dropped_attributes_count", SpanLinkField::kDroppedAttributesCount},
                {"flags", SpanLinkField::kFlags}}},
        {"trace.v1.Status", {{"message", StatusField::kMessage}, {"code", StatusField::kCode}}},
        {"collector.trace.v1.ExportTraceServiceRequest",
            {{"resource_spans", ExportTraceServiceRequestField::kResourceSpans}}},
        {"collector.trace.v1.ExportTraceServiceResponse",
            {{"partial_success", ExportTraceServiceResponseField::kPartialSuccess}}},
        {"collector.trace.v1.ExportTracePartialSuccess",
            {{"rejected_spans", ExportTracePartialSuccessField::kRejectedSpans},
                {"error_message", ExportTracePartialSuccessField::kErrorMessage}}},
        {"metrics.v1.MetricsData", {{"resource_metrics", MetricsDataField::kResourceMetrics}}},
        {"metrics.v1.ResourceMetrics",
            {{"resource", ResourceMetricsField::kResource},
                {"scope_metrics", ResourceMetricsField::kScopeMetrics},
                {"schema_url", ResourceMetricsField::kSchemaUrl}}},
        {"metrics.v1.ScopeMetrics",
            {{"scope", ScopeMetricsField::kScope}, {"metrics", ScopeMetricsField::kMetrics},
                {"schema_url", ScopeMetricsField::kSchemaUrl}}},
        {"metrics.v1.Metric",
            {{"name", MetricField::kName}, {"description", MetricField::kDescription},
                {"unit", MetricField::kUnit}, {"gauge", MetricField::kGauge}, {"sum", MetricField::kSum},
                {"histogram", MetricField::kHistogram},
                {"exponential_histogram", MetricField::kExponentialHistogram},
                {"summary", MetricField::kSummary}, {"metadata", MetricField::kMetadata}}},
        {"metrics.v1.Gauge", {{"data_points", GaugeField::kDataPoints}}},
        {"metrics.v1.Sum",
            {{"data_points", SumField::kDataPoints},
                {"aggregation_temporality", SumField::kAggregationTemporality},
                {"is_monotonic", SumField::kIsMonotonic}}},
        {"metrics.v1.Histogram",
            {{"data_points", HistogramField::kDataPoints},
                {"aggregation_temporality", HistogramField::kAggregationTemporality}}},
        {"metrics.v1.ExponentialHistogram",
            {{"data_points", ExponentialHistogramField::kDataPoints},
                {"aggregation_temporality", ExponentialHistogramField::kAggregationTemporality}}},
        {"metrics.v1.Summary", {{"data_points", SummaryField::kDataPoints}}},
        {"metrics.v1.NumberDataPoint",
            {{"attributes", NumberDataPointField::kAttributes},
                {"start_time_unix_nano", NumberDataPointField::kStartTimeUnixNano},
                {"time_unix_nano", NumberDataPointField::kTimeUnixNano},
                {"as_double", NumberDataPointField::kAsDouble}, {"as_int", NumberDataPointField::kAsInt},
                {"exemplars", NumberDataPointField::kExemplars}, {"flags", NumberDataPointField::kFlags}}},
        {"metrics.v1.HistogramDataPoint",
            {{"attributes", HistogramDataPointField::kAttributes},
                {"start_time_unix_nano", HistogramDataPointField::kStartTimeUnixNano},
                {"time_unix_nano", HistogramDataPointField::kTimeUnixNano},
                {"count", HistogramDataPointField::kCount}, {"sum", HistogramDataPointField::kSum},
                {"bucket_counts", HistogramDataPointField::kBucketCounts},
                {"explicit_bounds", HistogramDataPointField::kExplicitBounds},
                {"exemplars", HistogramDataPointField::kExemplars},
                {"flags", HistogramDataPointField::kFlags}, {"min", HistogramDataPointField::kMin},
                {"max", HistogramDataPointField::kMax}}},
        {"metrics.v1.ExponentialHistogramDataPoint",
            {{"attributes", ExponentialHistogramDataPointField::kAttributes},
                {"start_time_unix_nano", ExponentialHistogramDataPointField::kStartTimeUnixNano},
                {"time_unix_nano", ExponentialHistogramDataPointField::kTimeUnixNano},
                {"count", ExponentialHistogramDataPointField::kCount},
                {"sum", ExponentialHistogramDataPointField::kSum},
                {"scale", ExponentialHistogramDataPointField::kScale},
                {"zero_count", ExponentialHistogramDataPointField::kZeroCount},
                {"positive", ExponentialHistogramDataPointField::kPositive},
                {"negative", ExponentialHistogramDataPointField::kNegative},
                {"flags", ExponentialHistogramDataPointField::kFlags},
                {"exemplars", ExponentialHistogramDataPointField::kExemplars},
                {"min", ExponentialHistogramDataPointField::kMin},
                {"max", ExponentialHistogramDataPointField::kMax},
                {"zero_threshold", ExponentialHistogramDataPointField::kZeroThreshold}}},
        {"metrics.v1.ExponentialHistogramDataPoint.Buckets",
            {{"offset", BucketsField::kOffset}, {"bucket_counts", BucketsField::kBucketCounts}}},
        {"metrics.v1.SummaryDataPoint",
            {{"attributes", SummaryDataPointField::kAttributes},
                {"start_time_unix_nano", SummaryDataPointField::kStartTimeUnixNano},
                {"time_unix_nano", SummaryDataPointField::kTimeUnixNano},
                {"count", SummaryDataPointField::kCount}, {"sum", SummaryDataPointField::kSum},
                {"quantile_values", SummaryDataPointField::kQuantileValues},
                {"flags", SummaryDataPointField::kFlags}}},
        {"metrics.v1.SummaryDataPoint.ValueAtQuantile",
            {{"quantile", ValueAtQuantileField::kQuantile}, {"value", ValueAtQuantileField::kValue}}},
        {"metrics.v1.Exemplar",
            {{"filtered_attributes", ExemplarField::kFilteredAttributes},
                {"time_unix_nano", ExemplarField::kTimeUnixNano}, {"as_double", ExemplarField::kAsDouble},
                {"as_int", ExemplarField::kAsInt}, {"span_id", ExemplarField::kSpanId},
                {"trace_id", ExemplarField::kTraceId}}},
        {"collector.metrics.v1.ExportMetricsServiceRequest",
            {{"resource_metrics", ExportMetricsServiceRequestField::kResourceMetrics}}},
        {"collector.metrics.v1.ExportMetricsServiceResponse",
            {{"partial_success", ExportMetricsServiceResponseField::kPartialSuccess}}},
        {"collector.metrics.v1.ExportMetricsPartialSuccess",
            {{"rejected_data_points", ExportMetricsPartialSuccessField::kRejectedDataPoints},
                {"error_message", ExportMetricsPartialSuccessField::kErrorMessage}}},
        {"logs.v1.LogsData", {{"resource_logs", LogsDataField::kResourceLogs}}},
        {"logs.v1.ResourceLogs",
            {{"resource", ResourceLogsField::kResource}, {"scope_logs", ResourceLogsField::kScopeLogs},
                {"schema_url", ResourceLogsField::kSchemaUrl}}},
        {"logs.v1.ScopeLogs",
            {{"scope", ScopeLogsField::kScope}, {"log_records", ScopeLogsField::kLogRecords},
                {"schema_url", ScopeLogsField::kSchemaUrl}}},
        {"logs.v1.LogRecord",
            {{"time_unix_nano", LogRecordField::kTimeUnixNano},
                {"observed_time_unix_nano", LogRecordField::kObservedTimeUnixNano},
                {"severity_number", LogRecordField::kSeverityNumber},
                {"severity_text", LogRecordField::kSeverityText}, {"body", LogRecordField::kBody},
                {"attributes", LogRecordField::kAttributes},
                {"dropped_attributes_count", LogRecordField::kDroppedAttributesCount},
                {"flags", LogRecordField::kFlags}, {"trace_id", LogRecordField::kTraceId},
                {"span_id", LogRecordField::kSpanId}, {"event_name", LogRecordField::kEventName}}},
        {"collector.logs.v1.ExportLogsServiceRequest",
            {{"resource_logs", ExportLogsServiceRequestField::kResourceLogs}}},
        {"collector.logs.v1.ExportLogsServiceResponse",
            {{"partial_success", ExportLogsServiceResponseField::kPartialSuccess}}},
        {"collector.logs.v1.ExportLogsPartialSuccess",
            {{"rejected_log_records", ExportLogsPartialSuccessField::kRejectedLogRecords},
                {"error_message", ExportLogsPartialSuccessField::kErrorMessage}}},
    };
    return all;
}

} // namespace

class OtlpFieldsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyFieldHasTheNumberOfTheProtoFiles()
    {
        // Naming one message of each file links the files' descriptors in.
        opentelemetry::proto::collector::trace::v1::ExportTraceServiceRequest::descriptor();
        opentelemetry::proto::collector::metrics::v1::ExportMetricsServiceRequest::descriptor();
        opentelemetry::proto::collector::logs::v1::ExportLogsServiceRequest::descriptor();
        const auto* pool = google::protobuf::DescriptorPool::generated_pool();
        for (const Message& message : messages()) {
            const auto* descriptor = pool->FindMessageTypeByName("opentelemetry.proto." + message.name);
            QVERIFY2(descriptor != nullptr, message.name.c_str());
            QCOMPARE(descriptor->field_count(), static_cast<int>(message.fields.size()));
            for (const auto& [name, number] : message.fields) {
                const auto* field = descriptor->FindFieldByName(name);
                QVERIFY2(field != nullptr, (message.name + '.' + name).c_str());
                QCOMPARE(static_cast<std::uint32_t>(field->number()), number);
            }
        }
    }
};

QTEST_GUILESS_MAIN(OtlpFieldsTest)
#include "tst_otlp_fields.moc"
