#pragma once

// The parts of gRPC's protocol that are plain text and numbers. Source: gRPC over HTTP/2, gRPC status codes.

#include "core/base/time.h"
#include "core/model/signal.h"
#include "core/receivers/request_sink.h"

#include <optional>
#include <string>
#include <string_view>

namespace sluice {

/// gRPC's status numbers; those that we send.
enum class GrpcCode : int {
    Ok = 0,
    InvalidArgument = 3,
    DeadlineExceeded = 4,
    ResourceExhausted = 8,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
};

/// How a call ends.
struct GrpcStatus {
    GrpcCode code = GrpcCode::Ok;
    std::string message;
    Nanos retryAfter{0}; ///< > 0 adds RetryInfo: what makes RESOURCE_EXHAUSTED worth another try.
};

/// An answer of the sink in gRPC's words (spec/protocols.md 2.4).
GrpcStatus grpcStatusOf(const Answer& answer);

/// Whole seconds for RetryInfo and Retry-After: rounded up, 0 for none.
int wholeSeconds(Nanos delay);

/// The value of `grpc-timeout` ("10S", "500m"). Empty when it is not one.
std::optional<Nanos> parseGrpcTimeout(std::string_view text);

/// `grpc-message`: everything outside printable ASCII, and %, as %XX.
std::string percentEncoded(std::string_view text);

/// Base64 without padding, as binary metadata travels.
std::string base64(std::string_view bytes);

/// application/grpc and application/grpc+proto, with or without parameters.
bool isGrpcContentType(std::string_view text);

/// The signal of "/opentelemetry.proto.collector.trace.v1.TraceService/Export" and its two peers.
std::optional<Signal> signalOfMethod(std::string_view path);

/// The signal that a wrong path most likely meant, for counting.
Signal likelySignalOf(std::string_view path);

/// Cuts a message that would not fit a header well; at most `kMaxGrpcMessage` bytes.
std::string_view shortened(std::string_view message);

inline constexpr std::size_t kMaxGrpcMessage = 1024;

} // namespace sluice
