#include "core/wire/reader.h"

#include <limits>

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

bool Reader::readLongVarint(std::uint64_t& value)
{
    std::uint64_t result = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
        if (m_cursor == m_end)
            return refuse(WireError::Truncated);
        const auto byte = static_cast<unsigned char>(*m_cursor++);
        // The tenth byte has one useful bit; like libprotobuf, drop what is beyond.
        result |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
        if (byte < 0x80U) {
            value = result;
            return true;
        }
    }
    return refuse(WireError::LongVarint);
}

bool Reader::readLongLength(std::uint64_t& value)
{
    const char* begin = m_cursor;
    if (!readLongVarint(value))
        return false;
    return m_cursor - begin <= 5 || refuse(WireError::LongVarint);
}

bool Reader::readLongTag()
{
    m_cursor = m_start;
    std::uint64_t tag = 0;
    if (!readLongVarint(tag))
        return false;
    // Parsers that stop at five bytes are common; what they would refuse must not be passed on to them.
    if (m_cursor - m_start > 5)
        return refuse(WireError::LongVarint);
    if (tag > std::numeric_limits<std::uint32_t>::max())
        return refuse(WireError::BadTag);
    m_tag = static_cast<std::uint32_t>(tag);
    return true;
}

bool Reader::refuseTag()
{
    const std::uint32_t type = m_tag & 7U;
    return refuse(type == 3 || type == 4 ? WireError::Group : WireError::BadTag);
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
