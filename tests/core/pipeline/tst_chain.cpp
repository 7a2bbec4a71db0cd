#include "core/pipeline/chain.h"
#include "core/pipeline/payload_builder.h"
#include "core/wire/otlp_fields.h"

#include <QTest>

#include "tests/core/processors/judged.h"

using namespace sluice;
using namespace sluice::test;

namespace {

/// Holds every span for a second; lets those called "a" go and drops the others.
class HoldingProcessor final : public Processor {
public:
    void process(Batch& batch, Verdicts& verdicts, const RequestContext&, UnixTime now, Flow&) override
    {
        for (std::uint32_t i = 0; i < batch.size(); ++i) {
            if (!batch.isKept(i))
                continue;
            m_held.push_back(
                {std::string(batch.encodedRecord(i)), batch.origin(i), batch.record(i).name == "a"});
            verdicts.wait(batch, i);
        }
        m_due = nextOnGrid(now, std::chrono::seconds(1));
    }

    [[nodiscard]] std::optional<UnixTime> nextTimer() const override { return m_due; }
    void advance(UnixTime, Flow& flow) override { letGo(flow); }
    void drain(UnixTime, Flow& flow) override { letGo(flow); }

private:
    struct Held {
        std::string span;
        std::uint64_t origin = 0;
        bool isWanted = false;
    };

    void letGo(Flow& flow)
    {
        m_due.reset();
        PayloadBuilder builder(Signal::Traces);
        builder.beginResource({}, {});
        builder.beginScope({}, {});
        for (const Held& held : m_held) {
            if (held.isWanted)
                builder.add(held.span, held.origin);
            else
                flow.drop(held.origin, 3);
        }
        m_held.clear();
        if (builder.recordCount() > 0)
            flow.release(builder.take());
    }

    std::vector<Held> m_held;
    std::optional<UnixTime> m_due;
};

/// Renames every span.
class RenamingProcessor final : public Processor {
public:
    void process(Batch& batch, Verdicts& verdicts, const RequestContext&, UnixTime, Flow&) override
    {
        for (std::uint32_t i = 0; i < batch.size(); ++i) {
            if (!batch.isKept(i))
                continue;
            batch.message(i).setText(wire::SpanField::kName, "renamed");
            verdicts.change(i);
        }
    }
};

class RefusingProcessor final : public Processor {
public:
    void process(Batch& batch, Verdicts& verdicts, const RequestContext&, UnixTime, Flow&) override
    {
        verdicts.fail(batch, "no");
    }
};

template <class First, class Second>
Chain chainOf()
{
    std::vector<Chain::Link> links;
    links.push_back({0, std::make_unique<First>()});
    links.push_back({1, std::make_unique<Second>()});
    return {"traces", std::move(links)};
}

JudgedRequest requestAt(std::uint64_t firstRecord, const std::vector<std::string>& names)
{
    std::vector<std::string> members;
    for (const std::string& name : names)
        members.push_back("\"name\":\"" + name + '"');
    JudgedRequest request = requestOf(Signal::Traces, spans(members));
    request.sequence = firstRecord;
    request.firstRecord = firstRecord;
    return request;
}

std::vector<PipelineResult> run(Chain& chain, const JudgedRequest& request)
{
    otlp::ScannedRequest scanned;
    [[maybe_unused]] const auto ok = otlp::scan(request.signal, request.body.view(), scanned);
    std::vector<PipelineResult> results;
    chain.run(scanned, request, request.arrival, results);
    return results;
}

} // namespace

class ChainTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatARuleLetsGoLaterPassesTheRulesBehindIt()
    {
        Chain chain = chainOf<HoldingProcessor, RenamingProcessor>();
        const auto before = run(chain, requestAt(10, {"a", "b"}));
        QCOMPARE(before.size(), 1U);
        QVERIFY(before[0].payload.isEmpty());
        QCOMPARE(before[0].outcomes.size(), 2U);
        QCOMPARE(before[0].outcomes[0].verdict, Verdict::Waiting);
        QCOMPARE(chain.waitingCount(), 2U);
        QCOMPARE(chain.oldestWaiting(), std::optional<std::uint64_t>(10));

        std::vector<PipelineResult> results;
        chain.fire(chain.nextTimer().value(), results);
        QCOMPARE(results.size(), 1U);
        QVERIFY(!results[0].isOfRequest);
        QCOMPARE(results[0].origins, std::vector<std::uint64_t>{10});
        QCOMPARE(results[0].settled.size(), 2U);
        for (const SettledRecord& settled : results[0].settled) {
            QCOMPARE(settled.outcome.verdict, settled.record == 10 ? Verdict::Changed : Verdict::Dropped);
            QCOMPARE(settled.outcome.condition, settled.record == 10 ? std::uint16_t{0} : std::uint16_t{3});
        }
        otlp::ScannedRequest scanned;
        QVERIFY(otlp::scan(Signal::Traces, results[0].payload.view(), scanned).has_value());
        QCOMPARE(scanned.records.at(0).name, std::string_view("renamed"));
        QCOMPARE(chain.waitingCount(), 0U);
        QVERIFY(!chain.oldestWaiting());
        QVERIFY(!chain.nextTimer());
    }

    void whatRulesChangedBeforeTheWaitIsPartOfTheOutcome()
    {
        Chain chain = chainOf<RenamingProcessor, HoldingProcessor>();
        run(chain, requestAt(1, {"x"}));
        std::vector<PipelineResult> results;
        chain.drain({}, results);
        QCOMPARE(results.size(), 1U);
        QCOMPARE(results[0].settled.at(0).outcome, (RecordOutcome{Verdict::Dropped, 1, 3, 1}));
        QVERIFY(results[0].payload.isEmpty());
    }

    void aRefusedRequestDoesNotLeaveAndIsSeenByNoLaterRule()
    {
        Chain chain = chainOf<RefusingProcessor, RenamingProcessor>();
        const auto results = run(chain, requestAt(1, {"a"}));
        QCOMPARE(results.size(), 1U);
        QCOMPARE(results[0].error, std::string("no"));
        QVERIFY(results[0].payload.isEmpty());
        QCOMPARE(results[0].outcomes.at(0), (RecordOutcome{Verdict::Error, 0, 0, 0}));
    }

    void everyRecordThatWaitedIsSettledOnce()
    {
        Chain chain = chainOf<HoldingProcessor, RenamingProcessor>();
        run(chain, requestAt(1, {"a", "b", "c"}));
        run(chain, requestAt(4, {"a", "a"}));
        QCOMPARE(chain.waitingCount(), 5U);
        std::vector<PipelineResult> results;
        chain.drain({}, results);
        std::vector<std::uint64_t> settled;
        for (const PipelineResult& result : results) {
            for (const SettledRecord& record : result.settled)
                settled.push_back(record.record);
        }
        std::sort(settled.begin(), settled.end());
        QCOMPARE(settled, (std::vector<std::uint64_t>{1, 2, 3, 4, 5}));
    }
};

QTEST_GUILESS_MAIN(ChainTest)
#include "tst_chain.moc"
