#include "ui/widgets/time_strip.h"

#include "ui/format/format.h"
#include "ui/theme/theme.h"

#include <QEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include <algorithm>
#include <array>
#include <cmath>

namespace sluice::ui {
namespace {

constexpr double kLeft = 46;
constexpr double kRight = 12;
constexpr double kTop = 12;
constexpr double kBelow = 22;
constexpr double kHandle = 5;
constexpr double kOutside = 0.38; ///< How much the strip dims outside the brush.

constexpr std::array<std::int64_t, 16> kTimeSteps{
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 86400}; // Seconds.

Nanos timeStep(Nanos span, double width)
{
    const double most = std::max(2.0, width / 80);
    for (const std::int64_t seconds : kTimeSteps) {
        if (static_cast<double>(span.count()) / (static_cast<double>(seconds) * 1e9) <= most)
            return std::chrono::seconds(seconds);
    }
    return std::chrono::hours(24);
}

Nanos scaled(Nanos length, double factor)
{
    return Nanos(static_cast<Nanos::rep>(static_cast<double>(length.count()) * factor));
}

} // namespace

double niceStep(double span, int most)
{
    if (span <= 0)
        return 1;
    const double raw = span / most;
    const double power = std::pow(10, std::floor(std::log10(raw)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (power * factor >= raw)
            return power * factor;
    }
    return power * 10;
}

TimeStrip::TimeStrip(QWidget* parent, const QString& name, std::vector<Series> series)
    : QWidget(parent)
    , m_series(std::move(series))
{
    setAccessibleName(name);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setFixedHeight(106);
}

void TimeStrip::setData(TimeRange range, std::vector<std::vector<double>> columns, bool isLive)
{
    m_range = range;
    m_columns = std::move(columns);
    m_isLive = isLive;
    std::vector<double> sums(m_series.size(), 0);
    for (const auto& column : m_columns) {
        for (std::size_t s = 0; s < std::min(column.size(), sums.size()); ++s)
            sums[s] += column[s];
    }
    QStringList parts;
    for (std::size_t s = 0; s < sums.size(); ++s)
        parts.append(QLocale().toString(sums[s], 'f', 0) + u' ' + m_series[s].name);
    setAccessibleDescription(
        tr("%1 to %2: %3")
            .arg(formatClock(range.begin), formatClock(range.end), parts.join(QStringLiteral(", "))));
    m_cache = QPixmap();
    update();
}

void TimeStrip::setBrush(std::optional<TimeRange> brush)
{
    m_brush = brush;
    update();
}

QRectF TimeStrip::plot() const
{
    return {
        kLeft, kTop, std::max(1.0, width() - kLeft - kRight), std::max(1.0, height() - kTop - kBelow - 1)};
}

double TimeStrip::toX(UnixTime time) const
{
    const auto length = static_cast<double>(std::max<Nanos::rep>(1, m_range.length().count()));
    return plot().left() + static_cast<double>((time - m_range.begin).count()) / length * plot().width();
}

UnixTime TimeStrip::toTime(double x) const
{
    const double share = std::clamp((x - plot().left()) / plot().width(), 0.0, 1.0);
    return m_range.begin + scaled(m_range.length(), share);
}

void TimeStrip::drawColumns()
{
    const Theme& theme = themeOf(this);
    const double ratio = devicePixelRatioF();
    m_cache = QPixmap(size() * ratio);
    m_cache.setDevicePixelRatio(ratio);
    m_cache.fill(theme.color(Token::BgPanel));
    QPainter painter(&m_cache);
    painter.setFont(fontOf(TypeStyle::MonoSmall));
    const QRectF area = plot();

    double highest = 0;
    for (const auto& column : m_columns) {
        double sum = 0;
        for (const double value : column)
            sum += value;
        highest = std::max(highest, sum);
    }
    const double step = std::max(1.0, niceStep(highest, 4));
    const double top = std::max(step, std::ceil(highest / step) * step);
    for (double value = 0; value <= top + step / 2; value += step) {
        const double y = std::floor(area.bottom() - value / top * area.height());
        painter.fillRect(QRectF(area.left(), y, area.width(), 1), theme.color(Token::ChartGrid));
        painter.setPen(theme.color(Token::ChartAxis));
        painter.drawText(QRectF(0, y - 8, kLeft - 8, 16), Qt::AlignRight | Qt::AlignVCenter,
            formatShortCount(static_cast<std::uint64_t>(value)));
    }

    const double columnWidth = area.width() / static_cast<double>(std::max<std::size_t>(1, m_columns.size()));
    const double gap = std::min(1.6, columnWidth * 0.22);
    const QBrush hatch = theme.hatch(ratio);
    painter.setRenderHint(QPainter::Antialiasing);
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        double y = area.bottom();
        for (std::size_t s = 0; s < std::min(m_columns[i].size(), m_series.size()); ++s) {
            const double height = m_columns[i][s] / top * area.height();
            if (height <= 0)
                continue;
            const QRectF bar(
                area.left() + static_cast<double>(i) * columnWidth, y - height, columnWidth - gap, height);
            painter.fillRect(bar, m_series[s].isHatched ? hatch : QBrush(theme.color(m_series[s].color)));
            y -= height;
        }
    }
    painter.setRenderHint(QPainter::Antialiasing, false);

    const QString end = m_isLive ? tr("%1 live").arg(formatClock(m_range.end)) : formatClock(m_range.end);
    const double endWidth = QFontMetricsF(painter.font()).horizontalAdvance(end);
    const Nanos tick = timeStep(m_range.length(), area.width());
    const auto first = (m_range.begin.time_since_epoch() / tick) * tick;
    for (Nanos at = first; UnixTime(at) <= m_range.end && m_range.length() > Nanos::zero(); at += tick) {
        const UnixTime time{at};
        if (time < m_range.begin)
            continue;
        const double x = toX(time);
        painter.fillRect(QRectF(std::floor(x), area.bottom(), 1, 4), theme.color(Token::LineStrong));
        const QString label = tick >= std::chrono::minutes(1) ? formatMinute(time) : formatClock(time);
        const double half = QFontMetricsF(painter.font()).horizontalAdvance(label) / 2;
        if (x - half < kLeft - 8 || x + half > area.right() - endWidth - 8)
            continue;
        painter.setPen(theme.color(Token::ChartAxis));
        painter.drawText(QRectF(x - 50, area.bottom() + 5, 100, 14), Qt::AlignCenter, label);
    }
    painter.setPen(theme.color(m_isLive ? Token::StatusOk : Token::ChartAxis));
    painter.drawText(
        QRectF(area.right() - 200, area.bottom() + 5, 200, 14), Qt::AlignRight | Qt::AlignVCenter, end);
    if (m_isLive)
        painter.fillRect(
            QRectF(area.right() - 1, area.top() - 4, 1, area.height() + 4), theme.color(Token::StatusOk));
}

void TimeStrip::paintBrush(QPainter& painter) const
{
    const Theme& theme = themeOf(this);
    const QRectF area = plot().adjusted(0, -6, 0, 0);
    const double begin = std::clamp(toX(m_brush->begin), area.left(), area.right());
    const double end = std::clamp(toX(m_brush->end), area.left(), area.right());
    QColor dim = theme.color(Token::BgPanel);
    dim.setAlphaF(static_cast<float>(kOutside));
    painter.fillRect(QRectF(area.left(), area.top(), begin - area.left(), area.height()), dim);
    painter.fillRect(QRectF(end, area.top(), area.right() - end, area.height()), dim);
    QColor tint = theme.color(Token::AccentDefault);
    tint.setAlphaF(0.10F);
    painter.fillRect(QRectF(begin, area.top(), end - begin, area.height()), tint);
    painter.setRenderHint(QPainter::Antialiasing);
    for (const double x : {begin, end}) {
        painter.fillRect(QRectF(x - 0.75, area.top(), 1.5, area.height()), theme.color(Token::AccentDefault));
        painter.setBrush(theme.color(Token::BgRaised));
        painter.setPen(theme.color(Token::AccentDefault));
        painter.drawRoundedRect(QRectF(x - 3, area.center().y() - 8, 6, 18), 2, 2);
    }
    const QString tag = QStringLiteral("%1 – %2 · %3")
                            .arg(formatClock(m_brush->begin), formatClock(m_brush->end),
                                formatDuration(std::chrono::floor<std::chrono::seconds>(m_brush->length())));
    painter.setFont(fontOf(TypeStyle::Mono));
    const double width = QFontMetricsF(painter.font()).horizontalAdvance(tag) + 12;
    double left = end + 8;
    if (left + width > area.right())
        left = std::max(area.left(), begin - 8 - width);
    const QRectF box(left, area.top(), width, 18);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.color(Token::AccentFill));
    painter.drawRoundedRect(box, 3, 3);
    painter.setPen(theme.color(Token::TextOnAccent));
    painter.drawText(box, Qt::AlignCenter, tag);
}

