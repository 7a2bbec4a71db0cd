#include "core/ottl/binder.h"

#include "core/ottl/conversion.h"
#include "core/ottl/functions/all_functions.h"
#include "core/ottl/path.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>
#include <vector>

namespace sluice::ottl {

namespace {

ParseError about(const Node& node, std::string text)
{
    return {std::move(text), node.begin, node.end};
}

ParseError aboutName(const Node& node, std::string text)
{
    return {std::move(text), node.begin, node.nameEnd != 0 ? node.nameEnd : node.end};
}

/// Snake case to camel case, as the collector does it with the names of arguments.
std::string camel(std::string_view name)
{
    std::string result;
    bool raises = true;
    for (const char c : name) {
        if (c == '_') {
            raises = true;
            continue;
        }
        result += raises ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
        raises = c >= '0' && c <= '9';
    }
    return result;
}

std::size_t requiredCount(const Function& function)
{
    return static_cast<std::size_t>(std::ranges::count(function.parameters, false, &Parameter::isOptional));
}

/// The kind that a literal has to have; nothing for the parameters that take several.
std::optional<Kind> strictKind(ParameterKind kind)
{
    switch (kind) {
    case ParameterKind::String:
    case ParameterKind::LiteralString: return Kind::String;
    case ParameterKind::Int:
    case ParameterKind::LiteralInt: return Kind::Int;
    case ParameterKind::Double:
    case ParameterKind::LiteralDouble: return Kind::Double;
    case ParameterKind::Bool:
    case ParameterKind::LiteralBool: return Kind::Bool;
    case ParameterKind::Time: return Kind::Time;
    case ParameterKind::Duration: return Kind::Duration;
    case ParameterKind::Map: return Kind::Map;
    default: return std::nullopt;
    }
}

bool isLiteralKind(ParameterKind kind)
{
    return kind == ParameterKind::LiteralString || kind == ParameterKind::LiteralInt
        || kind == ParameterKind::LiteralDouble || kind == ParameterKind::LiteralBool;
}

NodeKind literalNode(ParameterKind kind)
{
    switch (kind) {
    case ParameterKind::LiteralString: return NodeKind::String;
    case ParameterKind::LiteralInt: return NodeKind::Int;
    case ParameterKind::LiteralDouble: return NodeKind::Double;
    default: return NodeKind::Bool;
    }
}

std::string_view kindWord(ParameterKind kind)
{
    const auto strict = strictKind(kind);
    return strict ? nameOf(*strict) : "value";
}

bool holdsMap(const Node& list)
{
    return std::ranges::any_of(list.children, [](const Node& item) {
        return item.kind == NodeKind::Map || (item.kind == NodeKind::List && holdsMap(item));
    });
}

} // namespace

Binder::Bound Binder::literal(const Value& value)
{
    return {makeLiteral(value), true, value};
}

Result<ExpressionPtr, ParseError> Binder::value(const Node& node)
{
    SLUICE_TRY_AS(Bound bound, bind(node));
    return std::move(bound.expression);
}

Result<Binder::Bound, ParseError> Binder::bind(const Node& node)
{
    switch (node.kind) {
    case NodeKind::Nil: return literal(Value());
    case NodeKind::Bool: return literal(Value::ofBool(node.boolean));
    case NodeKind::Int: return literal(Value::ofInt(node.integer));
    case NodeKind::Double: return literal(Value::ofDouble(node.number));
    case NodeKind::String: return literal(Value::ofString(m_literals.copy(node.text)));
    case NodeKind::Bytes: return literal(Value::ofBytes(m_literals.copy(node.text)));
    case NodeKind::Enum: {
        if (const auto number = enumNamed(m_options.context, node.text))
            return literal(Value::ofInt(*number));
        std::vector<std::string_view> names;
        for (const EnumSymbol& symbol : enumsOf(m_options.context))
            names.push_back(symbol.name);
        const auto nearest = nearestTo(node.text, names);
        return fail(about(node,
            "there is no enum `" + node.text + "` for a " + std::string(nameOf(m_options.context))
                + (nearest ? "; did you mean `" + *nearest + "`?" : "")));
    }
    case NodeKind::FunctionName:
        return fail(
            about(node, "`" + node.text + "` needs parentheses to be called: `" + node.text + "(…)`"));
    case NodeKind::Path: {
        SLUICE_TRY_AS(std::unique_ptr<Target> path, target(node));
        return Bound{std::move(path), false, {}};
    }
    case NodeKind::Call: {
        SLUICE_TRY_AS(ExpressionPtr call, bindCall(node));
        return Bound{std::move(call), false, {}};
    }
    case NodeKind::Math: {
        std::vector<ExpressionPtr> operands;
        for (const Node& child : node.children) {
            SLUICE_TRY_AS(ExpressionPtr operand, value(child));
            operands.push_back(std::move(operand));
        }
        return Bound{makeMath(std::move(operands), node.operators), false, {}};
    }
    case NodeKind::Negated:
    case NodeKind::Posited: {
        SLUICE_TRY_AS(ExpressionPtr operand, value(node.children[0]));
        return Bound{makeSigned(std::move(operand), node.kind == NodeKind::Negated), false, {}};
    }
    case NodeKind::List: return bindList(node);
    case NodeKind::Map: return bindMap(node);
    default: return fail(about(node, "a condition is no value"));
    }
}

Result<Binder::Bound, ParseError> Binder::bindList(const Node& node)
{
    std::vector<ExpressionPtr> items;
    std::vector<Value> literals;
    for (const Node& child : node.children) {
        SLUICE_TRY_AS(Bound item, bind(child));
        if (item.isLiteral)
            literals.push_back(item.literal);
        items.push_back(std::move(item.expression));
    }
    if (literals.size() < items.size())
        return Bound{makeList(std::move(items)), false, {}};
    auto* values = m_literals.allocate<Value>(literals.size());
    std::ranges::uninitialized_copy(literals, std::span(values, literals.size()));
    return literal(Value::ofList({values, literals.size()}));
}

Result<Binder::Bound, ParseError> Binder::bindMap(const Node& node)
{
    std::vector<std::string_view> keys;
    std::vector<ExpressionPtr> values;
    std::vector<AnyEntry> literals;
    bool isLiteral = true;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        SLUICE_TRY_AS(Bound item, bind(node.children[i]));
        const auto known = std::ranges::find(keys, node.names[i]);
        const auto at = static_cast<std::size_t>(known - keys.begin());
        if (known == keys.end()) {
            keys.push_back(m_literals.copy(node.names[i]));
            values.emplace_back();
            literals.emplace_back();
        }
        if (item.isLiteral) {
            // What cannot be kept in a map is left to the evaluation to complain about.
            const auto kept = toTelemetry(item.literal, m_literals);
            isLiteral = isLiteral && kept.has_value();
            literals[at] = {keys[at], kept.value_or(AnyValue())};
        }
        isLiteral = isLiteral && item.isLiteral;
        values[at] = std::move(item.expression); // The last one of a name wins.
    }
    if (!isLiteral)
        return Bound{makeMap(std::move(keys), std::move(values)), false, {}};
    auto* entries = m_literals.allocate<AnyEntry>(literals.size());
    std::ranges::uninitialized_copy(literals, std::span(entries, literals.size()));
    return literal(Value::ofMap(std::span<const AnyEntry>(entries, literals.size())));
}

