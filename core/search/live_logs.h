#pragma once

#include "core/query/query.h"
#include "core/search/body_search.h"
#include "core/search/chunk_cache.h"
#include "core/search/failure.h"
#include "core/search/log_index.h"
#include "core/search/outcome_feed.h"
#include "core/search/reader_pool.h"
#include "core/search/rule_book.h"

#include <cstdint>
#include <shared_mutex>
#include <stop_token>
#include <unordered_map>
#include <vector>

namespace sluice::search {

/// The index of logs, kept up with the capture; see LiveTraces. Bodies are read from the chunks, the newest
/// first.
class LiveLogs {
public:
    LiveLogs(ReaderPool& readers, ChunkCache& chunks, RuleBook& rules);

    query::Answer<query::LogPage> page(const query::LogFilter& filter,
        const std::optional<query::PageKey>& after, std::size_t limit, const std::stop_token& stop);
    query::Answer<query::SeverityHistogram> histogram(
        const query::LogFilter& filter, TimeRange range, std::size_t buckets, const std::stop_token& stop);
    query::Answer<std::vector<query::Facet>> facets(
        const query::LogFilter& filter, const std::stop_token& stop);
    query::Answer<TimeRange> timeRange(const std::stop_token& stop);

    /// Sets outcome and rule of rows.
    query::Answer<void> fillOutcomes(std::vector<query::LogRow>& rows, const std::stop_token& stop);
    /// The logs of a trace, by time.
    query::Answer<std::vector<query::LogRow>> ofTrace(const TraceId& trace, const std::stop_token& stop);

private:
    struct Wanted;
    using MatchesByChunk = std::unordered_map<std::int64_t, BodySearch::Matches>;

    query::Answer<void> refresh(CaptureReader& reader, const std::stop_token& stop);
    query::Answer<ReadLock> locked(const std::stop_token& stop) const;
    query::Answer<std::vector<std::uint64_t>> sequencesOfTrace(
        CaptureReader& reader, const TraceId& trace, const std::stop_token& stop);
    query::Answer<MatchesByChunk> findText(CaptureReader& reader, const std::string& text,
        const std::optional<TimeRange>& range, const std::stop_token& stop);
    /// Calls each(offset, failures) for the logs of the index whose body matches and whose time is in the
    /// filter's range.
    template <class Each>
    query::Answer<void> scan(const query::LogFilter& filter, const std::stop_token& stop, Each&& each);

    ReaderPool& m_readers;
    ChunkCache& m_chunks;
    RuleBook& m_rules;
    BodySearch m_bodies;
    mutable std::shared_timed_mutex m_mutex; ///< Over m_index and m_feed. Timed: waiting must be cancellable.
    LogIndex m_index;
    OutcomeFeed m_feed{Signal::Logs};
};

} // namespace sluice::search
