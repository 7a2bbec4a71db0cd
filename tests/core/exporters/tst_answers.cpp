#include "core/exporters/answers.h"

#include <QTest>

#include "tests/core/exporters/answer_samples.h"

using namespace sluice;
using Kind = SendResult::Kind;

class AnswersTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aGrpcCodeIsRetriedOrNot_data()
    {
        QTest::addColumn<int>("code");
        QTest::addColumn<bool>("isRetried");
        const QList<int> retried{1, 4, 10, 11, 14, 15};
        for (int code = 1; code <= 17; ++code)
            QTest::addRow("%s", grpcCodeName(code).c_str()) << code << retried.contains(code);
    }
    void aGrpcCodeIsRetriedOrNot()
    {
        QFETCH(int, code);
        QFETCH(bool, isRetried);
        const SendResult result = answerOfGrpc(code, "words", {}, {});
        QCOMPARE(result.kind, isRetried ? Kind::Retry : Kind::Refused);
        QCOMPARE(result.text, grpcCodeName(code) + ": words");
    }

    void resourceExhaustedIsRetriedOnlyWithRetryInfo()
    {
        const SendResult without = answerOfGrpc(8, "full", test::rpcStatus("full"), {});
        QCOMPARE(without.kind, Kind::Refused);
        QVERIFY(without.isTooLarge);
        const SendResult with = answerOfGrpc(8, "full", test::rpcStatus("full", 2500), {});
        QCOMPARE(with.kind, Kind::Retry);
        QCOMPARE(with.retryAfter, Nanos(std::chrono::milliseconds(2500)));
        QVERIFY(!with.isTooLarge);
    }

    void retryInfoOfZeroMeansRetryableWithoutADelay()
    {
        const SendResult result = answerOfGrpc(8, "full", test::rpcStatus("full", 0), {});
        QCOMPARE(result.kind, Kind::Retry);
        QCOMPARE(result.retryAfter, Nanos(0));
    }

    void retryInfoIsCutToAnHour()
    {
        const SendResult result = answerOfGrpc(14, "", test::rpcStatus("", 9'000'000'000), {});
        QCOMPARE(result.retryAfter, Nanos(std::chrono::hours(1)));
    }

    void damagedDetailsAreNoDetails()
    {
        const std::string details = test::rpcStatus("full", 2500);
        for (std::size_t size = 0; size < details.size(); ++size)
            QCOMPARE(answerOfGrpc(8, "", std::string_view(details).substr(0, size), {}).kind,
                size == 0 ? Kind::Refused : answerOfGrpc(8, "", details.substr(0, size), {}).kind);
        QCOMPARE(answerOfGrpc(8, "", "\xff\xff\xff", {}).kind, Kind::Refused);
    }

    void anEmptyResponseIsFullSuccess() { QCOMPARE(answerOfGrpc(0, {}, {}, {}).kind, Kind::Ok); }

    void aPartialSuccessTellsCountAndWords()
    {
        const SendResult result = answerOfGrpc(0, {}, {}, test::partialSuccess(3, "no names"));
        QCOMPARE(result.kind, Kind::PartialSuccess);
        QCOMPARE(result.rejectedRecords, std::uint64_t(3));
        QCOMPARE(result.text, std::string("no names"));
    }

    void anEmptyPartialSuccessIsFullSuccess()
    {
        QCOMPARE(answerOfGrpc(0, {}, {}, test::partialSuccess(0, "")).kind, Kind::Ok);
    }

    void adviceWithoutRejectionIsPartialSuccessOfNothing()
    {
        const SendResult result = answerOfGrpc(0, {}, {}, test::partialSuccess(0, "use gzip"));
        QCOMPARE(result.kind, Kind::PartialSuccess);
        QCOMPARE(result.rejectedRecords, std::uint64_t(0));
    }

    void aResponseThatCannotBeDecodedIsRefused()
    {
        QCOMPARE(answerOfGrpc(0, {}, {}, "\x0a\x7f").kind, Kind::Refused);
        QCOMPARE(answerOfHttp(200, "application/x-protobuf", "\x0a\x7f", {}, {}).kind, Kind::Refused);
    }

    void anHttpStatusIsRetriedOrNot_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("kind");
        for (const int status : {200, 202, 204})
            QTest::addRow("%d", status) << status << static_cast<int>(Kind::Ok);
        for (const int status : {429, 502, 503, 504})
            QTest::addRow("%d", status) << status << static_cast<int>(Kind::Retry);
        for (const int status : {301, 302, 400, 401, 403, 404, 405, 408, 413, 415, 500, 501})
            QTest::addRow("%d", status) << status << static_cast<int>(Kind::Refused);
    }
    void anHttpStatusIsRetriedOrNot()
    {
        QFETCH(int, status);
        QFETCH(int, kind);
        QCOMPARE(static_cast<int>(answerOfHttp(status, "text/plain", "words", {}, {}).kind), kind);
    }

    void theWordsOfAnErrorComeFromTheStatusMessageOrTheText()
    {
        QCOMPARE(answerOfHttp(400, "application/x-protobuf; x=1", test::rpcStatus("bad span"), {}, {}).text,
            std::string("HTTP 400: bad span"));
        QCOMPARE(answerOfHttp(502, "text/html", "<h1>\nBad gateway", {}, {}).text,
            std::string("HTTP 502: <h1> Bad gateway"));
        QCOMPARE(answerOfHttp(500, "application/x-protobuf", {}, {}, {}).text, std::string("HTTP 500"));
    }

    void aTooLargeRequestIsNamedSo() { QVERIFY(answerOfHttp(413, {}, {}, {}, {}).isTooLarge); }

    void retryAfterCountsWith429And503()
    {
        const Nanos second = std::chrono::seconds(7);
        QCOMPARE(answerOfHttp(429, {}, {}, "7", {}).retryAfter, second);
        QCOMPARE(answerOfHttp(503, {}, {}, "7", {}).retryAfter, second);
        QCOMPARE(answerOfHttp(502, {}, {}, "7", {}).retryAfter, Nanos(0));
    }

    void retryAfterIsSecondsOrADate_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<qlonglong>("seconds"); // -1: not understood.
        QTest::newRow("seconds") << QByteArray("12") << 12LL;
        QTest::newRow("blanks") << QByteArray(" 12 ") << 12LL;
        QTest::newRow("negative") << QByteArray("-5") << 0LL;
        QTest::newRow("long") << QByteArray("99999999999999999999") << 3600LL;
        QTest::newRow("fixdate") << QByteArray("Sun, 06 Nov 1994 08:49:37 GMT") << 37LL;
        QTest::newRow("rfc 850") << QByteArray("Sunday, 06-Nov-94 08:49:37 GMT") << 37LL;
        QTest::newRow("asctime") << QByteArray("Sun Nov  6 08:49:37 1994") << 37LL;
        QTest::newRow("past") << QByteArray("Sun, 06 Nov 1994 08:48:00 GMT") << 0LL;
        QTest::newRow("far") << QByteArray("Sun, 06 Nov 2094 08:48:00 GMT") << 3600LL;
        QTest::newRow("empty") << QByteArray("") << -1LL;
        QTest::newRow("words") << QByteArray("soon") << -1LL;
        QTest::newRow("no such day") << QByteArray("Sun, 31 Feb 1994 08:49:37 GMT") << -1LL;
        QTest::newRow("fraction") << QByteArray("1.5") << -1LL;
    }
    void retryAfterIsSecondsOrADate()
    {
        QFETCH(QByteArray, value);
        QFETCH(qlonglong, seconds);
        const UnixTime now = std::chrono::sys_days(std::chrono::year(1994) / 11 / 6) + std::chrono::hours(8)
            + std::chrono::minutes(49);
        const auto delay = parseRetryAfter(value.toStdString(), now);
        QCOMPARE(delay.has_value(), seconds >= 0);
        if (delay)
            QCOMPARE(*delay, Nanos(std::chrono::seconds(seconds)));
    }

    void longWordsAreCutBetweenCharacters()
    {
        QCOMPARE(oneLine("aä", 2), std::string("a…"));
        QCOMPARE(oneLine("a\r\nb", 10), std::string("a  b"));
    }
};

QTEST_GUILESS_MAIN(AnswersTest)
#include "tst_answers.moc"
