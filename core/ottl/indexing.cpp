#include "core/ottl/indexing.h"

#include "core/ottl/conversion.h"

#include <algorithm>
#include <memory>

namespace sluice::ottl {

namespace {

// The collector pads without limit, and dies of it.
constexpr std::int64_t kMaxPaddedItems = 100'000;

tl::unexpected<Error> cannotIndex(std::string_view what, const Value& key, Evaluation& evaluation)
{
    return evaluation.error(
        {"a ", what, " cannot be indexed with ", key.isNil() ? "" : "a ", nameOf(key.kind())});
}

/// One step into telemetry: null for an absent key of a map.
Result<const AnyValue*, Error> step(const AnyValue& value, const Key& key, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const Value index, key.evaluate(evaluation));
    if (value.type() == ValueType::Map) {
        if (!index.is(Kind::String))
            return cannotIndex("map", index, evaluation);
        return MapView(value.entries()).find(index.text());
    }
    if (value.type() == ValueType::Array) {
        if (!index.is(Kind::Int))
            return cannotIndex("list", index, evaluation);
        if (index.integer() < 0 || static_cast<std::uint64_t>(index.integer()) >= value.items().size())
            return evaluation.error({"the list has no element ", std::to_string(index.integer())});
        return &value.items()[static_cast<std::size_t>(index.integer())];
    }
    return cannotIndex(
        value.type() == ValueType::Empty ? "value that is empty" : nameOf(Value::ofAny(value).kind()), index,
        evaluation);
}

Assigned assignedInMap(
    MapView map, std::string_view name, Keys rest, const Value& value, Evaluation& evaluation)
{
    const auto old = map.entries(evaluation.arena());
    const auto found = std::ranges::find(old, name, &AnyEntry::key);
    const auto at = static_cast<std::size_t>(found - old.begin());
    const std::size_t count = std::max(old.size(), at + 1);
    auto* entries = evaluation.arena().allocate<AnyEntry>(count);
    std::ranges::uninitialized_copy(old, std::span(entries, old.size()));
    if (found == old.end())
        std::construct_at(entries + at, AnyEntry{evaluation.arena().copy(name), AnyValue()});
    Assigned below = assigned(entries[at].value, rest, value, evaluation);
    entries[at].value = below.value;
    return {AnyValue::ofMap({entries, count}), below.error};
}

Assigned assignedInList(
    std::span<const AnyValue> old, std::size_t at, Keys rest, const Value& value, Evaluation& evaluation)
{
    const std::size_t count = std::max(old.size(), at + 1);
    auto* items = evaluation.arena().allocate<AnyValue>(count);
    std::ranges::uninitialized_copy(old, std::span(items, old.size()));
    std::uninitialized_default_construct(items + old.size(), items + count);
    Assigned below = assigned(items[at], rest, value, evaluation);
    items[at] = below.value;
    return {AnyValue::ofArray({items, count}), below.error};
}

} // namespace

Result<Value, Error> indexed(const AnyValue& value, Keys keys, Evaluation& evaluation)
{
    const AnyValue* current = &value;
    for (const Key& key : keys) {
        SLUICE_TRY_AS(current, step(*current, key, evaluation));
        if (current == nullptr)
            return Value();
    }
    return Value::ofAny(*current);
}

Result<Value, Error> indexedResult(Value value, Keys keys, Evaluation& evaluation)
{
    for (const Key& key : keys) {
        SLUICE_TRY_AS(const Value index, key.evaluate(evaluation));
        if (value.is(Kind::Map)) {
            if (!index.is(Kind::String))
                return cannotIndex("map", index, evaluation);
            const AnyValue* found = value.map().find(index.text());
            if (found == nullptr)
                return evaluation.error({"the map has no key \"", index.text(), "\""});
            value = Value::ofAny(*found);
        } else if (value.isList()) {
            if (!index.is(Kind::Int))
                return cannotIndex("list", index, evaluation);
            if (index.integer() < 0 || static_cast<std::uint64_t>(index.integer()) >= value.size())
                return evaluation.error({"the list has no element ", std::to_string(index.integer())});
            value = value.itemAt(static_cast<std::size_t>(index.integer()));
        } else {
            return cannotIndex(nameOf(value.kind()), index, evaluation);
        }
    }
    return value;
}

Assigned assigned(const AnyValue& current, Keys keys, const Value& value, Evaluation& evaluation)
{
    if (keys.empty()) {
        if (value.isNil())
            return {current, std::nullopt};
        auto kept = toTelemetry(value, evaluation.arena());
        return kept ? Assigned{*kept, std::nullopt} : Assigned{current, kept.error()};
    }
    const auto index = keys.front().evaluate(evaluation);
    if (!index)
        return {current, index.error()};
    const Keys rest = keys.subspan(1);
    const bool isEmpty = current.type() == ValueType::Empty;
    if (index->is(Kind::String) && (isEmpty || current.type() == ValueType::Map))
        return assignedInMap(
            isEmpty ? MapView() : MapView(current.entries()), index->text(), rest, value, evaluation);
    if (index->is(Kind::Int) && current.type() == ValueType::Array) {
        if (index->integer() < 0 || static_cast<std::uint64_t>(index->integer()) >= current.items().size())
            return {current,
                evaluation.error({"the list has no element ", std::to_string(index->integer())}).value()};
        return assignedInList(
            current.items(), static_cast<std::size_t>(index->integer()), rest, value, evaluation);
    }
    if (index->is(Kind::Int) && isEmpty) {
        if (index->integer() > kMaxPaddedItems)
            return {current, Error{"a list is not padded beyond 100,000 elements"}};
        return assignedInList({}, static_cast<std::size_t>(std::max<std::int64_t>(index->integer(), 0)), rest,
            value, evaluation);
    }
    return {current,
        cannotIndex(
            isEmpty ? "value that is empty" : nameOf(Value::ofAny(current).kind()), *index, evaluation)
            .value()};
}

Result<void, Error> assign(AttributeList& list, Keys keys, const Value& value, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const Value name, keys.front().evaluate(evaluation));
    if (!name.is(Kind::String))
        return cannotIndex("map", name, evaluation);
    const std::size_t at = list.indexOf(name.text());
    const AnyValue current = at == AttributeList::kNone ? AnyValue() : list.valueAt(at);
    const Assigned result = assigned(current, keys.subspan(1), value, evaluation);
    if (at == AttributeList::kNone)
        list.append(name.text(), result.value);
    else
        list.replaceAt(at, result.value);
    if (result.error)
        return fail(*result.error);
    return {};
}

Result<void, Error> assignAll(AttributeList& list, const Value& value, Evaluation& evaluation)
{
    if (value.isNil())
        return {};
    if (!value.is(Kind::Map))
        return evaluation.error({"expected a map, got a ", nameOf(value.kind())});
    if (value.map().live() == &list)
        return {};
    const auto entries = value.map().entries(evaluation.arena());
    list.clear();
    for (const AnyEntry& entry : entries)
        list.append(entry.key, entry.value);
    return {};
}

} // namespace sluice::ottl
