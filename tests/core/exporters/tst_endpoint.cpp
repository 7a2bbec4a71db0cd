#include "core/exporters/endpoint.h"

#include <QTest>

using namespace sluice;

class EndpointTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aGrpcEndpointBecomesATarget_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("isInsecure");
        QTest::addColumn<QString>("target");
        QTest::addColumn<bool>("isSecure");
        QTest::newRow("host and port") << "collector:4317" << true << "collector:4317" << false;
        QTest::newRow("with TLS") << "collector:4317" << false << "collector:4317" << true;
        QTest::newRow("http") << "http://127.0.0.1:4317" << false << "127.0.0.1:4317" << false;
        QTest::newRow("https") << "https://host:4317" << true << "host:4317" << true;
        QTest::newRow("https without a port") << "HTTPS://host" << true << "host:443" << true;
        QTest::newRow("a path is dropped") << "http://host:4317/x" << true << "host:4317" << false;
        QTest::newRow("IPv6") << "http://[::1]:4317" << true << "[::1]:4317" << false;
        QTest::newRow("socket") << "unix:/run/otel" << true << "unix:/run/otel" << false;
        QTest::newRow("dns") << "dns:///host:4317" << true << "dns:///host:4317" << false;
    }
    void aGrpcEndpointBecomesATarget()
    {
        QFETCH(QString, text);
        QFETCH(bool, isInsecure);
        QFETCH(QString, target);
        QFETCH(bool, isSecure);
        const auto endpoint = parseGrpcEndpoint(text.toStdString(), isInsecure);
        QVERIFY(endpoint.has_value());
        QCOMPARE(QString::fromStdString(endpoint->target), target);
        QCOMPARE(endpoint->isSecure, isSecure);
    }

    void aWrongEndpointIsRefusedWithWhatWouldBeRight_data()
    {
        QTest::addColumn<QString>("text");
        for (const char* text : {"", "host", "host:", "host:0", "host:70000", "host:x", "ftp://host:1",
                 "http://", "[::1:4317", "[::1]x", "user@host:1"})
            QTest::newRow(*text == '\0' ? "empty" : text) << text;
    }
    void aWrongEndpointIsRefusedWithWhatWouldBeRight()
    {
        QFETCH(QString, text);
        const auto endpoint = parseGrpcEndpoint(text.toStdString(), true);
        QVERIFY(!endpoint.has_value());
        QCOMPARE(endpoint.error().key, std::string("endpoint"));
        QVERIFY(!endpoint.error().text.empty());
    }

    void anHttpEndpointNeedsAScheme()
    {
        QVERIFY(!parseHttpEndpoint("host:4318"));
        QVERIFY(!parseHttpEndpoint("grpc://host:4318"));
        QCOMPARE(parseHttpEndpoint("http://host")->port, std::uint16_t(80));
        QCOMPARE(parseHttpEndpoint("https://host")->port, std::uint16_t(443));
    }

    void loopbackIsKnown()
    {
        for (const char* text :
            {"http://localhost:1", "http://127.0.0.1:1", "http://127.8.9.1:1", "http://[::1]:1"})
            QVERIFY2(parseHttpEndpoint(text)->isLoopback(), text);
        QVERIFY(!parseHttpEndpoint("http://example.com:1")->isLoopback());
    }

    void thePathOfTheSignalIsAppendedToABase()
    {
        QCOMPARE(httpUrl("http://h:4318", "", Signal::Traces), std::string("http://h:4318/v1/traces"));
        QCOMPARE(httpUrl("http://h:4318/base/", "", Signal::Metrics),
            std::string("http://h:4318/base/v1/metrics"));
        QCOMPARE(httpUrl("http://h:4318/base", "", Signal::Logs), std::string("http://h:4318/base/v1/logs"));
    }

    void theUrlOfOneSignalIsTakenAsItIs()
    {
        QCOMPARE(
            httpUrl("http://h:4318", "http://other:1/in", Signal::Traces), std::string("http://other:1/in"));
        QCOMPARE(httpUrl("http://h:4318", "http://other:1", Signal::Traces), std::string("http://other:1/"));
    }
};

QTEST_GUILESS_MAIN(EndpointTest)
#include "tst_endpoint.moc"
