#pragma once

// Protobuf's wire format, written. Source: protobuf encoding.

#include "core/wire/reader.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::wire {

/// Bytes that `value` takes as a varint.
constexpr std::size_t varintSize(std::uint64_t value)
{
    return (static_cast<std::size_t>(std::bit_width(value | 1U)) + 6) / 7;
}

constexpr std::uint64_t zigzag(std::int64_t value)
{
    return (static_cast<std::uint64_t>(value) << 1U) ^ static_cast<std::uint64_t>(value >> 63U);
}

/// Appends fields to a string. Writes what it is told, defaults included: leaving them out is the caller's
/// decision.
///
///     Writer writer(out);
///     const auto span = writer.begin(ScopeSpansField::kSpans, 500);
///     writer.bytes(SpanField::kName, "GET /");
///     writer.end(span);
///
/// Nested messages must be ended in the reverse order of their beginnings. The string outlives the writer.
/// One thread.
class Writer {
public:
    explicit Writer(std::string& out)
        : m_out(out)
    {
    }

    void varint(std::uint32_t number, std::uint64_t value);
    /// int32, int64 and enums: negative numbers take ten bytes.
    void integer(std::uint32_t number, std::int64_t value)
    {
        varint(number, static_cast<std::uint64_t>(value));
    }
    void zigzagged(std::uint32_t number, std::int64_t value) { varint(number, zigzag(value)); }
    void boolean(std::uint32_t number, bool value) { varint(number, value ? 1 : 0); }
    void fixed64(std::uint32_t number, std::uint64_t value);
    void fixed32(std::uint32_t number, std::uint32_t value);
    void real(std::uint32_t number, double value) { fixed64(number, std::bit_cast<std::uint64_t>(value)); }
    void bytes(std::uint32_t number, std::string_view payload);
    /// Fields that are encoded already.
    void raw(std::string_view fields) { m_out.append(fields); }

    /// An open nested message.
    struct Nested {
        std::size_t payload = 0; ///< Where its payload begins.
        std::uint8_t lengthBytes = 1; ///< Room kept for its length.
    };

    /// Begins a nested message (or packed field). A good guess of its size saves moving the payload at end().
    Nested begin(std::uint32_t number, std::size_t expectedSize = 0);
    void end(Nested nested);

    // Without a tag: elements of packed fields.
    void bareVarint(std::uint64_t value);
    void bareFixed64(std::uint64_t value)
    {
        m_out.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    void bareFixed32(std::uint32_t value)
    {
        m_out.append(reinterpret_cast<const char*>(&value), sizeof value);
    }

private:
    void tag(std::uint32_t number, WireType type) { bareVarint(tagOf(number, type)); }

    std::string& m_out;
};

inline void Writer::bareVarint(std::uint64_t value)
{
    if (value < 0x80U) [[likely]] {
        m_out.push_back(static_cast<char>(value));
        return;
    }
    char buffer[10];
    std::size_t size = 0;
    for (; value >= 0x80U; value >>= 7U)
        buffer[size++] = static_cast<char>(value | 0x80U);
    buffer[size++] = static_cast<char>(value);
    m_out.append(buffer, size);
}

inline void Writer::varint(std::uint32_t number, std::uint64_t value)
{
    tag(number, WireType::Varint);
    bareVarint(value);
}

inline void Writer::fixed64(std::uint32_t number, std::uint64_t value)
{
    tag(number, WireType::Fixed64);
    bareFixed64(value);
}

inline void Writer::fixed32(std::uint32_t number, std::uint32_t value)
{
    tag(number, WireType::Fixed32);
    bareFixed32(value);
}

inline void Writer::bytes(std::uint32_t number, std::string_view payload)
{
    tag(number, WireType::Length);
    bareVarint(payload.size());
    m_out.append(payload);
}

inline Writer::Nested Writer::begin(std::uint32_t number, std::size_t expectedSize)
{
    tag(number, WireType::Length);
    const std::size_t lengthBytes = varintSize(expectedSize);
    m_out.append(lengthBytes, '\0');
    return {m_out.size(), static_cast<std::uint8_t>(lengthBytes)};
}

inline void Writer::end(Nested nested)
{
    std::uint64_t length = m_out.size() - nested.payload;
    const std::size_t lengthBytes = varintSize(length);
    std::size_t at = nested.payload - nested.lengthBytes;
    if (lengthBytes > nested.lengthBytes)
        m_out.insert(nested.payload, lengthBytes - nested.lengthBytes, '\0');
    else if (lengthBytes < nested.lengthBytes)
        m_out.erase(at, nested.lengthBytes - lengthBytes);
    for (; length >= 0x80U; length >>= 7U)
        m_out[at++] = static_cast<char>(length | 0x80U);
    m_out[at] = static_cast<char>(length);
}

} // namespace sluice::wire
