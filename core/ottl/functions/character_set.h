#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace sluice::ottl {

/// A way to read bytes as text: a base64 variant, or a character set by its IANA name or alias.
/// Immutable; any thread.
class Decoder {
public:
    /// The case of the name does not matter. Fails for a name that is not known.
    static Result<Decoder, std::string> named(std::string_view name);

    /// UTF-8. Fails for bad base64; in a character set, what cannot be read becomes U+FFFD.
    [[nodiscard]] Result<std::string, std::string> decode(std::string_view bytes) const;

private:
    enum class Kind { Base64, Utf8, Raw, Converted };

    Kind m_kind = Kind::Raw;
    std::string m_name; ///< Of the variant, or of the character set as iconv knows it.
};

} // namespace sluice::ottl
