#include "tests/ui/support/sample_shop.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace sluice::ui::samples {
namespace {

using namespace std::chrono_literals;

struct LogKind {
    std::uint8_t severity;
    const char* service;
    const char* body;
    bool isDropped;
};
constexpr std::array kLogKinds{
    LogKind{
        17, "payment", "charge failed: no response from \"psp.example\" after 600 ms, attempt 2 of 2", false},
    LogKind{13, "checkout", "payment retry budget at 92 %, breaker \"psp\" stays closed", false},
    LogKind{5, "payment", "psp pool: 48 of 50 sockets busy", true},
    LogKind{9, "payment", "charge started order=o_77193 amount=64.00 currency=EUR", false},
    LogKind{
        13, "inventory", "slow query 93 ms: UPDATE stock SET reserved = reserved + ? WHERE sku = ?", false},
    LogKind{9, "frontend", "GET /product/1093 200 in 47 ms", false},
    LogKind{5, "payment", "psp pool: 47 of 50 sockets busy", true},
    LogKind{9, "cart", "cart of user 8814 has 3 items, total 129.80", false},
    LogKind{9, "checkout", "order o_77181 placed, 2 parcels", false},
    LogKind{5, "recommendation", "cache hit ratio 0.93 over 512 keys", true},
    LogKind{9, "email", "receipt sent to 'customer' in 214 ms", false},
    LogKind{17, "checkout", "order o_77181 failed: payment unavailable, stock released", false},
};

TraceId traceOf(std::size_t index)
{
    std::array<std::byte, 16> bytes{};
    std::uint64_t mixed = (index / 3 + 1) * 0x9E3779B97F4A7C15ULL;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::byte>(mixed >> (8U * (i % 8)));
        mixed = i == 7 ? mixed * 0xBF58476D1CE4E5B9ULL : mixed;
    }
    return *TraceId::fromBytes(bytes);
}

query::LogRow logRow(std::size_t index, UnixTime time)
{
    const LogKind& kind = kLogKinds[(index * 7 + index / 5) % kLogKinds.size()];
    query::LogRow row;
    row.sequence = index + 1;
    row.time = time;
    row.severity = kind.severity;
    row.service = kind.service;
    row.body = kind.body;
    row.traceId = kind.isDropped ? TraceId() : traceOf(index);
    row.outcome = kind.isDropped ? query::OutcomeKind::Dropped
        : kind.severity == 17    ? query::OutcomeKind::Changed
                                 : query::OutcomeKind::Kept;
    row.outcomeRule = kind.isDropped ? "drop-debug-logs" : kind.severity == 17 ? "delete-secrets" : "";
    return row;
}

std::size_t bandOf(std::uint8_t severity)
{
    return severity == 0 ? 0 : std::min<std::size_t>((severity + 3U) / 4U, 6);
}

struct MetricKind {
    const char* name;
    const char* type;
    const char* unit;
    const char* description;
    const char* temporality;
    bool isMonotonic;
    std::uint64_t series;
};
constexpr std::array kMetricKinds{
    MetricKind{
        "db.client.operation.duration", "histogram", "s", "Duration of database calls", "delta", false, 38},
    MetricKind{"http.client.request.duration", "histogram", "s", "Duration of HTTP client requests", "delta",
        false, 64},
    MetricKind{"http.server.request.duration", "histogram", "s", "Duration of HTTP server requests", "delta",
        false, 96},
    MetricKind{"jvm.gc.duration", "histogram", "s", "Duration of garbage collections", "delta", false, 8},
    MetricKind{"jvm.memory.used", "sum", "By", "Memory in use", "cumulative", false, 24},
    MetricKind{"nodejs.eventloop.delay.p99", "gauge", "s", "Delay of the event loop", "", false, 2},
    MetricKind{"process.cpu.utilization", "gauge", "1", "Share of the processors in use", "", false, 7},
    MetricKind{"process.memory.usage", "sum", "By", "Resident memory", "cumulative", false, 7},
    MetricKind{"rpc.server.duration", "exponential histogram", "ms", "Duration of calls", "delta", false, 42},
    MetricKind{"shop.cart.items", "gauge", "{item}", "Items in the carts, by user", "", false, 2114},
    MetricKind{"shop.order.value", "histogram", "EUR", "Value of the orders", "delta", false, 3},
    MetricKind{"shop.orders.placed", "sum", "{order}", "Orders placed", "cumulative", true, 6},
};

