#include "core/wire/reader.h"

namespace sluice::wire {

std::string_view textOf(WireError error)
{
    switch (error) {
    case WireError::None: return "no error";
    case WireError::Truncated: return "the message ends inside a field";
    case WireError::LongVarint: return "a number of too many bytes";
    case WireError::BadTag: return "an impossible field number or wire type";
    case WireError::Group: return "a group, which OTLP does not have";
    }
    return "unknown error";
}

LongVarint readLongVarint(const char* begin, const char* end, std::ptrdiff_t maxBytes)
{
    const auto error = [](WireError kind) { return LongVarint{static_cast<std::uint64_t>(kind), nullptr}; };
    std::uint64_t value = 0;
    unsigned shift = 0;
    // Parsers that stop at five bytes of a tag or length are common; what they refuse must not be passed on
    // to them.
    for (const char* cursor = begin; cursor - begin < maxBytes; shift += 7) {
        if (cursor == end)
            return error(WireError::Truncated);
        const auto byte = static_cast<unsigned char>(*cursor++);
        // The tenth byte has one useful bit; like libprotobuf, drop what is beyond.
        value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
        if (byte < 0x80U)
            return {value, cursor};
    }
    return error(WireError::LongVarint);
}

WireError errorOfType(std::uint32_t type)
{
    return type == 3 || type == 4 ? WireError::Group : WireError::BadTag;
}

bool PackedReader::next()
{
    if (m_bytes.empty() || !m_ok)
        return false;
    if (m_type == WireType::Varint) {
        std::uint64_t result = 0;
        for (std::size_t i = 0; i < m_bytes.size() && i < 10; ++i) {
            const auto byte = static_cast<unsigned char>(m_bytes[i]);
            result |= static_cast<std::uint64_t>(byte & 0x7FU) << (7 * i);
            if (byte < 0x80U) {
                m_scalar = result;
                m_bytes.remove_prefix(i + 1);
                return true;
            }
        }
        m_ok = false;
        return false;
    }
    const std::size_t size = m_type == WireType::Fixed64 ? 8 : 4;
    if (m_bytes.size() < size) {
        m_ok = false;
        return false;
    }
    m_scalar = 0;
    std::memcpy(&m_scalar, m_bytes.data(), size);
    m_bytes.remove_prefix(size);
    return true;
}

} // namespace sluice::wire
