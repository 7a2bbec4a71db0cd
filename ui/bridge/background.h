#pragma once

#include <QFutureWatcher>
#include <QThreadPool>
#include <QtConcurrentRun>

#include <type_traits>
#include <utility>

namespace sluice::ui {

/// Runs `work` on a pool thread and hands its answer to `done` on the UI thread. `done` never runs after
/// `owner` is gone, so it may capture `owner`; `work` may outlive it, so it must not. The answer must be
/// default constructible. Every crossing from a worker to the UI thread goes through here; QFuture::then()
/// with a context does not do: in Qt 6.4 it can lose an answer.
template <class Work, class Done>
void runInBackground(QThreadPool* pool, QObject* owner, Work work, Done done)
{
    using Answer = std::invoke_result_t<Work>;
    auto* watcher = new QFutureWatcher<Answer>(owner);
    QObject::connect(
        watcher, &QFutureWatcherBase::finished, owner, [watcher, done = std::move(done)]() mutable {
            watcher->deleteLater();
            if (watcher->future().isResultReadyAt(0))
                done(watcher->future().takeResult());
        });
    watcher->setFuture(QtConcurrent::run(pool, std::move(work))); // Last: finished() must be connected.
}

} // namespace sluice::ui
