#include "core/pipeline/rules_file.h"

#include "core/pipeline/rules_document.h"

#include <algorithm>

namespace sluice {

using config::Node;
using config::NodeEntry;
using config::Position;
using config::Problems;
using config::SectionReader;

namespace {

constexpr std::int64_t kMiB = 1024 * 1024;

class FileReader {
public:
    FileReader(std::string_view yaml, const config::Environment& environment)
        : m_document(yaml, environment)
    {
    }

    Result<RulesFile, std::vector<RuleProblem>> run()
    {
        if (m_document.hasProblems())
            return fail(m_document.takeProblems());
        readSections();
        m_document.readProcessors(m_file.definition);
        readReceivers();
        readExporters();
        readPipelines();
        if (m_document.hasProblems())
            return fail(m_document.takeProblems());
        return std::move(m_file);
    }

private:
    void readSections();
    void readReceivers();
    void readExporters();
    void readPipelines();
    void readReceiver(const NodeEntry& entry, const std::string& id, Problems& problems);
    ReceiverDefinition::Protocol readProtocol(
        const Node& node, const std::string& path, bool isHttp, Problems& problems) const;
    void readExporter(
        const NodeEntry& entry, const Node* raw, const ComponentId& id, bool isHttp, Problems& problems);
    void readRetry(SectionReader& section, ExporterDefinition& exporter, Problems& problems) const;
    void readQueue(SectionReader& section, const std::string& id, Problems& problems);
    void report(std::string_view section, const Problems& problems);
    /// The entries of a section with valid ids of their own.
    std::vector<std::pair<ComponentId, const NodeEntry*>> components(
        const Node& section, std::string_view name);

