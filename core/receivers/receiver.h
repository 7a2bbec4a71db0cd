#pragma once

#include "core/base/result.h"
#include "core/base/time.h"

#include <cstdint>
#include <string>
#include <vector>

namespace sluice {

/// Why a receiver does not listen. `text` says what happened and what to do: "Port 4317 is in use: otelcol
/// (pid 4120) holds it. Use --grpc to choose another address."
struct ReceiverError {
    std::string text;
    std::uint16_t port = 0;
};

/// Limits that both OTLP receivers share.
struct ReceiverLimits {
    std::size_t maxMessageBytes = 64u << 20; ///< After decompression.
    std::size_t maxConnections = 1024; ///< Beyond it a new connection is closed at once and counted.
    /// From the first byte of a request to the end of its header.
    Nanos headerTimeout = std::chrono::seconds(10);
    Nanos bodyTimeout = std::chrono::seconds(60); ///< From the end of the header to the end of the body.
    Nanos idleTimeout = std::chrono::seconds(120); ///< Between requests on a connection (HTTP/1.1).
};

/// What Diagnostics shows of one receiver. Counters since start.
struct ReceiverStatus {
    std::string name; ///< "OTLP/gRPC", "OTLP/HTTP".
    std::vector<std::string> addresses; ///< As bound: "127.0.0.1:4317", "[::1]:4317".
    std::uint16_t port = 0; ///< The port that all addresses share.
    std::uint64_t openConnections = 0;
    std::uint64_t connections = 0;
    std::uint64_t requests = 0;
    std::uint64_t wireBytes = 0; ///< Bodies as they came, before decompression.
    std::uint64_t refusedConnections = 0; ///< Closed at once because `maxConnections` were open.
    std::string notice; ///< The last thing seen that points at a wrong setting of a sender; empty: nothing.
};

/// A listening server. create() of each kind binds and starts it; it accepts when create() returns.
/// Threads: stopAccepting() and status() from any thread.
class Receiver {
public:
    Receiver() = default;
    Receiver(const Receiver&) = delete;
    Receiver& operator=(const Receiver&) = delete;
    virtual ~Receiver() = default; ///< Closes what is still open.

    /// Takes no new connection or request, lets requests that are under way be answered, then returns
    /// (after `grace` at the latest).
    virtual void stop(Nanos grace) = 0;

    [[nodiscard]] virtual ReceiverStatus status() const = 0;
};

} // namespace sluice
