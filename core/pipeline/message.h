#pragma once

#include "core/base/arena.h"
#include "core/model/value.h"
#include "core/otlp/schema.h"
#include "core/pipeline/attribute_list.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace sluice {

/// A received message of OTLP, of any kind: resource, scope, span, event, link, metric, data point, exemplar,
/// log record. Read in place when asked, and editable: what is not edited is written as it came, fields that
/// we do not know included.
///
///     Message& span = batch.message(i);
///     if (span.integer(SpanField::kKind) == kServer)
///         span.setText(SpanField::kName, batch.arena().copy("server"));
///     for (Message* event : span.children(SpanField::kEvents))
///         event->attributes().remove("stack");
///     span.child(SpanField::kStatus).setInteger(StatusField::kCode, 2);
///
/// Fields are named by their numbers (core/wire/otlp_fields.h); what they hold is known from
/// otlp::schemaOf(type()). Only ask for a field in the way that its kind allows. A field that stands twice in
/// the bytes counts as its last occurrence; one with a wrong wire type does not count.
///
/// Lives in an arena together with everything it points to and everything that it is given. Cost of a first
/// read: one pass over the message; then each read takes constant time. One thread.
class Message {
public:
    /// Told about each changed field, so that views of it can follow. Attributes are not told.
    class Owner {
    public:
        /// `tag` is what the message was made with. For a change in a sub-message: the field that holds it.
        virtual void fieldChanged(std::uint64_t tag, std::uint32_t field) = 0;

    protected:
        ~Owner() = default;
    };

    /// A message over received bytes. `attributes`: the list when somebody has read it already.
    static Message* read(otlp::MessageType type, std::string_view bytes, Arena& arena, Owner* owner = nullptr,
        std::uint64_t tag = 0, AttributeList* attributes = nullptr);
    /// A new, empty one.
    static Message* make(otlp::MessageType type, Arena& arena) { return read(type, {}, arena); }

    [[nodiscard]] otlp::MessageType type() const { return m_type; }
    [[nodiscard]] Arena& arena() const { return *m_arena; }
    /// The bytes as received; empty for one that was made.
    [[nodiscard]] std::string_view received() const { return m_bytes; }

    // Reads. What is absent reads as the default: 0, "", an empty value, no child.

    [[nodiscard]] bool has(std::uint32_t field);
    /// Whole numbers of every kind, enums and flags; unsigned ones keep their bits.
    [[nodiscard]] std::int64_t integer(std::uint32_t field);
    [[nodiscard]] std::uint64_t unsignedInteger(std::uint32_t field)
    {
        return static_cast<std::uint64_t>(integer(field));
    }
    [[nodiscard]] bool boolean(std::uint32_t field) { return integer(field) != 0; }
    [[nodiscard]] double number(std::uint32_t field); ///< A field of kind Double.
    /// Texts, bytes and ids (raw bytes). Of a sub-message: its bytes as received.
    [[nodiscard]] std::string_view text(std::uint32_t field);
    /// A sub-message of type AnyValue (the body of a log record), decoded.
    [[nodiscard]] Value value(std::uint32_t field);
    /// A packed list of numbers (buckets): whole numbers as they are, doubles as std::bit_cast reads them.
    [[nodiscard]] std::span<const std::uint64_t> numbers(std::uint32_t field);

    // Writes. A field that does not tell 0 from absent goes away when it is set to 0; setting a member of a
    // oneof removes the others.

    void setInteger(std::uint32_t field, std::int64_t value);
    void setBoolean(std::uint32_t field, bool value) { setInteger(field, value ? 1 : 0); }
    void setNumber(std::uint32_t field, double value);
    void setText(std::uint32_t field, std::string_view text); ///< Must live as long as the arena.
    void setValue(std::uint32_t field, const Value& value); ///< An AnyValue. Written at once.
    void setNumbers(std::uint32_t field, std::span<const std::uint64_t> numbers); ///< Copied.
    void remove(std::uint32_t field);

    // Sub-messages. They stay the same objects from call to call.

    /// The message in `field`; null when it is absent.
    [[nodiscard]] Message* find(std::uint32_t field);
    /// The same, made when it is absent.
    Message& child(std::uint32_t field);
    /// The messages of a repeated field, in their order. Valid until it is set.
    [[nodiscard]] std::span<Message* const> children(std::uint32_t field);
    /// Replaces a whole list. What is in it must be of the field's type and live in this arena.
    void setChildren(std::uint32_t field, std::span<Message* const> list);
    /// Adds a new empty message at the end of a list.
    Message& appendChild(std::uint32_t field);

    /// False for messages that have none (Status, Buckets, …).
    [[nodiscard]] bool hasAttributeField() const;
    /// The attributes (of a metric: its metadata; of an exemplar: its filtered attributes).
    AttributeList& attributes();

    /// True when it would be written in another way than it came.
    [[nodiscard]] bool isChanged() const;
    /// Appends the message as it is now, without tag and length.
    void encode(std::string& out) const;
    /// The message as it is now: the received bytes, or encoded into the arena.
    [[nodiscard]] std::string_view encoded() const;

private:
    struct Edit;

    Message() = default;
    [[nodiscard]] const otlp::FieldSchema& schema(std::uint32_t field) const;
    [[nodiscard]] Edit* editOf(std::uint32_t field) const;
    Edit& edit(std::uint32_t field);
    void changed(std::uint32_t field);
    void removeSiblings(const otlp::FieldSchema& field);
    bool locate(std::uint32_t field, std::string_view& bytes, std::uint64_t& scalar);
    void makeIndex();
    [[nodiscard]] static bool isDirty(const Edit& edit);
    void encodeEdit(const Edit& edit, std::string& out) const;
    Message* makeChild(const otlp::FieldSchema& field, std::string_view bytes);

    std::string_view m_bytes;
    Arena* m_arena = nullptr;
    Owner* m_owner = nullptr;
    Message* m_parent = nullptr;
    std::uint64_t m_tag = 0;
    Edit* m_edits = nullptr;
    AttributeList* m_attributes = nullptr;
    std::uint32_t* m_index = nullptr; ///< By field number: where it stands in the bytes, plus 1.
    std::uint32_t m_fieldInParent = 0;
    otlp::MessageType m_type{};
};

} // namespace sluice
