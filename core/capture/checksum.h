#pragma once

#include <cstdint>
#include <string_view>

namespace sluice {

/// A 64-bit hash: checksum of chunks and key of the dictionaries. Its values are stored in captures and must
/// not change. Not cryptographic. About 10 GB/s for long input, a few nanoseconds for a name.
std::uint64_t hashBytes(std::string_view bytes, std::uint64_t seed = 0);

/// The same mixing for numbers.
std::uint64_t hashNumbers(std::uint64_t a, std::uint64_t b);

/// Of the three blobs of a chunk.
std::uint64_t chunkChecksum(std::string_view traceIds, std::string_view columns, std::string_view payload);

} // namespace sluice
