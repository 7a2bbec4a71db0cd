// The small parts that both receivers are made of.

#include "core/receivers/answer_queue.h"
#include "core/receivers/bytes_in_flight.h"
#include "core/receivers/header_allow_list.h"
#include "core/receivers/otlp_grpc/grpc_protocol.h"

#include <QTest>

#include <poll.h>

#include <memory>
#include <thread>
#include <vector>

using namespace sluice;
using namespace std::chrono_literals;

namespace {

bool isReadable(int descriptor)
{
    pollfd asked{.fd = descriptor, .events = POLLIN, .revents = 0};
    return ::poll(&asked, 1, 0) == 1;
}

} // namespace

class ReceiverPartsTest final : public QObject {
    Q_OBJECT

private slots:
    void secretsAndTransferHeadersAreNotKept_data();
    void secretsAndTransferHeadersAreNotKept();
    void aBusyReaderIsNotWoken();
    void answersFromManyThreadsAllArrive();
    void aCallbackMayOutliveEverybody();
    void onlyUnfinishedRequestsAreAReasonToRefuse();
    void timeoutsAreReadAsGrpcWritesThem_data();
    void timeoutsAreReadAsGrpcWritesThem();
    void messagesTravelInAscii();
    void detailsTravelInBase64_data();
    void detailsTravelInBase64();
};

void ReceiverPartsTest::secretsAndTransferHeadersAreNotKept_data()
{
    QTest::addColumn<bool>("isKept");
    for (const char* name :
        {"user-agent", "x-scope-orgid", "x-tenant", "content-type", "host", ":authority", "b3"})
        QTest::newRow(name) << true;
    for (const char* name :
        {"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "api-key", "apikey",
            "dd-api-key", "x-honeycomb-team", "lightstep-access-token", "signoz-ingestion-key", "uptrace-dsn",
            "x-amz-security-token", "x-secret", "x-password", "te", "content-length", "content-encoding",
            "transfer-encoding", "connection", "grpc-timeout", "grpc-encoding", "expect"})
        QTest::newRow(name) << false;
}

void ReceiverPartsTest::secretsAndTransferHeadersAreNotKept()
{
    QFETCH(bool, isKept);
    QCOMPARE(mayKeepHeader(QTest::currentDataTag()), isKept);
}

void ReceiverPartsTest::aBusyReaderIsNotWoken()
{
    const auto queue = std::make_shared<AnswerQueue>();
    queue->callbackFor({.connection = 1, .stream = 1, .bytes = 10})(Answer{});
    QVERIFY(!isReadable(queue->descriptor()));
    QVERIFY(!queue->prepareToWait()); // Something is there: waiting would be wrong.
    std::vector<AnswerQueue::Entry> entries;
    queue->takeInto(entries);
    QCOMPARE(entries.size(), std::size_t{1});
    QCOMPARE(entries[0].ticket.bytes, std::size_t{10});

    QVERIFY(queue->prepareToWait());
    queue->callbackFor({.connection = 1, .stream = 3, .bytes = 0})(Answer{});
    QVERIFY(isReadable(queue->descriptor()));
    queue->consumeWakeUp();
    queue->callbackFor({.connection = 1, .stream = 5, .bytes = 0})(Answer{});
    QVERIFY(!isReadable(queue->descriptor())); // Once is enough.
}

void ReceiverPartsTest::answersFromManyThreadsAllArrive()
{
    const auto queue = std::make_shared<AnswerQueue>();
    constexpr int kThreads = 4;
    constexpr int kAnswers = 1'000;
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < kThreads; ++thread) {
            threads.emplace_back([&] {
                for (int i = 0; i < kAnswers; ++i)
                    queue->callbackFor({})(Answer{});
            });
        }
    }
    std::vector<AnswerQueue::Entry> entries;
    queue->takeInto(entries);
    QCOMPARE(entries.size(), std::size_t{kThreads * kAnswers});
}

void ReceiverPartsTest::aCallbackMayOutliveEverybody()
{
    auto queue = std::make_shared<AnswerQueue>();
    AnswerCallback callback = queue->callbackFor({});
    const std::weak_ptr<AnswerQueue> watched = queue;
    queue.reset();
    QVERIFY(!watched.expired());
    callback(Answer{});
    QVERIFY(watched.expired());
}

void ReceiverPartsTest::onlyUnfinishedRequestsAreAReasonToRefuse()
{
    BytesInFlight budget(100);
    budget.received(99);
    QVERIFY(!budget.isFull());
    budget.received(1);
    QVERIFY(budget.mustRefuse());
    QVERIFY(!budget.shouldPause());
    budget.forgot(50);
    budget.offered(50);
    QVERIFY(!budget.mustRefuse());
    QVERIFY(budget.shouldPause());
    budget.answered(50);
    QVERIFY(!budget.isFull());
}

void ReceiverPartsTest::timeoutsAreReadAsGrpcWritesThem_data()
{
    QTest::addColumn<qint64>("nanos"); // -1: not a timeout.
    QTest::newRow("10S") << qint64{10'000'000'000};
    QTest::newRow("500m") << qint64{500'000'000};
    QTest::newRow("7u") << qint64{7'000};
    QTest::newRow("9n") << qint64{9};
    QTest::newRow("1M") << qint64{60'000'000'000};
    QTest::newRow("1H") << qint64{3'600'000'000'000};
    QTest::newRow("99999999H") << qint64{Nanos::max().count()};
    for (const char* text : {"", "S", "10", "10s", "1 S", "-1S", "+1S", "123456789S", "1.5S"})
        QTest::newRow(text) << qint64{-1};
}

void ReceiverPartsTest::timeoutsAreReadAsGrpcWritesThem()
{
    QFETCH(qint64, nanos);
    const auto timeout = parseGrpcTimeout(QTest::currentDataTag());
    QCOMPARE(timeout.value_or(Nanos(-1)).count(), nanos);
}

void ReceiverPartsTest::messagesTravelInAscii()
{
    QCOMPARE(percentEncoded("plain text: {1}"), std::string("plain text: {1}"));
    QCOMPARE(percentEncoded("100 %\n\xc3\xa9"), std::string("100 %25%0A%C3%A9"));
}

void ReceiverPartsTest::detailsTravelInBase64_data()
{
    QTest::addColumn<QByteArray>("bytes");
    for (int size = 0; size < 8; ++size)
        QTest::newRow(qPrintable(QString::number(size)))
            << QByteArray("\xff\x00\x10\x83\xfe\x7f\x01\x02", 8).left(size);
}

void ReceiverPartsTest::detailsTravelInBase64()
{
    QFETCH(QByteArray, bytes);
    QCOMPARE(QByteArray::fromStdString(base64(bytes.toStdString())),
        bytes.toBase64(QByteArray::OmitTrailingEquals));
}

QTEST_GUILESS_MAIN(ReceiverPartsTest)
#include "tst_receiver_parts.moc"
