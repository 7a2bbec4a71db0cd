#pragma once

#include "core/engine/control.h"

#include <QObject>
#include <QTimer>

#include <atomic>
#include <memory>

namespace sluice::ui {

/// Tells views that the engine has committed or judged something: at most ten times a second, bundled, and
/// with the status as it is then. It also ticks once a second without news, so that rates fall back to zero.
/// UI thread.
class LiveFeed final : public QObject {
    Q_OBJECT

public:
    explicit LiveFeed(EngineControl& control, QObject* parent = nullptr);

    [[nodiscard]] const EngineStatus& status() const { return m_status; }

    /// Reads the status again at once, for instance after a command.
    void refresh();

Q_SIGNALS:
    /// Records came in or were judged.
    void changed();
    /// status() is new. Follows changed(), and comes once a second in any case.
    void statusChanged();

private:
    void tick();

    EngineControl& m_control;
    EngineStatus m_status;
    std::shared_ptr<std::atomic<bool>> m_hasNews; ///< Shared with the engine's thread.
    std::shared_ptr<void> m_subscription;
    QTimer m_timer;
    int m_ticksSinceStatus = 0;
};

} // namespace sluice::ui
