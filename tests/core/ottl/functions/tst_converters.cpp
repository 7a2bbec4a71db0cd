#include "core/base/shared_bytes.h"
#include "core/otlp/scan.h"
#include "core/ottl/conversion.h"
#include "core/ottl/functions/all_functions.h"
#include "core/ottl/rule.h"

#include <QtTest>

#include "tests/support/otlp_builder.h"

using namespace sluice;

/// Evaluates expressions over one log record, as a rule would.
class ConvertersTest : public QObject {
    Q_OBJECT

private slots:
    void aConverterGivesWhatTheCollectorGives_data();
    void aConverterGivesWhatTheCollectorGives();
    void aLiteralThatCannotWorkIsRefusedWhenItIsRead_data();
    void aLiteralThatCannotWorkIsRefusedWhenItIsRead();
    void anArgumentThatCannotWorkFailsWhenItIsEvaluated_data();
    void anArgumentThatCannotWorkFailsWhenItIsEvaluated();
    void everyFunctionSaysWhatItIsForInOneLine();
};

namespace {

constexpr ottl::RuleOptions kLog{.context = ottl::Context::Log};

/// The value as a text, "parse" or "runtime" when there is none.
QString evaluated(const QString& expression)
{
    const auto compiled = ottl::ValueExpression::parse(expression.toStdString(), kLog);
    if (!compiled)
        return "parse";
    const std::string body = testing::logsRequest({{"shop", {{.time = 1, .body = std::string("text")}}}});
    otlp::ScannedRequest request;
    if (!otlp::scan(Signal::Logs, body, request))
        return "scan";
    Batch batch;
    batch.reset(request, {});
    ottl::Evaluation evaluation(batch.arena(), UnixTime(std::chrono::hours(24 * 365 * 50)));
    evaluation.begin(ottl::Item::ofRecord(batch, 0));
    const auto value = compiled->evaluate(evaluation);
    if (!value)
        return "runtime";
    if (value->is(ottl::Kind::Duration))
        return QString::fromStdString(ottl::durationText(value->integer()));
    if (value->isNil())
        return "nil";
    const auto text = ottl::toStringLike(*value, batch.arena());
    return text && *text ? QString::fromUtf8((*text)->data(), static_cast<qsizetype>((*text)->size()))
                         : "no text";
}

} // namespace

void ConvertersTest::aConverterGivesWhatTheCollectorGives_data()
{
    QTest::addColumn<QString>("expression");
    QTest::addColumn<QString>("expected");
    const std::pair<const char*, const char*> rows[] = {
        {R"(Int("0x10"))", "nil"},
        {R"(ParseInt("0x_1f", 0))", "31"},
        {R"(ParseInt("-zz", 36))", "-1295"},
        {R"(Split("aé", ""))", R"(["a","é"])"},
        {R"(Substring("héllo", 0, 2, true))", "h"},
        {R"(ConvertCase("HTTPServerID2x", "snake"))", "http_server_id_2_x"},
        {R"(ToCamelCase("HTTP_status"))", "HttpStatus"},
        {R"(ToUpperCase("straße"))", "STRAßE"},
        {R"(Trim("xxaxx", "x"))", "a"},
        {R"(FNV("abc"))", "-1792535898324117685"},
        {R"(Murmur3Hash("abc"))", "fa93ddb3"},
        {R"(Murmur3Hash128("abc"))", "6778ad3f3f3f96b4522dca264174a23b"},
        {R"(XXH3("abc"))", "78af5f94892f3950"},
        {R"(XXH128("abc"))", "06b05ab6733a618578af5f94892f3950"},
        {R"(MD5("x"))", "9dd4e461268c8034f5c8564e155c67a6"},
        {R"(Base64Encode("a?>", "base64-raw-url"))", "YT8-"},
        {R"(Decode("aGV5", "base64"))", "hey"},
        {R"(Decode(0xE9, "iso-8859-1"))", "é"},
        {R"(IsInCIDR("::ffff:10.1.2.3", ["10.9.9.9/8"]))", "true"},
        {R"(IsInCIDR("nope", ["10.0.0.0/8"]))", "false"},
        {R"(CommunityID("10.0.0.1", 1234, "10.0.0.2", 80))", "1:LzRJKgjvUJlC/VQLtISlfACcEzA="},
        {R"(CommunityID("10.0.0.2", 80, "10.0.0.1", 1234))", "1:LzRJKgjvUJlC/VQLtISlfACcEzA="},
        {R"(Sort([2, 1.5, 10]))", "[1.5,2,10]"},
        {R"(Sort(["b", 1, "a"], "desc"))", R"(["b","a",1])"},
        {R"(ToKeyValueString({"a":"1","b":"x y"}, sort_output=true))", R"(a=1 b="x y")"},
        {R"(Format("%05d|%-5s|%+d|%x|%q", [42, "ab", 7, 255, "q\"z"]))", R"(00042|ab   |+7|ff|"q\"z")"},
        {R"(Format("%d", ["x"]))", "%!d(string=x)"},
        {R"(Format("%d", [1, 2]))", "1%!(EXTRA int64=2)"},
        {R"(Format("%[2]s-%[1]s", ["a", "b"]))", "b-a"},
        {R"(Format("%v %v %v %.2f", [123456.0, 1234567.0, 0.00001, 2.005]))",
            "123456 1.234567e+06 1e-05 2.00"},
        {R"(Format("%s %d %", []))", "%!s(MISSING) %!d(MISSING) %!(NOVERB)"},
        {R"(ParseJSON("{\"a\":[01,null,\"\\u00e9\\ud83d\\ude00\"]}"))", R"({"a":[1,null,"é😀"]})"},
        {R"(ParseKeyValue("a='x y' b=\"\" c=1"))", R"({"a":"x y","b":"","c":"1"})"},
        {R"(ParseCSV("1,two,\"a,b\"", "x,y,z"))", R"({"x":"1","y":"two","z":"a,b"})"},
        {R"(ParseCSV("a,\"b", "x"))", R"({"x":"a"})"},
        {R"x(ExtractPatterns("id=77 ok", "id=(?P<id>\\d+)"))x", R"({"id":"77"})"},
        {R"(URL("http://u:p@h.example:80/a%20b.txt?q=1#f"))",
            R"({"url.domain":"h.example","url.extension":"txt","url.fragment":"f",)"
            R"("url.original":"http://u:p@h.example:80/a%20b.txt?q=1#f","url.password":"p",)"
            R"("url.path":"/a b.txt","url.port":80,"url.query":"q=1","url.scheme":"http",)"
            R"("url.user_info":"u:p","url.username":"u"})"},
        {R"(ParseSeverity(404, {"warn":[{"range":"4xx"}]}))", "warn"},
        {R"(Time("29/Feb/2024:13:05:09 +0200", "%d/%b/%Y:%H:%M:%S %z"))", R"("2024-02-29T13:05:09+02:00")"},
        {R"(Time("02/29/24", "%D", "UTC"))", R"("2024-02-29T00:00:00Z")"},
        {R"(Time("2024-01-01 12", "%Y-%m-%d %H", "America/New_York"))", R"("2024-01-01T12:00:00-05:00")"},
        {R"(Time("mardi 5 mars 2024", "%A %e %B %Y", "UTC", "fr"))", R"("2024-03-05T00:00:00Z")"},
        {R"(Time("2024-01-01 10:00 EST", "%Y-%m-%d %H:%M %Z"))", R"("2024-01-01T10:00:00-05:00")"},
        {R"(FormatTime(Time("2024-07-01 12", "%Y-%m-%d %H", "America/New_York"), "%FT%T%z %Z"))",
            "2024-07-01T12:00:00-0400 EDT"},
        {R"(FormatTime(Unix(1719835200), "%D|%R|%r|%q|%g|%o"))", "07/01/2024|12:00|12:00:00 pm|7|1|_7"},
        {R"(FormatTime(Time("2050-07-01 12", "%Y-%m-%d %H", "Europe/Berlin"), "%j"))", "+02:00"},
        {R"(TruncateTime(Unix(3599, 5), Duration("1h")))", R"("1970-01-01T00:00:00Z")"},
        {R"(Duration("-1.5h"))", "-1h30m0s"},
        {R"(Seconds(Duration("1500ms")))", "1.5"},
        {R"(Weekday(Unix(1719835200)))", "1"},
    };
    for (const auto& [expression, expected] : rows)
        QTest::newRow(expression) << QString::fromUtf8(expression) << QString::fromUtf8(expected);
}

