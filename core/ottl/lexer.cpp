#include "core/ottl/lexer.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

namespace sluice::ottl {

namespace {

constexpr bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

constexpr bool isHexDigit(char c)
{
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

constexpr bool isUpper(char c)
{
    return c >= 'A' && c <= 'Z';
}

constexpr bool isLower(char c)
{
    return c >= 'a' && c <= 'z';
}

constexpr bool isWord(char c)
{
    return isDigit(c) || isUpper(c) || isLower(c) || c == '_';
}

constexpr bool isSpace(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

template <class Is>
std::size_t runOf(std::string_view text, std::size_t from, Is is)
{
    while (from < text.size() && is(text[from]))
        ++from;
    return from;
}

struct Word {
    std::string_view text;
    TokenKind kind;
};

constexpr std::array kWords
    = {Word{"nil", TokenKind::Nil}, Word{"not", TokenKind::Not}, Word{"or", TokenKind::Or},
        Word{"and", TokenKind::And}, Word{"true", TokenKind::Boolean}, Word{"false", TokenKind::Boolean}};

// Longer ones first.
constexpr std::array kSigns = {Word{"==", TokenKind::Comparison}, Word{"!=", TokenKind::Comparison},
    Word{">=", TokenKind::Comparison}, Word{"<=", TokenKind::Comparison}, Word{"=>", TokenKind::Arrow},
    Word{">", TokenKind::Comparison}, Word{"<", TokenKind::Comparison}, Word{"+", TokenKind::AddSub},
    Word{"-", TokenKind::AddSub}, Word{"*", TokenKind::MultDiv}, Word{"/", TokenKind::MultDiv},
    Word{"=", TokenKind::Equal}, Word{"(", TokenKind::OpenParenthesis},
    Word{")", TokenKind::CloseParenthesis}, Word{"{", TokenKind::OpenBrace}, Word{"}", TokenKind::CloseBrace},
    Word{":", TokenKind::Colon}, Word{",", TokenKind::Comma}, Word{".", TokenKind::Dot},
    Word{"[", TokenKind::OpenBracket}, Word{"]", TokenKind::CloseBracket}};

/// The number that begins `text`, which begins with a digit or a dot. Nothing when it is only a dot.
std::optional<Word> numberAt(std::string_view text)
{
    if (text.starts_with("0x")) {
        const std::size_t end = runOf(text, 2, isHexDigit);
        if (end > 2)
            return Word{text.substr(0, end), TokenKind::Bytes};
    }
    std::size_t end = runOf(text, 0, isDigit);
    const bool hasWhole = end > 0;
    if (end >= text.size() || text[end] != '.')
        return hasWhole ? std::optional(Word{text.substr(0, end), TokenKind::Int}) : std::nullopt;
    const std::size_t fraction = runOf(text, end + 1, isDigit);
    if (!hasWhole && fraction == end + 1)
        return std::nullopt;
    end = fraction;
    if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
        std::size_t exponent = end + 1;
        if (exponent < text.size() && (text[exponent] == '-' || text[exponent] == '+'))
            ++exponent;
        const std::size_t exponentEnd = runOf(text, exponent, isDigit);
        if (exponentEnd > exponent)
            end = exponentEnd;
    }
    return Word{text.substr(0, end), TokenKind::Float};
}

/// What a person who wrote this character is likely to have meant.
std::string adviceFor(std::string_view rest)
{
    if (rest.starts_with("&&"))
        return "write `and` instead of `&&`";
    if (rest.starts_with("||"))
        return "write `or` instead of `||`";
    if (rest.starts_with('!'))
        return "write `not` instead of `!`";
    if (rest.starts_with('\''))
        return "texts stand in double quotes";
    if (rest.starts_with('#'))
        return "there are no comments here";
    if (rest.starts_with(';'))
        return "a rule is one statement, without `;`";
    if (rest.starts_with('%'))
        return "there is no `%`; use Int() and `/`";
    if (rest.starts_with('_'))
        return "names begin with a letter";
    return "the character cannot stand here";
}

ParseError badCharacter(std::string_view text, std::size_t at)
{
    if (text[at] == '"')
        return {"the text is not closed: a `\"` is missing", at, text.size()};
    std::size_t end = at + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        ++end;
    return {adviceFor(text.substr(at)), at, end};
}

std::size_t stringEnd(std::string_view text, std::size_t from)
{
    for (std::size_t i = from + 1; i < text.size(); ++i) {
        if (text[i] == '\\')
            ++i;
        else if (text[i] == '"')
            return i + 1;
    }
    return 0;
}

void appendUtf8(std::uint32_t codePoint, std::string& out)
{
    const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
    if (codePoint < 0x80U) {
        put(codePoint);
    } else if (codePoint < 0x800U) {
        put(0xC0U | codePoint >> 6U);
        put(0x80U | (codePoint & 0x3FU));
    } else if (codePoint < 0x10000U) {
        put(0xE0U | codePoint >> 12U);
        put(0x80U | (codePoint >> 6U & 0x3FU));
        put(0x80U | (codePoint & 0x3FU));
    } else {
        put(0xF0U | codePoint >> 18U);
        put(0x80U | (codePoint >> 12U & 0x3FU));
        put(0x80U | (codePoint >> 6U & 0x3FU));
        put(0x80U | (codePoint & 0x3FU));
    }
}

/// Length of the valid UTF-8 sequence at `at`; 0 when there is none.
std::size_t utf8Length(std::string_view text, std::size_t at)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    const unsigned first = byte(0);
    const std::size_t length = first < 0x80U ? 1
        : first >= 0xF0U && first <= 0xF4U   ? 4
        : first >= 0xE0U && first < 0xF0U    ? 3
        : first >= 0xC2U && first < 0xE0U    ? 2
                                             : 0;
    if (length == 0 || at + length > text.size())
        return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U)
            return 0;
    }
    if ((first == 0xE0U && byte(1) < 0xA0U) || (first == 0xEDU && byte(1) >= 0xA0U)
        || (first == 0xF0U && byte(1) < 0x90U) || (first == 0xF4U && byte(1) >= 0x90U))
        return 0;
    return length;
}

