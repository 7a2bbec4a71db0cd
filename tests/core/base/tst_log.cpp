#include "core/base/log.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace sluice;

namespace {

class FixedClock final : public Clock {
public:
    [[nodiscard]] UnixTime now() const override
    {
        return std::chrono::sys_days(std::chrono::year(2026) / 11 / 24) + std::chrono::hours(17)
            + std::chrono::milliseconds(31);
    }
};

} // namespace

class LogTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void linesGoToTheFileWithTimeLevelAndArea()
    {
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("sluice.log"));
        const auto log = Log::open({.file = file.toStdString()}, m_clock);
        QVERIFY(log.has_value());
        (*log)->warning("capture", "The disk\nis full");
        QFile written(file);
        QVERIFY(written.open(QIODevice::ReadOnly));
        QCOMPARE(
            written.readAll(), QByteArray("2026-11-24T17:00:00.031Z warning capture: The disk is full\n"));
    }

    void linesBelowTheLevelAreDropped()
    {
        const QTemporaryDir folder;
        const auto log = Log::open(
            {.level = LogLevel::Warning, .file = folder.filePath(QStringLiteral("log")).toStdString()},
            m_clock);
        (*log)->info("a", "no");
        (*log)->error("a", "yes");
        QCOMPARE((*log)->recent(10).size(), std::size_t(1));
        QCOMPARE((*log)->recent(10).front().text, std::string("yes"));
    }

    void theNewestLinesAreKeptNewestFirst()
    {
        const QTemporaryDir folder;
        const auto log = Log::open(
            {.file = folder.filePath(QStringLiteral("log")).toStdString(), .recentLines = 3}, m_clock);
        for (int i = 1; i <= 5; ++i)
            (*log)->info("a", std::to_string(i));
        const auto recent = (*log)->recent(10);
        QCOMPARE(recent.size(), std::size_t(3));
        QCOMPARE(recent.front().text, std::string("5"));
        QCOMPARE(recent.back().text, std::string("3"));
        QCOMPARE((*log)->recent(1).size(), std::size_t(1));
    }

    void aFileThatCannotBeWrittenIsAnError()
    {
        const QTemporaryDir folder;
        QVERIFY(!Log::open({.file = folder.path().toStdString()}, m_clock));
    }

    void levelsHaveNames()
    {
        for (const LogLevel level :
            {LogLevel::Debug, LogLevel::Info, LogLevel::Warning, LogLevel::Error, LogLevel::Off})
            QCOMPARE(logLevelNamed(nameOf(level)), std::optional(level));
        QVERIFY(!logLevelNamed("loud"));
    }

private:
    FixedClock m_clock;
};

QTEST_GUILESS_MAIN(LogTest)
#include "tst_log.moc"
