#include "core/config/node.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace sluice::config {

std::string_view nameOf(NodeType type)
{
    switch (type) {
    case NodeType::Null: return "nothing";
    case NodeType::Bool: return "true or false";
    case NodeType::Int: return "a whole number";
    case NodeType::Double: return "a number";
    case NodeType::String: return "text";
    case NodeType::List: return "a list";
    case NodeType::Map: return "a map";
    }
    return "nothing";
}

const Node* Node::find(std::string_view key) const
{
    const auto it = std::ranges::find(entries, key, &NodeEntry::key);
    return it == entries.end() ? nullptr : &it->value;
}

SectionReader::SectionReader(const Node& node, std::string path, Problems& problems)
    : m_node(node)
    , m_path(std::move(path))
    , m_problems(problems)
{
    if (!node.isMap() && !node.isNull())
        refuse({}, node, nameOf(NodeType::Map));
}

const Node* SectionReader::find(std::string_view key)
{
    if (std::ranges::find(m_known, key) == m_known.end())
        m_known.emplace_back(key);
    const Node* value = m_node.find(key);
    return value == nullptr || value->isNull() ? nullptr : value;
}

bool SectionReader::isPresent(std::string_view key) const
{
    return m_node.find(key) != nullptr;
}

bool SectionReader::refuse(std::string_view key, const Node& value, std::string_view expected)
{
    std::string text = "must be ";
    text.append(expected).append(", but is ").append(nameOf(value.type));
    if (!value.text.empty() && value.text.size() <= 60 && !value.isSubstituted)
        text.append(" (").append(value.text).append(")");
    m_problems.push_back({pathOf(key), value.position, std::move(text)});
    return false;
}

void SectionReader::report(std::string_view key, std::string text)
{
    const Node* value = key.empty() ? nullptr : m_node.find(key);
    m_problems.push_back(
        {pathOf(key), value != nullptr ? value->position : m_node.position, std::move(text)});
}

std::string SectionReader::pathOf(std::string_view key) const
{
    if (m_path.empty() || key.empty())
        return m_path.empty() ? std::string(key) : m_path;
    return m_path + '.' + std::string(key);
}

bool SectionReader::read(std::string_view key, std::string& into)
{
    const Node* value = find(key);
    if (value == nullptr)
        return false;
    if (!value->isString() && !value->isSubstituted)
        return refuse(key, *value, nameOf(NodeType::String));
    into = value->text;
    return true;
}

bool SectionReader::read(std::string_view key, bool& into)
{
    const Node* value = find(key);
    if (value == nullptr)
        return false;
    if (value->type != NodeType::Bool)
        return refuse(key, *value, nameOf(NodeType::Bool));
    into = value->boolean;
    return true;
}

bool SectionReader::read(std::string_view key, double& into)
{
    const Node* value = find(key);
    if (value == nullptr)
        return false;
    if (value->type != NodeType::Double && value->type != NodeType::Int)
        return refuse(key, *value, nameOf(NodeType::Double));
    into = value->number;
    return true;
}

bool SectionReader::read(std::string_view key, std::int64_t& into, std::int64_t min, std::int64_t max)
{
    const Node* value = find(key);
    if (value == nullptr)
        return false;
    std::int64_t number = value->integer;
    if (value->type == NodeType::Double && std::abs(value->number) < 9.2e18)
        number = static_cast<std::int64_t>(value->number);
    else if (value->type != NodeType::Int)
        return refuse(key, *value, nameOf(NodeType::Int));
    if (number < min || number > max) {
        const std::string range = "a whole number from " + std::to_string(min) + " to " + std::to_string(max);
        m_problems.push_back(
            {pathOf(key), value->position, "must be " + range + ", but is " + std::to_string(number)});
        return false;
    }
    into = number;
    return true;
}

bool SectionReader::read(std::string_view key, Nanos& into)
{
    const Node* value = find(key);
    if (value == nullptr)
        return false;
    if (value->type == NodeType::Int) {
        into = Nanos(value->integer); // The collector takes a bare number as nanoseconds.
        return true;
    }
    const auto duration = value->isString() ? parseDuration(value->text) : std::nullopt;
    if (!duration)
        return refuse(key, *value, "a duration such as 500ms, 10s or 1h30m");
    into = *duration;
    return true;
}

bool SectionReader::read(std::string_view key, std::vector<std::string>& into)
{
    const Node* value = find(key);
    if (value == nullptr)
        return false;
    if (value->isString()) {
        into.clear();
        std::string_view rest = value->text;
        while (!rest.empty()) {
            const std::size_t comma = std::min(rest.find(','), rest.size());
            into.emplace_back(rest.substr(0, comma));
            rest.remove_prefix(std::min(comma + 1, rest.size()));
        }
        return true;
    }
    if (!value->isList())
        return refuse(key, *value, "a list of texts");
    into.clear();
    for (std::size_t i = 0; i < value->items.size(); ++i) {
        const Node& item = value->items[i];
        if (item.isString() || item.isSubstituted)
            into.push_back(item.text);
        else
            refuse(std::string(key) + '[' + std::to_string(i) + ']', item, nameOf(NodeType::String));
    }
    return true;
}

const Node* SectionReader::list(std::string_view key)
{
    const Node* value = find(key);
    if (value != nullptr && !value->isList()) {
        refuse(key, *value, nameOf(NodeType::List));
        return nullptr;
    }
    return value;
}

const Node* SectionReader::map(std::string_view key)
{
    const Node* value = find(key);
    if (value != nullptr && !value->isMap()) {
        refuse(key, *value, nameOf(NodeType::Map));
        return nullptr;
    }
    return value;
}

void SectionReader::finish()
{
    for (const NodeEntry& entry : m_node.entries) {
        if (std::ranges::find(m_known, entry.key) != m_known.end())
            continue;
        std::string text = "is not known here; known are ";
        for (std::size_t i = 0; i < m_known.size(); ++i)
            text.append(i == 0 ? "" : ", ").append(m_known[i]);
        m_problems.push_back({pathOf(entry.key), entry.position, std::move(text)});
    }
}

std::optional<Nanos> parseDuration(std::string_view text)
{
    struct Unit {
        std::string_view name;
        double nanos;
    };
    static constexpr std::array<Unit, 8> kUnits{{{"ns", 1}, {"us", 1e3}, {"\xC2\xB5s", 1e3},
        {"\xCE\xBCs", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 6e10}, {"h", 3.6e12}}};

    double sign = 1;
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        sign = text.front() == '-' ? -1 : 1;
        text.remove_prefix(1);
    }
    if (text == "0")
        return Nanos(0);
    if (text.empty())
        return std::nullopt;
    double total = 0;
    while (!text.empty()) {
        const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
        double number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + digits, number);
        if (digits == 0 || error != std::errc() || end != text.data() + digits)
            return std::nullopt;
        text.remove_prefix(digits);
        const std::size_t letters = std::min(text.find_first_of("0123456789."), text.size());
        const auto unit = std::ranges::find(kUnits, text.substr(0, letters), &Unit::name);
        if (unit == kUnits.end())
            return std::nullopt;
        total += number * unit->nanos;
        text.remove_prefix(letters);
    }
    if (total > 9.2e18)
        return std::nullopt;
    return Nanos(static_cast<std::int64_t>(std::llround(sign * total)));
}

} // namespace sluice::config
