// What goes wrong with files: each a clear error, never a crash, never a loss, never a change of somebody
// else's file.

#include "core/capture/capture.h"
#include "core/capture/capture_reader.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <future>
#include <thread>

#include "tests/core/capture/capture_samples.h"

using namespace sluice;
using namespace sluice::testing;

class CaptureErrorsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder.emplace();
        m_path = m_folder->filePath("test.sluice");
    }

    void aFileThatIsNoCaptureIsRefusedAndNotTouched_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("text") << QByteArray("hello, this is not a capture\n").repeated(100);
        QTest::newRow("short text") << QByteArray("x");
        QTest::newRow("zeros") << QByteArray(70000, '\0');
        QTest::newRow("a database of another program") << foreignDatabase();
    }
    void aFileThatIsNoCaptureIsRefusedAndNotTouched()
    {
        QFETCH(QByteArray, content);
        write(content);
        const auto writer = Capture::open(m_path.toStdString(), {});
        QVERIFY(!writer.has_value());
        QCOMPARE(writer.error().kind, CaptureFailure::Foreign);
        QVERIFY(writer.error().text.find(m_path.toStdString()) != std::string::npos);
        const auto reader = CaptureReader::open(m_path.toStdString());
        QVERIFY(!reader.has_value());
        QCOMPARE(reader.error().kind, CaptureFailure::Foreign);
        QCOMPARE(read(), content);
        QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files), QStringList{"test.sluice"});
    }

    void aMissingFileIsNotFoundForAReader()
    {
        const auto reader = CaptureReader::open(m_path.toStdString());
        QVERIFY(!reader.has_value());
        QCOMPARE(reader.error().kind, CaptureFailure::NotFound);
    }

    void aMissingFolderIsNotFoundForAWriter()
    {
        const auto writer = Capture::open((m_path + "/none/x.sluice").toStdString(), {});
        QVERIFY(!writer.has_value());
        QCOMPARE(writer.error().kind, CaptureFailure::NotFound);
    }

    void aCaptureOfANewerVersionIsRefused_data()
    {
        QTest::addColumn<int>("offset"); // In the file's header: user_version is at 60.
        QTest::newRow("for writing") << 60;
    }
    void aCaptureOfANewerVersionIsRefused()
    {
        QFETCH(int, offset);
        storeSome(5);
        QByteArray content = read();
        content[offset + 3] = 99;
        write(content);
        const auto writer = Capture::open(m_path.toStdString(), {});
        QVERIFY(!writer.has_value());
        QCOMPARE(writer.error().kind, CaptureFailure::NewerVersion);
        QCOMPARE(read(), content);
        // It says itself who can still read it.
        QVERIFY(CaptureReader::open(m_path.toStdString()).has_value());
    }

    void aSecondWriterIsToldWhoHasTheCapture()
    {
        QProcess holder;
        holder.start(QStringLiteral(CAPTURE_WRITER), {"hold", m_path});
        QVERIFY(holder.waitForReadyRead(20000));
        QCOMPARE(holder.readAllStandardOutput(), QByteArray("open\n"));
        const auto second = Capture::open(m_path.toStdString(), {});
        QVERIFY(!second.has_value());
        QCOMPARE(second.error().kind, CaptureFailure::InUse);
        QVERIFY(second.error().text.find(std::to_string(holder.processId())) != std::string::npos);
        QVERIFY(CaptureReader::open(m_path.toStdString()).has_value());
        holder.closeWriteChannel();
        QVERIFY(holder.waitForFinished());
        QVERIFY(Capture::open(m_path.toStdString(), {}).has_value());
    }

    void twoWritersInOneProcessExcludeEachOther()
    {
        const auto first = Capture::open(m_path.toStdString(), {});
        const auto second = Capture::open(m_path.toStdString(), {});
        QVERIFY(first.has_value());
        QVERIFY(!second.has_value());
        QCOMPARE(second.error().kind, CaptureFailure::InUse);
    }

    void aFolderThatCannotBeWrittenIsSaidSo()
    {
        storeSome(3);
        QFile::setPermissions(m_path, QFile::ReadOwner | QFile::ReadGroup | QFile::ReadOther);
        const auto canLookIn = QFile::ReadOwner | QFile::ExeOwner | QFile::ReadOther | QFile::ExeOther;
        QFile::setPermissions(m_folder->path(), canLookIn);
        const QString answer = openAsNobody();
        QFile::setPermissions(m_folder->path(), canLookIn | QFile::WriteOwner);
        if (answer == "skip")
            QSKIP("this user cannot become another one");
        QVERIFY2(answer.startsWith("error " + QString::number(int(CaptureFailure::ReadOnly)) + ' '),
            qPrintable(answer));
    }

    void aFullDiskRefusesAndRecovers()
    {
        QProcess writer;
        writer.start(QStringLiteral(CAPTURE_WRITER), {"full", m_path, QString::number(4 << 20)});
        QVERIFY(writer.waitForFinished(60000));
        const QList<QByteArray> lines = writer.readAllStandardOutput().split('\n');
        QCOMPARE(lines.size(), 8);
        QVERIFY2(lines[0].startsWith("error " + QByteArray::number(int(CaptureFailure::Full)) + ' '),
            lines[0].constData());
        QCOMPARE(lines[1], QByteArray("trouble"));
        QCOMPARE(lines[2], QByteArray("ok")); // With space again.
        QCOMPARE(lines[3], QByteArray("ok")); // Bookkeeping waited for it.
        QCOMPARE(lines[4], QByteArray("no trouble"));
        QCOMPARE(lines[6], QByteArray("ok"));
        const auto reader = CaptureReader::open(m_path.toStdString());
        QVERIFY(reader.has_value());
        QCOMPARE((*reader)->info()->lastRequest, lines[5].toULongLong());
        QCOMPARE((*reader)->info()->lastJudgedRequest, lines[5].toULongLong() - 1);
        QVERIFY((*reader)->verify({}, {})->empty());
    }

    void damageIsFoundAndNeverACrash()
    {
        storeSome(400);
        const QByteArray sound = read();
        QVERIFY(sound.size() > 4 * 32768);
        int found = 0;
        for (int at = 32768 * 2 + 77; at < sound.size(); at += 30011) {
            QByteArray damaged = sound;
            for (int i = 0; i < 16 && at + i < damaged.size(); ++i)
                damaged[at + i] = char(damaged[at + i] ^ 0x5a);
            write(damaged);
            const auto reader = CaptureReader::open(m_path.toStdString());
            if (!reader) {
                QVERIFY(!reader.error().text.empty());
                ++found;
                continue;
            }
            const auto requests = (*reader)->requests(0, UINT64_MAX, SIZE_MAX, std::nullopt);
            std::ignore = (*reader)->chunksAfter(Signal::Traces, 0, SIZE_MAX);
            std::ignore = (*reader)->chunksOfTrace(Signal::Traces, traceNumber(5));
            const auto problems = (*reader)->verify({}, {});
            QVERIFY(!problems || !problems->empty() || isAllThere(requests));
            found += !problems || !problems->empty() ? 1 : 0;
        }
        QVERIFY(found > 0);
    }

    void aFileThatWasCutOffIsFoundDamaged()
    {
        storeSome(400);
        write(read().left(3 * 32768));
        const auto reader = CaptureReader::open(m_path.toStdString());
        if (reader)
            QVERIFY(!(*reader)->verify({}, {})->empty());
        else
            QCOMPARE(reader.error().kind, CaptureFailure::Corrupt);
        const auto writer = Capture::open(m_path.toStdString(), {});
        if (!writer)
            QCOMPARE(writer.error().kind, CaptureFailure::Corrupt);
    }

