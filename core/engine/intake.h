#pragma once

#include "core/base/time.h"
#include "core/capture/capture.h"
#include "core/metrics/intake_metrics.h"
#include "core/receivers/request_sink.h"

#include <atomic>

namespace sluice {

/// Where requests enter: scans them, gives them their arrival time, hands them to the capture, and translates
/// the commit's outcome into the sender's answer.
///
/// Threads: offer() runs on the receivers' I/O threads, answers mostly on the capture's committer thread.
class Intake final : public RequestSink {
public:
    /// All three outlive the intake.
    Intake(Capture& capture, const Clock& clock, IntakeMetrics& metrics);

    void offer(IncomingRequest request, AnswerCallback answer) override;
    void countRefused(Signal signal, Transport transport, Refusal reason) override;

    /// From now on every request is refused with ShuttingDown. What was offered before is still answered.
    void close() { m_isClosed.store(true, std::memory_order_release); }

private:
    Capture& m_capture;
    const Clock& m_clock;
    IntakeMetrics& m_metrics;
    std::atomic<bool> m_isClosed{false};
};

} // namespace sluice