Result<ExpressionPtr, ParseError> Binder::bindCall(const Node& node)
{
    SLUICE_TRY_AS(const Function* function, functionNamed(node, node.text));
    SLUICE_TRY_AS(Call bound, call(*function, node));
    std::vector<Key> keys;
    for (const Node& child : node.keys) {
        SLUICE_TRY_AS(Key index, key(child));
        keys.push_back(std::move(index));
    }
    return makeCall(*function, std::move(bound), std::move(keys));
}

Result<ExpressionPtr, ParseError> Binder::editor(const Node& node)
{
    return bindCall(node);
}

Result<std::unique_ptr<Target>, ParseError> Binder::target(const Node& node)
{
    if (std::ranges::any_of(
            node.segments, [](const PathSegment& segment) { return segment.name == "attributes"; }))
        ++m_attributeUses;
    return bindPath(
        node, m_options.context, m_options.mode, [this](const Node& keyNode) { return key(keyNode); });
}

Result<Key, ParseError> Binder::key(const Node& node)
{
    Key result;
    if (node.kind == NodeKind::String) {
        result.literal = Value::ofString(m_literals.copy(node.text));
    } else if (node.kind == NodeKind::Int) {
        result.literal = Value::ofInt(node.integer);
    } else {
        SLUICE_TRY_AS(result.expression, value(node));
    }
    return result;
}

