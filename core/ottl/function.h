#pragma once

// How a function is declared, and what it sees when it is called.
//
// A family of functions is one file in functions/: a table of Function entries, handed out by a function that
// functions/all_functions.h declares and lists.
//
//     constexpr Parameter kHasPrefix[] = {{"target", ParameterKind::String}, {"prefix",
//     ParameterKind::String}};
//
//     Result<Value, Error> hasPrefix(const Call& call, Evaluation& evaluation)
//     {
//         SLUICE_TRY_AS(const std::string_view text, call[0].string(evaluation));
//         SLUICE_TRY_AS(const std::string_view prefix, call[1].string(evaluation));
//         return Value::ofBool(text.starts_with(prefix));
//     }
//
//     constexpr Function kFunctions[] = {
//         {.name = "HasPrefix", .parameters = kHasPrefix, .result = "bool",
//          .help = "Whether a text begins with another.", .evaluate = hasPrefix},
//     };
//
// Source: spec/ottl.md sections 1.4 and 4.

#include "core/base/result.h"
#include "core/ottl/error.h"
#include "core/ottl/evaluation.h"
#include "core/ottl/value.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::ottl {

/// What rules are written about. A bit each, to say where a function is known.
enum class Context : std::uint8_t { Resource, Scope, Span, SpanEvent, Metric, DataPoint, Exemplar, Log };
using ContextSet = std::uint16_t;
constexpr ContextSet setOf(Context context)
{
    return static_cast<ContextSet>(1U << static_cast<unsigned>(context));
}
constexpr ContextSet kAllContexts = 0xFF;

/// Who knows a function. Hosts know the standard ones and their own.
enum class FunctionSet : std::uint8_t {
    Standard = 1, ///< Every host.
    Traces = 2, ///< Every host with spans: IsRootSpan.
    Transform = 4,
    Filter = 8,
};
using FunctionSets = std::uint8_t;
constexpr FunctionSets operator|(FunctionSet a, FunctionSet b)
{
    return static_cast<FunctionSets>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}

/// What a parameter takes (spec/ottl.md 1.4). Literals are checked, and for the …Like kinds converted, before
/// prepare() sees them: those that do not fit are parse errors already.
enum class ParameterKind : std::uint8_t {
    Any,
    Path, ///< Settable: an editor's target.
    MapPath, ///< A path again; for signatures.
    ListPath,
    String, ///< Strict, as the next ones: another type, or nil, is an error when it is evaluated.
    Int,
    Double,
    Bool,
    Time,
    Duration,
    Map,
    List,
    StringLike, ///< Converted as section 2.4 says, as the next ones.
    IntLike,
    DoubleLike,
    BoolLike,
    BytesLike,
    LiteralString, ///< Written in the rule.
    LiteralInt,
    LiteralDouble,
    LiteralBool,
    Function, ///< The bare name of a converter.
};

struct Parameter {
    std::string_view name; ///< As a rule may name it, snake case: utf8_safe.
    ParameterKind kind = ParameterKind::Any;
    bool isOptional = false;
    bool isList = false; ///< Takes a list literal of that kind: [T].
    std::string_view byDefault = {}; ///< For the signature shown: `" "`. Empty: nothing worth saying.
};

/// For tables: Parameter{"suffix", ParameterKind::LiteralString, kOptional}.
constexpr bool kOptional = true;
constexpr bool kList = true;

class Expression;
class Target;
struct Function;

/// One argument of a call. Evaluated when it is asked for, each time anew.
class Argument {
public:
    Argument();
    Argument(Argument&&) noexcept;
    Argument& operator=(Argument&&) noexcept;
    Argument(const Argument&) = delete;
    Argument& operator=(const Argument&) = delete;
    ~Argument();

    /// False for an optional one that the rule leaves out; nothing else may then be asked.
    [[nodiscard]] bool isGiven() const { return m_isGiven; }

    /// Whatever it is, as it is: any kind but a list parameter, a function or a literal that the rule omits.
    Result<Value, Error> value(Evaluation& evaluation) const;

