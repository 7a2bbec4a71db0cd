#pragma once

#include "core/base/result.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace sluice {

/// A regular expression as Go reads it (RE2 syntax, leftmost-first, not anchored). Copies share the compiled
/// form. Safe to use from any thread.
class Pattern {
public:
    /// The error is the reason, without the pattern.
    static Result<Pattern, std::string> compile(std::string_view text);

    /// The pattern occurs somewhere in `text`.
    [[nodiscard]] bool isFoundIn(std::string_view text) const;

    /// Names of the groups, in order; "" for one without a name.
    [[nodiscard]] const std::vector<std::string>& groupNames() const { return m_groupNames; }

    /// The first match: whole, then each group ("" where it took no part). Empty when there is none.
    [[nodiscard]] std::vector<std::string_view> match(std::string_view text) const;

    [[nodiscard]] const std::string& text() const { return m_text; }

private:
    Pattern() = default;

    std::string m_text;
    std::shared_ptr<const re2::RE2> m_compiled;
    std::vector<std::string> m_groupNames;
};

} // namespace sluice
