#include "core/receivers/otlp_grpc/otlp_grpc_receiver.h"

#include "core/receivers/body_memory.h"
#include "core/receivers/listening_socket.h"
#include "core/receivers/otlp_grpc/grpc_connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace sluice {

namespace {

using TimePoint = GrpcShared::TimePoint;

constexpr std::uint64_t kWakeUpId = 0;
constexpr std::uint64_t kFirstListenerId = 1;
constexpr std::uint64_t kFirstConnectionId = 16;
constexpr int kEventsPerTurn = 128;
constexpr auto kAcceptPause = std::chrono::milliseconds(200); ///< When the process has no descriptors left.

std::string peerText(const sockaddr_storage& address)
{
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (address.ss_family == AF_INET)
        ::inet_ntop(
            AF_INET, &reinterpret_cast<const sockaddr_in*>(&address)->sin_addr, text.data(), text.size());
    else
        ::inet_ntop(
            AF_INET6, &reinterpret_cast<const sockaddr_in6*>(&address)->sin6_addr, text.data(), text.size());
    return text.data();
}

} // namespace

/// The thread with its epoll set, its listeners and its connections.
class OtlpGrpcReceiver::Loop {
public:
    Loop(Options options, RequestSink& sink, std::vector<ListeningSocket> listeners, FileDescriptor epoll)
        : m_shared(std::move(options), sink)
        , m_listeners(std::move(listeners))
        , m_epoll(std::move(epoll))
    {
        for (const ListeningSocket& listener : m_listeners)
            m_addresses.push_back(listener.address);
        m_port = m_listeners.front().port;
    }
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;
    ~Loop() { stop(Nanos(0)); }

    /// False when the system has no descriptors left.
    bool start()
    {
        if (!m_shared.answers->isUsable()
            || !watch(m_shared.answers->descriptor(), kWakeUpId, EPOLLIN, EPOLL_CTL_ADD))
            return false;
        for (std::size_t i = 0; i < m_listeners.size(); ++i) {
            if (!watch(m_listeners[i].descriptor.number(), kFirstListenerId + i, EPOLLIN, EPOLL_CTL_ADD))
                return false;
        }
        m_thread = std::jthread([this] { run(); });
        return true;
    }

    void stop(Nanos grace)
    {
        const auto until = std::chrono::steady_clock::now() + grace;
        m_stopAt.with(
            [&](std::optional<TimePoint>& stopAt) { stopAt = stopAt ? std::min(*stopAt, until) : until; });
        m_shared.answers->wake();
        const std::scoped_lock lock(m_joining);
        if (m_thread.joinable())
            m_thread.join();
    }

    [[nodiscard]] ReceiverStatus status() const
    {
        ReceiverStatus status;
        status.name = "OTLP/gRPC";
        status.addresses = m_addresses;
        status.port = m_port;
        m_shared.counters.fill(status);
        return status;
    }

private:
    bool watch(int descriptor, std::uint64_t id, std::uint32_t events, int operation)
    {
        epoll_event event{};
        event.events = events;
        event.data.u64 = id;
        return ::epoll_ctl(m_epoll.number(), operation, descriptor, &event) == 0;
    }

    void run()
    {
        m_shared.now = std::chrono::steady_clock::now();
        while (true) {
            deliverAnswers();
            flushDirty();
            resumePaused();
            if (m_shared.now >= m_shared.nextDeadline)
                expire();
            if (isStopped())
                break;
            wait();
        }
        m_connections.clear();
        m_shared.counters.openConnections.store(0, std::memory_order_relaxed);
        m_listeners.clear();
    }

    void deliverAnswers()
    {
        m_shared.answers->takeInto(m_entries);
        for (const AnswerQueue::Entry& entry : m_entries) {
            m_shared.budget.answered(entry.ticket.bytes);
            if (GrpcConnection* connection = find(entry.ticket.connection)) {
                connection->answer(entry.ticket, entry.answer);
                markDirty(*connection);
            }
        }
    }

    void flushDirty()
    {
        for (const std::uint64_t id : m_dirty) {
            GrpcConnection* connection = find(id);
            if (!connection)
                continue;
            connection->isDirty = false;
            if (!connection->flush())
                close(id);
            else
                updateEvents(*connection);
        }
        m_dirty.clear();
    }

