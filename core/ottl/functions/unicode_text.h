#pragma once

// Characters of texts that are meant to be UTF-8.

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::ottl {

constexpr char32_t kReplacementCharacter = 0xFFFD;

/// Takes the first character off `text`, which must not be empty. A byte that begins none is U+FFFD.
char32_t takeCharacter(std::string_view& text);

void appendCharacter(char32_t character, std::string& out);

/// Each character on its own, as Go's ToLower and ToUpper: ß stays ß.
std::string lowerCase(std::string_view text);
std::string upperCase(std::string_view text);
/// For comparisons that ignore the case.
char32_t foldedCase(char32_t character);
std::string foldedCase(std::string_view text);

/// White space as Unicode knows it.
bool isSpace(char32_t character);
std::string_view trimSpace(std::string_view text);

/// Whether Go prints it as it is in a quoted text.
bool isPrintable(char32_t character);

/// Bytes that are not UTF-8 replaced by U+FFFD, one each.
std::string validUtf8(std::string_view text);

} // namespace sluice::ottl
