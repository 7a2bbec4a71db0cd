#include "core/pipeline/attribute_list.h"

#include "core/wire/reader.h"
#include "core/wire/writer.h"

#include <algorithm>
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
        if (list->m_size == list->m_capacity)
            list->grow();
        const std::string_view raw = reader.raw();
        if (runEnd == nullptr)
            list->m_begin = static_cast<std::uint32_t>(raw.data() - message.data());
        else if (runEnd != raw.data())
            list->m_isContiguous = false;
        runEnd = raw.data() + raw.size();

        Attribute& attribute = *new (list->m_items + list->m_size++) Attribute();
        attribute.raw = raw;
        for (Reader pair(reader.bytes()); pair.next();) {
            if (pair.tag() == tagOf(KeyValueField::kKey, WireType::Length))
                attribute.key = pair.bytes();
            else if (pair.tag() == tagOf(KeyValueField::kValue, WireType::Length))
                attribute.stored = Value::ofBytes(pair.bytes());
        }
    }
    if (runEnd == nullptr)
        list->m_begin = list->m_end = static_cast<std::uint32_t>(message.size());
    else
        list->m_end = static_cast<std::uint32_t>(runEnd - message.data());
    return list;
}

void AttributeList::decode(Attribute& attribute) const
{
    const bool hasValue = attribute.stored.type() == ValueType::Bytes;
    attribute.stored = hasValue ? otlp::decodeValue(attribute.stored.text(), *m_arena) : Value();
    attribute.isDecoded = true;
}

void AttributeList::grow()
{
    const std::uint32_t capacity = m_capacity == 0 ? kFirstCapacity : m_capacity * 2;
    auto* items = m_arena->allocate<Attribute>(capacity);
    std::uninitialized_copy_n(m_items, m_size, items);
    m_items = items;
    m_capacity = capacity;
}

bool AttributeList::replaceAt(std::size_t index, const Value& value)
{
    if (isWrittenAlike(valueAt(index), value))
        return false;
    Attribute& attribute = m_items[index];
    attribute.raw = {};
    attribute.stored = value;
    m_isChanged = true;
    return true;
}

void AttributeList::append(std::string_view key, const Value& value)
{
    if (m_size == m_capacity)
        grow();
    new (m_items + m_size++) Attribute{key, {}, value, true};
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

void AttributeList::encodeFields(std::string& out) const
{
    wire::Writer writer(out);
    std::string_view run; // Received attributes that stood side by side are copied at once.
    for (std::uint32_t i = 0; i < m_size; ++i) {
        const Attribute& attribute = m_items[i];
        if (!attribute.raw.empty() && attribute.raw.data() == run.data() + run.size()) {
            run = {run.data(), run.size() + attribute.raw.size()};
            continue;
        }
        out.append(run);
        run = attribute.raw;
        if (run.empty())
            otlp::encodeAttribute(writer, m_field, {attribute.key, attribute.stored});
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
