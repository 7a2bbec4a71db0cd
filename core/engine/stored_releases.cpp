#include "core/engine/stored_releases.h"

#include "core/pipeline/revision.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace sluice {

namespace {

constexpr std::uint64_t kStride = 1024;
constexpr std::uint64_t kNone = std::numeric_limits<std::uint64_t>::max();

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

std::size_t bytesOf(const Release& release)
{
    std::size_t bytes = sizeof(Release);
    for (const SharedBytes& payload : release.payloads)
        bytes += payload.size();
    return bytes;
}

Result<std::unique_ptr<Judge>, ReleaseError> StoredReleases::judgeOf(std::uint32_t revision)
{
    const std::string name = "Revision " + std::to_string(revision);
    RevisionDefinition definition;
    if (revision != 0) {
        SLUICE_TRY_AS(const auto revisions, m_reader->revisions().map_error(toReleaseError));
        const auto it = std::ranges::find(revisions, revision, &StoredRevision::number);
        if (it == revisions.end())
            return fail(ReleaseError{name + " is not in this capture"});
        auto parsed = parseRevision(it->text);
        if (!parsed)
            return fail(ReleaseError{name + " is not understood by this version"});
        definition = *std::move(parsed);
    }
    definition.normalise();
    auto judge = Judge::create(definition, revision);
    if (!judge)
        return fail(ReleaseError{name + " is not understood by this version"});
    return *std::move(judge);
}

Result<StoredReleases, ReleaseError> StoredReleases::open(const std::string& capturePath)
{
    SLUICE_TRY_AS(auto reader, CaptureReader::open(capturePath).map_error(toReleaseError));
    return StoredReleases(std::move(reader));
}

Result<std::vector<Release>, ReleaseError> StoredReleases::read(
    std::uint64_t after, std::uint64_t upTo, std::size_t maxBytes, std::optional<Signal> only)
{
    constexpr std::size_t kPage = 256;
    SLUICE_TRY_AS(auto entries, m_reader->releasesAfter(after, kPage).map_error(toReleaseError));
    std::vector<Release> found;
    std::size_t bytes = 0;
    for (ReleaseEntry& entry : entries) {
        if (entry.sequence > upTo || (!found.empty() && bytes >= maxBytes))
            break;
        SLUICE_TRY_AS(auto release, computed(std::move(entry), only));
        bytes += bytesOf(release);
        found.push_back(std::move(release));
    }
    if (found.empty())
        return fail(ReleaseError{"The release log ends before release " + std::to_string(after + 1)});
    return found;
}

Result<Release, ReleaseError> StoredReleases::computed(ReleaseEntry entry, std::optional<Signal> only)
{
    Release release{entry.sequence, entry.pipeline, entry.signal, {}, entry.recordCount, {}};
    if (entry.recordCount == 0 || (only && *only != entry.signal))
        return release;
    if (!entry.payload.empty()) {
        release.payloads.emplace_back(std::move(entry.payload));
        return release;
    }
    SLUICE_TRY_AS(const auto requests,
        m_reader
            ->requests(entry.firstRequest - 1, entry.lastRequest, std::numeric_limits<std::size_t>::max(),
                entry.signal)
            .map_error(toReleaseError));
    auto& judge = m_judges[entry.revision];
    if (!judge) {
        SLUICE_TRY_AS(judge, judgeOf(entry.revision));
    }
    for (const StoredRequest& request : requests) {
        if (release.arrival == UnixTime{})
            release.arrival = request.arrival;
        for (PipelineResult& result : judge->judge(toJudged(request))) {
            if (result.pipeline == entry.pipeline && !result.payload.isEmpty())
                release.payloads.push_back(std::move(result.payload));
        }
    }
    return release;
}

Result<void, ReleaseError> StoredReleases::readUnder(
    Judge& judge, std::optional<Signal> only, const std::function<bool(Signal, const SharedBytes&)>& each)
{
    SLUICE_TRY_AS(const auto info, m_reader->info().map_error(toReleaseError));
    std::uint64_t at = 0;
    while (at < info.lastRequest) {
        constexpr std::size_t kPage = 16u << 20;
        SLUICE_TRY_AS(const auto requests,
            m_reader->requests(at, info.lastRequest, kPage, only).map_error(toReleaseError));
        if (requests.empty())
            break;
        for (const StoredRequest& request : requests) {
            for (const PipelineResult& result : judge.judge(toJudged(request))) {
                if (!result.payload.isEmpty() && !each(request.signal, result.payload))
                    return {};
            }
        }
        at = requests.back().sequence;
    }
    return {};
}

Result<std::uint64_t, ReleaseError> StoredReleases::sum(std::uint64_t after, std::uint64_t last)
{
    std::uint64_t records = 0;
    while (after < last) {
        SLUICE_TRY_AS(const auto entries, m_reader->releasesAfter(after, kStride).map_error(toReleaseError));
        if (entries.empty())
            break;
        for (const ReleaseEntry& entry : entries) {
            if (entry.sequence <= last)
                records += entry.recordCount;
        }
        after = entries.back().sequence;
    }
    return records;
}

Result<std::uint64_t, ReleaseError> StoredReleases::recordsUpTo(std::uint64_t sequence)
{
    while (m_recordsBefore.size() * kStride <= sequence) {
        const std::uint64_t known = (m_recordsBefore.size() - 1) * kStride;
        SLUICE_TRY_AS(const std::uint64_t more, sum(known, known + kStride));
        m_recordsBefore.push_back(m_recordsBefore.back() + more);
    }
    const std::uint64_t stride = sequence / kStride;
    SLUICE_TRY_AS(const std::uint64_t rest, sum(stride * kStride, sequence));
    return m_recordsBefore[stride] + rest;
}

Result<std::uint64_t, ReleaseError> StoredReleases::recordsBetween(std::uint64_t from, std::uint64_t to)
{
    SLUICE_TRY_AS(const std::uint64_t atTo, recordsUpTo(to));
    SLUICE_TRY_AS(const std::uint64_t atFrom, recordsUpTo(from));
    return atTo - atFrom;
}

Result<std::uint64_t, ReleaseError> StoredReleases::firstRequestAfter(std::uint64_t sequence)
{
    SLUICE_TRY_AS(const auto entries, m_reader->releasesAfter(sequence, 1).map_error(toReleaseError));
    return entries.empty() ? kNone : entries.front().firstRequest;
}

} // namespace sluice
