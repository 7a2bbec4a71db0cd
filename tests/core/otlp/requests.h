#pragma once

// Small requests for tests, written field by field.

#include "core/wire/otlp_fields.h"
#include "core/wire/writer.h"

#include <functional>
#include <string>
#include <string_view>

namespace sluice::tests {

/// A message made by `write`.
inline std::string message(const std::function<void(wire::Writer&)>& write)
{
    std::string out;
    wire::Writer writer(out);
    write(writer);
    return out;
}

/// `inner` as the message of field `number`.
inline std::string field(std::uint32_t number, std::string_view inner)
{
    return message([&](wire::Writer& writer) { writer.bytes(number, inner); });
}

/// A string attribute, as an element of the list `number`.
inline std::string attribute(std::uint32_t number, std::string_view key, std::string_view text)
{
    return field(number,
        field(wire::KeyValueField::kKey, key)
            + field(wire::KeyValueField::kValue, field(wire::AnyValueField::kStringValue, text)));
}

/// One resource with one scope that holds `items`: complete elements of the scope's list, tags included.
inline std::string request(std::string_view items)
{
    return field(1, field(2, items));
}

/// A span with an id and a name, as an element of a scope's list.
inline std::string span(std::string_view name, std::string_view more = {})
{
    return field(2, message([&](wire::Writer& writer) {
        writer.bytes(wire::SpanField::kTraceId, "0123456789abcdef");
        writer.bytes(wire::SpanField::kSpanId, "01234567");
        writer.bytes(wire::SpanField::kName, name);
        writer.raw(more);
    }));
}

} // namespace sluice::tests
