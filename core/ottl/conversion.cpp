#include "core/ottl/conversion.h"

#include "core/model/value_text.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>
#include <memory>
#include <numbers>
#include <vector>

namespace sluice::ottl {

namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::uint32_t kReplacement = 0xFFFD;

Error noConversion(const Value& value, std::string_view wanted, Arena& arena)
{
    std::string text = "a ";
    text += nameOf(value.kind());
    text += " cannot be read as ";
    text += wanted;
    return Error{arena.copy(text)};
}

std::string base64(std::string_view bytes)
{
    constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t group = 0;
        const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
        for (std::size_t k = 0; k < 3; ++k)
            group = group << 8U | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0U);
        for (std::size_t k = 0; k < 4; ++k)
            out += k <= count ? kDigits[(group >> (18 - 6 * k)) & 63U] : '=';
    }
    return out;
}

/// Length of the code point that begins `text`; 0 when it is not valid UTF-8.
std::size_t codePointLength(std::string_view text, std::uint32_t& codePoint)
{
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = at(0);
    if (first < 0x80U) {
        codePoint = first;
        return 1;
    }
    const std::size_t length = first >= 0xF0U ? 4 : first >= 0xE0U ? 3 : first >= 0xC2U ? 2 : 0;
    if (length == 0 || first > 0xF4U || text.size() < length)
        return 0;
    codePoint = first & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((at(i) & 0xC0U) != 0x80U)
            return 0;
        codePoint = codePoint << 6U | (at(i) & 0x3FU);
    }
    const bool isTooLong = (length == 3 && codePoint < 0x800U) || (length == 4 && codePoint < 0x10000U);
    const bool isSurrogate = codePoint >= 0xD800U && codePoint <= 0xDFFFU;
    return isTooLong || isSurrogate || codePoint > 0x10FFFFU ? 0 : length;
}

void appendEscape(std::uint32_t unit, std::string& out)
{
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4)
        out += kHexDigits[(unit >> static_cast<unsigned>(shift)) & 15U];
}

void appendJsonString(std::string_view text, std::string& out)
{
    out += '"';
    while (!text.empty()) {
        std::uint32_t codePoint = 0;
        const std::size_t length = codePointLength(text, codePoint);
        if (length == 0) {
            appendEscape(kReplacement, out);
            text.remove_prefix(1);
            continue;
        }
        switch (codePoint) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        default:
            if (codePoint < 0x20U || codePoint == '<' || codePoint == '>' || codePoint == '&'
                || codePoint == 0x2028U || codePoint == 0x2029U)
                appendEscape(codePoint, out);
            else
                out += text.substr(0, length);
        }
        text.remove_prefix(length);
    }
    out += '"';
}

/// Shortest digits, with an exponent of at least two digits outside of 1e-6 to 1e21. False for what JSON
/// cannot write.
bool appendJsonNumber(double number, std::string& out)
{
    if (!std::isfinite(number))
        return false;
    const double size = std::abs(number);
    std::array<char, 400> buffer;
    const bool isPlain = size == 0 || (size >= 1e-6 && size < 1e21);
    const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
        isPlain ? std::chars_format::fixed : std::chars_format::scientific);
    out.append(buffer.data(), written.ptr);
    return true;
}

bool appendJson(const AnyValue& value, std::string& out);

bool appendJson(MapView map, std::string& out)
{
    std::vector<std::size_t> order(map.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return map.keyAt(i); });
    out += '{';
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i != 0)
            out += ',';
        appendJsonString(map.keyAt(order[i]), out);
        out += ':';
        if (!appendJson(map.valueAt(order[i]), out))
            return false;
    }
    out += '}';
    return true;
}

