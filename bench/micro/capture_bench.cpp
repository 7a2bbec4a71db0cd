// What the capture costs: offer -> commit -> acknowledgement, opening, and looking a trace up.
//
// Spans are about 543 bytes with 12 attributes, eight to a trace. CPU counts all threads of the process, the
// checkpointer's as well. The capture lies below $TMPDIR (or /tmp).
//
//     capture_bench --benchmark_filter=store --benchmark_min_time=3

#include "core/capture/capture.h"
#include "core/capture/capture_reader.h"
#include "core/otlp/scan.h"

#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <random>
#include <semaphore>
#include <string>
#include <vector>

using namespace sluice;

namespace {

void putVarint(std::string& to, std::uint64_t value)
{
    for (; value >= 0x80U; value >>= 7U)
        to += static_cast<char>(value | 0x80U);
    to += static_cast<char>(value);
}

void putField(std::string& to, std::uint32_t number, std::string_view bytes)
{
    putVarint(to, number << 3U | 2U);
    putVarint(to, bytes.size());
    to += bytes;
}

void putFixed64(std::string& to, std::uint32_t number, std::uint64_t value)
{
    putVarint(to, number << 3U | 1U);
    to.append(reinterpret_cast<const char*>(&value), sizeof value);
}

std::string textAttribute(std::string_view key, std::string_view value)
{
    std::string any;
    putField(any, 1, value);
    std::string attribute;
    putField(attribute, 1, key);
    putField(attribute, 2, any);
    return attribute;
}

std::string numberAttribute(std::string_view key, std::uint64_t value)
{
    std::string any;
    putVarint(any, 3U << 3U);
    putVarint(any, value);
    std::string attribute;
    putField(attribute, 1, key);
    putField(attribute, 2, any);
    return attribute;
}

class Spans {
public:
    /// `count` spans of one service, as an ExportTraceServiceRequest.
    std::string request(std::size_t count)
    {
        std::string scope;
        std::string name;
        putField(name, 1, "io.opentelemetry.http");
        putField(scope, 1, name);
        for (std::size_t i = 0; i < count; ++i)
            putField(scope, 2, span());
        std::string resource;
        std::string attributes;
        putField(attributes, 1, textAttribute("service.name", "service-" + std::to_string(m_random() % 8)));
        putField(attributes, 1, textAttribute("host.name", "host-" + std::to_string(m_random() % 4)));
        putField(resource, 1, attributes);
        putField(resource, 2, scope);
        std::string body;
        putField(body, 1, resource);
        return body;
    }

private:
    std::string randomBytes(std::size_t size)
    {
        std::string bytes(size, '\0');
        for (char& byte : bytes)
            byte = static_cast<char>(m_random());
        return bytes;
    }

