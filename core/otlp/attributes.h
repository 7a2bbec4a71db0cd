#pragma once

// Attributes of a record, resource or scope: looked at in place, decoded into an arena, and encoded again.
// Source: OTLP 1.11; spec/protocols.md sections 1.1 and 1.5.

#include "core/base/arena.h"
#include "core/model/signal.h"
#include "core/model/value.h"
#include "core/otlp/scan.h"
#include "core/wire/otlp_fields.h"
#include "core/wire/reader.h"
#include "core/wire/writer.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sluice::otlp {

/// The field number under which records of `signal` keep their attributes. `metricType` is MetricView::type.
constexpr std::uint32_t attributesField(Signal signal, std::uint8_t metricType = 0)
{
    switch (signal) {
    case Signal::Traces: return wire::SpanField::kAttributes;
    case Signal::Logs: return wire::LogRecordField::kAttributes;
    case Signal::Metrics: break;
    }
    switch (metricType) {
    case wire::MetricField::kHistogram: return wire::HistogramDataPointField::kAttributes;
    case wire::MetricField::kExponentialHistogram:
        return wire::ExponentialHistogramDataPointField::kAttributes;
    case wire::MetricField::kGauge:
    case wire::MetricField::kSum:
    case wire::MetricField::kSummary:
        return wire::NumberDataPointField::kAttributes; // Summary has the same number.
    default: return wire::MetricField::kMetadata;
    }
}
static_assert(wire::NumberDataPointField::kAttributes == wire::SummaryDataPointField::kAttributes);

/// The same for a record of a scanned request; for a metric without points its metadata.
inline std::uint32_t attributesField(const ScannedRequest& request, const RecordView& record)
{
    if (request.signal != Signal::Metrics)
        return attributesField(request.signal);
    return attributesField(
        Signal::Metrics, record.isPoint ? request.metrics[record.metric].type : std::uint8_t{0});
}

/// Walks over the attributes of one message as they are on the wire, in their order, duplicates included.
///
///     for (AttributeReader attribute(span.message, wire::SpanField::kAttributes); attribute.next();)
///         if (attribute.key() == "http.route") route = stringOf(attribute.value());
///
/// Stops at malformed bytes, which validate() would have refused. No allocation; views into the message; one
/// thread.
class AttributeReader {
public:
    /// `field` is the number of the repeated KeyValue field: SpanField::kAttributes,
    /// ResourceField::kAttributes, …
    AttributeReader(std::string_view message, std::uint32_t field)
        : m_fields(message)
        , m_tag(wire::tagOf(field, wire::WireType::Length))
    {
    }

    [[nodiscard]] bool next();

    [[nodiscard]] std::string_view key() const { return m_key; }
    /// The AnyValue message. Empty for an empty value, and when there is none.
    [[nodiscard]] std::string_view value() const { return m_value; }
    /// The whole field, tag included.
    [[nodiscard]] std::string_view raw() const { return m_fields.raw(); }

private:
    wire::Reader m_fields;
    std::uint32_t m_tag;
    std::string_view m_key;
    std::string_view m_value;
};

/// The AnyValue message of the first attribute called `key`. Nothing when there is no such attribute.
std::optional<std::string_view> findAttribute(
    std::string_view message, std::uint32_t field, std::string_view key);

/// The text of an AnyValue that is a string. Nothing when it is something else.
std::optional<std::string_view> stringOf(std::string_view anyValue);

/// Decodes an AnyValue. Strings point into `anyValue`, lists and maps into the arena. Cannot fail: what is
/// malformed or nested beyond kMaxDepth is an empty value. Reserved for profiles: string_value_strindex is an
/// empty value too.
Value decodeValue(std::string_view anyValue, Arena& arena);

/// Decodes all attributes of a message, in their order, duplicates included.
std::span<KeyValue> decodeAttributes(std::string_view message, std::uint32_t field, Arena& arena);

/// Appends the fields of an AnyValue (without a tag or length of its own).
void encodeValue(wire::Writer& writer, const Value& value);

/// Appends one attribute as an element of the repeated KeyValue field `field`.
void encodeAttribute(wire::Writer& writer, std::uint32_t field, const KeyValue& attribute);

[[gnu::always_inline]] inline bool AttributeReader::next() // As Reader::next().
{
    using wire::KeyValueField;
    using wire::WireType;
    while (m_fields.next()) {
        if (m_fields.tag() != m_tag)
            continue;
        m_key = {};
        m_value = {};
        for (wire::Reader pair(m_fields.bytes()); pair.next();) {
            if (pair.tag() == wire::tagOf(KeyValueField::kKey, WireType::Length))
                m_key = pair.bytes();
            else if (pair.tag() == wire::tagOf(KeyValueField::kValue, WireType::Length))
                m_value = pair.bytes();
        }
        return true;
    }
    return false;
}

} // namespace sluice::otlp
