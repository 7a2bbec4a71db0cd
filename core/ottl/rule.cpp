#include "core/ottl/rule.h"

#include "core/ottl/functions/all_functions.h"
#include "core/ottl/path.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace sluice::ottl {

namespace {

template <class Rule>
Result<std::vector<Rule>, std::vector<Problem>> parseAll(
    std::span<const std::string> texts, const RuleOptions& options)
{
    std::vector<Rule> rules;
    std::vector<Problem> problems;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        auto rule = Rule::parse(texts[i], options);
        if (rule)
            rules.push_back(*std::move(rule));
        else
            problems.push_back({i, std::move(rule).error()});
    }
    if (!problems.empty())
        return fail(std::move(problems));
    return rules;
}

/// The names that a group of texts uses.
struct Names {
    std::set<Context> contexts;
    std::set<std::string> functions;
    std::set<std::string> enums;

    void collect(const Node& node)
    {
        switch (node.kind) {
        case NodeKind::Path:
            if (const auto context = writtenContext(node))
                contexts.insert(*context);
            break;
        case NodeKind::Call: functions.insert(node.text); break;
        case NodeKind::Enum:
        case NodeKind::FunctionName: enums.insert(node.text); break;
        default: break;
        }
        for (const Node& child : node.children)
            collect(child);
        for (const Node& key : node.keys)
            collect(key);
        for (const PathSegment& segment : node.segments) {
            for (const Node& key : segment.keys)
                collect(key);
        }
    }

    /// Whether a rule of this context knows all of them. A bare word may be a function or an enum.
    [[nodiscard]] bool areKnown(Context context, FunctionSets sets) const
    {
        const auto isFunction
            = [&](const std::string& name) { return findFunction(name, sets, context) != nullptr; };
        return std::ranges::all_of(functions, isFunction)
            && std::ranges::all_of(enums, [&](const std::string& name) {
                   return enumNamed(context, name).has_value() || isFunction(name);
               });
    }
};

// The first wins.
constexpr std::array kPriority = {Context::Log, Context::Exemplar, Context::DataPoint, Context::Metric,
    Context::SpanEvent, Context::Span, Context::Scope, Context::Resource};

} // namespace

std::optional<ErrorMode> errorModeNamed(std::string_view name)
{
    if (name == "ignore")
        return ErrorMode::Ignore;
    if (name == "silent")
        return ErrorMode::Silent;
    return name == "propagate" ? std::optional(ErrorMode::Propagate) : std::nullopt;
}

Result<Condition, ParseError> Condition::parse(std::string_view text, const RuleOptions& options)
{
    SLUICE_TRY_AS(const Node syntax, parseConditionSyntax(text));
    Condition condition;
    condition.m_text = text;
    Binder binder(options, condition.m_literals);
    SLUICE_TRY_AS(condition.m_predicate, binder.predicate(syntax));
    condition.m_attributeUses = binder.attributeUses();
    return condition;
}

Result<Statement, ParseError> Statement::parse(std::string_view text, const RuleOptions& options)
{
    SLUICE_TRY_AS(const StatementSyntax syntax, parseStatementSyntax(text));
    Statement statement;
    statement.m_text = text;
    Binder binder(options, statement.m_literals);
    SLUICE_TRY_AS(statement.m_editor, binder.editor(syntax.editor));
    if (syntax.hasCondition) {
        SLUICE_TRY_AS(statement.m_condition, binder.predicate(syntax.condition));
    }
    statement.m_attributeUses = binder.attributeUses();
    return statement;
}

Result<ValueExpression, ParseError> ValueExpression::parse(std::string_view text, const RuleOptions& options)
{
    SLUICE_TRY_AS(const Node syntax, parseValueSyntax(text));
    ValueExpression value;
    Binder binder(options, value.m_literals);
    SLUICE_TRY_AS(value.m_value, binder.value(syntax));
    return value;
}

