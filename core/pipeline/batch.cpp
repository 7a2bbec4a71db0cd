#include "core/pipeline/batch.h"

#include "core/otlp/attributes.h"
#include "core/otlp/rewrite.h"
#include "core/pipeline/batch_writer.h"
#include "core/wire/otlp_fields.h"
#include "core/wire/reader.h"
#include "core/wire/writer.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace sluice {

using wire::InstrumentationScopeField;
using wire::MetricField;
using wire::Reader;
using wire::WireType;

namespace {

// Room for the attribute lists of one large request, kept from request to request.
constexpr std::size_t kArenaBlock = 1024 * 1024;

constexpr std::array<std::uint8_t, 5> kMetricTypes{MetricField::kGauge, MetricField::kSum,
    MetricField::kHistogram, MetricField::kExponentialHistogram, MetricField::kSummary};

const otlp::ScannedRequest& nothing()
{
    static const otlp::ScannedRequest empty;
    return empty;
}

otlp::MessageType recordType(const otlp::ScannedRequest& request, const otlp::RecordView& record)
{
    using otlp::MessageType;
    switch (request.signal) {
    case Signal::Traces: return MessageType::Span;
    case Signal::Logs: return MessageType::LogRecord;
    case Signal::Metrics: break;
    }
    switch (request.metrics[record.metric].type) {
    case MetricField::kHistogram: return MessageType::HistogramDataPoint;
    case MetricField::kExponentialHistogram: return MessageType::ExponentialHistogramDataPoint;
    case MetricField::kSummary: return MessageType::SummaryDataPoint;
    default: return MessageType::NumberDataPoint;
    }
}

std::uint8_t clamped(std::int64_t value)
{
    // As the scan does: negative numbers are large ones on the wire.
    return value < 0 || value > 255 ? 255 : static_cast<std::uint8_t>(value);
}

template <class Id>
Id idOf(std::string_view bytes)
{
    return Id::fromBytes(std::as_bytes(std::span(bytes))).value_or(Id());
}

template <class Has>
void refreshSpan(Message& from, Has has, otlp::RecordView& view)
{
    using Field = wire::SpanField;
    if (has(Field::kName))
        view.name = from.text(Field::kName);
    if (has(Field::kKind))
        view.kind = clamped(from.integer(Field::kKind));
    if (has(Field::kStatus)) {
        Message* status = from.find(Field::kStatus);
        view.status
            = status == nullptr ? std::uint8_t{0} : clamped(status->integer(wire::StatusField::kCode));
    }
    if (has(Field::kTraceId))
        view.traceId = idOf<TraceId>(from.text(Field::kTraceId));
    if (has(Field::kSpanId))
        view.spanId = idOf<SpanId>(from.text(Field::kSpanId));
    if (has(Field::kParentSpanId))
        view.parentSpanId = idOf<SpanId>(from.text(Field::kParentSpanId));
    if (has(Field::kStartTimeUnixNano))
        view.startUnixNano = from.unsignedInteger(Field::kStartTimeUnixNano);
    if (has(Field::kEndTimeUnixNano))
        view.endUnixNano = from.unsignedInteger(Field::kEndTimeUnixNano);
    if (has(Field::kFlags))
        view.flags = static_cast<std::uint32_t>(from.integer(Field::kFlags));
}

template <class Has>
void refreshLog(Message& from, Has has, otlp::RecordView& view)
{
    using Field = wire::LogRecordField;
    if (has(Field::kEventName))
        view.name = from.text(Field::kEventName);
    if (has(Field::kSeverityNumber))
        view.kind = clamped(from.integer(Field::kSeverityNumber));
    if (has(Field::kTraceId))
        view.traceId = idOf<TraceId>(from.text(Field::kTraceId));
    if (has(Field::kSpanId))
        view.spanId = idOf<SpanId>(from.text(Field::kSpanId));
    if (has(Field::kTimeUnixNano) || has(Field::kObservedTimeUnixNano)) {
        view.endUnixNano = from.unsignedInteger(Field::kObservedTimeUnixNano);
        view.startUnixNano = from.unsignedInteger(Field::kTimeUnixNano);
        if (view.startUnixNano == 0)
            view.startUnixNano = view.endUnixNano;
    }
    if (has(Field::kFlags))
        view.flags = static_cast<std::uint32_t>(from.integer(Field::kFlags));
}

template <class Has>
void refreshPoint(Message& from, Has has, otlp::RecordView& view)
{
    // Times have the same numbers in every kind of point.
    using Field = wire::NumberDataPointField;
    const std::uint32_t flags = from.type() == otlp::MessageType::HistogramDataPoint
            || from.type() == otlp::MessageType::ExponentialHistogramDataPoint
        ? wire::HistogramDataPointField::kFlags
        : Field::kFlags;
    if (has(Field::kTimeUnixNano))
        view.startUnixNano = from.unsignedInteger(Field::kTimeUnixNano);
    if (has(Field::kStartTimeUnixNano))
        view.endUnixNano = from.unsignedInteger(Field::kStartTimeUnixNano);
    if (has(flags))
        view.flags = static_cast<std::uint32_t>(from.integer(flags));
}

/// Where an edited message lies in the scratch string, which moves while it grows.
struct Piece {
    std::size_t at = 0;
    std::size_t size = 0;
    std::uint32_t index = 0;
};

} // namespace