bool appendJson(const AnyValue& value, std::string& out)
{
    switch (value.type()) {
    case ValueType::Empty: out += "null"; return true;
    case ValueType::String: appendJsonString(value.text(), out); return true;
    case ValueType::Bool: out += value.boolean() ? "true" : "false"; return true;
    case ValueType::Int: out += std::to_string(value.integer()); return true;
    case ValueType::Double: return appendJsonNumber(value.number(), out);
    case ValueType::Bytes: out += '"' + base64(value.text()) + '"'; return true;
    case ValueType::Map: return appendJson(MapView(value.entries()), out);
    case ValueType::Array: {
        out += '[';
        bool isFirst = true;
        for (const AnyValue& item : value.items()) {
            if (!isFirst)
                out += ',';
            isFirst = false;
            if (!appendJson(item, out))
                return false;
        }
        out += ']';
        return true;
    }
    }
    return false;
}

bool appendJson(const Value& value, std::string& out, bool isElement)
{
    switch (value.kind()) {
    case Kind::Nil: out += "null"; return true;
    case Kind::Bool: out += value.boolean() ? "true" : "false"; return true;
    case Kind::Int:
    case Kind::Duration: out += std::to_string(value.integer()); return true;
    case Kind::Double: return appendJsonNumber(value.number(), out);
    case Kind::String: appendJsonString(value.text(), out); return true;
    case Kind::Bytes: out += '"' + base64(value.text()) + '"'; return true;
    case Kind::Time: out += '"' + rfc3339(value.instant(), value.zone()) + '"'; return true;
    case Kind::Map:
        if (!isElement)
            return appendJson(value.map(), out);
        out += "{}"; // An object of the collector's, which has nothing that its JSON encoder could see.
        return true;
    case Kind::Slice:
        if (!isElement)
            return appendJson(AnyValue::ofArray(value.slice()), out);
        out += "{}";
        return true;
    case Kind::TraceId:
    case Kind::SpanId:
    case Kind::ProfileId: {
        out += '[';
        for (std::size_t i = 0; i < value.text().size(); ++i) {
            if (i != 0)
                out += ',';
            out += std::to_string(static_cast<unsigned char>(value.text()[i]));
        }
        out += ']';
        return true;
    }
    case Kind::StringList:
    case Kind::RawList:
    case Kind::DoubleList:
    case Kind::UintList:
        out += '[';
        for (std::size_t i = 0; i < value.size(); ++i) {
            if (i != 0)
                out += ',';
            if (value.is(Kind::UintList))
                out += std::to_string(value.uints()[i]);
            else if (!appendJson(value.itemAt(i), out, true))
                return false;
        }
        out += ']';
        return true;
    case Kind::Opaque: out += "{}"; return true;
    }
    return false;
}

std::string bigEndian(std::uint64_t bits)
{
    std::string bytes(8, '\0');
    for (std::size_t i = 0; i < 8; ++i)
        bytes[i] = static_cast<char>(bits >> (56U - 8U * i));
    return bytes;
}

void appendPadded(std::string& out, std::int64_t number, std::size_t width)
{
    const std::string digits = std::to_string(number);
    out.append(width > digits.size() ? width - digits.size() : 0, '0');
    out += digits;
}

/// Go's rule for underscores: only between digits, or after a base prefix.
bool hasGoodUnderscores(std::string_view text)
{
    if (!text.empty() && (text[0] == '-' || text[0] == '+'))
        text.remove_prefix(1);
    char previous = '^'; // '0' for a digit, '_', '!' for anything else.
    bool isHex = false;
    if (text.size() >= 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
        isHex = true;
        previous = '0';
        text.remove_prefix(2);
    }
    for (const char c : text) {
        const char lower = static_cast<char>(c | 0x20);
        if ((c >= '0' && c <= '9') || (isHex && lower >= 'a' && lower <= 'f')) {
            previous = '0';
        } else if (c == '_') {
            if (previous != '0')
                return false;
            previous = '_';
        } else {
            if (previous == '_')
                return false;
            previous = '!';
        }
    }
    return previous != '_';
}

