#include "core/ottl/functions/format_verbs.h"

#include "core/ottl/conversion.h"
#include "core/ottl/functions/civil_time.h"
#include "core/ottl/functions/unicode_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <optional>

namespace sluice::ottl {

namespace {

constexpr std::size_t kMaxLength = 8 << 20;
constexpr int kMaxNumber = 1'000'000; ///< Of a width or precision, as Go's.
constexpr int kMaxDepth = 100; ///< Of lists in lists.

std::string_view goTypeOf(const Value& value)
{
    switch (value.kind()) {
    case Kind::Nil: return "<nil>";
    case Kind::Bool: return "bool";
    case Kind::Int: return "int64";
    case Kind::Double: return "float64";
    case Kind::String: return "string";
    case Kind::Bytes: return "[]uint8";
    case Kind::Time: return "time.Time";
    case Kind::Duration: return "time.Duration";
    case Kind::Map: return "pcommon.Map";
    case Kind::Slice: return "pcommon.Slice";
    case Kind::StringList: return "[]string";
    case Kind::RawList: return "[]interface {}";
    case Kind::UintList: return "[]uint64";
    case Kind::DoubleList: return "[]float64";
    case Kind::TraceId: return "pcommon.TraceID";
    case Kind::SpanId: return "pcommon.SpanID";
    case Kind::ProfileId: return "pprofile.ProfileID";
    case Kind::Opaque: return "opaque";
    }
    return "";
}

void appendHexDigits(std::string& out, std::uint32_t number, int digits)
{
    for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4)
        out += "0123456789abcdef"[number >> shift & 15U];
}

/// Go's strconv.Quote, or QuoteRune with another quote.
std::string quoted(std::string_view text, char quote, bool isAscii)
{
    std::string out(1, quote);
    while (!text.empty()) {
        const auto byte = static_cast<unsigned char>(text[0]);
        const std::string_view before = text;
        const char32_t character = takeCharacter(text);
        const std::string_view raw = before.substr(0, before.size() - text.size());
        if (character == kReplacementCharacter && raw.size() == 1) {
            out += "\\x";
            appendHexDigits(out, byte, 2);
            continue;
        }
        constexpr std::string_view kPlain = "\a\b\f\n\r\t\v";
        constexpr std::string_view kLetters = "abfnrtv";
        if (character == static_cast<char32_t>(quote) || character == '\\') {
            out += '\\';
            out += static_cast<char>(character);
        } else if (isPrintable(character) && (!isAscii || character < 0x80)) {
            out += raw;
        } else if (const std::size_t at
                   = character < 0x80 ? kPlain.find(static_cast<char>(character)) : std::string_view::npos;
                   at != std::string_view::npos) {
            out += '\\';
            out += kLetters[at];
        } else if (character < ' ' || character == 0x7F) {
            out += "\\x";
            appendHexDigits(out, character, 2);
        } else if (character < 0x10000) {
            out += "\\u";
            appendHexDigits(out, character, 4);
        } else {
            out += "\\U";
            appendHexDigits(out, character, 8);
        }
    }
    out += quote;
    return out;
}

/// Shortest digits, with an exponent below 1e-4 and from 1e6 on.
std::string shortestGeneral(double number, char exponentLetter)
{
    std::array<char, 64> buffer{};
    const auto scientific
        = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::scientific);
    std::string text(buffer.data(), scientific.ptr);
    const std::size_t mark = text.find('e');
    int exponent = 0;
    const char* const digits = text.data() + mark + (text[mark + 1] == '+' ? 2 : 1);
    std::from_chars(digits, text.data() + text.size(), exponent);
    constexpr int kLowest = -4;
    constexpr int kBehindHighest = 6;
    if (exponent >= kLowest && exponent < kBehindHighest) {
        const auto fixed
            = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::fixed);
        return {buffer.data(), fixed.ptr};
    }
    text[mark] = exponentLetter;
    return text;
}

