#include "ui/views/diagnostics/diagnostics_report.h"

#include <QTest>

#include "tests/ui/support/sample_shop.h"

using namespace sluice;
using namespace sluice::ui;

class DiagnosticsReportTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theReportNamesReceiversRulesAndDestinations()
    {
        const QString report = diagnosticsReport(samples::SampleControl().status());
        for (const char* part :
            {"127.0.0.1:4317", "malformed", "attributes/delete-secrets", "otlp_http/legacy", "r14"})
            QVERIFY2(report.contains(QLatin1String(part)), part);
    }

    void noCredentialIsInTheReport()
    {
        EngineStatus status = samples::SampleControl().status();
        status.destinations[0].settings.endpoint = "https://name:password@tempo.example";
        status.destinations[0].settings.headers = {{"authorization", "Bearer abc"}};
        const QString report = diagnosticsReport(status);
        QVERIFY(report.contains(QStringLiteral("tempo.example")));
        QVERIFY(!report.contains(QStringLiteral("password")));
        QVERIFY(!report.contains(QStringLiteral("abc")));
    }
};

QTEST_GUILESS_MAIN(DiagnosticsReportTest)
#include "tst_diagnostics_report.moc"
