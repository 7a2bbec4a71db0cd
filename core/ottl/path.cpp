#include "core/ottl/path.h"

#include "core/base/ids.h"
#include "core/ottl/conversion.h"
#include "core/ottl/trace_state.h"
#include "core/wire/otlp_fields.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <utility>

namespace sluice::ottl {

namespace {

using wire::ExemplarField;
using wire::LogRecordField;
using wire::MetricField;
using wire::SpanEventField;
using wire::SpanField;

struct Entry;
using Getter = Result<Value, Error> (*)(const Entry& entry, Evaluation& evaluation);
using Setter = Result<void, Error> (*)(const Entry& entry, const Value& value, Evaluation& evaluation);

/// What may stand in brackets behind a path.
enum class KeyUse : std::uint8_t { None, Attributes, Cache, Body, TraceState, Request };

struct Entry {
    std::string_view path;
    std::string_view type;
    std::string_view help;
    Context level = Context::Resource;
    Getter get = nullptr;
    Setter set = nullptr; ///< Null: read-only.
    std::uint32_t field = 0; ///< Of the level's message, or a part of a data point.
    KeyUse keys = KeyUse::None;
};

Message& messageAt(Context level, const Item& item)
{
    switch (level) {
    case Context::Resource: return item.batch->resource(item.resource);
    case Context::Scope: return item.batch->scope(item.scope);
    case Context::Metric: return item.batch->metric(item.metric);
    case Context::SpanEvent:
    case Context::Exemplar: return *item.child;
    default: return item.batch->message(item.record);
    }
}

Message& messageOf(const Entry& entry, Evaluation& evaluation)
{
    return messageAt(entry.level, evaluation.item());
}

const otlp::RecordView& recordOf(Evaluation& evaluation)
{
    return evaluation.item().batch->record(evaluation.item().record);
}

Result<void, Error> typeError(std::string_view wanted, const Value& value, Evaluation& evaluation)
{
    return evaluation.error({"this field takes a ", wanted, ", not a ", nameOf(value.kind())});
}

// Plain fields of the level's message.

Result<Value, Error> getText(const Entry& entry, Evaluation& evaluation)
{
    return Value::ofString(messageOf(entry, evaluation).text(entry.field));
}

Result<void, Error> setText(const Entry& entry, const Value& value, Evaluation& evaluation)
{
    if (!value.is(Kind::String))
        return typeError("string", value, evaluation);
    Message& message = messageOf(entry, evaluation);
    if (message.text(entry.field) != value.text()) {
        message.setText(entry.field, value.text());
        evaluation.noteChange(setOf(entry.level));
    }
    return {};
}

Result<Value, Error> getInt(const Entry& entry, Evaluation& evaluation)
{
    return Value::ofInt(messageOf(entry, evaluation).integer(entry.field));
}

void storeInteger(const Entry& entry, std::int64_t number, Evaluation& evaluation)
{
    Message& message = messageOf(entry, evaluation);
    if (message.integer(entry.field) != number || (number == 0) != !message.has(entry.field)) {
        message.setInteger(entry.field, number);
        evaluation.noteChange(setOf(entry.level));
    }
}

Result<void, Error> setInt(const Entry& entry, const Value& value, Evaluation& evaluation)
{
    if (!value.is(Kind::Int))
        return typeError("int", value, evaluation);
    storeInteger(entry, value.integer(), evaluation);
    return {};
}

Result<void, Error> setInt32(const Entry& entry, const Value& value, Evaluation& evaluation)
{
    if (!value.is(Kind::Int))
        return typeError("int", value, evaluation);
    storeInteger(entry, static_cast<std::int32_t>(static_cast<std::uint32_t>(value.integer())), evaluation);
    return {};
}

Result<void, Error> setUint32(const Entry& entry, const Value& value, Evaluation& evaluation)
{
    if (!value.is(Kind::Int))
        return typeError("int", value, evaluation);
    storeInteger(entry, static_cast<std::uint32_t>(value.integer()), evaluation);
    return {};
}

Result<void, Error> setCheckedUint32(const Entry& entry, const Value& value, Evaluation& evaluation)
{
    if (!value.is(Kind::Int))
        return typeError("int", value, evaluation);
    if (value.integer() < 0 || value.integer() > std::numeric_limits<std::uint32_t>::max())
        return evaluation.error({"flags have 32 bits"});
    storeInteger(entry, value.integer(), evaluation);
    return {};
}

Result<Value, Error> getTime(const Entry& entry, Evaluation& evaluation)
{
    return Value::ofTime(Instant::fromUnixNano(messageOf(entry, evaluation).integer(entry.field)));
}

Result<void, Error> setTime(const Entry& entry, const Value& value, Evaluation& evaluation)
{
    if (!value.is(Kind::Time))
        return typeError("time", value, evaluation);
    storeInteger(entry, value.instant().unixNano(), evaluation);
    return {};
}

Result<Value, Error> getNumber(const Entry& entry, Evaluation& evaluation)
{
    return Value::ofDouble(messageOf(entry, evaluation).number(entry.field));
}

Result<void, Error> setNumber(const Entry& entry, const Value& value, Evaluation& evaluation)
{
    if (!value.is(Kind::Double))
        return typeError("double", value, evaluation);
    messageOf(entry, evaluation).setNumber(entry.field, value.number());
    evaluation.noteChange(setOf(entry.level));
    return {};
}

// Ids.

template <Kind kind>
constexpr std::size_t kIdSize = kind == Kind::SpanId ? SpanId::kSize : TraceId::kSize;

template <Kind kind>
std::string_view idOf(const Entry& entry, Evaluation& evaluation)
{
    static constexpr std::array<char, TraceId::kSize> kZero{};
    const std::string_view bytes = messageOf(entry, evaluation).text(entry.field);
    return bytes.size() == kIdSize<kind> ? bytes : std::string_view(kZero.data(), kIdSize<kind>);
}

template <Kind kind>
Result<Value, Error> getId(const Entry& entry, Evaluation& evaluation)
{
    return Value::ofId(kind, idOf<kind>(entry, evaluation));
}

template <Kind kind>
Result<Value, Error> getIdText(const Entry& entry, Evaluation& evaluation)
{
    return Value::ofString(evaluation.arena().copy(hexText(idOf<kind>(entry, evaluation))));
}

void storeId(const Entry& entry, std::string_view bytes, Evaluation& evaluation)
{
    Message& message = messageOf(entry, evaluation);
    if (std::ranges::all_of(bytes, [](char byte) { return byte == 0; }))
        bytes = {}; // An empty id is written as none.
    if (message.text(entry.field) != bytes) {
        message.setText(entry.field, evaluation.arena().copy(bytes));
        evaluation.noteChange(setOf(entry.level));
    }
}

template <Kind kind>
Result<void, Error> setId(const Entry& entry, const Value& value, Evaluation& evaluation)
{
    if (!value.is(kind))
        return typeError(nameOf(kind), value, evaluation);
    storeId(entry, value.text(), evaluation);
    return {};
}

template <Kind kind>
Result<void, Error> setIdText(const Entry& entry, const Value& value, Evaluation& evaluation)
{
    if (!value.is(Kind::String))
        return typeError("string", value, evaluation);
    const auto store = [&](const auto& id) -> Result<void, Error> {
        if (!id)
            return evaluation.error({"\"", value.text(), "\" is no ", nameOf(kind)});
        storeId(entry, {reinterpret_cast<const char*>(id->bytes().data()), id->bytes().size()}, evaluation);
        return {};
    };
    if constexpr (kind == Kind::SpanId)
        return store(SpanId::fromHex(value.text()));
    else
        return store(TraceId::fromHex(value.text()));
}

// What the scan of a request has found already.

Result<Value, Error> getRecordName(const Entry&, Evaluation& evaluation)
{
    return Value::ofString(recordOf(evaluation).name);
}

Result<Value, Error> getSpanKind(const Entry& entry, Evaluation& evaluation)
{
    const std::uint8_t kind = recordOf(evaluation).kind;
    return kind == 0xFF ? getInt(entry, evaluation) : Value::ofInt(kind);
}

Result<Value, Error> getSpanStart(const Entry&, Evaluation& evaluation)
{
    return Value::ofTime(
        Instant::fromUnixNano(static_cast<std::int64_t>(recordOf(evaluation).startUnixNano)));
}

Result<Value, Error> getSpanEnd(const Entry&, Evaluation& evaluation)
{
    return Value::ofTime(Instant::fromUnixNano(static_cast<std::int64_t>(recordOf(evaluation).endUnixNano)));
}

Result<Value, Error> getSpanStartNano(const Entry&, Evaluation& evaluation)
{
    return Value::ofInt(static_cast<std::int64_t>(recordOf(evaluation).startUnixNano));
}

Result<Value, Error> getSpanEndNano(const Entry&, Evaluation& evaluation)
{
    return Value::ofInt(static_cast<std::int64_t>(recordOf(evaluation).endUnixNano));
}

Result<Value, Error> getRecordText(const Entry& entry, Evaluation& evaluation)
{
    return Value::ofString(evaluation.item().batch->field(evaluation.item().record, entry.field));
}

// Kinds and status of spans.

constexpr std::array<std::string_view, 6> kKindNames
    = {"Unspecified", "Internal", "Server", "Client", "Producer", "Consumer"};
constexpr std::array<std::string_view, 6> kOldKindNames = {"SPAN_KIND_UNSPECIFIED", "SPAN_KIND_INTERNAL",
    "SPAN_KIND_SERVER", "SPAN_KIND_CLIENT", "SPAN_KIND_PRODUCER", "SPAN_KIND_CONSUMER"};

template <const std::array<std::string_view, 6>& names>
Result<Value, Error> getKindName(const Entry& entry, Evaluation& evaluation)
{
    const std::int64_t kind = messageOf(entry, evaluation).integer(entry.field);
    const bool isKnown = kind >= 0 && kind < static_cast<std::int64_t>(names.size());
    return Value::ofString(isKnown ? names[static_cast<std::size_t>(kind)] : std::string_view());
}

template <const std::array<std::string_view, 6>& names>
Result<void, Error> setKindName(const Entry& entry, const Value& value, Evaluation& evaluation)
{
    if (!value.is(Kind::String))
        return typeError("string", value, evaluation);
    const auto found = std::ranges::find(names, value.text());
    if (found == names.end())
        return evaluation.error({"\"", value.text(), "\" is no kind of span"});
    storeInteger(entry, found - names.begin(), evaluation);
    return {};
}

Result<Value, Error> getStatus(const Entry& entry, Evaluation& evaluation)
{
    return Value::ofOpaque(OpaqueKind::Status, &messageOf(entry, evaluation));
}

template <OpaqueKind kind>
Result<void, Error> setItself(const Entry&, const Value& value, Evaluation& evaluation)
{
    // A rule sees only the item's own, so that there is nothing to be done.
    if (!value.is(Kind::Opaque) || value.opaqueKind() != kind)
        return typeError("value of the same kind", value, evaluation);
    return {};
}

Result<Value, Error> getStatusCode(const Entry& entry, Evaluation& evaluation)
{
    const std::uint8_t code = recordOf(evaluation).status;
    if (code != 0xFF)
        return Value::ofInt(code);
    Message* status = messageOf(entry, evaluation).find(SpanField::kStatus);
    return Value::ofInt(status == nullptr ? 0 : status->integer(wire::StatusField::kCode));
}

Result<void, Error> setStatusCode(const Entry& entry, const Value& value, Evaluation& evaluation)
{
    if (!value.is(Kind::Int))
        return typeError("int", value, evaluation);
    const auto code = static_cast<std::int32_t>(static_cast<std::uint32_t>(value.integer()));
    Message& span = messageOf(entry, evaluation);
    Message* status = span.find(SpanField::kStatus);
    if ((status == nullptr ? 0 : status->integer(wire::StatusField::kCode)) != code) {
        span.child(SpanField::kStatus).setInteger(wire::StatusField::kCode, code);
        evaluation.noteChange(setOf(entry.level));
    }
    return {};
}

Result<Value, Error> getStatusMessage(const Entry& entry, Evaluation& evaluation)
{
    Message* status = messageOf(entry, evaluation).find(SpanField::kStatus);
    return Value::ofString(
        status == nullptr ? std::string_view() : status->text(wire::StatusField::kMessage));
}

Result<void, Error> setStatusMessage(const Entry& entry, const Value& value, Evaluation& evaluation)
{
    if (!value.is(Kind::String))
        return typeError("string", value, evaluation);
    Message& span = messageOf(entry, evaluation);
    Message* status = span.find(SpanField::kStatus);
    if ((status == nullptr ? std::string_view() : status->text(wire::StatusField::kMessage))
        != value.text()) {
        span.child(SpanField::kStatus).setText(wire::StatusField::kMessage, value.text());
        evaluation.noteChange(setOf(entry.level));
    }
    return {};
}

template <OpaqueKind kind>
Result<Value, Error> getChildren(const Entry& entry, Evaluation& evaluation)
{
    Message& message = messageOf(entry, evaluation);
    return Value::ofOpaque(kind, &message, message.children(entry.field).size());
}

// Spans' events.

Result<Value, Error> getEventIndex(const Entry&, Evaluation& evaluation)
{
    if (evaluation.item().eventIndex < 0)
        return fail(Error{"the index of the event is not known here"});
    return Value::ofInt(evaluation.item().eventIndex);
}

Result<void, Error> setEventIndex(const Entry&, const Value&, Evaluation&)
{
    return fail(Error{"the index of an event cannot be set"});
}

// Schema URLs belong to the envelopes.

Result<Value, Error> getSchemaUrl(const Entry& entry, Evaluation& evaluation)
{
    const Item& item = evaluation.item();
    const otlp::ScannedRequest& request = item.batch->request();
    return Value::ofString(entry.level == Context::Resource ? request.resources[item.resource].schemaUrl
                                                            : request.scopes[item.scope].schemaUrl);
}

Result<void, Error> setSchemaUrl(const Entry& entry, const Value& value, Evaluation& evaluation)
{
    if (!value.is(Kind::String))
        return typeError("string", value, evaluation);
    SLUICE_TRY_AS(const Value old, getSchemaUrl(entry, evaluation));
    if (old.text() == value.text())
        return {};
    const Item& item = evaluation.item();
    if (entry.level == Context::Resource)
        item.batch->setResourceSchemaUrl(item.resource, value.text());
    else
        item.batch->setScopeSchemaUrl(item.scope, value.text());
    evaluation.noteChange(setOf(entry.level));
    return {};
}

// Metrics.

const otlp::MetricView& metricOf(Evaluation& evaluation)
{
    return evaluation.item().batch->request().metrics[evaluation.item().metric];
}

Result<Value, Error> getMetricName(const Entry&, Evaluation& evaluation)
{
    return Value::ofString(metricOf(evaluation).name);
}

Result<Value, Error> getMetricType(const Entry&, Evaluation& evaluation)
{
    switch (metricOf(evaluation).type) {
    case MetricField::kGauge: return Value::ofInt(1);
    case MetricField::kSum: return Value::ofInt(2);
    case MetricField::kHistogram: return Value::ofInt(3);
    case MetricField::kExponentialHistogram: return Value::ofInt(4);
    case MetricField::kSummary: return Value::ofInt(5);
    default: return Value::ofInt(0);
    }
}

Result<void, Error> setMetricType(const Entry&, const Value&, Evaluation&)
{
    return {}; // The collector accepts it, and does nothing.
}

bool hasTemporality(Evaluation& evaluation)
{
    const std::uint8_t type = metricOf(evaluation).type;
    return type == MetricField::kSum || type == MetricField::kHistogram
        || type == MetricField::kExponentialHistogram;
}

static_assert(wire::SumField::kAggregationTemporality == wire::HistogramField::kAggregationTemporality);
static_assert(
    wire::SumField::kAggregationTemporality == wire::ExponentialHistogramField::kAggregationTemporality);

Message& dataOf(const Entry& entry, Evaluation& evaluation)
{
    return messageOf(entry, evaluation).child(metricOf(evaluation).type);
}

Result<Value, Error> getTemporality(const Entry& entry, Evaluation& evaluation)
{
    if (!hasTemporality(evaluation))
        return Value();
    return Value::ofInt(dataOf(entry, evaluation).integer(wire::SumField::kAggregationTemporality));
}

Result<void, Error> setTemporality(const Entry& entry, const Value& value, Evaluation& evaluation)
{
    if (!value.is(Kind::Int))
        return typeError("int", value, evaluation);
    if (!hasTemporality(evaluation))
        return {};
    const auto temporality = static_cast<std::int32_t>(static_cast<std::uint32_t>(value.integer()));
    Message& data = dataOf(entry, evaluation);
    if (data.integer(wire::SumField::kAggregationTemporality) != temporality) {
        data.setInteger(wire::SumField::kAggregationTemporality, temporality);
        evaluation.noteChange(setOf(entry.level));
    }
    return {};
}

Result<Value, Error> getIsMonotonic(const Entry& entry, Evaluation& evaluation)
{
    if (metricOf(evaluation).type != MetricField::kSum)
        return Value();
    return Value::ofBool(dataOf(entry, evaluation).boolean(wire::SumField::kIsMonotonic));
}

Result<void, Error> setIsMonotonic(const Entry& entry, const Value& value, Evaluation& evaluation)
{
    if (!value.is(Kind::Bool))
        return typeError("bool", value, evaluation);
    if (metricOf(evaluation).type != MetricField::kSum)
        return {};
    Message& data = dataOf(entry, evaluation);
    if (data.boolean(wire::SumField::kIsMonotonic) != value.boolean()) {
        data.setBoolean(wire::SumField::kIsMonotonic, value.boolean());
        evaluation.noteChange(setOf(entry.level));
    }
    return {};
}

std::optional<OpaqueKind> pointsKind(Evaluation& evaluation)
{
    switch (metricOf(evaluation).type) {
    case MetricField::kGauge:
    case MetricField::kSum: return OpaqueKind::NumberPoints;
    case MetricField::kHistogram: return OpaqueKind::HistogramPoints;
    case MetricField::kExponentialHistogram: return OpaqueKind::ExponentialPoints;
    case MetricField::kSummary: return OpaqueKind::SummaryPoints;
    default: return std::nullopt;
    }
}

Result<Value, Error> getDataPoints(const Entry&, Evaluation& evaluation)
{
    const auto kind = pointsKind(evaluation);
    if (!kind)
        return Value();
    const Item& item = evaluation.item();
    std::size_t count = 0;
    for (std::uint32_t i = 0; i < item.batch->size(); ++i) {
        const otlp::RecordView& record = item.batch->record(i);
        if (record.metric == item.metric && record.isPoint && item.batch->isKept(i))
            ++count;
    }
    return Value::ofOpaque(*kind, &metricOf(evaluation), count);
}

Result<void, Error> setDataPoints(const Entry&, const Value& value, Evaluation& evaluation)
{
    const auto kind = pointsKind(evaluation);
    if (!kind || !value.is(Kind::Opaque) || value.opaqueKind() != *kind)
        return typeError("list of the same data points", value, evaluation);
    return {};
}

// Data points: the same field has another number in each kind of point, and some kinds lack it.

enum PointPart : std::uint32_t {
    kFlags,
    kCount,
    kSum,
    kExemplars,
    kBucketCounts,
    kExplicitBounds,
    kScale,
    kZeroCount,
    kPositive,
    kNegative,
    kQuantiles,
    kAsInt,
    kAsDouble,
    kPointParts,
};

// By part: number, histogram, exponential histogram, summary.
constexpr std::array<std::array<std::uint32_t, 4>, kPointParts> kPointFields = {{
    {8, 10, 10, 8}, // kFlags
    {0, 4, 4, 4}, // kCount
    {0, 5, 5, 5}, // kSum
    {5, 8, 11, 0}, // kExemplars
    {0, 6, 0, 0}, // kBucketCounts
    {0, 7, 0, 0}, // kExplicitBounds
    {0, 0, 6, 0}, // kScale
    {0, 0, 7, 0}, // kZeroCount
    {0, 0, 8, 0}, // kPositive
    {0, 0, 9, 0}, // kNegative
    {0, 0, 0, 6}, // kQuantiles
    {6, 0, 0, 0}, // kAsInt
    {4, 0, 0, 0}, // kAsDouble
}};

/// The entry with the number that its part has in this kind of point; 0 when the kind lacks it.
Entry resolved(const Entry& entry, Evaluation& evaluation)
{
    Entry result = entry;
    const std::uint8_t type = metricOf(evaluation).type;
    const std::size_t kind = type == MetricField::kHistogram ? 1
        : type == MetricField::kExponentialHistogram         ? 2
        : type == MetricField::kSummary                      ? 3
                                                             : 0;
    result.field = kPointFields[entry.field][kind];
    return result;
}

template <Getter get>
Result<Value, Error> getPart(const Entry& entry, Evaluation& evaluation)
{
    const Entry part = resolved(entry, evaluation);
    return part.field == 0 ? Result<Value, Error>(Value()) : get(part, evaluation);
}

template <Setter set>
Result<void, Error> setPart(const Entry& entry, const Value& value, Evaluation& evaluation)
{
    const Entry part = resolved(entry, evaluation);
    if (part.field == 0)
        return evaluation.error({"this kind of data point has no ", entry.path});
    return set(part, value, evaluation);
}

Result<void, Error> setMember(const Entry& entry, const Value& value, Evaluation& evaluation)
{
    // Set even when it reads the same: a point may hold the other kind of number.
    if (!value.is(Kind::Int))
        return typeError("int", value, evaluation);
    Message& message = messageOf(entry, evaluation);
    if (!message.has(entry.field) || message.integer(entry.field) != value.integer()) {
        message.setInteger(entry.field, value.integer());
        evaluation.noteChange(setOf(entry.level));
    }
    return {};
}

Result<Value, Error> getUints(const Entry& entry, Evaluation& evaluation)
{
    return Value::ofUints(messageOf(entry, evaluation).numbers(entry.field));
}

Result<Value, Error> getDoubles(const Entry& entry, Evaluation& evaluation)
{
    const auto bits = messageOf(entry, evaluation).numbers(entry.field);
    auto* numbers = evaluation.arena().allocate<double>(bits.size());
    std::ranges::transform(bits, numbers, [](std::uint64_t number) { return std::bit_cast<double>(number); });
    return Value::ofDoubles({numbers, bits.size()});
}

Result<std::vector<std::uint64_t>, Error> numbersIn(const Value& value, Kind kind, Evaluation& evaluation)
{
    if (!value.isList())
        return typeError("list", value, evaluation).map([] { return std::vector<std::uint64_t>(); });
    std::vector<std::uint64_t> numbers;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const Value item = value.itemAt(i);
        if (!item.is(kind))
            return evaluation.error(
                {"the list holds a ", nameOf(item.kind()), ", not only a ", nameOf(kind)});
        numbers.push_back(kind == Kind::Double ? std::bit_cast<std::uint64_t>(item.number())
                                               : static_cast<std::uint64_t>(item.integer()));
    }
    return numbers;
}

template <Kind kind>
Result<void, Error> setNumbers(const Entry& entry, const Value& value, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const std::vector<std::uint64_t> numbers, numbersIn(value, kind, evaluation));
    messageOf(entry, evaluation).setNumbers(entry.field, numbers);
    evaluation.noteChange(setOf(entry.level));
    return {};
}

