#pragma once

#include "core/capture/capture_error.h"
#include "core/query/query.h"

#include <chrono>
#include <mutex>
#include <shared_mutex>
#include <stop_token>
#include <utility>

namespace sluice::search {

/// A capture's error as a question's.
inline query::QueryError toQueryError(CaptureError error)
{
    const bool absent = error.kind == CaptureFailure::NotFound;
    return {absent ? query::QueryFailure::NotFound : query::QueryFailure::Unreadable, std::move(error.text)};
}

inline query::QueryError cancelled()
{
    return {query::QueryFailure::Cancelled, "The question was cancelled."};
}

/// Waits for a lock of kind `Lock`, but not beyond a request to stop: then the lock is not held.
template <class Lock>
Lock lockUnlessStopped(std::shared_timed_mutex& mutex, const std::stop_token& stop)
{
    Lock lock(mutex, std::defer_lock);
    while (!stop.stop_requested()) {
        if (lock.try_lock_for(std::chrono::milliseconds(2)))
            break;
    }
    return lock;
}

using ReadLock = std::shared_lock<std::shared_timed_mutex>;
using WriteLock = std::unique_lock<std::shared_timed_mutex>;

} // namespace sluice::search