Batch::Batch()
    : m_view(&nothing())
    , m_arena(kArenaBlock)
{
}

void Batch::reset(const otlp::ScannedRequest& request, SharedBytes body, std::uint64_t firstRecord,
    std::span<const std::uint64_t> origins)
{
    m_view = &request;
    m_body = std::move(body);
    m_firstRecord = firstRecord;
    m_origins.assign(origins.begin(), origins.end());
    m_receivedCount = size();
    m_keep.assign(request.records.size(), 1);
    m_edits.assign(request.records.size(), {});
    m_resources.assign(request.resources.size(), nullptr);
    m_scopes.assign(request.scopes.size(), nullptr);
    m_scopeNames.assign(request.scopes.size(), std::nullopt);
    m_resourceMessages.clear();
    m_scopeMessages.clear();
    m_metricMessages.clear();
    m_hasDropped = false;
    m_isPruned = false;
    m_isRestructured = false;
    m_arena.reset();
}

std::uint32_t Batch::keptCount() const
{
    return m_hasDropped ? static_cast<std::uint32_t>(std::ranges::count(m_keep, 1)) : size();
}

void Batch::leaveOut(std::uint32_t index)
{
    m_keep[index] = 0;
    m_hasDropped = true;
}

void Batch::prune()
{
    m_isPruned = true;
}

otlp::ScannedRequest& Batch::ownView()
{
    if (m_view != &m_own) {
        m_own = *m_view;
        m_view = &m_own;
    }
    return m_own;
}

AttributeList* Batch::readAttributes(std::uint32_t index)
{
    const otlp::RecordView& view = record(index);
    if (m_edits[index].message != nullptr || !view.isPoint)
        return &message(index).attributes();
    return AttributeList::read(view.message, otlp::attributesField(*m_view, view), m_arena);
}

std::optional<Value> Batch::findAttribute(std::uint32_t index, std::string_view key)
{
    if (AttributeList* list = m_edits[index].attributes; list != nullptr) {
        const Value* value = list->find(key);
        return value == nullptr ? std::nullopt : std::optional(*value);
    }
    const otlp::RecordView& view = record(index);
    const auto encoded = otlp::findAttribute(view.message, otlp::attributesField(*m_view, view), key);
    return encoded ? std::optional(otlp::decodeValue(*encoded, m_arena)) : std::nullopt;
}

AttributeList& Batch::resourceAttributes(std::uint32_t resource)
{
    AttributeList*& list = m_resources[resource];
    if (list == nullptr)
        list = AttributeList::read(
            m_view->resources[resource].resource, wire::ResourceField::kAttributes, m_arena);
    return *list;
}

AttributeList& Batch::scopeAttributes(std::uint32_t scope)
{
    AttributeList*& list = m_scopes[scope];
    if (list == nullptr)
        list = AttributeList::read(
            m_view->scopes[scope].scope, InstrumentationScopeField::kAttributes, m_arena);
    return *list;
}

const Batch::ScopeName& Batch::scopeName(std::uint32_t scope)
{
    std::optional<ScopeName>& known = m_scopeNames[scope];
    if (!known) {
        known.emplace();
        if (scope < m_scopeMessages.size() && m_scopeMessages[scope] != nullptr) {
            Message& message = *m_scopeMessages[scope];
            *known = {message.text(InstrumentationScopeField::kName),
                message.text(InstrumentationScopeField::kVersion)};
            return *known;
        }
        for (Reader reader(m_view->scopes[scope].scope); reader.next();) {
            if (reader.tag() == wire::tagOf(InstrumentationScopeField::kName, WireType::Length))
                known->name = reader.bytes();
            else if (reader.tag() == wire::tagOf(InstrumentationScopeField::kVersion, WireType::Length))
                known->version = reader.bytes();
        }
    }
    return *known;
}

std::string_view Batch::field(std::uint32_t index, std::uint32_t number) const
{
    if (Message* message = m_edits[index].message)
        return message->text(number);
    std::string_view found;
    const std::uint32_t tag = wire::tagOf(number, WireType::Length);
    for (Reader reader(record(index).message); reader.next();) {
        if (reader.tag() == tag)
            found = reader.bytes();
    }
    return found;
}

