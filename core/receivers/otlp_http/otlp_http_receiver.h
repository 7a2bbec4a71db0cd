#pragma once

#include "core/base/result.h"
#include "core/receivers/receiver.h"
#include "core/receivers/request_sink.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace sluice {

/// OTLP over HTTP/1.1: POST /v1/traces, /v1/metrics and /v1/logs in protobuf or JSON, on one thread.
///
/// Threads: create() and the destructor by the owner; stop() and status() from any thread.
/// Source: OTLP 1.11; spec/protocols.md sections 2.1 to 2.9.
class OtlpHttpReceiver final : public Receiver {
public:
    struct Options {
        std::string host = "localhost"; ///< Loopback only; see ListenAddress.
        std::uint16_t port = 4318; ///< 0 takes a free one.
        std::string flag = "--http"; ///< Named in error texts as the way to change the address.
        ReceiverLimits limits;
        /// Bodies of all connections: being received, or unanswered.
        std::size_t maxBytesInFlight = 128u << 20;
        std::uint32_t maxHeaderBytes = 64u << 10; ///< Request line and headers.
        std::vector<std::string> allowedOrigins; ///< Besides local ones; `*` stands for any text.
        /// Host names besides localhost, *.localhost and loopback addresses.
        std::vector<std::string> allowedHosts;
    };

    /// Listens and starts the thread. `sink` must outlive the receiver.
    static Result<std::unique_ptr<Receiver>, ReceiverError> create(Options options, RequestSink& sink);

    ~OtlpHttpReceiver() override;

    void stop(Nanos grace) override;
    [[nodiscard]] ReceiverStatus status() const override;

private:
    class Server;

    explicit OtlpHttpReceiver(std::unique_ptr<Server> server);

    std::unique_ptr<Server> m_server;
};

} // namespace sluice
