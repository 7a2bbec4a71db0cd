// Our own reader, writer and JSON against libprotobuf, on random messages and random damage.

#include "core/otlp/attributes.h"
#include "core/otlp/json.h"
#include "core/otlp/rewrite.h"
#include "core/otlp/scan.h"
#include "core/otlp/validate.h"

#include <QTest>

#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/message_differencer.h>
#include <opentelemetry/proto/collector/logs/v1/logs_service.pb.h>
#include <opentelemetry/proto/collector/metrics/v1/metrics_service.pb.h>
#include <opentelemetry/proto/collector/trace/v1/trace_service.pb.h>

#include <algorithm>
#include <memory>

#include "message_generator.h"

using namespace sluice;
using namespace sluice::otlp;
using sluice::tests::MessageGenerator;

namespace pb = google::protobuf;
namespace proto = opentelemetry::proto;

namespace {

constexpr int kMessages = 300;
constexpr int kDamaged = 8000;

std::unique_ptr<pb::Message> newRequest(Signal signal)
{
    switch (signal) {
    case Signal::Traces: return std::make_unique<proto::collector::trace::v1::ExportTraceServiceRequest>();
    case Signal::Metrics:
        return std::make_unique<proto::collector::metrics::v1::ExportMetricsServiceRequest>();
    case Signal::Logs: return std::make_unique<proto::collector::logs::v1::ExportLogsServiceRequest>();
    }
    return nullptr;
}

/// The same messages with `bytes` where `string` was: libprotobuf refuses strings that are not UTF-8, we do
/// not.
class LenientMessages {
public:
    LenientMessages()
    {
        for (const Signal signal : kSignals)
            copy(*newRequest(signal)->GetDescriptor()->file());
    }

    std::unique_ptr<pb::Message> request(Signal signal)
    {
        const auto* descriptor
            = m_pool.FindMessageTypeByName(newRequest(signal)->GetDescriptor()->full_name());
        return std::unique_ptr<pb::Message>(m_factory.GetPrototype(descriptor)->New());
    }

private:
    static void makeBytes(pb::DescriptorProto& message)
    {
        for (auto& field : *message.mutable_field()) {
            if (field.type() == pb::FieldDescriptorProto::TYPE_STRING)
                field.set_type(pb::FieldDescriptorProto::TYPE_BYTES);
        }
        for (auto& nested : *message.mutable_nested_type())
            makeBytes(nested);
    }

    void copy(const pb::FileDescriptor& file)
    {
        if (m_pool.FindFileByName(file.name()) != nullptr)
            return;
        for (int i = 0; i < file.dependency_count(); ++i)
            copy(*file.dependency(i));
        pb::FileDescriptorProto text;
        file.CopyTo(&text);
        for (auto& message : *text.mutable_message_type())
            makeBytes(message);
        m_pool.BuildFile(text);
    }

    pb::DescriptorPool m_pool;
    pb::DynamicMessageFactory m_factory{&m_pool};
};

std::string serialized(const pb::Message& message)
{
    std::string bytes;
    message.SerializeToString(&bytes);
    return bytes;
}

/// Empty when equal. NaN equals NaN.
std::string differenceOf(const pb::Message& a, const pb::Message& b)
{
    pb::util::MessageDifferencer differencer;
    pb::util::DefaultFieldComparator comparator;
    comparator.set_treat_nan_as_equal(true);
    differencer.set_field_comparator(&comparator);
    std::string report;
    differencer.ReportDifferencesToString(&report);
    return differencer.Compare(a, b) ? std::string() : report + "(they differ)";
}

std::string_view bytesOf(const auto& id)
{
    return {reinterpret_cast<const char*>(id.bytes().data()), id.bytes().size()};
}

/// An id as it is after scanning: empty and all zero are the same.
std::string normalId(const std::string& id, std::size_t size)
{
    return id.empty() ? std::string(size, '\0') : id;
}

std::uint8_t clampedEnum(int value)
{
    return value < 0 || value > 255 ? 255 : static_cast<std::uint8_t>(value);
}

} // namespace

