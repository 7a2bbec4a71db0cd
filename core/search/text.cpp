#include "core/search/text.h"

#include "core/wire/utf8.h"

#include <algorithm>
#include <cstring>

namespace sluice::search {
namespace {

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

char upper(char c)
{
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

/// The next place of either case of one letter; `end` when there is none.
const char* nextOf(const char* from, const char* end, char one, char other)
{
    const auto find = [&](char c, const char* until) {
        const void* place = std::memchr(from, c, static_cast<std::size_t>(until - from));
        return place == nullptr ? until : static_cast<const char*>(place);
    };
    const char* first = find(one, end);
    return one == other ? first : find(other, first);
}

} // namespace

std::string shown(std::string_view bytes)
{
    if (wire::isUtf8(bytes))
        return std::string(bytes);
    std::string text;
    text.reserve(bytes.size() + 8);
    wire::appendRepaired(text, bytes);
    return text;
}

TextFinder::TextFinder(std::string_view wanted)
    : m_lower(wanted)
{
    std::ranges::transform(m_lower, m_lower.begin(), lower);
    if (!m_lower.empty())
        m_upperFirst = upper(m_lower.front());
}

bool TextFinder::isIn(std::string_view text) const
{
    if (m_lower.empty())
        return true;
    if (text.size() < m_lower.size())
        return false;
    const char* end = text.data() + (text.size() - m_lower.size() + 1);
    for (const char* at = text.data();; ++at) {
        at = nextOf(at, end, m_lower.front(), m_upperFirst);
        if (at == end)
            return false;
        if (std::equal(m_lower.begin() + 1, m_lower.end(), at + 1,
                [](char wanted, char found) { return wanted == lower(found); }))
            return true;
    }
}

} // namespace sluice::search
