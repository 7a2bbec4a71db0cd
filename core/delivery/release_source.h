#pragma once

#include "core/base/result.h"
#include "core/base/shared_bytes.h"
#include "core/base/time.h"
#include "core/model/signal.h"

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

namespace sluice {

/// What left a pipeline in one step, ready to be sent.
struct Release {
    std::uint64_t sequence = 0; ///< In the release log.
    std::string pipeline;
    Signal signal = Signal::Traces;
    std::vector<SharedBytes>
        payloads; ///< Export requests of `signal`; concatenated they are one. Empty when nothing left.
    std::uint64_t recordCount = 0;
    UnixTime arrival; ///< Of its oldest request.
};

struct ReleaseError {
    std::string text;
};

/// The release log as a destination reads it: from memory while it is live, computed again from the capture
/// when it has fallen behind. Implemented by the engine. Safe from several threads.
class ReleaseSource {
public:
    virtual ~ReleaseSource() = default;

    /// Releases after `sequence`, in order, about `maxBytes` in all, at least one when there is one.
    /// Waits up to `wait` for the first. Empty: nothing came. Includes those that do not concern the caller
    /// (other pipelines and signals), so that its position moves on.
    virtual Result<std::vector<Release>, ReleaseError> releasesAfter(
        std::uint64_t sequence, std::size_t maxBytes, Nanos wait, std::stop_token stop)
        = 0;

    /// Last release there is, and how many records lie after `sequence` (for "behind").
    [[nodiscard]] virtual std::uint64_t lastRelease() const = 0;
    [[nodiscard]] virtual std::uint64_t recordsAfter(std::uint64_t sequence) const = 0;
};

/// Where a destination's progress becomes durable. Implemented by the engine (the capture's bookkeeping).
class ProgressSink {
public:
    struct Progress {
        std::uint64_t release = 0; ///< Everything up to here is sent or given up.
        std::uint64_t sentRecords = 0;
        std::uint64_t failedRecords = 0;
        std::uint64_t retries = 0;
    };
    struct Refused {
        Signal signal = Signal::Traces;
        std::uint64_t release = 0;
        std::uint64_t recordCount = 0;
        std::string answer{};
        std::string payload{};
    };

    virtual ~ProgressSink() = default;
    /// Returns at once; durable with the next commit. Totals, not differences.
    virtual void progressed(const std::string& destination, Progress progress, std::vector<Refused> refused)
        = 0;
};

} // namespace sluice
