#include "core/ottl/functions/time_format.h"

#include "core/ottl/functions/civil_time.h"
#include "core/ottl/functions/time_names.h"
#include "core/ottl/functions/zone_file.h"

#include <algorithm>
#include <array>
#include <new>
#include <optional>

namespace sluice::ottl {

/// The fields of Go's layouts.
enum class TimeFormat::Field : std::uint8_t {
    End,
    LongYear,
    Year,
    LongMonth,
    Month,
    NumericMonth,
    ZeroMonth,
    LongWeekday,
    Weekday,
    Day,
    UnderDay,
    ZeroDay,
    UnderYearDay,
    ZeroYearDay,
    Hour,
    Hour12,
    ZeroHour12,
    Minute,
    ZeroMinute,
    Second,
    ZeroSecond,
    UpperHalf,
    LowerHalf,
    ZoneName,
    Offset, ///< -0700, and so on as named in kOffsets.
    OffsetColon,
    OffsetHour,
    OffsetSeconds,
    OffsetColonSeconds,
    IsoOffset, ///< The same with Z for UTC.
    IsoOffsetColon,
    IsoOffsetHour,
    IsoOffsetSeconds,
    IsoOffsetColonSeconds,
    AnyOffset, ///< Z, -0700, -07:00 or -07: what %z reads.
    FixedFraction,
    Fraction,
};

/// What a text said.
struct TimeFormat::Reading {
    CivilTime time{.year = 0};
    bool hasMonth = false;
    bool hasDay = false;
    int yearDay = -1;
    std::uint32_t nanos = 0;
    std::optional<bool> isAfternoon;
    bool isUtc = false;
    std::optional<std::int32_t> offset;
    std::string_view zoneName;
};

namespace {

/// A byte that stands for TimeFormat::Field::AnyOffset in a layout; no valid text holds it.
constexpr char kAnyOffset = '\xFF';
/// The same for a date whose year may have four or two digits.
constexpr char kEitherYear = '\xFE';

struct Directive {
    char letter;
    std::string_view writing; ///< Go's layout.
    std::string_view reading; ///< The same when it is another.
};

constexpr Directive kDirectives[] = {
    {'Y', "2006", {}},
    {'y', "06", {}},
    {'m', "01", "1"},
    {'o', "_1", "1"},
    {'q', "1", {}},
    {'b', "Jan", {}},
    {'h', "Jan", {}},
    {'B', "January", {}},
    {'d', "02", "2"},
    {'e', "_2", "2"},
    {'g', "2", {}},
    {'a', "Mon", {}},
    {'A', "Monday", {}},
    {'H', "15", {}},
    {'I', "03", "3"},
    {'l', "3", {}},
    {'p', "PM", {}},
    {'P', "pm", {}},
    {'M', "04", "4"},
    {'S', "05", "5"},
    {'L', "999", {}},
    {'f', "999999", {}},
    {'s', "999999999", {}},
    {'Z', "MST", {}},
    {'z', "Z0700", "\xFF"},
    {'i', "-07", {}},
    {'j', "-07:00", {}},
    {'k', "-07:00:00", {}},
    {'w', "-070000", {}},
    {'D', "01/02/2006", "1/2/\xFE"},
    {'x', "01/02/2006", "1/2/\xFE"},
    {'F', "2006-01-02", "2006-1-2"},
    {'T', "15:04:05", "15:4:5"},
    {'X', "15:04:05", "15:4:5"},
    {'R', "15:04", "15:4"},
    {'r', "03:04:05 pm", "3:4:5 pm"},
    {'c', "Mon Jan 02 15:04:05 2006", "Mon Jan 2 15:4:5 2006"},
    {'n', "\n", {}},
    {'t', "\t", {}},
    {'%', "%", {}},
};

constexpr std::string_view kMonths[] = {"January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December"};
constexpr std::string_view kDays[]
    = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
constexpr std::size_t kShortName = 3;

/// Zones of the database whose name is also an abbreviation.
constexpr std::string_view kAbbreviations[]
    = {"CET", "EET", "EST", "GMT", "HST", "MET", "MST", "PRC", "ROC", "ROK", "UCT", "WET"};

bool isDigit(std::string_view text, std::size_t at)
{
    return at < text.size() && text[at] >= '0' && text[at] <= '9';
}

bool isLower(std::string_view text, std::size_t at)
{
    return at < text.size() && text[at] >= 'a' && text[at] <= 'z';
}

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// Index of the name that `text` begins with, whatever its case; taken off. -1 when there is none.
int takeName(std::span<const std::string_view> names, std::size_t length, std::string_view& text)
{
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::string_view name = names[i].substr(0, length);
        if (text.size() >= name.size()
            && std::equal(name.begin(), name.end(), text.begin(),
                [](char a, char b) { return lower(a) == lower(b); })) {
            text.remove_prefix(name.size());
            return static_cast<int>(i);
        }
    }
    return -1;
}

/// One or two digits, or exactly two; -1 when they are not there.
int takeNumber(std::string_view& text, bool isTwoDigits)
{
    if (!isDigit(text, 0) || (isTwoDigits && !isDigit(text, 1)))
        return -1;
    int number = text[0] - '0';
    std::size_t length = 1;
    if (isDigit(text, 1)) {
        number = number * 10 + (text[1] - '0');
        length = 2;
    }
    text.remove_prefix(length);
    return number;
}

/// Exactly `count` digits; -1 when they are not there.
int takeDigits(std::string_view& text, std::size_t count)
{
    int number = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (!isDigit(text, i))
            return -1;
        number = number * 10 + (text[i] - '0');
    }
    text.remove_prefix(count);
    return number;
}

