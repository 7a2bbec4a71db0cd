#include "core/ottl/functions/zone_file.h"

#include "core/ottl/functions/civil_time.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace sluice::ottl {

namespace {

constexpr std::string_view kFolders[]
    = {"/usr/share/zoneinfo/", "/usr/lib/zoneinfo/", "/usr/share/lib/zoneinfo/"};
constexpr std::size_t kMaxFileSize = 1 << 20;
constexpr std::size_t kHeaderSize = 44;

std::optional<std::string> readFile(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return std::nullopt;
    std::string bytes(kMaxFileSize, '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, file.gcount())));
    return bytes;
}

/// Only names that stay inside of the database's folder.
bool isZoneName(std::string_view name)
{
    return !name.empty() && name.size() < 200 && name.front() != '/'
        && name.find("..") == std::string_view::npos && std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/'
                   || c == '_' || c == '-' || c == '+' || c == '.';
           });
}

std::uint64_t bigEndian(std::string_view bytes)
{
    std::uint64_t value = 0;
    for (const char byte : bytes)
        value = value << 8 | static_cast<unsigned char>(byte);
    return value;
}

} // namespace

/// Reads the rule behind the last transition: "CET-1CEST,M3.5.0,M10.5.0/3".
class ZoneFile::RuleReader {
public:
    explicit RuleReader(std::string_view text)
        : m_rest(text)
    {
    }

    std::optional<Rule> read()
    {
        Rule rule;
        int seconds = 0;
        if (!readName(rule.standard.abbreviation) || !readTime(seconds))
            return std::nullopt;
        rule.standard.offset = -seconds;
        if (m_rest.empty())
            return rule;
        Type daylight;
        daylight.isDaylight = true;
        daylight.offset = rule.standard.offset + 3600;
        if (!readName(daylight.abbreviation))
            return std::nullopt;
        if (!m_rest.empty() && m_rest.front() != ',') {
            if (!readTime(seconds))
                return std::nullopt;
            daylight.offset = -seconds;
        }
        if (!readTurn(rule.begin) || !readTurn(rule.end))
            return std::nullopt;
        rule.daylight = std::move(daylight);
        return rule;
    }

private:
    bool take(char c)
    {
        if (m_rest.empty() || m_rest.front() != c)
            return false;
        m_rest.remove_prefix(1);
        return true;
    }

    bool readName(std::string& name)
    {
        const bool isQuoted = take('<');
        const auto isEnd = [&](char c) {
            return isQuoted ? c == '>' : !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
        };
        const auto end = std::find_if(m_rest.begin(), m_rest.end(), isEnd);
        name.assign(m_rest.begin(), end);
        m_rest.remove_prefix(name.size());
        return !name.empty() && (!isQuoted || take('>'));
    }

    bool readNumber(int& number)
    {
        std::size_t digits = 0;
        number = 0;
        while (digits < m_rest.size() && digits < 4 && m_rest[digits] >= '0' && m_rest[digits] <= '9')
            number = number * 10 + (m_rest[digits++] - '0');
        m_rest.remove_prefix(digits);
        return digits > 0;
    }

    bool readTime(int& seconds)
    {
        const bool isNegative = take('-');
        if (!isNegative)
            take('+');
        int hours = 0;
        int minutes = 0;
        int rest = 0;
        if (!readNumber(hours) || (take(':') && (!readNumber(minutes) || (take(':') && !readNumber(rest)))))
            return false;
        seconds = (hours * 60 + minutes) * 60 + rest;
        seconds = isNegative ? -seconds : seconds;
        return true;
    }

    bool readTurn(Turn& turn)
    {
        if (!take(','))
            return false;
        bool isGood = false;
        if (take('M')) {
            turn.kind = Turn::Kind::WeekOfMonth;
            isGood = readNumber(turn.month) && take('.') && readNumber(turn.week) && take('.')
                && readNumber(turn.day) && turn.month >= 1 && turn.month <= 12 && turn.week >= 1
                && turn.week <= 5 && turn.day <= 6;
        } else {
            turn.kind = take('J') ? Turn::Kind::DayWithoutLeap : Turn::Kind::DayOfYear;
            isGood = readNumber(turn.day) && turn.day <= 365;
        }
        return isGood && (!take('/') || readTime(turn.secondOfDay));
    }

    std::string_view m_rest;
};

