#include "core/processors/match/node_value.h"

#include "core/model/value_text.h"

#include <new>

namespace sluice {

Value valueOf(const config::Node& node, Arena& arena)
{
    switch (node.type) {
    case config::NodeType::Null: return {};
    case config::NodeType::Bool: return Value::ofBool(node.boolean);
    case config::NodeType::Int: return Value::ofInt(node.integer);
    case config::NodeType::Double: return Value::ofDouble(node.number);
    case config::NodeType::String: return Value::ofString(arena.copy(node.text));
    case config::NodeType::List: {
        auto* items = arena.allocate<Value>(node.items.size());
        for (std::size_t i = 0; i < node.items.size(); ++i)
            new (items + i) Value(valueOf(node.items[i], arena));
        return Value::ofArray({items, node.items.size()});
    }
    case config::NodeType::Map: {
        auto* entries = arena.allocate<KeyValue>(node.entries.size());
        for (std::size_t i = 0; i < node.entries.size(); ++i)
            new (entries + i)
                KeyValue{arena.copy(node.entries[i].key), valueOf(node.entries[i].value, arena)};
        return Value::ofMap({entries, node.entries.size()});
    }
    }
    return {};
}

std::string shownValue(const Value& value)
{
    if (value.isString())
        return '"' + std::string(value.text()) + '"';
    return value.type() == ValueType::Empty ? "empty" : textOf(value);
}

std::string shownKey(std::string_view prefix, std::string_view key)
{
    return std::string(prefix) + "[\"" + std::string(key) + "\"]";
}

} // namespace sluice
