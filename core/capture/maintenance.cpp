#include "core/capture/maintenance.h"

#include <algorithm>
#include <tuple>

namespace sluice {

namespace {

// In pages of 32 KiB.
constexpr int kCheckpointPages = 512; ///< 16 MiB since the last one: worth writing back.
constexpr int kMaxLogPages = 2048; ///< 64 MiB: the committer pauses, so that the log can begin anew.
constexpr Nanos kLookAtLeastEvery = std::chrono::seconds(1);
constexpr int kBusyMilliseconds = 100;
constexpr std::size_t kBlocksPerStep = 64; ///< Of a merged run: about 0.5 MiB between two commits.

} // namespace

Maintenance::Maintenance(Committer& committer, std::string path, Retention retention)
    : m_committer(committer)
    , m_path(std::move(path))
    , m_state(State{retention, false, false})
    , m_thread([this] { run(); })
{
}

void Maintenance::look()
{
    m_state.with([](State& state) { state.isAsked = true; });
    m_state.notify();
}

void Maintenance::setRetention(Retention retention)
{
    m_state.with([&](State& state) {
        state.retention = retention;
        state.isAsked = true;
    });
    m_state.notify();
}

void Maintenance::stop()
{
    m_state.with([](State& state) { state.isStopping = true; });
    m_state.notify();
    if (m_thread.joinable())
        m_thread.join();
}

bool Maintenance::isStopping() const
{
    return m_state.with([](const State& state) { return state.isStopping; });
}

void Maintenance::run()
{
    auto database = sqlite::Database::open(m_path, sqlite::Access::ReadWrite);
    if (database)
        m_database = std::move(*database);
    if (m_database.isOpen()) {
        m_database.setBusyTimeout(kBusyMilliseconds);
        // A connection that has never read does not know of the log, and would find nothing to do.
        std::ignore = m_database.number("PRAGMA schema_version");
        m_committer.allowLogPages(kMaxLogPages);
    }
    auto nextLook = std::chrono::steady_clock::now();
    for (;;) {
        const State now = m_state.waitAtMost(
            kLookAtLeastEvery, [](const State& state) { return state.isAsked || state.isStopping; },
            [](State& state) {
                const State seen = state;
                state.isAsked = false;
                return seen;
            });
        if (now.isStopping)
            break;
        checkpointIfLong();
        if (std::chrono::steady_clock::now() < nextLook)
            continue;
        nextLook = std::chrono::steady_clock::now() + kLookAtLeastEvery;
        removeOld(now.retention);
        mergeRuns();
    }
    m_database.close();
}

void Maintenance::checkpointIfLong()
{
    const int pages = m_committer.logPages();
    if (pages < m_checkpointedPages)
        m_checkpointedPages = 0; // The log began anew.
    if (!m_database.isOpen() || (pages - m_checkpointedPages < kCheckpointPages && pages < kMaxLogPages))
        return;
    // SQLite before 3.51.3 can lose a commit when a log that was copied completely is begun anew by a writer
    // while the next checkpoint starts. So after a complete one none starts before a later commit is through.
    if (m_committer.commitsFinished() < m_noCheckpointBefore) {
        m_committer.allowLogPages(std::max(kMaxLogPages, pages)); // For that later commit.
        return;
    }
    auto state = checkpoint(sqlite::CheckpointMode::Passive);
    if (m_committer.logPages() >= kMaxLogPages && !(state && state->isComplete()))
        m_committer.whilePaused([&] { state = checkpoint(sqlite::CheckpointMode::Restart); });
    if (state && state->isComplete())
        m_committer.allowLogPages(std::max(kMaxLogPages, m_committer.logPages()));
    else // A reader is in the way, or the disk is full: it goes on, and the next try comes later.
        m_committer.allowLogPages(std::max(kMaxLogPages, m_committer.logPages() + kCheckpointPages));
}

Result<sqlite::CheckpointState, CaptureError> Maintenance::checkpoint(sqlite::CheckpointMode mode)
{
    auto state = m_database.checkpoint(mode);
    if (state) {
        m_checkpointedPages = state->framesCopied;
        if (state->isComplete())
            m_noCheckpointBefore = m_committer.commitsBegun() + 1;
    }
    return state;
}

void Maintenance::removeOld(Retention retention)
{
    if (retention.maxAge > Nanos(0)) {
        const UnixTime oldest = SystemClock().now() - retention.maxAge;
        for (bool more = true; more && !isStopping();) {
            more = m_committer.onStore<bool>([&](ChunkStore& store) { return store.removeOlderThan(oldest); })
                       .value_or(false);
        }
    }
    for (bool more = retention.maxBytes > 0; more && !isStopping();)
        more = m_committer.onStore<bool>([](ChunkStore& store) { return store.shrink(); }).value_or(false);
}

void Maintenance::mergeRuns()
{
    while (m_database.isOpen() && !isStopping()) {
        const auto runs = liveRuns(m_database);
        if (!runs)
            return;
        const std::vector<TraceRun> some = runsToMerge(*runs);
        if (some.empty() || !mergeOnce(some))
            return;
    }
}

Result<void, CaptureError> Maintenance::mergeOnce(const std::vector<TraceRun>& runs)
{
    SLUICE_TRY_AS(const TraceEntries entries, mergedEntries(m_database, runs));
    TraceRun merged = runs.front();
    for (const TraceRun& run : runs) {
        merged.firstChunk = std::min(merged.firstChunk, run.firstChunk);
        merged.lastChunk = std::max(merged.lastChunk, run.lastChunk);
    }
    merged.entries = entries.size();
    SLUICE_TRY_AS(
        merged.run, m_committer.onStore<std::int64_t>([](ChunkStore& store) { return store.newRun(); }));
    SLUICE_TRY(m_committer.onStore<void>([&](ChunkStore& store) { return store.addRun(merged, false); }));
    for (std::size_t at = 0; at < entries.size();) {
        if (isStopping()) // What is there of the run goes with the next opening.
            return fail(CaptureError{});
        SLUICE_TRY_AS(at, m_committer.onStore<std::size_t>([&](ChunkStore& store) {
            return store.addRunBlocks(merged.run, entries, at, kBlocksPerStep);
        }));
    }
    return m_committer.onStore<void>([&](ChunkStore& store) { return store.replaceRuns(merged, runs); });
}

} // namespace sluice
