// The gRPC library as the client: what it makes of our answers is what most senders make of them.

#include "core/receivers/otlp_grpc/otlp_grpc_receiver.h"

#include <QTest>

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/core/receivers/fake_sink.h"

using namespace sluice;
using namespace std::chrono_literals;

namespace {

const std::string kExportTraces = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
const std::string kExportMetrics = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";
const std::string kExportLogs = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";

struct Reply {
    grpc::Status status;
    std::string body;
};

struct CallSettings {
    std::string method = kExportTraces;
    grpc_compression_algorithm compression = GRPC_COMPRESS_NONE;
    std::chrono::milliseconds timeout = 30s;
    std::vector<std::pair<std::string, std::string>> metadata;
};

/// Text that compresses, but not into nothing.
std::string bytesOf(std::size_t size)
{
    std::string bytes(size, '\0');
    std::uint32_t state = 12345;
    for (char& byte : bytes) {
        state = state * 1664525 + 1013904223;
        byte = static_cast<char>('a' + (state >> 28));
    }
    return bytes;
}

std::string dumped(grpc::ByteBuffer& buffer)
{
    std::vector<grpc::Slice> slices;
    std::string bytes;
    if (!buffer.Dump(&slices).ok())
        return bytes;
    for (const grpc::Slice& slice : slices)
        bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    return bytes;
}

class Client {
public:
    explicit Client(const std::string& address, grpc::ChannelArguments arguments = {})
        : m_channel(
            grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), ownConnection(arguments)))
        , m_stub(m_channel)
    {
    }

    Reply call(const std::string& body, const CallSettings& settings = {})
    {
        grpc::ClientContext context;
        grpc::CompletionQueue queue;
        prepare(context, settings);
        const grpc::Slice slice(body);
        const grpc::ByteBuffer request(&slice, 1);
        auto reader = m_stub.PrepareUnaryCall(&context, settings.method, request, &queue);
        reader->StartCall();
        Reply reply;
        grpc::ByteBuffer response;
        reader->Finish(&response, &reply.status, this);
        void* tag = nullptr;
        bool ok = false;
        queue.Next(&tag, &ok);
        if (reply.status.ok())
            reply.body = dumped(response);
        return reply;
    }

    /// `count` calls at once; returns how many went well.
    int callMany(int count, const std::string& body)
    {
        struct One {
            grpc::ClientContext context;
            grpc::Status status;
            grpc::ByteBuffer response;
            std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader;
        };
        grpc::CompletionQueue queue;
        std::vector<std::unique_ptr<One>> calls;
        const grpc::Slice slice(body);
        const grpc::ByteBuffer request(&slice, 1);
        for (int i = 0; i < count; ++i) {
            auto one = std::make_unique<One>();
            prepare(one->context, {});
            one->reader = m_stub.PrepareUnaryCall(&one->context, kExportTraces, request, &queue);
            one->reader->StartCall();
            one->reader->Finish(&one->response, &one->status, one.get());
            calls.push_back(std::move(one));
        }
        int good = 0;
        for (int i = 0; i < count; ++i) {
            void* tag = nullptr;
            bool ok = false;
            queue.Next(&tag, &ok);
            good += static_cast<One*>(tag)->status.ok() ? 1 : 0;
        }
        return good;
    }

private:
    /// Channels to the same address share connections unless they have a pool of their own.
    static grpc::ChannelArguments ownConnection(grpc::ChannelArguments arguments)
    {
        arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
        arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
        arguments.SetMaxReceiveMessageSize(-1);
        return arguments;
    }

    static void prepare(grpc::ClientContext& context, const CallSettings& settings)
    {
        context.set_deadline(std::chrono::system_clock::now() + settings.timeout);
        context.set_compression_algorithm(settings.compression);
        for (const auto& [name, value] : settings.metadata)
            context.AddMetadata(name, value);
    }

    std::shared_ptr<grpc::Channel> m_channel;
    grpc::GenericStub m_stub;
};

std::string headerOf(const IncomingRequest& request, const std::string& name)
{
    for (const auto& [key, value] : request.context.headers) {
        if (key == name)
            return value;
    }
    return {};
}

} // namespace

