// Functions that change a record. Source: spec/ottl.md section 4.1.

#include "core/ottl/expression.h"
#include "core/ottl/functions/all_functions.h"

namespace sluice::ottl {

namespace {

constexpr Parameter kSet[] = {{"target", ParameterKind::Path}, {"value", ParameterKind::Any}};

Result<Value, Error> set(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const Value value, call[1].value(evaluation));
    if (!value.isNil())
        SLUICE_TRY(call[0].target().store(value, evaluation));
    return Value();
}

constexpr Function kFunctions[] = {
    {.name = "set",
        .parameters = kSet,
        .help = "Gives the field a value; nil leaves it as it is.",
        .evaluate = set},
};

} // namespace

std::span<const Function> editors()
{
    return kFunctions;
}

} // namespace sluice::ottl