/// Whether a number that does not fit is too large, rather than too small. `digits` has neither sign nor
/// prefix.
bool isTooLarge(std::string_view digits, bool isHex)
{
    const char exponentMark = isHex ? 'p' : 'e';
    std::int64_t scale = 0; // Of the first digit that is not zero.
    bool isAfterPoint = false;
    bool isStarted = false;
    std::size_t i = 0;
    for (; i < digits.size() && (digits[i] | 0x20) != exponentMark; ++i) {
        if (digits[i] == '.') {
            isAfterPoint = true;
            continue;
        }
        isStarted = isStarted || digits[i] != '0';
        if (isStarted && !isAfterPoint)
            ++scale;
        else if (!isStarted && isAfterPoint)
            --scale;
    }
    if (isHex)
        scale *= 4;
    if (i + 1 >= digits.size())
        return scale > 0;
    std::string_view exponent = digits.substr(i + 1);
    if (exponent.starts_with('+'))
        exponent.remove_prefix(1);
    std::int64_t power = 0;
    const auto read = std::from_chars(exponent.data(), exponent.data() + exponent.size(), power);
    if (read.ec == std::errc::result_out_of_range)
        return !exponent.starts_with('-');
    return scale + std::clamp<std::int64_t>(power, -1'000'000'000, 1'000'000'000) > 0;
}

} // namespace

std::string hexText(std::string_view bytes)
{
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const char byte : bytes) {
        text += kHexDigits[static_cast<unsigned char>(byte) >> 4U];
        text += kHexDigits[static_cast<unsigned char>(byte) & 15U];
    }
    return text;
}

std::int64_t truncated(double number)
{
    constexpr double kLimit = 9223372036854775808.0;
    if (!(number >= -kLimit && number < kLimit))
        return std::numeric_limits<std::int64_t>::min();
    return static_cast<std::int64_t>(number);
}

std::optional<std::int64_t> parseDecimal(std::string_view text)
{
    if (text.starts_with('+')) {
        text.remove_prefix(1);
        if (text.starts_with('-'))
            return std::nullopt;
    }
    std::int64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size())
        return std::nullopt;
    return number;
}

std::optional<double> parseGoDouble(std::string_view text)
{
    std::string cleaned;
    if (text.find('_') != std::string_view::npos) {
        if (!hasGoodUnderscores(text))
            return std::nullopt;
        std::ranges::copy_if(text, std::back_inserter(cleaned), [](char c) { return c != '_'; });
        text = cleaned;
    }
    bool isNegative = false;
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
        isNegative = text[0] == '-';
        text.remove_prefix(1);
    }
    if (text.empty() || text[0] == '-' || text[0] == '+')
        return std::nullopt;
    double number = 0;
    const char letter = static_cast<char>(text[0] | 0x20);
    if (letter == 'i' || letter == 'n') {
        std::string word(text);
        for (char& c : word)
            c = static_cast<char>(c | 0x20);
        if (word == "inf" || word == "infinity")
            number = std::numeric_limits<double>::infinity();
        else if (word == "nan")
            number = std::numeric_limits<double>::quiet_NaN();
        else
            return std::nullopt;
        return isNegative ? -number : number;
    }
    const bool isHex = text.size() >= 2 && text[0] == '0' && (text[1] | 0x20) == 'x';
    if (isHex) {
        text.remove_prefix(2);
        // Go wants the exponent.
        if (text.find_first_of("pP") == std::string_view::npos)
            return std::nullopt;
    }
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number,
        isHex ? std::chars_format::hex : std::chars_format::general);
    if (read.ptr != text.data() + text.size() || read.ec == std::errc::invalid_argument)
        return std::nullopt;
    if (read.ec == std::errc::result_out_of_range) {
        if (isTooLarge(text, isHex))
            return std::nullopt;
        number = 0;
    }
    return isNegative ? -number : number;
}

