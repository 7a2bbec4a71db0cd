#include "seeds.h"

#include "core/otlp/json.h"

#include <opentelemetry/proto/collector/logs/v1/logs_service.pb.h>
#include <opentelemetry/proto/collector/metrics/v1/metrics_service.pb.h>
#include <opentelemetry/proto/collector/trace/v1/trace_service.pb.h>

#include <array>
#include <string_view>

#include "../core/otlp/message_generator.h"

namespace sluice::fuzz {
namespace {

constexpr std::array<std::string_view, 24> kPieces{"null", "{}", "[]", "\"NaN\"", "1e999", "-0.0",
    "18446744073709551615", "-9223372036854775808", "1e+21", "\"\\ud83d\"", "\"\\u0000\"", ",", ":", "{", "}",
    "[", "]", "\"", "\\", "\"arrayValue\":{\"values\":[", "\"intValue\":", "\"traceId\":\"",
    "\"kvlistValue\":{\"values\":[{\"value\":{", "\"scopeSpans\":"};

template <class Request>
std::string serialized(tests::MessageGenerator& generator)
{
    Request request;
    generator.fill(request, {.maxDepth = 7});
    return request.SerializeAsString();
}

} // namespace

std::string seedRequest(std::uint64_t seed, bool json)
{
    namespace collector = opentelemetry::proto::collector;
    tests::MessageGenerator generator(seed);
    const Signal signal = kSignals[seed % kSignalCount];
    std::string bytes;
    switch (signal) {
    case Signal::Traces:
        bytes = serialized<collector::trace::v1::ExportTraceServiceRequest>(generator);
        break;
    case Signal::Metrics:
        bytes = serialized<collector::metrics::v1::ExportMetricsServiceRequest>(generator);
        break;
    case Signal::Logs: bytes = serialized<collector::logs::v1::ExportLogsServiceRequest>(generator); break;
    }
    std::string input(1, static_cast<char>(indexOf(signal)));
    return input + (json ? otlp::protoToJson(signal, bytes).value_or(std::string()) : bytes);
}

void damage(std::string& input, std::uint64_t seed, bool json)
{
    tests::MessageGenerator generator(seed);
    std::string body = input.substr(1);
    if (json && generator.below(2) == 0) {
        const std::string_view piece = kPieces[generator.below(kPieces.size())];
        const std::size_t at = generator.below(static_cast<unsigned>(body.size() + 1));
        body.replace(at, generator.below(2) == 0 ? 0 : piece.size(), piece);
    } else {
        generator.damage(body);
    }
    input.replace(1, std::string::npos, body);
}

} // namespace sluice::fuzz
