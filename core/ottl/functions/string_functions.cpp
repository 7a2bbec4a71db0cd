// Texts put together, taken apart and looked at. Source: spec/ottl.md section 4.4.2.

#include "core/ottl/comparison.h"
#include "core/ottl/conversion.h"
#include "core/ottl/functions/all_functions.h"
#include "core/ottl/functions/letter_case.h"
#include "core/ottl/functions/text_value.h"
#include "core/ottl/functions/unicode_text.h"
#include "core/ottl/regex.h"

#include <string>

namespace sluice::ottl {

namespace {

constexpr Parameter kText[] = {{"target", ParameterKind::String, false, false, {}}};
constexpr Parameter kConcat[] = {
    {"vals", ParameterKind::StringLike, false, kList, {}},
    {"delimiter", ParameterKind::String, false, false, {}},
};
constexpr Parameter kConvertCase[] = {
    {"target", ParameterKind::String, false, false, {}},
    {"to_case", ParameterKind::LiteralString, false, false, {}},
};
constexpr Parameter kPrefix[] = {
    {"target", ParameterKind::String, false, false, {}},
    {"prefix", ParameterKind::String, false, false, {}},
};
constexpr Parameter kSuffix[] = {
    {"target", ParameterKind::String, false, false, {}},
    {"suffix", ParameterKind::String, false, false, {}},
};
constexpr Parameter kHex[] = {{"target", ParameterKind::BytesLike, false, false, {}}};
constexpr Parameter kIndex[] = {
    {"target", ParameterKind::Any, false, false, {}},
    {"value", ParameterKind::Any, false, false, {}},
};
constexpr Parameter kIsMatch[] = {
    {"target", ParameterKind::StringLike, false, false, {}},
    {"pattern", ParameterKind::String, false, false, {}},
};
constexpr Parameter kSplit[] = {
    {"target", ParameterKind::String, false, false, {}},
    {"delimiter", ParameterKind::String, false, false, {}},
};
constexpr Parameter kSubstring[] = {
    {"target", ParameterKind::String, false, false, {}},
    {"start", ParameterKind::Int, false, false, {}},
    {"length", ParameterKind::Int, false, false, {}},
    {"utf8_safe", ParameterKind::LiteralBool, kOptional, false, "false"},
};
constexpr Parameter kTrim[] = {
    {"target", ParameterKind::String, false, false, {}},
    {"replacement", ParameterKind::LiteralString, kOptional, false, "\" \""},
};

Result<Value, Error> concat(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const std::string_view delimiter, call[1].string(evaluation));
    std::string joined;
    bool isFirst = true;
    for (const Argument& item : call[0].items()) {
        SLUICE_TRY_AS(const std::optional<std::string_view> text, item.stringLike(evaluation));
        if (!isFirst)
            joined += delimiter;
        isFirst = false;
        joined += text.value_or("<nil>");
    }
    return textValue(joined, evaluation);
}

template <std::string (*change)(std::string_view)>
Result<Value, Error> changed(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const std::string_view text, call[0].string(evaluation));
    return textValue(change(text), evaluation);
}

struct CaseState final : CallState {
    std::string (*change)(std::string_view) = nullptr;
};

Result<std::unique_ptr<const CallState>, std::string> prepareConvertCase(const Call& call)
{
    constexpr std::pair<std::string_view, std::string (*)(std::string_view)> kCases[]
        = {{"lower", lowerCase}, {"upper", upperCase}, {"snake", snakeCase}, {"camel", camelCase}};
    for (const auto& [name, change] : kCases) {
        if (name == call[1].literalString()) {
            auto state = std::make_unique<CaseState>();
            state->change = change;
            return state;
        }
    }
    return fail("ConvertCase() knows \"lower\", \"upper\", \"snake\" and \"camel\", not \""
        + std::string(call[1].literalString()) + "\"");
}

Result<Value, Error> convertCase(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const std::string_view text, call[0].string(evaluation));
    return textValue(call.state<CaseState>().change(text), evaluation);
}

