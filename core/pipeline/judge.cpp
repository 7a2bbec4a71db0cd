#include "core/pipeline/judge.h"

#include "core/config/yaml.h"
#include "core/otlp/scan.h"
#include "core/pipeline/batch.h"
#include "core/pipeline/processor.h"
#include "core/pipeline/verdicts.h"

#include <algorithm>
#include <utility>

namespace sluice {

namespace {

/// An enabled rule of a pipeline, at work.
struct RunningRule {
    std::uint16_t index = 0;
    std::unique_ptr<Processor> processor;
};

/// What is sent on during one call of a processor.
class Emissions final : public Flow {
public:
    void emit(Released released) override { m_released.push_back(std::move(released)); }
    void drop(std::uint64_t, std::uint16_t, bool) override { }

private:
    std::vector<Released> m_released;
};

class RevisionJudge final : public Judge {
public:
    RevisionJudge(RevisionDefinition definition, std::uint32_t number)
        : m_definition(std::move(definition))
        , m_number(number)
    {
        for (const PipelineDefinition& pipeline : m_definition.pipelines)
            m_pipelines.push_back(makeRules(pipeline));
    }

    [[nodiscard]] std::uint32_t revision() const override { return m_number; }
    [[nodiscard]] const RevisionDefinition& definition() const override { return m_definition; }

    std::vector<PipelineResult> judge(const JudgedRequest& request) override;
    std::vector<PipelineResult> advanceTo(UnixTime) override { return {}; }
    std::vector<PipelineResult> drain() override { return {}; }
    [[nodiscard]] std::optional<std::uint64_t> oldestWaiting() const override { return std::nullopt; }
    [[nodiscard]] std::uint64_t waitingCount() const override { return 0; }
    std::vector<RuleTrace> trace(
        const JudgedRequest& request, std::uint32_t recordIndex, const std::string& pipeline) override;

private:
    [[nodiscard]] std::vector<RunningRule> makeRules(const PipelineDefinition& pipeline) const;
    PipelineResult run(const std::vector<RunningRule>& rules, const JudgedRequest& request);

    RevisionDefinition m_definition;
    std::uint32_t m_number;
    std::vector<std::vector<RunningRule>> m_pipelines; ///< As in the definition.
    otlp::ScannedRequest m_scanned;
    Batch m_batch;
    Verdicts m_verdicts;
};

std::vector<RunningRule> RevisionJudge::makeRules(const PipelineDefinition& pipeline) const
{
    std::vector<RunningRule> rules;
    for (std::size_t i = 0; i < pipeline.rules.size(); ++i) {
        const auto rule = std::ranges::find(m_definition.rules, pipeline.rules[i], &Rule::id);
        if (!rule->isEnabled)
            continue;
        config::Problems problems;
        auto config = config::parseYaml(rule->config);
        config::substitute(*config, config::processEnvironment(), problems);
        const ProcessorFactory* factory = findProcessorFactory(rule->type());
        if (auto processor = factory->create(*config, pipeline.signal, problems))
            rules.push_back({static_cast<std::uint16_t>(i), std::move(processor)});
    }
    return rules;
}

std::vector<PipelineResult> RevisionJudge::judge(const JudgedRequest& request)
{
    std::vector<PipelineResult> results;
    bool isScanned = false;
    std::string error;
    for (std::size_t i = 0; i < m_pipelines.size(); ++i) {
        const PipelineDefinition& pipeline = m_definition.pipelines[i];
        if (pipeline.signal != request.signal)
            continue;
        PipelineResult result;
        if (m_pipelines[i].empty()) {
            result.payload = request.body;
            result.releasedRecords = request.recordCount;
        } else {
            if (!isScanned) {
                const auto scanned = otlp::scan(request.signal, request.body.view(), m_scanned);
                error = scanned ? std::string() : scanned.error().text;
                isScanned = true;
            }
            if (error.empty()) {
                result = run(m_pipelines[i], request);
            } else {
                result.outcomes.assign(
                    request.recordCount, {Verdict::Error, m_pipelines[i].front().index, 0, 0});
                result.error = error;
            }
        }
        result.pipeline = pipeline.id;
        results.push_back(std::move(result));
    }
    return results;
}

PipelineResult RevisionJudge::run(const std::vector<RunningRule>& rules, const JudgedRequest& request)
{
    m_batch.reset(m_scanned, request.body, request.firstRecord);
    m_verdicts.reset(m_batch.size());
    for (const RunningRule& rule : rules) {
        m_verdicts.enterRule(rule.index);
        Emissions emissions;
        rule.processor->process(m_batch, m_verdicts, request.context, request.arrival, emissions);
        if (!m_verdicts.failure().empty())
            break;
    }
    PipelineResult result;
    if (m_verdicts.hasAny())
        result.outcomes = m_verdicts.outcomes();
    result.payload = m_batch.encode();
    result.releasedRecords = m_batch.keptCount();
    result.ruleErrors = m_verdicts.errors();
    result.error = m_verdicts.failure();
    return result;
}

std::vector<RuleTrace> RevisionJudge::trace(
    const JudgedRequest& request, std::uint32_t recordIndex, const std::string& pipeline)
{
    std::vector<RuleTrace> ladder;
    const auto definition = std::ranges::find(m_definition.pipelines, pipeline, &PipelineDefinition::id);
    otlp::ScannedRequest scanned;
    if (definition == m_definition.pipelines.end() || definition->signal != request.signal
        || !otlp::scan(request.signal, request.body.view(), scanned) || recordIndex >= scanned.records.size())
        return ladder;
    // Processors of its own: looking at a record must not change what the next one meets.
    const std::vector<RunningRule> rules = makeRules(*definition);
    Batch batch;
    batch.reset(scanned, request.body);
    Verdicts verdicts;
    verdicts.reset(batch.size());
    verdicts.explainRecord(recordIndex);
    auto next = rules.begin();
    for (std::size_t i = 0; i < definition->rules.size(); ++i) {
        RuleTrace step;
        step.rule = static_cast<std::uint16_t>(i);
        step.reached = batch.isKept(recordIndex);
        step.recordBefore = batch.encodeOne(recordIndex);
        if (next != rules.end() && next->index == i) {
            verdicts.enterRule(next->index);
            Emissions emissions;
            next->processor->process(batch, verdicts, request.context, request.arrival, emissions);
            ++next;
        }
        if (step.reached) {
            step.condition = verdicts.takeReason();
            step.recordAfter = batch.encodeOne(recordIndex);
            const std::uint64_t bit = std::uint64_t{1} << std::min<std::size_t>(i, 63);
            if (!batch.isKept(recordIndex))
                step.verdict = verdicts.of(recordIndex).verdict;
            else if ((verdicts.of(recordIndex).changedBy & bit) != 0 && step.recordAfter != step.recordBefore)
                step.verdict = Verdict::Changed;
        }
        ladder.push_back(std::move(step));
    }
    return ladder;
}

} // namespace

Result<std::unique_ptr<Judge>, std::vector<RuleProblem>> Judge::create(
    const RevisionDefinition& definition, std::uint32_t number)
{
    if (auto problems = validate(definition); !problems.empty())
        return fail(std::move(problems));
    return std::make_unique<RevisionJudge>(definition, number);
}

} // namespace sluice