Message& Batch::message(std::uint32_t index)
{
    RecordEdit& edit = m_edits[index];
    if (edit.message == nullptr) {
        const otlp::RecordView& view = record(index);
        if (view.isPoint)
            edit.message = Message::read(recordType(*m_view, view), view.message, m_arena, this,
                tagOf(Level::Record, index), edit.attributes);
        else
            edit.message = &metric(view.metric);
    }
    return *edit.message;
}

Message& Batch::resource(std::uint32_t resource)
{
    m_resourceMessages.resize(m_view->resources.size());
    Message*& message = m_resourceMessages[resource];
    if (message == nullptr)
        message = Message::read(otlp::MessageType::Resource, m_view->resources[resource].resource, m_arena,
            this, tagOf(Level::Resource, resource), &resourceAttributes(resource));
    return *message;
}

Message& Batch::scope(std::uint32_t scope)
{
    m_scopeMessages.resize(m_view->scopes.size());
    Message*& message = m_scopeMessages[scope];
    if (message == nullptr)
        message = Message::read(otlp::MessageType::InstrumentationScope, m_view->scopes[scope].scope, m_arena,
            this, tagOf(Level::Scope, scope), &scopeAttributes(scope));
    return *message;
}

Message& Batch::metric(std::uint32_t metric)
{
    m_metricMessages.resize(m_view->metrics.size());
    Message*& message = m_metricMessages[metric];
    if (message == nullptr)
        message = Message::read(otlp::MessageType::Metric, m_view->metrics[metric].message, m_arena, this,
            tagOf(Level::Metric, metric));
    return *message;
}

void Batch::fieldChanged(std::uint64_t tag, std::uint32_t field)
{
    const auto index = static_cast<std::uint32_t>(tag);
    switch (static_cast<Level>(tag >> 32U)) {
    case Level::Record: refreshRecord(index, field); return;
    case Level::Scope: m_scopeNames[index].reset(); return;
    case Level::Metric: refreshMetric(index); return;
    case Level::Resource: return;
    }
}

void Batch::refreshRecord(std::uint32_t index, std::uint32_t field)
{
    Message& from = message(index);
    otlp::RecordView& view = ownView().records[index];
    const auto has = [&](std::uint32_t number) { return field == 0 || field == number; };
    switch (signal()) {
    case Signal::Traces: refreshSpan(from, has, view); return;
    case Signal::Logs: refreshLog(from, has, view); return;
    case Signal::Metrics: refreshPoint(from, has, view); return;
    }
}

void Batch::refreshMetric(std::uint32_t metric)
{
    Message& from = this->metric(metric);
    otlp::ScannedRequest& own = ownView();
    otlp::MetricView& view = own.metrics[metric];
    view.name = from.text(MetricField::kName);
    view.unit = from.text(MetricField::kUnit);
    view.type = 0;
    view.temporality = 0;
    view.isMonotonic = false;
    for (const std::uint8_t type : kMetricTypes) {
        if (from.has(type))
            view.type = type;
    }
    if (view.type != 0 && view.type != MetricField::kGauge && view.type != MetricField::kSummary)
        view.temporality = clamped(from.child(view.type).integer(wire::SumField::kAggregationTemporality));
    if (view.type == MetricField::kSum)
        view.isMonotonic = from.child(view.type).boolean(wire::SumField::kIsMonotonic);
    for (otlp::RecordView& record : own.records) {
        if (record.metric == metric)
            record.name = view.name;
    }
}

std::string_view Batch::encodedRecord(std::uint32_t index)
{
    if (!isEdited(index))
        return record(index).message;
    std::string out;
    encodeRecord(index, out);
    return m_arena.copy(out);
}

std::string_view Batch::encodedResource(std::uint32_t resource)
{
    return this->resource(resource).encoded();
}

std::string_view Batch::encodedScope(std::uint32_t scope)
{
    return this->scope(scope).encoded();
}

void Batch::encodeRecord(std::uint32_t index, std::string& out) const
{
    const RecordEdit& edit = m_edits[index];
    if (edit.message != nullptr)
        edit.message->encode(out);
    else
        edit.attributes->encodeMessage(out);
}

