#include "core/receivers/otlp_grpc/grpc_connection.h"

#include "core/otlp/json.h"
#include "core/receivers/header_allow_list.h"

#include <nghttp2/nghttp2.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

namespace sluice {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
constexpr std::size_t kReadSize = 256 * 1024;
constexpr int kReadsPerTurn = 4; ///< Then it is another connection's turn.
constexpr std::size_t kOutputSize = 64 * 1024; ///< More is produced when the socket has taken this.
constexpr std::uint32_t kMaxFrameSize = 1u << 20;
constexpr std::size_t kFirstReserve = 1u << 20; ///< Before bytes came, a length is only a claim.
constexpr std::size_t kGrowth = 8; ///< Room made for a message, in multiples of what came of it.
constexpr std::size_t kPrefixSize = 5;
constexpr std::size_t kHeaderOverhead = 32; ///< What HTTP/2 counts for a field beside its text.
constexpr auto kLingerTime = std::chrono::seconds(1);
constexpr auto kPingWindow = std::chrono::seconds(10);
constexpr int kPingsPerWindow = 200; ///< Without a call between them. SDKs ping every 10 s and more.
constexpr auto kRetryWhenFull = std::chrono::seconds(1);
constexpr std::string_view kAcceptedEncodings = "identity,deflate,gzip,zstd";

constexpr std::string_view kHttp1Answer
    = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n"
      "Content-Length: 106\r\n\r\n"
      "This port receives OTLP over gRPC (HTTP/2). OTLP over HTTP has a port of its own: 4318, unless "
      "configured.";

nghttp2_nv field(std::string_view name, std::string_view value, bool isLasting = true)
{
    const auto* nameBytes = reinterpret_cast<const std::uint8_t*>(name.data());
    const auto* valueBytes = reinterpret_cast<const std::uint8_t*>(value.data());
    const auto flags = isLasting ? NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE
                                 : NGHTTP2_NV_FLAG_NO_COPY_NAME;
    return {const_cast<std::uint8_t*>(nameBytes), const_cast<std::uint8_t*>(valueBytes), name.size(),
        value.size(), static_cast<std::uint8_t>(flags)};
}

std::string_view textOf(const std::uint8_t* bytes, std::size_t size)
{
    return {reinterpret_cast<const char*>(bytes), size};
}

} // namespace

/// One HTTP/2 stream.
struct GrpcConnection::Call {
    enum class State : std::uint8_t { Receiving, Waiting, Answered };

    std::int32_t stream = 0;
    State state = State::Receiving;
    bool isPost = false;
    bool isGrpc = false;
    bool isCompressed = false;
    bool isRequestEnded = false;
    bool hasTrailers = false; ///< The reply's message is followed by trailers.
    std::optional<Signal> signal;
    std::optional<Compression> compression = Compression::None; ///< Empty: one that we do not know.
    std::size_t prefixBytes = 0;
    std::array<unsigned char, kPrefixSize> prefix{};
    std::size_t headerBytes = 0;
    std::size_t length = 0; ///< Of the message, as its prefix says.
    std::string body;
    std::string path;
    std::string contentType;
    std::string encoding;
    std::vector<std::pair<std::string, std::string>> headers;
    std::optional<Nanos> timeout;
    TimePoint deadline = TimePoint::max(); ///< The sender's.
    TimePoint bodyDeadline = TimePoint::max(); ///< Ours, until the body is there.
    std::string reply;
    std::size_t replySent = 0;
};

/// nghttp2 calls these; each finds its connection in `user` and its call at the stream.
struct GrpcConnection::Callbacks {
    static GrpcConnection& connection(void* user) { return *static_cast<GrpcConnection*>(user); }

    static Call* call(nghttp2_session* session, std::int32_t stream)
    {
        return static_cast<Call*>(nghttp2_session_get_stream_user_data(session, stream));
    }

