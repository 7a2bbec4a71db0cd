// Functions that change a record. Source: spec/ottl.md section 4.1.

#include "core/ottl/conversion.h"
#include "core/ottl/expression.h"
#include "core/ottl/functions/all_functions.h"
#include "core/ottl/regex.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sluice::ottl {

namespace {

using Entries = std::vector<AnyEntry>;

Result<Entries, Error> entriesOf(const Argument& target, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const MapView map, target.map(evaluation));
    const auto entries = map.entries(evaluation.arena());
    return Entries(entries.begin(), entries.end());
}

Result<Value, Error> store(const Argument& target, const Entries& entries, Evaluation& evaluation)
{
    auto* copy = evaluation.arena().allocate<AnyEntry>(entries.size());
    std::ranges::uninitialized_copy(entries, std::span(copy, entries.size()));
    SLUICE_TRY(
        target.target().store(Value::ofMap(std::span<const AnyEntry>(copy, entries.size())), evaluation));
    return Value();
}

template <class Keeps>
Result<Value, Error> keepIf(const Argument& target, Evaluation& evaluation, Keeps keeps)
{
    SLUICE_TRY_AS(const MapView map, target.map(evaluation));
    if (AttributeList* list = map.live()) {
        const std::size_t before = list->size();
        list->keepIf([&](std::size_t i) { return keeps(list->keyAt(i)); });
        if (list->size() != before)
            target.target().noteChange(evaluation);
        return Value();
    }
    SLUICE_TRY_AS(Entries entries, entriesOf(target, evaluation));
    const std::size_t removed
        = std::erase_if(entries, [&](const AnyEntry& entry) { return !keeps(entry.key); });
    return removed == 0 ? Result<Value, Error>(Value()) : store(target, entries, evaluation);
}

Result<Value, Error> set(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const Value value, call[1].value(evaluation));
    if (!value.isNil())
        SLUICE_TRY(call[0].target().store(value, evaluation));
    return Value();
}

Result<Value, Error> deleteKey(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const MapView map, call[0].map(evaluation));
    SLUICE_TRY_AS(const std::string_view key, call[1].string(evaluation));
    if (AttributeList* list = map.live()) {
        if (list->remove(key))
            call[0].target().noteChange(evaluation);
        return Value();
    }
    SLUICE_TRY_AS(Entries entries, entriesOf(call[0], evaluation));
    const auto found = std::ranges::find(entries, key, &AnyEntry::key);
    if (found == entries.end())
        return Value();
    *found = entries.back();
    entries.pop_back();
    return store(call[0], entries, evaluation);
}

template <bool keeps>
Result<Value, Error> matchingKeys(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const Regex* regex, patternOf(call, 1, evaluation));
    return keepIf(
        call[0], evaluation, [regex](std::string_view key) { return regex->matches(key) == keeps; });
}

Result<Value, Error> keepKeys(const Call& call, Evaluation& evaluation)
{
    std::vector<std::string_view> keys;
    for (const Argument& item : call[1].items()) {
        SLUICE_TRY_AS(const std::string_view key, item.string(evaluation));
        keys.push_back(key);
    }
    return keepIf(call[0], evaluation,
        [&](std::string_view key) { return std::ranges::find(keys, key) != keys.end(); });
}

Result<std::unique_ptr<const CallState>, std::string> prepareMerge(const Call& call)
{
    const std::string_view strategy = call[2].literalString();
    if (strategy != "insert" && strategy != "update" && strategy != "upsert")
        return fail(std::string("the strategy is \"insert\", \"update\" or \"upsert\""));
    return nullptr;
}

Result<Value, Error> mergeMaps(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(Entries entries, entriesOf(call[0], evaluation));
    SLUICE_TRY_AS(const MapView map, call[1].map(evaluation));
    SLUICE_TRY_AS(const MapView target, call[0].map(evaluation));
    const std::string_view strategy = call[2].literalString();
    // The collector clears the place before it copies, so that a map merged into itself loses its values.
    const bool isItself = strategy == "upsert" && map.live() != nullptr && map.live() == target.live();
    for (const AnyEntry& entry : map.entries(evaluation.arena())) {
        const auto found = std::ranges::find(entries, entry.key, &AnyEntry::key);
        if (found == entries.end()) {
            if (strategy != "update")
                entries.push_back(entry);
        } else if (strategy != "insert") {
            found->value = isItself ? AnyValue() : entry.value;
        }
    }
    return store(call[0], entries, evaluation);
}

