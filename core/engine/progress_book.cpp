#include "core/engine/progress_book.h"

#include <utility>

namespace sluice {

void ProgressBook::progressed(const std::string& destination, Progress progress, std::vector<Refused> refused)
{
    Bookkeeping bookkeeping;
    bookkeeping.positions.push_back(
        {destination, progress.release, progress.sentRecords, progress.failedRecords, progress.retries});
    for (Refused& letter : refused) {
        bookkeeping.deadLetters.push_back({0, destination, m_clock.now(), letter.signal, letter.release,
            letter.recordCount, std::move(letter.answer), std::move(letter.payload)});
    }
    m_capture.record(std::move(bookkeeping), [](const Result<void, CaptureError>&) {});
}

} // namespace sluice
