#include "core/search/live_metrics.h"

#include "core/otlp/attributes.h"
#include "core/search/data_point.h"
#include "core/search/record_fields.h"
#include "core/search/text.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <tuple>

namespace sluice::search {
namespace {

constexpr std::size_t kChunksAtOnce = 8;
constexpr std::size_t kSparkColumns = 60;

/// The mean of the points in each of equal columns of a range.
class Sparkline {
public:
    explicit Sparkline(TimeRange range)
        : m_begin(toUnixNano(range.begin))
        , m_width(std::max<std::uint64_t>(
              1, (toUnixNano(range.end) - m_begin + kSparkColumns - 1) / kSparkColumns))
        , m_sums(kSparkColumns)
        , m_counts(kSparkColumns)
    {
    }

    void add(std::uint64_t time, double value)
    {
        const std::size_t column = (time - m_begin) / m_width;
        if (column >= kSparkColumns || std::isnan(value))
            return;
        m_sums[column] += value;
        ++m_counts[column];
    }

    [[nodiscard]] std::vector<double> values() const
    {
        std::vector<double> values(kSparkColumns, std::numeric_limits<double>::quiet_NaN());
        for (std::size_t i = 0; i < kSparkColumns; ++i) {
            if (m_counts[i] > 0)
                values[i] = m_sums[i] / m_counts[i];
        }
        return values;
    }

private:
    std::uint64_t m_begin;
    std::uint64_t m_width;
    std::vector<double> m_sums;
    std::vector<double> m_counts;
};

} // namespace

LiveMetrics::LiveMetrics(ReaderPool& readers, ChunkCache& chunks)
    : m_readers(readers)
    , m_chunks(chunks)
{
}

query::Answer<ReadLock> LiveMetrics::refreshed(CaptureReader& reader, const std::stop_token& stop)
{
    {
        const auto lock = lockUnlessStopped<WriteLock>(m_mutex, stop);
        if (!lock.owns_lock())
            return fail(cancelled());
        for (;;) {
            const auto chunks = reader.chunksAfter(Signal::Metrics, m_index.lastChunk(), kChunksAtOnce);
            if (!chunks)
                return fail(toQueryError(chunks.error()));
            for (const Chunk& columns : *chunks) {
                if (stop.stop_requested())
                    return fail(cancelled());
                const auto chunk = reader.chunk(columns.info.id);
                if (chunk)
                    m_index.add(*chunk);
                else if (chunk.error().kind != CaptureFailure::NotFound)
                    return fail(toQueryError(chunk.error()));
            }
            if (chunks->size() < kChunksAtOnce)
                break;
        }
        const auto first = reader.firstChunk(Signal::Metrics);
        if (!first)
            return fail(toQueryError(first.error()));
        m_index.removeBefore(*first == 0 ? std::numeric_limits<std::int64_t>::max() : *first);
    }
    auto lock = lockUnlessStopped<ReadLock>(m_mutex, stop);
    if (!lock.owns_lock())
        return fail(cancelled());
    return lock;
}

TimeRange LiveMetrics::rangeOf(const query::MetricFilter& filter) const
{
    if (filter.time)
        return *filter.time;
    std::uint64_t first = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t last = 0;
    for (const MetricIndex::Block& block : m_index.blocks()) {
        for (const MetricIndex::Point& point : block.points) {
            if (point.series == MetricIndex::kNoSeries || point.time == 0)
                continue;
            first = std::min(first, point.time);
            last = std::max(last, point.time);
        }
    }
    return last == 0 ? TimeRange{} : TimeRange{fromUnixNano(first), fromUnixNano(last) + Nanos(1)};
}

std::vector<std::uint8_t> LiveMetrics::wantedServices(const query::MetricFilter& filter) const
{
    std::vector<std::uint8_t> wanted(m_index.services().size(), filter.services.empty() ? 1 : 0);
    for (const std::string& service : filter.services) {
        if (const auto id = m_index.services().find(service); id != StringTable::kNone)
            wanted[id] = 1;
    }
    return wanted;
}

query::Answer<std::vector<query::MetricInfo>> LiveMetrics::list(
    const query::MetricFilter& filter, const std::stop_token& stop)
{
    SLUICE_TRY_AS(const auto reader, m_readers.borrow());
    SLUICE_TRY_AS(const ReadLock lock, refreshed(*reader, stop));
    const TimeRange range = rangeOf(filter);
    const std::vector<std::uint8_t> services = wantedServices(filter);
    const TextFinder name(filter.textInNames);

    struct Sums {
        std::uint64_t points = 0;
        std::uint64_t last = 0;
        std::set<std::uint32_t> services;
        std::set<std::uint32_t> series;
        std::optional<Sparkline> spark;
    };
    std::vector<Sums> sums(m_index.metrics().size());
    std::vector<std::uint8_t> isNamed(sums.size());
    for (std::size_t i = 0; i < sums.size(); ++i)
        isNamed[i] = name.isIn(m_index.metrics()[i].name) ? 1 : 0;
    for (const MetricIndex::Block& block : m_index.blocks()) {
        if (stop.stop_requested())
            return fail(cancelled());
        for (const MetricIndex::Point& point : block.points) {
            if (point.series == MetricIndex::kNoSeries)
                continue;
            const MetricIndex::Series& series = m_index.series()[point.series];
            if (isNamed[series.metric] == 0 || services[series.service] == 0)
                continue;
            const bool isInRange = range.contains(fromUnixNano(point.time));
            if (filter.time && !isInRange)
                continue;
            Sums& sum = sums[series.metric];
            ++sum.points;
            sum.last = std::max(sum.last, point.time);
            sum.services.insert(series.service);
            sum.series.insert(point.series);
            if (!sum.spark)
                sum.spark.emplace(range);
            if (isInRange)
                sum.spark->add(point.time, point.value);
        }
    }
    std::vector<query::MetricInfo> infos;
    for (std::size_t i = 0; i < sums.size(); ++i) {
        if (sums[i].points == 0)
            continue;
        const MetricIndex::Metric& metric = m_index.metrics()[i];
        query::MetricInfo info;
        info.name = metric.name;
        info.unit = metric.unit;
        info.description = metric.description;
        info.type = metricTypeName(metric.type);
        info.temporality = temporalityName(metric.temporality);
        info.isMonotonic = metric.isMonotonic;
        for (const std::uint32_t service : sums[i].services)
            info.services.push_back(m_index.services().text(service));
        std::ranges::sort(info.services);
        info.seriesCount = sums[i].series.size();
        info.pointCount = sums[i].points;
        info.last = fromUnixNano(sums[i].last);
        info.sparkline = sums[i].spark->values();
        infos.push_back(std::move(info));
    }
    std::ranges::sort(infos, [](const query::MetricInfo& a, const query::MetricInfo& b) {
        return std::tie(a.name, a.type, a.unit) < std::tie(b.name, b.type, b.unit);
    });
    return infos;
}

query::Answer<std::vector<query::MetricSeries>> LiveMetrics::series(
    const std::string& name, const query::MetricFilter& filter, const std::stop_token& stop)
{
    struct Place {
        std::int64_t chunk = 0;
        std::size_t index = 0; ///< In the chunk.
        std::uint32_t series = 0;
        std::uint32_t service = 0;
        std::uint8_t type = 0;
    };
    SLUICE_TRY_AS(const auto reader, m_readers.borrow());
    std::vector<Place> places;
    std::map<std::uint32_t, std::string> serviceNames;
    {
        SLUICE_TRY_AS(const ReadLock lock, refreshed(*reader, stop));
        const std::vector<std::uint8_t> services = wantedServices(filter);
        for (const MetricIndex::Block& block : m_index.blocks()) {
            if (stop.stop_requested())
                return fail(cancelled());
            for (std::size_t i = 0; i < block.points.size(); ++i) {
                const MetricIndex::Point& point = block.points[i];
                if (point.series == MetricIndex::kNoSeries)
                    continue;
                const MetricIndex::Series& series = m_index.series()[point.series];
                const MetricIndex::Metric& metric = m_index.metrics()[series.metric];
                if (services[series.service] == 0 || metric.name != name
                    || (filter.time && !filter.time->contains(fromUnixNano(point.time))))
                    continue;
                places.push_back({block.chunk, i, point.series, series.service, metric.type});
                serviceNames.try_emplace(series.service, m_index.services().text(series.service));
            }
        }
    }
    // Bodies are read without the lock: nobody waits for them.
    std::map<std::uint32_t, query::MetricSeries> byId;
    for (const Place& place : places) {
        if (stop.stop_requested())
            return fail(cancelled());
        const auto chunk = m_chunks.get(*reader, place.chunk);
        if (!chunk && chunk.error().kind == query::QueryFailure::NotFound)
            continue; // Retention was faster.
        if (!chunk)
            return fail(chunk.error());
        const std::string_view message = messageOf(**chunk, place.index);
        const auto [it, isNew] = byId.try_emplace(place.series);
        if (isNew) {
            it->second.service = serviceNames[place.service];
            it->second.attributes = attributesOf(message, otlp::attributesField(Signal::Metrics, place.type));
        }
        it->second.points.push_back(pointOf(message, place.type));
    }
    std::vector<query::MetricSeries> all;
    for (auto& [id, one] : byId) {
        std::ranges::stable_sort(one.points, {}, &query::MetricPoint::time);
        all.push_back(std::move(one));
    }
    std::ranges::stable_sort(all, {}, &query::MetricSeries::service);
    return all;
}

query::Answer<TimeRange> LiveMetrics::timeRange(const std::stop_token& stop)
{
    SLUICE_TRY_AS(const auto reader, m_readers.borrow());
    SLUICE_TRY_AS(const ReadLock lock, refreshed(*reader, stop));
    return rangeOf({});
}

} // namespace sluice::search
