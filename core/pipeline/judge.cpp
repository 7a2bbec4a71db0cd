#include "core/pipeline/judge.h"

#include "core/config/yaml.h"
#include "core/otlp/scan.h"
#include "core/pipeline/batch.h"
#include "core/pipeline/chain.h"
#include "core/pipeline/processor.h"
#include "core/pipeline/verdicts.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace sluice {

namespace {

/// For a look at one record: what is sent on meanwhile goes nowhere.
class NoFlow final : public Flow {
public:
    void release(Released) override { }
    void drop(std::uint64_t, std::uint16_t, bool) override { }
};

/// Timers fired in a row at most; a longer jump of the clock leaves out the rest.
constexpr int kMostTimers = 100'000;

class RevisionJudge final : public Judge {
public:
    RevisionJudge(RevisionDefinition definition, std::uint32_t number)
        : m_definition(std::move(definition))
        , m_number(number)
    {
        for (const PipelineDefinition& pipeline : m_definition.pipelines)
            m_chains.emplace_back(pipeline.id, makeRules(pipeline));
        m_order.resize(m_chains.size());
        std::iota(m_order.begin(), m_order.end(), std::size_t{0});
        // A fan-out calls the pipelines that change data before those that only read.
        std::ranges::stable_partition(m_order, [this](std::size_t i) { return mutates(i); });
    }

    [[nodiscard]] std::uint32_t revision() const override { return m_number; }
    [[nodiscard]] const RevisionDefinition& definition() const override { return m_definition; }

    std::vector<PipelineResult> judge(const JudgedRequest& request) override;
    std::vector<PipelineResult> advanceTo(UnixTime now) override;
    std::vector<PipelineResult> drain() override;
    [[nodiscard]] std::optional<std::uint64_t> oldestWaiting() const override;
    [[nodiscard]] std::uint64_t waitingCount() const override;
    std::vector<RuleTrace> trace(
        const JudgedRequest& request, std::uint32_t recordIndex, const std::string& pipeline) override;

private:
    [[nodiscard]] std::vector<Chain::Link> makeRules(const PipelineDefinition& pipeline) const;
    [[nodiscard]] bool mutates(std::size_t pipeline) const;
    void fireTimers(UnixTime now, std::vector<PipelineResult>& results);

    RevisionDefinition m_definition;
    std::uint32_t m_number;
    std::vector<Chain> m_chains; ///< As in the definition.
    std::vector<std::size_t> m_order; ///< In which they get a request.
    UnixTime m_now;
    otlp::ScannedRequest m_scanned;
};

std::vector<Chain::Link> RevisionJudge::makeRules(const PipelineDefinition& pipeline) const
{
    std::vector<Chain::Link> rules;
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

bool RevisionJudge::mutates(std::size_t pipeline) const
{
    const PipelineDefinition& definition = m_definition.pipelines[pipeline];
    return std::ranges::any_of(m_chains[pipeline].links(), [&](const Chain::Link& link) {
        const std::string& id = definition.rules[link.index];
        const ProcessorFactory* factory = findProcessorFactory(id.substr(0, id.find('/')));
        return factory == nullptr || factory->mutates;
    });
}

void RevisionJudge::fireTimers(UnixTime now, std::vector<PipelineResult>& results)
{
    for (int fired = 0; fired < kMostTimers; ++fired) {
        Chain* chain = nullptr;
        UnixTime next;
        for (Chain& candidate : m_chains) {
            const auto wanted = candidate.nextTimer();
            if (wanted && *wanted <= now && (chain == nullptr || *wanted < next)) {
                chain = &candidate;
                next = *wanted;
            }
        }
        if (chain == nullptr)
            return;
        m_now = std::max(m_now, next);
        chain->fire(m_now, results);
    }
}

std::vector<PipelineResult> RevisionJudge::judge(const JudgedRequest& request)
{
    std::vector<PipelineResult> results;
    fireTimers(request.arrival, results);
    m_now = std::max(m_now, request.arrival);
    bool isScanned = false;
    std::string error;
    for (const std::size_t i : m_order) {
        const PipelineDefinition& pipeline = m_definition.pipelines[i];
        if (pipeline.signal != request.signal)
            continue;
        PipelineResult result;
        result.pipeline = pipeline.id;
        if (m_chains[i].links().empty()) {
            result.payload = request.body;
            result.releasedRecords = request.recordCount;
            results.push_back(std::move(result));
            continue;
        }
        if (!isScanned) {
            const auto scanned = otlp::scan(request.signal, request.body.view(), m_scanned);
            error = scanned ? std::string() : scanned.error().text;
            isScanned = true;
        }
        if (error.empty()) {
            m_chains[i].run(m_scanned, request, m_now, results);
        } else {
            result.outcomes.assign(
                request.recordCount, {Verdict::Error, m_chains[i].links().front().index, 0, 0});
            result.error = error;
            results.push_back(std::move(result));
        }
    }
    return results;
}

std::vector<PipelineResult> RevisionJudge::advanceTo(UnixTime now)
{
    std::vector<PipelineResult> results;
    fireTimers(now, results);
    m_now = std::max(m_now, now);
    return results;
}

std::vector<PipelineResult> RevisionJudge::drain()
{
    std::vector<PipelineResult> results;
    for (Chain& chain : m_chains)
        chain.drain(m_now, results);
    return results;
}

std::optional<std::uint64_t> RevisionJudge::oldestWaiting() const
{
    std::optional<std::uint64_t> oldest;
    for (const Chain& chain : m_chains) {
        const auto waiting = chain.oldestWaiting();
        if (waiting && (!oldest || *waiting < *oldest))
            oldest = waiting;
    }
    return oldest;
}

std::uint64_t RevisionJudge::waitingCount() const
{
    std::uint64_t count = 0;
    for (const Chain& chain : m_chains)
        count += chain.waitingCount();
    return count;
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
    const std::vector<Chain::Link> rules = makeRules(*definition);
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
            NoFlow flow;
            next->processor->process(batch, verdicts, request.context, request.arrival, flow);
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
