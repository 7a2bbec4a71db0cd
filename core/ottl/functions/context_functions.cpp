// What only some contexts can be asked. Source: spec/ottl.md section 4.4.8.

#include "core/ottl/functions/all_functions.h"
#include "core/ottl/item.h"

namespace sluice::ottl {

namespace {

constexpr Parameter kKey[] = {{"key", ParameterKind::LiteralString, false, false, {}}};
constexpr Parameter kKeyAndValue[] = {
    {"key", ParameterKind::LiteralString, false, false, {}},
    {"expected_val", ParameterKind::LiteralString, false, false, {}},
};

Result<Value, Error> isRootSpan(const Call&, Evaluation& evaluation)
{
    const Item& item = evaluation.item();
    return Value::ofBool(!item.batch->record(item.record).parentSpanId.isValid());
}

/// The attribute of the metric's first point that has one of that name; null when none has.
Result<const AnyValue*, Error> attributeOfPoints(std::string_view key, const Item& item)
{
    Batch& batch = *item.batch;
    if (batch.request().metrics[item.metric].type == 0)
        return fail(Error{"the metric is of no type"});
    for (const std::uint32_t record : batch.recordsOf(item.metric)) {
        if (!batch.isKept(record) || !batch.record(record).isPoint)
            continue;
        if (const AnyValue* const value = batch.attributes(record).find(key))
            return value;
    }
    return nullptr;
}

Result<Value, Error> hasKeyOnDatapoint(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const AnyValue* const value, attributeOfPoints(call[0].literalString(), evaluation.item()));
    return Value::ofBool(value != nullptr);
}

Result<Value, Error> hasOnDatapoint(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const AnyValue* const value, attributeOfPoints(call[0].literalString(), evaluation.item()));
    if (value == nullptr)
        return Value::ofBool(false);
    // A value that is no text counts as the empty one.
    const std::string_view text = value->isString() ? value->text() : std::string_view();
    return Value::ofBool(text == call[1].literalString());
}

constexpr Function kFunctions[] = {
    {.name = "HasAttrKeyOnDatapoint",
        .parameters = kKey,
        .result = "bool",
        .help = "Whether a point of the metric has the attribute.",
        .set = FunctionSet::Filter,
        .contexts = setOf(Context::Metric),
        .evaluate = hasKeyOnDatapoint},
    {.name = "HasAttrOnDatapoint",
        .parameters = kKeyAndValue,
        .result = "bool",
        .help = "Whether the first point of the metric that has the attribute has this value there.",
        .set = FunctionSet::Filter,
        .contexts = setOf(Context::Metric),
        .evaluate = hasOnDatapoint},
    {.name = "IsRootSpan",
        .parameters = {},
        .result = "bool",
        .help = "Whether the span has no parent.",
        .set = FunctionSet::Traces,
        .contexts = setOf(Context::Span),
        .evaluate = isRootSpan},
};

} // namespace

std::span<const Function> contextFunctions()
{
    return kFunctions;
}

} // namespace sluice::ottl
