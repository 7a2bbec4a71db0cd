#pragma once

#include "core/base/guarded.h"

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace sluice {

/// Bytes of one open chunk. Grows only by taking another buffer.
struct PayloadBuffer {
    std::unique_ptr<char[]> bytes;
    std::size_t capacity = 0;
    std::size_t size = 0;

    [[nodiscard]] std::string_view view() const { return {bytes.get(), size}; }
};

/// Hands out chunk buffers again when the last reader of their bytes has let go: fresh pages cost more than
/// the copy into them. Any thread.
class BufferPool : public std::enable_shared_from_this<BufferPool> {
public:
    /// Buffers of `bufferBytes`; at most `maxSpare` of them are kept when unused.
    static std::shared_ptr<BufferPool> create(std::size_t bufferBytes, std::size_t maxSpare);

    /// An empty buffer for at least `minBytes`; goes back to the pool with its last owner.
    std::shared_ptr<PayloadBuffer> take(std::size_t minBytes);

private:
    BufferPool(std::size_t bufferBytes, std::size_t maxSpare)
        : m_bufferBytes(bufferBytes)
        , m_maxSpare(maxSpare)
    {
    }
    void giveBack(std::unique_ptr<PayloadBuffer> buffer);

    std::size_t m_bufferBytes;
    std::size_t m_maxSpare;
    Guarded<std::vector<std::unique_ptr<PayloadBuffer>>> m_spare;
};

} // namespace sluice
