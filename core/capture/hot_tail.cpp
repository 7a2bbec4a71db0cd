#include "core/capture/hot_tail.h"

#include <algorithm>

namespace sluice {

void HotTail::add(std::vector<StoredRequest> requests, std::size_t bytes)
{
    if (requests.empty())
        return;
    m_entries.push_back({std::make_shared<const std::vector<StoredRequest>>(std::move(requests)), bytes});
    m_bytes += bytes;
    while (m_bytes > m_maxBytes && m_entries.size() > 1) {
        m_bytes -= m_entries.front().bytes;
        m_entries.pop_front();
    }
}

std::vector<HotTail::Group> HotTail::groupsAfter(std::uint64_t sequence, std::size_t maxBytes) const
{
    std::vector<Group> groups;
    if (m_entries.empty() || m_entries.front().requests->front().sequence > sequence + 1)
        return groups;
    auto at = std::partition_point(m_entries.begin(), m_entries.end(),
        [&](const Entry& entry) { return entry.requests->back().sequence <= sequence; });
    // The first group may be used in part only, so its bytes do not count.
    for (std::size_t bytes = 0; at != m_entries.end() && bytes <= maxBytes; ++at) {
        if (!groups.empty())
            bytes += at->bytes;
        groups.push_back(at->requests);
    }
    return groups;
}

std::vector<StoredRequest> HotTail::requestsAfter(
    const std::vector<Group>& groups, std::uint64_t sequence, std::size_t maxBytes)
{
    std::vector<StoredRequest> requests;
    std::size_t bytes = 0;
    for (const Group& group : groups) {
        // Without gaps inside a group.
        const std::uint64_t first = group->front().sequence;
        std::size_t at = sequence >= first ? static_cast<std::size_t>(sequence - first + 1) : 0;
        for (; at < group->size(); ++at) {
            const StoredRequest& request = (*group)[at];
            if (!requests.empty() && bytes + request.body.size() > maxBytes)
                return requests;
            bytes += request.body.size();
            requests.push_back(request);
        }
    }
    return requests;
}

} // namespace sluice
