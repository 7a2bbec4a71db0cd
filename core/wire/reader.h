#pragma once

// Protobuf's wire format, read without objects. This is the hot path: everything that is received goes
// through here. Source: protobuf encoding; spec/protocols.md section 1.0.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sluice::wire {

/// How a field's payload is laid out. The numbers are those of the wire. Groups (3 and 4) are refused.
enum class WireType : std::uint8_t { Varint = 0, Fixed64 = 1, Length = 2, Fixed32 = 5 };

/// Why a message cannot be read further.
enum class WireError : std::uint8_t {
    None,
    Truncated, ///< The message ends inside a field, or a length points beyond its end.
    LongVarint, ///< A number of more than ten bytes, or a tag or length of more than five.
    BadTag, ///< Field number 0 or above 2^29-1, or a wire type that does not exist.
    Group, ///< A group: no OTLP sender ever wrote one, and skipping them needs recursion.
};

/// "truncated field" and the like, for error texts.
std::string_view textOf(WireError error);

/// Walks over the fields of one message, in the order of its bytes.
///
///     for (Reader reader(message); reader.next();)
///         switch (reader.number()) { case SpanField::kName: name = reader.bytes(); break; … }
///
/// Never reads outside the given bytes and never allocates; views point into them. A field that is known but
/// has another wire type than expected must be treated as unknown: ask is(). Value type, cheap to create; one
/// thread.
class Reader {
public:
    explicit Reader(std::string_view message)
        : m_cursor(message.data())
        , m_end(message.data() + message.size())
    {
    }

    /// Moves to the next field. False at the end of the message and at the first error: ask ok() to tell them
    /// apart.
    [[nodiscard]] bool next();

    /// After a Length field with a number below 16: moves over the short fields of the same number behind it,
    /// unseen. For lists that nobody looks into now. The current field must not be asked for afterwards.
    void skipRun();

    /// False once the message turned out to be malformed.
    [[nodiscard]] bool ok() const { return m_error == WireError::None; }
    [[nodiscard]] WireError error() const { return m_error; }

    // The current field; valid after next() said true.
    [[nodiscard]] std::uint32_t number() const { return m_tag >> 3U; }
    [[nodiscard]] WireType type() const { return static_cast<WireType>(m_tag & 7U); }
    [[nodiscard]] std::uint32_t tag() const
    {
        return m_tag;
    } ///< Number and type as on the wire: see tagOf().
    [[nodiscard]] bool is(WireType type) const { return this->type() == type; }
    [[nodiscard]] std::uint64_t scalar() const
    {
        return m_scalar;
    } ///< Varint, Fixed64, Fixed32 (zero-extended).
    [[nodiscard]] std::string_view bytes() const { return m_bytes; } ///< Length: the payload.
    [[nodiscard]] double number64() const
    {
        return std::bit_cast<double>(m_scalar);
    } ///< Fixed64 as a double.
    /// The whole field, tag included: what to copy to keep it byte for byte.
    [[nodiscard]] std::string_view raw() const
    {
        return {m_start, static_cast<std::size_t>(m_cursor - m_start)};
    }

    /// After the current field; after an error, where the field that could not be read begins.
    [[nodiscard]] const char* position() const { return ok() ? m_cursor : m_start; }

private:
    bool refuse(WireError error)
    {
        m_error = error;
        m_cursor = m_end;
        return false;
    }
    bool readVarint(std::uint64_t& value);
    bool readLength(std::uint64_t& value);
    bool readLongTag();

    const char* m_cursor;
    const char* m_end;
    const char* m_start = nullptr;
    std::string_view m_bytes;
    std::uint64_t m_scalar = 0;
    std::uint32_t m_tag = 0;
    WireError m_error = WireError::None;
};

/// The tag of a field, to switch over Reader::tag(): number and type in one comparison.
constexpr std::uint32_t tagOf(std::uint32_t number, WireType type)
{
    return (number << 3U) | static_cast<std::uint32_t>(type);
}

/// sint32 and sint64.
constexpr std::int64_t unzigzag(std::uint64_t value)
{
    return static_cast<std::int64_t>((value >> 1U) ^ (~(value & 1U) + 1U));
}

/// Walks over the numbers of a packed repeated field. `Length` is not a type of these.
class PackedReader {
public:
    PackedReader(std::string_view bytes, WireType type)
        : m_bytes(bytes)
        , m_type(type)
    {
    }

    /// Moves to the next number. False at the end and at the first error: ask ok().
    [[nodiscard]] bool next();
    [[nodiscard]] bool ok() const { return m_ok; }
    [[nodiscard]] std::uint64_t scalar() const { return m_scalar; }

private:
    std::string_view m_bytes;
    WireType m_type;
    std::uint64_t m_scalar = 0;
    bool m_ok = true;
};

