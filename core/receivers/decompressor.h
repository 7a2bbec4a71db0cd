#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sluice {

enum class Compression { None, Gzip, Deflate, Zstd };

/// "gzip", "x-gzip", "deflate", "zlib", "zstd", "identity" and "" in any case; empty for all others.
std::optional<Compression> compressionNamed(std::string_view name);

struct DecompressError {
    enum class Kind { Corrupt, TooLarge };
    Kind kind = Kind::Corrupt;
    std::string text;
};

/// Unpacks request bodies and never produces more than it was allowed to, whatever the input claims.
///
/// gzip: several members; libdeflate when the size is known and true, else zlib. deflate: zlib's format, raw
/// where the zlib header is missing. zstd: several frames, windows up to 8 MiB (RFC 9659).
/// Threads: one at a time; keeps its tables between calls.
class Decompressor {
public:
    Decompressor();
    ~Decompressor();
    Decompressor(const Decompressor&) = delete;
    Decompressor& operator=(const Decompressor&) = delete;

    Result<std::string, DecompressError> decompress(
        Compression kind, std::string_view input, std::size_t limit);

private:
    struct Tables;
    std::unique_ptr<Tables> m_tables;
};

} // namespace sluice
