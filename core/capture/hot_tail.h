#pragma once

#include "core/capture/stored.h"

#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace sluice {

/// The requests of the last commits, in memory. Not thread-safe; copies of its groups are.
class HotTail {
public:
    explicit HotTail(std::size_t maxBytes = 0)
        : m_maxBytes(maxBytes)
    {
    }

    /// Requests that continue the last ones; `bytes` is the size of their bodies.
    void add(std::vector<StoredRequest> requests, std::size_t bytes);

    /// Groups of requests that hold everything after `sequence`, about `maxBytes` of it; empty when the first
    /// of it is no longer here.
    using Group = std::shared_ptr<const std::vector<StoredRequest>>;
    [[nodiscard]] std::vector<Group> groupsAfter(std::uint64_t sequence, std::size_t maxBytes) const;

    /// Of `groups`, what comes after `sequence`: at least one, until about `maxBytes`.
    static std::vector<StoredRequest> requestsAfter(
        const std::vector<Group>& groups, std::uint64_t sequence, std::size_t maxBytes);

private:
    struct Entry {
        Group requests;
        std::size_t bytes = 0;
    };
    std::size_t m_maxBytes;
    std::deque<Entry> m_entries;
    std::size_t m_bytes = 0;
};

} // namespace sluice