void ConvertersTest::aConverterGivesWhatTheCollectorGives()
{
    QFETCH(QString, expression);
    QFETCH(QString, expected);
    QCOMPARE(evaluated(expression), expected);
}

void ConvertersTest::aLiteralThatCannotWorkIsRefusedWhenItIsRead_data()
{
    QTest::addColumn<QString>("expression");
    for (const char* const expression :
        {R"(Time("2024", "%Q"))", R"(Time("2024", ""))", R"(FormatTime(Now(), "2006"))",
            R"(Time("1", "%Y", "Nowhere/City"))", R"(Time("1", "%Y", locale="xx"))", R"(TraceID("zz"))",
            R"(IsInCIDR("1.2.3.4", ["1.2.3.4"]))", R"(Decode("x", "klingon"))", R"(Coalesce([]))",
            R"(ParseCSV("a", "b", "||"))", R"(ParseKeyValue("a=1", "", ""))", R"(Sort([1], "up"))",
            R"x(ExtractPatterns("x", "("))x", R"(ConvertCase("x", "title"))"})
        QTest::newRow(expression) << QString::fromUtf8(expression);
}

void ConvertersTest::aLiteralThatCannotWorkIsRefusedWhenItIsRead()
{
    QFETCH(QString, expression);
    QCOMPARE(evaluated(expression), QString("parse"));
}

void ConvertersTest::anArgumentThatCannotWorkFailsWhenItIsEvaluated_data()
{
    QTest::addColumn<QString>("expression");
    for (const char* const expression :
        {R"(Time("2024-02-30", "%Y-%m-%d"))", R"(Time("2024-01-01 extra", "%Y-%m-%d"))",
            R"(ParseInt("", 10))", R"(ParseInt("7", 1))", R"(Substring("hello", 3, 9))",
            R"(ParseJSON("{\"a\":}"))", R"(ParseJSON("1"))", R"(ParseKeyValue("a='x"))",
            R"(ParseCSV("a,b", "x"))", R"(URL(""))", R"(IsValidLuhn("12a"))", R"(Log(0))",
            R"(SliceToMap(ParseJSON("[1]"), ["k"]))", R"(Duration("1d"))", R"(Base64Decode("!"))"})
        QTest::newRow(expression) << QString::fromUtf8(expression);
}

void ConvertersTest::anArgumentThatCannotWorkFailsWhenItIsEvaluated()
{
    QFETCH(QString, expression);
    QCOMPARE(evaluated(expression), QString("runtime"));
}

void ConvertersTest::everyFunctionSaysWhatItIsForInOneLine()
{
    for (const auto family : ottl::functionFamilies()) {
        for (const ottl::Function& function : family)
            QVERIFY2(!function.help.empty() && function.help.find('\n') == std::string_view::npos,
                std::string(function.name).c_str());
    }
}

QTEST_GUILESS_MAIN(ConvertersTest)
#include "tst_converters.moc"