class DifferentialTest : public QObject {
    Q_OBJECT

private:
    static void addSignals()
    {
        QTest::addColumn<int>("signalIndex");
        for (const Signal signal : kSignals)
            QTest::newRow(std::string(nameOf(signal)).c_str()) << static_cast<int>(signal);
    }

private Q_SLOTS:
    void spansAreScannedAsLibprotobufReadsThem()
    {
        MessageGenerator generator(1);
        for (int n = 0; n < kMessages; ++n) {
            proto::collector::trace::v1::ExportTraceServiceRequest request;
            generator.fill(request, {});
            const std::string bytes = serialized(request);
            ScannedRequest scanned;
            QVERIFY(scan(Signal::Traces, bytes, scanned));
            std::size_t record = 0;
            std::size_t scope = 0;
            for (int r = 0; r < request.resource_spans_size(); ++r) {
                const auto& resource = request.resource_spans(r);
                const ResourceView& resourceView = scanned.resources.at(static_cast<std::size_t>(r));
                QCOMPARE(resourceView.schemaUrl, std::string_view(resource.schema_url()));
                QCOMPARE(resourceView.resource, std::string_view(serialized(resource.resource())));
                for (const auto& scopeSpans : resource.scope_spans()) {
                    const ScopeView& scopeView = scanned.scopes.at(scope);
                    QCOMPARE(scopeView.resource, static_cast<std::uint32_t>(r));
                    QCOMPARE(scopeView.scope, std::string_view(serialized(scopeSpans.scope())));
                    QCOMPARE(scopeView.schemaUrl, std::string_view(scopeSpans.schema_url()));
                    for (const auto& span : scopeSpans.spans()) {
                        const RecordView& view = scanned.records.at(record++);
                        QCOMPARE(view.scope, static_cast<std::uint32_t>(scope));
                        QCOMPARE(view.message, std::string_view(serialized(span)));
                        QCOMPARE(view.name, std::string_view(span.name()));
                        QCOMPARE(bytesOf(view.traceId), std::string_view(normalId(span.trace_id(), 16)));
                        QCOMPARE(bytesOf(view.spanId), std::string_view(normalId(span.span_id(), 8)));
                        QCOMPARE(
                            bytesOf(view.parentSpanId), std::string_view(normalId(span.parent_span_id(), 8)));
                        QCOMPARE(view.startUnixNano, span.start_time_unix_nano());
                        QCOMPARE(view.endUnixNano, span.end_time_unix_nano());
                        QCOMPARE(view.flags, span.flags());
                        QCOMPARE(view.kind, clampedEnum(span.kind()));
                        QCOMPARE(view.status, clampedEnum(span.status().code()));
                        const bool endsEarly = span.end_time_unix_nano() < span.start_time_unix_nano();
                        const int findings = (view.traceId.isValid() ? 0 : kMissingTraceId)
                            + (view.spanId.isValid() ? 0 : kMissingSpanId)
                            + (span.name().empty() ? kMissingName : 0) + (endsEarly ? kEndBeforeStart : 0);
                        QCOMPARE(static_cast<int>(view.findings), findings);
                    }
                    ++scope;
                }
            }
            QCOMPARE(record, scanned.records.size());
            QCOMPARE(scope, scanned.scopes.size());
        }
    }

