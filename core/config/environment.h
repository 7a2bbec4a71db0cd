#pragma once

// ${env:NAME} in settings that must not hold a secret themselves. Source: spec/processors.md section 1.3.

#include "core/base/result.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace sluice {

/// Where variables are looked up; nothing: the variable is not set. Tests give their own.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// The environment of this process. Read when asked, from any thread; nothing in Sluice changes it.
Environment processEnvironment();

struct EnvironmentError {
    std::string variable; ///< Empty when the reference itself is malformed.
    std::string text;
};

/// Replaces `${env:NAME}`, `${NAME}` and `${env:NAME:-default}`; `$$` becomes `$`, any other dollar sign
/// stays. A variable that is not set and has no default is an error: an empty secret would only be refused
/// elsewhere.
Result<std::string, EnvironmentError> expandEnvironment(
    std::string_view text, const Environment& environment);

} // namespace sluice