    static int beginHeaders(nghttp2_session* session, const nghttp2_frame* frame, void* user)
    {
        if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST)
            return 0;
        auto created = std::make_unique<Call>();
        created->stream = frame->hd.stream_id;
        nghttp2_session_set_stream_user_data(session, created->stream, created.get());
        connection(user).m_calls.insert_or_assign(created->stream, std::move(created));
        return 0;
    }

    static int header(nghttp2_session* session, const nghttp2_frame* frame, const std::uint8_t* name,
        std::size_t nameSize, const std::uint8_t* value, std::size_t valueSize, std::uint8_t, void* user)
    {
        Call* found = call(session, frame->hd.stream_id);
        if (found && frame->headers.cat == NGHTTP2_HCAT_REQUEST)
            connection(user).readHeader(*found, textOf(name, nameSize), textOf(value, valueSize));
        return 0;
    }

    static int frameReceived(nghttp2_session* session, const nghttp2_frame* frame, void* user)
    {
        GrpcConnection& self = connection(user);
        if (frame->hd.type == NGHTTP2_PING && (frame->hd.flags & NGHTTP2_FLAG_ACK) == 0)
            self.countPing();
        if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA)
            return 0;
        self.m_pings = 0;
        Call* found = call(session, frame->hd.stream_id);
        if (!found)
            return 0;
        found->isRequestEnded = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
        if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST)
            self.finishHeaders(*found);
        if (found->isRequestEnded && found->state == Call::State::Receiving)
            self.finishRequest(*found);
        return 0;
    }

    static int dataReceived(nghttp2_session* session, std::uint8_t, std::int32_t stream,
        const std::uint8_t* data, std::size_t size, void* user)
    {
        if (Call* found = call(session, stream))
            connection(user).readBody(*found, textOf(data, size));
        return 0;
    }

    static int frameSent(nghttp2_session* session, const nghttp2_frame* frame, void*)
    {
        const bool endsStream = (frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA)
            && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
        if (!endsStream)
            return 0;
        const Call* found = call(session, frame->hd.stream_id);
        if (found && !found->isRequestEnded) // Answered early: the rest of the request is not wanted.
            nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, frame->hd.stream_id, NGHTTP2_NO_ERROR);
        return 0;
    }

    static int streamClosed(nghttp2_session*, std::int32_t stream, std::uint32_t, void* user)
    {
        GrpcConnection& self = connection(user);
        const auto found = self.m_calls.find(stream);
        if (found == self.m_calls.end())
            return 0;
        self.forget(*found->second);
        self.m_calls.erase(found);
        return 0;
    }

    static ssize_t readReply(nghttp2_session* session, std::int32_t stream, std::uint8_t* into,
        std::size_t size, std::uint32_t* flags, nghttp2_data_source* source, void*)
    {
        Call& call = *static_cast<Call*>(source->ptr);
        const std::size_t count = std::min(size, call.reply.size() - call.replySent);
        std::memcpy(into, call.reply.data() + call.replySent, count);
        call.replySent += count;
        if (call.replySent < call.reply.size())
            return static_cast<ssize_t>(count);
        *flags |= NGHTTP2_DATA_FLAG_EOF;
        if (call.hasTrailers) {
            *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
            const std::array trailers{field("grpc-status"sv, "0"sv)};
            nghttp2_submit_trailer(session, stream, trailers.data(), trailers.size());
        }
        return static_cast<ssize_t>(count);
    }
};

GrpcShared::GrpcShared(OtlpGrpcReceiver::Options receiverOptions, RequestSink& requestSink)
    : options(std::move(receiverOptions))
    , sink(requestSink)
    , answers(std::make_shared<AnswerQueue>())
    , budget(options.maxBytesInFlight)
    , readBuffer(kReadSize)
    , callbacks(nullptr, nghttp2_session_callbacks_del)
    , http2Options(nullptr, nghttp2_option_del)
{
    nghttp2_session_callbacks* made = nullptr;
    nghttp2_session_callbacks_new(&made);
    callbacks.reset(made);
    using Callbacks = GrpcConnection::Callbacks;
    nghttp2_session_callbacks_set_on_begin_headers_callback(made, Callbacks::beginHeaders);
    nghttp2_session_callbacks_set_on_header_callback(made, Callbacks::header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(made, Callbacks::frameReceived);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made, Callbacks::dataReceived);
    nghttp2_session_callbacks_set_on_frame_send_callback(made, Callbacks::frameSent);
    nghttp2_session_callbacks_set_on_stream_close_callback(made, Callbacks::streamClosed);

    nghttp2_option* option = nullptr;
    nghttp2_option_new(&option);
    http2Options.reset(option);
    nghttp2_option_set_no_closed_streams(
        option, 1); // Only priorities need them; senders of telemetry have none.
}

