#pragma once

#include <cstddef>

namespace sluice {

/// Counts the body bytes that a receiver holds, so that memory stays bounded whatever senders do.
///
/// Two kinds: bytes of requests that are still coming in, and bytes that were offered and wait for their
/// answer. While the second kind exists, being full is a reason to stop reading (answers will make room);
/// when only unfinished requests fill the space, waiting would never end and a request must be refused.
/// Threads: the I/O thread of its receiver.
class BytesInFlight {
public:
    explicit BytesInFlight(std::size_t limit)
        : m_limit(limit)
    {
    }

    void received(std::size_t bytes) { m_receiving += bytes; }
    void forgot(std::size_t bytes) { m_receiving -= bytes; } ///< A request ended without being offered.
    void offered(std::size_t bytes) { m_waiting += bytes; }
    void answered(std::size_t bytes) { m_waiting -= bytes; }

    [[nodiscard]] std::size_t total() const { return m_receiving + m_waiting; }
    [[nodiscard]] bool isFull() const { return total() >= m_limit; }
    [[nodiscard]] bool shouldPause() const { return isFull() && m_waiting > 0; }
    [[nodiscard]] bool mustRefuse() const { return isFull() && m_waiting == 0; }

private:
    std::size_t m_limit;
    std::size_t m_receiving = 0;
    std::size_t m_waiting = 0;
};

} // namespace sluice
