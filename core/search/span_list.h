#pragma once

#include "core/query/query_types.h"

#include <vector>

namespace sluice::search {

/// Orders the spans of one trace by start, parents before children where times are equal. Parents that are
/// missing or form a circle do no harm.
void orderSpans(std::vector<query::SpanRow>& spans);

} // namespace sluice::search
