#pragma once

// Lines of values: "a=1 b=2" and CSV.

#include "core/base/result.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::ottl {

/// `key=value` pairs. Quotes of both kinds hold a pair together and are taken off. Fails on an empty text, on
/// a quote that does not end, and on a pair without delimiter. Both delimiters must not be empty.
Result<std::vector<std::pair<std::string, std::string>>, std::string> parseKeyValues(
    std::string_view text, std::string_view delimiter, std::string_view pairDelimiter);

/// The pieces between the delimiters; always at least one.
std::vector<std::string> splitText(std::string_view text, std::string_view delimiter);

/// The fields of a row, quoted as Go's encoding/csv reads them; `isLazy` takes quotes in the wrong place as
/// they are. Rows that follow go on in the last field of the one before. A row that is wrong ends in front of
/// the field that is; fails when that is the first one.
Result<std::vector<std::string>, std::string> parseCsvRow(
    std::string_view text, std::string_view delimiter, bool isLazy);

} // namespace sluice::ottl
