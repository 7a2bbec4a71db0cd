// Maps and lists, and the one function about numbers. Source: spec/ottl.md sections 4.4.4 and 4.4.6.

#include "core/ottl/comparison.h"
#include "core/ottl/conversion.h"
#include "core/ottl/functions/all_functions.h"
#include "core/ottl/functions/format_verbs.h"
#include "core/ottl/functions/text_value.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace sluice::ottl {

namespace {

constexpr Parameter kMap[] = {{"target", ParameterKind::Map, false, false, {}}};
constexpr Parameter kContainsValue[] = {
    {"target", ParameterKind::List, false, false, {}},
    {"item", ParameterKind::Any, false, false, {}},
};
constexpr Parameter kFormat[] = {
    {"format", ParameterKind::LiteralString, false, false, {}},
    {"vals", ParameterKind::Any, false, kList, {}},
};
constexpr Parameter kLog[] = {{"target", ParameterKind::DoubleLike, false, false, {}}};
constexpr Parameter kSort[] = {
    {"target", ParameterKind::Any, false, false, {}},
    {"order", ParameterKind::LiteralString, kOptional, false, "\"asc\""},
};
constexpr Parameter kSliceToMap[] = {
    {"target", ParameterKind::List, false, false, {}},
    {"key_path", ParameterKind::LiteralString, kOptional, kList, {}},
    {"value_path", ParameterKind::LiteralString, kOptional, kList, {}},
};
constexpr Parameter kToKeyValueString[] = {
    {"target", ParameterKind::Map, false, false, {}},
    {"delimiter", ParameterKind::LiteralString, kOptional, false, "\"=\""},
    {"pair_delimiter", ParameterKind::LiteralString, kOptional, false, "\" \""},
    {"sort_output", ParameterKind::LiteralBool, kOptional, false, "false"},
};

Result<Value, Error> keys(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const MapView map, call[0].map(evaluation));
    std::vector<AnyValue> items;
    for (std::size_t i = 0; i < map.size(); ++i)
        items.push_back(AnyValue::ofString(map.keyAt(i)));
    return Value::ofSlice(copyOf(std::span<const AnyValue>(items), evaluation.arena()));
}

Result<Value, Error> values(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const MapView map, call[0].map(evaluation));
    std::vector<AnyValue> items;
    for (std::size_t i = 0; i < map.size(); ++i)
        items.push_back(map.valueAt(i));
    return Value::ofSlice(copyOf(std::span<const AnyValue>(items), evaluation.arena()));
}

Result<Value, Error> containsValue(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const Value list, call[0].list(evaluation));
    SLUICE_TRY_AS(const Value item, call[1].value(evaluation));
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (isEqual(list.itemAt(i), item))
            return Value::ofBool(true);
    }
    return Value::ofBool(false);
}

Result<Value, Error> format(const Call& call, Evaluation& evaluation)
{
    std::vector<Value> arguments;
    for (const Argument& item : call[1].items()) {
        SLUICE_TRY_AS(arguments.emplace_back(), item.value(evaluation));
    }
    const auto text = formatVerbs(call[0].literalString(), arguments);
    if (!text)
        return evaluation.error({text.error()});
    return textValue(*text, evaluation);
}

Result<Value, Error> naturalLog(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const auto number, call[0].doubleLike(evaluation));
    if (!number || *number <= 0)
        return fail(Error{"Log() takes a number above 0"});
    return Value::ofDouble(std::log(*number));
}

Result<std::unique_ptr<const CallState>, std::string> prepareSort(const Call& call)
{
    const std::string_view order = call[1].literalString("asc");
    if (order != "asc" && order != "desc")
        return fail(std::string("Sort() knows the orders \"asc\" and \"desc\""));
    return nullptr;
}

/// Sorts by a key that is made once per element.
template <class Key, class MakeKey, class IsLess>
void sortBy(std::vector<Value>& items, bool isDescending, MakeKey makeKey, IsLess isLess)
{
    std::vector<std::pair<Key, Value>> keyed;
    keyed.reserve(items.size());
    for (const Value& item : items)
        keyed.emplace_back(makeKey(item), item);
    std::stable_sort(keyed.begin(), keyed.end(), [&](const auto& a, const auto& b) {
        return isDescending ? isLess(b.first, a.first) : isLess(a.first, b.first);
    });
    for (std::size_t i = 0; i < items.size(); ++i)
        items[i] = keyed[i].second;
}

Result<Value, Error> sort(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const Value list, call[0].value(evaluation));
    const bool isDescending = call[1].literalString("asc") == "desc";
    if (!list.isList() || list.is(Kind::UintList))
        return evaluation.error({"Sort() takes a list, not a ", nameOf(list.kind())});
    if (list.is(Kind::StringList)) {
        std::vector<std::string_view> texts(list.strings().begin(), list.strings().end());
        std::sort(texts.begin(), texts.end());
        if (isDescending)
            std::reverse(texts.begin(), texts.end());
        return Value::ofStrings(copyOf(std::span<const std::string_view>(texts), evaluation.arena()));
    }
    std::vector<Value> items;
    bool isAllInt = true;
    bool isAllNumber = true;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const Value& item = items.emplace_back(list.itemAt(i));
        if (item.is(Kind::Map) && list.is(Kind::RawList))
            return fail(Error{"Sort() cannot sort maps"});
        isAllInt = isAllInt && item.is(Kind::Int);
        isAllNumber = isAllNumber && (item.is(Kind::Int) || item.is(Kind::Double));
    }
    const bool isPlain = std::all_of(items.begin(), items.end(), [](const Value& item) {
        return item.isNil() || item.is(Kind::Bool) || item.is(Kind::Int) || item.is(Kind::Double)
            || item.is(Kind::String);
    });
    if (!isPlain)
        return list;
    if (isAllInt) {
        sortBy<std::int64_t>(
            items, isDescending, [](const Value& item) { return item.integer(); }, std::less<>());
    } else if (isAllNumber) {
        sortBy<double>(
            items, isDescending,
            [](const Value& item) {
                return item.is(Kind::Int) ? static_cast<double>(item.integer()) : item.number();
            },
            [](double a, double b) { return (std::isnan(a) && !std::isnan(b)) || a < b; });
    } else {
        sortBy<std::string>(
            items, isDescending, [](const Value& item) { return displayText(item); }, std::less<>());
    }
    return Value::ofList(copyOf(std::span<const Value>(items), evaluation.arena()));
}

