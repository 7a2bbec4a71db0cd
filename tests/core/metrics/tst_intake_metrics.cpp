#include "core/metrics/intake_metrics.h"

#include <QTest>

#include <thread>
#include <vector>

using namespace sluice;

class IntakeMetricsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void requestsAndRecordsAreCountedBySignalTransportAndReason()
    {
        IntakeMetrics metrics;
        metrics.countStored(Signal::Traces, Transport::Grpc, 20);
        metrics.countStored(Signal::Traces, Transport::Http, 5);
        metrics.countRefused(Signal::Logs, Transport::Http, Refusal::Overloaded, 7);
        metrics.countRefused(Signal::Logs, Transport::Http, Refusal::Malformed, 0);
        const IntakeCounts counts = metrics.snapshot();
        QCOMPARE(counts.stored(Signal::Traces), (RequestCount{2, 25}));
        QCOMPARE(counts.cell(Signal::Traces, Transport::Http).stored, (RequestCount{1, 5}));
        QCOMPARE(counts.refused(Signal::Logs), (RequestCount{2, 7}));
        QCOMPARE(counts.stored(Signal::Metrics), RequestCount());
        const auto refusals = counts.refusals();
        QCOMPARE(refusals.size(), std::size_t(2));
        QCOMPARE(refusals[0].reason, Refusal::Malformed);
        QCOMPARE(refusals[1].reason, Refusal::Overloaded);
        QCOMPARE(nameOf(refusals[1].reason), std::string_view("overloaded"));
        QCOMPARE(nameOf(refusals[1].transport), std::string_view("http"));
    }

    void whatWasReceivedIsWhatWasStoredAndRefused()
    {
        constexpr int kThreads = 6;
        constexpr int kRequests = 5000;
        IntakeMetrics metrics;
        {
            std::vector<std::jthread> threads;
            for (int i = 0; i < kThreads; ++i) {
                threads.emplace_back([&metrics] {
                    for (int request = 0; request < kRequests; ++request) {
                        if (request % 10 == 0)
                            metrics.countRefused(Signal::Traces, Transport::Grpc, Refusal::Overloaded, 3);
                        else
                            metrics.countStored(Signal::Traces, Transport::Grpc, 3);
                    }
                });
            }
        }
        const IntakeCounts counts = metrics.snapshot();
        QCOMPARE(
            counts.received(Signal::Traces), (RequestCount{kThreads * kRequests, kThreads * kRequests * 3}));
        QCOMPARE(counts.refused(Signal::Traces).requests, std::uint64_t(kThreads * kRequests / 10));
        RequestCount sum = counts.stored(Signal::Traces);
        sum += counts.refused(Signal::Traces);
        QCOMPARE(counts.received(Signal::Traces), sum);
    }
};

QTEST_GUILESS_MAIN(IntakeMetricsTest)
#include "tst_intake_metrics.moc"
