#pragma once

// Hand-made requests for the capture's tests: real OTLP wire format, and the scan that belongs to it.

#include "core/capture/capture.h"

#include <random>
#include <span>
#include <string>
#include <vector>

namespace sluice::testing {

inline void putVarint(std::string& to, std::uint64_t value)
{
    for (; value >= 0x80U; value >>= 7U)
        to += static_cast<char>(value | 0x80U);
    to += static_cast<char>(value);
}

inline void putField(std::string& to, std::uint32_t number, std::string_view bytes)
{
    putVarint(to, number << 3U | 2U);
    putVarint(to, bytes.size());
    to += bytes;
}

inline void putFixed64(std::string& to, std::uint32_t number, std::uint64_t value)
{
    putVarint(to, number << 3U | 1U);
    to.append(reinterpret_cast<const char*>(&value), sizeof value);
}

inline TraceId traceNumber(std::uint64_t number)
{
    std::uint64_t halves[2] = {number * 0x9e3779b97f4a7c15U, number};
    return *TraceId::fromBytes(std::as_bytes(std::span(halves)));
}

inline SpanId spanNumber(std::uint64_t number)
{
    const std::uint64_t mixed[1] = {number * 0xc2b2ae3d27d4eb4fU};
    return *SpanId::fromBytes(std::as_bytes(std::span(mixed)));
}

/// What a request is made of.
struct Recipe {
    Signal signal = Signal::Traces;
    std::size_t records = 3;
    std::uint64_t firstTrace = 1; ///< Records spread over traces of eight.
    std::string service = "checkout";
    std::size_t attributeBytes = 40; ///< Random text in each record.
    std::uint64_t seed = 1;
};

/// A request with its scan; the scan's views point into `request.body`, so a sample must stay where it is.
struct Sample {
    NewRequest request;
    otlp::ScannedRequest scan;
};

inline std::string recordMessage(
    const Recipe& recipe, std::size_t i, otlp::RecordView& view, std::mt19937_64& random)
{
    view.traceId = traceNumber(recipe.firstTrace + i / 8);
    view.spanId = spanNumber(recipe.seed * 1000003 + i);
    view.parentSpanId = i % 8 == 0 ? SpanId() : spanNumber(recipe.seed * 1000003 + i - 1);
    view.startUnixNano = 1'700'000'000'000'000'000U + recipe.seed * 1'000'000U + i * 1000U + random() % 1000U;
    view.endUnixNano = view.startUnixNano + random() % 5'000'000U;
    view.kind = static_cast<std::uint8_t>(i % 5);
    view.status = static_cast<std::uint8_t>(i % 3);
    view.findings = i % 11 == 10 ? std::uint8_t(otlp::kMissingName) : std::uint8_t(0);
    const auto bytes = [](const auto& id) {
        return std::string_view(reinterpret_cast<const char*>(id.bytes().data()), id.bytes().size());
    };
    std::string message;
    putField(message, 1, bytes(view.traceId));
    putField(message, 2, bytes(view.spanId));
    if (view.parentSpanId.isValid())
        putField(message, 4, bytes(view.parentSpanId));
    putField(message, 5, "operation " + std::to_string(i % 7));
    putFixed64(message, 7, view.startUnixNano);
    putFixed64(message, 8, view.endUnixNano);
    std::string text;
    while (text.size() < recipe.attributeBytes) {
        std::uint64_t bits = random();
        for (int c = 0; c < 12; ++c, bits >>= 5U)
            text += static_cast<char>('@' + (bits & 31U));
    }
    text.resize(recipe.attributeBytes);
    putField(message, 9, text);
    return message;
}

inline void fill(Sample& sample, const Recipe& recipe)
{
    std::mt19937_64 random(recipe.seed);
    sample.scan = {};
    sample.scan.signal = recipe.signal;
    std::vector<otlp::RecordView> records(recipe.records);
    std::string scope;
    std::vector<std::pair<std::size_t, std::size_t>> places;
    for (std::size_t i = 0; i < recipe.records; ++i) {
        const std::string message = recordMessage(recipe, i, records[i], random);
        putField(scope, 2, message);
        places.emplace_back(scope.size() - message.size(), message.size());
    }
    std::string resource;
    putField(resource, 1, recipe.service);
    putField(resource, 2, scope);
    const std::size_t scopeAt = resource.size() - scope.size();
    sample.request.body.clear();
    putField(sample.request.body, 1, resource);
    const std::size_t resourceAt = sample.request.body.size() - resource.size();

    const std::string_view body = sample.request.body;
    sample.request.signal = recipe.signal;
    sample.request.arrival
        = UnixTime(Nanos(static_cast<std::int64_t>(1'700'000'000'000'000'000U + recipe.seed)));
    sample.request.context.peer = "127.0.0.1";
    sample.request.context.headers = {{"user-agent", "sample"}};
    sample.scan.resources.push_back(
        {body.substr(resourceAt), {}, {}, body.substr(resourceAt + 2, recipe.service.size())});
    sample.scan.scopes.push_back({0, body.substr(resourceAt + scopeAt), {}, {}});
    for (std::size_t i = 0; i < recipe.records; ++i) {
        records[i].message = body.substr(resourceAt + scopeAt + places[i].first, places[i].second);
        const std::size_t nameAt = records[i].message.find("operation");
        records[i].name = records[i].message.substr(nameAt, 11);
        if (recipe.signal == Signal::Metrics)
            records[i].traceId = {};
    }
    sample.scan.records = std::move(records);
}

/// The request that a writer stores under this number: small and large ones of all signals.
inline Recipe recipeNumber(std::uint64_t number)
{
    return {.signal = kSignals[number % 3],
        .records = number % 50 == 0 ? 300 : number % 12,
        .firstTrace = number,
        .seed = number};
}

} // namespace sluice::testing
