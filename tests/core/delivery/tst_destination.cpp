#include "core/base/log.h"
#include "core/delivery/destination.h"
#include "core/wire/writer.h"

#include <QTest>

#include "tests/core/delivery/fakes.h"
#include "tests/support/http_backend.h"

using namespace sluice;
using namespace sluice::test;
using Kind = SendResult::Kind;

namespace {

/// A trace request of `spans` empty spans, `padding` bytes long at least.
std::string request(int spans, std::size_t padding = 0)
{
    std::string scope;
    for (int i = 0; i < spans; ++i)
        wire::Writer(scope).bytes(2, std::string(padding, '\0'));
    std::string resource;
    wire::Writer(resource).bytes(2, scope);
    std::string out;
    wire::Writer(out).bytes(1, resource);
    return out;
}

} // namespace

class DestinationTest : public QObject {
    Q_OBJECT

    /// One destination and what is around it. Members in the order of their lives.
    struct World {
        explicit World(
            FakeExporter::Answer answers = [](const FakeExporter::Sent&, int) { return SendResult{}; })
            : exporter(new FakeExporter(std::move(answers)))
        {
            settings.name = "otlp_grpc/test";
        }
        void start(ProgressSink::Progress from = {})
        {
            DestinationSurroundings surroundings{source, progress, clock};
            surroundings.concerns = concerns;
            destination = std::make_unique<Destination>(
                settings, std::unique_ptr<Exporter>(exporter), from, std::move(surroundings));
        }

        FakeReleaseSource source;
        FakeProgressSink progress;
        FakeClock clock;
        DestinationSettings settings;
        std::function<bool(const Release&)> concerns;
        FakeExporter* exporter; ///< Owned by the destination once it has started.
        std::unique_ptr<Destination> destination;
    };

private Q_SLOTS:
    void whatWasThereAndWhatComesIsSent()
    {
        World world;
        world.source.add(Signal::Traces, {"a"}, 2);
        world.start();
        QTRY_COMPARE(world.progress.last().release, std::uint64_t(1));
        world.source.add(Signal::Logs, {"b"}, 3);
        QTRY_COMPARE(world.progress.last().release, std::uint64_t(2));
        QCOMPARE(world.progress.last().sentRecords, std::uint64_t(5));
        const auto sent = world.exporter->sent();
        QCOMPARE(sent.size(), std::size_t(2));
        QCOMPARE(sent[1].signal, Signal::Logs);
        QCOMPARE(sent[1].body, std::string("b"));
        QCOMPARE(world.destination->status().state, DestinationState::Idle);
    }

    void releasesOfASignalArePutTogether()
    {
        World world;
        world.source.add(Signal::Traces, {"a", "b"}, 2);
        world.source.add(Signal::Logs, {"l"}, 1);
        world.source.add(Signal::Traces, {"c"}, 1);
        world.settings.maxInFlight = 1;
        world.start();
        QTRY_COMPARE(world.progress.last().release, std::uint64_t(3));
        const auto sent = world.exporter->sent();
        QCOMPARE(sent.size(), std::size_t(2));
        QCOMPARE(sent[0].body, std::string("abc"));
        QCOMPARE(sent[0].records, std::uint64_t(3));
        QCOMPARE(sent[1].body, std::string("l"));
    }

    void aRequestStaysBelowItsLimits()
    {
        World world;
        for (int i = 0; i < 4; ++i)
            world.source.add(Signal::Traces, {"12345"}, 10);
        world.settings.batchRecords = 20;
        world.settings.maxInFlight = 1;
        world.start();
        QTRY_COMPARE(world.progress.last().release, std::uint64_t(4));
        QCOMPARE(world.exporter->sentCount(), std::size_t(2));

        World small;
        small.source.add(Signal::Traces, {request(1), request(2), request(3)}, 6);
        small.settings.batchBytes = request(3).size();
        small.settings.maxInFlight = 1;
        small.start();
        QTRY_COMPARE(small.progress.last().release, std::uint64_t(1));
        QCOMPARE(small.progress.last().sentRecords, std::uint64_t(6));
        std::uint64_t records = 0;
        for (const auto& sent : small.exporter->sent())
            records += sent.records;
        QCOMPARE(records, std::uint64_t(6));
        QVERIFY(small.exporter->sentCount() > 1);
    }

