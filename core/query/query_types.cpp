#include "core/query/query_types.h"

namespace sluice::query {

std::string_view nameOf(OutcomeKind kind)
{
    constexpr std::array<std::string_view, 6> names{
        "waiting", "kept", "changed", "dropped", "error", "partly dropped"};
    return names[static_cast<std::size_t>(kind)];
}

} // namespace sluice::query
