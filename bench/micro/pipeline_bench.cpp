// What a rule costs beyond the scan, per span of a 512-span request.

#include "core/otlp/scan.h"
#include "core/pipeline/judge.h"
#include "core/wire/otlp_fields.h"
#include "core/wire/writer.h"

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace sluice {
namespace {

constexpr int kSpans = 512;

void addText(wire::Writer& writer, std::uint32_t field, std::string_view key, std::string_view value)
{
    const auto pair = writer.begin(field);
    writer.bytes(wire::KeyValueField::kKey, key);
    const auto any = writer.begin(wire::KeyValueField::kValue);
    writer.bytes(wire::AnyValueField::kStringValue, value);
    writer.end(any);
    writer.end(pair);
}

/// Spans as an HTTP instrumentation writes them: ten attributes, about 500 bytes.
std::string request()
{
    std::string out;
    wire::Writer writer(out);
    const auto resource = writer.begin(wire::TracesDataField::kResourceSpans);
    const auto inner = writer.begin(wire::ResourceSpansField::kResource);
    addText(writer, wire::ResourceField::kAttributes, "service.name", "checkout");
    addText(writer, wire::ResourceField::kAttributes, "host.name", "node-17");
    writer.end(inner);
    const auto scope = writer.begin(wire::ResourceSpansField::kScopeSpans);
    for (int i = 0; i < kSpans; ++i) {
        const auto span = writer.begin(wire::ScopeSpansField::kSpans, 500);
        std::string id(16, '\0');
        for (std::size_t byte = 0; byte < id.size(); ++byte)
            id[byte] = static_cast<char>((i + 1) * 2654435761U >> (byte % 4 * 8));
        writer.bytes(wire::SpanField::kTraceId, id);
        writer.bytes(wire::SpanField::kSpanId, id.substr(8));
        writer.bytes(wire::SpanField::kName, "GET /api/v2/orders/{id}");
        writer.varint(wire::SpanField::kKind, 2);
        writer.fixed64(wire::SpanField::kStartTimeUnixNano, 1795168800000000000U);
        writer.fixed64(wire::SpanField::kEndTimeUnixNano, 1795168800120000000U);
        addText(writer, wire::SpanField::kAttributes, "http.request.method", "GET");
        addText(writer, wire::SpanField::kAttributes, "url.path", "/api/v2/orders/42/items/7");
        addText(writer, wire::SpanField::kAttributes, "url.scheme", "https");
        addText(writer, wire::SpanField::kAttributes, "server.address", "shop.example");
        addText(writer, wire::SpanField::kAttributes, "user.email", "alice@example.com");
        addText(
            writer, wire::SpanField::kAttributes, "user_agent.original", "Mozilla/5.0 (X11; Linux x86_64)");
        addText(writer, wire::SpanField::kAttributes, "network.protocol.version", "1.1");
        addText(writer, wire::SpanField::kAttributes, "http.route", "/api/v2/orders/{id}/items/{item}");
        addText(writer, wire::SpanField::kAttributes, "client.address", "10.4.2.17");
        addText(writer, wire::SpanField::kAttributes, "http.response.status_code", "200");
        writer.end(span);
    }
    writer.end(scope);
    writer.end(resource);
    return out;
}

void perSpan(benchmark::State& state)
{
    state.counters["span"] = benchmark::Counter(static_cast<double>(state.iterations()) * kSpans,
        benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void scanAlone(benchmark::State& state)
{
    const std::string body = request();
    otlp::ScannedRequest scanned;
    for (auto _ : state) {
        scanned.clear();
        benchmark::DoNotOptimize(otlp::scan(Signal::Traces, body, scanned));
    }
    perSpan(state);
}

void judge(benchmark::State& state, const char* type, const char* config)
{
    RevisionDefinition definition;
    definition.rules.push_back({type, {}, true, config});
    definition.pipelines.push_back({"traces", Signal::Traces, {type}, {}});
    auto judge = Judge::create(definition, 1);
    if (!judge) {
        std::fprintf(stderr, "%s\n", judge.error().front().text.c_str());
        std::exit(1);
    }
    JudgedRequest request;
    request.body = SharedBytes(sluice::request());
    request.recordCount = kSpans;
    for (auto _ : state)
        benchmark::DoNotOptimize((*judge)->judge(request));
    perSpan(state);
}

BENCHMARK(scanAlone);
BENCHMARK_CAPTURE(judge, deleteAndInsert, "attributes",
    "actions:\n  - {key: user.email, action: delete}\n  - {key: region, value: eu-1, action: insert}\n");
BENCHMARK_CAPTURE(judge, hashOne, "attributes", "actions:\n  - {key: user.email, action: hash}\n");
BENCHMARK_CAPTURE(
    judge, resourceInsert, "resource", "attributes:\n  - {key: region, value: eu-1, action: insert}\n");
BENCHMARK_CAPTURE(
    judge, filterByName, "filter", "spans:\n  exclude: {match_type: strict, span_names: [health]}\n");
BENCHMARK_CAPTURE(judge, filterByAttribute, "filter",
    "spans:\n  exclude: {match_type: strict, attributes: [{key: url.path, value: /healthz}]}\n");
BENCHMARK_CAPTURE(judge, filterByAttributePattern, "filter",
    "spans:\n  exclude: {match_type: regexp, attributes: [{key: url.path, value: ^/health}]}\n");
BENCHMARK_CAPTURE(judge, sampleByHash, "probabilistic_sampler", "sampling_percentage: 10\n");
BENCHMARK_CAPTURE(
    judge, sampleEqualizing, "probabilistic_sampler", "{mode: equalizing, sampling_percentage: 10}\n");
BENCHMARK_CAPTURE(
    judge, sampleNearlyAll, "probabilistic_sampler", "{mode: equalizing, sampling_percentage: 99}\n");

} // namespace
} // namespace sluice

BENCHMARK_MAIN();
