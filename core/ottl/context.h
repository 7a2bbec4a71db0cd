#pragma once

#include "core/ottl/function.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::ottl {

/// By what name paths say which context they mean.
enum class PathMode : std::uint8_t {
    ContextName, ///< Every path begins with a context: span.name.
    AutoPrefix, ///< A path that begins with none means the rule's own: name.
    Legacy, ///< The same; what the old forms of the filter take.
};

inline constexpr std::array kContexts = {Context::Resource, Context::Scope, Context::Span, Context::SpanEvent,
    Context::Metric, Context::DataPoint, Context::Exemplar, Context::Log};

/// "spanevent"
std::string_view nameOf(Context context);
/// Takes "instrumentation_scope" for Scope, too.
std::optional<Context> contextNamed(std::string_view name);
/// The contexts whose paths a rule of this one may use: itself and its parents.
ContextSet visibleFrom(Context context);
constexpr bool contains(ContextSet set, Context context)
{
    return (set & setOf(context)) != 0;
}

struct EnumSymbol {
    std::string_view name;
    std::int64_t value = 0;
};
std::span<const EnumSymbol> enumsOf(Context context);
std::optional<std::int64_t> enumNamed(Context context, std::string_view name);

/// The candidate nearest to what was written, when it is near enough to be meant.
std::optional<std::string> nearestTo(
    std::string_view written, const std::vector<std::string_view>& candidates);

} // namespace sluice::ottl
