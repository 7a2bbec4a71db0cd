#pragma once

// What a backend's answer means: the tables of OTLP, the same for every transport.
// Source: spec/protocols.md sections 2.4, 4.4; spec/processors.md section 16.

#include "core/exporters/exporter.h"

#include <optional>
#include <string>
#include <string_view>

namespace sluice {

/// Longest wait that a backend can ask for; longer ones are cut to it.
inline constexpr Nanos kMaxRetryAfter = std::chrono::hours(1);

/// "UNAVAILABLE"; the number for codes that do not exist.
std::string grpcCodeName(int code);

/// A gRPC call that ended. `details` is the value of grpc-status-details-bin, `response` the message when
/// code is 0. RESOURCE_EXHAUSTED is retried only when `details` holds a RetryInfo.
SendResult answerOfGrpc(
    int code, std::string_view message, std::string_view details, std::string_view response);

/// An HTTP response. 429, 502, 503, 504 are retried, every 2xx is taken, all else is refused for good.
/// `retryAfter` is the header's value or empty; it counts with 429 and 503.
SendResult answerOfHttp(int status, std::string_view contentType, std::string_view body,
    std::string_view retryAfter, UnixTime now);

/// Retry-After as seconds or as a date in one of HTTP's three forms; what lies in the past is 0.
std::optional<Nanos> parseRetryAfter(std::string_view value, UnixTime now);

/// `text` on one line of at most `maxBytes`, control characters as blanks, cut between characters.
std::string oneLine(std::string_view text, std::size_t maxBytes = 300);

} // namespace sluice
