#include "core/receivers/otlp_http/otlp_http_receiver.h"

#include "core/otlp/json.h"
#include "core/receivers/answer_queue.h"
#include "core/receivers/body_memory.h"
#include "core/receivers/bytes_in_flight.h"
#include "core/receivers/decompressor.h"
#include "core/receivers/header_allow_list.h"
#include "core/receivers/listening_socket.h"
#include "core/receivers/otlp_http/http_rules.h"
#include "core/receivers/receiver_counters.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <mutex>
#include <thread>
#include <unordered_map>

namespace sluice {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;
using ErrorCode = boost::system::error_code;

constexpr std::size_t kReadSize = 64 * 1024;
constexpr std::size_t kDrainedBody
    = 256 * 1024; ///< A refused body up to this is read, so that the connection lives on.
constexpr std::size_t kLingerBytes = 4u
    << 20; ///< What is thrown away at most while the peer reads our last words.
constexpr std::size_t kFirstReserve = 1u << 20; ///< Before bytes came, a length is only a claim.
constexpr auto kLingerTime = std::chrono::seconds(1);
constexpr auto kAcceptPause = std::chrono::milliseconds(200);

std::string lowered(beast::string_view text)
{
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
        [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return lower;
}

std::string textOf(beast::string_view text)
{
    return {text.data(), text.size()};
}

/// A body in a string. Unlike Beast's own, it does not make room for whatever Content-Length claims.
struct GrowingBody {
    using value_type = std::string;

    class reader {
    public:
        template <bool isRequest, class Fields>
        reader(http::header<isRequest, Fields>&, value_type& body)
            : m_body(body)
        {
        }

        void init(const boost::optional<std::uint64_t>& length, ErrorCode& error)
        {
            error = {};
            if (length)
                m_body.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(*length, kFirstReserve)));
        }

        template <class Buffers>
        std::size_t put(const Buffers& buffers, ErrorCode& error)
        {
            error = {};
            std::size_t total = 0;
            for (const asio::const_buffer buffer : beast::buffers_range_ref(buffers)) {
                m_body.append(static_cast<const char*>(buffer.data()), buffer.size());
                total += buffer.size();
            }
            return total;
        }

        void finish(ErrorCode& error) { error = {}; }

    private:
        value_type& m_body;
    };
};

} // namespace

