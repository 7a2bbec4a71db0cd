#include "core/processors/probabilistic_sampler/trace_state.h"

#include "core/processors/probabilistic_sampler/threshold.h"

#include <algorithm>

namespace sluice::sampling {

namespace {

constexpr std::size_t kMaxLength = 1024;
constexpr std::size_t kMaxMembers = 31; // The collector's reader gives up at the 32nd.
constexpr std::size_t kMaxOpenTelemetryLength = 256;
constexpr std::size_t kMaxValue = 256;

bool isLower(char c)
{
    return c >= 'a' && c <= 'z';
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isKeyCharacter(char c)
{
    return isLower(c) || isDigit(c) || c == '-' || c == '*' || c == '/' || c == '_';
}

/// A part of a key: its first character, then at most `more` others.
bool isKeyPart(std::string_view part, bool startsWithLetter, std::size_t more)
{
    return !part.empty() && part.size() <= more + 1
        && (isLower(part.front()) || (!startsWithLetter && isDigit(part.front())))
        && std::ranges::all_of(part, isKeyCharacter);
}

bool isKey(std::string_view key)
{
    const std::size_t at = key.find('@');
    if (at == std::string_view::npos)
        return isKeyPart(key, true, 255);
    return isKeyPart(key.substr(0, at), false, 240) && isKeyPart(key.substr(at + 1), true, 13);
}

bool isValue(std::string_view value)
{
    const auto isAllowed = [](char c) { return c >= 0x20 && c <= 0x7E && c != ',' && c != '='; };
    return !value.empty() && value.size() <= kMaxValue && value.back() != ' '
        && std::ranges::all_of(value, isAllowed);
}

std::string_view trimmed(std::string_view text)
{
    const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
    const std::size_t end = text.find_last_not_of(" \t");
    return end == std::string_view::npos ? std::string_view() : text.substr(begin, end + 1 - begin);
}

/// Calls `member(key, value)` for each part of a list, and stops at the first that it refuses.
template <class Member>
bool forEachMember(std::string_view text, char separator, char between, Member member)
{
    while (true) {
        const std::size_t end = std::min(text.find(separator), text.size());
        const std::string_view part = trimmed(text.substr(0, end));
        const std::size_t middle = part.find(between);
        if (middle == std::string_view::npos || !member(part.substr(0, middle), part.substr(middle + 1)))
            return false;
        if (end == text.size())
            return true;
        text.remove_prefix(end + 1);
    }
}

void append(std::string_view key, char between, std::string_view value, char separator, std::string& out)
{
    if (!out.empty())
        out += separator;
    out.append(key).append(1, between).append(value);
}

} // namespace

std::optional<TraceState> TraceState::parse(std::string_view text)
{
    TraceState state;
    if (text.empty())
        return state;
    if (text.size() > kMaxLength)
        return std::nullopt;
    std::size_t count = 0;
    const bool isParsed = forEachMember(text, ',', '=', [&](std::string_view key, std::string_view value) {
        if (!isKey(key) || !isValue(value) || ++count > kMaxMembers)
            return false;
        if (key == "ot")
            return state.parseOpenTelemetry(value);
        state.m_others.emplace_back(key, value);
        return true;
    });
    if (!isParsed)
        return std::nullopt;
    return state;
}

bool TraceState::parseOpenTelemetry(std::string_view value)
{
    if (value.size() > kMaxOpenTelemetryLength)
        return false;
    const auto isValueCharacter = [](char c) {
        return isLower(c) || isDigit(c) || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '-';
    };
    return forEachMember(value, ';', ':', [&](std::string_view key, std::string_view part) {
        const bool isName = !key.empty() && isLower(key.front())
            && std::ranges::all_of(key, [](char c) { return isLower(c) || isDigit(c); });
        if (!isName || !std::ranges::all_of(part, isValueCharacter))
            return false;
        if (key == "rv")
            return (randomness = randomnessIn(part)).has_value();
        if (key == "th")
            return (threshold = thresholdIn(part)).has_value();
        m_otMembers.emplace_back(key, part);
        return true;
    });
}

std::string TraceState::text() const
{
    std::string ot;
    if (randomness)
        append("rv", ':', randomnessText(*randomness), ';', ot);
    if (threshold && *threshold != kNever)
        append("th", ':', thresholdText(*threshold), ';', ot);
    for (const auto& [key, value] : m_otMembers)
        append(key, ':', value, ';', ot);
    std::string out;
    if (!ot.empty())
        append("ot", '=', ot, ',', out);
    for (const auto& [key, value] : m_others)
        append(key, '=', value, ',', out);
    return out;
}

} // namespace sluice::sampling
