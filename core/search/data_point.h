#pragma once

#include "core/query/query_types.h"

#include <cstdint>
#include <string_view>

namespace sluice::search {

/// Reads a data point message of a metric of `type` (otlp::MetricView::type). Histograms and summaries: the
/// value is the mean, NaN when there is none. Exponential histograms: bounds and buckets of the positive
/// range.
query::MetricPoint pointOf(std::string_view message, std::uint8_t type);

} // namespace sluice::search