Result<std::unique_ptr<const CallState>, std::string> prepareLimit(const Call& call)
{
    const std::int64_t limit = call[1].literalInt();
    if (limit < 0 || static_cast<std::size_t>(limit) < call[2].items().size())
        return fail(std::string("the limit is at least the number of priority keys"));
    return nullptr;
}

Result<Value, Error> limit(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const MapView map, call[0].map(evaluation));
    const auto most = static_cast<std::size_t>(call[1].literalInt());
    if (map.size() <= most)
        return Value();
    const auto isPriority = [&](std::string_view key) {
        return std::ranges::any_of(
            call[2].items(), [&](const Argument& item) { return item.literalString() == key; });
    };
    std::size_t count = 0;
    for (std::size_t i = 0; i < map.size(); ++i)
        count += isPriority(map.keyAt(i)) ? 1U : 0U;
    return keepIf(call[0], evaluation, [&](std::string_view key) {
        if (isPriority(key))
            return true;
        return count < most && ++count != 0;
    });
}

/// What stands in the place of a match: the replacement, through the function and the format when they are
/// given.
Result<std::string, Error> finished(
    const Call& call, std::size_t function, std::string replacement, Evaluation& evaluation)
{
    if (call[function].isGiven()) {
        SLUICE_TRY_AS(const Value result,
            callWithText(call[function].function(), evaluation.arena().copy(replacement), evaluation));
        if (!result.is(Kind::String))
            return evaluation.error({"the function does not give a string"});
        replacement = result.text();
    }
    if (!call[function + 1].isGiven())
        return replacement;
    SLUICE_TRY_AS(const std::string_view format, call[function + 1].string(evaluation));
    std::string out;
    bool isUsed = false;
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%') {
            out += format[i];
            continue;
        }
        if (format.substr(i + 1, 1) != "s")
            return evaluation.error({"the format takes nothing but %s"});
        out += isUsed ? std::string("%!s(MISSING)") : replacement;
        isUsed = true;
        ++i;
    }
    if (!isUsed)
        return evaluation.error({"the format needs a %s"});
    return out;
}

/// Nothing when there is no match.
Result<std::optional<std::string>, Error> replaced(const Call& call, std::size_t function, const Regex& regex,
    std::string_view text, std::string_view replacement, Evaluation& evaluation)
{
    std::vector<std::string_view> groups(regex.groupCount() + 1);
    std::string out;
    std::size_t copied = 0;
    std::size_t from = 0;
    bool hasMatched = false;
    while (from <= text.size() && regex.find(text, from, groups)) {
        const auto begin = static_cast<std::size_t>(groups[0].data() - text.data());
        const std::size_t end = begin + groups[0].size();
        // An empty match right behind the previous one does not count.
        if (begin != end || !hasMatched || begin != copied) {
            out += text.substr(copied, begin - copied);
            std::string expanded;
            regex.expand(replacement, groups, expanded);
            SLUICE_TRY_AS(expanded, finished(call, function, std::move(expanded), evaluation));
            out += expanded;
            copied = end;
            hasMatched = true;
        }
        from = end > begin ? end : end + 1;
        while (
            end == begin && from < text.size() && (static_cast<unsigned char>(text[from]) & 0xC0U) == 0x80U)
            ++from;
    }
    if (!hasMatched)
        return std::nullopt;
    out += text.substr(copied);
    return out;
}

Result<Value, Error> replacePattern(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const Value value, call[0].value(evaluation));
    if (!value.is(Kind::String))
        return Value();
    SLUICE_TRY_AS(const Regex* regex, patternOf(call, 1, evaluation));
    SLUICE_TRY_AS(const std::string_view replacement, call[2].string(evaluation));
    SLUICE_TRY_AS(const auto out, replaced(call, 3, *regex, value.text(), replacement, evaluation));
    if (out)
        SLUICE_TRY(call[0].target().store(Value::ofString(evaluation.arena().copy(*out)), evaluation));
    return Value();
}

