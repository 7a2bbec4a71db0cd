#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sluice::ottl {

/// One of the four ways to write bytes in 64 letters.
struct Base64Variant {
    bool isUrl = false; ///< `-` and `_` for `+` and `/`.
    bool isPadded = true; ///< `=` at the end.

    /// base64, base64-raw, base64-url, base64-raw-url.
    static std::optional<Base64Variant> named(std::string_view name);
};

std::string encodeBase64(std::string_view bytes, Base64Variant variant);

/// Nothing when a letter is wrong or the padding is. Line breaks are skipped.
std::optional<std::string> decodeBase64(std::string_view text, Base64Variant variant);

} // namespace sluice::ottl
