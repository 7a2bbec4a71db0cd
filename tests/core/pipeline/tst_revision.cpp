#include "core/pipeline/revision.h"

#include <QTest>

using namespace sluice;

class RevisionTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsWrittenIsReadBackEqual()
    {
        RevisionDefinition definition;
        definition.rules.push_back({"attributes/delete-secrets", "Never keep these.\nAsk Ada first.", true,
            "actions:\n  # The old name, too.\n  - {key: password, action: delete}\n\n  - key: note\n    "
            "action: insert\n    value: |\n      two\n        lines\n"});
        definition.rules.push_back(
            {"filter", {}, false, "spans:\n  exclude:\n    match_type: strict\n    span_names: [health]\n"});
        definition.rules.push_back({"attributes/env", {}, true,
            "actions: [{key: k, value: \"${env:SLUICE_NONE:-x}\", action: insert}]\n"});
        definition.pipelines.push_back(
            {"traces", Signal::Traces, {"attributes/delete-secrets", "filter"}, {}});
        definition.pipelines.push_back({"traces/errors", Signal::Traces, {}, {"otlp_grpc/a", "otlp_http"}});
        definition.normalise();
        const std::string yaml = revisionToYaml(definition);
        const auto read = parseRevision(yaml);
        QVERIFY2(read.has_value(), read ? "" : read.error().front().text.c_str());
        QCOMPARE(revisionToYaml(*read), yaml);
        QVERIFY(*read == definition);
    }

    void everySignalHasAPipelineOnceNormalised()
    {
        RevisionDefinition definition;
        definition.pipelines.push_back({"logs/a", Signal::Logs, {}, {}});
        definition.normalise();
        QCOMPARE(definition.pipelines.size(), 3U);
        QCOMPARE(definition.pipelines[1].id, std::string("traces"));
        QVERIFY(parseRevision(revisionToYaml(definition)).has_value());
    }

    void anEmptyRevisionIsFine()
    {
        QVERIFY(validate({}).empty());
        QVERIFY(*parseRevision(revisionToYaml({})) == RevisionDefinition());
    }

    void allProblemsAreFoundAtOnceWithTheirPlace()
    {
        const auto read = parseRevision("processors:\n"
                                        "  attributes/a:\n"
                                        "    actions:\n"
                                        "      - {key: k, action: nonsense}\n"
                                        "  nosuch: {}\n"
                                        "service:\n"
                                        "  pipelines:\n"
                                        "    traces:\n"
                                        "      processors: [attributes/a, missing]\n");
        QVERIFY(!read);
        QCOMPARE(read.error().size(), 3U);
        QCOMPARE(read.error()[0].rule, std::string("attributes/a"));
        QCOMPARE(read.error()[0].key, std::string("actions[0].action"));
        QCOMPARE(read.error()[0].line, 4);
        QCOMPARE(read.error()[0].column, 26);
        QCOMPARE(read.error()[1].line, 5);
        QCOMPARE(read.error()[2].key, std::string("service.pipelines.traces.processors[1]"));
    }

    void aRuleMustSuitTheSignalOfItsPipeline()
    {
        RevisionDefinition definition;
        definition.rules.push_back({"probabilistic_sampler", {}, true, "sampling_percentage: 5\n"});
        definition.pipelines.push_back({"metrics", Signal::Metrics, {"probabilistic_sampler"}, {}});
        const auto problems = validate(definition);
        QCOMPARE(problems.size(), 1U);
        QCOMPARE(problems[0].rule, std::string("probabilistic_sampler"));
    }

    void theTypeIsInFrontOfTheSlash()
    {
        const Rule rule{"attributes/delete-secrets", {}, true, {}};
        QCOMPARE(rule.type(), std::string("attributes"));
        QCOMPARE(rule.name(), std::string("delete-secrets"));
        QCOMPARE(Rule({"filter", {}, true, {}}).name(), std::string("filter"));
    }
};

QTEST_GUILESS_MAIN(RevisionTest)
#include "tst_revision.moc"