void TimeStrip::paintEvent(QPaintEvent*)
{
    if (m_cache.isNull())
        drawColumns();
    const Theme& theme = themeOf(this);
    QPainter painter(this);
    painter.drawPixmap(0, 0, m_cache);
    if (m_brush)
        paintBrush(painter);
    if (hasFocus() && m_cursor && !m_columns.empty()) {
        const double column = plot().width() / static_cast<double>(m_columns.size());
        painter.fillRect(QRectF(plot().left() + (*m_cursor + 0.5) * column, kTop - 6, 1, plot().height() + 6),
            theme.color(Token::AccentDefault));
    }
    painter.fillRect(
        0, height() - 1, width(), 1, theme.color(hasFocus() ? Token::AccentFocus : Token::LineDefault));
}

void TimeStrip::resizeEvent(QResizeEvent*)
{
    m_cache = QPixmap();
}

void TimeStrip::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        m_cache = QPixmap();
    QWidget::changeEvent(event);
}

void TimeStrip::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    m_dragX = event->position().x();
    m_drag = Drag::New;
    if (m_brush) {
        m_brushBefore = *m_brush;
        if (std::abs(m_dragX - toX(m_brush->begin)) <= kHandle)
            m_drag = Drag::Begin;
        else if (std::abs(m_dragX - toX(m_brush->end)) <= kHandle)
            m_drag = Drag::End;
        else if (m_brush->contains(toTime(m_dragX)))
            m_drag = Drag::Move;
    }
}

