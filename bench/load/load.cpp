// Sends OTLP export requests to a server and says how it answered, as one JSON document.

#include <poll.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/load/grpc_connection.h"
#include "bench/load/http_connection.h"
#include "bench/load/payload.h"

namespace sluice::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr std::string_view kUsage = R"(Sends OTLP export requests and prints what was answered, as JSON.

  --address HOST:PORT   the server (IPv4); default 127.0.0.1:4317
  --http                OTLP/HTTP with protobuf; default is OTLP/gRPC
  --signal NAME         traces, logs or metrics; default traces
  --records N           records in each request: spans, log records, data points; default 512
  --connections N       default 1
  --inflight K          closed loop: requests without an answer, all connections together; default 32.
                        With --http a connection carries one, so at least K connections are opened
  --rate R              open loop: R requests a second; latency counts from the scheduled time, and K is
                        the most that may be without an answer (default then 1024, 64 with --http)
  --seconds S           how long new requests are sent; default 3
  --seed N              runs with different seeds share no trace id; default 1
)";

struct Options {
    std::string host = "127.0.0.1";
    std::uint16_t port = 4317;
    bool isHttp = false;
    Signal signal = Signal::Traces;
    std::size_t records = 512;
    std::size_t connections = 1;
    std::size_t inFlight = 0; ///< 0: the default of the loop's kind.
    double rate = 0; ///< Requests per second; 0 is a closed loop.
    double seconds = 3;
    std::uint64_t seed = 1;
};

template <class Number>
bool parse(std::string_view text, Number& number)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size();
}

bool parseAddress(std::string_view text, Options& options)
{
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos)
        return false;
    options.host = text.substr(0, colon);
    return parse(text.substr(colon + 1), options.port);
}

bool parseOption(std::string_view name, std::string_view value, Options& options)
{
    if (name == "--address")
        return parseAddress(value, options);
    if (name == "--signal") {
        const std::optional<Signal> signal = signalNamed(value);
        options.signal = signal.value_or(Signal::Traces);
        return signal.has_value();
    }
    if (name == "--records")
        return parse(value, options.records) && options.records > 0;
    if (name == "--connections")
        return parse(value, options.connections) && options.connections > 0;
    if (name == "--inflight")
        return parse(value, options.inFlight) && options.inFlight > 0;
    if (name == "--rate")
        return parse(value, options.rate) && options.rate > 0;
    if (name == "--seconds")
        return parse(value, options.seconds) && options.seconds > 0;
    if (name == "--seed")
        return parse(value, options.seed);
    return false;
}

std::optional<Options> parseArguments(const std::vector<std::string_view>& arguments)
{
    Options options;
    for (std::size_t at = 0; at < arguments.size(); ++at) {
        if (arguments[at] == "--http")
            options.isHttp = true;
        else if (at + 1 == arguments.size() || !parseOption(arguments[at], arguments[at + 1], options))
            return std::nullopt;
        else
            ++at;
    }
    if (options.inFlight == 0)
        options.inFlight = options.rate <= 0 ? 32 : options.isHttp ? 64 : 1024;
    if (options.isHttp)
        options.connections = std::max(options.connections, options.inFlight);
    return options;
}

/// Sends the load over its connections and counts the answers.
/// Threads: one.
class Generator {
public:
    explicit Generator(Options options)
        : m_options(std::move(options))
        , m_payload(m_options.signal, m_options.records, m_options.seed)
    {
    }

    bool connect();
    /// Sends for the stated time, then waits for what is unanswered, 30 s at most.
    void run();
    void print();

private:
    void sendDue(SteadyClock::time_point now);
    void sendOne(SteadyClock::time_point due);
    [[nodiscard]] bool isDue(SteadyClock::time_point now) const;
    [[nodiscard]] SteadyClock::time_point dueTime(std::uint64_t number) const;
    void wait(SteadyClock::time_point until);
    void answered(Call& call, const Outcome& outcome);
    [[nodiscard]] double percentile(double share) const; ///< Once the latencies are in order.

