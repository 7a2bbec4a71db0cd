#pragma once

#include "core/query/query.h"
#include "core/search/chunk_cache.h"
#include "core/search/failure.h"
#include "core/search/metric_index.h"
#include "core/search/reader_pool.h"

#include <shared_mutex>
#include <stop_token>
#include <string>
#include <vector>

namespace sluice::search {

/// The index of metrics, kept up with the capture; see LiveTraces. Unlike the others it reads payloads on
/// refresh.
class LiveMetrics {
public:
    LiveMetrics(ReaderPool& readers, ChunkCache& chunks);

    /// By name. A metric whose points are all gone is not listed.
    query::Answer<std::vector<query::MetricInfo>> list(
        const query::MetricFilter& filter, const std::stop_token& stop);
    /// By service, then by first appearance. Empty when there is no such metric.
    query::Answer<std::vector<query::MetricSeries>> series(
        const std::string& name, const query::MetricFilter& filter, const std::stop_token& stop);
    query::Answer<TimeRange> timeRange(const std::stop_token& stop);

private:
    query::Answer<ReadLock> refreshed(CaptureReader& reader, const std::stop_token& stop);
    /// The filter's range, or that of all points with a time.
    [[nodiscard]] TimeRange rangeOf(const query::MetricFilter& filter) const;
    /// By interned service: 1 when the filter wants it.
    [[nodiscard]] std::vector<std::uint8_t> wantedServices(const query::MetricFilter& filter) const;

    ReaderPool& m_readers;
    ChunkCache& m_chunks;
    std::shared_timed_mutex m_mutex; ///< Over m_index. Timed: waiting must be cancellable.
    MetricIndex m_index;
};

} // namespace sluice::search
