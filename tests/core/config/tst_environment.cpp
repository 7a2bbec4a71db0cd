#include "core/config/environment.h"

#include <QTest>

using namespace sluice;

class EnvironmentTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void referencesAreReplaced_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        QTest::newRow("plain") << "a $1 b"
                               << "a $1 b";
        QTest::newRow("env") << "Bearer ${env:TOKEN}"
                             << "Bearer secret";
        QTest::newRow("short") << "${TOKEN}${TOKEN}"
                               << "secretsecret";
        QTest::newRow("default unused") << "${env:TOKEN:-x}"
                                        << "secret";
        QTest::newRow("default") << "${env:GONE:-x:y}"
                                 << "x:y";
        QTest::newRow("empty default") << "[${env:GONE:-}]"
                                       << "[]";
        QTest::newRow("empty but set") << "[${env:EMPTY:-x}]"
                                       << "[]";
        QTest::newRow("escaped") << "$${env:TOKEN}"
                                 << "${env:TOKEN}";
        QTest::newRow("dollars") << "$$"
                                 << "$";
        QTest::newRow("not closed") << "${env:TOKEN"
                                    << "${env:TOKEN";
        QTest::newRow("dollar at the end") << "a$"
                                           << "a$";
    }
    void referencesAreReplaced()
    {
        QFETCH(QString, text);
        QFETCH(QString, expected);
        const auto expanded = expandEnvironment(text.toStdString(), environment());
        QVERIFY(expanded.has_value());
        QCOMPARE(QString::fromStdString(*expanded), expected);
    }

    void aMissingVariableIsNamed()
    {
        const auto expanded = expandEnvironment("${env:GONE}", environment());
        QVERIFY(!expanded.has_value());
        QCOMPARE(expanded.error().variable, std::string("GONE"));
    }

    void whatIsNoNameIsRefused()
    {
        for (const char* text : {"${}", "${env:}", "${env:1A}", "${env:A-B}", "${file:x}"})
            QVERIFY2(!expandEnvironment(text, environment()), text);
    }

private:
    static Environment environment()
    {
        return [](const std::string& name) -> std::optional<std::string> {
            if (name == "TOKEN")
                return "secret";
            if (name == "EMPTY")
                return "";
            return std::nullopt;
        };
    }
};

QTEST_GUILESS_MAIN(EnvironmentTest)
#include "tst_environment.moc"
