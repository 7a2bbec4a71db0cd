#include "core/metrics/intake_metrics.h"

#include <functional>
#include <thread>

namespace sluice {

std::string_view nameOf(Refusal refusal)
{
    switch (refusal) {
    case Refusal::None: return "";
    case Refusal::Malformed: return "malformed";
    case Refusal::TooLarge: return "too large";
    case Refusal::Overloaded: return "overloaded";
    case Refusal::StorageFull: return "storage full";
    case Refusal::ShuttingDown: return "shutting down";
    case Refusal::Unsupported: return "unsupported";
    case Refusal::Internal: return "internal";
    }
    return "";
}

std::string_view nameOf(Transport transport)
{
    switch (transport) {
    case Transport::Grpc: return "grpc";
    case Transport::Http: return "http";
    case Transport::File: return "file";
    }
    return "";
}

RequestCount IntakeCounts::Cell::allRefused() const
{
    RequestCount all;
    for (const RequestCount& count : refused)
        all += count;
    return all;
}

RequestCount IntakeCounts::Cell::received() const
{
    RequestCount all = allRefused();
    all += stored;
    return all;
}

RequestCount IntakeCounts::stored(Signal signal) const
{
    RequestCount all;
    for (const Cell& cell : cells[indexOf(signal)])
        all += cell.stored;
    return all;
}

RequestCount IntakeCounts::refused(Signal signal) const
{
    RequestCount all;
    for (const Cell& cell : cells[indexOf(signal)])
        all += cell.allRefused();
    return all;
}

RequestCount IntakeCounts::received(Signal signal) const
{
    RequestCount all = stored(signal);
    all += refused(signal);
    return all;
}

std::vector<IntakeCounts::RefusalEntry> IntakeCounts::refusals() const
{
    std::vector<RefusalEntry> entries;
    for (const Signal signal : kSignals) {
        for (std::size_t transport = 0; transport < kTransports; ++transport) {
            for (std::size_t reason = 0; reason < kRefusals; ++reason) {
                const RequestCount count = cells[indexOf(signal)][transport].refused[reason];
                if (count.requests > 0)
                    entries.push_back(
                        {signal, static_cast<Transport>(transport), static_cast<Refusal>(reason), count});
            }
        }
    }
    return entries;
}

IntakeMetrics::Shard& IntakeMetrics::shard()
{
    return m_shards[std::hash<std::thread::id>{}(std::this_thread::get_id()) % kShards];
}

void IntakeMetrics::countStored(Signal signal, Transport transport, std::uint64_t records)
{
    shard().cells[indexOf(signal)][static_cast<std::size_t>(transport)].stored.add(records);
}

void IntakeMetrics::countRefused(Signal signal, Transport transport, Refusal reason, std::uint64_t records)
{
    shard()
        .cells[indexOf(signal)][static_cast<std::size_t>(transport)]
        .refused[static_cast<std::size_t>(reason)]
        .add(records);
}

IntakeCounts IntakeMetrics::snapshot() const
{
    IntakeCounts counts;
    for (const Shard& shard : m_shards) {
        for (std::size_t signal = 0; signal < kSignalCount; ++signal) {
            for (std::size_t transport = 0; transport < IntakeCounts::kTransports; ++transport) {
                const Cell& from = shard.cells[signal][transport];
                IntakeCounts::Cell& into = counts.cells[signal][transport];
                into.stored += from.stored.read();
                for (std::size_t reason = 0; reason < IntakeCounts::kRefusals; ++reason)
                    into.refused[reason] += from.refused[reason].read();
            }
        }
    }
    return counts;
}

} // namespace sluice
