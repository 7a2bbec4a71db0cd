#include "core/search/span_list.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <unordered_map>

namespace sluice::search {

void orderSpans(std::vector<query::SpanRow>& spans)
{
    std::unordered_map<SpanId, std::size_t> byId;
    byId.reserve(spans.size());
    for (std::size_t i = 0; i < spans.size(); ++i)
        byId.emplace(spans[i].id, i);

    // Distance to the root. Walks up until a span whose depth is known; a circle ends where it began.
    constexpr std::uint32_t kUnknown = 0;
    constexpr std::uint32_t kOnTheWay = ~0U;
    std::vector<std::uint32_t> depth(spans.size(), kUnknown);
    std::vector<std::size_t> way;
    for (std::size_t i = 0; i < spans.size(); ++i) {
        std::size_t at = i;
        std::uint32_t above = 0;
        for (;;) {
            if (depth[at] == kOnTheWay)
                break;
            if (depth[at] != kUnknown) {
                above = depth[at];
                break;
            }
            depth[at] = kOnTheWay;
            way.push_back(at);
            const auto parent = byId.find(spans[at].parent);
            if (!spans[at].parent.isValid() || parent == byId.end())
                break;
            at = parent->second;
        }
        for (; !way.empty(); way.pop_back())
            depth[way.back()] = ++above;
    }

    std::vector<std::size_t> order(spans.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
        if (spans[a].start != spans[b].start)
            return spans[a].start < spans[b].start;
        if (depth[a] != depth[b])
            return depth[a] < depth[b];
        return spans[a].sequence < spans[b].sequence;
    });
    std::vector<query::SpanRow> ordered;
    ordered.reserve(spans.size());
    for (const std::size_t i : order)
        ordered.push_back(std::move(spans[i]));
    spans = std::move(ordered);
}

} // namespace sluice::search
