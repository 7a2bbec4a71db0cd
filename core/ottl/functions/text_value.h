#pragma once

// Making values in the arena of an evaluation.

#include "core/ottl/evaluation.h"
#include "core/ottl/value.h"

#include <memory>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sluice::ottl {

inline Value textValue(std::string_view text, const Evaluation& evaluation)
{
    return Value::ofString(evaluation.arena().copy(text));
}

template <class T>
std::span<const T> copyOf(std::span<const T> items, Arena& arena)
{
    T* to = arena.allocate<T>(items.size());
    std::uninitialized_copy(items.begin(), items.end(), to);
    return {to, items.size()};
}

/// A map that is put together entry by entry. A key that comes again takes the place of the first.
class MapBuilder {
public:
    explicit MapBuilder(Arena& arena)
        : m_arena(&arena)
    {
    }

    /// The key must live as long as the arena, and so must what the value points to.
    void put(std::string_view key, const AnyValue& value)
    {
        if (const std::size_t at = indexOf(key); at < m_entries.size()) {
            m_entries[at].value = value;
            return;
        }
        m_entries.push_back({key, value});
        if (m_entries.size() > kFew)
            m_byKey.emplace(key, m_entries.size() - 1);
    }
    void putText(std::string_view key, std::string_view text)
    {
        put(m_arena->copy(key), AnyValue::ofString(m_arena->copy(text)));
    }

    [[nodiscard]] std::size_t size() const { return m_entries.size(); }
    [[nodiscard]] std::span<const AnyEntry> entries() const
    {
        return copyOf(std::span<const AnyEntry>(m_entries), *m_arena);
    }
    [[nodiscard]] Value value() const { return Value::ofMap(entries()); }

private:
    static constexpr std::size_t kFew = 32; ///< So many are looked through one by one.

    [[nodiscard]] std::size_t indexOf(std::string_view key) const
    {
        for (std::size_t i = 0; i < m_entries.size() && i < kFew; ++i) {
            if (m_entries[i].key == key)
                return i;
        }
        const auto found = m_byKey.find(key);
        return found == m_byKey.end() ? m_entries.size() : found->second;
    }

    Arena* m_arena;
    std::vector<AnyEntry> m_entries;
    std::unordered_map<std::string_view, std::size_t> m_byKey; ///< Those behind the first few.
};

} // namespace sluice::ottl
