#include "core/otlp/attributes.h"

#include <new>

namespace sluice::otlp {

using wire::AnyValueField;
using wire::ArrayValueField;
using wire::KeyValueField;
using wire::KeyValueListField;
using wire::Reader;
using wire::tagOf;
using wire::WireType;
using wire::Writer;

namespace {

Value decode(std::string_view anyValue, Arena& arena, int depth);

/// Counts the elements first, so that they end up side by side.
template <class Item, class DecodeItem>
std::span<Item> decodeRepeated(
    std::string_view message, std::uint32_t field, Arena& arena, DecodeItem decodeItem)
{
    const std::uint32_t tag = tagOf(field, WireType::Length);
    std::size_t count = 0;
    for (Reader reader(message); reader.next();)
        count += reader.tag() == tag ? 1 : 0;
    if (count == 0)
        return {};
    Item* items = arena.allocate<Item>(count);
    std::size_t at = 0;
    for (Reader reader(message); at < count && reader.next();) {
        if (reader.tag() == tag)
            new (items + at++) Item(decodeItem(reader.bytes()));
    }
    return {items, count};
}

KeyValue decodePair(std::string_view pair, Arena& arena, int depth)
{
    KeyValue result;
    for (Reader reader(pair); reader.next();) {
        if (reader.tag() == tagOf(KeyValueField::kKey, WireType::Length))
            result.key = reader.bytes();
        else if (reader.tag() == tagOf(KeyValueField::kValue, WireType::Length))
            result.value = decode(reader.bytes(), arena, depth + 1);
    }
    return result;
}

Value decode(std::string_view anyValue, Arena& arena, int depth)
{
    Value value;
    if (depth > kMaxDepth)
        return value;
    for (Reader reader(anyValue); reader.next();) {
        switch (reader.tag()) {
        case tagOf(AnyValueField::kStringValue, WireType::Length):
            value = Value::ofString(reader.bytes());
            break;
        case tagOf(AnyValueField::kBoolValue, WireType::Varint):
            value = Value::ofBool(reader.scalar() != 0);
            break;
        case tagOf(AnyValueField::kIntValue, WireType::Varint):
            value = Value::ofInt(static_cast<std::int64_t>(reader.scalar()));
            break;
        case tagOf(AnyValueField::kDoubleValue, WireType::Fixed64):
            value = Value::ofDouble(reader.number64());
            break;
        case tagOf(AnyValueField::kBytesValue, WireType::Length):
            value = Value::ofBytes(reader.bytes());
            break;
        case tagOf(AnyValueField::kArrayValue, WireType::Length):
            value = Value::ofArray(decodeRepeated<Value>(reader.bytes(), ArrayValueField::kValues, arena,
                [&](std::string_view item) { return decode(item, arena, depth + 2); }));
            break;
        case tagOf(AnyValueField::kKvlistValue, WireType::Length):
            value = Value::ofMap(decodeRepeated<KeyValue>(reader.bytes(), KeyValueListField::kValues, arena,
                [&](std::string_view pair) { return decodePair(pair, arena, depth + 2); }));
            break;
        case tagOf(AnyValueField::kStringValueStrindex, WireType::Varint): value = Value(); break;
        default: break;
        }
    }
    return value;
}

} // namespace

std::optional<std::string_view> findAttribute(
    std::string_view message, std::uint32_t field, std::string_view key)
{
    for (AttributeReader attribute(message, field); attribute.next();) {
        if (attribute.key() == key)
            return attribute.value();
    }
    return std::nullopt;
}

std::optional<std::string_view> stringOf(std::string_view anyValue)
{
    std::optional<std::string_view> text;
    for (Reader reader(anyValue); reader.next();) {
        if (reader.tag() == tagOf(AnyValueField::kStringValue, WireType::Length))
            text = reader.bytes();
        else if (reader.number() <= AnyValueField::kStringValueStrindex)
            text.reset(); // Another member of the oneof.
    }
    return text;
}

Value decodeValue(std::string_view anyValue, Arena& arena)
{
    return decode(anyValue, arena, 0);
}

std::span<KeyValue> decodeAttributes(std::string_view message, std::uint32_t field, Arena& arena)
{
    return decodeRepeated<KeyValue>(
        message, field, arena, [&](std::string_view pair) { return decodePair(pair, arena, 0); });
}

void encodeValue(Writer& writer, const Value& value)
{
    switch (value.type()) {
    case ValueType::Empty: break;
    case ValueType::String: writer.bytes(AnyValueField::kStringValue, value.text()); break;
    case ValueType::Bool: writer.boolean(AnyValueField::kBoolValue, value.boolean()); break;
    case ValueType::Int: writer.integer(AnyValueField::kIntValue, value.integer()); break;
    case ValueType::Double: writer.real(AnyValueField::kDoubleValue, value.number()); break;
    case ValueType::Bytes: writer.bytes(AnyValueField::kBytesValue, value.text()); break;
    case ValueType::Array: {
        const auto list = writer.begin(AnyValueField::kArrayValue);
        for (const Value& item : value.items()) {
            const auto element = writer.begin(ArrayValueField::kValues);
            encodeValue(writer, item);
            writer.end(element);
        }
        writer.end(list);
        break;
    }
    case ValueType::Map: {
        const auto list = writer.begin(AnyValueField::kKvlistValue);
        for (const KeyValue& entry : value.entries())
            encodeAttribute(writer, KeyValueListField::kValues, entry);
        writer.end(list);
        break;
    }
    }
}

void encodeAttribute(Writer& writer, std::uint32_t field, const KeyValue& attribute)
{
    const auto pair = writer.begin(field);
    writer.bytes(KeyValueField::kKey, attribute.key);
    const auto value = writer.begin(KeyValueField::kValue);
    encodeValue(writer, attribute.value);
    writer.end(value);
    writer.end(pair);
}

} // namespace sluice::otlp
