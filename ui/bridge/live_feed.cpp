#include "ui/bridge/live_feed.h"

namespace sluice::ui {
namespace {

constexpr int kTickMilliseconds = 100;
constexpr int kTicksPerSecond = 10;

} // namespace

LiveFeed::LiveFeed(EngineControl& control, QObject* parent)
    : QObject(parent)
    , m_control(control)
    , m_status(control.status())
    , m_hasNews(std::make_shared<std::atomic<bool>>(false))
{
    m_subscription = control.onChanged([news = m_hasNews] { news->store(true, std::memory_order_relaxed); });
    connect(&m_timer, &QTimer::timeout, this, &LiveFeed::tick);
    m_timer.start(kTickMilliseconds);
}

void LiveFeed::refresh()
{
    m_status = m_control.status();
    m_ticksSinceStatus = 0;
    Q_EMIT statusChanged();
}

void LiveFeed::tick()
{
    const bool hasNews = m_hasNews->exchange(false, std::memory_order_relaxed);
    if (!hasNews && ++m_ticksSinceStatus < kTicksPerSecond)
        return;
    m_status = m_control.status();
    m_ticksSinceStatus = 0;
    if (hasNews)
        Q_EMIT changed();
    Q_EMIT statusChanged();
}

} // namespace sluice::ui
