#include "app/json_writer.h"

#include <array>
#include <charconv>
#include <cmath>

namespace sluice {

JsonWriter& JsonWriter::beginObject()
{
    separate();
    m_text += '{';
    return *this;
}

JsonWriter& JsonWriter::beginObject(std::string_view name)
{
    key(name);
    m_text += '{';
    return *this;
}

JsonWriter& JsonWriter::endObject()
{
    m_text += '}';
    return *this;
}

JsonWriter& JsonWriter::beginArray(std::string_view name)
{
    key(name);
    m_text += '[';
    return *this;
}

JsonWriter& JsonWriter::beginArray()
{
    separate();
    m_text += '[';
    return *this;
}

JsonWriter& JsonWriter::endArray()
{
    m_text += ']';
    return *this;
}

JsonWriter& JsonWriter::member(std::string_view name, std::string_view value)
{
    key(name);
    quoted(value);
    return *this;
}

JsonWriter& JsonWriter::member(std::string_view name, double value)
{
    key(name);
    if (!std::isfinite(value)) {
        m_text += "null";
        return *this;
    }
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    m_text.append(buffer.data(), end);
    return *this;
}

JsonWriter& JsonWriter::member(std::string_view name, bool value)
{
    return raw(name, value ? "true" : "false");
}

JsonWriter& JsonWriter::member(std::string_view name, UnixTime time)
{
    return member(name, std::to_string(toUnixNano(time)));
}

JsonWriter& JsonWriter::raw(std::string_view name, std::string_view value)
{
    key(name);
    m_text += value;
    return *this;
}

JsonWriter& JsonWriter::element(std::string_view value)
{
    separate();
    quoted(value);
    return *this;
}

JsonWriter& JsonWriter::element(double value)
{
    separate();
    if (!std::isfinite(value)) {
        m_text += "null";
        return *this;
    }
    std::array<char, 32> buffer{};
    m_text.append(buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr);
    return *this;
}

void JsonWriter::separate()
{
    if (!m_text.empty() && m_text.back() != '{' && m_text.back() != '[' && m_text.back() != ':')
        m_text += ',';
}

void JsonWriter::key(std::string_view name)
{
    separate();
    quoted(name);
    m_text += ':';
}

void JsonWriter::quoted(std::string_view text)
{
    static constexpr std::string_view kHex = "0123456789abcdef";
    m_text += '"';
    for (const char c : text) {
        switch (c) {
        case '"': m_text += "\\\""; break;
        case '\\': m_text += "\\\\"; break;
        case '\n': m_text += "\\n"; break;
        case '\r': m_text += "\\r"; break;
        case '\t': m_text += "\\t"; break;
        default:
            if (static_cast<unsigned char>(c) < 0x20U) {
                m_text += "\\u00";
                m_text += kHex[static_cast<unsigned char>(c) >> 4U];
                m_text += kHex[static_cast<unsigned char>(c) & 0xFU];
            } else {
                m_text += c;
            }
        }
    }
    m_text += '"';
}

} // namespace sluice
