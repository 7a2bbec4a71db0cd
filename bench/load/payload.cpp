#include "bench/load/payload.h"

#include "core/wire/otlp_fields.h"
#include "core/wire/writer.h"

#include <array>
#include <cstring>
#include <string_view>

namespace sluice::bench {

namespace {

using namespace wire;

constexpr std::array<std::string_view, 6> kServices{
    "storefront", "checkout", "catalogue", "payment", "shipping", "recommendation"};
constexpr std::array<std::string_view, 6> kRoutes{
    "/api/cart", "/api/products/{id}", "/api/checkout", "/api/orders/{id}", "/api/search", "/health"};
constexpr std::array<std::string_view, 4> kMethods{"GET", "GET", "POST", "PUT"};
constexpr std::array<int, 8> kStatuses{200, 200, 200, 200, 201, 304, 404, 500};

std::uint64_t mixed(std::uint64_t value)
{
    value += 0x9e3779b97f4a7c15ULL;
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31U);
}

std::uint64_t next(std::uint64_t& random)
{
    random += 0x9e3779b97f4a7c15ULL;
    return mixed(random);
}

template <class List>
const auto& pick(const List& list, std::uint64_t random)
{
    return list[random % list.size()];
}

void text(Writer& writer, std::uint32_t number, std::string_view key, std::string_view value)
{
    const auto attribute = writer.begin(number, key.size() + value.size() + 6);
    writer.bytes(KeyValueField::kKey, key);
    const auto any = writer.begin(KeyValueField::kValue, value.size() + 2);
    writer.bytes(AnyValueField::kStringValue, value);
    writer.end(any);
    writer.end(attribute);
}

void integer(Writer& writer, std::uint32_t number, std::string_view key, std::int64_t value)
{
    const auto attribute = writer.begin(number, key.size() + 6);
    writer.bytes(KeyValueField::kKey, key);
    const auto any = writer.begin(KeyValueField::kValue, 3);
    writer.integer(AnyValueField::kIntValue, value);
    writer.end(any);
    writer.end(attribute);
}

/// Appends a fixed64 and tells where its value begins.
std::uint32_t time(Writer& writer, std::string& out, std::uint32_t number)
{
    writer.fixed64(number, 0);
    return static_cast<std::uint32_t>(out.size() - sizeof(std::uint64_t));
}

/// Appends zeros to be replaced by an id and tells where they begin.
std::uint32_t id(Writer& writer, std::string& out, std::uint32_t number, std::size_t size)
{
    writer.bytes(number, std::string(size, '\0'));
    return static_cast<std::uint32_t>(out.size() - size);
}

std::string resource(std::size_t variant)
{
    std::string out;
    Writer writer(out);
    const std::string_view service = kServices[variant % kServices.size()];
    text(writer, ResourceField::kAttributes, "service.name", service);
    text(writer, ResourceField::kAttributes, "service.version", "2.14.0");
    text(writer, ResourceField::kAttributes, "service.instance.id",
        std::string(service) + "-7d9c5b6f4-" + std::to_string(variant));
    text(writer, ResourceField::kAttributes, "telemetry.sdk.language", "java");
    text(writer, ResourceField::kAttributes, "telemetry.sdk.name", "opentelemetry");
    text(writer, ResourceField::kAttributes, "telemetry.sdk.version", "1.44.1");
    text(writer, ResourceField::kAttributes, "deployment.environment.name", "staging");
    return out;
}

std::string scope()
{
    std::string out;
    Writer writer(out);
    writer.bytes(InstrumentationScopeField::kName, "io.opentelemetry.http-server");
    writer.bytes(InstrumentationScopeField::kVersion, "2.10.0");
    return out;
}

void put(std::string& into, std::size_t at, std::uint64_t value)
{
    std::memcpy(into.data() + at, &value, sizeof value);
}

} // namespace

void Payload::Places::moveBy(std::size_t bytes)
{
    for (std::uint32_t* place : {&traceId, &spanId, &parentSpanId, &start, &end}) {
        if (*place != kAbsent)
            *place += static_cast<std::uint32_t>(bytes);
    }
}

