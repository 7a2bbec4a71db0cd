#pragma once

#include "core/capture/capture.h"
#include "core/capture/committer.h"
#include "core/capture/monitor.h"

#include <string>
#include <thread>

namespace sluice {

/// What happens beside the commits: checkpoints of the write-ahead log, retention by age, shrinking, merging
/// of trace runs. Checkpoints and merging read on a connection of their own; what is written goes through the
/// committer.
///
/// Threads: one of its own; look(), setRetention() and stop() from any.
class Maintenance {
public:
    Maintenance(Committer& committer, std::string path, Retention retention);
    ~Maintenance() { stop(); }
    Maintenance(const Maintenance&) = delete;
    Maintenance& operator=(const Maintenance&) = delete;

    /// There was a commit: there may be something to do.
    void look();
    void setRetention(Retention retention);
    void stop();

private:
    struct State {
        Retention retention;
        bool isAsked = false;
        bool isStopping = false;
    };

    void run();
    [[nodiscard]] bool isStopping() const;
    void checkpointIfLong();
    Result<sqlite::CheckpointState, CaptureError> checkpoint(sqlite::CheckpointMode mode);
    void removeOld(Retention retention);
    void mergeRuns();
    Result<void, CaptureError> mergeOnce(const std::vector<TraceRun>& runs);

    Committer& m_committer;
    std::string m_path;
    Monitor<State> m_state;
    sqlite::Database m_database; ///< This thread's connection.
    int m_checkpointedPages = 0; ///< Of the log as it is now.
    std::uint64_t m_noCheckpointBefore = 0; ///< Commits that must be finished first.
    std::jthread m_thread;
};

} // namespace sluice
