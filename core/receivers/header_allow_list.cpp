#include "core/receivers/header_allow_list.h"

#include <algorithm>
#include <array>

namespace sluice {

namespace {

constexpr std::array<std::string_view, 12> kSecretParts{"authorization", "cookie", "token", "secret", "passw",
    "api-key", "apikey", "api_key", "credential", "signature", "dsn", "honeycomb-team"};

constexpr std::array<std::string_view, 12> kTransferHeaders{"te", "trailer", "connection", "keep-alive",
    "proxy-connection", "transfer-encoding", "content-length", "content-encoding", "accept-encoding",
    "upgrade", "expect", "http2-settings"};

} // namespace

bool mayKeepHeader(std::string_view name)
{
    if (name.starts_with("grpc-")
        || std::find(kTransferHeaders.begin(), kTransferHeaders.end(), name) != kTransferHeaders.end())
        return false;
    if (name == "key" || name.ends_with("-key") || name.ends_with("_key"))
        return false;
    return std::none_of(kSecretParts.begin(), kSecretParts.end(),
        [name](std::string_view part) { return name.find(part) != std::string_view::npos; });
}

} // namespace sluice