Result<Value, Error> getBuckets(const Entry& entry, Evaluation& evaluation)
{
    return Value::ofOpaque(OpaqueKind::Buckets, messageOf(entry, evaluation).find(entry.field));
}

Result<void, Error> setBuckets(const Entry& entry, const Value& value, Evaluation& evaluation)
{
    if (!value.is(Kind::Opaque) || value.opaqueKind() != OpaqueKind::Buckets)
        return typeError("set of buckets", value, evaluation);
    auto* from = static_cast<Message*>(const_cast<void*>(value.opaque()));
    Message& message = messageOf(entry, evaluation);
    if (message.find(entry.field) == from)
        return {};
    if (from == nullptr) {
        message.remove(entry.field);
    } else {
        Message& to = message.child(entry.field);
        to.setInteger(wire::BucketsField::kOffset, from->integer(wire::BucketsField::kOffset));
        to.setNumbers(wire::BucketsField::kBucketCounts, from->numbers(wire::BucketsField::kBucketCounts));
    }
    evaluation.noteChange(setOf(entry.level));
    return {};
}

Result<Value, Error> getOffset(const Entry& entry, Evaluation& evaluation)
{
    Message* buckets = messageOf(entry, evaluation).find(entry.field);
    return Value::ofInt(buckets == nullptr ? 0 : buckets->integer(wire::BucketsField::kOffset));
}

