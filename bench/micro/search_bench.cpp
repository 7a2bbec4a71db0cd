// What questions to a capture cost: the first one after opening, lists, counts, facets, and opening traces.
//
// Spans have four attributes, eight to a trace, of 12 services and 96 names. The captures are made once per
// run, below $TMPDIR (or /tmp): 10 M spans take about a minute and 1.5 GB.
//
//     search_bench --benchmark_filter=/1000000/

#include "core/capture/capture.h"
#include "core/otlp/scan.h"
#include "core/search/capture_query.h"

#include <benchmark/benchmark.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/otlp_builder.h"

using namespace sluice;
using namespace sluice::testing;

namespace {

constexpr std::uint64_t kNoon = 1'700'000'000'000'000'000U;
constexpr std::size_t kSpansOfTrace = 8;
constexpr std::size_t kSpansOfRequest = 512;
constexpr std::size_t kBigTrace = 100'000;

std::uint64_t residentBytes()
{
    std::uint64_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages >> pages;
    return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

/// Captures by their number of spans; removed at the end.
class Captures {
public:
    Captures() { std::filesystem::create_directories(m_folder); }
    ~Captures() { std::filesystem::remove_all(m_folder); }

    const std::string& ofSize(std::size_t spans, std::size_t spansOfTrace = kSpansOfTrace)
    {
        std::string& path = m_paths[{spans, spansOfTrace}];
        if (path.empty()) {
            path = m_folder / (std::to_string(spans) + "-" + std::to_string(spansOfTrace) + ".sluice");
            make(path, spans, spansOfTrace);
        }
        return path;
    }

private:
    static void make(const std::string& path, std::size_t spans, std::size_t spansOfTrace)
    {
        auto capture = Capture::open(path, {});
        std::mt19937_64 random(1);
        for (std::size_t at = 0; at < spans; at += kSpansOfRequest) {
            std::vector<BuiltResource<BuiltSpan>> resources(1);
            resources[0].service = "service-" + std::to_string(random() % 12);
            for (std::size_t i = at; i < std::min(spans, at + kSpansOfRequest); ++i) {
                const std::size_t inTrace = i % spansOfTrace;
                BuiltSpan span;
                span.trace = traceId(1 + i / spansOfTrace);
                span.id = spanId(i + 1);
                if (inTrace > 0)
                    span.parent = spanId(i + 1 - inTrace + inTrace / 2);
                span.name = "operation " + std::to_string(random() % 96);
                span.start = kNoon + i * 10'000 + random() % 1'000'000;
                span.end = span.start + random() % 50'000'000;
                span.status = random() % 100 == 0 ? 2 : 0;
                span.attributes = {{"http.response.status_code", std::int64_t(200 + random() % 4)},
                    {"http.route", "/carts/{id}"}, {"user.id", std::to_string(random() % 100'000)},
                    {"cached", true}};
                resources[0].records.push_back(std::move(span));
            }
            NewRequest request;
            request.body = tracesRequest(resources);
            request.arrival = fromUnixNano(kNoon + at * 10'000);
            otlp::ScannedRequest scan;
            if (!otlp::scan(Signal::Traces, request.body, scan))
                std::abort();
            CommitCallback committed = [](Result<void, CaptureError>) {};
            while (!(*capture)->offer(request, scan, committed))
                std::this_thread::yield();
        }
        if (!(*capture)->close())
            std::abort();
    }

    std::filesystem::path m_folder
        = std::filesystem::temp_directory_path() / ("sluice-search-bench-" + std::to_string(getpid()));
    std::map<std::pair<std::size_t, std::size_t>, std::string> m_paths;
};

Captures& captures()
{
    static Captures all;
    return all;
}

std::unique_ptr<search::CaptureQuery> opened(std::size_t spans, std::size_t spansOfTrace = kSpansOfTrace)
{
    auto query = search::CaptureQuery::open(captures().ofSize(spans, spansOfTrace));
    if (!query)
        std::abort();
    return *std::move(query);
}

/// A query that has answered already, kept for all benchmarks of a size.
const search::CaptureQuery& warm(std::size_t spans)
{
    static std::map<std::size_t, std::unique_ptr<search::CaptureQuery>> queries;
    auto& query = queries[spans];
    if (query == nullptr) {
        query = opened(spans);
        (void)query->traceCounts({}, {});
    }
    return *query;
}

std::size_t sizeOf(const benchmark::State& state)
{
    return static_cast<std::size_t>(state.range(0));
}

query::TraceFilter serviceAndDuration()
{
    query::TraceFilter filter;
    filter.services = {"service-3"};
    filter.minDuration = std::chrono::milliseconds(45);
    return filter;
}

void firstAnswer(benchmark::State& state)
{
    captures().ofSize(sizeOf(state));
    for (auto _ : state) {
        const std::uint64_t before = residentBytes();
        const auto query = opened(sizeOf(state));
        benchmark::DoNotOptimize(query->traces({}, query::TraceSort::Newest, {}, 100, {}));
        state.counters["MB"] = static_cast<double>(residentBytes() - before) / 1e6;
    }
}

void newestPage(benchmark::State& state)
{
    const auto& query = warm(sizeOf(state));
    for (auto _ : state)
        benchmark::DoNotOptimize(query.traces({}, query::TraceSort::Newest, {}, 100, {}));
}

void longestPage(benchmark::State& state)
{
    const auto& query = warm(sizeOf(state));
    for (auto _ : state)
        benchmark::DoNotOptimize(query.traces({}, query::TraceSort::Duration, {}, 100, {}));
}

void filteredPage(benchmark::State& state)
{
    const auto& query = warm(sizeOf(state));
    for (auto _ : state)
        benchmark::DoNotOptimize(query.traces(serviceAndDuration(), query::TraceSort::Newest, {}, 100, {}));
}

void filteredCount(benchmark::State& state)
{
    const auto& query = warm(sizeOf(state));
    for (auto _ : state)
        benchmark::DoNotOptimize(query.traceCounts(serviceAndDuration(), {}));
}

void nameCount(benchmark::State& state)
{
    const auto& query = warm(sizeOf(state));
    query::TraceFilter filter;
    filter.textInNames = "Operation 77";
    for (auto _ : state)
        benchmark::DoNotOptimize(query.traceCounts(filter, {}));
}

void histogram(benchmark::State& state)
{
    const auto& query = warm(sizeOf(state));
    const TimeRange range = *query.timeRange(Signal::Traces, {});
    for (auto _ : state)
        benchmark::DoNotOptimize(query.traceHistogram({}, range, 120, {}));
}

/// With the status codes of all roots: the first question reads every payload, which is not in the time
/// shown.
void facets(benchmark::State& state)
{
    const auto& query = warm(sizeOf(state));
    query::TraceFilter filter;
    filter.httpStatus = {"200"};
    (void)query.traceCounts(filter, {});
    for (auto _ : state)
        benchmark::DoNotOptimize(query.traceFacets({}, {}));
}

void allStatusCodes(benchmark::State& state)
{
    query::TraceFilter filter;
    filter.httpStatus = {"200"};
    for (auto _ : state) {
        state.PauseTiming();
        const auto query = opened(sizeOf(state));
        (void)query->traceCounts({}, {});
        state.ResumeTiming();
        benchmark::DoNotOptimize(query->traceCounts(filter, {}));
    }
}

void traceById(benchmark::State& state)
{
    const auto& query = warm(sizeOf(state));
    std::mt19937_64 random(7);
    for (auto _ : state)
        benchmark::DoNotOptimize(query.trace(traceId(1 + random() % (sizeOf(state) / kSpansOfTrace)), {}));
}

void bigTrace(benchmark::State& state)
{
    const auto query = opened(kBigTrace, kBigTrace);
    (void)query->traceCounts({}, {});
    const std::uint64_t before = residentBytes();
    for (auto _ : state) {
        const auto trace = query->trace(traceId(1), {});
        if (!trace || trace->spans.size() != kBigTrace)
            std::abort();
        state.counters["MB"] = static_cast<double>(residentBytes() - before) / 1e6;
    }
}

} // namespace

#define SLUICE_SEARCH_BENCHMARK(function)                                                                    \
    BENCHMARK(function)->Arg(1'000'000)->Arg(10'000'000)->Unit(benchmark::kMillisecond)->UseRealTime()

BENCHMARK(firstAnswer)
    ->Arg(1'000'000)
    ->Arg(10'000'000)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(2)
    ->UseRealTime();
SLUICE_SEARCH_BENCHMARK(newestPage);
SLUICE_SEARCH_BENCHMARK(longestPage);
SLUICE_SEARCH_BENCHMARK(filteredPage);
SLUICE_SEARCH_BENCHMARK(filteredCount);
SLUICE_SEARCH_BENCHMARK(nameCount);
SLUICE_SEARCH_BENCHMARK(histogram);
SLUICE_SEARCH_BENCHMARK(facets);
SLUICE_SEARCH_BENCHMARK(traceById);
BENCHMARK(allStatusCodes)->Arg(1'000'000)->Unit(benchmark::kMillisecond)->Iterations(1)->UseRealTime();
BENCHMARK(bigTrace)->Unit(benchmark::kMillisecond)->UseRealTime();

BENCHMARK_MAIN();