    RulesDocument m_document;
    RulesFile m_file;
};

void FileReader::report(std::string_view section, const Problems& problems)
{
    for (const config::Problem& problem : problems)
        m_document.report({}, std::string(section) + '.' + problem.key, problem.position, problem.text);
}

void FileReader::readSections()
{
    constexpr std::array<std::string_view, 4> kUnderstood{"receivers", "processors", "exporters", "service"};
    constexpr std::array<std::string_view, 2> kLater{"connectors", "extensions"};
    for (const NodeEntry& entry : m_document.raw().entries) {
        if (std::ranges::find(kLater, entry.key) != kLater.end()) {
            for (const NodeEntry& component : entry.value.entries)
                m_document.report({}, entry.key + '.' + component.key, component.position,
                    entry.key + " are not understood here");
        } else if (std::ranges::find(kUnderstood, entry.key) == kUnderstood.end()) {
            m_document.report({}, entry.key, entry.position,
                "is not known here; known are receivers, processors, exporters, service");
        }
    }
}

std::vector<std::pair<ComponentId, const NodeEntry*>> FileReader::components(
    const Node& section, std::string_view name)
{
    std::vector<std::pair<ComponentId, const NodeEntry*>> result;
    if (!section.isMap() && !section.isNull())
        m_document.report(
            {}, std::string(name), section.position, "must be a map from ids to configurations");
    for (const NodeEntry& entry : section.entries) {
        std::string problem;
        auto id = parseComponentId(entry.key, problem);
        const bool isTwice = id && std::ranges::any_of(result, [&](const auto& other) {
            return other.first.text() == id->text();
        });
        if (!id || isTwice) {
            m_document.report({}, std::string(name) + '.' + entry.key, entry.position,
                isTwice ? std::string("this id is there twice") : std::move(problem));
            continue;
        }
        result.emplace_back(*std::move(id), &entry);
    }
    return result;
}

void FileReader::readReceivers()
{
    const Node section = m_document.section("receivers");
    if (section.entries.empty())
        m_document.report({}, "receivers", section.position, "no receiver is configured");
    Problems problems;
    for (const auto& [id, entry] : components(section, "receivers")) {
        if (id.type != "otlp")
            problems.push_back({entry->key, entry->position,
                "\"" + id.type + "\" is not a receiver that is understood here; understood is otlp"});
        else
            readReceiver(*entry, id.text(), problems);
    }
    report("receivers", problems);
}

void FileReader::readReceiver(const NodeEntry& entry, const std::string& id, Problems& problems)
{
    ReceiverDefinition receiver;
    receiver.id = id;
    SectionReader section(entry.value, entry.key, problems);
    const Node* node = section.map("protocols");
    section.finish();
    const Node none;
    SectionReader protocols(node == nullptr ? none : *node, section.pathOf("protocols"), problems);
    // A protocol is on when its key is there, even with nothing in it.
    const Node* grpc = protocols.map("grpc");
    const Node* http = protocols.map("http");
    protocols.finish();
    if (!protocols.isPresent("grpc") && !protocols.isPresent("http"))
        problems.push_back(
            {entry.key, entry.position, "needs at least one of protocols.grpc and protocols.http"});
    if (protocols.isPresent("grpc"))
        receiver.grpc
            = readProtocol(grpc == nullptr ? none : *grpc, protocols.pathOf("grpc"), false, problems);
    if (protocols.isPresent("http"))
        receiver.http
            = readProtocol(http == nullptr ? none : *http, protocols.pathOf("http"), true, problems);
    m_file.receivers.push_back(std::move(receiver));
}

ReceiverDefinition::Protocol FileReader::readProtocol(
    const Node& node, const std::string& path, bool isHttp, Problems& problems) const
{
    ReceiverDefinition::Protocol protocol;
    protocol.address = isHttp ? "localhost:4318" : "localhost:4317";
    SectionReader section(node, path, problems);
    section.read("endpoint", protocol.address);
    section.read("include_metadata", protocol.includesMetadata);
    if (isHttp) {
        section.read("max_request_body_size", protocol.maxBodyBytes);
    } else {
        std::int64_t mebibytes = 0;
        if (section.read("max_recv_msg_size_mib", mebibytes, 0, 2048))
            protocol.maxBodyBytes = mebibytes * kMiB;
    }
    std::string transport = "tcp";
    if (section.read("transport", transport) && transport != "tcp")
        section.report("transport", "only tcp is understood here");
    section.finish();
    if (protocol.address.find(':') == std::string::npos)
        section.report("endpoint", "must be host:port");
    return protocol;
}

void FileReader::readExporters()
{
    const Node section = m_document.section("exporters");
    if (section.entries.empty())
        m_document.report({}, "exporters", section.position, "no exporter is configured");
    const Node* rawSection = m_document.raw().find("exporters");
    Problems problems;
    for (const auto& [id, entry] : components(section, "exporters")) {
        const bool isGrpc = id.type == "otlp" || id.type == "otlp_grpc";
        const bool isHttp = id.type == "otlphttp" || id.type == "otlp_http";
        if (!isGrpc && !isHttp)
            problems.push_back({entry->key, entry->position,
                "\"" + id.type
                    + "\" is not an exporter that is understood here; understood are otlp_grpc, otlp_http"});
        else
            readExporter(*entry, rawSection->find(entry->key), id, isHttp, problems);
    }
    report("exporters", problems);
}

void FileReader::readExporter(
    const NodeEntry& entry, const Node* raw, const ComponentId& id, bool isHttp, Problems& problems)
{
    ExporterDefinition exporter;
    exporter.id = id.text();
    exporter.isHttp = isHttp;
    exporter.timeout = isHttp ? std::chrono::seconds(30) : std::chrono::seconds(5);
    SectionReader section(entry.value, entry.key, problems);
    section.read("endpoint", exporter.endpoint);
    bool hasEndpoint = !exporter.endpoint.empty();
    if (isHttp) {
        for (const Signal signal : kSignals) {
            std::string& endpoint = exporter.signalEndpoints[indexOf(signal)];
            section.read(std::string(nameOf(signal)) + "_endpoint", endpoint);
            hasEndpoint = hasEndpoint || !endpoint.empty();
        }
        std::string encoding = "proto";
        if (section.read("encoding", encoding) && encoding != "proto" && encoding != "json")
            section.report("encoding", "must be proto or json, but is " + encoding);
        if (encoding == "json")
            m_file.remarks.push_back({{}, "exporters." + section.pathOf("encoding"), entry.position.line,
                entry.position.column, "requests are sent as protobuf"});
    }
    if (!hasEndpoint)
        problems.push_back({section.pathOf("endpoint"), entry.position, "an endpoint is needed"});
    std::string compression = "gzip";
    section.read("compression", compression);
    exporter.isGzip = compression == "gzip";
    if (!exporter.isGzip && compression != "none" && !compression.empty())
        section.report("compression", "must be gzip or none here, but is " + compression);
    if (section.read("timeout", exporter.timeout) && exporter.timeout < Nanos(0))
        section.report("timeout", "must not be negative");
    if (const Node* tls = section.map("tls")) {
        SectionReader reader(*tls, section.pathOf("tls"), problems);
        reader.read("insecure", exporter.isInsecure);
        reader.finish();
    }
    if (const Node* headers = section.map("headers")) {
        const Node* written = raw == nullptr ? nullptr : raw->find("headers");
        SectionReader reader(*headers, section.pathOf("headers"), problems);
        for (const NodeEntry& header : headers->entries) {
            // A variable may be unset now and set when a request is sent.
            const Node* value = written == nullptr ? nullptr : written->find(header.key);
            std::string text;
            if (reader.read(header.key, text) || (value != nullptr && value->isString()))
                exporter.headers.emplace_back(header.key, value == nullptr ? text : value->text);
        }
    }
    readRetry(section, exporter, problems);
    readQueue(section, exporter.id, problems);
    section.finish();
    m_file.exporters.push_back(std::move(exporter));
}

void FileReader::readRetry(SectionReader& section, ExporterDefinition& exporter, Problems& problems) const
{
    const Node* node = section.map("retry_on_failure");
    if (node == nullptr)
        return;
    SectionReader retry(*node, section.pathOf("retry_on_failure"), problems);
    double ignored = 0;
    retry.read("enabled", exporter.isRetryEnabled);
    retry.read("initial_interval", exporter.retryInitial);
    retry.read("randomization_factor", ignored);
    retry.read("multiplier", ignored);
    retry.read("max_interval", exporter.retryMax);
    retry.read("max_elapsed_time", exporter.retryGiveUp);
    retry.finish();
    for (const auto& [key, value] :
        {std::pair("initial_interval", exporter.retryInitial), std::pair("max_interval", exporter.retryMax),
            std::pair("max_elapsed_time", exporter.retryGiveUp)}) {
        if (value < Nanos(0))
            retry.report(key, "must not be negative");
    }
    if (!exporter.isRetryEnabled || exporter.retryGiveUp == Nanos(0))
        return;
    if (exporter.retryGiveUp < exporter.retryInitial)
        retry.report("max_elapsed_time", "must not be less than initial_interval");
    else if (exporter.retryGiveUp < exporter.retryMax)
        retry.report("max_elapsed_time", "must not be less than max_interval");
}

void FileReader::readQueue(SectionReader& section, const std::string& id, Problems& problems)
{
    const Node* node = section.map("sending_queue");
    if (node == nullptr)
        return;
    SectionReader queue(*node, section.pathOf("sending_queue"), problems);
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
        m_file.remarks.push_back({{}, "exporters." + queue.pathOf({}), node->position.line,
            node->position.column,
            "\"" + id
                + "\" has no queue of its own here: it sends from the capture, where everything is stored"});
}

void FileReader::readPipelines()
{
    std::vector<RulesDocument::Pipeline> pipelines = m_document.readPipelines(m_file.definition);
    if (pipelines.empty())
        m_document.report({}, "service.pipelines", m_document.section("service").position,
            "the service needs at least one pipeline");
    const auto checkEnds = [this](const RulesDocument::Pipeline& pipeline, std::string_view kind,
                               const std::vector<std::string>& ids, const std::vector<Position>& positions) {
        const std::string key = pipeline.path + '.' + std::string(kind);
        const std::string one(kind.substr(0, kind.size() - 1));
        if (ids.empty())
            m_document.report({}, key, pipeline.position, "the pipeline needs at least one " + one);
        const Node* section = m_document.raw().find(kind);
        for (std::size_t i = 0; i < ids.size(); ++i) {
            const bool isThere
                = section != nullptr && std::ranges::any_of(section->entries, [&](const NodeEntry& entry) {
                      std::string ignored;
                      const auto id = parseComponentId(entry.key, ignored);
                      return id && id->text() == ids[i];
                  });
            if (!isThere)
                m_document.report({}, key + '[' + std::to_string(i) + ']', positions[i],
                    "there is no " + one + " \"" + ids[i] + "\" under " + std::string(kind));
        }
    };
    for (RulesDocument::Pipeline& pipeline : pipelines) {
        checkEnds(pipeline, "receivers", pipeline.receivers, pipeline.receiverPositions);
        checkEnds(pipeline, "exporters", pipeline.definition.exporters, pipeline.exporterPositions);
        m_file.definition.pipelines.push_back(std::move(pipeline.definition));
    }
}

} // namespace

Result<RulesFile, std::vector<RuleProblem>> parseRulesFile(
    std::string_view yaml, const config::Environment& environment)
{
    return FileReader(yaml, environment).run();
}

} // namespace sluice