GrpcConnection::GrpcConnection(std::uint64_t id, FileDescriptor socket, std::string peer, GrpcShared& shared)
    : m_id(id)
    , m_socket(std::move(socket))
    , m_peer(std::move(peer))
    , m_shared(shared)
    , m_session(nullptr, nghttp2_session_del)
    , m_deadline(shared.now + shared.options.limits.headerTimeout)
    , m_pingWindowStart(shared.now)
{
    m_shared.wakeBy(m_deadline);
}

GrpcConnection::~GrpcConnection()
{
    for (const auto& [stream, call] : m_calls)
        forget(*call);
    m_calls.clear();
}

bool GrpcConnection::isPaused() const
{
    return m_shared.budget.shouldPause()
        || (m_waitingCalls > 0 && m_receivingBytes + m_waitingBytes >= m_shared.options.maxConnectionBytes);
}

// --- Bytes in ---

bool GrpcConnection::receive()
{
    for (int turn = 0; turn < kReadsPerTurn && wantsToRead(); ++turn) {
        std::vector<char>& buffer = m_shared.readBuffer;
        const ssize_t count = ::recv(m_socket.number(), buffer.data(), buffer.size(), 0);
        if (count < 0)
            return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
        if (count == 0) {
            m_isEndOfInput = true;
            // A sender that closes its side still gets the answers to what it has sent completely.
            return m_phase == Phase::Http2 && m_waitingCalls > 0;
        }
        const auto size = static_cast<std::size_t>(count);
        if (!consume({buffer.data(), size}))
            return false;
        if (size < buffer.size())
            break;
    }
    return true;
}

bool GrpcConnection::consume(std::string_view bytes)
{
    if (m_phase == Phase::Lingering)
        return true; // Read and thrown away, so that the peer sees our last words and no reset.
    if (m_phase == Phase::Preface)
        return recognise(bytes);
    const ssize_t used = nghttp2_session_mem_recv(
        m_session.get(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    return used >= 0; // Violations of the protocol are answered by nghttp2 with GOAWAY; this is worse.
}

bool GrpcConnection::recognise(std::string_view bytes)
{
    m_start.append(bytes);
    const std::size_t common = std::min(m_start.size(), kPreface.size());
    if (std::string_view(m_start).substr(0, common) != kPreface.substr(0, common)) {
        refuseOtherProtocol();
        return m_phase == Phase::Lingering;
    }
    if (m_start.size() < kPreface.size())
        return true;
    if (!startHttp2())
        return false;
    const std::string start = std::exchange(m_start, {});
    return consume(start);
}

void GrpcConnection::refuseOtherProtocol()
{
    constexpr char kTlsHandshake = 0x16;
    if (m_start.front() == kTlsHandshake) {
        m_shared.counters.note(
            "A sender speaks TLS to the gRPC port: set its endpoint to http:// or insecure.");
        return;
    }
    const bool isText
        = std::all_of(m_start.begin(), m_start.begin() + 1, [](char c) { return c >= 'A' && c <= 'Z'; });
    if (!isText)
        return;
    m_shared.counters.note("A sender speaks HTTP/1.1 to the gRPC port: OTLP over HTTP has its own port.");
    m_output.append(kHttp1Answer);
    linger();
}

bool GrpcConnection::startHttp2()
{
    nghttp2_session* session = nullptr;
    if (nghttp2_session_server_new2(&session, m_shared.callbacks.get(), this, m_shared.http2Options.get())
        != 0)
        return false;
    m_session.reset(session);
    m_phase = Phase::Http2;
    m_deadline = TimePoint::max();
    const OtlpGrpcReceiver::Options& options = m_shared.options;
    const std::array<nghttp2_settings_entry, 4> settings{{
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, options.maxStreams},
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, options.streamWindow},
        {NGHTTP2_SETTINGS_MAX_FRAME_SIZE, kMaxFrameSize},
        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, options.maxHeaderBytes},
    }};
    return nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings.data(), settings.size()) == 0
        && nghttp2_session_set_local_window_size(
               session, NGHTTP2_FLAG_NONE, 0, static_cast<std::int32_t>(options.connectionWindow))
        == 0;
}

