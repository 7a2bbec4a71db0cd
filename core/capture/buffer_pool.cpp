#include "core/capture/buffer_pool.h"

namespace sluice {

std::shared_ptr<BufferPool> BufferPool::create(std::size_t bufferBytes, std::size_t maxSpare)
{
    return std::shared_ptr<BufferPool>(new BufferPool(bufferBytes, maxSpare));
}

std::shared_ptr<PayloadBuffer> BufferPool::take(std::size_t minBytes)
{
    std::unique_ptr<PayloadBuffer> buffer;
    if (minBytes <= m_bufferBytes) {
        m_spare.with([&](auto& spare) {
            if (!spare.empty()) {
                buffer = std::move(spare.back());
                spare.pop_back();
            }
        });
    }
    if (!buffer) {
        buffer = std::make_unique<PayloadBuffer>();
        buffer->capacity = std::max(minBytes, m_bufferBytes);
        buffer->bytes.reset(new char[buffer->capacity]); // Not make_unique: that would write zeros.
    }
    buffer->size = 0;
    return {buffer.release(), [pool = shared_from_this()](PayloadBuffer* released) {
                pool->giveBack(std::unique_ptr<PayloadBuffer>(released));
            }};
}

void BufferPool::giveBack(std::unique_ptr<PayloadBuffer> buffer)
{
    if (buffer->capacity != m_bufferBytes)
        return; // Made for one big body.
    m_spare.with([&](auto& spare) {
        if (spare.size() < m_maxSpare)
            spare.push_back(std::move(buffer));
    });
}

} // namespace sluice
