#pragma once

#include <string_view>

namespace sluice {

/// Whether a request header may be handed on and stored. `name` is in lower case.
///
/// Never what proves who somebody is (authorization, cookies, tokens, keys of any vendor), because captures
/// are passed around; nor what only describes the transfer (te, content-length, connection, grpc-timeout,
/// ...).
bool mayKeepHeader(std::string_view name);

} // namespace sluice