/// Decimal places as nanoseconds; those behind the ninth make no difference.
std::uint32_t nanosOf(std::string_view digits)
{
    std::uint32_t nanos = 0;
    for (std::size_t i = 0; i < 9; ++i)
        nanos = nanos * 10 + (i < digits.size() ? static_cast<std::uint32_t>(digits[i] - '0') : 0);
    return nanos;
}

/// Takes the layout's literal text off the input. Runs of blanks are alike.
bool skipLiteral(std::string_view& text, std::string_view literal)
{
    const auto skipBlanks = [](std::string_view& blanks) {
        while (blanks.starts_with(' '))
            blanks.remove_prefix(1);
    };
    while (!literal.empty()) {
        if (literal.front() == ' ') {
            if (!text.empty() && text.front() != ' ')
                return false;
            skipBlanks(literal);
            skipBlanks(text);
            continue;
        }
        if (text.empty() || text.front() != literal.front())
            return false;
        literal.remove_prefix(1);
        text.remove_prefix(1);
    }
    return true;
}

/// Length of what looks like the abbreviation of a zone; 0 when it does not.
std::size_t zoneNameLength(std::string_view text)
{
    if (text.size() < 3)
        return 0;
    if (text.starts_with("ChST") || text.starts_with("MeST"))
        return 4;
    const auto signedHours = [](std::string_view rest) -> std::size_t {
        if (rest.empty() || (rest[0] != '-' && rest[0] != '+'))
            return 0;
        std::size_t end = 1;
        int hours = 0;
        while (isDigit(rest, end) && end < 4)
            hours = hours * 10 + (rest[end++] - '0');
        return end == 1 || hours > 23 ? 0 : end;
    };
    if (text.starts_with("GMT"))
        return 3 + signedHours(text.substr(3));
    if (text[0] == '+' || text[0] == '-') {
        const std::size_t length = signedHours(text);
        return length >= 3 ? length : 0;
    }
    std::size_t upper = 0;
    while (upper < 6 && upper < text.size() && text[upper] >= 'A' && text[upper] <= 'Z')
        ++upper;
    switch (upper) {
    case 5: return text[4] == 'T' ? 5 : 0;
    case 4: return text[3] == 'T' || text.starts_with("WITA") ? 4 : 0;
    case 3: return 3;
    default: return 0;
    }
}