/// Encodes every edited message that will be written. False when there is none.
bool Batch::encodeEdits()
{
    m_scratch.clear();
    m_editedRecords.clear();
    m_editedResources.clear();
    m_editedScopes.clear();
    m_editedMetrics.clear();
    std::vector<Piece> records;
    std::vector<Piece> resources;
    std::vector<Piece> scopes;
    std::vector<Piece> metrics;
    for (std::uint32_t i = 0; i < size(); ++i) {
        if (!isKept(i) || !isEdited(i))
            continue;
        const std::size_t at = m_scratch.size();
        encodeRecord(i, m_scratch);
        records.push_back({at, m_scratch.size() - at, i});
    }
    const auto encodeEach
        = [this](std::size_t count, std::vector<Piece>& pieces, auto isChanged, auto encode) {
              for (std::size_t i = 0; i < count; ++i) {
                  if (!isChanged(i))
                      continue;
                  const std::size_t at = m_scratch.size();
                  encode(i);
                  pieces.push_back({at, m_scratch.size() - at, static_cast<std::uint32_t>(i)});
              }
          };
    const auto encodeLevel = [&](const std::vector<AttributeList*>& lists,
                                 const std::vector<Message*>& messages, std::vector<Piece>& pieces) {
        const auto messageOf
            = [&](std::size_t i) -> Message* { return i < messages.size() ? messages[i] : nullptr; };
        encodeEach(
            lists.size(), pieces,
            [&](std::size_t i) {
                const Message* message = messageOf(i);
                return message != nullptr ? message->isChanged()
                                          : lists[i] != nullptr && lists[i]->isChanged();
            },
            [&](std::size_t i) {
                if (const Message* message = messageOf(i))
                    message->encode(m_scratch);
                else
                    lists[i]->encodeMessage(m_scratch);
            });
    };
    encodeLevel(m_resources, m_resourceMessages, resources);
    encodeLevel(m_scopes, m_scopeMessages, scopes);
    encodeEach(
        m_metricMessages.size(), metrics,
        [&](std::size_t i) { return m_metricMessages[i] != nullptr && m_metricMessages[i]->isChanged(); },
        [&](std::size_t i) { m_metricMessages[i]->encode(m_scratch); });

    const auto place = [this](const std::vector<Piece>& pieces, std::size_t count, auto& views) {
        if (pieces.empty())
            return;
        views.assign(count, {});
        for (const Piece& piece : pieces)
            views[piece.index] = {m_scratch.data() + piece.at, piece.size};
    };
    place(records, m_edits.size(), m_editedRecords);
    place(resources, m_resources.size(), m_editedResources);
    place(scopes, m_scopes.size(), m_editedScopes);
    place(metrics, m_view->metrics.size(), m_editedMetrics);
    return !records.empty() || !resources.empty() || !scopes.empty() || !metrics.empty();
}

void Batch::write(const std::vector<std::uint8_t>& keep, bool keepsEmpty, std::string& out) const
{
    if (m_isRestructured) {
        BatchWriter(*this, keep).write(keepsEmpty, out);
        return;
    }
    otlp::RequestEdits edits;
    edits.keep = keep;
    edits.records = m_editedRecords;
    edits.resources = m_editedResources;
    edits.scopes = m_editedScopes;
    edits.metrics = m_editedMetrics;
    edits.keepsEmpty = keepsEmpty;
    otlp::writeRequest(*m_view, edits, out);
}

bool Batch::hasEmptyEnvelope() const
{
    std::uint32_t nextResource = 0;
    for (const otlp::ScopeView& scope : m_view->scopes) {
        if (scope.resource > nextResource)
            return true;
        nextResource = scope.resource + 1;
    }
    std::uint32_t nextScope = 0;
    for (const otlp::RecordView& view : m_view->records) {
        if (view.scope > nextScope)
            return true;
        nextScope = view.scope + 1;
    }
    return nextResource != m_view->resources.size() || nextScope != m_view->scopes.size();
}

SharedBytes Batch::encode()
{
    const std::uint32_t kept = keptCount();
    if (kept == 0 && (m_hasDropped || m_isPruned))
        return {};
    const bool isAnyEdited = encodeEdits();
    if (!isAnyEdited && !m_hasDropped && !m_isRestructured && !(m_isPruned && hasEmptyEnvelope()))
        return m_body;
    std::string out;
    out.reserve(kept == size() ? m_body.size() + m_body.size() / 8 : m_body.size());
    static const std::vector<std::uint8_t> all;
    write(m_hasDropped ? m_keep : all, !m_isPruned, out);
    return SharedBytes(std::move(out));
}

std::string Batch::encodeOne(std::uint32_t index)
{
    if (!isKept(index))
        return {};
    encodeEdits();
    std::vector<std::uint8_t> keep(size(), 0);
    keep[index] = 1;
    std::string out;
    write(keep, false, out);
    return out;
}

std::vector<std::uint64_t> Batch::keptOrigins() const
{
    std::vector<std::uint64_t> origins;
    if (m_isRestructured) {
        for (const std::uint32_t index : BatchWriter(*this, m_keep).order())
            origins.push_back(origin(index));
        return origins;
    }
    origins.reserve(keptCount());
    for (std::uint32_t i = 0; i < size(); ++i) {
        if (isKept(i))
            origins.push_back(origin(i));
    }
    return origins;
}

} // namespace sluice
