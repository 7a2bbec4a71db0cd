#pragma once

// Values while a rule is evaluated. Trivially copyable, 24 bytes; what they point to lives in the received
// bytes, the arena of the evaluation or the rule itself, and never changes while a value points to it (except
// for live maps, see MapView).
// Source: spec/ottl.md section 2.

#include "core/base/arena.h"
#include "core/model/value.h"
#include "core/ottl/zone.h"
#include "core/pipeline/attribute_list.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace sluice::ottl {

/// What telemetry carries; ottl::Value is more.
using AnyValue = sluice::Value;
using AnyEntry = sluice::KeyValue;

enum class Kind : std::uint8_t {
    Nil,
    Bool,
    Int,
    Double,
    String, ///< Bytes, normally UTF-8.
    Bytes,
    Time,
    Duration,
    Map,
    Slice, ///< A list of telemetry.
    StringList, ///< What Split gives.
    RawList, ///< A list literal: its elements keep their run-time types.
    UintList, ///< bucket_counts.
    DoubleList, ///< explicit_bounds.
    TraceId,
    SpanId,
    ProfileId,
    Opaque, ///< Events, links, status, data points, …: can be counted and handed over, nothing else.
};

/// "string", "int", …: what messages call it.
std::string_view nameOf(Kind kind);

/// What an opaque value is. Two of different kinds are never equal and never take each other's place.
enum class OpaqueKind : std::uint8_t {
    Events,
    Links,
    Status,
    NumberPoints,
    HistogramPoints,
    ExponentialPoints,
    SummaryPoints,
    Exemplars,
    Buckets,
    QuantileValues,
    Client, ///< What the sender said about itself, read-only.
};

/// An instant: seconds and nanoseconds since 1970, as far back and forward as a 64-bit number of seconds
/// goes.
struct Instant {
    std::int64_t seconds = 0;
    std::uint32_t nanos = 0; ///< Below 10^9; counts forward also before 1970.

    static Instant fromUnixNano(std::int64_t nanos);
    /// Wraps around outside of 1677 to 2262, as Go's UnixNano does.
    [[nodiscard]] std::int64_t unixNano() const;

    friend auto operator<=>(const Instant&, const Instant&) = default;
};

/// A map as it is read: entries that stand still, or an attribute list that is being edited (live).
class MapView {
public:
    MapView() = default;
    explicit MapView(std::span<const AnyEntry> entries)
        : m_entries(entries.data())
        , m_size(entries.size())
    {
    }
    explicit MapView(AttributeList& list)
        : m_list(&list)
    {
    }

    [[nodiscard]] std::size_t size() const { return m_list != nullptr ? m_list->size() : m_size; }
    [[nodiscard]] std::string_view keyAt(std::size_t i) const
    {
        return m_list != nullptr ? m_list->keyAt(i) : m_entries[i].key;
    }
    [[nodiscard]] const AnyValue& valueAt(std::size_t i) const
    {
        return m_list != nullptr ? m_list->valueAt(i) : m_entries[i].value;
    }
    /// The first entry called `key`; null when there is none.
    [[nodiscard]] const AnyValue* find(std::string_view key) const;
    /// The entries as they are now, to keep. Copies those of a live map.
    [[nodiscard]] std::span<const AnyEntry> entries(Arena& arena) const;
    [[nodiscard]] AttributeList* live() const { return m_list; }

private:
    AttributeList* m_list = nullptr;
    const AnyEntry* m_entries = nullptr;
    std::size_t m_size = 0;
};

