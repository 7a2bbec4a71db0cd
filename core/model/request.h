#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace sluice {

/// How a request came in. The numbers are stored in captures.
enum class Transport : std::uint8_t { Grpc = 0, Http = 1, File = 2 };

/// What the sender wrote; inside, everything is protobuf.
enum class Encoding : std::uint8_t { Protobuf = 0, Json = 1 };

/// Why a request was not taken.
enum class Refusal : std::uint8_t {
    None,
    Malformed, ///< Cannot be decoded; sending it again does not help.
    TooLarge, ///< Beyond the message limit.
    Overloaded, ///< The intake is full: try again after `retryAfter`.
    StorageFull, ///< The disk is full or not writable: try again later.
    ShuttingDown,
    Unsupported, ///< Unknown method, path, media type or compression.
    Internal,
};

/// What is remembered of a request beside its body: processors may ask for it.
struct RequestContext {
    Transport transport = Transport::Grpc;
    Encoding encoding = Encoding::Protobuf;
    std::string peer; ///< Address without port.
    std::vector<std::pair<std::string, std::string>>
        headers; ///< Lower-case names; never authorization or cookies.
};

} // namespace sluice
