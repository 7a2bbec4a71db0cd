#include <QTest>

#include "tests/core/processors/judged.h"

using namespace sluice;
using namespace sluice::test;

class FilterProcessorTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsNotIncludedAndWhatIsExcludedIsDropped()
    {
        const std::string config
            = "spans:\n  include: {match_type: regexp, span_names: ['^get']}\n"
              "  exclude: {match_type: strict, attributes: [{key: code, value: '500'}]}\n";
        const PipelineResult result = judged(Signal::Traces, {{"filter", config}},
            spans({R"("name":"get 1")", R"("name":"put")",
                R"("name":"get 2",)" + attributes({{"code", "500"}})}));
        QCOMPARE(result.releasedRecords, 1U);
        QCOMPARE(result.outcomes[0], RecordOutcome());
        QCOMPARE(result.outcomes[1], (RecordOutcome{Verdict::Dropped, 0, 0, 0}));
        QCOMPARE(result.outcomes[2], (RecordOutcome{Verdict::Dropped, 0, 1, 0}));
        QCOMPARE(spansOf(result).size(), 1);
    }

    void nothingLeavesWhenAllIsDropped()
    {
        const PipelineResult result
            = judged(Signal::Traces, {{"filter", "spans: {exclude: {match_type: regexp, services: ['.*']}}"}},
                spans({R"("name":"a")"}));
        QVERIFY(result.payload.isEmpty());
        QCOMPARE(result.releasedRecords, 0U);
    }

    void scopesLeftWithoutRecordsGoToo()
    {
        const std::string json
            = R"({"resourceSpans":[{"scopeSpans":[{"scope":{"name":"empty"}},{"spans":[{"name":"a"}]},{"spans":[{"name":"b"}]}]},{}]})";
        const PipelineResult result = judged(
            Signal::Traces, {{"filter", "spans: {exclude: {match_type: strict, span_names: [b]}}"}}, json);
        const QJsonArray resources = payload(Signal::Traces, result)["resourceSpans"].toArray();
        QCOMPARE(resources.size(), 1);
        QCOMPARE(resources[0]["scopeSpans"].toArray().size(), 1);
    }

    void withoutCriteriaForTheSignalEverythingPassesUntouched()
    {
        const std::string json = R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"a"}]},{}]},{}]})";
        const PipelineResult result = judged(
            Signal::Traces, {{"filter", "logs: {exclude: {match_type: strict, bodies: [x]}}"}}, json);
        QCOMPARE(payload(Signal::Traces, result)["resourceSpans"].toArray().size(), 2);
    }

    void aMetricGoesWithAllItsPoints()
    {
        const std::string json
            = R"({"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"a","gauge":{"dataPoints":[{"asInt":"1"},{"asInt":"2"}]}},{"name":"b","gauge":{"dataPoints":[{"asInt":"3"}]}}]}]}]})";
        const PipelineResult result = judged(Signal::Metrics,
            {{"filter", "metrics: {exclude: {match_type: strict, metric_names: [a]}}"}}, json);
        QCOMPARE(result.releasedRecords, 1U);
        QCOMPARE(
            payload(Signal::Metrics, result)["resourceMetrics"][0]["scopeMetrics"][0]["metrics"][0]["name"]
                .toString(),
            "b");
    }

    void severitiesHaveNames()
    {
        const std::string json
            = R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"severityNumber":9},{"severityNumber":13},{}]}]}]})";
        const PipelineResult result = judged(Signal::Logs,
            {{"filter",
                "logs: {include: {match_type: strict, severity_number: {min: warn, match_undefined: "
                "true}}}"}},
            json);
        QCOMPARE(result.outcomes[0].verdict, Verdict::Dropped);
        QCOMPARE(result.outcomes[1].verdict, Verdict::Kept);
        QCOMPARE(result.outcomes[2].verdict, Verdict::Kept);
    }

    void aDroppedRecordIsNotSeenByLaterRules()
    {
        const PipelineResult result = judged(Signal::Traces,
            {{"filter", "spans: {exclude: {match_type: strict, span_names: [a]}}"},
                {"attributes", "actions: [{key: k, value: v, action: insert}]"}},
            spans({R"("name":"a")", R"("name":"b")"}));
        QCOMPARE(result.outcomes[0], (RecordOutcome{Verdict::Dropped, 0, 0 + 1, 0}));
        QCOMPARE(result.outcomes[1], (RecordOutcome{Verdict::Changed, 0, 0, 2}));
    }

    void whatIsNotUnderstoodIsRefused_data()
    {
        QTest::addColumn<QString>("config");
        QTest::addColumn<QString>("key");
        QTest::newRow("OTTL") << "traces: {span: ['name == \"a\"']}"
                              << "traces";
        QTest::newRow("new form") << "trace_conditions: ['span.name == \"a\"']"
                                  << "trace_conditions";
        QTest::newRow("expr") << "metrics: {include: {match_type: expr, expressions: ['true']}}"
                              << "metrics.include.match_type";
        QTest::newRow("severity") << "logs: {include: {match_type: strict, severity_number: {min: LOUD}}}"
                                  << "logs.include.severity_number.min";
        QTest::newRow("error mode") << "error_mode: loud"
                                    << "error_mode";
    }
    void whatIsNotUnderstoodIsRefused()
    {
        QFETCH(QString, config);
        QFETCH(QString, key);
        const auto problems = problemsOf(Signal::Traces, "filter", config.toStdString());
        QVERIFY(!problems.empty());
        QVERIFY2(QString::fromStdString(problems.front()).startsWith(key + ": "), problems.front().c_str());
    }
};

QTEST_GUILESS_MAIN(FilterProcessorTest)
#include "tst_filter_processor.moc"