Result<std::unique_ptr<const CallState>, std::string> prepareAllPatterns(const Call& call)
{
    const std::string_view mode = call[1].literalString();
    if (mode != "key" && mode != "value")
        return fail(std::string("the mode is \"key\" or \"value\""));
    return preparePatternAt(call, 2, PatternSyntax::Regex);
}

Result<Value, Error> replaceAllPatterns(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const Entries entries, entriesOf(call[0], evaluation));
    SLUICE_TRY_AS(const Regex* regex, patternOf(call, 2, evaluation));
    SLUICE_TRY_AS(const std::string_view replacement, call[3].string(evaluation));
    const bool isKey = call[1].literalString() == "key";
    Entries result;
    for (AnyEntry entry : entries) {
        if (isKey || entry.value.isString()) {
            const auto out
                = replaced(call, 4, *regex, isKey ? entry.key : entry.value.text(), replacement, evaluation);
            if (!out && isKey)
                continue; // The collector loses the entry whose function fails.
            if (out && *out) {
                const std::string_view text = evaluation.arena().copy(**out);
                if (isKey)
                    entry.key = text;
                else
                    entry.value = AnyValue::ofString(text);
            }
        }
        const auto known = isKey ? std::ranges::find(result, entry.key, &AnyEntry::key) : result.end();
        if (known == result.end())
            result.push_back(entry);
        else
            known->value = entry.value;
    }
    return store(call[0], result, evaluation);
}

Result<Value, Error> replaceMatch(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const Value value, call[0].value(evaluation));
    SLUICE_TRY_AS(const Regex* glob, patternOf(call, 1, evaluation, PatternSyntax::Glob));
    if (!value.is(Kind::String) || !glob->matches(value.text()))
        return Value();
    SLUICE_TRY_AS(const std::string_view replacement, call[2].string(evaluation));
    SLUICE_TRY_AS(const std::string out, finished(call, 3, std::string(replacement), evaluation));
    SLUICE_TRY(call[0].target().store(Value::ofString(evaluation.arena().copy(out)), evaluation));
    return Value();
}

Result<Value, Error> replaceAllMatches(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(Entries entries, entriesOf(call[0], evaluation));
    SLUICE_TRY_AS(const Regex* glob, patternOf(call, 1, evaluation, PatternSyntax::Glob));
    SLUICE_TRY_AS(const std::string_view replacement, call[2].string(evaluation));
    bool isChanged = false;
    for (AnyEntry& entry : entries) {
        if (!entry.value.isString() || !glob->matches(entry.value.text()))
            continue;
        SLUICE_TRY_AS(const std::string out, finished(call, 3, std::string(replacement), evaluation));
        entry.value = AnyValue::ofString(evaluation.arena().copy(out));
        isChanged = true;
    }
    return isChanged ? store(call[0], entries, evaluation) : Result<Value, Error>(Value());
}

Result<std::unique_ptr<const CallState>, std::string> prepareTruncate(const Call& call)
{
    if (call[1].literalInt() < 0)
        return fail(std::string("the limit is not negative"));
    if (call[3].literalString().size() > static_cast<std::size_t>(call[1].literalInt()))
        return fail(std::string("the marker is longer than the limit"));
    return nullptr;
}

