#pragma once

#include "core/base/time.h"

#include <condition_variable>
#include <mutex>
#include <utility>

namespace sluice {

/// Guarded state that threads can also wait for.
template <class State>
class Monitor {
public:
    Monitor() = default;
    explicit Monitor(State initial)
        : m_state(std::move(initial))
    {
    }

    template <class Callback>
    decltype(auto) with(Callback&& callback)
    {
        const std::scoped_lock lock(m_mutex);
        return std::forward<Callback>(callback)(m_state);
    }

    template <class Callback>
    decltype(auto) with(Callback&& callback) const
    {
        const std::scoped_lock lock(m_mutex);
        return std::forward<Callback>(callback)(m_state);
    }

    /// Runs `callback` once `ready(state)` holds.
    template <class Ready, class Callback>
    decltype(auto) waitThen(Ready&& ready, Callback&& callback)
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [&] { return ready(m_state); });
        return std::forward<Callback>(callback)(m_state);
    }

    /// Runs `callback` once `ready(state)` holds, or after `atMost`.
    template <class Ready, class Callback>
    decltype(auto) waitAtMost(Nanos atMost, Ready&& ready, Callback&& callback)
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait_for(lock, atMost, [&] { return ready(m_state); });
        return std::forward<Callback>(callback)(m_state);
    }

    /// After a change that somebody may wait for.
    void notify() { m_changed.notify_all(); }

    /// For the callback of a stop token: no waiter can miss it between its check and its sleep.
    void wake()
    {
        const std::scoped_lock lock(m_mutex);
        m_changed.notify_all();
    }

private:
    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    State m_state{};
};

} // namespace sluice