class OtlpGrpcReceiverTest final : public QObject {
    Q_OBJECT

private:
    test::FakeSink m_sink;

    std::unique_ptr<Receiver> listen(OtlpGrpcReceiver::Options options = {})
    {
        options.port = 0;
        auto receiver = OtlpGrpcReceiver::create(std::move(options), m_sink);
        if (!receiver)
            qFatal("%s", receiver.error().text.c_str());
        return *std::move(receiver);
    }
    static std::string address(const Receiver& receiver) { return receiver.status().addresses.front(); }

private slots:
    void init()
    {
        m_sink.~FakeSink();
        new (&m_sink) test::FakeSink;
    }

    void aRequestArrivesAsItWasSent_data();
    void aRequestArrivesAsItWasSent();
    void aMessageLargerThanAllWindowsArrives();
    void headersArriveWithoutSecrets();
    void ipv6LoopbackIsServedOnTheSamePort();
    void aMessageAboveTheLimitIsRefusedForGood();
    void aCompressedMessageIsMeasuredUnpacked();
    void anUnknownMethodIsUnimplemented();
    void aRefusalKeepsItsCodeTextAndDelay_data();
    void aRefusalKeepsItsCodeTextAndDelay();
    void aPartialSuccessTellsWhatWasRejected();
    void anAnswerThatComesTooLateIsADeadlineExceeded();
    void moreCallsThanStreamsAreAllAnswered();
    void aCancelledCallLeavesTheConnectionUsable();
    void anAnswerFromAnotherThreadArrives();
    void aCallbackThatIsThrownAwayIsAnInternalError();
    void stopAnswersWhatWasOffered();
    void afterStopNothingIsAccepted();
    void connectionsBeyondTheLimitAreClosed();
    void bytesInFlightAreCappedAndEverythingArrivesInTheEnd();
};

void OtlpGrpcReceiverTest::aRequestArrivesAsItWasSent_data()
{
    QTest::addColumn<QString>("method");
    QTest::addColumn<int>("signal");
    QTest::addColumn<int>("compression");
    QTest::addColumn<int>("size");
    const auto traces = QString::fromStdString(kExportTraces);
    QTest::newRow("traces") << traces << 0 << int(GRPC_COMPRESS_NONE) << 300'000;
    QTest::newRow("metrics") << QString::fromStdString(kExportMetrics) << 1 << int(GRPC_COMPRESS_NONE)
                             << 1'000;
    QTest::newRow("logs") << QString::fromStdString(kExportLogs) << 2 << int(GRPC_COMPRESS_NONE) << 1'000;
    QTest::newRow("nothing") << traces << 0 << int(GRPC_COMPRESS_NONE) << 0;
    QTest::newRow("one byte") << traces << 0 << int(GRPC_COMPRESS_NONE) << 1;
    QTest::newRow("gzip") << traces << 0 << int(GRPC_COMPRESS_GZIP) << 300'000;
    QTest::newRow("deflate") << traces << 0 << int(GRPC_COMPRESS_DEFLATE) << 300'000;
}

void OtlpGrpcReceiverTest::aRequestArrivesAsItWasSent()
{
    QFETCH(QString, method);
    QFETCH(int, signal);
    QFETCH(int, compression);
    QFETCH(int, size);
    const auto receiver = listen();
    Client client(address(*receiver));
    const std::string body = bytesOf(static_cast<std::size_t>(size));

    const Reply reply = client.call(body,
        {.method = method.toStdString(),
            .compression = static_cast<grpc_compression_algorithm>(compression),
            .metadata = {}});

    QVERIFY2(reply.status.ok(), reply.status.error_message().c_str());
    QVERIFY(reply.body.empty());
    const auto requests = m_sink.requests();
    QCOMPARE(requests.size(), std::size_t{1});
    QVERIFY(requests[0].body == body);
    QCOMPARE(static_cast<int>(requests[0].signal), signal);
    QCOMPARE(requests[0].context.transport, Transport::Grpc);
    QCOMPARE(requests[0].context.peer, std::string("127.0.0.1"));
    QVERIFY((requests[0].wireBytes < body.size()) == (compression != GRPC_COMPRESS_NONE));
    QCOMPARE(receiver->status().requests, std::uint64_t{1});
}

