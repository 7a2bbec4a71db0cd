#pragma once

#include "core/base/guarded.h"
#include "core/receivers/request_sink.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace sluice::test {

/// A sink that remembers what it was offered and answers at once, or when it is told to.
class FakeSink final : public RequestSink {
public:
    struct Refused {
        Signal signal = Signal::Traces;
        Transport transport = Transport::Grpc;
        Refusal reason = Refusal::None;
    };

    void offer(IncomingRequest request, AnswerCallback answer) override
    {
        const bool isHeld = m_state.with([&](State& state) {
            if (state.holds) {
                state.held.push_back(std::move(answer));
                state.heldBytes += request.body.size();
                state.peakHeldBytes = std::max(state.peakHeldBytes, state.heldBytes);
            }
            state.requests.push_back(std::move(request));
            return state.holds;
        });
        if (!isHeld)
            answer(m_state.with([](State& state) { return state.answer; }));
    }

    void countRefused(Signal signal, Transport transport, Refusal reason) override
    {
        m_state.with([&](State& state) { state.refused.push_back({signal, transport, reason}); });
    }

    /// What every request is answered from now on.
    void setAnswer(Answer answer)
    {
        m_state.with([&](State& state) { state.answer = std::move(answer); });
    }

    /// Answers nothing until release() or answerHeld(), which may be called from any thread.
    void hold()
    {
        m_state.with([](State& state) { state.holds = true; });
    }

    /// Answers what is held, and everything that comes from now on.
    void release()
    {
        m_state.with([](State& state) { state.holds = false; });
        answerHeld();
    }

    /// Answers what is held now and goes on holding.
    void answerHeld()
    {
        std::vector<AnswerCallback> held;
        const Answer answer = m_state.with([&](State& state) {
            held.swap(state.held);
            state.heldBytes = 0;
            return state.answer;
        });
        for (AnswerCallback& callback : held)
            callback(answer);
    }

    /// Destroys the held callbacks without calling them.
    void dropHeld()
    {
        std::vector<AnswerCallback> held;
        m_state.with([&](State& state) { held.swap(state.held); });
    }

    std::vector<IncomingRequest> requests() const
    {
        return m_state.with([](const State& state) { return state.requests; });
    }
    std::size_t requestCount() const
    {
        return m_state.with([](const State& state) { return state.requests.size(); });
    }
    /// The most body bytes that were held unanswered at any time.
    std::size_t peakHeldBytes() const
    {
        return m_state.with([](const State& state) { return state.peakHeldBytes; });
    }
    std::size_t heldCount() const
    {
        return m_state.with([](const State& state) { return state.held.size(); });
    }
    std::vector<Refused> refused() const
    {
        return m_state.with([](const State& state) { return state.refused; });
    }

private:
    struct State {
        std::vector<IncomingRequest> requests;
        std::vector<AnswerCallback> held;
        std::vector<Refused> refused;
        Answer answer;
        std::size_t heldBytes = 0;
        std::size_t peakHeldBytes = 0;
        bool holds = false;
    };
    Guarded<State> m_state;
};

} // namespace sluice::test
