#include "core/pipeline/batch.h"
#include "core/wire/otlp_fields.h"
#include "core/wire/reader.h"

#include <QTest>

#include "tests/core/processors/judged.h"

using namespace sluice;
using namespace sluice::test;

namespace {

/// A request being edited.
struct Edited {
    Edited(Signal signal, const std::string& json)
        : request(requestOf(signal, json))
    {
        if (otlp::scan(signal, request.body.view(), scanned))
            batch.reset(scanned, request.body, 1);
    }

    std::string json() { return otlp::protoToJson(request.signal, batch.encode().view()).value(); }

    JudgedRequest request;
    otlp::ScannedRequest scanned;
    Batch batch;
};

std::string metrics()
{
    return R"({"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"m","unit":"s","sum":{"dataPoints":[)"
           R"({"asInt":"1","timeUnixNano":"5"},{"asInt":"2"}],"aggregationTemporality":2,"isMonotonic":true}}]}]}]})";
}

} // namespace

class BatchTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anEditedFieldIsWrittenAndSeenInTheView()
    {
        Edited edited(Signal::Traces, spans({R"("name":"a","kind":1)", R"("name":"b")"}));
        Message& span = edited.batch.message(0);
        QCOMPARE(span.integer(wire::SpanField::kKind), 1);
        span.setText(wire::SpanField::kName, "new");
        span.setInteger(wire::SpanField::kKind, 0);
        span.child(wire::SpanField::kStatus).setInteger(wire::StatusField::kCode, 2);
        QCOMPARE(edited.batch.record(0).name, std::string_view("new"));
        QCOMPARE(edited.batch.record(0).kind, std::uint8_t{0});
        QCOMPARE(edited.batch.record(0).status, std::uint8_t{2});
        const std::string json = edited.json();
        QVERIFY(json.find(R"("name":"new")") != std::string::npos);
        QVERIFY(json.find(R"("name":"b")") != std::string::npos);
        QVERIFY(json.find("kind") == std::string::npos);
        QVERIFY(json.find(R"("code":2)") != std::string::npos);
    }

    void readingChangesNothing()
    {
        Edited edited(Signal::Traces, spans({R"("name":"a","events":[{"name":"e"}],"status":{"code":1})"}));
        Message& span = edited.batch.message(0);
        QCOMPARE(span.children(wire::SpanField::kEvents).size(), 1U);
        QCOMPARE(span.children(wire::SpanField::kEvents)[0]->text(wire::SpanEventField::kName),
            std::string_view("e"));
        QVERIFY(span.find(wire::SpanField::kStatus) != nullptr);
        QVERIFY(span.attributes().isEmpty());
        QVERIFY(!span.isChanged());
        QCOMPARE(edited.batch.encode().view().data(), edited.request.body.view().data());
    }

    void unknownFieldsOfAnEditedMessageStay()
    {
        std::string bytes("\x2A\x01"
                          "a"
                          "\x98\x06\x07",
            6); // name, and field 99.
        Arena arena;
        Message& span = *Message::read(otlp::MessageType::Span, bytes, arena);
        span.setText(wire::SpanField::kName, "b");
        QCOMPARE(std::string(span.encoded()),
            std::string("\x2A\x01"
                        "b"
                        "\x98\x06\x07",
                6));
    }

    void aSumBecomesAGaugeAndKeepsItsPoints()
    {
        Edited edited(Signal::Metrics, metrics());
        edited.batch.metric(0).child(wire::MetricField::kGauge);
        QCOMPARE(edited.batch.request().metrics[0].type, std::uint8_t{wire::MetricField::kGauge});
        const std::string json = edited.json();
        QVERIFY(json.find("\"gauge\":{\"dataPoints\":[{") != std::string::npos);
        QVERIFY(json.find("isMonotonic") == std::string::npos);
        QVERIFY(json.find(R"("asInt":"2")") != std::string::npos);
    }

    void recordsMoveToMadeResourcesAndKeepTheirOrigin()
    {
        Edited edited(Signal::Traces, spans({R"("name":"a")", R"("name":"b")", R"("name":"c")"}));
        const std::uint32_t resource = edited.batch.addResource({}, "https://schema/1");
        const std::uint32_t scope = edited.batch.addScope(resource, {}, {});
        edited.batch.moveRecord(0, scope);
        const std::uint32_t made = edited.batch.addRecord(scope, "\x2A\x04made");
        QCOMPARE(made, 3U);
        QCOMPARE(edited.batch.origin(made), 0U);
        otlp::ScannedRequest written;
        const SharedBytes payload = edited.batch.encode();
        QVERIFY(otlp::scan(Signal::Traces, payload.view(), written).has_value());
        std::vector<std::string> names;
        for (const otlp::RecordView& record : written.records)
            names.emplace_back(record.name);
        QCOMPARE(names, (std::vector<std::string>{"b", "c", "a", "made"}));
        QCOMPARE(written.resources.size(), 2U);
        QCOMPARE(written.resources[1].schemaUrl, std::string_view("https://schema/1"));
        QCOMPARE(edited.batch.keptOrigins(), (std::vector<std::uint64_t>{2, 3, 1, 0}));
    }

    void pointsMoveToAMadeMetric()
    {
        Edited edited(Signal::Metrics, metrics());
        const std::string_view like = edited.batch.encodedMetric(0);
        const std::uint32_t metric = edited.batch.addMetric(0, like);
        edited.batch.metric(metric).setText(wire::MetricField::kName, "other");
        edited.batch.moveRecord(1, metric);
        QCOMPARE(edited.batch.record(1).name, std::string_view("other"));
        otlp::ScannedRequest written;
        const SharedBytes payload = edited.batch.encode();
        QVERIFY(otlp::scan(Signal::Metrics, payload.view(), written).has_value());
        QCOMPARE(written.metrics.size(), 2U);
        QCOMPARE(written.metrics[1].name, std::string_view("other"));
        QCOMPARE(written.metrics[1].temporality, std::uint8_t{2});
        QVERIFY(written.metrics[1].isMonotonic);
        QCOMPARE(written.records[1].metric, 1U);
    }
};

QTEST_GUILESS_MAIN(BatchTest)
#include "tst_batch.moc"
