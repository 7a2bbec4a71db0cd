#include "core/pipeline/batch_writer.h"

#include "core/wire/otlp_fields.h"
#include "core/wire/reader.h"
#include "core/wire/writer.h"

#include <numeric>
#include <optional>

namespace sluice {

using wire::GaugeField;
using wire::Reader;
using wire::ResourceSpansField;
using wire::ScopeSpansField;
using wire::WireType;
using wire::Writer;

namespace {

constexpr std::uint32_t kRequestChild = 1; // ResourceSpans and its siblings, in every request.
constexpr std::uint32_t kOwnMessage = 1; // Resource and InstrumentationScope in their envelopes.

std::optional<std::string_view> editedAt(const std::vector<std::string_view>& edits, std::uint32_t index)
{
    if (edits.empty() || edits[index].data() == nullptr)
        return std::nullopt;
    return edits[index];
}

/// Writes the fields of an envelope but its children, with another message of its own in place of the
/// received one.
template <class IsChild>
void writeOwnFields(
    std::string_view envelope, std::optional<std::string_view> own, IsChild isChild, Writer& writer)
{
    if (own)
        writer.bytes(kOwnMessage, *own);
    for (Reader reader(envelope); reader.next();) {
        if (!isChild(reader.number()) && !(own && reader.number() == kOwnMessage))
            writer.raw(reader.raw());
    }
}

} // namespace

template <class ParentOf>
BatchWriter::Lists BatchWriter::listsOf(
    const std::vector<std::uint32_t>& order, std::size_t parents, ParentOf parentOf)
{
    Lists lists;
    lists.begins.assign(parents + 2, 0);
    for (const std::uint32_t item : order)
        ++lists.begins[parentOf(item) + 2];
    std::partial_sum(lists.begins.begin(), lists.begins.end(), lists.begins.begin());
    lists.items.resize(order.size());
    for (const std::uint32_t item : order)
        lists.items[lists.begins[parentOf(item) + 1]++] = item;
    lists.begins.pop_back();
    return lists;
}

BatchWriter::BatchWriter(const Batch& batch, const std::vector<std::uint8_t>& keep)
    : m_batch(batch)
    , m_view(batch.request())
    , m_keep(keep)
{
    std::vector<std::uint32_t> scopes(m_view.scopes.size());
    std::iota(scopes.begin(), scopes.end(), 0U);
    m_scopes = listsOf(scopes, m_view.resources.size(),
        [this](std::uint32_t scope) { return m_view.scopes[scope].resource; });
    const std::vector<std::uint32_t> records = Batch::byRank(batch.m_recordRanks);
    if (m_view.signal == Signal::Metrics) {
        m_metrics = listsOf(Batch::byRank(batch.m_metricRanks), m_view.scopes.size(),
            [this](std::uint32_t metric) { return m_view.metrics[metric].scope; });
        m_records = listsOf(records, m_view.metrics.size(),
            [this](std::uint32_t record) { return m_view.records[record].metric; });
    } else {
        m_records = listsOf(records, m_view.scopes.size(),
            [this](std::uint32_t record) { return m_view.records[record].scope; });
    }
}

std::vector<std::uint32_t> BatchWriter::pointsOf(std::uint32_t metric) const
{
    std::vector<std::uint32_t> points;
    std::optional<std::uint32_t> itself;
    for (const std::uint32_t record : m_records.of(metric)) {
        if (!isKept(record))
            continue;
        if (m_view.records[record].isPoint)
            points.push_back(record);
        else
            itself = record;
    }
    if (points.empty() && itself)
        points.push_back(*itself);
    return points;
}

bool BatchWriter::isScopeEmpty(std::uint32_t scope) const
{
    if (m_view.signal == Signal::Metrics) {
        for (const std::uint32_t metric : m_metrics.of(scope)) {
            if (!pointsOf(metric).empty())
                return false;
        }
        return true;
    }
    for (const std::uint32_t record : m_records.of(scope)) {
        if (isKept(record))
            return false;
    }
    return true;
}

void BatchWriter::write(bool keepsEmpty, std::string& out) const
{
    for (std::uint32_t resource = 0; resource < m_view.resources.size(); ++resource) {
        bool isEmpty = true;
        for (const std::uint32_t scope : m_scopes.of(resource))
            isEmpty = isEmpty && isScopeEmpty(scope);
        if (!isEmpty || keepsEmpty)
            writeResource(resource, keepsEmpty, out);
    }
}

void BatchWriter::writeResource(std::uint32_t resource, bool keepsEmpty, std::string& out) const
{
    Writer writer(out);
    const std::string_view envelope = m_view.resources[resource].message;
    const auto nested = writer.begin(kRequestChild, envelope.size());
    writeOwnFields(
        envelope, editedAt(m_batch.m_editedResources, resource),
        [](std::uint32_t field) {
            return field == ResourceSpansField::kScopeSpans
                || field == ResourceSpansField::kInstrumentationLibrary;
        },
        writer);
    for (const std::uint32_t scope : m_scopes.of(resource)) {
        if (keepsEmpty || !isScopeEmpty(scope))
            writeScope(scope, out);
    }
    writer.end(nested);
}

void BatchWriter::writeScope(std::uint32_t scope, std::string& out) const
{
    Writer writer(out);
    const std::string_view envelope = m_view.scopes[scope].message;
    const auto nested = writer.begin(ResourceSpansField::kScopeSpans, envelope.size());
    writeOwnFields(
        envelope, editedAt(m_batch.m_editedScopes, scope),
        [](std::uint32_t field) { return field == ScopeSpansField::kSpans; }, writer);
    if (m_view.signal == Signal::Metrics) {
        for (const std::uint32_t metric : m_metrics.of(scope)) {
            if (const auto points = pointsOf(metric); !points.empty())
                writeMetric(metric, points, out);
        }
    } else {
        for (const std::uint32_t record : m_records.of(scope)) {
            if (isKept(record))
                writer.bytes(ScopeSpansField::kSpans,
                    editedAt(m_batch.m_editedRecords, record).value_or(m_view.records[record].message));
        }
    }
    writer.end(nested);
}

void BatchWriter::writeMetric(
    std::uint32_t metric, const std::vector<std::uint32_t>& points, std::string& out) const
{
    Writer writer(out);
    const std::string_view envelope
        = editedAt(m_batch.m_editedMetrics, metric).value_or(m_view.metrics[metric].message);
    if (!m_view.records[points.front()].isPoint) {
        writer.bytes(ScopeSpansField::kSpans, envelope);
        return;
    }
    const std::uint32_t type = m_view.metrics[metric].type;
    const auto nested = writer.begin(ScopeSpansField::kSpans, envelope.size());
    std::string_view data;
    for (Reader reader(envelope); reader.next();) {
        if (reader.number() == type && reader.is(WireType::Length))
            data = reader.bytes();
        else
            writer.raw(reader.raw());
    }
    const auto inner = writer.begin(type, data.size());
    for (const std::uint32_t record : points)
        writer.bytes(GaugeField::kDataPoints,
            editedAt(m_batch.m_editedRecords, record).value_or(m_view.records[record].message));
    for (Reader reader(data); reader.next();) {
        if (reader.number() != GaugeField::kDataPoints)
            writer.raw(reader.raw());
    }
    writer.end(inner);
    writer.end(nested);
}

std::vector<std::uint32_t> BatchWriter::order() const
{
    std::vector<std::uint32_t> written;
    for (std::uint32_t resource = 0; resource < m_view.resources.size(); ++resource) {
        for (const std::uint32_t scope : m_scopes.of(resource)) {
            if (m_view.signal == Signal::Metrics) {
                for (const std::uint32_t metric : m_metrics.of(scope)) {
                    const auto points = pointsOf(metric);
                    written.insert(written.end(), points.begin(), points.end());
                }
                continue;
            }
            for (const std::uint32_t record : m_records.of(scope)) {
                if (isKept(record))
                    written.push_back(record);
            }
        }
    }
    return written;
}

} // namespace sluice
