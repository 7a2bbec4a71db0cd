#pragma once

// The world around a destination, in memory: a release log, a book of progress, a clock and a backend.

#include "core/base/guarded.h"
#include "core/delivery/release_source.h"
#include "core/exporters/exporter.h"

#include <condition_variable>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace sluice::test {

class FakeReleaseSource final : public ReleaseSource {
public:
    /// Adds a release of `records` records and gives its sequence.
    std::uint64_t add(
        Signal signal, std::vector<std::string> payloads, std::uint64_t records, std::string pipeline = {})
    {
        const std::uint64_t sequence = m_releases.with([&](std::vector<Release>& releases) {
            Release release;
            release.sequence = releases.size() + 1;
            release.pipeline = pipeline.empty() ? std::string(nameOf(signal)) : std::move(pipeline);
            release.signal = signal;
            for (std::string& payload : payloads)
                release.payloads.emplace_back(std::move(payload));
            release.recordCount = records;
            release.arrival
                = UnixTime(std::chrono::seconds(1000 + static_cast<std::int64_t>(release.sequence)));
            releases.push_back(std::move(release));
            return releases.size();
        });
        m_added.notify_all();
        return sequence;
    }

    Result<std::vector<Release>, ReleaseError> releasesAfter(
        std::uint64_t sequence, std::size_t maxBytes, Nanos wait, std::stop_token stop) override
    {
        return m_releases.withLock([&](std::vector<Release>& releases, std::unique_lock<std::mutex>& lock) {
            m_added.wait_for(lock, stop, wait, [&] { return releases.size() > sequence; });
            std::vector<Release> read;
            std::size_t bytes = 0;
            for (std::size_t i = sequence; i < releases.size() && (read.empty() || bytes < maxBytes); ++i) {
                for (const SharedBytes& payload : releases[i].payloads)
                    bytes += payload.size();
                read.push_back(releases[i]);
            }
            return read;
        });
    }
    [[nodiscard]] std::uint64_t lastRelease() const override
    {
        return m_releases.with([](const auto& releases) { return releases.size(); });
    }
    [[nodiscard]] std::uint64_t recordsAfter(std::uint64_t sequence) const override
    {
        return m_releases.with([&](const std::vector<Release>& releases) {
            std::uint64_t records = 0;
            for (std::size_t i = sequence; i < releases.size(); ++i)
                records += releases[i].recordCount;
            return records;
        });
    }

private:
    Guarded<std::vector<Release>> m_releases;
    std::condition_variable_any m_added;
};

class FakeProgressSink final : public ProgressSink {
public:
    void progressed(
        const std::string& /*destination*/, Progress progress, std::vector<Refused> refused) override
    {
        m_book.with([&](Book& book) {
            book.isRising = book.isRising && progress.release > book.last.release;
            book.last = progress;
            for (Refused& letter : refused)
                book.refused.push_back(std::move(letter));
        });
    }

    [[nodiscard]] Progress last() const
    {
        return m_book.with([](const Book& book) { return book.last; });
    }
    [[nodiscard]] std::vector<Refused> refused() const
    {
        return m_book.with([](const Book& book) { return book.refused; });
    }
    [[nodiscard]] bool isRising() const
    {
        return m_book.with([](const Book& book) { return book.isRising; });
    }

private:
    struct Book {
        Progress last;
        std::vector<Refused> refused;
        bool isRising = true;
    };
    Guarded<Book> m_book;
};

/// Stands still until it is moved.
class FakeClock final : public Clock {
public:
    [[nodiscard]] UnixTime now() const override
    {
        return m_now.with([](const UnixTime& now) { return now; });
    }
    void advance(Nanos by)
    {
        m_now.with([by](UnixTime& now) { now += by; });
    }

private:
    Guarded<UnixTime> m_now{UnixTime(std::chrono::seconds(5000))};
};

/// A backend whose answers the test gives, one after the other.
class FakeExporter final : public Exporter {
public:
    struct Sent {
        Signal signal = Signal::Traces;
        std::string body;
        std::uint64_t records = 0;
    };
    /// Answers at once; `number` counts requests from 1.
    using Answer = std::function<SendResult(const Sent& sent, int number)>;

    explicit FakeExporter(Answer answer = [](const Sent&, int) { return SendResult{}; })
        : m_answer(std::move(answer))
    {
    }

    SendResult send(Signal signal, std::span<const SharedBytes> payloads, std::uint64_t records,
        Nanos /*timeout*/, std::stop_token stop) override
    {
        Sent sent{signal, {}, records};
        for (const SharedBytes& payload : payloads)
            sent.body += payload.view();
        return m_state.withLock([&](State& state, std::unique_lock<std::mutex>& lock) {
            state.sent.push_back(sent);
            const int number = static_cast<int>(state.sent.size());
            const std::string body = sent.body;
            m_changed.wait(lock, stop, [&] { return !state.held.contains(body); });
            if (state.held.contains(body)) {
                SendResult cancelled;
                cancelled.kind = SendResult::Kind::Cancelled;
                return cancelled;
            }
            return m_answer(sent, number);
        });
    }

    /// Requests with this body hang until released.
    void hold(const std::string& body)
    {
        m_state.with([&](State& state) { state.held.insert(body); });
    }
    void letGo(const std::string& body)
    {
        m_state.with([&](State& state) { state.held.erase(body); });
        m_changed.notify_all();
    }
    [[nodiscard]] std::vector<Sent> sent() const
    {
        return m_state.with([](const State& state) { return state.sent; });
    }
    [[nodiscard]] std::size_t sentCount() const { return sent().size(); }

private:
    struct State {
        std::vector<Sent> sent;
        std::set<std::string> held;
    };
    Answer m_answer;
    Guarded<State> m_state;
    std::condition_variable_any m_changed;
};

inline SendResult answer(SendResult::Kind kind, std::string text = {}, Nanos retryAfter = Nanos(0))
{
    SendResult result;
    result.kind = kind;
    result.retryAfter = retryAfter;
    result.isAnswered = true;
    result.text = std::move(text);
    return result;
}

} // namespace sluice::test