double wave(double at, double phase, double base, double swing)
{
    return base + swing * (std::sin(at / 9 + phase) + 0.4 * std::sin(at / 2.3 + phase * 3));
}

DestinationStatus destination(const char* name, DestinationKind kind, const char* endpoint,
    DestinationState state, std::uint64_t behind, std::uint64_t sent)
{
    DestinationStatus status;
    status.settings.name = name;
    status.settings.kind = kind;
    status.settings.endpoint = endpoint;
    status.state = state;
    status.behindRecords = behind;
    status.behindSince = sampleNow() - 6min;
    status.sentRecords = sent;
    return status;
}

Rule rule(const char* id, const char* config)
{
    Rule made;
    made.id = id;
    made.config = config;
    return made;
}

} // namespace

UnixTime sampleNow()
{
    return UnixTime(Nanos(1'795'000'000'000'000'000));
}

SampleQuery::SampleQuery(std::size_t records, UnixTime end)
    : m_end(end)
{
    m_state.with([&](State& state) {
        for (std::size_t i = 0; i < records; ++i)
            state.logs.push_back(logRow(i, end - 400ms * static_cast<std::int64_t>(records - 1 - i)));
    });
}

void SampleQuery::addLogs(std::size_t count)
{
    m_state.with([&](State& state) {
        for (std::size_t i = 0; i < count; ++i) {
            const UnixTime last = state.logs.empty() ? m_end : state.logs.back().time;
            state.logs.push_back(logRow(state.logs.size(), last + 1ms));
        }
    });
}

void SampleQuery::failWith(std::string text)
{
    m_state.with([&](State& state) { state.failure = std::move(text); });
}

std::optional<query::QueryError> SampleQuery::failure() const
{
    const std::string text = m_state.with([](const State& state) { return state.failure; });
    if (text.empty())
        return std::nullopt;
    return query::QueryError{query::QueryFailure::Unreadable, text};
}

std::vector<query::LogRow> SampleQuery::matching(const query::LogFilter& filter) const
{
    const auto isIn = [](const auto& values, const auto& value) {
        return values.empty() || std::ranges::find(values, value) != values.end();
    };
    static const std::array<std::string, 7> bands{"", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};
    auto rows = m_state.with([](const State& state) { return state.logs; });
    std::erase_if(rows, [&](const query::LogRow& row) {
        return !(isIn(filter.services, row.service) && isIn(filter.severities, bands[bandOf(row.severity)])
            && isIn(filter.outcomes, row.outcome) && row.body.find(filter.text) != std::string::npos
            && (!filter.traceId || *filter.traceId == row.traceId));
    });
    std::ranges::reverse(rows);
    return rows;
}

query::Answer<query::TracePage> SampleQuery::traces(const query::TraceFilter&, query::TraceSort,
    const std::optional<query::PageKey>&, std::size_t, std::stop_token) const
{
    return query::TracePage{};
}

query::Answer<query::TraceCounts> SampleQuery::traceCounts(const query::TraceFilter&, std::stop_token) const
{
    return query::TraceCounts{};
}

query::Answer<query::TimeHistogram> SampleQuery::traceHistogram(
    const query::TraceFilter&, TimeRange, std::size_t, std::stop_token) const
{
    return query::TimeHistogram{};
}

query::Answer<std::vector<query::Facet>> SampleQuery::traceFacets(
    const query::TraceFilter&, std::stop_token) const
{
    return std::vector<query::Facet>{};
}

query::Answer<std::uint64_t> SampleQuery::tracesNewerThan(
    const query::TraceFilter&, std::uint64_t, std::stop_token) const
{
    return 0U;
}

query::Answer<query::TraceDetail> SampleQuery::trace(const TraceId&, std::stop_token) const
{
    return fail(query::QueryError{query::QueryFailure::NotFound, "No such trace"});
}

query::Answer<query::SpanDetail> SampleQuery::span(std::uint64_t, std::stop_token) const
{
    return fail(query::QueryError{query::QueryFailure::NotFound, "No such span"});
}

query::Answer<query::LogPage> SampleQuery::logs(const query::LogFilter& filter,
    const std::optional<query::PageKey>& after, std::size_t limit, std::stop_token) const
{
    if (const auto error = failure())
        return fail(*error);
    auto rows = matching(filter);
    if (after)
        std::erase_if(rows, [&](const query::LogRow& row) { return row.sequence >= after->sequence; });
    query::LogPage page;
    const bool hasMore = rows.size() > limit;
    if (hasMore)
        rows.resize(limit);
    page.rows = std::move(rows);
    if (hasMore)
        page.next = query::PageKey{0, {}, page.rows.back().sequence};
    return page;
}

