#include "core/ottl/functions/letter_case.h"

namespace sluice::ottl {

namespace {

bool isUpper(char c)
{
    return c >= 'A' && c <= 'Z';
}

bool isLower(char c)
{
    return c >= 'a' && c <= 'z';
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isSeparator(char c)
{
    return c == ' ' || c == '_' || c == '-' || c == '.';
}

std::string_view trimBlanks(std::string_view text)
{
    constexpr std::string_view kBlanks = " \t\n\v\f\r";
    const std::size_t begin = text.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

} // namespace

std::string snakeCase(std::string_view text)
{
    text = trimBlanks(text);
    std::string out;
    out.reserve(text.size() + 2);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool wasUpper = isUpper(text[i]);
        const char current = wasUpper ? static_cast<char>(text[i] - 'A' + 'a') : text[i];
        if (i + 1 < text.size()) {
            const char next = text[i + 1];
            const bool isBorder = (wasUpper && (isLower(next) || isDigit(next)))
                || (isLower(text[i]) && (isUpper(next) || isDigit(next)))
                || (isDigit(text[i]) && (isUpper(next) || isLower(next)));
            if (isBorder) {
                if (wasUpper && isLower(next) && i > 0 && isUpper(text[i - 1]))
                    out += '_';
                out += current;
                if (isLower(text[i]) || isDigit(text[i]) || isDigit(next))
                    out += '_';
                continue;
            }
        }
        out += isSeparator(current) ? '_' : current;
    }
    return out;
}

std::string camelCase(std::string_view text)
{
    text = trimBlanks(text);
    std::string out;
    out.reserve(text.size());
    bool raisesNext = true;
    bool wasUpper = false;
    for (const char c : text) {
        const bool isNowUpper = isUpper(c);
        char current = c;
        if (raisesNext && isLower(c))
            current = static_cast<char>(c - 'a' + 'A');
        else if (!raisesNext && wasUpper && isNowUpper)
            current = static_cast<char>(c - 'A' + 'a');
        wasUpper = isNowUpper;
        if (isUpper(current) || isLower(current)) {
            out += current;
            raisesNext = false;
        } else if (isDigit(c)) {
            out += c;
            raisesNext = true;
        } else {
            raisesNext = isSeparator(c);
        }
    }
    return out;
}

} // namespace sluice::ottl