    void logsAreScannedAsLibprotobufReadsThem()
    {
        MessageGenerator generator(2);
        for (int n = 0; n < kMessages; ++n) {
            proto::collector::logs::v1::ExportLogsServiceRequest request;
            generator.fill(request, {});
            const std::string bytes = serialized(request);
            ScannedRequest scanned;
            QVERIFY(scan(Signal::Logs, bytes, scanned));
            std::size_t record = 0;
            for (const auto& resource : request.resource_logs()) {
                for (const auto& scopeLogs : resource.scope_logs()) {
                    for (const auto& log : scopeLogs.log_records()) {
                        const RecordView& view = scanned.records.at(record++);
                        QCOMPARE(view.name, std::string_view(log.event_name()));
                        QCOMPARE(bytesOf(view.traceId), std::string_view(normalId(log.trace_id(), 16)));
                        QCOMPARE(bytesOf(view.spanId), std::string_view(normalId(log.span_id(), 8)));
                        const std::uint64_t time = log.time_unix_nano() != 0 ? log.time_unix_nano()
                                                                             : log.observed_time_unix_nano();
                        QCOMPARE(view.startUnixNano, time);
                        QCOMPARE(view.endUnixNano, log.observed_time_unix_nano());
                        QCOMPARE(view.flags, log.flags());
                        QCOMPARE(view.kind, clampedEnum(log.severity_number()));
                    }
                }
            }
            QCOMPARE(record, scanned.records.size());
        }
    }

    void pointsAreScannedAsLibprotobufReadsThem()
    {
        MessageGenerator generator(3);
        for (int n = 0; n < kMessages; ++n) {
            proto::collector::metrics::v1::ExportMetricsServiceRequest request;
            generator.fill(request, {});
            const std::string bytes = serialized(request);
            ScannedRequest scanned;
            QVERIFY(scan(Signal::Metrics, bytes, scanned));
            std::size_t record = 0;
            std::size_t metricIndex = 0;
            const auto checkPoints = [&](const auto& points) {
                for (const auto& point : points) {
                    const RecordView& view = scanned.records.at(record++);
                    QVERIFY(view.isPoint);
                    QCOMPARE(view.metric, static_cast<std::uint32_t>(metricIndex));
                    QCOMPARE(view.message, std::string_view(serialized(point)));
                    QCOMPARE(view.startUnixNano, point.time_unix_nano());
                    QCOMPARE(view.endUnixNano, point.start_time_unix_nano());
                    QCOMPARE(view.flags, point.flags());
                }
            };
            for (const auto& resource : request.resource_metrics()) {
                for (const auto& scopeMetrics : resource.scope_metrics()) {
                    for (const auto& metric : scopeMetrics.metrics()) {
                        const MetricView view = scanned.metrics.at(metricIndex);
                        const std::size_t first = record;
                        QCOMPARE(view.name, std::string_view(metric.name()));
                        QCOMPARE(view.unit, std::string_view(metric.unit()));
                        QCOMPARE(static_cast<int>(view.type), static_cast<int>(metric.data_case()));
                        checkPoints(metric.gauge().data_points());
                        checkPoints(metric.sum().data_points());
                        checkPoints(metric.histogram().data_points());
                        checkPoints(metric.exponential_histogram().data_points());
                        checkPoints(metric.summary().data_points());
                        const int temporality = metric.has_sum() ? metric.sum().aggregation_temporality()
                            : metric.has_histogram()
                            ? metric.histogram().aggregation_temporality()
                            : metric.exponential_histogram().aggregation_temporality();
                        QCOMPARE(view.temporality, clampedEnum(temporality));
                        QCOMPARE(view.isMonotonic, metric.sum().is_monotonic());
                        if (record == first) {
                            QVERIFY(!scanned.records.at(record).isPoint);
                            QCOMPARE(scanned.records.at(record++).name, std::string_view(metric.name()));
                        }
                        ++metricIndex;
                    }
                }
            }
            QCOMPARE(record, scanned.records.size());
        }
    }

