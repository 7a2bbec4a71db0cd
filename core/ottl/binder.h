#pragma once

#include "core/base/arena.h"
#include "core/base/result.h"
#include "core/ottl/context.h"
#include "core/ottl/error.h"
#include "core/ottl/function.h"
#include "core/ottl/nodes.h"
#include "core/ottl/syntax.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::ottl {

/// What a rule may say, and about what.
struct RuleOptions {
    Context context = Context::Span;
    PathMode mode = PathMode::AutoPrefix;
    FunctionSets sets = FunctionSet::Standard | FunctionSet::Traces;
};

/// Finds out what the names of a rule mean, checks types and counts, and compiles. Literals go into an arena
/// that lives as long as what is compiled.
class Binder {
public:
    Binder(const RuleOptions& options, Arena& literals)
        : m_options(options)
        , m_literals(literals)
    {
    }

    Result<ExpressionPtr, ParseError> value(const Node& node);
    Result<PredicatePtr, ParseError> predicate(const Node& node);
    /// The call of an editor.
    Result<ExpressionPtr, ParseError> editor(const Node& node);

    /// Of what was compiled: how often attributes of the record itself are asked for.
    [[nodiscard]] std::size_t attributeUses() const { return m_attributeUses; }

private:
    struct Bound {
        ExpressionPtr expression;
        bool isLiteral = false;
        Value literal; ///< When it is one; `expression` gives the same.
    };

    Result<Bound, ParseError> bind(const Node& node);
    Bound literal(const Value& value);
    Result<Bound, ParseError> bindList(const Node& node);
    Result<Bound, ParseError> bindMap(const Node& node);
    Result<ExpressionPtr, ParseError> bindCall(const Node& node);
    Result<std::unique_ptr<Target>, ParseError> target(const Node& node);
    Result<Key, ParseError> key(const Node& node);

    Result<const Function*, ParseError> functionNamed(const Node& node, std::string_view name) const;
    Result<Call, ParseError> call(const Function& function, const Node& node);
    Result<std::size_t, ParseError> placeOf(
        const Function& function, const Node& node, std::size_t argument, bool& hadNamed) const;
    Result<Argument, ParseError> argument(const Parameter& parameter, const Node& node);
    Result<Argument, ParseError> pathArgument(const Parameter& parameter, const Node& node);
    Result<void, ParseError> checkLiteral(ParameterKind kind, const Node& node, Value& literal);

    RuleOptions m_options;
    Arena& m_literals;
    std::size_t m_attributeUses = 0;
};

} // namespace sluice::ottl
