// Frame by frame: what a gRPC server owes to clients that are odd, slow, broken or hostile.

#include "core/receivers/otlp_grpc/otlp_grpc_receiver.h"

#include <QTest>

#include <zlib.h>
#include <zstd.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <random>
#include <string>
#include <thread>

#include "tests/core/receivers/fake_sink.h"
#include "tests/core/receivers/http2_client.h"

using namespace sluice;
using namespace std::chrono_literals;
using test::Http2Client;
using test::Http2Fields;
using test::RawSocket;

namespace {

std::string gzipped(const std::string& bytes)
{
    z_stream stream{};
    deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string packed(deflateBound(&stream, bytes.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

std::string zstandard(const std::string& bytes)
{
    std::string packed(ZSTD_compressBound(bytes.size()), '\0');
    packed.resize(ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), 3));
    return packed;
}

QByteArray bytes(const std::string& text)
{
    return QByteArray::fromStdString(text);
}

} // namespace

class GrpcConformanceTest final : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<test::FakeSink> m_sink;

    std::unique_ptr<Receiver> listen(OtlpGrpcReceiver::Options options = {})
    {
        options.port = 0;
        auto receiver = OtlpGrpcReceiver::create(std::move(options), *m_sink);
        if (!receiver)
            qFatal("%s", receiver.error().text.c_str());
        return *std::move(receiver);
    }

    static OtlpGrpcReceiver::Options smallLimits()
    {
        OtlpGrpcReceiver::Options options;
        options.limits.maxMessageBytes = 100'000;
        return options;
    }

    /// The connection still works.
    static bool isUsable(Http2Client& client)
    {
        return client.call(Http2Client::grpcHeaders(), Http2Client::message("x")).field("grpc-status") == "0";
    }

private slots:
    void init() { m_sink = std::make_unique<test::FakeSink>(); }

    void successIsAnEmptyMessageAndTrailers();
    void theServerSaysWhatItTakes();
    void aMessageInSingleBytesIsOneMessage();
    void eachMessageGetsItsStatus_data();
    void eachMessageGetsItsStatus();
    void eachHeadGetsItsAnswer_data();
    void eachHeadGetsItsAnswer();
    void aCallThatIsAnsweredEarlyIsReset();
    void headersBeyondTheLimitAreRefused();
    void aDeadlineIsKept_data();
    void aDeadlineIsKept();
    void aSlowMessageIsGivenUp();
    void anAnswerWaitsForTheClientsWindow();
    void aResetCallIsForgotten();
    void anAbortedConnectionHarmsNobody();
    void aSenderThatClosedItsSideGetsItsAnswer();
    void streamsBeyondTheLimitAreRefused();
    void unfinishedRequestsCannotFillTheMemory();
    void pingsAreAnswered();
    void aFloodOfPingsEndsTheConnection();
    void stopSaysGoAwayAndAnswersWhatItTook();
    void stopDoesNotWaitLongerThanItsGrace();
    void brokenFramesEndTheConnectionOnly_data();
    void brokenFramesEndTheConnectionOnly();
    void http11GetsAReadableAnswer();
    void tlsIsClosedAndNoted();
    void aSilentConnectionIsClosed();
    void garbageNeverHarms();
};

void GrpcConformanceTest::successIsAnEmptyMessageAndTrailers()
{
    const auto receiver = listen();
    Http2Client client(receiver->status().port);
    const auto stream = client.call(Http2Client::grpcHeaders(), Http2Client::message("abc"));
    QCOMPARE(stream.headers.at(":status"), std::string("200"));
    QCOMPARE(stream.headers.at("content-type"), std::string("application/grpc"));
    QCOMPARE(stream.data, std::string(5, '\0'));
    QCOMPARE(stream.trailers.at("grpc-status"), std::string("0"));
    QCOMPARE(stream.headerFrames, 2);
    QVERIFY(stream.isEnded);
    QCOMPARE(stream.errorCode, std::uint32_t{NGHTTP2_NO_ERROR});
    QCOMPARE(m_sink->requests().at(0).body, std::string("abc"));
    QCOMPARE(m_sink->requests().at(0).wireBytes, std::uint64_t{8});
}

