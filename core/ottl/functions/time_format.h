#pragma once

#include "core/base/result.h"
#include "core/ottl/value.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::ottl {

class ZoneFile;
struct TimeNames;

/// A format with strptime's directives, understood as the collector does: it is rewritten as a layout of Go's
/// `time` package, and that is what reads and writes. So literal text that spells a word of such a layout
/// ("Jan", "MST") acts like the directive. Immutable; any thread.
/// Source: spec/ottl.md section 4.4.7.
class TimeFormat {
public:
    enum class Use : bool { Parsing, Formatting };

    /// The error says which directive is unknown, or what else is wrong.
    static Result<TimeFormat, std::string> compile(std::string_view format, Use use);

    TimeFormat(TimeFormat&&) noexcept;
    TimeFormat& operator=(TimeFormat&&) noexcept;
    ~TimeFormat();

    /// Names of months and days are expected in that language (a BCP 47 tag). Fails when it is not known.
    Result<void, std::string> setLocale(std::string_view tag);
    /// Where times without a zone of their own are: an IANA name. Fails when there is none of that name.
    Result<void, std::string> setLocation(std::string_view name);

    struct Parsed {
        Instant instant;
        const Zone* zone = nullptr; ///< Of the format, of the arena, or the caller's local zone.
    };
    /// A time without a date's year is in the current year, or in the last one if it would be more than seven
    /// days ahead of `now`.
    [[nodiscard]] Result<Parsed, std::string> parse(
        std::string_view text, Instant now, const Zone* localZone, Arena& arena) const;

    [[nodiscard]] std::string format(Instant instant, const Zone* zone) const;

private:
    enum class Field : std::uint8_t;
    struct Chunk {
        std::string literal; ///< In front of the field.
        Field field;
        std::uint8_t digits = 0; ///< Of a fraction.
        char separator = '.'; ///< In front of a fraction.
    };
    struct Reading;

    TimeFormat();
    static std::vector<Chunk> chunksOf(std::string_view layout);
    [[nodiscard]] Result<Reading, std::string> read(
        const std::vector<Chunk>& chunks, std::string_view text) const;
    [[nodiscard]] Result<Parsed, std::string> placed(
        const Reading& reading, Instant now, const Zone* localZone, Arena& arena) const;

    std::vector<std::vector<Chunk>> m_layouts; ///< Tried one after the other; the first one formats.
    bool m_endsWithZ = false;
    std::unique_ptr<const ZoneFile> m_location;
    bool m_hasLocation = false; ///< Given, and be it UTC.
    std::unique_ptr<const TimeNames> m_names;
    std::vector<std::pair<std::string, std::unique_ptr<const ZoneFile>>> m_abbreviated; ///< For %Z.
};

} // namespace sluice::ottl
