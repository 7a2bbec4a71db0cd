#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

namespace sluice::search {

/// Gives equal short lists of distinct numbers (the services of a trace, the rules that touched it) the same
/// number. List 0 is empty. A list keeps the order in which its items were added.
///
/// Traces have few different lists, so a filter tests each list once and each trace by a look into the
/// answers. Several threads may read; one may write, alone.
class ListTable {
public:
    ListTable() { m_lists.emplace_back(); }

    /// The list that has the items of `list` and then `item`; `list` itself when it has it already.
    std::uint32_t with(std::uint32_t list, std::uint32_t item)
    {
        if (contains(list, item))
            return list;
        const std::uint64_t step = static_cast<std::uint64_t>(list) << 32U | item;
        const auto [it, isNew] = m_steps.try_emplace(step, static_cast<std::uint32_t>(m_lists.size()));
        if (isNew) {
            std::vector<std::uint32_t> longer = m_lists[list];
            longer.push_back(item);
            m_lists.push_back(std::move(longer));
        }
        return it->second;
    }

    [[nodiscard]] bool contains(std::uint32_t list, std::uint32_t item) const
    {
        return std::ranges::find(m_lists[list], item) != m_lists[list].end();
    }
    [[nodiscard]] std::span<const std::uint32_t> items(std::uint32_t list) const { return m_lists[list]; }
    [[nodiscard]] std::size_t size() const { return m_lists.size(); }

private:
    std::vector<std::vector<std::uint32_t>> m_lists;
    std::unordered_map<std::uint64_t, std::uint32_t> m_steps; ///< (list, item) -> longer list.
};

} // namespace sluice::search
