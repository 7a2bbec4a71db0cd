#include "core/ottl/nodes.h"

#include "core/ottl/conversion.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace sluice::ottl {

namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;

// Integers wrap around, as the collector's do.

std::int64_t wrapped(std::uint64_t number)
{
    return static_cast<std::int64_t>(number);
}

std::int64_t plus(std::int64_t a, std::int64_t b)
{
    return wrapped(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

std::int64_t minus(std::int64_t a, std::int64_t b)
{
    return wrapped(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}

std::int64_t times(std::int64_t a, std::int64_t b)
{
    return wrapped(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
}

Value timePlus(const Value& time, std::int64_t nanos)
{
    const Instant at = time.instant();
    const Instant shift = Instant::fromUnixNano(nanos);
    const std::uint32_t rest = at.nanos + shift.nanos;
    const bool carries = rest >= kNanosPerSecond;
    return Value::ofTime({plus(plus(at.seconds, shift.seconds), carries ? 1 : 0),
                             carries ? rest - static_cast<std::uint32_t>(kNanosPerSecond) : rest},
        time.zone());
}

Result<Value, Error> calculateInts(char operation, std::int64_t a, std::int64_t b)
{
    switch (operation) {
    case '+': return Value::ofInt(plus(a, b));
    case '-': return Value::ofInt(minus(a, b));
    case '*': return Value::ofInt(times(a, b));
    default: break;
    }
    if (b == 0)
        return fail(Error{"division by zero"});
    return Value::ofInt(b == -1 ? minus(0, a) : a / b);
}

Result<Value, Error> calculateDoubles(char operation, double a, double b)
{
    switch (operation) {
    case '+': return Value::ofDouble(a + b);
    case '-': return Value::ofDouble(a - b);
    case '*': return Value::ofDouble(a * b);
    default: break;
    }
    if (b == 0)
        return fail(Error{"division by zero"});
    return Value::ofDouble(a / b);
}

bool isNumber(const Value& value)
{
    return value.is(Kind::Int) || value.is(Kind::Double);
}

double asDouble(const Value& value)
{
    return value.is(Kind::Int) ? static_cast<double>(value.integer()) : value.number();
}

class Literal final : public Expression {
public:
    explicit Literal(const Value& value)
        : m_value(value)
    {
    }
    Result<Value, Error> evaluate(Evaluation&) const override { return m_value; }

private:
    Value m_value;
};

class ListExpression final : public Expression {
public:
    explicit ListExpression(std::vector<ExpressionPtr> items)
        : m_items(std::move(items))
    {
    }

    Result<Value, Error> evaluate(Evaluation& evaluation) const override
    {
        auto* items = evaluation.arena().allocate<Value>(m_items.size());
        for (std::size_t i = 0; i < m_items.size(); ++i) {
            SLUICE_TRY_AS(const Value item, m_items[i]->evaluate(evaluation));
            std::construct_at(items + i, item);
        }
        return Value::ofList({items, m_items.size()});
    }

private:
    std::vector<ExpressionPtr> m_items;
};

class MapExpression final : public Expression {
public:
    MapExpression(std::vector<std::string_view> keys, std::vector<ExpressionPtr> values)
        : m_keys(std::move(keys))
        , m_values(std::move(values))
    {
    }

    Result<Value, Error> evaluate(Evaluation& evaluation) const override
    {
        auto* entries = evaluation.arena().allocate<AnyEntry>(m_keys.size());
        for (std::size_t i = 0; i < m_keys.size(); ++i) {
            SLUICE_TRY_AS(const Value value, m_values[i]->evaluate(evaluation));
            SLUICE_TRY_AS(const AnyValue kept, toTelemetry(value, evaluation.arena()));
            std::construct_at(entries + i, AnyEntry{m_keys[i], kept});
        }
        return Value::ofMap({entries, m_keys.size()});
    }

private:
    std::vector<std::string_view> m_keys;
    std::vector<ExpressionPtr> m_values;
};

class Math final : public Expression {
public:
    Math(std::vector<ExpressionPtr> operands, std::string operators)
        : m_operands(std::move(operands))
        , m_operators(std::move(operators))
    {
    }

    Result<Value, Error> evaluate(Evaluation& evaluation) const override
    {
        SLUICE_TRY_AS(Value result, m_operands[0]->evaluate(evaluation));
        for (std::size_t i = 0; i < m_operators.size(); ++i) {
            SLUICE_TRY_AS(const Value right, m_operands[i + 1]->evaluate(evaluation));
            SLUICE_TRY_AS(result, calculate(m_operators[i], result, right, evaluation));
        }
        return result;
    }

private:
    std::vector<ExpressionPtr> m_operands;
    std::string m_operators;
};

class Signed final : public Expression {
public:
    Signed(ExpressionPtr operand, bool isNegative)
        : m_operand(std::move(operand))
        , m_isNegative(isNegative)
    {
    }

    Result<Value, Error> evaluate(Evaluation& evaluation) const override
    {
        SLUICE_TRY_AS(const Value value, m_operand->evaluate(evaluation));
        if (!isNumber(value))
            return evaluation.error({"a ", nameOf(value.kind()), " has no sign"});
        if (!m_isNegative)
            return value;
        return value.is(Kind::Int) ? Value::ofInt(minus(0, value.integer()))
                                   : Value::ofDouble(-value.number());
    }

private:
    ExpressionPtr m_operand;
    bool m_isNegative;
};

class CallExpression final : public Expression {
public:
    CallExpression(const Function& function, Call call, std::vector<Key> keys)
        : m_function(function)
        , m_call(std::move(call))
        , m_keys(std::move(keys))
    {
    }

    Result<Value, Error> evaluate(Evaluation& evaluation) const override
    {
        if (m_keys.empty())
            return m_function.evaluate(m_call, evaluation);
        SLUICE_TRY_AS(const Value value, m_function.evaluate(m_call, evaluation));
        return indexedResult(value, m_keys, evaluation);
    }

private:
    const Function& m_function;
    Call m_call;
    std::vector<Key> m_keys;
};

class Constant final : public Predicate {
public:
    explicit Constant(bool value)
        : m_value(value)
    {
    }
    Result<bool, Error> test(Evaluation&) const override { return m_value; }
    [[nodiscard]] std::optional<bool> constant() const override { return m_value; }

private:
    bool m_value;
};

class Compared final : public Predicate {
public:
    Compared(Comparison comparison, ExpressionPtr left, ExpressionPtr right)
        : m_comparison(comparison)
        , m_left(std::move(left))
        , m_right(std::move(right))
    {
    }

    Result<bool, Error> test(Evaluation& evaluation) const override
    {
        SLUICE_TRY_AS(const Value left, m_left->evaluate(evaluation));
        SLUICE_TRY_AS(const Value right, m_right->evaluate(evaluation));
        return compare(m_comparison, left, right);
    }

private:
    Comparison m_comparison;
    ExpressionPtr m_left;
    ExpressionPtr m_right;
};

class Not final : public Predicate {
public:
    explicit Not(PredicatePtr part)
        : m_part(std::move(part))
    {
    }

    Result<bool, Error> test(Evaluation& evaluation) const override
    {
        SLUICE_TRY_AS(const bool holds, m_part->test(evaluation));
        return !holds;
    }

private:
    PredicatePtr m_part;
};

/// And, or: the first part that is `decisive` decides.
class Joined final : public Predicate {
public:
    Joined(std::vector<PredicatePtr> parts, bool decisive)
        : m_parts(std::move(parts))
        , m_decisive(decisive)
    {
    }

    Result<bool, Error> test(Evaluation& evaluation) const override
    {
        for (const PredicatePtr& part : m_parts) {
            SLUICE_TRY_AS(const bool holds, part->test(evaluation));
            if (holds == m_decisive)
                return m_decisive;
        }
        return !m_decisive;
    }

private:
    std::vector<PredicatePtr> m_parts;
    bool m_decisive;
};

PredicatePtr makeJoined(std::vector<PredicatePtr> parts, bool decisive)
{
    const auto decides = [decisive](const PredicatePtr& part) { return part->constant() == decisive; };
    if (std::ranges::any_of(parts, decides))
        return makeConstant(decisive);
    std::erase_if(parts, [](const PredicatePtr& part) { return part->constant().has_value(); });
    if (parts.empty())
        return makeConstant(!decisive);
    if (parts.size() == 1)
        return std::move(parts[0]);
    return std::make_unique<Joined>(std::move(parts), decisive);
}

class Test final : public Predicate {
public:
    explicit Test(ExpressionPtr converter)
        : m_converter(std::move(converter))
    {
    }

    Result<bool, Error> test(Evaluation& evaluation) const override
    {
        SLUICE_TRY_AS(const Value value, m_converter->evaluate(evaluation));
        if (!value.is(Kind::Bool))
            return evaluation.error({"the converter gives a ", nameOf(value.kind()), ", not a bool"});
        return value.boolean();
    }

private:
    ExpressionPtr m_converter;
};

} // namespace

Result<Value, Error> calculate(char operation, const Value& left, const Value& right, Evaluation& evaluation)
{
    if (left.is(Kind::Int) && right.is(Kind::Int))
        return calculateInts(operation, left.integer(), right.integer());
    if (isNumber(left) && isNumber(right))
        return calculateDoubles(operation, asDouble(left), asDouble(right));
    if (operation == '+') {
        if (left.is(Kind::Time) && right.is(Kind::Duration))
            return timePlus(left, right.integer());
        if (left.is(Kind::Duration) && right.is(Kind::Time))
            return timePlus(right, left.integer());
        if (left.is(Kind::Duration) && right.is(Kind::Duration))
            return Value::ofDuration(plus(left.integer(), right.integer()));
    } else if (operation == '-') {
        if (left.is(Kind::Time) && right.is(Kind::Time)) {
            const std::int64_t seconds = minus(left.instant().seconds, right.instant().seconds);
            return Value::ofDuration(plus(times(seconds, kNanosPerSecond),
                static_cast<std::int64_t>(left.instant().nanos)
                    - static_cast<std::int64_t>(right.instant().nanos)));
        }
        if (left.is(Kind::Time) && right.is(Kind::Duration))
            return timePlus(left, minus(0, right.integer()));
        if (left.is(Kind::Duration) && right.is(Kind::Duration))
            return Value::ofDuration(minus(left.integer(), right.integer()));
    }
    return evaluation.error({"a ", nameOf(left.kind()), " and a ", nameOf(right.kind()),
        " cannot be calculated with `", std::string_view(&operation, 1), "`"});
}

ExpressionPtr makeLiteral(const Value& value)
{
    return std::make_unique<Literal>(value);
}

ExpressionPtr makeList(std::vector<ExpressionPtr> items)
{
    return std::make_unique<ListExpression>(std::move(items));
}

ExpressionPtr makeMap(std::vector<std::string_view> keys, std::vector<ExpressionPtr> values)
{
    return std::make_unique<MapExpression>(std::move(keys), std::move(values));
}

ExpressionPtr makeMath(std::vector<ExpressionPtr> operands, std::string operators)
{
    return std::make_unique<Math>(std::move(operands), std::move(operators));
}

ExpressionPtr makeSigned(ExpressionPtr operand, bool isNegative)
{
    return std::make_unique<Signed>(std::move(operand), isNegative);
}

ExpressionPtr makeCall(const Function& function, Call call, std::vector<Key> keys)
{
    return std::make_unique<CallExpression>(function, std::move(call), std::move(keys));
}

PredicatePtr makeConstant(bool value)
{
    return std::make_unique<Constant>(value);
}

PredicatePtr makeComparison(Comparison comparison, ExpressionPtr left, ExpressionPtr right)
{
    return std::make_unique<Compared>(comparison, std::move(left), std::move(right));
}

PredicatePtr makeNot(PredicatePtr part)
{
    if (const auto constant = part->constant())
        return makeConstant(!*constant);
    return std::make_unique<Not>(std::move(part));
}

PredicatePtr makeAnd(std::vector<PredicatePtr> parts)
{
    return makeJoined(std::move(parts), false);
}

PredicatePtr makeOr(std::vector<PredicatePtr> parts)
{
    return makeJoined(std::move(parts), true);
}

PredicatePtr makeTest(ExpressionPtr converter)
{
    return std::make_unique<Test>(std::move(converter));
}

} // namespace sluice::ottl
