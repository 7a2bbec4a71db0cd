#include "core/otlp/scan.h"
#include "core/wire/otlp_fields.h"
#include "core/wire/writer.h"

#include <QTest>

#include "requests.h"

using namespace sluice;
using namespace sluice::otlp;
using namespace sluice::tests;
using namespace sluice::wire;

class ScanTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anEmptyRequestHoldsNothing_data()
    {
        QTest::addColumn<int>("signalIndex");
        for (const Signal signal : kSignals)
            QTest::newRow(std::string(nameOf(signal)).c_str()) << static_cast<int>(signal);
    }
    void anEmptyRequestHoldsNothing()
    {
        QFETCH(int, signalIndex);
        ScannedRequest scanned;
        QVERIFY(scan(static_cast<Signal>(signalIndex), {}, scanned));
        QVERIFY(scanned.resources.empty());
        QVERIFY(scan(static_cast<Signal>(signalIndex), field(1, field(2, {})), scanned));
        QCOMPARE(scanned.scopes.size(), 1U);
        QVERIFY(scanned.records.empty());
    }

    void whatIsWrongWithASpanIsFoundAndTheSpanIsKept_data()
    {
        QTest::addColumn<QByteArray>("spanBytes");
        QTest::addColumn<int>("findings");
        const auto row = [](const char* name, const std::string& bytes, int findings) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes) << findings;
        };
        const std::string ids
            = field(SpanField::kTraceId, "0123456789abcdef") + field(SpanField::kSpanId, "01234567");
        const std::string name = field(SpanField::kName, "GET /");
        row("nothing", ids + name, 0);
        row("no ids", name, kMissingTraceId | kMissingSpanId);
        row("ids of zeros",
            field(SpanField::kTraceId, std::string(16, '\0'))
                + field(SpanField::kSpanId, std::string(8, '\0')) + name,
            kMissingTraceId | kMissingSpanId);
        row("no name", ids, kMissingName);
        row("empty name", ids + field(SpanField::kName, ""), kMissingName);
        row("name in Latin-1", ids + field(SpanField::kName, "caf\xE9"), kInvalidUtf8);
        row("ends before it starts", ids + name + message([](Writer& writer) {
            writer.fixed64(SpanField::kStartTimeUnixNano, 2);
            writer.fixed64(SpanField::kEndTimeUnixNano, 1);
        }),
            kEndBeforeStart);
        row("a name that is a number is no name",
            ids + message([](Writer& writer) { writer.varint(SpanField::kName, 7); }), kMissingName);
    }
    void whatIsWrongWithASpanIsFoundAndTheSpanIsKept()
    {
        QFETCH(QByteArray, spanBytes);
        QFETCH(int, findings);
        const std::string bytes = request(field(2, spanBytes.toStdString()));
        ScannedRequest scanned;
        QVERIFY(scan(Signal::Traces, bytes, scanned));
        QCOMPARE(scanned.records.size(), 1U);
        QCOMPARE(static_cast<int>(scanned.records[0].findings), findings);
        QCOMPARE(scanned.records[0].message,
            std::string_view(spanBytes.constData(), static_cast<std::size_t>(spanBytes.size())));
    }

    void aLogNeedsNoIdsAndNoName()
    {
        const std::string bytes
            = request(field(2, field(LogRecordField::kBody, field(AnyValueField::kStringValue, "hi"))));
        ScannedRequest scanned;
        QVERIFY(scan(Signal::Logs, bytes, scanned));
        QCOMPARE(scanned.records.size(), 1U);
        QCOMPARE(static_cast<int>(scanned.records[0].findings), 0);
    }

    void aLogWithoutATimeHasTheTimeOfItsObservation()
    {
        const std::string bytes = request(field(
            2, message([](Writer& writer) { writer.fixed64(LogRecordField::kObservedTimeUnixNano, 5); })));
        ScannedRequest scanned;
        QVERIFY(scan(Signal::Logs, bytes, scanned));
        QCOMPARE(scanned.records[0].startUnixNano, 5U);
        QCOMPARE(scanned.records[0].endUnixNano, 5U);
    }

    void aRefusalNamesItsPlace_data()
    {
        QTest::addColumn<int>("signalIndex");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("offset");
        const auto row
            = [](const char* name, Signal signal, const std::string& bytes, const char* text, int offset) {
                  QTest::newRow(name) << static_cast<int>(signal) << QByteArray::fromStdString(bytes)
                                      << QByteArray(text) << offset;
              };
        row("short trace id", Signal::Traces,
            request(span("a") + field(2, field(SpanField::kTraceId, "12345"))),
            "resource_spans[0].scope_spans[0].spans[1].trace_id: 5 bytes, expected 16", 41);
        row("long span id", Signal::Traces,
            field(1, {}) + request(field(2, field(SpanField::kSpanId, "123456789"))),
            "resource_spans[1].scope_spans[0].spans[0].span_id: 9 bytes, expected 8", 10);
        row("parent id in text", Signal::Traces,
            field(1, field(2, {}) + field(2, field(2, field(SpanField::kParentSpanId, "0123456789abcdef")))),
            "resource_spans[0].scope_spans[1].spans[0].parent_span_id: 16 bytes, expected 8", 10);
        row("log's trace id", Signal::Logs, request(field(2, field(LogRecordField::kTraceId, "x"))),
            "resource_logs[0].scope_logs[0].log_records[0].trace_id: 1 bytes, expected 16", 8);
        row("broken request", Signal::Traces, "\x0A\x7F", "request: the message ends inside a field", 0);
        row("broken resource", Signal::Traces, field(1, "\x12\x7F"),
            "resource_spans[0]: the message ends inside a field", 2);
        row("broken scope", Signal::Metrics, field(1, field(2, "\x12\x7F")),
            "resource_metrics[0].scope_metrics[0]: the message ends inside a field", 4);
        row("broken span", Signal::Traces, request(field(2, "\x0B")),
            "resource_spans[0].scope_spans[0].spans[0]: a group, which OTLP does not have", 6);
        row("broken status", Signal::Traces, request(field(2, field(SpanField::kStatus, "\x18"))),
            "resource_spans[0].scope_spans[0].spans[0].status: the message ends inside a field", 8);
        row("broken data", Signal::Metrics, request(field(2, field(MetricField::kSum, "\x0A\x01"))),
            "resource_metrics[0].scope_metrics[0].metrics[0].data: the message ends inside a field", 8);
        row("broken point", Signal::Metrics, request(field(2, field(MetricField::kGauge, field(1, "\x01")))),
            "resource_metrics[0].scope_metrics[0].metrics[0].data.data_points: an impossible field number or "
            "wire type",
            10);
    }
    void aRefusalNamesItsPlace()
    {
        QFETCH(int, signalIndex);
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, text);
        QFETCH(int, offset);
        const std::string input = bytes.toStdString();
        ScannedRequest scanned;
        const auto result = scan(static_cast<Signal>(signalIndex), input, scanned);
        QVERIFY(!result);
        QCOMPARE(QByteArray::fromStdString(result.error().text), text);
        QCOMPARE(static_cast<int>(result.error().offset), offset);
    }

    void theServiceNameIsReadWhereverTheResourceStands()
    {
        const std::string resource
            = field(1, attribute(1, "host.name", "a") + attribute(1, "service.name", "shop"));
        const std::string scope = field(2, span("x"));
        const std::string bytes = field(1, resource + scope) + field(1, scope + resource) + field(1, scope);
        ScannedRequest scanned;
        QVERIFY(scan(Signal::Traces, bytes, scanned));
        QCOMPARE(scanned.resources[0].serviceName, std::string_view("shop"));
        QCOMPARE(scanned.resources[1].serviceName, std::string_view("shop"));
        QCOMPARE(scanned.resources[2].serviceName, std::string_view());
    }

    void libraryListsOfOldSendersAreScopes()
    {
        const std::string old
            = field(ResourceSpansField::kInstrumentationLibrary, field(1, field(1, "lib")) + span("old"));
        ScannedRequest scanned;
        const std::string alone = field(1, old);
        QVERIFY(scan(Signal::Traces, alone, scanned));
        QCOMPARE(scanned.scopes.size(), 1U);
        QCOMPARE(scanned.records[0].name, std::string_view("old"));
        // Transition senders wrote both, with the same content.
        const std::string both = field(1, old + field(2, span("new")));
        QVERIFY(scan(Signal::Traces, both, scanned));
        QCOMPARE(scanned.records.size(), 1U);
        QCOMPARE(scanned.records[0].name, std::string_view("new"));
    }

    void theLastKindOfDataOfAMetricCounts()
    {
        const std::string metric = field(MetricField::kName, "m")
            + field(MetricField::kSum, field(1, {}) + message([](Writer& writer) {
                  writer.varint(SumField::kAggregationTemporality, 2);
                  writer.boolean(SumField::kIsMonotonic, true);
              }))
            + field(MetricField::kGauge, field(1, {}) + field(1, {}));
        const std::string bytes = request(field(2, metric));
        ScannedRequest scanned;
        QVERIFY(scan(Signal::Metrics, bytes, scanned));
        QCOMPARE(scanned.records.size(), 2U);
        QCOMPARE(static_cast<int>(scanned.metrics[0].type), 5);
        QCOMPARE(static_cast<int>(scanned.metrics[0].temporality), 0);
        QVERIFY(!scanned.metrics[0].isMonotonic);
    }

    void everyPointHasTheNameOfItsMetricEvenWhenItComesLast()
    {
        const std::string bytes = request(field(
            2, field(MetricField::kGauge, field(1, {}) + field(1, {})) + field(MetricField::kName, "late")));
        ScannedRequest scanned;
        QVERIFY(scan(Signal::Metrics, bytes, scanned));
        QCOMPARE(scanned.records.size(), 2U);
        for (const RecordView& record : scanned.records)
            QCOMPARE(record.name, std::string_view("late"));
    }

    void scanningAgainForgetsTheLastRequest()
    {
        ScannedRequest scanned;
        const std::string first = request(span("a") + span("b"));
        QVERIFY(scan(Signal::Traces, first, scanned));
        const std::string second = request(span("c"));
        QVERIFY(scan(Signal::Traces, second, scanned));
        QCOMPARE(scanned.records.size(), 1U);
        QCOMPARE(scanned.resources.size(), 1U);
    }
};

QTEST_GUILESS_MAIN(ScanTest)
#include "tst_scan.moc"
