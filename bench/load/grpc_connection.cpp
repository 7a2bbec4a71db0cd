#include "bench/load/grpc_connection.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "bench/load/socket.h"

namespace sluice::bench {

namespace {

constexpr std::size_t kPrefix = 5; ///< Compressed flag and length before a gRPC message.
constexpr std::size_t kWriteAhead = 256u << 10; ///< Frames made before the socket is asked to take them.

std::string_view pathOf(Signal signal)
{
    switch (signal) {
    case Signal::Metrics: return "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";
    case Signal::Logs: return "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
    case Signal::Traces: break;
    }
    return "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
}

nghttp2_nv header(std::string_view name, std::string_view value)
{
    // nghttp2 takes mutable pointers but only reads them.
    return {reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data())),
        reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data())), name.size(), value.size(),
        NGHTTP2_NV_FLAG_NONE};
}

} // namespace

std::unique_ptr<GrpcConnection> GrpcConnection::open(
    const std::string& host, std::uint16_t port, Signal signal, Listener listener)
{
    FileDescriptor descriptor = connectTo(host, port);
    if (!descriptor.isOpen())
        return nullptr;
    return std::unique_ptr<GrpcConnection>(new GrpcConnection(
        std::move(descriptor), host + ':' + std::to_string(port), signal, std::move(listener)));
}

GrpcConnection::GrpcConnection(
    FileDescriptor descriptor, std::string authority, Signal signal, Listener listener)
    : m_descriptor(std::move(descriptor))
    , m_authority(std::move(authority))
    , m_path(pathOf(signal))
    , m_listener(std::move(listener))
{
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, &GrpcConnection::onHeader);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, &GrpcConnection::onData);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, &GrpcConnection::onClose);
    nghttp2_session_client_new(&m_session, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
    const std::array settings{nghttp2_settings_entry{NGHTTP2_SETTINGS_ENABLE_PUSH, 0}};
    nghttp2_submit_settings(m_session, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
}

GrpcConnection::~GrpcConnection()
{
    nghttp2_session_del(m_session);
}

bool GrpcConnection::canSend() const
{
    return m_streams.size()
        < nghttp2_session_get_remote_settings(m_session, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
}

void GrpcConnection::send(Call& call)
{
    const std::array headers{header(":method", "POST"), header(":scheme", "http"), header(":path", m_path),
        header(":authority", m_authority), header("te", "trailers"),
        header("content-type", "application/grpc"), header("user-agent", "sluice-load")};
    const nghttp2_data_provider provider{{.ptr = nullptr}, &GrpcConnection::readBody};
    const std::int32_t id
        = nghttp2_submit_request(m_session, nullptr, headers.data(), headers.size(), &provider, nullptr);
    if (id < 0) {
        m_listener(call, {false, 0, nghttp2_strerror(id)});
        return;
    }
    m_streams[id].call = &call;
}

bool GrpcConnection::wantsToWrite() const
{
    return m_outSent < m_out.size() || nghttp2_session_want_write(m_session) != 0;
}

bool GrpcConnection::write()
{
    for (;;) {
        while (m_out.size() < kWriteAhead) {
            const std::uint8_t* data = nullptr;
            const ssize_t size = nghttp2_session_mem_send(m_session, &data);
            if (size < 0)
                return false;
            if (size == 0)
                break;
            m_out.append(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
        }
        if (m_out.empty())
            return true;
        if (!sendPending(m_descriptor.number(), m_out, m_outSent))
            return false;
        if (m_outSent < m_out.size())
            return true;
        m_out.clear();
        m_outSent = 0;
    }
}

bool GrpcConnection::read()
{
    m_in.clear();
    const bool isOpen = receiveAvailable(m_descriptor.number(), m_in);
    const ssize_t taken = nghttp2_session_mem_recv(
        m_session, reinterpret_cast<const std::uint8_t*>(m_in.data()), m_in.size());
    return isOpen && taken >= 0;
}

void GrpcConnection::finish(std::int32_t id)
{
    const auto found = m_streams.find(id);
    if (found == m_streams.end())
        return;
    const Stream stream = std::move(found->second);
    m_streams.erase(found);
    if (stream.status != "0") {
        m_listener(*stream.call, {false, 0, "grpc-status " + stream.status + ' ' + stream.message});
        return;
    }
    const std::string_view response = stream.response;
    m_listener(
        *stream.call, {true, response.size() > kPrefix ? rejectedRecords(response.substr(kPrefix)) : 0, {}});
}

ssize_t GrpcConnection::readBody(nghttp2_session*, std::int32_t id, std::uint8_t* into, std::size_t size,
    std::uint32_t* flags, nghttp2_data_source*, void* self)
{
    Stream& stream = static_cast<GrpcConnection*>(self)->m_streams[id];
    const std::string& body = stream.call->body;
    std::size_t written = 0;
    if (stream.sent < kPrefix) {
        if (size < kPrefix)
            return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
        into[0] = 0;
        for (std::size_t byte = 0; byte < 4; ++byte)
            into[1 + byte] = static_cast<std::uint8_t>(body.size() >> (24 - 8 * byte));
        written = kPrefix;
        stream.sent = kPrefix;
    }
    const std::size_t at = stream.sent - kPrefix;
    const std::size_t count = std::min(size - written, body.size() - at);
    std::memcpy(into + written, body.data() + at, count);
    stream.sent += count;
    if (stream.sent == body.size() + kPrefix)
        *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(written + count);
}

int GrpcConnection::onHeader(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
    std::size_t nameSize, const std::uint8_t* value, std::size_t valueSize, std::uint8_t, void* self)
{
    const std::string_view key(reinterpret_cast<const char*>(name), nameSize);
    const std::string_view text(reinterpret_cast<const char*>(value), valueSize);
    auto& streams = static_cast<GrpcConnection*>(self)->m_streams;
    const auto found = streams.find(frame->hd.stream_id);
    if (found == streams.end())
        return 0;
    if (key == "grpc-status")
        found->second.status = text;
    else if (key == "grpc-message")
        found->second.message = text;
    return 0;
}

int GrpcConnection::onData(
    nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* data, std::size_t size, void* self)
{
    auto& streams = static_cast<GrpcConnection*>(self)->m_streams;
    if (const auto found = streams.find(id); found != streams.end())
        found->second.response.append(reinterpret_cast<const char*>(data), size);
    return 0;
}

int GrpcConnection::onClose(nghttp2_session*, std::int32_t id, std::uint32_t, void* self)
{
    static_cast<GrpcConnection*>(self)->finish(id);
    return 0;
}

} // namespace sluice::bench
