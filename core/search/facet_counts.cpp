#include "core/search/facet_counts.h"

#include <algorithm>

namespace sluice::search {

void mostFrequentFirst(std::vector<query::FacetValue>& values)
{
    std::ranges::sort(values, [](const query::FacetValue& a, const query::FacetValue& b) {
        return a.count != b.count ? a.count > b.count : a.value < b.value;
    });
}

query::Facet facetOf(std::string name, const StringTable& strings, std::span<const std::uint64_t> counts)
{
    query::Facet facet{std::move(name), {}};
    for (std::uint32_t id = 0; id < counts.size(); ++id) {
        if (counts[id] > 0)
            facet.values.push_back({strings.text(id), counts[id], {}});
    }
    mostFrequentFirst(facet.values);
    return facet;
}

query::Facet outcomeFacet(const std::array<std::uint64_t, kOutcomeKinds>& counts)
{
    query::Facet facet{"outcome", {}};
    for (std::size_t kind = 0; kind < counts.size(); ++kind) {
        if (counts[kind] > 0)
            facet.values.push_back(
                {std::string(nameOf(static_cast<query::OutcomeKind>(kind))), counts[kind], {}});
    }
    mostFrequentFirst(facet.values);
    return facet;
}

std::uint64_t bucketWidth(TimeRange range, std::size_t buckets)
{
    const std::uint64_t length = toUnixNano(range.end) - toUnixNano(range.begin);
    return std::max<std::uint64_t>(1, (length + buckets - 1) / buckets);
}

} // namespace sluice::search
