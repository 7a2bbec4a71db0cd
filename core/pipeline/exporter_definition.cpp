#include "core/pipeline/exporter_definition.h"

namespace sluice {

using config::Node;
using config::NodeEntry;
using config::Problems;
using config::SectionReader;

namespace {

void readEndpoints(SectionReader& section, ExporterDefinition& exporter, Problems& remarks)
{
    section.read("endpoint", exporter.endpoint);
    bool hasEndpoint = !exporter.endpoint.empty();
    if (exporter.isHttp) {
        for (const Signal signal : kSignals) {
            std::string& endpoint = exporter.signalEndpoints[indexOf(signal)];
            section.read(std::string(nameOf(signal)) + "_endpoint", endpoint);
            hasEndpoint = hasEndpoint || !endpoint.empty();
        }
        std::string encoding = "proto";
        if (section.read("encoding", encoding) && encoding != "proto" && encoding != "json")
            section.report("encoding", "must be proto or json, but is " + encoding);
        if (encoding == "json")
            remarks.push_back({section.pathOf("encoding"), section.node().find("encoding")->position,
                "requests are sent as protobuf"});
    }
    if (!hasEndpoint)
        section.report("endpoint", "an endpoint is needed");
}

void readHeaders(SectionReader& section, const Node* written, ExporterDefinition& exporter)
{
    const Node* headers = section.map("headers");
    if (headers == nullptr)
        return;
    if (written != nullptr)
        written = written->find("headers");
    SectionReader reader(*headers, section.pathOf("headers"), section.problems());
    for (const NodeEntry& header : headers->entries) {
        // A variable may be unset now and set when a request is sent.
        const Node* value = written == nullptr ? nullptr : written->find(header.key);
        std::string text;
        if (reader.read(header.key, text) || (value != nullptr && value->isString()))
            exporter.headers.emplace_back(header.key, value == nullptr ? text : value->text);
    }
}

void readTls(SectionReader& section, ExporterDefinition& exporter)
{
    const Node* tls = section.map("tls");
    if (tls == nullptr)
        return;
    SectionReader reader(*tls, section.pathOf("tls"), section.problems());
    reader.read("insecure", exporter.isInsecure);
    reader.finish();
}

void readRetry(SectionReader& section, ExporterDefinition& exporter)
{
    const Node* node = section.map("retry_on_failure");
    if (node == nullptr)
        return;
    SectionReader retry(*node, section.pathOf("retry_on_failure"), section.problems());
    double ignored = 0;
    Nanos giveUp{0};
    retry.read("enabled", exporter.isRetryEnabled);
    retry.read("initial_interval", exporter.retryInitial);
    retry.read("randomization_factor", ignored);
    retry.read("multiplier", ignored);
    retry.read("max_interval", exporter.retryMax);
    if (retry.read("max_elapsed_time", giveUp))
        exporter.retryGiveUp = giveUp;
    retry.finish();
}

void readQueue(SectionReader& section, const std::string& id, Problems& remarks)
{
    const Node* node = section.map("sending_queue");
    if (node == nullptr)
        return;
    SectionReader queue(*node, section.pathOf("sending_queue"), section.problems());
    bool isEnabled = true;
    bool ignoredBool = false;
    std::string sizer = "requests";
    queue.read("enabled", isEnabled);
    for (const std::string_view key : {"num_consumers", "queue_size"}) {
        std::int64_t number = 1;
        if (queue.read(key, number) && number <= 0)
            queue.report(key, "must be positive");
    }
    queue.read("block_on_overflow", ignoredBool);
    queue.read("wait_for_result", ignoredBool);
    if (queue.read("sizer", sizer) && sizer != "requests" && sizer != "items" && sizer != "bytes")
        queue.report("sizer", "must be requests, items or bytes, but is " + sizer);
    if (queue.find("storage") != nullptr)
        queue.report("storage", "is not needed here: everything is stored before it is sent");
    if (queue.find("batch") != nullptr)
        queue.report("batch", "is not understood here");
    queue.finish();
    if (isEnabled)
        remarks.push_back({queue.pathOf({}), node->position,
            "\"" + id
                + "\" has no queue of its own here: it sends from the capture, where everything is stored"});
}

} // namespace

std::optional<bool> isHttpExporter(std::string_view type)
{
    if (type == "otlp_http" || type == "otlphttp")
        return true;
    if (type == "otlp_grpc" || type == "otlp")
        return false;
    return std::nullopt;
}

ExporterDefinition readExporter(
    const std::string& id, bool isHttp, SectionReader& section, const Node* written, Problems& remarks)
{
    ExporterDefinition exporter;
    exporter.id = id;
    exporter.isHttp = isHttp;
    exporter.timeout = isHttp ? std::chrono::seconds(30) : std::chrono::seconds(5);
    readEndpoints(section, exporter, remarks);
    std::string compression = "gzip";
    section.read("compression", compression);
    exporter.isGzip = compression == "gzip";
    if (!exporter.isGzip && compression != "none" && !compression.empty())
        section.report("compression", "must be gzip or none here, but is " + compression);
    if (section.read("timeout", exporter.timeout) && exporter.timeout < Nanos(0))
        section.report("timeout", "must not be negative");
    readTls(section, exporter);
    readHeaders(section, written, exporter);
    readRetry(section, exporter);
    readQueue(section, id, remarks);
    // These tune the connections of the collector.
    for (const std::string_view key :
        {"keepalive", "balancer_name", "wait_for_ready", "read_buffer_size", "write_buffer_size"}) {
        if (const Node* value = section.find(key))
            remarks.push_back({section.pathOf(key), value->position, "has no effect here"});
    }
    return exporter;
}

void checkRetry(const ExporterDefinition& exporter, SectionReader& section)
{
    const Node* node = section.find("retry_on_failure");
    if (node == nullptr)
        return;
    SectionReader retry(*node, section.pathOf("retry_on_failure"), section.problems());
    const Nanos giveUp = exporter.retryGiveUp.value_or(std::chrono::minutes(5));
    for (const auto& [key, value] : {std::pair("initial_interval", exporter.retryInitial),
             std::pair("max_interval", exporter.retryMax), std::pair("max_elapsed_time", giveUp)}) {
        if (value < Nanos(0))
            retry.report(key, "must not be negative");
    }
    if (!exporter.isRetryEnabled || giveUp == Nanos(0))
        return;
    if (giveUp < exporter.retryInitial)
        retry.report("max_elapsed_time", "must not be less than initial_interval");
    else if (giveUp < exporter.retryMax)
        retry.report("max_elapsed_time", "must not be less than max_interval");
}

} // namespace sluice
