#pragma once

#include "core/base/guarded.h"
#include "core/base/log.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/capture/capture.h"
#include "core/delivery/destination.h"
#include "core/engine/control.h"
#include "core/engine/progress_book.h"
#include "core/engine/release_log.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace sluice {

/// The destinations of a capture, running. What is changed here is stored in the capture before it is
/// answered.
///
/// Threads: any.
class DestinationSet {
public:
    /// Whether what left a pipeline is for the destination of this name.
    using Concerns = std::function<bool(const Release& release, const std::string& destination)>;

    /// All of them outlive the set; `log` may be null.
    DestinationSet(Capture& capture, ReleaseLog& releases, const Clock& clock, Log* log, Concerns concerns);

    /// Starts what the capture holds and `added`, which replace by name. Each goes on where it stood; a new
    /// one begins with what leaves from now on.
    Result<void, ControlError> start(const std::vector<DestinationSettings>& added);

    /// Adds, or replaces the one of the same name, which keeps its position.
    Result<void, ControlError> save(const DestinationSettings& settings, bool fromStart);
    Result<void, ControlError> remove(const std::string& name);
    Result<void, ControlError> setPaused(const std::string& name, bool paused);
    Result<void, ControlError> retryNow(const std::string& name);

    [[nodiscard]] std::vector<DestinationStatus> statuses() const;

    /// First request that an enabled destination still has to send; the maximum when there is none.
    [[nodiscard]] std::uint64_t firstRequestNeeded() const;

    /// Gives those that can send a moment to send everything, `grace` in all, and ends them.
    void stop(Nanos grace);

private:
    struct Running {
        DestinationSettings settings;
        std::unique_ptr<Destination> destination;
    };
    using All = std::vector<Running>;

    Result<void, ControlError> startOne(
        All& all, const DestinationSettings& settings, const DestinationPosition& position);
    Result<void, ControlError> store(const All& all);
    static Result<All::iterator, ControlError> find(All& all, const std::string& name);

    Capture& m_capture;
    ReleaseLog& m_releases;
    const Clock& m_clock;
    Log* m_log;
    Concerns m_concerns;
    ProgressBook m_progress;
    Guarded<All> m_all;
};

} // namespace sluice
