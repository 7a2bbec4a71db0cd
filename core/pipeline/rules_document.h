#pragma once

#include "core/config/node.h"
#include "core/config/yaml.h"
#include "core/pipeline/revision.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice {

/// A component id taken apart. Source: spec/processors.md section 1.2.
struct ComponentId {
    std::string type;
    std::string name; ///< Empty when there is none.

    [[nodiscard]] std::string text() const { return name.empty() ? type : type + '/' + name; }
};

/// Nothing when `text` is no valid id; then `problem` says why.
std::optional<ComponentId> parseComponentId(std::string_view text, std::string& problem);

/// A rules text while it is read: the part that rules files and stored revisions have in common. Collects
/// problems instead of stopping at the first. For revision.cpp and rules_file.cpp.
class RulesDocument {
public:
    RulesDocument(std::string_view yaml, const config::Environment& environment);

    /// The root as written, without substitution. Null when the text is no YAML map; then there is a problem.
    [[nodiscard]] const config::Node& raw() const { return m_raw; }
    /// The section with variables put in; problems are reported under `service`, `exporters` and so on. Null
    /// when absent.
    config::Node section(std::string_view name);

    /// Reads `processors` with notes and switches, and checks each for itself.
    void readProcessors(RevisionDefinition& into);

    /// A pipeline as written. Receivers are only of interest to rules files.
    struct Pipeline {
        PipelineDefinition definition;
        std::vector<std::string> receivers;
        std::string path; ///< "service.pipelines.traces".
        config::Position position;
        std::vector<config::Position> rulePositions;
        std::vector<config::Position> receiverPositions;
        std::vector<config::Position> exporterPositions;
    };
    /// Reads `service`; checks ids and references to processors, and what the processors say for each signal.
    std::vector<Pipeline> readPipelines(const RevisionDefinition& definition);

    void report(std::string rule, std::string key, config::Position position, std::string text);
    /// Sorted by place, each once.
    [[nodiscard]] std::vector<RuleProblem> takeProblems();
    [[nodiscard]] bool hasProblems() const { return !m_problems.empty(); }

private:
    void readComments(std::size_t line, Rule& rule) const;
    [[nodiscard]] std::string configText(const config::NodeEntry& entry, std::size_t nextLine) const;
    void check(const RevisionDefinition& definition, const Pipeline& pipeline);
    void add(const std::string& rule, const std::string& prefix, const config::Problems& problems);

    const config::Environment& m_environment;
    std::vector<std::string_view> m_lines;
    config::Node m_raw;
    std::vector<std::pair<std::string, config::Node>> m_configs; ///< By rule id, with variables put in.
    std::vector<RuleProblem> m_problems;
};

/// What a processor's factory says about `config` for `signal` (nullopt: in general). Unknown types are a
/// problem.
config::Problems checkProcessor(
    const std::string& type, const config::Node& config, std::optional<Signal> signal);

} // namespace sluice
