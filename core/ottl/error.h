#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace sluice::ottl {

/// Why an evaluation failed. What becomes of it is the error mode's to say. The text lives in the arena of
/// the evaluation, or is a literal.
struct Error {
    std::string_view text;
};

/// Why a rule's text was refused.
struct ParseError {
    std::string text; ///< A sentence that a person can act on.
    std::size_t begin = 0; ///< The bytes of the text that it is about.
    std::size_t end = 0;
};

} // namespace sluice::ottl
