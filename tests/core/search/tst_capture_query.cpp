#include "core/search/capture_query.h"

#include <QTest>

#include <algorithm>
#include <cmath>

#include "tests/core/search/stored_capture.h"
#include "tests/support/otlp_builder.h"

using namespace sluice;
using namespace sluice::testing;
using query::OutcomeKind;

namespace {

constexpr std::uint64_t kNoon = 1'700'000'000'000'000'000U;
constexpr std::uint64_t kMs = 1'000'000U;

BuiltSpan span(std::uint64_t trace, std::uint64_t id, std::uint64_t parent, std::string name,
    std::uint64_t start, std::uint64_t milliseconds)
{
    BuiltSpan span;
    span.trace = traceId(trace);
    span.id = spanId(id);
    if (parent != 0)
        span.parent = spanId(parent);
    span.name = std::move(name);
    span.start = kNoon + start * kMs;
    span.end = span.start + milliseconds * kMs;
    return span;
}

BuiltLog log(std::uint64_t time, std::uint8_t severity, AnyValue body, std::uint64_t trace = 0)
{
    BuiltLog log;
    log.time = kNoon + time * kMs;
    log.severity = severity;
    log.body = std::move(body);
    if (trace != 0)
        log.trace = traceId(trace);
    return log;
}

std::unique_ptr<search::CaptureQuery> queryOf(const StoredCapture& stored)
{
    auto opened = search::CaptureQuery::open(stored.path());
    return opened ? *std::move(opened) : nullptr;
}

std::vector<std::string> bodiesOf(const query::LogPage& page)
{
    std::vector<std::string> bodies;
    for (const query::LogRow& row : page.rows)
        bodies.push_back(row.body);
    return bodies;
}

const query::AttributeChange* changeOf(
    const std::vector<query::AttributeChange>& changes, std::string_view key)
{
    const auto it = std::ranges::find(changes, key, &query::AttributeChange::key);
    return it == changes.end() ? nullptr : &*it;
}

constexpr auto kNewest = query::TraceSort::Newest;

} // namespace

class CaptureQueryTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aFileThatIsNoCaptureCannotBeAsked()
    {
        const auto opened = search::CaptureQuery::open("/nonexistent/x.sluice");
        QVERIFY(!opened.has_value());
        QVERIFY(!opened.error().text.empty());
    }

    void anEmptyCaptureHasEmptyAnswers()
    {
        StoredCapture stored;
        const auto query = queryOf(stored);
        QVERIFY(query != nullptr);
        QVERIFY(query->traces({}, kNewest, {}, 10, {})->rows.empty());
        QVERIFY(query->logs({}, {}, 10, {})->rows.empty());
        QVERIFY(query->metrics({}, {})->empty());
        QVERIFY(query->timeRange(Signal::Traces, {})->isEmpty());
        QCOMPARE(query->traceCounts({}, {})->total, std::uint64_t(0));
        QCOMPARE(query->trace(traceId(1), {}).error().kind, query::QueryFailure::NotFound);
        QCOMPARE(query->span(1, {}).error().kind, query::QueryFailure::NotFound);
    }

    void everyAnswerSeesWhatWasCommittedBefore()
    {
        StoredCapture stored;
        const auto query = queryOf(stored);
        for (std::uint64_t i = 1; i <= 5; ++i) {
            QVERIFY(stored.store(Signal::Traces, tracesRequest({{"shop", {span(i, i, 0, "GET /", i, 1)}}})));
            QVERIFY(stored.store(Signal::Logs, logsRequest({{"shop", {log(i, 9, "hello")}}})));
            QCOMPARE(query->traceCounts({}, {})->total, i);
            QCOMPARE(query->logs({}, {}, 10, {})->rows.size(), std::size_t(i));
        }
        QCOMPARE(*query->tracesNewerThan({}, 3, {}), std::uint64_t(2));
    }

    void aTraceIsOneRowAcrossServicesAndRequests()
    {
        StoredCapture stored;
        QVERIFY(stored.store(Signal::Traces, tracesRequest({{"cart", {span(7, 2, 1, "SELECT", 5, 10)}}})));
        auto root = span(7, 1, 0, "GET /cart", 0, 20);
        root.attributes = {{"http.response.status_code", std::int64_t(503)}};
        auto failed = span(7, 3, 1, "charge", 16, 9);
        failed.status = 2;
        QVERIFY(stored.store(Signal::Traces, tracesRequest({{"front", {root}}, {"", {failed}}})));

        const auto query = queryOf(stored);
        const auto page = query->traces({}, kNewest, {}, 10, {});
        QVERIFY(page.has_value());
        QCOMPARE(page->rows.size(), std::size_t(1));
        const query::TraceSummary& row = page->rows.front();
        QVERIFY(row.traceId == traceId(7));
        QCOMPARE(toUnixNano(row.start), kNoon);
        QCOMPARE(row.duration, Nanos(25 * kMs));
        QCOMPARE(row.rootName, std::string("GET /cart"));
        QCOMPARE(row.services, (std::vector<std::string>{"front", "cart", "unknown_service"}));
        QCOMPARE(row.spanCount, 3U);
        QCOMPARE(row.errorCount, 1U);
        QCOMPARE(row.httpStatus, std::string("503"));
        QCOMPARE(row.outcome.kind, OutcomeKind::Waiting);

        query::TraceFilter filter;
        filter.httpStatus = {"503"};
        QCOMPARE(query->traceCounts(filter, {})->matching, std::uint64_t(1));
        filter.httpStatus = {"200"};
        QCOMPARE(query->traceCounts(filter, {})->matching, std::uint64_t(0));
        const auto facets = query->traceFacets(filter, {});
        QCOMPARE(facets->back().name, std::string("http.response.status_code"));
        QCOMPARE(facets->back().values.front().value, std::string("503"));
    }

    void anOpenedTraceHasItsSpansInOrderAndItsLogs()
    {
        StoredCapture stored;
        auto root = span(7, 1, 0, "root", 0, 20);
        root.events = {{kNoon + 3 * kMs, "retry", {}}};
        QVERIFY(stored.store(Signal::Traces,
            tracesRequest({{"front", {span(7, 3, 2, "grandchild", 0, 1), span(8, 9, 0, "other", 0, 1)}},
                {"cart", {span(7, 2, 1, "child", 0, 9), root}}})));
        QVERIFY(stored.store(Signal::Logs,
            logsRequest({{"cart", {log(9, 17, "late", 7), log(2, 9, "early", 7), log(3, 9, "not mine")}}})));
        const auto query = queryOf(stored);
        const auto trace = query->trace(traceId(7), {});
        QVERIFY(trace.has_value());
        QCOMPARE(trace->spans.size(), std::size_t(3));
        QCOMPARE(trace->spans[0].name, std::string("root"));
        QCOMPARE(trace->spans[1].name, std::string("child"));
        QCOMPARE(trace->spans[2].name, std::string("grandchild"));
        QVERIFY(trace->spans[1].parent == spanId(1));
        QCOMPARE(trace->services[trace->spans[0].service], std::string("cart"));
        QCOMPARE(trace->services[trace->spans[2].service], std::string("front"));
        QCOMPARE(trace->spans[0].events.size(), std::size_t(1));
        QCOMPARE(toUnixNano(trace->spans[0].events[0]), kNoon + 3 * kMs);
        QCOMPARE(trace->logs.size(), std::size_t(2));
        QCOMPARE(trace->logs[0].body, std::string("early"));
        QCOMPARE(trace->logs[1].body, std::string("late"));
    }

    void aSpanIsShownWithEverythingThatWasReceived()
    {
        StoredCapture stored;
        auto one = span(7, 1, 0, "GET /", 0, 20);
        one.status = 2;
        one.statusMessage = "it broke";
        one.attributes = {{"user", "anna"}, {"tries", std::int64_t(3)}, {"ratio", 0.5}, {"ok", false},
            {"bad", std::string("x\xFFy")}};
        one.events = {{kNoon, "exception", {{"exception.type", "Timeout"}}}};
        QVERIFY(stored.store(Signal::Traces,
            tracesRequest({{"front", {span(1, 4, 0, "first", 0, 1)}},
                {"shop", {one}, {{"host.name", "h1"}}, "tracer"}})));
        const auto query = queryOf(stored);
        const auto detail = query->span(2, {});
        QVERIFY2(detail.has_value(), detail ? "" : detail.error().text.c_str());
        QCOMPARE(detail->service, std::string("shop"));
        QCOMPARE(detail->statusMessage, std::string("it broke"));
        QCOMPARE(detail->attributes.size(), std::size_t(5));
        QCOMPARE(detail->attributes[1].before, std::string("3"));
        QCOMPARE(detail->attributes[1].type, std::string("int"));
        QCOMPARE(detail->attributes[3].before, std::string("false"));
        QCOMPARE(detail->attributes[4].before, std::string("x\xEF\xBF\xBDy"));
        QCOMPARE(detail->attributes[0].kind, query::AttributeChange::Kind::Unchanged);
        QCOMPARE(detail->resource.service, std::string("shop"));
        QCOMPARE(detail->resourceAttributes.size(), std::size_t(2));
        QCOMPARE(detail->scope.name, std::string("tracer"));
        QCOMPARE(detail->events.front().attributes.front().text, std::string("Timeout"));
        QVERIFY(detail->json.find("\"name\": \"GET /\"") != std::string::npos);
        QVERIFY(detail->json.starts_with("{\n") && detail->json.ends_with("}"));
        QVERIFY(detail->json.find("resourceSpans") == std::string::npos);
    }

    void logsArePagedNewestFirstByTheirTime()
    {
        StoredCapture stored;
        for (std::uint64_t i = 0; i < 20; ++i)
            QVERIFY(stored.store(Signal::Logs,
                logsRequest({{i % 2 == 0 ? "shop" : "cart",
                    {log((i * 7) % 20, 9, "log " + std::to_string((i * 7) % 20))}}})));
        const auto query = queryOf(stored);
        std::vector<std::string> bodies;
        std::optional<query::PageKey> after;
        do {
            const auto page = query->logs({}, after, 3, {});
            QVERIFY(page.has_value());
            std::ranges::copy(bodiesOf(*page), std::back_inserter(bodies));
            after = page->next;
        } while (after);
        QCOMPARE(bodies.size(), std::size_t(20));
        for (std::size_t i = 0; i < bodies.size(); ++i)
            QCOMPARE(bodies[i], "log " + std::to_string(19 - i));
    }

    void logsAreFoundByTextSeverityServiceTraceAndTime()
    {
        StoredCapture stored;
        QVERIFY(stored.store(Signal::Logs,
            logsRequest({{"shop", {log(1, 9, "Payment accepted", 7), log(2, 17, "payment REFUSED", 7)}},
                {"cart", {log(3, 13, "slow", 8), log(4, 5, std::int64_t(4711)), log(5, 9, "x")}}})));
        const auto query = queryOf(stored);
        const auto found = [&](auto&& change) {
            query::LogFilter filter;
            change(filter);
            return bodiesOf(*query->logs(filter, {}, 10, {}));
        };
        using Bodies = std::vector<std::string>;
        QCOMPARE(found([](auto& f) { f.text = "PAYMENT"; }), (Bodies{"payment REFUSED", "Payment accepted"}));
        QCOMPARE(found([](auto& f) { f.text = "471"; }), (Bodies{"4711"}));
        QCOMPARE(found([](auto& f) {
            f.severities = {"ERROR", "DEBUG"};
        }),
            (Bodies{"4711", "payment REFUSED"}));
        QCOMPARE(found([](auto& f) { f.minSeverity = 13; }), (Bodies{"slow", "payment REFUSED"}));
        QCOMPARE(found([](auto& f) {
            f.services = {"cart"};
            f.text = "l";
        }),
            (Bodies{"slow"}));
        QCOMPARE(
            found([](auto& f) { f.traceId = traceId(7); }), (Bodies{"payment REFUSED", "Payment accepted"}));
        QCOMPARE(found([](auto& f) {
            f.time = TimeRange{fromUnixNano(kNoon + 2 * kMs), fromUnixNano(kNoon + 4 * kMs)};
        }),
            (Bodies{"slow", "payment REFUSED"}));
        QCOMPARE(found([](auto& f) { f.outcomes = {OutcomeKind::Dropped}; }), Bodies{});

        query::LogFilter filter;
        filter.text = "payment";
        const auto histogram
            = query->logHistogram(filter, {fromUnixNano(kNoon), fromUnixNano(kNoon + 10 * kMs)}, 10, {});
        QCOMPARE(histogram->matching, std::uint64_t(2));
        QCOMPARE(histogram->total, std::uint64_t(5));
        QCOMPARE(histogram->buckets[1].counts[3], std::uint64_t(1));
        QCOMPARE(histogram->buckets[2].counts[5], std::uint64_t(1));
        filter.severities = {"ERROR"};
        const auto facets = query->logFacets(filter, {});
        QCOMPARE(facets->at(0).values.size(), std::size_t(2)); // The facet ignores its own restriction.
        QCOMPARE(facets->at(1).values.size(), std::size_t(1));
        QCOMPARE(facets->at(1).values[0].value, std::string("shop"));
        QCOMPARE(facets->at(1).values[0].count, std::uint64_t(1));
    }

    void aLogIsShownInFull()
    {
        StoredCapture stored;
        auto one = log(1, 10, std::string(3'000, 'b'), 7);
        one.severityText = "INFO2";
        one.attributes = {{"k", "v"}};
        QVERIFY(stored.store(Signal::Logs, logsRequest({{"shop", {one}}})));
        const auto query = queryOf(stored);
        const auto detail = query->log(1, {});
        QVERIFY(detail.has_value());
        QCOMPARE(detail->row.body.size(), std::size_t(1'000));
        QCOMPARE(detail->fullBody.size(), std::size_t(3'000));
        QCOMPARE(detail->row.severityText, std::string("INFO2"));
        QCOMPARE(detail->attributes.front().key, std::string("k"));
        QVERIFY(detail->json.find("severityNumber") != std::string::npos);
    }

    void metricsAreListedWithTheirSeries()
    {
        StoredCapture stored;
        BuiltMetric gauge{"queue.size", "1", "waiting", false, {}, {}};
        gauge.points = {{kNoon, std::int64_t(3), {{"a", "1"}, {"b", "2"}}},
            {kNoon + kMs, std::int64_t(5), {{"b", "2"}, {"a", "1"}}}, {kNoon, 1.5, {{"a", "2"}}}};
        BuiltMetric histogram{"latency", "ms", "", false, {}, {}};
        histogram.histogram = {{kNoon, 4, 10.0, {1.0, 5.0}, {1, 2, 1}, {{"route", "/"}}, traceId(7)}};
        BuiltMetric sum{"bytes", "By", "", true, {}, {}};
        sum.points = {{kNoon, std::int64_t(100), {}}};
        QVERIFY(stored.store(
            Signal::Metrics, metricsRequest({{"shop", {gauge, histogram, sum}}, {"cart", {sum}}})));
        const auto query = queryOf(stored);
        const auto metrics = query->metrics({}, {});
        QVERIFY(metrics.has_value());
        QCOMPARE(metrics->size(), std::size_t(3));
        QCOMPARE(metrics->at(0).name, std::string("bytes"));
        QCOMPARE(metrics->at(0).type, std::string("sum"));
        QCOMPARE(metrics->at(0).temporality, std::string("cumulative"));
        QVERIFY(metrics->at(0).isMonotonic);
        QCOMPARE(metrics->at(0).services, (std::vector<std::string>{"cart", "shop"}));
        QCOMPARE(metrics->at(1).type, std::string("histogram"));
        QCOMPARE(metrics->at(2).seriesCount, std::uint64_t(2)); // The order of attributes does not matter.
        QCOMPARE(metrics->at(2).pointCount, std::uint64_t(3));
        QCOMPARE(metrics->at(2).sparkline.front(), 2.25);
        QCOMPARE(metrics->at(2).sparkline.back(), 5.0);
        QVERIFY(std::isnan(metrics->at(2).sparkline[1]));

        const auto series = query->metricSeries("queue.size", {}, {});
        QCOMPARE(series->size(), std::size_t(2));
        QCOMPARE(series->at(0).points.size(), std::size_t(2));
        QCOMPARE(series->at(0).points[1].value, 5.0);
        QCOMPARE(series->at(0).attributes.size(), std::size_t(2));
        const auto latency = query->metricSeries("latency", {}, {});
        QCOMPARE(latency->at(0).points[0].value, 2.5);
        QCOMPARE(latency->at(0).points[0].buckets, (std::vector<std::uint64_t>{1, 2, 1}));
        QVERIFY(latency->at(0).points[0].exemplarTrace == traceId(7));
        query::MetricFilter filter;
        filter.services = {"cart"};
        QCOMPARE(query->metrics(filter, {})->size(), std::size_t(1));
    }

    void everyStoredRecordIsCountedUnderOneOutcome()
    {
        StoredCapture stored;
        const std::string rules
            = "processors:\n  attributes/secrets:\n    actions:\n      - key: user\n        action: delete\n"
              "service:\n  pipelines:\n    traces:\n      receivers: [otlp]\n"
              "      processors: [attributes/secrets]\n      exporters: [otlp]\n";
        const auto revision = stored.capture().addRevision(rules, "", UnixTime(Nanos(1)));
        QVERIFY(revision.has_value());
        QVERIFY(stored.capture().markApplied(*revision, 0).has_value());
        for (std::uint64_t i = 1; i <= 4; ++i)
            QVERIFY(stored.store(Signal::Traces,
                tracesRequest({{"shop", {span(i, i, 0, "a", i, 1), span(i, i + 10, i, "b", i, 1)}}})));
        QVERIFY(stored.judge(Signal::Traces, *revision, 1, std::vector<RecordOutcome>(2)));
        QVERIFY(stored.judge(Signal::Traces, *revision, 3,
            {{Verdict::Dropped, 0, 0, 0}, {Verdict::Dropped, 0, 0, 0}, {Verdict::Dropped, 0, 0, 0},
                {Verdict::Changed, 0, 0, 1}}));
        const auto query = queryOf(stored);
        const auto stats = query->stats({});
        QVERIFY(stats.has_value());
        const auto& traces = stats->signals[indexOf(Signal::Traces)];
        QCOMPARE(traces.stored, std::uint64_t(8));
        QCOMPARE(traces.unchanged, std::uint64_t(2));
        QCOMPARE(traces.dropped, std::uint64_t(3));
        QCOMPARE(traces.changed, std::uint64_t(1));
        QCOMPARE(traces.waiting, std::uint64_t(2));
        QCOMPARE(traces.unchanged + traces.changed + traces.dropped + traces.errors + traces.waiting,
            traces.stored);
        QCOMPARE(stats->traces, std::uint64_t(4));
        QCOMPARE(stats->appliedRevision, *revision);
        QCOMPARE(stats->rules.size(), std::size_t(1));
        QCOMPARE(stats->rules[0].dropped, std::uint64_t(3));
        QCOMPARE(stats->rules[0].changed, std::uint64_t(1));

        const auto page = query->traces({}, kNewest, {}, 10, {});
        QCOMPARE(page->rows[3].outcome.kind, OutcomeKind::Kept);
        QCOMPARE(page->rows[2].outcome.kind, OutcomeKind::Dropped);
        QCOMPARE(page->rows[1].outcome.kind, OutcomeKind::Partly);
        QCOMPARE(page->rows[0].outcome.kind, OutcomeKind::Waiting);
        QCOMPARE(query->trace(traceId(3), {})->spans[1].outcome, OutcomeKind::Changed);
    }

    void whatARuleChangedIsShownWithTheRule()
    {
        StoredCapture stored;
        const std::string rules
            = "processors:\n  attributes/secrets:\n    actions:\n      - key: user\n        action: delete\n"
              "      - key: env\n        value: test\n        action: upsert\n"
              "service:\n  pipelines:\n    traces:\n      receivers: [otlp]\n"
              "      processors: [attributes/secrets]\n      exporters: [otlp]\n";
        const auto revision = stored.capture().addRevision(rules, "", UnixTime(Nanos(1)));
        auto one = span(7, 1, 0, "GET /", 0, 20);
        one.attributes = {{"user", "anna"}, {"path", "/"}};
        QVERIFY(stored.store(Signal::Traces, tracesRequest({{"shop", {one}}})));
        QVERIFY(stored.judge(Signal::Traces, *revision, 1, {{Verdict::Changed, 0, 0, 1}}));
        const auto query = queryOf(stored);
        const auto detail = query->span(1, {});
        QVERIFY(detail.has_value());
        QCOMPARE(detail->outcome.kind, OutcomeKind::Changed);
        QCOMPARE(detail->outcome.rules, (std::vector<std::string>{"attributes/secrets"}));
        const auto* user = changeOf(detail->attributes, "user");
        QVERIFY(user != nullptr);
        QCOMPARE(user->kind, query::AttributeChange::Kind::Removed);
        QCOMPARE(user->rule, std::string("attributes/secrets"));
        const auto* env = changeOf(detail->attributes, "env");
        QVERIFY(env != nullptr);
        QCOMPARE(env->kind, query::AttributeChange::Kind::Added);
        QCOMPARE(env->after, std::string("test"));
        QCOMPARE(changeOf(detail->attributes, "path")->kind, query::AttributeChange::Kind::Unchanged);

        const auto why = query->explain({Signal::Traces, 1}, {});
        QVERIFY(why.has_value());
        QCOMPARE(why->name, std::string("GET /"));
        QCOMPARE(why->steps.size(), std::size_t(1));
        QCOMPARE(why->steps[0].rule, std::string("attributes/secrets"));
        QCOMPARE(why->steps[0].processor, std::string("attributes"));
        QCOMPARE(why->steps[0].effect, OutcomeKind::Changed);
        QCOMPARE(why->steps[0].changes.size(), std::size_t(2));
    }

    void theSameAnswersComeAfterReopening()
    {
        StoredCapture stored;
        for (std::uint64_t i = 1; i <= 30; ++i)
            QVERIFY(stored.store(Signal::Traces,
                tracesRequest({{"shop", {span(1 + i % 10, i, 0, "op " + std::to_string(i % 3), i, i)}}})));
        const auto live = queryOf(stored);
        const auto before = live->traces({}, query::TraceSort::Duration, {}, 50, {});
        QVERIFY(stored.capture().close().has_value());
        const auto again = queryOf(stored);
        QVERIFY(again != nullptr);
        const auto after = again->traces({}, query::TraceSort::Duration, {}, 50, {});
        QCOMPARE(before->rows.size(), std::size_t(10));
        QCOMPARE(after->rows.size(), std::size_t(10));
        for (std::size_t i = 0; i < 10; ++i) {
            QVERIFY(before->rows[i].traceId == after->rows[i].traceId);
            QCOMPARE(before->rows[i].duration, after->rows[i].duration);
        }
    }
};

QTEST_GUILESS_MAIN(CaptureQueryTest)
#include "tst_capture_query.moc"
