#include "core/otlp/rewrite.h"

#include <QTest>

#include "tests/core/processors/judged.h"

using namespace sluice;
using namespace sluice::test;
using Attributes = std::vector<std::pair<std::string, std::string>>;

Q_DECLARE_METATYPE(Attributes)

class AttributesProcessorTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void actionsGiveWhatTheCollectorGives_data()
    {
        QTest::addColumn<QString>("actions");
        QTest::addColumn<Attributes>("before");
        QTest::addColumn<QString>("after");
        QTest::newRow("delete moves the last one into the hole")
            << "[{key: a, action: delete}]" << Attributes{{"a", "1"}, {"b", "2"}, {"c", "3"}} << "c=3 b=2";
        QTest::newRow("delete by pattern keeps the order")
            << "[{pattern: ^a, action: delete}]"
            << Attributes{{"a1", "1"}, {"b", "2"}, {"a2", "3"}, {"c", "4"}} << "b=2 c=4";
        QTest::newRow("a pattern alone also takes the empty name")
            << "[{pattern: ^x, action: delete}]" << Attributes{{"", "1"}, {"b", "2"}} << "b=2";
        QTest::newRow("insert leaves what is there")
            << "[{key: a, value: new, action: insert}]" << Attributes{{"a", "1"}} << "a=1";
        QTest::newRow("update changes only what is there")
            << "[{key: a, value: new, action: update}, {key: z, value: new, action: update}]"
            << Attributes{{"a", "1"}} << "a=new";
        QTest::newRow("upsert does both")
            << "[{key: a, value: x, action: UPSERT}, {key: z, value: y, action: Upsert}]"
            << Attributes{{"a", "1"}} << "a=x z=y";
        QTest::newRow("of two with one key the first is updated")
            << "[{key: a, value: x, action: update}]" << Attributes{{"a", "1"}, {"a", "2"}} << "a=x a=2";
        QTest::newRow("a missing source does nothing")
            << "[{key: a, from_attribute: none, action: upsert}]" << Attributes{{"a", "1"}} << "a=1";
        QTest::newRow("unless there is a default")
            << "[{key: a, from_attribute: none, default_value: d, action: upsert}]" << Attributes{{"a", "1"}}
            << "a=d";
        QTest::newRow("later actions see earlier ones")
            << "[{key: b, from_attribute: a, action: insert}, {key: c, from_attribute: b, action: insert}]"
            << Attributes{{"a", "1"}} << "a=1 b=1 c=1";
        QTest::newRow("groups that take no part are empty texts")
            << R"([{key: u, pattern: '^(?P<proto>.*)://(?P<host>[^/]*)(?P<path>/.*)?', action: extract}])"
            << Attributes{{"u", "http://h"}} << "u=http://h proto=http host=h path=";
        QTest::newRow("convert leaves what is no number")
            << "[{key: a, converted_type: int, action: convert}, {key: b, converted_type: int, action: "
               "convert}]"
            << Attributes{{"a", "200"}, {"b", "0x10"}} << "a=200 b=0x10";
        QTest::newRow("hash is SHA-256 in hex")
            << "[{key: a, action: hash}]" << Attributes{{"a", "foo"}}
            << "a=2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";
    }
    void actionsGiveWhatTheCollectorGives()
    {
        QFETCH(QString, actions);
        QFETCH(Attributes, before);
        QFETCH(QString, after);
        const PipelineResult result
            = judged(Signal::Traces, {{"attributes", "actions: " + actions.toStdString()}},
                spans({R"("name":"a",)" + attributes(before)}));
        QCOMPARE(attributesOf(spansOf(result).value(0)), after);
    }

    void aRecordThatNothingChangesLeavesAsTheBytesThatCameIn()
    {
        auto judge = Judge::create(
            rules(Signal::Traces, {{"attributes", "actions: [{key: none, action: delete}]"}}), 1);
        const JudgedRequest request
            = requestOf(Signal::Traces, spans({R"("name":"a",)" + attributes({{"a", "1"}})}));
        const auto results = (*judge)->judge(request);
        QCOMPARE(results.front().payload.view().data(), request.body.view().data());
        QVERIFY(results.front().outcomes.empty());
    }

    void changedRecordsSaySo()
    {
        const PipelineResult result
            = judged(Signal::Traces, {{"attributes", "actions: [{key: a, action: delete}]"}},
                spans({R"("name":"x",)" + attributes({{"a", "1"}}), R"("name":"y")"}));
        QCOMPARE(result.outcomes.size(), 2U);
        QCOMPARE(result.outcomes[0], (RecordOutcome{Verdict::Changed, 0, 0, 1}));
        QCOMPARE(result.outcomes[1], RecordOutcome());
    }

    void onlySelectedRecordsAreChanged()
    {
        const std::string config = "include: {match_type: regexp, span_names: ['^get']}\n"
                                   "exclude: {match_type: strict, attributes: [{key: skip}]}\n"
                                   "actions: [{key: hit, value: '1', action: insert}]\n";
        const PipelineResult result = judged(Signal::Traces, {{"attributes", config}},
            spans({R"("name":"get 1")", R"("name":"put 1")",
                R"("name":"get 2",)" + attributes({{"skip", "1"}})}));
        const auto all = spansOf(result);
        QCOMPARE(attributesOf(all.value(0)), "hit=1");
        QCOMPARE(attributesOf(all.value(1)), "");
        QCOMPARE(attributesOf(all.value(2)), "skip=1");
    }

    void headersAndPeerOfTheRequestAreSources()
    {
        RequestContext context;
        context.peer = "10.0.0.7";
        context.headers = {{"x-tenant", "a"}, {"x-tenant", "b"}};
        const PipelineResult result = judged(Signal::Traces,
            {{"attributes",
                "actions: [{key: t, from_context: metadata.X-Tenant, action: insert}, "
                "{key: p, from_context: client.address, action: insert}]"}},
            spans({R"("name":"a")"}), context);
        QCOMPARE(attributesOf(spansOf(result).value(0)), "t=a;b p=10.0.0.7");
    }

    void fieldsThatNobodyKnowsAreKept()
    {
        JudgedRequest request
            = requestOf(Signal::Traces, spans({R"("name":"a",)" + attributes({{"a", "1"}})}));
        otlp::ScannedRequest scanned;
        QVERIFY(otlp::scan(Signal::Traces, request.body.view(), scanned));
        const std::string unknown("\xFA\x06\x02hi", 5); // Field 111.
        const std::string message = std::string(scanned.records[0].message) + unknown;
        const std::vector<std::string_view> records{message};
        otlp::RequestEdits edits;
        edits.records = records;
        std::string body;
        otlp::writeRequest(scanned, edits, body);
        request.body = SharedBytes(std::move(body));

        auto judge = Judge::create(
            rules(Signal::Traces, {{"attributes", "actions: [{key: b, value: 1, action: insert}]"}}), 1);
        const PipelineResult result = (*judge)->judge(request).front();
        QCOMPARE(result.outcomes.front().verdict, Verdict::Changed);
        QVERIFY(result.payload.view().find(unknown) != std::string_view::npos);
    }

    void resourcesAreChangedForAllTheirRecords()
    {
        const PipelineResult result = judged(Signal::Traces,
            {{"resource", "attributes: [{key: service.name, value: renamed, action: update}]"}},
            spans({R"("name":"a")", R"("name":"b")"}));
        QCOMPARE(result.outcomes.size(), 2U);
        QCOMPARE(result.outcomes[1].verdict, Verdict::Changed);
        const QJsonObject resource
            = payload(Signal::Traces, result)["resourceSpans"][0]["resource"].toObject();
        QCOMPARE(attributesOf(resource), "service.name=renamed");
    }

    void wrongConfigurationsAreRefusedWithTheirKey_data()
    {
        QTest::addColumn<QString>("config");
        QTest::addColumn<QString>("key");
        QTest::newRow("no actions") << "{}"
                                    << "actions";
        QTest::newRow("unknown action") << "actions: [{key: a, value: 1, action: replace}]"
                                        << "actions[0].action";
        QTest::newRow("no source") << "actions: [{key: a, action: upsert}]"
                                   << "actions[0]";
        QTest::newRow("two sources") << "actions: [{key: a, value: 1, from_attribute: b, action: insert}]"
                                     << "actions[0]";
        QTest::newRow("bad pattern") << "actions: [{pattern: (, action: delete}]"
                                     << "actions[0].pattern";
        QTest::newRow("unknown key") << "actions: [{key: a, value: 1, action: insert, typo: 1}]"
                                     << "actions[0].typo";
        QTest::newRow("number for a name") << "actions: [{key: 5, value: 1, action: insert}]"
                                           << "actions[0].key";
        QTest::newRow("criterion of another signal")
            << "include: {match_type: strict, log_bodies: [a]}\nactions: [{key: a, action: delete}]"
            << "include.log_bodies";
        QTest::newRow("kind that is none")
            << "include: {match_type: strict, span_kinds: [SERVER]}\nactions: [{key: a, action: delete}]"
            << "include.span_kinds";
    }
    void wrongConfigurationsAreRefusedWithTheirKey()
    {
        QFETCH(QString, config);
        QFETCH(QString, key);
        const auto problems = problemsOf(Signal::Traces, "attributes", config.toStdString());
        QVERIFY(!problems.empty());
        QVERIFY2(QString::fromStdString(problems.front()).startsWith(key + ": "), problems.front().c_str());
    }
};

QTEST_GUILESS_MAIN(AttributesProcessorTest)
#include "tst_attributes_processor.moc"