Result<ConditionSequence, std::vector<Problem>> ConditionSequence::parse(
    std::span<const std::string> texts, const RuleOptions& options, ErrorMode errorMode)
{
    ConditionSequence sequence;
    SLUICE_TRY_AS(sequence.m_conditions, parseAll<Condition>(texts, options));
    sequence.m_errorMode = errorMode;
    std::size_t uses = 0;
    for (const Condition& condition : sequence.m_conditions)
        uses += condition.attributeUses();
    sequence.m_readsLists = uses > 1;
    return sequence;
}

ConditionOutcome ConditionSequence::test(Evaluation& evaluation) const
{
    ConditionOutcome outcome;
    evaluation.setReadsLists(m_readsLists);
    for (std::size_t i = 0; i < m_conditions.size(); ++i) {
        const auto holds = m_conditions[i].test(evaluation);
        if (holds) [[likely]] {
            if (*holds) {
                outcome.matched = i;
                break;
            }
            continue;
        }
        if (!outcome.failure)
            outcome.failure = Failure{i, holds.error()};
        if (m_errorMode == ErrorMode::Propagate) {
            outcome.failure = Failure{i, holds.error()};
            outcome.isPropagated = true;
            break;
        }
    }
    return outcome;
}

Result<StatementSequence, std::vector<Problem>> StatementSequence::parse(
    std::span<const std::string> texts, const RuleOptions& options, ErrorMode errorMode)
{
    StatementSequence sequence;
    SLUICE_TRY_AS(sequence.m_statements, parseAll<Statement>(texts, options));
    sequence.m_errorMode = errorMode;
    return sequence;
}

StatementOutcome StatementSequence::execute(Evaluation& evaluation) const
{
    StatementOutcome outcome;
    evaluation.setReadsLists(true);
    for (std::size_t i = 0; i < m_statements.size(); ++i) {
        const auto executed = m_statements[i].execute(evaluation);
        if (executed) [[likely]] {
            outcome.executed += *executed ? 1U : 0U;
            continue;
        }
        if (!outcome.failure)
            outcome.failure = Failure{i, executed.error()};
        if (m_errorMode == ErrorMode::Propagate) {
            outcome.isPropagated = true;
            break;
        }
    }
    return outcome;
}

Result<Context, Problem> inferContext(std::span<const std::string> statements,
    std::span<const std::string> conditions, FunctionSets sets, std::span<const Context> contexts)
{
    Names names;
    for (std::size_t i = 0; i < statements.size(); ++i) {
        auto syntax = parseStatementSyntax(statements[i]);
        if (!syntax)
            return fail(Problem{i, std::move(syntax).error()});
        names.collect(syntax->editor);
        names.collect(syntax->condition);
    }
    for (std::size_t i = 0; i < conditions.size(); ++i) {
        auto syntax = parseConditionSyntax(conditions[i]);
        if (!syntax)
            return fail(Problem{statements.size() + i, std::move(syntax).error()});
        names.collect(*syntax);
    }
    const auto isHosted
        = [&](Context context) { return std::ranges::find(contexts, context) != contexts.end(); };
    const auto candidate
        = std::ranges::find_if(kPriority, [&](Context context) { return names.contexts.contains(context); });
    if (candidate == kPriority.end()) {
        return fail(Problem{0,
            {"it cannot be told what this is about: begin a path with its context, as in `span.name`", 0,
                0}});
    }
    if (isHosted(*candidate) && names.areKnown(*candidate, sets))
        return *candidate;
    for (const Context lower : kPriority) {
        if (lower != *candidate && isHosted(lower) && contains(visibleFrom(lower), *candidate)
            && names.areKnown(lower, sets))
            return lower;
    }
    if (!isHosted(*candidate))
        return fail(Problem{0, {"`" + std::string(nameOf(*candidate)) + "` does not exist here", 0, 0}});
    return fail(Problem{
        0, {"no context knows all of these functions and enums: divide the statements into groups", 0, 0}});
}

} // namespace sluice::ottl
