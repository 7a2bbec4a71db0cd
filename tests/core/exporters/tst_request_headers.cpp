#include "core/exporters/request_headers.h"

#include <QTest>

using namespace sluice;

namespace {

Environment environmentWith(std::string name, std::string value)
{
    return [name, value](
               const std::string& wanted) { return wanted == name ? std::optional(value) : std::nullopt; };
}

} // namespace

class RequestHeadersTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void variablesAreReplacedWhenSending()
    {
        const auto resolved = resolveHeaders(
            {{"Authorization", "Bearer ${env:TOKEN}"}}, true, environmentWith("TOKEN", "secret"));
        QVERIFY(resolved.has_value());
        QCOMPARE(resolved->front(), (std::pair<std::string, std::string>{"authorization", "Bearer secret"}));
    }

    void aMissingVariableIsNamed()
    {
        const auto resolved
            = resolveHeaders({{"api-key", "${env:KEY}"}}, true, environmentWith("OTHER", "x"));
        QVERIFY(!resolved.has_value());
        QVERIFY(resolved.error().text.find("KEY") != std::string::npos);
    }

    /// gRPC ends the whole process for these.
    void whatGrpcCannotCarryIsRefused_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("value");
        QTest::newRow("blank in name") << QByteArray("a b") << QByteArray("x");
        QTest::newRow("pseudo header") << QByteArray(":path") << QByteArray("x");
        QTest::newRow("empty name") << QByteArray("") << QByteArray("x");
        QTest::newRow("line break") << QByteArray("a") << QByteArray("x\r\ny: z");
        QTest::newRow("not ASCII") << QByteArray("a") << QByteArray("\xc3\xa4");
        QTest::newRow("reserved") << QByteArray("grpc-timeout") << QByteArray("1S");
        QTest::newRow("content type") << QByteArray("Content-Type") << QByteArray("x");
        QTest::newRow("te") << QByteArray("te") << QByteArray("x");
    }
    void whatGrpcCannotCarryIsRefused()
    {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, value);
        QVERIFY(!checkHeaders({{name.toStdString(), value.toStdString()}}, true));
    }

    void aValueFromTheEnvironmentIsCheckedToo()
    {
        QVERIFY(!resolveHeaders({{"a", "${env:V}"}}, true, environmentWith("V", "x\ny")));
        QVERIFY(!resolveHeaders({{"a", "${env:V}"}}, false, environmentWith("V", "x\ny")));
    }

    void theHeadersOfHttpItselfCannotBeSet()
    {
        for (const char* name : {"Content-Type", "content-encoding", "Content-Length", "Host", "Expect"})
            QVERIFY2(!checkHeaders({{name, "x"}}, false), name);
        QVERIFY(checkHeaders({{"X-Tenant", "a"}}, false).has_value());
    }
};

QTEST_GUILESS_MAIN(RequestHeadersTest)
#include "tst_request_headers.moc"
