#include "core/capture/capture.h"
#include "core/capture/capture_reader.h"
#include "core/capture/sqlite.h"
#include "core/capture/trace_index.h"

#include <QDir>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <atomic>
#include <future>
#include <thread>

#include "tests/core/capture/capture_samples.h"

using namespace sluice;
using namespace sluice::testing;

namespace {

constexpr Nanos kLong = std::chrono::seconds(20);

/// Offers a sample and gives the answer of its commit.
std::future<Result<void, CaptureError>> offerTo(Capture& capture, Sample& sample)
{
    auto promise = std::make_shared<std::promise<Result<void, CaptureError>>>();
    std::future<Result<void, CaptureError>> answer = promise->get_future();
    CommitCallback callback
        = [promise](Result<void, CaptureError> result) { promise->set_value(std::move(result)); };
    while (!capture.offer(sample.request, sample.scan, callback))
        std::this_thread::yield();
    return answer;
}

/// Offers a request made by `recipe`, waits for its commit, and gives back its body.
std::string store(Capture& capture, const Recipe& recipe)
{
    Sample sample;
    fill(sample, recipe);
    std::string body = sample.request.body;
    auto answer = offerTo(capture, sample);
    return answer.get() ? body : std::string();
}

} // namespace

class CaptureTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder.emplace();
        m_path = m_folder->filePath("test.sluice").toStdString();
    }

    void whatIsAcknowledgedComesBackByteForByte()
    {
        std::vector<std::string> bodies;
        {
            auto capture = opened();
            for (std::uint64_t i = 1; i <= 40; ++i)
                bodies.push_back(store(*capture, {.signal = kSignals[i % 3], .records = i % 7, .seed = i}));
        }
        auto reader = CaptureReader::open(m_path);
        QVERIFY2(reader.has_value(), reader ? "" : reader.error().text.c_str());
        const auto requests = (*reader)->requests(0, UINT64_MAX, SIZE_MAX, std::nullopt);
        QVERIFY2(requests.has_value(), requests ? "" : requests.error().text.c_str());
        QCOMPARE(requests->size(), bodies.size());
        std::array<std::uint64_t, kSignalCount> next{1, 1, 1};
        for (std::size_t i = 0; i < bodies.size(); ++i) {
            const StoredRequest& request = (*requests)[i];
            QCOMPARE(request.sequence, i + 1);
            QCOMPARE(request.signal, kSignals[(i + 1) % 3]);
            QCOMPARE(request.recordCount, std::uint32_t((i + 1) % 7));
            QCOMPARE(request.firstRecord, next[indexOf(request.signal)]);
            next[indexOf(request.signal)] += request.recordCount;
            QCOMPARE(request.body.view(), std::string_view(bodies[i]));
            QCOMPARE(request.context.peer, std::string("127.0.0.1"));
            QCOMPARE(request.context.headers.size(), std::size_t(1));
        }
        QVERIFY(isWell());
    }

    void theColumnsSayWhatTheScanSaid()
    {
        Sample sample;
        fill(sample, {.records = 50, .seed = 9});
        {
            auto capture = opened();
            QVERIFY(offerTo(*capture, sample).get().has_value());
        }
        auto reader = *CaptureReader::open(m_path);
        const auto chunks = reader->chunksAfter(Signal::Traces, 0, 10);
        QVERIFY(chunks.has_value());
        QCOMPARE(chunks->size(), std::size_t(1));
        const auto whole = reader->chunk(chunks->front().info.id);
        QVERIFY(whole.has_value());
        const ChunkColumns& columns = chunks->front().columns;
        QCOMPARE(columns.size(), std::size_t(50));
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const otlp::RecordView& record = sample.scan.records[i];
            QCOMPARE(columns.startUnixNano[i], record.startUnixNano);
            QCOMPARE(columns.endUnixNano[i], record.endUnixNano);
            QVERIFY(columns.traceId[i] == record.traceId);
            QCOMPARE(columns.kind[i], record.kind);
            QCOMPARE(columns.status[i], record.status);
            QCOMPARE(columns.findings[i], record.findings);
            QCOMPARE((columns.flags[i] & ChunkColumns::kIsRoot) != 0, !record.parentSpanId.isValid());
            QCOMPARE(columns.strings[columns.service[i]], std::string("checkout"));
            QCOMPARE(columns.strings[columns.name[i]], std::string(record.name));
            QCOMPARE(whole->payload.view().substr(columns.offset[i], columns.length[i]), record.message);
        }
    }

    void theRunnerReadsFromMemoryAndFromTheFileAlike_data()
    {
        QTest::addColumn<int>("hotBytes");
        QTest::newRow("all in memory") << (1 << 20);
        QTest::newRow("nearly all in the file") << 1;
    }
    void theRunnerReadsFromMemoryAndFromTheFileAlike()
    {
        QFETCH(int, hotBytes);
        auto capture = opened({.hotTailBytes = static_cast<std::size_t>(hotBytes)});
        std::vector<std::string> bodies;
        for (std::uint64_t i = 1; i <= 30; ++i)
            bodies.push_back(store(*capture, {.signal = kSignals[i % 3], .records = 5, .seed = i}));
        std::uint64_t position = 0;
        while (position < bodies.size()) {
            const auto requests = capture->requestsAfter(position, 2000, Nanos(0), {});
            QVERIFY2(requests.has_value(), requests ? "" : requests.error().text.c_str());
            QVERIFY(!requests->empty());
            for (const StoredRequest& request : *requests) {
                QCOMPARE(request.sequence, ++position);
                QCOMPARE(request.body.view(), std::string_view(bodies[position - 1]));
            }
        }
        QVERIFY(capture->requestsAfter(position, 2000, Nanos(0), {})->empty());
    }

    void theRunnerIsWokenByTheNextCommit()
    {
        auto capture = opened();
        auto waiting
            = std::async(std::launch::async, [&] { return capture->requestsAfter(0, 1000, kLong, {}); });
        store(*capture, {});
        QCOMPARE(waiting.get()->size(), std::size_t(1));
    }

    void theRunnerIsWokenWhenItIsToStop()
    {
        auto capture = opened();
        std::stop_source stop;
        auto waiting = std::async(
            std::launch::async, [&] { return capture->requestsAfter(0, 1000, kLong, stop.get_token()); });
        stop.request_stop();
        QVERIFY(waiting.get()->empty());
    }

    void bookkeepingIsWrittenAndReadBack()
    {
        {
            auto capture = opened();
            for (std::uint64_t i = 1; i <= 6; ++i)
                store(*capture, {.records = 10, .seed = i});
            Bookkeeping entry;
            entry.judgedUpTo = 4;
            entry.outcomes
                = {{"traces", 2, Signal::Traces, 1, 20, "abc"}, {"traces", 2, Signal::Traces, 21, 20, ""}};
            entry.releases = {{1, "traces", 2, Signal::Traces, 1, 2, 20, ""},
                {2, "traces", 2, Signal::Traces, 3, 4, 15, "made"}};
            entry.positions = {{"backend", 1, 20, 0, 3}};
            entry.deadLetters = {{0, "backend", UnixTime(Nanos(5)), Signal::Traces, 1, 20, "400 no", "sent"}};
            QVERIFY(recordIn(*capture, entry).has_value());
            QCOMPARE(capture->judgedUpTo(), std::uint64_t(4));
            QCOMPARE(capture->lastRelease(), std::uint64_t(2));
        }
        auto reader = *CaptureReader::open(m_path);
        QCOMPARE(reader->info()->lastJudgedRequest, std::uint64_t(4));
        const auto overlapping = *reader->outcomes(Signal::Traces, 15, 25);
        QCOMPARE(overlapping.size(), std::size_t(2));
        QCOMPARE(overlapping[0].outcomes, std::string("abc"));
        QCOMPARE(reader->outcomes(Signal::Traces, 20, 20)->size(), std::size_t(1));
        QCOMPARE(reader->outcomes(Signal::Traces, 41, 99)->size(), std::size_t(0));
        QCOMPARE(reader->outcomes(Signal::Logs, 1, 99)->size(), std::size_t(0));
        int seen = 0;
        const auto last = reader->outcomesAfter(0, 100, [&](const OutcomeRange&) { ++seen; });
        QCOMPARE(seen, 2);
        QCOMPARE(*reader->outcomesAfter(*last, 100, [&](const OutcomeRange&) { ++seen; }), *last);
        QCOMPARE(seen, 2);
        QCOMPARE(reader->releasesAfter(1, 10)->front().payload, std::string("made"));
        QCOMPARE(reader->positions()->front().retries, std::uint64_t(3));
        QCOMPARE(reader->deadLetters("backend")->front().answer, std::string("400 no"));
        QVERIFY(isWell());
    }

    void aReleaseThatLeavesAGapIsRefused()
    {
        auto capture = opened();
        Bookkeeping entry;
        entry.judgedUpTo = 7;
        entry.releases = {{5, "traces", 1, Signal::Traces, 1, 2, 20, ""}};
        QVERIFY(!recordIn(*capture, entry).has_value());
        QCOMPARE(capture->lastRelease(), std::uint64_t(0));
        QCOMPARE(capture->judgedUpTo(), std::uint64_t(0));
    }

    void revisionsAndSettingsAreDurableOnReturn()
    {
        auto capture = opened();
        QCOMPARE(*capture->addRevision("one", "first", UnixTime(Nanos(1))), 1U);
        QCOMPARE(*capture->addRevision("two", "", UnixTime(Nanos(2))), 2U);
        QVERIFY(capture->markApplied(1, 10).has_value());
        QVERIFY(capture->markApplied(2, 20).has_value());
        QCOMPARE(capture->markApplied(9, 20).error().kind, CaptureFailure::NotFound);
        QVERIFY(capture->setSetting("key", "old").has_value());
        QVERIFY(capture->setSetting("key", "value").has_value());
        auto reader = *CaptureReader::open(m_path);
        const auto revisions = *reader->revisions();
        QCOMPARE(revisions.size(), std::size_t(2));
        QVERIFY(!revisions[0].applied);
        QVERIFY(revisions[1].applied);
        QCOMPARE(revisions[1].appliedAtRequest, std::uint64_t(20));
        QCOMPARE(revisions[0].note, std::string("first"));
        QCOMPARE(reader->setting("key")->value(), std::string("value"));
        QVERIFY(!reader->setting("other")->has_value());
    }

    void aTraceIsFoundInEveryChunkThatHoldsIt()
    {
        // Enough chunks for several runs, their merging, and a tail.
        constexpr std::uint64_t kRequests = 2500;
        {
            auto capture = opened({.chunkBytes = 1});
            for (std::uint64_t i = 1; i <= kRequests; ++i) {
                Sample sample;
                fill(sample,
                    {.signal = i % 5 == 0 ? Signal::Logs : Signal::Traces,
                        .records = 20,
                        .firstTrace = i,
                        .attributeBytes = 5,
                        .seed = i});
                offerQuietly(*capture, sample);
            }
            QVERIFY(capture->flush().has_value());
            checkTraces(kRequests);
            if (QTest::currentTestFailed())
                return;
            QTRY_VERIFY_WITH_TIMEOUT(runsAreMerged(), 20000);
            checkTraces(kRequests);
        }
        checkTraces(kRequests);
        auto capture = opened(); // Reads the tail again.
        QVERIFY(isWell());
    }

    void aCleanlyClosedCaptureIsOneFile()
    {
        {
            auto capture = opened();
            store(*capture, {});
        }
        QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files), QStringList{"test.sluice"});
        QFile file(QString::fromStdString(m_path));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray header = file.read(100);
        QCOMPARE(header[18], char(1)); // Journal mode DELETE, not WAL: opens read-only anywhere.
        QCOMPARE(header.mid(68, 4), QByteArray("SLUC"));
    }

    void numberingGoesOnAfterReopening()
    {
        for (std::uint64_t i = 1; i <= 3; ++i) {
            auto capture = opened();
            QCOMPARE(capture->lastCommit().lastRequest, i - 1);
            store(*capture, {.records = 4, .seed = i});
            QCOMPARE(capture->lastCommit().lastRequest, i);
            QCOMPARE(capture->lastCommit().lastRecord[0], i * 4);
        }
        QVERIFY(isWell());
    }

    void theFileStaysBelowItsLimitAndCountsWhatItRemoved()
    {
        constexpr std::uint64_t kLimit = 12U << 20U;
        std::uint64_t stored = 0;
        {
            auto capture = opened({.retention = {.maxBytes = kLimit}});
            for (std::uint64_t i = 1; i <= 600; ++i) {
                const bool ok = !store(
                    *capture, {.signal = kSignals[i % 3], .records = 50, .attributeBytes = 2000, .seed = i})
                                     .empty();
                QVERIFY2(ok, capture->trouble() ? capture->trouble()->text.c_str() : "");
                ++stored;
                QVERIFY(QFileInfo(QString::fromStdString(m_path)).size() <= qint64(kLimit));
            }
        }
        auto reader = *CaptureReader::open(m_path);
        const CaptureInfo info = *reader->info();
        QCOMPARE(info.lastRequest, stored);
        QVERIFY(info.signals[0].removedRecords > 0);
        QVERIFY(reader->firstChunk(Signal::Traces).value() > 0);
        QCOMPARE(reader->chunkOf({Signal::Traces, 1}).error().kind, CaptureFailure::NotFound);
        const RecordId newest{Signal::Traces, info.signals[0].records};
        QVERIFY(reader->chunkOf(newest).has_value());
        const auto first = reader->requests(0, UINT64_MAX, 1, std::nullopt);
        QVERIFY(first->front().sequence > 1);
        QVERIFY(info.firstArrival == first->front().arrival);
        QVERIFY(isWell());
    }

    void whatIsStillNeededIsRefusedRatherThanRemoved()
    {
        auto capture = opened({.retention = {.maxBytes = 12U << 20U}});
        capture->setRetentionFloor(1);
        std::uint64_t stored = 0;
        for (std::uint64_t seed = 1;
             !store(*capture, {.records = 50, .attributeBytes = 2000, .seed = seed}).empty(); ++seed)
            ++stored;
        QCOMPARE(capture->trouble()->kind, CaptureFailure::Full);
        QCOMPARE(capture->info().signals[0].removedRecords, std::uint64_t(0));
        capture->setRetentionFloor(stored); // Everything but the newest was delivered.
        QTRY_VERIFY_WITH_TIMEOUT( // Senders are told to try again, and are soon accepted.
            !store(*capture, {.records = 50, .attributeBytes = 2000, .seed = 9999}).empty(), 20000);
        QVERIFY(!capture->trouble());
        QVERIFY(capture->info().signals[0].removedRecords > 0);
        QVERIFY(isWell());
    }

    void aLowerLimitShortensTheFile()
    {
        auto capture = opened();
        for (std::uint64_t i = 1; i <= 200; ++i)
            store(*capture, {.records = 50, .attributeBytes = 2000, .seed = i});
        capture->setRetention({.maxBytes = 10U << 20U});
        store(*capture, {.seed = 1000});
        QTRY_VERIFY_WITH_TIMEOUT(pagesInFile() * 32768 <= (10U << 20U), 20000);
        QVERIFY(isWell());
    }

    void whatIsTooOldIsRemoved()
    {
        auto capture = opened();
        for (std::uint64_t i = 1; i <= 50; ++i)
            store(*capture, {.records = 5, .seed = i}); // Arrived in 2023.
        Sample fresh;
        fill(fresh, {.records = 5, .seed = 51});
        fresh.request.arrival = SystemClock().now();
        QVERIFY(offerTo(*capture, fresh).get().has_value());
        capture->setRetention({.maxAge = std::chrono::hours(1)});
        QTRY_COMPARE_WITH_TIMEOUT(
            (*CaptureReader::open(m_path))->info()->signals[0].removedRecords, std::uint64_t(250), 20000);
        QVERIFY(isWell());
    }

    void aTemporaryCaptureGoesWhenClosedUnlessItIsKept_data()
    {
        QTest::addColumn<bool>("keep");
        QTest::newRow("kept") << true;
        QTest::newRow("not kept") << false;
    }
    void aTemporaryCaptureGoesWhenClosedUnlessItIsKept()
    {
        QFETCH(bool, keep);
        {
            auto capture = opened({.temporary = true});
            QVERIFY(capture->info().temporary);
            store(*capture, {});
            if (keep)
                QVERIFY(capture->keep().has_value());
            QCOMPARE(capture->info().temporary, !keep);
        }
        QCOMPARE(
            QDir(m_folder->path()).entryList(QDir::Files), keep ? QStringList{"test.sluice"} : QStringList());
    }

    void aCopyIsSavedWhileWritingGoesOn()
    {
        const std::string copy = m_folder->filePath("copy.sluice").toStdString();
        std::uint64_t before = 0;
        {
            auto capture = opened({.temporary = true});
            for (std::uint64_t i = 1; i <= 100; ++i)
                store(*capture, {.records = 50, .attributeBytes = 1000, .seed = i});
            before = capture->lastCommit().lastRequest;
            std::atomic<bool> saved = false;
            std::thread writer([&] {
                for (std::uint64_t i = 1000; !saved; ++i)
                    store(*capture, {.records = 5, .seed = i});
            });
            const auto result = capture->saveAs(copy);
            saved = true;
            writer.join();
            QVERIFY2(result.has_value(), result ? "" : result.error().text.c_str());
        }
        QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files), (QStringList{"copy.sluice", "test.sluice"}));
        m_path = copy;
        auto reader = *CaptureReader::open(copy);
        QVERIFY(reader->info()->lastRequest >= before);
        QVERIFY(!reader->info()->temporary);
        QVERIFY(isWell());
    }

    void whatIsOfferedBeyondThePendingLimitIsNotTaken()
    {
        auto capture = opened({.maxPendingBytes = 1});
        Sample sample;
        fill(sample, {.records = 200});
        int taken = 0;
        int refused = 0;
        for (int i = 0; i < 200; ++i) {
            CommitCallback none;
            (capture->offer(sample.request, sample.scan, none) ? taken : refused)++;
        }
        QVERIFY(capture->flush().has_value());
        QVERIFY(taken > 0);
        QVERIFY(refused > 0);
        QCOMPARE(capture->lastCommit().lastRequest, std::uint64_t(taken));
        QCOMPARE(capture->pendingBytes(), std::size_t(0));
    }

    void nothingIsTakenAfterClosing()
    {
        auto capture = opened();
        QVERIFY(capture->close().has_value());
        QVERIFY(capture->close().has_value());
        Sample sample;
        fill(sample, {});
        CommitCallback none;
        QVERIFY(!capture->offer(sample.request, sample.scan, none));
        QVERIFY(!capture->setSetting("a", "b").has_value());
    }

    void everyCommitIsAnnouncedOnceItCanBeRead()
    {
        auto capture = opened();
        std::atomic<std::uint64_t> announced = 0;
        std::atomic<bool> wasReadable = true;
        capture->onCommitted([&](const CommitNotice& notice) {
            announced = notice.lastRequest;
            const auto reader = CaptureReader::open(m_path);
            if (!reader || (*reader)->info()->lastRequest < notice.lastRequest)
                wasReadable = false;
        });
        for (std::uint64_t i = 1; i <= 20; ++i)
            store(*capture, {.seed = i});
        QTRY_COMPARE(announced.load(), std::uint64_t(20));
        QVERIFY(wasReadable);
    }

    void aLongLogIsWrittenBackWhileRequestsCome()
    {
        {
            auto capture = opened();
            for (std::uint64_t i = 1; i <= 1500; ++i) {
                Sample sample;
                fill(sample, {.records = 50, .attributeBytes = 2000, .seed = i});
                offerQuietly(*capture, sample);
            }
            QVERIFY(capture->flush().has_value());
            const qint64 log = QFileInfo(QString::fromStdString(m_path) + "-wal").size();
            QVERIFY2(log < (100 << 20), qPrintable(QString::number(log)));
        }
        QVERIFY(isWell());
    }

    void bodiesOfAnyKindComeBack()
    {
        std::mt19937_64 random(42);
        std::vector<std::string> bodies;
        {
            auto capture = opened({.chunkBytes = 5000, .hotTailBytes = 20000});
            for (std::uint64_t i = 0; i < 500; ++i) {
                Recipe recipe{.signal = kSignals[random() % 3],
                    .records = random() % 4 == 0 ? random() % 60 : random() % 4,
                    .firstTrace = random() % 50,
                    .service = std::string(random() % 30, char('a' + random() % 26)),
                    .attributeBytes = random() % 7 == 0 ? 3000 : random() % 30,
                    .seed = random() % 1000};
                Sample sample;
                fill(sample, recipe);
                bodies.push_back(sample.request.body);
                offerQuietly(*capture, sample);
            }
        }
        auto reader = *CaptureReader::open(m_path);
        std::uint64_t next = 0;
        while (next < bodies.size()) {
            const auto requests = *reader->requests(next, UINT64_MAX, random() % 50000, std::nullopt);
            QVERIFY(!requests.empty());
            for (const StoredRequest& request : requests)
                QVERIFY(request.body.view() == bodies[next++]);
        }
        QVERIFY(isWell());
    }

