#pragma once

// Attribute values, decoded. Everything here is trivially copyable and points into received bytes or an
// Arena; whoever made it says how long it lives.

#include <cstdint>
#include <span>
#include <string_view>

namespace sluice {

struct KeyValue;

/// OTLP AnyValue. `Empty` is a value that is present but holds nothing, which OTLP distinguishes from absent.
enum class ValueType : std::uint8_t { Empty, String, Bool, Int, Double, Bytes, Array, Map };

/// One decoded AnyValue. Strings are bytes as received: they may be invalid UTF-8.
class Value {
public:
    Value() = default;
    static Value ofString(std::string_view text) { return {ValueType::String, text}; }
    static Value ofBytes(std::string_view bytes) { return {ValueType::Bytes, bytes}; }
    static Value ofBool(bool value)
    {
        Value result(ValueType::Bool);
        result.m_int = value ? 1 : 0;
        return result;
    }
    static Value ofInt(std::int64_t value)
    {
        Value result(ValueType::Int);
        result.m_int = value;
        return result;
    }
    static Value ofDouble(double value)
    {
        Value result(ValueType::Double);
        result.m_double = value;
        return result;
    }
    /// The items must outlive the value (arena).
    static Value ofArray(std::span<const Value> items)
    {
        Value result(ValueType::Array);
        result.m_items = items.data();
        result.m_size = items.size();
        return result;
    }
    static Value ofMap(std::span<const KeyValue> entries)
    {
        Value result(ValueType::Map);
        result.m_entries = entries.data();
        result.m_size = entries.size();
        return result;
    }

    [[nodiscard]] ValueType type() const { return m_type; }
    [[nodiscard]] bool isString() const { return m_type == ValueType::String; }

    // Each of these may only be asked of its own type.
    [[nodiscard]] std::string_view text() const { return {m_text, m_size}; } ///< String or Bytes.
    [[nodiscard]] bool boolean() const { return m_int != 0; }
    [[nodiscard]] std::int64_t integer() const { return m_int; }
    [[nodiscard]] double number() const { return m_double; }
    [[nodiscard]] std::span<const Value> items() const { return {m_items, m_size}; }
    [[nodiscard]] std::span<const KeyValue> entries() const;

private:
    explicit Value(ValueType type)
        : m_type(type)
    {
    }
    Value(ValueType type, std::string_view text)
        : m_type(type)
        , m_size(text.size())
        , m_text(text.data())
    {
    }

    ValueType m_type = ValueType::Empty;
    std::size_t m_size = 0;
    // NOLINTBEGIN(readability-identifier-naming): clang-tidy takes the members of a nameless union for public
    // ones.
    union {
        std::int64_t m_int = 0;
        double m_double;
        const char* m_text;
        const Value* m_items;
        const KeyValue* m_entries;
    };
    // NOLINTEND(readability-identifier-naming)
};

/// One attribute.
struct KeyValue {
    std::string_view key;
    Value value;
};

inline std::span<const KeyValue> Value::entries() const
{
    return {m_entries, m_size};
}

/// Deep equality of type and content; NaN equals NaN; maps compare without regard to order.
bool operator==(const Value& a, const Value& b);

} // namespace sluice
