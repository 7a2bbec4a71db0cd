#include "core/exporters/endpoint.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace sluice {
namespace {

std::string lower(std::string_view text)
{
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

tl::unexpected<ExporterError> wrong(std::string text)
{
    return fail(ExporterError{"endpoint", std::move(text)});
}

/// Splits "host:port", "[v6]:port", "host". False when it is neither.
bool splitAuthority(std::string_view authority, std::string& host, std::optional<std::uint16_t>& port)
{
    std::string_view rest;
    if (authority.starts_with('[')) {
        const std::size_t end = authority.find(']');
        if (end == std::string_view::npos)
            return false;
        host = authority.substr(1, end - 1);
        rest = authority.substr(end + 1);
    } else {
        const std::size_t colon = authority.find(':');
        host = authority.substr(0, colon);
        rest = colon == std::string_view::npos ? std::string_view() : authority.substr(colon);
    }
    if (host.empty() || host.find_first_of(" \t@") != std::string::npos)
        return false;
    if (rest.empty())
        return true;
    if (!rest.starts_with(':'))
        return false;
    rest.remove_prefix(1);
    std::uint16_t number = 0;
    const auto parsed = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (parsed.ec != std::errc() || parsed.ptr != rest.data() + rest.size() || number == 0)
        return false;
    port = number;
    return true;
}

/// The scheme in lower case, taken off `text`; empty when there is none.
std::string takeScheme(std::string_view& text)
{
    const std::size_t at = text.find("://");
    if (at == std::string_view::npos)
        return {};
    std::string scheme = lower(text.substr(0, at));
    text.remove_prefix(at + 3);
    return scheme;
}

Result<Endpoint, ExporterError> parseAuthority(
    std::string_view text, std::string_view shown, bool isSecure, std::optional<std::uint16_t> defaultPort)
{
    Endpoint endpoint;
    endpoint.isSecure = isSecure;
    const std::size_t slash = std::min(text.find_first_of("/?#"), text.size());
    endpoint.path = text.substr(slash);
    std::optional<std::uint16_t> port;
    if (!splitAuthority(text.substr(0, slash), endpoint.host, port))
        return wrong("\"" + std::string(shown) + "\" is not an address; write host:port");
    if (!port && !defaultPort)
        return wrong("\"" + std::string(shown) + "\" has no port; write host:port");
    endpoint.port = port ? *port : *defaultPort;
    const bool isV6 = endpoint.host.find(':') != std::string::npos;
    endpoint.target
        = (isV6 ? "[" + endpoint.host + "]" : endpoint.host) + ":" + std::to_string(endpoint.port);
    return endpoint;
}

} // namespace

bool Endpoint::isLoopback() const
{
    return host == "localhost" || host == "::1" || host.starts_with("127.") || target.starts_with("unix:");
}

Result<Endpoint, ExporterError> parseGrpcEndpoint(std::string_view text, bool isInsecure)
{
    if (text.empty())
        return wrong("an endpoint is required: host:port");
    for (const std::string_view native : {"unix:", "unix-abstract:", "dns:", "ipv4:", "ipv6:"}) {
        if (text.starts_with(native)) {
            Endpoint endpoint;
            endpoint.isSecure = !isInsecure;
            endpoint.target = text;
            return endpoint;
        }
    }
    std::string_view rest = text;
    const std::string scheme = takeScheme(rest);
    if (scheme.empty())
        return parseAuthority(rest, text, !isInsecure, std::nullopt);
    if (scheme == "http")
        return parseAuthority(rest, text, false, 80);
    if (scheme == "https")
        return parseAuthority(rest, text, true, 443);
    return wrong("\"" + std::string(text) + "\" has an unknown scheme; write host:port, http:// or https://");
}

Result<Endpoint, ExporterError> parseHttpEndpoint(std::string_view text)
{
    if (text.empty())
        return wrong("an endpoint is required: http://host:port");
    std::string_view rest = text;
    const std::string scheme = takeScheme(rest);
    if (scheme == "http")
        return parseAuthority(rest, text, false, 80);
    if (scheme == "https")
        return parseAuthority(rest, text, true, 443);
    return wrong("\"" + std::string(text) + "\" must begin with http:// or https://");
}

std::string httpUrl(std::string_view base, std::string_view verbatim, Signal signal)
{
    if (!verbatim.empty()) {
        std::string url(verbatim);
        const std::size_t scheme = url.find("://");
        if (scheme != std::string::npos && url.find_first_of("/?", scheme + 3) == std::string::npos)
            url += '/';
        return url;
    }
    std::string url(base);
    if (!url.ends_with('/'))
        url += '/';
    return url + "v1/" + std::string(nameOf(signal));
}

} // namespace sluice