std::string Payload::span(std::size_t index, bool hasParent, std::uint64_t& random, Places& places)
{
    std::string out;
    Writer writer(out);
    const std::string_view method = pick(kMethods, next(random));
    const std::string_view route = pick(kRoutes, next(random));
    const int status = pick(kStatuses, next(random));
    const auto number = [&](std::uint64_t below) { return std::to_string(next(random) % below); };

    places.traceId = id(writer, out, SpanField::kTraceId, 16);
    places.spanId = id(writer, out, SpanField::kSpanId, 8);
    if (hasParent)
        places.parentSpanId = id(writer, out, SpanField::kParentSpanId, 8);
    writer.bytes(SpanField::kName, std::string(method) + ' ' + std::string(route));
    writer.varint(SpanField::kKind, index % 2 == 0 ? 2 : 3);
    places.start = time(writer, out, SpanField::kStartTimeUnixNano);
    places.end = time(writer, out, SpanField::kEndTimeUnixNano);

    constexpr std::uint32_t kAttribute = SpanField::kAttributes;
    text(writer, kAttribute, "http.request.method", method);
    text(writer, kAttribute, "http.route", route);
    text(writer, kAttribute, "url.path", "/api/orders/" + number(1000000));
    text(writer, kAttribute, "url.scheme", "https");
    text(writer, kAttribute, "server.address", "shop.example.org");
    integer(writer, kAttribute, "server.port", 8443);
    integer(writer, kAttribute, "http.response.status_code", status);
    text(writer, kAttribute, "user_agent.original",
        "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0");
    text(writer, kAttribute, "client.address", "10.20." + number(256) + '.' + number(256));
    text(writer, kAttribute, "enduser.id", "user-" + number(50000));
    text(writer, kAttribute, "thread.name", "http-nio-8443-exec-" + number(32));
    integer(writer, kAttribute, "http.response.body.size", static_cast<std::int64_t>(next(random) % 60000));

    if (index % 5 == 0) {
        const auto event = writer.begin(SpanField::kEvents, 60);
        writer.bytes(SpanEventField::kName, "cache.miss");
        text(writer, SpanEventField::kAttributes, "cache.key", "order:" + number(1000000));
        writer.end(event);
    }
    if (status >= 500) {
        const auto nested = writer.begin(SpanField::kStatus, 30);
        writer.bytes(StatusField::kMessage, "upstream request timeout");
        writer.varint(StatusField::kCode, 2);
        writer.end(nested);
    }
    return out;
}

std::string Payload::logRecord(std::uint64_t& random, Places& places)
{
    std::string out;
    Writer writer(out);
    const bool isError = next(random) % 20 == 0;
    const auto number = [&](std::uint64_t below) { return std::to_string(next(random) % below); };

    places.start = time(writer, out, LogRecordField::kTimeUnixNano);
    places.end = time(writer, out, LogRecordField::kObservedTimeUnixNano);
    writer.varint(LogRecordField::kSeverityNumber, isError ? 17 : 9);
    writer.bytes(LogRecordField::kSeverityText, isError ? "ERROR" : "INFO");
    std::string body = "Order " + number(1000000) + " of user-" + number(50000) + " was priced at "
        + number(900) + '.' + number(90) + " EUR with " + number(12)
        + " items; stock was reserved in warehouse eu-central-1, delivery window confirmed by carrier, "
          "and the confirmation mail was queued for sending to the address on file";
    const auto any = writer.begin(LogRecordField::kBody, body.size() + 3);
    writer.bytes(AnyValueField::kStringValue, body);
    writer.end(any);
    constexpr std::uint32_t kAttribute = LogRecordField::kAttributes;
    text(writer, kAttribute, "code.function.name", "com.example.shop.orders.OrderService.price");
    integer(writer, kAttribute, "code.line.number", static_cast<std::int64_t>(next(random) % 400));
    text(writer, kAttribute, "thread.name", "worker-" + number(16));
    text(writer, kAttribute, "enduser.id", "user-" + number(50000));
    text(writer, kAttribute, "order.currency", "EUR");
    text(writer, kAttribute, "log.iostream", "stdout");
    places.traceId = id(writer, out, LogRecordField::kTraceId, 16);
    places.spanId = id(writer, out, LogRecordField::kSpanId, 8);
    return out;
}

