#include "core/search/record_fields.h"

#include "core/base/arena.h"
#include "core/otlp/attributes.h"
#include "core/search/text.h"
#include "core/wire/otlp_fields.h"
#include "core/wire/reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

namespace sluice::search {
namespace {

using wire::Reader;
using wire::tagOf;
using wire::WireType;

void appendNumber(std::string& out, double value)
{
    if (std::isnan(value)) {
        out += "NaN";
        return;
    }
    if (std::isinf(value)) {
        out += value < 0 ? "-Infinity" : "Infinity";
        return;
    }
    std::array<char, 32> digits{};
    const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    out.append(digits.data(), result.ptr);
}

void appendBase64(std::string& out, std::string_view bytes)
{
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 3; ++k)
            group = group << 8U | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
        for (std::size_t k = 0; k < 4; ++k)
            out += i + k > bytes.size() ? '=' : digits[group >> (18 - 6 * k) & 63U];
    }
}

void appendQuoted(std::string& out, std::string_view text)
{
    constexpr std::string_view hex = "0123456789abcdef";
    out += '"';
    for (const char c : shown(text)) {
        switch (c) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        default:
            if (static_cast<unsigned char>(c) < 0x20) {
                out += "\\u00";
                out += hex[static_cast<unsigned char>(c) >> 4U];
                out += hex[static_cast<unsigned char>(c) & 15U];
            } else {
                out += c;
            }
        }
    }
    out += '"';
}

void appendJson(std::string& out, const Value& value)
{
    switch (value.type()) {
    case ValueType::Empty: out += "null"; return;
    case ValueType::String: appendQuoted(out, value.text()); return;
    case ValueType::Bool: out += value.boolean() ? "true" : "false"; return;
    case ValueType::Int: out += std::to_string(value.integer()); return;
    case ValueType::Double: appendNumber(out, value.number()); return;
    case ValueType::Bytes:
        out += '"';
        appendBase64(out, value.text());
        out += '"';
        return;
    case ValueType::Array: {
        out += '[';
        bool isFirst = true;
        for (const Value& item : value.items()) {
            if (!std::exchange(isFirst, false))
                out += ',';
            appendJson(out, item);
        }
        out += ']';
        return;
    }
    case ValueType::Map: {
        out += '{';
        bool isFirst = true;
        for (const KeyValue& entry : value.entries()) {
            if (!std::exchange(isFirst, false))
                out += ',';
            appendQuoted(out, entry.key);
            out += ':';
            appendJson(out, entry.value);
        }
        out += '}';
        return;
    }
    }
}

template <class Id>
Id idOf(std::string_view bytes)
{
    const auto id = Id::fromBytes(std::as_bytes(std::span(bytes)));
    return id.value_or(Id{});
}

/// The first `limit` characters of valid UTF-8.
std::string shortened(std::string text, std::size_t limit)
{
    if (text.size() <= limit)
        return text;
    std::size_t characters = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool begins = (static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U;
        if (begins && characters++ == limit) {
            text.resize(i);
            return text;
        }
    }
    return text;
}

} // namespace

std::string_view messageOf(const Chunk& chunk, std::size_t index)
{
    const std::string_view payload = chunk.payload.view();
    const std::size_t offset = chunk.columns.offset[index];
    return offset > payload.size() ? std::string_view{} : payload.substr(offset, chunk.columns.length[index]);
}

std::string serviceOf(const Chunk& chunk, std::size_t index)
{
    const std::string& service = chunk.columns.strings[chunk.columns.service[index]];
    return service.empty() ? "unknown_service" : shown(service);
}

std::string httpStatusOf(std::string_view span)
{
    constexpr std::string_view current = "http.response.status_code";
    constexpr std::string_view former = "http.status_code";
    std::string_view found;
    for (otlp::AttributeReader attribute(span, wire::SpanField::kAttributes); attribute.next();) {
        if (attribute.key() == current) {
            found = attribute.value();
            break;
        }
        if (attribute.key() == former)
            found = attribute.value();
    }
    if (found.empty())
        return {};
    Arena arena(64);
    return textOf(otlp::decodeValue(found, arena));
}

