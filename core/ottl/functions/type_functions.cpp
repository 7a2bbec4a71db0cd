// Types turned into others, and asked about. Source: spec/ottl.md section 4.4.1.

#include "core/ottl/functions/all_functions.h"
#include "core/ottl/functions/go_integer.h"

namespace sluice::ottl {

namespace {

constexpr Parameter kAny[] = {{"target", ParameterKind::Any, false, false, {}}};
constexpr Parameter kBool[] = {{"target", ParameterKind::Bool, false, false, {}}};
constexpr Parameter kBoolLike[] = {{"target", ParameterKind::BoolLike, false, false, {}}};
constexpr Parameter kDouble[] = {{"target", ParameterKind::Double, false, false, {}}};
constexpr Parameter kDoubleLike[] = {{"target", ParameterKind::DoubleLike, false, false, {}}};
constexpr Parameter kInt[] = {{"target", ParameterKind::Int, false, false, {}}};
constexpr Parameter kIntLike[] = {{"target", ParameterKind::IntLike, false, false, {}}};
constexpr Parameter kMap[] = {{"target", ParameterKind::Map, false, false, {}}};
constexpr Parameter kString[] = {{"target", ParameterKind::String, false, false, {}}};
constexpr Parameter kStringLike[] = {{"target", ParameterKind::StringLike, false, false, {}}};
constexpr Parameter kParseInt[] = {
    {"target", ParameterKind::String, false, false, {}},
    {"base", ParameterKind::Int, false, false, {}},
};
constexpr Parameter kCoalesce[] = {{"values", ParameterKind::Any, false, kList, {}}};

template <Kind kind>
Result<Value, Error> isKind(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const Value value, call[0].value(evaluation));
    return Value::ofBool(value.is(kind));
}

bool isOpaqueList(const Value& value)
{
    if (!value.is(Kind::Opaque))
        return false;
    switch (value.opaqueKind()) {
    case OpaqueKind::Events:
    case OpaqueKind::Links:
    case OpaqueKind::NumberPoints:
    case OpaqueKind::HistogramPoints:
    case OpaqueKind::ExponentialPoints:
    case OpaqueKind::SummaryPoints:
    case OpaqueKind::Exemplars:
    case OpaqueKind::QuantileValues: return true;
    case OpaqueKind::Status:
    case OpaqueKind::Buckets:
    case OpaqueKind::Client: return false;
    }
    return false;
}

Result<Value, Error> isList(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const Value value, call[0].value(evaluation));
    return Value::ofBool(value.isList() || isOpaqueList(value));
}

/// Zero, false, nothing inside.
Result<Value, Error> isEmpty(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const Value value, call[0].value(evaluation));
    switch (value.kind()) {
    case Kind::Nil: return Value::ofBool(true);
    case Kind::Bool: return Value::ofBool(!value.boolean());
    case Kind::Int:
    case Kind::Duration: return Value::ofBool(value.integer() == 0);
    case Kind::Double: return Value::ofBool(value.number() == 0);
    case Kind::Time: return Value::ofBool(value.instant() == Instant{});
    case Kind::Map: return Value::ofBool(value.map().size() == 0);
    case Kind::TraceId:
    case Kind::SpanId:
    case Kind::ProfileId:
        return Value::ofBool(value.text().find_first_not_of('\0') == std::string_view::npos);
    default: return Value::ofBool(value.size() == 0);
    }
}

Result<Value, Error> len(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const Value value, call[0].value(evaluation));
    if (value.is(Kind::Map))
        return Value::ofInt(static_cast<std::int64_t>(value.map().size()));
    if (value.is(Kind::String) || value.is(Kind::Bytes) || value.isList() || isOpaqueList(value))
        return Value::ofInt(static_cast<std::int64_t>(value.size()));
    return evaluation.error({"Len() takes a text, a map or a list, not a ", nameOf(value.kind())});
}

Result<Value, Error> toInt(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const auto value, call[0].intLike(evaluation));
    return value ? Value::ofInt(*value) : Value();
}

