#pragma once

#include "core/model/signal.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace sluice::bench {

/// Export requests as an instrumented web shop sends them, serialised once; only ids and times are written
/// anew for each request that goes out.
///
/// Spans have 12 attributes (two of ten an event as well) and come eight to a trace; log records have six,
/// data points four. There are sixteen different requests, so attribute values repeat after sixteen. Threads:
/// fill() may be called by any, each with a buffer of its own.
class Payload {
public:
    /// `records`: in each request. `seed`: runs with different seeds share no trace id.
    Payload(Signal signal, std::size_t records, std::uint64_t seed);

    /// Writes request `number` behind what `into` holds. The same number and seed give the same ids.
    void fill(std::string& into, std::uint64_t number, std::uint64_t nowUnixNano) const;

    [[nodiscard]] std::size_t records() const { return m_records; }
    [[nodiscard]] double bytesPerRecord() const; ///< Mean over the sixteen.

private:
    static constexpr std::size_t kRequests = 16;
    static constexpr std::size_t kSpansPerTrace = 8;
    static constexpr std::uint32_t kAbsent = 0xffffffffU;

    /// Where a record's varying fields begin; kAbsent for those it has not.
    struct Places {
        std::uint32_t traceId = kAbsent;
        std::uint32_t spanId = kAbsent;
        std::uint32_t parentSpanId = kAbsent;
        std::uint32_t start = kAbsent;
        std::uint32_t end = kAbsent;

        void moveBy(std::size_t bytes);
    };

    struct Request {
        std::string body;
        std::vector<Places> places;
    };

    static std::string span(std::size_t index, bool hasParent, std::uint64_t& random, Places& places);
    static std::string logRecord(std::uint64_t& random, Places& places);
    static std::string metric(std::size_t index, std::uint64_t& random, Places& places);
    [[nodiscard]] Request request(std::size_t variant) const;

    Signal m_signal;
    std::size_t m_records;
    std::uint64_t m_seed;
    std::vector<Request> m_requests;
};

} // namespace sluice::bench
