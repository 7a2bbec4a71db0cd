#include "core/receivers/answer_queue.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

namespace sluice {

/// What a callback owns: answers exactly once, even when it is thrown away.
class AnswerHandle {
public:
    AnswerHandle(std::shared_ptr<AnswerQueue> queue, AnswerTicket ticket)
        : m_queue(std::move(queue))
        , m_ticket(ticket)
    {
    }
    AnswerHandle(AnswerHandle&&) noexcept = default;
    AnswerHandle& operator=(AnswerHandle&&) noexcept = default;
    AnswerHandle(const AnswerHandle&) = delete;
    AnswerHandle& operator=(const AnswerHandle&) = delete;
    ~AnswerHandle()
    {
        if (m_queue)
            (*this)(Answer{.refusal = Refusal::Internal,
                .message = "the request was given up",
                .retryAfter = {},
                .rejectedRecords = 0});
    }

    void operator()(Answer answer)
    {
        if (const auto queue = std::exchange(m_queue, nullptr))
            queue->push({m_ticket, std::move(answer)});
    }

private:
    std::shared_ptr<AnswerQueue> m_queue;
    AnswerTicket m_ticket;
};

AnswerQueue::AnswerQueue()
    : m_event(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC))
{
}

AnswerCallback AnswerQueue::callbackFor(AnswerTicket ticket)
{
    return AnswerCallback(AnswerHandle(shared_from_this(), ticket));
}

void AnswerQueue::wake()
{
    const std::uint64_t one = 1;
    // A full counter means that the reader is woken anyway.
    [[maybe_unused]] const ssize_t written = ::write(m_event.number(), &one, sizeof one);
}

void AnswerQueue::push(Entry entry)
{
    const bool wakeReader = m_state.with([&](State& state) {
        state.entries.push_back(std::move(entry));
        return std::exchange(state.isReaderWaiting, false);
    });
    if (wakeReader)
        wake();
}

void AnswerQueue::takeInto(std::vector<Entry>& into)
{
    into.clear();
    m_state.with([&](State& state) {
        state.entries.swap(into);
        state.isReaderWaiting = false;
    });
}

bool AnswerQueue::prepareToWait()
{
    return m_state.with([](State& state) {
        state.isReaderWaiting = state.entries.empty();
        return state.isReaderWaiting;
    });
}

void AnswerQueue::consumeWakeUp()
{
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t read = ::read(m_event.number(), &count, sizeof count);
}

} // namespace sluice
