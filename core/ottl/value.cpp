#include "core/ottl/value.h"

#include <algorithm>
#include <memory>

namespace sluice::ottl {

namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;

} // namespace

std::string_view nameOf(Kind kind)
{
    switch (kind) {
    case Kind::Nil: return "nil";
    case Kind::Bool: return "bool";
    case Kind::Int: return "int";
    case Kind::Double: return "double";
    case Kind::String: return "string";
    case Kind::Bytes: return "bytes";
    case Kind::Time: return "time";
    case Kind::Duration: return "duration";
    case Kind::Map: return "map";
    case Kind::Slice:
    case Kind::StringList:
    case Kind::RawList:
    case Kind::UintList:
    case Kind::DoubleList: return "list";
    case Kind::TraceId: return "trace id";
    case Kind::SpanId: return "span id";
    case Kind::ProfileId: return "profile id";
    case Kind::Opaque: return "opaque value";
    }
    return "value";
}

Instant Instant::fromUnixNano(std::int64_t nanos)
{
    std::int64_t seconds = nanos / kNanosPerSecond;
    std::int64_t rest = nanos % kNanosPerSecond;
    if (rest < 0) {
        rest += kNanosPerSecond;
        --seconds;
    }
    return {seconds, static_cast<std::uint32_t>(rest)};
}

std::int64_t Instant::unixNano() const
{
    return static_cast<std::int64_t>(
        static_cast<std::uint64_t>(seconds) * static_cast<std::uint64_t>(kNanosPerSecond) + nanos);
}

const AnyValue* MapView::find(std::string_view key) const
{
    if (m_list != nullptr)
        return m_list->find(key);
    for (std::size_t i = 0; i < m_size; ++i) {
        if (m_entries[i].key == key)
            return &m_entries[i].value;
    }
    return nullptr;
}

std::span<const AnyEntry> MapView::entries(Arena& arena) const
{
    if (m_list == nullptr)
        return {m_entries, m_size};
    const std::size_t count = m_list->size();
    auto* entries = arena.allocate<AnyEntry>(count);
    for (std::size_t i = 0; i < count; ++i)
        std::construct_at(entries + i, AnyEntry{m_list->keyAt(i), m_list->valueAt(i)});
    return {entries, count};
}

Value Value::ofAny(const AnyValue& value)
{
    switch (value.type()) {
    case ValueType::Empty: return {};
    case ValueType::String: return ofString(value.text());
    case ValueType::Bool: return ofBool(value.boolean());
    case ValueType::Int: return ofInt(value.integer());
    case ValueType::Double: return ofDouble(value.number());
    case ValueType::Bytes: return ofBytes(value.text());
    case ValueType::Array: return ofSlice(value.items());
    case ValueType::Map: return ofMap(value.entries());
    }
    return {};
}

Value Value::itemAt(std::size_t index) const
{
    switch (m_kind) {
    case Kind::Slice: return ofAny(slice()[index]);
    case Kind::StringList: return ofString(strings()[index]);
    case Kind::RawList: return list()[index];
    case Kind::UintList: return ofInt(static_cast<std::int64_t>(uints()[index]));
    case Kind::DoubleList: return ofDouble(doubles()[index]);
    default: return {};
    }
}

} // namespace sluice::ottl
