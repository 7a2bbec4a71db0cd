#include "core/engine/destination_config.h"

#include <QTest>

using namespace sluice;

namespace {

DestinationSettings everythingSet(DestinationKind kind)
{
    DestinationSettings settings;
    settings.name = std::string(nameOf(kind)) + "/backup";
    settings.kind = kind;
    settings.endpoint = kind == DestinationKind::OtlpHttp ? "https://backend:4318/otlp" : "backend:4317";
    settings.isEnabled = false;
    if (kind == DestinationKind::OtlpHttp)
        settings.signalEndpoints = {"http://t:1/a", "http://m:2/b", "http://l:3/c"};
    settings.signals = {true, false, true};
    settings.compression = Compression::None;
    settings.isInsecure = false;
    settings.headers = {{"Authorization", "Bearer ${env:TOKEN}"}, {"X-Number", "7"}, {"X-Flag", "true"}};
    settings.timeout = std::chrono::milliseconds(1234);
    settings.isRetryEnabled = false;
    settings.retryInitial = std::chrono::milliseconds(100);
    settings.retryMax = std::chrono::seconds(40);
    settings.retryGiveUp = std::chrono::seconds(3); // Less than retryMax: the collector would refuse it.
    settings.batchRecords = 77;
    settings.batchBytes = 12'345;
    settings.batchWait = std::chrono::microseconds(1500);
    settings.maxInFlight = 2;
    return settings;
}

} // namespace

class DestinationConfigTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsStoredReadsBackEqual_data()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("grpc") << static_cast<int>(DestinationKind::OtlpGrpc);
        QTest::newRow("http") << static_cast<int>(DestinationKind::OtlpHttp);
    }
    void whatIsStoredReadsBackEqual()
    {
        QFETCH(int, kind);
        std::vector<DestinationSettings> all{everythingSet(static_cast<DestinationKind>(kind))};
        DestinationSettings defaults;
        defaults.name = "otlp_grpc";
        defaults.endpoint = "localhost:14317";
        all.push_back(defaults);
        config::Problems problems;
        const auto back = destinationsFromYaml(destinationsToYaml(all), problems);
        QVERIFY2(problems.empty(), problems.empty() ? "" : problems.front().text.c_str());
        QVERIFY(back == all);
    }

    void aNameThatDoesNotTellTheKindIsKept()
    {
        DestinationSettings settings;
        settings.name = "the big one";
        settings.kind = DestinationKind::OtlpHttp;
        settings.endpoint = "http://h:1";
        config::Problems problems;
        const auto back = destinationsFromYaml(destinationsToYaml({settings}), problems);
        QVERIFY(problems.empty());
        QCOMPARE(back.size(), std::size_t(1));
        QCOMPARE(back.front().name, std::string("the big one"));
        QCOMPARE(back.front().kind, DestinationKind::OtlpHttp);
    }

    void secretsStayVariables()
    {
        const std::string yaml = destinationsToYaml({everythingSet(DestinationKind::OtlpGrpc)});
        qputenv("TOKEN", "very secret");
        config::Problems problems;
        const auto back = destinationsFromYaml(yaml, problems);
        QCOMPARE(back.front().headers.front().second, std::string("Bearer ${env:TOKEN}"));
    }

    void anExporterWithoutALimitIsNeverGivenUp()
    {
        ExporterDefinition exporter;
        exporter.id = "otlp";
        exporter.endpoint = "h:1";
        QCOMPARE(destinationOf(exporter).retryGiveUp, Nanos(0));
        exporter.retryGiveUp = std::chrono::seconds(30);
        QCOMPARE(destinationOf(exporter).retryGiveUp, Nanos(std::chrono::seconds(30)));
    }

    void whatCannotBeReadIsAProblemWithItsKey_data()
    {
        QTest::addColumn<QString>("yaml");
        QTest::addColumn<QString>("key");
        QTest::newRow("no YAML") << "otlp: ["
                                 << "";
        QTest::newRow("another kind") << "kafka: {endpoint: 'h:1'}"
                                      << "kafka";
        QTest::newRow("no endpoint") << "otlp: {timeout: 1s}"
                                     << "otlp.endpoint";
        QTest::newRow("unknown key") << "otlp: {endpoint: 'h:1', timeot: 1s}"
                                     << "otlp.timeot";
        QTest::newRow("no size") << "otlp: {endpoint: 'h:1', sluice: {batch_records: 0}}"
                                 << "otlp.sluice.batch_records";
    }
    void whatCannotBeReadIsAProblemWithItsKey()
    {
        QFETCH(QString, yaml);
        QFETCH(QString, key);
        config::Problems problems;
        destinationsFromYaml(yaml.toStdString(), problems);
        QCOMPARE(problems.size(), std::size_t(1));
        QCOMPARE(problems.front().key, key.toStdString());
    }
};

QTEST_GUILESS_MAIN(DestinationConfigTest)
#include "tst_destination_config.moc"
