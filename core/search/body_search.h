#pragma once

#include "core/base/guarded.h"
#include "core/query/query.h"
#include "core/search/chunk_cache.h"

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace sluice::search {

/// Finds a text in the bodies of logs, chunk by chunk, and remembers the answers for the last few texts:
/// typing, scrolling and counting look through a chunk once. Any thread.
class BodySearch {
public:
    /// By index in the chunk: 1 where the body holds the text.
    using Matches = std::shared_ptr<const std::vector<std::uint8_t>>;

    explicit BodySearch(ChunkCache& chunks);

    /// `isScan`: one of very many chunks; it is not worth a place in the cache. Empty matches when retention
    /// took it.
    query::Answer<Matches> matches(
        CaptureReader& reader, const std::string& text, std::int64_t chunk, bool isScan);

private:
    static constexpr std::size_t kTexts = 4;
    struct Answers {
        std::string text;
        std::unordered_map<std::int64_t, Matches> byChunk;
    };

    ChunkCache& m_chunks;
    Guarded<std::list<Answers>> m_answers; ///< Most recently asked first.
};

} // namespace sluice::search