Result<void, Error> setOffset(const Entry& entry, const Value& value, Evaluation& evaluation)
{
    if (!value.is(Kind::Int))
        return typeError("int", value, evaluation);
    messageOf(entry, evaluation)
        .child(entry.field)
        .setInteger(wire::BucketsField::kOffset,
            static_cast<std::int32_t>(static_cast<std::uint32_t>(value.integer())));
    evaluation.noteChange(setOf(entry.level));
    return {};
}

Result<Value, Error> getOffsetCounts(const Entry& entry, Evaluation& evaluation)
{
    Message* buckets = messageOf(entry, evaluation).find(entry.field);
    return Value::ofUints(buckets == nullptr ? std::span<const std::uint64_t>()
                                             : buckets->numbers(wire::BucketsField::kBucketCounts));
}

Result<void, Error> setOffsetCounts(const Entry& entry, const Value& value, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const std::vector<std::uint64_t> numbers, numbersIn(value, Kind::Int, evaluation));
    messageOf(entry, evaluation).child(entry.field).setNumbers(wire::BucketsField::kBucketCounts, numbers);
    evaluation.noteChange(setOf(entry.level));
    return {};
}

// Bodies of logs.

Result<Value, Error> getBodyText(const Entry& entry, Evaluation& evaluation)
{
    const AnyValue body = messageOf(entry, evaluation).value(entry.field);
    return Value::ofString(evaluation.arena().copy(displayText(Value::ofAny(body))));
}