    void whatDoesNotConcernItIsPassedOver()
    {
        World world;
        world.settings.signals = {true, false, true};
        world.concerns = [](const Release& release) { return release.pipeline != "traces/other"; };
        world.source.add(Signal::Metrics, {"m"}, 1);
        world.source.add(Signal::Traces, {"t"}, 1, "traces/other");
        world.source.add(Signal::Traces, {}, 0);
        world.start();
        QTRY_COMPARE(world.progress.last().release, std::uint64_t(3));
        QCOMPARE(world.progress.last().sentRecords, std::uint64_t(0));
        QCOMPARE(world.exporter->sentCount(), std::size_t(0));
    }

    void thePositionMovesOnlyOverWhatIsSettledWithoutAGap()
    {
        World world;
        world.exporter->hold("first");
        world.source.add(Signal::Traces, {"first"}, 1);
        world.start();
        QTRY_COMPARE(world.exporter->sentCount(), std::size_t(1));
        world.source.add(Signal::Traces, {"second"}, 1);
        world.source.add(Signal::Logs, {"third"}, 1);
        QTRY_COMPARE(world.exporter->sentCount(), std::size_t(3));
        QTRY_COMPARE(world.destination->status().recent.size(), std::size_t(2));
        QCOMPARE(world.destination->position(), std::uint64_t(0));
        QCOMPARE(world.progress.last().sentRecords, std::uint64_t(0));
        world.exporter->letGo("first");
        QTRY_COMPARE(world.progress.last().release, std::uint64_t(3));
        QCOMPARE(world.progress.last().sentRecords, std::uint64_t(3));
        QVERIFY(world.progress.isRising());
    }

    void noMoreThanTheAllowedRequestsAreUnderWay()
    {
        World world;
        world.settings.maxInFlight = 2;
        world.settings.batchRecords = 1;
        world.exporter->hold("x");
        for (int i = 0; i < 5; ++i)
            world.source.add(Signal::Traces, {"x"}, 1);
        world.start();
        QTRY_COMPARE(world.exporter->sentCount(), std::size_t(2));
        world.exporter->letGo("x");
        QTRY_COMPARE(world.progress.last().release, std::uint64_t(5));
    }

    void metricsAreSentOneAfterTheOther()
    {
        World world;
        world.settings.batchRecords = 1;
        world.exporter->hold("m1");
        world.source.add(Signal::Metrics, {"m1"}, 1);
        world.source.add(Signal::Metrics, {"m2"}, 1);
        world.source.add(Signal::Traces, {"t"}, 1);
        world.start();
        QTRY_COMPARE(world.exporter->sentCount(), std::size_t(2)); // m1 and t
        QCOMPARE(world.exporter->sent()[1].body == "m2" || world.exporter->sent()[0].body == "m2", false);
        world.exporter->letGo("m1");
        QTRY_COMPARE(world.progress.last().release, std::uint64_t(3));
        QCOMPARE(world.exporter->sent()[2].body, std::string("m2"));
    }

    void aBackendThatIsAwayCostsNothing()
    {
        std::atomic<bool> isAway{true};
        World world([&](const FakeExporter::Sent&, int) {
            return isAway ? answer(Kind::Retry, "connection refused") : SendResult{};
        });
        world.source.add(Signal::Traces, {"a"}, 4);
        world.start();
        QTRY_COMPARE(world.destination->status().state, DestinationState::Retrying);
        world.source.add(Signal::Traces, {"b"}, 5);
        auto status = world.destination->status();
        QCOMPARE(status.lastError, std::string("connection refused"));
        QCOMPARE(status.behindReleases, std::uint64_t(2));
        QCOMPARE(status.behindRecords, std::uint64_t(9));
        QCOMPARE(status.behindSince, UnixTime(std::chrono::seconds(1001)));
        QVERIFY(status.nextTry > world.clock.now());
        QCOMPARE(world.exporter->sentCount(), std::size_t(1));

        world.destination->retryNow();
        QTRY_COMPARE(world.exporter->sentCount(), std::size_t(2));
        isAway = false;
        QTRY_COMPARE(world.destination->status().state, DestinationState::Retrying);
        world.destination->retryNow();
        QTRY_COMPARE(world.progress.last().release, std::uint64_t(2));
        QCOMPARE(world.progress.last().sentRecords, std::uint64_t(9));
        QVERIFY(world.progress.last().retries >= 2);
        QVERIFY(world.progress.refused().empty());
        QCOMPARE(world.destination->status().state, DestinationState::Idle);
    }

