#pragma once

#include "core/query/query.h"
#include "core/search/trace_filter.h"
#include "core/search/trace_index.h"

#include <cstdint>
#include <optional>
#include <stop_token>
#include <vector>

namespace sluice::search {

// Questions to a TraceIndex that nobody writes meanwhile. Each looks at `stop` at least every few thousand
// rows.

/// A page of rows, and where the next one begins.
struct RowPage {
    std::vector<TraceIndex::Row> rows;
    std::optional<query::PageKey> next;
};
query::Answer<RowPage> pageOfTraces(const TraceIndex& index, const query::TraceFilter& filter,
    query::TraceSort sort, const std::optional<query::PageKey>& after, std::size_t limit,
    const std::stop_token& stop);

query::Answer<query::TraceCounts> countTraces(
    const TraceIndex& index, const query::TraceFilter& filter, const std::stop_token& stop);

query::Answer<query::TimeHistogram> histogramOfTraces(const TraceIndex& index,
    const query::TraceFilter& filter, TimeRange range, std::size_t buckets, const std::stop_token& stop);

/// `withHttpStatus`: every root's status is known, so that its facet can be given.
query::Answer<std::vector<query::Facet>> facetsOfTraces(const TraceIndex& index,
    const query::TraceFilter& filter, bool withHttpStatus, const std::stop_token& stop);

query::Answer<std::uint64_t> countNewerTraces(const TraceIndex& index, const query::TraceFilter& filter,
    std::uint64_t sequence, const std::stop_token& stop);

} // namespace sluice::search