std::string rfc3339(Instant instant, const Zone* zone)
{
    const std::int64_t offset = zone == nullptr ? 0 : zone->at(instant.seconds).offsetSeconds;
    const std::int64_t local = instant.seconds + offset;
    constexpr std::int64_t kDay = 86400;
    std::int64_t days = local / kDay;
    std::int64_t rest = local % kDay;
    if (rest < 0) {
        rest += kDay;
        --days;
    }
    // Days since 1970 to a date of the proleptic Gregorian calendar; years begin in March.
    const std::int64_t shifted = days + 719468;
    const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    const std::int64_t dayOfEra = shifted - era * 146097;
    const std::int64_t yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
    const std::int64_t dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    const std::int64_t shiftedMonth = (5 * dayOfYear + 2) / 153;
    const std::int64_t month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;

    std::string text;
    appendPadded(text, yearOfEra + era * 400 + (month <= 2 ? 1 : 0), 4);
    text += '-';
    appendPadded(text, month, 2);
    text += '-';
    appendPadded(text, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1, 2);
    text += 'T';
    appendPadded(text, rest / 3600, 2);
    text += ':';
    appendPadded(text, rest / 60 % 60, 2);
    text += ':';
    appendPadded(text, rest % 60, 2);
    if (instant.nanos != 0) {
        std::string fraction;
        appendPadded(fraction, instant.nanos, 9);
        fraction.erase(fraction.find_last_not_of('0') + 1);
        text += '.' + fraction;
    }
    if (offset == 0)
        return text + 'Z';
    text += offset < 0 ? '-' : '+';
    const std::int64_t minutes = std::abs(offset) / 60;
    appendPadded(text, minutes / 60, 2);
    text += ':';
    appendPadded(text, minutes % 60, 2);
    return text;
}

