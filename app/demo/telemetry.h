#pragma once

#include "app/demo/random.h"
#include "app/demo/shop.h"
#include "core/base/time.h"
#include "core/model/signal.h"

#include <array>
#include <map>
#include <string>
#include <vector>

namespace sluice::demo {

/// An export request as one of the shop's services would send it.
struct DemoRequest {
    Signal signal = Signal::Traces;
    std::string body; ///< Protobuf.
    std::uint64_t records = 0;
};

/// Tells the shop's visits as OTLP: spans, logs, and the metrics that the services derive from them.
///
/// Counters are cumulative or delta as the services' SDKs would have them, so one object tells one run.
class Telemetry {
public:
    /// `epoch` is when the shop's clock reads 0.
    explicit Telemetry(UnixTime epoch);

    /// Spans and logs of `visits`, one request a service and signal.
    std::vector<DemoRequest> tell(const std::vector<Visit>& visits);

    /// The metrics at `now` (milliseconds of the shop's clock), over what was told since the last call.
    std::vector<DemoRequest> measure(double now, Random& random);

private:
    /// What one service's instruments have gathered.
    struct Histogram {
        std::vector<std::uint64_t> buckets;
        double sum = 0;
        double min = 0;
        double max = 0;
        std::uint64_t count = 0;
        TraceId exemplarTrace;
        SpanId exemplarSpan;
        double exemplarValue = 0;
        double exemplarTime = 0;

        void add(double value, const std::vector<double>& bounds);
    };
    struct Instruments {
        std::map<std::string, std::pair<Attributes, Histogram>> httpServer;
        std::map<std::string, std::pair<Attributes, Histogram>> rpcServer;
        std::map<std::string, std::pair<Attributes, Histogram>> dbClient;
        std::map<std::string, std::pair<Attributes, Histogram>> httpClient;
        std::uint64_t networkBytes = 0;
    };

    void observe(const Visit& visit);
    [[nodiscard]] std::uint64_t unixNano(double ms) const;
    [[nodiscard]] std::string metricsOf(Service service, double now, Random& random, std::uint64_t& points);

    UnixTime m_epoch;
    double m_lastMeasure = 0;
    std::array<Instruments, kServiceCount> m_instruments;
    std::uint64_t m_orders = 0;
    std::uint64_t m_mails = 0;
};

} // namespace sluice::demo
