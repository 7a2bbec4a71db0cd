#pragma once

#include "core/base/arena.h"
#include "core/model/value.h"
#include "core/otlp/attributes.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice {

/// One attribute of an AttributeList: 32 bytes, since a request has thousands of them. Its value is decoded
/// when it is first asked for; ask the list.
class Attribute {
public:
    [[nodiscard]] std::string_view key() const { return {m_key, m_keySize & ~kDecoded}; }

private:
    friend class AttributeList;
    static constexpr std::uint32_t kDecoded = 0x80000000U;

    [[nodiscard]] bool isDecoded() const { return (m_keySize & kDecoded) != 0; }
    [[nodiscard]] std::string_view raw() const { return {m_raw, m_rawSize}; }

    const char* m_key;
    const char* m_raw; ///< The whole field encoded, tag included; null when it has to be encoded first.
    union {
        const char* m_any; ///< Not decoded: the encoded value, which ends where the field ends.
        const Value* m_value; ///< Decoded.
    };
    std::uint32_t m_keySize;
    std::uint32_t m_rawSize;
};
static_assert(sizeof(Attribute) == 32);

/// The attributes of one span, log record, data point, resource or scope: an ordered list that may hold a key
/// twice. Behaves as the collector's attribute map does, down to the order after a removal
/// (spec/processors.md section 0.2).
///
/// Lives in an arena together with everything it points to, and points into the received bytes. Reading costs
/// one pass over the message; what is not replaced is written as it came. One thread.
class AttributeList {
public:
    /// `field` is the number of the repeated KeyValue field in `message`. The list belongs to the arena.
    static AttributeList* read(std::string_view message, std::uint32_t field, Arena& arena);

    [[nodiscard]] std::size_t size() const { return m_size; }
    [[nodiscard]] bool isEmpty() const { return m_size == 0; }
    [[nodiscard]] const Attribute& at(std::size_t index) const { return m_items[index]; }
    [[nodiscard]] std::string_view keyAt(std::size_t index) const { return m_items[index].key(); }
    /// Valid as long as the arena, or until this value is replaced.
    [[nodiscard]] const Value& valueAt(std::size_t index);

    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
    /// Index of the first attribute called `key`, or kNone.
    [[nodiscard]] std::size_t indexOf(std::string_view key) const;
    /// Value of the first attribute called `key`; null when there is none. Valid until the list is changed.
    [[nodiscard]] const Value* find(std::string_view key);

    /// Field number of the attributes in their message.
    [[nodiscard]] std::uint32_t field() const { return m_field; }

    // Changes. What they are given must live as long as the arena. `raw` may be the encoded field, for values
    // that are written again and again (see field()); empty: it is encoded when it is written.

    /// Replaces the value of the first attribute called `key`, or appends one. False when it had that value
    /// already.
    bool put(std::string_view key, const Value& value);
    /// False when the attribute at `index` had that value already.
    bool replaceAt(std::size_t index, const Value& value, std::string_view raw = {});
    void append(std::string_view key, const Value& value, std::string_view raw = {});
    /// Moves the last attribute into the hole, as the collector does.
    void removeAt(std::size_t index);
    /// Removes the first attribute called `key`. False when there is none.
    bool remove(std::string_view key);
    /// Another name for the attribute at `index`, which keeps its place.
    void renameAt(std::size_t index, std::string_view key);
    void clear();
    /// Keeps the attributes for which `keeps(index)` holds, and their order.
    template <class Keeps>
    void keepIf(Keeps&& keeps);

    [[nodiscard]] bool isChanged() const { return m_isChanged; }
    [[nodiscard]] Arena& arena() const { return *m_arena; }

    /// The message that the list was read from, with these attributes in place of the received ones.
    void encodeMessage(std::string& out) const;
    /// The attributes alone, as fields of that message.
    void encodeFields(std::string& out) const;

private:
    AttributeList() = default;
    void grow();
    Attribute& add(std::string_view key, std::string_view raw);
    void setValue(Attribute& attribute, const Value& value);
    void decode(Attribute& attribute);

    Attribute* m_items = nullptr;
    std::uint32_t m_size = 0;
    std::uint32_t m_capacity = 0;
    Arena* m_arena = nullptr;
    std::string_view m_message;
    std::uint32_t m_begin
        = 0; ///< Where the first received attribute begins in the message, and the last one ends.
    std::uint32_t m_end = 0;
    std::uint32_t m_field = 0;
    bool m_isContiguous = true; ///< Nothing but attributes between the two.
    bool m_isChanged = false;
};

inline std::size_t AttributeList::indexOf(std::string_view key) const
{
    for (std::size_t i = 0; i < m_size; ++i) {
        if (m_items[i].key() == key)
            return i;
    }
    return kNone;
}

inline const Value& AttributeList::valueAt(std::size_t index)
{
    Attribute& attribute = m_items[index];
    if (!attribute.isDecoded())
        decode(attribute);
    return *attribute.m_value;
}

inline const Value* AttributeList::find(std::string_view key)
{
    const std::size_t index = indexOf(key);
    return index == kNone ? nullptr : &valueAt(index);
}

template <class Keeps>
void AttributeList::keepIf(Keeps&& keeps)
{
    std::uint32_t kept = 0;
    for (std::uint32_t i = 0; i < m_size; ++i) {
        if (keeps(std::size_t{i}))
            m_items[kept++] = m_items[i];
    }
    m_isChanged = m_isChanged || kept != m_size;
    m_size = kept;
}

} // namespace sluice