class Value {
public:
    Value() = default;
    static Value ofBool(bool value)
    {
        Value result(Kind::Bool);
        result.m_a.integer = value ? 1 : 0;
        return result;
    }
    static Value ofInt(std::int64_t value)
    {
        Value result(Kind::Int);
        result.m_a.integer = value;
        return result;
    }
    static Value ofDouble(double value)
    {
        Value result(Kind::Double);
        result.m_a.number = value;
        return result;
    }
    static Value ofString(std::string_view text) { return Value(Kind::String, text.data(), text.size()); }
    static Value ofBytes(std::string_view bytes) { return Value(Kind::Bytes, bytes.data(), bytes.size()); }
    static Value ofTime(Instant instant, const Zone* zone = nullptr)
    {
        Value result(Kind::Time);
        result.m_extra = instant.nanos;
        result.m_a.integer = instant.seconds;
        result.m_b.zone = zone;
        return result;
    }
    static Value ofDuration(std::int64_t nanos)
    {
        Value result(Kind::Duration);
        result.m_a.integer = nanos;
        return result;
    }
    static Value ofMap(std::span<const AnyEntry> entries)
    {
        return Value(Kind::Map, entries.data(), entries.size());
    }
    static Value ofMap(AttributeList& list)
    {
        Value result(Kind::Map);
        result.m_extra = 1;
        result.m_a.list = &list;
        return result;
    }
    static Value ofSlice(std::span<const AnyValue> items)
    {
        return Value(Kind::Slice, items.data(), items.size());
    }
    static Value ofStrings(std::span<const std::string_view> items)
    {
        return Value(Kind::StringList, items.data(), items.size());
    }
    static Value ofList(std::span<const Value> items)
    {
        return Value(Kind::RawList, items.data(), items.size());
    }
    static Value ofUints(std::span<const std::uint64_t> items)
    {
        return Value(Kind::UintList, items.data(), items.size());
    }
    static Value ofDoubles(std::span<const double> items)
    {
        return Value(Kind::DoubleList, items.data(), items.size());
    }
    /// TraceId and ProfileId: 16 bytes; SpanId: 8.
    static Value ofId(Kind kind, std::string_view bytes) { return Value(kind, bytes.data(), bytes.size()); }
    /// `size` is what Len() says. Two of a kind are equal when they point to the same.
    static Value ofOpaque(OpaqueKind kind, const void* what, std::size_t size = 0)
    {
        Value result(Kind::Opaque, what, size);
        result.m_extra = static_cast<std::uint32_t>(kind);
        return result;
    }
    /// What a reader of telemetry sees; an empty value is nil.
    static Value ofAny(const AnyValue& value);

    [[nodiscard]] Kind kind() const { return m_kind; }
    [[nodiscard]] bool is(Kind kind) const { return m_kind == kind; }
    [[nodiscard]] bool isNil() const { return m_kind == Kind::Nil; }
    [[nodiscard]] bool isList() const { return m_kind >= Kind::Slice && m_kind <= Kind::DoubleList; }
    [[nodiscard]] bool isId() const { return m_kind >= Kind::TraceId && m_kind <= Kind::ProfileId; }

    // Each of these may only be asked of its own kind.
    [[nodiscard]] bool boolean() const { return m_a.integer != 0; }
    [[nodiscard]] std::int64_t integer() const { return m_a.integer; } ///< Int; Duration: nanoseconds.
    [[nodiscard]] double number() const { return m_a.number; }
    /// String, Bytes, and the bytes of an id.
    [[nodiscard]] std::string_view text() const { return {static_cast<const char*>(m_a.pointer), m_b.size}; }
    [[nodiscard]] Instant instant() const { return {m_a.integer, m_extra}; }
    [[nodiscard]] const Zone* zone() const { return m_b.zone; }
    [[nodiscard]] MapView map() const
    {
        return m_extra != 0 ? MapView(*m_a.list)
                            : MapView(std::span(static_cast<const AnyEntry*>(m_a.pointer), m_b.size));
    }
    [[nodiscard]] std::span<const AnyValue> slice() const { return items<AnyValue>(); }
    [[nodiscard]] std::span<const std::string_view> strings() const { return items<std::string_view>(); }
    [[nodiscard]] std::span<const Value> list() const { return items<Value>(); }
    [[nodiscard]] std::span<const std::uint64_t> uints() const { return items<std::uint64_t>(); }
    [[nodiscard]] std::span<const double> doubles() const { return items<double>(); }
    [[nodiscard]] OpaqueKind opaqueKind() const { return static_cast<OpaqueKind>(m_extra); }
    [[nodiscard]] const void* opaque() const { return m_a.pointer; }
    /// Elements of any list, of a map that is not live, or of something opaque; bytes of a text.
    [[nodiscard]] std::size_t size() const { return m_b.size; }

    /// Element of any of the five lists.
    [[nodiscard]] Value itemAt(std::size_t index) const;

private:
    explicit Value(Kind kind)
        : m_kind(kind)
    {
    }
    Value(Kind kind, const void* pointer, std::size_t size)
        : m_kind(kind)
    {
        m_a.pointer = pointer;
        m_b.size = size;
    }
    template <class T>
    [[nodiscard]] std::span<const T> items() const
    {
        return {static_cast<const T*>(m_a.pointer), m_b.size};
    }

    Kind m_kind = Kind::Nil;
    std::uint32_t m_extra = 0;
    union {
        std::int64_t integer = 0;
        double number;
        const void* pointer;
        AttributeList* list;
    } m_a;
    union {
        std::size_t size = 0;
        const Zone* zone;
    } m_b;
};

} // namespace sluice::ottl
