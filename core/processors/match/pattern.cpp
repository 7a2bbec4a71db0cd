#include "core/processors/match/pattern.h"

#include <re2/re2.h>

#include <utility>

namespace sluice {

namespace {

re2::StringPiece pieceOf(std::string_view text)
{
    return {text.data(), text.size()};
}

/// Go reads `(?<name>…)` like `(?P<name>…)`; this RE2 knows the second form only.
std::string withNamedGroups(std::string_view text)
{
    std::string out;
    bool isInClass = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        out += c;
        if (c == '\\' && i + 1 < text.size()) {
            out += text[++i];
        } else if (isInClass) {
            isInClass = c != ']';
        } else if (c == '[') {
            isInClass = true;
            // A bracket right behind the opening one (or its ^) is a character.
            if (text.substr(i + 1, 2) == "^]")
                out += text[++i];
            if (text.substr(i + 1, 1) == "]")
                out += text[++i];
        } else if (text.substr(i, 3) == "(?<") {
            out += "?P<";
            i += 2;
        }
    }
    return out;
}

} // namespace

Result<Pattern, std::string> Pattern::compile(std::string_view text)
{
    re2::RE2::Options options;
    options.set_log_errors(false);
    const auto compiled = std::make_shared<const re2::RE2>(withNamedGroups(text), options);
    if (!compiled->ok())
        return fail(compiled->error());
    Pattern pattern;
    pattern.m_text = text;
    pattern.m_groupNames.resize(static_cast<std::size_t>(compiled->NumberOfCapturingGroups()));
    for (const auto& [index, name] : compiled->CapturingGroupNames())
        pattern.m_groupNames[static_cast<std::size_t>(index) - 1] = name;
    pattern.m_compiled = compiled;
    return pattern;
}

bool Pattern::isFoundIn(std::string_view text) const
{
    return re2::RE2::PartialMatch(pieceOf(text), *m_compiled);
}

std::vector<std::string_view> Pattern::match(std::string_view text) const
{
    std::vector<re2::StringPiece> pieces(m_groupNames.size() + 1);
    if (!m_compiled->Match(pieceOf(text), 0, text.size(), re2::RE2::UNANCHORED, pieces.data(),
            static_cast<int>(pieces.size())))
        return {};
    std::vector<std::string_view> groups;
    groups.reserve(pieces.size());
    for (const re2::StringPiece& piece : pieces)
        groups.emplace_back(
            piece.data() == nullptr ? std::string_view() : std::string_view(piece.data(), piece.size()));
    return groups;
}

} // namespace sluice
