#include "core/capture/checksum.h"

#include <bit>
#include <cstring>

namespace sluice {

namespace {

__extension__ using Wide = unsigned __int128;

static_assert(std::endian::native == std::endian::little, "the checksum reads words as they lie in memory");

// Odd constants with about as many ones as zeros.
constexpr std::uint64_t kSalt0 = 0x9e3779b97f4a7c15U;
constexpr std::uint64_t kSalt1 = 0xc2b2ae3d27d4eb4fU;
constexpr std::uint64_t kSalt2 = 0xd6e8feb86659fd93U;

std::uint64_t fold(std::uint64_t a, std::uint64_t b)
{
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

std::uint64_t word(const char* from)
{
    std::uint64_t value = 0;
    std::memcpy(&value, from, sizeof value);
    return value;
}

std::uint64_t partialWord(const char* from, std::size_t size)
{
    std::uint64_t value = 0;
    std::memcpy(&value, from, size);
    return value;
}

} // namespace

std::uint64_t hashNumbers(std::uint64_t a, std::uint64_t b)
{
    return fold(a ^ kSalt0, b ^ kSalt1);
}

std::uint64_t hashBytes(std::string_view bytes, std::uint64_t seed)
{
    const char* at = bytes.data();
    std::size_t left = bytes.size();
    std::uint64_t first = seed ^ kSalt0 ^ (bytes.size() * kSalt2);
    if (left >= 32) {
        std::uint64_t second = seed ^ kSalt1;
        for (; left >= 32; left -= 32, at += 32) { // Two chains, so that the multiplications overlap.
            first = fold(word(at) ^ kSalt1, word(at + 8) ^ first);
            second = fold(word(at + 16) ^ kSalt2, word(at + 24) ^ second);
        }
        first ^= second * kSalt0;
    }
    for (; left >= 8; left -= 8, at += 8)
        first = fold(word(at) ^ kSalt2, first ^ kSalt1);
    if (left > 0)
        first = fold(partialWord(at, left) ^ kSalt0, first ^ kSalt2);
    return fold(first ^ kSalt0, kSalt1);
}

std::uint64_t chunkChecksum(std::string_view traceIds, std::string_view columns, std::string_view payload)
{
    return hashBytes(payload, hashBytes(columns, hashBytes(traceIds)));
}

} // namespace sluice
