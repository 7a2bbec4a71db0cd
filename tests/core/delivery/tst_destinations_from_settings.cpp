#include "core/delivery/destinations_from_settings.h"

#include <QTest>

using namespace sluice;

class DestinationsFromSettingsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theKindIsToldFromTheEndpoint_data()
    {
        QTest::addColumn<QString>("endpoint");
        QTest::addColumn<bool>("isHttp");
        QTest::newRow("host and port") << "h:4317" << false;
        QTest::newRow("URL of gRPC's port") << "http://h:4317" << false;
        QTest::newRow("URL") << "http://h:4318" << true;
        QTest::newRow("URL without a port") << "https://h/otlp" << true;
        QTest::newRow("host and HTTP's port") << "h:4318" << false;
    }
    void theKindIsToldFromTheEndpoint()
    {
        QFETCH(QString, endpoint);
        QFETCH(bool, isHttp);
        QCOMPARE(guessedKind(endpoint.toStdString()) == DestinationKind::OtlpHttp, isHttp);
    }

    void nothingIsSentWithoutAnEndpoint() { QVERIFY(destinationsOf({})->empty()); }

    void theSectionAndEachDestinationBecomeOne()
    {
        Settings settings;
        settings.exporter.endpoint = "http://h:4318";
        settings.exporter.batchSize = 7;
        ExporterSection backup;
        backup.name = "otlp_grpc/backup";
        backup.endpoint = "h:4317";
        backup.compression = "none";
        backup.signals = {"logs"};
        settings.destinations.push_back(backup);
        const auto destinations = destinationsOf(settings);
        QVERIFY(destinations.has_value());
        QCOMPARE(destinations->size(), std::size_t(2));
        QCOMPARE((*destinations)[0].name, std::string("otlp_http"));
        QCOMPARE((*destinations)[0].batchRecords, std::size_t(7));
        QCOMPARE((*destinations)[0].compression, Compression::Gzip);
        QCOMPARE((*destinations)[1].kind, DestinationKind::OtlpGrpc);
        QCOMPARE((*destinations)[1].compression, Compression::None);
        QCOMPARE((*destinations)[1].signals, (std::array<bool, 3>{false, false, true}));
    }

    void wrongEndpointsAndHeadersAreNamedTogether()
    {
        Settings settings;
        settings.exporter.endpoint = "h";
        settings.exporter.headers = {{":path", "x"}};
        const auto destinations = destinationsOf(settings);
        QVERIFY(!destinations.has_value());
        QCOMPARE(destinations.error().size(), std::size_t(2));
        QCOMPARE(destinations.error()[0].key, std::string("exporter.endpoint"));
        QCOMPARE(destinations.error()[1].key, std::string("exporter.headers"));
    }
};

QTEST_GUILESS_MAIN(DestinationsFromSettingsTest)
#include "tst_destinations_from_settings.moc"