void appendNumber(std::string& out, std::int64_t number, std::size_t width)
{
    if (number < 0) {
        out += '-';
        number = -number;
    }
    const std::string digits = std::to_string(number);
    if (digits.size() < width)
        out.append(width - digits.size(), '0');
    out += digits;
}

} // namespace

TimeFormat::TimeFormat() = default;
TimeFormat::TimeFormat(TimeFormat&&) noexcept = default;
TimeFormat& TimeFormat::operator=(TimeFormat&&) noexcept = default;
TimeFormat::~TimeFormat() = default;

Result<TimeFormat, std::string> TimeFormat::compile(std::string_view format, Use use)
{
    if (format.empty())
        return fail(std::string("the format is empty; write it as in \"%Y-%m-%d %H:%M:%S\""));
    if (std::any_of(format.begin(), format.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return fail(std::string("a format has directives such as %Y, and no digits"));
    TimeFormat result;
    result.m_endsWithZ = format.back() == 'Z';
    std::string layout;
    bool hasEitherYear = false;
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%') {
            if (format[i] != kAnyOffset && format[i] != kEitherYear)
                layout += format[i];
            continue;
        }
        const char letter = ++i < format.size() ? format[i] : '\0';
        const auto* const directive = std::find_if(std::begin(kDirectives), std::end(kDirectives),
            [&](const Directive& one) { return one.letter == letter; });
        if (directive == std::end(kDirectives))
            return fail(
                "%" + std::string(letter == '\0' ? 0 : 1, letter) + " is no directive of a time format");
        if ((letter == 'L' || letter == 'f' || letter == 's')
            && (i < 2 || (format[i - 2] != '.' && format[i - 2] != ',')))
            return fail("in front of %" + std::string(1, letter) + " belongs a point or a comma");
        const bool isReading = use == Use::Parsing && !directive->reading.empty();
        layout += isReading ? directive->reading : directive->writing;
        hasEitherYear = hasEitherYear || (isReading && directive->reading.back() == kEitherYear);
    }
    const auto withYear = [&](std::string_view year) {
        std::string text;
        for (const char c : layout) {
            if (c == kEitherYear)
                text += year;
            else
                text += c;
        }
        return text;
    };
    result.m_layouts.push_back(chunksOf(withYear("2006")));
    if (hasEitherYear)
        result.m_layouts.push_back(chunksOf(withYear("06")));
    if (use == Use::Parsing) {
        for (const std::string_view name : kAbbreviations) {
            const bool isAsked = std::any_of(result.m_layouts[0].begin(), result.m_layouts[0].end(),
                [](const Chunk& chunk) { return chunk.field == Field::ZoneName; });
            if (!isAsked)
                break;
            if (auto zone = ZoneFile::load(name))
                result.m_abbreviated.emplace_back(name, std::move(*zone));
        }
    }
    return result;
}

