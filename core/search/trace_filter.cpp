#include "core/search/trace_filter.h"

#include "core/search/failure.h"
#include "core/search/text.h"

#include <limits>
#include <string_view>

namespace sluice::search {
namespace {

constexpr std::size_t kBlocksBetweenLooks = 64; ///< About 100,000 spans: far below a millisecond.

std::vector<std::uint32_t> idsOf(const StringTable& strings, const std::vector<std::string>& texts)
{
    std::vector<std::uint32_t> ids;
    for (const std::string& text : texts) {
        if (const std::uint32_t id = strings.find(text); id != StringTable::kNone)
            ids.push_back(id);
    }
    std::ranges::sort(ids);
    return ids;
}

std::uint64_t nanosOf(Nanos duration)
{
    return duration.count() < 0 ? 0 : static_cast<std::uint64_t>(duration.count());
}

} // namespace

query::Answer<CompiledTraceFilter> CompiledTraceFilter::compile(
    const TraceIndex& index, const query::TraceFilter& filter, const std::stop_token& stop)
{
    CompiledTraceFilter compiled(index);
    compiled.m_endPlace = index.order().size();
    if (filter.time) {
        compiled.m_active |= kTime;
        compiled.m_begin = toUnixNano(filter.time->begin);
        compiled.m_end = std::max(compiled.m_begin, toUnixNano(filter.time->end));
        compiled.m_firstPlace = index.placeOf(compiled.m_begin, {});
        compiled.m_endPlace = index.placeOf(compiled.m_end, {});
    }
    if (!filter.services.empty()) {
        compiled.m_active |= kService;
        const auto wanted = idsOf(index.strings(), filter.services);
        compiled.m_serviceLists.resize(index.services().size());
        for (std::uint32_t list = 0; list < index.services().size(); ++list) {
            compiled.m_serviceLists[list] = std::ranges::any_of(index.services().items(list),
                [&](std::uint32_t service) { return std::ranges::binary_search(wanted, service); });
        }
    }
    if (!filter.rootOperations.empty()) {
        compiled.m_active |= kRootOperation;
        compiled.m_rootNames = idsOf(index.strings(), filter.rootOperations);
    }
    if (filter.minDuration || filter.maxDuration) {
        compiled.m_active |= kDuration;
        compiled.m_minDuration = filter.minDuration ? nanosOf(*filter.minDuration) : 0;
        compiled.m_maxDuration
            = filter.maxDuration ? nanosOf(*filter.maxDuration) : std::numeric_limits<std::uint64_t>::max();
    }
    if (filter.hasErrors) {
        compiled.m_active |= kErrors;
        compiled.m_wantsErrors = *filter.hasErrors;
    }
    if (!filter.outcomes.empty()) {
        compiled.m_active |= kOutcome;
        for (const query::OutcomeKind kind : filter.outcomes)
            compiled.m_outcomes |= 1U << static_cast<std::uint32_t>(kind);
    }
    if (!filter.outcomeRules.empty()) {
        compiled.m_active |= kRule;
        const auto wanted = idsOf(index.strings(), filter.outcomeRules);
        compiled.m_ruleLists.resize(index.rules().size());
        for (std::uint32_t list = 0; list < index.rules().size(); ++list) {
            compiled.m_ruleLists[list]
                = std::ranges::any_of(index.rules().items(list), [&](std::uint32_t mark) {
                      return RuleMark::kind(mark) != RuleMark::Kind::Error
                          && std::ranges::binary_search(wanted, RuleMark::rule(mark));
                  });
        }
    }
    if (!filter.httpStatus.empty()) {
        compiled.m_active |= kHttpStatus;
        compiled.m_httpStatus = idsOf(index.strings(), filter.httpStatus);
    }
    if (!filter.textInNames.empty()) {
        compiled.m_active |= kText;
        if (auto found = compiled.findText(filter.textInNames, stop); !found)
            return fail(std::move(found).error());
    }
    return compiled;
}

query::Answer<void> CompiledTraceFilter::findText(std::string_view text, const std::stop_token& stop)
{
    const TraceIndex& index = *m_index;
    const TextFinder finder(text);
    std::vector<std::uint8_t> names(index.strings().size());
    for (std::uint32_t name = 0; name < names.size(); ++name)
        names[name] = finder.isIn(index.strings().text(name)) ? 1 : 0;

    m_textRows.resize(index.rowLimit());
    std::size_t looks = 0;
    for (const TraceIndex::Block& block : index.blocks()) {
        if (++looks % kBlocksBetweenLooks == 0 && stop.stop_requested())
            return fail(cancelled());
        for (std::size_t i = 0; i < block.name.size(); ++i) {
            if (names[block.name[i]] != 0)
                m_textRows[block.trace[i]] = 1;
        }
    }
    return {};
}

} // namespace sluice::search