/// The value behind a path of keys; null when there is none.
const AnyValue* descend(const AnyValue& from, std::span<const Argument> path)
{
    const AnyValue* value = &from;
    for (const Argument& key : path) {
        if (value->type() != ValueType::Map)
            return nullptr;
        value = MapView(value->entries()).find(key.literalString());
        if (value == nullptr)
            return nullptr;
    }
    return value;
}

Result<Value, Error> sliceToMap(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const Value list, call[0].list(evaluation));
    const bool hasKeyPath = call[1].isGiven();
    const bool hasValuePath = call[2].isGiven();
    if ((hasKeyPath && call[1].items().empty()) || (hasValuePath && call[2].items().empty()))
        return fail(Error{"SliceToMap() needs at least one key in a path"});
    MapBuilder map(evaluation.arena());
    for (std::size_t i = 0; i < list.size(); ++i) {
        SLUICE_TRY_AS(const AnyValue item, toTelemetry(list.itemAt(i), evaluation.arena()));
        if ((hasKeyPath || hasValuePath) && item.type() != ValueType::Map)
            return fail(Error{"SliceToMap() with a path takes a list of maps"});
        std::string_view key;
        if (hasKeyPath) {
            const AnyValue* const found = descend(item, call[1].items());
            if (found == nullptr || found->type() != ValueType::String)
                return fail(Error{"SliceToMap(): an element has no text at the key path"});
            key = found->text();
        } else {
            key = evaluation.arena().copy(std::to_string(i));
        }
        const AnyValue* const value = hasValuePath ? descend(item, call[2].items()) : &item;
        if (value == nullptr)
            return fail(Error{"SliceToMap(): an element has nothing at the value path"});
        map.put(key, *value);
    }
    return map.value();
}

Result<std::unique_ptr<const CallState>, std::string> prepareToKeyValueString(const Call& call)
{
    const std::string_view delimiter = call[1].literalString("=");
    const std::string_view pairDelimiter = call[2].literalString(" ");
    if (delimiter.empty() || pairDelimiter.empty())
        return fail(std::string("ToKeyValueString() needs delimiters that are not empty"));
    if (delimiter == pairDelimiter)
        return fail(std::string("ToKeyValueString() needs two different delimiters"));
    return nullptr;
}

Result<Value, Error> toKeyValueString(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const MapView map, call[0].map(evaluation));
    const std::string_view delimiter = call[1].literalString("=");
    const std::string_view pairDelimiter = call[2].literalString(" ");
    std::vector<std::size_t> order(map.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    if (call[3].literalBool())
        std::stable_sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return map.keyAt(a) < map.keyAt(b); });
    std::string out;
    const auto append = [&](std::string_view text) {
        const bool isQuoted = text.find(delimiter) != std::string_view::npos
            || text.find(pairDelimiter) != std::string_view::npos;
        out += isQuoted ? "\"" : "";
        for (const char c : text) {
            if (c == '"')
                out += '\\';
            out += c;
        }
        out += isQuoted ? "\"" : "";
    };
    bool isFirst = true;
    for (const std::size_t i : order) {
        if (!isFirst)
            out += pairDelimiter;
        isFirst = false;
        append(map.keyAt(i));
        out += delimiter;
        append(displayText(Value::ofAny(map.valueAt(i))));
    }
    return textValue(out, evaluation);
}

constexpr Function kFunctions[] = {
    {.name = "ContainsValue",
        .parameters = kContainsValue,
        .result = "bool",
        .help = "Whether the list has such an element.",
        .evaluate = containsValue},
    {.name = "Format",
        .parameters = kFormat,
        .result = "string",
        .help = "The values put into a text with verbs: Format(\"%s-%05d\", [name, 42]).",
        .evaluate = format},
    {.name = "Keys", .parameters = kMap, .result = "list", .help = "The keys of a map.", .evaluate = keys},
    {.name = "Log",
        .parameters = kLog,
        .result = "double",
        .help = "The natural logarithm of a number above 0.",
        .evaluate = naturalLog},
    {.name = "SliceToMap",
        .parameters = kSliceToMap,
        .result = "map",
        .help = "A map of the list's elements; keys and values may be taken from inside of them.",
        .evaluate = sliceToMap},
    {.name = "Sort",
        .parameters = kSort,
        .result = "list",
        .help = "The list in order, \"asc\" or \"desc\".",
        .prepare = prepareSort,
        .evaluate = sort},
    {.name = "ToKeyValueString",
        .parameters = kToKeyValueString,
        .result = "string",
        .help = "The map as \"key=value key=value\".",
        .prepare = prepareToKeyValueString,
        .evaluate = toKeyValueString},
    {.name = "Values",
        .parameters = kMap,
        .result = "list",
        .help = "The values of a map.",
        .evaluate = values},
};

} // namespace

std::span<const Function> mapFunctions()
{
    return kFunctions;
}

} // namespace sluice::ottl
