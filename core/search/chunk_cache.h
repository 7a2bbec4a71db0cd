#pragma once

#include "core/base/guarded.h"
#include "core/capture/capture_reader.h"
#include "core/query/query.h"

#include <cstdint>
#include <list>
#include <memory>
#include <unordered_map>

namespace sluice::search {

/// Decoded chunks with their payloads, the most recently used ones. Chunks never change, so nothing gets
/// stale.
///
/// Holds at most about `maxBytes`; a chunk that somebody still uses lives on. Any thread.
class ChunkCache {
public:
    explicit ChunkCache(std::size_t maxBytes = std::size_t{48} << 20U);

    /// From memory, or through `reader`. NotFound when retention took it.
    query::Answer<std::shared_ptr<const Chunk>> get(CaptureReader& reader, std::int64_t id);

private:
    struct Entry {
        std::int64_t id = 0;
        std::shared_ptr<const Chunk> chunk;
        std::size_t bytes = 0;
    };
    struct State {
        std::list<Entry> entries; ///< Most recently used first.
        std::unordered_map<std::int64_t, std::list<Entry>::iterator> byId;
        std::size_t bytes = 0;
    };

    std::size_t m_maxBytes;
    Guarded<State> m_state;
};

} // namespace sluice::search
