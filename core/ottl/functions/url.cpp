#include "core/ottl/functions/url.h"

#include <algorithm>

namespace sluice::ottl {

namespace {

enum class Part { Path, Host, UserInfo, Query, Fragment };

bool isAlphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool isOneOf(char c, std::string_view set)
{
    return set.find(c) != std::string_view::npos;
}

bool isEscaped(char c, Part part)
{
    if (isAlphanumeric(c) || isOneOf(c, "-_.~"))
        return false;
    if (part == Part::Host && isOneOf(c, "!$&'()*+,;=:[]<>\""))
        return false;
    if (isOneOf(c, "$&+,/:;=?@")) {
        switch (part) {
        case Part::Path: return c == '?';
        case Part::UserInfo: return isOneOf(c, "@/?:");
        case Part::Query:
        case Part::Host: return true;
        case Part::Fragment: return false;
        }
    }
    return !(part == Part::Fragment && isOneOf(c, "!()*"));
}

std::string escape(std::string_view text, Part part)
{
    std::string out;
    for (const char c : text) {
        if (!isEscaped(c, part)) {
            out += c;
            continue;
        }
        constexpr char kDigits[] = "0123456789ABCDEF";
        out += '%';
        out += kDigits[static_cast<unsigned char>(c) >> 4U];
        out += kDigits[static_cast<unsigned char>(c) & 15U];
    }
    return out;
}

int digitOf(char c)
{
    return c >= '0' && c <= '9' ? c - '0'
        : c >= 'a' && c <= 'f'  ? c - 'a' + 10
        : c >= 'A' && c <= 'F'  ? c - 'A' + 10
                                : -1;
}

Result<std::string, std::string> unescape(std::string_view text, Part part)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '%') {
            const int high = i + 2 < text.size() ? digitOf(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? digitOf(text[i + 2]) : -1;
            if (high < 0 || low < 0 || (part == Part::Host && high < 8 && text.substr(i, 3) != "%25"))
                return fail("a URL has the wrong escape \"" + std::string(text.substr(i, 3)) + "\"");
            out += static_cast<char>(high * 16 + low);
            i += 2;
        } else if (c == '+' && part == Part::Query) {
            out += ' ';
        } else if (part == Part::Host && static_cast<unsigned char>(c) < 0x80 && isEscaped(c, part)) {
            return fail(std::string("the host of a URL has a character that it must not have"));
        } else {
            out += c;
        }
    }
    return out;
}

/// Whether the encoded text may be kept as it is.
bool isValidEncoded(std::string_view text, Part part)
{
    return std::all_of(text.begin(), text.end(),
        [&](char c) { return isOneOf(c, "!$&'()*+,;=:@[]%") || !isEscaped(c, part); });
}

std::string encoded(const std::string& decoded, const std::string& raw, Part part)
{
    if (!raw.empty() && isValidEncoded(raw, part)) {
        const auto again = unescape(raw, part);
        if (again && *again == decoded)
            return raw;
    }
    return part == Part::Path && decoded == "*" ? decoded : escape(decoded, part);
}

/// "" or ":" and digits.
bool isPort(std::string_view text)
{
    return text.empty() || (text[0] == ':' && std::all_of(text.begin() + 1, text.end(), [](char c) {
        return c >= '0' && c <= '9';
    }));
}

Result<std::string, std::string> parseHost(std::string_view host)
{
    if (host.starts_with('[')) {
        const std::size_t end = host.rfind(']');
        if (end == std::string_view::npos || !isPort(host.substr(end + 1)))
            return fail(std::string("the host of a URL has no ], or a wrong port"));
    } else if (const std::size_t colon = host.rfind(':'); colon != std::string_view::npos) {
        if (!isPort(host.substr(colon)) || host.find(':') != colon)
            return fail(std::string("the URL has a wrong port"));
    }
    return unescape(host, Part::Host);
}

Result<void, std::string> parseAuthority(std::string_view authority, Url& url)
{
    const std::size_t at = authority.rfind('@');
    SLUICE_TRY_AS(url.host, parseHost(at == std::string_view::npos ? authority : authority.substr(at + 1)));
    if (at == std::string_view::npos)
        return {};
    const std::string_view user = authority.substr(0, at);
    if (!std::all_of(user.begin(), user.end(),
            [](char c) { return isAlphanumeric(c) || isOneOf(c, "-._:~!$&'()*+,;=%@"); }))
        return fail(std::string("the user of a URL has a character that it must not have"));
    const std::size_t colon = user.find(':');
    SLUICE_TRY_AS(url.username, unescape(user.substr(0, colon), Part::UserInfo));
    if (colon != std::string_view::npos) {
        SLUICE_TRY_AS(url.password, unescape(user.substr(colon + 1), Part::UserInfo));
    }
    return {};
}

