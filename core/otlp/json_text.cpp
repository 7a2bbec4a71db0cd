#include "core/otlp/json_text.h"

#include "core/wire/utf8.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

namespace sluice::otlp {
namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// Bytes of a string that can be copied without looking closer.
bool isPlain(unsigned char c)
{
    return c >= 0x20 && c != '"' && c != '\\' && c < 0x80;
}

/// Length of the number at the start of `text`; 0 when there is none.
std::size_t numberLength(std::string_view text)
{
    std::size_t at = 0;
    const auto digits = [&] {
        const std::size_t begin = at;
        while (at < text.size() && isDigit(text[at]))
            ++at;
        return at > begin;
    };
    const auto is = [&](char c) { return at < text.size() && text[at] == c; };
    if (is('-'))
        ++at;
    if (is('0'))
        ++at;
    else if (!digits())
        return 0;
    if (is('.')) {
        ++at;
        if (!digits())
            return 0;
    }
    if (is('e') || is('E')) {
        ++at;
        if (is('+') || is('-'))
            ++at;
        if (!digits())
            return 0;
    }
    return at;
}

void appendEscaped(std::string& out, unsigned char c)
{
    constexpr std::string_view kHex = "0123456789abcdef";
    switch (c) {
    case '"': out.append("\\\""); break;
    case '\\': out.append("\\\\"); break;
    case '\n': out.append("\\n"); break;
    case '\r': out.append("\\r"); break;
    case '\t': out.append("\\t"); break;
    case '\b': out.append("\\b"); break;
    case '\f': out.append("\\f"); break;
    default:
        out.append("\\u00");
        out.push_back(kHex[c >> 4U]);
        out.push_back(kHex[c & 0x0FU]);
    }
}

/// The size of the line break of Unicode (next line, line separator, paragraph separator) that `text` begins
/// with; 0 when it begins with something else. They are escaped: one request is one line, whoever splits it.
std::size_t lineBreakAt(std::string_view text)
{
    if (text.starts_with("\xC2\x85"))
        return 2;
    return text.starts_with("\xE2\x80\xA8") || text.starts_with("\xE2\x80\xA9") ? 3 : 0;
}

} // namespace

bool isJsonNumber(std::string_view text)
{
    return !text.empty() && numberLength(text) == text.size();
}

void appendJsonString(std::string& out, std::string_view text)
{
    out.push_back('"');
    while (!text.empty()) {
        std::size_t plain = 0;
        while (plain < text.size() && isPlain(static_cast<unsigned char>(text[plain])))
            ++plain;
        out.append(text.substr(0, plain));
        text.remove_prefix(plain);
        std::size_t other = 0;
        while (other < text.size() && (static_cast<unsigned char>(text[other]) & 0x80U) != 0
            && lineBreakAt(text.substr(other)) == 0)
            ++other;
        if (const std::size_t size = lineBreakAt(text); size > 0) {
            constexpr std::string_view kHex = "0123456789abcdef";
            const bool isNextLine = size == 2;
            out.append(isNextLine ? "\\u0085" : "\\u202");
            if (!isNextLine)
                out.push_back(kHex[static_cast<unsigned char>(text[2]) & 0x0FU]);
            text.remove_prefix(size);
        } else if (other > 0) {
            wire::appendRepaired(out, text.substr(0, other));
            text.remove_prefix(other);
        } else if (!text.empty()) {
            appendEscaped(out, static_cast<unsigned char>(text.front()));
            text.remove_prefix(1);
        }
    }
    out.push_back('"');
}

void appendJsonNumber(std::string& out, double value)
{
    if (std::isnan(value)) {
        out.append("\"NaN\"");
    } else if (std::isinf(value)) {
        out.append(value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
    } else if (value == 0 && std::signbit(value)) {
        out.append("-0.0"); // Without the fraction, some parsers take it for the integer 0.
    } else {
        std::array<char, 32> digits{};
        const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), value);
        out.append(digits.data(), result.ptr);
    }
}

JsonCursor::JsonCursor(std::string_view document)
    : m_begin(document.data())
    , m_cursor(document.data())
    , m_end(document.data() + document.size())
{
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF"; // Editors on Windows put it into files.
    if (document.starts_with(kByteOrderMark))
        m_cursor += kByteOrderMark.size();
}

bool JsonCursor::refuse(std::string problem)
{
    if (ok())
        m_problem = std::move(problem);
    return false;
}

void JsonCursor::skipSpace()
{
    while (m_cursor != m_end
        && (*m_cursor == ' ' || *m_cursor == '\n' || *m_cursor == '\r' || *m_cursor == '\t'))
        ++m_cursor;
}

char JsonCursor::peek()
{
    skipSpace();
    return m_cursor == m_end ? '\0' : *m_cursor;
}

bool JsonCursor::accept(char expected)
{
    if (peek() != expected || m_cursor == m_end)
        return false;
    ++m_cursor;
    return true;
}

bool JsonCursor::enter(char bracket)
{
    if (accept(bracket))
        return true;
    return refuse(bracket == '{' ? "expected an object" : "expected an array");
}

bool JsonCursor::nextElement(char closingBracket, bool isFirst)
{
    if (!ok() || accept(closingBracket))
        return false;
    if (isFirst || accept(','))
        return true;
    return refuse(std::string("expected ',' or '") + closingBracket + '\'');
}

