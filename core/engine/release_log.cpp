#include "core/engine/release_log.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace sluice {

template <class Read>
auto ReleaseLog::withStored(const Read& read) const -> decltype(read(std::declval<StoredReleases&>()))
{
    return m_stored.with([&](std::optional<StoredReleases>& stored) -> decltype(read(*stored)) {
        if (!stored) {
            SLUICE_TRY_AS(stored, StoredReleases::open(m_capturePath));
        }
        return read(*stored);
    });
}

ReleaseLog::ReleaseLog(std::string capturePath, std::uint64_t lastRelease, std::size_t hotBytes)
    : m_capturePath(std::move(capturePath))
    , m_hotBytes(hotBytes)
{
    m_hot.last = lastRelease;
}

void ReleaseLog::publish(std::vector<Release> releases)
{
    {
        const std::scoped_lock lock(m_mutex);
        for (Release& release : releases) {
            m_hot.last = release.sequence;
            m_hot.bytes += bytesOf(release);
            m_hot.releases.push_back(std::move(release));
        }
        while (m_hot.bytes > m_hotBytes && m_hot.releases.size() > 1) {
            m_hot.bytes -= bytesOf(m_hot.releases.front());
            m_hot.releases.pop_front();
        }
    }
    m_published.notify_all();
}

void ReleaseLog::advanceTo(std::uint64_t lastRelease)
{
    {
        const std::scoped_lock lock(m_mutex);
        if (lastRelease <= m_hot.last)
            return;
        m_hot.last = lastRelease;
        m_hot.releases.clear(); // What is in memory must end with the last one.
        m_hot.bytes = 0;
    }
    m_published.notify_all();
}

Result<std::vector<Release>, ReleaseError> ReleaseLog::releasesAfter(
    std::uint64_t sequence, std::size_t maxBytes, Nanos wait, std::stop_token stop)
{
    std::uint64_t firstHot = 0;
    {
        std::unique_lock lock(m_mutex);
        m_published.wait_for(lock, stop, wait, [&] { return m_hot.last > sequence; });
        if (m_hot.last <= sequence)
            return std::vector<Release>{};
        firstHot = m_hot.releases.empty() ? m_hot.last + 1 : m_hot.releases.front().sequence;
        if (firstHot <= sequence + 1) {
            std::vector<Release> found;
            std::size_t bytes = 0;
            for (auto i = static_cast<std::size_t>(sequence + 1 - firstHot);
                 i < m_hot.releases.size() && (found.empty() || bytes < maxBytes); ++i) {
                found.push_back(m_hot.releases[i]);
                bytes += bytesOf(found.back());
            }
            return found;
        }
    }
    return withStored([&](StoredReleases& stored) { return stored.read(sequence, firstHot - 1, maxBytes); });
}

std::uint64_t ReleaseLog::lastRelease() const
{
    const std::scoped_lock lock(m_mutex);
    return m_hot.last;
}

std::uint64_t ReleaseLog::recordsAfter(std::uint64_t sequence) const
{
    std::uint64_t records = 0;
    std::uint64_t firstHot = 0;
    {
        const std::scoped_lock lock(m_mutex);
        for (auto it = m_hot.releases.rbegin(); it != m_hot.releases.rend() && it->sequence > sequence; ++it)
            records += it->recordCount;
        firstHot = m_hot.releases.empty() ? m_hot.last + 1 : m_hot.releases.front().sequence;
    }
    if (firstHot <= sequence + 1)
        return records;
    const auto older
        = withStored([&](StoredReleases& stored) { return stored.recordsBetween(sequence, firstHot - 1); });
    return records + older.value_or(0);
}

Result<std::uint64_t, ReleaseError> ReleaseLog::firstRequestNeeded(std::uint64_t sequence) const
{
    if (sequence >= lastRelease())
        return std::numeric_limits<std::uint64_t>::max();
    return withStored([&](StoredReleases& stored) { return stored.firstRequestAfter(sequence); });
}

UnixTime ReleaseLog::arrivalAfter(std::uint64_t sequence) const
{
    const std::scoped_lock lock(m_mutex);
    const auto it = std::ranges::upper_bound(m_hot.releases, sequence, {}, &Release::sequence);
    return it == m_hot.releases.end() ? UnixTime{} : it->arrival;
}

} // namespace sluice
