#pragma once

#include "core/base/guarded.h"
#include "core/receivers/receiver.h"

#include <atomic>
#include <cstdint>
#include <string>

namespace sluice {

/// What a receiver counts on its I/O thread and status() reads from any other.
struct ReceiverCounters {
    std::atomic<std::uint64_t> openConnections{0};
    std::atomic<std::uint64_t> connections{0};
    std::atomic<std::uint64_t> requests{0};
    std::atomic<std::uint64_t> wireBytes{0};
    std::atomic<std::uint64_t> refusedConnections{0};
    Guarded<std::string> notice;

    void note(const std::string& text)
    {
        notice.with([&](std::string& last) { last = text; });
    }

    void fill(ReceiverStatus& status) const
    {
        status.openConnections = openConnections.load(std::memory_order_relaxed);
        status.connections = connections.load(std::memory_order_relaxed);
        status.requests = requests.load(std::memory_order_relaxed);
        status.wireBytes = wireBytes.load(std::memory_order_relaxed);
        status.refusedConnections = refusedConnections.load(std::memory_order_relaxed);
        status.notice = notice.with([](const std::string& last) { return last; });
    }
};

} // namespace sluice
