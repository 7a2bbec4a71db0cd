#pragma once

#include <string>
#include <string_view>

namespace sluice::search {

/// Text for people: invalid UTF-8 becomes U+FFFD.
std::string shown(std::string_view bytes);

/// Finds a text in others without regard to the case of ASCII letters. Other letters must be equal.
class TextFinder {
public:
    explicit TextFinder(std::string_view wanted);

    [[nodiscard]] bool isIn(std::string_view text) const;
    [[nodiscard]] bool findsEverything() const { return m_lower.empty(); }

private:
    std::string m_lower;
    char m_upperFirst = 0; ///< The first character's other case, or the same.
};

} // namespace sluice::search
