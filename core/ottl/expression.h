#pragma once

#include "core/base/result.h"
#include "core/ottl/error.h"
#include "core/ottl/evaluation.h"
#include "core/ottl/value.h"

namespace sluice::ottl {

/// A compiled part of a rule that has a value. Immutable; one object may be evaluated by several threads,
/// each with its own Evaluation.
class Expression {
public:
    Expression() = default;
    Expression(const Expression&) = delete;
    Expression& operator=(const Expression&) = delete;
    virtual ~Expression() = default;

    virtual Result<Value, Error> evaluate(Evaluation& evaluation) const = 0;
};

/// A path that may be set.
class Target : public Expression {
public:
    /// Stores a value as sections 2.2 and 3 say: what does not fit is an error. Nil stays without effect.
    virtual Result<void, Error> store(const Value& value, Evaluation& evaluation) const = 0;

    /// The attribute list that the path means as a whole, to be edited in place; null for any other path.
    /// Whoever edits it calls noteChange().
    virtual AttributeList* list(Evaluation&) const { return nullptr; }
    virtual void noteChange(Evaluation&) const { }
};

} // namespace sluice::ottl
