// Functions that change a record. Source: spec/ottl.md section 4.1.

#include "core/ottl/conversion.h"
#include "core/ottl/expression.h"
#include "core/ottl/functions/all_functions.h"
#include "core/ottl/regex.h"

#include <algorithm>
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

Result<Value, Error> replacePattern(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const Value value, call[0].value(evaluation));
    if (!value.is(Kind::String))
        return Value();
    SLUICE_TRY_AS(const Regex* regex, patternOf(call, 1, evaluation));
    SLUICE_TRY_AS(const std::string_view replacement, call[2].string(evaluation));
    const std::string_view text = value.text();
    std::vector<std::string_view> groups(regex->groupCount() + 1);
    std::string out;
    std::size_t copied = 0;
    std::size_t from = 0;
    bool hasMatched = false;
    while (from <= text.size() && regex->find(text, from, groups)) {
        const auto begin = static_cast<std::size_t>(groups[0].data() - text.data());
        const std::size_t end = begin + groups[0].size();
        // An empty match right behind the previous one does not count.
        if (begin != end || !hasMatched || begin != copied) {
            out += text.substr(copied, begin - copied);
            regex->expand(replacement, groups, out);
            copied = end;
            hasMatched = true;
        }
        from = end > begin ? end : end + 1;
        while (
            from < text.size() && end == begin && (static_cast<unsigned char>(text[from]) & 0xC0U) == 0x80U)
            ++from;
    }
    if (!hasMatched)
        return Value();
    out += text.substr(copied);
    SLUICE_TRY(call[0].target().store(Value::ofString(evaluation.arena().copy(out)), evaluation));
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
    {"replacement", ParameterKind::String}};

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
};

} // namespace

std::span<const Function> editors()
{
    return kFunctions;
}

} // namespace sluice::ottl
