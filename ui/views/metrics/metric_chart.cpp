// QCustomPlot's header uses Qt's short keywords and foreach.
#undef QT_NO_KEYWORDS
#undef QT_NO_FOREACH

#include "ui/views/metrics/metric_chart.h"

#include "ui/format/format.h"
#include "ui/theme/theme.h"

#include <QMouseEvent>
#include <QVBoxLayout>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <qcustomplot.h>
#pragma GCC diagnostic pop

#include <algorithm>
#include <cmath>

namespace sluice::ui {
namespace {

constexpr double kHitRadius = 8;

/// Numbers with their unit, at most six of them.
class ValueTicker final : public QCPAxisTicker {
public:
    QString unit;

protected:
    QString getTickLabel(double tick, const QLocale&, QChar, int) override
    {
        return formatNumber(tick) + (unit.isEmpty() ? QString() : QStringLiteral(" ") + unit);
    }
};

class TimeTicker final : public QCPAxisTickerDateTime {
public:
    TimeTicker()
    {
        setDateTimeFormat(QStringLiteral("HH:mm"));
        setTickCount(8);
    }
};

} // namespace

struct MetricChart::Parts {
    QCustomPlot* plot = nullptr;
    QCPItemStraightLine* cursor = nullptr;
    QSharedPointer<ValueTicker> values{new ValueTicker};
    ChartContent content;
    TimeRange range;
    int emphasised = -1;
};

MetricChart::MetricChart(QWidget* parent)
    : QWidget(parent)
    , m_parts(std::make_unique<Parts>())
{
    m_parts->plot = new QCustomPlot(this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_parts->plot);
    QCustomPlot& plot = *m_parts->plot;
    plot.setMouseTracking(true);
    plot.installEventFilter(this);
    plot.setInteractions({});
    plot.axisRect()->setMinimumMargins(QMargins(52, 8, 14, 22));
    plot.yAxis->setTicker(m_parts->values);
    m_parts->values->setTickCount(5);
    plot.xAxis->setTicker(QSharedPointer<TimeTicker>(new TimeTicker));
    m_parts->cursor = new QCPItemStraightLine(&plot); // The plot owns its items.
    m_parts->cursor->setVisible(false);
    setAccessibleName(tr("Chart of the metric"));
}

MetricChart::~MetricChart() = default;

QColor MetricChart::lineColor(const QWidget* widget, int index)
{
    return themeOf(widget).service(index % kServiceSlots);
}

void MetricChart::setContent(const ChartContent& content, TimeRange range, const QString& unit)
{
    m_parts->content = content;
    m_parts->range = range;
    m_parts->values->unit
        = content.isRate ? (unit.isEmpty() ? QStringLiteral("/s") : unit + QStringLiteral("/s")) : unit;
    m_parts->emphasised = -1;
    //: %1 is a number
    setAccessibleDescription(tr("%1 lines").arg(content.lines.size()));
    draw();
}

void MetricChart::emphasise(int line)
{
    m_parts->emphasised = line;
    draw();
}

void MetricChart::draw()
{
    QCustomPlot& plot = *m_parts->plot;
    const Theme& theme = themeOf(this);
    plot.clearGraphs();
    plot.setBackground(theme.color(Token::BgPanel));
    const QPen none(Qt::NoPen);
    for (QCPAxis* axis : {plot.xAxis, plot.yAxis}) {
        axis->setBasePen(none);
        axis->setTickPen(none);
        axis->setSubTickPen(none);
        axis->setTickLabelFont(fontOf(TypeStyle::MonoSmall));
        axis->setTickLabelColor(theme.color(Token::ChartAxis));
        axis->grid()->setZeroLinePen(none);
        axis->grid()->setPen(QPen(theme.color(Token::ChartGrid), 1));
    }
    plot.xAxis->grid()->setVisible(false);

    double least = 0;
    double most = 0;
    for (std::size_t i = 0; i < m_parts->content.lines.size(); ++i) {
        const ChartLine& line = m_parts->content.lines[i];
        const int index = static_cast<int>(i);
        const bool isQuiet = m_parts->emphasised >= 0 && m_parts->emphasised != index;
        QCPGraph* graph = plot.addGraph();
        graph->setData(line.x, line.y, true);
        graph->setAntialiased(true);
        QColor color = lineColor(this, index);
        if (isQuiet)
            color = blend(theme.color(Token::BgPanel), color, 0.25);
        graph->setPen(QPen(color, m_parts->emphasised == index ? 2.0 : 1.5));
        if (line.x.size() == 1)
            graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, 4));
        for (const double value : line.y) {
            if (!std::isnan(value)) {
                least = std::min(least, value);
                most = std::max(most, value);
            }
        }
    }
    if (!m_parts->content.exemplars.empty()) {
        QCPGraph* graph = plot.addGraph();
        graph->setLineStyle(QCPGraph::lsNone);
        graph->setScatterStyle(QCPScatterStyle(
            QCPScatterStyle::ssDiamond, theme.color(Token::BgPanel), theme.color(Token::ChartExemplar), 8));
        for (const ChartExemplar& each : m_parts->content.exemplars)
            graph->addData(each.x, each.y);
    }
    plot.yAxis->setRange(least < 0 ? least * 1.1 : 0, most > 0 ? most * 1.12 : 1);
    const auto seconds
        = [](UnixTime time) { return static_cast<double>(time.time_since_epoch().count()) / 1e9; };
    plot.xAxis->setRange(seconds(m_parts->range.begin), seconds(m_parts->range.end));
    m_parts->cursor->setPen(QPen(theme.color(Token::AccentDefault), 1, Qt::DashLine));
    plot.replot(QCustomPlot::rpQueuedReplot);
}