Result<Value, Error> truncateAll(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(Entries entries, entriesOf(call[0], evaluation));
    const auto most = static_cast<std::size_t>(call[1].literalInt());
    const std::string_view marker = call[3].literalString();
    bool isChanged = false;
    for (AnyEntry& entry : entries) {
        if (!entry.value.isString() || entry.value.text().size() <= most)
            continue;
        const std::string_view text = entry.value.text();
        std::size_t end = most - marker.size();
        while (
            call[2].literalBool(true) && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
            --end;
        entry.value = AnyValue::ofString(evaluation.text({text.substr(0, end), marker}));
        isChanged = true;
    }
    return isChanged ? store(call[0], entries, evaluation) : Result<Value, Error>(Value());
}

Result<Value, Error> stringifyAll(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(Entries entries, entriesOf(call[0], evaluation));
    for (AnyEntry& entry : entries) {
        if (!entry.value.isString())
            entry.value = AnyValue::ofString(evaluation.arena().copy(displayText(Value::ofAny(entry.value))));
    }
    return store(call[0], entries, evaluation);
}

/// Lays nested maps and lists out as one map, with the collector's names for what lies inside.
class Flattening {
public:
    Flattening(std::int64_t depth, bool resolvesConflicts, Evaluation& evaluation)
        : m_depth(depth)
        , m_resolvesConflicts(resolvesConflicts)
        , m_evaluation(evaluation)
    {
    }

    void walk(std::span<const AnyEntry> entries, const std::string& prefix, std::int64_t depth)
    {
        for (const AnyEntry& entry : entries) {
            const std::string key = prefix + std::string(entry.key);
            if (entry.value.type() == ValueType::Map && depth < m_depth)
                walk(entry.value.entries(), key + '.', depth + 1);
            else if (entry.value.type() == ValueType::Array && depth < m_depth)
                walkList(entry.value.items(), key, depth);
            else
                put(key, key, entry.value);
        }
    }

    [[nodiscard]] const Entries& result() const { return m_result; }

private:
    void walkList(std::span<const AnyValue> items, const std::string& key, std::int64_t depth)
    {
        for (std::size_t i = 0; i < items.size(); ++i) {
            const std::string itemKey = key + '.' + std::to_string(i);
            if (items[i].type() == ValueType::Map && depth + 1 < m_depth) {
                walk(items[i].entries(), itemKey + '.', depth + 2);
            } else if (items[i].type() == ValueType::Array && depth + 1 < m_depth) {
                // The collector puts no dot between the two indices.
                std::vector<std::string> names;
                const auto inner = items[i].items();
                names.reserve(inner.size());
                std::vector<AnyEntry> entries;
                for (std::size_t k = 0; k < inner.size(); ++k) {
                    names.push_back(std::to_string(k));
                    entries.push_back({names.back(), inner[k]});
                }
                walk(entries, itemKey, depth + 3);
            } else {
                put(itemKey, key, items[i]);
            }
        }
    }

    void put(const std::string& key, const std::string& base, const AnyValue& value)
    {
        std::string name = m_resolvesConflicts ? base : key;
        if (m_resolvesConflicts && isKnown(name))
            name += '.' + std::to_string(m_next[base]++);
        const auto known = std::ranges::find(m_result, name, &AnyEntry::key);
        if (known != m_result.end())
            known->value = value;
        else
            m_result.push_back({m_evaluation.arena().copy(name), value});
    }

    [[nodiscard]] bool isKnown(std::string_view name) const
    {
        return std::ranges::find(m_result, name, &AnyEntry::key) != m_result.end();
    }

    std::int64_t m_depth;
    bool m_resolvesConflicts;
    Evaluation& m_evaluation;
    Entries m_result;
    std::map<std::string, std::size_t> m_next;
};

Result<std::unique_ptr<const CallState>, std::string> prepareFlatten(const Call& call)
{
    if (call[2].literalInt(1) < 1)
        return fail(std::string("the depth is at least 1"));
    return nullptr;
}

Result<Value, Error> flatten(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const Entries entries, entriesOf(call[0], evaluation));
    std::string prefix(call[1].literalString());
    if (!prefix.empty())
        prefix += '.';
    Flattening flattening(
        call[2].literalInt(std::numeric_limits<std::int64_t>::max()), call[3].literalBool(), evaluation);
    flattening.walk(entries, prefix, 0);
    return store(call[0], flattening.result(), evaluation);
}