void TimeStrip::mouseMoveEvent(QMouseEvent* event)
{
    const double x = event->position().x();
    if (m_drag == Drag::None) {
        const bool isHandle = m_brush
            && (std::abs(x - toX(m_brush->begin)) <= kHandle || std::abs(x - toX(m_brush->end)) <= kHandle);
        setCursor(isHandle ? Qt::SizeHorCursor : Qt::ArrowCursor);
        return;
    }
    if (m_drag == Drag::New && std::abs(x - m_dragX) < 3)
        return;
    const UnixTime from = toTime(m_dragX);
    const UnixTime to = toTime(x);
    switch (m_drag) {
    case Drag::New: m_brush = {std::min(from, to), std::max(from, to)}; break;
    case Drag::Begin: m_brush = {std::min(to, m_brushBefore.end), std::max(to, m_brushBefore.end)}; break;
    case Drag::End: m_brush = {std::min(to, m_brushBefore.begin), std::max(to, m_brushBefore.begin)}; break;
    case Drag::Move: m_brush = {m_brushBefore.begin + (to - from), m_brushBefore.end + (to - from)}; break;
    case Drag::None: break;
    }
    update();
}

void TimeStrip::mouseReleaseEvent(QMouseEvent* event)
{
    if (m_drag == Drag::None)
        return;
    const bool isClick = m_drag == Drag::New && std::abs(event->position().x() - m_dragX) < 3;
    m_drag = Drag::None;
    if (isClick && !m_brush)
        return;
    if (isClick)
        m_brush.reset();
    announce();
}

void TimeStrip::mouseDoubleClickEvent(QMouseEvent*)
{
    if (m_brush && !m_brush->isEmpty())
        Q_EMIT rangeRequested(*m_brush);
}

void TimeStrip::wheelEvent(QWheelEvent* event)
{
    const double steps = (event->angleDelta().y() + event->angleDelta().x()) / 120.0;
    if (event->modifiers() & Qt::ControlModifier) {
        const UnixTime anchor = toTime(event->position().x());
        const double factor = std::pow(0.8, steps);
        Q_EMIT rangeRequested(
            {anchor - scaled(anchor - m_range.begin, factor), anchor + scaled(m_range.end - anchor, factor)});
    } else if ((event->modifiers() & Qt::ShiftModifier) || event->angleDelta().x() != 0) {
        const Nanos shift = scaled(m_range.length(), -0.1 * steps);
        Q_EMIT rangeRequested({m_range.begin + shift, m_range.end + shift});
    } else {
        event->ignore();
    }
}

void TimeStrip::keyPressEvent(QKeyEvent* event)
{
    const int last = static_cast<int>(m_columns.size()) - 1;
    if (event->key() == Qt::Key_Escape && m_brush) {
        m_brush.reset();
        announce();
    } else if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && m_brush) {
        Q_EMIT rangeRequested(*m_brush);
    } else if ((event->key() == Qt::Key_Left || event->key() == Qt::Key_Right) && last >= 0) {
        const int before = m_cursor.value_or(last);
        m_cursor = std::clamp(before + (event->key() == Qt::Key_Left ? -1 : 1), 0, last);
        if (event->modifiers() & Qt::ShiftModifier) {
            const Nanos column = m_range.length() / (last + 1);
            const UnixTime at = m_range.begin + column * *m_cursor;
            if (!m_brush)
                m_brush = TimeRange{m_range.begin + column * std::min(before, *m_cursor),
                    m_range.begin + column * (std::max(before, *m_cursor) + 1)};
            else if (at < m_brush->begin)
                m_brush->begin = at;
            else
                m_brush->end = at + column;
            announce();
        }
        update();
    } else {
        QWidget::keyPressEvent(event);
    }
}

void TimeStrip::announce()
{
    update();
    Q_EMIT brushChanged(m_brush);
}

} // namespace sluice::ui
