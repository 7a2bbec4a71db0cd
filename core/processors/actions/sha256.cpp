#include "core/processors/actions/sha256.h"

#include <openssl/evp.h>

#include <array>

namespace sluice {

std::string sha256Hex(std::string_view bytes)
{
    constexpr std::string_view kHex = "0123456789abcdef";
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
    std::string out;
    out.reserve(std::size_t{size} * 2);
    for (unsigned int i = 0; i < size; ++i)
        out.append(1, kHex[digest[i] >> 4U]).append(1, kHex[digest[i] & 15U]);
    return out;
}

} // namespace sluice
