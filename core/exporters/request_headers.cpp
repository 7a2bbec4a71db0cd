#include "core/exporters/request_headers.h"

#include <algorithm>
#include <array>

namespace sluice {
namespace {

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text;
}

tl::unexpected<ExporterError> wrong(const std::string& name, const std::string& text)
{
    return fail(ExporterError{"headers", "header \"" + name + "\" " + text});
}

Result<void, ExporterError> checkName(const std::string& name, bool isGrpc)
{
    constexpr std::string_view kHttpToken = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz";
    constexpr std::string_view kGrpcName = "-._0123456789abcdefghijklmnopqrstuvwxyz";
    constexpr std::array<std::string_view, 9> kOwn{"content-type", "content-encoding", "content-length",
        "host", "te", "user-agent", "transfer-encoding", "expect", "connection"};
    if (name.empty() || name.find_first_not_of(isGrpc ? kGrpcName : kHttpToken) != std::string::npos)
        return wrong(name, "has a name that cannot be sent");
    if (std::find(kOwn.begin(), kOwn.end(), name) != kOwn.end() || (isGrpc && name.starts_with("grpc-")))
        return wrong(name, "is set by the protocol and cannot be changed");
    return {};
}

Result<void, ExporterError> checkValue(const std::string& name, std::string_view value, bool isGrpc)
{
    if (isGrpc && name.ends_with("-bin"))
        return {}; // Any bytes: the library encodes them.
    const bool isSendable = std::all_of(value.begin(), value.end(), [isGrpc](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte >= 0x20U && byte < 0x7fU) || (!isGrpc && (byte == '\t' || byte >= 0x80U));
    });
    return isSendable ? Result<void, ExporterError>() : wrong(name, "has a value that cannot be sent");
}

} // namespace

Result<void, ExporterError> checkHeaders(const Headers& headers, bool isGrpc)
{
    for (const auto& [name, value] : headers) {
        const std::string sent = lower(name);
        SLUICE_TRY(checkName(sent, isGrpc));
        SLUICE_TRY(checkValue(sent, value, isGrpc));
    }
    return {};
}

Result<Headers, ExporterError> resolveHeaders(
    const Headers& headers, bool isGrpc, const Environment& environment)
{
    Headers resolved;
    resolved.reserve(headers.size());
    for (const auto& [name, value] : headers) {
        std::string sent = lower(name);
        SLUICE_TRY(checkName(sent, isGrpc));
        auto text = expandEnvironment(value, environment);
        if (!text)
            return wrong(name, "is not complete: " + text.error().text);
        SLUICE_TRY(checkValue(sent, *text, isGrpc));
        resolved.emplace_back(std::move(sent), *std::move(text));
    }
    return resolved;
}

} // namespace sluice
