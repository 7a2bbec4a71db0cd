#include "core/exporters/test_span.h"

#include "core/wire/otlp_fields.h"
#include "core/wire/writer.h"

namespace sluice {
namespace {

template <class Id>
std::string_view viewOf(const Id& id)
{
    return {reinterpret_cast<const char*>(id.bytes().data()), Id::kSize};
}

std::string attribute(const std::string& key, const std::string& value)
{
    std::string any;
    wire::Writer(any).bytes(wire::AnyValueField::kStringValue, value);
    std::string out;
    wire::Writer writer(out);
    writer.bytes(wire::KeyValueField::kKey, key);
    writer.bytes(wire::KeyValueField::kValue, any);
    return out;
}

} // namespace

std::string testSpanRequest(const TraceId& trace, const SpanId& span, UnixTime time,
    const std::vector<std::pair<std::string, std::string>>& resource)
{
    std::string resourceMessage;
    for (const auto& [key, value] : resource)
        wire::Writer(resourceMessage).bytes(wire::ResourceField::kAttributes, attribute(key, value));
    std::string spanMessage;
    wire::Writer writer(spanMessage);
    writer.bytes(wire::SpanField::kTraceId, viewOf(trace));
    writer.bytes(wire::SpanField::kSpanId, viewOf(span));
    writer.bytes(wire::SpanField::kName, "sluice.test");
    writer.varint(wire::SpanField::kKind, 1); // SPAN_KIND_INTERNAL
    writer.fixed64(wire::SpanField::kStartTimeUnixNano, toUnixNano(time));
    writer.fixed64(wire::SpanField::kEndTimeUnixNano, toUnixNano(time));
    std::string scope;
    wire::Writer(scope).bytes(wire::ScopeSpansField::kSpans, spanMessage);
    std::string resourceSpans;
    wire::Writer outer(resourceSpans);
    outer.bytes(wire::ResourceSpansField::kResource, resourceMessage);
    outer.bytes(wire::ResourceSpansField::kScopeSpans, scope);
    std::string request;
    wire::Writer(request).bytes(1, resourceSpans);
    return request;
}

} // namespace sluice
