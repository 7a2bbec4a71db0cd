#include "core/ottl/regex.h"

#include <re2/re2.h>

#include <algorithm>
#include <cctype>
#include <map>

namespace sluice::ottl {

namespace {

constexpr std::int64_t kMaxProgramBytes = 8 * 1024 * 1024;

struct NamedGroups {
    std::string pattern; ///< Without names.
    std::vector<std::string> names; ///< By group.
};

/// Takes the names out of a pattern: RE2 refuses two groups of one name, Go does not. Nothing when the
/// pattern holds a name that RE2 has to complain about.
std::optional<NamedGroups> withoutNames(std::string_view pattern)
{
    NamedGroups groups{{}, {std::string()}};
    bool isInClass = false;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const char c = pattern[i];
        groups.pattern += c;
        if (c == '\\' && i + 1 < pattern.size()) {
            // \Q…\E is literal.
            if (pattern[i + 1] == 'Q' && !isInClass) {
                const std::size_t end = std::min(pattern.find("\\E", i), pattern.size());
                groups.pattern += pattern.substr(i + 1, end - i - 1);
                i = end - 1;
            } else {
                groups.pattern += pattern[++i];
            }
        } else if (isInClass) {
            isInClass = c != ']';
        } else if (c == '[') {
            isInClass = true;
            // A bracket right behind the opening one (or its ^) is a member.
            if (i + 1 < pattern.size() && pattern[i + 1] == '^')
                groups.pattern += pattern[++i];
            if (i + 1 < pattern.size() && pattern[i + 1] == ']')
                groups.pattern += pattern[++i];
        } else if (c == '(') {
            if (!pattern.substr(i + 1).starts_with('?')) {
                groups.names.emplace_back();
                continue;
            }
            const std::string_view rest = pattern.substr(i + 2);
            const std::size_t skipped = rest.starts_with("P<") ? 2 : rest.starts_with('<') ? 1 : 0;
            if (skipped == 0)
                continue;
            const std::size_t end = rest.find('>');
            if (end == std::string_view::npos)
                return std::nullopt;
            const std::string_view name = rest.substr(skipped, end - skipped);
            if (name.empty() || !std::ranges::all_of(name, [](char letter) {
                    return letter == '_' || std::isalnum(static_cast<unsigned char>(letter)) != 0;
                }))
                return std::nullopt;
            groups.names.emplace_back(name);
            i += 2 + end;
        }
    }
    return groups;
}

constexpr bool isNameLetter(char c)
{
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// The group that a template's name means; nothing when there is none.
std::optional<std::size_t> groupOf(std::string_view name, const std::vector<std::string>& names)
{
    if (std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; })) {
        std::size_t number = 0;
        for (const char c : name)
            number = std::min<std::size_t>(number * 10 + static_cast<std::size_t>(c - '0'), 1'000'000);
        return number < names.size() ? std::optional(number) : std::nullopt;
    }
    const auto found = std::ranges::find(names, name);
    return found == names.end() ? std::nullopt
                                : std::optional(static_cast<std::size_t>(found - names.begin()));
}

/// Where the next code point begins.
std::size_t afterCharacter(std::string_view text, std::size_t at)
{
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U)
        ++at;
    return at;
}

} // namespace

/// The patterns that rules put together while they run, as many as are worth keeping.
class PatternCache {
public:
    static constexpr std::size_t kMost = 64;
    std::map<std::pair<bool, std::string>, Result<Regex, std::string>, std::less<>> compiled;
};

Evaluation::Evaluation(Arena& arena, UnixTime now, std::uint64_t seed, const Zone* localZone)
    : m_arena(&arena)
    , m_now(now)
    , m_random(seed)
    , m_localZone(localZone)
{
}

Evaluation::~Evaluation() = default;

Result<const Regex*, Error> Evaluation::pattern(std::string_view pattern, bool isGlob)
{
    if (m_patterns == nullptr)
        m_patterns = std::make_unique<PatternCache>();
    auto& compiled = m_patterns->compiled;
    std::pair key(isGlob, std::string(pattern));
    auto found = compiled.find(key);
    if (found == compiled.end()) {
        if (compiled.size() >= PatternCache::kMost)
            compiled.clear();
        found
            = compiled.emplace(std::move(key), isGlob ? compileGlob(pattern) : Regex::compile(pattern)).first;
    }
    if (!found->second)
        return error({"invalid pattern: ", found->second.error()});
    return &*found->second;
}

Result<Regex, std::string> Regex::compile(std::string_view pattern)
{
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(kMaxProgramBytes);
    const auto groups = withoutNames(pattern);
    if (pattern.find("\\C") != std::string_view::npos)
        return fail(std::string("invalid escape sequence: \\C"));
    auto compiled = std::make_shared<const re2::RE2>(
        groups ? re2::StringPiece(groups->pattern) : re2::StringPiece(pattern.data(), pattern.size()),
        options);
    if (!compiled->ok())
        return fail(compiled->error());
    auto names = groups ? groups->names : std::vector<std::string>(1);
    names.resize(static_cast<std::size_t>(compiled->NumberOfCapturingGroups()) + 1);
    Regex regex;
    regex.m_compiled = std::move(compiled);
    regex.m_groupNames = std::make_shared<const std::vector<std::string>>(std::move(names));
    return regex;
}