/// Reads `digits` digits of a base at `at`. Nothing when there are fewer.
std::optional<std::uint32_t> digitsAt(
    std::string_view text, std::size_t at, std::size_t digits, unsigned base)
{
    if (at + digits > text.size())
        return std::nullopt;
    std::uint32_t number = 0;
    for (std::size_t i = at; i < at + digits; ++i) {
        const char c = text[i];
        unsigned digit = 99;
        if (isDigit(c))
            digit = static_cast<unsigned>(c - '0');
        else if (isHexDigit(c))
            digit = static_cast<unsigned>((c | 0x20) - 'a') + 10;
        if (digit >= base)
            return std::nullopt;
        number = number * base + digit;
    }
    return number;
}

} // namespace

Result<std::vector<Token>, ParseError> tokenize(std::string_view text)
{
    std::vector<Token> tokens;
    std::size_t at = 0;
    const auto take = [&](TokenKind kind, std::size_t size) {
        tokens.push_back({kind, text.substr(at, size), at});
        at += size;
    };
    while (at < text.size()) {
        const char c = text[at];
        const std::string_view rest = text.substr(at);
        if (isSpace(c)) {
            ++at;
            continue;
        }
        if (isDigit(c) || c == '.') {
            if (const auto number = numberAt(rest)) {
                take(number->kind, number->text.size());
                continue;
            }
        }
        if (c == '"') {
            const std::size_t end = stringEnd(text, at);
            if (end == 0)
                return fail(badCharacter(text, at));
            take(TokenKind::String, end - at);
            continue;
        }
        const auto word = std::ranges::find_if(kWords, [&](const Word& candidate) {
            return rest.starts_with(candidate.text)
                && (rest.size() == candidate.text.size() || !isWord(rest[candidate.text.size()]));
        });
        if (word != kWords.end()) {
            take(word->kind, word->text.size());
            continue;
        }
        const auto sign = std::ranges::find_if(
            kSigns, [&](const Word& candidate) { return rest.starts_with(candidate.text); });
        if (sign != kSigns.end()) {
            take(sign->kind, sign->text.size());
        } else if (isUpper(c)) {
            take(TokenKind::Uppercase,
                runOf(rest, 1, [](char n) { return isUpper(n) || isDigit(n) || n == '_'; }));
        } else if (isLower(c)) {
            take(TokenKind::Lowercase,
                runOf(rest, 1, [](char n) { return isLower(n) || isDigit(n) || n == '_'; }));
        } else if (c == '_' && (rest.size() == 1 || !isWord(rest[1]))) {
            take(TokenKind::Underscore, 1);
        } else {
            return fail(badCharacter(text, at));
        }
    }
    tokens.push_back({TokenKind::End, text.substr(text.size()), text.size()});
    return tokens;
}

Result<std::string, ParseError> unescape(const Token& token)
{
    const std::string_view text = token.text.substr(1, token.text.size() - 2);
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            const std::size_t length = utf8Length(text, i);
            if (length == 0) {
                out += "\xEF\xBF\xBD";
                continue;
            }
            out += text.substr(i, length);
            i += length - 1;
            continue;
        }
        const std::size_t at = i++;
        const char escape = i < text.size() ? text[i] : '\0';
        const auto wrong = [&](std::string_view why) {
            return fail(ParseError{
                std::string(why), token.begin + 1 + at, token.begin + 1 + std::min(i + 1, text.size())});
        };
        constexpr std::string_view kSimple = "abfnrtv\\\"";
        constexpr std::string_view kMeaning = "\a\b\f\n\r\t\v\\\"";
        if (const std::size_t simple = escape == '\0' ? std::string_view::npos : kSimple.find(escape);
            simple != std::string_view::npos) {
            out += kMeaning[simple];
            continue;
        }
        const std::size_t digits = escape == 'x' ? 2 : escape == 'u' ? 4 : escape == 'U' ? 8 : 3;
        const bool isOctal = isDigit(escape);
        if (!isOctal && digits == 3)
            return wrong("there is no such escape; in a pattern write the backslash twice");
        const auto codePoint = digitsAt(text, isOctal ? i : i + 1, digits, isOctal ? 8 : 16);
        if (!codePoint)
            return wrong("the escape has too few digits");
        if (*codePoint > 0x10FFFFU || (*codePoint >= 0xD800U && *codePoint <= 0xDFFFU)
            || (isOctal && *codePoint > 0xFFU))
            return wrong("the escape is no character");
        appendUtf8(*codePoint, out);
        i += isOctal ? 2 : digits;
    }
    return out;
}

} // namespace sluice::ottl
