#pragma once

#include "core/base/guarded.h"
#include "core/delivery/release_source.h"
#include "core/engine/stored_releases.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sluice {

/// What left the pipelines, as destinations read it.
///
/// The newest releases are kept in memory with their payloads, up to a limit; older ones come out of the
/// capture, see StoredReleases.
///
/// Threads: publish() from the committer, everything else from any thread.
class ReleaseLog final : public ReleaseSource {
public:
    /// `capturePath` is opened for reading when something older than the memory is asked for.
    /// `lastRelease` is where the capture's log ends now.
    ReleaseLog(std::string capturePath, std::uint64_t lastRelease, std::size_t hotBytes = 32u << 20);

    /// Adds releases that are durable by now, in order of sequence, and wakes the waiting destinations.
    void publish(std::vector<Release> releases);

    /// The log in the capture reaches up to `lastRelease` by now: for a log that another process writes.
    void advanceTo(std::uint64_t lastRelease);

    Result<std::vector<Release>, ReleaseError> releasesAfter(
        std::uint64_t sequence, std::size_t maxBytes, Nanos wait, std::stop_token stop) override;
    [[nodiscard]] std::uint64_t lastRelease() const override;
    [[nodiscard]] std::uint64_t recordsAfter(std::uint64_t sequence) const override;

    /// First request that a destination at `sequence` still needs; the maximum when it has read everything.
    Result<std::uint64_t, ReleaseError> firstRequestNeeded(std::uint64_t sequence) const;

    /// Arrival of the oldest release after `sequence`; zero when there is none in memory.
    [[nodiscard]] UnixTime arrivalAfter(std::uint64_t sequence) const;

private:
    struct Hot {
        std::deque<Release> releases; ///< Contiguous, ending with `last`.
        std::size_t bytes = 0;
        std::uint64_t last = 0;
    };

    /// Reads from the capture, which is opened the first time; one reader at a time.
    template <class Read>
    auto withStored(const Read& read) const -> decltype(read(std::declval<StoredReleases&>()));

    std::string m_capturePath;
    std::size_t m_hotBytes;
    mutable std::mutex m_mutex; ///< Guards m_hot, together with the condition below.
    std::condition_variable_any m_published;
    Hot m_hot;
    mutable Guarded<std::optional<StoredReleases>> m_stored;
};

} // namespace sluice
