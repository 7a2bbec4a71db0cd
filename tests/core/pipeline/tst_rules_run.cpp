#include "core/pipeline/rules_run.h"

#include <QTest>

#include <sstream>

using namespace sluice;

namespace {

class NoClock final : public Clock {
public:
    [[nodiscard]] UnixTime now() const override { return {}; }
};

std::string file(const std::string& processors, const std::string& list)
{
    return "receivers: {otlp: {protocols: {http: {endpoint: 'localhost:0', include_metadata: true}}}}\n"
           "exporters: {otlp_http/sink: {endpoint: 'http://localhost:9'}}\n"
        + processors + "service: {pipelines: {traces: {receivers: [otlp], processors: " + list
        + ", exporters: [otlp_http/sink]}}}\n";
}

std::string run(const std::string& yaml, const std::string& in, bool annotates = true)
{
    const auto rules = parseRulesFile(yaml);
    if (!rules)
        return rules.error()[0].text;
    std::istringstream input(in);
    std::ostringstream output;
    RunOptions options;
    options.annotates = annotates;
    const auto done = runRules(*rules, options, NoClock(), input, output);
    return done ? output.str() : "line " + std::to_string(done.error().line) + ": " + done.error().text;
}

constexpr auto kRequest = R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"a"}]}]}]})";

} // namespace

class RulesRunTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatLeavesSaysWhereItCameFrom()
    {
        const std::string out = run(file("", "[]"), std::string(kRequest) + '\n');
        QCOMPARE(QString::fromStdString(out),
            QString(R"({"request":0,"signal":"traces","exporter":"otlp_http/sink","payload":%1})"
                    "\n")
                .arg(kRequest));
        QCOMPARE(run(file("", "[]"), kRequest, false), kRequest + std::string("\n"));
    }

    void theContextOfARequestIsThatOfTheLineBefore()
    {
        const std::string yaml = file(
            "processors: {attributes: {actions: [{key: t, from_context: x-tenant, action: insert}]}}\n",
            "[attributes]");
        const std::string out = run(yaml,
            R"({"context":{"headers":{"X-Tenant":"acme"},"peer":"127.0.0.1"}})" + std::string("\n") + kRequest
                + "\n",
            false);
        QVERIFY(out.find(R"("stringValue":"acme")") != std::string::npos);
    }

    void whatCannotBeReadIsRefusedAndTheRunGoesOn()
    {
        const std::string out = run(file("", "[]"),
            R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"xx"}]}]}]})" + std::string("\n")
                + kRequest + "\n");
        QVERIFY(out.starts_with(R"({"request":0,"refused":)"));
        QVERIFY(out.find(R"("permanent":true)") != std::string::npos);
        QVERIFY(out.find(R"({"request":1,"signal")") != std::string::npos);
    }

    void emptyRequestsAreAcceptedAndLeaveNothing()
    {
        QCOMPARE(run(file("", "[]"), R"({"resourceSpans":[{}]})"), std::string());
    }

    void clockStepsAreNoRequests()
    {
        QVERIFY(run(file("", "[]"), R"({"advance":"1.5s"})" + std::string("\n") + kRequest)
                    .starts_with(R"({"request":0,)"));
    }

    void aLineThatIsNothingEndsTheRun()
    {
        QVERIFY(run(file("", "[]"), "{\"advance\":\"soon\"}\n").starts_with("line 1: advance"));
        QVERIFY(run(file("", "[]"), std::string(kRequest) + "\nhello\n").starts_with("line 2: "));
    }
};

QTEST_GUILESS_MAIN(RulesRunTest)
#include "tst_rules_run.moc"