void GrpcConnection::countPing()
{
    if (m_shared.now - m_pingWindowStart > kPingWindow) {
        m_pingWindowStart = m_shared.now;
        m_pings = 0;
    }
    if (++m_pings <= kPingsPerWindow || m_isDraining)
        return;
    constexpr std::string_view kReason = "too_many_pings";
    nghttp2_submit_goaway(m_session.get(), NGHTTP2_FLAG_NONE,
        nghttp2_session_get_last_proc_stream_id(m_session.get()), NGHTTP2_ENHANCE_YOUR_CALM,
        reinterpret_cast<const std::uint8_t*>(kReason.data()), kReason.size());
    m_isDraining = true;
}

// --- A call, from its headers to the sink ---

void GrpcConnection::readHeader(Call& call, std::string_view name, std::string_view value)
{
    call.headerBytes += name.size() + value.size() + kHeaderOverhead;
    if (call.headerBytes > m_shared.options.maxHeaderBytes)
        return; // Refused when the headers are complete.
    if (name == ":path"sv) {
        call.signal = signalOfMethod(value);
        if (!call.signal)
            call.path = value;
        return;
    }
    if (name == ":method"sv) {
        call.isPost = value == "POST"sv;
        return;
    }
    if (name == "content-type"sv) {
        call.isGrpc = isGrpcContentType(value);
        if (!call.isGrpc)
            call.contentType = value;
    } else if (name == "grpc-encoding"sv) {
        call.compression = compressionNamed(value);
        if (!call.compression)
            call.encoding = value;
    } else if (name == "grpc-timeout"sv) {
        call.timeout = parseGrpcTimeout(value);
    }
    if (name != ":scheme"sv && mayKeepHeader(name))
        call.headers.emplace_back(name, value);
}

void GrpcConnection::finishHeaders(Call& call)
{
    if (call.timeout
        && *call.timeout < std::chrono::hours(24 * 365)) { // Longer is for ever, and would overflow.
        call.deadline = m_shared.now + *call.timeout;
        m_shared.wakeBy(call.deadline);
    }
    call.bodyDeadline = m_shared.now + m_shared.options.limits.bodyTimeout;
    m_shared.wakeBy(call.bodyDeadline);

    if (call.headerBytes > m_shared.options.maxHeaderBytes) {
        refuse(call, Refusal::TooLarge,
            {.code = GrpcCode::ResourceExhausted,
                .message
                = "the metadata is larger than " + std::to_string(m_shared.options.maxHeaderBytes) + " bytes",
                .retryAfter = {}});
        return;
    }
    if (!call.isPost || !call.isGrpc) {
        m_shared.sink.countRefused(
            call.signal.value_or(likelySignalOf(call.path)), Transport::Grpc, Refusal::Unsupported);
        if (!call.isPost)
            respondWithHttpStatus(call, "405"sv, "gRPC calls are POST requests.");
        else
            respondWithHttpStatus(call, "415"sv,
                "The content type is '" + call.contentType + "'; this port takes application/grpc.");
        return;
    }
    if (!call.signal) {
        refuse(call, Refusal::Unsupported,
            {.code = GrpcCode::Unimplemented,
                .message = "unknown method " + call.path
                    + "; this port takes Export of opentelemetry.proto.collector.{trace,metrics,logs}.v1",
                .retryAfter = {}});
    }
}

