#pragma once

#include "core/pipeline/processor.h"
#include "core/processors/match/match_properties.h"

#include <optional>
#include <string>

namespace sluice {

/// Drops what `include` does not match and what `exclude` matches: the filter's match form.
///
/// Threads: one at a time. Source: spec/processors.md sections 10.1, 10.3 and 10.6.
class FilterProcessor final : public Processor {
public:
    /// Conditions as drops report them.
    enum Condition : std::uint16_t {
        kNotIncluded = 0,
        kExcluded = 1,
        kResourceNotIncluded = 2,
        kResourceExcluded = 3
    };

    /// What one pipeline's signal needs of the configuration.
    struct Config {
        bool isActive = false; ///< False: everything passes untouched.
        RecordSelector records; ///< Spans, logs, and metrics by name.
        std::optional<AttributeMatcher> resourceInclude; ///< Metrics: whole resources.
        std::optional<AttributeMatcher> resourceExclude;
    };

    explicit FilterProcessor(Config config);

    /// A metric goes with all its points. Resources and scopes left without records go too.
    void process(
        Batch& batch, Verdicts& verdicts, const RequestContext& context, UnixTime now, Flow& flow) override;

    static const ProcessorFactory& factory();

private:
    std::optional<Condition> decide(Batch& batch, std::uint32_t index) const;
    [[nodiscard]] std::string reason(
        Batch& batch, std::uint32_t index, std::optional<Condition> condition) const;

    Config m_config;
};

} // namespace sluice