/// A mantissa in hexadecimal: 0x1.8p+01.
std::string hexFloat(double number, bool isUpper, int precision)
{
    std::array<char, 128> buffer{};
    const int size = precision < 0
        ? std::snprintf(buffer.data(), buffer.size(), "%a", number)
        : std::snprintf(buffer.data(), buffer.size(), "%.*a", std::min(precision, 60), number);
    std::string out(buffer.data(), static_cast<std::size_t>(size));
    const std::size_t mark = out.find('p');
    if (mark != std::string::npos && out.size() - mark == 3) // Go writes two digits.
        out.insert(mark + 2, 1, '0');
    if (isUpper)
        std::transform(out.begin(), out.end(), out.begin(),
            [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return out;
}

/// The mantissa as a whole number and a power of two: 4503599627370496p-52.
std::string binaryFloat(double number)
{
    int exponent = 0;
    const double fraction = std::frexp(number, &exponent);
    const auto mantissa = static_cast<std::int64_t>(std::ldexp(fraction, 53));
    const int power = exponent - 53;
    return std::to_string(mantissa) + "p" + (power < 0 ? "" : "+") + std::to_string(power);
}

/// time.Time's String().
std::string timeText(const Value& value)
{
    const Instant instant = value.instant();
    const Zone::Reading here
        = value.zone() != nullptr ? value.zone()->at(instant.seconds) : Zone::Reading{0, "UTC"};
    const CivilTime time = civilFromUnix(instant.seconds, here.offsetSeconds);
    std::array<char, 128> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%04lld-%02d-%02d %02d:%02d:%02d",
        static_cast<long long>(time.year), time.month, time.day, time.hour, time.minute, time.second);
    std::string out = buffer.data();
    if (instant.nanos != 0) {
        std::snprintf(buffer.data(), buffer.size(), ".%09u", instant.nanos);
        std::string_view fraction = buffer.data();
        out += fraction.substr(0, fraction.find_last_not_of('0') + 1);
    }
    const int offset = std::abs(here.offsetSeconds) / 60;
    std::snprintf(buffer.data(), buffer.size(), " %c%02d%02d", here.offsetSeconds < 0 ? '-' : '+',
        offset / 60, offset % 60);
    out += buffer.data();
    out += here.abbreviation.empty() ? std::string_view(buffer.data()) : " " + std::string(here.abbreviation);
    return out;
}

class Printer {
public:
    Printer(std::string_view format, std::span<const Value> arguments)
        : m_format(format)
        , m_arguments(arguments)
    {
    }

    Result<std::string, std::string> print()
    {
        while (m_at < m_format.size()) {
            const std::size_t percent = std::min(m_format.find('%', m_at), m_format.size());
            m_out += m_format.substr(m_at, percent - m_at);
            m_at = percent + 1;
            if (percent < m_format.size())
                printVerb();
            if (m_out.size() > kMaxLength)
                return fail(std::string("Format() would write more than 8 MiB"));
        }
        if (!m_isReordered && m_argument < m_arguments.size()) {
            m_out += "%!(EXTRA ";
            m_flags = {};
            for (std::size_t i = m_argument; i < m_arguments.size(); ++i) {
                m_out += i > m_argument ? ", " : "";
                if (m_arguments[i].isNil()) {
                    m_out += "<nil>";
                    continue;
                }
                m_out += goTypeOf(m_arguments[i]);
                m_out += '=';
                printValue(m_arguments[i], 'v', 0);
            }
            m_out += ')';
        }
        return std::move(m_out);
    }

private:
    struct Flags {
        bool sharp = false;
        bool zero = false;
        bool plus = false;
        bool minus = false;
        bool space = false;
        std::optional<int> width;
        std::optional<int> precision;
    };

    /// Digits at m_at; nothing, too, when the number is too large.
    std::optional<int> takeNumber()
    {
        int number = 0;
        bool hasDigits = false;
        bool isTooLarge = false;
        for (; m_at < m_format.size() && m_format[m_at] >= '0' && m_format[m_at] <= '9'; ++m_at) {
            hasDigits = true;
            isTooLarge = isTooLarge || number > kMaxNumber;
            number = isTooLarge ? number : number * 10 + (m_format[m_at] - '0');
        }
        return hasDigits && number <= kMaxNumber ? std::optional(number) : std::nullopt;
    }

    /// `[n]`: the argument that comes next. Whether there was one that is good.
    bool takeIndex()
    {
        if (m_at >= m_format.size() || m_format[m_at] != '[')
            return false;
        m_isReordered = true;
        const std::size_t end = m_format.find(']', m_at);
        if (end == std::string_view::npos) {
            ++m_at;
            m_hasGoodIndex = false;
            return false;
        }
        ++m_at;
        const std::optional<int> number = takeNumber();
        const bool isNumber = number && m_at == end;
        m_at = end + 1;
        if (isNumber && *number >= 1 && static_cast<std::size_t>(*number) <= m_arguments.size()) {
            m_argument = static_cast<std::size_t>(*number - 1);
            return true;
        }
        m_hasGoodIndex = false;
        return isNumber;
    }

    /// `*`: a width or precision from the arguments.
    std::optional<int> takeArgument()
    {
        if (m_argument >= m_arguments.size())
            return std::nullopt;
        const Value& value = m_arguments[m_argument++];
        if ((!value.is(Kind::Int) && !value.is(Kind::Duration)) || std::abs(value.integer()) > kMaxNumber)
            return std::nullopt;
        return static_cast<int>(value.integer());
    }

    void takeFlags()
    {
        for (; m_at < m_format.size(); ++m_at) {
            switch (m_format[m_at]) {
            case '#': m_flags.sharp = true; break;
            case '0': m_flags.zero = true; break;
            case '+': m_flags.plus = true; break;
            case '-': m_flags.minus = true; break;
            case ' ': m_flags.space = true; break;
            default: return;
            }
        }
    }

    void printVerb()
    {
        m_flags = {};
        m_hasGoodIndex = true;
        takeFlags();
        bool isBehindIndex = takeIndex();
        if (m_at < m_format.size() && m_format[m_at] == '*') {
            ++m_at;
            m_flags.width = takeArgument();
            if (!m_flags.width)
                m_out += "%!(BADWIDTH)";
            if (m_flags.width && *m_flags.width < 0) {
                m_flags.width = -*m_flags.width;
                m_flags.minus = true;
                m_flags.zero = false;
            }
            isBehindIndex = false;
        } else {
            m_flags.width = takeNumber();
            if (isBehindIndex && m_flags.width)
                m_hasGoodIndex = false;
        }
        if (m_at < m_format.size() && m_format[m_at] == '.') {
            ++m_at;
            if (isBehindIndex)
                m_hasGoodIndex = false;
            isBehindIndex = takeIndex();
            if (m_at < m_format.size() && m_format[m_at] == '*') {
                ++m_at;
                m_flags.precision = takeArgument();
                if (m_flags.precision && *m_flags.precision < 0)
                    m_flags.precision.reset();
                if (!m_flags.precision)
                    m_out += "%!(BADPREC)";
                isBehindIndex = false;
            } else {
                m_flags.precision = takeNumber().value_or(0);
            }
        }
        if (!isBehindIndex)
            takeIndex();
        if (m_at >= m_format.size()) {
            m_out += "%!(NOVERB)";
            return;
        }
        std::string_view rest = m_format.substr(m_at);
        const char32_t verb = takeCharacter(rest);
        m_at = m_format.size() - rest.size();
        if (verb == '%')
            m_out += '%';
        else if (!m_hasGoodIndex)
            complain(verb, "(BADINDEX)");
        else if (m_argument >= m_arguments.size())
            complain(verb, "(MISSING)");
        else
            printValue(m_arguments[m_argument++], verb, 0);
    }

    void complain(char32_t verb, std::string_view text)
    {
        m_out += "%!";
        appendCharacter(verb, m_out);
        m_out += text;
    }

    void printBad(const Value& value, char32_t verb)
    {
        complain(verb, "(");
        if (value.isNil()) {
            m_out += "<nil>";
        } else {
            m_out += goTypeOf(value);
            m_out += '=';
            m_flags = {};
            printValue(value, 'v', 0);
        }
        m_out += ')';
    }

    void pad(std::string_view text)
    {
        std::size_t characters = 0;
        for (std::string_view rest = text; m_flags.width && !rest.empty(); ++characters)
            takeCharacter(rest);
        const auto width = static_cast<std::size_t>(m_flags.width.value_or(0));
        const std::size_t missing = width > characters ? width - characters : 0;
        if (!m_flags.minus)
            m_out.append(missing, m_flags.zero ? '0' : ' ');
        m_out += text;
        if (m_flags.minus)
            m_out.append(missing, ' ');
    }

    void printInteger(const Value& value, std::uint64_t magnitude, bool isNegative, char32_t verb)
    {
        unsigned base = 10;
        switch (verb) {
        case 'v':
        case 'd': break;
        case 'b': base = 2; break;
        case 'o':
        case 'O': base = 8; break;
        case 'x':
        case 'X': base = 16; break;
        case 'c':
        case 'q':
        case 'U':
            printRune(
                isNegative || magnitude > 0x10FFFF ? kReplacementCharacter : static_cast<char32_t>(magnitude),
                magnitude, verb);
            return;
        default: printBad(value, verb); return;
        }
        std::size_t digits = 1;
        if (m_flags.precision) {
            digits = static_cast<std::size_t>(*m_flags.precision);
            if (digits == 0 && magnitude == 0) {
                m_flags.zero = false;
                pad("");
                return;
            }
        } else if (m_flags.zero && !m_flags.minus && m_flags.width) {
            digits = static_cast<std::size_t>(*m_flags.width);
            if (digits > 0 && (isNegative || m_flags.plus || m_flags.space))
                --digits;
        }
        std::string text;
        for (; magnitude != 0; magnitude /= base)
            text += (verb == 'X' ? "0123456789ABCDEF" : "0123456789abcdef")[magnitude % base];
        if (text.size() < digits)
            text.append(digits - text.size(), '0');
        if (m_flags.sharp && base == 2)
            text += "b0";
        if (m_flags.sharp && verb == 'o' && text.back() != '0')
            text += '0';
        if (m_flags.sharp && base == 16)
            text += verb == 'X' ? "X0" : "x0";
        if (verb == 'O')
            text += "o0";
        text += isNegative ? "-" : m_flags.plus ? "+" : m_flags.space ? " " : "";
        std::reverse(text.begin(), text.end());
        m_flags.zero = false;
        pad(text);
    }

    void printRune(char32_t character, std::uint64_t code, char32_t verb)
    {
        std::string text;
        appendCharacter(character, text);
        if (verb == 'q') {
            text = quoted(text, '\'', m_flags.plus);
        } else if (verb == 'U') {
            std::array<char, 64> buffer{};
            std::snprintf(buffer.data(), buffer.size(), "U+%04llX", static_cast<unsigned long long>(code));
            text = buffer.data() + (m_flags.sharp ? " '" + text + "'" : std::string());
            m_flags.zero = false;
        }
        pad(text);
    }

    void printDouble(const Value& value, char32_t verb)
    {
        const double number = value.number();
        std::string text;
        const bool isFinite = std::isfinite(number);
        switch (verb) {
        case 'v':
        case 'g':
        case 'G':
        case 'e':
        case 'E':
        case 'f':
        case 'F':
        case 'x':
        case 'X':
        case 'b': break;
        default: printBad(value, verb); return;
        }
        const bool isGeneral = verb == 'v' || verb == 'g' || verb == 'G';
        if (!isFinite) {
            text = std::isnan(number) ? "NaN" : number < 0 ? "-Inf" : "+Inf";
        } else if (verb == 'b') {
            text = binaryFloat(number);
        } else if (verb == 'x' || verb == 'X') {
            text = hexFloat(number, verb == 'X', m_flags.precision.value_or(-1));
        } else if (isGeneral && !m_flags.precision) {
            text = shortestGeneral(number, verb == 'G' ? 'E' : 'e');
        } else {
            const char letter = verb == 'v' ? 'g' : verb == 'F' ? 'f' : static_cast<char>(verb);
            const char format[] = {'%', '.', '*', letter, '\0'};
            const int precision = m_flags.precision.value_or(6);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            const int size = std::snprintf(nullptr, 0, format, precision, number);
            text.resize(static_cast<std::size_t>(std::max(size, 0)) + 1);
            std::snprintf(text.data(), text.size(), format, precision, number);
#pragma GCC diagnostic pop
            text.pop_back();
        }
        if (text[0] != '-' && text[0] != '+')
            text.insert(0, m_flags.space && !m_flags.plus ? " " : "+");
        if (!isFinite)
            m_flags.zero = false;
        if (std::isnan(number) && !m_flags.space && !m_flags.plus)
            text.erase(0, 1);
        const bool hasSign
            = text[0] == '-' || text[0] == ' ' || (text[0] == '+' && (m_flags.plus || std::isinf(number)));
        if (!hasSign && text[0] == '+')
            text.erase(0, 1);
        const auto width = static_cast<std::size_t>(m_flags.width.value_or(0));
        if (hasSign && m_flags.zero && !m_flags.minus && width > text.size()) {
            m_out += text[0];
            m_out.append(width - text.size(), '0');
            m_out += text.substr(1);
            return;
        }
        pad(text);
    }

    void printHex(std::string_view bytes, bool isUpper)
    {
        if (m_flags.precision)
            bytes = bytes.substr(0, static_cast<std::size_t>(*m_flags.precision));
        std::string text;
        const char* const digits = isUpper ? "0123456789ABCDEF" : "0123456789abcdef";
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            if (m_flags.space && i > 0)
                text += ' ';
            if (m_flags.sharp && (m_flags.space || i == 0))
                text += isUpper ? "0X" : "0x";
            text += digits[static_cast<unsigned char>(bytes[i]) >> 4U];
            text += digits[static_cast<unsigned char>(bytes[i]) & 15U];
        }
        pad(text);
    }

    /// False when the verb is none for texts.
    bool printText(std::string_view text, char32_t verb)
    {
        std::string_view cut = text;
        if (m_flags.precision) {
            std::string_view rest = text;
            for (int i = 0; i < *m_flags.precision && !rest.empty(); ++i)
                takeCharacter(rest);
            cut = text.substr(0, text.size() - rest.size());
        }
        switch (verb) {
        case 'v':
            if (m_flags.sharp) {
                pad(quoted(text, '"', false));
                return true;
            }
            [[fallthrough]];
        case 's': pad(cut); return true;
        case 'q': pad(quoted(cut, '"', m_flags.plus)); return true;
        case 'x':
        case 'X': printHex(text, verb == 'X'); return true;
        default: return false;
        }
    }

    void printList(const Value& value, char32_t verb, int depth)
    {
        if (depth > kMaxDepth) {
            m_out += "[...]";
            return;
        }
        const Flags flags = m_flags;
        m_out += '[';
        for (std::size_t i = 0; i < value.size() && m_out.size() <= kMaxLength; ++i) {
            m_out += i > 0 ? " " : "";
            m_flags = flags;
            printValue(value.itemAt(i), verb, depth + 1);
        }
        m_out += ']';
    }

    void printBytes(const Value& value, char32_t verb)
    {
        if (verb != 'v' && verb != 'd') {
            if (!printText(value.text(), verb))
                printBad(value, verb);
            return;
        }
        const Flags flags = m_flags;
        m_out += '[';
        bool isFirst = true;
        for (const char byte : value.text()) {
            m_out += isFirst ? "" : " ";
            isFirst = false;
            m_flags = flags;
            printInteger(value, static_cast<unsigned char>(byte), false, 'd');
        }
        m_out += ']';
    }

    void printValue(const Value& value, char32_t verb, int depth)
    {
        if (verb == 'T') {
            pad(goTypeOf(value));
            return;
        }
        switch (value.kind()) {
        case Kind::Nil:
            if (verb == 'v')
                pad("<nil>");
            else
                printBad(value, verb);
            return;
        case Kind::Bool:
            if (verb == 't' || verb == 'v')
                pad(value.boolean() ? "true" : "false");
            else
                printBad(value, verb);
            return;
        case Kind::Duration:
            if (verb == 'v' || verb == 's' || verb == 'q' || verb == 'x' || verb == 'X') {
                printText(durationText(value.integer()), verb);
                return;
            }
            [[fallthrough]];
        case Kind::Int: {
            const bool isNegative = value.integer() < 0;
            const auto magnitude = static_cast<std::uint64_t>(value.integer());
            printInteger(value, isNegative ? 0 - magnitude : magnitude, isNegative, verb);
            return;
        }
        case Kind::Double: printDouble(value, verb); return;
        case Kind::String:
            if (!printText(value.text(), verb))
                printBad(value, verb);
            return;
        case Kind::Bytes: printBytes(value, verb); return;
        case Kind::Time:
            if (!printText(timeText(value), verb))
                printBad(Value::ofString("time"), verb);
            return;
        case Kind::StringList:
        case Kind::RawList:
        case Kind::UintList:
        case Kind::DoubleList: printList(value, verb, depth); return;
        case Kind::TraceId:
        case Kind::SpanId:
        case Kind::ProfileId: {
            const std::string text = hexText(value.text());
            pad(text);
            return;
        }
        case Kind::Map:
        case Kind::Slice:
        case Kind::Opaque: pad(displayText(value)); return; // Go prints addresses here.
        }
    }

    std::string_view m_format;
    std::span<const Value> m_arguments;
    std::size_t m_at = 0;
    std::size_t m_argument = 0;
    bool m_isReordered = false;
    bool m_hasGoodIndex = true;
    Flags m_flags;
    std::string m_out;
};

} // namespace

Result<std::string, std::string> formatVerbs(std::string_view format, std::span<const Value> arguments)
{
    return Printer(format, arguments).print();
}

} // namespace sluice::ottl
