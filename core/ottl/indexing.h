#pragma once

// Keys behind a path or a converter: read and written. Source: spec/ottl.md section 2.2.

#include "core/base/result.h"
#include "core/ottl/error.h"
#include "core/ottl/evaluation.h"
#include "core/ottl/expression.h"
#include "core/ottl/value.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace sluice::ottl {

/// One `[…]`. Literals are known beforehand; their texts live with the rule.
struct Key {
    std::unique_ptr<Expression> expression; ///< Null for a literal.
    Value literal;

    [[nodiscard]] Result<Value, Error> evaluate(Evaluation& evaluation) const
    {
        return expression != nullptr ? expression->evaluate(evaluation) : Result<Value, Error>(literal);
    }
    [[nodiscard]] bool isLiteralText() const { return expression == nullptr && literal.is(Kind::String); }
};
using Keys = std::span<const Key>;

/// Reads on from an element of telemetry. An absent key of a map is nil.
Result<Value, Error> indexed(const AnyValue& value, Keys keys, Evaluation& evaluation);
/// Reads on from what a converter gave. An absent key of a map is an error.
Result<Value, Error> indexedResult(Value value, Keys keys, Evaluation& evaluation);

/// What stands in a place after a value was assigned to it, or to something below it. With an error, what was
/// made on the way stays.
struct Assigned {
    AnyValue value;
    std::optional<Error> error;
};
Assigned assigned(const AnyValue& current, Keys keys, const Value& value, Evaluation& evaluation);

/// Assigns below a list; there is at least one key.
Result<void, Error> assign(AttributeList& list, Keys keys, const Value& value, Evaluation& evaluation);
/// Replaces all of a list by a map.
Result<void, Error> assignAll(AttributeList& list, const Value& value, Evaluation& evaluation);

} // namespace sluice::ottl