    // Strict: another type is a type error, nil too. To ask about the type use value().
    Result<std::string_view, Error> string(Evaluation& evaluation) const;
    Result<std::int64_t, Error> integer(Evaluation& evaluation) const;
    Result<double, Error> number(Evaluation& evaluation) const;
    Result<bool, Error> boolean(Evaluation& evaluation) const;
    Result<Value, Error> time(Evaluation& evaluation) const; ///< Kind Time: instant() and zone().
    Result<std::int64_t, Error> duration(Evaluation& evaluation) const; ///< Nanoseconds.
    Result<MapView, Error> map(Evaluation& evaluation) const;
    Result<Value, Error> list(Evaluation& evaluation) const; ///< Kind: any of the five lists.

    // Converted as section 2.4 says; nothing for nil.
    Result<std::optional<std::string_view>, Error> stringLike(Evaluation& evaluation) const;
    Result<std::optional<std::int64_t>, Error> intLike(Evaluation& evaluation) const;
    Result<std::optional<double>, Error> doubleLike(Evaluation& evaluation) const;
    Result<std::optional<bool>, Error> boolLike(Evaluation& evaluation) const;
    Result<std::optional<std::string_view>, Error> bytesLike(Evaluation& evaluation) const;

    /// The value when it stands in the rule; null when it has to be evaluated. Always there for Literal….
    [[nodiscard]] const Value* literal() const { return m_isLiteral ? &m_literal : nullptr; }
    /// The literal's text, or `otherwise` when the argument is not given. For LiteralString.
    [[nodiscard]] std::string_view literalString(std::string_view otherwise = {}) const
    {
        return m_isGiven ? m_literal.text() : otherwise;
    }
    [[nodiscard]] std::int64_t literalInt(std::int64_t otherwise = 0) const
    {
        return m_isGiven ? m_literal.integer() : otherwise;
    }
    [[nodiscard]] double literalDouble(double otherwise = 0) const
    {
        return m_isGiven ? m_literal.number() : otherwise;
    }
    [[nodiscard]] bool literalBool(bool otherwise = false) const
    {
        return m_isGiven ? m_literal.boolean() : otherwise;
    }

    /// The elements of a list parameter.
    [[nodiscard]] std::span<const Argument> items() const { return m_items; }

    /// For Path, MapPath, ListPath.
    [[nodiscard]] const Target& target() const { return *m_target; }
    /// For Function.
    [[nodiscard]] const Function& function() const { return *m_function; }

private:
    friend class Binder;
    friend class SingleCall;

    std::unique_ptr<Expression> m_expression; ///< Null for literals.
    const Target* m_target = nullptr; ///< The expression again, when it is a path that may be set.
    const Function* m_function = nullptr;
    std::vector<Argument> m_items;
    Value m_literal;
    bool m_isLiteral = false;
    bool m_isGiven = false;
};

/// What a function keeps for one call in a rule: a compiled expression, a table.
class CallState {
public:
    CallState() = default;
    CallState(const CallState&) = delete;
    CallState& operator=(const CallState&) = delete;
    virtual ~CallState() = default;
};

/// One call of a function, with its arguments in the order of the parameters.
class Call {
public:
    [[nodiscard]] const Argument& operator[](std::size_t parameter) const { return m_arguments[parameter]; }

    /// What prepare() returned. `State` is its type.
    template <class State>
    [[nodiscard]] const State& state() const
    {
        return static_cast<const State&>(*m_state);
    }

private:
    friend class Binder;
    friend class SingleCall;

    std::vector<Argument> m_arguments;
    std::unique_ptr<const CallState> m_state;
};

/// A function of the language. Names that begin with a capital are converters and give a value; the others
/// are editors and give nil.
struct Function {
    std::string_view name;
    std::span<const Parameter> parameters; ///< Optional ones last.
    std::string_view result = {}; ///< For the signature shown: "string". Empty for editors.
    std::string_view help; ///< One line.
    FunctionSet set = FunctionSet::Standard;
    ContextSet contexts = kAllContexts;

    /// Checks the literals of a call and makes what it needs again and again (compiled patterns). What fails
    /// here is a parse error; the text says what to write instead. Null: nothing to prepare, no state.
    Result<std::unique_ptr<const CallState>, std::string> (*prepare)(const Call& call) = nullptr;

    Result<Value, Error> (*evaluate)(const Call& call, Evaluation& evaluation) = nullptr;
};

/// `Split(target: string, delimiter: string, limit: int? = 3)`, as the completion shows it.
std::string signatureOf(const Function& function);

/// Calls a converter that has a single String parameter. For editors with a `function` parameter.
Result<Value, Error> callWithText(const Function& function, std::string_view text, Evaluation& evaluation);

} // namespace sluice::ottl
