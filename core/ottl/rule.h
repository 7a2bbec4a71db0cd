#pragma once

// Rules, compiled. How a host uses them:
//
//     SLUICE_TRY_AS(auto conditions, ConditionSequence::parse(texts, {.context = Context::Span},
//     ErrorMode::Ignore)); … Evaluation evaluation(batch.arena(), now);      // once per request for
//     (std::uint32_t i = 0; i < batch.size(); ++i) {
//         const Item item = Item::ofRecord(batch, i);
//         evaluation.begin(item);                      // an empty cache, no changes
//         const ConditionOutcome outcome = conditions.test(evaluation);
//         if (outcome.matched) verdicts.drop(batch, i, *outcome.matched);
//     }
//
// Statements change the batch themselves; evaluation.changes() says of which contexts the item was changed.
// What is compiled is immutable and may be used by several threads at once. No text makes parsing or
// evaluating crash or hang.
//
// Source: spec/ottl.md sections 1.5, 1.6, 5.1 and 5.2.

#include "core/ottl/binder.h"
#include "core/ottl/item.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::ottl {

/// What an error in one statement or condition does. The names are the collector's.
enum class ErrorMode : std::uint8_t {
    Ignore, ///< The next one has its turn; hosts count it.
    Silent, ///< The same, without a word.
    Propagate, ///< The rest is not evaluated.
};
/// "ignore", "silent", "propagate"; nothing for another word.
std::optional<ErrorMode> errorModeNamed(std::string_view name);

class Condition {
public:
    static Result<Condition, ParseError> parse(std::string_view text, const RuleOptions& options);
    Condition(Condition&&) noexcept = default;
    Condition& operator=(Condition&&) noexcept = default;

    [[nodiscard]] Result<bool, Error> test(Evaluation& evaluation) const
    {
        return m_predicate->test(evaluation);
    }
    [[nodiscard]] const std::string& text() const { return m_text; }
    [[nodiscard]] std::size_t attributeUses() const { return m_attributeUses; }

private:
    Condition() = default;

    std::string m_text;
    Arena m_literals{256};
    PredicatePtr m_predicate;
    std::size_t m_attributeUses = 0;
};

class Statement {
public:
    static Result<Statement, ParseError> parse(std::string_view text, const RuleOptions& options);
    Statement(Statement&&) noexcept = default;
    Statement& operator=(Statement&&) noexcept = default;

    /// False when its condition does not hold, so that nothing was done.
    Result<bool, Error> execute(Evaluation& evaluation) const
    {
        if (m_condition != nullptr) {
            SLUICE_TRY_AS(const bool holds, m_condition->test(evaluation));
            if (!holds)
                return false;
        }
        SLUICE_TRY(m_editor->evaluate(evaluation));
        return true;
    }
    [[nodiscard]] const std::string& text() const { return m_text; }
    [[nodiscard]] std::size_t attributeUses() const { return m_attributeUses; }

private:
    Statement() = default;

    std::string m_text;
    Arena m_literals{256};
    ExpressionPtr m_editor;
    PredicatePtr m_condition; ///< Null: always.
    std::size_t m_attributeUses = 0;
};

class ValueExpression {
public:
    static Result<ValueExpression, ParseError> parse(std::string_view text, const RuleOptions& options);
    ValueExpression(ValueExpression&&) noexcept = default;
    ValueExpression& operator=(ValueExpression&&) noexcept = default;

    Result<Value, Error> evaluate(Evaluation& evaluation) const { return m_value->evaluate(evaluation); }

private:
    ValueExpression() = default;

    Arena m_literals{256};
    ExpressionPtr m_value;
};

/// What is wrong in one text of several.
struct Problem {
    std::size_t index = 0;
    ParseError error;
};

/// An evaluation that failed.
struct Failure {
    std::size_t index = 0;
    Error error;
};

struct ConditionOutcome {
    std::optional<std::size_t> matched; ///< The first condition that holds.
    std::optional<Failure> failure; ///< The first that failed before.
    bool isPropagated = false; ///< The failure ended the evaluation.
};

/// Conditions of which one has to hold.
class ConditionSequence {
public:
    static Result<ConditionSequence, std::vector<Problem>> parse(
        std::span<const std::string> texts, const RuleOptions& options, ErrorMode errorMode);

    [[nodiscard]] ConditionOutcome test(Evaluation& evaluation) const;
    [[nodiscard]] bool isEmpty() const { return m_conditions.empty(); }
    [[nodiscard]] const std::vector<Condition>& conditions() const { return m_conditions; }
    [[nodiscard]] ErrorMode errorMode() const { return m_errorMode; }

private:
    ConditionSequence() = default;

    std::vector<Condition> m_conditions;
    ErrorMode m_errorMode = ErrorMode::Ignore;
    bool m_readsLists = false;
};

struct StatementOutcome {
    std::size_t executed = 0; ///< How many statements did something, or would have.
    std::optional<Failure> failure; ///< The first.
    bool isPropagated = false;
};

/// Statements one after the other.
class StatementSequence {
public:
    static Result<StatementSequence, std::vector<Problem>> parse(
        std::span<const std::string> texts, const RuleOptions& options, ErrorMode errorMode);

    StatementOutcome execute(Evaluation& evaluation) const;
    [[nodiscard]] const std::vector<Statement>& statements() const { return m_statements; }
    [[nodiscard]] ErrorMode errorMode() const { return m_errorMode; }

private:
    StatementSequence() = default;

    std::vector<Statement> m_statements;
    ErrorMode m_errorMode = ErrorMode::Ignore;
};

/// The context that a group of texts is about when nobody says so: section 1.6. `contexts`: those that the
/// host evaluates over. The texts must then be parsed in that context, with PathMode::ContextName.
Result<Context, Problem> inferContext(std::span<const std::string> statements,
    std::span<const std::string> conditions, FunctionSets sets, std::span<const Context> contexts);

} // namespace sluice::ottl
