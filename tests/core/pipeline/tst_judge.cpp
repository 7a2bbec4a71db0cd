#include <QTest>

#include "tests/core/processors/judged.h"

using namespace sluice;
using namespace sluice::test;

class JudgeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyPipelineOfTheSignalJudgesForItself()
    {
        RevisionDefinition definition
            = rules(Signal::Traces, {{"filter", "spans: {exclude: {match_type: strict, span_names: [a]}}"}});
        definition.pipelines.push_back({"traces/all", Signal::Traces, {}, {}});
        definition.pipelines.push_back({"logs", Signal::Logs, {}, {}});
        auto judge = Judge::create(definition, 7);
        QCOMPARE((*judge)->revision(), 7U);
        const JudgedRequest request = requestOf(Signal::Traces, spans({R"("name":"a")", R"("name":"b")"}));
        const auto results = (*judge)->judge(request);
        QCOMPARE(results.size(), 2U);
        QCOMPARE(results[0].pipeline, std::string("traces"));
        QCOMPARE(results[0].releasedRecords, 1U);
        QCOMPARE(results[1].releasedRecords, 2U);
        QCOMPARE(results[1].payload.view().data(), request.body.view().data());
    }

    void disabledRulesAreCountedButDoNothing()
    {
        RevisionDefinition definition = rules(Signal::Traces,
            {{"attributes", "actions: [{key: k, value: v, action: insert}]"},
                {"filter", "spans: {exclude: {match_type: strict, span_names: [a]}}"}});
        definition.rules[0].isEnabled = false;
        auto judge = Judge::create(definition, 1);
        const auto results
            = (*judge)->judge(requestOf(Signal::Traces, spans({R"("name":"a")", R"("name":"b")"})));
        QCOMPARE(results[0].outcomes[0], (RecordOutcome{Verdict::Dropped, 1, 1, 0}));
        QCOMPARE(results[0].outcomes[1], RecordOutcome());
    }

    void aRequestThatCannotBeReadIsAnErrorOfItsRecords()
    {
        auto judge = Judge::create(
            rules(Signal::Traces, {{"filter", "spans: {exclude: {match_type: strict, span_names: [a]}}"}}),
            1);
        JudgedRequest request;
        request.recordCount = 2;
        request.body = SharedBytes(std::string("\x0A\x7F"));
        const auto results = (*judge)->judge(request);
        QVERIFY(!results[0].error.empty());
        QCOMPARE(results[0].outcomes.size(), 2U);
        QCOMPARE(results[0].outcomes[0].verdict, Verdict::Error);
        QVERIFY(results[0].payload.isEmpty());
    }

    void aRevisionWithProblemsIsNotRun()
    {
        QVERIFY(!Judge::create(rules(Signal::Traces, {{"attributes", "{}"}}), 1));
    }

    void whyShowsEachRuleWithTheValuesThatDecided()
    {
        auto judge = Judge::create(rules(Signal::Traces,
                                       {{"attributes", "actions: [{key: k, value: new, action: upsert}]"},
                                           {"filter",
                                               "spans: {exclude: {match_type: strict, attributes: [{key: "
                                               "http.route, value: /healthz}]}}"},
                                           {"resource", "attributes: [{key: x, value: y, action: insert}]"}}),
            1);
        const JudgedRequest request = requestOf(Signal::Traces,
            spans({R"("name":"a")",
                R"("name":"b",)" + attributes({{"k", "old"}, {"http.route", "/healthz"}})}));
        const auto ladder = (*judge)->trace(request, 1, "traces");
        QCOMPARE(ladder.size(), 3U);
        QCOMPARE(ladder[0].verdict, Verdict::Changed);
        QCOMPARE(ladder[0].condition, std::string(R"(attributes["k"] was "old", is "new")"));
        QVERIFY(ladder[0].recordBefore != ladder[0].recordAfter);
        QCOMPARE(ladder[1].verdict, Verdict::Dropped);
        QCOMPARE(
            ladder[1].condition, std::string(R"(exclude matches: attributes["http.route"] is "/healthz")"));
        QVERIFY(ladder[1].recordAfter.empty());
        QVERIFY(!ladder[2].reached);

        otlp::ScannedRequest before;
        QVERIFY(otlp::scan(Signal::Traces, ladder[1].recordBefore, before));
        QCOMPARE(before.records.size(), 1U);
        QVERIFY(before.records[0].name == "b");
        QVERIFY((*judge)->trace(request, 9, "traces").empty());
        QVERIFY((*judge)->trace(request, 0, "nope").empty());
    }
};

QTEST_GUILESS_MAIN(JudgeTest)
#include "tst_judge.moc"
