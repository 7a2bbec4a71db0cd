#pragma once

#include "core/receivers/file_descriptor.h"

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "bench/load/call.h"

namespace sluice::bench {

/// OTLP/gRPC over one HTTP/2 connection without TLS, many calls at a time.
class GrpcConnection final : public Connection {
public:
    /// Null: no connection.
    static std::unique_ptr<GrpcConnection> open(
        const std::string& host, std::uint16_t port, Signal signal, Listener listener);
    ~GrpcConnection() override;

    [[nodiscard]] int descriptor() const override { return m_descriptor.number(); }
    [[nodiscard]] bool canSend() const override;
    void send(Call& call) override;
    [[nodiscard]] bool wantsToWrite() const override;
    bool write() override;
    bool read() override;

private:
    struct Stream {
        Call* call = nullptr;
        std::size_t sent = 0;
        std::string response;
        std::string status;
        std::string message;
    };

    GrpcConnection(FileDescriptor descriptor, std::string authority, Signal signal, Listener listener);
    void finish(std::int32_t id);

    static ssize_t readBody(nghttp2_session* session, std::int32_t id, std::uint8_t* into, std::size_t size,
        std::uint32_t* flags, nghttp2_data_source* source, void* self);
    static int onHeader(nghttp2_session* session, const nghttp2_frame* frame, const std::uint8_t* name,
        std::size_t nameSize, const std::uint8_t* value, std::size_t valueSize, std::uint8_t flags,
        void* self);
    static int onData(nghttp2_session* session, std::uint8_t flags, std::int32_t id, const std::uint8_t* data,
        std::size_t size, void* self);
    static int onClose(nghttp2_session* session, std::int32_t id, std::uint32_t error, void* self);

    FileDescriptor m_descriptor;
    std::string m_authority;
    std::string m_path;
    Listener m_listener;
    nghttp2_session* m_session = nullptr;
    std::unordered_map<std::int32_t, Stream> m_streams;
    std::string m_out; ///< Frames not yet taken by the socket.
    std::size_t m_outSent = 0;
    std::string m_in;
};

} // namespace sluice::bench