void OtlpGrpcReceiverTest::aMessageLargerThanAllWindowsArrives()
{
    OtlpGrpcReceiver::Options options;
    options.streamWindow = 70'000;
    options.connectionWindow = 100'000;
    const auto receiver = listen(options);
    Client client(address(*receiver));
    const std::string body = bytesOf(20u << 20);
    const Reply reply = client.call(body);
    QVERIFY2(reply.status.ok(), reply.status.error_message().c_str());
    QVERIFY(m_sink.requests().at(0).body == body);
}

void OtlpGrpcReceiverTest::headersArriveWithoutSecrets()
{
    const auto receiver = listen();
    Client client(address(*receiver));
    QVERIFY(client
                .call("x",
                    {.metadata = {{"authorization", "Bearer abc"}, {"x-tenant", "blue"},
                         {"x-api-key", "secret"}, {"cookie", "a=b"}}})
                .status.ok());
    const auto request = m_sink.requests().at(0);
    QCOMPARE(headerOf(request, "x-tenant"), std::string("blue"));
    QVERIFY(headerOf(request, "user-agent").find("grpc") != std::string::npos);
    for (const char* secret : {"authorization", "x-api-key", "cookie"})
        QVERIFY2(headerOf(request, secret).empty(), secret);
}

void OtlpGrpcReceiverTest::ipv6LoopbackIsServedOnTheSamePort()
{
    const auto receiver = listen();
    const ReceiverStatus status = receiver->status();
    if (status.addresses.size() < 2)
        QSKIP("this system has no IPv6");
    QCOMPARE(status.addresses[1], "[::1]:" + std::to_string(status.port));
    Client client(status.addresses[1]);
    QVERIFY(client.call("x").status.ok());
    QCOMPARE(m_sink.requests().at(0).context.peer, std::string("::1"));
}