Result<Value, Error> hasPrefix(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const std::string_view text, call[0].string(evaluation));
    SLUICE_TRY_AS(const std::string_view prefix, call[1].string(evaluation));
    return Value::ofBool(text.starts_with(prefix));
}

Result<Value, Error> hasSuffix(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const std::string_view text, call[0].string(evaluation));
    SLUICE_TRY_AS(const std::string_view suffix, call[1].string(evaluation));
    return Value::ofBool(text.ends_with(suffix));
}

Result<Value, Error> hex(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const auto bytes, call[0].bytesLike(evaluation));
    return textValue(hexText(bytes.value_or("")), evaluation);
}

bool holdsMap(const Value& list)
{
    if (!list.is(Kind::RawList))
        return false;
    for (const Value& item : list.list()) {
        if (item.is(Kind::Map))
            return true;
    }
    return false;
}

Result<Value, Error> index(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const Value target, call[0].value(evaluation));
    SLUICE_TRY_AS(const Value wanted, call[1].value(evaluation));
    if (target.is(Kind::String)) {
        if (!wanted.is(Kind::String))
            return evaluation.error(
                {"Index() looks for a text in a text, not for a ", nameOf(wanted.kind())});
        const std::size_t at = target.text().find(wanted.text());
        return Value::ofInt(at == std::string_view::npos ? -1 : static_cast<std::int64_t>(at));
    }
    if (!target.isList() || holdsMap(target))
        return evaluation.error({"Index() looks into a text or a list, not into a ", nameOf(target.kind())});
    for (std::size_t i = 0; i < target.size(); ++i) {
        if (isEqual(target.itemAt(i), wanted))
            return Value::ofInt(static_cast<std::int64_t>(i));
    }
    return Value::ofInt(-1);
}

Result<Value, Error> isMatch(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const Regex* const regex, patternOf(call, 1, evaluation));
    SLUICE_TRY_AS(const auto text, call[0].stringLike(evaluation));
    return Value::ofBool(text && regex->matches(*text));
}

Result<Value, Error> split(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(std::string_view text, call[0].string(evaluation));
    SLUICE_TRY_AS(const std::string_view delimiter, call[1].string(evaluation));
    std::vector<std::string_view> pieces;
    if (delimiter.empty()) {
        while (!text.empty()) {
            std::string_view rest = text;
            takeCharacter(rest);
            pieces.push_back(text.substr(0, text.size() - rest.size()));
            text = rest;
        }
    } else {
        for (std::size_t at = text.find(delimiter); at != std::string_view::npos; at = text.find(delimiter)) {
            pieces.push_back(text.substr(0, at));
            text.remove_prefix(at + delimiter.size());
        }
        pieces.push_back(text);
    }
    return Value::ofStrings(copyOf(std::span<const std::string_view>(pieces), evaluation.arena()));
}

bool beginsCharacter(std::string_view text, std::size_t at)
{
    return at >= text.size() || (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
}

Result<Value, Error> substring(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const std::string_view text, call[0].string(evaluation));
    SLUICE_TRY_AS(const std::int64_t start, call[1].integer(evaluation));
    SLUICE_TRY_AS(const std::int64_t length, call[2].integer(evaluation));
    const auto size = static_cast<std::int64_t>(text.size());
    if (start < 0 || length <= 0 || start > size || length > size - start)
        return evaluation.error({"Substring() from ", std::to_string(start), ", ", std::to_string(length),
            " bytes, of a text of ", std::to_string(size), " bytes"});
    auto begin = static_cast<std::size_t>(start);
    auto end = static_cast<std::size_t>(start + length);
    if (call[3].literalBool()) {
        while (begin < end && !beginsCharacter(text, begin))
            ++begin;
        while (end > begin && !beginsCharacter(text, end))
            --end;
    }
    return Value::ofString(text.substr(begin, end - begin));
}

