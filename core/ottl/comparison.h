#pragma once

#include "core/base/result.h"
#include "core/ottl/error.h"
#include "core/ottl/value.h"

#include <cstdint>

namespace sluice::ottl {

enum class Comparison : std::uint8_t { Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual };

/// Compares as spec/ottl.md section 2.3 says. Fails only for two lists that the collector cannot compare.
Result<bool, Error> compare(Comparison comparison, const Value& left, const Value& right);

/// `==`; two lists that cannot be compared are not equal.
bool isEqual(const Value& left, const Value& right);

} // namespace sluice::ottl