/// A number of several bytes, read. `next` is null when it cannot be read; `value` is then a WireError.
/// A free function that returns by value: the address of a Reader must not get around, or it leaves its
/// registers.
struct LongVarint {
    std::uint64_t value = 0;
    const char* next = nullptr;
};
LongVarint readLongVarint(const char* begin, const char* end, std::ptrdiff_t maxBytes);

/// The error for a wire type that is none of ours.
WireError errorOfType(std::uint32_t type);

// Everything below is inlined by force: it is what most of the time is spent on, and half as fast as a call.

[[gnu::always_inline]] inline bool Reader::readVarint(std::uint64_t& value)
{
    // Nearly every number in OTLP is one byte long.
    if (m_cursor != m_end && static_cast<unsigned char>(*m_cursor) < 0x80U) [[likely]] {
        value = static_cast<unsigned char>(*m_cursor++);
        return true;
    }
    const LongVarint read = readLongVarint(m_cursor, m_end, 10);
    if (read.next == nullptr) [[unlikely]]
        return refuse(static_cast<WireError>(read.value));
    value = read.value;
    m_cursor = read.next;
    return true;
}

[[gnu::always_inline]] inline bool Reader::readLength(std::uint64_t& value)
{
    if (m_cursor != m_end) [[likely]] {
        value = static_cast<unsigned char>(*m_cursor++);
        if (value < 0x80U) [[likely]]
            return true;
        if (m_cursor != m_end && static_cast<unsigned char>(*m_cursor) < 0x80U)
            [[likely]] { // Spans and metrics.
            value
                = (value & 0x7FU) | static_cast<std::uint64_t>(static_cast<unsigned char>(*m_cursor++)) << 7U;
            return true;
        }
        --m_cursor;
    }
    const LongVarint read = readLongVarint(m_cursor, m_end, 5);
    if (read.next == nullptr) [[unlikely]]
        return refuse(static_cast<WireError>(read.value));
    value = read.value;
    m_cursor = read.next;
    return true;
}

[[gnu::always_inline]] inline bool Reader::readLongTag()
{
    const LongVarint read = readLongVarint(m_start, m_end, 5);
    if (read.next == nullptr) [[unlikely]]
        return refuse(static_cast<WireError>(read.value));
    if (read.value > 0xFFFFFFFFU) [[unlikely]]
        return refuse(WireError::BadTag);
    m_tag = static_cast<std::uint32_t>(read.value);
    m_cursor = read.next;
    return true;
}

[[gnu::always_inline]] inline bool Reader::next()
{
    if (m_cursor == m_end)
        return false;
    m_start = m_cursor;
    m_tag = static_cast<unsigned char>(*m_cursor++);
    if (m_tag >= 0x80U) [[unlikely]] {
        if (!readLongTag())
            return false;
    }
    if (m_tag < 8U) [[unlikely]]
        return refuse(WireError::BadTag);

    const std::uint32_t type = m_tag & 7U;
    if (type == 2) [[likely]] {
        std::uint64_t length = 0;
        if (!readLength(length)) [[unlikely]]
            return false;
        if (length > static_cast<std::uint64_t>(m_end - m_cursor)) [[unlikely]]
            return refuse(WireError::Truncated);
        m_bytes = {m_cursor, static_cast<std::size_t>(length)};
        m_cursor += length;
        return true;
    }
    if (type == 0)
        return readVarint(m_scalar);
    if (type == 1) {
        if (m_end - m_cursor < 8) [[unlikely]]
            return refuse(WireError::Truncated);
        std::memcpy(&m_scalar, m_cursor, 8);
        m_cursor += 8;
        return true;
    }
    if (type == 5) {
        if (m_end - m_cursor < 4) [[unlikely]]
            return refuse(WireError::Truncated);
        std::uint32_t value = 0;
        std::memcpy(&value, m_cursor, 4);
        m_scalar = value;
        m_cursor += 4;
        return true;
    }
    return refuse(errorOfType(type));
}

[[gnu::always_inline]] inline void Reader::skipRun()
{
    while (m_end - m_cursor >= 2 && static_cast<unsigned char>(*m_cursor) == m_tag) {
        const auto length = static_cast<unsigned char>(m_cursor[1]);
        if (length >= 0x80U || length > m_end - m_cursor - 2)
            return; // Left to next().
        m_cursor += 2 + length;
    }
}

static_assert(std::endian::native == std::endian::little, "fixed-width fields are copied as they are");

} // namespace sluice::wire
