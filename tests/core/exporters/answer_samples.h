#pragma once

// Answers of backends, in bytes, for the tests of what they mean.

#include "core/wire/writer.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::test {

/// Export…ServiceResponse with a partial success.
inline std::string partialSuccess(std::uint64_t rejected, std::string_view message)
{
    std::string inner;
    wire::Writer partial(inner);
    if (rejected > 0)
        partial.varint(1, rejected);
    if (!message.empty())
        partial.bytes(2, message);
    std::string out;
    wire::Writer(out).bytes(1, inner);
    return out;
}

/// google.rpc.Status with a message and, with `milliseconds` >= 0, a RetryInfo.
inline std::string rpcStatus(std::string_view message, std::int64_t milliseconds = -1)
{
    std::string out;
    wire::Writer status(out);
    status.varint(1, 14);
    status.bytes(2, message);
    if (milliseconds >= 0) {
        std::string duration;
        wire::Writer delay(duration);
        delay.varint(1, static_cast<std::uint64_t>(milliseconds / 1000));
        delay.varint(2, static_cast<std::uint64_t>(milliseconds % 1000 * 1'000'000));
        std::string info;
        wire::Writer(info).bytes(1, duration);
        std::string any;
        wire::Writer detail(any);
        detail.bytes(1, "type.googleapis.com/google.rpc.RetryInfo");
        detail.bytes(2, info);
        status.bytes(3, any);
    }
    return out;
}

} // namespace sluice::test
