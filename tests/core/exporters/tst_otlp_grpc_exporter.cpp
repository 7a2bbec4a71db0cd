#include "core/exporters/otlp_grpc/otlp_grpc_exporter.h"

#include <QTest>

#include "tests/core/exporters/answer_samples.h"
#include "tests/support/grpc_backend.h"

using namespace sluice;
using test::GrpcBackend;
using test::GrpcReply;
using test::GrpcRequest;
using Kind = SendResult::Kind;

namespace {

constexpr Nanos kPatience = std::chrono::seconds(20);

GrpcBackend::Answer always(GrpcReply reply)
{
    return [reply](const GrpcRequest&) { return reply; };
}

std::unique_ptr<Exporter> make(ExporterSettings settings, Environment environment = processEnvironment())
{
    return makeOtlpGrpcExporter(std::move(settings), std::move(environment)).value();
}

SendResult send(Exporter& exporter, Signal signal, const std::vector<std::string>& payloads)
{
    std::vector<SharedBytes> bytes;
    for (const std::string& payload : payloads)
        bytes.emplace_back(payload);
    return exporter.send(signal, bytes, 1, kPatience, {});
}

} // namespace

class OtlpGrpcExporterTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void payloadsArriveAsOneMessageOfTheirSignal_data()
    {
        QTest::addColumn<bool>("useGzip");
        QTest::newRow("plain") << false;
        QTest::newRow("gzip") << true;
    }
    void payloadsArriveAsOneMessageOfTheirSignal()
    {
        QFETCH(bool, useGzip);
        GrpcBackend backend(always({}));
        const auto exporter = make({.endpoint = backend.address(), .useGzip = useGzip});
        const std::string large(3'000'000, 'x');
        QCOMPARE(send(*exporter, Signal::Metrics, {"ab", "", large}).kind, Kind::Ok);
        const GrpcRequest request = backend.requests().front();
        QCOMPARE(
            request.method, std::string("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"));
        QVERIFY(request.message == "ab" + large);
    }

    void anEndpointWithASchemeIsUnderstood()
    {
        GrpcBackend backend(always({}));
        const auto exporter = make({.endpoint = "http://" + backend.address(), .isInsecure = false});
        QCOMPARE(send(*exporter, Signal::Traces, {"a"}).kind, Kind::Ok);
    }

    void headersTravelAsMetadata()
    {
        GrpcBackend backend(always({}));
        const auto exporter
            = make({.endpoint = backend.address(), .headers = {{"X-Tenant", "${env:TENANT}"}}},
                [](const std::string&) { return std::optional<std::string>("blue"); });
        QCOMPARE(send(*exporter, Signal::Traces, {"a"}).kind, Kind::Ok);
        const auto metadata = backend.requests().front().metadata;
        QCOMPARE(metadata.find("x-tenant")->second, std::string("blue"));
        QVERIFY(metadata.find("user-agent")->second.starts_with("Sluice/"));
    }

    void oneConnectionServesAllRequests()
    {
        GrpcBackend backend(always({}));
        const auto exporter = make({.endpoint = backend.address()});
        for (int i = 0; i < 3; ++i)
            QCOMPARE(send(*exporter, Signal::Traces, {"a"}).kind, Kind::Ok);
        QCOMPARE(backend.requests().front().peer, backend.requests().back().peer);
    }

    void retryInfoIsReadFromTheTrailer()
    {
        GrpcBackend backend(always({.status
            = grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, "full", test::rpcStatus("full", 1500))}));
        const auto exporter = make({.endpoint = backend.address()});
        const SendResult result = send(*exporter, Signal::Traces, {"a"});
        QCOMPARE(result.kind, Kind::Retry);
        QCOMPARE(result.retryAfter, Nanos(std::chrono::milliseconds(1500)));
        QCOMPARE(result.text, std::string("RESOURCE_EXHAUSTED: full"));
        QVERIFY(result.isAnswered);
    }

    void aRefusalForItsSizeIsKnown()
    {
        GrpcBackend backend(
            always({.status = grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, "message too large")}));
        const auto exporter = make({.endpoint = backend.address()});
        const SendResult result = send(*exporter, Signal::Traces, {"a"});
        QCOMPARE(result.kind, Kind::Refused);
        QVERIFY(result.isTooLarge);
    }

    void aPartialSuccessIsRead()
    {
        GrpcBackend backend(always({.response = test::partialSuccess(2, "no")}));
        const auto exporter = make({.endpoint = backend.address()});
        const SendResult result = send(*exporter, Signal::Traces, {"a"});
        QCOMPARE(result.kind, Kind::PartialSuccess);
        QCOMPARE(result.rejectedRecords, std::uint64_t(2));
    }

    void aBackendThatCameBackIsReachedAgain()
    {
        auto backend = std::make_unique<GrpcBackend>(always({}));
        const int port = backend->port();
        const auto exporter = make({.endpoint = backend->address()});
        QCOMPARE(send(*exporter, Signal::Traces, {"a"}).kind, Kind::Ok);
        backend.reset();
        const SendResult away = send(*exporter, Signal::Traces, {"b"});
        QCOMPARE(away.kind, Kind::Retry);
        backend = std::make_unique<GrpcBackend>(always({}), port);
        QTRY_VERIFY_WITH_TIMEOUT(send(*exporter, Signal::Traces, {"b"}).kind == Kind::Ok, 20'000);
    }

    void aHangingBackendRunsIntoTheDeadline()
    {
        GrpcBackend backend(always({.hangs = true}));
        const auto exporter = make({.endpoint = backend.address()});
        const std::vector<SharedBytes> payloads{SharedBytes("a")};
        const SendResult result
            = exporter->send(Signal::Traces, payloads, 1, std::chrono::milliseconds(50), {});
        QCOMPARE(result.kind, Kind::Retry);
        QVERIFY(result.text.starts_with("DEADLINE_EXCEEDED"));
        QVERIFY(!result.isAnswered);
    }

    void aStopEndsTheWaitForAHangingBackend()
    {
        std::stop_source stop;
        GrpcBackend backend([&stop](const GrpcRequest&) {
            stop.request_stop();
            return GrpcReply{.hangs = true};
        });
        const auto exporter = make({.endpoint = backend.address()});
        const std::vector<SharedBytes> payloads{SharedBytes("a")};
        QCOMPARE(
            exporter->send(Signal::Traces, payloads, 1, Nanos(0), stop.get_token()).kind, Kind::Cancelled);
    }

    void wrongSettingsAreRefusedWhenItIsMade()
    {
        QVERIFY(!makeOtlpGrpcExporter({.endpoint = "host"}, processEnvironment()));
        QVERIFY(
            !makeOtlpGrpcExporter({.endpoint = "host:1", .headers = {{":path", "x"}}}, processEnvironment()));
    }
};

QTEST_GUILESS_MAIN(OtlpGrpcExporterTest)
#include "tst_otlp_grpc_exporter.moc"
