#include "core/engine/intake.h"

#include "core/otlp/scan.h"
#include "core/otlp/validate.h"

#include <chrono>
#include <utility>

namespace sluice {

namespace {

constexpr Nanos kRetrySoon = std::chrono::seconds(1);
constexpr Nanos kRetryLater = std::chrono::seconds(5);

Answer toAnswer(const CaptureError& error)
{
    if (error.kind == CaptureFailure::Full || error.kind == CaptureFailure::ReadOnly)
        return {Refusal::StorageFull, error.text, kRetryLater};
    if (error.kind == CaptureFailure::Busy)
        return {Refusal::Overloaded, error.text, kRetrySoon};
    return {Refusal::StorageFull, error.text, kRetryLater};
}

} // namespace

Intake::Intake(Capture& capture, const Clock& clock, IntakeMetrics& metrics)
    : m_capture(capture)
    , m_clock(clock)
    , m_metrics(metrics)
{
}

void Intake::offer(IncomingRequest request, AnswerCallback answer)
{
    const Signal signal = request.signal;
    const Transport transport = request.context.transport;
    const auto refuse = [&](Answer with) {
        m_metrics.countRefused(signal, transport, with.refusal, 0);
        answer(std::move(with));
    };
    if (m_isClosed.load(std::memory_order_acquire)) {
        refuse({Refusal::ShuttingDown, "Sluice is shutting down", kRetryLater});
        return;
    }

    thread_local otlp::ScannedRequest scanned;
    auto readable = otlp::scan(signal, request.body, scanned);
    // The scan does not look into attributes; JSON was read to the last value when it was transcoded.
    if (readable && request.context.encoding == Encoding::Protobuf)
        readable = otlp::validate(signal, request.body);
    if (!readable) {
        refuse({Refusal::Malformed, std::move(readable).error().text});
        return;
    }
    const std::uint64_t records = scanned.records.size();
    if (records == 0
        && request.body.empty()) { // Nothing to keep: an empty request is a question whether we are there.
        answer({});
        return;
    }

    NewRequest stored{signal, std::move(request.body), std::move(request.context), m_clock.now()};
    CommitCallback committed = [&metrics = m_metrics, signal, transport, records, answer = std::move(answer)](
                                   const Result<void, CaptureError>& result) mutable {
        if (result) {
            metrics.countStored(signal, transport, records);
            answer({});
            return;
        }
        Answer refusal = toAnswer(result.error());
        metrics.countRefused(signal, transport, refusal.refusal, records);
        answer(std::move(refusal));
    };
    if (!m_capture.offer(stored, scanned, committed))
        committed(
            fail(CaptureError{CaptureFailure::Busy, "Sluice receives faster than it can write; try again"}));
}

void Intake::countRefused(Signal signal, Transport transport, Refusal reason)
{
    m_metrics.countRefused(signal, transport, reason, 0);
}

} // namespace sluice
