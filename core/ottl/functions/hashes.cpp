#include "core/ottl/functions/hashes.h"

#include <openssl/evp.h>
#include <xxhash.h>

#include <bit>
#include <cstring>

namespace sluice::ottl {

namespace {

template <class T>
T littleEndian(std::string_view bytes, std::size_t at)
{
    T value = 0;
    std::memcpy(&value, bytes.data() + at, sizeof value); // The program runs on little-endian machines only.
    return value;
}
static_assert(std::endian::native == std::endian::little);

void appendHex(std::string& out, unsigned byte)
{
    constexpr char kDigits[] = "0123456789abcdef";
    out += kDigits[byte >> 4U & 15U];
    out += kDigits[byte & 15U];
}

template <class T>
void appendLittleEndianHex(std::string& out, T value)
{
    for (unsigned i = 0; i < sizeof value; ++i)
        appendHex(out, static_cast<unsigned>(value >> (8 * i) & 0xFFU));
}

void appendBigEndianHex(std::string& out, std::uint64_t value)
{
    for (int shift = 56; shift >= 0; shift -= 8)
        appendHex(out, static_cast<unsigned>(value >> shift & 0xFFU));
}

std::uint32_t finalMix(std::uint32_t h)
{
    h ^= h >> 16U;
    h *= 0x85EBCA6BU;
    h ^= h >> 13U;
    h *= 0xC2B2AE35U;
    return h ^ h >> 16U;
}

std::uint64_t finalMix(std::uint64_t h)
{
    h ^= h >> 33U;
    h *= 0xFF51AFD7ED558CCDU;
    h ^= h >> 33U;
    h *= 0xC4CEB9FE1A85EC53U;
    return h ^ h >> 33U;
}

/// Up to eight bytes, the first one lowest.
std::uint64_t tailOf(std::string_view bytes)
{
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i-- > 0;)
        value = value << 8U | static_cast<unsigned char>(bytes[i]);
    return value;
}

} // namespace

std::string digestOf(Digest digest, std::string_view text)
{
    const EVP_MD* const type = digest == Digest::Md5 ? EVP_md5()
        : digest == Digest::Sha1                     ? EVP_sha1()
        : digest == Digest::Sha256                   ? EVP_sha256()
                                                     : EVP_sha512();
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    EVP_Digest(text.data(), text.size(), bytes, &size, type, nullptr);
    return {reinterpret_cast<const char*>(bytes), size};
}

std::uint64_t fnv1a(std::string_view text)
{
    std::uint64_t hash = 0xCBF29CE484222325U;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
    return hash;
}

std::string murmur3Hex(std::string_view text)
{
    constexpr std::uint32_t kFirst = 0xCC9E2D51U;
    constexpr std::uint32_t kSecond = 0x1B873593U;
    std::uint32_t h = 0;
    std::size_t at = 0;
    for (; at + 4 <= text.size(); at += 4) {
        h ^= std::rotl(littleEndian<std::uint32_t>(text, at) * kFirst, 15) * kSecond;
        h = std::rotl(h, 13) * 5 + 0xE6546B64U;
    }
    h ^= std::rotl(static_cast<std::uint32_t>(tailOf(text.substr(at))) * kFirst, 15) * kSecond;
    std::string out;
    appendLittleEndianHex(out, finalMix(h ^ static_cast<std::uint32_t>(text.size())));
    return out;
}

std::string murmur3Hex128(std::string_view text)
{
    constexpr std::uint64_t kFirst = 0x87C37B91114253D5U;
    constexpr std::uint64_t kSecond = 0x4CF5AD432745937FU;
    std::uint64_t h1 = 0;
    std::uint64_t h2 = 0;
    std::size_t at = 0;
    for (; at + 16 <= text.size(); at += 16) {
        h1 ^= std::rotl(littleEndian<std::uint64_t>(text, at) * kFirst, 31) * kSecond;
        h1 = (std::rotl(h1, 27) + h2) * 5 + 0x52DCE729U;
        h2 ^= std::rotl(littleEndian<std::uint64_t>(text, at + 8) * kSecond, 33) * kFirst;
        h2 = (std::rotl(h2, 31) + h1) * 5 + 0x38495AB5U;
    }
    const std::string_view tail = text.substr(at);
    if (tail.size() > 8)
        h2 ^= std::rotl(tailOf(tail.substr(8)) * kSecond, 33) * kFirst;
    h1 ^= std::rotl(tailOf(tail.substr(0, 8)) * kFirst, 31) * kSecond;
    h1 ^= text.size();
    h2 ^= text.size();
    h1 += h2;
    h2 += h1;
    h1 = finalMix(h1);
    h2 = finalMix(h2);
    h1 += h2;
    h2 += h1;
    std::string out;
    appendLittleEndianHex(out, h1);
    appendLittleEndianHex(out, h2);
    return out;
}

std::string xxh3Hex(std::string_view text)
{
    std::string out;
    appendBigEndianHex(out, XXH3_64bits(text.data(), text.size()));
    return out;
}

std::string xxh3Hex128(std::string_view text)
{
    const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
    std::string out;
    appendBigEndianHex(out, hash.high64);
    appendBigEndianHex(out, hash.low64);
    return out;
}

} // namespace sluice::ottl