    void damagedBytesAreRefusedWhenLibprotobufRefusesThem_data() { addSignals(); }
    void damagedBytesAreRefusedWhenLibprotobufRefusesThem()
    {
        QFETCH(int, signalIndex);
        const auto signal = static_cast<Signal>(signalIndex);
        LenientMessages messages;
        const auto oracle = messages.request(signal);
        MessageGenerator generator(10);
        ScannedRequest scanned;
        std::string original;
        int refused = 0;
        for (int n = 0; n < kDamaged; ++n) {
            if (n % 100 == 0) {
                const auto request = newRequest(signal);
                generator.fill(*request, {});
                original = serialized(*request);
            }
            std::string bytes = original;
            generator.damage(bytes);
            const auto validated = validate(signal, bytes);
            const auto scannedResult = scan(signal, bytes, scanned);
            if (validated && !scannedResult)
                QFAIL(("scan refuses what validate takes: " + scannedResult.error().text).c_str());
            const bool isReadable = oracle->ParseFromString(bytes);
            if (validated) {
                QVERIFY2(isReadable, "libprotobuf refuses what we take");
                continue;
            }
            ++refused;
            const std::string& text = validated.error().text;
            // Stricter than libprotobuf on purpose: lengths of ids, groups, tags beyond 32 bits.
            const bool isOurRule = text.find("bytes, expected") != std::string::npos
                || text.find("a group") != std::string::npos || text.find("impossible") != std::string::npos;
            if (isReadable && !isOurRule)
                QFAIL(("we refuse what libprotobuf takes: " + text).c_str());
        }
        QVERIFY(refused > kDamaged / 10);
        QVERIFY(refused < kDamaged);
    }

    void attributesSurviveDecodingAndEncoding()
    {
        MessageGenerator generator(20);
        for (int n = 0; n < kMessages; ++n) {
            proto::trace::v1::Span span;
            generator.fill(span, {.stringIndexes = false});
            const std::string bytes = serialized(span);
            Arena arena;
            const auto attributes = decodeAttributes(bytes, wire::SpanField::kAttributes, arena);
            QCOMPARE(attributes.size(), static_cast<std::size_t>(span.attributes_size()));
            std::string encoded;
            wire::Writer writer(encoded);
            for (const KeyValue& attribute : attributes)
                encodeAttribute(writer, wire::SpanField::kAttributes, attribute);

            const Replacement replacement{wire::SpanField::kAttributes, encoded};
            std::string rewritten;
            rewriteFields(bytes, {&replacement, 1}, rewritten);
            proto::trace::v1::Span again;
            QVERIFY(again.ParseFromString(rewritten));
            for (auto& attribute : *span.mutable_attributes())
                attribute.mutable_value(); // An absent value is written as an empty one.
            for (auto& attribute : *span.mutable_attributes())
                presentValues(*attribute.mutable_value());
            const std::string difference = differenceOf(span, again);
            QVERIFY2(difference.empty(), difference.c_str());
        }
    }

    void attributesAreFoundWhereLibprotobufHasThem()
    {
        MessageGenerator generator(21);
        for (int n = 0; n < kMessages; ++n) {
            proto::resource::v1::Resource resource;
            generator.fill(resource, {});
            const std::string bytes = serialized(resource);
            int index = 0;
            for (AttributeReader reader(bytes, wire::ResourceField::kAttributes); reader.next(); ++index) {
                QCOMPARE(reader.key(), std::string_view(resource.attributes(index).key()));
                QCOMPARE(reader.value(), std::string_view(serialized(resource.attributes(index).value())));
                const auto& value = resource.attributes(index).value();
                const auto text = stringOf(reader.value());
                QCOMPARE(text.has_value(), value.has_string_value());
                QCOMPARE(text.value_or(std::string_view()), std::string_view(value.string_value()));
                const auto first = std::ranges::find_if(resource.attributes(),
                    [&](const auto& other) { return std::string_view(other.key()) == reader.key(); });
                QCOMPARE(*findAttribute(bytes, wire::ResourceField::kAttributes, reader.key()),
                    std::string_view(serialized(first->value())));
            }
            QCOMPARE(index, resource.attributes_size());
        }
    }

    void jsonRoundTripsThroughOurOwnReaderAndWriter_data() { addSignals(); }
    void jsonRoundTripsThroughOurOwnReaderAndWriter()
    {
        QFETCH(int, signalIndex);
        const auto signal = static_cast<Signal>(signalIndex);
        MessageGenerator generator(30);
        for (int n = 0; n < kMessages; ++n) {
            const auto request = newRequest(signal);
            generator.fill(*request, {});
            const auto json = protoToJson(signal, serialized(*request));
            QVERIFY(json);
            const auto bytes = jsonToProto(signal, *json);
            if (!bytes)
                QFAIL((bytes.error().text + "\n" + *json).c_str());
            const auto again = newRequest(signal);
            QVERIFY(again->ParseFromString(*bytes));
            const std::string difference = differenceOf(*request, *again);
            QVERIFY2(difference.empty(), difference.c_str());
            QCOMPARE(*protoToJson(signal, *bytes), *json);
        }
    }