bool GrpcConnection::readPrefix(Call& call, std::string_view& bytes)
{
    const std::size_t count = std::min(kPrefixSize - call.prefixBytes, bytes.size());
    std::memcpy(call.prefix.data() + call.prefixBytes, bytes.data(), count);
    call.prefixBytes += count;
    bytes.remove_prefix(count);
    if (call.prefixBytes < kPrefixSize)
        return true;

    const unsigned flag = call.prefix[0];
    call.length = std::size_t{call.prefix[1]} << 24 | std::size_t{call.prefix[2]} << 16
        | std::size_t{call.prefix[3]} << 8 | std::size_t{call.prefix[4]};
    call.isCompressed = flag == 1;
    if (flag > 1) {
        refuse(call, Refusal::Malformed,
            {.code = GrpcCode::Internal,
                .message
                = "the compressed flag of the message is " + std::to_string(flag) + "; it must be 0 or 1",
                .retryAfter = {}});
    } else if (call.length > m_shared.options.limits.maxMessageBytes) {
        refuse(call, Refusal::TooLarge,
            {.code = GrpcCode::ResourceExhausted,
                .message = "the message has " + std::to_string(call.length) + " bytes; at most "
                    + std::to_string(m_shared.options.limits.maxMessageBytes) + " are accepted",
                .retryAfter = {}});
    } else if (call.isCompressed && !call.compression) {
        refuse(call, Refusal::Unsupported,
            {.code = GrpcCode::Unimplemented,
                .message = "unknown grpc-encoding '" + call.encoding + "'; known are "
                    + std::string(kAcceptedEncodings),
                .retryAfter = {}});
    } else if (call.isCompressed && call.compression == Compression::None) {
        refuse(call, Refusal::Malformed,
            {.code = GrpcCode::Internal,
                .message = "the message is marked as compressed, but grpc-encoding does not say how",
                .retryAfter = {}});
    } else {
        call.body.reserve(std::min(call.length, kFirstReserve));
    }
    return call.state == Call::State::Receiving;
}

void GrpcConnection::readBody(Call& call, std::string_view bytes)
{
    if (call.state != Call::State::Receiving)
        return; // Answered already; what was under way is thrown away.
    if (call.prefixBytes < kPrefixSize && !readPrefix(call, bytes))
        return;
    if (bytes.empty())
        return;
    if (bytes.size() > call.length - call.body.size()) {
        refuse(call, Refusal::Malformed,
            {.code = GrpcCode::Unimplemented,
                .message = "Export takes one message; the call has more bytes than its message",
                .retryAfter = {}});
        return;
    }
    if (m_shared.budget.mustRefuse()) {
        refuse(call, Refusal::Overloaded,
            {.code = GrpcCode::Unavailable,
                .message = "too many bytes are being received at once",
                .retryAfter = kRetryWhenFull});
        return;
    }
    if (call.body.size() + bytes.size() > call.body.capacity())
        call.body.reserve(std::min(call.length, call.body.capacity() * kGrowth));
    call.body.append(bytes);
    m_shared.budget.received(bytes.size());
    m_receivingBytes += bytes.size();
}

void GrpcConnection::finishRequest(Call& call)
{
    if (call.prefixBytes < kPrefixSize) {
        refuse(call, Refusal::Malformed,
            {.code = GrpcCode::Unimplemented,
                .message = "Export takes one message; the call has none",
                .retryAfter = {}});
        return;
    }
    if (call.body.size() < call.length) {
        refuse(call, Refusal::Malformed,
            {.code = GrpcCode::InvalidArgument,
                .message = "the message ends after " + std::to_string(call.body.size()) + " of "
                    + std::to_string(call.length) + " bytes",
                .retryAfter = {}});
        return;
    }
    offer(call);
}

