#pragma once

#include "core/base/result.h"
#include "core/ottl/function.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace sluice::ottl {

/// A regular expression as Go's: RE2 syntax, leftmost-first, over UTF-8. Linear in the text, bounded in
/// memory. Cheap to copy; safe from any thread.
class Regex {
public:
    /// The error says what is wrong with the pattern.
    static Result<Regex, std::string> compile(std::string_view pattern);

    /// Whether it matches anywhere.
    [[nodiscard]] bool matches(std::string_view text) const;

    /// The first match that begins at `from` or later. groups[0] is all of it; a group that took no part has
    /// a null data(). At most `groups.size()` groups are filled in.
    [[nodiscard]] bool find(
        std::string_view text, std::size_t from, std::span<std::string_view> groups) const;

    /// Groups without group 0.
    [[nodiscard]] std::size_t groupCount() const { return m_groupNames->size() - 1; }
    /// By group, 0 included; "" where it has none. Two may have the same name, as in Go.
    [[nodiscard]] const std::vector<std::string>& groupNames() const { return *m_groupNames; }

    /// Appends the template with `$1`, `${name}` and `$$` put in, as Go's Expand.
    void expand(
        std::string_view replacement, std::span<const std::string_view> groups, std::string& out) const;

private:
    std::shared_ptr<const re2::RE2> m_compiled;
    std::shared_ptr<const std::vector<std::string>> m_groupNames;
};

/// A glob without separators: `*` and `**` any text, `?` one character, `[a-z]`, `[!a]`, `{a,b*}`, `\`
/// escapes. The result matches whole texts only.
Result<Regex, std::string> compileGlob(std::string_view pattern);

/// For functions with a pattern parameter: prepare() compiles a literal, patternOf() gives it, or compiles
/// what the pattern evaluates to (the last ones are kept in the evaluation).
///
///     {.name = "IsMatch", …, .prepare = preparePattern<1>, .evaluate = isMatch}
///     SLUICE_TRY_AS(const Regex* regex, patternOf(call, 1, evaluation));
struct PatternState final : CallState {
    std::optional<Regex> literal;
};
enum class PatternSyntax : bool { Regex, Glob };
Result<std::unique_ptr<const CallState>, std::string> preparePatternAt(
    const Call& call, std::size_t parameter, PatternSyntax syntax);
template <std::size_t parameter, PatternSyntax syntax = PatternSyntax::Regex>
Result<std::unique_ptr<const CallState>, std::string> preparePattern(const Call& call)
{
    return preparePatternAt(call, parameter, syntax);
}
Result<const Regex*, Error> patternOf(const Call& call, std::size_t parameter, Evaluation& evaluation,
    PatternSyntax syntax = PatternSyntax::Regex);

} // namespace sluice::ottl
