#include "core/ottl/functions/character_set.h"

#include "core/ottl/functions/base64.h"
#include "core/ottl/functions/unicode_text.h"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace sluice::ottl {

namespace {

class Conversion {
public:
    explicit Conversion(const std::string& from)
        : m_descriptor(iconv_open("UTF-8", from.c_str()))
    {
    }
    Conversion(const Conversion&) = delete;
    Conversion& operator=(const Conversion&) = delete;
    ~Conversion()
    {
        if (isKnown())
            iconv_close(m_descriptor);
    }

    [[nodiscard]] bool isKnown() const
    {
        return m_descriptor != reinterpret_cast<iconv_t>(-1); // NOLINT(performance-no-int-to-ptr)
    }

    std::string convert(std::string_view bytes)
    {
        std::string out;
        std::string input(bytes); // iconv does not write there, but wants to be able to.
        char* from = input.data();
        std::size_t left = input.size();
        std::array<char, 4096> buffer{};
        while (true) {
            char* to = buffer.data();
            std::size_t room = buffer.size();
            const std::size_t result = left > 0 ? iconv(m_descriptor, &from, &left, &to, &room)
                                                : iconv(m_descriptor, nullptr, nullptr, &to, &room);
            const int problem = result == static_cast<std::size_t>(-1) ? errno : 0;
            out.append(buffer.data(), to);
            if (problem == E2BIG)
                continue;
            if (problem != 0) { // EILSEQ or EINVAL: this byte begins nothing.
                appendCharacter(kReplacementCharacter, out);
                if (left > 0) {
                    ++from;
                    --left;
                }
            }
            if (left == 0)
                return out;
        }
    }

private:
    iconv_t m_descriptor;
};

} // namespace

Result<Decoder, std::string> Decoder::named(std::string_view name)
{
    Decoder decoder;
    if (Base64Variant::named(name)) {
        decoder.m_kind = Kind::Base64;
        decoder.m_name = name;
        return decoder;
    }
    const std::string lower = lowerCase(name);
    constexpr std::string_view kUtf8[] = {"utf-8", "utf8", "ascii", "us-ascii"};
    if (std::find(std::begin(kUtf8), std::end(kUtf8), lower) != std::end(kUtf8)) {
        decoder.m_kind = Kind::Utf8;
        return decoder;
    }
    if (lower == "nop" || lower == "utf-8-raw")
        return decoder;
    decoder.m_kind = Kind::Converted;
    decoder.m_name = lower == "utf-16" || lower == "utf16" ? "UTF-16LE" : lower;
    // A slash would be an option of iconv's.
    const bool isName
        = !lower.empty() && lower.size() < 64 && std::all_of(lower.begin(), lower.end(), [](char c) {
              return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == ':'
                  || c == '.';
          });
    if (!isName || !Conversion(decoder.m_name).isKnown())
        return fail("no encoding is called \"" + std::string(name.substr(0, 100)) + "\"");
    return decoder;
}

Result<std::string, std::string> Decoder::decode(std::string_view bytes) const
{
    switch (m_kind) {
    case Kind::Base64:
        if (auto decoded = decodeBase64(bytes, *Base64Variant::named(m_name)))
            return std::move(*decoded);
        return fail("the text is not in " + m_name);
    case Kind::Utf8: return validUtf8(bytes);
    case Kind::Raw: return std::string(bytes);
    case Kind::Converted: {
        Conversion conversion(m_name);
        if (!conversion.isKnown())
            return fail("the encoding \"" + m_name + "\" cannot be used");
        return conversion.convert(bytes);
    }
    }
    return std::string(bytes);
}

} // namespace sluice::ottl
