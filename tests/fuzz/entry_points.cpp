#include "entry_points.h"

#include "core/otlp/attributes.h"
#include "core/otlp/json.h"
#include "core/otlp/rewrite.h"
#include "core/otlp/scan.h"
#include "core/otlp/validate.h"
#include "core/wire/utf8.h"

#include <opentelemetry/proto/collector/logs/v1/logs_service.pb.h>
#include <opentelemetry/proto/collector/metrics/v1/metrics_service.pb.h>
#include <opentelemetry/proto/collector/trace/v1/trace_service.pb.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::fuzz {
namespace {

using namespace otlp;

void require(bool holds, const char* what)
{
    if (holds)
        return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

struct Input {
    Signal signal;
    std::string_view bytes;
};

Input inputOf(const std::uint8_t* data, std::size_t size)
{
    if (size == 0)
        return {Signal::Traces, {}};
    return {kSignals[data[0] % kSignalCount], {reinterpret_cast<const char*>(data) + 1, size - 1}};
}

bool isReadByLibprotobuf(Signal signal, const std::string& bytes)
{
    namespace collector = opentelemetry::proto::collector;
    switch (signal) {
    case Signal::Traces: return collector::trace::v1::ExportTraceServiceRequest().ParseFromString(bytes);
    case Signal::Metrics: return collector::metrics::v1::ExportMetricsServiceRequest().ParseFromString(bytes);
    case Signal::Logs: return collector::logs::v1::ExportLogsServiceRequest().ParseFromString(bytes);
    }
    return false;
}

/// Reads every attribute of every record, and writes each back.
void walkAttributes(const ScannedRequest& request)
{
    Arena arena;
    std::string encoded;
    for (const RecordView& record : request.records) {
        const std::uint32_t field = attributesField(request, record);
        std::size_t count = 0;
        for (AttributeReader attribute(record.message, field); attribute.next();) {
            require(findAttribute(record.message, field, attribute.key()).has_value(),
                "a walked attribute is found");
            ++count;
        }
        encoded.clear();
        wire::Writer writer(encoded);
        const auto attributes = decodeAttributes(record.message, field, arena);
        require(attributes.size() == count, "as many attributes are decoded as walked over");
        for (const KeyValue& attribute : attributes)
            encodeAttribute(writer, field, attribute);
        std::string twice;
        wire::Writer secondWriter(twice);
        for (const KeyValue& attribute : decodeAttributes(encoded, field, arena))
            encodeAttribute(secondWriter, field, attribute);
        require(twice == encoded, "attributes come back as they were");
        arena.reset();
    }
}

void walkRewriting(const ScannedRequest& request)
{
    std::vector<std::uint8_t> keep(request.records.size());
    std::size_t kept = 0;
    for (std::size_t i = 0; i < keep.size(); ++i)
        kept += keep[i] = i % 2 == 0 ? 1 : 0;
    std::string out;
    writeRequest(request, {.keep = keep, .records = {}, .metrics = {}, .resources = {}, .scopes = {}}, out);
    ScannedRequest again;
    require(scan(request.signal, out, again).has_value(), "a rewritten request is scanned");
    require(again.records.size() == kept, "the kept records are there");
    for (std::size_t i = 0; i < again.records.size(); ++i)
        require(again.records[i].name == request.records[2 * i].name,
            "the kept records are those that were kept");
}

} // namespace

void fuzzBinary(const std::uint8_t* data, std::size_t size)
{
    const Input input = inputOf(data, size);
    const std::string bytes(input.bytes); // Of its exact size, so that reading beyond its end is noticed.
    ScannedRequest scanned;
    const bool isScanned = scan(input.signal, bytes, scanned).has_value();
    const bool isValid = validate(input.signal, bytes).has_value();
    require(isScanned || !isValid, "what is valid is scanned");
    if (isScanned) {
        walkAttributes(scanned);
        walkRewriting(scanned);
    }
    const auto json = protoToJson(input.signal, bytes);
    if (!isValid)
        return;
    require(json.has_value(), "what is valid is shown");
    require(wire::isUtf8(*json), "JSON is UTF-8");
    const auto back = jsonToProto(input.signal, *json);
    require(back.has_value(), "our own JSON is read");
    require(isReadByLibprotobuf(input.signal, *back), "what we write is read by libprotobuf");
    require(*protoToJson(input.signal, *back) == *json, "JSON comes back the same");
}

void fuzzJson(const std::uint8_t* data, std::size_t size)
{
    const Input input = inputOf(data, size);
    const std::string json(input.bytes);
    (void)signalOfJson(json);
    (void)decodeStatus(true, json);
    (void)decodeResponse(input.signal, true, json);
    const auto bytes = jsonToProto(input.signal, json);
    if (!bytes) {
        require(bytes.error().offset <= json.size(), "an error lies inside the document");
        require(!bytes.error().text.empty(), "an error has a text");
        return;
    }
    require(validate(input.signal, *bytes).has_value(), "what we write is valid");
    ScannedRequest scanned;
    require(scan(input.signal, *bytes, scanned).has_value(), "what we write is scanned");
    const auto again = protoToJson(input.signal, *bytes);
    require(again.has_value(), "what we write is shown");
    const auto twice = jsonToProto(input.signal, *again);
    require(twice.has_value(), "our own JSON is read");
    require(*protoToJson(input.signal, *twice) == *again, "JSON comes back the same");
}

} // namespace sluice::fuzz
