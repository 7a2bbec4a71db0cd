#include "core/otlp/json.h"

#include <QTest>

#include <string>

#include "requests.h"

using namespace sluice;
using namespace sluice::otlp;
using namespace sluice::tests;
using namespace sluice::wire;

namespace {

/// Reads `json` as a message and writes it again: what was understood.
QByteArray normal(MessageType type, const QByteArray& json)
{
    const std::string text = json.toStdString();
    const auto bytes = jsonToMessage(type, text);
    if (!bytes)
        return "ERROR " + QByteArray::fromStdString(bytes.error().text);
    const auto again = messageToJson(type, *bytes);
    return again ? QByteArray::fromStdString(*again) : QByteArray("not written");
}

/// A request whose `depth` lists lie in one another.
std::string nestedLists(int depth)
{
    std::string json = R"({"stringValue":"core"})";
    for (int i = 0; i < depth; ++i)
        json = R"({"arrayValue":{"values":[)" + json + "]}}";
    return json;
}

} // namespace

class JsonTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatSendersWriteIsUnderstood_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("understood");
        const auto row = [](const char* name, MessageType type, const char* json, const char* understood) {
            QTest::newRow(name) << static_cast<int>(type) << QByteArray(json) << QByteArray(understood);
        };
        using enum MessageType;

        row("upper-case ids", Span,
            R"({"traceId":"0123456789ABCDEF0123456789ABCDEF","spanId":"00f067aa0BA902B7"})",
            R"({"traceId":"0123456789abcdef0123456789abcdef","spanId":"00f067aa0ba902b7"})");
        row("empty ids are absent", Span, R"({"traceId":"","parentSpanId":"","name":"x"})",
            R"({"name":"x"})");
        row("enum as name", Span, R"({"kind":"SPAN_KIND_SERVER"})", R"({"kind":2})");
        row("enum as number in quotes", Span, R"({"kind":"3"})", R"({"kind":3})");
        row("enum that nobody knows yet", Span, R"({"kind":77})", R"({"kind":77})");
        row("negative enum", Span, R"({"kind":-1})", R"({"kind":-1})");
        row("severity by name", LogRecord, R"({"severityNumber":"SEVERITY_NUMBER_FATAL4"})",
            R"({"severityNumber":24})");

        row("time as string", Span, R"({"startTimeUnixNano":"1544712660000000001"})",
            R"({"startTimeUnixNano":"1544712660000000001"})");
        row("time as number keeps its last digits", Span, R"({"startTimeUnixNano":1544712660000000001})",
            R"({"startTimeUnixNano":"1544712660000000001"})");
        row("time as JavaScript writes it without BigInt", Span,
            R"({"startTimeUnixNano":1.5447126600000001e18})",
            R"({"startTimeUnixNano":"1544712660000000000"})");
        row("the largest time", Span, R"({"endTimeUnixNano":"18446744073709551615"})",
            R"({"endTimeUnixNano":"18446744073709551615"})");
        row("32-bit number in quotes", Span, R"({"droppedAttributesCount":"5","flags":"257"})",
            R"({"flags":257,"droppedAttributesCount":5})");
        row("number with an empty fraction", Span, R"({"droppedLinksCount":5.0})",
            R"({"droppedLinksCount":5})");
        row("sint32", ExponentialHistogramDataPoint, R"({"scale":-3,"positive":{"offset":"-2147483648"}})",
            R"({"scale":-3,"positive":{"offset":-2147483648}})");

        row("int as string", AnyValue, R"({"intValue":"-9223372036854775808"})",
            R"({"intValue":"-9223372036854775808"})");
        row("int as number", AnyValue, R"({"intValue":9007199254740993})",
            R"({"intValue":"9007199254740993"})");
        row("int that is none any more", AnyValue, R"({"intValue":1e+21})", R"({"doubleValue":1e+21})");
        row("int of twenty-one digits", AnyValue, R"({"intValue":100000000000000000000})",
            R"({"doubleValue":1e+20})");
        row("int just too large", AnyValue, R"({"intValue":9223372036854775808})",
            R"({"doubleValue":9223372036854775808})");
        row("point just too large", NumberDataPoint, R"({"asInt":-1e300})", R"({"asDouble":-1e+300})");
        row("double of null is an empty value", KeyValue, R"({"key":"a","value":{"doubleValue":null}})",
            R"({"key":"a","value":{}})");
        row("double in words", HistogramDataPoint, R"({"sum":"NaN","min":"-Infinity","max":"Infinity"})",
            R"({"sum":"NaN","min":"-Infinity","max":"Infinity"})");
        row("double in quotes", AnyValue, R"({"doubleValue":"1.5e3"})", R"({"doubleValue":1500})");
        row("double too small to tell from 0", AnyValue, R"({"doubleValue":1e-999})", R"({"doubleValue":0})");
        row("minus zero", AnyValue, R"({"doubleValue":-0.0})", R"({"doubleValue":-0.0})");
        row("bool in quotes", AnyValue, R"({"boolValue":"true"})", R"({"boolValue":true})");

        row("defaults of a oneof are kept", KeyValue, R"({"key":"","value":{"stringValue":""}})",
            R"({"value":{"stringValue":""}})");
        row("zero of an optional is kept", HistogramDataPoint, R"({"sum":0,"count":0})", R"({"sum":0})");
        row("false, 0 and empty bytes are values", ArrayValue,
            R"({"values":[{"boolValue":false},{"intValue":"0"},{"bytesValue":""},{}]})",
            R"({"values":[{"boolValue":false},{"intValue":"0"},{"bytesValue":""},{}]})");
        row("present but empty messages are kept", Span, R"({"status":{}})", R"({"status":{}})");
        row("empty lists go", Span, R"({"attributes":[],"links":[],"events":[]})", "{}");

        row("null is absent", Span, R"({"name":null,"attributes":null,"status":null,"kind":null})", "{}");
        row("null elements are skipped", ArrayValue, R"({"values":[null,{"boolValue":true},null]})",
            R"({"values":[{"boolValue":true}]})");
        row("null among numbers", HistogramDataPoint, R"({"bucketCounts":[null,"1",2,null]})",
            R"({"bucketCounts":["1","2"]})");
        row("unknown keys are ignored", Span,
            R"({"x":{"y":[1,{"z":null}],"w":"\u0041"},"name":"n","q":-1.5e-3,"b":false})", R"({"name":"n"})");
        row("schemaUrl inside a resource, as JavaScript puts it", Resource,
            R"({"attributes":[],"schemaUrl":"u"})", "{}");
        row("names of the .proto file", Span,
            R"({"trace_id":"0123456789abcdef0123456789abcdef","start_time_unix_nano":7})",
            R"({"traceId":"0123456789abcdef0123456789abcdef","startTimeUnixNano":"7"})");
        row("the last of equal keys counts", Span, R"({"name":"a","kind":1,"name":"b","kind":0})",
            R"({"name":"b"})");
        row("the last of equal lists counts", Span,
            R"({"events":[{"name":"a"},{"name":"b"}],"kind":2,"events":[{"name":"c"}]})",
            R"({"kind":2,"events":[{"name":"c"}]})");
        row("the last of equal messages counts", Span,
            R"({"status":{"message":"m"},"name":"n","status":{"code":2}})",
            R"({"name":"n","status":{"code":2}})");
        row("both names of a key are one", Span, R"({"droppedLinksCount":1,"dropped_links_count":2})",
            R"({"droppedLinksCount":2})");
        row("the last member of a oneof counts", AnyValue,
            R"({"stringValue":"a","intValue":"1","boolValue":false})", R"({"boolValue":false})");
        row("a member that became another is replaced as such", AnyValue,
            R"({"intValue":1e30,"stringValue":"s"})", R"({"stringValue":"s"})");

        row("bytes in the URL alphabet without padding", AnyValue, R"({"bytesValue":"-_-_AQ"})",
            R"({"bytesValue":"+/+/AQ=="})");
        row("escapes", AnyValue,
            "{\"stringValue\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\u20AC\\ud83d\\ude00\"}",
            "{\"stringValue\":\"\\\"\\\\/\\b\\f\\n\\r\\t\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"}");
        row("escaped zero and control characters", AnyValue, R"({"stringValue":"\u0000\u001f"})",
            R"({"stringValue":"\u0000\u001f"})");
        row("half a surrogate pair", AnyValue, R"({"stringValue":"\ud83d!\ude00\ud83d\u0041"})",
            "{\"stringValue\":\"\xEF\xBF\xBD!\xEF\xBF\xBD\xEF\xBF\xBD"
            "A\"}");
        row("invalid UTF-8 is shown repaired", AnyValue, "{\"stringValue\":\"caf\xE9\"}",
            "{\"stringValue\":\"caf\xEF\xBF\xBD\"}");
        row("an escaped key", Span, R"({"n\u0061me":"n"})", R"({"name":"n"})");
        row("white space everywhere", Span, " \n{ \t\"name\" :\r\n\"n\" , \"kind\" : 1 } \n",
            R"({"name":"n","kind":1})");
        row("a byte order mark", Span, "\xEF\xBB\xBF{\"name\":\"n\"}", R"({"name":"n"})");

        row("libraries of old senders", ResourceSpans,
            R"({"instrumentationLibrarySpans":[{"instrumentationLibrary":{"name":"l"},"spans":[{"name":"s"}]}]})",
            R"({"deprecatedScopeSpans":[{"scope":{"name":"l"},"spans":[{"name":"s"}]}]})");
    }
    void whatSendersWriteIsUnderstood()
    {
        QFETCH(int, type);
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, understood);
        QCOMPARE(normal(static_cast<MessageType>(type), json), understood);
        QCOMPARE(normal(static_cast<MessageType>(type), understood), understood);
    }

    void aStringThatIsNotUtf8IsKeptByteForByte()
    {
        const auto bytes = jsonToMessage(MessageType::AnyValue, "{\"stringValue\":\"caf\xE9\"}");
        QVERIFY(bytes);
        QCOMPARE(*bytes, field(AnyValueField::kStringValue, "caf\xE9"));
    }

    void whatCannotBeReadIsRefusedWithItsPlace_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("offset");
        const auto row = [](const char* name, const char* json, const char* text, int offset = -1) {
            QTest::newRow(name) << QByteArray(json) << QByteArray(text) << offset;
        };
        row("nothing", "", "expected an object", 0);
        row("white space", "  \n", "expected an object", 3);
        row("a list", "[]", "expected an object", 0);
        row("null", "null", "expected an object", 0);
        row("text behind the end", "{} {}", "something stands behind the document's end", 3);
        row("unfinished", "{", "expected a key in quotes");
        row("trailing comma", R"({"x":1,})", "expected a key in quotes", 7);
        row("no comma", R"({"x":1 "y":2})", "expected ',' or '}'", 7);
        row("no colon", R"({"x" 1})", "expected ':'");
        row("bad word", R"({"x":nul})", "expected a value");
        row("bare NaN", R"({"x":NaN})", "expected a value");
        row("number with a leading zero", R"({"x":01})", "expected ',' or '}'");
        row("number without digits", R"({"x":-})", "expected a number");
        row("string without an end", "{\"x\":\"abc", "the document ends inside a string");
        row("unknown escape", R"({"x":"\q"})", "an unknown escape in a string");
        row("half an escape", "{\"x\":\"\\u12", "the document ends inside a string");
        row("escape that is not hexadecimal", R"({"x":"\u12g4"})", "\\u needs four hexadecimal digits");
        row("line break in a string", "{\"x\":\"a\nb\"}", "a control character inside a string", 7);

        row("no list", R"({"resourceSpans":{}})", "resourceSpans: expected an array");
        row("no object", R"({"resourceSpans":[1]})", "resourceSpans[0]: expected an object");
        row("number for a string", R"({"resourceSpans":[{"schemaUrl":1}]})",
            "resourceSpans[0].schemaUrl: expected a string");
        row("short id", R"({"resourceSpans":[{"scopeSpans":[{"spans":[{},{"traceId":"0123456789"}]}]}]})",
            "resourceSpans[0].scopeSpans[0].spans[1].traceId: 5 bytes, expected 16");
        row("odd id", R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"spanId":"012"}]}]}]})",
            R"(resourceSpans[0].scopeSpans[0].spans[0].spanId: "012" is not hexadecimal of whole bytes)");
        row("id in base64", R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"spanId":"APBnqgupArc="}]}]}]})",
            R"(resourceSpans[0].scopeSpans[0].spans[0].spanId: "APBnqgupArc=" is not hexadecimal)");
        row("id in a link", R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"links":[{"spanId":"01"}]}]}]}]})",
            "resourceSpans[0].scopeSpans[0].spans[0].links[0].spanId: 1 bytes, expected 8");
        row("unknown enum name", R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"kind":"SERVER"}]}]}]})",
            R"(resourceSpans[0].scopeSpans[0].spans[0].kind: "SERVER" is not an integer)");
        row("fraction", R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"kind":1.5}]}]}]})",
            "resourceSpans[0].scopeSpans[0].spans[0].kind: 1.5 is not an integer");
        row("out of 32 bits", R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"flags":4294967296}]}]}]})",
            "resourceSpans[0].scopeSpans[0].spans[0].flags: 4294967296 is out of range");
        row("negative count", R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"droppedLinksCount":-1}]}]}]})",
            "resourceSpans[0].scopeSpans[0].spans[0].droppedLinksCount: -1 is out of range");
        row("time beyond 64 bits",
            R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"endTimeUnixNano":"18446744073709551616"}]}]}]})",
            "resourceSpans[0].scopeSpans[0].spans[0].endTimeUnixNano: 18446744073709551616 is out of range");
        row("word for a number", R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"flags":"many"}]}]}]})",
            R"(resourceSpans[0].scopeSpans[0].spans[0].flags: "many" is not an integer)");
        row("double out of range",
            R"({"resourceSpans":[{"resource":{"attributes":[{"value":{"doubleValue":1e999}}]}}]})",
            "resourceSpans[0].resource.attributes[0].value.doubleValue: 1e999 is out of range");
        row("number for a bool",
            R"({"resourceSpans":[{"resource":{"attributes":[{"value":{"boolValue":1}}]}}]})",
            "resourceSpans[0].resource.attributes[0].value.boolValue: expected true or false");
        row("bytes that are not base64",
            R"({"resourceSpans":[{"resource":{"attributes":[{"value":{"bytesValue":"a"}}]}}]})",
            R"(resourceSpans[0].resource.attributes[0].value.bytesValue: "a" is not base64)");
    }
    void whatCannotBeReadIsRefusedWithItsPlace()
    {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, text);
        QFETCH(int, offset);
        const std::string input = json.toStdString();
        const auto result = jsonToProto(Signal::Traces, input);
        QVERIFY(!result);
        QCOMPARE(QByteArray::fromStdString(result.error().text), text);
        QVERIFY(result.error().offset <= input.size());
        if (offset >= 0)
            QCOMPARE(static_cast<int>(result.error().offset), offset);
    }

    void nestingIsLimited()
    {
        QVERIFY(jsonToMessage(MessageType::AnyValue, nestedLists(kMaxDepth / 2)));
        QVERIFY(!jsonToMessage(MessageType::AnyValue, nestedLists(kMaxDepth / 2 + 1)));
        const std::string unknown = R"({"x":)" + std::string(1000000, '[');
        QVERIFY(!jsonToMessage(MessageType::AnyValue, unknown));

        std::string value = field(AnyValueField::kStringValue, "core");
        for (int i = 0; i < kMaxDepth; ++i)
            value = field(AnyValueField::kArrayValue, field(ArrayValueField::kValues, value));
        QVERIFY(!messageToJson(MessageType::AnyValue, value));
    }

    void repeatedKeysCostNoMoreThanTheirBytes()
    {
        // Each key takes back what the one before it wrote; done naively this is quadratic.
        std::string json = R"({"attributes":[)";
        for (int i = 0; i < 20000; ++i)
            json += R"({"key":"k"},)";
        json.back() = ']';
        for (int i = 0; i < 20000; ++i)
            json += R"(,"name":"n","kind":1)";
        json += '}';
        const auto bytes = jsonToMessage(MessageType::Span, json);
        QVERIFY(bytes);
        QVERIFY(bytes->ends_with(field(SpanField::kName, "n")
            + message([](Writer& writer) { writer.varint(SpanField::kKind, 1); })));
    }

    void numbersAreReadPackedAndUnpacked()
    {
        const std::string packed = message([](Writer& writer) {
            writer.varint(BucketsField::kBucketCounts, 7);
            const auto nested = writer.begin(BucketsField::kBucketCounts);
            writer.bareVarint(8);
            writer.bareVarint(300);
            writer.end(nested);
            writer.varint(BucketsField::kBucketCounts, 9);
        });
        QCOMPARE(*messageToJson(MessageType::Buckets, packed),
            std::string(R"({"bucketCounts":["7","8","300","9"]})"));
    }

    void numbersOf32BitsLoseTheirUpperHalfAndThenCountAsDefaults()
    {
        const std::string span = message([](Writer& writer) {
            writer.varint(SpanField::kKind, std::uint64_t{1} << 32);
            writer.varint(SpanField::kDroppedLinksCount, (std::uint64_t{1} << 32) + 5);
        });
        QCOMPARE(*messageToJson(MessageType::Span, span), std::string(R"({"droppedLinksCount":5})"));
    }

    void brokenBytesAreRefusedWithTheMessageTheyAreIn()
    {
        const auto result = protoToJson(Signal::Traces, request(field(2, field(SpanField::kStatus, "\x18"))));
        QVERIFY(!result);
        QCOMPARE(result.error().text,
            std::string("opentelemetry.proto.trace.v1.Status: the message ends inside a field"));
        QCOMPARE(result.error().offset, 8U);
    }

    void theSignalIsToldByTheFirstKnownKey()
    {
        QCOMPARE(signalOfJson(R"({"resourceSpans":[]})"), std::optional(Signal::Traces));
        QCOMPARE(signalOfJson(R"( {"x":{"resourceSpans":1},"resource_metrics":[)"),
            std::optional(Signal::Metrics));
        QCOMPARE(signalOfJson(R"({"resourceLogs":null})"), std::optional(Signal::Logs));
        QCOMPARE(signalOfJson("{}"), std::optional<Signal>());
        QCOMPARE(signalOfJson(R"([{"resourceLogs":null}])"), std::optional<Signal>());
        QCOMPARE(signalOfJson(""), std::optional<Signal>());
    }
};

QTEST_GUILESS_MAIN(JsonTest)
#include "tst_json.moc"