std::vector<TimeFormat::Chunk> TimeFormat::chunksOf(std::string_view layout)
{
    // Where one is the beginning of another, the longer one comes first.
    struct Pattern {
        std::string_view text;
        Field field;
        bool refusesLower = false; ///< "Jan" is no month in "Janet".
    };
    static constexpr Pattern kPatterns[] = {{"January", Field::LongMonth}, {"Jan", Field::Month, true},
        {"Monday", Field::LongWeekday}, {"Mon", Field::Weekday, true}, {"MST", Field::ZoneName},
        {"002", Field::ZeroYearDay}, {"01", Field::ZeroMonth}, {"02", Field::ZeroDay},
        {"03", Field::ZeroHour12}, {"04", Field::ZeroMinute}, {"05", Field::ZeroSecond}, {"06", Field::Year},
        {"15", Field::Hour}, {"1", Field::NumericMonth}, {"2006", Field::LongYear}, {"2", Field::Day},
        {"__2", Field::UnderYearDay}, {"_2", Field::UnderDay}, {"3", Field::Hour12}, {"4", Field::Minute},
        {"5", Field::Second}, {"PM", Field::UpperHalf}, {"pm", Field::LowerHalf},
        {"-070000", Field::OffsetSeconds}, {"-07:00:00", Field::OffsetColonSeconds}, {"-0700", Field::Offset},
        {"-07:00", Field::OffsetColon}, {"-07", Field::OffsetHour}, {"Z070000", Field::IsoOffsetSeconds},
        {"Z07:00:00", Field::IsoOffsetColonSeconds}, {"Z0700", Field::IsoOffset},
        {"Z07:00", Field::IsoOffsetColon}, {"Z07", Field::IsoOffsetHour}, {"\xFF", Field::AnyOffset}};

    std::vector<Chunk> chunks;
    Chunk chunk{{}, Field::End};
    const auto push = [&](Field field) {
        chunk.field = field;
        chunks.push_back(std::move(chunk));
        chunk = {{}, Field::End};
    };
    while (!layout.empty()) {
        if ((layout[0] == '.' || layout[0] == ',') && layout.size() > 1
            && (layout[1] == '0' || layout[1] == '9')) {
            std::size_t end = 1;
            while (end < layout.size() && layout[end] == layout[1])
                ++end;
            if (!isDigit(layout, end)) {
                chunk.digits = static_cast<std::uint8_t>(std::min<std::size_t>(end - 1, 9));
                chunk.separator = layout[0];
                push(layout[1] == '0' ? Field::FixedFraction : Field::Fraction);
                layout.remove_prefix(end);
                continue;
            }
        }
        if (layout.starts_with("_2006")) {
            chunk.literal += '_';
            layout.remove_prefix(1);
            continue;
        }
        const auto* const pattern
            = std::find_if(std::begin(kPatterns), std::end(kPatterns), [&](const Pattern& one) {
                  return layout.starts_with(one.text)
                      && !(one.refusesLower && isLower(layout, one.text.size()));
              });
        if (pattern == std::end(kPatterns)) {
            chunk.literal += layout[0];
            layout.remove_prefix(1);
            continue;
        }
        layout.remove_prefix(pattern->text.size());
        push(pattern->field);
    }
    push(Field::End);
    return chunks;
}

Result<void, std::string> TimeFormat::setLocale(std::string_view tag)
{
    SLUICE_TRY_AS(m_names, TimeNames::load(tag));
    return {};
}

Result<void, std::string> TimeFormat::setLocation(std::string_view name)
{
    m_hasLocation = true;
    if (name == "UTC")
        return {};
    if (name == "Local") {
        m_location = ZoneFile::loadLocal();
        return {};
    }
    SLUICE_TRY_AS(m_location, ZoneFile::load(name));
    return {};
}

namespace {

/// Reads an offset whose parts are two digits each; nothing when it is none.
std::optional<std::int32_t> takeOffset(std::string_view& text, bool hasColons, int parts)
{
    if (text.empty() || (text[0] != '+' && text[0] != '-'))
        return std::nullopt;
    const bool isNegative = text[0] == '-';
    std::string_view rest = text.substr(1);
    std::int32_t seconds = 0;
    for (int part = 0; part < 3; ++part) {
        int number = 0;
        if (part < parts) {
            if (part > 0 && hasColons) {
                if (!rest.starts_with(':'))
                    return std::nullopt;
                rest.remove_prefix(1);
            }
            number = takeNumber(rest, true);
            if (number < 0 || number > (part == 0 ? 24 : 60))
                return std::nullopt;
        }
        seconds = seconds * 60 + number;
    }
    text = rest;
    return isNegative ? -seconds : seconds;
}

} // namespace

