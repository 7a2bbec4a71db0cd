#pragma once

#include "core/base/guarded.h"
#include "core/base/log.h"
#include "core/base/result.h"
#include "core/engine/control.h"
#include "core/metrics/intake_metrics.h"
#include "core/receivers/receiver.h"
#include "core/receivers/request_sink.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace sluice {

/// Why a receiver did not open.
struct OpenError {
    bool isMalformed = false; ///< The address cannot be read; otherwise it cannot be bound.
    std::string text;
};

/// The servers that listen: OTLP/gRPC and OTLP/HTTP, each on an address that may be changed while it runs.
///
/// Threads: any.
class ReceiverSet {
public:
    enum class Kind : std::uint8_t { Grpc, Http };

    struct Options {
        ReceiverLimits limits;
        std::vector<std::string> allowedOrigins; ///< HTTP only, as the next.
        std::vector<std::string> allowedHosts;
    };

    /// `sink` outlives the set.
    ReceiverSet(Options options, RequestSink& sink);

    /// Opens on host:port, or closes with "off". When it cannot be opened the reason stays visible in
    /// infos().
    Result<void, OpenError> open(Kind kind, const std::string& address);

    /// With the records that each stored, out of `counts`.
    [[nodiscard]] std::vector<ReceiverInfo> infos(const IntakeCounts& counts) const;

    /// A line for each address, or for why there is none.
    void writeTo(Log& log) const;

    /// Takes nothing new and lets what is under way be answered, for `grace` at most.
    void stop(Nanos grace);

private:
    /// A receiver, or why it is not there.
    struct Listener {
        std::unique_ptr<Receiver> receiver;
        std::string trouble;
    };

    Result<std::unique_ptr<Receiver>, ReceiverError> make(
        Kind kind, const std::string& host, std::uint16_t port) const;

    Options m_options;
    RequestSink& m_sink;
    Guarded<std::array<Listener, 2>> m_listeners; ///< By Kind.
};

} // namespace sluice
