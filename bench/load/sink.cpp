// Takes OTLP/gRPC requests, counts their records and keeps nothing: the far end of a forwarding benchmark.

#include "core/otlp/scan.h"
#include "core/receivers/otlp_grpc/otlp_grpc_receiver.h"

#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <string>
#include <string_view>

namespace sluice::bench {
namespace {

/// Counts what it is offered and accepts it at once.
/// Threads: offer() is called by the receiver's; the counts may be read by any.
class CountingSink final : public RequestSink {
public:
    /// Records that contain `mark` somewhere are counted apart: an attribute that an edit adds.
    explicit CountingSink(std::string mark)
        : m_mark(std::move(mark))
    {
    }

    void offer(IncomingRequest request, AnswerCallback answer) override
    {
        otlp::ScannedRequest scanned;
        if (!otlp::scan(request.signal, request.body, scanned)) {
            answer({.refusal = Refusal::Malformed,
                .message = "cannot be decoded",
                .retryAfter = Nanos(0),
                .rejectedRecords = 0});
            return;
        }
        requests.fetch_add(1);
        records.fetch_add(scanned.records.size());
        if (!m_mark.empty()) {
            for (const otlp::RecordView& record : scanned.records)
                marked.fetch_add(record.message.find(m_mark) != std::string_view::npos ? 1 : 0);
        }
        answer({});
    }

    void countRefused(Signal, Transport, Refusal) override { refused.fetch_add(1); }

    std::atomic<std::uint64_t> requests{0};
    std::atomic<std::uint64_t> records{0};
    std::atomic<std::uint64_t> marked{0};
    std::atomic<std::uint64_t> refused{0};

private:
    std::string m_mark;
};

int run(std::uint16_t port, std::string mark)
{
    sigset_t stopSignals;
    sigemptyset(&stopSignals);
    sigaddset(&stopSignals, SIGTERM);
    sigaddset(&stopSignals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &stopSignals, nullptr); // Before the receiver's thread, which inherits it.

    CountingSink sink(std::move(mark));
    OtlpGrpcReceiver::Options options;
    options.port = port;
    options.flag = "the sink's port";
    auto receiver = OtlpGrpcReceiver::create(options, sink);
    if (!receiver) {
        std::fprintf(stderr, "sluice_sink: %s\n", receiver.error().text.c_str());
        return 1;
    }
    std::printf("{\"event\":\"listening\",\"port\":%d}\n", (*receiver)->status().port);
    std::fflush(stdout);
    int received = 0;
    sigwait(&stopSignals, &received);
    (*receiver)->stop(std::chrono::seconds(1));
    std::printf(
        "{\"event\":\"stopped\",\"requests\":%llu,\"records\":%llu,\"marked\":%llu,\"refused\":%llu}\n",
        static_cast<unsigned long long>(sink.requests.load()),
        static_cast<unsigned long long>(sink.records.load()),
        static_cast<unsigned long long>(sink.marked.load()),
        static_cast<unsigned long long>(sink.refused.load()));
    return 0;
}

} // namespace
} // namespace sluice::bench

int main(int count, char** values)
{
    std::uint16_t port = 0;
    const std::string_view text = count > 1 ? values[1] : "";
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (count > 3 || text.empty() || error != std::errc() || end != text.data() + text.size()) {
        std::fputs(
            "sluice_sink PORT [MARK]: counts the records it receives over OTLP/gRPC until SIGTERM, and\n"
            "apart from them those whose bytes contain MARK. Port 0 takes a free one.\n",
            stderr);
        return 2;
    }
    return sluice::bench::run(port, count > 2 ? values[2] : "");
}