    Options m_options;
    Payload m_payload;
    std::deque<Call> m_calls; ///< Those that were ever in flight; addresses stay.
    std::vector<Call*> m_free;
    std::vector<std::unique_ptr<Connection>> m_connections;
    std::vector<pollfd> m_polled;
    std::size_t m_nextConnection = 0;
    SteadyClock::time_point m_start;
    SteadyClock::time_point m_last;
    std::uint64_t m_sent = 0;
    std::uint64_t m_unanswered = 0;
    std::uint64_t m_acknowledged = 0; ///< Records.
    std::uint64_t m_refused = 0; ///< Records.
    std::uint64_t m_refusedRequests = 0;
    std::map<std::string, std::uint64_t> m_reasons;
    std::vector<float> m_latencies; ///< Milliseconds, of accepted requests.
};

bool Generator::connect()
{
    for (std::size_t count = 0; count < m_options.connections; ++count) {
        const auto listener = [this](Call& call, const Outcome& outcome) { answered(call, outcome); };
        std::unique_ptr<Connection> connection;
        if (m_options.isHttp)
            connection = HttpConnection::open(m_options.host, m_options.port, m_options.signal, listener);
        else
            connection = GrpcConnection::open(m_options.host, m_options.port, m_options.signal, listener);
        if (!connection)
            return false;
        m_connections.push_back(std::move(connection));
    }
    return true;
}

SteadyClock::time_point Generator::dueTime(std::uint64_t number) const
{
    return m_start
        + std::chrono::duration_cast<SteadyClock::duration>(
            std::chrono::duration<double>(static_cast<double>(number) / m_options.rate));
}

bool Generator::isDue(SteadyClock::time_point now) const
{
    return m_unanswered < m_options.inFlight && (m_options.rate <= 0 || dueTime(m_sent) <= now);
}

void Generator::sendDue(SteadyClock::time_point now)
{
    while (isDue(now)) {
        std::size_t tried = 0;
        while (tried < m_connections.size() && !m_connections[m_nextConnection]->canSend()) {
            m_nextConnection = (m_nextConnection + 1) % m_connections.size();
            ++tried;
        }
        if (tried == m_connections.size())
            return;
        sendOne(m_options.rate > 0 ? dueTime(m_sent) : SteadyClock::now());
    }
}

void Generator::sendOne(SteadyClock::time_point due)
{
    if (m_free.empty())
        m_free.push_back(&m_calls.emplace_back());
    Call& call = *m_free.back();
    m_free.pop_back();
    call.body.clear();
    call.due = due;
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    m_payload.fill(call.body, m_sent,
        static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count()));
    ++m_sent;
    ++m_unanswered;
    m_connections[m_nextConnection]->send(call);
    m_nextConnection = (m_nextConnection + 1) % m_connections.size();
}

void Generator::answered(Call& call, const Outcome& outcome)
{
    m_last = SteadyClock::now();
    --m_unanswered;
    m_free.push_back(&call);
    if (!outcome.isAccepted) {
        ++m_refusedRequests;
        m_refused += m_payload.records();
        ++m_reasons[outcome.reason];
        return;
    }
    m_refused += outcome.rejected;
    m_acknowledged += m_payload.records() - outcome.rejected;
    m_latencies.push_back(static_cast<float>(Milliseconds(m_last - call.due).count()));
}

