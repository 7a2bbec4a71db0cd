#include "core/pipeline/revision.h"

#include "core/config/yaml.h"
#include "core/pipeline/processor.h"
#include "core/pipeline/rules_document.h"

#include <algorithm>
#include <utility>

namespace sluice {

namespace {

std::string indented(std::string_view text, std::string_view blanks)
{
    std::string out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (end > 0)
            out.append(blanks).append(text.substr(0, end));
        out += '\n';
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

void writeRule(const Rule& rule, std::string& out)
{
    std::string_view note = rule.note;
    while (!note.empty()) {
        const std::size_t end = std::min(note.find('\n'), note.size());
        out.append("  # sluice: note ").append(note.substr(0, end)).append("\n");
        note.remove_prefix(std::min(end + 1, note.size()));
    }
    if (!rule.isEnabled)
        out += "  # sluice: disabled\n";
    out.append("  ").append(config::yamlScalar(rule.id)).append(":");
    out += rule.config.empty() ? " {}\n" : '\n' + indented(rule.config, "    ");
}

void writeIds(std::string_view key, const std::vector<std::string>& ids, std::string& out)
{
    out.append("      ").append(key).append(": [");
    for (std::size_t i = 0; i < ids.size(); ++i)
        out.append(i == 0 ? "" : ", ").append(config::yamlScalar(ids[i]));
    out += "]\n";
}

void checkRule(const RevisionDefinition& definition, const Rule& rule, std::vector<RuleProblem>& problems)
{
    const auto add = [&](const config::Problem& problem) {
        RuleProblem found{rule.id, problem.key, problem.position.line, problem.position.column, problem.text};
        const bool isKnown = std::ranges::any_of(problems, [&](const RuleProblem& other) {
            return other.rule == found.rule && other.key == found.key && other.text == found.text;
        });
        if (!isKnown)
            problems.push_back(std::move(found));
    };
    std::string text;
    if (!parseComponentId(rule.id, text)) {
        add({{}, {}, text});
        return;
    }
    auto config = config::parseYaml(rule.config);
    if (!config) {
        add(config.error());
        return;
    }
    config::Problems found;
    config::substitute(*config, config::processEnvironment(), found);
    std::ranges::for_each(found, add);
    std::ranges::for_each(checkProcessor(rule.type(), *config, std::nullopt), add);
    for (const PipelineDefinition& pipeline : definition.pipelines) {
        if (std::ranges::find(pipeline.rules, rule.id) != pipeline.rules.end())
            std::ranges::for_each(checkProcessor(rule.type(), *config, pipeline.signal), add);
    }
}

} // namespace

std::string Rule::type() const
{
    const std::string written = id.substr(0, id.find('/'));
    const ProcessorFactory* factory = findProcessorFactory(written);
    return factory == nullptr ? written : std::string(factory->type);
}

std::string Rule::name() const
{
    const std::size_t slash = id.find('/');
    return slash == std::string::npos ? id : id.substr(slash + 1);
}

void RevisionDefinition::normalise()
{
    for (const Signal signal : kSignals) {
        if (std::ranges::find(pipelines, signal, &PipelineDefinition::signal) == pipelines.end())
            pipelines.push_back({std::string(nameOf(signal)), signal, {}, {}});
    }
}

std::string revisionToYaml(const RevisionDefinition& definition)
{
    std::string out;
    if (!definition.rules.empty())
        out += "processors:\n";
    for (const Rule& rule : definition.rules)
        writeRule(rule, out);
    out += definition.pipelines.empty() ? "service: {}\n" : "service:\n  pipelines:\n";
    for (const PipelineDefinition& pipeline : definition.pipelines) {
        out.append("    ").append(config::yamlScalar(pipeline.id)).append(":\n");
        writeIds("processors", pipeline.rules, out);
        if (!pipeline.exporters.empty())
            writeIds("exporters", pipeline.exporters, out);
    }
    return out;
}

Result<RevisionDefinition, std::vector<RuleProblem>> parseRevision(std::string_view yaml)
{
    const config::Environment environment = config::processEnvironment();
    RulesDocument document(yaml, environment);
    RevisionDefinition definition;
    document.readProcessors(definition);
    for (RulesDocument::Pipeline& pipeline : document.readPipelines(definition))
        definition.pipelines.push_back(std::move(pipeline.definition));
    constexpr std::string_view kSections[] = {"receivers", "processors", "exporters", "service"};
    for (const config::NodeEntry& entry : document.raw().entries) {
        if (std::ranges::find(kSections, entry.key) == std::end(kSections))
            document.report({}, entry.key, entry.position, "is not understood in a revision");
    }
    if (document.hasProblems())
        return fail(document.takeProblems());
    return definition;
}

std::vector<RuleProblem> validate(const RevisionDefinition& definition)
{
    std::vector<RuleProblem> problems;
    for (std::size_t i = 0; i < definition.rules.size(); ++i) {
        const Rule& rule = definition.rules[i];
        const auto first = std::ranges::find(definition.rules, rule.id, &Rule::id);
        if (&*first != &rule)
            problems.push_back({rule.id, {}, 0, 0, "this id is there twice"});
        else
            checkRule(definition, rule, problems);
    }
    for (const PipelineDefinition& pipeline : definition.pipelines) {
        const std::string path = "service.pipelines." + pipeline.id;
        const auto first = std::ranges::find(definition.pipelines, pipeline.id, &PipelineDefinition::id);
        if (&*first != &pipeline)
            problems.push_back({{}, path, 0, 0, "this pipeline is there twice"});
        for (std::size_t i = 0; i < pipeline.rules.size(); ++i) {
            const std::string& id = pipeline.rules[i];
            const std::string key = path + ".processors[" + std::to_string(i) + ']';
            if (std::ranges::find(definition.rules, id, &Rule::id) == definition.rules.end())
                problems.push_back({{}, key, 0, 0, "there is no rule \"" + id + "\""});
            if (std::ranges::count(pipeline.rules, id) > 1)
                problems.push_back({{}, key, 0, 0, "\"" + id + "\" stands in this pipeline twice"});
        }
    }
    return problems;
}

} // namespace sluice
