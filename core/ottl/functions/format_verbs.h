#pragma once

#include "core/base/result.h"
#include "core/ottl/value.h"

#include <span>
#include <string>
#include <string_view>

namespace sluice::ottl {

/// The arguments put into the format as Go's fmt.Sprintf does it, down to what it says about verbs that do
/// not fit: `%!d(string=x)`. Fails when the result would become unreasonably long. Source: spec/ottl.md
/// section 4.4.9.
Result<std::string, std::string> formatVerbs(std::string_view format, std::span<const Value> arguments);

} // namespace sluice::ottl
