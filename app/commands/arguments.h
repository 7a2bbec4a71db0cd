#pragma once

// What several sub-commands read from their arguments. Problems are told on stderr; then there is no value.

#include "core/base/ids.h"
#include "core/base/time.h"
#include "core/capture/capture_error.h"
#include "core/delivery/destination_settings.h"
#include "core/query/query.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace sluice::commands {

/// "15m" (ago) or "2026-03-12T14:10:00Z".
std::optional<UnixTime> timeArgument(const std::string& option, const std::string& text);

/// [since, until); nothing restricted when both are empty. False in `isValid` when one cannot be read.
std::optional<TimeRange> rangeArgument(const std::string& since, const std::string& until, bool& isValid);

std::optional<Nanos> durationArgument(const std::string& option, const std::string& text);
std::optional<TraceId> traceIdArgument(const std::string& text);
std::optional<std::pair<std::string, std::string>> pairArgument(
    const std::string& option, const std::string& text);

/// A destination from a URL: grpc://host:port, or http(s)://host:port for OTLP/HTTP.
DestinationSettings destinationArgument(const std::string& url);

/// Opens a capture for reading. On failure complains and sets the exit code.
std::unique_ptr<query::Query> openQuery(const std::string& path, int& exitCode);

/// Complains about a capture that cannot be read and gives the exit code.
int captureFailed(const CaptureError& error);

/// Complains about a query that went wrong and gives the exit code.
int queryFailed(const query::QueryError& error);

} // namespace sluice::commands