Result<TimeFormat::Reading, std::string> TimeFormat::read(
    const std::vector<Chunk>& chunks, std::string_view text) const
{
    Reading reading;
    CivilTime& time = reading.time;
    const auto wrong = [&](std::string_view what) {
        return fail("no " + std::string(what) + " where one is expected: \"" + std::string(text.substr(0, 40))
            + "\"");
    };
    const auto takeUpTo = [&](int& number, int highest, bool isTwoDigits) {
        while (text.starts_with(' '))
            text.remove_prefix(1);
        number = takeNumber(text, isTwoDigits);
        return number >= 0 && number <= highest;
    };

    for (std::size_t i = 0; i < chunks.size(); ++i) {
        const Chunk& chunk = chunks[i];
        if (!skipLiteral(text, chunk.literal))
            return fail(
                "\"" + chunk.literal + "\" expected in front of \"" + std::string(text.substr(0, 40)) + "\"");
        switch (chunk.field) {
        case Field::End:
            if (!text.empty())
                return fail("text behind the time: \"" + std::string(text.substr(0, 40)) + "\"");
            break;
        case Field::LongYear: {
            const int year = takeDigits(text, 4);
            if (year < 0)
                return wrong("year");
            time.year = year;
            break;
        }
        case Field::Year: {
            const int year = takeDigits(text, 2);
            if (year < 0)
                return wrong("year");
            time.year = year + (year >= 69 ? 1900 : 2000);
            break;
        }
        case Field::Month:
        case Field::LongMonth:
            time.month = m_names != nullptr
                ? TimeNames::take(m_names->months, text)
                : takeName(kMonths, chunk.field == Field::Month ? kShortName : std::string_view::npos, text)
                    + 1;
            if (time.month < 1)
                return wrong("name of a month");
            reading.hasMonth = true;
            break;
        case Field::NumericMonth:
        case Field::ZeroMonth:
            if (!takeUpTo(time.month, 12, chunk.field == Field::ZeroMonth) || time.month == 0)
                return wrong("month");
            reading.hasMonth = true;
            break;
        case Field::Weekday:
        case Field::LongWeekday: {
            const int day = m_names != nullptr
                ? TimeNames::take(m_names->days, text)
                : takeName(kDays, chunk.field == Field::Weekday ? kShortName : std::string_view::npos, text);
            if (day < 0)
                return wrong("name of a day");
            break;
        }
        case Field::Day:
        case Field::UnderDay:
        case Field::ZeroDay:
            if (!takeUpTo(time.day, 99, chunk.field == Field::ZeroDay))
                return wrong("day");
            reading.hasDay = true;
            break;
        case Field::UnderYearDay:
        case Field::ZeroYearDay:
            while (chunk.field == Field::UnderYearDay && text.starts_with(' '))
                text.remove_prefix(1);
            reading.yearDay = takeDigits(text, 3);
            if (reading.yearDay < 0)
                return wrong("day of the year");
            break;
        case Field::Hour:
            if (!takeUpTo(time.hour, 23, false))
                return wrong("hour");
            break;
        case Field::Hour12:
        case Field::ZeroHour12:
            if (!takeUpTo(time.hour, 12, chunk.field == Field::ZeroHour12))
                return wrong("hour");
            break;
        case Field::Minute:
        case Field::ZeroMinute:
            if (!takeUpTo(time.minute, 59, chunk.field == Field::ZeroMinute))
                return wrong("minute");
            break;
        case Field::Second:
        case Field::ZeroSecond: {
            if (!takeUpTo(time.second, 59, chunk.field == Field::ZeroSecond))
                return wrong("second");
            // A fraction is read even if the layout has none.
            const Field next = chunks[i + 1].field;
            const bool isFractionNext = next == Field::Fraction || next == Field::FixedFraction;
            if (text.size() >= 2 && (text[0] == '.' || text[0] == ',') && isDigit(text, 1)
                && !isFractionNext) {
                std::size_t end = 2;
                while (isDigit(text, end))
                    ++end;
                reading.nanos = nanosOf(text.substr(1, end - 1));
                text.remove_prefix(end);
            }
            break;
        }
        case Field::UpperHalf:
        case Field::LowerHalf: {
            if (m_names != nullptr && !m_names->halves.empty()) {
                std::string_view rest = text;
                const int half = TimeNames::take(m_names->halves, rest);
                if (half >= 0) {
                    reading.isAfternoon = half == 1;
                    text = rest;
                    break;
                }
            }
            const bool isUpper = chunk.field == Field::UpperHalf;
            if (text.starts_with(isUpper ? "PM" : "pm"))
                reading.isAfternoon = true;
            else if (text.starts_with(isUpper ? "AM" : "am"))
                reading.isAfternoon = false;
            else
                return wrong(isUpper ? "AM or PM" : "am or pm");
            text.remove_prefix(2);
            break;
        }
        case Field::ZoneName: {
            if (text.starts_with("UTC")) {
                reading.isUtc = true;
                text.remove_prefix(3);
                break;
            }
            const std::size_t length = zoneNameLength(text);
            if (length == 0)
                return wrong("time zone");
            reading.zoneName = text.substr(0, length);
            text.remove_prefix(length);
            break;
        }
        case Field::IsoOffset:
        case Field::IsoOffsetColon:
        case Field::IsoOffsetHour:
        case Field::IsoOffsetSeconds:
        case Field::IsoOffsetColonSeconds:
        case Field::AnyOffset:
            if (text.starts_with('Z')) {
                text.remove_prefix(1);
                reading.isUtc = true;
                break;
            }
            [[fallthrough]];
        case Field::Offset:
        case Field::OffsetColon:
        case Field::OffsetHour:
        case Field::OffsetSeconds:
        case Field::OffsetColonSeconds: {
            switch (chunk.field) {
            case Field::Offset:
            case Field::IsoOffset: reading.offset = takeOffset(text, false, 2); break;
            case Field::OffsetColon:
            case Field::IsoOffsetColon: reading.offset = takeOffset(text, true, 2); break;
            case Field::OffsetSeconds:
            case Field::IsoOffsetSeconds: reading.offset = takeOffset(text, false, 3); break;
            case Field::OffsetColonSeconds:
            case Field::IsoOffsetColonSeconds: reading.offset = takeOffset(text, true, 3); break;
            case Field::AnyOffset:
                reading.offset = takeOffset(text, false, 2);
                if (!reading.offset)
                    reading.offset = takeOffset(text, true, 2);
                [[fallthrough]];
            default:
                if (!reading.offset)
                    reading.offset = takeOffset(text, false, 1);
                break;
            }
            if (!reading.offset)
                return wrong("offset from UTC");
            break;
        }
        case Field::FixedFraction:
        case Field::Fraction: {
            const bool isFixed = chunk.field == Field::FixedFraction;
            if (text.size() < 2 || (text[0] != '.' && text[0] != ',') || !isDigit(text, 1)) {
                if (isFixed)
                    return wrong("fraction");
                break;
            }
            std::size_t end = 1;
            while (isDigit(text, end) && !(isFixed && end > chunk.digits))
                ++end;
            reading.nanos = nanosOf(text.substr(1, end - 1));
            text.remove_prefix(end);
            break;
        }
        }
    }

    if (reading.isAfternoon && *reading.isAfternoon && time.hour < 12)
        time.hour += 12;
    else if (reading.isAfternoon && !*reading.isAfternoon && time.hour == 12)
        time.hour = 0;
    if (reading.yearDay >= 0) {
        if (reading.yearDay < 1 || reading.yearDay > (isLeapYear(time.year) ? 366 : 365))
            return fail(std::string("no such day in that year"));
        const CivilTime date
            = civilFromUnix(unixFromCivil({.year = time.year}) + std::int64_t{reading.yearDay - 1} * 86400);
        if ((reading.hasMonth && date.month != time.month) || (reading.hasDay && date.day != time.day))
            return fail(std::string("the day of the year is another day than the date"));
        time.month = date.month;
        time.day = date.day;
    }
    if (time.day < 1 || time.day > daysInMonth(time.year, time.month))
        return fail(std::string("no such day in that month"));
    return reading;
}

