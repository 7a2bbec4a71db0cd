// Texts read into maps. Source: spec/ottl.md section 4.4.5.

#include "core/ottl/functions/all_functions.h"
#include "core/ottl/functions/delimited_text.h"
#include "core/ottl/functions/json_map.h"
#include "core/ottl/functions/text_value.h"
#include "core/ottl/functions/unicode_text.h"
#include "core/ottl/functions/url.h"
#include "core/ottl/regex.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace sluice::ottl {

namespace {

constexpr Parameter kText[] = {{"target", ParameterKind::String, false, false, {}}};
constexpr Parameter kUrl[] = {{"URI", ParameterKind::String, false, false, {}}}; // Rules cannot name it.
constexpr Parameter kExtractPatterns[] = {
    {"target", ParameterKind::String, false, false, {}},
    {"pattern", ParameterKind::String, false, false, {}},
};
constexpr Parameter kParseKeyValue[] = {
    {"target", ParameterKind::String, false, false, {}},
    {"delimiter", ParameterKind::LiteralString, kOptional, false, "\"=\""},
    {"pair_delimiter", ParameterKind::LiteralString, kOptional, false, "\" \""},
};
constexpr Parameter kParseCsv[] = {
    {"target", ParameterKind::String, false, false, {}},
    {"header", ParameterKind::String, false, false, {}},
    {"delimiter", ParameterKind::LiteralString, kOptional, false, "\",\""},
    {"header_delimiter", ParameterKind::LiteralString, kOptional, false, "delimiter"},
    {"mode", ParameterKind::LiteralString, kOptional, false, "\"strict\""},
};
constexpr Parameter kParseSeverity[] = {
    {"target", ParameterKind::Any, false, false, {}},
    {"mapping", ParameterKind::Map, false, false, {}},
};

Result<Value, Error> parseJsonText(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const std::string_view text, call[0].string(evaluation));
    const auto value = parseJson(text, evaluation.arena());
    if (!value)
        return evaluation.error({value.error()});
    return *value;
}

Result<std::unique_ptr<const CallState>, std::string> prepareParseKeyValue(const Call& call)
{
    const std::string_view delimiter = call[1].literalString("=");
    const std::string_view pairDelimiter = call[2].literalString(" ");
    if (delimiter.empty() || pairDelimiter.empty())
        return fail(std::string("ParseKeyValue() needs delimiters that are not empty"));
    if (delimiter == pairDelimiter)
        return fail(std::string("ParseKeyValue() needs two different delimiters"));
    return nullptr;
}

Result<Value, Error> parseKeyValue(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const std::string_view text, call[0].string(evaluation));
    const auto pairs = parseKeyValues(text, call[1].literalString("="), call[2].literalString(" "));
    if (!pairs)
        return evaluation.error({pairs.error()});
    MapBuilder map(evaluation.arena());
    for (const auto& [key, value] : *pairs)
        map.putText(key, value);
    return map.value();
}

bool isOneCharacter(std::string_view text)
{
    if (text.empty())
        return false;
    takeCharacter(text);
    return text.empty();
}

Result<std::unique_ptr<const CallState>, std::string> prepareParseCsv(const Call& call)
{
    const std::string_view delimiter = call[2].literalString(",");
    const std::string_view mode = call[4].literalString("strict");
    if (!isOneCharacter(delimiter) || !isOneCharacter(call[3].literalString(delimiter)))
        return fail(std::string("a delimiter of ParseCSV() is exactly one character"));
    if (mode != "strict" && mode != "lazyQuotes" && mode != "ignoreQuotes")
        return fail(
            std::string("ParseCSV() knows the modes \"strict\", \"lazyQuotes\" and \"ignoreQuotes\""));
    return nullptr;
}

Result<Value, Error> parseCsv(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const std::string_view text, call[0].string(evaluation));
    SLUICE_TRY_AS(const std::string_view header, call[1].string(evaluation));
    if (header.empty())
        return fail(Error{"ParseCSV() needs a header"});
    if (text.empty())
        return fail(Error{"there is no line of CSV"});
    const std::string_view delimiter = call[2].literalString(",");
    const std::vector<std::string> names = splitText(header, call[3].literalString(delimiter));
    const std::string_view mode = call[4].literalString("strict");
    auto fields = mode == "ignoreQuotes"
        ? Result<std::vector<std::string>, std::string>(splitText(text, delimiter))
        : parseCsvRow(text, delimiter, mode == "lazyQuotes");
    if (!fields)
        return evaluation.error({fields.error()});
    if (fields->size() != names.size())
        return evaluation.error({"the header has ", std::to_string(names.size()), " names, the row ",
            std::to_string(fields->size()), " fields"});
    MapBuilder map(evaluation.arena());
    for (std::size_t i = 0; i < names.size(); ++i)
        map.putText(names[i], (*fields)[i]);
    return map.value();
}