void OtlpGrpcReceiverTest::aMessageAboveTheLimitIsRefusedForGood()
{
    OtlpGrpcReceiver::Options options;
    options.limits.maxMessageBytes = 1'000'000;
    const auto receiver = listen(options);
    Client client(address(*receiver));
    QVERIFY(client.call(bytesOf(1'000'000)).status.ok());

    const Reply reply = client.call(bytesOf(5'000'000));
    QCOMPARE(reply.status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
    QVERIFY(reply.status.error_message().find("5000000 bytes") != std::string::npos);
    QVERIFY(reply.status.error_details().empty()); // No RetryInfo: trying again does not help.
    QCOMPARE(m_sink.refused().at(0).reason, Refusal::TooLarge);
    QVERIFY(client.call("still usable").status.ok());
}

void OtlpGrpcReceiverTest::aCompressedMessageIsMeasuredUnpacked()
{
    OtlpGrpcReceiver::Options options;
    options.limits.maxMessageBytes = 1'000'000;
    const auto receiver = listen(options);
    Client client(address(*receiver));
    const std::string zeros(200'000'000, '\0');
    const Reply reply = client.call(zeros, {.compression = GRPC_COMPRESS_GZIP, .metadata = {}});
    QCOMPARE(reply.status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
    QVERIFY(reply.status.error_details().empty());
    QCOMPARE(m_sink.requestCount(), std::size_t{0});
}

void OtlpGrpcReceiverTest::anUnknownMethodIsUnimplemented()
{
    const auto receiver = listen();
    Client client(address(*receiver));
    const Reply reply = client.call(bytesOf(100'000),
        {.method = "/opentelemetry.proto.collector.profiles.v1.Profiles/Export", .metadata = {}});
    QCOMPARE(reply.status.error_code(), grpc::StatusCode::UNIMPLEMENTED);
    QVERIFY(reply.status.error_message().find("profiles.v1") != std::string::npos);
    QCOMPARE(m_sink.refused().at(0).reason, Refusal::Unsupported);
}

void OtlpGrpcReceiverTest::aRefusalKeepsItsCodeTextAndDelay_data()
{
    QTest::addColumn<int>("refusal");
    QTest::addColumn<int>("code");
    QTest::addColumn<bool>("saysWhen");
    QTest::newRow("malformed") << int(Refusal::Malformed) << int(grpc::StatusCode::INVALID_ARGUMENT) << false;
    QTest::newRow("too large") << int(Refusal::TooLarge) << int(grpc::StatusCode::RESOURCE_EXHAUSTED)
                               << false;
    QTest::newRow("overloaded") << int(Refusal::Overloaded) << int(grpc::StatusCode::UNAVAILABLE) << true;
    QTest::newRow("disk full") << int(Refusal::StorageFull) << int(grpc::StatusCode::RESOURCE_EXHAUSTED)
                               << true;
    QTest::newRow("stopping") << int(Refusal::ShuttingDown) << int(grpc::StatusCode::UNAVAILABLE) << false;
    QTest::newRow("unsupported") << int(Refusal::Unsupported) << int(grpc::StatusCode::UNIMPLEMENTED)
                                 << false;
    QTest::newRow("our mistake") << int(Refusal::Internal) << int(grpc::StatusCode::INTERNAL) << false;
}

void OtlpGrpcReceiverTest::aRefusalKeepsItsCodeTextAndDelay()
{
    QFETCH(int, refusal);
    QFETCH(int, code);
    QFETCH(bool, saysWhen);
    const auto receiver = listen();
    Client client(address(*receiver));
    const std::string text = "spans[3].trace_id: 5 bytes – expected 16, 100 %";
    m_sink.setAnswer({.refusal = static_cast<Refusal>(refusal),
        .message = text,
        .retryAfter = 2500ms,
        .rejectedRecords = 0});
    const Reply reply = client.call("x");
    QCOMPARE(static_cast<int>(reply.status.error_code()), code);
    QCOMPARE(reply.status.error_message(), text);
    const std::string details = reply.status.error_details();
    QCOMPARE(details.find("google.rpc.RetryInfo") != std::string::npos, saysWhen);
    if (saysWhen) // RetryInfo{retry_delay{seconds: 3}}
        QVERIFY(details.find(std::string("\x0a\x02\x08\x03", 4)) != std::string::npos);
}

void OtlpGrpcReceiverTest::aPartialSuccessTellsWhatWasRejected()
{
    const auto receiver = listen();
    Client client(address(*receiver));
    m_sink.setAnswer(
        {.refusal = Refusal::None, .message = "two have no id", .retryAfter = {}, .rejectedRecords = 2});
    const Reply reply = client.call("x");
    QVERIFY(reply.status.ok());
    QCOMPARE(reply.body, std::string("\x0a\x12\x08\x02\x12\x0etwo have no id"));
}

void OtlpGrpcReceiverTest::anAnswerThatComesTooLateIsADeadlineExceeded()
{
    const auto receiver = listen();
    Client client(address(*receiver));
    m_sink.hold();
    const Reply reply = client.call("x", {.timeout = 50ms, .metadata = {}});
    QCOMPARE(reply.status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
    m_sink.release();
    QVERIFY(client.call("still usable").status.ok());
}

void OtlpGrpcReceiverTest::moreCallsThanStreamsAreAllAnswered()
{
    OtlpGrpcReceiver::Options options;
    options.maxStreams = 10;
    const auto receiver = listen(options);
    Client client(address(*receiver));
    QCOMPARE(client.callMany(1000, bytesOf(5'000)), 1000);
    QCOMPARE(m_sink.requestCount(), std::size_t{1000});
    QCOMPARE(receiver->status().connections, std::uint64_t{1});
}

void OtlpGrpcReceiverTest::aCancelledCallLeavesTheConnectionUsable()
{
    const auto receiver = listen();
    Client client(address(*receiver));
    m_sink.hold();
    QCOMPARE(client.call(bytesOf(100'000), {.timeout = 30ms, .metadata = {}}).status.error_code(),
        grpc::StatusCode::DEADLINE_EXCEEDED); // The client resets the stream.
    m_sink.release();
    QVERIFY(client.call("x").status.ok());
    QCOMPARE(receiver->status().connections, std::uint64_t{1});
}

void OtlpGrpcReceiverTest::anAnswerFromAnotherThreadArrives()
{
    const auto receiver = listen();
    Client client(address(*receiver));
    m_sink.hold();
    std::atomic<int> good = -1;
    std::jthread caller([&] { good = client.callMany(50, bytesOf(1'000)); });
    QTRY_COMPARE(m_sink.heldCount(), std::size_t{50});
    QCOMPARE(good.load(), -1);
    m_sink.release();
    QTRY_COMPARE(good.load(), 50);
}

void OtlpGrpcReceiverTest::aCallbackThatIsThrownAwayIsAnInternalError()
{
    const auto receiver = listen();
    Client client(address(*receiver));
    m_sink.hold();
    std::atomic<int> code = -1;
    std::jthread caller([&] { code = client.call("x").status.error_code(); });
    QTRY_COMPARE(m_sink.heldCount(), std::size_t{1});
    m_sink.dropHeld();
    QTRY_COMPARE(code.load(), static_cast<int>(grpc::StatusCode::INTERNAL));
}

void OtlpGrpcReceiverTest::stopAnswersWhatWasOffered()
{
    const auto receiver = listen();
    Client client(address(*receiver));
    m_sink.hold();
    std::atomic<int> good = -1;
    std::jthread caller([&] { good = client.callMany(20, bytesOf(1'000)); });
    QTRY_COMPARE(m_sink.heldCount(), std::size_t{20});
    std::atomic<bool> isStopped = false;
    std::jthread stopper([&] {
        receiver->stop(30s);
        isStopped = true;
    });
    m_sink.release();
    QTRY_COMPARE(good.load(), 20);
    QTRY_VERIFY(isStopped.load());
    QCOMPARE(receiver->status().openConnections, std::uint64_t{0});
}

void OtlpGrpcReceiverTest::afterStopNothingIsAccepted()
{
    const auto receiver = listen();
    const std::string where = address(*receiver);
    Client client(where);
    QVERIFY(client.call("x").status.ok());
    receiver->stop(30s);
    QCOMPARE(
        client.call("x", {.timeout = 2s, .metadata = {}}).status.error_code(), grpc::StatusCode::UNAVAILABLE);
    receiver->stop(0s); // Twice does no harm.
}

void OtlpGrpcReceiverTest::connectionsBeyondTheLimitAreClosed()
{
    OtlpGrpcReceiver::Options options;
    options.limits.maxConnections = 1;
    const auto receiver = listen(options);
    Client first(address(*receiver));
    QVERIFY(first.call("x").status.ok());
    Client second(address(*receiver));
    QCOMPARE(
        second.call("x", {.timeout = 2s, .metadata = {}}).status.error_code(), grpc::StatusCode::UNAVAILABLE);
    QVERIFY(receiver->status().refusedConnections >= 1);
    QVERIFY(first.call("x").status.ok());
}

void OtlpGrpcReceiverTest::bytesInFlightAreCappedAndEverythingArrivesInTheEnd()
{
    OtlpGrpcReceiver::Options options;
    options.maxBytesInFlight = 4u << 20;
    const auto receiver = listen(options);
    Client client(address(*receiver));
    Client other(address(*receiver));
    m_sink.hold();
    std::atomic<int> good = 0;
    std::jthread caller([&] { good += client.callMany(20, bytesOf(1'000'000)); });
    std::jthread otherCaller([&] { good += other.callMany(20, bytesOf(1'000'000)); });
    const auto allAnswered = [&] {
        m_sink.answerHeld();
        return good.load() == 40;
    };
    QTRY_VERIFY_WITH_TIMEOUT(allAnswered(), 30'000);
    QCOMPARE(m_sink.requestCount(), std::size_t{40});
    QVERIFY(m_sink.peakHeldBytes() <= (4u << 20) + 1'000'000);
}

QTEST_GUILESS_MAIN(OtlpGrpcReceiverTest)
#include "tst_otlp_grpc_receiver.moc"
