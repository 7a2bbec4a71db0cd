#include "core/base/units.h"

#include <QTest>

using namespace sluice;
using namespace std::chrono_literals;

class UnitsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void durationsAreRead_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<qlonglong>("nanos");
        const auto row = [](const char* text, Nanos nanos) {
            QTest::newRow(text) << QByteArray(text) << static_cast<qlonglong>(nanos.count());
        };
        row("5s", 5s);
        row("1m30s", 90s);
        row("250ms", 250ms);
        row("1.5h", 90min);
        row("0.25s", 250ms);
        row("7d", 168h);
        row("0", 0s);
        row("0s", 0s);
        row("3us", 3us);
        row("3µs", 3us);
        row("3ns", 3ns);
        row(".5s", 500ms);
    }
    void durationsAreRead()
    {
        QFETCH(QByteArray, text);
        QFETCH(qlonglong, nanos);
        const auto duration = parseDuration(text.toStdString());
        QVERIFY(duration.has_value());
        QCOMPARE(duration->count(), nanos);
    }

    void whatIsNoDurationIsRefused_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char* text :
            {"", "5", "s", "-5s", "5 s", "5x", "1m30", "999999999h", "1e3s", ".s", "99999999999999999999s"})
            QTest::newRow(*text == '\0' ? "empty" : text) << QByteArray(text);
    }
    void whatIsNoDurationIsRefused()
    {
        QFETCH(QByteArray, text);
        QVERIFY(!parseDuration(text.toStdString()));
    }

    void durationsComeBackFromTheirText()
    {
        for (const Nanos duration :
            {Nanos(0), Nanos(5s), Nanos(90s), Nanos(36h), Nanos(1500ms), Nanos(1), Nanos(1s + 1ns)})
            QCOMPARE(parseDuration(formatDuration(duration)).value(), duration);
        QCOMPARE(formatDuration(90s), std::string("1m30s"));
        QCOMPARE(formatDuration(0s), std::string("0s"));
    }

    void sizesAreRead_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<qulonglong>("bytes");
        QTest::newRow("binary") << QByteArray("64MiB") << 67'108'864ULL;
        QTest::newRow("decimal") << QByteArray("10GB") << 10'000'000'000ULL;
        QTest::newRow("fraction") << QByteArray("1.5GiB") << 1'610'612'736ULL;
        QTest::newRow("blank") << QByteArray("2 kb") << 2000ULL;
        QTest::newRow("bare") << QByteArray("512") << 512ULL;
        QTest::newRow("zero") << QByteArray("0") << 0ULL;
    }
    void sizesAreRead()
    {
        QFETCH(QByteArray, text);
        QFETCH(qulonglong, bytes);
        QCOMPARE(static_cast<qulonglong>(parseSize(text.toStdString()).value()), bytes);
    }

    void whatIsNoSizeIsRefused()
    {
        for (const char* text : {"", "MiB", "-1", "64MiBB", "64 mebi", "99999999999TiB", "1,5MiB"})
            QVERIFY2(!parseSize(text), text);
    }

    void sizesComeBackFromTheirText()
    {
        for (const std::uint64_t bytes : {0ULL, 1ULL, 1500ULL, 1024ULL, 67'108'864ULL, 10'000'000'000ULL})
            QCOMPARE(parseSize(formatSize(bytes)).value(), bytes);
        QCOMPARE(formatSize(67'108'864), std::string("64MiB"));
    }
};

QTEST_GUILESS_MAIN(UnitsTest)
#include "tst_units.moc"
