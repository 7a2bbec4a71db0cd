#pragma once

// What a rule's text says, before it is known what its names mean. Source: spec/ottl.md section 1.2.

#include "core/base/result.h"
#include "core/ottl/comparison.h"
#include "core/ottl/error.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::ottl {

enum class NodeKind : std::uint8_t {
    Nil,
    Bool,
    Int,
    Double,
    String,
    Bytes,
    Enum, ///< One upper-case word: an enum, or as an argument the name of a function.
    FunctionName,
    Path,
    Call, ///< Of a converter or an editor: `name`, `arguments`, `keys`.
    Math, ///< `children` joined by `operators`, from left to right; times and divided bind tighter already.
    Negated, ///< Minus `children[0]`.
    Posited, ///< Plus `children[0]`.
    List,
    Map, ///< `children` by `names`.
    Compared, ///< children[0] `comparison` children[1].
    And,
    Or,
    Not,
};

struct Node;

struct PathSegment {
    std::string name;
    std::size_t begin = 0;
    std::size_t end = 0;
    std::vector<Node> keys;
};

struct Node {
    NodeKind kind = NodeKind::Nil;
    std::size_t begin = 0; ///< Its part of the text.
    std::size_t end = 0;
    std::string text; ///< String, Bytes: the value. Enum, FunctionName, Call: the name.
    std::int64_t integer = 0;
    double number = 0;
    bool boolean = false;
    Comparison comparison = Comparison::Equal;
    std::size_t nameEnd = 0; ///< Call: where its name ends.
    std::vector<Node> children; ///< Of a call: its arguments.
    std::vector<std::string> names; ///< Call: by argument, empty when it has none. Map: keys.
    std::string operators; ///< Math: `+`, `-`, `*`, `/` between the children.
    std::vector<Node> keys; ///< Call.
    std::vector<PathSegment> segments; ///< Path.
};

struct StatementSyntax {
    Node editor;
    bool hasCondition = false;
    Node condition;
};

// Text into syntax. What nests more than about a hundred deep is refused.
Result<StatementSyntax, ParseError> parseStatementSyntax(std::string_view text);
Result<Node, ParseError> parseConditionSyntax(std::string_view text);
Result<Node, ParseError> parseValueSyntax(std::string_view text);

} // namespace sluice::ottl
