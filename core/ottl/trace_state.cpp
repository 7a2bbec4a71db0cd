#include "core/ottl/trace_state.h"

#include <algorithm>

namespace sluice::ottl {

namespace {

constexpr std::size_t kMaxMembers = 32;

bool isLower(char c)
{
    return c >= 'a' && c <= 'z';
}

bool isKeyLetter(char c)
{
    return isLower(c) || (c >= '0' && c <= '9') || std::string_view("_-*/").find(c) != std::string_view::npos;
}

bool isKeyPart(std::string_view part, std::size_t most, bool mayBeginWithDigit)
{
    if (part.empty() || part.size() > most)
        return false;
    const bool isDigit = part[0] >= '0' && part[0] <= '9';
    return (isLower(part[0]) || (mayBeginWithDigit && isDigit)) && std::ranges::all_of(part, isKeyLetter);
}

bool isKey(std::string_view key)
{
    const std::size_t at = key.find('@');
    if (at == std::string_view::npos)
        return isKeyPart(key, 256, false);
    return isKeyPart(key.substr(0, at), 241, true) && isKeyPart(key.substr(at + 1), 14, false);
}

bool isValue(std::string_view value)
{
    if (value.empty() || value.size() > 256 || value.back() == ' ')
        return false;
    return std::ranges::all_of(value, [](char c) { return c >= ' ' && c <= '~' && c != ',' && c != '='; });
}

} // namespace

std::optional<std::vector<std::pair<std::string_view, std::string_view>>> traceStateMembers(
    std::string_view header)
{
    std::vector<std::pair<std::string_view, std::string_view>> members;
    while (!header.empty()) {
        const std::size_t comma = std::min(header.find(','), header.size());
        const std::string_view member = header.substr(0, comma);
        header.remove_prefix(std::min(comma + 1, header.size()));
        if (member.empty())
            continue;
        const std::size_t equal = member.find('=');
        if (equal == std::string_view::npos)
            return std::nullopt;
        std::string_view key = member.substr(0, equal);
        std::string_view value = member.substr(equal + 1);
        key.remove_prefix(std::min(key.find_first_not_of(" \t"), key.size()));
        value = value.substr(0, value.find_last_not_of(" \t") + 1);
        const auto isSame = [key](const auto& other) { return other.first == key; };
        if (!isKey(key) || !isValue(value) || std::ranges::any_of(members, isSame)
            || members.size() == kMaxMembers)
            return std::nullopt;
        members.emplace_back(key, value);
    }
    return members;
}

std::optional<std::string> withTraceStateMember(
    std::string_view header, std::string_view key, std::string_view value)
{
    const auto members = traceStateMembers(header);
    if (!members || !isKey(key) || !isValue(value))
        return std::nullopt;
    std::string text;
    text.append(key).append("=").append(value);
    std::size_t count = 1;
    for (const auto& [otherKey, otherValue] : *members) {
        if (otherKey == key || count == kMaxMembers)
            continue;
        text.append(",").append(otherKey).append("=").append(otherValue);
        ++count;
    }
    return text;
}

} // namespace sluice::ottl
