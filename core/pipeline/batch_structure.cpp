// The part of Batch that changes what belongs where.

#include "core/otlp/attributes.h"
#include "core/pipeline/batch.h"
#include "core/wire/otlp_fields.h"
#include "core/wire/reader.h"
#include "core/wire/writer.h"

#include <algorithm>
#include <numeric>

namespace sluice {

using wire::GaugeField;
using wire::MetricField;
using wire::Reader;
using wire::ResourceSpansField;
using wire::ScopeSpansField;
using wire::Writer;

namespace {

static_assert(ResourceSpansField::kResource == ScopeSpansField::kScope
        && ResourceSpansField::kSchemaUrl == ScopeSpansField::kSchemaUrl,
    "the envelopes of both levels have one layout");

/// An envelope without children: its own message and its schema URL.
std::string_view envelopeOf(
    std::string_view own, std::string_view schemaUrl, Arena& arena, std::string_view& ownInside)
{
    std::string out;
    Writer writer(out);
    writer.bytes(ResourceSpansField::kResource, own);
    const std::size_t end = out.size();
    if (!schemaUrl.empty())
        writer.bytes(ResourceSpansField::kSchemaUrl, schemaUrl);
    const std::string_view copy = arena.copy(out);
    ownInside = copy.substr(end - own.size(), own.size());
    return copy;
}

/// The same envelope with another schema URL, without its children.
std::string_view withSchemaUrl(std::string_view envelope, std::string_view schemaUrl, Arena& arena)
{
    std::string out;
    Writer writer(out);
    for (Reader reader(envelope); reader.next();) {
        const std::uint32_t field = reader.number();
        if (field != ResourceSpansField::kSchemaUrl && field != ResourceSpansField::kScopeSpans
            && field != ResourceSpansField::kInstrumentationLibrary)
            writer.raw(reader.raw());
    }
    if (!schemaUrl.empty())
        writer.bytes(ResourceSpansField::kSchemaUrl, schemaUrl);
    return arena.copy(out);
}

} // namespace

void Batch::beginStructure()
{
    if (m_isRestructured)
        return;
    m_isRestructured = true;
    otlp::ScannedRequest& own = ownView();
    m_recordRanks.resize(own.records.size());
    std::iota(m_recordRanks.begin(), m_recordRanks.end(), 0U);
    m_metricRanks.resize(own.metrics.size());
    std::iota(m_metricRanks.begin(), m_metricRanks.end(), 0U);
    m_nextRank = static_cast<std::uint32_t>(std::max(own.records.size(), own.metrics.size()));
}

std::vector<std::uint32_t> Batch::byRank(const std::vector<std::uint32_t>& ranks)
{
    std::vector<std::uint32_t> order(ranks.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, {}, [&](std::uint32_t index) { return ranks[index]; });
    return order;
}

void Batch::setResourceSchemaUrl(std::uint32_t resource, std::string_view url)
{
    beginStructure();
    otlp::ResourceView& view = m_own.resources[resource];
    view.message = withSchemaUrl(view.message, url, m_arena);
    view.schemaUrl = url;
}

void Batch::setScopeSchemaUrl(std::uint32_t scope, std::string_view url)
{
    beginStructure();
    otlp::ScopeView& view = m_own.scopes[scope];
    view.message = withSchemaUrl(view.message, url, m_arena);
    view.schemaUrl = url;
}

std::uint32_t Batch::addResource(std::string_view resource, std::string_view schemaUrl)
{
    beginStructure();
    otlp::ResourceView view;
    view.message = envelopeOf(resource, schemaUrl, m_arena, view.resource);
    view.schemaUrl = schemaUrl;
    m_own.resources.push_back(view);
    m_resources.push_back(nullptr);
    return static_cast<std::uint32_t>(m_own.resources.size() - 1);
}

std::uint32_t Batch::addScope(std::uint32_t resource, std::string_view scope, std::string_view schemaUrl)
{
    beginStructure();
    otlp::ScopeView view;
    view.resource = resource;
    view.message = envelopeOf(scope, schemaUrl, m_arena, view.scope);
    view.schemaUrl = schemaUrl;
    m_own.scopes.push_back(view);
    m_scopes.push_back(nullptr);
    m_scopeNames.emplace_back();
    return static_cast<std::uint32_t>(m_own.scopes.size() - 1);
}

std::uint32_t Batch::addMetric(std::uint32_t scope, std::string_view metric)
{
    beginStructure();
    otlp::MetricView view;
    view.scope = scope;
    view.message = metric;
    m_own.metrics.push_back(view);
    const auto index = static_cast<std::uint32_t>(m_own.metrics.size() - 1);
    m_metricRanks.push_back(m_nextRank++);
    refreshMetric(index);
    return index;
}

std::uint32_t Batch::addRecord(std::uint32_t parent, std::string_view message)
{
    beginStructure();
    otlp::RecordView view;
    view.message = message;
    if (signal() == Signal::Metrics) {
        view.metric = parent;
        view.scope = m_own.metrics[parent].scope;
        view.name = m_own.metrics[parent].name;
    } else {
        view.scope = parent;
    }
    m_own.records.push_back(view);
    m_keep.push_back(1);
    m_edits.emplace_back();
    const auto index = static_cast<std::uint32_t>(m_own.records.size() - 1);
    m_recordRanks.push_back(m_nextRank++);
    refreshRecord(index, 0);
    return index;
}

void Batch::moveRecord(std::uint32_t index, std::uint32_t parent)
{
    beginStructure();
    otlp::RecordView& view = m_own.records[index];
    if (signal() == Signal::Metrics) {
        view.metric = parent;
        view.scope = m_own.metrics[parent].scope;
        view.name = m_own.metrics[parent].name;
    } else {
        view.scope = parent;
    }
    m_recordRanks[index] = m_nextRank++;
}

void Batch::moveMetric(std::uint32_t metric, std::uint32_t scope)
{
    beginStructure();
    m_own.metrics[metric].scope = scope;
    for (otlp::RecordView& record : m_own.records) {
        if (record.metric == metric)
            record.scope = scope;
    }
    m_metricRanks[metric] = m_nextRank++;
}

void Batch::replaceRecord(std::uint32_t index, std::string_view message)
{
    beginStructure();
    m_own.records[index].message = message;
    m_own.records[index].isPoint = true;
    m_edits[index] = {};
    refreshRecord(index, 0);
}

std::string_view Batch::encodedMetric(std::uint32_t metric)
{
    const std::string_view whole = this->metric(metric).encoded();
    const std::uint32_t type = m_view->metrics[metric].type;
    std::string out;
    Writer writer(out);
    for (Reader reader(whole); reader.next();) {
        if (reader.number() != type || !reader.is(wire::WireType::Length)) {
            writer.raw(reader.raw());
            continue;
        }
        const auto data = writer.begin(type);
        for (Reader inner(reader.bytes()); inner.next();) {
            if (inner.number() != GaugeField::kDataPoints)
                writer.raw(inner.raw());
        }
        writer.end(data);
    }
    return m_arena.copy(out);
}

std::vector<std::uint32_t> Batch::recordsOf(std::uint32_t parent) const
{
    std::vector<std::uint32_t> found;
    const auto add = [&](std::uint32_t index) {
        const otlp::RecordView& view = record(index);
        if ((signal() == Signal::Metrics ? view.metric : view.scope) == parent)
            found.push_back(index);
    };
    if (m_isRestructured) {
        std::ranges::for_each(byRank(m_recordRanks), add);
    } else {
        for (std::uint32_t i = 0; i < size(); ++i)
            add(i);
    }
    return found;
}

void Batch::reorderRecords(std::span<const std::uint32_t> order)
{
    beginStructure();
    for (const std::uint32_t index : order)
        m_recordRanks[index] = m_nextRank++;
}

} // namespace sluice
