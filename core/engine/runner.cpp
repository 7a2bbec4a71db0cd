#include "core/engine/runner.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <utility>

namespace sluice {

namespace {

constexpr std::size_t kStepBytes = 4u << 20;
constexpr Nanos kWait = std::chrono::milliseconds(200);
/// A step that was not full is followed by a short pause: each step costs a commit, and many small ones cost
/// more than they gain.
constexpr Nanos kPause = std::chrono::milliseconds(5);

/// What one step gathers for one pipeline.
struct StepOfPipeline {
    OutcomeRange range;
    std::vector<RecordOutcome> outcomes; ///< Empty as long as every record was kept unchanged.
    ReleaseEntry entry;
    Release release;
};

/// Appends `outcomes` (empty: `count` times kept) to `all`, which stays empty while nothing but kept was
/// seen.
void append(std::vector<RecordOutcome>& all, std::size_t before, std::vector<RecordOutcome> outcomes,
    std::size_t count)
{
    if (all.empty() && outcomes.empty())
        return;
    all.resize(before);
    if (outcomes.empty())
        all.resize(before + count);
    else
        all.insert(all.end(), outcomes.begin(), outcomes.end());
}

} // namespace

/// A revision that waits to be taken over by the runner's thread.
struct Runner::Swap {
    std::unique_ptr<Judge> judge;
    const std::function<Result<void, std::string>(std::uint64_t)>* mark = nullptr;
    Result<void, std::string> result;
    bool isDone = false;
};

Runner::Runner(
    Capture& capture, ReleaseLog& releases, std::unique_ptr<Judge> judge, std::function<void()> onJudged)
    : m_capture(capture)
    , m_releases(releases)
    , m_onJudged(std::move(onJudged))
    , m_judge(std::move(judge))
    , m_position(capture.judgedUpTo())
    , m_nextRelease(capture.lastRelease() + 1)
{
    m_counts.with([&](Counts& counts) { counts.revision = m_judge->revision(); });
    m_thread = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Runner::~Runner()
{
    stop();
}

void Runner::stop()
{
    if (!m_thread.joinable())
        return;
    m_thread.request_stop();
    m_thread.join();
}

Result<void, std::string> Runner::apply(
    std::unique_ptr<Judge> judge, const std::function<Result<void, std::string>(std::uint64_t)>& mark)
{
    const auto swap = std::make_shared<Swap>(Swap{std::move(judge), &mark, {}, false});
    std::unique_lock lock(m_swapMutex);
    m_swapChanged.wait(lock, [&] { return m_swap == nullptr; });
    if (m_hasEnded)
        return fail(std::string("Sluice is shutting down"));
    m_swap = swap;
    m_swapChanged.wait(lock, [&] { return swap->isDone; });
    return swap->result;
}

Runner::Counts Runner::counts() const
{
    return m_counts.with([](const Counts& counts) { return counts; });
}

void Runner::run(const std::stop_token& stop)
{
    for (;;) {
        takeSwap();
        const bool isLastRound = stop.stop_requested();
        // The stop ends the waiting, not the work: what is committed is judged before the thread ends.
        auto requests = m_capture.requestsAfter(m_position, kStepBytes, isLastRound ? Nanos{0} : kWait, stop);
        if (!requests) {
            if (isLastRound)
                break;
            pause(stop, kWait); // The capture's trouble is shown by its owner; here it is only tried again.
            continue;
        }
        if (requests->empty()) {
            if (isLastRound)
                break;
            continue;
        }
        std::size_t bytes = 0;
        for (const StoredRequest& request : *requests)
            bytes += request.body.size();
        step(*requests);
        if (!isLastRound && bytes < kStepBytes)
            pause(stop, kPause);
    }
    const std::scoped_lock lock(m_swapMutex);
    m_hasEnded = true;
    if (m_swap) {
        m_swap->result = fail(std::string("Sluice is shutting down"));
        m_swap->isDone = true;
        m_swap.reset();
    }
    m_swapChanged.notify_all();
}

void Runner::pause(const std::stop_token& stop, Nanos length)
{
    std::unique_lock lock(m_swapMutex);
    m_swapChanged.wait_for(lock, stop, length, [&] { return m_swap != nullptr; });
}

void Runner::takeSwap()
{
    const std::scoped_lock lock(m_swapMutex);
    if (!m_swap)
        return;
    m_swap->result = (*m_swap->mark)(m_position);
    if (m_swap->result) {
        m_judge = std::move(m_swap->judge);
        m_counts.with([&](Counts& counts) {
            counts.revision = m_judge->revision();
            counts.rules.clear();
        });
    }
    m_swap->isDone = true;
    m_swap.reset();
    m_swapChanged.notify_all();
}

void Runner::step(const std::vector<StoredRequest>& requests)
{
    std::vector<StepOfPipeline> pipelines; // In order of first appearance; a handful at most.
    std::array<std::uint64_t, kSignalCount> judged{};
    for (const StoredRequest& request : requests) {
        judged[indexOf(request.signal)] += request.recordCount;
        auto results = m_judge->judge({request.sequence, request.signal, request.firstRecord,
            request.recordCount, request.arrival, request.context, request.body});
        for (PipelineResult& result : results) {
            auto it = std::ranges::find_if(pipelines,
                [&](const StepOfPipeline& step) { return step.range.pipeline == result.pipeline; });
            if (it == pipelines.end()) {
                StepOfPipeline step;
                step.range
                    = {result.pipeline, m_judge->revision(), request.signal, request.firstRecord, 0, {}};
                step.entry
                    = {0, result.pipeline, m_judge->revision(), request.signal, request.sequence, 0, 0, {}};
                step.release = {0, result.pipeline, request.signal, {}, 0, request.arrival};
                it = pipelines.insert(pipelines.end(), std::move(step));
            }
            if (it->range.recordCount == 0)
                it->range.firstRecord = request.firstRecord;
            append(it->outcomes, it->range.recordCount, std::move(result.outcomes), request.recordCount);
            it->range.recordCount += request.recordCount;
            it->entry.lastRequest = request.sequence;
            it->entry.recordCount += result.releasedRecords;
            if (!result.payload.isEmpty())
                it->release.payloads.push_back(std::move(result.payload));
        }
    }
    m_position = requests.back().sequence;

    Bookkeeping bookkeeping;
    bookkeeping.judgedUpTo = m_position;
    std::vector<Release> releases;
    for (StepOfPipeline& step : pipelines) {
        count(step.range.pipeline, step.outcomes);
        step.range.outcomes = encodeOutcomes(step.outcomes);
        step.entry.sequence = step.release.sequence = m_nextRelease++;
        step.release.recordCount = step.entry.recordCount;
        if (step.range.recordCount > 0)
            bookkeeping.outcomes.push_back(std::move(step.range));
        bookkeeping.releases.push_back(std::move(step.entry));
        releases.push_back(std::move(step.release));
    }
    m_counts.with([&](Counts& counts) {
        for (const Signal signal : kSignals) {
            counts.judged[indexOf(signal)] += judged[indexOf(signal)];
            const auto first = std::ranges::find(releases, signal, &Release::signal);
            if (first != releases.end())
                counts.kept[indexOf(signal)] += first->recordCount;
        }
    });
    record(std::move(bookkeeping), std::move(releases));
}

void Runner::record(Bookkeeping bookkeeping, std::vector<Release> releases)
{
    // Publishing waits for the commit: a destination never sends what a crash could still undo.
    m_capture.record(std::move(bookkeeping),
        [this, releases = std::move(releases)](const Result<void, CaptureError>& committed) mutable {
            if (!committed)
                return; // The capture keeps failed bookkeeping and tries again; see Capture::record().
            m_releases.publish(std::move(releases));
            m_onJudged();
        });
}

void Runner::count(const std::string& pipeline, const std::vector<RecordOutcome>& outcomes)
{
    if (outcomes.empty())
        return;
    m_counts.with([&](Counts& counts) {
        auto& rules = counts.rules[pipeline];
        const auto at = [&](std::size_t rule) -> RuleTotals& {
            if (rules.size() <= rule)
                rules.resize(rule + 1);
            return rules[rule];
        };
        for (const RecordOutcome& outcome : outcomes) {
            for (std::uint64_t bits = outcome.changedBy; bits != 0; bits &= bits - 1)
                ++at(static_cast<std::size_t>(std::countr_zero(bits))).changed;
            if (outcome.verdict == Verdict::Dropped)
                ++at(outcome.rule).dropped;
            else if (outcome.verdict == Verdict::Error)
                ++at(outcome.rule).errors;
        }
    });
}

} // namespace sluice
