#include "core/ottl/functions/all_functions.h"

namespace sluice::ottl {

std::vector<std::span<const Function>> functionFamilies()
{
    return {contextFunctions(), editors(), hashFunctions(), mapFunctions(), parsingFunctions(),
        stringFunctions(), timeFunctions(), typeFunctions()};
}

const Function* findFunction(std::string_view name, FunctionSets sets, Context context)
{
    for (const std::span<const Function> family : functionFamilies()) {
        for (const Function& function : family) {
            if (function.name == name && (static_cast<FunctionSets>(function.set) & sets) != 0
                && (function.contexts & setOf(context)) != 0)
                return &function;
        }
    }
    return nullptr;
}

} // namespace sluice::ottl
