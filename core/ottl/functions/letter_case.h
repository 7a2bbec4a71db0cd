#pragma once

#include <string>
#include <string_view>

namespace sluice::ottl {

/// "HTTPServer ID" as "http_server_id". Works on bytes, as the collector's library does.
std::string snakeCase(std::string_view text);

/// "http_server-id" as "HttpServerId".
std::string camelCase(std::string_view text);

} // namespace sluice::ottl
