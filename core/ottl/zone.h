#pragma once

#include <cstdint>
#include <string_view>

namespace sluice::ottl {

/// Where a time was taken: what clocks show there at an instant. UTC is no zone at all (a null pointer).
///
/// Lives in the function's state when the rule names it, in the arena when a value does.
class Zone {
public:
    struct Reading {
        std::int32_t offsetSeconds = 0; ///< East of Greenwich is positive.
        std::string_view abbreviation; ///< "CEST"; empty when the zone is a bare offset.
    };

    [[nodiscard]] virtual Reading at(std::int64_t unixSeconds) const = 0;

protected:
    Zone() = default;
    Zone(const Zone&) = default;
    Zone& operator=(const Zone&) = default;
    ~Zone() = default;
};

} // namespace sluice::ottl
