#pragma once

#include "core/base/time.h"
#include "core/model/signal.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice {

enum class DestinationKind : std::uint8_t { OtlpGrpc, OtlpHttp };

/// "otlp_grpc", "otlp_http": the collector's exporter types.
std::string_view nameOf(DestinationKind kind);

enum class Compression : std::uint8_t { None, Gzip };

/// One backend. Plain value: what the form edits, the configuration holds and `--to` makes.
/// Keys and defaults follow the collector's exporters; spec/processors.md sections 15, 16.
struct DestinationSettings {
    std::string name; ///< Unique: the component id ("otlp_http/backup").
    DestinationKind kind = DestinationKind::OtlpGrpc;
    std::string
        endpoint; ///< gRPC: host:port, or http(s)://host:port. HTTP: base URL; /v1/<signal> is appended.
    bool isEnabled = true;
    std::array<std::string, kSignalCount>
        signalEndpoints; ///< HTTP: URL for one signal, taken as it is; empty: from `endpoint`.
    std::array<bool, kSignalCount> signals{true, true, true};
    Compression compression = Compression::Gzip;
    bool isInsecure = true; ///< gRPC without scheme: no TLS.
    std::vector<std::pair<std::string, std::string>>
        headers; ///< Values may hold ${env:NAME}, resolved when sending, never stored resolved.
    Nanos timeout = std::chrono::seconds(5); ///< Of one request.
    bool isRetryEnabled = true;
    Nanos retryInitial = std::chrono::seconds(5);
    Nanos retryMax = std::chrono::seconds(30);
    Nanos retryGiveUp{0}; ///< After so long a request is given up and becomes a dead letter; 0: never, it
                          ///< stays in the capture.
    std::size_t batchRecords = 8192; ///< Requests are put together up to about so many records …
    std::size_t batchBytes = 4u << 20; ///< … or bytes.
    Nanos batchWait{0}; ///< How long to wait for more when fewer have come.
    std::size_t maxInFlight
        = 4; ///< Requests under way at the same time; of metrics always one, since their order matters.

    friend bool operator==(const DestinationSettings&, const DestinationSettings&) = default;
};

enum class DestinationState : std::uint8_t {
    Off, ///< Disabled or paused by the user.
    Idle, ///< Everything is sent.
    Sending,
    Retrying, ///< The backend did not take the last request; the next try is at `nextTry`.
};

struct RecentExport {
    UnixTime time;
    Signal signal = Signal::Traces;
    std::uint64_t records = 0;
    Nanos took{0};
    bool isOk = true;
    std::string text; ///< "38 ms" is the view's; here: the backend's answer when not ok.
};

/// What lists and the status strip show. Counters are totals of the capture, as durable as the position.
struct DestinationStatus {
    DestinationSettings settings;
    DestinationState state = DestinationState::Off;
    std::uint64_t behindReleases = 0;
    std::uint64_t behindRecords = 0;
    UnixTime behindSince; ///< Arrival of the oldest record not yet sent; zero when idle.
    std::uint64_t sentRecords = 0;
    std::uint64_t retries = 0;
    std::uint64_t failedRecords = 0; ///< Refused for good; kept as dead letters.
    std::string lastError;
    UnixTime lastErrorTime;
    UnixTime nextTry; ///< While Retrying.
    std::string notice; ///< What may have been sent twice, after a restart in mid-flight; empty otherwise.
    std::vector<RecentExport> recent; ///< Newest first, 50 at most.
};

/// One step of "test connection".
struct ConnectionTestStep {
    enum class Result : std::uint8_t { Ok, Failed, NotReached };
    std::string name; ///< "Resolve name", "Connect to port 4317", "Send span", "Read answer".
    Result result = Result::NotReached;
    std::string detail{}; ///< "10.4.2.17", "refused".
    Nanos took{0};
};

} // namespace sluice
