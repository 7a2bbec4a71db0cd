#pragma once

#include "core/receivers/answer_queue.h"
#include "core/receivers/bytes_in_flight.h"
#include "core/receivers/decompressor.h"
#include "core/receivers/file_descriptor.h"
#include "core/receivers/otlp_grpc/grpc_protocol.h"
#include "core/receivers/otlp_grpc/otlp_grpc_receiver.h"
#include "core/receivers/receiver_counters.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

struct nghttp2_session;
struct nghttp2_session_callbacks;
struct nghttp2_option;

namespace sluice {

/// What the connections of one receiver have in common. Used on the I/O thread; the counters are atomic.
struct GrpcShared {
    using TimePoint = std::chrono::steady_clock::time_point;

    GrpcShared(OtlpGrpcReceiver::Options receiverOptions, RequestSink& requestSink);

    /// Asks for expire() to be called at `time` or before.
    void wakeBy(TimePoint time) { nextDeadline = std::min(nextDeadline, time); }

    OtlpGrpcReceiver::Options options;
    RequestSink& sink;
    std::shared_ptr<AnswerQueue> answers;
    BytesInFlight budget;
    Decompressor decompressor;
    ReceiverCounters counters;
    std::vector<char> readBuffer;
    TimePoint now;
    TimePoint nextDeadline = TimePoint::max();
    std::unique_ptr<nghttp2_session_callbacks, void (*)(nghttp2_session_callbacks*)> callbacks;
    std::unique_ptr<nghttp2_option, void (*)(nghttp2_option*)> http2Options;
};

/// One client: its HTTP/2 session and its calls.
///
/// A function that returns false has found the connection to be over: the owner destroys it.
/// Threads: the I/O thread.
class GrpcConnection {
public:
    using TimePoint = GrpcShared::TimePoint;

    GrpcConnection(std::uint64_t id, FileDescriptor socket, std::string peer, GrpcShared& shared);
    ~GrpcConnection();
    GrpcConnection(const GrpcConnection&) = delete;
    GrpcConnection& operator=(const GrpcConnection&) = delete;

    /// Reads what there is (some of it, to be fair to others) and handles it. Does not write.
    [[nodiscard]] bool receive();

    /// Sends what is ready. Must follow receive(), answer(), expire() and drain().
    [[nodiscard]] bool flush();

    /// The sink's answer to a call; a call that is gone by now is ignored.
    void answer(const AnswerTicket& ticket, const Answer& answer);

    /// Ends what took too long. Returns false when the connection itself did.
    [[nodiscard]] bool expire();

    /// Takes no more calls: GOAWAY. Closes when the last one is answered.
    void drain();

    /// Whether nothing may be read now, because too much waits for answers already.
    [[nodiscard]] bool isPaused() const;
    [[nodiscard]] bool wantsToRead() const { return !m_isEndOfInput && !isPaused(); }
    [[nodiscard]] bool wantsToWrite() const { return m_sent < m_output.size(); }

    [[nodiscard]] int descriptor() const { return m_socket.number(); }
    [[nodiscard]] std::uint64_t id() const { return m_id; }

    /// Room for the owner: which events epoll was asked for, and whether flush() is due.
    std::uint32_t epollEvents = 0;
    bool isDirty = false;

private:
    struct Call;
    struct Callbacks; ///< nghttp2's way in.
    friend struct GrpcShared;

    enum class Phase : std::uint8_t { Preface, Http2, Lingering };

    bool consume(std::string_view bytes);
    bool recognise(std::string_view bytes);
    void refuseOtherProtocol();
    bool startHttp2();
    void linger();
    bool canClose() const;

    void readHeader(Call& call, std::string_view name, std::string_view value);
    void finishHeaders(Call& call);
    void readBody(Call& call, std::string_view bytes);
    bool readPrefix(Call& call, std::string_view& bytes);
    void finishRequest(Call& call);
    void offer(Call& call);
    void forget(Call& call);

    void refuse(Call& call, Refusal reason, GrpcStatus status);
    void respond(Call& call, const GrpcStatus& status);
    void respondWithMessage(Call& call, std::string message);
    void respondWithHttpStatus(Call& call, std::string_view status, std::string text);
    void countPing();

    std::uint64_t m_id;
    FileDescriptor m_socket;
    std::string m_peer;
    GrpcShared& m_shared;
    std::unique_ptr<nghttp2_session, void (*)(nghttp2_session*)> m_session;
    std::unordered_map<std::int32_t, std::unique_ptr<Call>> m_calls;
    std::string m_start; ///< The first bytes, until it is clear which protocol they are.
    std::string m_output;
    std::size_t m_sent = 0; ///< Bytes of m_output that are on their way.
    std::size_t m_receivingBytes = 0;
    std::size_t m_waitingBytes = 0;
    std::size_t m_waitingCalls = 0;
    TimePoint m_deadline; ///< Of the preface, or of lingering.
    TimePoint m_pingWindowStart;
    int m_pings = 0;
    Phase m_phase = Phase::Preface;
    bool m_isEndOfInput = false;
    bool m_isDraining = false;
    bool m_isShutDown = false; ///< Nothing more will be sent.
};

} // namespace sluice
