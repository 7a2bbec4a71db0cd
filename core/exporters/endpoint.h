#pragma once

// Where a backend is. Source: spec/protocols.md section 4.2.

#include "core/exporters/exporter.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice {

/// The parts of an endpoint that people and sockets care about.
struct Endpoint {
    std::string host; ///< Without brackets; empty for targets that only gRPC understands ("unix:…").
    std::uint16_t port = 0;
    bool isSecure = false;
    std::string path; ///< HTTP: from the first slash on, "" when there is none.
    std::string target; ///< gRPC: what the library dials ("127.0.0.1:4317", "[::1]:4317", "unix:/run/x").

    /// Never sent through a proxy.
    [[nodiscard]] bool isLoopback() const;
};

/// host:port, http(s)://host[:port], or a target of gRPC's own ("unix:", "dns:"). Without a scheme
/// `isInsecure` says whether TLS is used, and the port is required; with one it defaults to 80 or 443.
Result<Endpoint, ExporterError> parseGrpcEndpoint(std::string_view text, bool isInsecure);

/// An http:// or https:// URL.
Result<Endpoint, ExporterError> parseHttpEndpoint(std::string_view text);

/// URL to post `signal` to: `verbatim` as it is (a missing path becomes "/"), otherwise `base` with
/// /v1/<signal>.
std::string httpUrl(std::string_view base, std::string_view verbatim, Signal signal);

} // namespace sluice