Result<void, Error> storeBody(const Entry& entry, const AnyValue& body, Evaluation& evaluation)
{
    Message& message = messageOf(entry, evaluation);
    if (body.type() != ValueType::Map && body.type() != ValueType::Array
        && message.value(entry.field) == body)
        return {};
    message.setValue(entry.field, body);
    evaluation.noteChange(setOf(entry.level));
    return {};
}

Result<void, Error> setBodyText(const Entry& entry, const Value& value, Evaluation& evaluation)
{
    if (!value.is(Kind::String))
        return typeError("string", value, evaluation);
    return storeBody(entry, AnyValue::ofString(value.text()), evaluation);
}

// What the sender said about itself.

Result<Value, Error> getPeer(const Entry&, Evaluation& evaluation)
{
    const RequestContext* request = evaluation.item().request;
    return request == nullptr || request->peer.empty() ? Value() : Value::ofString(request->peer);
}

// The tables.

constexpr auto kId16 = Kind::TraceId;
constexpr auto kId8 = Kind::SpanId;

constexpr Entry attributesEntry(std::string_view path, Context level, std::string_view help)
{
    return {path, "map", help, level, nullptr, nullptr, 0, KeyUse::Attributes};
}

constexpr Entry cacheEntry(Context level)
{
    return {"cache", "map", "A scratch map, empty for each item.", level, nullptr, nullptr, 0, KeyUse::Cache};
}

constexpr Entry kResourcePaths[] = {
    attributesEntry("attributes", Context::Resource, "The resource's attributes."),
    {"dropped_attributes_count", "int", "Attributes that the sender left out.", Context::Resource, getInt,
        setUint32, wire::ResourceField::kDroppedAttributesCount, {}},
    {"schema_url", "string", "The schema that the resource follows.", Context::Resource, getSchemaUrl,
        setSchemaUrl, 0, {}},
    cacheEntry(Context::Resource),
};

constexpr Entry kScopePaths[] = {
    {"name", "string", "The library that made the telemetry.", Context::Scope, getText, setText,
        wire::InstrumentationScopeField::kName, {}},
    {"version", "string", "The version of that library.", Context::Scope, getText, setText,
        wire::InstrumentationScopeField::kVersion, {}},
    attributesEntry("attributes", Context::Scope, "The scope's attributes."),
    {"dropped_attributes_count", "int", "Attributes that the sender left out.", Context::Scope, getInt,
        setUint32, wire::InstrumentationScopeField::kDroppedAttributesCount, {}},
    {"schema_url", "string", "The schema that the scope's telemetry follows.", Context::Scope, getSchemaUrl,
        setSchemaUrl, 0, {}},
    cacheEntry(Context::Scope),
};