    void aBackendIsNotTriedBeforeItAskedTo()
    {
        World world([](const FakeExporter::Sent&, int number) {
            return number == 1 ? answer(Kind::Retry, "busy", std::chrono::minutes(10)) : SendResult{};
        });
        world.source.add(Signal::Traces, {"a"}, 1);
        world.start();
        QTRY_COMPARE(world.destination->status().state, DestinationState::Retrying);
        QCOMPARE(world.destination->status().nextTry, world.clock.now() + std::chrono::minutes(10));
    }

    void theDelayEndsByItself()
    {
        World world([](const FakeExporter::Sent&, int number) {
            return number < 4 ? answer(Kind::Retry, "busy") : SendResult{};
        });
        SystemClock clock;
        world.settings.retryInitial = world.settings.retryMax = std::chrono::milliseconds(1);
        world.source.add(Signal::Traces, {"a"}, 1);
        Destination destination(world.settings, std::unique_ptr<Exporter>(world.exporter), {},
            {world.source, world.progress, clock});
        QTRY_COMPARE(world.progress.last().release, std::uint64_t(1));
        QCOMPARE(world.progress.last().retries, std::uint64_t(3));
    }

    void onlyOneRequestTriesWhileABackendFails()
    {
        std::atomic<bool> isAway{true};
        World world([&](const FakeExporter::Sent&, int) {
            return isAway ? answer(Kind::Retry, "away") : SendResult{};
        });
        world.settings.batchRecords = 1;
        for (const char* body : {"a", "b", "c", "d"}) {
            world.exporter->hold(body);
            world.source.add(Signal::Traces, {body}, 1);
        }
        world.start();
        QTRY_COMPARE(world.exporter->sentCount(), std::size_t(4));
        for (const char* body : {"a", "b", "c", "d"})
            world.exporter->letGo(body);
        QTRY_COMPARE(world.destination->status().recent.size(), std::size_t(4));
        world.destination->retryNow();
        QTRY_COMPARE(world.destination->status().recent.size(), std::size_t(5));
        QCOMPARE(world.exporter->sent()[4].body, std::string("a")); // The oldest.
        isAway = false;
        world.destination->retryNow();
        QTRY_COMPARE(world.progress.last().release, std::uint64_t(4));
        QVERIFY(world.progress.isRising());
    }

    void whatIsRefusedForGoodIsKeptWithTheAnswer()
    {
        World world([](const FakeExporter::Sent& sent, int) {
            return sent.body == "bad" ? answer(Kind::Refused, "INVALID_ARGUMENT: no") : SendResult{};
        });
        world.settings.batchRecords = 1;
        world.source.add(Signal::Traces, {"good"}, 1);
        world.source.add(Signal::Traces, {"bad"}, 7);
        world.source.add(Signal::Traces, {"good"}, 1);
        world.start();
        QTRY_COMPARE(world.progress.last().release, std::uint64_t(3));
        QCOMPARE(world.progress.last().sentRecords, std::uint64_t(2));
        QCOMPARE(world.progress.last().failedRecords, std::uint64_t(7));
        const auto refused = world.progress.refused();
        QCOMPARE(refused.size(), std::size_t(1));
        QCOMPARE(refused[0].payload, std::string("bad"));
        QCOMPARE(refused[0].answer, std::string("INVALID_ARGUMENT: no"));
        QCOMPARE(refused[0].recordCount, std::uint64_t(7));
        QCOMPARE(refused[0].release, std::uint64_t(2));
    }

