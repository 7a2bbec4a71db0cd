#include "core/processors/filter/filter_processor.h"

#include <utility>

namespace sluice {

using config::Node;
using config::Problems;
using config::SectionReader;

namespace {

constexpr std::string_view kNoConditions = "OTTL conditions are not understood here; use include and exclude";

std::unique_ptr<MatchProperties> readMatch(
    SectionReader& section, std::string_view key, Signal signal, MatchProperties::Form form)
{
    const Node* node = section.map(key);
    if (node == nullptr)
        return nullptr;
    auto match = MatchProperties::read(*node, section.pathOf(key), signal, form, section.problems());
    return match != nullptr && match->hasCriteria() ? std::move(match) : nullptr;
}

/// One of `include` and `exclude` of metrics: names, and attributes of the resource.
void readMetricMatch(SectionReader& section, std::string_view key, std::unique_ptr<MatchProperties>& names,
    std::optional<AttributeMatcher>& resource)
{
    const Node* node = section.map(key);
    if (node == nullptr)
        return;
    SectionReader reader(*node, section.pathOf(key), section.problems());
    std::string type;
    reader.read("match_type", type);
    if (type == "expr") {
        reader.report("match_type", "expr is not understood here; use strict or regexp");
        return;
    }
    // The criteria on names are those of every metric matcher; only the key of the resource's attributes
    // differs.
    Node common = *node;
    std::erase_if(common.entries, [](const config::NodeEntry& entry) {
        return entry.key == "resource_attributes" || entry.key == "expressions";
    });
    if (reader.find("expressions") != nullptr)
        reader.report("expressions", "needs match_type expr, which is not understood here");
    const Node* attributes = reader.list("resource_attributes");
    if (reader.find("metric_names") != nullptr || attributes == nullptr) {
        if (reader.find("metric_names") == nullptr) // Nothing is asked for: the block is ignored.
            return;
        names = MatchProperties::read(
            common, section.pathOf(key), Signal::Metrics, MatchProperties::Form::Common, section.problems());
    } else if (type != "strict" && type != "regexp") {
        reader.report("match_type", "must be strict or regexp");
    }
    if (attributes != nullptr) {
        resource.emplace(type == "regexp");
        resource->readList(*attributes, reader.pathOf("resource_attributes"), section.problems());
        if (!resource->isCriterion())
            resource.reset();
    }
}

void refuseConditions(SectionReader& section, std::initializer_list<std::string_view> keys)
{
    for (const std::string_view key : keys) {
        if (section.find(key) != nullptr)
            section.report(key, std::string(kNoConditions));
    }
}

void readSpans(SectionReader& section, FilterProcessor::Config& config)
{
    auto include = readMatch(section, "include", Signal::Traces, MatchProperties::Form::Common);
    auto exclude = readMatch(section, "exclude", Signal::Traces, MatchProperties::Form::Common);
    config.isActive = include != nullptr || exclude != nullptr;
    config.records.setInclude(std::move(include));
    config.records.setExclude(std::move(exclude));
    section.finish();
}

void readLogs(SectionReader& section, FilterProcessor::Config& config)
{
    refuseConditions(section, {"resource", "log_record"});
    auto include = readMatch(section, "include", Signal::Logs, MatchProperties::Form::FilterLogs);
    auto exclude = readMatch(section, "exclude", Signal::Logs, MatchProperties::Form::FilterLogs);
    config.isActive = include != nullptr || exclude != nullptr;
    config.records.setInclude(std::move(include));
    config.records.setExclude(std::move(exclude));
    section.finish();
}

void readMetrics(SectionReader& section, FilterProcessor::Config& config)
{
    refuseConditions(section, {"resource", "metric", "datapoint"});
    std::unique_ptr<MatchProperties> include;
    std::unique_ptr<MatchProperties> exclude;
    readMetricMatch(section, "include", include, config.resourceInclude);
    readMetricMatch(section, "exclude", exclude, config.resourceExclude);
    section.map("regexp"); // A cache makes no difference to what matches.
    config.isActive
        = include != nullptr || exclude != nullptr || config.resourceInclude || config.resourceExclude;
    config.records.setInclude(std::move(include));
    config.records.setExclude(std::move(exclude));
    section.finish();
}

std::unique_ptr<Processor> create(const Node& config, std::optional<Signal> signal, Problems& problems)
{
    const std::size_t before = problems.size();
    SectionReader section(config, {}, problems);
    std::string errorMode = "ignore";
    if (section.read("error_mode", errorMode) && errorMode != "ignore" && errorMode != "silent"
        && errorMode != "propagate")
        section.report("error_mode", "must be ignore, silent or propagate, but is " + errorMode);
    refuseConditions(section,
        {"trace_conditions", "metric_conditions", "log_conditions", "profile_conditions", "traces",
            "profiles"});
    // Every signal's part is checked, whatever the pipeline's signal is.
    FilterProcessor::Config chosen;
    const auto readPart = [&](std::string_view key, Signal part, auto readInto) {
        const Node* node = section.map(key);
        if (node == nullptr)
            return;
        FilterProcessor::Config parsed;
        SectionReader reader(*node, section.pathOf(key), problems);
        readInto(reader, parsed);
        if (signal == part)
            chosen = std::move(parsed);
    };
    readPart("spans", Signal::Traces, readSpans);
    readPart("metrics", Signal::Metrics, readMetrics);
    readPart("logs", Signal::Logs, readLogs);
    section.finish();
    if (problems.size() != before || !signal)
        return nullptr;
    return std::make_unique<FilterProcessor>(std::move(chosen));
}

} // namespace

FilterProcessor::FilterProcessor(Config config)
    : m_config(std::move(config))
{
}

std::optional<FilterProcessor::Condition> FilterProcessor::decide(Batch& batch, std::uint32_t index) const
{
    if (m_config.resourceInclude
        && !m_config.resourceInclude->matches(batch.resourceAttributes(batch.resourceOf(index))))
        return kResourceNotIncluded;
    if (m_config.resourceExclude
        && m_config.resourceExclude->matches(batch.resourceAttributes(batch.resourceOf(index))))
        return kResourceExcluded;
    if (!m_config.records.isIncluded(batch, index))
        return kNotIncluded;
    if (m_config.records.isExcluded(batch, index))
        return kExcluded;
    return std::nullopt;
}

std::string FilterProcessor::reason(
    Batch& batch, std::uint32_t index, std::optional<Condition> condition) const
{
    constexpr std::string_view kPrefix = "resource.attributes";
    const std::uint32_t resource = batch.resourceOf(index);
    if (condition == kResourceNotIncluded)
        return "include does not match: "
            + m_config.resourceInclude->reason(kPrefix, batch.resourceAttributes(resource));
    if (condition == kResourceExcluded)
        return "exclude matches: "
            + m_config.resourceExclude->reason(kPrefix, batch.resourceAttributes(resource));
    return m_config.records.reason(batch, index);
}

void FilterProcessor::process(
    Batch& batch, Verdicts& verdicts, const RequestContext& /*context*/, UnixTime /*now*/, Flow& /*flow*/)
{
    if (!m_config.isActive)
        return;
    for (std::uint32_t i = 0; i < batch.size(); ++i) {
        if (!batch.isKept(i))
            continue;
        const auto condition = decide(batch, i);
        if (verdicts.wantsReason(i))
            verdicts.reason(reason(batch, i, condition));
        if (condition)
            verdicts.drop(batch, i, *condition);
    }
    batch.prune();
}

const ProcessorFactory& FilterProcessor::factory()
{
    static constexpr ProcessorFactory kFactory{.type = "filter",
        .oldType = {},
        .badge = Badge::Approximate,
        .remark = "include and exclude by properties only: OTTL conditions and match_type expr are refused",
        .supports = [](Signal) { return true; },
        .create = create};
    return kFactory;
}

} // namespace sluice
