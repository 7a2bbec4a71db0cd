#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

namespace sluice::search {

/// Gives equal texts the same small number. Number 0 is the empty text; numbers count up and are never
/// reused.
///
/// Cost: one hash per intern(); each distinct text is held once. Several threads may read; one may write,
/// alone.
class StringTable {
public:
    StringTable() { intern({}); }

    std::uint32_t intern(std::string_view text)
    {
        if (const auto it = m_ids.find(text); it != m_ids.end())
            return it->second;
        const auto id = static_cast<std::uint32_t>(m_texts.size());
        m_ids.emplace(m_texts.emplace_back(text), id);
        return id;
    }

    /// kNone when the text was never interned.
    [[nodiscard]] std::uint32_t find(std::string_view text) const
    {
        const auto it = m_ids.find(text);
        return it == m_ids.end() ? kNone : it->second;
    }

    [[nodiscard]] const std::string& text(std::uint32_t id) const { return m_texts[id]; }
    [[nodiscard]] std::size_t size() const { return m_texts.size(); }

    static constexpr std::uint32_t kNone = 0xFFFFFFFFU;

private:
    std::deque<std::string>
        m_texts; ///< A deque does not move its elements: the keys below are views of them.
    std::unordered_map<std::string_view, std::uint32_t> m_ids;
};

} // namespace sluice::search
