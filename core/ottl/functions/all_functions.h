#pragma once

// The one list of functions. A family is a file of this folder; its table is named here and in
// all_functions.cpp, nowhere else.

#include "core/ottl/function.h"

#include <span>
#include <string_view>
#include <vector>

namespace sluice::ottl {

std::span<const Function> contextFunctions();
std::span<const Function> editors();
std::span<const Function> hashFunctions();
std::span<const Function> mapFunctions();
std::span<const Function> parsingFunctions();
std::span<const Function> stringFunctions();
std::span<const Function> timeFunctions();
std::span<const Function> typeFunctions();

/// The tables of all families.
std::vector<std::span<const Function>> functionFamilies();

/// The function of that exact name that `sets` and the context know; null when there is none.
const Function* findFunction(std::string_view name, FunctionSets sets, Context context);

} // namespace sluice::ottl
