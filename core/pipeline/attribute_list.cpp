#include "core/pipeline/attribute_list.h"

#include "core/wire/reader.h"
#include "core/wire/writer.h"

#include <algorithm>
#include <cstring>
#include <new>

namespace sluice {

using wire::KeyValueField;
using wire::Reader;
using wire::tagOf;
using wire::WireType;

namespace {

constexpr std::uint32_t kFirstCapacity
    = 12; // Most spans have fewer attributes, and one more is often inserted.

bool isWrittenAlike(const Value& a, const Value& b)
{
    // Maps compare without regard to order, but the order is seen in what leaves.
    return a.type() != ValueType::Map && a.type() != ValueType::Array && a == b;
}

/// Reads key and value of a pair in the form in which everybody writes it: key, then value, both shorter than
/// 128 bytes. False, with nothing read, when it is another.
inline bool readPlainPair(std::string_view pair, std::string_view& key, std::string_view& value)
{
    constexpr char kKeyTag = static_cast<char>(tagOf(KeyValueField::kKey, WireType::Length));
    constexpr char kValueTag = static_cast<char>(tagOf(KeyValueField::kValue, WireType::Length));
    const char* bytes = pair.data();
    const std::size_t size = pair.size();
    if (size < 4 || bytes[0] != kKeyTag)
        return false;
    const auto keySize = static_cast<unsigned char>(bytes[1]);
    const std::size_t at = std::size_t{keySize} + 2;
    if (keySize >= 0x80U || at + 2 > size || bytes[at] != kValueTag)
        return false;
    const auto valueSize = static_cast<unsigned char>(bytes[at + 1]);
    if (valueSize >= 0x80U || at + 2 + valueSize != size)
        return false;
    key = {bytes + 2, keySize};
    value = {bytes + at + 2, valueSize};
    return true;
}

/// Reads any pair. False when it has no value.
bool readPair(std::string_view bytes, std::string_view& key, std::string_view& value)
{
    bool hasValue = false;
    for (Reader pair(bytes); pair.next();) {
        if (pair.tag() == tagOf(KeyValueField::kKey, WireType::Length)) {
            key = pair.bytes();
        } else if (pair.tag() == tagOf(KeyValueField::kValue, WireType::Length)) {
            value = pair.bytes();
            hasValue = true;
        }
    }
    return hasValue;
}

} // namespace

AttributeList* AttributeList::read(std::string_view message, std::uint32_t field, Arena& arena)
{
    auto* list = new (arena.allocate<AttributeList>(1)) AttributeList();
    list->m_arena = &arena;
    list->m_message = message;
    list->m_field = field;
    const std::uint32_t tag = tagOf(field, WireType::Length);
    const char* runEnd = nullptr;
    Reader reader(message);
    while (reader.next()) {
        if (reader.tag() != tag)
            continue;
        const std::string_view raw = reader.raw();
        if (runEnd == nullptr)
            list->m_begin = static_cast<std::uint32_t>(raw.data() - message.data());
        else if (runEnd != raw.data())
            list->m_isContiguous = false;
        runEnd = raw.data() + raw.size();

        std::string_view key;
        std::string_view value;
        const bool hasValue
            = readPlainPair(reader.bytes(), key, value) || readPair(reader.bytes(), key, value);
        Attribute& attribute = list->add(key, raw);
        if (!hasValue)
            list->setValue(attribute, Value());
        else if (value.data() + value.size() == runEnd)
            attribute.m_any = value.data();
        else // The value stands before the key, or something unknown behind it.
            list->setValue(attribute, otlp::decodeValue(value, arena));
    }
    if (runEnd == nullptr)
        list->m_begin = list->m_end = static_cast<std::uint32_t>(message.size());
    else
        list->m_end = static_cast<std::uint32_t>(runEnd - message.data());
    return list;
}

inline Attribute& AttributeList::add(std::string_view key, std::string_view raw)
{
    if (m_size == m_capacity)
        grow();
    Attribute& attribute = m_items[m_size++];
    attribute.m_key = key.data();
    attribute.m_keySize = static_cast<std::uint32_t>(key.size());
    attribute.m_raw = raw.data();
    attribute.m_rawSize = static_cast<std::uint32_t>(raw.size());
    return attribute;
}

void AttributeList::setValue(Attribute& attribute, const Value& value)
{
    attribute.m_value = new (m_arena->allocate<Value>(1)) Value(value);
    attribute.m_keySize |= Attribute::kDecoded;
}

void AttributeList::decode(Attribute& attribute)
{
    const std::string_view any(
        attribute.m_any, static_cast<std::size_t>(attribute.m_raw + attribute.m_rawSize - attribute.m_any));
    constexpr char kTextTag = static_cast<char>(tagOf(wire::AnyValueField::kStringValue, WireType::Length));
    // Most values are short texts.
    if (any.size() >= 2 && any[0] == kTextTag && any.size() < 0x80U + 2
        && any.size() == std::size_t{2} + static_cast<unsigned char>(any[1]))
        setValue(attribute, Value::ofString(any.substr(2)));
    else
        setValue(attribute, otlp::decodeValue(any, *m_arena));
}

void AttributeList::grow()
{
    const std::uint32_t capacity = m_capacity == 0 ? kFirstCapacity : m_capacity * 2;
    auto* items = m_arena->allocate<Attribute>(capacity);
    if (m_size > 0)
        std::memcpy(items, m_items, m_size * sizeof(Attribute));
    m_items = items;
    m_capacity = capacity;
}

bool AttributeList::replaceAt(std::size_t index, const Value& value, std::string_view raw)
{
    if (isWrittenAlike(valueAt(index), value))
        return false;
    Attribute& attribute = m_items[index];
    attribute.m_raw = raw.data();
    attribute.m_rawSize = static_cast<std::uint32_t>(raw.size());
    setValue(attribute, value);
    m_isChanged = true;
    return true;
}

void AttributeList::append(std::string_view key, const Value& value, std::string_view raw)
{
    setValue(add(key, raw), value);
    m_isChanged = true;
}

bool AttributeList::put(std::string_view key, const Value& value)
{
    const std::size_t index = indexOf(key);
    if (index != kNone)
        return replaceAt(index, value);
    append(key, value);
    return true;
}

void AttributeList::removeAt(std::size_t index)
{
    --m_size;
    if (index != m_size)
        m_items[index] = m_items[m_size];
    m_isChanged = true;
}

bool AttributeList::remove(std::string_view key)
{
    const std::size_t index = indexOf(key);
    if (index == kNone)
        return false;
    removeAt(index);
    return true;
}

void AttributeList::renameAt(std::size_t index, std::string_view key)
{
    const Value& value = valueAt(index);
    Attribute& attribute = m_items[index];
    attribute.m_key = key.data();
    attribute.m_keySize = static_cast<std::uint32_t>(key.size());
    attribute.m_raw = nullptr;
    attribute.m_rawSize = 0;
    setValue(attribute, value);
    m_isChanged = true;
}

void AttributeList::clear()
{
    m_isChanged = m_isChanged || m_size > 0;
    m_size = 0;
}

void AttributeList::encodeFields(std::string& out) const
{
    wire::Writer writer(out);
    std::string_view run; // Received attributes that stood side by side are copied at once.
    for (std::uint32_t i = 0; i < m_size; ++i) {
        const Attribute& attribute = m_items[i];
        const std::string_view raw = attribute.raw();
        if (!raw.empty() && raw.data() == run.data() + run.size()) {
            run = {run.data(), run.size() + raw.size()};
            continue;
        }
        out.append(run);
        run = raw;
        if (run.empty())
            otlp::encodeAttribute(writer, m_field, {attribute.key(), *attribute.m_value});
    }
    out.append(run);
}

void AttributeList::encodeMessage(std::string& out) const
{
    if (m_isContiguous) {
        out.append(m_message.substr(0, m_begin));
        encodeFields(out);
        out.append(m_message.substr(m_end));
        return;
    }
    bool isWritten = false;
    for (Reader reader(m_message); reader.next();) {
        if (reader.tag() != tagOf(m_field, WireType::Length)) {
            out.append(reader.raw());
        } else if (!isWritten) {
            encodeFields(out);
            isWritten = true;
        }
    }
}

} // namespace sluice
