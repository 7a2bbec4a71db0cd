#pragma once

#include "core/base/result.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::ottl {

/// Names of a language. Each list has its month or day as index, and may name one twice.
struct TimeNames {
    struct Name {
        std::string text; ///< Case folded.
        int index = 0;
    };
    std::vector<Name> months; ///< From 1.
    std::vector<Name> days;
    std::vector<Name> halves; ///< 0 in the morning, 1 in the afternoon.

    /// From the CLDR data of ICU. `tag` is a BCP 47 tag; fails when the language is not known there.
    static Result<std::unique_ptr<const TimeNames>, std::string> load(std::string_view tag);

    /// The longest name that `text` begins with, whatever its case; taken off. -1 when there is none.
    static int take(const std::vector<Name>& names, std::string_view& text);
};

} // namespace sluice::ottl
