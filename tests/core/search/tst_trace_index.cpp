#include "core/search/trace_index.h"
#include "core/search/trace_search.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "tests/support/otlp_builder.h"

using namespace sluice;
using namespace sluice::search;
using query::OutcomeKind;
using sluice::testing::traceId;

namespace {

/// One span of the oracle, which knows nothing but a list of them.
struct Span {
    std::uint64_t sequence = 0;
    std::int64_t chunk = 0;
    TraceId trace;
    std::uint64_t start = 0;
    std::uint64_t end = 0;
    std::string service;
    std::string name;
    bool isRoot = false;
    bool isError = false;
    OutcomeKind outcome = OutcomeKind::Waiting;
    std::string rule;
};

struct Trace {
    TraceId id;
    std::uint64_t start = UINT64_MAX;
    std::uint64_t end = 0;
    std::uint64_t spans = 0, errors = 0, dropped = 0, changed = 0, kept = 0, failed = 0;
    std::set<std::string> services, names, rules, droppedBy;
    std::string rootName;
    bool hasRoot = false;
    std::uint64_t last = 0;

    [[nodiscard]] std::uint64_t duration() const { return end > start ? end - start : 0; }
    [[nodiscard]] OutcomeKind outcome() const
    {
        if (failed > 0)
            return OutcomeKind::Error;
        if (dropped > 0)
            return dropped == spans ? OutcomeKind::Dropped : OutcomeKind::Partly;
        if (changed > 0)
            return OutcomeKind::Changed;
        return kept == spans ? OutcomeKind::Kept : OutcomeKind::Waiting;
    }
};

std::string lower(std::string text)
{
    std::ranges::transform(
        text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return text;
}

/// A capture made by chance: the index and the list of spans that it was made from.
class World {
public:
    explicit World(std::uint32_t seed)
        : m_random(seed)
    {
    }

    std::size_t below(std::size_t limit) { return m_random() % limit; }

    void addChunk(std::size_t spans)
    {
        Chunk chunk;
        chunk.info.id = ++m_lastChunk;
        chunk.info.firstRecord = m_nextSequence;
        ChunkColumns& columns = chunk.columns;
        columns.strings = {"", "shop", "Cart", "pay", "GET /", "PUT /cart", "load"};
        for (std::size_t i = 0; i < spans; ++i) {
            Span span;
            span.sequence = m_nextSequence++;
            span.chunk = m_lastChunk;
            span.trace = traceId(1 + below(60) + m_nextSequence / 8);
            span.start = 1'000'000 + m_nextSequence * 100 + below(2'000);
            span.end = span.start + below(5'000);
            const std::size_t service = below(4);
            span.service = service == 0 ? "unknown_service" : columns.strings[service];
            const std::size_t name = 4 + below(3);
            span.name = columns.strings[name];
            span.isRoot = below(6) == 0;
            span.isError = below(9) == 0;
            columns.startUnixNano.push_back(span.start);
            columns.endUnixNano.push_back(span.end);
            columns.traceId.push_back(span.trace);
            columns.kind.push_back(1);
            columns.status.push_back(span.isError ? 2 : 0);
            columns.flags.push_back(span.isRoot ? ChunkColumns::kIsRoot : std::uint8_t{0});
            columns.findings.push_back(0);
            columns.service.push_back(static_cast<std::uint32_t>(service));
            columns.name.push_back(static_cast<std::uint32_t>(name));
            columns.request.push_back(0);
            columns.offset.push_back(0);
            columns.length.push_back(0);
            m_spans.push_back(std::move(span));
        }
        m_index.add(chunk);
        m_index.add(chunk); // What is known already does not count twice.
        m_index.settle();
    }

    /// Judges all spans that wait, in one range.
    void judgeAll()
    {
        const auto first = std::ranges::find(m_spans, OutcomeKind::Waiting, &Span::outcome);
        if (first == m_spans.end())
            return;
        OutcomeRange range{"traces", 1, Signal::Traces, first->sequence,
            static_cast<std::uint32_t>(m_nextSequence - first->sequence), {}};
        const std::vector<std::string> rules{"filter/health", "attributes/secrets", "transform"};
        std::vector<RecordOutcome> outcomes;
        for (auto span = first; span != m_spans.end(); ++span) {
            RecordOutcome outcome;
            switch (below(12)) {
            case 0: outcome = {Verdict::Dropped, 0, 0, 0}; break;
            case 1: outcome = {Verdict::Changed, 0, 0, 2}; break;
            case 2: outcome = {Verdict::Dropped, 2, 0, 2}; break;
            case 3: outcome = {below(5) == 0 ? Verdict::Error : Verdict::Kept, 1, 0, 0}; break;
            default: break;
            }
            span->outcome = static_cast<OutcomeKind>(outcome.verdict);
            if (outcome.verdict == Verdict::Dropped)
                span->rule = rules[outcome.rule];
            if (outcome.changedBy != 0)
                m_changedBy.insert(span->sequence);
            outcomes.push_back(outcome);
        }
        m_index.judge(range, outcomes, rules);
        m_index.settle();
    }

    void removeBefore(std::int64_t chunk)
    {
        m_index.removeBefore(chunk);
        m_index.settle();
        std::erase_if(m_spans, [chunk](const Span& span) { return span.chunk < chunk; });
    }

    [[nodiscard]] std::map<TraceId, Trace> traces() const
    {
        std::map<TraceId, Trace> traces;
        for (const Span& span : m_spans) {
            Trace& trace = traces[span.trace];
            trace.id = span.trace;
            trace.start = std::min(trace.start, span.start);
            trace.end = std::max(trace.end, span.end);
            ++trace.spans;
            trace.errors += span.isError ? 1 : 0;
            trace.dropped += span.outcome == OutcomeKind::Dropped ? 1 : 0;
            trace.changed += span.outcome == OutcomeKind::Changed ? 1 : 0;
            trace.kept += span.outcome == OutcomeKind::Kept ? 1 : 0;
            trace.failed += span.outcome == OutcomeKind::Error ? 1 : 0;
            trace.services.insert(span.service);
            trace.names.insert(lower(span.name));
            if (!span.rule.empty()) {
                trace.rules.insert(span.rule);
                trace.droppedBy.insert(span.rule);
            }
            if (m_changedBy.contains(span.sequence))
                trace.rules.insert("attributes/secrets");
            if (span.isRoot && !trace.hasRoot) {
                trace.hasRoot = true;
                trace.rootName = span.name;
            }
            trace.last = std::max(trace.last, span.sequence);
        }
        return traces;
    }

    query::TraceFilter filter()
    {
        query::TraceFilter filter;
        const auto maybe = [this] { return below(4) == 0; };
        if (maybe())
            filter.services = {below(2) == 0 ? "shop" : "pay", "Cart"};
        if (maybe())
            filter.rootOperations = {"GET /"};
        if (maybe())
            filter.textInNames = below(2) == 0 ? "CART" : "lo";
        if (maybe())
            filter.minDuration = Nanos(1'000 + below(5'000));
        if (maybe())
            filter.maxDuration = Nanos(3'000 + below(9'000));
        if (maybe())
            filter.hasErrors = below(2) == 0;
        if (maybe())
            filter.outcomes = {OutcomeKind::Partly, static_cast<OutcomeKind>(below(5))};
        if (maybe())
            filter.outcomeRules = {below(2) == 0 ? "transform" : "attributes/secrets"};
        if (maybe())
            filter.time = TimeRange{UnixTime(Nanos(1'000'000 + static_cast<std::int64_t>(below(20'000)))),
                UnixTime(Nanos(1'020'000 + static_cast<std::int64_t>(below(40'000))))};
        return filter;
    }

    [[nodiscard]] static bool accepts(const query::TraceFilter& filter, const Trace& trace)
    {
        const auto has = [](const auto& list, const auto& value) {
            return std::ranges::find(list, value) != list.end();
        };
        const auto anyOf = [&](const auto& list, const auto& set) {
            return list.empty()
                || std::ranges::any_of(list, [&](const auto& one) { return set.contains(one); });
        };
        const Nanos duration(static_cast<std::int64_t>(trace.duration()));
        return (!filter.time || filter.time->contains(fromUnixNano(trace.start)))
            && anyOf(filter.services, trace.services) && anyOf(filter.outcomeRules, trace.rules)
            && (filter.rootOperations.empty()
                || (trace.hasRoot && has(filter.rootOperations, trace.rootName)))
            && std::ranges::any_of(trace.names,
                [&](const std::string& name) {
                    return name.find(lower(filter.textInNames)) != std::string::npos;
                })
            && (!filter.minDuration || duration >= *filter.minDuration)
            && (!filter.maxDuration || duration <= *filter.maxDuration)
            && (!filter.hasErrors || (trace.errors > 0) == *filter.hasErrors)
            && (filter.outcomes.empty() || has(filter.outcomes, trace.outcome()));
    }

    [[nodiscard]] std::vector<Trace> matching(const query::TraceFilter& filter, query::TraceSort sort) const
    {
        std::vector<Trace> found;
        for (const auto& [id, trace] : traces()) {
            if (accepts(filter, trace))
                found.push_back(trace);
        }
        const auto value = [sort](const Trace& trace) {
            switch (sort) {
            case query::TraceSort::Newest: return trace.start;
            case query::TraceSort::Duration: return trace.duration();
            case query::TraceSort::Spans: return trace.spans;
            case query::TraceSort::Errors: break;
            }
            return trace.errors;
        };
        std::ranges::sort(found, [&](const Trace& a, const Trace& b) {
            return value(a) != value(b) ? value(a) > value(b) : a.id > b.id;
        });
        return found;
    }

    [[nodiscard]] const TraceIndex& index() const { return m_index; }

private:
    std::mt19937 m_random;
    std::vector<Span> m_spans;
    std::set<std::uint64_t> m_changedBy;
    TraceIndex m_index;
    std::uint64_t m_nextSequence = 1;
    std::int64_t m_lastChunk = 0;
};

std::uint64_t countIn(const query::Facet& facet, std::string_view value)
{
    const auto it = std::ranges::find(facet.values, value, &query::FacetValue::value);
    return it == facet.values.end() ? 0 : it->count;
}

void buildUp(World& world)
{
    for (int step = 0; step < 12; ++step) {
        world.addChunk(1 + world.below(40));
        if (world.below(2) == 0)
            world.judgeAll();
    }
}

} // namespace

class TraceIndexTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rowsHoldWhatTheirSpansSay()
    {
        for (std::uint32_t seed = 1; seed <= 20; ++seed) {
            World world(seed);
            buildUp(world);
            const auto traces = world.traces();
            QCOMPARE(world.index().traceCount(), traces.size());
            for (const auto& [id, trace] : traces) {
                const auto row = world.index().find(id);
                QVERIFY(row.has_value());
                const query::TraceSummary summary = world.index().summary(*row);
                QCOMPARE(toUnixNano(summary.start), trace.start);
                QCOMPARE(static_cast<std::uint64_t>(summary.duration.count()), trace.duration());
                QCOMPARE(std::uint64_t(summary.spanCount), trace.spans);
                QCOMPARE(std::uint64_t(summary.errorCount), trace.errors);
                QCOMPARE(summary.hasRoot, trace.hasRoot);
                if (trace.hasRoot)
                    QCOMPARE(summary.rootName, trace.rootName);
                QCOMPARE(std::set(summary.services.begin(), summary.services.end()), trace.services);
                QCOMPARE(summary.services.front(), summary.rootService);
                QCOMPARE(summary.lastSequence, trace.last);
                QCOMPARE(summary.outcome.kind, trace.outcome());
                if (trace.outcome() == OutcomeKind::Dropped || trace.outcome() == OutcomeKind::Partly)
                    QCOMPARE(std::set(summary.outcome.rules.begin(), summary.outcome.rules.end()),
                        trace.droppedBy);
            }
        }
    }

    void pagesGiveEveryMatchingTraceOnceInOrder()
    {
        for (std::uint32_t seed = 1; seed <= 40; ++seed) {
            World world(seed);
            buildUp(world);
            for (int round = 0; round < 8; ++round) {
                const query::TraceFilter filter = world.filter();
                const auto sort = static_cast<query::TraceSort>(world.below(4));
                const auto expected = world.matching(filter, sort);
                std::vector<TraceId> found;
                std::optional<query::PageKey> after;
                do {
                    const auto page
                        = pageOfTraces(world.index(), filter, sort, after, 1 + world.below(7), {});
                    QVERIFY(page.has_value());
                    for (const auto row : page->rows)
                        found.push_back(world.index().id(row));
                    after = page->next;
                } while (after);
                QCOMPARE(found.size(), expected.size());
                for (std::size_t i = 0; i < found.size(); ++i)
                    QVERIFY(found[i] == expected[i].id);
            }
        }
    }

    void countsColumnsAndNewerTracesAgreeWithTheList()
    {
        for (std::uint32_t seed = 1; seed <= 30; ++seed) {
            World world(seed);
            buildUp(world);
            const query::TraceFilter filter = world.filter();
            const auto expected = world.matching(filter, query::TraceSort::Newest);
            const auto counts = countTraces(world.index(), filter, {});
            QVERIFY(counts.has_value());
            QCOMPARE(counts->matching, expected.size());
            QCOMPARE(counts->total, world.traces().size());
            QCOMPARE(counts->withErrors,
                std::uint64_t(std::ranges::count_if(expected, [](const Trace& t) { return t.errors > 0; })));

            query::TraceFilter anyTime = filter;
            anyTime.time.reset();
            const TimeRange all{UnixTime(Nanos(0)), UnixTime(Nanos(10'000'000))};
            const auto histogram = histogramOfTraces(world.index(), filter, all, 7, {});
            QVERIFY(histogram.has_value());
            QCOMPARE(histogram->buckets.size(), std::size_t(7));
            std::uint64_t sum = 0;
            for (const query::TimeBucket& bucket : histogram->buckets)
                sum += bucket.ok + bucket.error + bucket.dropped;
            QCOMPARE(sum, std::uint64_t(world.matching(anyTime, query::TraceSort::Newest).size()));

            const std::uint64_t sequence = world.below(300);
            const auto newer = countNewerTraces(world.index(), filter, sequence, {});
            QCOMPARE(*newer, std::uint64_t(std::ranges::count_if(expected, [&](const Trace& t) {
                return t.last > sequence;
            })));
        }
    }

    void aFacetIgnoresItsOwnRestrictionOnly()
    {
        for (std::uint32_t seed = 1; seed <= 30; ++seed) {
            World world(seed);
            buildUp(world);
            const query::TraceFilter filter = world.filter();
            const auto facets = facetsOfTraces(world.index(), filter, false, {});
            QVERIFY(facets.has_value());
            QCOMPARE(facets->size(), std::size_t(4));

            query::TraceFilter open = filter;
            open.services.clear();
            const auto anyService = world.matching(open, query::TraceSort::Newest);
            for (const std::string service : {"shop", "Cart", "pay", "unknown_service"})
                QCOMPARE(countIn((*facets)[2], service),
                    std::uint64_t(std::ranges::count_if(
                        anyService, [&](const Trace& t) { return t.services.contains(service); })));

            open = filter;
            open.outcomes.clear();
            open.outcomeRules.clear();
            const auto anyOutcome = world.matching(open, query::TraceSort::Newest);
            for (std::size_t kind = 0; kind < 6; ++kind)
                QCOMPARE(countIn((*facets)[0], nameOf(static_cast<OutcomeKind>(kind))),
                    std::uint64_t(std::ranges::count_if(anyOutcome,
                        [&](const Trace& t) { return t.outcome() == static_cast<OutcomeKind>(kind); })));

            open = filter;
            open.rootOperations.clear();
            const auto anyRoot = world.matching(open, query::TraceSort::Newest);
            QCOMPARE(countIn((*facets)[3], "load"),
                std::uint64_t(std::ranges::count_if(
                    anyRoot, [](const Trace& t) { return t.hasRoot && t.rootName == "load"; })));
        }
    }

    void whatRetentionTookDoesNotCountAnyMore()
    {
        for (std::uint32_t seed = 1; seed <= 20; ++seed) {
            World world(seed);
            buildUp(world);
            for (const std::int64_t chunk : {3, 7, 11}) {
                world.removeBefore(chunk);
                world.addChunk(20);
                world.judgeAll();
                const auto traces = world.traces();
                QCOMPARE(world.index().traceCount(), traces.size());
                std::uint64_t spans = 0;
                for (const auto& [id, trace] : traces) {
                    const auto row = world.index().find(id);
                    QVERIFY(row.has_value());
                    QCOMPARE(std::uint64_t(world.index().spans(*row)), trace.spans);
                    QCOMPARE(std::uint64_t(world.index().errors(*row)), trace.errors);
                    QCOMPARE(world.index().outcome(*row), trace.outcome());
                    spans += trace.spans;
                }
                QCOMPARE(world.index().spanCount(), spans);
                QVERIFY(std::ranges::is_sorted(world.index().order(), {}, &TraceIndex::Place::start));
            }
            world.removeBefore(INT64_MAX);
            QCOMPARE(world.index().traceCount(), std::size_t(0));
            world.addChunk(10);
            QCOMPARE(world.index().traceCount(), world.traces().size());
        }
    }

    void aStoppedQuestionIsCancelled()
    {
        World world(1);
        buildUp(world);
        std::stop_source source;
        source.request_stop();
        const auto counts = countTraces(world.index(), {}, source.get_token());
        QVERIFY(!counts.has_value());
        QCOMPARE(counts.error().kind, query::QueryFailure::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TraceIndexTest)
#include "tst_trace_index.moc"
