#pragma once

#include "core/capture/buffer_pool.h"
#include "core/capture/capture.h"
#include "core/capture/chunk_store.h"
#include "core/capture/monitor.h"

#include <atomic>
#include <climits>
#include <future>
#include <memory>
#include <thread>
#include <vector>

namespace sluice {

/// Group commit: collects what is offered, and writes everything that waits whenever the last commit is done.
///
/// Threads: offer(), record(), onStore() and flush() from any; the store belongs to the committer's thread.
class Committer final : private sqlite::LogPages {
public:
    /// Hears of commits, on the committer's thread.
    class Listener {
    public:
        virtual ~Listener() = default;
        /// Before anybody is told: makes visible what is now durable. `requests` have bodies and numbers.
        virtual void committed(
            std::vector<StoredRequest> requests, std::uint64_t rawBytes, const schema::Counters& counters)
            = 0;
        /// After the callbacks of the commit.
        virtual void announced() = 0;
        virtual void failed(const CaptureError& error) = 0;
    };

    /// `listener` must outlive this.
    Committer(std::unique_ptr<ChunkStore> store, const CaptureOptions& options, Listener& listener);
    ~Committer() override { close(); }
    Committer(const Committer&) = delete;
    Committer& operator=(const Committer&) = delete;

    /// See Capture.
    bool offer(NewRequest& request, const otlp::ScannedRequest& scan, CommitCallback& committed);
    void record(Bookkeeping bookkeeping, CommitCallback done);
    Result<void, CaptureError> flush();
    [[nodiscard]] std::size_t pendingBytes() const;

    /// Runs `work` between two commits and waits for its answer. Not from a callback of a commit.
    template <class T>
    Result<T, CaptureError> onStore(UniqueFunction<Result<T, CaptureError>(ChunkStore&)> work)
    {
        std::promise<Result<T, CaptureError>> promise;
        std::future<Result<T, CaptureError>> answer = promise.get_future();
        if (!addJob([&](ChunkStore& store) { promise.set_value(work(store)); }))
            return fail(CaptureError{CaptureFailure::Other, "the capture is closed"});
        return answer.get();
    }

    /// Runs `work` between two commits, some time; not at all when the capture is closed.
    void post(UniqueFunction<void(ChunkStore&)> work) { addJob(std::move(work)); }

    /// Runs `work` on the calling thread while no commit runs.
    template <class Work>
    void whilePaused(Work&& work)
    {
        m_gate.with([](Gate& gate) { gate.isPaused = true; });
        m_gate.waitThen([](const Gate& gate) { return !gate.isCommitting; }, [](Gate&) {});
        work();
        m_gate.with([](Gate& gate) { gate.isPaused = false; });
        m_gate.notify();
    }

    /// The committer waits, for a while, when the write-ahead log is longer than this: until the next call.
    void allowLogPages(int pages)
    {
        m_gate.with([&](Gate& gate) { gate.maxLogPages = pages; });
        m_gate.notify();
    }

    /// Pages in the write-ahead log after the last commit.
    [[nodiscard]] int logPages() const { return m_logPages.load(std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t commitsBegun() const { return m_begun.load(std::memory_order_acquire); }
    [[nodiscard]] std::uint64_t commitsFinished() const { return m_finished.load(std::memory_order_acquire); }

    /// Commits what waits and ends the thread. Afterwards the store may be used by the caller.
    void close();
    [[nodiscard]] ChunkStore& store() { return *m_store; }

private:
    struct PendingBookkeeping {
        Bookkeeping entry;
        CommitCallback done;
    };
    using Job = UniqueFunction<void(ChunkStore&)>;
    struct Work {
        std::unique_ptr<CommitGroup> group;
        std::vector<PendingBookkeeping> bookkeeping;
        std::vector<Job> jobs;
        bool isLast = false;
    };
    struct Intake {
        std::unique_ptr<CommitGroup> open = std::make_unique<CommitGroup>();
        std::array<ChunkBuilder*, kSignalCount> openChunk{};
        std::array<std::uint32_t, kSignalCount> openChunkIndex{};
        std::vector<std::unique_ptr<ChunkBuilder>> spareChunks;
        std::unique_ptr<CommitGroup> spareGroup = std::make_unique<CommitGroup>();
        std::vector<PendingBookkeeping> bookkeeping;
        std::vector<Job> jobs;
        std::size_t pendingBytes = 0;
        std::uint64_t taken = 0; ///< How often the committer took what was there.
        std::uint64_t done = 0; ///< How often it was finished with that.
        bool isClosing = false;

        [[nodiscard]] bool hasWork() const
        {
            return !open->isEmpty() || !bookkeeping.empty() || !jobs.empty() || isClosing;
        }
    };
    struct Gate {
        int maxLogPages = INT_MAX;
        bool isCommitting = false;
        bool isPaused = false;
    };

    void set(int pages) override { m_logPages.store(pages, std::memory_order_relaxed); }
    void passGate();
    bool addJob(Job job);
    ChunkBuilder& chunkFor(Intake& intake, Signal signal, std::size_t bytes);
    Work takeWork();
    void run();
    void commit(Work& work);
    void refuseImpossible(std::vector<PendingBookkeeping>& bookkeeping);
    void publish(CommitGroup& group);
    void answerAll(CommitGroup& group, const Result<void, CaptureError>& result);
    void recycle(std::unique_ptr<CommitGroup> group);

    std::size_t m_maxPendingBytes;
    std::shared_ptr<BufferPool> m_buffers;
    std::unique_ptr<ChunkStore> m_store;
    Listener& m_listener;
    Monitor<Intake> m_intake;
    Monitor<Gate> m_gate;
    std::atomic<int> m_logPages{0};
    std::atomic<std::uint64_t> m_begun{0};
    std::atomic<std::uint64_t> m_finished{0};
    std::vector<PendingBookkeeping>
        m_waiting; ///< Bookkeeping that did not fit on the disk yet. Committer's thread.
    std::jthread m_thread;
};

} // namespace sluice
