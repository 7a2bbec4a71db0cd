#pragma once

// A configuration text as a tree that remembers where everything stood, and the means to read it strictly:
// every problem is reported with its key and its place, and all of them at once.

#include "core/base/time.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::config {

/// A place in a text, counted from 1; 0 is "unknown".
struct Position {
    int line = 0;
    int column = 0;

    friend bool operator==(const Position&, const Position&) = default;
};

/// What is wrong in a configuration, and where.
struct Problem {
    std::string key; ///< "actions[0].action"; empty when it is about the whole.
    Position position;
    std::string text; ///< What is wrong and what would be right.

    friend bool operator==(const Problem&, const Problem&) = default;
};
using Problems = std::vector<Problem>;

enum class NodeType : std::uint8_t { Null, Bool, Int, Double, String, List, Map };

/// "a list", "a number" and so on, for error texts.
std::string_view nameOf(NodeType type);

struct NodeEntry;

/// A value of the tree. A plain value: copy it, edit it; whoever parsed it owns it.
struct Node {
    NodeType type = NodeType::Null;
    Position position;
    std::string text; ///< Scalars: as written, without quotes and escapes.
    bool boolean = false;
    std::int64_t integer = 0;
    double number = 0; ///< Also set for integers.
    bool isSubstituted = false; ///< Came whole out of a variable: `text` is what a field of type text gets.
    bool hasAlias = false; ///< The text of this value alone does not say what it is (anchors, merge keys).
    std::vector<Node> items;
    std::vector<NodeEntry> entries;

    [[nodiscard]] bool isNull() const { return type == NodeType::Null; }
    [[nodiscard]] bool isMap() const { return type == NodeType::Map; }
    [[nodiscard]] bool isList() const { return type == NodeType::List; }
    [[nodiscard]] bool isString() const { return type == NodeType::String; }

    /// The value of `key`; null when this is no map or has no such key.
    [[nodiscard]] const Node* find(std::string_view key) const;
};

struct NodeEntry {
    std::string key;
    Position position;
    Node value;
};

/// Reads one map of a tree with strict types: no conversion between text, numbers and booleans, no unknown
/// keys.
///
///     SectionReader section(node, "include", problems);
///     section.read("match_type", matchType);
///     section.finish();
///
/// A key that is absent or null leaves the variable as it was. Values are checked as they are read; finish()
/// reports the keys that nobody asked for.
class SectionReader {
public:
    /// `path` is the key of the map itself, in front of the keys of its problems. A null node is an empty
    /// map.
    SectionReader(const Node& node, std::string path, Problems& problems);

    /// The value of `key`. Null when it is absent or null.
    const Node* find(std::string_view key);

    bool read(std::string_view key, std::string& into); ///< True when a valid value was there; so below.
    bool read(std::string_view key, bool& into);
    bool read(std::string_view key, double& into);
    bool read(std::string_view key, std::int64_t& into,
        std::int64_t min = std::numeric_limits<std::int64_t>::min(),
        std::int64_t max = std::numeric_limits<std::int64_t>::max());
    bool read(std::string_view key, Nanos& into);
    /// A list of texts; a text is split at its commas.
    bool read(std::string_view key, std::vector<std::string>& into);

    /// The list under `key`; null (with a problem when it is something else) unless it is a list.
    const Node* list(std::string_view key);
    /// The map under `key`; null (with a problem when it is something else) unless it is a map.
    const Node* map(std::string_view key);
    [[nodiscard]] bool isPresent(std::string_view key) const; ///< The key is written, whatever its value.

    /// A problem of the value of `key` (of the whole when empty).
    void report(std::string_view key, std::string text);
    /// `path` of a member: "include.services".
    [[nodiscard]] std::string pathOf(std::string_view key) const;
    [[nodiscard]] const Node& node() const { return m_node; }
    [[nodiscard]] Problems& problems() { return m_problems; }

    /// Reports unknown keys.
    void finish();

private:
    bool refuse(std::string_view key, const Node& value, std::string_view expected);

    const Node& m_node;
    std::string m_path;
    Problems& m_problems;
    std::vector<std::string> m_known;
};

/// Go's duration text: "1.5s", "2h45m", "-3ms", "0". Nothing for anything else.
std::optional<Nanos> parseDuration(std::string_view text);

} // namespace sluice::config
