#pragma once

// What rules are compiled to, beside paths. Source: spec/ottl.md sections 2.5 and 2.6.

#include "core/ottl/comparison.h"
#include "core/ottl/expression.h"
#include "core/ottl/function.h"
#include "core/ottl/indexing.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::ottl {

class Predicate {
public:
    Predicate() = default;
    Predicate(const Predicate&) = delete;
    Predicate& operator=(const Predicate&) = delete;
    virtual ~Predicate() = default;

    virtual Result<bool, Error> test(Evaluation& evaluation) const = 0;
    /// When it does not depend on the record.
    [[nodiscard]] virtual std::optional<bool> constant() const { return std::nullopt; }
};

using ExpressionPtr = std::unique_ptr<Expression>;
using PredicatePtr = std::unique_ptr<Predicate>;

ExpressionPtr makeLiteral(const Value& value);
ExpressionPtr makeList(std::vector<ExpressionPtr> items);
/// The keys live with the rule.
ExpressionPtr makeMap(std::vector<std::string_view> keys, std::vector<ExpressionPtr> values);
/// `operators` stand between the operands; evaluated from left to right.
ExpressionPtr makeMath(std::vector<ExpressionPtr> operands, std::string operators);
ExpressionPtr makeSigned(ExpressionPtr operand, bool isNegative);
ExpressionPtr makeCall(const Function& function, Call call, std::vector<Key> keys);

PredicatePtr makeConstant(bool value);
PredicatePtr makeComparison(Comparison comparison, ExpressionPtr left, ExpressionPtr right);
PredicatePtr makeNot(PredicatePtr part);
/// A constant when one of the parts decides it by itself.
PredicatePtr makeAnd(std::vector<PredicatePtr> parts);
PredicatePtr makeOr(std::vector<PredicatePtr> parts);
/// Of a converter, whose value has to be a bool.
PredicatePtr makeTest(ExpressionPtr converter);

Result<Value, Error> calculate(char operation, const Value& left, const Value& right, Evaluation& evaluation);

} // namespace sluice::ottl
