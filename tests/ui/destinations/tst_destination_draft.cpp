#include "core/base/shared_bytes.h" // First: moc cannot read <chrono> before <memory>.
#include "ui/views/destinations/destination_draft.h"

#include <QTest>

using namespace sluice;
using namespace sluice::ui;
using namespace std::chrono_literals;

class DestinationDraftTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anEndpointIsJudgedByItsKind_data()
    {
        QTest::addColumn<bool>("isGrpc");
        QTest::addColumn<QString>("endpoint");
        QTest::addColumn<QString>("problem");
        QTest::newRow("host and port") << true << "tempo:4317"
                                       << "";
        QTest::newRow("IPv6") << true << "[::1]:4317"
                              << "";
        QTest::newRow("with scheme") << true << "https://tempo.example"
                                     << "";
        QTest::newRow("socket") << true << "unix:/run/otel"
                                << "";
        QTest::newRow("no port") << true << "tempo"
                                 << "Expected a port after the host, as in :4317";
        QTest::newRow("port too large") << true << "tempo:99999"
                                        << "Ports end at 65535";
        QTest::newRow("empty") << true << ""
                               << "Expected host:port, as in 127.0.0.1:4317";
        QTest::newRow("URL") << false << "http://127.0.0.1:4318"
                             << "";
        QTest::newRow("path") << false << "https://api.example/otlp"
                              << "";
        QTest::newRow("no scheme") << false << "127.0.0.1:4318"
                                   << "Expected http:// or https:// at the beginning";
        QTest::newRow("other scheme") << false << "ftp://a"
                                      << "Expected http:// or https://";
    }

    void anEndpointIsJudgedByItsKind()
    {
        QFETCH(bool, isGrpc);
        QFETCH(QString, endpoint);
        QFETCH(QString, problem);
        DestinationSettings settings;
        settings.name = "otlp_grpc/a";
        settings.kind = isGrpc ? DestinationKind::OtlpGrpc : DestinationKind::OtlpHttp;
        settings.endpoint = endpoint.toStdString();
        const auto problems = problemsOf(settings, {});
        const auto found = problems.find(DestinationField::Endpoint);
        QCOMPARE(found == problems.end() ? QString() : found->second, problem);
    }

    void aNameThatIsTakenIsRefused()
    {
        DestinationSettings settings;
        settings.name = "otlp_grpc/a";
        settings.endpoint = "a:1";
        QVERIFY(problemsOf(settings, {}).empty());
        QVERIFY(problemsOf(settings, {"otlp_grpc/a"}).contains(DestinationField::Name));
        QCOMPARE(
            freeName(DestinationKind::OtlpGrpc, {"otlp_grpc/backend"}), std::string("otlp_grpc/backend-2"));
    }

    void durationsAreReadAsTheyAreWritten()
    {
        for (const Nanos duration : {Nanos(750ms), Nanos(5s), Nanos(2min), Nanos(1h), Nanos(0)})
            QCOMPARE(durationFromText(durationToText(duration)), std::optional(duration));
        QCOMPARE(durationFromText(QStringLiteral("0.75 s")), std::optional(Nanos(750ms)));
        QVERIFY(!durationFromText(QStringLiteral("soon")));
        QVERIFY(!durationFromText(QStringLiteral("-1 s")));
    }

    void aHeaderLineWithoutColonIsNamed()
    {
        int badLine = 0;
        const auto headers = headersFromText(QStringLiteral("X-Tenant: shop\nnonsense\n"), &badLine);
        QCOMPARE(headers.size(), std::size_t{1});
        QCOMPARE(headers[0].second, std::string("shop"));
        QCOMPARE(badLine, 2);
    }
};

QTEST_GUILESS_MAIN(DestinationDraftTest)
#include "tst_destination_draft.moc"