    void updateEvents(GrpcConnection& connection)
    {
        const std::uint32_t events
            = (connection.wantsToRead() ? EPOLLIN : 0u) | (connection.wantsToWrite() ? EPOLLOUT : 0u);
        if (connection.isPaused())
            m_paused.push_back(connection.id());
        if (events == connection.epollEvents)
            return;
        connection.epollEvents = events;
        watch(connection.descriptor(), connection.id(), events, EPOLL_CTL_MOD);
    }

    void resumePaused()
    {
        if (m_paused.empty() || m_entries.empty())
            return; // Only answers make room.
        std::vector<std::uint64_t> paused;
        paused.swap(m_paused);
        std::sort(paused.begin(), paused.end());
        paused.erase(std::unique(paused.begin(), paused.end()), paused.end());
        for (const std::uint64_t id : paused) {
            if (GrpcConnection* connection = find(id))
                updateEvents(*connection);
        }
    }

    void expire()
    {
        m_shared.nextDeadline = TimePoint::max();
        if (m_acceptAgain <= m_shared.now)
            setAccepting(true);
        else
            m_shared.wakeBy(m_acceptAgain);
        std::vector<std::uint64_t> over;
        for (const auto& [id, connection] : m_connections) {
            if (connection->expire())
                markDirty(*connection);
            else
                over.push_back(id);
        }
        for (const std::uint64_t id : over)
            close(id);
        flushDirty();
    }

    /// Closes the listeners and drains when stop() was called; true when all is done or the grace is over.
    bool isStopped()
    {
        const std::optional<TimePoint> stopAt
            = m_stopAt.with([](std::optional<TimePoint>& time) { return time; });
        if (!stopAt)
            return false;
        if (!m_isDraining) {
            m_isDraining = true;
            for (const ListeningSocket& listener : m_listeners)
                watch(listener.descriptor.number(), 0, 0, EPOLL_CTL_DEL);
            m_listeners.clear();
            for (const auto& [id, connection] : m_connections) {
                connection->drain();
                markDirty(*connection);
            }
            flushDirty();
        }
        m_shared.wakeBy(*stopAt);
        return m_connections.empty() || m_shared.now >= *stopAt;
    }

    void wait()
    {
        using std::chrono::milliseconds;
        int timeout = -1;
        if (!m_shared.answers->prepareToWait() || !m_dirty.empty()) {
            timeout = 0;
        } else if (m_shared.nextDeadline != TimePoint::max()) {
            const auto left = std::chrono::ceil<milliseconds>(m_shared.nextDeadline - m_shared.now).count();
            timeout = static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
        }
        std::array<epoll_event, kEventsPerTurn> events{};
        const int count = ::epoll_wait(m_epoll.number(), events.data(), kEventsPerTurn, timeout);
        m_shared.now = std::chrono::steady_clock::now();
        for (int i = 0; i < count; ++i)
            handle(events[static_cast<std::size_t>(i)]);
    }

    void handle(const epoll_event& event)
    {
        const std::uint64_t id = event.data.u64;
        if (id == kWakeUpId) {
            m_shared.answers->consumeWakeUp();
            return;
        }
        if (id < kFirstConnectionId) {
            accept(m_listeners[id - kFirstListenerId].descriptor.number());
            return;
        }
        GrpcConnection* connection = find(id);
        if (!connection)
            return;
        const bool isBroken = (event.events & (EPOLLERR | EPOLLHUP)) != 0 && (event.events & EPOLLIN) == 0;
        if (isBroken || ((event.events & EPOLLIN) != 0 && !connection->receive())) {
            // What is ready (an answer, a GOAWAY) goes out all the same, if it can.
            [[maybe_unused]] const bool isAlive = !isBroken && connection->flush();
            close(id);
            return;
        }
        markDirty(*connection);
    }

