#include "core/ottl/function.h"

#include "core/ottl/conversion.h"
#include "core/ottl/expression.h"

#include <utility>

namespace sluice::ottl {

namespace {

std::string_view nameOf(ParameterKind kind)
{
    switch (kind) {
    case ParameterKind::Any: return "any";
    case ParameterKind::Path: return "path";
    case ParameterKind::MapPath: return "map path";
    case ParameterKind::ListPath: return "list path";
    case ParameterKind::String:
    case ParameterKind::StringLike:
    case ParameterKind::LiteralString: return "string";
    case ParameterKind::Int:
    case ParameterKind::IntLike:
    case ParameterKind::LiteralInt: return "int";
    case ParameterKind::Double:
    case ParameterKind::DoubleLike:
    case ParameterKind::LiteralDouble: return "double";
    case ParameterKind::Bool:
    case ParameterKind::BoolLike:
    case ParameterKind::LiteralBool: return "bool";
    case ParameterKind::BytesLike: return "bytes";
    case ParameterKind::Time: return "time";
    case ParameterKind::Duration: return "duration";
    case ParameterKind::Map: return "map";
    case ParameterKind::List: return "list";
    case ParameterKind::Function: return "function";
    }
    return "any";
}

tl::unexpected<Error> typeError(std::string_view wanted, const Value& value, Evaluation& evaluation)
{
    return evaluation.error(
        {"expected a ", wanted, ", got ", value.isNil() ? "" : "a ", nameOf(value.kind())});
}

} // namespace

Argument::Argument() = default;
Argument::Argument(Argument&&) noexcept = default;
Argument& Argument::operator=(Argument&&) noexcept = default;
Argument::~Argument() = default;

Result<Value, Error> Argument::value(Evaluation& evaluation) const
{
    return m_expression != nullptr ? m_expression->evaluate(evaluation) : Result<Value, Error>(m_literal);
}

Result<std::string_view, Error> Argument::string(Evaluation& evaluation) const
{
    SLUICE_TRY_AS(const Value result, value(evaluation));
    if (!result.is(Kind::String))
        return typeError("string", result, evaluation);
    return result.text();
}

Result<std::int64_t, Error> Argument::integer(Evaluation& evaluation) const
{
    SLUICE_TRY_AS(const Value result, value(evaluation));
    if (!result.is(Kind::Int))
        return typeError("int", result, evaluation);
    return result.integer();
}

Result<double, Error> Argument::number(Evaluation& evaluation) const
{
    SLUICE_TRY_AS(const Value result, value(evaluation));
    if (!result.is(Kind::Double))
        return typeError("double", result, evaluation);
    return result.number();
}

Result<bool, Error> Argument::boolean(Evaluation& evaluation) const
{
    SLUICE_TRY_AS(const Value result, value(evaluation));
    if (!result.is(Kind::Bool))
        return typeError("bool", result, evaluation);
    return result.boolean();
}

Result<Value, Error> Argument::time(Evaluation& evaluation) const
{
    SLUICE_TRY_AS(const Value result, value(evaluation));
    if (!result.is(Kind::Time))
        return typeError("time", result, evaluation);
    return result;
}

Result<std::int64_t, Error> Argument::duration(Evaluation& evaluation) const
{
    SLUICE_TRY_AS(const Value result, value(evaluation));
    if (!result.is(Kind::Duration))
        return typeError("duration", result, evaluation);
    return result.integer();
}

Result<MapView, Error> Argument::map(Evaluation& evaluation) const
{
    SLUICE_TRY_AS(const Value result, value(evaluation));
    if (!result.is(Kind::Map))
        return typeError("map", result, evaluation);
    return result.map();
}

Result<Value, Error> Argument::list(Evaluation& evaluation) const
{
    SLUICE_TRY_AS(const Value result, value(evaluation));
    if (!result.isList())
        return typeError("list", result, evaluation);
    return result;
}

Result<std::optional<std::string_view>, Error> Argument::stringLike(Evaluation& evaluation) const
{
    SLUICE_TRY_AS(const Value result, value(evaluation));
    return toStringLike(result, evaluation.arena());
}

Result<std::optional<std::int64_t>, Error> Argument::intLike(Evaluation& evaluation) const
{
    SLUICE_TRY_AS(const Value result, value(evaluation));
    return toIntLike(result, evaluation.arena());
}

Result<std::optional<double>, Error> Argument::doubleLike(Evaluation& evaluation) const
{
    SLUICE_TRY_AS(const Value result, value(evaluation));
    return toDoubleLike(result, evaluation.arena());
}

Result<std::optional<bool>, Error> Argument::boolLike(Evaluation& evaluation) const
{
    SLUICE_TRY_AS(const Value result, value(evaluation));
    return toBoolLike(result, evaluation.arena());
}

Result<std::optional<std::string_view>, Error> Argument::bytesLike(Evaluation& evaluation) const
{
    SLUICE_TRY_AS(const Value result, value(evaluation));
    return toBytesLike(result, evaluation.arena());
}

std::string signatureOf(const Function& function)
{
    std::string text(function.name);
    text += '(';
    bool isFirst = true;
    for (const Parameter& parameter : function.parameters) {
        if (!isFirst)
            text += ", ";
        isFirst = false;
        text += parameter.name;
        text += ": ";
        if (parameter.isList)
            text += '[';
        text += nameOf(parameter.kind);
        if (parameter.isList)
            text += ']';
        if (parameter.isOptional)
            text += '?';
        if (!parameter.byDefault.empty()) {
            text += " = ";
            text += parameter.byDefault;
        }
    }
    text += ')';
    if (!function.result.empty()) {
        text += " -> ";
        text += function.result;
    }
    return text;
}

/// A call whose only argument is a text that has been evaluated already.
class SingleCall {
public:
    explicit SingleCall(std::string_view text)
    {
        Argument argument;
        argument.m_isGiven = true;
        argument.m_isLiteral = true;
        argument.m_literal = Value::ofString(text);
        m_call.m_arguments.push_back(std::move(argument));
    }

    void takeState(std::unique_ptr<const CallState> state) { m_call.m_state = std::move(state); }
    [[nodiscard]] const Call& call() const { return m_call; }

private:
    Call m_call;
};

Result<Value, Error> callWithText(const Function& function, std::string_view text, Evaluation& evaluation)
{
    if (function.parameters.size() != 1 || function.parameters[0].kind != ParameterKind::String
        || function.parameters[0].isList)
        return evaluation.error({function.name, " does not have exactly one parameter of type string"});
    SingleCall single(text);
    if (function.prepare != nullptr) {
        auto state = function.prepare(single.call());
        if (!state)
            return evaluation.error({state.error()});
        single.takeState(*std::move(state));
    }
    return function.evaluate(single.call(), evaluation);
}

} // namespace sluice::ottl
