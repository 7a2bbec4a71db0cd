#include "core/search/trace_search.h"

#include "core/search/facet_counts.h"
#include "core/search/failure.h"

#include <algorithm>
#include <array>
#include <map>

namespace sluice::search {
namespace {

using Row = TraceIndex::Row;
using Filter = CompiledTraceFilter;

constexpr std::size_t kRowsBetweenLooks = 8192;

/// Calls `each(row)` for the rows at [first, end) of the order, oldest first. False when stopped.
template <class Each>
bool forEachRow(
    const TraceIndex& index, std::size_t first, std::size_t end, const std::stop_token& stop, Each&& each)
{
    const auto order = index.order();
    while (first < end) {
        if (stop.stop_requested())
            return false;
        const std::size_t until = std::min(end, first + kRowsBetweenLooks);
        for (; first < until; ++first)
            each(order[first].row);
    }
    return true;
}

std::uint64_t sortValue(const TraceIndex& index, Row row, query::TraceSort sort)
{
    switch (sort) {
    case query::TraceSort::Newest: return index.start(row);
    case query::TraceSort::Duration: return index.duration(row);
    case query::TraceSort::Spans: return index.spans(row);
    case query::TraceSort::Errors: return index.errors(row);
    }
    return 0;
}

query::PageKey keyOf(const TraceIndex& index, Row row, query::TraceSort sort)
{
    return {sortValue(index, row, sort), index.id(row), 0};
}

query::Answer<RowPage> newestTraces(const TraceIndex& index, const Filter& filter,
    const std::optional<query::PageKey>& after, std::size_t limit, const std::stop_token& stop)
{
    const auto order = index.order();
    std::size_t at = filter.endPlace();
    if (after)
        at = std::min(at, index.placeOf(after->sortValue, after->traceId));
    RowPage page;
    std::size_t looks = 0;
    while (at > filter.firstPlace()) {
        if (++looks % kRowsBetweenLooks == 0 && stop.stop_requested())
            return fail(cancelled());
        const Row row = order[--at].row;
        if (!filter.accepts(row))
            continue;
        if (page.rows.size() == limit) {
            if (limit > 0)
                page.next = keyOf(index, page.rows.back(), query::TraceSort::Newest);
            break;
        }
        page.rows.push_back(row);
    }
    return page;
}

/// The best `limit` rows by another value than the time: one look at each row, a heap of those kept.
query::Answer<RowPage> topTraces(const TraceIndex& index, const Filter& filter, query::TraceSort sort,
    const std::optional<query::PageKey>& after, std::size_t limit, const std::stop_token& stop)
{
    struct Candidate {
        std::uint64_t value = 0;
        Row row = 0;
    };
    const auto better = [&](const Candidate& a, const Candidate& b) {
        return a.value != b.value ? a.value > b.value : index.id(a.row) > index.id(b.row);
    };
    std::vector<Candidate> kept; // A heap with the worst in front.
    bool isMore = false;
    const bool done = forEachRow(index, filter.firstPlace(), filter.endPlace(), stop, [&](Row row) {
        const Candidate candidate{sortValue(index, row, sort), row};
        if (after
            && (candidate.value != after->sortValue ? candidate.value > after->sortValue
                                                    : index.id(row) >= after->traceId))
            return;
        if (kept.size() == limit && (limit == 0 || !better(candidate, kept.front()))) {
            isMore = isMore || filter.accepts(row);
            return;
        }
        if (!filter.accepts(row))
            return;
        if (kept.size() == limit) {
            isMore = true;
            std::ranges::pop_heap(kept, better);
            kept.pop_back();
        }
        kept.push_back(candidate);
        std::ranges::push_heap(kept, better);
    });
    if (!done)
        return fail(cancelled());
    std::ranges::sort(kept, better);
    RowPage page;
    for (const Candidate& candidate : kept)
        page.rows.push_back(candidate.row);
    if (isMore && !page.rows.empty())
        page.next = keyOf(index, page.rows.back(), sort);
    return page;
}

} // namespace

query::Answer<RowPage> pageOfTraces(const TraceIndex& index, const query::TraceFilter& filter,
    query::TraceSort sort, const std::optional<query::PageKey>& after, std::size_t limit,
    const std::stop_token& stop)
{
    SLUICE_TRY_AS(const Filter compiled, Filter::compile(index, filter, stop));
    return sort == query::TraceSort::Newest ? newestTraces(index, compiled, after, limit, stop)
                                            : topTraces(index, compiled, sort, after, limit, stop);
}

query::Answer<query::TraceCounts> countTraces(
    const TraceIndex& index, const query::TraceFilter& filter, const std::stop_token& stop)
{
    SLUICE_TRY_AS(const Filter compiled, Filter::compile(index, filter, stop));
    query::TraceCounts counts;
    counts.total = index.traceCount();
    const bool done = forEachRow(index, compiled.firstPlace(), compiled.endPlace(), stop, [&](Row row) {
        if (!compiled.accepts(row))
            return;
        ++counts.matching;
        counts.withErrors += index.errors(row) > 0 ? 1U : 0U;
        counts.dropped += index.outcome(row) == query::OutcomeKind::Dropped ? 1U : 0U;
    });
    if (!done)
        return fail(cancelled());
    return counts;
}

query::Answer<query::TimeHistogram> histogramOfTraces(const TraceIndex& index,
    const query::TraceFilter& filter, TimeRange range, std::size_t buckets, const std::stop_token& stop)
{
    query::TimeHistogram histogram;
    histogram.begin = range.begin;
    if (range.isEmpty() || buckets == 0)
        return histogram;
    const std::uint64_t width = bucketWidth(range, buckets);
    histogram.bucket = Nanos(static_cast<std::int64_t>(width));
    histogram.buckets.resize(buckets);

    query::TraceFilter inRange = filter;
    inRange.time = range;
    SLUICE_TRY_AS(const Filter compiled, Filter::compile(index, inRange, stop));
    const std::uint64_t begin = toUnixNano(range.begin);
    const bool done = forEachRow(index, compiled.firstPlace(), compiled.endPlace(), stop, [&](Row row) {
        if (!compiled.accepts(row))
            return;
        query::TimeBucket& bucket = histogram.buckets[(index.start(row) - begin) / width];
        if (index.outcome(row) == query::OutcomeKind::Dropped)
            ++bucket.dropped;
        else
            ++(index.errors(row) > 0 ? bucket.error : bucket.ok);
    });
    if (!done)
        return fail(cancelled());
    return histogram;
}

query::Answer<std::vector<query::Facet>> facetsOfTraces(const TraceIndex& index,
    const query::TraceFilter& filter, bool withHttpStatus, const std::stop_token& stop)
{
    SLUICE_TRY_AS(const Filter compiled, Filter::compile(index, filter, stop));
    std::array<std::uint64_t, kOutcomeKinds> outcomes{};
    std::array<std::uint64_t, 2> status{};
    std::vector<std::uint64_t> serviceLists(index.services().size());
    std::vector<std::uint64_t> droppedBy(index.rules().size()); // By list of rules.
    std::vector<std::uint64_t> operations(index.strings().size());
    std::vector<std::uint64_t> httpStatus(index.strings().size());

    const bool done = forEachRow(index, compiled.firstPlace(), compiled.endPlace(), stop, [&](Row row) {
        // A facet counts what passes all other conditions: nothing failed, or nothing but its own.
        const std::uint32_t failed = compiled.failures(row);
        const auto passes = [failed](std::uint32_t own) { return (failed & ~own) == 0; };
        if (passes(Filter::kOutcome | Filter::kRule)) {
            ++outcomes[static_cast<std::size_t>(index.outcome(row))];
            if (index.outcome(row) == query::OutcomeKind::Dropped)
                ++droppedBy[index.ruleList(row)];
        }
        if (passes(Filter::kErrors))
            ++status[index.errors(row) > 0 ? 1 : 0];
        if (passes(Filter::kService))
            ++serviceLists[index.serviceList(row)];
        if (index.hasRoot(row)) {
            if (passes(Filter::kRootOperation))
                ++operations[index.rootName(row)];
            if (withHttpStatus && index.httpStatus(row) != 0 && passes(Filter::kHttpStatus))
                ++httpStatus[index.httpStatus(row)];
        }
    });
    if (!done)
        return fail(cancelled());

    std::vector<query::Facet> facets;
    query::Facet outcome = outcomeFacet(outcomes);
    for (query::FacetValue& value : outcome.values) {
        if (value.value != nameOf(query::OutcomeKind::Dropped))
            continue;
        std::map<std::uint32_t, std::uint64_t> byRule;
        for (std::uint32_t list = 0; list < droppedBy.size(); ++list) {
            for (const std::uint32_t mark : index.rules().items(list)) {
                if (droppedBy[list] > 0 && RuleMark::kind(mark) == RuleMark::Kind::Dropped)
                    byRule[RuleMark::rule(mark)] += droppedBy[list];
            }
        }
        for (const auto& [rule, count] : byRule)
            value.children.push_back({index.strings().text(rule), count, {}});
        mostFrequentFirst(value.children);
    }
    facets.push_back(std::move(outcome));

    query::Facet statusFacet{"status", {}};
    if (status[0] > 0)
        statusFacet.values.push_back({"ok", status[0], {}});
    if (status[1] > 0)
        statusFacet.values.push_back({"error", status[1], {}});
    mostFrequentFirst(statusFacet.values);
    facets.push_back(std::move(statusFacet));

    std::vector<std::uint64_t> services(index.strings().size());
    for (std::uint32_t list = 0; list < serviceLists.size(); ++list) {
        for (const std::uint32_t service : index.services().items(list))
            services[service] += serviceLists[list];
    }
    facets.push_back(facetOf("service", index.strings(), services));
    facets.push_back(facetOf("root operation", index.strings(), operations));
    if (withHttpStatus)
        facets.push_back(facetOf("http.response.status_code", index.strings(), httpStatus));
    return facets;
}

query::Answer<std::uint64_t> countNewerTraces(const TraceIndex& index, const query::TraceFilter& filter,
    std::uint64_t sequence, const std::stop_token& stop)
{
    SLUICE_TRY_AS(const Filter compiled, Filter::compile(index, filter, stop));
    std::uint64_t newer = 0;
    const bool done = forEachRow(index, compiled.firstPlace(), compiled.endPlace(), stop,
        [&](Row row) { newer += index.lastSequence(row) > sequence && compiled.accepts(row) ? 1U : 0U; });
    if (!done)
        return fail(cancelled());
    return newer;
}

} // namespace sluice::search
