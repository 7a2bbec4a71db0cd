#include "core/pipeline/rules_document.h"

#include "core/pipeline/processor.h"

#include <algorithm>
#include <tuple>

namespace sluice {

using config::Node;
using config::NodeEntry;
using config::Position;
using config::Problems;

namespace {

// Notes and switches stand in comments above the rule, so that the text stays collector YAML.
constexpr std::string_view kMark = "# sluice:";
constexpr std::string_view kDisabled = "# sluice: disabled";
constexpr std::string_view kNote = "# sluice: note";

constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view kTypeCharacters
    = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

std::string_view trimmed(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

std::size_t indentOf(std::string_view line)
{
    return std::min(line.find_first_not_of(' '), line.size());
}

std::vector<std::string_view> linesOf(std::string_view text)
{
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        if (lines.back().ends_with('\r'))
            lines.back().remove_suffix(1);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

/// A list of ids. Empty when it is absent.
std::vector<std::string> readIds(
    config::SectionReader& section, std::string_view key, std::vector<Position>& positions)
{
    std::vector<std::string> ids;
    const Node* list = section.find(key);
    if (!section.read(key, ids) || !list->isList()) {
        positions.assign(ids.size(), list == nullptr ? Position() : list->position);
        return ids;
    }
    for (const Node& item : list->items)
        positions.push_back(item.position);
    positions.resize(ids.size());
    return ids;
}

} // namespace

std::optional<ComponentId> parseComponentId(std::string_view text, std::string& problem)
{
    const std::size_t slash = text.find('/');
    ComponentId id;
    id.type = trimmed(text.substr(0, slash));
    if (id.type.empty()) {
        problem = "has no type in front of the slash";
        return std::nullopt;
    }
    if (id.type.size() > 63 || kLetters.find(id.type.front()) == std::string_view::npos
        || id.type.find_first_not_of(kTypeCharacters) != std::string::npos) {
        problem = "a type is a letter and at most 62 letters, digits and _";
        return std::nullopt;
    }
    if (slash == std::string_view::npos)
        return id;
    id.name = trimmed(text.substr(slash + 1));
    if (id.name.empty()) {
        problem = "the name behind the slash is missing";
        return std::nullopt;
    }
    const bool hasBlank = std::ranges::any_of(
        id.name, [](char c) { return c == ' ' || c == '\t' || static_cast<unsigned char>(c) < 0x20U; });
    if (id.name.size() > 1024 || hasBlank) {
        problem = "a name has at most 1024 characters and no blanks";
        return std::nullopt;
    }
    return id;
}

Problems checkProcessor(const std::string& type, const Node& config, std::optional<Signal> signal)
{
    Problems problems;
    const ProcessorFactory* factory = findProcessorFactory(type);
    if (factory == nullptr) {
        std::string text = "\"" + type + "\" is not a processor that is understood here; understood are ";
        for (const ProcessorFactory& known : processorFactories())
            text.append(&known == processorFactories().data() ? "" : ", ").append(known.type);
        problems.push_back({{}, {}, std::move(text)});
    } else if (signal && !factory->supports(*signal)) {
        problems.push_back({{}, {}, "\"" + type + "\" does not work on " + std::string(nameOf(*signal))});
    } else {
        factory->create(config, signal, problems);
    }
    return problems;
}

RulesDocument::RulesDocument(std::string_view yaml, const config::Environment& environment)
    : m_environment(environment)
    , m_lines(linesOf(yaml))
{
    auto parsed = config::parseYaml(yaml);
    if (!parsed)
        report({}, parsed.error().key, parsed.error().position, parsed.error().text);
    else if (!parsed->isMap())
        report({}, {}, parsed->position,
            parsed->isNull() ? "the configuration is empty" : "must be a map with the key service");
    else
        m_raw = *std::move(parsed);
}

void RulesDocument::report(std::string rule, std::string key, Position position, std::string text)
{
    m_problems.push_back({std::move(rule), std::move(key), position.line, position.column, std::move(text)});
}

void RulesDocument::add(const std::string& rule, const std::string& prefix, const Problems& problems)
{
    for (const config::Problem& problem : problems) {
        std::string key = prefix;
        if (!prefix.empty() && !problem.key.empty())
            key += '.';
        report(rule, key + problem.key, problem.position, problem.text);
    }
}

std::vector<RuleProblem> RulesDocument::takeProblems()
{
    const auto place = [](const RuleProblem& problem) {
        return std::tie(problem.line, problem.column, problem.rule, problem.key, problem.text);
    };
    std::ranges::sort(m_problems, {}, place);
    const auto same = std::ranges::unique(m_problems, {}, place);
    m_problems.erase(same.begin(), same.end());
    return std::move(m_problems);
}

Node RulesDocument::section(std::string_view name)
{
    const Node* raw = m_raw.find(name);
    if (raw == nullptr)
        return {};
    Node result = *raw;
    Problems problems;
    config::substitute(result, m_environment, problems);
    add({}, std::string(name), problems);
    return result;
}

void RulesDocument::readComments(std::size_t line, Rule& rule) const
{
    // Upwards from the line above the key (lines count from 1) through the comments that stand there.
    std::vector<std::string_view> notes;
    for (std::size_t i = line - 1; i > 0; --i) {
        const std::string_view text = trimmed(m_lines[i - 1]);
        if (text == kDisabled) {
            rule.isEnabled = false;
        } else if (text.starts_with(kNote)) {
            std::string_view note = text.substr(kNote.size());
            note.remove_prefix(note.starts_with(' ') ? 1 : 0);
            notes.push_back(note);
        } else if (!text.starts_with(kMark)) {
            break;
        }
    }
    for (auto it = notes.rbegin(); it != notes.rend(); ++it)
        rule.note.append(it == notes.rbegin() ? "" : "\n").append(*it);
}

/// The configuration as it is written, comments included, without its indentation. Where that is not possible
/// (it stands on the line of its key, or refers to anchors elsewhere) the same values anew.
std::string RulesDocument::configText(const NodeEntry& entry, std::size_t nextLine) const
{
    const auto keyLine = static_cast<std::size_t>(entry.position.line);
    const bool isBlock = entry.value.position.line > entry.position.line;
    if (!entry.value.isMap() || entry.value.entries.empty() || !isBlock || entry.value.hasAlias)
        return config::emitYaml(entry.value);

    const std::size_t keyIndent = indentOf(m_lines[keyLine - 1]);
    std::size_t end = keyLine;
    for (std::size_t line = keyLine; line + 1 < nextLine && line < m_lines.size(); ++line) {
        const std::string_view text = m_lines[line];
        if (trimmed(text).empty())
            continue;
        if (indentOf(text) <= keyIndent)
            break;
        end = line + 1;
    }
    const auto indent = static_cast<std::size_t>(entry.value.position.column - 1);
    std::string out;
    for (std::size_t line = keyLine; line < end; ++line) {
        const std::string_view text = m_lines[line];
        out.append(text.substr(std::min({indent, indentOf(text), text.size()}))).append("\n");
    }
    return out;
}

void RulesDocument::readProcessors(RevisionDefinition& into)
{
    const Node* section = m_raw.find("processors");
    if (section == nullptr || section->isNull())
        return;
    if (!section->isMap()) {
        report({}, "processors", section->position, "must be a map from ids to configurations");
        return;
    }
    for (std::size_t i = 0; i < section->entries.size(); ++i) {
        const NodeEntry& entry = section->entries[i];
        std::string problem;
        const auto id = parseComponentId(entry.key, problem);
        if (!id) {
            report(entry.key, {}, entry.position, std::move(problem));
            continue;
        }
        Rule rule;
        rule.id = id->text();
        if (std::ranges::find(into.rules, rule.id, &Rule::id) != into.rules.end()) {
            report(rule.id, {}, entry.position, "this id is there twice");
            continue;
        }
        const std::size_t nextLine = i + 1 < section->entries.size()
            ? static_cast<std::size_t>(section->entries[i + 1].position.line)
            : m_lines.size() + 1;
        readComments(static_cast<std::size_t>(entry.position.line), rule);
        rule.config = configText(entry, nextLine);

        Node config = entry.value;
        if (config.isNull())
            config.position = entry.position;
        Problems problems;
        config::substitute(config, m_environment, problems);
        for (config::Problem& found : checkProcessor(id->type, config, std::nullopt)) {
            if (found.position == Position())
                found.position = entry.position;
            problems.push_back(std::move(found));
        }
        add(rule.id, {}, problems);
        m_configs.emplace_back(rule.id, std::move(config));
        into.rules.push_back(std::move(rule));
    }
}

std::vector<RulesDocument::Pipeline> RulesDocument::readPipelines(const RevisionDefinition& definition)
{
    std::vector<Pipeline> pipelines;
    const Node root = section("service");
    Problems problems;
    config::SectionReader service(root, {}, problems);
    service.find("telemetry"); // The collector's own logs and metrics: nothing to do with rules.
    std::vector<std::string> extensions;
    if (service.read("extensions", extensions) && !extensions.empty())
        service.report("extensions", "extensions are not understood here");
    const Node* list = service.map("pipelines");
    service.finish();
    for (const NodeEntry& entry : list == nullptr ? std::vector<NodeEntry>() : list->entries) {
        Pipeline pipeline;
        pipeline.path = "pipelines." + entry.key;
        pipeline.position = entry.position;
        std::string problem;
        const auto id = parseComponentId(entry.key, problem);
        const auto signal = id ? signalNamed(id->type) : std::nullopt;
        if (!signal) {
            problems.push_back({pipeline.path, entry.position,
                id ? "a pipeline is one of traces, metrics, logs, or one of these with a name: traces/errors"
                   : std::move(problem)});
            continue;
        }
        pipeline.definition.id = id->text();
        pipeline.definition.signal = *signal;
        config::SectionReader section(entry.value, pipeline.path, problems);
        pipeline.receivers = readIds(section, "receivers", pipeline.receiverPositions);
        pipeline.definition.rules = readIds(section, "processors", pipeline.rulePositions);
        pipeline.definition.exporters = readIds(section, "exporters", pipeline.exporterPositions);
        section.finish();
        pipeline.path = "service." + pipeline.path;
        pipelines.push_back(std::move(pipeline));
    }
    add({}, "service", problems);
    for (const Pipeline& pipeline : pipelines)
        check(definition, pipeline);
    return pipelines;
}

void RulesDocument::check(const RevisionDefinition& definition, const Pipeline& pipeline)
{
    const std::vector<std::string>& rules = pipeline.definition.rules;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        const std::string key = pipeline.path + ".processors[" + std::to_string(i) + ']';
        const Position position = pipeline.rulePositions[i];
        const auto rule = std::ranges::find(definition.rules, rules[i], &Rule::id);
        if (std::find(rules.begin(), rules.begin() + static_cast<std::ptrdiff_t>(i), rules[i])
            != rules.begin() + static_cast<std::ptrdiff_t>(i)) {
            report({}, key, position, "\"" + rules[i] + "\" stands in this pipeline twice");
            continue;
        }
        if (rule == definition.rules.end()) {
            report({}, key, position, "there is no processor \"" + rules[i] + "\" under processors");
            continue;
        }
        const auto config = std::ranges::find(m_configs, rules[i], &std::pair<std::string, Node>::first);
        if (config == m_configs.end())
            continue;
        std::string ignored;
        const auto id = parseComponentId(rules[i], ignored);
        Problems problems
            = checkProcessor(id ? id->type : rules[i], config->second, pipeline.definition.signal);
        for (config::Problem& problem : problems) {
            if (problem.position == Position())
                problem.position = position;
        }
        // An unknown type was said where the processor stands.
        if (findProcessorFactory(id ? id->type : rules[i]) != nullptr)
            add(rules[i], {}, problems);
    }
}

} // namespace sluice
