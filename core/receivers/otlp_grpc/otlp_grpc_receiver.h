#pragma once

#include "core/base/result.h"
#include "core/receivers/receiver.h"
#include "core/receivers/request_sink.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace sluice {

/// OTLP over gRPC: HTTP/2 by nghttp2, gRPC's framing by hand, one thread with epoll for all connections.
///
/// The thread receives, unpacks and offers; answers come back through a queue and are sent many at a time.
/// The README beside this file says what is supported and what each limit does.
/// Threads: create() and the destructor by the owner; stop() and status() from any thread.
/// Source: gRPC over HTTP/2; spec/protocols.md sections 2.1 to 2.6.
class OtlpGrpcReceiver final : public Receiver {
public:
    struct Options {
        std::string host = "localhost"; ///< Loopback only; see ListenAddress.
        std::uint16_t port = 4317; ///< 0 takes a free one.
        std::string flag = "--grpc"; ///< Named in error texts as the way to change the address.
        ReceiverLimits limits;
        /// Bodies of all connections: being received, or unanswered.
        std::size_t maxBytesInFlight = 128u << 20;
        /// The same for one connection, while it has unanswered ones.
        std::size_t maxConnectionBytes = 64u << 20;
        std::uint32_t maxStreams = 512; ///< Concurrent calls on a connection.
        std::uint32_t streamWindow = 4u << 20; ///< Bytes that a call may send ahead.
        std::uint32_t connectionWindow = 16u << 20; ///< Bytes that all calls of a connection may send ahead.
        /// Of one call, counted as HTTP/2 does (32 for each field).
        std::uint32_t maxHeaderBytes = 64u << 10;
    };

    /// Listens and starts the thread. `sink` must outlive the receiver.
    static Result<std::unique_ptr<Receiver>, ReceiverError> create(Options options, RequestSink& sink);

    ~OtlpGrpcReceiver() override;

    void stop(Nanos grace) override;
    [[nodiscard]] ReceiverStatus status() const override;

private:
    class Loop;

    explicit OtlpGrpcReceiver(std::unique_ptr<Loop> loop);

    std::unique_ptr<Loop> m_loop;
};

} // namespace sluice
