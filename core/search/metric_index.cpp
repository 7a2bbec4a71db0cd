#include "core/search/metric_index.h"

#include "core/otlp/attributes.h"
#include "core/otlp/scan.h"
#include "core/search/data_point.h"
#include "core/search/record_fields.h"
#include "core/search/text.h"
#include "core/wire/otlp_fields.h"
#include "core/wire/reader.h"

#include <algorithm>

namespace sluice::search {
namespace {

/// Appends text so that no two lists of texts give the same key.
void appendPart(std::string& key, std::string_view text)
{
    key += std::to_string(text.size());
    key += ':';
    key += text;
}

/// The attributes without regard to their order: as raw fields, sorted.
std::string identityOf(std::string_view message, std::uint32_t field)
{
    std::vector<std::string_view> raw;
    for (otlp::AttributeReader attribute(message, field); attribute.next();)
        raw.push_back(attribute.raw());
    std::ranges::sort(raw);
    std::string identity;
    for (const std::string_view one : raw)
        identity += one;
    return identity;
}

std::string descriptionOf(std::string_view metric)
{
    for (wire::Reader field(metric); field.next();) {
        if (field.tag() == wire::tagOf(wire::MetricField::kDescription, wire::WireType::Length))
            return shown(field.bytes());
    }
    return {};
}

} // namespace

std::string_view metricTypeName(std::uint8_t type)
{
    switch (type) {
    case wire::MetricField::kGauge: return "gauge";
    case wire::MetricField::kSum: return "sum";
    case wire::MetricField::kHistogram: return "histogram";
    case wire::MetricField::kExponentialHistogram: return "exponential histogram";
    case wire::MetricField::kSummary: return "summary";
    default: return "";
    }
}

std::string_view temporalityName(std::uint8_t temporality)
{
    return temporality == 1 ? "delta" : temporality == 2 ? "cumulative" : "";
}

void MetricIndex::add(const Chunk& chunk)
{
    m_lastChunk = std::max(m_lastChunk, chunk.info.id);
    const std::uint64_t end = chunk.info.firstRecord + chunk.columns.size();
    if (end <= m_next)
        return;
    Block block{chunk.info.id, chunk.info.firstRecord, {}};
    block.points.resize(chunk.columns.size(), {0, 0, kNoSeries});
    otlp::ScannedRequest scanned;
    std::vector<std::uint32_t> metrics; // Of the request, in this index.
    std::string key;
    for (const ChunkRequest& request : chunk.requests) {
        scanned.clear();
        const std::string_view body = chunk.payload.view().substr(request.offset, request.length);
        if (!otlp::scan(Signal::Metrics, body, scanned))
            continue;
        metrics.clear();
        for (const otlp::MetricView& view : scanned.metrics) {
            key.clear();
            appendPart(key, view.name);
            appendPart(key, view.unit);
            key += static_cast<char>(view.type);
            const auto [it, isNew]
                = m_metricIds.try_emplace(key, static_cast<std::uint32_t>(m_metrics.size()));
            if (isNew)
                m_metrics.push_back(
                    {shown(view.name), shown(view.unit), {}, view.type, view.temporality, view.isMonotonic});
            Metric& metric = m_metrics[it->second];
            if (metric.description.empty())
                metric.description = descriptionOf(view.message);
            metrics.push_back(it->second);
        }
        std::vector<std::string> resources;
        resources.reserve(scanned.resources.size());
        for (const otlp::ResourceView& resource : scanned.resources)
            resources.push_back(identityOf(resource.resource, wire::ResourceField::kAttributes));

        for (std::size_t i = 0; i < scanned.records.size(); ++i) {
            const std::size_t at = request.firstIndex + i;
            const otlp::RecordView& record = scanned.records[i];
            if (at >= block.points.size() || !record.isPoint)
                continue;
            const otlp::MetricView& view = scanned.metrics[record.metric];
            const otlp::ScopeView& scope = scanned.scopes[view.scope];
            const otlp::ResourceView& resource = scanned.resources[scope.resource];
            key.clear();
            key += std::to_string(metrics[record.metric]);
            appendPart(key, resources[scope.resource]);
            appendPart(key, scope.scope);
            appendPart(key, identityOf(record.message, otlp::attributesField(scanned, record)));
            const std::uint32_t service = m_services.intern(
                resource.serviceName.empty() ? "unknown_service" : shown(resource.serviceName));
            const query::MetricPoint point = pointOf(record.message, view.type);
            Point& to = block.points[at];
            to.time = record.startUnixNano;
            to.value = point.value;
            to.series = seriesOf(key, metrics[record.metric], service);
            ++m_series[to.series].points;
        }
    }
    m_next = end;
    m_blocks.push_back(std::move(block));
}

std::uint32_t MetricIndex::seriesOf(const std::string& key, std::uint32_t metric, std::uint32_t service)
{
    const auto [it, isNew] = m_seriesIds.try_emplace(key, static_cast<std::uint32_t>(m_series.size()));
    if (isNew)
        m_series.push_back({metric, service, 0});
    return it->second;
}

void MetricIndex::removeBefore(std::int64_t chunk)
{
    while (!m_blocks.empty() && m_blocks.front().chunk < chunk) {
        for (const Point& point : m_blocks.front().points) {
            if (point.series != kNoSeries)
                --m_series[point.series].points;
        }
        m_blocks.pop_front();
    }
}

} // namespace sluice::search
