#pragma once

#include "ui/bridge/background.h"

#include <QObject>

#include <cstdint>
#include <stop_token>
#include <utility>

namespace sluice::ui {

/// Runs one question at a time for one purpose: a new one stops the old one and its answer is not delivered.
/// UI thread.
class LatestOnly final : public QObject {
public:
    explicit LatestOnly(QThreadPool* pool, QObject* parent = nullptr)
        : QObject(parent)
        , m_pool(pool)
    {
    }
    ~LatestOnly() override { m_stop.request_stop(); }

    /// `work` takes a std::stop_token and returns early, with anything, once a stop is requested. It must not
    /// refer to the owner. `done` gets the answer on the UI thread.
    template <class Work, class Done>
    void run(Work work, Done done)
    {
        cancel();
        m_stop = std::stop_source();
        m_isRunning = true;
        runInBackground(
            m_pool, this,
            [work = std::move(work), stop = m_stop.get_token()]() mutable { return work(stop); },
            [this, generation = m_generation, done = std::move(done)](auto answer) mutable {
                if (generation != m_generation)
                    return;
                m_isRunning = false;
                done(std::move(answer));
            });
    }

    /// Asks the running work to stop; its answer is not delivered.
    void cancel()
    {
        m_stop.request_stop();
        ++m_generation;
        m_isRunning = false;
    }

    [[nodiscard]] bool isRunning() const { return m_isRunning; }

private:
    QThreadPool* m_pool;
    std::stop_source m_stop;
    std::uint64_t m_generation = 0;
    bool m_isRunning = false;
};

} // namespace sluice::ui
