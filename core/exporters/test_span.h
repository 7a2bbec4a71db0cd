#pragma once

#include "core/base/ids.h"
#include "core/base/time.h"

#include <string>
#include <utility>
#include <vector>

namespace sluice {

/// A trace request with one span, "sluice.test", of no length, at `time`: what a connection test sends.
/// `resource` are the resource's attributes.
std::string testSpanRequest(const TraceId& trace, const SpanId& span, UnixTime time,
    const std::vector<std::pair<std::string, std::string>>& resource);

} // namespace sluice
