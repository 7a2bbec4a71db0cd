#pragma once

#include "core/base/guarded.h"
#include "core/receivers/file_descriptor.h"
#include "core/receivers/request_sink.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace sluice {

/// Which request an answer belongs to, and what it weighed.
struct AnswerTicket {
    std::uint64_t connection = 0;
    std::int32_t stream = 0; ///< HTTP/2 stream; 0 on HTTP/1.1, where a connection has one request at a time.
    std::size_t bytes = 0; ///< Body bytes that were in flight until now.
};

/// Carries answers from the threads that give them to the one I/O thread that sends them.
///
/// However many answers come while the I/O thread is busy, it is woken at most once. It outlives the receiver
/// as long as a callback is left (so it is shared): answers that come too late go nowhere.
class AnswerQueue : public std::enable_shared_from_this<AnswerQueue> {
public:
    struct Entry {
        AnswerTicket ticket;
        Answer answer;
    };

    AnswerQueue();

    /// Whether the system gave us an event descriptor.
    [[nodiscard]] bool isUsable() const { return m_event.isOpen(); }

    /// Readable when there is something to do.
    [[nodiscard]] int descriptor() const { return m_event.number(); }

    /// A callback for RequestSink::offer(). One that is destroyed uncalled answers `Internal`.
    AnswerCallback callbackFor(AnswerTicket ticket);

    /// Wakes the I/O thread without an answer.
    void wake();

    /// I/O thread: everything that came since, swapped into `into` (which is cleared).
    void takeInto(std::vector<Entry>& into);

    /// I/O thread, before it waits: from now on an answer wakes it. False when something came already.
    bool prepareToWait();

    /// I/O thread, when the descriptor became readable.
    void consumeWakeUp();

private:
    friend class AnswerHandle;

    struct State {
        std::vector<Entry> entries;
        bool isReaderWaiting = false;
    };

    void push(Entry entry);

    Guarded<State> m_state;
    FileDescriptor m_event;
};

} // namespace sluice