void GrpcConnection::offer(Call& call)
{
    const std::uint64_t wireBytes = kPrefixSize + call.body.size();
    m_shared.counters.requests.fetch_add(1, std::memory_order_relaxed);
    m_shared.counters.wireBytes.fetch_add(wireBytes, std::memory_order_relaxed);
    m_shared.budget.forgot(call.body.size());
    m_receivingBytes -= call.body.size();
    std::string body = std::move(call.body);
    call.body.clear();

    if (call.isCompressed) {
        auto unpacked = m_shared.decompressor.decompress(
            *call.compression, body, m_shared.options.limits.maxMessageBytes);
        if (!unpacked) {
            const bool isTooLarge = unpacked.error().kind == DecompressError::Kind::TooLarge;
            refuse(call, isTooLarge ? Refusal::TooLarge : Refusal::Malformed,
                {.code = isTooLarge ? GrpcCode::ResourceExhausted : GrpcCode::InvalidArgument,
                    .message = unpacked.error().text,
                    .retryAfter = {}});
            return;
        }
        body = *std::move(unpacked);
    }

    const AnswerTicket ticket{.connection = m_id, .stream = call.stream, .bytes = body.size()};
    m_shared.budget.offered(ticket.bytes);
    m_waitingBytes += ticket.bytes;
    ++m_waitingCalls;
    call.state = Call::State::Waiting;
    IncomingRequest request{
        .signal = *call.signal, .body = std::move(body), .context = {}, .wireBytes = wireBytes};
    request.context.transport = Transport::Grpc;
    request.context.encoding = Encoding::Protobuf;
    request.context.peer = m_peer;
    request.context.headers = std::move(call.headers);
    m_shared.sink.offer(std::move(request), m_shared.answers->callbackFor(ticket));
}

/// Gives back the room that an unfinished request takes.
void GrpcConnection::forget(Call& call)
{
    if (call.state != Call::State::Receiving)
        return;
    m_shared.budget.forgot(call.body.size());
    m_receivingBytes -= call.body.size();
    call.body = {};
}

// --- Answers ---

void GrpcConnection::answer(const AnswerTicket& ticket, const Answer& answer)
{
    m_waitingBytes -= ticket.bytes;
    --m_waitingCalls;
    const auto found = m_calls.find(ticket.stream);
    if (found == m_calls.end() || found->second->state != Call::State::Waiting)
        return;
    Call& call = *found->second;
    if (answer.refusal != Refusal::None) {
        respond(call, grpcStatusOf(answer));
        return;
    }
    const bool isPlain = answer.rejectedRecords == 0 && answer.message.empty();
    respondWithMessage(call,
        isPlain ? std::string()
                : otlp::encodeResponse(*call.signal, false, answer.rejectedRecords, answer.message));
}

void GrpcConnection::refuse(Call& call, Refusal reason, GrpcStatus status)
{
    m_shared.sink.countRefused(call.signal.value_or(likelySignalOf(call.path)), Transport::Grpc, reason);
    respond(call, status);
}

void GrpcConnection::respond(Call& call, const GrpcStatus& status)
{
    forget(call);
    call.state = Call::State::Answered;
    const std::string code = std::to_string(static_cast<int>(status.code));
    const std::string_view message = shortened(status.message);
    const std::string encodedMessage = percentEncoded(message);
    std::string details;
    std::array<nghttp2_nv, 6> fields{field(":status"sv, "200"sv),
        field("content-type"sv, "application/grpc"sv), field("grpc-status"sv, code, false)};
    std::size_t count = 3;
    if (!message.empty())
        fields[count++] = field("grpc-message"sv, encodedMessage, false);
    if (status.retryAfter > Nanos(0)) {
        details = base64(otlp::encodeStatus(
            false, static_cast<int>(status.code), message, wholeSeconds(status.retryAfter)));
        fields[count++] = field("grpc-status-details-bin"sv, details, false);
    }
    if (status.code == GrpcCode::Unimplemented)
        fields[count++] = field("grpc-accept-encoding"sv, kAcceptedEncodings);
    nghttp2_submit_response(m_session.get(), call.stream, fields.data(), count, nullptr);
}

void GrpcConnection::respondWithMessage(Call& call, std::string message)
{
    call.state = Call::State::Answered;
    const std::size_t size = message.size();
    call.reply.reserve(kPrefixSize + size);
    call.reply.push_back('\0');
    for (int shift = 24; shift >= 0; shift -= 8)
        call.reply.push_back(static_cast<char>(size >> shift & 0xFF));
    call.reply.append(message);
    call.hasTrailers = true;
    const std::array fields{field(":status"sv, "200"sv), field("content-type"sv, "application/grpc"sv)};
    nghttp2_data_provider provider{};
    provider.source.ptr = &call;
    provider.read_callback = Callbacks::readReply;
    nghttp2_submit_response(m_session.get(), call.stream, fields.data(), fields.size(), &provider);
}

