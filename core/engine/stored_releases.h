#pragma once

#include "core/base/result.h"
#include "core/capture/capture_reader.h"
#include "core/delivery/release_source.h"
#include "core/pipeline/judge.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sluice {

/// What a release costs in memory, about.
std::size_t bytesOf(const Release& release);

/// The release log of a capture, read back with its payloads. Payloads are not stored, except those that
/// cannot be had again: the log says which requests were judged under which revision, and judging them once
/// more gives the same bytes.
///
/// Threads: one at a time.
class StoredReleases {
public:
    static Result<StoredReleases, ReleaseError> open(const std::string& capturePath);

    /// Releases in (after, upTo] in order, about `maxBytes` in all, at least one. With `only`, releases of
    /// other signals come without payloads. Fails when the log ends before.
    Result<std::vector<Release>, ReleaseError> read(std::uint64_t after, std::uint64_t upTo,
        std::size_t maxBytes, std::optional<Signal> only = std::nullopt);

    /// Records of the releases in (from, to].
    Result<std::uint64_t, ReleaseError> recordsBetween(std::uint64_t from, std::uint64_t to);

    /// First request of the releases after `sequence`; the maximum when there is none.
    Result<std::uint64_t, ReleaseError> firstRequestAfter(std::uint64_t sequence);

    /// The judge of a revision that the capture holds; 0 is "no rules". Fails when it is not there or not
    /// understood.
    Result<std::unique_ptr<Judge>, ReleaseError> judgeOf(std::uint32_t revision);

    /// What would have left if `judge` had judged everything from the beginning. Ends early when `each`
    /// returns false.
    Result<void, ReleaseError> readUnder(Judge& judge, std::optional<Signal> only,
        const std::function<bool(Signal, const SharedBytes&)>& each);

private:
    explicit StoredReleases(std::unique_ptr<CaptureReader> reader)
        : m_reader(std::move(reader))
    {
    }

    Result<Release, ReleaseError> computed(ReleaseEntry entry, std::optional<Signal> only);
    Result<std::uint64_t, ReleaseError> recordsUpTo(std::uint64_t sequence);
    Result<std::uint64_t, ReleaseError> sum(std::uint64_t after, std::uint64_t last);

    std::unique_ptr<CaptureReader> m_reader;
    std::map<std::uint32_t, std::unique_ptr<Judge>> m_judges;
    std::vector<std::uint64_t> m_recordsBefore{0}; ///< [n]: records of releases 1 … n * kStride.
};

} // namespace sluice
