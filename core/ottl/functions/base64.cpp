#include "core/ottl/functions/base64.h"

#include <cstdint>

namespace sluice::ottl {

namespace {

constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// 0 to 63, or -1.
int sextetOf(char c, Base64Variant variant)
{
    if (c == (variant.isUrl ? '-' : '+'))
        return 62;
    if (c == (variant.isUrl ? '_' : '/'))
        return 63;
    const std::size_t at = kLetters.find(c);
    return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

} // namespace

std::optional<Base64Variant> Base64Variant::named(std::string_view name)
{
    if (name == "base64")
        return Base64Variant{false, true};
    if (name == "base64-raw")
        return Base64Variant{false, false};
    if (name == "base64-url")
        return Base64Variant{true, true};
    if (name == "base64-raw-url")
        return Base64Variant{true, false};
    return std::nullopt;
}

std::string encodeBase64(std::string_view bytes, Base64Variant variant)
{
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::string_view group = bytes.substr(i, 3);
        std::uint32_t bits = 0;
        for (std::size_t k = 0; k < 3; ++k)
            bits = bits << 8U | (k < group.size() ? static_cast<unsigned char>(group[k]) : 0U);
        for (std::size_t k = 0; k < 4; ++k) {
            if (k > group.size()) {
                out += variant.isPadded ? "=" : "";
                continue;
            }
            const std::uint32_t sextet = bits >> (18 - 6 * k) & 63U;
            if (sextet < kLetters.size())
                out += kLetters[sextet];
            else if (sextet == 62)
                out += variant.isUrl ? '-' : '+';
            else
                out += variant.isUrl ? '_' : '/';
        }
    }
    return out;
}

std::optional<std::string> decodeBase64(std::string_view text, Base64Variant variant)
{
    std::string out;
    out.reserve(text.size() / 4 * 3 + 3);
    std::uint32_t bits = 0;
    int count = 0;
    std::size_t padding = 0;
    for (const char c : text) {
        if (c == '\r' || c == '\n')
            continue;
        if (c == '=') {
            ++padding;
            continue;
        }
        const int sextet = sextetOf(c, variant);
        if (sextet < 0 || padding > 0)
            return std::nullopt;
        bits = bits << 6U | static_cast<std::uint32_t>(sextet);
        if (++count == 4) {
            for (int shift = 16; shift >= 0; shift -= 8)
                out += static_cast<char>(static_cast<unsigned char>(bits >> shift));
            bits = 0;
            count = 0;
        }
    }
    const std::size_t expected = variant.isPadded && count > 0 ? static_cast<std::size_t>(4 - count) : 0;
    if (count == 1 || padding != expected)
        return std::nullopt;
    if (count >= 2)
        out += static_cast<char>(static_cast<unsigned char>(bits >> (count == 2 ? 4 : 10)));
    if (count == 3)
        out += static_cast<char>(static_cast<unsigned char>(bits >> 2));
    return out;
}

} // namespace sluice::ottl