void GrpcConnection::respondWithHttpStatus(Call& call, std::string_view status, std::string text)
{
    forget(call);
    call.state = Call::State::Answered;
    call.reply = std::move(text);
    const std::array fields{
        field(":status"sv, status), field("content-type"sv, "text/plain; charset=utf-8"sv)};
    nghttp2_data_provider provider{};
    provider.source.ptr = &call;
    provider.read_callback = Callbacks::readReply;
    nghttp2_submit_response(m_session.get(), call.stream, fields.data(), fields.size(), &provider);
}

// --- Time and the end ---

bool GrpcConnection::expire()
{
    if (m_shared.now >= m_deadline)
        return false;
    m_shared.wakeBy(m_deadline);
    for (const auto& [stream, owned] : m_calls) {
        Call& call = *owned;
        if (call.state == Call::State::Answered)
            continue;
        if (m_shared.now >= call.deadline) {
            const bool isWaiting = call.state == Call::State::Waiting;
            respond(call,
                {.code = GrpcCode::DeadlineExceeded,
                    .message = isWaiting ? "not stored within the time that the sender gave"
                                         : "not received within the time that the sender gave",
                    .retryAfter = {}});
            continue;
        }
        m_shared.wakeBy(call.deadline);
        if (call.state != Call::State::Receiving)
            continue;
        if (m_shared.now >= call.bodyDeadline) {
            refuse(call, Refusal::Malformed,
                {.code = GrpcCode::DeadlineExceeded,
                    .message = "the message took too long to arrive",
                    .retryAfter = {}});
            continue;
        }
        m_shared.wakeBy(call.bodyDeadline);
    }
    return true;
}

void GrpcConnection::drain()
{
    if (m_isDraining)
        return;
    m_isDraining = true;
    if (m_phase != Phase::Http2)
        return;
    nghttp2_submit_goaway(m_session.get(), NGHTTP2_FLAG_NONE,
        nghttp2_session_get_last_proc_stream_id(m_session.get()), NGHTTP2_NO_ERROR, nullptr, 0);
}

/// Sends what is left, then waits a moment for the peer to close: a reset would take our last words from it.
void GrpcConnection::linger()
{
    m_phase = Phase::Lingering;
    m_deadline = m_shared.now + kLingerTime;
    m_shared.wakeBy(m_deadline);
}

bool GrpcConnection::canClose() const
{
    if (m_phase != Phase::Http2)
        return m_isDraining;
    const bool isOver
        = nghttp2_session_want_read(m_session.get()) == 0 && nghttp2_session_want_write(m_session.get()) == 0;
    return isOver || (m_isDraining && m_calls.empty()) || (m_isEndOfInput && m_waitingCalls == 0);
}

bool GrpcConnection::flush()
{
    while (true) {
        while (m_session && m_phase == Phase::Http2 && m_output.size() < kOutputSize) {
            const std::uint8_t* bytes = nullptr;
            const ssize_t count = nghttp2_session_mem_send(m_session.get(), &bytes);
            if (count < 0)
                return false;
            if (count == 0)
                break;
            m_output.append(textOf(bytes, static_cast<std::size_t>(count)));
        }
        if (m_output.empty())
            break;
        const ssize_t sent
            = ::send(m_socket.number(), m_output.data() + m_sent, m_output.size() - m_sent, MSG_NOSIGNAL);
        if (sent < 0)
            return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
        m_sent += static_cast<std::size_t>(sent);
        if (m_sent == m_output.size()) {
            m_output.clear();
            m_sent = 0;
        }
    }
    if (m_phase != Phase::Lingering && canClose()) {
        if (m_isEndOfInput || m_phase == Phase::Preface)
            return false;
        linger();
    }
    if (m_phase == Phase::Lingering && !m_isShutDown) {
        m_isShutDown = true;
        ::shutdown(m_socket.number(), SHUT_WR);
    }
    return true;
}

} // namespace sluice
