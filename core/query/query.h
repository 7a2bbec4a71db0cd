#pragma once

// The one interface through which the window and the command line read a capture.

#include "core/base/result.h"
#include "core/query/query_types.h"

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace sluice::query {

template <class T>
using Answer = Result<T, QueryError>;

/// Questions to one capture. Each call blocks until it has the answer or `stop` is requested (QueryFailure::Cancelled):
/// call it from a background thread. Safe from several threads at once. Every answer sees all that was committed
/// when it was asked. Lists are paged by key: give back `next` to go on; rows that arrive in between do not shift pages.
class Query {
public:
    virtual ~Query() = default;

    virtual Answer<TracePage> traces(const TraceFilter& filter, TraceSort sort, const std::optional<PageKey>& after,
        std::size_t limit, std::stop_token stop) const = 0;
    virtual Answer<TraceCounts> traceCounts(const TraceFilter& filter, std::stop_token stop) const = 0;
    /// Traces by start time in `buckets` equal columns over `range`; filter.time is ignored.
    virtual Answer<TimeHistogram> traceHistogram(
        const TraceFilter& filter, TimeRange range, std::size_t buckets, std::stop_token stop) const = 0;
    /// Outcome, status, service, root operation, http.response.status_code of the matching traces. Each facet ignores
    /// the filter's own restriction of that facet, so that other values stay visible.
    virtual Answer<std::vector<Facet>> traceFacets(const TraceFilter& filter, std::stop_token stop) const = 0;
    /// Matching traces that are newer (by TraceSummary::lastSequence) than `sequence`: for "N newer".
    virtual Answer<std::uint64_t> tracesNewerThan(
        const TraceFilter& filter, std::uint64_t sequence, std::stop_token stop) const = 0;

    virtual Answer<TraceDetail> trace(const TraceId& id, std::stop_token stop) const = 0;
    virtual Answer<SpanDetail> span(std::uint64_t sequence, std::stop_token stop) const = 0;

    virtual Answer<LogPage> logs(const LogFilter& filter, const std::optional<PageKey>& after, std::size_t limit,
        std::stop_token stop) const = 0;
    virtual Answer<SeverityHistogram> logHistogram(
        const LogFilter& filter, TimeRange range, std::size_t buckets, std::stop_token stop) const = 0;
    virtual Answer<std::vector<Facet>> logFacets(const LogFilter& filter, std::stop_token stop) const = 0;
    virtual Answer<LogDetail> log(std::uint64_t sequence, std::stop_token stop) const = 0;

    virtual Answer<std::vector<MetricInfo>> metrics(const MetricFilter& filter, std::stop_token stop) const = 0;
    virtual Answer<std::vector<MetricSeries>> metricSeries(
        const std::string& name, const MetricFilter& filter, std::stop_token stop) const = 0;

    virtual Answer<Explanation> explain(RecordId record, std::stop_token stop) const = 0;
    virtual Answer<CaptureStats> stats(std::stop_token stop) const = 0;

    /// Start of the earliest and the latest record of a signal; empty range when there is none.
    virtual Answer<TimeRange> timeRange(Signal signal, std::stop_token stop) const = 0;
};

} // namespace sluice::query
