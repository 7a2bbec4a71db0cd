#pragma once

#include "core/query/query_types.h"
#include "core/search/string_table.h"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace sluice::search {

inline constexpr std::size_t kOutcomeKinds = 6;

/// By count, then by value.
void mostFrequentFirst(std::vector<query::FacetValue>& values);

/// The values that were counted at least once; `counts` is indexed by interned text.
query::Facet facetOf(std::string name, const StringTable& strings, std::span<const std::uint64_t> counts);

/// "outcome"; `counts` is indexed by OutcomeKind.
query::Facet outcomeFacet(const std::array<std::uint64_t, kOutcomeKinds>& counts);

/// Width in nanoseconds of each of `buckets` (> 0) columns that cover a range that is not empty.
std::uint64_t bucketWidth(TimeRange range, std::size_t buckets);

} // namespace sluice::search