constexpr Entry kSpanPaths[] = {
    {"trace_id", "trace id", "The trace that the span belongs to.", Context::Span, getId<kId16>, setId<kId16>,
        SpanField::kTraceId, {}},
    {"trace_id.string", "string", "The trace id in hexadecimal.", Context::Span, getIdText<kId16>,
        setIdText<kId16>, SpanField::kTraceId, {}},
    {"span_id", "span id", "The span's own id.", Context::Span, getId<kId8>, setId<kId8>, SpanField::kSpanId,
        {}},
    {"span_id.string", "string", "The span id in hexadecimal.", Context::Span, getIdText<kId8>,
        setIdText<kId8>, SpanField::kSpanId, {}},
    {"parent_span_id", "span id", "The parent's id; zero for a root.", Context::Span, getId<kId8>,
        setId<kId8>, SpanField::kParentSpanId, {}},
    {"parent_span_id.string", "string", "The parent's id in hexadecimal.", Context::Span, getIdText<kId8>,
        setIdText<kId8>, SpanField::kParentSpanId, {}},
    {"trace_state", "string", "The W3C trace state, or one member of it.", Context::Span, getRecordText,
        setText, SpanField::kTraceState, KeyUse::TraceState},
    {"name", "string", "The span's name.", Context::Span, getRecordName, setText, SpanField::kName, {}},
    {"kind", "int", "The span's kind: see SPAN_KIND_….", Context::Span, getSpanKind, setInt32,
        SpanField::kKind, {}},
    {"kind.string", "string", "The span's kind as a word: Server, Client, ….", Context::Span,
        getKindName<kKindNames>, setKindName<kKindNames>, SpanField::kKind, {}},
    {"kind.deprecated_string", "string", "The span's kind as SPAN_KIND_….", Context::Span,
        getKindName<kOldKindNames>, setKindName<kOldKindNames>, SpanField::kKind, {}},
    {"start_time", "time", "When the span began.", Context::Span, getSpanStart, setTime,
        SpanField::kStartTimeUnixNano, {}},
    {"end_time", "time", "When the span ended.", Context::Span, getSpanEnd, setTime,
        SpanField::kEndTimeUnixNano, {}},
    {"start_time_unix_nano", "int", "When the span began, in nanoseconds since 1970.", Context::Span,
        getSpanStartNano, setInt, SpanField::kStartTimeUnixNano, {}},
    {"end_time_unix_nano", "int", "When the span ended, in nanoseconds since 1970.", Context::Span,
        getSpanEndNano, setInt, SpanField::kEndTimeUnixNano, {}},
    attributesEntry("attributes", Context::Span, "The span's attributes."),
    {"dropped_attributes_count", "int", "Attributes that the sender left out.", Context::Span, getInt,
        setUint32, SpanField::kDroppedAttributesCount, {}},
    {"events", "list", "The span's events; Len() counts them.", Context::Span,
        getChildren<OpaqueKind::Events>, setItself<OpaqueKind::Events>, SpanField::kEvents, {}},
    {"dropped_events_count", "int", "Events that the sender left out.", Context::Span, getInt, setUint32,
        SpanField::kDroppedEventsCount, {}},
    {"links", "list", "The span's links; Len() counts them.", Context::Span, getChildren<OpaqueKind::Links>,
        setItself<OpaqueKind::Links>, SpanField::kLinks, {}},
    {"dropped_links_count", "int", "Links that the sender left out.", Context::Span, getInt, setUint32,
        SpanField::kDroppedLinksCount, {}},
    {"status", "status", "The span's status as a whole.", Context::Span, getStatus,
        setItself<OpaqueKind::Status>, SpanField::kStatus, {}},
    {"status.code", "int", "The status: see STATUS_CODE_….", Context::Span, getStatusCode, setStatusCode,
        SpanField::kStatus, {}},
    {"status.message", "string", "What went wrong.", Context::Span, getStatusMessage, setStatusMessage,
        SpanField::kStatus, {}},
    {"flags", "int", "The W3C trace flags.", Context::Span, getInt, setCheckedUint32, SpanField::kFlags, {}},
    cacheEntry(Context::Span),
};

constexpr Entry kSpanEventPaths[] = {
    {"name", "string", "The event's name.", Context::SpanEvent, getText, setText, SpanEventField::kName, {}},
    {"time", "time", "When the event happened.", Context::SpanEvent, getTime, setTime,
        SpanEventField::kTimeUnixNano, {}},
    {"time_unix_nano", "int", "When the event happened, in nanoseconds since 1970.", Context::SpanEvent,
        getInt, setInt, SpanEventField::kTimeUnixNano, {}},
    attributesEntry("attributes", Context::SpanEvent, "The event's attributes."),
    {"dropped_attributes_count", "int", "Attributes that the sender left out.", Context::SpanEvent, getInt,
        setUint32, SpanEventField::kDroppedAttributesCount, {}},
    {"event_index", "int", "The event's place among the span's events, from 0.", Context::SpanEvent,
        getEventIndex, setEventIndex, 0, {}},
    cacheEntry(Context::SpanEvent),
};

constexpr Entry kMetricPaths[] = {
    {"name", "string", "The metric's name.", Context::Metric, getMetricName, setText, MetricField::kName, {}},
    {"description", "string", "What the metric measures.", Context::Metric, getText, setText,
        MetricField::kDescription, {}},
    {"unit", "string", "The metric's unit.", Context::Metric, getText, setText, MetricField::kUnit, {}},
    {"type", "int", "The metric's type: see METRIC_DATA_TYPE_….", Context::Metric, getMetricType,
        setMetricType, 0, {}},
    {"aggregation_temporality", "int", "Delta or cumulative: see AGGREGATION_TEMPORALITY_….", Context::Metric,
        getTemporality, setTemporality, 0, {}},
    {"is_monotonic", "bool", "Whether a sum only rises.", Context::Metric, getIsMonotonic, setIsMonotonic, 0,
        {}},
    {"data_points", "list", "The metric's data points; Len() counts them.", Context::Metric, getDataPoints,
        setDataPoints, 0, {}},
    attributesEntry("metadata", Context::Metric, "The metric's metadata."),
    cacheEntry(Context::Metric),
};

constexpr std::uint32_t kPointStart
    = wire::NumberDataPointField::kStartTimeUnixNano; // The same in all kinds.
constexpr std::uint32_t kPointTime = wire::NumberDataPointField::kTimeUnixNano;