    void ourJsonIsReadByLibprotobufAndTheirsByUs_data() { addSignals(); }
    void ourJsonIsReadByLibprotobufAndTheirsByUs()
    {
        QFETCH(int, signalIndex);
        const auto signal = static_cast<Signal>(signalIndex);
        MessageGenerator generator(40);
        for (int n = 0; n < kMessages / 4; ++n) {
            const auto request = newRequest(signal);
            generator.fill(*request, {.ids = false}); // Ids are base64 to libprotobuf.
            const auto json = protoToJson(signal, serialized(*request));
            QVERIFY(json);
            const auto theirs = newRequest(signal);
            const auto status = pb::util::JsonStringToMessage(*json, theirs.get());
            QVERIFY2(status.ok(), (status.ToString() + "\n" + *json).c_str());
            std::string difference = differenceOf(*request, *theirs);
            QVERIFY2(difference.empty(), difference.c_str());

            std::string theirJson;
            QVERIFY(pb::util::MessageToJsonString(*request, &theirJson).ok());
            const auto bytes = jsonToProto(signal, theirJson);
            if (!bytes)
                QFAIL((bytes.error().text + "\n" + theirJson).c_str());
            const auto ours = newRequest(signal);
            QVERIFY(ours->ParseFromString(*bytes));
            difference = differenceOf(*request, *ours);
            QVERIFY2(difference.empty(), difference.c_str());
        }
    }

    void mergedAndInterleavedMessagesBecomeTheSameJson_data() { addSignals(); }
    void mergedAndInterleavedMessagesBecomeTheSameJson()
    {
        // Two serialised messages in a row are one message to protobuf: singular messages merge, lists go on.
        QFETCH(int, signalIndex);
        const auto signal = static_cast<Signal>(signalIndex);
        const MessageType type = schemaOf(requestType(signal)).fields[0].message;
        MessageGenerator generator(50);
        for (int n = 0; n < kMessages; ++n) {
            const auto request = newRequest(signal);
            auto& factory = *pb::MessageFactory::generated_factory();
            const auto* descriptor = request->GetDescriptor()->field(0)->message_type();
            const std::unique_ptr<pb::Message> first(factory.GetPrototype(descriptor)->New());
            const std::unique_ptr<pb::Message> second(factory.GetPrototype(descriptor)->New());
            generator.fill(*first, {.maxDepth = 5});
            generator.fill(*second, {.maxDepth = 5});
            const std::string both = serialized(*first) + serialized(*second);
            const auto json = messageToJson(type, both);
            QVERIFY(json);
            const auto bytes = jsonToMessage(type, *json);
            QVERIFY(bytes);
            const std::unique_ptr<pb::Message> ours(factory.GetPrototype(descriptor)->New());
            QVERIFY(first->ParseFromString(both));
            QVERIFY(ours->ParseFromString(*bytes));
            const std::string difference = differenceOf(*first, *ours);
            QVERIFY2(difference.empty(), difference.c_str());
        }
    }

private:
    static void presentValues(proto::common::v1::AnyValue& value)
    {
        if (!value.has_kvlist_value()) {
            for (auto& item :
                *(value.has_array_value() ? value.mutable_array_value()->mutable_values() : &m_none))
                presentValues(item);
            return;
        }
        for (auto& entry : *value.mutable_kvlist_value()->mutable_values())
            presentValues(*entry.mutable_value());
    }

    static inline pb::RepeatedPtrField<proto::common::v1::AnyValue> m_none;
};

QTEST_GUILESS_MAIN(DifferentialTest)
#include "tst_differential.moc"