private:
    void storeSome(std::uint64_t count)
    {
        auto capture = Capture::open(m_path.toStdString(), {.chunkBytes = 20000});
        QVERIFY(capture.has_value());
        for (std::uint64_t number = 1; number <= count; ++number) {
            Sample sample;
            fill(sample, recipeNumber(number));
            CommitCallback none;
            while (!(*capture)->offer(sample.request, sample.scan, none))
                std::this_thread::yield();
        }
        QVERIFY((*capture)->close().has_value());
    }

    static bool isAllThere(const Result<std::vector<StoredRequest>, CaptureError>& requests)
    {
        if (!requests || requests->size() != 400)
            return false;
        for (const StoredRequest& request : *requests) {
            Sample sample;
            fill(sample, recipeNumber(request.sequence));
            if (request.body.view() != sample.request.body)
                return false;
        }
        return true;
    }

    QString openAsNobody()
    {
        QProcess opener;
        opener.start(QStringLiteral(CAPTURE_WRITER), {"open", m_path});
        opener.waitForFinished(20000);
        return opener.exitCode() == 77 ? "skip" : QString::fromUtf8(opener.readAllStandardOutput());
    }

    QByteArray read() const
    {
        QFile file(m_path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    void write(const QByteArray& content) const
    {
        QFile file(m_path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(content), content.size());
    }

    /// A capture whose application id is another one: the smallest other database there is.
    static QByteArray foreignDatabase()
    {
        const QTemporaryDir folder;
        const std::string path = folder.filePath("other").toStdString();
        if (auto capture = Capture::open(path, {}); capture)
            std::ignore = (*capture)->close();
        QFile file(QString::fromStdString(path));
        QByteArray content = file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        content[68] = 'X'; // application_id.
        return content;
    }

    std::optional<QTemporaryDir> m_folder;
    QString m_path;
};

QTEST_GUILESS_MAIN(CaptureErrorsTest)
#include "tst_capture_errors.moc"
