#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::ottl {

/// The members of a W3C tracestate, in order; nothing when the header is not valid.
/// Source: W3C Trace Context, section 3.3.
std::optional<std::vector<std::pair<std::string_view, std::string_view>>> traceStateMembers(
    std::string_view header);

/// The header with a member set and moved to the front; nothing when the header or the member is not valid.
std::optional<std::string> withTraceStateMember(
    std::string_view header, std::string_view key, std::string_view value);

} // namespace sluice::ottl
