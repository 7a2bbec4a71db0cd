#include "core/ottl/functions/unicode_text.h"

#include <unicode/uchar.h>

namespace sluice::ottl {

namespace {

template <class Change>
std::string changed(std::string_view text, Change change)
{
    std::string out;
    out.reserve(text.size());
    while (!text.empty())
        appendCharacter(change(takeCharacter(text)), out);
    return out;
}

UChar32 icu(char32_t character)
{
    return static_cast<UChar32>(character);
}

} // namespace

char32_t takeCharacter(std::string_view& text)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = byte(0);
    std::size_t length = 0;
    unsigned lowest = 0x80;
    unsigned highest = 0xBF;
    char32_t character = 0;
    if (first < 0x80) {
        length = 1;
        character = first;
    } else if (first >= 0xC2 && first < 0xE0) {
        length = 2;
        character = first & 0x1FU;
    } else if (first >= 0xE0 && first < 0xF0) {
        length = 3;
        character = first & 0x0FU;
        lowest = first == 0xE0 ? 0xA0 : 0x80;
        highest = first == 0xED ? 0x9F : 0xBF;
    } else if (first >= 0xF0 && first < 0xF5) {
        length = 4;
        character = first & 0x07U;
        lowest = first == 0xF0 ? 0x90 : 0x80;
        highest = first == 0xF4 ? 0x8F : 0xBF;
    }
    bool isGood = length > 0 && text.size() >= length;
    for (std::size_t i = 1; isGood && i < length; ++i) {
        isGood = byte(i) >= lowest && byte(i) <= highest;
        character = character << 6 | (byte(i) & 0x3FU);
        lowest = 0x80;
        highest = 0xBF;
    }
    text.remove_prefix(isGood ? length : 1);
    return isGood ? character : kReplacementCharacter;
}

void appendCharacter(char32_t character, std::string& out)
{
    if (character > 0x10FFFF || (character >= 0xD800 && character < 0xE000))
        character = kReplacementCharacter;
    const auto append = [&](char32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (character < 0x80) {
        append(character);
    } else if (character < 0x800) {
        append(0xC0 | character >> 6);
        append(0x80 | (character & 0x3F));
    } else if (character < 0x10000) {
        append(0xE0 | character >> 12);
        append(0x80 | (character >> 6 & 0x3F));
        append(0x80 | (character & 0x3F));
    } else {
        append(0xF0 | character >> 18);
        append(0x80 | (character >> 12 & 0x3F));
        append(0x80 | (character >> 6 & 0x3F));
        append(0x80 | (character & 0x3F));
    }
}

std::string lowerCase(std::string_view text)
{
    return changed(text, [](char32_t c) { return static_cast<char32_t>(u_tolower(icu(c))); });
}

std::string upperCase(std::string_view text)
{
    return changed(text, [](char32_t c) { return static_cast<char32_t>(u_toupper(icu(c))); });
}

char32_t foldedCase(char32_t character)
{
    return static_cast<char32_t>(u_foldCase(icu(character), U_FOLD_CASE_DEFAULT));
}

std::string foldedCase(std::string_view text)
{
    return changed(text, [](char32_t c) { return foldedCase(c); });
}

bool isSpace(char32_t character)
{
    return u_isUWhiteSpace(icu(character)) != 0;
}

std::string_view trimSpace(std::string_view text)
{
    while (!text.empty()) {
        std::string_view rest = text;
        if (!isSpace(takeCharacter(rest)))
            break;
        text = rest;
    }
    std::size_t end = 0;
    for (std::string_view rest = text; !rest.empty();) {
        if (!isSpace(takeCharacter(rest)))
            end = text.size() - rest.size();
    }
    return text.substr(0, end);
}

bool isPrintable(char32_t character)
{
    return character == ' ' || u_isgraph(icu(character)) != 0;
}

std::string validUtf8(std::string_view text)
{
    return changed(text, [](char32_t c) { return c; });
}

} // namespace sluice::ottl