int MetricChart::exemplarAt(const QPointF& at) const
{
    const QCustomPlot& plot = *m_parts->plot;
    for (std::size_t i = 0; i < m_parts->content.exemplars.size(); ++i) {
        const ChartExemplar& each = m_parts->content.exemplars[i];
        const QPointF where(plot.xAxis->coordToPixel(each.x), plot.yAxis->coordToPixel(each.y));
        if (std::hypot(where.x() - at.x(), where.y() - at.y()) <= kHitRadius)
            return static_cast<int>(i);
    }
    return -1;
}

void MetricChart::moveCursor(const QPointF& at)
{
    QCustomPlot& plot = *m_parts->plot;
    const bool isInside = plot.axisRect()->rect().contains(at.toPoint());
    m_parts->cursor->setVisible(isInside);
    if (isInside) {
        const double seconds = plot.xAxis->pixelToCoord(at.x());
        m_parts->cursor->point1->setCoords(seconds, 0);
        m_parts->cursor->point2->setCoords(seconds, 1);
        Q_EMIT cursorMoved(seconds);
    }
    const int exemplar = exemplarAt(at);
    plot.setCursor(exemplar >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
    plot.setToolTip(exemplar >= 0
            ? tr("Open trace %1")
                  .arg(QString::fromStdString(
                      m_parts->content.exemplars[static_cast<std::size_t>(exemplar)].trace.toHex().substr(
                          0, 8)))
            : QString());
    plot.replot(QCustomPlot::rpQueuedReplot);
}

bool MetricChart::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::MouseMove) {
        moveCursor(static_cast<QMouseEvent*>(event)->position());
    } else if (event->type() == QEvent::Leave) {
        m_parts->cursor->setVisible(false);
        m_parts->plot->replot(QCustomPlot::rpQueuedReplot);
    } else if (event->type() == QEvent::MouseButtonRelease) {
        const int at = exemplarAt(static_cast<QMouseEvent*>(event)->position());
        if (at >= 0)
            Q_EMIT exemplarClicked(QString::fromStdString(
                m_parts->content.exemplars[static_cast<std::size_t>(at)].trace.toHex()));
    }
    return QWidget::eventFilter(watched, event);
}

void MetricChart::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        draw();
}

} // namespace sluice::ui
