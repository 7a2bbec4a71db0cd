#include "core/otlp/json.h" // First: moc stumbles over the standard headers that the next one begins with.
#include "core/otlp/schema.h"

#include <QTest>

#include <google/protobuf/descriptor.h>
#include <opentelemetry/proto/collector/logs/v1/logs_service.pb.h>
#include <opentelemetry/proto/collector/metrics/v1/metrics_service.pb.h>
#include <opentelemetry/proto/collector/trace/v1/trace_service.pb.h>

using namespace sluice::otlp;
using google::protobuf::FieldDescriptor;

namespace {

int protobufType(Kind kind)
{
    switch (kind) {
    case Kind::String: return FieldDescriptor::TYPE_STRING;
    case Kind::Bytes:
    case Kind::TraceId:
    case Kind::SpanId: return FieldDescriptor::TYPE_BYTES;
    case Kind::Bool: return FieldDescriptor::TYPE_BOOL;
    case Kind::Int32: return FieldDescriptor::TYPE_INT32;
    case Kind::Int64: return FieldDescriptor::TYPE_INT64;
    case Kind::Uint32: return FieldDescriptor::TYPE_UINT32;
    case Kind::Uint64: return FieldDescriptor::TYPE_UINT64;
    case Kind::Sint32: return FieldDescriptor::TYPE_SINT32;
    case Kind::Fixed32: return FieldDescriptor::TYPE_FIXED32;
    case Kind::Fixed64: return FieldDescriptor::TYPE_FIXED64;
    case Kind::Sfixed64: return FieldDescriptor::TYPE_SFIXED64;
    case Kind::Double: return FieldDescriptor::TYPE_DOUBLE;
    case Kind::Enum: return FieldDescriptor::TYPE_ENUM;
    case Kind::Message: return FieldDescriptor::TYPE_MESSAGE;
    }
    return 0;
}

Label expectedLabel(const FieldDescriptor& field)
{
    if (field.is_repeated())
        return Label::Repeated;
    if (field.real_containing_oneof() != nullptr)
        return Label::Oneof;
    return field.has_presence() ? Label::Optional : Label::Implicit;
}

bool isId(Kind kind)
{
    return kind == Kind::TraceId || kind == Kind::SpanId;
}

} // namespace

class SchemaTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        // Naming one message of each file links the files' descriptors in.
        opentelemetry::proto::collector::trace::v1::ExportTraceServiceRequest::descriptor();
        opentelemetry::proto::collector::metrics::v1::ExportMetricsServiceRequest::descriptor();
        opentelemetry::proto::collector::logs::v1::ExportLogsServiceRequest::descriptor();
    }

    void everyMessageIsThatOfTheProtoFiles()
    {
        const auto* pool = google::protobuf::DescriptorPool::generated_pool();
        for (int i = 0; i < static_cast<int>(MessageType::RpcStatus); ++i) {
            const MessageSchema& message = schemaOf(static_cast<MessageType>(i));
            const auto* descriptor = pool->FindMessageTypeByName(std::string(message.name));
            QVERIFY2(descriptor != nullptr, std::string(message.name).c_str());
            int known = 0;
            for (const FieldSchema& field : message.fields) {
                if (field.number == 1000)
                    continue; // Reserved today; what old senders put there is read.
                const auto* expected = descriptor->FindFieldByNumber(static_cast<int>(field.number));
                QVERIFY2(
                    expected != nullptr, (std::string(message.name) + '.' + std::string(field.name)).c_str());
                QCOMPARE(field.name, std::string_view(expected->name()));
                QCOMPARE(field.jsonName, std::string_view(expected->json_name()));
                QCOMPARE(protobufType(field.kind), static_cast<int>(expected->type()));
                QCOMPARE(isId(field.kind),
                    field.jsonName.ends_with("raceId") || field.jsonName.ends_with("panId"));
                QCOMPARE(field.label, expectedLabel(*expected));
                if (field.kind == Kind::Message)
                    QCOMPARE(
                        std::string(schemaOf(field.message).name), expected->message_type()->full_name());
                ++known;
            }
            QCOMPARE(known, descriptor->field_count());
        }
    }

    void everyEnumIsThatOfTheProtoFiles()
    {
        const auto* pool = google::protobuf::DescriptorPool::generated_pool();
        const std::pair<EnumType, const char*> enums[]
            = {{EnumType::SpanKind, "opentelemetry.proto.trace.v1.Span.SpanKind"},
                {EnumType::StatusCode, "opentelemetry.proto.trace.v1.Status.StatusCode"},
                {EnumType::AggregationTemporality, "opentelemetry.proto.metrics.v1.AggregationTemporality"},
                {EnumType::SeverityNumber, "opentelemetry.proto.logs.v1.SeverityNumber"}};
        for (const auto& [type, name] : enums) {
            const auto* descriptor = pool->FindEnumTypeByName(name);
            QVERIFY(descriptor != nullptr);
            QCOMPARE(static_cast<int>(valuesOf(type).size()), descriptor->value_count());
            for (const EnumValue& value : valuesOf(type)) {
                const auto* expected = descriptor->FindValueByName(std::string(value.name));
                QVERIFY2(expected != nullptr, std::string(value.name).c_str());
                QCOMPARE(value.number, expected->number());
            }
        }
    }
};

QTEST_GUILESS_MAIN(SchemaTest)
#include "tst_schema.moc"
