#pragma once

#include "core/base/time.h"
#include "core/capture/capture.h"
#include "core/delivery/release_source.h"

namespace sluice {

/// Writes the destinations' progress into the capture's next commit. Safe from several threads.
class ProgressBook final : public ProgressSink {
public:
    /// Both outlive the book.
    ProgressBook(Capture& capture, const Clock& clock)
        : m_capture(capture)
        , m_clock(clock)
    {
    }

    void progressed(const std::string& destination, Progress progress, std::vector<Refused> refused) override;

private:
    Capture& m_capture;
    const Clock& m_clock;
};

} // namespace sluice
