#include "core/engine/receiver_set.h"

#include "core/receivers/otlp_grpc/otlp_grpc_receiver.h"
#include "core/receivers/otlp_http/otlp_http_receiver.h"

#include <charconv>
#include <optional>
#include <utility>

namespace sluice {

namespace {

constexpr std::array kKinds{ReceiverSet::Kind::Grpc, ReceiverSet::Kind::Http};
constexpr std::array<const char*, 2> kNames{"gRPC", "HTTP"};

constexpr std::size_t indexOf(ReceiverSet::Kind kind)
{
    return static_cast<std::size_t>(kind);
}

struct HostAndPort {
    std::string host;
    std::uint16_t port = 0;
};

std::optional<HostAndPort> parseAddress(const std::string& address)
{
    const auto colon = address.rfind(':');
    if (colon == std::string::npos)
        return std::nullopt;
    HostAndPort result;
    result.host = address.substr(0, colon);
    if (result.host.size() > 2 && result.host.front() == '[' && result.host.back() == ']')
        result.host = result.host.substr(1, result.host.size() - 2);
    if (result.host.empty())
        result.host = "localhost";
    const char* first = address.data() + colon + 1;
    const char* last = address.data() + address.size();
    const auto [end, error] = std::from_chars(first, last, result.port);
    if (error != std::errc{} || end != last)
        return std::nullopt;
    return result;
}

} // namespace

ReceiverSet::ReceiverSet(Options options, RequestSink& sink)
    : m_options(std::move(options))
    , m_sink(sink)
{
}

Result<void, OpenError> ReceiverSet::open(Kind kind, const std::string& address)
{
    Listener listener;
    Result<void, OpenError> result;
    if (address != "off") {
        const auto parsed = parseAddress(address);
        if (!parsed) {
            listener.trouble = "\"" + address + "\" is no address: host:port is, such as localhost:4317";
            result = fail(OpenError{true, listener.trouble});
        } else if (auto receiver = make(kind, parsed->host, parsed->port)) {
            listener.receiver = *std::move(receiver);
        } else {
            listener.trouble = receiver.error().text;
            result = fail(OpenError{false, listener.trouble});
        }
    }
    // The one before is closed by this thread, outside the lock.
    m_listeners.with([&](auto& listeners) { std::swap(listeners[indexOf(kind)], listener); });
    return result;
}

Result<std::unique_ptr<Receiver>, ReceiverError> ReceiverSet::make(
    Kind kind, const std::string& host, std::uint16_t port) const
{
    if (kind == Kind::Grpc) {
        OtlpGrpcReceiver::Options options;
        options.host = host;
        options.port = port;
        options.limits = m_options.limits;
        return OtlpGrpcReceiver::create(std::move(options), m_sink);
    }
    OtlpHttpReceiver::Options options;
    options.host = host;
    options.port = port;
    options.limits = m_options.limits;
    options.allowedOrigins = m_options.allowedOrigins;
    options.allowedHosts = m_options.allowedHosts;
    return OtlpHttpReceiver::create(std::move(options), m_sink);
}

std::vector<ReceiverInfo> ReceiverSet::infos(const IntakeCounts& counts) const
{
    return m_listeners.with([&](const auto& listeners) {
        std::vector<ReceiverInfo> infos;
        for (const Kind kind : kKinds) {
            const Listener& listener = listeners[indexOf(kind)];
            ReceiverInfo info;
            info.name = kNames[indexOf(kind)];
            info.trouble = listener.trouble;
            if (listener.receiver) {
                const ReceiverStatus now = listener.receiver->status();
                info.isListening = true;
                info.addresses = now.addresses;
                info.port = now.port;
                info.openConnections = now.openConnections;
                info.requests = now.requests;
                info.wireBytes = now.wireBytes;
            }
            for (const Signal signal : kSignals)
                info.records[sluice::indexOf(signal)]
                    = counts.cell(signal, kind == Kind::Grpc ? Transport::Grpc : Transport::Http)
                          .stored.records;
            infos.push_back(std::move(info));
        }
        return infos;
    });
}

void ReceiverSet::writeTo(Log& log) const
{
    m_listeners.with([&](const auto& listeners) {
        for (const Kind kind : kKinds) {
            const Listener& listener = listeners[indexOf(kind)];
            if (listener.receiver) {
                for (const std::string& address : listener.receiver->status().addresses)
                    log.info(kNames[indexOf(kind)], "Listens on " + address);
            } else if (!listener.trouble.empty()) {
                log.error(kNames[indexOf(kind)], listener.trouble);
            }
        }
    });
}

void ReceiverSet::stop(Nanos grace)
{
    m_listeners.with([&](auto& listeners) {
        for (Listener& listener : listeners) {
            if (listener.receiver)
                listener.receiver->stop(grace);
        }
    });
}

} // namespace sluice
