#include "ui/time_scope.h"

#include "ui/format/format.h"

namespace sluice::ui {

TimeScope::TimeScope(QObject* parent)
    : QObject(parent)
{
}

UnixTime TimeScope::now()
{
    return std::chrono::time_point_cast<Nanos>(std::chrono::system_clock::now());
}

TimeRange TimeScope::range() const
{
    if (m_fixed)
        return *m_fixed;
    const UnixTime end = m_isLive ? now() : m_pausedAt;
    return {end - m_window, end};
}

std::optional<Nanos> TimeScope::window() const
{
    return m_fixed ? std::nullopt : std::optional(m_window);
}

QString TimeScope::label() const
{
    using namespace std::chrono_literals;
    if (m_fixed)
        return tr("%1 – %2", "from and to, times")
            .arg(formatClock(m_fixed->begin), formatClock(m_fixed->end));
    const auto minutes = static_cast<int>(std::chrono::duration_cast<std::chrono::minutes>(m_window).count());
    if (minutes < 60)
        return tr("Last %1 min").arg(minutes);
    return tr("Last %1 h").arg(minutes / 60);
}

void TimeScope::setLive(bool live)
{
    if (live == m_isLive)
        return;
    m_isLive = live;
    if (live)
        m_fixed.reset();
    else
        m_pausedAt = now();
    Q_EMIT changed();
}

void TimeScope::setWindow(Nanos window)
{
    m_window = window;
    m_fixed.reset();
    Q_EMIT changed();
}

void TimeScope::setFixed(TimeRange range)
{
    m_fixed = range;
    m_isLive = false;
    m_pausedAt = range.end;
    Q_EMIT changed();
}

} // namespace sluice::ui
