#pragma once

#include "core/base/result.h"
#include "core/receivers/file_descriptor.h"
#include "core/receivers/receiver.h"

#include <cstdint>
#include <string>
#include <vector>

namespace sluice {

/// Where a receiver is to listen.
struct ListenAddress {
    std::string host
        = "localhost"; ///< "localhost" and "127.0.0.1": IPv4 and, where there is one, IPv6 loopback.
    std::uint16_t port = 0; ///< 0 takes a free port, the same for both addresses.
    std::string flag; ///< What changes it, for error texts: "--grpc".
};

/// A socket that accepts connections: non-blocking, close-on-exec.
struct ListeningSocket {
    FileDescriptor descriptor;
    std::string address; ///< "127.0.0.1:4317", "[::1]:4317".
    std::uint16_t port = 0;
};

/// Listens on loopback. Refuses any other address: what has neither TLS nor authentication is not for a
/// network. A port that is taken is reported with the process that holds it, where /proc tells.
Result<std::vector<ListeningSocket>, ReceiverError> listenOnLoopback(const ListenAddress& where);

/// The process that listens on a TCP port: "otelcol (pid 4120)". Empty when the system does not tell.
std::string processListeningOn(std::uint16_t port);

} // namespace sluice