Result<TimeFormat::Parsed, std::string> TimeFormat::parse(
    std::string_view text, Instant now, const Zone* localZone, Arena& arena) const
{
    Result<Reading, std::string> reading = read(m_layouts[0], text);
    for (std::size_t i = 1; i < m_layouts.size() && !reading; ++i) {
        if (auto other = read(m_layouts[i], text))
            reading = std::move(other);
    }
    if (!reading)
        return fail(std::move(reading).error());
    return placed(*reading, now, localZone, arena);
}

Result<TimeFormat::Parsed, std::string> TimeFormat::placed(
    const Reading& reading, Instant now, const Zone* localZone, Arena& arena) const
{
    const Zone* const zone = m_hasLocation ? m_location.get() : m_endsWithZ ? nullptr : localZone;
    const auto fixedZone = [&](std::int32_t offset, std::string_view name) {
        return new (arena.allocate<FixedZone>(1)) FixedZone(offset, arena.copy(name));
    };
    /// The instant at which clocks of the zone show what was read.
    const auto shownIn = [](const Zone* where, std::int64_t shown) {
        if (where == nullptr)
            return shown;
        const std::int64_t guess = shown - where->at(shown).offsetSeconds;
        return shown - where->at(guess).offsetSeconds;
    };

    const auto place = [&](const CivilTime& time) -> Result<Parsed, std::string> {
        const std::int64_t shown = unixFromCivil(time);
        if (reading.isUtc)
            return Parsed{{shown, reading.nanos}, nullptr};
        if (reading.offset) {
            const std::int64_t seconds = shown - *reading.offset;
            const Zone::Reading here = zone != nullptr ? zone->at(seconds) : Zone::Reading{0, "UTC"};
            if (here.offsetSeconds == *reading.offset
                && (reading.zoneName.empty() || here.abbreviation == reading.zoneName))
                return Parsed{{seconds, reading.nanos}, zone};
            return Parsed{{seconds, reading.nanos}, fixedZone(*reading.offset, reading.zoneName)};
        }
        if (reading.zoneName.empty())
            return Parsed{{shownIn(zone, shown), reading.nanos}, zone};
        const std::int64_t inZone = shownIn(zone, shown);
        if (zone != nullptr && zone->at(inZone).abbreviation == reading.zoneName)
            return Parsed{{inZone, reading.nanos}, zone};
        if (reading.zoneName.starts_with("GMT") && reading.zoneName.size() > 3) {
            int hours = 0;
            for (const char digit : reading.zoneName.substr(4))
                hours = hours * 10 + (digit - '0');
            const std::int32_t offset = (reading.zoneName[3] == '-' ? -hours : hours) * 3600;
            return Parsed{{shown - offset, reading.nanos}, fixedZone(offset, reading.zoneName)};
        }
        for (const auto& [name, file] : m_abbreviated) {
            if (name == reading.zoneName)
                return Parsed{{shownIn(file.get(), shown), reading.nanos}, file.get()};
        }
        return fail("the time zone database knows no zone called \"" + std::string(reading.zoneName) + "\"");
    };

    CivilTime time = reading.time;
    if (time.year > 0)
        return place(time);
    constexpr std::int64_t kSecondsPerWeek = 7 * 86400;
    time.year = civilFromUnix(now.seconds).year;
    time.day = std::min(reading.time.day, daysInMonth(time.year, time.month));
    SLUICE_TRY_AS(const Parsed parsed, place(time));
    if (parsed.instant.seconds <= now.seconds + kSecondsPerWeek)
        return parsed;
    --time.year;
    time.day = std::min(reading.time.day, daysInMonth(time.year, time.month));
    return place(time);
}