void Generator::wait(SteadyClock::time_point until)
{
    m_polled.clear();
    for (const auto& connection : m_connections) {
        const int wanted = connection->wantsToWrite() ? POLLIN | POLLOUT : POLLIN;
        m_polled.push_back({connection->descriptor(), static_cast<short>(wanted), 0});
    }
    const auto left
        = std::max(std::chrono::nanoseconds(0), std::chrono::nanoseconds(until - SteadyClock::now()));
    const timespec timeout{left.count() / 1'000'000'000, left.count() % 1'000'000'000};
    ::ppoll(m_polled.data(), m_polled.size(), &timeout, nullptr);
    for (std::size_t index = m_polled.size(); index-- > 0;) {
        const bool isReadable = (m_polled[index].revents & (POLLIN | POLLHUP | POLLERR)) != 0;
        if (isReadable && !m_connections[index]->read())
            m_connections.erase(m_connections.begin() + static_cast<std::ptrdiff_t>(index));
    }
    m_nextConnection = m_connections.empty() ? 0 : m_nextConnection % m_connections.size();
}

void Generator::run()
{
    using std::chrono::duration_cast;
    m_start = SteadyClock::now();
    m_last = m_start;
    const auto end
        = m_start + duration_cast<SteadyClock::duration>(std::chrono::duration<double>(m_options.seconds));
    const auto giveUp = end + std::chrono::seconds(30);
    for (;;) {
        const auto now = SteadyClock::now();
        if (m_connections.empty() || now >= giveUp || (now >= end && m_unanswered == 0))
            return;
        if (now < end)
            sendDue(now);
        std::erase_if(m_connections, [](const auto& connection) { return !connection->write(); });
        m_nextConnection = m_connections.empty() ? 0 : m_nextConnection % m_connections.size();
        const bool hasSchedule = m_options.rate > 0 && m_unanswered < m_options.inFlight;
        wait(now >= end ? giveUp : hasSchedule ? std::min(end, dueTime(m_sent)) : end);
    }
}

double Generator::percentile(double share) const
{
    if (m_latencies.empty())
        return 0;
    const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(m_latencies.size())));
    return static_cast<double>(m_latencies[std::max<std::size_t>(rank, 1) - 1]);
}

void Generator::print()
{
    std::sort(m_latencies.begin(), m_latencies.end());
    const double seconds = std::chrono::duration<double>(m_last - m_start).count();
    const auto records = m_sent * m_payload.records();
    std::printf(
        "{\"requests\":%llu,\"records\":%llu,\"acknowledged\":%llu,\"refused\":%llu,\"unanswered\":%llu,"
        "\"refused_requests\":%llu,\"seconds\":%.4f,\"records_per_second\":%.0f,\"bytes_per_record\":%.1f,"
        "\"ack_ms\":{\"p50\":%.3f,\"p90\":%.3f,\"p99\":%.3f,\"max\":%.3f},\"reasons\":{",
        static_cast<unsigned long long>(m_sent), static_cast<unsigned long long>(records),
        static_cast<unsigned long long>(m_acknowledged), static_cast<unsigned long long>(m_refused),
        static_cast<unsigned long long>(m_unanswered * m_payload.records()),
        static_cast<unsigned long long>(m_refusedRequests), seconds,
        seconds > 0 ? static_cast<double>(m_acknowledged) / seconds : 0.0, m_payload.bytesPerRecord(),
        percentile(0.5), percentile(0.9), percentile(0.99), percentile(1.0));
    const char* separator = "";
    for (const auto& [reason, count] : m_reasons) {
        std::string text = reason;
        std::replace_if(
            text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == '"' || c == '\\'; },
            '\'');
        std::printf("%s\"%s\":%llu", separator, text.c_str(), static_cast<unsigned long long>(count));
        separator = ",";
    }
    std::puts("}}");
}

} // namespace
} // namespace sluice::bench

int main(int count, char** values)
{
    using namespace sluice::bench;
    const std::optional<Options> options = parseArguments({values + 1, values + count});
    if (!options) {
        std::fputs(kUsage.data(), stderr);
        return 2;
    }
    Generator generator(*options);
    if (!generator.connect()) {
        std::fprintf(stderr, "sluice_load: no connection to %s:%d\n", options->host.c_str(), options->port);
        return 1;
    }
    generator.run();
    generator.print();
    return 0;
}