Result<std::unique_ptr<const CallState>, std::string> prepareExtractPatterns(const Call& call)
{
    return preparePatternAt(call, 1, PatternSyntax::Regex);
}

Result<Value, Error> extractPatterns(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const Regex* const regex, patternOf(call, 1, evaluation));
    SLUICE_TRY_AS(const std::string_view text, call[0].string(evaluation));
    const std::vector<std::string>& names = regex->groupNames();
    if (std::all_of(names.begin(), names.end(), [](const std::string& name) { return name.empty(); }))
        return fail(Error{"ExtractPatterns() needs a group with a name: (?P<name>...)"});
    MapBuilder map(evaluation.arena());
    std::vector<std::string_view> groups(names.size());
    if (regex->find(text, 0, groups)) {
        for (std::size_t i = 1; i < names.size(); ++i) {
            if (!names[i].empty())
                map.putText(names[i], groups[i]);
        }
    }
    return map.value();
}

/// A map of lists of texts, in the order of their first.
AnyValue queryMap(const std::vector<std::pair<std::string, std::string>>& parameters, Arena& arena)
{
    std::vector<std::pair<std::string_view, std::vector<AnyValue>>> lists;
    std::unordered_map<std::string_view, std::size_t> byKey;
    for (const auto& [key, value] : parameters) {
        const auto [at, isNew] = byKey.emplace(key, lists.size());
        if (isNew)
            lists.push_back({key, {}});
        lists[at->second].second.push_back(AnyValue::ofString(arena.copy(value)));
    }
    MapBuilder map(arena);
    for (const auto& [key, values] : lists)
        map.put(arena.copy(key), AnyValue::ofArray(copyOf(std::span<const AnyValue>(values), arena)));
    return AnyValue::ofMap(map.entries());
}

Result<Value, Error> parseUrl(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const std::string_view text, call[0].string(evaluation));
    if (text.empty())
        return fail(Error{"an empty text is no URL"});
    MapBuilder map(evaluation.arena());
    if (text.starts_with('?')) {
        const auto parameters = Url::parseQuery(text.substr(1));
        if (!parameters)
            return evaluation.error({parameters.error()});
        map.put("query", queryMap(*parameters, evaluation.arena()));
        return map.value();
    }
    const auto url = Url::parse(text);
    if (!url)
        return evaluation.error({url.error()});
    map.putText("url.original", url->text());
    map.putText("url.domain", url->hostName());
    map.putText("url.scheme", url->scheme);
    map.putText("url.path", url->path);
    if (const std::string port = url->port(); !port.empty()) {
        std::int64_t number = 0;
        if (std::from_chars(port.data(), port.data() + port.size(), number).ec != std::errc())
            return fail(Error{"the port of the URL is too large"});
        map.put("url.port", AnyValue::ofInt(number));
    }
    if (!url->fragment.empty())
        map.putText("url.fragment", url->fragment);
    if (!url->query.empty())
        map.putText("url.query", url->query);
    if (url->username) {
        map.putText("url.user_info", url->userInfo());
        if (!url->username->empty())
            map.putText("url.username", *url->username);
        if (url->password)
            map.putText("url.password", *url->password);
    }
    if (const std::size_t point = url->path.rfind('.');
        point != std::string::npos && point + 1 < url->path.size())
        map.putText("url.extension", std::string_view(url->path).substr(point + 1));
    return map.value();
}

Result<std::unique_ptr<const CallState>, std::string> prepareParseSeverity(const Call& call)
{
    if (call[1].literal() == nullptr)
        return fail(std::string("the mapping of ParseSeverity() is written as a map in the rule"));
    return nullptr;
}

