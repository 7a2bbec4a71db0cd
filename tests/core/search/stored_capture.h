#pragma once

// A real capture in a temporary folder, filled with a few words.

#include "core/capture/capture.h"
#include "core/otlp/scan.h"
#include "core/pipeline/outcome.h"

#include <QTemporaryDir>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sluice::testing {

class StoredCapture {
public:
    explicit StoredCapture(CaptureOptions options = {})
        : m_path(m_folder.filePath("test.sluice").toStdString())
    {
        auto opened = Capture::open(m_path, std::move(options));
        if (opened)
            m_capture = *std::move(opened);
    }

    [[nodiscard]] bool isOpen() const { return m_capture != nullptr; }
    [[nodiscard]] const std::string& path() const { return m_path; }
    Capture& capture() { return *m_capture; }

    /// Stores one request and waits until it is committed. False when the capture did not take it.
    bool store(Signal signal, std::string body, UnixTime arrival = UnixTime(Nanos(1'700'000'000'000'000'000)))
    {
        NewRequest request;
        request.signal = signal;
        request.body = std::move(body);
        request.arrival = arrival;
        otlp::ScannedRequest scan;
        if (!otlp::scan(signal, request.body, scan))
            return false;
        bool isStored = false;
        CommitCallback committed
            = [&isStored](Result<void, CaptureError> result) { isStored = result.has_value(); };
        return m_capture->offer(request, scan, committed) && m_capture->flush() && isStored;
    }

    /// Writes how revision `revision` of pipeline `signal` judged records from `first` on.
    bool judge(Signal signal, std::uint32_t revision, std::uint64_t first,
        const std::vector<RecordOutcome>& outcomes)
    {
        Bookkeeping bookkeeping;
        bookkeeping.outcomes.push_back({std::string(nameOf(signal)), revision, signal, first,
            static_cast<std::uint32_t>(outcomes.size()), encodeOutcomes(outcomes)});
        bool isStored = false;
        m_capture->record(std::move(bookkeeping),
            [&isStored](Result<void, CaptureError> result) { isStored = result.has_value(); });
        return m_capture->flush() && isStored;
    }

private:
    QTemporaryDir m_folder;
    std::string m_path;
    std::unique_ptr<Capture> m_capture; ///< Closed before the folder goes.
};

} // namespace sluice::testing