Result<const Function*, ParseError> Binder::functionNamed(const Node& node, std::string_view name) const
{
    if (const Function* known = findFunction(name, m_options.sets, m_options.context))
        return known;
    const bool isEditor = std::islower(static_cast<unsigned char>(name.front())) != 0;
    const std::string quoted = "`" + std::string(name) + "`";
    std::vector<std::string_view> names;
    for (const std::span<const Function> family : functionFamilies()) {
        for (const Function& function : family) {
            const bool isHere = (static_cast<FunctionSets>(function.set) & m_options.sets) != 0;
            if (function.name == name && isHere) {
                return fail(
                    aboutName(node, quoted + " is not for a " + std::string(nameOf(m_options.context))));
            }
            if (isHere && contains(function.contexts, m_options.context)
                && (std::islower(static_cast<unsigned char>(function.name.front())) != 0) == isEditor)
                names.push_back(function.name);
        }
    }
    const auto nearest = nearestTo(name, names);
    return fail(aboutName(
        node, "there is no function " + quoted + (nearest ? "; did you mean `" + *nearest + "`?" : "")));
}

Result<std::size_t, ParseError> Binder::placeOf(
    const Function& function, const Node& node, std::size_t argument, bool& hadNamed) const
{
    const std::string& name = node.names[argument];
    if (name.empty()) {
        if (hadNamed)
            return fail(
                about(node.children[argument], "arguments without a name come before those with one"));
        return argument;
    }
    hadNamed = true;
    const std::string wanted = camel(name);
    for (std::size_t i = 0; i < function.parameters.size(); ++i) {
        if (camel(function.parameters[i].name) == wanted)
            return i;
    }
    std::vector<std::string_view> names;
    for (const Parameter& parameter : function.parameters)
        names.push_back(parameter.name);
    const auto nearest = nearestTo(name, names);
    return fail(about(node.children[argument],
        "`" + std::string(function.name) + "` has no parameter `" + name + "`"
            + (nearest ? "; did you mean `" + *nearest + "`?" : "")));
}

Result<Call, ParseError> Binder::call(const Function& function, const Node& node)
{
    Call result;
    const std::size_t total = function.parameters.size();
    const std::size_t given = node.children.size();
    result.m_arguments.resize(total);
    if (total > 0 && (given < requiredCount(function) || given > total)) {
        return fail(about(node,
            std::string(given > total ? "too many" : "too few") + " arguments; it is `"
                + signatureOf(function) + "`"));
    }
    bool hadNamed = false;
    for (std::size_t i = 0; total > 0 && i < given; ++i) {
        SLUICE_TRY_AS(const std::size_t place, placeOf(function, node, i, hadNamed));
        Argument& into = result.m_arguments[place];
        if (into.m_isGiven)
            return fail(about(node.children[i], "this argument is given twice"));
        SLUICE_TRY_AS(into, argument(function.parameters[place], node.children[i]));
    }
    for (std::size_t i = 0; i < total; ++i) {
        if (!result.m_arguments[i].m_isGiven && !function.parameters[i].isOptional) {
            return fail(about(node,
                "the argument `" + std::string(function.parameters[i].name) + "` is missing; it is `"
                    + signatureOf(function) + "`"));
        }
    }
    if (function.prepare != nullptr) {
        auto state = function.prepare(result);
        if (!state)
            return fail(about(node, std::move(state).error()));
        result.m_state = *std::move(state);
    }
    return result;
}

Result<Argument, ParseError> Binder::pathArgument(const Parameter& parameter, const Node& node)
{
    if (node.kind != NodeKind::Path)
        return fail(about(node,
            "`" + std::string(parameter.name) + "` is a field to be changed, as in `attributes[\"key\"]`"));
    SLUICE_TRY_AS(std::unique_ptr<Target> path, target(node));
    Argument result;
    result.m_isGiven = true;
    result.m_target = path.get();
    result.m_expression = std::move(path);
    return result;
}

