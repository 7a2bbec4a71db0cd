#pragma once

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/core/receivers/raw_socket.h"

namespace sluice::test {

using Http2Fields = std::vector<std::pair<std::string, std::string>>;

/// An HTTP/2 client that does exactly what a test says, in steps: sends frames, waits for what it expects.
class Http2Client {
public:
    /// What came on one stream.
    struct Stream {
        std::map<std::string, std::string> headers; ///< Of the first HEADERS frame.
        std::map<std::string, std::string> trailers; ///< Of the second.
        std::string data;
        int headerFrames = 0;
        bool isEnded = false; ///< By END_STREAM.
        bool isClosed = false;
        std::uint32_t errorCode = 0; ///< Of RST_STREAM.

        /// Wherever it is: errors come without a message, so in the first frame.
        [[nodiscard]] std::string field(const std::string& name) const
        {
            for (const auto* fields : {&trailers, &headers}) {
                if (const auto found = fields->find(name); found != fields->end())
                    return found->second;
            }
            return {};
        }
    };

    explicit Http2Client(std::uint16_t port, std::vector<nghttp2_settings_entry> settings = {})
        : m_socket(port)
        , m_session(nullptr, nghttp2_session_del)
    {
        nghttp2_session_callbacks* callbacks = nullptr;
        nghttp2_session_callbacks_new(&callbacks);
        nghttp2_session_callbacks_set_on_header_callback(callbacks, onHeader);
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, onFrame);
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, onData);
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, onClose);
        nghttp2_session* session = nullptr;
        nghttp2_session_client_new(&session, callbacks, this);
        nghttp2_session_callbacks_del(callbacks);
        m_session.reset(session);
        nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
    }

    static Http2Fields grpcHeaders(Http2Fields more = {})
    {
        Http2Fields fields{{":method", "POST"}, {":scheme", "http"},
            {":path", "/opentelemetry.proto.collector.trace.v1.TraceService/Export"},
            {":authority", "localhost"}, {"content-type", "application/grpc"}, {"te", "trailers"}};
        for (auto& [name, value] : more) {
            bool isReplaced = false;
            for (auto& field : fields) {
                if (field.first == name) {
                    field.second = value;
                    isReplaced = true;
                }
            }
            if (!isReplaced)
                fields.emplace_back(name, value);
        }
        std::erase_if(fields, [](const auto& field) { return field.second == "(none)"; });
        return fields;
    }

    /// A message with gRPC's prefix.
    static std::string message(std::string_view body, unsigned char flag = 0)
    {
        std::string text;
        text += static_cast<char>(flag);
        for (int shift = 24; shift >= 0; shift -= 8)
            text += static_cast<char>(body.size() >> shift & 0xFF);
        return text.append(body);
    }

    /// Starts a stream. Its body is `body`, and more may follow unless `end`.
    std::int32_t start(const Http2Fields& fields, std::string body, bool end = true)
    {
        std::vector<nghttp2_nv> values;
        for (const auto& [name, value] : fields) {
            values.push_back(
                {bytesOf(name), bytesOf(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
        }
        auto source = std::make_unique<Source>(Source{std::move(body), 0, end, 0});
        nghttp2_data_provider provider{};
        provider.source.ptr = source.get();
        provider.read_callback = readSource;
        const std::int32_t id = nghttp2_submit_request(
            m_session.get(), nullptr, values.data(), values.size(), &provider, nullptr);
        m_sources[id] = std::move(source);
        return id;
    }

    void sendMore(std::int32_t id, std::string_view bytes, bool end)
    {
        m_sources[id]->bytes.append(bytes);
        m_sources[id]->isComplete = end;
        nghttp2_session_resume_data(m_session.get(), id);
    }

    /// DATA frames of the stream carry at most this many bytes.
    void limitFrames(std::int32_t id, std::size_t bytes) { m_sources[id]->frameLimit = bytes; }

    void reset(std::int32_t id, std::uint32_t code = NGHTTP2_CANCEL)
    {
        nghttp2_submit_rst_stream(m_session.get(), NGHTTP2_FLAG_NONE, id, code);
    }
    void ping() { nghttp2_submit_ping(m_session.get(), NGHTTP2_FLAG_NONE, nullptr); }

    /// Sends everything that is ready. False when the connection is gone.
    bool flush()
    {
        const std::uint8_t* bytes = nullptr;
        for (ssize_t size = nghttp2_session_mem_send(m_session.get(), &bytes); size > 0;
             size = nghttp2_session_mem_send(m_session.get(), &bytes)) {
            if (!m_socket.send({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)}))
                return false;
        }
        return true;
    }

    /// Sends and receives until `isDone`. False when the connection ended, or the server was silent, before.
    bool runUntil(const std::function<bool()>& isDone)
    {
        while (true) {
            flush();
            if (isDone())
                return true;
            const std::string some = m_socket.receiveSome();
            if (some.empty())
                return false;
            nghttp2_session_mem_recv(
                m_session.get(), reinterpret_cast<const std::uint8_t*>(some.data()), some.size());
        }
    }

    bool runUntilClosed(std::int32_t id)
    {
        return runUntil([&] { return m_streams[id].isClosed; });
    }

    /// A whole call.
    Stream call(const Http2Fields& fields, std::string body)
    {
        const std::int32_t id = start(fields, std::move(body));
        runUntilClosed(id);
        return m_streams[id];
    }

    Stream& stream(std::int32_t id) { return m_streams[id]; }
    RawSocket& socket() { return m_socket; }
    [[nodiscard]] int pongs() const { return m_pongs; }
    [[nodiscard]] bool hasGoAway() const { return m_hasGoAway; }
    [[nodiscard]] std::uint32_t goAwayCode() const { return m_goAwayCode; }
    [[nodiscard]] std::int32_t goAwayLastStream() const { return m_goAwayLastStream; }
    [[nodiscard]] std::uint32_t serverSetting(nghttp2_settings_id id) const
    {
        return nghttp2_session_get_remote_settings(m_session.get(), id);
    }

private:
    struct Source {
        std::string bytes;
        std::size_t sent = 0;
        bool isComplete = true;
        std::size_t frameLimit = 0;
    };

    static std::uint8_t* bytesOf(const std::string& text)
    {
        return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
    }

    static ssize_t readSource(nghttp2_session*, std::int32_t, std::uint8_t* into, std::size_t size,
        std::uint32_t* flags, nghttp2_data_source* data, void*)
    {
        Source& source = *static_cast<Source*>(data->ptr);
        std::size_t count = std::min(size, source.bytes.size() - source.sent);
        if (source.frameLimit > 0)
            count = std::min(count, source.frameLimit);
        std::memcpy(into, source.bytes.data() + source.sent, count);
        source.sent += count;
        if (source.sent == source.bytes.size() && source.isComplete)
            *flags |= NGHTTP2_DATA_FLAG_EOF;
        else if (count == 0)
            return NGHTTP2_ERR_DEFERRED;
        return static_cast<ssize_t>(count);
    }

    static int onHeader(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
        std::size_t nameSize, const std::uint8_t* value, std::size_t valueSize, std::uint8_t, void* user)
    {
        Stream& stream = static_cast<Http2Client*>(user)->m_streams[frame->hd.stream_id];
        auto& fields = stream.headerFrames == 0 ? stream.headers : stream.trailers;
        fields[std::string(reinterpret_cast<const char*>(name), nameSize)]
            = std::string(reinterpret_cast<const char*>(value), valueSize);
        return 0;
    }

    static int onFrame(nghttp2_session*, const nghttp2_frame* frame, void* user)
    {
        auto& self = *static_cast<Http2Client*>(user);
        Stream& stream = self.m_streams[frame->hd.stream_id];
        const bool isAck = (frame->hd.flags & NGHTTP2_FLAG_ACK) != 0;
        switch (frame->hd.type) {
        case NGHTTP2_HEADERS: ++stream.headerFrames; [[fallthrough]];
        case NGHTTP2_DATA:
            stream.isEnded = stream.isEnded || (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
            break;
        case NGHTTP2_PING: self.m_pongs += isAck ? 1 : 0; break;
        case NGHTTP2_GOAWAY:
            self.m_hasGoAway = true;
            self.m_goAwayCode = frame->goaway.error_code;
            self.m_goAwayLastStream = frame->goaway.last_stream_id;
            break;
        default: break;
        }
        return 0;
    }

    static int onData(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* data,
        std::size_t size, void* user)
    {
        static_cast<Http2Client*>(user)->m_streams[id].data.append(reinterpret_cast<const char*>(data), size);
        return 0;
    }

    static int onClose(nghttp2_session*, std::int32_t id, std::uint32_t code, void* user)
    {
        Stream& stream = static_cast<Http2Client*>(user)->m_streams[id];
        stream.isClosed = true;
        stream.errorCode = code;
        return 0;
    }

    RawSocket m_socket;
    std::map<std::int32_t, Stream> m_streams;
    std::map<std::int32_t, std::unique_ptr<Source>> m_sources;
    std::unique_ptr<nghttp2_session, void (*)(nghttp2_session*)> m_session;
    int m_pongs = 0;
    bool m_hasGoAway = false;
    std::uint32_t m_goAwayCode = 0;
    std::int32_t m_goAwayLastStream = 0;
};

} // namespace sluice::test
