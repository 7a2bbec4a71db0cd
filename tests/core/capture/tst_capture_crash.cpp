// Nothing acknowledged is lost when the writing process is killed at any moment.

#include "core/capture/capture.h"
#include "core/capture/capture_reader.h"

#include <QDir>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <random>

#include "tests/core/capture/capture_samples.h"

using namespace sluice;
using namespace sluice::testing;

class CaptureCrashTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aKilledWriterLosesNothingAcknowledged()
    {
        const int runs = qEnvironmentVariableIntValue("SLUICE_KILL_RUNS");
        QTemporaryDir folder;
        const QString path = folder.filePath("killed.sluice");
        std::mt19937 random(std::random_device{}());
        std::uint64_t acknowledged = 0;
        for (int run = 0; run < (runs > 0 ? runs : 20); ++run) {
            acknowledged = std::max(acknowledged, lastAcknowledgedBefore(path, 5 + int(random() % 120)));
            // A few runs go on with the same file: recovery of a recovered file, of one whose log was reset,
            // ….
            if (run % 4 != 3)
                continue;
            checkAll(path.toStdString(), acknowledged);
            if (QTest::currentTestFailed())
                return;
            acknowledged = 0;
            for (const QString& name : QDir(folder.path()).entryList(QDir::Files))
                QFile::remove(folder.filePath(name));
        }
    }

private:
    /// Lets a writer run until it has acknowledged some requests, kills it a few milliseconds later, and says
    /// what the last acknowledged one was.
    static std::uint64_t lastAcknowledgedBefore(const QString& path, int milliseconds)
    {
        QProcess writer;
        writer.start(QStringLiteral(CAPTURE_WRITER), {"append", path});
        writer.waitForReadyRead(20000);
        QByteArray output;
        const QDeadlineTimer end(milliseconds);
        while (!end.hasExpired()) {
            writer.waitForReadyRead(int(end.remainingTime()));
            output += writer.readAllStandardOutput();
        }
        writer.kill();
        writer.waitForFinished();
        output += writer.readAllStandardOutput();
        std::uint64_t last = 0;
        for (const QByteArray& line : output.split('\n')) {
            if (line.startsWith("ack "))
                last = std::max<std::uint64_t>(last, line.mid(4).toULongLong());
            else if (!line.isEmpty())
                qWarning("%s", line.constData());
        }
        return last;
    }

    /// Every request up to `acknowledged` is there, byte for byte, and the file is sound.
    static void checkAll(const std::string& path, std::uint64_t acknowledged)
    {
        QVERIFY(acknowledged > 0);
        {
            // A reader needs no writer to have repaired anything.
            const auto reader = CaptureReader::open(path);
            QVERIFY2(reader.has_value(), reader ? "" : reader.error().text.c_str());
            std::uint64_t next = 1;
            for (;;) {
                const auto requests = (*reader)->requests(next - 1, UINT64_MAX, 4U << 20U, std::nullopt);
                QVERIFY2(requests.has_value(), requests ? "" : requests.error().text.c_str());
                if (requests->empty())
                    break;
                for (const StoredRequest& request : *requests) {
                    QCOMPARE(request.sequence, next);
                    Sample sample;
                    fill(sample, recipeNumber(next));
                    QCOMPARE(request.signal, sample.request.signal);
                    QVERIFY(request.body.view() == sample.request.body);
                    ++next;
                }
            }
            QVERIFY2(next > acknowledged,
                qPrintable(QString("%1 stored, %2 acknowledged").arg(next - 1).arg(acknowledged)));
            const auto problems = (*reader)->verify({}, {});
            QVERIFY(problems.has_value());
            QVERIFY2(problems->empty(), problems->empty() ? "" : problems->front().text.c_str());
        }
    }
};

QTEST_GUILESS_MAIN(CaptureCrashTest)
#include "tst_capture_crash.moc"
