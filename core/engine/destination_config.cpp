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

/// What the collector has no key for.
void readOwn(SectionReader& section, DestinationSettings& settings)
{
    const Node* node = section.map("sluice");
    if (node == nullptr)
        return;
    SectionReader own(*node, section.pathOf("sluice"), section.problems());
    own.read("enabled", settings.isEnabled);
    std::vector<std::string> signals;
    if (own.read("signals", signals)) {
        for (const Signal signal : kSignals)
            settings.signals[indexOf(signal)] = std::ranges::find(signals, nameOf(signal)) != signals.end();
    }
    const auto readSize = [&own](std::string_view key, std::size_t& size, std::int64_t max) {
        auto value = static_cast<std::int64_t>(size);
        if (own.read(key, value, 1, max))
            size = static_cast<std::size_t>(value);
    };
    readSize("batch_records", settings.batchRecords, 1'000'000);
    readSize("batch_bytes", settings.batchBytes, 1 << 30);
    readSize("in_flight", settings.maxInFlight, 1024);
    own.read("batch_wait", settings.batchWait);
    own.finish();
}

} // namespace

DestinationSettings destinationOf(const ExporterDefinition& exporter)
{
    DestinationSettings settings;
    settings.name = exporter.id;
    settings.kind = exporter.isHttp ? DestinationKind::OtlpHttp : DestinationKind::OtlpGrpc;
    settings.endpoint = exporter.endpoint;
    settings.signalEndpoints = exporter.signalEndpoints;
    settings.compression = exporter.isGzip ? Compression::Gzip : Compression::None;
    settings.isInsecure = exporter.isInsecure;
    settings.headers = exporter.headers;
    settings.timeout = exporter.timeout;
    settings.isRetryEnabled = exporter.isRetryEnabled;
    settings.retryInitial = exporter.retryInitial;
    settings.retryMax = exporter.retryMax;
    // What waits is in the capture and costs no memory: it is given up only where that is written.
    settings.retryGiveUp = exporter.retryGiveUp.value_or(Nanos{0});
    return settings;
}

std::string destinationsToYaml(const std::vector<DestinationSettings>& destinations)
{
    Node all = mapNode();
    for (const DestinationSettings& settings : destinations) {
        Node section = mapNode();
        // A name that does not tell the kind gets one that does.
        std::string id = settings.name;
        if (!isHttpExporter(typeOf(id)))
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
        put(ours, "batch_bytes", intNode(static_cast<std::int64_t>(settings.batchBytes)));
        put(ours, "in_flight", intNode(static_cast<std::int64_t>(settings.maxInFlight)));
        put(ours, "batch_wait", durationNode(settings.batchWait));
        put(section, "sluice", std::move(ours));
        if (!isHttpExporter(typeOf(id)))
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
    for (const NodeEntry& entry : all->entries) {
        const auto isHttp = isHttpExporter(typeOf(entry.key));
        if (!isHttp) {
            problems.push_back({entry.key, entry.position, "is not understood by this version"});
            continue;
        }
        SectionReader section(entry.value, entry.key, problems);
        Problems remarks; // About what the collector would do.
        DestinationSettings settings
            = destinationOf(readExporter(entry.key, *isHttp, section, nullptr, remarks));
        section.read("name", settings.name);
        readOwn(section, settings);
        section.finish();
        destinations.push_back(std::move(settings));
    }
    return destinations;
}

} // namespace sluice
