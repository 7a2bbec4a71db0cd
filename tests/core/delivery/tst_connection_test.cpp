#include "core/base/shared_bytes.h" // First: moc cannot read <chrono> before <memory>.
#include "core/delivery/connection_test.h"
#include "core/exporters/request_parts.h"

#include <QTest>

#include "tests/support/http_backend.h"

using namespace sluice;
using namespace sluice::test;
using Step = ConnectionTestStep;

namespace {

DestinationSettings httpTo(std::string endpoint)
{
    DestinationSettings settings;
    settings.kind = DestinationKind::OtlpHttp;
    settings.endpoint = std::move(endpoint);
    settings.compression = Compression::None;
    return settings;
}

} // namespace

class ConnectionTestTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aBackendThatTakesTheSpanPassesEveryStep()
    {
        HttpBackend backend([](const HttpRequest&) { return HttpReply{}; });
        int calls = 0;
        QVERIFY(run(httpTo(backend.url()), &calls));
        QCOMPARE(calls, 5);
        QCOMPARE(m_steps[1].name, "Connect to port " + std::to_string(backend.port()));
        QCOMPARE(m_steps[0].detail, std::string("127.0.0.1"));
        for (const Step& step : m_steps)
            QCOMPARE(step.result, Step::Result::Ok);
        const std::string body = backend.requests().front().body;
        QCOMPARE(countRecords(Signal::Traces, body), std::uint64_t(1));
        QVERIFY(body.find("sluice.test") != std::string::npos);
        QVERIFY(body.find("service.name") != std::string::npos);
    }

    void aClosedPortFailsAtConnecting()
    {
        std::uint16_t port = 0;
        {
            const HttpBackend gone([](const HttpRequest&) { return HttpReply{}; });
            port = gone.port();
        }
        QVERIFY(!run(httpTo("http://127.0.0.1:" + std::to_string(port))));
        QCOMPARE(m_steps[0].result, Step::Result::Ok);
        QCOMPARE(m_steps[1].result, Step::Result::Failed);
        QVERIFY(m_steps[1].detail.find("refused") != std::string::npos);
        QCOMPARE(m_steps[2].result, Step::Result::NotReached);
    }

    void aRefusalFailsAtTheAnswer()
    {
        HttpBackend backend([](const HttpRequest&) {
            return HttpReply{
                .status = 401, .body = "who are you", .headers = {{"Content-Type", "text/plain"}}};
        });
        QVERIFY(!run(httpTo(backend.url())));
        QCOMPARE(m_steps[2].result, Step::Result::Ok);
        QCOMPARE(m_steps[3].result, Step::Result::Failed);
        QCOMPARE(m_steps[3].detail, std::string("HTTP 401: who are you"));
    }

    void aBackendThatHangsUpFailsAtSending()
    {
        HttpBackend backend([](const HttpRequest&) { return HttpReply{.closes = true}; });
        QVERIFY(!run(httpTo(backend.url())));
        QCOMPARE(m_steps[2].result, Step::Result::Failed);
        QCOMPARE(m_steps[3].result, Step::Result::NotReached);
    }

    void aWrongEndpointFailsAtTheFirstStep()
    {
        QVERIFY(!run(httpTo("nonsense")));
        QCOMPARE(m_steps[0].result, Step::Result::Failed);
        QVERIFY(!m_steps[0].detail.empty());
    }

private:
    bool run(const DestinationSettings& settings, int* calls = nullptr)
    {
        return testConnection(settings, m_clock,
            [&](const std::vector<Step>& steps) {
                m_steps = steps;
                if (calls != nullptr)
                    ++*calls;
            },
            {});
    }

    SystemClock m_clock;
    std::vector<Step> m_steps;
};

QTEST_GUILESS_MAIN(ConnectionTestTest)
#include "tst_connection_test.moc"
