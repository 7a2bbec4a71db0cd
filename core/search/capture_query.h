#pragma once

#include "core/query/query.h"
#include "core/search/chunk_cache.h"
#include "core/search/live_logs.h"
#include "core/search/live_metrics.h"
#include "core/search/live_traces.h"
#include "core/search/outcome_ledger.h"
#include "core/search/reader_pool.h"
#include "core/search/record_details.h"
#include "core/search/rule_book.h"

#include <memory>
#include <string>

namespace sluice::search {

/// Questions to a capture file, in any process, also while Sluice writes it.
///
/// Has read-only connections of its own. The hot columns of what was asked for (traces, logs, metrics) are
/// built by the first question and kept up by each later one: README.md says what they cost. Threads: any,
/// several at once.
class CaptureQuery final : public query::Query {
public:
    /// Fails when the file is no capture that this version reads.
    static Result<std::unique_ptr<CaptureQuery>, query::QueryError> open(const std::string& capturePath);

    /// Reads through connections that `open` makes.
    explicit CaptureQuery(ReaderPool::Open open);

    query::Answer<query::TracePage> traces(const query::TraceFilter& filter, query::TraceSort sort,
        const std::optional<query::PageKey>& after, std::size_t limit, std::stop_token stop) const override;
    query::Answer<query::TraceCounts> traceCounts(
        const query::TraceFilter& filter, std::stop_token stop) const override;
    query::Answer<query::TimeHistogram> traceHistogram(const query::TraceFilter& filter, TimeRange range,
        std::size_t buckets, std::stop_token stop) const override;
    query::Answer<std::vector<query::Facet>> traceFacets(
        const query::TraceFilter& filter, std::stop_token stop) const override;
    query::Answer<std::uint64_t> tracesNewerThan(
        const query::TraceFilter& filter, std::uint64_t sequence, std::stop_token stop) const override;

    query::Answer<query::TraceDetail> trace(const TraceId& id, std::stop_token stop) const override;
    query::Answer<query::SpanDetail> span(std::uint64_t sequence, std::stop_token stop) const override;

    query::Answer<query::LogPage> logs(const query::LogFilter& filter,
        const std::optional<query::PageKey>& after, std::size_t limit, std::stop_token stop) const override;
    query::Answer<query::SeverityHistogram> logHistogram(const query::LogFilter& filter, TimeRange range,
        std::size_t buckets, std::stop_token stop) const override;
    query::Answer<std::vector<query::Facet>> logFacets(
        const query::LogFilter& filter, std::stop_token stop) const override;
    query::Answer<query::LogDetail> log(std::uint64_t sequence, std::stop_token stop) const override;

    query::Answer<std::vector<query::MetricInfo>> metrics(
        const query::MetricFilter& filter, std::stop_token stop) const override;
    query::Answer<std::vector<query::MetricSeries>> metricSeries(
        const std::string& name, const query::MetricFilter& filter, std::stop_token stop) const override;

    query::Answer<query::Explanation> explain(RecordId record, std::stop_token stop) const override;
    query::Answer<query::CaptureStats> stats(std::stop_token stop) const override;
    query::Answer<TimeRange> timeRange(Signal signal, std::stop_token stop) const override;

private:
    // What is remembered between questions. Each part has its own lock.
    mutable ReaderPool m_readers;
    mutable ChunkCache m_chunks;
    mutable RuleBook m_rules;
    mutable LiveTraces m_traces;
    mutable LiveLogs m_logs;
    mutable LiveMetrics m_metrics;
    mutable RecordDetails m_details;
    mutable OutcomeLedger m_ledger;
};

} // namespace sluice::search