std::string Payload::metric(std::size_t index, std::uint64_t& random, Places& places)
{
    // The kinds take turns: a sum, a gauge, a histogram of twelve buckets. One point each, so that points are
    // what is counted.
    const bool isHistogram = index % 3 == 2;
    std::string point;
    Writer writer(point);
    const std::uint32_t attribute
        = isHistogram ? HistogramDataPointField::kAttributes : NumberDataPointField::kAttributes;
    places.end
        = time(writer, point, NumberDataPointField::kStartTimeUnixNano); // Numbers 2 and 3 in both kinds.
    places.start = time(writer, point, NumberDataPointField::kTimeUnixNano);
    text(writer, attribute, "http.request.method", pick(kMethods, next(random)));
    text(writer, attribute, "http.route", pick(kRoutes, next(random)));
    text(writer, attribute, "server.address", "shop-" + std::to_string(index) + ".example.org");
    integer(writer, attribute, "http.response.status_code", pick(kStatuses, next(random)));
    if (isHistogram) {
        writer.fixed64(HistogramDataPointField::kCount, 1200);
        writer.real(HistogramDataPointField::kSum, static_cast<double>(next(random) % 100000) / 7.0);
        const auto counts = writer.begin(HistogramDataPointField::kBucketCounts, 96);
        for (int bucket = 0; bucket < 12; ++bucket)
            writer.bareFixed64(100);
        writer.end(counts);
        const auto bounds = writer.begin(HistogramDataPointField::kExplicitBounds, 88);
        for (int bound = 0; bound < 11; ++bound)
            writer.bareFixed64(std::bit_cast<std::uint64_t>(0.005 * (1 << bound)));
        writer.end(bounds);
    } else {
        writer.real(NumberDataPointField::kAsDouble, static_cast<double>(next(random) % 100000) / 3.0);
    }

    constexpr std::array<std::string_view, 3> kNames{
        "http.server.requests", "jvm.memory.used", "http.server.request.duration"};
    constexpr std::array<std::string_view, 3> kUnits{"{request}", "By", "s"};
    constexpr std::array<std::uint32_t, 3> kKinds{
        MetricField::kSum, MetricField::kGauge, MetricField::kHistogram};
    std::string data;
    Writer dataWriter(data);
    dataWriter.bytes(SumField::kDataPoints, point); // Number 1 in all kinds.
    places.moveBy(data.size() - point.size());
    if (index % 3 != 1)
        dataWriter.varint(SumField::kAggregationTemporality, 2); // Number 2 in sums and histograms.
    if (index % 3 == 0)
        dataWriter.boolean(SumField::kIsMonotonic, true);

    std::string out;
    Writer metricWriter(out);
    metricWriter.bytes(MetricField::kName, kNames[index % 3]);
    metricWriter.bytes(MetricField::kUnit, kUnits[index % 3]);
    metricWriter.bytes(kKinds[index % 3], data);
    places.moveBy(out.size() - data.size());
    return out;
}

Payload::Request Payload::request(std::size_t variant) const
{
    // Resource, scope and records have the numbers 1, 1 and 2 in all three signals.
    Request result;
    std::uint64_t random = mixed(variant);
    std::string records;
    Writer recordWriter(records);
    recordWriter.bytes(ScopeSpansField::kScope, scope());
    for (std::size_t index = 0; index < m_records; ++index) {
        Places places;
        std::string record;
        switch (m_signal) {
        case Signal::Traces: record = span(index, index % kSpansPerTrace != 0, random, places); break;
        case Signal::Logs: record = logRecord(random, places); break;
        case Signal::Metrics: record = metric(index, random, places); break;
        }
        recordWriter.bytes(ScopeSpansField::kSpans, record);
        places.moveBy(records.size() - record.size());
        result.places.push_back(places);
    }
    std::string perResource;
    Writer resourceWriter(perResource);
    resourceWriter.bytes(ResourceSpansField::kResource, resource(variant));
    resourceWriter.bytes(ResourceSpansField::kScopeSpans, records);
    Writer writer(result.body);
    writer.bytes(ExportTraceServiceRequestField::kResourceSpans, perResource);
    for (Places& places : result.places)
        places.moveBy(result.body.size() - records.size());
    return result;
}

Payload::Payload(Signal signal, std::size_t records, std::uint64_t seed)
    : m_signal(signal)
    , m_records(records)
    , m_seed(mixed(seed))
{
    for (std::size_t variant = 0; variant < kRequests; ++variant)
        m_requests.push_back(request(variant));
}

void Payload::fill(std::string& into, std::uint64_t number, std::uint64_t nowUnixNano) const
{
    const Request& request = m_requests[number % kRequests];
    const std::size_t base = into.size();
    into.append(request.body);
    std::uint64_t trace = 0;
    std::uint64_t root = 0;
    for (std::size_t index = 0; index < request.places.size(); ++index) {
        const Places& places = request.places[index];
        // mixed() is a bijection, so different record numbers of a run never meet.
        const std::uint64_t spanId = mixed(m_seed + number * m_records + index) | (1ULL << 63U);
        if (index % kSpansPerTrace == 0) {
            trace = m_seed + number * m_records + index;
            root = spanId;
        }
        if (places.traceId != kAbsent) {
            put(into, base + places.traceId, mixed(trace));
            put(into, base + places.traceId + 8, mixed(~trace));
        }
        if (places.spanId != kAbsent)
            put(into, base + places.spanId, spanId);
        if (places.parentSpanId != kAbsent)
            put(into, base + places.parentSpanId, root);
        const std::uint64_t start = nowUnixNano - (request.places.size() - index) * 20'000;
        if (places.start != kAbsent)
            put(into, base + places.start, start);
        if (places.end != kAbsent)
            put(into, base + places.end,
                m_signal == Signal::Metrics ? nowUnixNano - 60'000'000'000ULL
                                            : start + (spanId % 40'000'000));
    }
}

double Payload::bytesPerRecord() const
{
    std::size_t bytes = 0;
    for (const Request& request : m_requests)
        bytes += request.body.size();
    return static_cast<double>(bytes) / static_cast<double>(m_records * kRequests);
}

} // namespace sluice::bench
