// Requests as bytes on a socket: what senders write, and what goes wrong with them.

#include "core/otlp/json.h"
#include "core/receivers/otlp_http/http_rules.h"
#include "core/receivers/otlp_http/otlp_http_receiver.h"

#include <QTest>

#include <zlib.h>
#include <zstd.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/core/receivers/fake_sink.h"
#include "tests/core/receivers/raw_socket.h"

using namespace sluice;
using namespace std::chrono_literals;
using test::HttpResponse;
using test::RawSocket;

namespace {

/// resource_spans { } in protobuf, and one with a scope in JSON.
const std::string kProtobufBody("\x0a\x00", 2);
const std::string kJsonBody = R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"a"}]}]}]})";

std::string request(
    const std::string& firstLine, const std::vector<std::string>& headers, const std::string& body = {})
{
    std::string text = firstLine + "\r\n";
    for (const std::string& header : headers)
        text += header + "\r\n";
    return text + "\r\n" + body;
}

std::string lengthOf(const std::string& body)
{
    return "Content-Length: " + std::to_string(body.size());
}

std::string post(const std::string& path, const std::string& type, const std::string& body,
    std::vector<std::string> more = {})
{
    std::vector<std::string> headers{"Host: localhost", "Content-Type: " + type, lengthOf(body)};
    headers.insert(headers.end(), more.begin(), more.end());
    return request("POST " + path + " HTTP/1.1", headers, body);
}

std::string deflated(const std::string& bytes, int window)
{
    z_stream stream{};
    deflateInit2(&stream, 6, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY);
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

std::string gzipped(const std::string& bytes)
{
    return deflated(bytes, 15 + 16);
}

std::string zstandard(const std::string& bytes)
{
    std::string packed(ZSTD_compressBound(bytes.size()), '\0');
    packed.resize(ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), 3));
    return packed;
}

std::string header(const HttpResponse& response, const std::string& name)
{
    const auto found = response.headers.find(name);
    return found == response.headers.end() ? std::string() : found->second;
}

QByteArray bytes(const std::string& text)
{
    return QByteArray::fromStdString(text);
}

} // namespace

class OtlpHttpReceiverTest final : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<test::FakeSink> m_sink;

    std::unique_ptr<Receiver> listen(OtlpHttpReceiver::Options options = {})
    {
        options.port = 0;
        auto receiver = OtlpHttpReceiver::create(std::move(options), *m_sink);
        if (!receiver)
            qFatal("%s", receiver.error().text.c_str());
        return *std::move(receiver);
    }

    static OtlpHttpReceiver::Options smallLimits()
    {
        OtlpHttpReceiver::Options options;
        options.limits.maxMessageBytes = 1'000'000;
        options.maxHeaderBytes = 8'000;
        options.allowedOrigins = {"https://*.example.com"};
        options.allowedHosts = {"host.docker.internal"};
        return options;
    }

private slots:
    void init() { m_sink = std::make_unique<test::FakeSink>(); }

    void aRequestGetsTheAnswerThatTheProtocolAsksFor_data();
    void aRequestGetsTheAnswerThatTheProtocolAsksFor();
    void aBodyArrivesHoweverItIsPacked_data();
    void aBodyArrivesHoweverItIsPacked();
    void aBodyThatGrowsBeyondTheLimitIsTooLarge_data();
    void aBodyThatGrowsBeyondTheLimitIsTooLarge();
    void jsonIsHandedOnAsProtobuf();
    void aRefusalOfTheSinkHasItsStatus_data();
    void aRefusalOfTheSinkHasItsStatus();
    void aPartialSuccessIsToldInTheRequestsEncoding();
    void aConnectionServesOneRequestAfterTheOther();
    void pipelinedRequestsAreAnsweredInOrder();
    void continueIsSaidBeforeTheBody();
    void aBodyThatWouldBeRefusedIsNotAskedFor();
    void chunksOfAnySizeMakeOneBody();
    void aChunkedBodyBeyondTheLimitIsTooLarge();
    void anOriginGetsItsHeadersOnEveryAnswer();
    void aPreflightIsAnsweredWithoutTheSink();
    void headersArriveWithoutSecrets();
    void aSlowHeaderEndsTheConnection();
    void aSlowBodyEndsTheConnection();
    void anIdleConnectionIsClosed();
    void connectionsBeyondTheLimitAreClosed();
    void anAnswerFromAnotherThreadArrives();
    void bytesInFlightAreCappedAndEverythingArrivesInTheEnd();
    void stopAnswersWhatWasOfferedAndClosesIdleConnections();
    void anAbortedRequestHarmsNobody();
    void garbageNeverHarms();
    void wildcardsMatchAnyText();
};

