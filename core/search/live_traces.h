#pragma once

#include "core/query/query.h"
#include "core/search/chunk_cache.h"
#include "core/search/failure.h"
#include "core/search/outcome_feed.h"
#include "core/search/reader_pool.h"
#include "core/search/rule_book.h"
#include "core/search/trace_index.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <shared_mutex>
#include <stop_token>
#include <vector>

namespace sluice::search {

/// The index of traces, kept up with the capture: every question first reads what was committed since the
/// last one.
///
/// Questions run side by side; reading new chunks excludes them for a moment. The HTTP status of a root span
/// is an attribute, which the columns do not have: it is read from the chunks' payloads for the rows that are
/// shown, and chunk by chunk in the background of facets for all others.
class LiveTraces {
public:
    LiveTraces(ReaderPool& readers, ChunkCache& chunks, RuleBook& rules);

    query::Answer<query::TracePage> page(const query::TraceFilter& filter, query::TraceSort sort,
        const std::optional<query::PageKey>& after, std::size_t limit, const std::stop_token& stop);
    query::Answer<query::TraceCounts> counts(const query::TraceFilter& filter, const std::stop_token& stop);
    query::Answer<query::TimeHistogram> histogram(
        const query::TraceFilter& filter, TimeRange range, std::size_t buckets, const std::stop_token& stop);
    query::Answer<std::vector<query::Facet>> facets(
        const query::TraceFilter& filter, const std::stop_token& stop);
    query::Answer<std::uint64_t> newerThan(
        const query::TraceFilter& filter, std::uint64_t sequence, const std::stop_token& stop);
    query::Answer<TimeRange> timeRange(const std::stop_token& stop);
    query::Answer<std::uint64_t> traceCount(const std::stop_token& stop);

    /// The row of the list. NotFound when there is no such trace.
    query::Answer<query::TraceSummary> summary(const TraceId& id, const std::stop_token& stop);
    /// Outcomes of spans, in the order asked.
    query::Answer<std::vector<query::OutcomeKind>> outcomes(
        const std::vector<std::uint64_t>& sequences, const std::stop_token& stop);

private:
    query::Answer<void> refresh(CaptureReader& reader, const std::stop_token& stop);
    query::Answer<ReadLock> refreshed(const query::TraceFilter* filter, const std::stop_token& stop);

    struct StatusOf {
        TraceId trace;
        std::uint64_t root = 0; ///< Sequence of the root span.
        std::int64_t chunk = 0; ///< That holds it.
        std::string status;
    };
    query::Answer<void> readStatus(std::vector<StatusOf>& roots, const std::stop_token& stop);
    query::Answer<void> keepStatus(const std::vector<StatusOf>& roots, const std::stop_token& stop);
    /// Reads the status of the roots of further chunks until all are known or `until` has passed. Says if all
    /// are.
    query::Answer<bool> readAllStatus(
        std::chrono::steady_clock::time_point until, const std::stop_token& stop);

    ReaderPool& m_readers;
    ChunkCache& m_chunks;
    RuleBook& m_rules;
    mutable std::shared_timed_mutex m_mutex; ///< Over m_index and m_feed. Timed: waiting must be cancellable.
    TraceIndex m_index;
    OutcomeFeed m_feed{Signal::Traces};
    std::atomic<std::int64_t> m_statusChunk{0}; ///< The status of roots in chunks up to this one is known.
};

} // namespace sluice::search
