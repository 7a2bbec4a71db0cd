#include "core/engine/release_log.h"

#include "core/pipeline/revision.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace sluice {

namespace {

std::size_t bytesOf(const Release& release)
{
    std::size_t bytes = sizeof(Release);
    for (const SharedBytes& payload : release.payloads)
        bytes += payload.size();
    return bytes;
}

ReleaseError toReleaseError(const CaptureError& error)
{
    return {error.text};
}

JudgedRequest toJudged(const StoredRequest& request)
{
    return {request.sequence, request.signal, request.firstRecord, request.recordCount, request.arrival,
        request.context, request.body};
}

} // namespace

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
    return recompute(sequence, firstHot - 1, maxBytes);
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
    return m_cold.with([&](Cold& cold) {
        if (!openReader(cold, m_capturePath))
            return records;
        const auto older = recordsBetween(cold, sequence, firstHot - 1);
        return records + older.value_or(0);
    });
}

Result<std::uint64_t, ReleaseError> ReleaseLog::firstRequestNeeded(std::uint64_t sequence) const
{
    if (sequence >= lastRelease())
        return std::numeric_limits<std::uint64_t>::max();
    return m_cold.with([&](Cold& cold) -> Result<std::uint64_t, ReleaseError> {
        SLUICE_TRY(openReader(cold, m_capturePath));
        SLUICE_TRY_AS(const auto entries, cold.reader->releasesAfter(sequence, 1).map_error(toReleaseError));
        return entries.empty() ? std::numeric_limits<std::uint64_t>::max() : entries.front().firstRequest;
    });
}

UnixTime ReleaseLog::arrivalAfter(std::uint64_t sequence) const
{
    const std::scoped_lock lock(m_mutex);
    const auto it = std::ranges::upper_bound(m_hot.releases, sequence, {}, &Release::sequence);
    return it == m_hot.releases.end() ? UnixTime{} : it->arrival;
}

Result<std::vector<Release>, ReleaseError> ReleaseLog::recompute(
    std::uint64_t sequence, std::uint64_t upTo, std::size_t maxBytes)
{
    return m_cold.with([&](Cold& cold) -> Result<std::vector<Release>, ReleaseError> {
        SLUICE_TRY(openReader(cold, m_capturePath));
        constexpr std::size_t kPage = 256;
        SLUICE_TRY_AS(auto entries, cold.reader->releasesAfter(sequence, kPage).map_error(toReleaseError));

        std::vector<Release> found;
        std::size_t bytes = 0;
        for (ReleaseEntry& entry : entries) {
            if (entry.sequence > upTo || (!found.empty() && bytes >= maxBytes))
                break;
            Release release{entry.sequence, entry.pipeline, entry.signal, {}, entry.recordCount, {}};
            if (!entry.payload.empty()) {
                release.payloads.emplace_back(std::move(entry.payload));
            } else if (entry.recordCount > 0) {
                SLUICE_TRY_AS(const auto requests,
                    cold.reader
                        ->requests(entry.firstRequest - 1, entry.lastRequest,
                            std::numeric_limits<std::size_t>::max(), entry.signal)
                        .map_error(toReleaseError));
                auto& judge = cold.judges[entry.revision];
                if (!judge) {
                    SLUICE_TRY_AS(judge, judgeOf(*cold.reader, entry.revision));
                }
                for (const StoredRequest& request : requests) {
                    if (release.arrival == UnixTime{})
                        release.arrival = request.arrival;
                    for (PipelineResult& result : judge->judge(toJudged(request))) {
                        if (result.pipeline == entry.pipeline && !result.payload.isEmpty())
                            release.payloads.push_back(std::move(result.payload));
                    }
                }
            }
            bytes += bytesOf(release);
            found.push_back(std::move(release));
        }
        if (found.empty())
            return fail(ReleaseError{"The release log ends before release " + std::to_string(sequence + 1)});
        return found;
    });
}

Result<std::unique_ptr<Judge>, ReleaseError> ReleaseLog::judgeOf(
    CaptureReader& reader, std::uint32_t revision)
{
    RevisionDefinition definition;
    if (revision != 0) {
        SLUICE_TRY_AS(const auto revisions, reader.revisions().map_error(toReleaseError));
        const auto it = std::ranges::find(revisions, revision, &StoredRevision::number);
        if (it == revisions.end())
            return fail(ReleaseError{"Revision " + std::to_string(revision) + " is not in the capture"});
        auto parsed = parseRevision(it->text);
        if (!parsed)
            return fail(ReleaseError{"Revision " + std::to_string(revision) + " cannot be read"});
        definition = *std::move(parsed);
    }
    definition.normalise();
    auto judge = Judge::create(definition, revision);
    if (!judge)
        return fail(
            ReleaseError{"Revision " + std::to_string(revision) + " is not understood by this version"});
    return *std::move(judge);
}

Result<std::uint64_t, ReleaseError> ReleaseLog::recordsBetween(
    Cold& cold, std::uint64_t from, std::uint64_t to)
{
    const auto sum = [&](std::uint64_t after, std::uint64_t last) -> Result<std::uint64_t, ReleaseError> {
        std::uint64_t records = 0;
        while (after < last) {
            SLUICE_TRY_AS(
                const auto entries, cold.reader->releasesAfter(after, kStride).map_error(toReleaseError));
            if (entries.empty())
                break;
            for (const ReleaseEntry& entry : entries) {
                if (entry.sequence <= last)
                    records += entry.recordCount;
            }
            after = entries.back().sequence;
        }
        return records;
    };
    const auto upTo = [&](std::uint64_t sequence) -> Result<std::uint64_t, ReleaseError> {
        if (cold.recordsBefore.empty())
            cold.recordsBefore.push_back(0);
        while (cold.recordsBefore.size() * kStride <= sequence) {
            const std::uint64_t known = (cold.recordsBefore.size() - 1) * kStride;
            SLUICE_TRY_AS(const std::uint64_t more, sum(known, known + kStride));
            cold.recordsBefore.push_back(cold.recordsBefore.back() + more);
        }
        const std::uint64_t stride = sequence / kStride;
        SLUICE_TRY_AS(const std::uint64_t rest, sum(stride * kStride, sequence));
        return cold.recordsBefore[stride] + rest;
    };
    SLUICE_TRY_AS(const std::uint64_t atTo, upTo(to));
    SLUICE_TRY_AS(const std::uint64_t atFrom, upTo(from));
    return atTo - atFrom;
}

Result<void, ReleaseError> ReleaseLog::openReader(Cold& cold, const std::string& path)
{
    if (!cold.reader) {
        SLUICE_TRY_AS(cold.reader, CaptureReader::open(path).map_error(toReleaseError));
    }
    return {};
}

} // namespace sluice
