#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace sluice {

/// Memory that is handed out piece by piece and freed all at once.
///
/// For values whose life is one batch: decoded attributes, new strings. Nothing that it holds is destroyed
/// singly, so it only takes trivially destructible things. One thread at a time.
class Arena {
public:
    explicit Arena(std::size_t blockSize = std::size_t{16} * 1024)
        : m_blockSize(blockSize)
    {
    }
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;
    Arena(Arena&&) noexcept = default;
    Arena& operator=(Arena&&) noexcept = default;
    ~Arena() = default;

    /// `count` uninitialised objects of a trivially destructible T. Valid until reset().
    template <class T>
    T* allocate(std::size_t count)
    {
        static_assert(std::is_trivially_destructible_v<T>);
        return static_cast<T*>(allocateBytes(count * sizeof(T), alignof(T)));
    }

    /// A copy of `text` that lives as long as the arena.
    std::string_view copy(std::string_view text)
    {
        if (text.empty())
            return {};
        char* to = allocate<char>(text.size());
        std::memcpy(to, text.data(), text.size());
        return {to, text.size()};
    }

    /// Forgets everything; keeps one block for the next use.
    void reset()
    {
        if (m_blocks.size() > 1)
            m_blocks.erase(m_blocks.begin(), m_blocks.end() - 1);
        m_used = 0;
        m_total = 0;
    }

    [[nodiscard]] std::size_t bytesUsed() const { return m_total; }

private:
    struct Block {
        std::unique_ptr<std::byte[]> bytes;
        std::size_t size = 0;
    };

    void* allocateBytes(std::size_t size, std::size_t alignment)
    {
        std::size_t at = (m_used + alignment - 1) & ~(alignment - 1);
        if (m_blocks.empty() || at + size > m_blocks.back().size) {
            const std::size_t wanted = std::max(m_blockSize, size);
            m_blocks.push_back({std::make_unique_for_overwrite<std::byte[]>(wanted), wanted});
            at = 0;
        }
        m_used = at + size;
        m_total += size;
        return m_blocks.back().bytes.get() + at;
    }

    std::size_t m_blockSize;
    std::vector<Block> m_blocks;
    std::size_t m_used = 0; ///< Bytes taken of the last block.
    std::size_t m_total = 0;
};

} // namespace sluice
