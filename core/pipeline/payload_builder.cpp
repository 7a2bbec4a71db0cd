#include "core/pipeline/payload_builder.h"

#include "core/wire/otlp_fields.h"
#include "core/wire/reader.h"

#include <utility>

namespace sluice {

using wire::GaugeField;
using wire::MetricField;
using wire::Reader;
using wire::ResourceSpansField;
using wire::ScopeSpansField;
using wire::WireType;
using wire::Writer;

namespace {

constexpr std::uint32_t kRequestChild = 1; // ResourceSpans and its siblings, in every request.
constexpr std::size_t kUsualSize = 500; // Of an envelope: two bytes of length.

bool isData(std::uint32_t field)
{
    return field == MetricField::kGauge || field == MetricField::kSum || field == MetricField::kHistogram
        || field == MetricField::kExponentialHistogram || field == MetricField::kSummary;
}

} // namespace

void PayloadBuilder::beginResource(std::string_view resource, std::string_view schemaUrl)
{
    endResource();
    Writer writer(m_out);
    m_resource = writer.begin(kRequestChild, kUsualSize);
    writer.bytes(ResourceSpansField::kResource, resource);
    m_resourceUrl = schemaUrl;
}

void PayloadBuilder::beginScope(std::string_view scope, std::string_view schemaUrl)
{
    endScope();
    Writer writer(m_out);
    m_scope = writer.begin(ResourceSpansField::kScopeSpans, kUsualSize);
    writer.bytes(ScopeSpansField::kScope, scope);
    m_scopeUrl = schemaUrl;
}

void PayloadBuilder::beginMetric(std::string_view metric)
{
    endMetric();
    Writer writer(m_out);
    m_metric = writer.begin(ScopeSpansField::kSpans, kUsualSize);
    std::uint32_t type = MetricField::kGauge;
    std::string_view data;
    for (Reader reader(metric); reader.next();) {
        if (isData(reader.number()) && reader.is(WireType::Length)) {
            type = reader.number();
            data = reader.bytes();
        } else {
            writer.raw(reader.raw());
        }
    }
    m_behindPoints.clear();
    for (Reader reader(data); reader.next();) {
        if (reader.number() != GaugeField::kDataPoints)
            m_behindPoints.append(reader.raw());
    }
    m_data = writer.begin(type, kUsualSize);
}

void PayloadBuilder::add(std::string_view record, std::uint64_t origin)
{
    Writer writer(m_out);
    writer.bytes(m_signal == Signal::Metrics ? GaugeField::kDataPoints : ScopeSpansField::kSpans, record);
    m_origins.push_back(origin);
}

void PayloadBuilder::addEmptyMetric(std::string_view metric, std::uint64_t origin)
{
    endMetric();
    Writer writer(m_out);
    writer.bytes(ScopeSpansField::kSpans, metric);
    m_origins.push_back(origin);
}

void PayloadBuilder::endMetric()
{
    if (!m_metric)
        return;
    Writer writer(m_out);
    writer.raw(m_behindPoints);
    writer.end(*m_data);
    writer.end(*m_metric);
    m_data.reset();
    m_metric.reset();
}

void PayloadBuilder::endScope()
{
    endMetric();
    if (!m_scope)
        return;
    Writer writer(m_out);
    if (!m_scopeUrl.empty())
        writer.bytes(ScopeSpansField::kSchemaUrl, m_scopeUrl);
    writer.end(*m_scope);
    m_scope.reset();
}

void PayloadBuilder::endResource()
{
    endScope();
    if (!m_resource)
        return;
    Writer writer(m_out);
    if (!m_resourceUrl.empty())
        writer.bytes(ResourceSpansField::kSchemaUrl, m_resourceUrl);
    writer.end(*m_resource);
    m_resource.reset();
}

Released PayloadBuilder::take()
{
    endResource();
    return {m_signal, SharedBytes(std::exchange(m_out, {})), std::exchange(m_origins, {}), false};
}

} // namespace sluice