Result<Value, Error> deleteIndex(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const Value list, call[0].list(evaluation));
    SLUICE_TRY_AS(const std::int64_t start, call[1].integer(evaluation));
    std::int64_t end = start + (start < std::numeric_limits<std::int64_t>::max() ? 1 : 0);
    if (call[2].isGiven()) {
        SLUICE_TRY_AS(end, call[2].integer(evaluation));
    }
    const auto size = static_cast<std::int64_t>(list.size());
    const bool isAll = start == 0 && end == size;
    if (!isAll && (start < 0 || start >= size || end < start || end > size))
        return evaluation.error({"the list has no such elements"});
    if (start == end)
        return Value();
    auto* items = evaluation.arena().allocate<Value>(list.size());
    std::size_t count = 0;
    for (std::int64_t i = 0; i < size; ++i) {
        if (i < start || i >= end)
            std::construct_at(items + count++, list.itemAt(static_cast<std::size_t>(i)));
    }
    SLUICE_TRY(call[0].target().store(Value::ofList({items, count}), evaluation));
    return Value();
}

Result<std::unique_ptr<const CallState>, std::string> prepareAppend(const Call& call)
{
    if (!call[1].isGiven() && !call[2].isGiven())
        return fail(std::string("say what to append: a value, or values"));
    return nullptr;
}

Result<Value, Error> append(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const Value current, call[0].value(evaluation));
    std::vector<Value> items;
    switch (current.kind()) {
    case Kind::Nil: break;
    case Kind::String:
    case Kind::Int:
    case Kind::Double:
    case Kind::Bool: items.push_back(current); break;
    default:
        if (!current.isList())
            return evaluation.error({"nothing can be appended to a ", nameOf(current.kind())});
        for (std::size_t i = 0; i < current.size(); ++i)
            items.push_back(current.itemAt(i));
    }
    if (call[1].isGiven()) {
        SLUICE_TRY_AS(const Value value, call[1].value(evaluation));
        items.push_back(value);
    }
    if (call[2].isGiven()) {
        for (const Argument& item : call[2].items()) {
            SLUICE_TRY_AS(const Value value, item.value(evaluation));
            items.push_back(value);
        }
    }
    for (const Value& item : items) {
        const bool isPlain = item.kind() <= Kind::Bytes || item.is(Kind::RawList);
        if (!isPlain)
            return evaluation.error({"a ", nameOf(item.kind()), " cannot be appended"});
    }
    auto* copy = evaluation.arena().allocate<Value>(items.size());
    std::ranges::uninitialized_copy(items, std::span(copy, items.size()));
    SLUICE_TRY(call[0].target().store(Value::ofList({copy, items.size()}), evaluation));
    return Value();
}

constexpr Parameter kSet[] = {{"target", ParameterKind::Path}, {"value", ParameterKind::Any}};
constexpr Parameter kDeleteKey[] = {{"target", ParameterKind::MapPath}, {"key", ParameterKind::String}};
constexpr Parameter kMatching[] = {{"target", ParameterKind::MapPath}, {"pattern", ParameterKind::String}};
constexpr Parameter kKeepKeys[]
    = {{"target", ParameterKind::MapPath}, {"keys", ParameterKind::String, false, kList}};
constexpr Parameter kMergeMaps[] = {{"target", ParameterKind::MapPath}, {"source", ParameterKind::Map},
    {"strategy", ParameterKind::LiteralString}};
constexpr Parameter kLimit[] = {{"target", ParameterKind::MapPath}, {"limit", ParameterKind::LiteralInt},
    {"priority_keys", ParameterKind::LiteralString, false, kList}};
constexpr Parameter kReplacePattern[] = {{"target", ParameterKind::Path}, {"regex", ParameterKind::String},
    {"replacement", ParameterKind::String}, {"function", ParameterKind::Function, kOptional},
    {"replacement_format", ParameterKind::String, kOptional}};
constexpr Parameter kReplaceAllPatterns[] = {{"target", ParameterKind::MapPath},
    {"mode", ParameterKind::LiteralString}, {"regex", ParameterKind::String},
    {"replacement", ParameterKind::String}, {"function", ParameterKind::Function, kOptional},
    {"replacement_format", ParameterKind::String, kOptional}};
constexpr Parameter kReplaceMatch[] = {{"target", ParameterKind::Path}, {"pattern", ParameterKind::String},
    {"replacement", ParameterKind::String}, {"function", ParameterKind::Function, kOptional},
    {"replacement_format", ParameterKind::String, kOptional}};