    void rejectedRecordsOfAPartialSuccessAreCounted()
    {
        World world([](const FakeExporter::Sent&, int) {
            SendResult result = answer(Kind::PartialSuccess, "3 without a name");
            result.rejectedRecords = 3;
            return result;
        });
        world.source.add(Signal::Traces, {"a"}, 2);
        world.source.add(Signal::Traces, {"b"}, 4);
        world.settings.maxInFlight = 1;
        world.start();
        QTRY_COMPARE(world.progress.last().release, std::uint64_t(2));
        QCOMPARE(world.progress.last().failedRecords, std::uint64_t(3));
        QCOMPARE(world.progress.last().sentRecords, std::uint64_t(3));
        QCOMPARE(world.exporter->sentCount(), std::size_t(1));
        QCOMPARE(world.progress.refused().front().recordCount, std::uint64_t(3));
        QVERIFY(world.progress.refused().front().payload.empty());
    }

    void aRequestThatIsTooLargeIsSentInHalves()
    {
        const std::size_t limit = 300'000;
        World world([&](const FakeExporter::Sent& sent, int) {
            SendResult result = answer(sent.body.size() > limit ? Kind::Refused : Kind::Ok, "too large");
            result.isTooLarge = sent.body.size() > limit;
            return result;
        });
        const std::string resource = request(10, 10'000);
        world.source.add(Signal::Traces, {resource + resource + resource, resource}, 40);
        world.source.add(Signal::Traces, {resource}, 10);
        world.settings.maxInFlight = 1;
        world.start();
        QTRY_COMPARE(world.progress.last().release, std::uint64_t(2));
        QCOMPARE(world.progress.last().sentRecords, std::uint64_t(50));
        QCOMPARE(world.progress.last().failedRecords, std::uint64_t(0));
        std::string arrived;
        for (const auto& sent : world.exporter->sent()) {
            if (sent.body.size() <= limit)
                arrived += sent.body;
        }
        QVERIFY(arrived == resource + resource + resource + resource + resource);
    }

    void whatCannotBeHalvedIsADeadLetter()
    {
        World world([&](const FakeExporter::Sent&, int) {
            SendResult result = answer(Kind::Refused, "too large");
            result.isTooLarge = true;
            return result;
        });
        world.source.add(Signal::Traces, {request(2), request(1)}, 3);
        world.start();
        QTRY_COMPARE(world.progress.last().release, std::uint64_t(1));
        QCOMPARE(world.progress.last().failedRecords, std::uint64_t(3));
        QCOMPARE(world.progress.refused().size(), std::size_t(2));
    }

    void aRequestIsGivenUpOnlyWhenAsked()
    {
        World world([](const FakeExporter::Sent&, int) { return answer(Kind::Retry, "away"); });
        world.settings.retryGiveUp = std::chrono::minutes(5);
        world.source.add(Signal::Traces, {"a"}, 1);
        world.start();
        QTRY_COMPARE(world.destination->status().state, DestinationState::Retrying);
        world.clock.advance(std::chrono::minutes(5));
        world.destination->retryNow();
        QTRY_COMPARE(world.progress.last().failedRecords, std::uint64_t(1));
        QVERIFY(world.progress.refused().front().answer.find("given up") != std::string::npos);
    }

    void withoutRetriesAFailureIsADeadLetter()
    {
        World world([](const FakeExporter::Sent&, int) { return answer(Kind::Retry, "away"); });
        world.settings.isRetryEnabled = false;
        world.source.add(Signal::Traces, {"a"}, 1);
        world.start();
        QTRY_COMPARE(world.progress.last().failedRecords, std::uint64_t(1));
        QCOMPARE(world.exporter->sentCount(), std::size_t(1));
    }

    void aPausedDestinationKeepsItsPosition()
    {
        World world;
        world.start();
        world.destination->setPaused(true);
        world.source.add(Signal::Traces, {"a"}, 1);
        QTRY_COMPARE(world.destination->status().behindSince, UnixTime(std::chrono::seconds(1001)));
        QCOMPARE(world.destination->status().state, DestinationState::Off);
        QCOMPARE(world.exporter->sentCount(), std::size_t(0));
        world.destination->setPaused(false);
        QTRY_COMPARE(world.progress.last().release, std::uint64_t(1));
    }

    void aDisabledDestinationDoesNothing()
    {
        World world;
        world.settings.isEnabled = false;
        world.source.add(Signal::Traces, {"a"}, 1);
        world.start();
        QCOMPARE(world.destination->status().state, DestinationState::Off);
        world.destination->stop();
        QCOMPARE(world.exporter->sentCount(), std::size_t(0));
        QCOMPARE(world.destination->position(), std::uint64_t(0));
    }

    void stopDoesNotWaitForABackendThatHangs()
    {
        World world;
        world.exporter->hold("a");
        world.source.add(Signal::Traces, {"a"}, 1);
        world.start();
        QTRY_COMPARE(world.exporter->sentCount(), std::size_t(1));
        world.destination->stop();
        QCOMPARE(world.destination->position(), std::uint64_t(0));
        world.destination->stop();
    }

    void afterARestartItGoesOnFromTheSavedPositionAndSaysWhatMayComeTwice()
    {
        World world;
        for (const char* body : {"a", "b", "c"})
            world.source.add(Signal::Traces, {body}, 1);
        world.start({.release = 2, .sentRecords = 2});
        QTRY_COMPARE(world.progress.last().release, std::uint64_t(3));
        QCOMPARE(world.progress.last().sentRecords, std::uint64_t(3));
        QCOMPARE(world.exporter->sent().front().body, std::string("c"));
        const std::string notice = world.destination->status().notice;
        QVERIFY2(notice.find("releases 3 to 3, may arrive twice") != std::string::npos, notice.c_str());
    }

    void waitingForWhatIsSettledEnds()
    {
        World world;
        world.exporter->hold("a");
        world.source.add(Signal::Traces, {"a"}, 1);
        world.start();
        QVERIFY(!world.destination->waitUntilSettled(1, Nanos(0)));
        world.exporter->letGo("a");
        QVERIFY(world.destination->waitUntilSettled(1, std::chrono::seconds(20)));
        QCOMPARE(world.progress.last().release, std::uint64_t(1));
    }

    void fewRecordsWaitForMoreWhenAsked()
    {
        World world;
        SystemClock clock;
        world.settings.batchWait = std::chrono::hours(1);
        world.settings.batchRecords = 2;
        world.settings.maxInFlight = 1;
        Destination destination(world.settings, std::unique_ptr<Exporter>(world.exporter), {},
            {world.source, world.progress, clock});
        for (const char* body : {"a", "b", "c"})
            world.source.add(Signal::Traces, {body}, 1);
        QTRY_COMPARE(world.progress.last().release, std::uint64_t(2));
        QCOMPARE(world.exporter->sent().front().body, std::string("ab"));
        QCOMPARE(world.exporter->sentCount(), std::size_t(1));
    }

    void everythingArrivesAtABackendThatRestartsInMidFlight()
    {
        FakeReleaseSource source;
        FakeProgressSink progress;
        SystemClock clock;
        std::atomic<int> left{5};
        auto dying = std::make_unique<HttpBackend>(
            [&left](const HttpRequest&) { return HttpReply{.closes = --left < 0}; });
        DestinationSettings settings;
        settings.name = "otlp_http";
        settings.kind = DestinationKind::OtlpHttp;
        settings.endpoint = dying->url();
        settings.compression = Compression::None;
        settings.batchRecords = 1;
        settings.retryInitial = settings.retryMax = std::chrono::milliseconds(2);
        Destination destination(
            settings, makeExporter(settings, clock).value(), {}, {source, progress, clock});
        for (int i = 0; i < 30; ++i)
            source.add(Signal::Traces, {"<" + std::to_string(i) + ">"}, 1);
        QTRY_COMPARE(destination.status().state, DestinationState::Retrying);
        const auto before = dying->requests();
        const std::uint16_t port = dying->port();
        dying.reset();
        HttpBackend backend([](const HttpRequest&) { return HttpReply{}; }, port);
        QVERIFY(backend.isListening());
        QTRY_COMPARE_WITH_TIMEOUT(progress.last().release, std::uint64_t(30), 20'000);
        QCOMPARE(progress.last().sentRecords, std::uint64_t(30));
        std::string all;
        for (const auto& arrived : {before, backend.requests()}) {
            for (const HttpRequest& request : arrived)
                all += request.body;
        }
        for (int i = 0; i < 30; ++i)
            QVERIFY(all.find("<" + std::to_string(i) + ">") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(DestinationTest)
#include "tst_destination.moc"
