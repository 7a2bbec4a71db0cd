#pragma once

#include "core/base/shared_bytes.h"

#include <memory>
#include <span>
#include <string>

namespace sluice {

/// Compresses request bodies as gzip. Keeps its buffers (about 0.4 MiB per body that is compressed at the
/// same time).
///
/// Threads: compress() may be called by several at once.
/// Cost: ISA-L level 1, about 0.26 µs per span of 543 bytes, a seventh of zlib's.
class GzipCompressor {
public:
    GzipCompressor();
    ~GzipCompressor();
    GzipCompressor(const GzipCompressor&) = delete;
    GzipCompressor& operator=(const GzipCompressor&) = delete;

    /// The concatenation of `payloads` as one gzip member. Cannot fail.
    std::string compress(std::span<const SharedBytes> payloads);

private:
    class Streams;
    std::unique_ptr<Streams> m_streams;
};

} // namespace sluice