constexpr Parameter kStringifyAll[] = {{"target", ParameterKind::MapPath}};
constexpr Parameter kTruncateAll[] = {{"target", ParameterKind::MapPath},
    {"limit", ParameterKind::LiteralInt}, {"utf8_safe", ParameterKind::LiteralBool, kOptional, false, "true"},
    {"truncation_marker", ParameterKind::LiteralString, kOptional}};
constexpr Parameter kFlatten[] = {{"target", ParameterKind::MapPath},
    {"prefix", ParameterKind::LiteralString, kOptional}, {"depth", ParameterKind::LiteralInt, kOptional},
    {"resolve_conflicts", ParameterKind::LiteralBool, kOptional, false, "false"}};
constexpr Parameter kDeleteIndex[] = {{"target", ParameterKind::ListPath},
    {"start_index", ParameterKind::Int}, {"end_index", ParameterKind::Int, kOptional}};
constexpr Parameter kAppend[] = {{"target", ParameterKind::Path}, {"value", ParameterKind::Any, kOptional},
    {"values", ParameterKind::Any, kOptional, kList}};

constexpr Function kFunctions[] = {
    {.name = "set",
        .parameters = kSet,
        .help = "Gives the field a value; nil leaves it as it is.",
        .evaluate = set},
    {.name = "delete_key",
        .parameters = kDeleteKey,
        .help = "Removes one key of a map.",
        .evaluate = deleteKey},
    {.name = "delete_matching_keys",
        .parameters = kMatching,
        .help = "Removes the keys of a map that a pattern matches.",
        .prepare = preparePattern<1>,
        .evaluate = matchingKeys<false>},
    {.name = "keep_keys",
        .parameters = kKeepKeys,
        .help = "Removes all keys of a map but these.",
        .evaluate = keepKeys},
    {.name = "keep_matching_keys",
        .parameters = kMatching,
        .help = "Removes the keys of a map that a pattern does not match.",
        .prepare = preparePattern<1>,
        .evaluate = matchingKeys<true>},
    {.name = "merge_maps",
        .parameters = kMergeMaps,
        .help = "Puts the entries of a map into another.",
        .prepare = prepareMerge,
        .evaluate = mergeMaps},
    {.name = "limit",
        .parameters = kLimit,
        .help = "Removes entries of a map beyond a number, priority keys last.",
        .prepare = prepareLimit,
        .evaluate = limit},
    {.name = "replace_pattern",
        .parameters = kReplacePattern,
        .help = "Replaces what a pattern matches in a text.",
        .prepare = preparePattern<1>,
        .evaluate = replacePattern},
    {.name = "replace_all_patterns",
        .parameters = kReplaceAllPatterns,
        .help = "Replaces what a pattern matches in the keys or values of a map.",
        .prepare = prepareAllPatterns,
        .evaluate = replaceAllPatterns},
    {.name = "replace_match",
        .parameters = kReplaceMatch,
        .help = "Replaces a text that a glob matches as a whole.",
        .prepare = preparePattern<1, PatternSyntax::Glob>,
        .evaluate = replaceMatch},
    {.name = "replace_all_matches",
        .parameters = kReplaceMatch,
        .help = "Replaces the values of a map that a glob matches as a whole.",
        .prepare = preparePattern<1, PatternSyntax::Glob>,
        .evaluate = replaceAllMatches},
    {.name = "stringify_all",
        .parameters = kStringifyAll,
        .help = "Turns the values of a map into texts.",
        .evaluate = stringifyAll},
    {.name = "truncate_all",
        .parameters = kTruncateAll,
        .help = "Cuts the texts of a map down to a number of bytes.",
        .prepare = prepareTruncate,
        .evaluate = truncateAll},
    {.name = "flatten",
        .parameters = kFlatten,
        .help = "Lays nested maps and lists out as one map.",
        .prepare = prepareFlatten,
        .evaluate = flatten},
    {.name = "delete_index",
        .parameters = kDeleteIndex,
        .help = "Removes elements of a list.",
        .evaluate = deleteIndex},
    {.name = "append",
        .parameters = kAppend,
        .help = "Puts values at the end of a list.",
        .prepare = prepareAppend,
        .evaluate = append},
};

} // namespace

std::span<const Function> editors()
{
    return kFunctions;
}

} // namespace sluice::ottl