constexpr Entry kDataPointPaths[] = {
    attributesEntry("attributes", Context::DataPoint, "The data point's attributes."),
    {"start_time", "time", "When the interval of the point began.", Context::DataPoint, getTime, setTime,
        kPointStart, {}},
    {"start_time_unix_nano", "int", "The same in nanoseconds since 1970.", Context::DataPoint, getInt, setInt,
        kPointStart, {}},
    {"time", "time", "When the point was measured.", Context::DataPoint, getTime, setTime, kPointTime, {}},
    {"time_unix_nano", "int", "The same in nanoseconds since 1970.", Context::DataPoint, getInt, setInt,
        kPointTime, {}},
    {"value_int", "int", "The value of a whole number; 0 for another.", Context::DataPoint, getPart<getInt>,
        setPart<setMember>, kAsInt, {}},
    {"value_double", "double", "The value of a floating-point number; 0 for another.", Context::DataPoint,
        getPart<getNumber>, setPart<setNumber>, kAsDouble, {}},
    {"exemplars", "list", "The point's exemplars; Len() counts them.", Context::DataPoint,
        getPart<getChildren<OpaqueKind::Exemplars>>, setPart<setItself<OpaqueKind::Exemplars>>, kExemplars,
        {}},
    {"flags", "int", "The point's flags: see FLAG_….", Context::DataPoint, getPart<getInt>,
        setPart<setUint32>, kFlags, {}},
    {"count", "int", "How many values a histogram or summary counts.", Context::DataPoint, getPart<getInt>,
        setPart<setInt>, kCount, {}},
    {"sum", "double", "The sum of those values.", Context::DataPoint, getPart<getNumber>, setPart<setNumber>,
        kSum, {}},
    {"bucket_counts", "list", "How many values fell into each bucket of a histogram.", Context::DataPoint,
        getPart<getUints>, setPart<setNumbers<Kind::Int>>, kBucketCounts, {}},
    {"explicit_bounds", "list", "The upper bounds of those buckets.", Context::DataPoint, getPart<getDoubles>,
        setPart<setNumbers<Kind::Double>>, kExplicitBounds, {}},
    {"scale", "int", "The scale of an exponential histogram.", Context::DataPoint, getPart<getInt>,
        setPart<setInt32>, kScale, {}},
    {"zero_count", "int", "How many of its values are zero.", Context::DataPoint, getPart<getInt>,
        setPart<setInt>, kZeroCount, {}},
    {"positive", "buckets", "Its buckets of positive values.", Context::DataPoint, getPart<getBuckets>,
        setPart<setBuckets>, kPositive, {}},
    {"positive.offset", "int", "The index of the first of them.", Context::DataPoint, getPart<getOffset>,
        setPart<setOffset>, kPositive, {}},
    {"positive.bucket_counts", "list", "How many values fell into each of them.", Context::DataPoint,
        getPart<getOffsetCounts>, setPart<setOffsetCounts>, kPositive, {}},
    {"negative", "buckets", "Its buckets of negative values.", Context::DataPoint, getPart<getBuckets>,
        setPart<setBuckets>, kNegative, {}},
    {"negative.offset", "int", "The index of the first of them.", Context::DataPoint, getPart<getOffset>,
        setPart<setOffset>, kNegative, {}},
    {"negative.bucket_counts", "list", "How many values fell into each of them.", Context::DataPoint,
        getPart<getOffsetCounts>, setPart<setOffsetCounts>, kNegative, {}},
    {"quantile_values", "list", "The quantiles of a summary; Len() counts them.", Context::DataPoint,
        getPart<getChildren<OpaqueKind::QuantileValues>>, setPart<setItself<OpaqueKind::QuantileValues>>,
        kQuantiles, {}},
    cacheEntry(Context::DataPoint),
};

constexpr Entry kExemplarPaths[] = {
    {"time", "time", "When the exemplar was measured.", Context::Exemplar, getTime, setTime,
        ExemplarField::kTimeUnixNano, {}},
    {"time_unix_nano", "int", "The same in nanoseconds since 1970.", Context::Exemplar, getInt, setInt,
        ExemplarField::kTimeUnixNano, {}},
    {"double_value", "double", "The value of a floating-point number; 0 for another.", Context::Exemplar,
        getNumber, setNumber, ExemplarField::kAsDouble, {}},
    {"int_value", "int", "The value of a whole number; 0 for another.", Context::Exemplar, getInt, setMember,
        ExemplarField::kAsInt, {}},
    {"trace_id", "trace id", "The trace that it was measured in.", Context::Exemplar, getId<kId16>,
        setId<kId16>, ExemplarField::kTraceId, {}},
    {"trace_id.string", "string", "The trace id in hexadecimal.", Context::Exemplar, getIdText<kId16>,
        setIdText<kId16>, ExemplarField::kTraceId, {}},
    {"span_id", "span id", "The span that it was measured in.", Context::Exemplar, getId<kId8>, setId<kId8>,
        ExemplarField::kSpanId, {}},
    {"span_id.string", "string", "The span id in hexadecimal.", Context::Exemplar, getIdText<kId8>,
        setIdText<kId8>, ExemplarField::kSpanId, {}},
    attributesEntry("filtered_attributes", Context::Exemplar, "Attributes that the aggregation left out."),
    cacheEntry(Context::Exemplar),
};

constexpr Entry kLogPaths[] = {
    {"time", "time", "When the event happened.", Context::Log, getTime, setTime,
        LogRecordField::kTimeUnixNano, {}},
    {"observed_time", "time", "When the event was seen.", Context::Log, getTime, setTime,
        LogRecordField::kObservedTimeUnixNano, {}},
    {"time_unix_nano", "int", "When the event happened, in nanoseconds since 1970.", Context::Log, getInt,
        setInt, LogRecordField::kTimeUnixNano, {}},
    {"observed_time_unix_nano", "int", "When the event was seen, in nanoseconds since 1970.", Context::Log,
        getInt, setInt, LogRecordField::kObservedTimeUnixNano, {}},
    {"severity_number", "int", "The severity: see SEVERITY_NUMBER_….", Context::Log, getSpanKind, setInt32,
        LogRecordField::kSeverityNumber, {}},
    {"severity_text", "string", "The severity as the source calls it.", Context::Log, getRecordText, setText,
        LogRecordField::kSeverityText, {}},
    {"event_name", "string", "The kind of event.", Context::Log, getText, setText, LogRecordField::kEventName,
        {}},
    {"body", "any", "What is logged.", Context::Log, nullptr, nullptr, LogRecordField::kBody, KeyUse::Body},
    {"body.string", "string", "What is logged, as a text.", Context::Log, getBodyText, setBodyText,
        LogRecordField::kBody, {}},
    attributesEntry("attributes", Context::Log, "The record's attributes."),
    {"dropped_attributes_count", "int", "Attributes that the sender left out.", Context::Log, getInt,
        setUint32, LogRecordField::kDroppedAttributesCount, {}},
    {"flags", "int", "The W3C trace flags.", Context::Log, getInt, setUint32, LogRecordField::kFlags, {}},
    {"trace_id", "trace id", "The trace that the record belongs to.", Context::Log, getId<kId16>,
        setId<kId16>, LogRecordField::kTraceId, {}},
    {"trace_id.string", "string", "The trace id in hexadecimal.", Context::Log, getIdText<kId16>,
        setIdText<kId16>, LogRecordField::kTraceId, {}},
    {"span_id", "span id", "The span that the record belongs to.", Context::Log, getId<kId8>, setId<kId8>,
        LogRecordField::kSpanId, {}},
    {"span_id.string", "string", "The span id in hexadecimal.", Context::Log, getIdText<kId8>,
        setIdText<kId8>, LogRecordField::kSpanId, {}},
    cacheEntry(Context::Log),
};

/// Behind `otelcol.`; known in every context, read-only.
constexpr Entry kCollectorPaths[] = {
    {"client.addr", "string", "The sender's address.", Context::Resource, getPeer, nullptr, 0, {}},
    {"client.metadata", "map", "The headers of the request.", Context::Resource, nullptr, nullptr, 0,
        KeyUse::Request},
    {"client.auth.attributes", "map", "What the authentication knows of the sender; empty here.",
        Context::Resource, nullptr, nullptr, 1, KeyUse::Request},
    {"grpc.metadata", "map", "The headers of a gRPC request.", Context::Resource, nullptr, nullptr, 2,
        KeyUse::Request},
};

