#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace sluice {

constexpr std::uint64_t zigzag(std::int64_t value)
{
    return (static_cast<std::uint64_t>(value) << 1U) ^ static_cast<std::uint64_t>(value >> 63U);
}

constexpr std::int64_t unzigzag(std::uint64_t value)
{
    return static_cast<std::int64_t>((value >> 1U) ^ (~(value & 1U) + 1U));
}

/// Bytes that grow at the end; clear() keeps the memory.
class ByteWriter {
public:
    static constexpr std::size_t kMaxVarint = 10;

    /// Room for `bytes` more; write there, then say with advanceTo() how far.
    char* reserve(std::size_t bytes)
    {
        if (m_bytes.size() < m_size + bytes)
            m_bytes.resize(std::max(m_size + bytes, m_bytes.size() * 2));
        return m_bytes.data() + m_size;
    }
    void advanceTo(const char* end) { m_size = static_cast<std::size_t>(end - m_bytes.data()); }

    static char* putVarint(char* to, std::uint64_t value)
    {
        while (value >= 0x80U) {
            *to++ = static_cast<char>(value | 0x80U);
            value >>= 7U;
        }
        *to++ = static_cast<char>(value);
        return to;
    }

    void varint(std::uint64_t value) { advanceTo(putVarint(reserve(kMaxVarint), value)); }
    void byte(std::uint8_t value)
    {
        *reserve(1) = static_cast<char>(value);
        ++m_size;
    }
    void bytes(std::string_view value)
    {
        if (value.empty())
            return;
        std::memcpy(reserve(value.size()), value.data(), value.size());
        m_size += value.size();
    }
    /// With its length in front.
    void block(std::string_view value)
    {
        varint(value.size());
        bytes(value);
    }

    void clear() { m_size = 0; }
    [[nodiscard]] std::size_t size() const { return m_size; }
    [[nodiscard]] std::string_view view() const { return {m_bytes.data(), m_size}; }

private:
    std::string m_bytes;
    std::size_t m_size = 0;
};

/// Reads what ByteWriter wrote. After the first error every read gives zero or nothing: ask ok() at the end.
class ByteReader {
public:
    explicit ByteReader(std::string_view bytes)
        : m_at(bytes.data())
        , m_end(bytes.data() + bytes.size())
    {
    }

    std::uint64_t varint()
    {
        if (m_at != m_end && static_cast<unsigned char>(*m_at) < 0x80U) [[likely]]
            return static_cast<unsigned char>(*m_at++);
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 70 && m_at != m_end; shift += 7) {
            const auto byte = static_cast<unsigned char>(*m_at++);
            value |= static_cast<std::uint64_t>(byte & 0x7fU) << (shift & 63U);
            if (byte < 0x80U)
                return value;
        }
        m_ok = false;
        m_at = m_end;
        return 0;
    }

    std::uint8_t byte()
    {
        if (m_at == m_end) {
            m_ok = false;
            return 0;
        }
        return static_cast<std::uint8_t>(*m_at++);
    }

    std::string_view bytes(std::size_t size)
    {
        if (static_cast<std::size_t>(m_end - m_at) < size) {
            m_ok = false;
            m_at = m_end;
            return {};
        }
        const std::string_view value(m_at, size);
        m_at += size;
        return value;
    }

    std::string_view block() { return bytes(varint()); }
    std::string_view rest() { return bytes(static_cast<std::size_t>(m_end - m_at)); }

    /// A number of things of at least one byte each: more than there are bytes left is an error.
    std::size_t count()
    {
        const std::uint64_t value = varint();
        if (value > static_cast<std::uint64_t>(m_end - m_at)) {
            m_ok = false;
            m_at = m_end;
            return 0;
        }
        return static_cast<std::size_t>(value);
    }

    [[nodiscard]] bool ok() const { return m_ok; }
    [[nodiscard]] bool isAtEnd() const { return m_at == m_end; }

private:
    const char* m_at;
    const char* m_end;
    bool m_ok = true;
};

} // namespace sluice
