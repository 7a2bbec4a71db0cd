#include "core/search/chunk_cache.h"

#include "core/search/failure.h"

namespace sluice::search {
namespace {

/// Bytes of columns per record, as ChunkColumns lays them out.
constexpr std::size_t kColumnBytes = 8 + 8 + 16 + 4 + 5 * 4;

} // namespace

ChunkCache::ChunkCache(std::size_t maxBytes)
    : m_maxBytes(maxBytes)
{
}

query::Answer<std::shared_ptr<const Chunk>> ChunkCache::get(CaptureReader& reader, std::int64_t id)
{
    auto known = m_state.with([id](State& state) -> std::shared_ptr<const Chunk> {
        const auto it = state.byId.find(id);
        if (it == state.byId.end())
            return nullptr;
        state.entries.splice(state.entries.begin(), state.entries, it->second);
        return it->second->chunk;
    });
    if (known != nullptr)
        return known;

    // Read outside the lock: two threads may read the same chunk, which only costs time.
    auto read = reader.chunk(id);
    if (!read)
        return fail(toQueryError(std::move(read).error()));
    auto chunk = std::make_shared<const Chunk>(*std::move(read));
    const std::size_t bytes = chunk->payload.size() + chunk->columns.size() * kColumnBytes;
    m_state.with([&](State& state) {
        if (state.byId.contains(id))
            return;
        state.entries.push_front({id, chunk, bytes});
        state.byId.emplace(id, state.entries.begin());
        state.bytes += bytes;
        while (state.bytes > m_maxBytes && state.entries.size() > 1) {
            state.bytes -= state.entries.back().bytes;
            state.byId.erase(state.entries.back().id);
            state.entries.pop_back();
        }
    });
    return chunk;
}

} // namespace sluice::search
