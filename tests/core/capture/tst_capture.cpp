#include "core/capture/capture.h"
#include "core/capture/capture_reader.h"

#include <QTemporaryDir>
#include <QTest>

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

private:
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