    void accept(int listener)
    {
        constexpr int kAcceptsPerTurn = 64;
        for (int i = 0; i < kAcceptsPerTurn; ++i) {
            sockaddr_storage address{};
            socklen_t length = sizeof address;
            FileDescriptor socket(::accept4(
                listener, reinterpret_cast<sockaddr*>(&address), &length, SOCK_NONBLOCK | SOCK_CLOEXEC));
            if (!socket.isOpen()) {
                if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS)
                    setAccepting(false);
                return;
            }
            if (m_connections.size() >= m_shared.options.limits.maxConnections) {
                m_shared.counters.refusedConnections.fetch_add(1, std::memory_order_relaxed);
                continue;
            }
            const int on = 1;
            ::setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            ::setsockopt(socket.number(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
            const std::uint64_t id = m_nextId++;
            const int number = socket.number();
            auto connection
                = std::make_unique<GrpcConnection>(id, std::move(socket), peerText(address), m_shared);
            connection->epollEvents = EPOLLIN;
            if (!watch(number, id, EPOLLIN, EPOLL_CTL_ADD))
                continue;
            m_connections.emplace(id, std::move(connection));
            m_shared.counters.connections.fetch_add(1, std::memory_order_relaxed);
            m_shared.counters.openConnections.store(m_connections.size(), std::memory_order_relaxed);
        }
    }

    /// Without free descriptors, a listener would be readable all the time: it is looked at again a little
    /// later.
    void setAccepting(bool accepting)
    {
        if (!accepting) {
            m_acceptAgain = m_shared.now + kAcceptPause;
            m_shared.wakeBy(m_acceptAgain);
        }
        if (accepting == m_isAccepting)
            return;
        m_isAccepting = accepting;
        for (std::size_t i = 0; i < m_listeners.size(); ++i)
            watch(m_listeners[i].descriptor.number(), kFirstListenerId + i, accepting ? EPOLLIN : 0u,
                EPOLL_CTL_MOD);
    }

    GrpcConnection* find(std::uint64_t id)
    {
        const auto found = m_connections.find(id);
        return found == m_connections.end() ? nullptr : found->second.get();
    }

    void markDirty(GrpcConnection& connection)
    {
        if (!std::exchange(connection.isDirty, true))
            m_dirty.push_back(connection.id());
    }

    void close(std::uint64_t id)
    {
        m_connections.erase(id);
        m_shared.counters.openConnections.store(m_connections.size(), std::memory_order_relaxed);
    }

    GrpcShared m_shared;
    std::vector<ListeningSocket> m_listeners;
    std::vector<std::string> m_addresses;
    std::uint16_t m_port = 0;
    FileDescriptor m_epoll;
    std::unordered_map<std::uint64_t, std::unique_ptr<GrpcConnection>> m_connections;
    std::vector<AnswerQueue::Entry> m_entries;
    std::vector<std::uint64_t> m_dirty;
    std::vector<std::uint64_t> m_paused;
    std::uint64_t m_nextId = kFirstConnectionId;
    TimePoint m_acceptAgain{};
    bool m_isAccepting = true;
    bool m_isDraining = false;
    Guarded<std::optional<TimePoint>> m_stopAt;
    std::mutex m_joining; ///< stop() may come from several threads; it guards the join, no data.
    std::jthread m_thread;
};

OtlpGrpcReceiver::OtlpGrpcReceiver(std::unique_ptr<Loop> loop)
    : m_loop(std::move(loop))
{
}

OtlpGrpcReceiver::~OtlpGrpcReceiver() = default;

Result<std::unique_ptr<Receiver>, ReceiverError> OtlpGrpcReceiver::create(Options options, RequestSink& sink)
{
    keepMemoryOfBodies();
    SLUICE_TRY_AS(
        auto listeners, listenOnLoopback({.host = options.host, .port = options.port, .flag = options.flag}));
    const std::uint16_t port = listeners.front().port;
    FileDescriptor epoll(::epoll_create1(EPOLL_CLOEXEC));
    auto loop = std::make_unique<Loop>(std::move(options), sink, std::move(listeners), std::move(epoll));
    if (!loop->start())
        return fail(ReceiverError{
            .text = "The system has no file descriptors left for the gRPC receiver.", .port = port});
    return std::unique_ptr<Receiver>(new OtlpGrpcReceiver(std::move(loop)));
}

void OtlpGrpcReceiver::stop(Nanos grace)
{
    m_loop->stop(grace);
}

ReceiverStatus OtlpGrpcReceiver::status() const
{
    return m_loop->status();
}

} // namespace sluice