query::Answer<query::SeverityHistogram> SampleQuery::logHistogram(
    const query::LogFilter& filter, TimeRange range, std::size_t buckets, std::stop_token) const
{
    if (const auto error = failure())
        return fail(*error);
    query::SeverityHistogram histogram;
    histogram.begin = range.begin;
    histogram.bucket = range.length() / static_cast<std::int64_t>(buckets);
    histogram.buckets.resize(buckets);
    for (const query::LogRow& row : matching(filter)) {
        ++histogram.matching;
        const auto at = (row.time - range.begin) / std::max(histogram.bucket, Nanos(1));
        if (at >= 0 && at < static_cast<std::int64_t>(buckets))
            ++histogram.buckets[static_cast<std::size_t>(at)].counts[bandOf(row.severity)];
    }
    histogram.total = m_state.with([](const State& state) { return state.logs.size(); });
    return histogram;
}

query::Answer<std::vector<query::Facet>> SampleQuery::logFacets(
    const query::LogFilter& filter, std::stop_token) const
{
    static const std::array<std::string, 7> bands{"", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};
    std::map<std::string, std::uint64_t> outcomes;
    std::map<std::string, std::uint64_t> severities;
    std::map<std::string, std::uint64_t> services;
    for (const query::LogRow& row : matching(filter)) {
        ++outcomes[std::string(nameOf(row.outcome))];
        ++severities[bands[bandOf(row.severity)]];
        ++services[row.service];
    }
    const auto facet = [](const char* name, const std::map<std::string, std::uint64_t>& counts) {
        query::Facet made{name, {}};
        for (const auto& [value, count] : counts)
            made.values.push_back({value, count, {}});
        std::ranges::sort(made.values, std::ranges::greater(), &query::FacetValue::count);
        return made;
    };
    std::vector<query::Facet> facets{
        facet("outcome", outcomes), facet("severity", severities), facet("service", services)};
    for (query::FacetValue& value : facets[0].values) {
        if (value.value == "dropped")
            value.children.push_back({"drop-debug-logs", value.count, {}});
    }
    return facets;
}

query::Answer<query::LogDetail> SampleQuery::log(std::uint64_t sequence, std::stop_token) const
{
    using Kind = query::AttributeChange::Kind;
    query::LogDetail detail;
    detail.row = m_state.with([&](const State& state) { return state.logs[sequence - 1]; });
    detail.fullBody = detail.row.body;
    detail.arrival = detail.row.time + 12ms;
    detail.attributes = {{Kind::Unchanged, "order.id", "o_77181", "", "string", ""},
        {Kind::Unchanged, "payment.provider", "psp", "", "string", ""},
        {Kind::Unchanged, "payment.attempt", "2", "", "int", ""},
        {Kind::Removed, "payment.card.number", "4242 4242 4242 4242", "", "string", "delete-secrets"},
        {Kind::Unchanged, "error.type", "504", "", "string", ""},
        {Kind::Unchanged, "exception.type", "TimeoutError", "", "string", ""},
        {Kind::Unchanged, "code.file.path", "src/psp.ts", "", "string", ""},
        {Kind::Changed, "user.email", "mara@example.com", "8d1f4c09e2", "string", "hash-user-email"},
        {Kind::Added, "deployment.environment.name", "", "demo", "string", "add-environment"}};
    detail.resourceAttributes = {{Kind::Unchanged, "service.name", detail.row.service, "", "string", ""},
        {Kind::Unchanged, "service.version", "2.4.1", "", "string", ""}};
    detail.scope = {"shop.logger", "1.0.0", {}, ""};
    detail.outcome = {detail.row.outcome, 14, {}, ""};
    if (!detail.row.outcomeRule.empty())
        detail.outcome.rules.push_back(detail.row.outcomeRule);
    detail.json = "{}";
    return detail;
}

query::Answer<std::vector<query::MetricInfo>> SampleQuery::metrics(
    const query::MetricFilter& filter, std::stop_token) const
{
    if (const auto error = failure())
        return fail(*error);
    std::vector<query::MetricInfo> metrics;
    double phase = 0;
    for (const MetricKind& kind : kMetricKinds) {
        phase += 1.3;
        if (std::string(kind.name).find(filter.textInNames) == std::string::npos)
            continue;
        query::MetricInfo info;
        info.name = kind.name;
        info.type = kind.type;
        info.unit = kind.unit;
        info.description = kind.description;
        info.temporality = kind.temporality;
        info.isMonotonic = kind.isMonotonic;
        info.services = {"frontend", "checkout"};
        info.seriesCount = kind.series;
        info.pointCount = kind.series * 90;
        info.last = m_end;
        for (int i = 0; i < 60; ++i)
            info.sparkline.push_back(wave(i, phase, 6, 1));
        metrics.push_back(std::move(info));
    }
    return metrics;
}