Result<Argument, ParseError> Binder::argument(const Parameter& parameter, const Node& node)
{
    Argument result;
    result.m_isGiven = true;
    if (parameter.isList) {
        if (node.kind != NodeKind::List)
            return fail(about(node, "`" + std::string(parameter.name) + "` is a list in brackets: `[…]`"));
        Parameter element = parameter;
        element.isList = false;
        for (const Node& child : node.children) {
            SLUICE_TRY_AS(Argument item, argument(element, child));
            result.m_items.push_back(std::move(item));
        }
        return result;
    }
    switch (parameter.kind) {
    case ParameterKind::Path:
    case ParameterKind::MapPath:
    case ParameterKind::ListPath: return pathArgument(parameter, node);
    case ParameterKind::Function: {
        if (node.kind != NodeKind::FunctionName && node.kind != NodeKind::Enum)
            return fail(about(node, "here stands the name of a converter alone, as in `SHA256`"));
        SLUICE_TRY_AS(result.m_function, functionNamed(node, node.text));
        return result;
    }
    default: break;
    }
    if (isLiteralKind(parameter.kind) && node.kind != literalNode(parameter.kind)) {
        return fail(about(node,
            "`" + std::string(parameter.name) + "` is written out here, as a "
                + std::string(kindWord(parameter.kind))));
    }
    if (parameter.kind == ParameterKind::List && node.kind == NodeKind::List && holdsMap(node))
        return fail(about(node, "a list with maps cannot be written here; use ParseJSON()"));
    SLUICE_TRY_AS(Bound bound, bind(node));
    if (bound.isLiteral) {
        SLUICE_TRY(checkLiteral(parameter.kind, node, bound.literal));
        result.m_isLiteral = true;
        result.m_literal = bound.literal;
        return result;
    }
    result.m_expression = std::move(bound.expression);
    return result;
}

Result<void, ParseError> Binder::checkLiteral(ParameterKind kind, const Node& node, Value& literal)
{
    const auto wrongType = [&](std::string_view wanted) {
        return fail(about(node,
            "expected a " + std::string(wanted) + ", got " + (literal.isNil() ? "" : "a ")
                + std::string(nameOf(literal.kind()))));
    };
    if (const auto strict = strictKind(kind)) {
        if (!literal.is(*strict))
            return wrongType(nameOf(*strict));
        return {};
    }
    if (kind == ParameterKind::List) {
        if (!literal.isList())
            return wrongType("list");
        return {};
    }
    const auto convert = [&](auto converted, auto make) -> Result<void, ParseError> {
        if (!converted)
            return fail(about(node, std::string(converted.error().text)));
        literal = *converted ? make(**converted) : Value();
        return {};
    };
    switch (kind) {
    case ParameterKind::StringLike:
        return convert(
            toStringLike(literal, m_literals), [](std::string_view text) { return Value::ofString(text); });
    case ParameterKind::IntLike:
        return convert(
            toIntLike(literal, m_literals), [](std::int64_t number) { return Value::ofInt(number); });
    case ParameterKind::DoubleLike:
        return convert(
            toDoubleLike(literal, m_literals), [](double number) { return Value::ofDouble(number); });
    case ParameterKind::BoolLike:
        return convert(toBoolLike(literal, m_literals), [](bool holds) { return Value::ofBool(holds); });
    case ParameterKind::BytesLike:
        return convert(
            toBytesLike(literal, m_literals), [](std::string_view bytes) { return Value::ofBytes(bytes); });
    default: return {};
    }
}

Result<PredicatePtr, ParseError> Binder::predicate(const Node& node)
{
    switch (node.kind) {
    case NodeKind::Bool: return makeConstant(node.boolean);
    case NodeKind::Call: {
        SLUICE_TRY_AS(ExpressionPtr converter, bindCall(node));
        return makeTest(std::move(converter));
    }
    case NodeKind::Not: {
        SLUICE_TRY_AS(PredicatePtr part, predicate(node.children[0]));
        return makeNot(std::move(part));
    }
    case NodeKind::And:
    case NodeKind::Or: {
        std::vector<PredicatePtr> parts;
        for (const Node& child : node.children) {
            SLUICE_TRY_AS(PredicatePtr part, predicate(child));
            parts.push_back(std::move(part));
        }
        return node.kind == NodeKind::And ? makeAnd(std::move(parts)) : makeOr(std::move(parts));
    }
    case NodeKind::Compared: {
        SLUICE_TRY_AS(Bound left, bind(node.children[0]));
        SLUICE_TRY_AS(Bound right, bind(node.children[1]));
        if (left.isLiteral && right.isLiteral) {
            if (const auto holds = compare(node.comparison, left.literal, right.literal))
                return makeConstant(*holds);
        }
        return makeComparison(node.comparison, std::move(left.expression), std::move(right.expression));
    }
    default: return fail(about(node, "this is no condition"));
    }
}

} // namespace sluice::ottl