std::optional<ZoneFile> ZoneFile::parse(std::string_view bytes)
{
    struct Counts {
        std::size_t isUt, isStandard, leaps, transitions, types, characters;
        [[nodiscard]] std::size_t size(std::size_t timeSize) const
        {
            return transitions * (timeSize + 1) + types * 6 + characters + leaps * (timeSize + 4) + isStandard
                + isUt;
        }
    };
    const auto readHeader = [&](Counts& counts) {
        if (bytes.size() < kHeaderSize || !bytes.starts_with("TZif"))
            return false;
        std::size_t* const fields[] = {&counts.isUt, &counts.isStandard, &counts.leaps, &counts.transitions,
            &counts.types, &counts.characters};
        std::size_t at = 20;
        for (std::size_t* field : fields) {
            *field = static_cast<std::size_t>(bigEndian(bytes.substr(at, 4)));
            if (*field > kMaxFileSize)
                return false;
            at += 4;
        }
        bytes.remove_prefix(kHeaderSize);
        return true;
    };

    Counts counts{};
    const bool hasLongTimes = bytes.size() > 4 && bytes[4] >= '2';
    if (!readHeader(counts))
        return std::nullopt;
    std::size_t timeSize = 4;
    if (hasLongTimes) { // The old block with 32-bit times comes first.
        if (bytes.size() < counts.size(4))
            return std::nullopt;
        bytes.remove_prefix(counts.size(4));
        if (!readHeader(counts))
            return std::nullopt;
        timeSize = 8;
    }
    if (bytes.size() < counts.size(timeSize) || counts.types == 0)
        return std::nullopt;

    ZoneFile zone;
    const std::string_view types = bytes.substr(counts.transitions * (timeSize + 1));
    const std::string_view characters = types.substr(counts.types * 6, counts.characters);
    for (std::size_t i = 0; i < counts.types; ++i) {
        const std::string_view type = types.substr(i * 6, 6);
        const auto at = static_cast<std::size_t>(static_cast<unsigned char>(type[5]));
        if (at >= characters.size())
            return std::nullopt;
        const std::string_view name = characters.substr(at);
        zone.m_types.push_back({static_cast<std::int32_t>(bigEndian(type.substr(0, 4))), type[4] != 0,
            std::string(name.substr(0, name.find('\0')))});
    }
    for (std::size_t i = 0; i < counts.transitions; ++i) {
        const std::uint64_t raw = bigEndian(bytes.substr(i * timeSize, timeSize));
        zone.m_transitions.push_back(timeSize == 8
                ? static_cast<std::int64_t>(raw)
                : static_cast<std::int32_t>(static_cast<std::uint32_t>(raw)));
        const auto type = static_cast<std::uint8_t>(bytes[counts.transitions * timeSize + i]);
        if (type >= zone.m_types.size() || (i > 0 && zone.m_transitions[i] < zone.m_transitions[i - 1]))
            return std::nullopt;
        zone.m_typeBehind.push_back(type);
    }
    bytes.remove_prefix(counts.size(timeSize));
    if (hasLongTimes && bytes.size() > 2 && bytes.front() == '\n') {
        const std::string_view rule = bytes.substr(1, bytes.find('\n', 1) - 1);
        if (!rule.empty())
            zone.m_rule = RuleReader(rule).read();
    }
    return zone;
}

Result<std::unique_ptr<const ZoneFile>, std::string> ZoneFile::load(std::string_view name)
{
    if (isZoneName(name)) {
        for (const std::string_view folder : kFolders) {
            const auto bytes = readFile(std::string(folder) + std::string(name));
            if (!bytes)
                continue;
            if (auto zone = parse(*bytes))
                return std::unique_ptr<const ZoneFile>(new ZoneFile(std::move(*zone)));
        }
    }
    return fail("no time zone is called \"" + std::string(name.substr(0, 100))
        + "\"; write it as in \"Europe/Berlin\"");
}

std::unique_ptr<const ZoneFile> ZoneFile::loadLocal()
{
    if (const char* name = std::getenv("TZ"); name != nullptr) {
        std::string_view text = name;
        if (text.starts_with(':'))
            text.remove_prefix(1);
        auto zone = load(text);
        return zone ? std::move(*zone) : nullptr;
    }
    if (const auto bytes = readFile("/etc/localtime")) {
        if (auto zone = parse(*bytes))
            return std::unique_ptr<const ZoneFile>(new ZoneFile(std::move(*zone)));
    }
    return nullptr;
}

std::int64_t ZoneFile::secondOfYear(const Turn& turn, std::int64_t year)
{
    std::int64_t day = turn.day;
    switch (turn.kind) {
    case Turn::Kind::DayWithoutLeap: // 1 to 365, the 29th of February is never counted.
        day = turn.day - 1 + (isLeapYear(year) && turn.day >= 60 ? 1 : 0);
        break;
    case Turn::Kind::DayOfYear: break;
    case Turn::Kind::WeekOfMonth: {
        const CivilTime first{.year = year, .month = turn.month};
        const std::int64_t begin = unixFromCivil(first);
        const int weekday = civilFromUnix(begin).weekday;
        int dayOfMonth = (turn.day - weekday + 7) % 7 + 7 * (turn.week - 1);
        if (dayOfMonth >= daysInMonth(year, turn.month))
            dayOfMonth -= 7;
        day = (begin - unixFromCivil({.year = year})) / 86400 + dayOfMonth;
        break;
    }
    }
    return day * 86400 + turn.secondOfDay;
}

const ZoneFile::Type& ZoneFile::typeByRule(std::int64_t unixSeconds) const
{
    const Rule& rule = *m_rule;
    if (!rule.daylight)
        return rule.standard;
    const std::int64_t year = civilFromUnix(unixSeconds, rule.standard.offset).year;
    const std::int64_t second = unixSeconds - unixFromCivil({.year = year});
    const std::int64_t begin = secondOfYear(rule.begin, year) - rule.standard.offset;
    const std::int64_t end = secondOfYear(rule.end, year) - rule.daylight->offset;
    const bool isDaylight = begin < end ? second >= begin && second < end
                                        : second >= begin || second < end; // South of the equator.
    return isDaylight ? *rule.daylight : rule.standard;
}

Zone::Reading ZoneFile::at(std::int64_t unixSeconds) const
{
    const Type* type = nullptr;
    if (m_transitions.empty() || unixSeconds < m_transitions.front()) {
        if (m_transitions.empty() && m_rule) {
            type = &typeByRule(unixSeconds);
        } else { // The first that is not daylight time.
            const auto first = std::find_if(
                m_types.begin(), m_types.end(), [](const Type& one) { return !one.isDaylight; });
            type = first == m_types.end() ? &m_types.front() : &*first;
        }
    } else if (unixSeconds >= m_transitions.back() && m_rule) {
        type = &typeByRule(unixSeconds);
    } else {
        const auto next = std::upper_bound(m_transitions.begin(), m_transitions.end(), unixSeconds);
        type = &m_types[m_typeBehind[static_cast<std::size_t>(next - m_transitions.begin()) - 1]];
    }
    return {type->offset, type->abbreviation};
}

} // namespace sluice::ottl