query::Answer<std::vector<query::MetricSeries>> SampleQuery::metricSeries(
    const std::string& name, const query::MetricFilter&, std::stop_token) const
{
    static constexpr std::array routes{"GET /product/{id}", "GET /api/cart", "GET /",
        "GET /api/recommendations", "POST /api/cart/items", "POST /api/checkout", "GET /search"};
    const bool isCounter = name == "shop.orders.placed";
    std::vector<query::MetricSeries> all;
    double base = 1.05;
    for (const char* route : routes) {
        query::MetricSeries series;
        series.service = "frontend";
        series.attributes
            = {{"http.route", route, "string"}, {"http.request.method", std::string(route, 4), "string"},
                {"network.protocol.version", "1.1", "string"}};
        double sum = 0;
        for (int i = 0; i < 90; ++i) {
            query::MetricPoint point;
            point.time = m_end - 10s * (89 - i);
            const double value = wave(i, base * 9, base, base * 0.08);
            sum += value * 10;
            point.value = isCounter ? sum : value;
            if (i % 17 == 5 && base > 0.8)
                point.exemplarTrace = traceOf(static_cast<std::size_t>(i));
            series.points.push_back(point);
        }
        all.push_back(std::move(series));
        base *= 0.7;
    }
    return all;
}

query::Answer<query::Explanation> SampleQuery::explain(RecordId, std::stop_token) const
{
    return query::Explanation{};
}

query::Answer<query::CaptureStats> SampleQuery::stats(std::stop_token) const
{
    return query::CaptureStats{};
}

query::Answer<TimeRange> SampleQuery::timeRange(Signal, std::stop_token) const
{
    return TimeRange{m_end - 15min, m_end};
}

RevisionDefinition sampleRules()
{
    RevisionDefinition rules;
    rules.rules = {
        rule("filter/drop-health-checks",
            "spans:\n  exclude:\n    match_type: strict\n    span_names:\n      - GET /healthz\n      - GET "
            "/readyz\n"),
        rule("filter/drop-synthetic",
            "spans:\n  exclude:\n    match_type: regexp\n    attributes:\n      - key: "
            "user_agent.synthetic.type\n        "
            "value: bot|test\n"),
        rule("attributes/delete-secrets",
            "actions:\n  - key: payment.card.number\n    action: delete\n  - pattern: ^secret\\.\n    "
            "action: delete\n"),
        rule("attributes/hash-user-email",
            "include:\n  match_type: strict\n  services:\n    - checkout\n    - email\nactions:\n  - key: "
            "user.email\n    "
            "action: hash\n  - key: tenant\n    action: upsert\n    from_context: metadata.x-tenant\n"),
        rule("resource/add-environment",
            "attributes:\n  - key: deployment.environment.name\n    action: insert\n    value: demo\n"),
        rule("probabilistic_sampler/keep-a-quarter", "sampling_percentage: 25\n"),
        rule("filter/drop-debug-logs",
            "logs:\n  exclude:\n    match_type: strict\n    severity_texts:\n      - DEBUG\n"),
        rule("filter/drop-host-metrics",
            "metrics:\n  exclude:\n    match_type: regexp\n    metric_names:\n      - ^system\\.\n"),
    };
    rules.pipelines = {
        {"traces", Signal::Traces,
            {"filter/drop-health-checks", "filter/drop-synthetic", "attributes/delete-secrets",
                "attributes/hash-user-email", "resource/add-environment",
                "probabilistic_sampler/keep-a-quarter"},
            {}},
        {"metrics", Signal::Metrics, {"filter/drop-host-metrics"}, {}},
        {"logs", Signal::Logs, {"filter/drop-debug-logs", "attributes/delete-secrets"}, {}},
    };
    return rules;
}