/// Whether the number is in `{"min": 1, "max": 9}` or "4xx"; nothing when the range is neither.
std::optional<bool> isInRange(std::int64_t number, const AnyValue& range)
{
    if (range.type() == ValueType::String) {
        const std::string_view text = range.text();
        if (text.size() != 3 || text.substr(1) != "xx" || text[0] < '2' || text[0] > '5')
            return std::nullopt;
        const std::int64_t lowest = (text[0] - '0') * 100;
        return number >= lowest && number <= lowest + 99;
    }
    if (range.type() != ValueType::Map)
        return std::nullopt;
    const AnyValue* const lowest = MapView(range.entries()).find("min");
    const AnyValue* const highest = MapView(range.entries()).find("max");
    if (lowest == nullptr || highest == nullptr || lowest->type() != ValueType::Int
        || highest->type() != ValueType::Int)
        return std::nullopt;
    return number >= lowest->integer() && number <= highest->integer();
}

/// Whether one criterion of a level holds; nothing when it is none.
std::optional<bool> holds(const AnyValue& criterion, const Value& value)
{
    if (criterion.type() != ValueType::Map)
        return std::nullopt;
    const MapView map(criterion.entries());
    const AnyValue* const equals = map.find("equals");
    const AnyValue* const range = map.find("range");
    if (equals != nullptr && equals->type() != ValueType::Array)
        return std::nullopt;
    if (equals == nullptr && range == nullptr)
        return std::nullopt;
    if (value.is(Kind::String) && equals != nullptr) {
        return std::any_of(equals->items().begin(), equals->items().end(), [&](const AnyValue& item) {
            return item.type() == ValueType::String && item.text() == value.text();
        });
    }
    if (value.is(Kind::Int) && range != nullptr)
        return isInRange(value.integer(), *range);
    return false;
}

Result<Value, Error> parseSeverity(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const Value value, call[0].value(evaluation));
    SLUICE_TRY_AS(const MapView mapping, call[1].map(evaluation));
    if (!value.is(Kind::String) && !value.is(Kind::Int))
        return evaluation.error(
            {"ParseSeverity() takes a text or a whole number, not a ", nameOf(value.kind())});
    for (std::size_t i = 0; i < mapping.size(); ++i) {
        const AnyValue& criteria = mapping.valueAt(i);
        if (criteria.type() != ValueType::Array)
            return evaluation.error({"the mapping has no list of criteria for \"", mapping.keyAt(i), "\""});
        for (const AnyValue& criterion : criteria.items()) {
            const std::optional<bool> isMatch = holds(criterion, value);
            if (!isMatch)
                return evaluation.error({"the mapping has a wrong criterion for \"", mapping.keyAt(i), "\""});
            if (*isMatch)
                return Value::ofString(mapping.keyAt(i));
        }
    }
    return fail(Error{"no severity of the mapping fits"});
}

constexpr Function kFunctions[] = {
    {.name = "ExtractPatterns",
        .parameters = kExtractPatterns,
        .result = "map",
        .help = "What the named groups of a regular expression match.",
        .prepare = prepareExtractPatterns,
        .evaluate = extractPatterns},
    {.name = "ParseCSV",
        .parameters = kParseCsv,
        .result = "map",
        .help = "A row of CSV as a map with the header's names as keys.",
        .prepare = prepareParseCsv,
        .evaluate = parseCsv},
    {.name = "ParseJSON",
        .parameters = kText,
        .result = "map",
        .help = "A JSON object as a map, or an array as a list. All numbers become doubles.",
        .evaluate = parseJsonText},
    {.name = "ParseKeyValue",
        .parameters = kParseKeyValue,
        .result = "map",
        .help = "\"key=value key=value\" as a map.",
        .prepare = prepareParseKeyValue,
        .evaluate = parseKeyValue},
    {.name = "ParseSeverity",
        .parameters = kParseSeverity,
        .result = "string",
        .help = "The level whose criteria fit: ParseSeverity(v, {\"error\": [{\"range\": \"5xx\"}]}).",
        .prepare = prepareParseSeverity,
        .evaluate = parseSeverity},
    {.name = "URL",
        .parameters = kUrl,
        .result = "map",
        .help = "The parts of a URL: url.scheme, url.domain, url.path, url.query and so on.",
        .evaluate = parseUrl},
};

} // namespace

std::span<const Function> parsingFunctions()
{
    return kFunctions;
}

} // namespace sluice::ottl
