#pragma once

#include "core/base/guarded.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/capture/capture.h"
#include "core/engine/release_log.h"
#include "core/pipeline/judge.h"

#include <array>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace sluice {

/// Judges new requests in the order of their commit, and writes outcomes and releases back into the capture.
///
/// It works in steps: what has been committed since the last one, about 4 MiB at most. A step's outcomes,
/// releases and the new position go into one commit; only then do its releases become visible to
/// destinations. So a crash repeats a step, and never half of one.
///
/// Threads: one of its own. apply() and counts() may be called from any.
class Runner {
public:
    struct RuleTotals {
        std::uint64_t changed = 0;
        std::uint64_t dropped = 0;
        std::uint64_t errors = 0;
    };
    struct Counts {
        std::array<std::uint64_t, kSignalCount>
            judged{}; ///< Records since start, in the first pipeline of their signal.
        std::array<std::uint64_t, kSignalCount> kept{}; ///< Of those: kept or changed.
        std::uint32_t revision = 0;
        std::map<std::string, std::vector<RuleTotals>>
            rules; ///< By pipeline; since the revision was applied.
    };

    /// Begins after the capture's judgedUpTo(). `capture` and `releases` outlive the runner. `onJudged` is
    /// called after each step is durable, on the committer's thread.
    Runner(
        Capture& capture, ReleaseLog& releases, std::unique_ptr<Judge> judge, std::function<void()> onJudged);
    ~Runner(); ///< Stops, as stop() does.
    Runner(const Runner&) = delete;
    Runner& operator=(const Runner&) = delete;

    /// Swaps the revision between two requests. `mark` is called on the runner's thread with the last request
    /// that the old one judged, and makes the change durable; when it fails the old judge stays and its error
    /// is returned. Blocks until the swap has happened.
    Result<void, std::string> apply(std::unique_ptr<Judge> judge,
        const std::function<Result<void, std::string>(std::uint64_t afterRequest)>& mark);

    [[nodiscard]] Counts counts() const;

    /// Judges what is committed by now, then ends the thread. Safe to call twice.
    void stop();

private:
    struct Swap;

    void run(const std::stop_token& stop);
    void step(const std::vector<StoredRequest>& requests);
    void takeSwap();
    /// Sleeps, unless a stop or a swap comes.
    void pause(const std::stop_token& stop, Nanos length);
    void record(Bookkeeping bookkeeping, std::vector<Release> releases);
    void count(const std::string& pipeline, const std::vector<RecordOutcome>& outcomes);

    Capture& m_capture;
    ReleaseLog& m_releases;
    std::function<void()> m_onJudged;
    std::unique_ptr<Judge> m_judge; ///< The runner's thread only.
    std::uint64_t m_position; ///< Last request judged; the runner's thread only.
    std::uint64_t m_nextRelease; ///< The runner's thread only.
    Guarded<Counts> m_counts;

    std::mutex m_swapMutex; ///< Guards the two members after the condition.
    std::condition_variable_any m_swapChanged;
    std::shared_ptr<Swap> m_swap;
    bool m_hasEnded = false;

    std::jthread m_thread;
};

} // namespace sluice
