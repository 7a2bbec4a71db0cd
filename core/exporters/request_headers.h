#pragma once

// The headers that a user adds to requests. Source: spec/protocols.md section 4.3.

#include "core/config/environment.h"
#include "core/exporters/exporter.h"

#include <string>
#include <utility>
#include <vector>

namespace sluice {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// Checks names and the parts of values that are known: what gRPC would abort the process for, names that the
/// protocol itself uses, line breaks. Call it when an exporter is made.
Result<void, ExporterError> checkHeaders(const Headers& headers, bool isGrpc);

/// Headers with their ${env:…} replaced, names in lower case. Fails when a variable is missing or its value
/// cannot be sent. The values are secrets: do not log them.
Result<Headers, ExporterError> resolveHeaders(
    const Headers& headers, bool isGrpc, const Environment& environment);

} // namespace sluice
