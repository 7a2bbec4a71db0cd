#pragma once

// OTLP/JSON in both directions, bytes to bytes. Source: spec/protocols.md section 3.

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/model/signal.h"
#include "core/otlp/scan.h"
#include "core/otlp/schema.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::otlp {

/// An export request as OTLP/JSON, re-written as protobuf. Reads what real senders write (section 3.3 of the
/// sheet). The error's text holds the path of the value that could not be read.
Result<std::string, DecodeError> jsonToProto(Signal signal, std::string_view json);

/// An export request in protobuf as one line of OTLP/JSON. Unknown fields cannot be shown and are left out;
/// invalid UTF-8 comes out as U+FFFD.
Result<std::string, DecodeError> protoToJson(Signal signal, std::string_view bytes);

/// The same for any message of the schema: a span, a resource, an AnyValue.
Result<std::string, DecodeError> jsonToMessage(MessageType type, std::string_view json);
Result<std::string, DecodeError> messageToJson(MessageType type, std::string_view bytes);

/// The signal that a JSON export request carries, told by its first known key. Empty when there is none.
std::optional<Signal> signalOfJson(std::string_view json);

/// google.rpc.Status, the body of every HTTP error: in protobuf or JSON. `retryAfterSeconds` > 0 adds
/// RetryInfo.
std::string encodeStatus(bool json, int code, std::string_view message, int retryAfterSeconds = 0);

/// A google.rpc.Status as a peer sent it, as far as we act on it.
struct RpcStatus {
    int code = 0; ///< A gRPC code number.
    std::string message;
    std::optional<Nanos> retryDelay; ///< Of RetryInfo; 0 means "retry, no hint".
};

/// Reads a google.rpc.Status, from an HTTP body or from grpc-status-details-bin. Unknown details are ignored.
Result<RpcStatus, DecodeError> decodeStatus(bool json, std::string_view bytes);

/// Export…ServiceResponse. Everything accepted: zero bytes, or "{}".
std::string encodeResponse(
    Signal signal, bool json, std::uint64_t rejected = 0, std::string_view message = {});

/// What a peer took of an export request.
struct PartialSuccess {
    std::uint64_t rejected = 0; ///< Spans, data points or log records. Negative numbers count as 0.
    std::string message; ///< Advice of the peer; may come with nothing rejected.
};

/// Reads an Export…ServiceResponse. An empty body is a full success.
Result<PartialSuccess, DecodeError> decodeResponse(Signal signal, bool json, std::string_view bytes);

} // namespace sluice::otlp