void OtlpHttpReceiverTest::aRequestGetsTheAnswerThatTheProtocolAsksFor_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("field"); // A header that must be there: "name: start of value".
    QTest::addColumn<QString>("text"); // Must be in the body.
    QTest::addColumn<bool>("closes");
    const std::string protobuf = "application/x-protobuf";
    const std::string json = "application/json";
    const auto row = [](const char* name, const std::string& sent, int status, const char* field,
                         const char* text, bool closes = false) {
        QTest::newRow(name) << bytes(sent) << status << field << text << closes;
    };

    row("traces", post("/v1/traces", protobuf, kProtobufBody), 200, "content-type: application/x-protobuf",
        "");
    row("metrics", post("/v1/metrics", protobuf, kProtobufBody), 200, "content-length: 0", "");
    row("logs", post("/v1/logs", protobuf, kProtobufBody), 200, "content-length: 0", "");
    row("JSON", post("/v1/traces", json, kJsonBody), 200, "content-type: application/json", "{}");
    row("JSON with a charset", post("/v1/traces", "Application/JSON; charset=utf-8", kJsonBody), 200,
        "content-type: application/json", "{}");
    row("application/protobuf", post("/v1/traces", "application/protobuf", kProtobufBody), 200,
        "content-type: application/protobuf", "");
    row("trailing slash", post("/v1/traces/", protobuf, kProtobufBody), 200, "content-type: ", "");
    row("query", post("/v1/traces?x=1", protobuf, kProtobufBody), 200, "content-type: ", "");
    row("absolute target", post("http://localhost:4318/v1/traces", protobuf, kProtobufBody), 200,
        "content-type: ", "");
    row("empty protobuf", post("/v1/traces", protobuf, ""), 200, "content-type: ", "");
    row("no length at all",
        request("POST /v1/traces HTTP/1.1", {"Host: localhost", "Content-Type: application/x-protobuf"}), 200,
        "content-type: ", "");
    row("empty JSON", post("/v1/traces", json, ""), 400, "content-type: application/json", "message");
    row("broken JSON", post("/v1/traces", json, "{\"resourceSpans\":["), 400,
        "content-type: application/json", "message");
    row("HTTP/1.0 closes",
        request("POST /v1/traces HTTP/1.0", {"Content-Type: " + protobuf, lengthOf(kProtobufBody)},
            kProtobufBody),
        200, "content-type: ", "", true);
    row("Connection: close", post("/v1/traces", protobuf, kProtobufBody, {"Connection: close"}), 200,
        "connection: close", "", true);

    row("welcome", request("GET / HTTP/1.1", {"Host: localhost"}), 200, "content-type: text/plain",
        "/v1/traces");
    row("unknown path", post("/v1/spans", json, "{}"), 404, "content-type: application/json", "/v1/traces");
    row("unknown path in protobuf", post("/v1/spans", protobuf, ""), 404,
        "content-type: application/x-protobuf", "/v1/traces");
    row("post to the root", post("/", protobuf, ""), 404, "content-type: ", "must contain the path");
    row("doubled path", post("/v1/traces/v1/traces", protobuf, ""), 404, "content-type: ", "has it already");
    row("profiles", post("/v1development/profiles", protobuf, ""), 404, "content-type: ", "Profiles");
    row("two slashes", post("/v1/traces//", protobuf, ""), 404, "content-type: ", "/v1/traces");
    row("GET", request("GET /v1/traces HTTP/1.1", {"Host: localhost"}), 405, "allow: POST", "POST");
    row("PUT", request("PUT /v1/traces HTTP/1.1", {"Host: localhost", "Content-Length: 0"}), 405,
        "allow: POST", "POST");
    row("no content type",
        request("POST /v1/traces HTTP/1.1", {"Host: localhost", lengthOf(kJsonBody)}, kJsonBody), 415,
        "content-type: text/plain", "application/json");
    row("plain text", post("/v1/traces", "text/plain", kJsonBody), 415, "content-type: text/plain",
        "application/json");
    row("a form", post("/v1/traces", "application/x-www-form-urlencoded", "a=b"), 415,
        "content-type: text/plain", "application/json");
    row("grpc", post("/v1/traces", "application/grpc", kProtobufBody), 415, "content-type: text/plain",
        "application/grpc");
    row("snappy", post("/v1/traces", protobuf, "x", {"Content-Encoding: snappy"}), 415,
        "accept-encoding: gzip", "snappy");
    row("two encodings", post("/v1/traces", json, "x", {"Content-Encoding: gzip, gzip"}), 415,
        "accept-encoding: gzip", "gzip, gzip");
    row("identity", post("/v1/traces", protobuf, kProtobufBody, {"Content-Encoding: identity"}), 200,
        "content-type: ", "");
    row("not gzip", post("/v1/traces", json, "not gzip", {"Content-Encoding: gzip"}), 400,
        "content-type: application/json", "gzip");
    row("body too large", post("/v1/traces", json, std::string(1'000'001, ' ')), 413,
        "content-type: application/json", "1000000", true);
    row("a huge claim",
        request("POST /v1/traces HTTP/1.1",
            {"Host: localhost", "Content-Type: " + json, "Content-Length: 999999999999999999"}),
        413, "connection: close", "999999999999999999", true);
    row("headers too large",
        request("POST /v1/traces HTTP/1.1", {"Host: localhost", "X-Long: " + std::string(9'000, 'x')}), 431,
        "connection: close", "8000", true);

    row("no host",
        request("POST /v1/traces HTTP/1.1", {"Content-Type: " + json, lengthOf(kJsonBody)}, kJsonBody), 400,
        "connection: close", "Host", true);
    row("two hosts",
        request("POST /v1/traces HTTP/1.1",
            {"Host: localhost", "Host: evil.example", "Content-Type: " + json, "Content-Length: 0"}),
        400, "connection: close", "Host", true);
    const auto withHost = [&](const std::string& host) {
        return request("POST /v1/traces HTTP/1.1",
            {"Host: " + host, "Content-Type: " + protobuf, lengthOf(kProtobufBody)}, kProtobufBody);
    };
    row("host with port", withHost("127.0.0.1:4318"), 200, "content-type: ", "");
    row("IPv6 host", withHost("[::1]:4318"), 200, "content-type: ", "");
    row("name below localhost", withHost("otel.localhost:4318"), 200, "content-type: ", "");
    row("configured host", withHost("host.docker.internal:4318"), 200, "content-type: ", "");
    row("foreign host", withHost("evil.example:4318"), 403, "content-type: application/x-protobuf",
        "evil.example");
    row("a name that only starts like one", withHost("localhost.evil.example"), 403,
        "content-type: ", "evil.example");

    row("coding beside chunked",
        request("POST /v1/traces HTTP/1.1",
            {"Host: localhost", "Content-Type: " + json, "Transfer-Encoding: gzip, chunked"}, "0\r\n\r\n"),
        501, "connection: close", "chunked", true);
    row("length and chunks",
        request("POST /v1/traces HTTP/1.1",
            {"Host: localhost", "Content-Type: " + json, "Content-Length: 5", "Transfer-Encoding: chunked"},
            "0\r\n\r\n"),
        400, "connection: close", "", true);
    row("two lengths",
        request("POST /v1/traces HTTP/1.1",
            {"Host: localhost", "Content-Type: " + json, "Content-Length: 5", "Content-Length: 6"}, "abcdef"),
        400, "connection: close", "", true);
    row("a bad chunk",
        request("POST /v1/traces HTTP/1.1",
            {"Host: localhost", "Content-Type: " + json, "Transfer-Encoding: chunked"}, "zz\r\n"),
        400, "connection: close", "", true);
    row("bare line feeds", "POST /v1/traces HTTP/1.1\nHost: localhost\n\n", 400, "connection: close", "",
        true);
    row("not HTTP", "hello there\r\n\r\n", 400, "connection: close", "", true);
    row("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, "connection: close", "gRPC", true);

    row("preflight of a local page",
        request("OPTIONS /v1/traces HTTP/1.1",
            {"Host: localhost", "Origin: http://localhost:3000", "Access-Control-Request-Method: POST",
                "Access-Control-Request-Headers: content-type"}),
        204, "access-control-allow-headers: content-type", "");
    row("preflight of a foreign page",
        request("OPTIONS /v1/traces HTTP/1.1",
            {"Host: localhost", "Origin: https://evil.example", "Access-Control-Request-Method: POST"}),
        403, "content-type: text/plain", "evil.example");
    row("OPTIONS without an origin", request("OPTIONS /v1/traces HTTP/1.1", {"Host: localhost"}), 204,
        "allow: POST", "");
    row("error for a configured page", post("/v1/nothing", json, "{}", {"Origin: https://a.example.com"}),
        404, "access-control-allow-origin: https://a.example.com", "");
}

void OtlpHttpReceiverTest::aRequestGetsTheAnswerThatTheProtocolAsksFor()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, status);
    QFETCH(QString, field);
    QFETCH(QString, text);
    QFETCH(bool, closes);
    const auto receiver = listen(smallLimits());
    RawSocket socket(receiver->status().port);
    socket.send(bytes.toStdString());
    const auto response = socket.receiveResponse();
    QVERIFY(response.has_value());
    QVERIFY2(response->status == status, response->body.c_str());
    const std::string name = field.section(": ", 0, 0).toStdString();
    QVERIFY2(header(*response, name).starts_with(field.section(": ", 1).toStdString()),
        (name + ": " + header(*response, name)).c_str());
    QVERIFY2(QByteArray::fromStdString(response->body).contains(text.toUtf8()), response->body.c_str());
    if (closes) {
        QVERIFY(socket.isClosedByServer());
        return;
    }
    QVERIFY(socket.send(post("/v1/logs", "application/x-protobuf", kProtobufBody)));
    const auto next = socket.receiveResponse();
    QVERIFY(next.has_value());
    QCOMPARE(next->status, 200);
}

void OtlpHttpReceiverTest::aBodyArrivesHoweverItIsPacked_data()
{
    QTest::addColumn<QByteArray>("encoding");
    QTest::addColumn<QByteArray>("packed");
    QTest::addColumn<QByteArray>("unpacked");
    std::string body;
    for (int i = 0; i < 20'000; ++i)
        body += "some text " + std::to_string(i * 7919 % 1000);
    const QByteArray whole = bytes(body);
    QTest::newRow("plain") << QByteArray("identity") << whole << whole;
    QTest::newRow("gzip") << QByteArray("gzip") << bytes(gzipped(body)) << whole;
    QTest::newRow("gzip in capitals") << QByteArray("GZIP") << bytes(gzipped(body)) << whole;
    QTest::newRow("gzip in two members")
        << QByteArray("gzip") << bytes(gzipped(body) + gzipped("end")) << whole + "end";
    QTest::newRow("a small member after a large one")
        << QByteArray("gzip") << bytes(gzipped(body) + gzipped("")) << whole;
    QTest::newRow("deflate") << QByteArray("deflate") << bytes(deflated(body, 15)) << whole;
    QTest::newRow("deflate without its header")
        << QByteArray("deflate") << bytes(deflated(body, -15)) << whole;
    QTest::newRow("zstd") << QByteArray("zstd") << bytes(zstandard(body)) << whole;
    QTest::newRow("zstd in two frames")
        << QByteArray("zstd") << bytes(zstandard(body) + zstandard("end")) << whole + "end";
    QTest::newRow("nothing in gzip") << QByteArray("gzip") << bytes(gzipped("")) << QByteArray("");
    QTest::newRow("nothing in zstd") << QByteArray("zstd") << bytes(zstandard("")) << QByteArray("");
}

void OtlpHttpReceiverTest::aBodyArrivesHoweverItIsPacked()
{
    QFETCH(QByteArray, encoding);
    QFETCH(QByteArray, packed);
    QFETCH(QByteArray, unpacked);
    const auto receiver = listen();
    RawSocket socket(receiver->status().port);
    socket.send(post("/v1/traces", "application/x-protobuf", packed.toStdString(),
        {"Content-Encoding: " + encoding.toStdString()}));
    const auto response = socket.receiveResponse();
    QVERIFY(response.has_value());
    QVERIFY2(response->status == 200, response->body.c_str());
    const auto requests = m_sink->requests();
    QCOMPARE(requests.size(), std::size_t{1});
    QVERIFY(requests[0].body == unpacked.toStdString());
    QCOMPARE(requests[0].wireBytes, static_cast<std::uint64_t>(packed.size()));
    QCOMPARE(requests[0].context.transport, Transport::Http);
    QCOMPARE(requests[0].context.peer, std::string("127.0.0.1"));
}

void OtlpHttpReceiverTest::aBodyThatGrowsBeyondTheLimitIsTooLarge_data()
{
    QTest::addColumn<QByteArray>("encoding");
    QTest::addColumn<QByteArray>("packed");
    QTest::addColumn<int>("status");
    const std::string fits(1'000'000, '\0');
    const std::string tooLarge(1'000'001, '\0');
    const std::string bomb(100'000'000, '\0');
    QTest::newRow("gzip that fits") << QByteArray("gzip") << bytes(gzipped(fits)) << 200;
    QTest::newRow("gzip, one byte more") << QByteArray("gzip") << bytes(gzipped(tooLarge)) << 413;
    QTest::newRow("gzip bomb") << QByteArray("gzip") << bytes(gzipped(bomb)) << 413;
    QTest::newRow("gzip bomb before a small member")
        << QByteArray("gzip") << bytes(gzipped(bomb) + gzipped("x")) << 413;
    std::string lying = gzipped(bomb);
    lying.replace(lying.size() - 4, 4, std::string("\x10\x00\x00\x00", 4));
    QTest::newRow("gzip bomb that lies about its size") << QByteArray("gzip") << bytes(lying) << 413;
    QTest::newRow("deflate that fits") << QByteArray("deflate") << bytes(deflated(fits, 15)) << 200;
    QTest::newRow("deflate bomb") << QByteArray("deflate") << bytes(deflated(bomb, 15)) << 413;
    QTest::newRow("raw deflate bomb") << QByteArray("deflate") << bytes(deflated(bomb, -15)) << 413;
    QTest::newRow("zstd that fits") << QByteArray("zstd") << bytes(zstandard(fits)) << 200;
    QTest::newRow("zstd bomb") << QByteArray("zstd") << bytes(zstandard(bomb)) << 413;
    std::string cut = gzipped(fits);
    cut.resize(cut.size() / 2);
    QTest::newRow("gzip that ends early") << QByteArray("gzip") << bytes(cut) << 400;
    std::string cutZstd = zstandard(fits);
    cutZstd.resize(cutZstd.size() / 2);
    QTest::newRow("zstd that ends early") << QByteArray("zstd") << bytes(cutZstd) << 400;
    QTest::newRow("zstd bomb in two frames")
        << QByteArray("zstd") << bytes(zstandard(fits) + zstandard(fits)) << 413;
    QTest::newRow("gzip of nothing at all") << QByteArray("gzip") << QByteArray("") << 400;
}

void OtlpHttpReceiverTest::aBodyThatGrowsBeyondTheLimitIsTooLarge()
{
    QFETCH(QByteArray, encoding);
    QFETCH(QByteArray, packed);
    QFETCH(int, status);
    const auto receiver = listen(smallLimits());
    RawSocket socket(receiver->status().port);
    socket.send(post("/v1/traces", "application/x-protobuf", packed.toStdString(),
        {"Content-Encoding: " + encoding.toStdString()}));
    const auto response = socket.receiveResponse();
    QVERIFY(response.has_value());
    QVERIFY2(response->status == status, response->body.c_str());
    QCOMPARE(m_sink->requestCount(), std::size_t{status == 200 ? 1u : 0u});
    if (status != 200)
        QCOMPARE(m_sink->refused().at(0).reason, status == 413 ? Refusal::TooLarge : Refusal::Malformed);
}

void OtlpHttpReceiverTest::jsonIsHandedOnAsProtobuf()
{
    const auto receiver = listen();
    RawSocket socket(receiver->status().port);
    socket.send(post("/v1/traces", "application/json", gzipped(kJsonBody), {"Content-Encoding: gzip"}));
    QCOMPARE(socket.receiveResponse().value().status, 200);
    const auto requests = m_sink->requests();
    QCOMPARE(requests.size(), std::size_t{1});
    QCOMPARE(requests[0].context.encoding, Encoding::Json);
    QVERIFY(requests[0].body == otlp::jsonToProto(Signal::Traces, kJsonBody).value());
}

void OtlpHttpReceiverTest::aRefusalOfTheSinkHasItsStatus_data()
{
    QTest::addColumn<int>("refusal");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("retryAfter");
    QTest::newRow("malformed") << int(Refusal::Malformed) << 400 << QByteArray();
    QTest::newRow("too large") << int(Refusal::TooLarge) << 413 << QByteArray();
    QTest::newRow("overloaded") << int(Refusal::Overloaded) << 429 << QByteArray("3");
    QTest::newRow("disk full") << int(Refusal::StorageFull) << 503 << QByteArray("3");
    QTest::newRow("stopping") << int(Refusal::ShuttingDown) << 503 << QByteArray();
    QTest::newRow("unsupported") << int(Refusal::Unsupported) << 415 << QByteArray();
    QTest::newRow("our mistake") << int(Refusal::Internal) << 500 << QByteArray();
}

void OtlpHttpReceiverTest::aRefusalOfTheSinkHasItsStatus()
{
    QFETCH(int, refusal);
    QFETCH(int, status);
    QFETCH(QByteArray, retryAfter);
    const auto receiver = listen();
    m_sink->setAnswer({.refusal = static_cast<Refusal>(refusal),
        .message = "because of this",
        .retryAfter = 2500ms,
        .rejectedRecords = 0});
    RawSocket socket(receiver->status().port);
    for (const char* type : {"application/x-protobuf", "application/json"}) {
        socket.send(
            post("/v1/traces", type, type == std::string("application/json") ? kJsonBody : kProtobufBody));
        const auto response = socket.receiveResponse();
        QVERIFY(response.has_value());
        QCOMPARE(response->status, status);
        QCOMPARE(header(*response, "content-type"), std::string(type));
        QCOMPARE(header(*response, "retry-after"), retryAfter.toStdString());
        QVERIFY(response->body.find("because of this") != std::string::npos);
        QCOMPARE(response->body.find("RetryInfo") != std::string::npos, !retryAfter.isEmpty());
    }
}

void OtlpHttpReceiverTest::aPartialSuccessIsToldInTheRequestsEncoding()
{
    const auto receiver = listen();
    m_sink->setAnswer(
        {.refusal = Refusal::None, .message = "two have no id", .retryAfter = {}, .rejectedRecords = 2});
    RawSocket socket(receiver->status().port);
    socket.send(post("/v1/traces", "application/x-protobuf", kProtobufBody));
    const auto protobuf = socket.receiveResponse();
    QCOMPARE(protobuf.value().status, 200);
    QCOMPARE(protobuf->body, std::string("\x0a\x12\x08\x02\x12\x0etwo have no id"));
    socket.send(post("/v1/traces", "application/json", kJsonBody));
    const auto json = socket.receiveResponse();
    QVERIFY(json.value().body.find("\"rejectedSpans\"") != std::string::npos);
    QVERIFY(json->body.find("two have no id") != std::string::npos);
}

void OtlpHttpReceiverTest::aConnectionServesOneRequestAfterTheOther()
{
    const auto receiver = listen();
    RawSocket socket(receiver->status().port);
    for (int i = 0; i < 100; ++i) {
        QVERIFY(socket.send(post("/v1/traces", "application/x-protobuf", kProtobufBody)));
        QCOMPARE(socket.receiveResponse().value().status, 200);
    }
    QCOMPARE(receiver->status().connections, std::uint64_t{1});
    QCOMPARE(receiver->status().requests, std::uint64_t{100});
}

void OtlpHttpReceiverTest::pipelinedRequestsAreAnsweredInOrder()
{
    const auto receiver = listen();
    RawSocket socket(receiver->status().port);
    std::string all;
    for (int i = 0; i < 50; ++i)
        all += post("/v1/traces", "application/x-protobuf", kProtobufBody)
            + post("/v1/nothing", "application/json", "{}") + post("/v1/logs", "application/json", "{}");
    socket.send(all);
    for (int i = 0; i < 50; ++i) {
        QCOMPARE(socket.receiveResponse().value().status, 200);
        QCOMPARE(socket.receiveResponse().value().status, 404);
        QCOMPARE(header(socket.receiveResponse().value(), "content-type"), std::string("application/json"));
    }
    QCOMPARE(m_sink->requestCount(), std::size_t{100});
}

void OtlpHttpReceiverTest::continueIsSaidBeforeTheBody()
{
    const auto receiver = listen();
    RawSocket socket(receiver->status().port);
    const std::string body(2'000'000, ' ');
    const std::string whole = post("/v1/traces", "application/json", body, {"Expect: 100-continue"});
    socket.send(whole.substr(0, whole.size() - body.size()));
    QCOMPARE(socket.receiveUntil("\r\n\r\n"), std::string("HTTP/1.1 100 Continue\r\n\r\n"));
    socket.send(body.substr(2) + "{}");
    QCOMPARE(socket.receiveResponse().value().status, 200);
}

void OtlpHttpReceiverTest::aBodyThatWouldBeRefusedIsNotAskedFor()
{
    const auto receiver = listen(smallLimits());
    RawSocket socket(receiver->status().port);
    socket.send(request("POST /v1/traces HTTP/1.1",
        {"Host: localhost", "Content-Type: application/json", "Content-Length: 2000000",
            "Expect: 100-continue"}));
    const auto response = socket.receiveResponse();
    QCOMPARE(response.value().status, 413);
    QCOMPARE(header(*response, "connection"), std::string("close"));
}

void OtlpHttpReceiverTest::chunksOfAnySizeMakeOneBody()
{
    const auto receiver = listen();
    RawSocket socket(receiver->status().port);
    const std::string body(5'000, 'x');
    std::string chunked;
    for (std::size_t at = 0, size = 1; at < body.size(); at += size, size = size * 3 + 1) {
        const std::size_t count = std::min(size, body.size() - at);
        chunked += QByteArray::number(static_cast<qulonglong>(count), 16).toStdString() + ";note=1\r\n"
            + body.substr(at, count) + "\r\n";
    }
    socket.send(request("POST /v1/traces HTTP/1.1",
        {"Host: localhost", "Content-Type: application/x-protobuf", "Transfer-Encoding: chunked"},
        chunked + "0\r\nX-Trailer: 1\r\n\r\n"));
    QCOMPARE(socket.receiveResponse().value().status, 200);
    QVERIFY(m_sink->requests().at(0).body == body);
}

void OtlpHttpReceiverTest::aChunkedBodyBeyondTheLimitIsTooLarge()
{
    const auto receiver = listen(smallLimits());
    RawSocket socket(receiver->status().port);
    socket.send(request("POST /v1/traces HTTP/1.1",
        {"Host: localhost", "Content-Type: application/json", "Transfer-Encoding: chunked"}));
    const std::string chunk = "186a0\r\n" + std::string(100'000, ' ') + "\r\n";
    for (int i = 0; i < 11; ++i)
        socket.send(chunk);
    const auto response = socket.receiveResponse();
    QCOMPARE(response.value().status, 413);
    QCOMPARE(header(*response, "content-type"), std::string("application/json"));
}

void OtlpHttpReceiverTest::anOriginGetsItsHeadersOnEveryAnswer()
{
    const auto receiver = listen(smallLimits());
    RawSocket socket(receiver->status().port);
    m_sink->setAnswer(
        {.refusal = Refusal::Overloaded, .message = "later", .retryAfter = 1s, .rejectedRecords = 0});
    socket.send(post("/v1/traces", "application/json", kJsonBody, {"Origin: http://127.0.0.1:8080"}));
    const auto refused = socket.receiveResponse();
    QCOMPARE(refused.value().status, 429);
    QCOMPARE(header(*refused, "access-control-allow-origin"), std::string("http://127.0.0.1:8080"));
    QCOMPARE(header(*refused, "access-control-expose-headers"), std::string("Retry-After"));
    QVERIFY(header(*refused, "vary").find("Origin") != std::string::npos);

    m_sink->setAnswer({});
    socket.send(post("/v1/traces", "application/json", kJsonBody, {"Origin: https://evil.example"}));
    const auto foreign = socket.receiveResponse();
    QCOMPARE(foreign.value().status, 200);
    QVERIFY(header(*foreign, "access-control-allow-origin").empty());
}

void OtlpHttpReceiverTest::aPreflightIsAnsweredWithoutTheSink()
{
    const auto receiver = listen(smallLimits());
    RawSocket socket(receiver->status().port);
    socket.send(request("OPTIONS /v1/traces HTTP/1.1",
        {"Host: localhost:4318", "Origin: https://app.example.com", "Access-Control-Request-Method: POST",
            "Access-Control-Request-Headers: authorization,content-type,x-api-key,x-strange header",
            "Access-Control-Request-Private-Network: true"}));
    const auto response = socket.receiveResponse();
    QCOMPARE(response.value().status, 204);
    QCOMPARE(header(*response, "access-control-allow-origin"), std::string("https://app.example.com"));
    QCOMPARE(header(*response, "access-control-allow-methods"), std::string("POST"));
    QCOMPARE(header(*response, "access-control-allow-headers"),
        std::string("authorization, content-type, x-api-key"));
    QCOMPARE(header(*response, "access-control-allow-private-network"), std::string("true"));
    QVERIFY(!response->headers.contains("content-length"));
    QCOMPARE(m_sink->requestCount(), std::size_t{0});
    QVERIFY(m_sink->refused().empty());
}

void OtlpHttpReceiverTest::headersArriveWithoutSecrets()
{
    const auto receiver = listen();
    RawSocket socket(receiver->status().port);
    socket.send(post("/v1/traces", "application/x-protobuf", kProtobufBody,
        {"Authorization: Bearer abc", "Cookie: a=b", "X-Tenant: blue", "X-API-Key: secret",
            "DD-Api-Key: secret", "User-Agent: test"}));
    QCOMPARE(socket.receiveResponse().value().status, 200);
    const auto headers = m_sink->requests().at(0).context.headers;
    const std::vector<std::pair<std::string, std::string>> expected{{"host", "localhost"},
        {"content-type", "application/x-protobuf"}, {"x-tenant", "blue"}, {"user-agent", "test"}};
    QVERIFY(headers == expected);
}

void OtlpHttpReceiverTest::aSlowHeaderEndsTheConnection()
{
    OtlpHttpReceiver::Options options;
    options.limits.headerTimeout = 50ms;
    const auto receiver = listen(options);
    RawSocket socket(receiver->status().port);
    socket.send("POST /v1/traces HTTP/1.1\r\nHost: local");
    QVERIFY(socket.receiveAll().empty());
    QTRY_COMPARE(receiver->status().openConnections, std::uint64_t{0});
}

void OtlpHttpReceiverTest::aSlowBodyEndsTheConnection()
{
    OtlpHttpReceiver::Options options;
    options.limits.bodyTimeout = 50ms;
    const auto receiver = listen(options);
    RawSocket socket(receiver->status().port);
    socket.send(request("POST /v1/traces HTTP/1.1",
        {"Host: localhost", "Content-Type: application/json", "Content-Length: 10"}, "{"));
    QVERIFY(socket.receiveAll().empty());
    QTRY_COMPARE(receiver->status().openConnections, std::uint64_t{0});
}

void OtlpHttpReceiverTest::anIdleConnectionIsClosed()
{
    OtlpHttpReceiver::Options options;
    options.limits.idleTimeout = 50ms;
    const auto receiver = listen(options);
    RawSocket socket(receiver->status().port);
    socket.send(post("/v1/traces", "application/x-protobuf", kProtobufBody));
    QCOMPARE(socket.receiveResponse().value().status, 200);
    QVERIFY(socket.isClosedByServer());
}

void OtlpHttpReceiverTest::connectionsBeyondTheLimitAreClosed()
{
    OtlpHttpReceiver::Options options;
    options.limits.maxConnections = 2;
    const auto receiver = listen(options);
    RawSocket first(receiver->status().port);
    RawSocket second(receiver->status().port);
    QTRY_COMPARE(receiver->status().openConnections, std::uint64_t{2});
    RawSocket third(receiver->status().port);
    QVERIFY(third.isClosedByServer());
    QTRY_COMPARE(receiver->status().refusedConnections, std::uint64_t{1});
    first.send(post("/v1/traces", "application/x-protobuf", kProtobufBody));
    QCOMPARE(first.receiveResponse().value().status, 200);
    first.abort();
    QTRY_COMPARE(receiver->status().openConnections, std::uint64_t{1});
    RawSocket fourth(receiver->status().port);
    fourth.send(post("/v1/traces", "application/x-protobuf", kProtobufBody));
    QCOMPARE(fourth.receiveResponse().value().status, 200);
}

void OtlpHttpReceiverTest::anAnswerFromAnotherThreadArrives()
{
    const auto receiver = listen();
    m_sink->hold();
    RawSocket first(receiver->status().port);
    RawSocket second(receiver->status().port);
    first.send(post("/v1/traces", "application/x-protobuf", kProtobufBody));
    second.send(post("/v1/traces", "application/x-protobuf", kProtobufBody));
    QTRY_COMPARE(m_sink->heldCount(), std::size_t{2});
    m_sink->release();
    QCOMPARE(first.receiveResponse().value().status, 200);
    QCOMPARE(second.receiveResponse().value().status, 200);
}

void OtlpHttpReceiverTest::bytesInFlightAreCappedAndEverythingArrivesInTheEnd()
{
    OtlpHttpReceiver::Options options;
    options.maxBytesInFlight = 3'000'000;
    const auto receiver = listen(options);
    m_sink->hold();
    std::atomic<int> good = 0;
    std::atomic<int> later = 0;
    std::vector<std::jthread> senders;
    for (int i = 0; i < 16; ++i) {
        senders.emplace_back([&, port = receiver->status().port] {
            while (true) { // As a real sender does: again when told "later".
                RawSocket socket(port);
                socket.send(post("/v1/traces", "application/x-protobuf", std::string(1'000'000, 'x')));
                const auto response = socket.receiveResponse();
                if (response && response->status == 200) {
                    ++good;
                    return;
                }
                ++later;
            }
        });
    }
    const auto allAnswered = [&] {
        m_sink->answerHeld();
        return good.load() == 16;
    };
    QTRY_VERIFY_WITH_TIMEOUT(allAnswered(), 30'000);
    QVERIFY(m_sink->peakHeldBytes() <= 4'000'000);
}

void OtlpHttpReceiverTest::stopAnswersWhatWasOfferedAndClosesIdleConnections()
{
    const auto receiver = listen();
    m_sink->hold();
    RawSocket idle(receiver->status().port);
    RawSocket busy(receiver->status().port);
    busy.send(post("/v1/traces", "application/x-protobuf", kProtobufBody));
    QTRY_COMPARE(m_sink->heldCount(), std::size_t{1});
    QTRY_COMPARE(receiver->status().openConnections, std::uint64_t{2});
    std::atomic<bool> isStopped = false;
    std::jthread stopper([&] {
        receiver->stop(30s);
        isStopped = true;
    });
    QVERIFY(idle.isClosedByServer());
    m_sink->release();
    const auto response = busy.receiveResponse();
    QCOMPARE(response.value().status, 200);
    QCOMPARE(header(*response, "connection"), std::string("close"));
    busy.abort();
    QTRY_VERIFY(isStopped.load());
    QVERIFY(!RawSocket(receiver->status().port).isConnected());
}

void OtlpHttpReceiverTest::anAbortedRequestHarmsNobody()
{
    const auto receiver = listen();
    m_sink->hold();
    const std::string whole = post("/v1/traces", "application/x-protobuf", std::string(200'000, 'x'));
    for (const std::size_t sent : {std::size_t{10}, std::size_t{60}, std::size_t{100'000}, whole.size()}) {
        RawSocket socket(receiver->status().port);
        socket.send(whole.substr(0, sent));
        if (sent == whole.size())
            QTRY_COMPARE(m_sink->heldCount(), std::size_t{1});
        socket.abort();
    }
    m_sink->release();
    QTRY_COMPARE(receiver->status().openConnections, std::uint64_t{0});
    RawSocket socket(receiver->status().port);
    socket.send(post("/v1/traces", "application/x-protobuf", kProtobufBody));
    QCOMPARE(socket.receiveResponse().value().status, 200);
}

void OtlpHttpReceiverTest::garbageNeverHarms()
{
    OtlpHttpReceiver::Options options = smallLimits();
    options.limits.headerTimeout = 20ms;
    options.limits.bodyTimeout = 20ms;
    const auto receiver = listen(options);
    std::mt19937 random(4318);
    const std::string good = post("/v1/traces", "application/json", kJsonBody, {"Origin: http://localhost"});
    for (int i = 0; i < 400; ++i) {
        std::string sent = good;
        if (i % 4 == 0) {
            sent.resize(random() % 300);
            for (char& byte : sent)
                byte = static_cast<char>(random());
        } else {
            for (auto change = random() % 6 + 1; change > 0; --change)
                sent[random() % sent.size()] = static_cast<char>(random());
        }
        RawSocket socket(receiver->status().port);
        socket.send(sent);
        if (i % 3 == 0)
            socket.abort();
        else
            socket.shutdownSend();
    }
    QTRY_COMPARE_WITH_TIMEOUT(receiver->status().openConnections, std::uint64_t{0}, 20'000);
    RawSocket socket(receiver->status().port);
    socket.send(good);
    QCOMPARE(socket.receiveResponse().value().status, 200);
}

void OtlpHttpReceiverTest::wildcardsMatchAnyText()
{
    QVERIFY(matchesWildcard("https://*.example.com", "https://a.b.example.com"));
    QVERIFY(matchesWildcard("HTTPS://Example.com", "https://example.COM"));
    QVERIFY(matchesWildcard("*", ""));
    QVERIFY(matchesWildcard("a*b*c", "a--b--b--c"));
    QVERIFY(!matchesWildcard("https://*.example.com", "https://example.com.evil"));
    QVERIFY(!matchesWildcard("a*b", "a"));
    QVERIFY(!matchesWildcard("", "a"));
}

QTEST_GUILESS_MAIN(OtlpHttpReceiverTest)
#include "tst_otlp_http_receiver.moc"
