#include "core/exporters/gzip.h"
#include "core/exporters/otlp_http/otlp_http_exporter.h"

#include <QTest>

#include <zlib.h>

#include "tests/core/exporters/answer_samples.h"
#include "tests/support/http_backend.h"

using namespace sluice;
using test::HttpBackend;
using test::HttpReply;
using test::HttpRequest;
using Kind = SendResult::Kind;

namespace {

constexpr Nanos kPatience = std::chrono::seconds(20);

std::string inflated(std::string bytes)
{
    std::string out(1 << 20, '\0');
    z_stream stream{};
    inflateInit2(&stream, 16 + MAX_WBITS);
    stream.next_in = reinterpret_cast<Bytef*>(bytes.data());
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    inflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    inflateEnd(&stream);
    return out;
}

HttpBackend::Handler always(HttpReply reply)
{
    return [reply](const HttpRequest&) { return reply; };
}

} // namespace

class OtlpHttpExporterTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void payloadsArriveAsOneRequestAtThePathOfTheirSignal()
    {
        HttpBackend backend(always({}));
        const auto exporter = make({.endpoint = backend.url() + "/base", .useGzip = false});
        QCOMPARE(send(*exporter, Signal::Logs, {"ab", "", "cd"}).kind, Kind::Ok);
        const HttpRequest request = backend.requests().front();
        QCOMPARE(request.target, std::string("/base/v1/logs"));
        QCOMPARE(request.body, std::string("abcd"));
        QCOMPARE(request.headers.at("content-type"), std::string("application/x-protobuf"));
        QVERIFY(!request.headers.contains("expect"));
        QVERIFY(!request.headers.contains("content-encoding"));
    }

    void aLargeBodyArrivesWhole()
    {
        HttpBackend backend(always({}));
        const auto exporter = make({.endpoint = backend.url(), .useGzip = false});
        const std::string large(3'000'000, 'x');
        QCOMPARE(send(*exporter, Signal::Traces, {large, "end"}).kind, Kind::Ok);
        QVERIFY(backend.requests().front().body == large + "end");
    }

    void gzipIsSaidAndDone()
    {
        HttpBackend backend(always({}));
        const auto exporter = make({.endpoint = backend.url()});
        QCOMPARE(send(*exporter, Signal::Traces, {std::string(1000, 'a'), "b"}).kind, Kind::Ok);
        const HttpRequest request = backend.requests().front();
        QCOMPARE(request.headers.at("content-encoding"), std::string("gzip"));
        QVERIFY(request.body.size() < 200);
        QCOMPARE(inflated(request.body), std::string(1000, 'a') + "b");
    }

    void headersAreResolvedForEachRequest()
    {
        HttpBackend backend(always({}));
        int asked = 0;
        const auto exporter
            = make({.endpoint = backend.url(), .headers = {{"Authorization", "Bearer ${env:TOKEN}"}}},
                [&asked](const std::string& name) { return name + std::to_string(++asked); });
        send(*exporter, Signal::Traces, {"a"});
        send(*exporter, Signal::Traces, {"b"});
        QCOMPARE(backend.requests()[0].headers.at("authorization"), std::string("Bearer TOKEN1"));
        QCOMPARE(backend.requests()[1].headers.at("authorization"), std::string("Bearer TOKEN2"));
    }

    void aMissingVariableIsTriedAgainInsteadOfLost()
    {
        HttpBackend backend(always({}));
        const auto exporter = make({.endpoint = backend.url(), .headers = {{"key", "${env:SLUICE_NOT_SET}"}}},
            [](const std::string&) { return std::nullopt; });
        const SendResult result = send(*exporter, Signal::Traces, {"a"});
        QCOMPARE(result.kind, Kind::Retry);
        QVERIFY(result.text.find("SLUICE_NOT_SET") != std::string::npos);
        QVERIFY(backend.requests().empty());
    }

    void theConnectionIsKept()
    {
        HttpBackend backend(always({}));
        const auto exporter = make({.endpoint = backend.url()});
        for (int i = 0; i < 3; ++i)
            QCOMPARE(send(*exporter, Signal::Traces, {"a"}).kind, Kind::Ok);
        QCOMPARE(backend.requests().back().connection, 1);
    }

    void aBackendThatCameBackIsReachedAgain()
    {
        auto backend = std::make_unique<HttpBackend>(always({}));
        const std::uint16_t port = backend->port();
        const auto exporter = make({.endpoint = backend->url()});
        QCOMPARE(send(*exporter, Signal::Traces, {"a"}).kind, Kind::Ok);
        backend.reset();
        const SendResult away = send(*exporter, Signal::Traces, {"b"});
        QCOMPARE(away.kind, Kind::Retry);
        QVERIFY(!away.isAnswered);
        QVERIFY(!away.text.empty());
        backend = std::make_unique<HttpBackend>(always({}), port);
        QVERIFY(backend->isListening());
        QCOMPARE(send(*exporter, Signal::Traces, {"b"}).kind, Kind::Ok);
    }

    void theAnswerIsRead()
    {
        HttpBackend backend(always({.status = 503,
            .body = test::rpcStatus("too busy"),
            .headers = {{"content-TYPE", "application/x-protobuf"}, {"Retry-After", "12"}}}));
        const auto exporter = make({.endpoint = backend.url()});
        const SendResult result = send(*exporter, Signal::Traces, {"a"});
        QCOMPARE(result.kind, Kind::Retry);
        QCOMPARE(result.retryAfter, Nanos(std::chrono::seconds(12)));
        QCOMPARE(result.text, std::string("HTTP 503: too busy"));
        QVERIFY(result.isAnswered);
    }

    void aPartialSuccessIsRead()
    {
        HttpBackend backend(always({.body = test::partialSuccess(2, "no")}));
        const auto exporter = make({.endpoint = backend.url()});
        const SendResult result = send(*exporter, Signal::Traces, {"a"});
        QCOMPARE(result.kind, Kind::PartialSuccess);
        QCOMPARE(result.rejectedRecords, std::uint64_t(2));
    }

    void aRedirectIsNotFollowed()
    {
        HttpBackend backend(always({.status = 302, .headers = {{"Location", "/elsewhere"}}}));
        const auto exporter = make({.endpoint = backend.url()});
        QCOMPARE(send(*exporter, Signal::Traces, {"a"}).kind, Kind::Refused);
        QCOMPARE(backend.requests().size(), std::size_t(1));
    }

    void anEndlessAnswerIsRefused()
    {
        HttpBackend backend(always({.body = std::string((4u << 20) + 1, 'x')}));
        const auto exporter = make({.endpoint = backend.url()});
        QCOMPARE(send(*exporter, Signal::Traces, {"a"}).kind, Kind::Refused);
    }

    void aConnectionClosedWithoutAnAnswerIsTriedAgain()
    {
        HttpBackend backend(always({.closes = true}));
        const auto exporter = make({.endpoint = backend.url()});
        QCOMPARE(send(*exporter, Signal::Traces, {"a"}).kind, Kind::Retry);
    }

    void aHangingBackendRunsIntoTheTimeout()
    {
        HttpBackend backend(always({.hangs = true}));
        const auto exporter = make({.endpoint = backend.url()});
        const std::vector<SharedBytes> payloads{SharedBytes("a")};
        const SendResult result
            = exporter->send(Signal::Traces, payloads, 1, std::chrono::milliseconds(20), {});
        QCOMPARE(result.kind, Kind::Retry);
        QVERIFY(result.text.find("20 ms") != std::string::npos);
    }

    void aStopEndsTheWaitForAHangingBackend()
    {
        std::stop_source stop;
        HttpBackend backend([&stop](const HttpRequest&) {
            stop.request_stop();
            return HttpReply{.hangs = true};
        });
        const auto exporter = make({.endpoint = backend.url()});
        const std::vector<SharedBytes> payloads{SharedBytes("a")};
        QCOMPARE(
            exporter->send(Signal::Traces, payloads, 1, Nanos(0), stop.get_token()).kind, Kind::Cancelled);
    }

    void wrongSettingsAreRefusedWhenItIsMade()
    {
        QCOMPARE(makeOtlpHttpExporter({.endpoint = "host:4318"}, processEnvironment(), m_clock).error().key,
            std::string("endpoint"));
        QCOMPARE(makeOtlpHttpExporter(
                     {.endpoint = "http://h", .headers = {{"host", "x"}}}, processEnvironment(), m_clock)
                     .error()
                     .key,
            std::string("headers"));
    }

private:
    std::unique_ptr<Exporter> make(ExporterSettings settings, Environment environment = processEnvironment())
    {
        return makeOtlpHttpExporter(std::move(settings), std::move(environment), m_clock).value();
    }

    static SendResult send(Exporter& exporter, Signal signal, const std::vector<std::string>& payloads)
    {
        std::vector<SharedBytes> bytes;
        for (const std::string& payload : payloads)
            bytes.emplace_back(payload);
        return exporter.send(signal, bytes, 1, kPatience, {});
    }

    SystemClock m_clock;
};

QTEST_GUILESS_MAIN(OtlpHttpExporterTest)
#include "tst_otlp_http_exporter.moc"
