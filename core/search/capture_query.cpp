#include "core/search/capture_query.h"

#include "core/search/failure.h"
#include "core/search/record_fields.h"
#include "core/search/span_list.h"

#include <unordered_map>
#include <utility>

namespace sluice::search {

Result<std::unique_ptr<CaptureQuery>, query::QueryError> CaptureQuery::open(const std::string& capturePath)
{
    auto query = std::make_unique<CaptureQuery>([capturePath] { return CaptureReader::open(capturePath); });
    // The first connection tells whether the file can be read at all; it goes into the pool.
    if (auto reader = query->m_readers.borrow(); !reader)
        return fail(std::move(reader).error());
    return query;
}

CaptureQuery::CaptureQuery(ReaderPool::Open open)
    : m_readers(std::move(open))
    , m_traces(m_readers, m_chunks, m_rules)
    , m_logs(m_readers, m_chunks, m_rules)
    , m_metrics(m_readers, m_chunks)
    , m_details(m_readers, m_chunks, m_rules)
    , m_ledger(m_readers, m_rules)
{
}

query::Answer<query::TracePage> CaptureQuery::traces(const query::TraceFilter& filter, query::TraceSort sort,
    const std::optional<query::PageKey>& after, std::size_t limit, std::stop_token stop) const
{
    return m_traces.page(filter, sort, after, limit, stop);
}

query::Answer<query::TraceCounts> CaptureQuery::traceCounts(
    const query::TraceFilter& filter, std::stop_token stop) const
{
    return m_traces.counts(filter, stop);
}

query::Answer<query::TimeHistogram> CaptureQuery::traceHistogram(
    const query::TraceFilter& filter, TimeRange range, std::size_t buckets, std::stop_token stop) const
{
    return m_traces.histogram(filter, range, buckets, stop);
}

query::Answer<std::vector<query::Facet>> CaptureQuery::traceFacets(
    const query::TraceFilter& filter, std::stop_token stop) const
{
    return m_traces.facets(filter, stop);
}

query::Answer<std::uint64_t> CaptureQuery::tracesNewerThan(
    const query::TraceFilter& filter, std::uint64_t sequence, std::stop_token stop) const
{
    return m_traces.newerThan(filter, sequence, stop);
}

query::Answer<query::TraceDetail> CaptureQuery::trace(const TraceId& id, std::stop_token stop) const
{
    query::TraceDetail detail;
    SLUICE_TRY_AS(detail.summary, m_traces.summary(id, stop));
    std::unordered_map<std::string, std::uint32_t> services;
    {
        SLUICE_TRY_AS(const auto reader, m_readers.borrow());
        const auto chunks = reader->chunksOfTrace(Signal::Traces, id);
        if (!chunks)
            return fail(toQueryError(chunks.error()));
        detail.spans.reserve(detail.summary.spanCount);
        for (const std::int64_t chunkId : *chunks) {
            if (stop.stop_requested())
                return fail(cancelled());
            const auto chunk = m_chunks.get(*reader, chunkId);
            if (!chunk && chunk.error().kind == query::QueryFailure::NotFound)
                continue; // Retention was faster.
            if (!chunk)
                return fail(chunk.error());
            const ChunkColumns& columns = (*chunk)->columns;
            for (std::size_t i = 0; i < columns.size(); ++i) {
                if (columns.traceId[i] != id)
                    continue;
                query::SpanRow& row = detail.spans.emplace_back(spanRowOf(**chunk, i));
                const auto [it, isNew] = services.try_emplace(
                    serviceOf(**chunk, i), static_cast<std::uint32_t>(detail.services.size()));
                if (isNew)
                    detail.services.push_back(it->first);
                row.service = it->second;
            }
        }
    }
    orderSpans(detail.spans);
    std::vector<std::uint64_t> sequences;
    sequences.reserve(detail.spans.size());
    for (const query::SpanRow& row : detail.spans)
        sequences.push_back(row.sequence);
    SLUICE_TRY_AS(const auto outcomes, m_traces.outcomes(sequences, stop));
    for (std::size_t i = 0; i < detail.spans.size(); ++i)
        detail.spans[i].outcome = outcomes[i];
    SLUICE_TRY_AS(detail.logs, m_logs.ofTrace(id, stop));
    return detail;
}

query::Answer<query::SpanDetail> CaptureQuery::span(std::uint64_t sequence, std::stop_token stop) const
{
    return m_details.span(sequence, stop);
}

query::Answer<query::LogPage> CaptureQuery::logs(const query::LogFilter& filter,
    const std::optional<query::PageKey>& after, std::size_t limit, std::stop_token stop) const
{
    return m_logs.page(filter, after, limit, stop);
}

query::Answer<query::SeverityHistogram> CaptureQuery::logHistogram(
    const query::LogFilter& filter, TimeRange range, std::size_t buckets, std::stop_token stop) const
{
    return m_logs.histogram(filter, range, buckets, stop);
}

query::Answer<std::vector<query::Facet>> CaptureQuery::logFacets(
    const query::LogFilter& filter, std::stop_token stop) const
{
    return m_logs.facets(filter, stop);
}

query::Answer<query::LogDetail> CaptureQuery::log(std::uint64_t sequence, std::stop_token stop) const
{
    return m_details.log(sequence, stop);
}

query::Answer<std::vector<query::MetricInfo>> CaptureQuery::metrics(
    const query::MetricFilter& filter, std::stop_token stop) const
{
    return m_metrics.list(filter, stop);
}

query::Answer<std::vector<query::MetricSeries>> CaptureQuery::metricSeries(
    const std::string& name, const query::MetricFilter& filter, std::stop_token stop) const
{
    return m_metrics.series(name, filter, stop);
}

query::Answer<query::Explanation> CaptureQuery::explain(RecordId record, std::stop_token stop) const
{
    return m_details.explain(record, stop);
}

query::Answer<query::CaptureStats> CaptureQuery::stats(std::stop_token stop) const
{
    SLUICE_TRY_AS(query::CaptureStats stats, m_ledger.stats(stop));
    SLUICE_TRY_AS(stats.traces, m_traces.traceCount(stop));
    return stats;
}

query::Answer<TimeRange> CaptureQuery::timeRange(Signal signal, std::stop_token stop) const
{
    switch (signal) {
    case Signal::Traces: return m_traces.timeRange(stop);
    case Signal::Logs: return m_logs.timeRange(stop);
    case Signal::Metrics: break;
    }
    return m_metrics.timeRange(stop);
}

} // namespace sluice::search
