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
    Problems remarks;
    for (const auto& [id, entry] : components(section, "exporters")) {
        const auto isHttp = isHttpExporter(id.type);
        if (!isHttp) {
            problems.push_back({entry->key, entry->position,
                "\"" + id.type
                    + "\" is not an exporter that is understood here; understood are otlp_grpc, otlp_http"});
            continue;
        }
        SectionReader reader(entry->value, entry->key, problems);
        m_file.exporters.push_back(
            readExporter(id.text(), *isHttp, reader, rawSection->find(entry->key), remarks));
        checkRetry(m_file.exporters.back(), reader);
        reader.finish();
    }
    report("exporters", problems);
    for (config::Problem& remark : remarks)
        m_file.remarks.push_back({{}, "exporters." + remark.key, remark.position.line, remark.position.column,
            std::move(remark.text)});
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
