#include "core/pipeline/chain.h"

#include "core/otlp/scan.h"

#include <algorithm>
#include <utility>

namespace sluice {

/// A request or payload on its way.
struct Chain::Stage {
    otlp::ScannedRequest scanned;
    Batch batch;
    Verdicts verdicts;
};

/// What is sent on during one call of a processor.
struct Chain::Emissions final : Flow {
    struct Drop {
        std::uint64_t origin = 0;
        std::uint16_t condition = 0;
        bool isLate = false;
    };

    void release(Released payload) override { released.push_back(std::move(payload)); }
    void drop(std::uint64_t origin, std::uint16_t condition, bool isLate) override
    {
        drops.push_back({origin, condition, isLate});
    }

    std::vector<Released> released;
    std::vector<Drop> drops;
};

Chain::Chain(std::string pipeline, std::vector<Link> links)
    : m_pipeline(std::move(pipeline))
    , m_links(std::move(links))
{
}

Chain::~Chain() = default;
Chain::Chain(Chain&&) noexcept = default;

std::unique_ptr<Chain::Stage> Chain::takeStage()
{
    if (m_stages.empty())
        return std::make_unique<Stage>();
    auto stage = std::move(m_stages.back());
    m_stages.pop_back();
    return stage;
}

void Chain::run(const otlp::ScannedRequest& scanned, const JudgedRequest& request, UnixTime now,
    std::vector<PipelineResult>& results)
{
    const std::size_t firstResult = results.size();
    auto stage = takeStage();
    stage->batch.reset(scanned, request.body, request.firstRecord);
    stage->verdicts.reset(stage->batch.size());
    m_current = &stage->verdicts;
    m_currentFirst = request.firstRecord;
    m_currentCount = stage->batch.size();
    runRules(*stage, 0, request.context, now, results);
    m_current = nullptr;

    PipelineResult result;
    result.pipeline = m_pipeline;
    if (stage->verdicts.hasAny()) {
        result.outcomes = stage->verdicts.outcomes();
        result.outcomes.resize(m_currentCount); // What rules made has no outcome.
        remember(request, result.outcomes);
    }
    result.payload = stage->batch.encode();
    result.releasedRecords = stage->batch.keptCount();
    result.ruleErrors = stage->verdicts.errors();
    result.error = stage->verdicts.failure();
    results.push_back(std::move(result));
    report(firstResult, results);
    m_stages.push_back(std::move(stage));
}

void Chain::runRules(Stage& stage, std::size_t first, const RequestContext& context, UnixTime now,
    std::vector<PipelineResult>& results)
{
    for (std::size_t i = first; i < m_links.size() && stage.verdicts.failure().empty(); ++i) {
        Emissions emissions;
        stage.verdicts.enterRule(m_links[i].index);
        m_links[i].processor->process(stage.batch, stage.verdicts, context, now, emissions);
        sendOn(i, emissions, context, now, results);
    }
}

void Chain::sendOn(std::size_t from, Emissions& emissions, const RequestContext& context, UnixTime now,
    std::vector<PipelineResult>& results)
{
    for (const Emissions::Drop& drop : emissions.drops) {
        RecordOutcome outcome;
        outcome.verdict = Verdict::Dropped;
        outcome.rule = m_links[from].index;
        outcome.condition = drop.condition;
        outcome.isLate = drop.isLate;
        settle(drop.origin, outcome);
    }
    for (Released& released : emissions.released)
        runReleased(from + 1, std::move(released), context, now, results);
}

void Chain::runReleased(std::size_t first, Released released, const RequestContext& context, UnixTime now,
    std::vector<PipelineResult>& results)
{
    auto stage = takeStage();
    if (!otlp::scan(released.signal, released.payload.view(), stage->scanned))
        stage->scanned.clear(); // Only a processor's own mistake; its records stay in the account as waiting.
    released.origins.resize(stage->scanned.records.size());
    stage->batch.reset(stage->scanned, std::move(released.payload), 0, released.origins);
    stage->verdicts.reset(stage->batch.size());
    runRules(*stage, first, context, now, results);
    for (std::uint32_t i = 0; i < released.origins.size(); ++i) {
        RecordOutcome outcome = stage->verdicts.of(i);
        outcome.isLate = outcome.isLate || released.isLate;
        if (released.origins[i] != 0)
            settle(released.origins[i], outcome);
    }
    PipelineResult result;
    result.pipeline = m_pipeline;
    result.isOfRequest = false;
    result.payload = stage->batch.encode();
    result.origins = stage->batch.keptOrigins();
    result.releasedRecords = result.origins.size();
    result.ruleErrors = stage->verdicts.errors();
    result.error = stage->verdicts.failure();
    results.push_back(std::move(result));
    m_stages.push_back(std::move(stage));
}

void Chain::settle(std::uint64_t origin, RecordOutcome outcome)
{
    if (m_current != nullptr && origin >= m_currentFirst && origin - m_currentFirst < m_currentCount) {
        m_current->settle(static_cast<std::uint32_t>(origin - m_currentFirst), outcome);
        return;
    }
    auto it = m_waiting.upper_bound(origin);
    if (it == m_waiting.begin())
        return;
    WaitingRequest& request = (--it)->second;
    const std::uint64_t index = origin - it->first;
    if (index >= request.waits.size() || request.waits[index] == 0)
        return;
    outcome.changedBy |= request.changedBy[index];
    if (outcome.verdict == Verdict::Waiting) { // Held by another rule now.
        request.changedBy[index] = outcome.changedBy;
        return;
    }
    if (outcome.verdict == Verdict::Kept && outcome.changedBy != 0)
        outcome.verdict = Verdict::Changed;
    m_settled.push_back({origin, outcome});
    request.waits[index] = 0;
    --m_waitingCount;
    if (--request.left == 0)
        m_waiting.erase(it);
}

void Chain::remember(const JudgedRequest& request, const std::vector<RecordOutcome>& outcomes)
{
    WaitingRequest waiting;
    waiting.sequence = request.sequence;
    waiting.waits.resize(outcomes.size());
    waiting.changedBy.resize(outcomes.size());
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        if (outcomes[i].verdict != Verdict::Waiting)
            continue;
        waiting.waits[i] = 1;
        waiting.changedBy[i] = outcomes[i].changedBy;
        ++waiting.left;
    }
    if (waiting.left == 0)
        return;
    m_waitingCount += waiting.left;
    m_waiting.emplace(request.firstRecord, std::move(waiting));
}

