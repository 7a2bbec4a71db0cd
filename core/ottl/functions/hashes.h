#pragma once

// Hashes as hexadecimal text, the way the collector's functions write them.

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::ottl {

enum class Digest : std::uint8_t { Md5, Sha1, Sha256, Sha512 };

/// The digest's bytes.
std::string digestOf(Digest digest, std::string_view text);

/// FNV-1a, 64 bits.
std::uint64_t fnv1a(std::string_view text);

/// x86_32 with seed 0; the four bytes in little-endian order.
std::string murmur3Hex(std::string_view text);
/// x64_128 with seed 0; the two halves in little-endian order.
std::string murmur3Hex128(std::string_view text);

/// XXH3 with seed 0, canonical (big-endian).
std::string xxh3Hex(std::string_view text);
std::string xxh3Hex128(std::string_view text);

} // namespace sluice::ottl
