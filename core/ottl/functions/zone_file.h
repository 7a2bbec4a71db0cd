#pragma once

#include "core/base/result.h"
#include "core/ottl/zone.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::ottl {

/// A bare offset, perhaps with the name that the text had for it, which must outlive it.
class FixedZone final : public Zone {
public:
    explicit FixedZone(std::int32_t offsetSeconds, std::string_view abbreviation = {})
        : m_reading{offsetSeconds, abbreviation}
    {
    }
    [[nodiscard]] Reading at(std::int64_t) const override { return m_reading; }

private:
    Reading m_reading;
};

/// A zone of the system's time zone database (tzdata), read whole when it is made. Immutable; any thread.
/// Source: RFC 8536; POSIX.1 for the rule that holds behind the last transition.
class ZoneFile final : public Zone {
public:
    /// `name` is an IANA name: "Europe/Berlin". Fails when there is no such zone, or its file is broken.
    static Result<std::unique_ptr<const ZoneFile>, std::string> load(std::string_view name);

    /// The zone of this computer: $TZ, otherwise /etc/localtime; null for UTC.
    static std::unique_ptr<const ZoneFile> loadLocal();

    /// From the bytes of a file.
    static std::optional<ZoneFile> parse(std::string_view bytes);

    [[nodiscard]] Reading at(std::int64_t unixSeconds) const override;

private:
    ZoneFile() = default;

    struct Type {
        std::int32_t offset = 0;
        bool isDaylight = false;
        std::string abbreviation;
    };
    /// When daylight time begins or ends, year for year.
    struct Turn {
        enum class Kind : std::uint8_t { DayWithoutLeap, DayOfYear, WeekOfMonth };
        Kind kind = Kind::WeekOfMonth;
        int month = 1;
        int week = 1;
        int day = 0;
        int secondOfDay = 2 * 3600;
    };
    struct Rule {
        Type standard;
        std::optional<Type> daylight;
        Turn begin;
        Turn end;
    };

    class RuleReader;
    [[nodiscard]] static std::int64_t secondOfYear(const Turn& turn, std::int64_t year);
    [[nodiscard]] const Type& typeByRule(std::int64_t unixSeconds) const;

    std::vector<std::int64_t> m_transitions;
    std::vector<std::uint8_t> m_typeBehind; ///< For each transition.
    std::vector<Type> m_types;
    std::optional<Rule> m_rule;
};

} // namespace sluice::ottl
