#include "core/delivery/connection_test.h"

#include "core/delivery/destination.h"
#include "core/exporters/endpoint.h"
#include "core/exporters/test_span.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <random>

namespace sluice {
namespace {

using Step = ConnectionTestStep;
using Addresses = std::unique_ptr<addrinfo, void (*)(addrinfo*)>;

/// What a step found, for its `detail`; or why it failed.
using Found = Result<std::string, std::string>;

std::string textOf(const addrinfo& address)
{
    std::array<char, NI_MAXHOST> host{};
    getnameinfo(address.ai_addr, address.ai_addrlen, host.data(), host.size(), nullptr, 0, NI_NUMERICHOST);
    return host.data();
}

Found resolve(const Endpoint& endpoint, Addresses& into)
{
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    if (const int code
        = getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(), &hints, &list);
        code != 0)
        return fail("\"" + endpoint.host + "\" is not known: " + gai_strerror(code));
    into.reset(list);
    std::string all;
    for (const addrinfo* address = list; address != nullptr; address = address->ai_next)
        all += (all.empty() ? "" : ", ") + textOf(*address);
    return all;
}

/// Connects without blocking, so that a stop is noticed.
Found connectTo(const addrinfo& address, Nanos timeout, const std::stop_token& stop)
{
    const int socket = ::socket(
        address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol);
    if (socket < 0)
        return fail(std::string(std::strerror(errno)));
    Found found = fail(std::string("no answer"));
    if (connect(socket, address.ai_addr, address.ai_addrlen) == 0) {
        found = textOf(address);
    } else if (errno != EINPROGRESS) {
        found = fail(std::string(std::strerror(errno)));
    } else {
        const auto end
            = std::chrono::steady_clock::now() + (timeout > Nanos(0) ? timeout : std::chrono::seconds(30));
        pollfd waiting{socket, POLLOUT, 0};
        while (!stop.stop_requested() && std::chrono::steady_clock::now() < end) {
            if (poll(&waiting, 1, 50) <= 0)
                continue;
            int error = 0;
            socklen_t size = sizeof error;
            getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
            found = error == 0 ? Found(textOf(address)) : Found(fail(std::string(std::strerror(error))));
            break;
        }
    }
    close(socket);
    return found;
}

Found connectToAny(const Addresses& addresses, Nanos timeout, const std::stop_token& stop)
{
    Found found = fail(std::string("no address"));
    for (const addrinfo* address = addresses.get(); address != nullptr; address = address->ai_next) {
        found = connectTo(*address, timeout, stop);
        if (found)
            return found;
        found = fail(textOf(*address) + ": " + found.error());
    }
    return found;
}

template <class Id>
Id randomId()
{
    std::random_device random;
    std::array<std::byte, Id::kSize> bytes{};
    for (std::byte& byte : bytes)
        byte = static_cast<std::byte>(random());
    bytes[0] |= std::byte{1}; // Never all zero.
    return *Id::fromBytes(bytes);
}

class Steps {
public:
    Steps(std::vector<Step> steps, const Clock& clock,
        const std::function<void(const std::vector<Step>&)>& onStep)
        : m_steps(std::move(steps))
        , m_clock(clock)
        , m_onStep(onStep)
    {
        m_onStep(m_steps);
    }

    /// Runs the next step; false when it failed.
    template <class Callable>
    bool run(Callable&& callable)
    {
        const UnixTime begun = m_clock.now();
        const Found found = callable();
        return finish(found, m_clock.now() - begun);
    }

    bool finish(const Found& found, Nanos took)
    {
        Step& step = m_steps[m_next++];
        step.result = found ? Step::Result::Ok : Step::Result::Failed;
        step.detail = found ? *found : found.error();
        step.took = took;
        m_onStep(m_steps);
        return found.has_value();
    }

private:
    std::vector<Step> m_steps;
    std::size_t m_next = 0;
    const Clock& m_clock;
    const std::function<void(const std::vector<Step>&)>& m_onStep;
};

Result<Endpoint, ExporterError> endpointOf(const DestinationSettings& settings)
{
    if (settings.kind == DestinationKind::OtlpGrpc)
        return parseGrpcEndpoint(settings.endpoint, settings.isInsecure);
    const std::string& traces = settings.signalEndpoints[indexOf(Signal::Traces)];
    return parseHttpEndpoint(traces.empty() ? settings.endpoint : traces);
}

} // namespace

bool testConnection(const DestinationSettings& settings, const Clock& clock,
    const std::function<void(const std::vector<ConnectionTestStep>&)>& onStep, std::stop_token stop,
    const std::vector<std::pair<std::string, std::string>>& resource)
{
    const auto endpoint = endpointOf(settings);
    const std::string port
        = endpoint && endpoint->port != 0 ? "port " + std::to_string(endpoint->port) : "backend";
    Steps steps({{.name = "Resolve name"}, {.name = "Connect to " + port}, {.name = "Send span"},
                    {.name = "Read answer"}},
        clock, onStep);

    auto exporter = makeExporter(settings, clock);
    Addresses addresses(nullptr, freeaddrinfo);
    // Targets that only gRPC understands have neither name nor port to try.
    const bool isNative = endpoint && endpoint->host.empty();
    const bool isResolved = steps.run([&]() -> Found {
        if (!endpoint)
            return fail(endpoint.error().text);
        if (!exporter)
            return fail(exporter.error().text);
        return isNative ? Found(endpoint->target) : resolve(*endpoint, addresses);
    });
    if (!isResolved)
        return false;
    if (!steps.run([&] { return isNative ? Found("") : connectToAny(addresses, settings.timeout, stop); }))
        return false;

    const std::array request{
        SharedBytes(testSpanRequest(randomId<TraceId>(), randomId<SpanId>(), clock.now(), resource))};
    const UnixTime begun = clock.now();
    const SendResult result = (*exporter)->send(Signal::Traces, request, 1, settings.timeout, stop);
    const Nanos took = clock.now() - begun;
    const bool isTaken
        = result.kind == SendResult::Kind::Ok || result.kind == SendResult::Kind::PartialSuccess;
    if (!isTaken && !result.isAnswered) {
        steps.finish(fail(result.text), took);
        return false;
    }
    steps.finish(Found("1 span named sluice.test"), took);
    const bool isWhole = isTaken && result.rejectedRecords == 0;
    return steps.finish(
        isWhole ? Found(result.text.empty() ? "taken" : result.text) : Found(fail(result.text)), Nanos(0));
}

} // namespace sluice
