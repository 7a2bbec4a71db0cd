#include "core/model/value_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>
#include <vector>

namespace sluice {

namespace {

std::string base64(std::string_view bytes)
{
    constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t left = std::min<std::size_t>(3, bytes.size() - i);
        std::uint32_t group = 0;
        for (std::size_t j = 0; j < 3; ++j)
            group = (group << 8U) | (j < left ? static_cast<unsigned char>(bytes[i + j]) : 0U);
        for (std::size_t j = 0; j < 4; ++j)
            out += j <= left ? kDigits[(group >> (18 - 6 * j)) & 63U] : '=';
    }
    return out;
}

/// Go's JSON text without its HTML escapes. Invalid UTF-8 passes as it is.
void appendQuoted(std::string_view text, std::string& out)
{
    constexpr std::string_view kHex = "0123456789abcdef";
    out += '"';
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        switch (c) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        case '\b': out += "\\b"; break;
        case '\f': out += "\\f"; break;
        default:
            if (c < 0x20U) {
                out.append("\\u00").append(1, kHex[c >> 4U]).append(1, kHex[c & 15U]);
            } else if (text.substr(i, 3) == "\xE2\x80\xA8" || text.substr(i, 3) == "\xE2\x80\xA9") {
                out.append("\\u202").append(1, kHex[static_cast<unsigned char>(text[i + 2]) & 15U]);
                i += 2; // Line and paragraph separators break JavaScript: Go escapes them always.
            } else {
                out += static_cast<char>(c);
            }
        }
    }
    out += '"';
}

/// False when JSON cannot hold the value.
bool appendJson(const Value& value, std::string& out)
{
    switch (value.type()) {
    case ValueType::Empty: out += "null"; return true;
    case ValueType::Bool: out += value.boolean() ? "true" : "false"; return true;
    case ValueType::Int: out += std::to_string(value.integer()); return true;
    case ValueType::Double: out += textOf(value.number()); return std::isfinite(value.number());
    case ValueType::String: appendQuoted(value.text(), out); return true;
    case ValueType::Bytes: appendQuoted(base64(value.text()), out); return true;
    case ValueType::Array: {
        out += '[';
        bool isFirst = true;
        for (const Value& item : value.items()) {
            out += isFirst ? "" : ",";
            isFirst = false;
            if (!appendJson(item, out))
                return false;
        }
        out += ']';
        return true;
    }
    case ValueType::Map: {
        std::vector<const KeyValue*> sorted;
        for (const KeyValue& entry : value.entries()) {
            const auto same = std::ranges::find(sorted, entry.key, &KeyValue::key);
            if (same == sorted.end())
                sorted.push_back(&entry);
            else
                *same = &entry; // A Go map holds the last one.
        }
        std::ranges::sort(sorted, {}, &KeyValue::key);
        out += '{';
        for (const KeyValue* entry : sorted) {
            out += entry == sorted.front() ? "" : ",";
            appendQuoted(entry->key, out);
            out += ':';
            if (!appendJson(entry->value, out))
                return false;
        }
        out += '}';
        return true;
    }
    }
    return false;
}

std::string specialText(double number)
{
    if (std::isnan(number))
        return "NaN";
    return number > 0 ? "Infinity" : "-Infinity";
}

} // namespace

std::string fixedTextOf(double number)
{
    if (!std::isfinite(number))
        return specialText(number);
    std::array<char, 400> buffer; // The longest double has 309 digits before the point or 324 behind it.
    const auto [end, error]
        = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::fixed);
    return {buffer.data(), end};
}

std::string textOf(double number)
{
    const double size = std::abs(number);
    if (!std::isfinite(number) || size == 0 || (size >= 1e-6 && size < 1e21))
        return fixedTextOf(number);
    std::array<char, 40> buffer;
    const auto [end, error]
        = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::scientific);
    std::string text(buffer.data(), end);
    // 1e-07 becomes 1e-7; positive exponents have two digits here anyway.
    if (const std::size_t zero = text.find("e-0"); zero != std::string::npos)
        text.erase(zero + 2, 1);
    return text;
}

std::string textOf(const Value& value)
{
    switch (value.type()) {
    case ValueType::Empty: return {};
    case ValueType::String: return std::string(value.text());
    case ValueType::Double: return textOf(value.number());
    case ValueType::Bytes: return base64(value.text());
    case ValueType::Bool:
    case ValueType::Int:
    case ValueType::Array:
    case ValueType::Map: break;
    }
    std::string out;
    return appendJson(value, out) ? out : std::string();
}

} // namespace sluice