bool JsonCursor::readKey(std::string_view& key)
{
    if (peek() != '"')
        return refuse("expected a key in quotes");
    if (!readString(key))
        return false;
    return accept(':') || refuse("expected ':'");
}

bool JsonCursor::readString(std::string_view& text)
{
    if (!accept('"'))
        return refuse("expected a string");
    const char* begin = m_cursor;
    while (m_cursor != m_end) {
        const auto c = static_cast<unsigned char>(*m_cursor);
        if (c == '"') {
            text = {begin, static_cast<std::size_t>(m_cursor - begin)};
            ++m_cursor;
            return true;
        }
        if (c == '\\')
            return readEscapes(text, begin);
        if (c < 0x20)
            return refuse("a control character inside a string");
        ++m_cursor;
    }
    return refuse("the document ends inside a string");
}

bool JsonCursor::readEscapes(std::string_view& text, const char* begin)
{
    m_unescaped.assign(begin, m_cursor);
    while (m_cursor != m_end) {
        const char c = *m_cursor++;
        if (c == '"') {
            text = m_unescaped;
            return true;
        }
        if (c == '\\') {
            if (!readEscape())
                return false;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            --m_cursor;
            return refuse("a control character inside a string");
        } else {
            m_unescaped.push_back(c);
        }
    }
    return refuse("the document ends inside a string");
}

bool JsonCursor::readEscape()
{
    if (m_cursor == m_end)
        return refuse("the document ends inside a string");
    switch (const char c = *m_cursor++) {
    case '"':
    case '\\':
    case '/': m_unescaped.push_back(c); return true;
    case 'b': m_unescaped.push_back('\b'); return true;
    case 'f': m_unescaped.push_back('\f'); return true;
    case 'n': m_unescaped.push_back('\n'); return true;
    case 'r': m_unescaped.push_back('\r'); return true;
    case 't': m_unescaped.push_back('\t'); return true;
    case 'u': break;
    default: --m_cursor; return refuse("an unknown escape in a string");
    }
    std::uint32_t unit = 0;
    if (!readHex(unit))
        return false;
    const bool isHighSurrogate = unit >= 0xD800 && unit <= 0xDBFF;
    if (isHighSurrogate && m_end - m_cursor >= 2 && m_cursor[0] == '\\' && m_cursor[1] == 'u') {
        const char* before = m_cursor;
        m_cursor += 2;
        std::uint32_t low = 0;
        if (!readHex(low))
            return false;
        if (low >= 0xDC00 && low <= 0xDFFF)
            unit = 0x10000 + ((unit - 0xD800) << 10U) + (low - 0xDC00);
        else
            m_cursor = before; // Not its other half: the next escape stands for itself.
    }
    wire::appendCodePoint(m_unescaped, unit); // JavaScript may send halves alone; they become U+FFFD.
    return true;
}

bool JsonCursor::readHex(std::uint32_t& value)
{
    if (m_end - m_cursor < 4)
        return refuse("the document ends inside a string");
    const auto result = std::from_chars(m_cursor, m_cursor + 4, value, 16);
    if (result.ptr != m_cursor + 4)
        return refuse("\\u needs four hexadecimal digits");
    m_cursor += 4;
    return true;
}

bool JsonCursor::readNumber(std::string_view& text)
{
    skipSpace();
    const std::size_t length = numberLength({m_cursor, static_cast<std::size_t>(m_end - m_cursor)});
    if (length == 0)
        return refuse("expected a number");
    text = {m_cursor, length};
    m_cursor += length;
    return true;
}

bool JsonCursor::readWord(std::string_view word)
{
    if (static_cast<std::size_t>(m_end - m_cursor) < word.size()
        || std::memcmp(m_cursor, word.data(), word.size()) != 0)
        return refuse("expected a value");
    m_cursor += word.size();
    return true;
}

bool JsonCursor::readBool(bool& value)
{
    value = peek() == 't';
    if (!value && peek() != 'f')
        return refuse("expected true or false");
    return readWord(value ? "true" : "false");
}

bool JsonCursor::acceptNull()
{
    return peek() == 'n' && readWord("null");
}

bool JsonCursor::skipValue(int depth)
{
    if (depth > kMaxDepth)
        return refuse("nested too deeply");
    std::string_view ignored;
    bool flag = false;
    switch (peek()) {
    case '"': return readString(ignored);
    case 't':
    case 'f': return readBool(flag);
    case 'n': return acceptNull();
    case '{':
        if (!enter('{'))
            return false;
        for (bool isFirst = true; nextElement('}', isFirst); isFirst = false) {
            if (!readKey(ignored) || !skipValue(depth + 1))
                return false;
        }
        return ok();
    case '[':
        if (!enter('['))
            return false;
        for (bool isFirst = true; nextElement(']', isFirst); isFirst = false) {
            if (!skipValue(depth + 1))
                return false;
        }
        return ok();
    default: break;
    }
    if (m_cursor == m_end)
        return refuse("the document ends where a value was expected");
    if (*m_cursor != '-' && !isDigit(*m_cursor))
        return refuse("expected a value");
    return readNumber(ignored);
}

bool JsonCursor::atEnd()
{
    skipSpace();
    return m_cursor == m_end || refuse("something stands behind the document's end");
}

} // namespace sluice::otlp