void Chain::report(std::size_t firstResult, std::vector<PipelineResult>& results)
{
    if (m_settled.empty())
        return;
    for (std::size_t i = firstResult; i < results.size(); ++i) {
        if (!results[i].isOfRequest) {
            results[i].settled = std::exchange(m_settled, {});
            return;
        }
    }
    PipelineResult result;
    result.pipeline = m_pipeline;
    result.isOfRequest = false;
    result.settled = std::exchange(m_settled, {});
    results.push_back(std::move(result));
}

std::optional<UnixTime> Chain::nextTimer() const
{
    std::optional<UnixTime> next;
    for (const Link& link : m_links) {
        const auto wanted = link.processor->nextTimer();
        if (wanted && (!next || *wanted < *next))
            next = wanted;
    }
    return next;
}

void Chain::fire(UnixTime now, std::vector<PipelineResult>& results)
{
    const std::size_t firstResult = results.size();
    for (std::size_t i = 0; i < m_links.size(); ++i) {
        const auto wanted = m_links[i].processor->nextTimer();
        if (!wanted || *wanted > now)
            continue;
        Emissions emissions;
        m_links[i].processor->advance(now, emissions);
        sendOn(i, emissions, {}, now, results);
    }
    report(firstResult, results);
}

void Chain::drain(UnixTime now, std::vector<PipelineResult>& results)
{
    const std::size_t firstResult = results.size();
    for (std::size_t i = 0; i < m_links.size(); ++i) {
        Emissions emissions;
        m_links[i].processor->drain(now, emissions);
        sendOn(i, emissions, {}, now, results);
    }
    report(firstResult, results);
}

std::optional<std::uint64_t> Chain::oldestWaiting() const
{
    if (m_waiting.empty())
        return std::nullopt;
    return m_waiting.begin()->second.sequence;
}

} // namespace sluice
