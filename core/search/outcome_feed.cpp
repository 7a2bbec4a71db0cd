#include "core/search/outcome_feed.h"

#include "core/search/failure.h"

#include <utility>

namespace sluice::search {
namespace {

constexpr std::size_t kRangesAtOnce = 1024;

} // namespace

query::Answer<void> OutcomeFeed::read(CaptureReader& reader, std::uint64_t unknownFrom,
    const std::function<void(const OutcomeRange&)>& each, const std::stop_token& stop)
{
    const auto take = [&](const OutcomeRange& range) {
        if (range.firstRecord + range.recordCount > unknownFrom)
            m_waiting.push_back(range);
        else
            each(range);
    };
    for (const OutcomeRange& range : std::exchange(m_waiting, {}))
        take(range);
    for (;;) {
        if (stop.stop_requested())
            return fail(cancelled());
        const auto last = reader.outcomesAfter(m_lastRow, kRangesAtOnce, [&](const OutcomeRange& range) {
            if (range.signal == m_signal)
                take(range);
        });
        if (!last)
            return fail(toQueryError(last.error()));
        if (*last <= m_lastRow)
            return {};
        m_lastRow = *last;
    }
}

} // namespace sluice::search