std::span<const Entry> tableOf(Context context)
{
    switch (context) {
    case Context::Resource: return kResourcePaths;
    case Context::Scope: return kScopePaths;
    case Context::Span: return kSpanPaths;
    case Context::SpanEvent: return kSpanEventPaths;
    case Context::Metric: return kMetricPaths;
    case Context::DataPoint: return kDataPointPaths;
    case Context::Exemplar: return kExemplarPaths;
    case Context::Log: return kLogPaths;
    }
    return {};
}

// What paths are compiled to.

class FieldPath final : public Target {
public:
    explicit FieldPath(const Entry& entry)
        : m_entry(entry)
    {
    }

    Result<Value, Error> evaluate(Evaluation& evaluation) const override
    {
        return m_entry.get(m_entry, evaluation);
    }

    Result<void, Error> store(const Value& value, Evaluation& evaluation) const override
    {
        if (m_entry.set == nullptr)
            return evaluation.error({m_entry.path, " cannot be set"});
        return value.isNil() ? Result<void, Error>() : m_entry.set(m_entry, value, evaluation);
    }

private:
    const Entry& m_entry;
};

/// A map of attributes, or something in it.
class AttributesPath : public Target {
public:
    AttributesPath(Context level, std::vector<Key> keys)
        : m_level(level)
        , m_keys(std::move(keys))
        , m_isRecord(level == Context::Span || level == Context::Log || level == Context::DataPoint)
        , m_hasPlainKey(m_keys.size() == 1 && m_keys[0].isLiteralText())
    {
    }

    Result<Value, Error> evaluate(Evaluation& evaluation) const override
    {
        if (m_hasPlainKey) [[likely]] {
            const std::string_view name = m_keys[0].literal.text();
            if (m_isRecord && !evaluation.readsLists()) {
                const Item& item = evaluation.item();
                const auto found = item.batch->findAttribute(item.record, name);
                return found ? Value::ofAny(*found) : Value();
            }
            const AnyValue* found = map(evaluation).find(name);
            return found == nullptr ? Value() : Value::ofAny(*found);
        }
        AttributeList& list = map(evaluation);
        if (m_keys.empty())
            return Value::ofMap(list);
        SLUICE_TRY_AS(const Value name, m_keys[0].evaluate(evaluation));
        if (!name.is(Kind::String))
            return evaluation.error({"a map cannot be indexed with a ", nameOf(name.kind())});
        const AnyValue* found = list.find(name.text());
        return found == nullptr ? Result<Value, Error>(Value())
                                : indexed(*found, Keys(m_keys).subspan(1), evaluation);
    }

    Result<void, Error> store(const Value& value, Evaluation& evaluation) const override
    {
        AttributeList& attributes = map(evaluation);
        if (m_keys.empty()) {
            SLUICE_TRY(assignAll(attributes, value, evaluation));
            noteChange(evaluation);
            return {};
        }
        if (m_hasPlainKey) {
            if (value.isNil())
                return {};
            auto kept = toTelemetry(value, evaluation.arena());
            if (kept) [[likely]] {
                if (attributes.put(m_keys[0].literal.text(), *kept))
                    noteChange(evaluation);
                return {};
            }
        }
        noteChange(evaluation);
        return assign(attributes, m_keys, value, evaluation);
    }

    AttributeList* list(Evaluation& evaluation) const override
    {
        return m_keys.empty() ? &map(evaluation) : nullptr;
    }

    void noteChange(Evaluation& evaluation) const override { evaluation.noteChange(setOf(m_level)); }

protected:
    [[nodiscard]] virtual AttributeList& map(Evaluation& evaluation) const
    {
        const Item& item = evaluation.item();
        return m_isRecord ? item.batch->attributes(item.record) : attributesAt(m_level, item);
    }

private:
    Context m_level;
    std::vector<Key> m_keys;
    bool m_isRecord;
    bool m_hasPlainKey;
};

class CachePath final : public AttributesPath {
public:
    explicit CachePath(std::vector<Key> keys)
        : AttributesPath(Context::Resource, std::move(keys))
    {
    }
    void noteChange(Evaluation&) const override { } // Nothing of it leaves.

protected:
    [[nodiscard]] AttributeList& map(Evaluation& evaluation) const override { return evaluation.cache(); }
};

class BodyPath final : public Target {
public:
    BodyPath(const Entry& entry, std::vector<Key> keys)
        : m_entry(entry)
        , m_keys(std::move(keys))
    {
    }

    Result<Value, Error> evaluate(Evaluation& evaluation) const override
    {
        const AnyValue body = messageOf(m_entry, evaluation).value(m_entry.field);
        SLUICE_TRY(check(body));
        return indexed(body, m_keys, evaluation);
    }

    Result<void, Error> store(const Value& value, Evaluation& evaluation) const override
    {
        if (value.isNil())
            return {};
        const AnyValue body = messageOf(m_entry, evaluation).value(m_entry.field);
        SLUICE_TRY(check(body));
        const Assigned result = assigned(body, m_keys, value, evaluation);
        SLUICE_TRY(storeBody(m_entry, result.value, evaluation));
        if (result.error)
            return fail(*result.error);
        return {};
    }

private:
    [[nodiscard]] Result<void, Error> check(const AnyValue& body) const
    {
        if (!m_keys.empty() && body.type() != ValueType::Map && body.type() != ValueType::Array)
            return fail(Error{"the body is neither a map nor a list"});
        return {};
    }

    const Entry& m_entry;
    std::vector<Key> m_keys;
};

class TraceStatePath final : public Target {
public:
    TraceStatePath(const Entry& entry, Key key)
        : m_entry(entry)
        , m_key(std::move(key))
    {
    }

    Result<Value, Error> evaluate(Evaluation& evaluation) const override
    {
        SLUICE_TRY_AS(const std::string_view name, nameOfMember(evaluation));
        const std::string_view header = messageOf(m_entry, evaluation).text(m_entry.field);
        const auto members = traceStateMembers(header);
        if (!members)
            return Value();
        for (const auto& [key, value] : *members) {
            if (key == name)
                return Value::ofString(value);
        }
        return Value::ofString({});
    }

    Result<void, Error> store(const Value& value, Evaluation& evaluation) const override
    {
        SLUICE_TRY_AS(const std::string_view name, nameOfMember(evaluation));
        if (value.isNil())
            return {};
        if (!value.is(Kind::String))
            return typeError("string", value, evaluation);
        Message& message = messageOf(m_entry, evaluation);
        const auto header = withTraceStateMember(message.text(m_entry.field), name, value.text());
        if (header && *header != message.text(m_entry.field)) {
            message.setText(m_entry.field, evaluation.arena().copy(*header));
            evaluation.noteChange(setOf(m_entry.level));
        }
        return {};
    }

private:
    Result<std::string_view, Error> nameOfMember(Evaluation& evaluation) const
    {
        SLUICE_TRY_AS(const Value name, m_key.evaluate(evaluation));
        if (!name.is(Kind::String))
            return evaluation.error({"a trace state cannot be indexed with a ", nameOf(name.kind())});
        return name.text();
    }

    const Entry& m_entry;
    Key m_key;
};

/// What came with the request: names to lists of texts.
class RequestPath final : public Target {
public:
    RequestPath(const Entry& entry, std::vector<Key> keys)
        : m_entry(entry)
        , m_keys(std::move(keys))
    {
    }