SampleControl::SampleControl()
{
    m_state.with([](State& state) {
        EngineStatus& status = state.status;
        status.capturePath = "shop-demo.sluice";
        status.isTemporary = true;
        status.captureBytes = 1'820'000'000;
        status.retentionBytes = 4'000'000'000;
        status.retentionAge = 24h;
        status.oldestArrival = sampleNow() - 15min;
        ReceiverInfo grpc;
        grpc.name = "gRPC";
        grpc.isListening = true;
        grpc.addresses = {"127.0.0.1:4317", "[::1]:4317"};
        grpc.port = 4317;
        grpc.openConnections = 4;
        grpc.requests = 18'204;
        grpc.wireBytes = 84'200'000;
        grpc.records = {212'430, 31'200, 88'300};
        ReceiverInfo http = grpc;
        http.name = "HTTP";
        http.addresses = {"127.0.0.1:4318", "[::1]:4318"};
        http.port = 4318;
        status.receivers = {grpc, http};
        status.refusals = {{Signal::Traces, "http", "malformed", 3}, {Signal::Logs, "grpc", "too large", 1}};
        status.stored = {424'860, 62'400, 143'888};
        status.judged = {424'700, 62'400, 143'888};
        status.kept = {59'900, 60'100, 137'933};
        status.waitingRequests = 2;
        status.appliedRevision = 14;
        status.rules = {{"traces", "filter/drop-health-checks", 0, 2012, 0},
            {"traces", "filter/drop-synthetic", 0, 502, 0},
            {"traces", "attributes/delete-secrets", 647, 0, 0},
            {"traces", "attributes/hash-user-email", 2693, 0, 0},
            {"traces", "resource/add-environment", 4418, 0, 0},
            {"traces", "probabilistic_sampler/keep-a-quarter", 0, 6217, 0},
            {"logs", "filter/drop-debug-logs", 0, 5955, 0}};
        status.destinations = {
            destination("otlp_grpc/tempo-staging", DestinationKind::OtlpGrpc, "tempo.staging.example:4317",
                DestinationState::Sending, 212, 30'214),
            destination("otlp_http/jaeger-local", DestinationKind::OtlpHttp, "http://127.0.0.1:14318",
                DestinationState::Idle, 0, 29'873),
            destination("otlp_http/legacy", DestinationKind::OtlpHttp, "http://collector.legacy.example:4318",
                DestinationState::Retrying, 4096, 3082),
            destination("otlp_grpc/backup", DestinationKind::OtlpGrpc, "backup.example:4317",
                DestinationState::Off, 0, 0),
        };
        DestinationStatus& legacy = status.destinations[2];
        legacy.retries = 914;
        legacy.failedRecords = 128;
        legacy.lastError = "Nothing listens on collector.legacy.example:4318";
        legacy.lastErrorTime = sampleNow() - 8s;
        legacy.nextTry = sampleNow() + 22s;
        legacy.settings.headers = {{"X-Tenant", "shop"}};
        legacy.settings.signals = {true, false, true};
        status.destinations[3].settings.isEnabled = false;
        status.destinations[0].retries = 18;
        for (int i = 0; i < 14; ++i) {
            for (std::size_t at = 0; at < 3; ++at) {
                RecentExport recent;
                recent.time = sampleNow() - 2317ms * (i + 1) - 411ms * static_cast<int>(at);
                recent.signal = kSignals[static_cast<std::size_t>(i) % 3];
                recent.records = 256 + static_cast<std::uint64_t>(i) * 37;
                recent.took = 5ms * (1 + static_cast<int>(at) * 3) + 1ms * i;
                recent.isOk = at != 2;
                recent.text = at == 2 ? "connection refused, next try in 30 s" : "";
                status.destinations[at].recent.push_back(recent);
            }
        }
        status.messages = {"14:24:52 otlp_http/legacy: connection refused, next try in 30 s",
            "14:23:10 HTTP: refused a request of 127.0.0.1, malformed at byte 14",
            "14:10:00 gRPC listens on 127.0.0.1:4317"};
        const RevisionDefinition rules = sampleRules();
        RevisionDefinition older = rules;
        older.rules.pop_back();
        older.pipelines[1].rules.clear();
        state.revisions = {{14, sampleNow() - 14min, "Sample a quarter", true, rules},
            {13, sampleNow() - 49min, "Hash the addresses", false, older},
            {12, sampleNow() - 3h, "First rules", false, {}}};
        for (RevisionInfo& each : state.revisions)
            each.definition.normalise();
    });
}

EngineStatus SampleControl::status() const
{
    return m_state.with([](const State& state) { return state.status; });
}

std::shared_ptr<void> SampleControl::onChanged(std::function<void()> callback)
{
    m_state.with([&](State& state) { state.listener = std::move(callback); });
    return std::shared_ptr<void>(
        nullptr, [this](void*) { m_state.with([](State& state) { state.listener = {}; }); });
}

std::vector<RevisionInfo> SampleControl::revisions() const
{
    return m_state.with([](const State& state) { return state.revisions; });
}

std::vector<RuleProblem> SampleControl::validate(const RevisionDefinition& draft) const
{
    return sluice::validate(draft);
}

Result<std::uint32_t, ControlError> SampleControl::apply(
    const RevisionDefinition& draft, const std::string& note)
{
    return m_state.with([&](State& state) {
        for (RevisionInfo& each : state.revisions)
            each.isApplied = false;
        const std::uint32_t number = state.revisions.empty() ? 1 : state.revisions.front().number + 1;
        state.revisions.insert(state.revisions.begin(), RevisionInfo{number, sampleNow(), note, true, draft});
        state.status.appliedRevision = number;
        state.status.rules.clear();
        return number;
    });
}

Result<std::uint32_t, ControlError> SampleControl::rollBack(std::uint32_t revision)
{
    const auto all = revisions();
    const auto found = std::ranges::find(all, revision, &RevisionInfo::number);
    if (found == all.end())
        return fail(ControlError{"No such revision", {}});
    return apply(found->definition, "Roll back to r" + std::to_string(revision));
}

Result<void, ControlError> SampleControl::saveDestination(const DestinationSettings& settings, bool)
{
    m_state.with([&](State& state) {
        auto& all = state.status.destinations;
        const auto found = std::ranges::find(
            all, settings.name, [](const DestinationStatus& each) { return each.settings.name; });
        if (found != all.end()) {
            found->settings = settings;
        } else {
            DestinationStatus added;
            added.settings = settings;
            added.state = DestinationState::Idle;
            all.push_back(added);
        }
    });
    return {};
}

Result<void, ControlError> SampleControl::removeDestination(const std::string& name)
{
    m_state.with([&](State& state) {
        std::erase_if(state.status.destinations,
            [&](const DestinationStatus& each) { return each.settings.name == name; });
    });
    return {};
}

Result<void, ControlError> SampleControl::setDestinationPaused(const std::string& name, bool paused)
{
    m_state.with([&](State& state) {
        for (DestinationStatus& each : state.status.destinations) {
            if (each.settings.name == name)
                each.state = paused ? DestinationState::Off : DestinationState::Idle;
        }
    });
    return {};
}

Result<void, ControlError> SampleControl::retryNow(const std::string&)
{
    return {};
}

void SampleControl::testDestination(
    const DestinationSettings&, const std::function<void(const std::vector<ConnectionTestStep>&)>& onStep)
{
    using Step = ConnectionTestStep::Result;
    onStep(
        {{"Resolve name", Step::Ok, "10.4.2.17", 3ms}, {"Connect to port 4318", Step::Failed, "refused", 1ms},
            {"Send span", Step::NotReached, "", {}}, {"Read answer", Step::NotReached, "", {}}});
}

Result<void, ControlError> SampleControl::keepCapture()
{
    m_state.with([](State& state) { state.status.isTemporary = false; });
    return {};
}

Result<void, ControlError> SampleControl::saveCaptureAs(const std::string&)
{
    return {};
}

Result<void, ControlError> SampleControl::setRetention(std::uint64_t maxBytes, Nanos maxAge)
{
    m_state.with([&](State& state) {
        state.status.retentionBytes = maxBytes;
        state.status.retentionAge = maxAge;
    });
    return {};
}

Result<void, ControlError> SampleControl::listen(const std::string& receiver, const std::string& address)
{
    if (address.find(':') == std::string::npos)
        return fail(ControlError{"Expected host:port", {}});
    m_state.with(
        [&](State& state) { state.status.receivers[receiver == "grpc" ? 0 : 1].addresses = {address}; });
    return {};
}

Result<void, ControlError> SampleControl::setDemoRunning(bool)
{
    return {};
}

bool SampleControl::isDemoRunning() const
{
    return false;
}

void SampleControl::announce()
{
    const auto listener = m_state.with([](const State& state) { return state.listener; });
    if (listener)
        listener();
}

void SampleControl::forgetRevisions()
{
    m_state.with([](State& state) {
        state.revisions.clear();
        state.status.rules.clear();
        state.status.appliedRevision = 0;
    });
}

void SampleControl::setDestinations(std::vector<DestinationStatus> destinations)
{
    m_state.with([&](State& state) { state.status.destinations = std::move(destinations); });
}

} // namespace sluice::ui::samples