Result<Value, Error> toDouble(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const auto value, call[0].doubleLike(evaluation));
    return value ? Value::ofDouble(*value) : Value();
}

Result<Value, Error> toText(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const auto value, call[0].stringLike(evaluation));
    return value ? Value::ofString(*value) : Value();
}

Result<Value, Error> toBool(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const auto value, call[0].boolLike(evaluation));
    return value ? Value::ofBool(*value) : Value();
}

Result<Value, Error> parseInt(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const std::string_view text, call[0].string(evaluation));
    SLUICE_TRY_AS(const std::int64_t base, call[1].integer(evaluation));
    if (base < 0 || base == 1 || base > 36)
        return fail(Error{"ParseInt() takes a base of 2 to 36, or 0"});
    const auto number = parseGoInteger(text, static_cast<int>(base));
    if (!number)
        return evaluation.error({"no whole number: \"", text.substr(0, 100), "\""});
    return Value::ofInt(*number);
}

Result<std::unique_ptr<const CallState>, std::string> prepareCoalesce(const Call& call)
{
    if (call[0].items().empty())
        return fail(std::string("Coalesce() needs at least one value to choose from"));
    return nullptr;
}

Result<Value, Error> coalesce(const Call& call, Evaluation& evaluation)
{
    for (const Argument& item : call[0].items()) {
        SLUICE_TRY_AS(const Value value, item.value(evaluation));
        if (!value.isNil())
            return value;
    }
    return Value();
}

constexpr Function kFunctions[] = {
    {.name = "Bool",
        .parameters = kBoolLike,
        .result = "bool",
        .help = "The value as true or false: \"true\", \"1\", any number but 0.",
        .evaluate = toBool},
    {.name = "Coalesce",
        .parameters = kCoalesce,
        .result = "any",
        .help = "The first of the values that is not nil.",
        .prepare = prepareCoalesce,
        .evaluate = coalesce},
    {.name = "Double",
        .parameters = kDoubleLike,
        .result = "double",
        .help = "The value as a number with decimal places.",
        .evaluate = toDouble},
    {.name = "Int",
        .parameters = kIntLike,
        .result = "int",
        .help = "The value as a whole number; nil for a text that is none.",
        .evaluate = toInt},
    {.name = "IsBool",
        .parameters = kBool,
        .result = "bool",
        .help = "Whether the value is true or false, and no other type.",
        .evaluate = isKind<Kind::Bool>},
    {.name = "IsDouble",
        .parameters = kDouble,
        .result = "bool",
        .help = "Whether the value is a number with decimal places.",
        .evaluate = isKind<Kind::Double>},
    {.name = "IsEmpty",
        .parameters = kAny,
        .result = "bool",
        .help = "Whether the value is nil, zero, false, or has nothing in it.",
        .evaluate = isEmpty},
    {.name = "IsInt",
        .parameters = kInt,
        .result = "bool",
        .help = "Whether the value is a whole number.",
        .evaluate = isKind<Kind::Int>},
    {.name = "IsList",
        .parameters = kAny,
        .result = "bool",
        .help = "Whether the value is a list.",
        .evaluate = isList},
    {.name = "IsMap",
        .parameters = kMap,
        .result = "bool",
        .help = "Whether the value is a map.",
        .evaluate = isKind<Kind::Map>},
    {.name = "IsString",
        .parameters = kString,
        .result = "bool",
        .help = "Whether the value is a text.",
        .evaluate = isKind<Kind::String>},
    {.name = "Len",
        .parameters = kAny,
        .result = "int",
        .help = "Bytes of a text, entries of a map, elements of a list.",
        .evaluate = len},
    {.name = "ParseInt",
        .parameters = kParseInt,
        .result = "int",
        .help = "The whole number that a text writes in a base: ParseInt(\"ff\", 16).",
        .evaluate = parseInt},
    {.name = "String",
        .parameters = kStringLike,
        .result = "string",
        .help = "The value as a text; maps and lists as JSON.",
        .evaluate = toText},
};

} // namespace

std::span<const Function> typeFunctions()
{
    return kFunctions;
}

} // namespace sluice::ottl