/// The thread with its acceptors and connections. Everything but stop() and status() runs on that thread.
class OtlpHttpReceiver::Server {
public:
    Server(Options options, RequestSink& sink)
        : m_options(std::move(options))
        , m_sink(sink)
        , m_rules(m_options.allowedOrigins, m_options.allowedHosts)
        , m_answers(std::make_shared<AnswerQueue>())
        , m_budget(m_options.maxBytesInFlight)
        , m_context(1)
        , m_wakeUp(m_context)
        , m_graceTimer(m_context)
        , m_acceptTimer(m_context)
    {
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server()
    {
        stop(Nanos(0));
        m_isStopping = false; // Nothing is left to be stopped by the last connection.
        m_waiting.clear(); // Connections must not outlive the context.
        m_parked.clear();
    }

    Result<void, ReceiverError> start(std::vector<ListeningSocket> listeners);
    void stop(Nanos grace);
    [[nodiscard]] ReceiverStatus status() const;

private:
    class Connection;

    void accept(tcp::acceptor& acceptor);
    void awaitAnswers();
    void deliverAnswers();
    void beginStop(Nanos grace);
    void finishWhenIdle();

    Options m_options;
    RequestSink& m_sink;
    HttpRules m_rules;
    std::shared_ptr<AnswerQueue> m_answers;
    BytesInFlight m_budget;
    Decompressor m_decompressor;
    ReceiverCounters m_counters;
    std::vector<std::string> m_addresses;
    std::uint16_t m_port = 0;
    bool m_isStopping = false;
    std::uint64_t m_nextId = 1;
    std::unordered_map<std::uint64_t, Connection*> m_open; ///< All; each takes itself out.
    std::unordered_map<std::uint64_t, std::shared_ptr<Connection>> m_waiting; ///< For the sink's answer.
    std::vector<std::shared_ptr<Connection>> m_parked; ///< For room: their next read is put off.
    std::vector<AnswerQueue::Entry> m_entries;
    asio::io_context m_context; ///< Destroys the connections that are left, so it comes after what they use.
    std::vector<std::unique_ptr<tcp::acceptor>> m_acceptors;
    asio::posix::stream_descriptor m_wakeUp;
    asio::steady_timer m_graceTimer;
    asio::steady_timer m_acceptTimer;
    std::mutex m_joining; ///< stop() may come from several threads; it guards the join, no data.
    std::jthread m_thread;
};

/// One client. Requests are taken one after the other, so pipelined ones are answered in order.
class OtlpHttpReceiver::Server::Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(Server& server, std::uint64_t id, tcp::socket socket, std::string peer)
        : m_server(server)
        , m_id(id)
        , m_stream(std::move(socket))
        , m_peer(std::move(peer))
    {
        m_server.m_open.emplace(m_id, this);
        countOpen();
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection()
    {
        giveRoomBack();
        m_server.m_open.erase(m_id);
        countOpen();
        m_server.finishWhenIdle();
    }

    void start() { awaitRequest(); }

    /// The sink's answer.
    void answer(const Answer& answer) { send(httpReplyOf(m_plan, answer)); }

    /// There may be room again.
    void resume()
    {
        m_stream.expires_after(m_server.m_options.limits.bodyTimeout);
        readBody();
    }

    /// Ends the connection after the request that is under way; at once when there is none.
    void finishSoon()
    {
        m_closesNext = true;
        if (m_isIdle) {
            ErrorCode ignored;
            m_stream.socket().shutdown(tcp::socket::shutdown_both, ignored);
            m_stream.close();
        }
    }

private:
    void countOpen()
    {
        m_server.m_counters.openConnections.store(m_server.m_open.size(), std::memory_order_relaxed);
    }

    void giveRoomBack()
    {
        m_server.m_budget.forgot(m_countedBytes);
        m_countedBytes = 0;
    }

    void awaitRequest();
    void readHeader();
    void headerRead(ErrorCode error);
    void refuseBrokenRequest(ErrorCode error);
    HttpRequestHead head() const;
    void takeUp();
    void sendContinue();
    void readBody();
    void bodyRead(ErrorCode error);
    void finishRequest();
    void offer(std::string body, std::uint64_t wireBytes);
    void refuse(unsigned status, Refusal reason, std::string_view message, bool mustClose);
    void send(HttpReply reply);
    void linger();
    void throwAway();

    Server& m_server;
    std::uint64_t m_id;
    beast::tcp_stream m_stream;
    std::string m_peer;
    beast::flat_buffer m_buffer;
    std::optional<http::request_parser<GrowingBody>> m_parser;
    http::response<http::string_body> m_response;
    HttpPlan m_plan;
    std::size_t m_countedBytes = 0; ///< Body bytes that the budget knows of.
    std::size_t m_thrownAway = 0;
    unsigned m_version = 11;
    bool m_isHead = false;
    bool m_isIdle = true;
    bool m_keepsAlive = true;
    bool m_closesNext = false;
};

// --- One connection ---

void OtlpHttpReceiver::Server::Connection::awaitRequest()
{
    if (m_buffer.size() > 0) {
        readHeader();
        return;
    }
    m_isIdle = true;
    m_stream.expires_after(m_server.m_options.limits.idleTimeout);
    m_stream.async_read_some(
        m_buffer.prepare(kReadSize), [self = shared_from_this()](ErrorCode error, std::size_t size) {
            if (error)
                return;
            self->m_buffer.commit(size);
            self->readHeader();
        });
}

void OtlpHttpReceiver::Server::Connection::readHeader()
{
    m_isIdle = false;
    m_plan = {};
    m_version = 11;
    m_isHead = false;
    m_keepsAlive = true;
    m_parser.emplace();
    m_parser->header_limit(m_server.m_options.maxHeaderBytes);
    m_parser->body_limit(boost::none); // Set when it is known what the sender understands.
    m_stream.expires_after(m_server.m_options.limits.headerTimeout);
    http::async_read_header(m_stream, m_buffer, *m_parser,
        [self = shared_from_this()](ErrorCode error, std::size_t) { self->headerRead(error); });
}

void OtlpHttpReceiver::Server::Connection::headerRead(ErrorCode error)
{
    if (!error)
        takeUp();
    else
        refuseBrokenRequest(error);
}

void OtlpHttpReceiver::Server::Connection::refuseBrokenRequest(ErrorCode error)
{
    static const auto& httpErrors = http::make_error_code(http::error::bad_version).category();
    if (error.category() != httpErrors || error == http::error::end_of_stream
        || error == http::error::partial_message)
        return; // Closed, or too slow.
    const auto start = m_buffer.data();
    const beast::string_view bytes(static_cast<const char*>(start.data()), start.size());
    constexpr char kTlsHandshake = 0x16;
    if (!bytes.empty() && bytes.front() == kTlsHandshake) {
        m_server.m_counters.note("A sender speaks TLS to the HTTP port: set its endpoint to http://.");
        return;
    }
    if (bytes.starts_with("PRI * HTTP/2")) {
        m_server.m_counters.note(
            "A sender speaks HTTP/2 or gRPC to the HTTP port: OTLP over gRPC has its own port.");
        refuse(400, Refusal::None,
            "This port receives OTLP over HTTP/1.1. OTLP over gRPC has a port of its own: 4317, unless "
            "configured.",
            true);
        return;
    }
    if (error == http::error::body_limit)
        refuse(413, Refusal::TooLarge,
            "The body is larger than " + std::to_string(m_server.m_options.limits.maxMessageBytes)
                + " bytes.",
            true);
    else if (error == http::error::header_limit)
        refuse(431, Refusal::TooLarge,
            "The headers are larger than " + std::to_string(m_server.m_options.maxHeaderBytes) + " bytes.",
            true);
    else
        refuse(400, Refusal::Malformed, "The request is not valid HTTP/1.1: " + error.message() + ".", true);
}

HttpRequestHead OtlpHttpReceiver::Server::Connection::head() const
{
    const auto& request = m_parser->get();
    HttpRequestHead head;
    head.method = textOf(request.method_string());
    head.target = textOf(request.target());
    head.isHttp11 = request.version() >= 11;
    if (request.count(http::field::host) == 1) // Two are as bad as none.
        head.host = textOf(request[http::field::host]);
    head.contentType = textOf(request[http::field::content_type]);
    head.contentEncoding = textOf(request[http::field::content_encoding]);
    head.transferEncoding = textOf(request[http::field::transfer_encoding]);
    head.origin = textOf(request[http::field::origin]);
    head.requestedMethod = textOf(request[http::field::access_control_request_method]);
    head.requestedHeaders = textOf(request[http::field::access_control_request_headers]);
    head.asksForPrivateNetwork = beast::iequals(request["Access-Control-Request-Private-Network"], "true");
    return head;
}

/// The head is there: decides whether the body is wanted.
void OtlpHttpReceiver::Server::Connection::takeUp()
{
    const auto& request = m_parser->get();
    m_version = request.version();
    m_isHead = request.method() == http::verb::head;
    m_keepsAlive = request.keep_alive();
    m_stream.expires_after(m_server.m_options.limits.bodyTimeout);
    m_plan = m_server.m_rules.plan(head());
    const bool expectsContinue
        = m_version >= 11 && beast::iequals(request[http::field::expect], "100-continue");
    const auto length = m_parser->content_length();

    if (m_plan.reply) {
        if (m_plan.refusal != Refusal::None)
            m_server.m_sink.countRefused(m_plan.signal, Transport::Http, m_plan.refusal);
        const bool isSmall = m_parser->is_done() || (!expectsContinue && length && *length <= kDrainedBody);
        if (!isSmall)
            m_plan.reply->mustClose = true;
        if (m_plan.reply->mustClose || m_parser->is_done())
            send(*std::move(m_plan.reply));
        else
            readBody(); // and then the reply
        return;
    }
    if (length && *length > m_server.m_options.limits.maxMessageBytes) {
        refuse(413, Refusal::TooLarge,
            "The body has " + std::to_string(*length) + " bytes; at most "
                + std::to_string(m_server.m_options.limits.maxMessageBytes) + " are accepted.",
            true);
        return;
    }
    m_parser->body_limit(m_server.m_options.limits.maxMessageBytes);
    if (m_parser->is_done())
        finishRequest();
    else if (expectsContinue)
        sendContinue();
    else
        readBody();
}

void OtlpHttpReceiver::Server::Connection::sendContinue()
{
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(
        m_stream, asio::buffer(kContinue), [self = shared_from_this()](ErrorCode error, std::size_t) {
            if (!error)
                self->readBody();
        });
}

void OtlpHttpReceiver::Server::Connection::readBody()
{
    if (m_server.m_budget.mustRefuse()) {
        HttpReply reply = httpReplyOf(m_plan,
            {.refusal = Refusal::Overloaded,
                .message = "Too many bytes are being received at once.",
                .retryAfter = {},
                .rejectedRecords = 0});
        m_server.m_sink.countRefused(m_plan.signal, Transport::Http, Refusal::Overloaded);
        reply.mustClose = true;
        send(std::move(reply));
        return;
    }
    if (m_server.m_budget.shouldPause()) {
        m_stream.expires_never();
        m_server.m_parked.push_back(shared_from_this());
        return;
    }
    http::async_read_some(m_stream, m_buffer, *m_parser,
        [self = shared_from_this()](ErrorCode error, std::size_t) { self->bodyRead(error); });
}

void OtlpHttpReceiver::Server::Connection::bodyRead(ErrorCode error)
{
    if (error) {
        refuseBrokenRequest(error);
        return;
    }
    const std::size_t size = m_parser->get().body().size();
    m_server.m_budget.received(size - m_countedBytes);
    m_countedBytes = size;
    if (m_parser->is_done())
        finishRequest();
    else
        readBody();
}

void OtlpHttpReceiver::Server::Connection::finishRequest()
{
    if (m_plan.reply) {
        send(*std::move(m_plan.reply));
        return;
    }
    const std::size_t limit = m_server.m_options.limits.maxMessageBytes;
    std::string body = std::move(m_parser->get().body());
    const std::uint64_t wireBytes = body.size();
    giveRoomBack();
    m_server.m_counters.requests.fetch_add(1, std::memory_order_relaxed);
    m_server.m_counters.wireBytes.fetch_add(wireBytes, std::memory_order_relaxed);

    if (m_plan.compression != Compression::None) {
        auto unpacked = m_server.m_decompressor.decompress(m_plan.compression, body, limit);
        if (!unpacked) {
            const bool isTooLarge = unpacked.error().kind == DecompressError::Kind::TooLarge;
            refuse(isTooLarge ? 413 : 400, isTooLarge ? Refusal::TooLarge : Refusal::Malformed,
                unpacked.error().text, false);
            return;
        }
        body = *std::move(unpacked);
    }
    if (m_plan.encoding == Encoding::Json) {
        auto encoded = otlp::jsonToProto(m_plan.signal, body);
        if (!encoded) {
            refuse(400, Refusal::Malformed, encoded.error().text, false);
            return;
        }
        body = *std::move(encoded);
    }
    offer(std::move(body), wireBytes);
}

void OtlpHttpReceiver::Server::Connection::offer(std::string body, std::uint64_t wireBytes)
{
    IncomingRequest request{
        .signal = m_plan.signal, .body = std::move(body), .context = {}, .wireBytes = wireBytes};
    request.context.transport = Transport::Http;
    request.context.encoding = m_plan.encoding;
    request.context.peer = m_peer;
    for (const auto& field : m_parser->get()) {
        std::string name = lowered(field.name_string());
        if (mayKeepHeader(name))
            request.context.headers.emplace_back(std::move(name), textOf(field.value()));
    }
    const AnswerTicket ticket{.connection = m_id, .stream = 0, .bytes = request.body.size()};
    m_server.m_budget.offered(ticket.bytes);
    m_stream.expires_never();
    m_server.m_waiting.emplace(m_id, shared_from_this());
    m_server.m_sink.offer(std::move(request), m_server.m_answers->callbackFor(ticket));
}

void OtlpHttpReceiver::Server::Connection::refuse(
    unsigned status, Refusal reason, std::string_view message, bool mustClose)
{
    if (reason != Refusal::None)
        m_server.m_sink.countRefused(m_plan.signal, Transport::Http, reason);
    HttpReply reply = httpErrorOf(m_plan, status, message);
    reply.mustClose = mustClose;
    send(std::move(reply));
}

void OtlpHttpReceiver::Server::Connection::send(HttpReply reply)
{
    giveRoomBack();
    m_response = {};
    m_response.version(m_version);
    m_response.result(reply.status);
    m_response.set(http::field::server, "Sluice");
    if (!reply.contentType.empty())
        m_response.set(http::field::content_type, reply.contentType);
    for (const HttpFields* fields : {&reply.fields, &m_plan.crossOriginFields}) {
        for (const auto& [name, value] : *fields)
            m_response.set(name, value);
    }
    if (!m_isHead)
        m_response.body() = std::move(reply.body);
    m_closesNext = m_closesNext || reply.mustClose || !m_keepsAlive;
    m_response.keep_alive(!m_closesNext);
    if (reply.status != 204)
        m_response.content_length(m_response.body().size());
    m_stream.expires_after(m_server.m_options.limits.bodyTimeout);
    http::async_write(m_stream, m_response, [self = shared_from_this()](ErrorCode error, std::size_t) {
        if (error)
            return;
        self->m_parser.reset();
        if (self->m_closesNext)
            self->linger();
        else
            self->awaitRequest();
    });
}

/// Closing while input is unread resets the connection, and the peer would lose our last words.
void OtlpHttpReceiver::Server::Connection::linger()
{
    ErrorCode error;
    m_stream.socket().shutdown(tcp::socket::shutdown_send, error);
    m_stream.expires_after(kLingerTime);
    if (!error)
        throwAway();
}

void OtlpHttpReceiver::Server::Connection::throwAway()
{
    m_buffer.clear();
    m_stream.async_read_some(
        m_buffer.prepare(kReadSize), [self = shared_from_this()](ErrorCode error, std::size_t size) {
            self->m_thrownAway += size;
            if (!error && self->m_thrownAway < kLingerBytes)
                self->throwAway();
        });
}

// --- The server ---

Result<void, ReceiverError> OtlpHttpReceiver::Server::start(std::vector<ListeningSocket> listeners)
{
    m_port = listeners.front().port;
    const auto outOfDescriptors = [this] {
        return fail(ReceiverError{
            .text = "The system has no file descriptors left for the HTTP receiver.", .port = m_port});
    };
    if (!m_answers->isUsable())
        return outOfDescriptors();
    ErrorCode error;
    m_wakeUp.assign(::dup(m_answers->descriptor()), error);
    if (error)
        return outOfDescriptors();
    for (ListeningSocket& listener : listeners) {
        m_addresses.push_back(listener.address);
        auto acceptor = std::make_unique<tcp::acceptor>(m_context);
        const bool isV6 = listener.address.starts_with('[');
        acceptor->assign(isV6 ? tcp::v6() : tcp::v4(), listener.descriptor.number(), error);
        if (error)
            return outOfDescriptors();
        listener.descriptor.release();
        m_acceptors.push_back(std::move(acceptor));
    }
    for (const auto& acceptor : m_acceptors)
        accept(*acceptor);
    awaitAnswers();
    m_thread = std::jthread([this] { m_context.run(); });
    return {};
}

void OtlpHttpReceiver::Server::accept(tcp::acceptor& acceptor)
{
    acceptor.async_accept([this, &acceptor](ErrorCode error, tcp::socket socket) {
        if (error == asio::error::operation_aborted)
            return;
        if (error == asio::error::no_descriptors || error == asio::error::no_memory
            || error == asio::error::no_buffer_space) {
            m_acceptTimer.expires_after(kAcceptPause);
            m_acceptTimer.async_wait([this, &acceptor](ErrorCode aborted) {
                if (!aborted)
                    accept(acceptor);
            });
            return;
        }
        if (!error) {
            ErrorCode ignored;
            const auto peer = socket.remote_endpoint(ignored);
            socket.set_option(tcp::no_delay(true), ignored);
            if (m_open.size() >= m_options.limits.maxConnections) {
                m_counters.refusedConnections.fetch_add(1, std::memory_order_relaxed);
            } else {
                m_counters.connections.fetch_add(1, std::memory_order_relaxed);
                std::make_shared<Connection>(*this, m_nextId++, std::move(socket), peer.address().to_string())
                    ->start();
            }
        }
        accept(acceptor);
    });
}

void OtlpHttpReceiver::Server::awaitAnswers()
{
    while (!m_answers->prepareToWait())
        deliverAnswers();
    m_wakeUp.async_wait(asio::posix::stream_descriptor::wait_read, [this](ErrorCode error) {
        if (error)
            return;
        m_answers->consumeWakeUp();
        deliverAnswers();
        awaitAnswers();
    });
}

void OtlpHttpReceiver::Server::deliverAnswers()
{
    m_answers->takeInto(m_entries);
    for (const AnswerQueue::Entry& entry : m_entries) {
        m_budget.answered(entry.ticket.bytes);
        const auto found = m_waiting.find(entry.ticket.connection);
        if (found == m_waiting.end())
            continue;
        const std::shared_ptr<Connection> connection = std::move(found->second);
        m_waiting.erase(found);
        connection->answer(entry.answer);
    }
    std::vector<std::shared_ptr<Connection>> parked;
    parked.swap(m_parked);
    for (const auto& connection : parked)
        connection->resume();
}

void OtlpHttpReceiver::Server::beginStop(Nanos grace)
{
    m_graceTimer.expires_after(grace);
    m_graceTimer.async_wait([this](ErrorCode aborted) {
        if (!aborted)
            m_context.stop();
    });
    if (m_isStopping)
        return;
    m_isStopping = true;
    m_acceptTimer.cancel();
    for (const auto& acceptor : m_acceptors) {
        ErrorCode ignored;
        acceptor->close(ignored);
    }
    for (const auto& [id, connection] : m_open)
        connection->finishSoon();
    finishWhenIdle();
}

void OtlpHttpReceiver::Server::finishWhenIdle()
{
    if (m_isStopping && m_open.empty())
        m_context.stop();
}

void OtlpHttpReceiver::Server::stop(Nanos grace)
{
    asio::post(m_context, [this, grace] { beginStop(grace); });
    const std::scoped_lock lock(m_joining);
    if (m_thread.joinable())
        m_thread.join();
}

ReceiverStatus OtlpHttpReceiver::Server::status() const
{
    ReceiverStatus status;
    status.name = "OTLP/HTTP";
    status.addresses = m_addresses;
    status.port = m_port;
    m_counters.fill(status);
    return status;
}

OtlpHttpReceiver::OtlpHttpReceiver(std::unique_ptr<Server> server)
    : m_server(std::move(server))
{
}

OtlpHttpReceiver::~OtlpHttpReceiver() = default;

Result<std::unique_ptr<Receiver>, ReceiverError> OtlpHttpReceiver::create(Options options, RequestSink& sink)
{
    keepMemoryOfBodies();
    SLUICE_TRY_AS(
        auto listeners, listenOnLoopback({.host = options.host, .port = options.port, .flag = options.flag}));
    auto server = std::make_unique<Server>(std::move(options), sink);
    SLUICE_TRY(server->start(std::move(listeners)));
    return std::unique_ptr<Receiver>(new OtlpHttpReceiver(std::move(server)));
}

void OtlpHttpReceiver::stop(Nanos grace)
{
    m_server->stop(grace);
}

ReceiverStatus OtlpHttpReceiver::status() const
{
    return m_server->status();
}

} // namespace sluice
