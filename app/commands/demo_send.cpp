// sluice demo, send

#include "app/commands/arguments.h"
#include "app/commands/commands.h"
#include "app/console.h"
#include "app/demo/player.h"
#include "app/exit_code.h"
#include "app/json_writer.h"
#include "core/delivery/destination.h"
#include "core/wire/otlp_fields.h"
#include "core/wire/writer.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <random>

namespace sluice::commands {

namespace {

using wire::Writer;

constexpr Nanos kTimeout = std::chrono::seconds(30);

/// Sends one request and waits while the receiver asks to; gives up when it cannot be reached.
SendResult deliver(
    Exporter& exporter, Signal signal, std::string body, std::uint64_t records, std::stop_token stop)
{
    const std::array payloads{SharedBytes(std::move(body))};
    for (int attempt = 0;; ++attempt) {
        SendResult result = exporter.send(signal, payloads, records, kTimeout, stop);
        constexpr int kAttempts = 20;
        if (result.kind != SendResult::Kind::Retry || !result.isAnswered || attempt == kAttempts)
            return result;
        if (waitForInterrupt(std::max<Nanos>(result.retryAfter, std::chrono::milliseconds(100)))) {
            result.kind = SendResult::Kind::Cancelled;
            return result;
        }
    }
}

int exitCodeOf(const SendResult& result)
{
    switch (result.kind) {
    case SendResult::Kind::Ok:
    case SendResult::Kind::PartialSuccess: return kDone;
    case SendResult::Kind::Cancelled: return kInterrupted;
    case SendResult::Kind::Refused: return result.isAnswered ? kNo : kUnreachable;
    case SendResult::Kind::Retry: return kUnreachable;
    }
    return kUnreachable;
}

std::string randomBytes(std::size_t count)
{
    std::random_device device;
    std::string bytes(count, '\0');
    for (char& byte : bytes)
        byte = static_cast<char>(device());
    bytes[0] = static_cast<char>(bytes[0] | 1); // Never all zero.
    return bytes;
}

void writeAttribute(Writer& out, std::uint32_t field, std::string_view key, std::string_view value)
{
    const auto pair = out.begin(field);
    out.bytes(wire::KeyValueField::kKey, key);
    const auto any = out.begin(wire::KeyValueField::kValue);
    char* end = nullptr;
    const std::string text(value);
    const long long number = std::strtoll(text.c_str(), &end, 10);
    if (!text.empty() && *end == '\0')
        out.integer(wire::AnyValueField::kIntValue, number);
    else if (text == "true" || text == "false")
        out.boolean(wire::AnyValueField::kBoolValue, text == "true");
    else
        out.bytes(wire::AnyValueField::kStringValue, text);
    out.end(any);
    out.end(pair);
}

struct SendRecords {
    std::string service;
    std::vector<std::pair<std::string, std::string>> attributes;
};

/// A request with one resource and scope; `writeRecords` writes into the scope. The field numbers of the
/// three signals are equal.
template <class WriteRecords>
std::string requestOf(const SendRecords& common, WriteRecords&& writeRecords)
{
    std::string body;
    Writer out(body);
    const auto resource = out.begin(wire::TracesDataField::kResourceSpans);
    const auto identity = out.begin(wire::ResourceSpansField::kResource);
    writeAttribute(out, wire::ResourceField::kAttributes, "service.name", common.service);
    out.end(identity);
    const auto scope = out.begin(wire::ResourceSpansField::kScopeSpans);
    const auto instrumentation = out.begin(wire::ScopeSpansField::kScope);
    out.bytes(wire::InstrumentationScopeField::kName, "sluice send");
    out.end(instrumentation);
    writeRecords(out);
    out.end(scope);
    out.end(resource);
    return body;
}

} // namespace

int run(const Demo& options)
{
    installInterrupt();
    const SystemClock clock;
    auto exporter = makeExporter(destinationArgument(options.to), clock);
    if (!exporter) {
        complain(exporter.error().key + ": " + exporter.error().text);
        return kUsage;
    }
    const demo::PlayOptions play{options.seed, options.scale, options.live};
    std::stop_source stop;
    std::jthread interrupt([&](const std::stop_token& ended) {
        while (!ended.stop_requested()) {
            if (waitForInterrupt(std::chrono::milliseconds(100))) {
                stop.request_stop();
                return;
            }
        }
    });
    std::array<std::uint64_t, kSignalCount> sent{};
    SendResult last;
    if (options.live)
        std::fprintf(stderr, "The demo shop plays into %s; Ctrl+C stops it.\n", options.to.c_str());
    {
        ProgressBar progress("records");
        std::uint64_t done = 0;
        demo::play(
            play, clock.now(),
            [&](demo::DemoRequest request) {
                last = deliver(
                    **exporter, request.signal, std::move(request.body), request.records, stop.get_token());
                if (exitCodeOf(last) != kDone)
                    return false;
                sent[indexOf(request.signal)] += request.records;
                done += request.records;
                progress.update(-1, done);
                return true;
            },
            stop.get_token());
    }
    std::fprintf(stderr, "Sent %s spans, %s log records and %s data points.\n",
        countText(sent[indexOf(Signal::Traces)]).c_str(), countText(sent[indexOf(Signal::Logs)]).c_str(),
        countText(sent[indexOf(Signal::Metrics)]).c_str());
    if (stop.stop_requested())
        return options.live ? kDone : kInterrupted;
    if (exitCodeOf(last) != kDone)
        complain(options.to + ": " + last.text);
    return exitCodeOf(last);
}

int run(const Send& options)
{
    SendRecords common;
    common.service = options.service;
    for (const std::string& text : options.attributes) {
        auto pair = pairArgument("--attr", text);
        if (!pair)
            return kUsage;
        common.attributes.push_back(*std::move(pair));
    }
    std::vector<std::pair<std::string, double>> metrics;
    for (const std::string& text : options.metrics) {
        const auto pair = pairArgument("--metric", text);
        if (!pair)
            return kUsage;
        char* end = nullptr;
        const double value = std::strtod(pair->second.c_str(), &end);
        if (pair->second.empty() || *end != '\0') {
            complain("--metric takes NAME=NUMBER, not \"" + text + "\"");
            return kUsage;
        }
        metrics.emplace_back(pair->first, value);
    }
    std::vector<std::string> spans = options.spans;
    if (spans.empty() && options.logs.empty() && metrics.empty())
        spans.emplace_back("sluice.test");

    const SystemClock clock;
    auto exporter = makeExporter(destinationArgument(options.to), clock);
    if (!exporter) {
        complain(exporter.error().key + ": " + exporter.error().text);
        return kUsage;
    }

    const std::uint64_t now = toUnixNano(clock.now());
    const std::string traceId = randomBytes(TraceId::kSize);
    const std::string spanId = randomBytes(SpanId::kSize);
    constexpr std::uint64_t kLength = 1'000'000;
    const auto attributes = [&](Writer& out, std::uint32_t field) {
        for (const auto& [key, value] : common.attributes)
            writeAttribute(out, field, key, value);
    };
    std::array<std::string, kSignalCount> bodies;
    if (!spans.empty()) {
        bodies[indexOf(Signal::Traces)] = requestOf(common, [&](Writer& out) {
            for (std::size_t i = 0; i < spans.size(); ++i) {
                const auto span = out.begin(wire::ScopeSpansField::kSpans);
                out.bytes(wire::SpanField::kTraceId, traceId);
                out.bytes(wire::SpanField::kSpanId, i == 0 ? spanId : randomBytes(SpanId::kSize));
                if (i > 0)
                    out.bytes(wire::SpanField::kParentSpanId, spanId);
                out.bytes(wire::SpanField::kName, spans[i]);
                out.integer(wire::SpanField::kKind, 1);
                out.fixed64(wire::SpanField::kStartTimeUnixNano, now - kLength);
                out.fixed64(wire::SpanField::kEndTimeUnixNano, now);
                attributes(out, wire::SpanField::kAttributes);
                out.end(span);
            }
        });
    }
    if (!options.logs.empty()) {
        bodies[indexOf(Signal::Logs)] = requestOf(common, [&](Writer& out) {
            for (const std::string& text : options.logs) {
                const auto log = out.begin(wire::ScopeLogsField::kLogRecords);
                out.fixed64(wire::LogRecordField::kTimeUnixNano, now);
                out.fixed64(wire::LogRecordField::kObservedTimeUnixNano, now);
                out.integer(wire::LogRecordField::kSeverityNumber, 9);
                out.bytes(wire::LogRecordField::kSeverityText, "INFO");
                const auto body = out.begin(wire::LogRecordField::kBody);
                out.bytes(wire::AnyValueField::kStringValue, text);
                out.end(body);
                attributes(out, wire::LogRecordField::kAttributes);
                if (!spans.empty()) {
                    out.bytes(wire::LogRecordField::kTraceId, traceId);
                    out.bytes(wire::LogRecordField::kSpanId, spanId);
                }
                out.end(log);
            }
        });
    }
    if (!metrics.empty()) {
        bodies[indexOf(Signal::Metrics)] = requestOf(common, [&](Writer& out) {
            for (const auto& [name, value] : metrics) {
                const auto metric = out.begin(wire::ScopeMetricsField::kMetrics);
                out.bytes(wire::MetricField::kName, name);
                const auto gauge = out.begin(wire::MetricField::kGauge);
                const auto point = out.begin(wire::GaugeField::kDataPoints);
                out.fixed64(wire::NumberDataPointField::kTimeUnixNano, now);
                out.real(wire::NumberDataPointField::kAsDouble, value);
                attributes(out, wire::NumberDataPointField::kAttributes);
                out.end(point);
                out.end(gauge);
                out.end(metric);
            }
        });
    }

    const std::array<std::size_t, kSignalCount> counts{spans.size(), metrics.size(), options.logs.size()};
    int exitCode = kDone;
    for (const Signal signal : kSignals) {
        const std::size_t count = counts[indexOf(signal)];
        if (count == 0)
            continue;
        const std::array payloads{SharedBytes(std::move(bodies[indexOf(signal)]))};
        const SendResult result = (*exporter)->send(signal, payloads, count, kTimeout, {});
        const bool isOk = result.kind == SendResult::Kind::Ok;
        if (options.json) {
            JsonWriter json;
            json.beginObject()
                .member("signal", nameOf(signal))
                .member("records", count)
                .member("accepted", isOk);
            json.member("rejected", result.rejectedRecords).member("answer", result.text);
            if (signal == Signal::Traces)
                json.member("trace_id", TraceId::fromBytes(std::as_bytes(std::span(traceId)))->toHex());
            json.endObject();
            std::puts(json.text().c_str());
        } else if (isOk) {
            std::printf("%s: %zu accepted", std::string(nameOf(signal)).c_str(), count);
            if (signal == Signal::Traces)
                std::printf(
                    ", trace %s", TraceId::fromBytes(std::as_bytes(std::span(traceId)))->toHex().c_str());
            std::printf("\n");
        } else {
            complain(options.to + ": " + std::string(nameOf(signal)) + ": " + result.text);
        }
        if (exitCode == kDone)
            exitCode = exitCodeOf(result);
    }
    return exitCode;
}

} // namespace sluice::commands
