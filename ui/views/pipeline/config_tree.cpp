#include "ui/views/pipeline/config_tree.h"

#include "core/config/yaml.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <utility>

namespace sluice::ui {
namespace {

using config::Node;
using config::NodeEntry;
using config::NodeType;

/// One step of a path: a key, or an index when `key` is empty.
struct Step {
    std::string key;
    std::size_t index = 0;
};

std::vector<Step> stepsOf(std::string_view path)
{
    std::vector<Step> steps;
    std::size_t at = 0;
    while (at < path.size()) {
        if (path[at] == '.') {
            ++at;
        } else if (path[at] == '[') {
            const std::size_t end = std::min(path.find(']', at), path.size());
            Step step;
            std::from_chars(path.data() + at + 1, path.data() + end, step.index);
            steps.push_back(std::move(step));
            at = std::min(end + 1, path.size());
        } else {
            const std::size_t end = std::min(path.find_first_of(".[", at), path.size());
            steps.push_back({std::string(path.substr(at, end - at)), 0});
            at = end;
        }
    }
    return steps;
}

NodeEntry* entryOf(Node& map, std::string_view key)
{
    const auto found = std::ranges::find(map.entries, key, &NodeEntry::key);
    return found == map.entries.end() ? nullptr : &*found;
}

/// The child that `step` names, made when it is absent. Null when `node` cannot have one.
Node* childFor(Node& node, const Step& step)
{
    if (node.isNull())
        node.type = step.key.empty() ? NodeType::List : NodeType::Map;
    if (!step.key.empty()) {
        if (!node.isMap())
            return nullptr;
        if (NodeEntry* entry = entryOf(node, step.key))
            return &entry->value;
        node.entries.push_back({step.key, {}, {}});
        return &node.entries.back().value;
    }
    if (!node.isList() || step.index > node.items.size())
        return nullptr;
    if (step.index == node.items.size())
        node.items.emplace_back();
    return &node.items[step.index];
}

bool isHollow(const Node& node)
{
    return (node.isMap() && node.entries.empty()) || (node.isList() && node.items.empty());
}

void removeSteps(Node& node, const std::vector<Step>& steps, std::size_t at)
{
    const Step& step = steps[at];
    const bool isLast = at + 1 == steps.size();
    if (!step.key.empty()) {
        NodeEntry* entry = node.isMap() ? entryOf(node, step.key) : nullptr;
        if (!entry)
            return;
        if (!isLast)
            removeSteps(entry->value, steps, at + 1);
        if (isLast || isHollow(entry->value))
            node.entries.erase(node.entries.begin() + (entry - node.entries.data()));
        return;
    }
    if (!node.isList() || step.index >= node.items.size())
        return;
    Node& item = node.items[step.index];
    if (!isLast)
        removeSteps(item, steps, at + 1);
    if (isLast) // An item that became empty stays: its neighbours keep their places.
        node.items.erase(node.items.begin() + static_cast<std::ptrdiff_t>(step.index));
}

void collectLeaves(const Node& node, const std::string& path, std::vector<std::string>& into)
{
    if (!node.isMap()) {
        if (!path.empty())
            into.push_back(path);
        return;
    }
    for (const NodeEntry& entry : node.entries)
        collectLeaves(entry.value, path.empty() ? entry.key : path + "." + entry.key, into);
}

} // namespace

const Node* valueAt(const Node& tree, std::string_view path)
{
    const Node* node = &tree;
    for (const Step& step : stepsOf(path)) {
        if (!step.key.empty()) {
            node = node->find(step.key);
        } else {
            node = node->isList() && step.index < node->items.size() ? &node->items[step.index] : nullptr;
        }
        if (!node)
            return nullptr;
    }
    return node;
}

void setValueAt(Node& tree, std::string_view path, Node value)
{
    Node* node = &tree;
    for (const Step& step : stepsOf(path)) {
        node = childFor(*node, step);
        if (!node)
            return;
    }
    *node = std::move(value);
}

void removeAt(Node& tree, std::string_view path)
{
    const auto steps = stepsOf(path);
    if (!steps.empty())
        removeSteps(tree, steps, 0);
}

std::vector<std::string> leafPaths(const Node& tree)
{
    std::vector<std::string> paths;
    collectLeaves(tree, {}, paths);
    return paths;
}

Node textNode(std::string_view text)
{
    Node node;
    node.type = NodeType::String;
    node.text = text;
    return node;
}

Node boolNode(bool value)
{
    Node node;
    node.type = NodeType::Bool;
    node.boolean = value;
    node.text = value ? "true" : "false";
    return node;
}

Node listNode(std::vector<Node> items)
{
    Node node;
    node.type = NodeType::List;
    node.items = std::move(items);
    return node;
}

Node mapNode()
{
    Node node;
    node.type = NodeType::Map;
    return node;
}

Node scalarNode(std::string_view yaml)
{
    auto tree = config::parseYaml("value: " + std::string(yaml));
    const Node* value = tree ? tree->find("value") : nullptr;
    // What YAML cannot read, or reads as nothing, is meant as the text that it is.
    if (!value || value->isNull())
        return textNode(yaml);
    const bool isQuoted = yaml.starts_with('"') || yaml.starts_with('\'');
    if (value->isString() && !isQuoted) // "a # b" has no comment here.
        return textNode(yaml);
    return *value;
}

std::string scalarText(const Node& node)
{
    switch (node.type) {
    case NodeType::Null: return {};
    case NodeType::String: {
        const Node back = scalarNode(node.text);
        if (back.isString() && back.text == node.text)
            return node.text;
        // Quoted, so that "12" stays a text.
        std::string quoted = "\"";
        for (const char letter : node.text) {
            if (letter == '"' || letter == '\\')
                quoted += '\\';
            quoted += letter;
        }
        return quoted + '"';
    }
    case NodeType::Bool:
    case NodeType::Int:
    case NodeType::Double: return node.text;
    case NodeType::List:
    case NodeType::Map: break;
    }
    // Flow style, on one line, is what fits a field.
    std::string text = node.isList() ? "[" : "{";
    const char* separator = "";
    for (const Node& item : node.items) {
        text += separator + scalarText(item);
        separator = ", ";
    }
    for (const NodeEntry& entry : node.entries) {
        text += separator + config::yamlScalar(entry.key) + ": " + scalarText(entry.value);
        separator = ", ";
    }
    return text + (node.isList() ? "]" : "}");
}

} // namespace sluice::ui