    Result<Value, Error> evaluate(Evaluation& evaluation) const override
    {
        return indexed(AnyValue::ofMap(entries(evaluation)), m_keys, evaluation);
    }

    Result<void, Error> store(const Value&, Evaluation& evaluation) const override
    {
        return evaluation.error({"otelcol.", m_entry.path, " cannot be set"});
    }

private:
    enum : std::uint32_t { kMetadata, kAuthentication, kGrpc };

    [[nodiscard]] std::span<const AnyEntry> entries(Evaluation& evaluation) const
    {
        const RequestContext* request = evaluation.item().request;
        if (request == nullptr || m_entry.field == kAuthentication
            || (m_entry.field == kGrpc && request->transport != Transport::Grpc))
            return {};
        Arena& arena = evaluation.arena();
        const auto& headers = request->headers;
        auto* entries = arena.allocate<AnyEntry>(headers.size());
        std::size_t count = 0;
        for (const auto& [name, first] : headers) {
            if (std::ranges::find(entries, entries + count, name, &AnyEntry::key) != entries + count)
                continue;
            auto* values = arena.allocate<AnyValue>(headers.size());
            std::size_t valueCount = 0;
            for (const auto& [otherName, value] : headers) {
                if (otherName == name)
                    std::construct_at(values + valueCount++, AnyValue::ofString(value));
            }
            std::construct_at(entries + count++, AnyEntry{name, AnyValue::ofArray({values, valueCount})});
        }
        return {entries, count};
    }

    const Entry& m_entry;
    std::vector<Key> m_keys;
};

Result<std::vector<Key>, ParseError> compileKeys(const PathSegment& segment, const KeyCompiler& compileKey)
{
    std::vector<Key> keys;
    for (const Node& node : segment.keys) {
        SLUICE_TRY_AS(Key key, compileKey(node));
        keys.push_back(std::move(key));
    }
    return keys;
}

struct Root {
    std::span<const Entry> table;
    std::string_view name;
    std::size_t firstSegment = 0;
    bool isOwn = false;
};

std::string contextList(Context context)
{
    std::string text;
    for (const Context visible : kContexts) {
        if (contains(visibleFrom(context), visible)) {
            text += text.empty() ? "" : ", ";
            text += nameOf(visible);
        }
    }
    return text;
}

Result<Root, ParseError> rootOf(const Node& path, Context context, PathMode mode)
{
    const PathSegment& first = path.segments.front();
    const Root own{tableOf(context), nameOf(context), 0, true};
    const bool mayBeContext = path.segments.size() > 1 && first.keys.empty();
    if (mayBeContext && first.name == "otelcol")
        return Root{kCollectorPaths, "otelcol", 1, false};
    if (mayBeContext) {
        const auto named = contextNamed(first.name);
        const bool isAlias = first.name == "instrumentation_scope" && context == Context::Scope;
        if (named && contains(visibleFrom(context), *named) && !isAlias)
            return Root{tableOf(*named), nameOf(*named), 1, *named == context};
        if (named && mode == PathMode::ContextName) {
            return fail(ParseError{"`" + first.name + "` cannot be reached from a rule about `"
                    + std::string(nameOf(context)) + "`; it can use " + contextList(context),
                first.begin, first.end});
        }
    }
    if (mode != PathMode::ContextName)
        return own;
    return fail(ParseError{"a path begins with its context here, as in `" + std::string(nameOf(context)) + "."
            + first.name + "`; there are " + contextList(context),
        first.begin, first.end});
}

std::string unknownPath(const Root& root, std::string_view written)
{
    std::string text = "there is no `" + std::string(written) + "` in " + std::string(root.name);
    std::vector<std::string_view> candidates;
    for (const Entry& entry : root.table) {
        candidates.push_back(entry.path);
        if (entry.keys != KeyUse::None && written.starts_with(entry.path)
            && written.substr(entry.path.size()).starts_with('.')) {
            return text + "; did you mean `" + std::string(entry.path) + "[\""
                + std::string(written.substr(entry.path.size() + 1)) + "\"]`?";
        }
    }
    if (const auto nearest = nearestTo(written, candidates))
        text += "; did you mean `" + *nearest + "`?";
    return text;
}

} // namespace

AttributeList& attributesAt(Context context, const Item& item)
{
    switch (context) {
    case Context::Resource: return item.batch->resourceAttributes(item.resource);
    case Context::Scope: return item.batch->scopeAttributes(item.scope);
    case Context::Metric: return item.batch->metric(item.metric).attributes();
    case Context::SpanEvent:
    case Context::Exemplar: return item.child->attributes();
    default: return item.batch->attributes(item.record);
    }
}

std::optional<Context> writtenContext(const Node& path)
{
    const PathSegment& first = path.segments.front();
    if (path.segments.size() < 2 || !first.keys.empty())
        return std::nullopt;
    return contextNamed(first.name);
}

std::vector<PathDescription> pathsOf(Context context)
{
    std::vector<PathDescription> paths;
    for (const Entry& entry : tableOf(context))
        paths.push_back({entry.path, entry.type, entry.help, entry.keys != KeyUse::None});
    return paths;
}

Result<std::unique_ptr<Target>, ParseError> bindPath(
    const Node& path, Context context, PathMode mode, const KeyCompiler& compileKey)
{
    SLUICE_TRY_AS(const Root root, rootOf(path, context, mode));
    std::string written;
    for (std::size_t i = root.firstSegment; i < path.segments.size(); ++i) {
        written += written.empty() ? "" : ".";
        written += path.segments[i].name;
    }
    const auto found = std::ranges::find(root.table, written, &Entry::path);
    if (found == root.table.end())
        return fail(ParseError{unknownPath(root, written), path.begin, path.end});
    const Entry& entry = *found;
    if (entry.keys == KeyUse::Cache && !root.isOwn)
        return fail(
            ParseError{"only the rule's own cache can be used: `" + std::string(nameOf(context)) + ".cache`",
                path.begin, path.end});
    for (std::size_t i = 0; i < path.segments.size(); ++i) {
        const bool isLast = i + 1 == path.segments.size();
        if (!path.segments[i].keys.empty() && (!isLast || entry.keys == KeyUse::None))
            return fail(ParseError{"`" + path.segments[i].name + "` cannot be indexed",
                path.segments[i].keys.front().begin, path.segments[i].keys.back().end});
    }
    SLUICE_TRY_AS(std::vector<Key> keys, compileKeys(path.segments.back(), compileKey));
    switch (entry.keys) {
    case KeyUse::Attributes: return std::make_unique<AttributesPath>(entry.level, std::move(keys));
    case KeyUse::Cache: return std::make_unique<CachePath>(std::move(keys));
    case KeyUse::Body: return std::make_unique<BodyPath>(entry, std::move(keys));
    case KeyUse::Request: return std::make_unique<RequestPath>(entry, std::move(keys));
    case KeyUse::TraceState:
        if (keys.size() > 1)
            return fail(ParseError{"a trace state has members, and they have none", path.begin, path.end});
        if (keys.size() == 1)
            return std::make_unique<TraceStatePath>(entry, std::move(keys[0]));
        break;
    case KeyUse::None: break;
    }
    return std::make_unique<FieldPath>(entry);
}

} // namespace sluice::ottl