bool Regex::matches(std::string_view text) const
{
    const re2::StringPiece piece(text.data(), text.size());
    return m_compiled->Match(piece, 0, piece.size(), re2::RE2::UNANCHORED, nullptr, 0);
}

bool Regex::find(std::string_view text, std::size_t from, std::span<std::string_view> groups) const
{
    constexpr std::size_t kMostGroups = 1000;
    const std::size_t count = std::min({groups.size(), groupCount() + 1, kMostGroups});
    std::vector<re2::StringPiece> found(count);
    const re2::StringPiece piece(text.data(), text.size());
    if (!m_compiled->Match(
            piece, from, piece.size(), re2::RE2::UNANCHORED, found.data(), static_cast<int>(count)))
        return false;
    for (std::size_t i = 0; i < groups.size(); ++i)
        groups[i] = i < count ? std::string_view(found[i].data(), found[i].size()) : std::string_view();
    return true;
}

void Regex::expand(
    std::string_view replacement, std::span<const std::string_view> groups, std::string& out) const
{
    for (std::size_t i = 0; i < replacement.size(); ++i) {
        if (replacement[i] != '$') {
            out += replacement[i];
            continue;
        }
        std::string_view rest = replacement.substr(i + 1);
        if (rest.starts_with('$')) {
            out += '$';
            ++i;
            continue;
        }
        const bool hasBraces = rest.starts_with('{');
        if (hasBraces)
            rest.remove_prefix(1);
        const auto end
            = static_cast<std::size_t>(std::ranges::find_if_not(rest, isNameLetter) - rest.begin());
        if (end == 0 || (hasBraces && !rest.substr(end).starts_with('}'))) {
            out += '$';
            continue;
        }
        const auto group = groupOf(rest.substr(0, end), *m_groupNames);
        if (group && *group < groups.size())
            out += groups[*group];
        i += end + (hasBraces ? 2 : 0);
    }
}

Result<Regex, std::string> compileGlob(std::string_view pattern)
{
    std::string regex = "(?s)\\A(?:";
    int depth = 0;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const char c = pattern[i];
        const auto literal = [&](std::size_t at) {
            const std::size_t end = afterCharacter(pattern, at);
            regex += re2::RE2::QuoteMeta(re2::StringPiece(pattern.data() + at, end - at));
            return end - 1;
        };
        if (c == '*') {
            regex += ".*";
        } else if (c == '?') {
            regex += '.';
        } else if (c == '{') {
            regex += "(?:";
            ++depth;
        } else if (c == '}' && depth > 0) {
            regex += ')';
            --depth;
        } else if (c == ',' && depth > 0) {
            regex += '|';
        } else if (c == '[') {
            std::size_t end = i + 1;
            std::string members = "[";
            if (end < pattern.size() && (pattern[end] == '!' || pattern[end] == '^')) {
                members += '^';
                ++end;
            }
            const std::size_t first = end;
            for (; end < pattern.size() && pattern[end] != ']'; ++end) {
                if (pattern[end] == '\\' && end + 1 < pattern.size())
                    ++end;
                else if (pattern[end] == '-' && end != first && end + 1 < pattern.size()
                    && pattern[end + 1] != ']') {
                    members += '-';
                    continue;
                }
                if (std::string_view("[]\\^-&~|").find(pattern[end]) != std::string_view::npos)
                    members += '\\';
                members += pattern[end];
            }
            if (end >= pattern.size() || end == first)
                return fail(std::string("the character class is not closed, or empty"));
            regex += members + ']';
            i = end;
        } else if (c == '\\') {
            if (i + 1 >= pattern.size())
                return fail(std::string("nothing stands behind the last backslash"));
            i = literal(i + 1);
        } else {
            i = literal(i);
        }
    }
    if (depth != 0)
        return fail(std::string("a { is not closed"));
    return Regex::compile(regex + ")\\z");
}

Result<std::unique_ptr<const CallState>, std::string> preparePatternAt(
    const Call& call, std::size_t parameter, PatternSyntax syntax)
{
    auto state = std::make_unique<PatternState>();
    if (const Value* literal = call[parameter].literal(); literal != nullptr) {
        auto regex
            = syntax == PatternSyntax::Glob ? compileGlob(literal->text()) : Regex::compile(literal->text());
        if (!regex)
            return fail(std::move(regex).error());
        state->literal = *std::move(regex);
    }
    return state;
}

Result<const Regex*, Error> patternOf(
    const Call& call, std::size_t parameter, Evaluation& evaluation, PatternSyntax syntax)
{
    const auto& state = call.state<PatternState>();
    if (state.literal)
        return &*state.literal;
    SLUICE_TRY_AS(const std::string_view pattern, call[parameter].string(evaluation));
    return evaluation.pattern(pattern, syntax == PatternSyntax::Glob);
}

} // namespace sluice::ottl
