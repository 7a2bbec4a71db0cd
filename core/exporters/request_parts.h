#pragma once

// Export requests taken apart without decoding them: a request is a repeated field, so any of its elements,
// in any number, are a request again.

#include "core/base/shared_bytes.h"
#include "core/model/signal.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace sluice {

/// Spans, log records or data points (a metric without points counts as one) of a request. Malformed rests
/// count 0.
std::uint64_t countRecords(Signal signal, std::string_view request);

/// The two halves of a request, about equal in bytes, sharing its storage. Itself alone when it has one
/// element only.
std::vector<SharedBytes> halvesOf(const SharedBytes& request);

} // namespace sluice