    std::string span()
    {
        if (m_count++ % 8 == 0)
            m_trace = randomBytes(16);
        m_now += m_random() % 100'000;
        std::string span;
        putField(span, 1, m_trace);
        const std::string id = randomBytes(8);
        putField(span, 2, id);
        if (m_count % 8 != 1)
            putField(span, 4, m_parent);
        m_parent = id;
        putField(span, 5, "GET /api/v1/resource/" + std::to_string(m_random() % 40));
        putVarint(span, 6U << 3U);
        putVarint(span, 1 + m_random() % 5);
        putFixed64(span, 7, m_now);
        putFixed64(span, 8, m_now + m_random() % 50'000'000);
        for (const std::string& attribute :
            {textAttribute("http.request.method", "GET"), textAttribute("url.scheme", "https"),
                textAttribute("url.path", "/api/v1/resource/" + std::to_string(m_random() % 1000)),
                numberAttribute("http.response.status_code", m_random() % 20 == 0 ? 500 : 200),
                textAttribute("server.address", "shop.example.com"), numberAttribute("server.port", 443),
                textAttribute("network.protocol.version", "1.1"),
                textAttribute("user_agent.original", "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101"),
                textAttribute("client.address", "10.0." + std::to_string(m_random() % 256) + ".17"),
                numberAttribute("thread.id", m_random() % 64),
                textAttribute("enduser.id", std::to_string(m_random() % 100'000)),
                textAttribute("deployment.environment.name", "production")})
            putField(span, 9, attribute);
        putField(span, 15, {});
        return span;
    }

    std::mt19937_64 m_random{7};
    std::size_t m_count = 0;
    std::string m_trace;
    std::string m_parent;
    std::uint64_t m_now = 1'700'000'000'000'000'000U;
};

struct Prepared {
    NewRequest request;
    otlp::ScannedRequest scan;
};

std::vector<Prepared> prepared(std::size_t spansPerRequest, std::size_t requests)
{
    Spans spans;
    std::vector<Prepared> all(requests);
    for (Prepared& one : all) {
        one.request.body = spans.request(spansPerRequest);
        one.request.context.peer = "127.0.0.1";
        if (!otlp::scan(Signal::Traces, one.request.body, one.scan))
            std::abort();
    }
    return all;
}

double cpuSeconds()
{
    rusage usage = {};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::string benchPath()
{
    const std::string path = (std::filesystem::temp_directory_path() / "sluice-bench.sluice").string();
    for (const char* side : {"", "-wal", "-shm", "-journal", ".lock"})
        std::filesystem::remove(path + side);
    return path;
}

std::unique_ptr<Capture> openOrAbort(const std::string& path, CaptureOptions options = {})
{
    auto capture = Capture::open(path, options);
    if (!capture) {
        std::fprintf(stderr, "%s\n", capture.error().text.c_str());
        std::abort();
    }
    return std::move(*capture);
}

double percentile(std::vector<double>& values, double part)
{
    if (values.empty())
        return 0;
    const auto at
        = values.begin() + static_cast<std::ptrdiff_t>(part * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

/// To be subtracted from what `store` says.
void scan(benchmark::State& state)
{
    const auto spansPerRequest = static_cast<std::size_t>(state.range(0));
    std::vector<Prepared> requests = prepared(spansPerRequest, 16'384 / spansPerRequest + 1);
    std::size_t next = 0;
    const double before = cpuSeconds();
    for (auto _ : state) {
        Prepared& one = requests[next++ % requests.size()];
        if (!otlp::scan(Signal::Traces, one.request.body, one.scan))
            std::abort();
    }
    const auto spans = static_cast<double>(state.iterations()) * static_cast<double>(spansPerRequest);
    state.counters["cpu_us/span"] = (cpuSeconds() - before) * 1e6 / spans;
}
BENCHMARK(scan)->Arg(512)->Arg(20);

/// Closed loop: `outstanding` requests wait for their commit at any time.
void store(benchmark::State& state)
{
    const auto spansPerRequest = static_cast<std::size_t>(state.range(0));
    const auto outstanding = static_cast<std::ptrdiff_t>(state.range(1));
    std::vector<Prepared> requests = prepared(spansPerRequest, 16'384 / spansPerRequest + 1);
    const std::string path = benchPath();
    auto capture = openOrAbort(path);
    std::counting_semaphore<> room(outstanding);
    std::mutex latencyMutex;
    std::vector<double> latencies;
    std::uint64_t rawBytes = 0;
    std::size_t next = 0;
    const double before = cpuSeconds();
    for (auto _ : state) {
        room.acquire();
        Prepared& one = requests[next++ % requests.size()];
        one.request.context.peer = "127.0.0.1";
        one.request.arrival = SystemClock().now();
        rawBytes += one.request.body.size();
        // As in life: the scan has just been through the body. It costs what the benchmark `scan` shows.
        if (!otlp::scan(Signal::Traces, one.request.body, one.scan))
            std::abort();
        const auto start = std::chrono::steady_clock::now();
        CommitCallback done = [&, start](const Result<void, CaptureError>& result) {
            if (!result)
                std::abort();
            const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
            const std::scoped_lock lock(latencyMutex);
            latencies.push_back(took.count());
            room.release();
        };
        while (!capture->offer(one.request, one.scan, done))
            std::this_thread::yield();
    }
    std::ignore = capture->flush();
    const double cpu = cpuSeconds() - before;
    const std::uint64_t stored = capture->info().signals[0].storedBytes;
    const std::uint64_t chunks = capture->info().signals[0].chunks;
    capture.reset();
    const auto spans = static_cast<double>(state.iterations()) * static_cast<double>(spansPerRequest);
    state.SetItemsProcessed(static_cast<std::int64_t>(spans));
    state.counters["cpu_us/span"] = cpu * 1e6 / spans;
    state.counters["raw_B/span"] = static_cast<double>(rawBytes) / spans;
    state.counters["chunk_B/span"] = static_cast<double>(stored) / spans;
    state.counters["file_B/span"] = static_cast<double>(std::filesystem::file_size(path)) / spans;
    state.counters["spans/chunk"] = spans / static_cast<double>(chunks);
    state.counters["p50_ms"] = percentile(latencies, 0.5);
    state.counters["p99_ms"] = percentile(latencies, 0.99);
    benchPath();
}
BENCHMARK(store)->Args({512, 32})->Args({20, 64})->Args({20, 1})->Args({1, 64})->UseRealTime()->MinTime(3);

/// A capture of `spans` spans; made once per size.
std::string filledCapture(std::size_t spans)
{
    const std::string path
        = (std::filesystem::temp_directory_path() / ("sluice-bench-" + std::to_string(spans) + ".sluice"))
              .string();
    if (std::filesystem::exists(path))
        return path;
    auto capture = openOrAbort(path);
    Spans source;
    otlp::ScannedRequest scan;
    for (std::size_t made = 0; made < spans; made += 512) {
        NewRequest request;
        request.body = source.request(512);
        request.arrival = SystemClock().now();
        if (!otlp::scan(Signal::Traces, request.body, scan))
            std::abort();
        CommitCallback done;
        while (!capture->offer(request, scan, done))
            std::this_thread::yield();
    }
    return path;
}

void openForReading(benchmark::State& state)
{
    const std::string path = filledCapture(static_cast<std::size_t>(state.range(0)));
    for (auto _ : state) {
        auto reader = CaptureReader::open(path);
        benchmark::DoNotOptimize((*reader)->info());
    }
}
BENCHMARK(openForReading)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

void openForWriting(benchmark::State& state)
{
    const std::string path = filledCapture(static_cast<std::size_t>(state.range(0)));
    for (auto _ : state)
        openOrAbort(path);
}
BENCHMARK(openForWriting)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

void readAllColumns(benchmark::State& state)
{
    const std::string path = filledCapture(static_cast<std::size_t>(state.range(0)));
    auto reader = *CaptureReader::open(path);
    std::int64_t spans = 0;
    for (auto _ : state) {
        std::int64_t after = 0;
        for (;;) {
            const auto chunks = *reader->chunksAfter(Signal::Traces, after, 64);
            if (chunks.empty())
                break;
            after = chunks.back().info.id;
            for (const Chunk& chunk : chunks)
                spans += chunk.info.recordCount;
        }
    }
    state.SetItemsProcessed(spans);
}
BENCHMARK(readAllColumns)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

void traceById(benchmark::State& state)
{
    const std::string path = filledCapture(static_cast<std::size_t>(state.range(0)));
    auto reader = *CaptureReader::open(path);
    std::vector<TraceId> traces;
    std::mt19937_64 random(3);
    std::int64_t after = 0;
    for (;;) {
        const auto chunks = *reader->chunksAfter(Signal::Traces, after, 1);
        if (chunks.empty())
            break;
        after = chunks.back().info.id;
        const auto& ids = chunks.front().columns.traceId;
        for (int i = 0; i < 4; ++i)
            traces.push_back(ids[random() % ids.size()]);
    }
    std::vector<double> micros;
    for (auto _ : state) {
        const auto start = std::chrono::steady_clock::now();
        const auto chunks = reader->chunksOfTrace(Signal::Traces, traces[random() % traces.size()]);
        if (!chunks || chunks->empty())
            std::abort();
        const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
        micros.push_back(took.count());
    }
    state.counters["p50_us"] = percentile(micros, 0.5);
    state.counters["p99_us"] = percentile(micros, 0.99);
}
BENCHMARK(traceById)->Arg(1'000'000)->Arg(10'000'000)->Unit(benchmark::kMicrosecond);

} // namespace

BENCHMARK_MAIN();