/// Takes the scheme off. False when it is missing in front of a colon.
bool takeScheme(std::string_view& text, std::string& scheme)
{
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool isLetter = isAlphanumeric(c) && !(c >= '0' && c <= '9');
        if (isLetter || (i > 0 && (isAlphanumeric(c) || isOneOf(c, "+-."))))
            continue;
        if (c != ':')
            return true;
        if (i == 0)
            return false;
        scheme = text.substr(0, i);
        std::transform(scheme.begin(), scheme.end(), scheme.begin(), [](char letter) {
            return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
        });
        text.remove_prefix(i + 1);
        return true;
    }
    return true;
}

} // namespace

Result<Url, std::string> Url::parse(std::string_view text)
{
    if (std::any_of(text.begin(), text.end(),
            [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }))
        return fail(std::string("a URL has no control characters"));
    Url url;
    std::string_view fragment;
    if (const std::size_t hash = text.find('#'); hash != std::string_view::npos) {
        fragment = text.substr(hash + 1);
        text = text.substr(0, hash);
    }
    const auto setFragment = [&]() -> Result<void, std::string> {
        SLUICE_TRY_AS(url.fragment, unescape(fragment, Part::Fragment));
        if (escape(url.fragment, Part::Fragment) != fragment)
            url.rawFragment = fragment;
        return {};
    };
    if (text == "*") {
        url.path = "*";
        SLUICE_TRY(setFragment());
        return url;
    }
    std::string_view rest = text;
    if (!takeScheme(rest, url.scheme))
        return fail(std::string("the URL has no scheme in front of the colon"));
    const std::size_t question = rest.find('?');
    if (question != std::string_view::npos) {
        url.query = rest.substr(question + 1);
        url.hasEmptyQuery = url.query.empty();
        rest = rest.substr(0, question);
    }
    if (!rest.starts_with('/')) {
        if (!url.scheme.empty()) {
            url.opaque = rest;
            SLUICE_TRY(setFragment());
            return url;
        }
        if (rest.substr(0, rest.find('/')).find(':') != std::string_view::npos)
            return fail(std::string("the first part of a URL's path has a colon"));
    }
    if ((!url.scheme.empty() || !rest.starts_with("///")) && rest.starts_with("//")) {
        std::string_view authority = rest.substr(2);
        const std::size_t slash = authority.find('/');
        rest = slash == std::string_view::npos ? std::string_view() : authority.substr(slash);
        authority = authority.substr(0, slash);
        SLUICE_TRY(parseAuthority(authority, url));
    } else if (!url.scheme.empty() && rest.starts_with('/')) {
        url.omitsHost = true;
    }
    SLUICE_TRY_AS(url.path, unescape(rest, Part::Path));
    if (escape(url.path, Part::Path) != rest)
        url.rawPath = rest;
    SLUICE_TRY(setFragment());
    return url;
}

std::string Url::userInfo() const
{
    std::string out = escape(username.value_or(""), Part::UserInfo);
    if (password)
        out += ":" + escape(*password, Part::UserInfo);
    return out;
}

std::string Url::text() const
{
    std::string out = scheme.empty() ? "" : scheme + ":";
    if (!opaque.empty()) {
        out += opaque;
    } else {
        const bool hasAuthority = !host.empty() || username;
        if ((!scheme.empty() || hasAuthority) && !(omitsHost && !hasAuthority)) {
            if (hasAuthority || !path.empty())
                out += "//";
            if (username)
                out += userInfo() + "@";
            out += escape(host, Part::Host);
        }
        const std::string written = encoded(path, rawPath, Part::Path);
        if (!written.empty() && written[0] != '/' && !host.empty())
            out += '/';
        if (out.empty() && written.substr(0, written.find('/')).find(':') != std::string::npos)
            out += "./"; // Or it would be read as a scheme.
        out += written;
    }
    if (hasEmptyQuery || !query.empty())
        out += "?" + query;
    if (!fragment.empty())
        out += "#" + encoded(fragment, rawFragment, Part::Fragment);
    return out;
}

std::string Url::hostName() const
{
    std::string name = host;
    const std::size_t colon = name.rfind(':');
    if (colon != std::string::npos && isPort(std::string_view(name).substr(colon)))
        name.resize(colon);
    if (name.size() >= 2 && name.front() == '[' && name.back() == ']')
        name = name.substr(1, name.size() - 2);
    return name;
}

std::string Url::port() const
{
    const std::size_t colon = host.rfind(':');
    if (colon == std::string::npos || !isPort(std::string_view(host).substr(colon)))
        return {};
    return host.substr(colon + 1);
}

Result<std::vector<std::pair<std::string, std::string>>, std::string> Url::parseQuery(std::string_view query)
{
    std::vector<std::pair<std::string, std::string>> parameters;
    while (!query.empty()) {
        const std::size_t end = std::min(query.find('&'), query.size());
        const std::string_view pair = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        if (pair.find(';') != std::string_view::npos)
            return fail(std::string("a query is separated by &, not by ;"));
        if (pair.empty())
            continue;
        const std::size_t equals = pair.find('=');
        SLUICE_TRY_AS(std::string key, unescape(pair.substr(0, equals), Part::Query));
        SLUICE_TRY_AS(std::string value,
            unescape(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1),
                Part::Query));
        parameters.emplace_back(std::move(key), std::move(value));
    }
    return parameters;
}

} // namespace sluice::ottl
