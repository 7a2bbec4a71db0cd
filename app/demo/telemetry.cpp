#include "app/demo/telemetry.h"

#include "core/wire/otlp_fields.h"
#include "core/wire/writer.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <string_view>

namespace sluice::demo {

namespace {

using namespace wire;

/// What a service's resource says about it.
struct Identity {
    std::string_view version;
    std::string_view language;
    std::string_view sdkVersion;
    std::string_view runtime;
    std::string_view runtimeVersion;
};

const Identity& identityOf(Service service)
{
    static constexpr std::array<Identity, kServiceCount> identities{{
        {"3.9.1", "nodejs", "1.30.1", "nodejs", "20.11.1"},
        {"2.4.0", "go", "1.34.0", "go", "go1.23.4"},
        {"1.7.3", "python", "1.29.0", "CPython", "3.12.8"},
        {"1.14.2", "nodejs", "1.30.1", "nodejs", "20.11.1"},
        {"4.0.6", "java", "1.46.0", "OpenJDK Runtime Environment", "21.0.5"},
        {"1.2.8", "go", "1.34.0", "go", "go1.23.4"},
        {"0.8.15", "python", "1.29.0", "CPython", "3.12.8"},
    }};
    return identities[static_cast<std::size_t>(service)];
}

std::string_view viewOf(const TraceId& id)
{
    return {reinterpret_cast<const char*>(id.bytes().data()), TraceId::kSize};
}
std::string_view viewOf(const SpanId& id)
{
    return {reinterpret_cast<const char*>(id.bytes().data()), SpanId::kSize};
}

void write(Writer& out, std::uint32_t field, const Attribute& attribute)
{
    const auto pair = out.begin(field, 60);
    out.bytes(KeyValueField::kKey, attribute.key);
    const auto value = out.begin(KeyValueField::kValue, 30);
    switch (attribute.type) {
    case Attribute::Type::Text: out.bytes(AnyValueField::kStringValue, attribute.text); break;
    case Attribute::Type::Integer: out.integer(AnyValueField::kIntValue, attribute.integer); break;
    case Attribute::Type::Number: out.real(AnyValueField::kDoubleValue, attribute.number); break;
    case Attribute::Type::Flag: out.boolean(AnyValueField::kBoolValue, attribute.integer != 0); break;
    }
    out.end(value);
    out.end(pair);
}

void write(Writer& out, std::uint32_t field, const Attributes& attributes)
{
    for (const Attribute& attribute : attributes)
        write(out, field, attribute);
}

void writeResource(Writer& out, std::uint32_t field, Service service)
{
    const Identity& identity = identityOf(service);
    const std::string name(nameOf(service));
    const auto resource = out.begin(field, 600);
    write(out, ResourceField::kAttributes,
        {{"service.name", std::string_view(name)}, {"service.version", identity.version},
            {"service.namespace", "shop"}, {"service.instance.id", std::string_view(name + "-7c9f-0")},
            {"deployment.environment.name", "demo"}, {"telemetry.sdk.name", "opentelemetry"},
            {"telemetry.sdk.language", identity.language}, {"telemetry.sdk.version", identity.sdkVersion},
            {"process.runtime.name", identity.runtime}, {"process.runtime.version", identity.runtimeVersion},
            {"process.pid", 1}, {"os.type", "linux"}, {"host.name", std::string_view("shop-" + name)},
            {"host.arch", "amd64"}});
    out.end(resource);
}

void writeScope(Writer& out, std::uint32_t field, std::string_view name)
{
    const auto scope = out.begin(field, 80);
    out.bytes(InstrumentationScopeField::kName, name);
    out.bytes(InstrumentationScopeField::kVersion, name == "shop" ? "1.0.0" : "0.57.0");
    out.end(scope);
}

template <class Item>
struct OfVisit {
    const Visit* visit;
    const Item* item;
};

/// The items of one service, in groups of equal scope.
template <class Item, class Scope, class Each>
std::string oneRequest(Service service, std::vector<OfVisit<Item>>& items, std::uint32_t resourceField,
    std::uint32_t scopeField, Scope&& scopeOf, Each&& writeItem)
{
    std::ranges::stable_sort(items, {}, [&](const OfVisit<Item>& entry) { return scopeOf(*entry.item); });
    std::string body;
    Writer out(body);
    const auto resource = out.begin(1, items.size() * 700);
    writeResource(out, resourceField, service);
    for (auto it = items.begin(); it != items.end();) {
        const auto scope = out.begin(scopeField, items.size() * 600);
        const auto name = scopeOf(*it->item);
        writeScope(out, 1, name);
        for (; it != items.end() && scopeOf(*it->item) == name; ++it)
            writeItem(out, *it);
        out.end(scope);
    }
    out.end(resource);
    return body;
}

const std::vector<double>& secondsBounds()
{
    static const std::vector<double> bounds{.005, .01, .025, .05, .075, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10};
    return bounds;
}

constexpr int kDelta = 1;
constexpr int kCumulative = 2;

} // namespace

void Telemetry::Histogram::add(double value, const std::vector<double>& bounds)
{
    buckets.resize(bounds.size() + 1);
    ++buckets[static_cast<std::size_t>(std::ranges::lower_bound(bounds, value) - bounds.begin())];
    min = count == 0 ? value : std::min(min, value);
    max = count == 0 ? value : std::max(max, value);
    sum += value;
    ++count;
}

Telemetry::Telemetry(UnixTime epoch)
    : m_epoch(epoch)
{
}

std::uint64_t Telemetry::unixNano(double ms) const
{
    return toUnixNano(m_epoch + Nanos(static_cast<std::int64_t>(ms * 1e6)));
}

std::vector<DemoRequest> Telemetry::tell(const std::vector<Visit>& visits)
{
    std::array<std::vector<OfVisit<Span>>, kServiceCount> spans;
    std::array<std::vector<OfVisit<Log>>, kServiceCount> logs;
    for (const Visit& visit : visits) {
        observe(visit);
        for (const Span& span : visit.spans)
            spans[static_cast<std::size_t>(span.service)].push_back({&visit, &span});
        for (const Log& log : visit.logs)
            logs[static_cast<std::size_t>(log.service)].push_back({&visit, &log});
    }

    std::vector<DemoRequest> requests;
    for (std::size_t i = 0; i < kServiceCount; ++i) {
        const auto service = static_cast<Service>(i);
        if (!spans[i].empty()) {
            const std::uint64_t count = spans[i].size();
            requests.push_back({Signal::Traces,
                oneRequest(
                    service, spans[i], ResourceSpansField::kResource, ResourceSpansField::kScopeSpans,
                    [](const Span& span) -> std::string_view { return span.scope; },
                    [this](Writer& out, const OfVisit<Span>& entry) {
                        const Span& span = *entry.item;
                        const auto message = out.begin(ScopeSpansField::kSpans, 600);
                        out.bytes(SpanField::kTraceId, viewOf(entry.visit->traceId));
                        out.bytes(SpanField::kSpanId, viewOf(span.id));
                        if (span.parent.isValid())
                            out.bytes(SpanField::kParentSpanId, viewOf(span.parent));
                        out.bytes(SpanField::kName, span.name);
                        out.integer(SpanField::kKind, static_cast<int>(span.kind));
                        out.fixed64(SpanField::kStartTimeUnixNano, unixNano(span.start));
                        out.fixed64(SpanField::kEndTimeUnixNano, unixNano(span.end));
                        write(out, SpanField::kAttributes, span.attributes);
                        for (const Event& event : span.events) {
                            const auto nested = out.begin(SpanField::kEvents, 200);
                            out.fixed64(SpanEventField::kTimeUnixNano, unixNano(event.time));
                            out.bytes(SpanEventField::kName, event.name);
                            write(out, SpanEventField::kAttributes, event.attributes);
                            out.end(nested);
                        }
                        if (span.link.isValid()) {
                            const auto nested = out.begin(SpanField::kLinks, 30);
                            out.bytes(SpanLinkField::kTraceId, viewOf(span.link));
                            out.bytes(SpanLinkField::kSpanId, viewOf(span.linkedSpan));
                            write(out, SpanLinkField::kAttributes, Attribute("shop.relation", "order"));
                            out.end(nested);
                        }
                        if (!span.error.empty()) {
                            const auto status = out.begin(SpanField::kStatus, 60);
                            out.bytes(StatusField::kMessage, span.error);
                            out.integer(StatusField::kCode, 2);
                            out.end(status);
                        }
                        out.fixed32(SpanField::kFlags,
                            span.parent.isValid() && span.kind == Kind::Server ? 0x301 : 0x101);
                        out.end(message);
                    }),
                count});
        }
        if (!logs[i].empty()) {
            const std::uint64_t count = logs[i].size();
            requests.push_back({Signal::Logs,
                oneRequest(
                    service, logs[i], ResourceLogsField::kResource, ResourceLogsField::kScopeLogs,
                    [](const Log&) -> std::string_view { return "shop"; },
                    [this](Writer& out, const OfVisit<Log>& entry) {
                        const Log& log = *entry.item;
                        const auto message = out.begin(ScopeLogsField::kLogRecords, 300);
                        out.fixed64(LogRecordField::kTimeUnixNano, unixNano(log.time));
                        out.fixed64(LogRecordField::kObservedTimeUnixNano, unixNano(log.time));
                        out.integer(LogRecordField::kSeverityNumber, static_cast<int>(log.severity));
                        out.bytes(LogRecordField::kSeverityText,
                            log.severity == Severity::Debug      ? "DEBUG"
                                : log.severity == Severity::Info ? "INFO"
                                : log.severity == Severity::Warn ? "WARN"
                                                                 : "ERROR");
                        const auto body = out.begin(LogRecordField::kBody, 100);
                        out.bytes(AnyValueField::kStringValue, log.body);
                        out.end(body);
                        write(out, LogRecordField::kAttributes, log.attributes);
                        if (log.span.isValid()) {
                            out.fixed32(LogRecordField::kFlags, 1);
                            out.bytes(LogRecordField::kTraceId, viewOf(entry.visit->traceId));
                            out.bytes(LogRecordField::kSpanId, viewOf(log.span));
                        }
                        out.end(message);
                    }),
                count});
        }
    }
    return requests;
}

void Telemetry::observe(const Visit& visit)
{
    for (const Span& span : visit.spans) {
        Instruments& instruments = m_instruments[static_cast<std::size_t>(span.service)];
        const double seconds = (span.end - span.start) / 1000;
        const auto value = [&](std::string_view key) -> std::string {
            const auto it = std::ranges::find(span.attributes, key, &Attribute::key);
            if (it == span.attributes.end())
                return {};
            return it->type == Attribute::Type::Integer ? std::to_string(it->integer) : it->text;
        };
        const auto record = [&](auto& histograms, Attributes attributes, double measured) {
            std::string key;
            for (const Attribute& attribute : attributes)
                key += attribute.key + '=' + attribute.text + std::to_string(attribute.integer) + ';';
            auto& [known, histogram] = histograms.try_emplace(std::move(key)).first->second;
            known = std::move(attributes);
            histogram.add(measured, secondsBounds());
            if (histogram.count == 1 || measured >= histogram.max) {
                histogram.exemplarTrace = visit.traceId;
                histogram.exemplarSpan = span.id;
                histogram.exemplarValue = measured;
                histogram.exemplarTime = span.end;
            }
        };
        instruments.networkBytes += 400 + span.attributes.size() * 60;
        if (const std::string route = value("http.route"); !route.empty()) {
            record(instruments.httpServer,
                {{"http.request.method", std::string_view(value("http.request.method"))},
                    {"http.route", std::string_view(route)}, {"http.response.status_code", visit.status},
                    {"url.scheme", "https"}},
                seconds);
        } else if (span.kind == Kind::Server) {
            record(instruments.rpcServer,
                {{"rpc.system", "grpc"}, {"rpc.service", std::string_view(value("rpc.service"))},
                    {"rpc.method", std::string_view(value("rpc.method"))}},
                seconds * 1000);
        } else if (const std::string system = value("db.system.name"); !system.empty()) {
            record(instruments.dbClient,
                {{"db.system.name", std::string_view(system)},
                    {"db.operation.name", std::string_view(value("db.operation.name"))}},
                seconds);
        } else if (span.kind == Kind::Client && !value("http.request.method").empty()) {
            record(instruments.httpClient,
                {{"http.request.method", "POST"},
                    {"server.address", std::string_view(value("server.address"))},
                    {"http.response.status_code",
                        static_cast<int>(std::atoi(value("http.response.status_code").c_str()))}},
                seconds);
        }
    }
    if (visit.operation == "POST /api/checkout" && !visit.hasError) {
        ++m_orders;
        ++m_mails;
    }
}

std::vector<DemoRequest> Telemetry::measure(double now, Random& random)
{
    std::vector<DemoRequest> requests;
    for (std::size_t i = 0; i < kServiceCount; ++i) {
        std::uint64_t points = 0;
        std::string body = metricsOf(static_cast<Service>(i), now, random, points);
        requests.push_back({Signal::Metrics, std::move(body), points});
        Instruments& instruments = m_instruments[i];
        const std::uint64_t bytes = instruments.networkBytes;
        instruments = {};
        instruments.networkBytes = bytes;
    }
    m_lastMeasure = now;
    return requests;
}

std::string Telemetry::metricsOf(Service service, double now, Random& random, std::uint64_t& points)
{
    const Instruments& instruments = m_instruments[static_cast<std::size_t>(service)];
    std::string body;
    Writer out(body);
    const auto metric = [&](std::string_view name, std::string_view unit, std::string_view description,
                            std::uint32_t data, int temporality, bool isMonotonic, auto&& writePoints) {
        const auto message = out.begin(ScopeMetricsField::kMetrics, 600);
        out.bytes(MetricField::kName, name);
        out.bytes(MetricField::kDescription, description);
        out.bytes(MetricField::kUnit, unit);
        const auto nested = out.begin(data, 500);
        writePoints();
        if (temporality != 0)
            out.integer(SumField::kAggregationTemporality, temporality);
        if (isMonotonic)
            out.boolean(SumField::kIsMonotonic, true);
        out.end(nested);
        out.end(message);
    };
    const auto number = [&](double value, const Attributes& attributes, bool isInteger, bool hasStart) {
        const auto point = out.begin(GaugeField::kDataPoints, 100);
        if (hasStart)
            out.fixed64(NumberDataPointField::kStartTimeUnixNano, unixNano(0));
        out.fixed64(NumberDataPointField::kTimeUnixNano, unixNano(now));
        if (isInteger)
            out.fixed64(
                NumberDataPointField::kAsInt, static_cast<std::uint64_t>(static_cast<std::int64_t>(value)));
        else
            out.real(NumberDataPointField::kAsDouble, value);
        write(out, NumberDataPointField::kAttributes, attributes);
        out.end(point);
        ++points;
    };
    const auto gauge = [&](std::string_view name, std::string_view unit, std::string_view description,
                           double value, const Attributes& attributes = {}) {
        metric(name, unit, description, MetricField::kGauge, 0, false,
            [&] { number(value, attributes, false, false); });
    };
    const auto sum = [&](std::string_view name, std::string_view unit, std::string_view description,
                         double value, bool isMonotonic, const Attributes& attributes = {}) {
        metric(name, unit, description, MetricField::kSum, kCumulative, isMonotonic,
            [&] { number(value, attributes, true, true); });
    };
    const auto histogram = [&](std::string_view name, std::string_view description, const auto& series) {
        if (series.empty())
            return;
        metric(name, "s", description, MetricField::kHistogram, kDelta, false, [&] {
            for (const auto& [key, entry] : series) {
                const auto& [attributes, values] = entry;
                const auto point = out.begin(HistogramField::kDataPoints, 400);
                out.fixed64(HistogramDataPointField::kStartTimeUnixNano, unixNano(m_lastMeasure));
                out.fixed64(HistogramDataPointField::kTimeUnixNano, unixNano(now));
                out.fixed64(HistogramDataPointField::kCount, values.count);
                out.real(HistogramDataPointField::kSum, values.sum);
                const auto counts = out.begin(HistogramDataPointField::kBucketCounts, 120);
                for (const std::uint64_t count : values.buckets)
                    out.bareFixed64(count);
                out.end(counts);
                const auto bounds = out.begin(HistogramDataPointField::kExplicitBounds, 112);
                for (const double bound : secondsBounds())
                    out.bareFixed64(std::bit_cast<std::uint64_t>(bound));
                out.end(bounds);
                const auto exemplar = out.begin(HistogramDataPointField::kExemplars, 60);
                out.fixed64(ExemplarField::kTimeUnixNano, unixNano(values.exemplarTime));
                out.real(ExemplarField::kAsDouble, values.exemplarValue);
                out.bytes(ExemplarField::kSpanId, viewOf(values.exemplarSpan));
                out.bytes(ExemplarField::kTraceId, viewOf(values.exemplarTrace));
                out.end(exemplar);
                write(out, HistogramDataPointField::kAttributes, attributes);
                out.real(HistogramDataPointField::kMin, values.min);
                out.real(HistogramDataPointField::kMax, values.max);
                out.end(point);
                ++points;
            }
        });
    };

    const auto resource = out.begin(MetricsDataField::kResourceMetrics, 8000);
    writeResource(out, ResourceMetricsField::kResource, service);
    const auto scope = out.begin(ResourceMetricsField::kScopeMetrics, 8000);
    writeScope(out, ScopeMetricsField::kScope, "shop");

    const double seconds = now / 1000;
    const double phase = seconds + static_cast<double>(service) * 17;
    histogram("http.server.request.duration", "Duration of HTTP server requests", instruments.httpServer);
    histogram("http.client.request.duration", "Duration of HTTP client requests", instruments.httpClient);
    histogram("db.client.operation.duration", "Duration of database client operations", instruments.dbClient);
    if (!instruments.rpcServer.empty()) {
        metric("rpc.server.duration", "ms", "Duration of inbound RPCs", MetricField::kExponentialHistogram,
            kDelta, false, [&] {
                for (const auto& [key, entry] : instruments.rpcServer) {
                    const auto& [attributes, values] = entry;
                    const auto point = out.begin(ExponentialHistogramField::kDataPoints, 200);
                    write(out, ExponentialHistogramDataPointField::kAttributes, attributes);
                    out.fixed64(
                        ExponentialHistogramDataPointField::kStartTimeUnixNano, unixNano(m_lastMeasure));
                    out.fixed64(ExponentialHistogramDataPointField::kTimeUnixNano, unixNano(now));
                    out.fixed64(ExponentialHistogramDataPointField::kCount, values.count);
                    out.real(ExponentialHistogramDataPointField::kSum, values.sum);
                    out.zigzagged(ExponentialHistogramDataPointField::kScale, 0);
                    // Scale 0: a bucket per power of two. All values of a point lie in the bucket of their
                    // mean.
                    const double mean = values.sum / static_cast<double>(values.count);
                    const auto positive = out.begin(ExponentialHistogramDataPointField::kPositive, 20);
                    out.zigzagged(BucketsField::kOffset, static_cast<int>(std::floor(std::log2(mean))));
                    const auto counts = out.begin(BucketsField::kBucketCounts, 4);
                    out.bareVarint(values.count);
                    out.end(counts);
                    out.end(positive);
                    out.real(ExponentialHistogramDataPointField::kMin, values.min);
                    out.real(ExponentialHistogramDataPointField::kMax, values.max);
                    out.end(point);
                    ++points;
                }
            });
    }
    gauge("process.cpu.utilization", "1", "CPU time used, as a share of one core",
        .18 + .12 * std::sin(phase / 60) + random.between(0.0, .06));
    sum("process.memory.usage", "By", "Memory in use", (180 + 20 * std::sin(phase / 200)) * 1e6, false);
    sum("system.network.io", "By", "Bytes sent and received", static_cast<double>(instruments.networkBytes),
        true, {{"network.io.direction", "transmit"}});
    switch (service) {
    case Service::Frontend:
        gauge("nodejs.eventloop.delay.p99", "s", "Delay of the event loop", .004 + random.between(0.0, .009));
        break;
    case Service::Checkout:
        sum("shop.orders.placed", "{order}", "Orders placed", static_cast<double>(m_orders), true,
            {{"shop.channel", "web"}});
        sum("go.goroutine.count", "{goroutine}", "Live goroutines", 90 + 40 * std::sin(phase / 45), false);
        break;
    case Service::Cart:
        metric("shop.cart.items", "{item}", "Items in a cart", MetricField::kGauge, 0, false, [&] {
            for (int i = 0; i < 24; ++i)
                number(random.between(1, 16),
                    {{"cart.id", std::string_view("c_" + std::to_string(4100 + i))}}, true, false);
        });
        break;
    case Service::Payment: {
        const double day = std::fmod(now, Shop::kDayMs);
        const bool isIncident = day > Shop::kIncidentBeginMs && day < Shop::kIncidentEndMs;
        gauge("nodejs.eventloop.delay.p99", "s", "Delay of the event loop",
            (isIncident ? .06 : .005) + random.between(0.0, .012));
        gauge("shop.psp.pool.busy", "{socket}", "Busy sockets to the payment provider",
            isIncident ? random.between(41, 50) : random.between(4, 20));
        break;
    }
    case Service::Inventory: {
        sum("jvm.memory.used", "By", "Memory used", (310 + 90 * std::fmod(phase / 40, 1.0)) * 1e6, false,
            {{"jvm.memory.type", "heap"}, {"jvm.memory.pool.name", "G1 Old Gen"}});
        metric(
            "jvm.gc.duration", "s", "Duration of garbage collections", MetricField::kSummary, 0, false, [&] {
                const auto point = out.begin(SummaryField::kDataPoints, 120);
                out.fixed64(SummaryDataPointField::kStartTimeUnixNano, unixNano(0));
                out.fixed64(SummaryDataPointField::kTimeUnixNano, unixNano(now));
                out.fixed64(SummaryDataPointField::kCount, static_cast<std::uint64_t>(seconds / 12));
                out.real(SummaryDataPointField::kSum, seconds / 12 * .011);
                for (const auto& [quantile, value] : {std::pair{.5, .009}, std::pair{.99, .034}}) {
                    const auto nested = out.begin(SummaryDataPointField::kQuantileValues, 20);
                    out.real(ValueAtQuantileField::kQuantile, quantile);
                    out.real(ValueAtQuantileField::kValue, value + random.between(0.0, .004));
                    out.end(nested);
                }
                write(
                    out, SummaryDataPointField::kAttributes, Attribute("jvm.gc.name", "G1 Young Generation"));
                out.end(point);
                ++points;
            });
        sum("db.client.connection.count", "{connection}", "Connections of the pool",
            8 + 3 * std::sin(phase / 30), false,
            {{"db.client.connection.state", "used"}, {"db.client.connection.pool.name", "shop"}});
        break;
    }
    case Service::Email:
        sum("messaging.client.consumed.messages", "{message}", "Messages consumed",
            static_cast<double>(m_mails), true,
            {{"messaging.system", "rabbitmq"}, {"messaging.destination.name", "orders"}});
        break;
    case Service::Recommendation:
        gauge("shop.model.age", "s", "Age of the model in use", std::fmod(seconds, 3600));
        break;
    }
    out.end(scope);
    out.end(resource);
    return body;
}

} // namespace sluice::demo