std::string durationText(std::int64_t nanos)
{
    if (nanos == 0)
        return "0s";
    // The smallest duration has no positive counterpart in 64 bits with a sign.
    const std::uint64_t size
        = nanos < 0 ? ~static_cast<std::uint64_t>(nanos) + 1 : static_cast<std::uint64_t>(nanos);
    const auto fractional = [](std::uint64_t whole, std::uint64_t rest, std::size_t digits) {
        std::string text = std::to_string(whole);
        if (rest != 0) {
            std::string fraction;
            appendPadded(fraction, static_cast<std::int64_t>(rest), digits);
            fraction.erase(fraction.find_last_not_of('0') + 1);
            text += '.' + fraction;
        }
        return text;
    };
    std::string text = nanos < 0 ? "-" : "";
    if (size < 1'000)
        return text + std::to_string(size) + "ns";
    if (size < 1'000'000)
        return text + fractional(size / 1'000, size % 1'000, 3) + "\xC2\xB5s";
    if (size < 1'000'000'000)
        return text + fractional(size / 1'000'000, size % 1'000'000, 6) + "ms";
    const std::uint64_t seconds = size / 1'000'000'000;
    if (seconds >= 3600)
        text += std::to_string(seconds / 3600) + 'h';
    if (seconds >= 60)
        text += std::to_string(seconds / 60 % 60) + 'm';
    return text + fractional(seconds % 60, size % 1'000'000'000, 9) + 's';
}

std::optional<std::string> jsonText(const Value& value)
{
    std::string text;
    return appendJson(value, text, false) ? std::optional(std::move(text)) : std::nullopt;
}

std::optional<std::string> jsonText(const AnyValue& value)
{
    std::string text;
    return appendJson(value, text) ? std::optional(std::move(text)) : std::nullopt;
}

std::string displayText(const Value& value)
{
    Arena arena(1024);
    const auto any = toTelemetry(value, arena);
    return any ? textOf(*any) : std::string();
}

Result<std::optional<std::string_view>, Error> toStringLike(const Value& value, Arena& arena)
{
    switch (value.kind()) {
    case Kind::Nil: return std::nullopt;
    case Kind::String: return value.text();
    case Kind::Bool: return value.boolean() ? "true" : "false";
    case Kind::Bytes: return arena.copy(hexText(value.text()));
    default: break;
    }
    const auto text = jsonText(value);
    if (!text)
        return fail(Error{"a number that is not finite has no text"});
    return arena.copy(*text);
}

Result<std::optional<std::int64_t>, Error> toIntLike(const Value& value, Arena& arena)
{
    switch (value.kind()) {
    case Kind::Nil: return std::nullopt;
    case Kind::Int: return value.integer();
    case Kind::Bool: return value.boolean() ? 1 : 0;
    case Kind::Double: return truncated(value.number());
    case Kind::String: return parseDecimal(value.text());
    default: return fail(noConversion(value, "an int", arena));
    }
}

Result<std::optional<double>, Error> toDoubleLike(const Value& value, Arena& arena)
{
    switch (value.kind()) {
    case Kind::Nil: return std::nullopt;
    case Kind::Int: return static_cast<double>(value.integer());
    case Kind::Bool: return value.boolean() ? 1.0 : 0.0;
    case Kind::Double: return value.number();
    case Kind::String: {
        const auto number = parseGoDouble(value.text());
        if (!number)
            return fail(Error{"the text is not a number"});
        return *number;
    }
    default: return fail(noConversion(value, "a double", arena));
    }
}

Result<std::optional<bool>, Error> toBoolLike(const Value& value, Arena& arena)
{
    switch (value.kind()) {
    case Kind::Nil: return std::nullopt;
    case Kind::Int: return value.integer() != 0;
    case Kind::Bool: return value.boolean();
    case Kind::Double: return value.number() != 0;
    case Kind::String: {
        const std::string_view text = value.text();
        constexpr std::array<std::string_view, 6> kTrue = {"1", "t", "T", "TRUE", "true", "True"};
        constexpr std::array<std::string_view, 6> kFalse = {"0", "f", "F", "FALSE", "false", "False"};
        if (std::ranges::find(kTrue, text) != kTrue.end())
            return true;
        if (std::ranges::find(kFalse, text) != kFalse.end())
            return false;
        return fail(Error{"the text is neither true nor false"});
    }
    default: return fail(noConversion(value, "a bool", arena));
    }
}

Result<std::optional<std::string_view>, Error> toBytesLike(const Value& value, Arena& arena)
{
    switch (value.kind()) {
    case Kind::Nil: return std::nullopt;
    case Kind::String:
    case Kind::Bytes: return value.text();
    case Kind::Bool: return arena.copy(std::string(1, value.boolean() ? '\1' : '\0'));
    case Kind::Int: return arena.copy(bigEndian(static_cast<std::uint64_t>(value.integer())));
    case Kind::Double: return arena.copy(bigEndian(std::bit_cast<std::uint64_t>(value.number())));
    default: return fail(noConversion(value, "bytes", arena));
    }
}

Result<AnyValue, Error> toTelemetry(const Value& value, Arena& arena)
{
    switch (value.kind()) {
    case Kind::Nil: return AnyValue();
    case Kind::Bool: return AnyValue::ofBool(value.boolean());
    case Kind::Int: return AnyValue::ofInt(value.integer());
    case Kind::Double: return AnyValue::ofDouble(value.number());
    case Kind::String: return AnyValue::ofString(value.text());
    case Kind::Bytes: return AnyValue::ofBytes(value.text());
    case Kind::Map: return AnyValue::ofMap(value.map().entries(arena));
    case Kind::Slice: return AnyValue::ofArray(value.slice());
    case Kind::StringList:
    case Kind::DoubleList:
    case Kind::RawList: {
        auto* items = arena.allocate<AnyValue>(value.size());
        for (std::size_t i = 0; i < value.size(); ++i) {
            auto item = toTelemetry(value.itemAt(i), arena);
            if (!item && i + 1 == value.size())
                return fail(item.error());
            std::construct_at(items + i, item.value_or(AnyValue()));
        }
        return AnyValue::ofArray({items, value.size()});
    }
    default: {
        std::string text = "a ";
        text += nameOf(value.kind());
        text += " cannot be kept in an attribute";
        return fail(Error{arena.copy(text)});
    }
    }
}

} // namespace sluice::ottl
