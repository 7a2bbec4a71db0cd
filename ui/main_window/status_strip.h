#pragma once

#include "core/engine/control.h"

#include <QHash>
#include <QWidget>

#include <deque>
#include <vector>

class QHBoxLayout;

namespace sluice::ui {

class LiveFeed;
class StatusItem;

/// The lower edge of the window: receivers with their rates, revision, kept share, backlog, store,
/// destinations. Each item is a button that opens the screen about it. Items fold away from the right when
/// the window is narrow.
class StatusStrip final : public QWidget {
    Q_OBJECT

public:
    StatusStrip(QWidget* parent, LiveFeed& feed);

Q_SIGNALS:
    void openPage(const QString& id);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Rate {
        std::uint64_t lastCount = 0;
        std::deque<double> perSecond; ///< One value a second, 60 at most.
    };

    void refresh();
    void showReceivers(const EngineStatus& status);
    void showDestinations(const EngineStatus& status);
    StatusItem* addItem(const QString& page);
    void fold();

    LiveFeed& m_feed;
    QHBoxLayout* m_layout;
    std::vector<StatusItem*> m_receivers;
    std::vector<Rate> m_rates;
    StatusItem* m_pipeline;
    StatusItem* m_kept;
    StatusItem* m_behind;
    StatusItem* m_store;
    StatusItem* m_destinations;
    qint64 m_lastSample = 0; ///< Milliseconds, monotonic.
};

} // namespace sluice::ui
