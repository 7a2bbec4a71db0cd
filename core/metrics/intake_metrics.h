#pragma once

// What Sluice counts about itself while it receives.

#include "core/model/request.h"
#include "core/model/signal.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace sluice {

/// "malformed", "too large", "overloaded", "storage full", "shutting down", "unsupported", "internal"; "" for
/// None.
std::string_view nameOf(Refusal refusal);

/// "grpc", "http", "file".
std::string_view nameOf(Transport transport);

/// Requests and the records in them.
struct RequestCount {
    std::uint64_t requests = 0;
    std::uint64_t records = 0;

    RequestCount& operator+=(RequestCount other)
    {
        requests += other.requests;
        records += other.records;
        return *this;
    }
    friend bool operator==(const RequestCount&, const RequestCount&) = default;
};

/// The counters at one moment, per signal and transport. Since start.
struct IntakeCounts {
    static constexpr std::size_t kTransports = 3;
    static constexpr std::size_t kRefusals = 8; ///< Refusal::None included, always 0.

    struct Cell {
        RequestCount stored; ///< Durable, and acknowledged or about to be.
        std::array<RequestCount, kRefusals>
            refused{}; ///< By Refusal. Records of bodies that could not be read count 0.

        [[nodiscard]] RequestCount allRefused() const;
        /// Conservation: what was received is what was stored and what was refused.
        [[nodiscard]] RequestCount received() const;
    };
    std::array<std::array<Cell, kTransports>, kSignalCount> cells{}; ///< [signal][transport]

    [[nodiscard]] const Cell& cell(Signal signal, Transport transport) const
    {
        return cells[indexOf(signal)][static_cast<std::size_t>(transport)];
    }
    [[nodiscard]] RequestCount stored(Signal signal) const;
    [[nodiscard]] RequestCount refused(Signal signal) const;
    [[nodiscard]] RequestCount received(Signal signal) const;

    /// One entry per signal, transport and reason that happened at least once.
    struct RefusalEntry {
        Signal signal = Signal::Traces;
        Transport transport = Transport::Grpc;
        Refusal reason = Refusal::None;
        RequestCount count;
    };
    [[nodiscard]] std::vector<RefusalEntry> refusals() const;
};

/// Counts every request once, when it is decided: stored, or refused for one reason.
///
/// Threads: any. Cost: two relaxed additions per request, on cache lines that few threads share.
class IntakeMetrics {
public:
    void countStored(Signal signal, Transport transport, std::uint64_t records);
    void countRefused(Signal signal, Transport transport, Refusal reason, std::uint64_t records);

    /// A sum over counters that go on counting: each is exact, and none is ahead of what was decided.
    [[nodiscard]] IntakeCounts snapshot() const;

private:
    struct Counter {
        std::atomic<std::uint64_t> requests{0};
        std::atomic<std::uint64_t> records{0};

        void add(std::uint64_t recordCount)
        {
            requests.fetch_add(1, std::memory_order_relaxed);
            records.fetch_add(recordCount, std::memory_order_relaxed);
        }
        [[nodiscard]] RequestCount read() const
        {
            return {requests.load(std::memory_order_relaxed), records.load(std::memory_order_relaxed)};
        }
    };
    struct Cell {
        Counter stored;
        std::array<Counter, IntakeCounts::kRefusals> refused;
    };
    /// Threads that count at the same time mostly use different shards.
    struct alignas(64) Shard {
        std::array<std::array<Cell, IntakeCounts::kTransports>, kSignalCount> cells;
    };
    static constexpr std::size_t kShards = 4;

    Shard& shard();

    std::array<Shard, kShards> m_shards;
};

} // namespace sluice