std::string TimeFormat::format(Instant instant, const Zone* zone) const
{
    const Zone::Reading here = zone != nullptr ? zone->at(instant.seconds) : Zone::Reading{0, "UTC"};
    const CivilTime time = civilFromUnix(instant.seconds, here.offsetSeconds);
    const int hour12 = time.hour % 12 == 0 ? 12 : time.hour % 12;
    std::string out;
    const auto appendOffset = [&](bool hasColons, int parts) {
        const std::int32_t seconds = std::abs(here.offsetSeconds);
        out += here.offsetSeconds < 0 ? '-' : '+';
        appendNumber(out, seconds / 3600, 2);
        if (parts > 1) {
            out += hasColons ? ":" : "";
            appendNumber(out, seconds / 60 % 60, 2);
        }
        if (parts > 2) {
            out += hasColons ? ":" : "";
            appendNumber(out, seconds % 60, 2);
        }
    };
    const auto appendIsoOffset = [&](bool hasColons, int parts) {
        if (here.offsetSeconds == 0)
            out += 'Z';
        else
            appendOffset(hasColons, parts);
    };

    for (const Chunk& chunk : m_layouts[0]) {
        out += chunk.literal;
        switch (chunk.field) {
        case Field::End: break;
        case Field::LongYear: appendNumber(out, time.year, 4); break;
        case Field::Year: appendNumber(out, std::abs(time.year % 100), 2); break;
        case Field::LongMonth: out += kMonths[time.month - 1]; break;
        case Field::Month: out += kMonths[time.month - 1].substr(0, kShortName); break;
        case Field::NumericMonth: appendNumber(out, time.month, 0); break;
        case Field::ZeroMonth: appendNumber(out, time.month, 2); break;
        case Field::LongWeekday: out += kDays[time.weekday]; break;
        case Field::Weekday: out += kDays[time.weekday].substr(0, kShortName); break;
        case Field::Day: appendNumber(out, time.day, 0); break;
        case Field::UnderDay:
            out += time.day < 10 ? " " : "";
            appendNumber(out, time.day, 0);
            break;
        case Field::ZeroDay: appendNumber(out, time.day, 2); break;
        case Field::UnderYearDay:
        case Field::ZeroYearDay: {
            const std::int64_t midnight
                = unixFromCivil({.year = time.year, .month = time.month, .day = time.day});
            const std::int64_t day = (midnight - unixFromCivil({.year = time.year})) / 86400 + 1;
            if (chunk.field == Field::UnderYearDay)
                out.append(day < 10 ? 2 : day < 100 ? 1 : 0, ' ');
            appendNumber(out, day, chunk.field == Field::ZeroYearDay ? 3 : 0);
            break;
        }
        case Field::Hour: appendNumber(out, time.hour, 2); break;
        case Field::Hour12: appendNumber(out, hour12, 0); break;
        case Field::ZeroHour12: appendNumber(out, hour12, 2); break;
        case Field::Minute: appendNumber(out, time.minute, 0); break;
        case Field::ZeroMinute: appendNumber(out, time.minute, 2); break;
        case Field::Second: appendNumber(out, time.second, 0); break;
        case Field::ZeroSecond: appendNumber(out, time.second, 2); break;
        case Field::UpperHalf: out += time.hour >= 12 ? "PM" : "AM"; break;
        case Field::LowerHalf: out += time.hour >= 12 ? "pm" : "am"; break;
        case Field::ZoneName:
            if (here.abbreviation.empty())
                appendOffset(false, 2);
            else
                out += here.abbreviation;
            break;
        case Field::Offset: appendOffset(false, 2); break;
        case Field::OffsetColon: appendOffset(true, 2); break;
        case Field::OffsetHour: appendOffset(false, 1); break;
        case Field::OffsetSeconds: appendOffset(false, 3); break;
        case Field::OffsetColonSeconds: appendOffset(true, 3); break;
        case Field::AnyOffset:
        case Field::IsoOffset: appendIsoOffset(false, 2); break;
        case Field::IsoOffsetColon: appendIsoOffset(true, 2); break;
        case Field::IsoOffsetHour: appendIsoOffset(false, 1); break;
        case Field::IsoOffsetSeconds: appendIsoOffset(false, 3); break;
        case Field::IsoOffsetColonSeconds: appendIsoOffset(true, 3); break;
        case Field::FixedFraction:
        case Field::Fraction: {
            std::string digits;
            appendNumber(digits, instant.nanos, 9);
            digits.resize(chunk.digits);
            while (chunk.field == Field::Fraction && !digits.empty() && digits.back() == '0')
                digits.pop_back();
            if (!digits.empty()) {
                out += chunk.separator;
                out += digits;
            }
            break;
        }
        }
    }
    return out;
}

} // namespace sluice::ottl
