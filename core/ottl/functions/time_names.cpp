#include "core/ottl/functions/time_names.h"

#include "core/ottl/functions/unicode_text.h"

#include <unicode/udat.h>
#include <unicode/uloc.h>

#include <algorithm>
#include <array>

namespace sluice::ottl {

namespace {

constexpr std::size_t kMaxNameLength = 200;

std::string utf8Of(const std::array<UChar, kMaxNameLength>& text, std::int32_t length)
{
    std::string out;
    for (std::int32_t i = 0; i < length; ++i) {
        char32_t character = text[static_cast<std::size_t>(i)];
        if (character >= 0xD800 && character < 0xDC00 && i + 1 < length)
            character
                = 0x10000 + ((character - 0xD800) << 10U) + (text[static_cast<std::size_t>(++i)] - 0xDC00U);
        appendCharacter(foldedCase(character), out);
    }
    return out;
}

bool isKnownLanguage(const char* locale)
{
    UErrorCode status = U_ZERO_ERROR;
    std::array<char, ULOC_LANG_CAPACITY> language{};
    uloc_getLanguage(locale, language.data(), static_cast<std::int32_t>(language.size()), &status);
    if (U_FAILURE(status) != 0 || language[0] == '\0')
        return false;
    for (std::int32_t i = 0; i < uloc_countAvailable(); ++i) {
        const std::string_view available = uloc_getAvailable(i);
        if (available.substr(0, available.find('_')) == language.data())
            return true;
    }
    return false;
}

struct Source {
    UDateFormatSymbolType type;
    std::int32_t first; ///< ICU's days begin at 1.
    std::int32_t count;
};

void append(UDateFormat* format, const Source& source, std::vector<TimeNames::Name>& names)
{
    for (std::int32_t i = 0; i < source.count; ++i) {
        std::array<UChar, kMaxNameLength> text{};
        UErrorCode status = U_ZERO_ERROR;
        const std::int32_t length = udat_getSymbols(format, source.type, source.first + i, text.data(),
            static_cast<std::int32_t>(text.size()), &status);
        if (U_FAILURE(status) == 0 && length > 0 && length < static_cast<std::int32_t>(text.size()))
            names.push_back({utf8Of(text, length), i});
    }
}

} // namespace

Result<std::unique_ptr<const TimeNames>, std::string> TimeNames::load(std::string_view tag)
{
    const auto unknown
        = [&] { return fail("the language \"" + std::string(tag.substr(0, 100)) + "\" is not known"); };
    std::string ending(tag);
    std::replace(ending.begin(), ending.end(), '_', '-');
    std::array<char, ULOC_FULLNAME_CAPACITY> locale{};
    UErrorCode status = U_ZERO_ERROR;
    std::int32_t parsed = 0;
    uloc_forLanguageTag(
        ending.c_str(), locale.data(), static_cast<std::int32_t>(locale.size()), &parsed, &status);
    if (U_FAILURE(status) != 0 || status == U_STRING_NOT_TERMINATED_WARNING
        || parsed != static_cast<std::int32_t>(ending.size()) || !isKnownLanguage(locale.data()))
        return unknown();
    UDateFormat* format
        = udat_open(UDAT_DEFAULT, UDAT_DEFAULT, locale.data(), u"UTC", 3, nullptr, 0, &status);
    if (U_FAILURE(status) != 0)
        return unknown();
    auto names = std::make_unique<TimeNames>();
    for (const UDateFormatSymbolType type :
        {UDAT_MONTHS, UDAT_STANDALONE_MONTHS, UDAT_SHORT_MONTHS, UDAT_STANDALONE_SHORT_MONTHS})
        append(format, {type, 0, 12}, names->months);
    for (TimeNames::Name& month : names->months)
        ++month.index;
    for (const UDateFormatSymbolType type :
        {UDAT_WEEKDAYS, UDAT_STANDALONE_WEEKDAYS, UDAT_SHORT_WEEKDAYS, UDAT_STANDALONE_SHORT_WEEKDAYS})
        append(format, {type, 1, 7}, names->days);
    append(format, {UDAT_AM_PMS, 0, 2}, names->halves);
    udat_close(format);
    return std::unique_ptr<const TimeNames>(std::move(names));
}

int TimeNames::take(const std::vector<Name>& names, std::string_view& text)
{
    int index = -1;
    std::string_view behind = text;
    std::size_t longest = 0;
    for (const Name& name : names) {
        std::string_view rest = text;
        std::string_view wanted = name.text;
        while (!wanted.empty() && !rest.empty()) {
            const char32_t expected = takeCharacter(wanted);
            if (foldedCase(takeCharacter(rest)) != expected) {
                wanted = " "; // Something is left over: no match.
                break;
            }
        }
        if (wanted.empty() && name.text.size() > longest) {
            longest = name.text.size();
            index = name.index;
            behind = rest;
        }
    }
    text = behind;
    return index;
}

} // namespace sluice::ottl
