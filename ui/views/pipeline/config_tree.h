#pragma once

// Reading and changing one value of a configuration tree by its path ("actions[0].action"): what a form does
// with the YAML of a rule. Keys that contain a dot or bracket cannot be addressed; no processor has such a
// key.

#include "core/config/node.h"

#include <string>
#include <string_view>
#include <vector>

namespace sluice::ui {

/// The value at `path`; null when it is not there. The empty path is the tree itself.
const config::Node* valueAt(const config::Node& tree, std::string_view path);

/// Puts `value` at `path`, making the maps on the way. An index may be one past the end of its list: it
/// appends. Does nothing when the path leads through a value that is neither absent, a map nor a list.
void setValueAt(config::Node& tree, std::string_view path, config::Node value);

/// Takes the key or the list item at `path` away, and the maps and lists that have become empty by it.
void removeAt(config::Node& tree, std::string_view path);

/// Every value that is no map, by its path, in the order of the text: "include.services", "actions".
std::vector<std::string> leafPaths(const config::Node& tree);

config::Node textNode(std::string_view text);
config::Node boolNode(bool value);
config::Node listNode(std::vector<config::Node> items);
config::Node mapNode();

/// A scalar as YAML would read it: "12" is a number, "true" a boolean, "\"12\"" a text, "x" a text.
config::Node scalarNode(std::string_view yaml);

/// A scalar as it may be typed into a field so that scalarNode() gives it back.
std::string scalarText(const config::Node& node);

} // namespace sluice::ui
