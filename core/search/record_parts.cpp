#include "core/search/record_parts.h"

#include "core/otlp/attributes.h"
#include "core/otlp/json.h"
#include "core/otlp/scan.h"
#include "core/search/record_fields.h"
#include "core/search/text.h"
#include "core/wire/otlp_fields.h"
#include "core/wire/reader.h"
#include "core/wire/writer.h"

#include <array>

namespace sluice::search {
namespace {

using wire::Reader;
using wire::tagOf;
using wire::WireType;

/// Adds line breaks and two spaces per level to JSON without white space.
std::string indented(std::string_view json)
{
    std::string out;
    std::size_t depth = 0;
    bool isText = false;
    const auto newLine = [&] {
        out += '\n';
        out.append(2 * depth, ' ');
    };
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (isText) {
            out += c;
            if (c == '\\' && i + 1 < json.size())
                out += json[++i];
            else if (c == '"')
                isText = false;
            continue;
        }
        switch (c) {
        case '"':
            isText = true;
            out += c;
            break;
        case '{':
        case '[':
            out += c;
            if (i + 1 < json.size() && (json[i + 1] == '}' || json[i + 1] == ']')) {
                out += json[++i];
            } else {
                ++depth;
                newLine();
            }
            break;
        case '}':
        case ']':
            depth -= depth > 0 ? 1U : 0U;
            newLine();
            out += c;
            break;
        case ',':
            out += c;
            newLine();
            break;
        case ':': out += ": "; break;
        case ' ':
        case '\n': break;
        default: out += c;
        }
    }
    return out;
}

/// The first element of the first list called `key`, found by its brackets.
std::string_view firstElement(std::string_view json, std::string_view key)
{
    const std::string wanted = '"' + std::string(key) + "\":[";
    const std::size_t found = json.find(wanted);
    if (found == std::string_view::npos)
        return {};
    const std::size_t begin = found + wanted.size();
    std::size_t depth = 0;
    bool isText = false;
    for (std::size_t i = begin; i < json.size(); ++i) {
        const char c = json[i];
        if (isText) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                isText = false;
        } else if (c == '"') {
            isText = true;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if ((c == '}' || c == ']') && --depth == 0) {
            return json.substr(begin, i + 1 - begin);
        }
    }
    return {};
}

} // namespace

std::optional<RecordParts> partsOf(Signal signal, std::string_view request, std::size_t index)
{
    otlp::ScannedRequest scanned;
    if (!otlp::scan(signal, request, scanned) || index >= scanned.records.size())
        return std::nullopt;
    const otlp::RecordView& record = scanned.records[index];
    RecordParts parts;
    parts.signal = signal;
    parts.message = record.message;
    parts.name = record.name;
    if (signal == Signal::Metrics)
        parts.metric = scanned.metrics[record.metric].message;
    const std::uint32_t scopeIndex
        = signal == Signal::Metrics ? scanned.metrics[record.metric].scope : record.scope;
    const otlp::ScopeView& scope = scanned.scopes[scopeIndex];
    parts.scope = scope.scope;
    parts.scopeSchemaUrl = scope.schemaUrl;
    const otlp::ResourceView& resource = scanned.resources[scope.resource];
    parts.resource = resource.resource;
    parts.resourceSchemaUrl = resource.schemaUrl;
    parts.attributes = otlp::attributesField(scanned, record);
    return parts;
}

query::ResourceInfo resourceInfoOf(const RecordParts& parts)
{
    query::ResourceInfo info;
    info.attributes = attributesOf(parts.resource, wire::ResourceField::kAttributes);
    info.schemaUrl = shown(parts.resourceSchemaUrl);
    info.service = "unknown_service";
    for (const query::Attribute& attribute : info.attributes) {
        if (attribute.key == "service.name" && attribute.type == "string" && !attribute.text.empty()) {
            info.service = attribute.text;
            break;
        }
    }
    return info;
}

query::ScopeInfo scopeInfoOf(const RecordParts& parts)
{
    using wire::InstrumentationScopeField;
    query::ScopeInfo info;
    for (Reader field(parts.scope); field.next();) {
        if (field.tag() == tagOf(InstrumentationScopeField::kName, WireType::Length))
            info.name = shown(field.bytes());
        else if (field.tag() == tagOf(InstrumentationScopeField::kVersion, WireType::Length))
            info.version = shown(field.bytes());
    }
    info.attributes = attributesOf(parts.scope, InstrumentationScopeField::kAttributes);
    info.schemaUrl = shown(parts.scopeSchemaUrl);
    return info;
}

std::vector<query::Attribute> attributesOf(const RecordParts& parts)
{
    return attributesOf(parts.message, parts.attributes);
}

std::vector<query::Attribute> attributesAndFieldsOf(const RecordParts& parts)
{
    std::vector<query::Attribute> all = attributesOf(parts);
    const auto text = [&](std::string key, std::string value) {
        all.push_back({std::move(key), std::move(value), "string"});
    };
    text("name", shown(parts.name));
    if (parts.signal == Signal::Logs) {
        text("body", bodyOf(parts.message));
        for (Reader field(parts.message); field.next();) {
            if (field.tag() == tagOf(wire::LogRecordField::kSeverityText, WireType::Length))
                text("severity_text", shown(field.bytes()));
            else if (field.tag() == tagOf(wire::LogRecordField::kSeverityNumber, WireType::Varint))
                text("severity_number", std::to_string(field.scalar()));
        }
    }
    if (parts.signal == Signal::Traces) {
        for (Reader field(parts.message); field.next();) {
            if (field.tag() == tagOf(wire::SpanField::kKind, WireType::Varint))
                text("kind", std::to_string(field.scalar()));
            if (field.tag() != tagOf(wire::SpanField::kStatus, WireType::Length))
                continue;
            for (Reader status(field.bytes()); status.next();) {
                if (status.tag() == tagOf(wire::StatusField::kCode, WireType::Varint))
                    text("status.code", std::to_string(status.scalar()));
                else if (status.tag() == tagOf(wire::StatusField::kMessage, WireType::Length))
                    text("status.message", shown(status.bytes()));
            }
        }
    }
    for (query::Attribute& attribute : attributesOf(parts.resource, wire::ResourceField::kAttributes)) {
        attribute.key.insert(0, "resource.");
        all.push_back(std::move(attribute));
    }
    return all;
}

std::string jsonOf(const RecordParts& parts)
{
    // The record in an otherwise empty request, written by the one place that knows OTLP/JSON. The three
    // signals have the same numbers down to the record.
    std::string request;
    wire::Writer writer(request);
    const std::string_view record = parts.signal == Signal::Metrics ? parts.metric : parts.message;
    const auto resource = writer.begin(wire::TracesDataField::kResourceSpans, record.size() + 16);
    const auto scope = writer.begin(wire::ResourceSpansField::kScopeSpans, record.size() + 8);
    writer.bytes(wire::ScopeSpansField::kSpans, record);
    writer.end(scope);
    writer.end(resource);
    const auto json = otlp::protoToJson(parts.signal, request);
    if (!json)
        return {};
    constexpr std::array<std::string_view, kSignalCount> lists{"spans", "metrics", "logRecords"};
    return indented(firstElement(*json, lists[indexOf(parts.signal)]));
}

} // namespace sluice::search