private:
    static void offerQuietly(Capture& capture, Sample& sample)
    {
        CommitCallback none;
        while (!capture.offer(sample.request, sample.scan, none))
            std::this_thread::yield();
    }

    static Result<void, CaptureError> recordIn(Capture& capture, Bookkeeping entry)
    {
        std::promise<Result<void, CaptureError>> promise;
        capture.record(std::move(entry),
            [&](Result<void, CaptureError> result) { promise.set_value(std::move(result)); });
        return promise.get_future().get();
    }

    /// Each request of `aTraceIsFound…` has traces i, i+1 and i+2; so most traces are in three requests.
    void checkTraces(std::uint64_t requests)
    {
        auto reader = *CaptureReader::open(m_path);
        for (std::uint64_t trace = 1; trace <= requests + 2; trace += 7) {
            for (const Signal signal : {Signal::Traces, Signal::Logs}) {
                std::size_t expected = 0;
                for (std::uint64_t i = trace > 2 ? trace - 2 : 1; i <= std::min(trace, requests); ++i)
                    expected += (i % 5 == 0) == (signal == Signal::Logs) ? 1 : 0;
                const auto chunks = reader->chunksOfTrace(signal, traceNumber(trace));
                QVERIFY(chunks.has_value());
                QCOMPARE(chunks->size(), expected);
            }
        }
        QCOMPARE(reader->chunksOfTrace(Signal::Traces, traceNumber(999999))->size(), std::size_t(0));
    }

    bool runsAreMerged()
    {
        auto database = sqlite::Database::open(m_path, sqlite::Access::ReadOnly);
        const auto runs = liveRuns(*database); // How many are left and how long they are depends on when they came.
        return runs && !runs->empty() && runsToMerge(*runs).empty();
    }
    std::uint64_t pagesInFile()
    {
        auto database = sqlite::Database::open(m_path, sqlite::Access::ReadOnly);
        return static_cast<std::uint64_t>(*database->number("PRAGMA page_count"));
    }

    std::unique_ptr<Capture> opened(CaptureOptions options = {})
    {
        auto capture = Capture::open(m_path, options);
        if (!capture)
            qFatal("%s", capture.error().text.c_str());
        return std::move(*capture);
    }

    bool isWell()
    {
        auto reader = CaptureReader::open(m_path);
        const auto problems = (*reader)->verify({}, {});
        for (const auto& problem : *problems)
            qWarning("%s", problem.text.c_str());
        return problems->empty();
    }

    std::optional<QTemporaryDir> m_folder;
    std::string m_path;
};

QTEST_GUILESS_MAIN(CaptureTest)
#include "tst_capture.moc"