void GrpcConformanceTest::theServerSaysWhatItTakes()
{
    OtlpGrpcReceiver::Options options;
    options.maxStreams = 77;
    options.streamWindow = 1'234'567;
    options.maxHeaderBytes = 9'999;
    const auto receiver = listen(options);
    Http2Client client(receiver->status().port);
    QVERIFY(isUsable(client));
    QCOMPARE(client.serverSetting(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS), 77u);
    QCOMPARE(client.serverSetting(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE), 1'234'567u);
    QCOMPARE(client.serverSetting(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE), 9'999u);
}

void GrpcConformanceTest::aMessageInSingleBytesIsOneMessage()
{
    const auto receiver = listen();
    Http2Client client(receiver->status().port);
    const std::string body(300, 'x');
    const std::int32_t id = client.start(Http2Client::grpcHeaders(), Http2Client::message(body));
    client.limitFrames(id, 1);
    QVERIFY(client.runUntilClosed(id));
    QCOMPARE(client.stream(id).field("grpc-status"), std::string("0"));
    QCOMPARE(m_sink->requests().at(0).body, body);
}

void GrpcConformanceTest::eachMessageGetsItsStatus_data()
{
    QTest::addColumn<QByteArray>("encoding");
    QTest::addColumn<QByteArray>("data");
    QTest::addColumn<QByteArray>("status");
    QTest::addColumn<QByteArray>("text");
    const auto row = [](const char* name, const char* encoding, const std::string& data, const char* status,
                         const char* text) {
        QTest::newRow(name) << QByteArray(encoding) << bytes(data) << QByteArray(status) << QByteArray(text);
    };
    using Client = Http2Client;
    const std::string body(5'000, 'x');
    row("plain", "(none)", Client::message(body), "0", "");
    row("empty", "(none)", Client::message(""), "0", "");
    row("identity", "identity", Client::message(body), "0", "");
    row("gzip", "gzip", Client::message(gzipped(body), 1), "0", "");
    row("zstd", "zstd", Client::message(zstandard(body), 1), "0", "");
    row("gzip declared, not used", "gzip", Client::message(body), "0", "");
    row("unknown encoding declared, not used", "snappy", Client::message(body), "0", "");
    row("unknown encoding", "snappy", Client::message(body, 1), "12", "snappy");
    row("compressed without encoding", "(none)", Client::message(body, 1), "13", "grpc-encoding");
    row("compressed as identity", "identity", Client::message(body, 1), "13", "grpc-encoding");
    row("flag of 2", "(none)", Client::message(body, 2), "13", "flag");
    row("damaged gzip", "gzip", Client::message("not gzip at all", 1), "3", "gzip");
    row("gzip bomb", "gzip", Client::message(gzipped(std::string(50'000'000, '\0')), 1), "8", "100000");
    row("zstd bomb", "zstd", Client::message(zstandard(std::string(50'000'000, '\0')), 1), "8", "100000");
    row("at the limit", "(none)", Client::message(std::string(100'000, 'x')), "0", "");
    row("above the limit", "(none)", Client::message(std::string(100'001, 'x')), "8", "100001");
    row("a length of 4 GiB", "(none)", std::string("\0\xff\xff\xff\xff", 5), "8", "4294967295");
    row("no message", "(none)", "", "12", "one message");
    row("half a prefix", "(none)", std::string(3, '\0'), "12", "one message");
    row("half a message", "(none)", Client::message(body).substr(0, 1'000), "3", "995 of 5000");
    row("two messages", "(none)", Client::message("a") + Client::message("b"), "12", "one message");
}

void GrpcConformanceTest::eachMessageGetsItsStatus()
{
    QFETCH(QByteArray, encoding);
    QFETCH(QByteArray, data);
    QFETCH(QByteArray, status);
    QFETCH(QByteArray, text);
    const auto receiver = listen(smallLimits());
    Http2Client client(receiver->status().port);
    const auto stream = client.call(
        Http2Client::grpcHeaders({{"grpc-encoding", encoding.toStdString()}}), data.toStdString());
    QVERIFY2(stream.field("grpc-status") == status.toStdString(),
        (stream.field("grpc-status") + " " + stream.field("grpc-message")).c_str());
    QVERIFY2(QByteArray::fromStdString(stream.field("grpc-message")).contains(text),
        stream.field("grpc-message").c_str());
    QVERIFY(stream.field("grpc-status-details-bin").empty());
    if (status == "12")
        QVERIFY(stream.field("grpc-accept-encoding").find("gzip") != std::string::npos);
    QCOMPARE(m_sink->requestCount(), std::size_t{status == "0" ? 1u : 0u});
    QCOMPARE(m_sink->refused().size(), std::size_t{status == "0" ? 0u : 1u});
    QVERIFY(isUsable(client));
}

void GrpcConformanceTest::eachHeadGetsItsAnswer_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("httpStatus");
    QTest::addColumn<QByteArray>("grpcStatus");
    const auto row = [](const char* title, const char* name, const char* value, const char* http,
                         const char* grpc) {
        QTest::newRow(title) << QByteArray(name) << QByteArray(value) << QByteArray(http) << QByteArray(grpc);
    };
    row("with +proto", "content-type", "application/grpc+proto", "200", "0");
    row("with a parameter", "content-type", "application/grpc; a=b", "200", "0");
    row("JSON over gRPC", "content-type", "application/grpc+json", "415", "");
    row("grpc-web", "content-type", "application/grpc-web", "415", "");
    row("plain protobuf", "content-type", "application/x-protobuf", "415", "");
    row("no content type", "content-type", "(none)", "415", "");
    row("no te", "te", "(none)", "200", "0");
    row("GET", ":method", "GET", "405", "");
    row("unknown service", ":path", "/grpc.health.v1.Health/Check", "200", "12");
    row("unknown method", ":path", "/opentelemetry.proto.collector.trace.v1.TraceService/Import", "200",
        "12");
    row("path of OTLP over HTTP", ":path", "/v1/traces", "200", "12");
    row("metrics", ":path", "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", "200", "0");
}

void GrpcConformanceTest::eachHeadGetsItsAnswer()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, httpStatus);
    QFETCH(QByteArray, grpcStatus);
    const auto receiver = listen();
    Http2Client client(receiver->status().port);
    const auto stream = client.call(
        Http2Client::grpcHeaders({{name.toStdString(), value.toStdString()}}), Http2Client::message("x"));
    QCOMPARE(stream.field(":status"), httpStatus.toStdString());
    QCOMPARE(stream.field("grpc-status"), grpcStatus.toStdString());
    if (httpStatus != "200")
        QVERIFY(!stream.data.empty()); // Says why, in words.
    QVERIFY(isUsable(client));
}

void GrpcConformanceTest::aCallThatIsAnsweredEarlyIsReset()
{
    const auto receiver = listen(smallLimits());
    Http2Client client(receiver->status().port);
    const std::int32_t id
        = client.start(Http2Client::grpcHeaders(), std::string("\0\x7f\xff\xff\xff", 5), false);
    QVERIFY(client.runUntilClosed(id));
    QCOMPARE(client.stream(id).field("grpc-status"), std::string("8"));
    QVERIFY(client.stream(id).isEnded);
    QCOMPARE(client.stream(id).errorCode, std::uint32_t{NGHTTP2_NO_ERROR});
    QVERIFY(isUsable(client));
}

void GrpcConformanceTest::headersBeyondTheLimitAreRefused()
{
    OtlpGrpcReceiver::Options options;
    options.maxHeaderBytes = 20'000;
    const auto receiver = listen(options);
    Http2Client client(receiver->status().port);
    const std::string half(12'000, 'a');
    const auto refused
        = client.call(Http2Client::grpcHeaders({{"x-1", half}, {"x-2", half}}), Http2Client::message("x"));
    QCOMPARE(refused.field("grpc-status"), std::string("8"));
    QVERIFY(refused.field("grpc-message").find("metadata") != std::string::npos);
    const auto accepted = client.call(Http2Client::grpcHeaders({{"x-1", half}}), Http2Client::message("x"));
    QCOMPARE(accepted.field("grpc-status"), std::string("0"));
}

void GrpcConformanceTest::aDeadlineIsKept_data()
{
    QTest::addColumn<QByteArray>("timeout");
    QTest::addColumn<bool>("isReached");
    QTest::newRow("nanoseconds") << QByteArray("1n") << true;
    QTest::newRow("microseconds") << QByteArray("10u") << true;
    QTest::newRow("milliseconds") << QByteArray("5m") << true;
    QTest::newRow("zero") << QByteArray("0S") << true;
    QTest::newRow("hours") << QByteArray("99999999H") << false;
    QTest::newRow("not a timeout") << QByteArray("soon") << false;
    QTest::newRow("negative") << QByteArray("-5m") << false;
    QTest::newRow("too many digits") << QByteArray("000000001n") << false;
}

void GrpcConformanceTest::aDeadlineIsKept()
{
    QFETCH(QByteArray, timeout);
    QFETCH(bool, isReached);
    const auto receiver = listen();
    Http2Client client(receiver->status().port);
    m_sink->hold();
    const std::int32_t id = client.start(
        Http2Client::grpcHeaders({{"grpc-timeout", timeout.toStdString()}}), Http2Client::message("x"));
    if (isReached) {
        QVERIFY(client.runUntilClosed(id));
        QCOMPARE(client.stream(id).field("grpc-status"), std::string("4"));
        m_sink->release(); // Too late, and nobody minds.
    } else {
        client.flush();
        QTRY_COMPARE(m_sink->heldCount(), std::size_t{1});
        m_sink->release();
        QVERIFY(client.runUntilClosed(id));
        QCOMPARE(client.stream(id).field("grpc-status"), std::string("0"));
    }
    QVERIFY(isUsable(client));
}

void GrpcConformanceTest::aSlowMessageIsGivenUp()
{
    OtlpGrpcReceiver::Options options;
    options.limits.bodyTimeout = 30ms;
    const auto receiver = listen(options);
    Http2Client client(receiver->status().port);
    const std::int32_t id
        = client.start(Http2Client::grpcHeaders(), Http2Client::message("x").substr(0, 5), false);
    QVERIFY(client.runUntilClosed(id));
    QCOMPARE(client.stream(id).field("grpc-status"), std::string("4"));
    QVERIFY(isUsable(client));
}

void GrpcConformanceTest::anAnswerWaitsForTheClientsWindow()
{
    const auto receiver = listen();
    m_sink->setAnswer(
        {.refusal = Refusal::None, .message = std::string(500, 'm'), .retryAfter = {}, .rejectedRecords = 1});
    Http2Client client(receiver->status().port, {{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 7}});
    const auto stream = client.call(Http2Client::grpcHeaders(), Http2Client::message("x"));
    QCOMPARE(stream.field("grpc-status"), std::string("0"));
    QVERIFY(stream.data.find(std::string(500, 'm')) != std::string::npos);
}

void GrpcConformanceTest::aResetCallIsForgotten()
{
    OtlpGrpcReceiver::Options options;
    options.maxBytesInFlight = 1'000'000;
    const auto receiver = listen(options);
    Http2Client client(receiver->status().port);
    const std::string part = Http2Client::message(std::string(900'000, 'x')).substr(0, 600'000);
    for (int i = 0; i < 10; ++i) { // Ten times the cap: what was reset must not count any more.
        const std::int32_t id = client.start(Http2Client::grpcHeaders(), part, false);
        client.flush();
        client.reset(id);
        QVERIFY(isUsable(client));
    }
    m_sink->hold();
    const std::int32_t id = client.start(Http2Client::grpcHeaders(), Http2Client::message("waits"));
    client.flush();
    QTRY_COMPARE(m_sink->heldCount(), std::size_t{1});
    client.reset(id);
    client.flush();
    m_sink->release();
    QVERIFY(isUsable(client));
    QVERIFY(m_sink->refused().empty());
}

void GrpcConformanceTest::anAbortedConnectionHarmsNobody()
{
    const auto receiver = listen();
    m_sink->hold();
    {
        Http2Client client(receiver->status().port);
        client.start(Http2Client::grpcHeaders(), Http2Client::message("whole"));
        client.start(Http2Client::grpcHeaders(), Http2Client::message("part").substr(0, 6), false);
        client.flush();
        QTRY_COMPARE(m_sink->heldCount(), std::size_t{1});
        client.socket().abort();
    }
    QTRY_COMPARE(receiver->status().openConnections, std::uint64_t{0});
    m_sink->release();
    Http2Client next(receiver->status().port);
    QVERIFY(isUsable(next));
}

void GrpcConformanceTest::aSenderThatClosedItsSideGetsItsAnswer()
{
    const auto receiver = listen();
    m_sink->hold();
    Http2Client client(receiver->status().port);
    const std::int32_t id = client.start(Http2Client::grpcHeaders(), Http2Client::message("x"));
    client.flush();
    client.socket().shutdownSend();
    QTRY_COMPARE(m_sink->heldCount(), std::size_t{1});
    m_sink->release();
    QVERIFY(client.runUntilClosed(id));
    QCOMPARE(client.stream(id).field("grpc-status"), std::string("0"));
    QTRY_COMPARE(receiver->status().openConnections, std::uint64_t{0});
}

void GrpcConformanceTest::streamsBeyondTheLimitAreRefused()
{
    OtlpGrpcReceiver::Options options;
    options.maxStreams = 2;
    const auto receiver = listen(options);
    m_sink->hold();
    Http2Client client(receiver->status().port);
    // Before the server's settings arrive, a client may start as many as it likes.
    const std::int32_t first = client.start(Http2Client::grpcHeaders(), Http2Client::message("a"));
    const std::int32_t second = client.start(Http2Client::grpcHeaders(), Http2Client::message("b"));
    const std::int32_t third = client.start(Http2Client::grpcHeaders(), Http2Client::message("c"));
    QVERIFY(client.runUntilClosed(third));
    QCOMPARE(client.stream(third).errorCode, std::uint32_t{NGHTTP2_REFUSED_STREAM});
    m_sink->release();
    QVERIFY(client.runUntilClosed(first));
    QVERIFY(client.runUntilClosed(second));
    QCOMPARE(client.stream(second).field("grpc-status"), std::string("0"));
}

void GrpcConformanceTest::unfinishedRequestsCannotFillTheMemory()
{
    OtlpGrpcReceiver::Options options;
    options.maxBytesInFlight = 1'000'000;
    const auto receiver = listen(options);
    Http2Client client(receiver->status().port);
    const std::string part = Http2Client::message(std::string(700'000, 'x')).substr(0, 600'000);
    client.start(Http2Client::grpcHeaders(), part, false);
    client.ping();
    QVERIFY(client.runUntil([&] { return client.pongs() == 1; })); // So the part has been received.
    const auto late = client.call(Http2Client::grpcHeaders(), part);
    QCOMPARE(late.field("grpc-status"), std::string("14"));
    QVERIFY(!late.field("grpc-status-details-bin").empty()); // RetryInfo.
    QCOMPARE(m_sink->refused().at(0).reason, Refusal::Overloaded);
}

void GrpcConformanceTest::pingsAreAnswered()
{
    const auto receiver = listen();
    Http2Client client(receiver->status().port);
    for (int i = 0; i < 100; ++i)
        client.ping();
    QVERIFY(client.runUntil([&] { return client.pongs() == 100; }));
    QVERIFY(!client.hasGoAway());
    QVERIFY(isUsable(client));
}

void GrpcConformanceTest::aFloodOfPingsEndsTheConnection()
{
    const auto receiver = listen();
    Http2Client client(receiver->status().port);
    for (int i = 0; i < 900; ++i)
        client.ping();
    QVERIFY(client.runUntil([&] { return client.hasGoAway(); }));
    QCOMPARE(client.goAwayCode(), std::uint32_t{NGHTTP2_ENHANCE_YOUR_CALM});
}

void GrpcConformanceTest::stopSaysGoAwayAndAnswersWhatItTook()
{
    const auto receiver = listen();
    m_sink->hold();
    Http2Client client(receiver->status().port);
    const std::int32_t id = client.start(Http2Client::grpcHeaders(), Http2Client::message("x"));
    client.flush();
    QTRY_COMPARE(m_sink->heldCount(), std::size_t{1});
    std::atomic<bool> isStopped = false;
    std::jthread stopper([&] {
        receiver->stop(30s);
        isStopped = true;
    });
    QVERIFY(client.runUntil([&] { return client.hasGoAway(); }));
    QCOMPARE(client.goAwayCode(), std::uint32_t{NGHTTP2_NO_ERROR});
    QCOMPARE(client.goAwayLastStream(), id);
    QVERIFY(!client.stream(id).isClosed);
    m_sink->release();
    QVERIFY(client.runUntilClosed(id));
    QCOMPARE(client.stream(id).field("grpc-status"), std::string("0"));
    QVERIFY(client.socket().receiveAll().empty());
    client.socket().abort();
    QTRY_VERIFY(isStopped.load());
}

void GrpcConformanceTest::stopDoesNotWaitLongerThanItsGrace()
{
    const auto receiver = listen();
    m_sink->hold();
    Http2Client client(receiver->status().port);
    client.start(Http2Client::grpcHeaders(), Http2Client::message("x"));
    client.flush();
    QTRY_COMPARE(m_sink->heldCount(), std::size_t{1});
    receiver->stop(1ms); // Returns, although nobody answers.
    QCOMPARE(receiver->status().openConnections, std::uint64_t{0});
    m_sink->release(); // The answer finds nobody.
}

void GrpcConformanceTest::brokenFramesEndTheConnectionOnly_data()
{
    QTest::addColumn<QByteArray>("frames");
    const std::string preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    const std::string settings("\0\0\0\x04\0\0\0\0\0", 9);
    const auto row = [&](const char* name, const std::string& frames) {
        QTest::newRow(name) << bytes(preface + frames);
    };
    row("no settings first", std::string("\0\0\0\0\0\0\0\0\x01", 9));
    row("data on an idle stream", settings + std::string("\0\0\1\0\0\0\0\0\x01x", 10));
    row("data on stream zero", settings + std::string("\0\0\1\0\0\0\0\0\0x", 10));
    row("a frame of 16 MiB", settings + std::string("\xff\xff\xff\0\0\0\0\0\x01", 9));
    row("broken header block", settings + std::string("\0\0\4\1\5\0\0\0\1\xff\xff\xff\xff", 13));
    row("window of zero", settings + std::string("\0\0\4\x08\0\0\0\0\0\0\0\0\0", 13));
    row("window overflow", settings + std::string("\0\0\4\x08\0\0\0\0\0\x7f\xff\xff\xff", 13));
    row("settings of five bytes", settings + std::string("\0\0\5\x04\0\0\0\0\0abcde", 14));
    row("headers on an even stream", settings + std::string("\0\0\1\1\5\0\0\0\2\x83", 10));
    row("continuation of nothing", settings + std::string("\0\0\1\x09\4\0\0\0\1\x83", 10));
    row("ping of three bytes", settings + std::string("\0\0\3\6\0\0\0\0\0abc", 12));
    row("a push", settings + std::string("\0\0\5\5\4\0\0\0\1\0\0\0\2\x83", 14));
}

void GrpcConformanceTest::brokenFramesEndTheConnectionOnly()
{
    QFETCH(QByteArray, frames);
    const auto receiver = listen();
    Http2Client other(receiver->status().port);
    QVERIFY(isUsable(other));
    RawSocket socket(receiver->status().port);
    socket.send(frames.toStdString());
    const std::string said = socket.receiveAll(); // Ends: the server closes.
    QVERIFY(said.find(std::string("\x07\0\0\0\0\0", 6)) != std::string::npos); // A GOAWAY frame.
    QVERIFY(isUsable(other));
}

void GrpcConformanceTest::http11GetsAReadableAnswer()
{
    const auto receiver = listen();
    for (const char* text : {"POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n",
             "G", "GET / HTTP/1.1\r\n\r\n"}) {
        RawSocket socket(receiver->status().port);
        socket.send(text);
        const auto response = socket.receiveResponse();
        QVERIFY(response.has_value());
        QCOMPARE(response->status, 400);
        QVERIFY(response->body.find("OTLP over HTTP") != std::string::npos);
        QCOMPARE(response->headers.at("content-length"), std::to_string(response->body.size()));
        QVERIFY(socket.isClosedByServer());
    }
    QVERIFY(receiver->status().notice.find("HTTP/1.1") != std::string::npos);
}

void GrpcConformanceTest::tlsIsClosedAndNoted()
{
    const auto receiver = listen();
    RawSocket socket(receiver->status().port);
    socket.send(std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11));
    QVERIFY(socket.receiveAll().empty());
    QTRY_VERIFY(receiver->status().notice.find("TLS") != std::string::npos);
    QTRY_COMPARE(receiver->status().openConnections, std::uint64_t{0});
}

void GrpcConformanceTest::aSilentConnectionIsClosed()
{
    OtlpGrpcReceiver::Options options;
    options.limits.headerTimeout = 30ms;
    const auto receiver = listen(options);
    RawSocket silent(receiver->status().port);
    RawSocket slow(receiver->status().port);
    slow.send("PRI * HT");
    Http2Client good(receiver->status().port);
    QVERIFY(isUsable(good));
    QVERIFY(silent.isClosedByServer());
    QVERIFY(slow.isClosedByServer());
    QVERIFY(isUsable(good)); // One that said hello may be silent as long as it likes.
}

void GrpcConformanceTest::garbageNeverHarms()
{
    OtlpGrpcReceiver::Options options = smallLimits();
    options.limits.headerTimeout = 20ms;
    options.limits.bodyTimeout = 20ms;
    const auto receiver = listen(options);
    Http2Client other(receiver->status().port);
    QVERIFY(isUsable(other));
    std::mt19937 random(4317);
    const std::string preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    // Settings, a request whose fields are literals, its message.
    const std::string path = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    std::string block = "\x83\x86\x41\x09localhost\x44";
    block += static_cast<char>(path.size());
    block += path + std::string("\x5f\x10", 2) + "application/grpc";
    const std::string good = preface + std::string("\0\0\0\x04\0\0\0\0\0", 9) + std::string("\0\0", 2)
        + static_cast<char>(block.size()) + std::string("\1\4\0\0\0\1", 6) + block
        + std::string("\0\0\x08\0\1\0\0\0\1\0\0\0\0\3abc", 17);
    {
        RawSocket socket(receiver->status().port);
        socket.send(good);
        QTRY_COMPARE(m_sink->requestCount(), std::size_t{2});
    }
    for (int i = 0; i < 600; ++i) {
        std::string sent = good;
        if (i % 4 == 0) {
            sent = i % 8 == 0 ? preface : std::string();
            for (auto more = random() % 300; more > 0; --more)
                sent += static_cast<char>(random());
        } else {
            for (auto change = random() % 5 + 1; change > 0; --change)
                sent[preface.size() + random() % (sent.size() - preface.size())]
                    = static_cast<char>(random());
        }
        RawSocket socket(receiver->status().port);
        socket.send(sent);
        if (i % 3 == 0)
            socket.abort();
        else
            socket.shutdownSend();
    }
    QTRY_COMPARE_WITH_TIMEOUT(receiver->status().openConnections, std::uint64_t{1}, 20'000);
    QVERIFY(isUsable(other));
}

QTEST_GUILESS_MAIN(GrpcConformanceTest)
#include "tst_grpc_conformance.moc"
