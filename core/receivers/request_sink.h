#pragma once

// Where receivers hand over what they received, and how they are told what to answer.

#include "core/base/time.h"
#include "core/base/unique_function.h"
#include "core/model/request.h"
#include "core/model/signal.h"

#include <cstdint>
#include <string>

namespace sluice {

/// One export request as it came in, decompressed, in protobuf.
struct IncomingRequest {
    Signal signal = Signal::Traces;
    std::string body; ///< Export…ServiceRequest.
    RequestContext context;
    std::uint64_t wireBytes = 0; ///< Size before decompression, for the counters.
};

/// What the sender is to be told. Receivers translate it into their protocol (spec/protocols.md 2.4).
struct Answer {
    Refusal refusal = Refusal::None;
    std::string message; ///< For the sender; empty when everything is well.
    Nanos retryAfter{0}; ///< > 0 with Overloaded and StorageFull.
    std::uint64_t rejectedRecords = 0; ///< Partial success; with `message`.
};

/// Called exactly once, from any thread (mostly the committer's); must return at once and not throw.
using AnswerCallback = UniqueFunction<void(Answer)>;

/// Takes requests over. Implemented by the engine's intake. Safe to call from any thread.
class RequestSink {
public:
    virtual ~RequestSink() = default;

    /// Scans, queues for the commit and returns at once; `answer` comes after the commit, or at once with a
    /// refusal.
    virtual void offer(IncomingRequest request, AnswerCallback answer) = 0;

    /// Counts a request that a receiver refused by itself, before it had a body to offer.
    virtual void countRefused(Signal signal, Transport transport, Refusal reason) = 0;
};

} // namespace sluice
