#include "core/engine/destination_config.h"

#include "core/config/yaml.h"

#include <algorithm>
#include <array>

namespace sluice {

namespace {

using config::Node;
using config::NodeEntry;
using config::NodeType;
using config::Problems;
using config::SectionReader;

constexpr std::array<std::string_view, kSignalCount> kSignalEndpointKeys{
    "traces_endpoint", "metrics_endpoint", "logs_endpoint"};

std::string_view typeOf(std::string_view id)
{
    return id.substr(0, id.find('/'));
}

Node textNode(std::string_view text)
{
    Node node;
    node.type = NodeType::String;
    node.text = text;
    return node;
}

Node boolNode(bool value)
{
    Node node;
    node.type = NodeType::Bool;
    node.text = value ? "true" : "false";
    node.boolean = value;
    return node;
}

Node intNode(std::int64_t value)
{
    Node node;
    node.type = NodeType::Int;
    node.text = std::to_string(value);
    node.integer = value;
    node.number = static_cast<double>(value);
    return node;
}

Node durationNode(Nanos value)
{
    return textNode(std::to_string(value.count()) + "ns");
}

Node mapNode()
{
    Node node;
    node.type = NodeType::Map;
    return node;
}

void put(Node& map, std::string_view key, Node value)
{
    map.entries.push_back({std::string(key), {}, std::move(value)});
}

void readRetry(SectionReader& section, DestinationSettings& settings, Problems& problems)
{
    const Node* node = section.map("retry_on_failure");
    if (!node)
        return;
    SectionReader retry(*node, section.pathOf("retry_on_failure"), problems);
    double factor = 0.5;
    double multiplier = 1.5;
    retry.read("enabled", settings.isRetryEnabled);
    retry.read("initial_interval", settings.retryInitial);
    retry.read("max_interval", settings.retryMax);
    // The collector gives up after five minutes; here everything stays in the capture, so only a limit that
    // is written counts.
    retry.read("max_elapsed_time", settings.retryGiveUp);
    retry.read("randomization_factor", factor);
    retry.read("multiplier", multiplier);
    retry.finish();
}

void readTls(SectionReader& section, DestinationSettings& settings, Problems& problems)
{
    const Node* node = section.map("tls");
    if (!node) {
        settings.isInsecure = false;
        return;
    }
    SectionReader tls(*node, section.pathOf("tls"), problems);
    bool isInsecure = false;
    tls.read("insecure", isInsecure);
    settings.isInsecure = isInsecure;
    tls.finish();
}

} // namespace

bool isDestinationType(std::string_view type)
{
    return type == "otlp_grpc" || type == "otlp" || type == "otlp_http" || type == "otlphttp";
}

DestinationSettings destinationFromExporter(const std::string& id, const Node& section, Problems& problems)
{
    DestinationSettings settings;
    settings.name = id;
    const bool isGrpc = typeOf(id) == "otlp_grpc" || typeOf(id) == "otlp";
    settings.kind = isGrpc ? DestinationKind::OtlpGrpc : DestinationKind::OtlpHttp;
    settings.timeout = isGrpc ? std::chrono::seconds(5) : std::chrono::seconds(30);

    SectionReader reader(section, id, problems);
    reader.read("endpoint", settings.endpoint);
    bool hasEndpoint = !settings.endpoint.empty();
    if (!isGrpc) {
        for (std::size_t i = 0; i < kSignalCount; ++i) {
            reader.read(kSignalEndpointKeys[i], settings.signalEndpoints[i]);
            hasEndpoint = hasEndpoint || !settings.signalEndpoints[i].empty();
        }
        std::string encoding = "proto";
        if (reader.read("encoding", encoding) && encoding != "proto")
            reader.report("encoding", "only \"proto\" is sent, not \"" + encoding + "\"");
    }
    if (!hasEndpoint)
        reader.report("endpoint", "an endpoint is needed");
    std::string compression = "gzip";
    reader.read("compression", compression);
    if (compression == "none" || compression.empty())
        settings.compression = Compression::None;
    else if (compression != "gzip")
        reader.report("compression", "gzip and none are sent, not \"" + compression + "\"");
    if (const Node* headers = reader.map("headers")) {
        for (const NodeEntry& entry : headers->entries)
            settings.headers.emplace_back(entry.key, entry.value.text);
    }
    reader.read("timeout", settings.timeout);
    readRetry(reader, settings, problems);
    readTls(reader, settings, problems);
    // What waits stays in the capture: a queue and its keys have nothing to say here, nor have buffers.
    for (const std::string_view key : {"sending_queue", "keepalive", "balancer_name", "wait_for_ready",
             "read_buffer_size", "write_buffer_size"})
        reader.find(key);
    if (const Node* own = reader.map("sluice")) {
        SectionReader ours(*own, reader.pathOf("sluice"), problems);
        ours.read("enabled", settings.isEnabled);
        std::vector<std::string> signals;
        if (ours.read("signals", signals)) {
            for (const Signal signal : kSignals)
                settings.signals[indexOf(signal)]
                    = std::ranges::find(signals, nameOf(signal)) != signals.end();
        }
        std::int64_t records = static_cast<std::int64_t>(settings.batchRecords);
        if (ours.read("batch_records", records, 1, 1'000'000))
            settings.batchRecords = static_cast<std::size_t>(records);
        ours.read("batch_wait", settings.batchWait);
        ours.finish();
    }
    reader.finish();
    return settings;
}

std::string destinationsToYaml(const std::vector<DestinationSettings>& destinations)
{
    Node all = mapNode();
    for (const DestinationSettings& settings : destinations) {
        Node section = mapNode();
        // A name that does not tell the kind gets one that does.
        std::string id = settings.name;
        if (!isDestinationType(typeOf(id)))
            put(section, "name", textNode(id));
        if (!settings.endpoint.empty())
            put(section, "endpoint", textNode(settings.endpoint));
        for (std::size_t i = 0; i < kSignalCount; ++i) {
            if (!settings.signalEndpoints[i].empty())
                put(section, kSignalEndpointKeys[i], textNode(settings.signalEndpoints[i]));
        }
        put(section, "compression", textNode(settings.compression == Compression::Gzip ? "gzip" : "none"));
        if (!settings.headers.empty()) {
            Node headers = mapNode();
            for (const auto& [name, value] : settings.headers)
                put(headers, name, textNode(value));
            put(section, "headers", std::move(headers));
        }
        put(section, "timeout", durationNode(settings.timeout));
        Node retry = mapNode();
        put(retry, "enabled", boolNode(settings.isRetryEnabled));
        put(retry, "initial_interval", durationNode(settings.retryInitial));
        put(retry, "max_interval", durationNode(settings.retryMax));
        put(retry, "max_elapsed_time", durationNode(settings.retryGiveUp));
        put(section, "retry_on_failure", std::move(retry));
        Node tls = mapNode();
        put(tls, "insecure", boolNode(settings.isInsecure));
        put(section, "tls", std::move(tls));
        Node ours = mapNode();
        put(ours, "enabled", boolNode(settings.isEnabled));
        Node signals;
        signals.type = NodeType::List;
        for (const Signal signal : kSignals) {
            if (settings.signals[indexOf(signal)])
                signals.items.push_back(textNode(nameOf(signal)));
        }
        put(ours, "signals", std::move(signals));
        put(ours, "batch_records", intNode(static_cast<std::int64_t>(settings.batchRecords)));
        put(ours, "batch_wait", durationNode(settings.batchWait));
        put(section, "sluice", std::move(ours));
        if (!isDestinationType(typeOf(id)))
            id = std::string(nameOf(settings.kind)) + '/' + id;
        put(all, id, std::move(section));
    }
    return config::emitYaml(all);
}

std::vector<DestinationSettings> destinationsFromYaml(std::string_view yaml, Problems& problems)
{
    std::vector<DestinationSettings> destinations;
    auto all = config::parseYaml(yaml);
    if (!all) {
        problems.push_back(std::move(all).error());
        return destinations;
    }
    for (NodeEntry& entry : all->entries) {
        std::string name = entry.key;
        std::erase_if(entry.value.entries, [&](const NodeEntry& member) {
            if (member.key != "name")
                return false;
            name = member.value.text;
            return true;
        });
        DestinationSettings settings = destinationFromExporter(entry.key, entry.value, problems);
        settings.name = name;
        destinations.push_back(std::move(settings));
    }
    return destinations;
}

} // namespace sluice
