#pragma once

// The writing side of a capture: group commit, acknowledgement after commit, hot tail, retention.
// The reading side is capture_reader.h.

#include "core/base/result.h"
#include "core/base/unique_function.h"
#include "core/capture/capture_error.h"
#include "core/capture/stored.h"
#include "core/otlp/scan.h"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace sluice {

/// What survives what. Crash: a killed Sluice loses nothing acknowledged (WAL, synchronous NORMAL).
/// Power: a power cut neither (FULL).
enum class Durability : std::uint8_t { Crash, Power };

struct Retention {
    std::uint64_t maxBytes = 0; ///< Of the file; 0: no limit.
    Nanos maxAge{0}; ///< By arrival; 0: no limit.
};

struct CaptureOptions {
    Durability durability = Durability::Crash;
    Retention retention{};
    bool temporary = false; ///< Removed when closed, unless keep() or saveAs() was called.
    std::size_t chunkBytes = 1u << 20; ///< A chunk is closed when it has about so many raw bytes.
    std::size_t maxPendingBytes = 64u
        << 20; ///< Bodies that wait for their commit; beyond it offer() refuses.
    std::size_t hotTailBytes
        = 32u << 20; ///< Committed bodies that stay in memory for the runner and live views.
};

/// One request on its way into the capture.
struct NewRequest {
    Signal signal = Signal::Traces;
    std::string body;
    RequestContext context;
    UnixTime arrival;
};

/// How a commit went. Called exactly once, on the committer's thread (or the caller's, when offer() refuses).
using CommitCallback = UniqueFunction<void(Result<void, CaptureError>)>;

/// What was just made durable; views and the runner look from there.
struct CommitNotice {
    std::uint64_t lastRequest = 0;
    std::array<std::uint64_t, kSignalCount> lastRecord{};
};

/// What the runner and the destinations write. Goes into the next commit as a whole or not at all.
struct Bookkeeping {
    std::optional<std::uint64_t> judgedUpTo; ///< New runner position (request sequence).
    std::vector<OutcomeRange> outcomes;
    std::vector<ReleaseEntry> releases; ///< `sequence` must continue the log; see Capture::nextRelease().
    std::vector<DestinationPosition> positions;
    std::vector<DeadLetter> deadLetters;
};

/// One capture, open for writing by this process. A side file holds the lock.
///
/// Threads: one committer and one maintenance thread of its own; every function may be called from any
/// thread.
class Capture {
public:
    /// Opens or creates. Fails with InUse, Foreign, NewerVersion, Corrupt, ReadOnly, Full.
    static Result<std::unique_ptr<Capture>, CaptureError> open(
        const std::string& path, CaptureOptions options);

    /// Commits what waits, checkpoints, and leaves journal mode DELETE so that the file opens anywhere.
    virtual ~Capture() = default;
    Capture(const Capture&) = delete;
    Capture& operator=(const Capture&) = delete;

    /// Queues a request whose scan is `scan` (views into request.body). Never blocks. Returns false, and has
    /// not called or kept `committed`, when maxPendingBytes are waiting.
    virtual bool offer(NewRequest& request, const otlp::ScannedRequest& scan, CommitCallback& committed) = 0;

    /// Requests after `sequence`, oldest first, of all signals: from memory when they are still hot,
    /// otherwise from the file. At least one when there is one; about `maxBytes` in all. Waits up to `wait`
    /// for the first one.
    virtual Result<std::vector<StoredRequest>, CaptureError> requestsAfter(
        std::uint64_t sequence, std::size_t maxBytes, Nanos wait, std::stop_token stop)
        = 0;

    /// Writes with the next commit. Never refused: when a commit fails (full disk) it is kept, in order, for
    /// the next one. `done` is called when it is durable, or with an error when the capture closes without
    /// having managed it.
    virtual void record(Bookkeeping bookkeeping, CommitCallback done) = 0;

    [[nodiscard]] virtual std::uint64_t judgedUpTo() const = 0; ///< As last committed.
    [[nodiscard]] virtual std::uint64_t lastRelease() const = 0; ///< As last committed.
    [[nodiscard]] virtual CommitNotice lastCommit() const = 0;

    /// Called on the committer's thread after each commit that stored requests or bookkeeping; must return at
    /// once.
    virtual void onCommitted(std::function<void(const CommitNotice&)> callback) = 0;

    /// Blocks until everything offered before is committed (or failed).
    virtual Result<void, CaptureError> flush() = 0;

    // Revisions, destinations and settings: small, written at once (through the committer), durable on
    // return.
    virtual Result<std::uint32_t, CaptureError> addRevision(std::string text, std::string note, UnixTime now)
        = 0;
    virtual Result<void, CaptureError> markApplied(std::uint32_t revision, std::uint64_t afterRequest) = 0;
    virtual Result<void, CaptureError> setSetting(std::string key, std::string value) = 0;
    virtual Result<void, CaptureError> removeDestination(std::string name) = 0; ///< Forgets its position.

    /// Requests older than the oldest of these may go: positions (release sequences) of the enabled
    /// destinations.
    virtual void setRetentionFloor(std::uint64_t oldestNeededRequest) = 0;
    virtual void setRetention(Retention retention) = 0;

    virtual Result<void, CaptureError> keep() = 0; ///< A temporary capture stays.
    virtual Result<void, CaptureError> saveAs(const std::string& path)
        = 0; ///< A consistent copy, while writing goes on.

    [[nodiscard]] virtual std::string path() const = 0;
    [[nodiscard]] virtual CaptureInfo info() const = 0;

    /// Bytes and requests that wait for their commit.
    [[nodiscard]] virtual std::size_t pendingBytes() const = 0;
    /// Set while commits fail (disk full …): shown, and senders are told to retry. Empty when well.
    [[nodiscard]] virtual std::optional<CaptureError> trouble() const = 0;

    /// Commits what waits and closes; offer() returns false from now on. Safe to call twice.
    virtual Result<void, CaptureError> close() = 0;

protected:
    Capture() = default;
};

/// The default place of a temporary capture: "<user data folder>/sluice/captures/temporary-<time>.sluice".
/// Makes the folder.
Result<std::string, CaptureError> temporaryCapturePath(UnixTime now);

} // namespace sluice
