#include "core/pipeline/rules_file.h"

#include <QTest>

using namespace sluice;

namespace {

config::Environment environment()
{
    return [](const std::string& name) -> std::optional<std::string> {
        if (name == "SINK")
            return "http://127.0.0.1:9";
        if (name == "SEED")
            return "22";
        return std::nullopt;
    };
}

constexpr auto kFile = "receivers:\n"
                       "  otlp:\n"
                       "    protocols: {grpc: , http: {endpoint: '127.0.0.1:4418', include_metadata: true}}\n"
                       "exporters:\n"
                       "  otlphttp/sink:\n"
                       "    endpoint: ${env:SINK}\n"
                       "    headers: {x-key: '${env:SECRET}'}\n"
                       "    retry_on_failure: {enabled: false}\n"
                       "  otlp:\n"
                       "    endpoint: backend:4317\n"
                       "    sending_queue: {queue_size: 10}\n"
                       "processors:\n"
                       "  probabilistic_sampler: {sampling_percentage: 10, hash_seed: '${env:SEED}'}\n"
                       "service:\n"
                       "  pipelines:\n"
                       "    traces: {receivers: [otlp], processors: [probabilistic_sampler], exporters: "
                       "[otlphttp/sink, otlp]}\n";

} // namespace

class RulesFileTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void endsAndRulesAreTakenOver()
    {
        const auto file = parseRulesFile(kFile, environment());
        QVERIFY2(file.has_value(), file ? "" : (file.error()[0].key + ' ' + file.error()[0].text).c_str());
        QCOMPARE(file->receivers.size(), 1U);
        QCOMPARE(file->receivers[0].grpc.value().address, std::string("localhost:4317"));
        QCOMPARE(file->receivers[0].http.value().address, std::string("127.0.0.1:4418"));
        QVERIFY(file->receivers[0].http->includesMetadata);
        QCOMPARE(file->exporters.size(), 2U);
        QVERIFY(file->exporters[0].isHttp);
        QCOMPARE(file->exporters[0].endpoint, std::string("http://127.0.0.1:9"));
        QVERIFY(!file->exporters[0].isRetryEnabled);
        QVERIFY(!file->exporters[1].isHttp);
        QCOMPARE(
            file->definition.pipelines[0].exporters, (std::vector<std::string>{"otlphttp/sink", "otlp"}));
    }

    void secretsStayVariables()
    {
        const auto file = parseRulesFile(kFile, environment());
        QCOMPARE(file->exporters[0].headers.size(), 1U);
        QCOMPARE(file->exporters[0].headers[0].second, std::string("${env:SECRET}"));
        QVERIFY(file->definition.rules[0].config.find("${env:SEED}") != std::string::npos);
    }

    void whatIsDoneOtherwiseIsRemarked()
    {
        const auto file = parseRulesFile(kFile, environment());
        QCOMPARE(file->remarks.size(), 1U);
        QCOMPARE(file->remarks[0].key, std::string("exporters.otlp.sending_queue"));
        QCOMPARE(file->remarks[0].line, 11);
    }

    void mistakesAreRefusedWithKeyAndLine_data()
    {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::addColumn<QString>("key");
        QTest::addColumn<int>("line");
        QTest::newRow("typo") << "sampling_percentage"
                              << "sampling_percent"
                              << "sampling_percent" << 13;
        QTest::newRow("unknown section") << "processors:\n"
                                         << "procesors: {}\nprocessors:\n"
                                         << "procesors" << 12;
        QTest::newRow("no protocol") << "grpc: , http: {endpoint: '127.0.0.1:4418', include_metadata: true}"
                                     << ""
                                     << "receivers.otlp" << 2;
        QTest::newRow("undefined exporter") << "otlp]}"
                                            << "nope]}"
                                            << "service.pipelines.traces.exporters[1]" << 16;
        QTest::newRow("undefined receiver") << "receivers: [otlp]"
                                            << "receivers: [zipkin]"
                                            << "service.pipelines.traces.receivers[0]" << 16;
        QTest::newRow("unknown exporter") << "  otlp:\n    endpoint"
                                          << "  file:\n    endpoint"
                                          << "exporters.file" << 9;
        QTest::newRow("queue of none") << "queue_size: 10"
                                       << "queue_size: 0"
                                       << "exporters.otlp.sending_queue.queue_size" << 11;
        QTest::newRow("signal that is none") << "    traces:"
                                             << "    spans:"
                                             << "service.pipelines.spans" << 16;
        QTest::newRow("name that is none") << "${env:SEED}"
                                           << "${env:1BAD}"
                                           << "hash_seed" << 13;
        QTest::newRow("twice") << "[probabilistic_sampler]"
                               << "[probabilistic_sampler, probabilistic_sampler]"
                               << "service.pipelines.traces.processors[1]" << 16;
        QTest::newRow("connector") << "service:\n"
                                   << "connectors: {count: }\nservice:\n"
                                   << "connectors.count" << 14;
    }
    void mistakesAreRefusedWithKeyAndLine()
    {
        QFETCH(QString, from);
        QFETCH(QString, to);
        QFETCH(QString, key);
        QFETCH(int, line);
        const QString text = QString(kFile).replace(from, to);
        const auto file = parseRulesFile(text.toStdString(), environment());
        QVERIFY(!file);
        const auto found = std::ranges::any_of(file.error(), [&](const RuleProblem& problem) {
            return problem.key == key.toStdString() && problem.line == line && problem.column > 0;
        });
        QVERIFY2(found, (file.error()[0].key + ' ' + std::to_string(file.error()[0].line)).c_str());
    }

    void anEmptyFileIsRefused()
    {
        QVERIFY(!parseRulesFile("", environment()));
        QVERIFY(!parseRulesFile("receivers: [", environment()));
    }
};

QTEST_GUILESS_MAIN(RulesFileTest)
#include "tst_rules_file.moc"
