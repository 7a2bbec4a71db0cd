#pragma once

#include "core/base/unique_function.h"
#include "core/model/signal.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::bench {

/// One export request on its way. A slot of the generator: used again for the next one.
struct Call {
    std::string body;
    std::chrono::steady_clock::time_point due; ///< Latency counts from here.
};

/// What the server said.
struct Outcome {
    bool isAccepted = false;
    std::uint64_t rejected = 0; ///< Records that a partial success left out.
    std::string reason; ///< Why it was refused.
};

/// Reads rejected_… of an Export…ServiceResponse; the numbers are the same for all three signals.
std::uint64_t rejectedRecords(std::string_view response);

/// A client's connection, driven by the generator's loop.
/// Threads: the one that made it.
class Connection {
public:
    using Listener = UniqueFunction<void(Call&, Outcome)>; ///< Called once for each call that was sent.

    Connection() = default;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    virtual ~Connection() = default;

    [[nodiscard]] virtual int descriptor() const = 0;
    [[nodiscard]] virtual bool canSend() const = 0; ///< There is room for another call.
    virtual void send(Call& call) = 0; ///< The call must live until the listener has it back.
    [[nodiscard]] virtual bool wantsToWrite() const = 0;
    virtual bool write() = 0; ///< Until the socket is full. False: the connection is lost.
    virtual bool read() = 0; ///< Until the socket is empty. False: the connection is lost.
};

} // namespace sluice::bench
