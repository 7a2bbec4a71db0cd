#include "core/pipeline/message.h"

#include "core/otlp/attributes.h"
#include "core/wire/reader.h"
#include "core/wire/writer.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstring>
#include <new>
#include <vector>

namespace sluice {

using otlp::FieldSchema;
using otlp::Kind;
using otlp::Label;
using otlp::MessageType;
using wire::Reader;
using wire::WireType;

namespace {

constexpr std::size_t kIndexed = otlp::kMaxFields + 1;

/// Field number of the attributes; 0 for a message that has none.
std::uint32_t attributesFieldOf(MessageType type)
{
    for (const FieldSchema& field : otlp::schemaOf(type).fields) {
        if (field.kind == Kind::Message && field.message == MessageType::KeyValue && field.isRepeated())
            return field.number;
    }
    return 0;
}

bool isPacked(const FieldSchema& field)
{
    return field.isRepeated() && otlp::isPackable(field.kind);
}

} // namespace

/// A field that was changed, or whose messages were read.
struct Message::Edit {
    enum class What : std::uint8_t { Absent, Scalar, Payload, Children };

    std::uint32_t field = 0;
    What what = What::Absent;
    bool isReplaced = false; ///< Not what the bytes hold. Only children may be read without that.
    std::uint64_t scalar = 0;
    std::string_view payload;
    Message** children = nullptr;
    std::size_t childCount = 0;
    Edit* next = nullptr;
};

Message* Message::read(MessageType type, std::string_view bytes, Arena& arena, Owner* owner,
    std::uint64_t tag, AttributeList* attributes)
{
    auto* message = new (arena.allocate<Message>(1)) Message();
    message->m_bytes = bytes;
    message->m_arena = &arena;
    message->m_owner = owner;
    message->m_tag = tag;
    message->m_attributes = attributes;
    message->m_type = type;
    return message;
}

const FieldSchema& Message::schema(std::uint32_t field) const
{
    const FieldSchema* found = otlp::schemaOf(m_type).field(field);
    assert(found != nullptr);
    return *found;
}

Message::Edit* Message::editOf(std::uint32_t field) const
{
    Edit* edit = m_edits;
    while (edit != nullptr && edit->field != field)
        edit = edit->next;
    return edit;
}

Message::Edit& Message::edit(std::uint32_t field)
{
    if (Edit* known = editOf(field))
        return *known;
    auto* made = new (m_arena->allocate<Edit>(1)) Edit();
    made->field = field;
    made->next = m_edits;
    m_edits = made;
    return *made;
}

void Message::changed(std::uint32_t field)
{
    Message* message = this;
    while (message->m_parent != nullptr) {
        field = message->m_fieldInParent;
        message = message->m_parent;
    }
    if (message->m_owner != nullptr)
        message->m_owner->fieldChanged(message->m_tag, field);
}

void Message::makeIndex()
{
    m_index = m_arena->allocate<std::uint32_t>(kIndexed);
    std::fill_n(m_index, kIndexed, 0U);
    const otlp::MessageSchema& known = otlp::schemaOf(m_type);
    for (Reader reader(m_bytes); reader.next();) {
        const std::uint32_t number = reader.number();
        if (number >= kIndexed || known.positions[number] < 0)
            continue;
        const FieldSchema& field = known.fields[static_cast<std::size_t>(known.positions[number])];
        if (reader.is(otlp::wireTypeOf(field.kind)))
            m_index[number] = static_cast<std::uint32_t>(reader.raw().data() - m_bytes.data()) + 1;
    }
}

/// Finds the last occurrence of a field in the received bytes.
bool Message::locate(std::uint32_t field, std::string_view& bytes, std::uint64_t& scalar)
{
    if (m_bytes.empty())
        return false;
    if (m_index == nullptr)
        makeIndex();
    if (field >= kIndexed || m_index[field] == 0)
        return false;
    Reader reader(m_bytes.substr(m_index[field] - 1));
    if (!reader.next())
        return false;
    if (reader.is(WireType::Length))
        bytes = reader.bytes();
    else
        scalar = reader.scalar();
    return true;
}

bool Message::has(std::uint32_t field)
{
    if (field == attributesFieldOf(m_type))
        return !attributes().isEmpty();
    if (const Edit* known = editOf(field))
        return known->what == Edit::What::Children ? known->childCount > 0
                                                   : known->what != Edit::What::Absent;
    if (isPacked(schema(field)))
        return !numbers(field).empty();
    std::string_view bytes;
    std::uint64_t scalar = 0;
    return locate(field, bytes, scalar);
}

std::int64_t Message::integer(std::uint32_t field)
{
    const Edit* known = editOf(field);
    std::uint64_t scalar = 0;
    if (known != nullptr) {
        scalar = known->scalar;
    } else {
        std::string_view bytes;
        locate(field, bytes, scalar);
    }
    switch (schema(field).kind) {
    case Kind::Sint32: return wire::unzigzag(scalar);
    case Kind::Int32:
    case Kind::Enum: return static_cast<std::int32_t>(static_cast<std::uint32_t>(scalar));
    case Kind::Uint32:
    case Kind::Fixed32: return static_cast<std::int64_t>(static_cast<std::uint32_t>(scalar));
    case Kind::Bool: return scalar != 0 ? 1 : 0;
    default: return static_cast<std::int64_t>(scalar);
    }
}

double Message::number(std::uint32_t field)
{
    if (const Edit* known = editOf(field))
        return std::bit_cast<double>(known->scalar);
    std::string_view bytes;
    std::uint64_t scalar = 0;
    locate(field, bytes, scalar);
    return std::bit_cast<double>(scalar);
}

std::string_view Message::text(std::uint32_t field)
{
    if (const Edit* known = editOf(field); known != nullptr && known->what != Edit::What::Children)
        return known->payload;
    std::string_view bytes;
    std::uint64_t scalar = 0;
    locate(field, bytes, scalar);
    return bytes;
}

Value Message::value(std::uint32_t field)
{
    return otlp::decodeValue(text(field), *m_arena);
}

std::span<const std::uint64_t> Message::numbers(std::uint32_t field)
{
    const Kind kind = schema(field).kind;
    const WireType type = otlp::wireTypeOf(kind);
    std::vector<std::uint64_t> found;
    const auto readPacked = [&](std::string_view payload) {
        for (wire::PackedReader packed(payload, type); packed.next();)
            found.push_back(kind == Kind::Sint32 ? static_cast<std::uint64_t>(wire::unzigzag(packed.scalar()))
                                                 : packed.scalar());
    };
    if (const Edit* known = editOf(field)) {
        readPacked(known->payload);
    } else {
        for (Reader reader(m_bytes); reader.next();) { // Lists may come in several pieces, and unpacked.
            if (reader.number() != field)
                continue;
            if (reader.is(WireType::Length))
                readPacked(reader.bytes());
            else if (reader.is(type))
                found.push_back(reader.scalar());
        }
    }
    auto* copy = m_arena->allocate<std::uint64_t>(found.size());
    std::ranges::copy(found, copy);
    return {copy, found.size()};
}

void Message::removeSiblings(const FieldSchema& field)
{
    if (field.label != Label::Oneof)
        return;
    for (const FieldSchema& other : otlp::schemaOf(m_type).fields) {
        if (other.label == Label::Oneof && other.number != field.number && has(other.number))
            remove(other.number);
    }
}

void Message::setInteger(std::uint32_t field, std::int64_t value)
{
    const FieldSchema& known = schema(field);
    removeSiblings(known);
    Edit& changedField = edit(field);
    changedField.scalar
        = known.kind == Kind::Sint32 ? wire::zigzag(value) : static_cast<std::uint64_t>(value);
    changedField.what
        = value == 0 && known.label == Label::Implicit ? Edit::What::Absent : Edit::What::Scalar;
    changedField.isReplaced = true;
    changed(field);
}

void Message::setNumber(std::uint32_t field, double value)
{
    const FieldSchema& known = schema(field);
    removeSiblings(known);
    Edit& changedField = edit(field);
    changedField.scalar = std::bit_cast<std::uint64_t>(value);
    changedField.what = changedField.scalar == 0 && known.label == Label::Implicit ? Edit::What::Absent
                                                                                   : Edit::What::Scalar;
    changedField.isReplaced = true;
    changed(field);
}

void Message::setText(std::uint32_t field, std::string_view text)
{
    const FieldSchema& known = schema(field);
    removeSiblings(known);
    Edit& changedField = edit(field);
    changedField.payload = text;
    changedField.what
        = text.empty() && known.label == Label::Implicit ? Edit::What::Absent : Edit::What::Payload;
    changedField.isReplaced = true;
    changed(field);
}

void Message::setValue(std::uint32_t field, const Value& value)
{
    std::string encodedValue;
    wire::Writer writer(encodedValue);
    otlp::encodeValue(writer, value);
    Edit& changedField = edit(field);
    changedField.payload = m_arena->copy(encodedValue);
    changedField.what = Edit::What::Payload;
    changedField.isReplaced = true;
    changed(field);
}

void Message::setNumbers(std::uint32_t field, std::span<const std::uint64_t> numbers)
{
    const FieldSchema& known = schema(field);
    std::string packed;
    wire::Writer writer(packed);
    for (const std::uint64_t number : numbers) {
        switch (otlp::wireTypeOf(known.kind)) {
        case WireType::Fixed64: writer.bareFixed64(number); break;
        case WireType::Fixed32: writer.bareFixed32(static_cast<std::uint32_t>(number)); break;
        default:
            writer.bareVarint(
                known.kind == Kind::Sint32 ? wire::zigzag(static_cast<std::int64_t>(number)) : number);
        }
    }
    Edit& changedField = edit(field);
    changedField.payload = m_arena->copy(packed);
    changedField.what = numbers.empty() ? Edit::What::Absent : Edit::What::Payload;
    changedField.isReplaced = true;
    changed(field);
}

void Message::remove(std::uint32_t field)
{
    Edit& changedField = edit(field);
    changedField.payload = {};
    changedField.scalar = 0;
    changedField.children = nullptr;
    changedField.childCount = 0;
    changedField.what = Edit::What::Absent;
    changedField.isReplaced = true;
    changed(field);
}

Message* Message::makeChild(const FieldSchema& field, std::string_view bytes)
{
    Message* made = read(field.message, bytes, *m_arena);
    made->m_parent = this;
    made->m_fieldInParent = field.number;
    return made;
}

std::span<Message* const> Message::children(std::uint32_t field)
{
    Edit* known = editOf(field);
    if (known == nullptr) {
        const FieldSchema& schemaOfField = schema(field);
        std::vector<Message*> list;
        for (Reader reader(m_bytes); reader.next();) {
            if (reader.number() == field && reader.is(WireType::Length))
                list.push_back(makeChild(schemaOfField, reader.bytes()));
        }
        if (!schemaOfField.isRepeated() && list.size() > 1)
            list.erase(list.begin(), list.end() - 1); // The last one wins.
        known = &edit(field);
        known->what = Edit::What::Children;
        known->children = m_arena->allocate<Message*>(list.size());
        known->childCount = list.size();
        std::ranges::copy(list, known->children);
    }
    return {known->children, known->childCount};
}

Message* Message::find(std::uint32_t field)
{
    const auto list = children(field);
    return list.empty() ? nullptr : list.front();
}

Message& Message::child(std::uint32_t field)
{
    if (Message* known = find(field))
        return *known;
    return appendChild(field);
}

void Message::setChildren(std::uint32_t field, std::span<Message* const> list)
{
    auto* copy = m_arena->allocate<Message*>(list.size());
    std::ranges::copy(list, copy);
    for (Message* message : list) {
        message->m_parent = this;
        message->m_fieldInParent = field;
    }
    Edit& changedField = edit(field);
    changedField.what = Edit::What::Children;
    changedField.children = copy;
    changedField.childCount = list.size();
    changedField.payload = {};
    changedField.isReplaced = true;
    changed(field);
}

Message& Message::appendChild(std::uint32_t field)
{
    const FieldSchema& known = schema(field);
    const auto before = children(field);
    std::vector<Message*> list(before.begin(), before.end());
    removeSiblings(known);
    list.push_back(makeChild(known, {}));
    Message* made = list.back();
    setChildren(field, list);
    return *made;
}

bool Message::hasAttributeField() const
{
    return attributesFieldOf(m_type) != 0;
}

AttributeList& Message::attributes()
{
    if (m_attributes == nullptr)
        m_attributes = AttributeList::read(m_bytes, attributesFieldOf(m_type), *m_arena);
    return *m_attributes;
}

bool Message::isDirty(const Edit& edit)
{
    if (edit.isReplaced)
        return true;
    return std::any_of(edit.children, edit.children + edit.childCount,
        [](const Message* message) { return message->isChanged(); });
}

bool Message::isChanged() const
{
    if (m_attributes != nullptr && m_attributes->isChanged())
        return true;
    for (const Edit* edit = m_edits; edit != nullptr; edit = edit->next) {
        if (isDirty(*edit))
            return true;
    }
    return false;
}

void Message::encodeEdit(const Edit& edit, std::string& out) const
{
    wire::Writer writer(out);
    switch (edit.what) {
    case Edit::What::Absent: return;
    case Edit::What::Payload: writer.bytes(edit.field, edit.payload); return;
    case Edit::What::Scalar:
        switch (otlp::wireTypeOf(schema(edit.field).kind)) {
        case WireType::Fixed64: writer.fixed64(edit.field, edit.scalar); return;
        case WireType::Fixed32: writer.fixed32(edit.field, static_cast<std::uint32_t>(edit.scalar)); return;
        default: writer.varint(edit.field, edit.scalar); return;
        }
    case Edit::What::Children:
        for (std::size_t i = 0; i < edit.childCount; ++i) {
            const Message& message = *edit.children[i];
            const auto nested = writer.begin(edit.field, message.m_bytes.size());
            message.encode(out);
            writer.end(nested);
        }
        return;
    }
}

void Message::encode(std::string& out) const
{
    const bool hasAttributes = m_attributes != nullptr && m_attributes->isChanged();
    if (m_edits == nullptr) {
        if (hasAttributes)
            m_attributes->encodeMessage(out);
        else
            out.append(m_bytes);
        return;
    }
    const std::uint32_t attributesField = hasAttributes ? m_attributes->field() : 0;
    // A changed field stands where it stood first; what is new, in order of numbers at the end.
    std::uint64_t written = 0;
    const auto write = [&](std::uint32_t field) {
        const std::uint64_t bit = std::uint64_t{1} << std::min(field, 63U);
        if ((written & bit) != 0)
            return;
        written |= bit;
        if (field == attributesField)
            m_attributes->encodeFields(out);
        else if (const Edit* edit = editOf(field))
            encodeEdit(*edit, out);
    };
    std::uint64_t dirty = hasAttributes ? std::uint64_t{1} << std::min(attributesField, 63U) : 0;
    for (const Edit* edit = m_edits; edit != nullptr; edit = edit->next) {
        if (isDirty(*edit))
            dirty |= std::uint64_t{1} << std::min(edit->field, 63U);
    }
    const char* copied = m_bytes.data();
    Reader reader(m_bytes);
    while (reader.next()) {
        const std::uint32_t field = reader.number();
        if (field >= 63 || (dirty >> field & 1U) == 0)
            continue;
        out.append(copied, reader.raw().data());
        copied = reader.position();
        write(field);
    }
    if (!m_bytes.empty())
        out.append(copied, m_bytes.data() + m_bytes.size());
    for (std::uint32_t field = 1; field < 63; ++field) {
        if ((dirty >> field & 1U) != 0)
            write(field);
    }
}

std::string_view Message::encoded() const
{
    if (!isChanged())
        return m_bytes;
    std::string out;
    encode(out);
    return m_arena->copy(out);
}

} // namespace sluice
