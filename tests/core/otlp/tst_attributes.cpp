#include "core/otlp/attributes.h"

#include <QTest>

#include <limits>

#include "requests.h"

using namespace sluice;
using namespace sluice::otlp;
using namespace sluice::tests;
using namespace sluice::wire;

namespace {

constexpr std::uint32_t kField = SpanField::kAttributes;

std::string encoded(const Value& value)
{
    std::string out;
    Writer writer(out);
    encodeValue(writer, value);
    return out;
}

} // namespace

class AttributesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyKindOfValueComesBack()
    {
        const std::array<Value, 3> items{Value::ofInt(-5), Value(), Value::ofString("x")};
        const std::array<KeyValue, 2> entries{
            KeyValue{"k", Value::ofDouble(0.5)}, KeyValue{"", Value::ofArray(items)}};
        const std::array<Value, 9> values{Value(), Value::ofString("text \xFF"), Value::ofString(""),
            Value::ofBool(false), Value::ofBool(true), Value::ofInt(std::numeric_limits<std::int64_t>::min()),
            Value::ofBytes(std::string_view("\0\1", 2)), Value::ofArray({}), Value::ofMap(entries)};
        for (const Value& value : values) {
            const std::string bytes = encoded(value);
            Arena arena;
            QVERIFY(decodeValue(bytes, arena) == value);
        }
    }

    void theFirstOfEqualKeysIsFound()
    {
        const std::string span
            = attribute(kField, "a", "1") + attribute(kField, "b", "2") + attribute(kField, "a", "3");
        const auto value = findAttribute(span, kField, "a");
        QVERIFY(value);
        QCOMPARE(stringOf(*value), std::optional<std::string_view>("1"));
        QVERIFY(!findAttribute(span, kField, "c"));
        Arena arena;
        QCOMPARE(decodeAttributes(span, kField, arena).size(), 3U);
    }

    void anAttributeWithoutAValueIsThereAndEmpty()
    {
        const std::string span = field(kField, field(KeyValueField::kKey, "a"));
        QCOMPARE(findAttribute(span, kField, "a"), std::optional<std::string_view>(""));
        Arena arena;
        const auto attributes = decodeAttributes(span, kField, arena);
        QCOMPARE(attributes.size(), 1U);
        QVERIFY(attributes[0].value.type() == ValueType::Empty);
    }

    void theLastMemberOfAValueCounts()
    {
        const std::string value = field(AnyValueField::kStringValue, "text")
            + message([](Writer& writer) { writer.integer(AnyValueField::kIntValue, 7); });
        QVERIFY(!stringOf(value));
        Arena arena;
        QVERIFY(decodeValue(value, arena) == Value::ofInt(7));
    }

    void aValueNestedBeyondTheLimitIsEmptyThere()
    {
        std::string value = field(AnyValueField::kStringValue, "core");
        for (int i = 0; i < 1000; ++i)
            value = field(AnyValueField::kArrayValue, field(ArrayValueField::kValues, value));
        Arena arena;
        Value inner = decodeValue(value, arena);
        int levels = 0;
        for (; inner.type() == ValueType::Array; inner = inner.items()[0])
            ++levels;
        QVERIFY(inner.type() == ValueType::Empty);
        QVERIFY(levels <= kMaxDepth);
    }

    void eachKindOfRecordHasItsAttributesField()
    {
        QCOMPARE(attributesField(Signal::Traces), 9U);
        QCOMPARE(attributesField(Signal::Logs), 6U);
        QCOMPARE(attributesField(Signal::Metrics, MetricField::kGauge), 7U);
        QCOMPARE(attributesField(Signal::Metrics, MetricField::kSum), 7U);
        QCOMPARE(attributesField(Signal::Metrics, MetricField::kHistogram), 9U);
        QCOMPARE(attributesField(Signal::Metrics, MetricField::kExponentialHistogram), 1U);
        QCOMPARE(attributesField(Signal::Metrics, MetricField::kSummary), 7U);
        QCOMPARE(attributesField(Signal::Metrics, 0), 12U);
    }
};

QTEST_GUILESS_MAIN(AttributesTest)
#include "tst_attributes.moc"
