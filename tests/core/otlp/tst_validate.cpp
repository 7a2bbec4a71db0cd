#include "core/otlp/attributes.h"
#include "core/otlp/validate.h"
#include "core/wire/otlp_fields.h"
#include "core/wire/writer.h"

#include <QTest>

#include "requests.h"

using namespace sluice;
using namespace sluice::otlp;
using namespace sluice::tests;
using namespace sluice::wire;

namespace {

/// A log body of `levels` lists in one another; each is two messages deep.
std::string nestedBody(int levels)
{
    std::string value = field(AnyValueField::kStringValue, "core");
    for (int i = 0; i < levels; ++i)
        value = field(AnyValueField::kArrayValue, field(ArrayValueField::kValues, value));
    return request(field(2, field(LogRecordField::kBody, value)));
}

} // namespace

class ValidateTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatTheScanDoesNotLookIntoIsChecked_data()
    {
        QTest::addColumn<QByteArray>("spanFields");
        QTest::addColumn<QByteArray>("text");
        const auto row = [](const char* name, const std::string& bytes, const char* text) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes) << QByteArray(text);
        };
        row("attribute breaks off", field(SpanField::kAttributes, "\x0A\x05zzz"),
            "KeyValue: the message ends inside a field");
        row("value is a group", field(SpanField::kAttributes, field(KeyValueField::kValue, "\x0B")),
            "AnyValue: a group, which OTLP does not have");
        row("link with a short trace id", field(SpanField::kLinks, field(SpanLinkField::kTraceId, "1234")),
            "SpanLink.trace_id: 4 bytes, expected 16");
        row("event breaks off", field(SpanField::kEvents, "\x09"),
            "SpanEvent: the message ends inside a field");
    }
    void whatTheScanDoesNotLookIntoIsChecked()
    {
        QFETCH(QByteArray, spanFields);
        QFETCH(QByteArray, text);
        const std::string bytes = request(span("x", spanFields.toStdString()));
        ScannedRequest scanned;
        QVERIFY(scan(Signal::Traces, bytes, scanned));
        const auto result = validate(Signal::Traces, bytes);
        QVERIFY(!result);
        const QByteArray got = QByteArray::fromStdString(result.error().text);
        QCOMPARE(got.mid(got.indexOf(':')), text.mid(text.indexOf(':')));
        QVERIFY(result.error().offset > 0);
    }

    void packedNumbersMustBeWhole()
    {
        const std::string point = field(HistogramDataPointField::kBucketCounts, "1234567");
        const std::string bytes
            = request(field(2, field(MetricField::kHistogram, field(HistogramField::kDataPoints, point))));
        const auto result = validate(Signal::Metrics, bytes);
        QVERIFY(!result);
        QCOMPARE(
            result.error().text, std::string("HistogramDataPoint.bucket_counts: packed numbers break off"));
    }

    void nestingUpToTheLimitIsTakenAndBeyondItRefused()
    {
        // Request, resource, scope, record and body come before the lists: five levels, the first of which
        // counts 0.
        const int fitting = (kMaxDepth - 4) / 2;
        QVERIFY(validate(Signal::Logs, nestedBody(fitting)));
        const auto result = validate(Signal::Logs, nestedBody(fitting + 1));
        QVERIFY(!result);
        QVERIFY(QByteArray::fromStdString(result.error().text).endsWith("nested too deeply"));
    }

    void unknownFieldsAreNotLookedInto()
    {
        QVERIFY(validate(Signal::Traces, request(span("x", field(999, "\x0B\xFF")))));
    }
};

QTEST_GUILESS_MAIN(ValidateTest)
#include "tst_validate.moc"
