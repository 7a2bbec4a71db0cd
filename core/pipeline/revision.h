#pragma once

// A revision: one immutable version of the rules. It holds processors and which pipeline runs which, nothing
// else: destinations and receivers are separate, and no secret is ever in it.

#include "core/base/result.h"
#include "core/model/signal.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

/// A problem of a rules file or a draft, with its place.
struct RuleProblem {
    std::string rule; ///< "attributes/delete-secrets"; empty when it is not about one.
    std::string key; ///< "actions[0].action"; empty when it is about the whole.
    int line = 0; ///< From 1; 0 when unknown.
    int column = 0;
    std::string text; ///< What is wrong and what would be right.
};

/// One processor with its configuration. `id` is the collector's component id: type, or type/name.
struct Rule {
    std::string id;
    std::string note;
    bool isEnabled = true;
    std::string config; ///< The processor's configuration as YAML (block style, as a file would have it); may
                        ///< be empty.

    [[nodiscard]] std::string type() const; ///< Part before the slash, in the collector's present name.
    [[nodiscard]] std::string name() const; ///< Part after the slash, or the type.
    friend bool operator==(const Rule&, const Rule&) = default;
};

/// An ordered list of rules for one signal. Rules are referred to by id: the same rule may stand in several
/// pipelines.
struct PipelineDefinition {
    std::string id; ///< "traces", "traces/errors".
    Signal signal = Signal::Traces;
    std::vector<std::string> rules; ///< Ids, in order of execution.
    std::vector<std::string> exporters; ///< Component ids as written; destinations of these names receive
                                        ///< what leaves. Empty: every destination.
    friend bool operator==(const PipelineDefinition&, const PipelineDefinition&) = default;
};

/// The editable form of a revision; what the window's draft is.
struct RevisionDefinition {
    std::vector<Rule> rules;
    std::vector<PipelineDefinition> pipelines; ///< At least one per signal after normalise().

    /// Adds an empty pipeline "traces", "metrics", "logs" for each signal that has none.
    void normalise();
    friend bool operator==(const RevisionDefinition&, const RevisionDefinition&) = default;
};

/// Collector YAML (sections processors and service.pipelines; notes and switches in comments of our own form)
/// that parseRevision() reads back to an equal definition. This is what a capture stores.
std::string revisionToYaml(const RevisionDefinition& definition);

/// Reads a rules text. Receivers and exporters are allowed and left alone here (see rules_file.h).
/// All problems at once, syntax and meaning, including what the processors say.
Result<RevisionDefinition, std::vector<RuleProblem>> parseRevision(std::string_view yaml);

/// Every problem of a definition, as the processors' own validation finds them. Empty: it can be applied.
std::vector<RuleProblem> validate(const RevisionDefinition& definition);

} // namespace sluice