Result<Value, Error> trim(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(std::string_view text, call[0].string(evaluation));
    const std::string_view cutset = call[1].literalString(" ");
    const auto isCut = [&](char32_t character) {
        for (std::string_view rest = cutset; !rest.empty();) {
            if (takeCharacter(rest) == character)
                return true;
        }
        return false;
    };
    while (!text.empty()) {
        std::string_view rest = text;
        if (!isCut(takeCharacter(rest)))
            break;
        text = rest;
    }
    std::size_t end = 0;
    for (std::string_view rest = text; !rest.empty();) {
        if (!isCut(takeCharacter(rest)))
            end = text.size() - rest.size();
    }
    return Value::ofString(text.substr(0, end));
}

Result<Value, Error> trimPrefix(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(std::string_view text, call[0].string(evaluation));
    SLUICE_TRY_AS(const std::string_view prefix, call[1].string(evaluation));
    if (text.starts_with(prefix))
        text.remove_prefix(prefix.size());
    return Value::ofString(text);
}

Result<Value, Error> trimSuffix(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(std::string_view text, call[0].string(evaluation));
    SLUICE_TRY_AS(const std::string_view suffix, call[1].string(evaluation));
    if (text.ends_with(suffix))
        text.remove_suffix(suffix.size());
    return Value::ofString(text);
}

constexpr Function kFunctions[] = {
    {.name = "Concat",
        .parameters = kConcat,
        .result = "string",
        .help = "The values as texts, one after the other, with the delimiter between them.",
        .evaluate = concat},
    {.name = "ConvertCase",
        .parameters = kConvertCase,
        .result = "string",
        .help = "The text in \"lower\", \"upper\", \"snake\" or \"camel\" case.",
        .prepare = prepareConvertCase,
        .evaluate = convertCase},
    {.name = "HasPrefix",
        .parameters = kPrefix,
        .result = "bool",
        .help = "Whether the text begins with another.",
        .evaluate = hasPrefix},
    {.name = "HasSuffix",
        .parameters = kSuffix,
        .result = "bool",
        .help = "Whether the text ends with another.",
        .evaluate = hasSuffix},
    {.name = "Hex",
        .parameters = kHex,
        .result = "string",
        .help = "The bytes of the value in hexadecimal; a number has eight.",
        .evaluate = hex},
    {.name = "Index",
        .parameters = kIndex,
        .result = "int",
        .help = "Where a value stands in a list, or a text in a text (in bytes); -1 if nowhere.",
        .evaluate = index},
    {.name = "IsMatch",
        .parameters = kIsMatch,
        .result = "bool",
        .help = "Whether a regular expression matches somewhere in the text.",
        .prepare = preparePattern<1>,
        .evaluate = isMatch},
    {.name = "Split",
        .parameters = kSplit,
        .result = "list",
        .help = "The pieces of a text between the delimiters.",
        .evaluate = split},
    {.name = "Substring",
        .parameters = kSubstring,
        .result = "string",
        .help = "So many bytes of a text, from the start on. utf8_safe cuts no character in two.",
        .evaluate = substring},
    {.name = "ToCamelCase",
        .parameters = kText,
        .result = "string",
        .help = "\"some_name\" as \"SomeName\".",
        .evaluate = changed<camelCase>},
    {.name = "ToLowerCase",
        .parameters = kText,
        .result = "string",
        .help = "The text in small letters.",
        .evaluate = changed<lowerCase>},
    {.name = "ToSnakeCase",
        .parameters = kText,
        .result = "string",
        .help = "\"SomeName\" as \"some_name\".",
        .evaluate = changed<snakeCase>},
    {.name = "ToUpperCase",
        .parameters = kText,
        .result = "string",
        .help = "The text in capital letters.",
        .evaluate = changed<upperCase>},
    {.name = "Trim",
        .parameters = kTrim,
        .result = "string",
        .help = "The text without these characters at both ends.",
        .evaluate = trim},
    {.name = "TrimPrefix",
        .parameters = kPrefix,
        .result = "string",
        .help = "The text without that beginning.",
        .evaluate = trimPrefix},
    {.name = "TrimSuffix",
        .parameters = kSuffix,
        .result = "string",
        .help = "The text without that ending.",
        .evaluate = trimSuffix},
};

} // namespace

std::span<const Function> stringFunctions()
{
    return kFunctions;
}

} // namespace sluice::ottl