query::SpanRow spanRowOf(const Chunk& chunk, std::size_t index)
{
    using wire::SpanField;
    const ChunkColumns& columns = chunk.columns;
    query::SpanRow row;
    row.sequence = chunk.info.firstRecord + index;
    row.start = fromUnixNano(columns.startUnixNano[index]);
    const UnixTime end = fromUnixNano(columns.endUnixNano[index]);
    row.duration = end > row.start ? end - row.start : Nanos(0);
    row.name = shown(columns.strings[columns.name[index]]);
    row.kind = columns.kind[index];
    row.status = columns.status[index];
    row.findings = columns.findings[index];
    for (Reader field(messageOf(chunk, index)); field.next();) {
        switch (field.tag()) {
        case tagOf(SpanField::kSpanId, WireType::Length): row.id = spanIdOf(field.bytes()); break;
        case tagOf(SpanField::kParentSpanId, WireType::Length): row.parent = spanIdOf(field.bytes()); break;
        case tagOf(SpanField::kEvents, WireType::Length): {
            UnixTime time;
            for (Reader event(field.bytes()); event.next();) {
                if (event.tag() == tagOf(wire::SpanEventField::kTimeUnixNano, WireType::Fixed64))
                    time = fromUnixNano(event.scalar());
            }
            row.events.push_back(time);
            break;
        }
        default: break;
        }
    }
    return row;
}

query::LogRow logRowOf(const Chunk& chunk, std::size_t index, std::size_t bodyLimit)
{
    using wire::LogRecordField;
    const ChunkColumns& columns = chunk.columns;
    const std::string_view message = messageOf(chunk, index);
    query::LogRow row;
    row.sequence = chunk.info.firstRecord + index;
    row.time = fromUnixNano(columns.startUnixNano[index]);
    row.severity = columns.kind[index];
    row.service = serviceOf(chunk, index);
    row.traceId = columns.traceId[index];
    for (Reader field(message); field.next();) {
        if (field.tag() == tagOf(LogRecordField::kSeverityText, WireType::Length))
            row.severityText = shown(field.bytes());
        else if (field.tag() == tagOf(LogRecordField::kSpanId, WireType::Length))
            row.spanId = spanIdOf(field.bytes());
    }
    row.body = shortened(bodyOf(message), bodyLimit);
    return row;
}

std::string bodyOf(std::string_view logRecord)
{
    for (Reader field(logRecord); field.next();) {
        if (field.tag() != tagOf(wire::LogRecordField::kBody, WireType::Length))
            continue;
        if (const auto text = otlp::stringOf(field.bytes()))
            return shown(*text);
        Arena arena(1024);
        return textOf(otlp::decodeValue(field.bytes(), arena));
    }
    return {};
}

std::string textOf(const Value& value)
{
    if (value.type() == ValueType::String)
        return shown(value.text());
    std::string text;
    if (value.type() == ValueType::Bytes)
        appendBase64(text, value.text());
    else if (value.type() != ValueType::Empty)
        appendJson(text, value);
    return text;
}

std::string_view typeOf(const Value& value)
{
    constexpr std::array<std::string_view, 8> names{
        "empty", "string", "bool", "int", "double", "bytes", "array", "map"};
    return names[static_cast<std::size_t>(value.type())];
}

std::vector<query::Attribute> attributesOf(std::string_view message, std::uint32_t field)
{
    Arena arena;
    std::vector<query::Attribute> attributes;
    for (const KeyValue& attribute : otlp::decodeAttributes(message, field, arena))
        attributes.push_back(
            {shown(attribute.key), textOf(attribute.value), std::string(typeOf(attribute.value))});
    return attributes;
}

SpanId spanIdOf(std::string_view bytes)
{
    return idOf<SpanId>(bytes);
}

TraceId traceIdOf(std::string_view bytes)
{
    return idOf<TraceId>(bytes);
}

} // namespace sluice::search
