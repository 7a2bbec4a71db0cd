#include "core/search/outcome_ledger.h"

#include "core/search/failure.h"

#include <algorithm>
#include <bit>

namespace sluice::search {

OutcomeLedger::OutcomeLedger(ReaderPool& readers, RuleBook& rules)
    : m_readers(readers)
    , m_rules(rules)
{
}

void OutcomeLedger::judge(State& state, const OutcomeRange& range)
{
    const auto outcomes = decodeOutcomes(range.outcomes, range.recordCount);
    if (!outcomes)
        return; // Stays "waiting"; verify() tells that it is damaged.
    PerSignal& signal = state.signals[indexOf(range.signal)];
    const std::uint64_t end = range.firstRecord + range.recordCount;
    if (end > signal.first + signal.kinds.size())
        signal.kinds.resize(static_cast<std::size_t>(end - signal.first), query::OutcomeKind::Waiting);
    for (std::uint64_t sequence = std::max(range.firstRecord, signal.first); sequence < end; ++sequence) {
        query::OutcomeKind& kind = signal.kinds[static_cast<std::size_t>(sequence - signal.first)];
        RecordOutcome outcome;
        if (!outcomes->empty())
            outcome = (*outcomes)[static_cast<std::size_t>(sequence - range.firstRecord)];
        const query::OutcomeKind now = merged(kind, kindOf(outcome.verdict));
        if (kind != query::OutcomeKind::Waiting)
            --signal.counts[static_cast<std::size_t>(kind)];
        if (now != query::OutcomeKind::Waiting)
            ++signal.counts[static_cast<std::size_t>(now)];
        kind = now;

        for (std::uint64_t bits = outcome.changedBy; bits != 0; bits &= bits - 1) {
            const auto rule = static_cast<std::uint16_t>(std::countr_zero(bits));
            ++state.rules[{range.revision, range.pipeline, rule}].changed;
        }
        if (outcome.verdict == Verdict::Dropped)
            ++state.rules[{range.revision, range.pipeline, outcome.rule}].dropped;
        else if (outcome.verdict == Verdict::Error)
            ++state.rules[{range.revision, range.pipeline, outcome.rule}].errors;
    }
}

query::Answer<query::CaptureStats> OutcomeLedger::stats(const std::stop_token& stop)
{
    SLUICE_TRY_AS(const auto reader, m_readers.borrow());
    const auto info = reader->info();
    if (!info)
        return fail(toQueryError(info.error()));
    const auto revisions = reader->revisions();
    if (!revisions)
        return fail(toQueryError(revisions.error()));

    query::CaptureStats stats;
    stats.path = info->path;
    stats.isTemporary = info->temporary;
    stats.fileBytes = info->fileBytes;
    stats.firstArrival = info->firstArrival;
    stats.lastArrival = info->lastArrival;
    for (const StoredRevision& revision : *revisions) {
        if (revision.applied)
            stats.appliedRevision = revision.number;
    }
    const auto counted = m_state.with([&](State& state) -> query::Answer<void> {
        for (const Signal signal : kSignals) {
            const SignalTotals& totals = info->signals[indexOf(signal)];
            PerSignal& known = state.signals[indexOf(signal)];
            const std::uint64_t next = totals.records + 1;
            const std::uint64_t first = totals.removedRecords + 1;
            SLUICE_TRY(known.feed.read(
                *reader, next, [&](const OutcomeRange& range) { judge(state, range); }, stop));
            for (; known.first < first; ++known.first) {
                if (known.kinds.empty())
                    continue;
                if (known.kinds.front() != query::OutcomeKind::Waiting)
                    --known.counts[static_cast<std::size_t>(known.kinds.front())];
                known.kinds.pop_front();
            }
            query::CaptureStats::PerSignal& to = stats.signals[indexOf(signal)];
            to.requests = totals.requests;
            to.received = totals.records;
            to.removed = totals.removedRecords;
            to.stored = totals.records - totals.removedRecords;
            to.findings = totals.findings;
            to.rawBytes = totals.rawBytes;
            to.storedBytes = totals.storedBytes;
            const auto count
                = [&](query::OutcomeKind kind) { return known.counts[static_cast<std::size_t>(kind)]; };
            to.unchanged = count(query::OutcomeKind::Kept);
            to.changed = count(query::OutcomeKind::Changed);
            to.dropped = count(query::OutcomeKind::Dropped);
            to.errors = count(query::OutcomeKind::Error);
            to.waiting = to.stored - to.unchanged - to.changed - to.dropped - to.errors;
        }
        for (const auto& [key, counts] : state.rules) {
            if (key.revision != stats.appliedRevision)
                continue;
            const auto rules = m_rules.rules(*reader, key.revision, key.pipeline);
            query::RuleCounts named = counts;
            named.pipeline = key.pipeline;
            named.rule = key.rule < rules.size() ? rules[key.rule] : "rule " + std::to_string(key.rule + 1);
            stats.rules.push_back(std::move(named));
        }
        return {};
    });
    if (!counted)
        return fail(counted.error());
    return stats;
}

} // namespace sluice::search
