#pragma once

#include "core/base/time.h"
#include "ui/views/metrics/chart_lines.h"

#include <QWidget>

#include <memory>

namespace sluice::ui {

/// Lines of a metric over time, with exemplars as diamonds and a crosshair. Wheel with Ctrl zooms. UI thread.
class MetricChart final : public QWidget {
    Q_OBJECT

public:
    explicit MetricChart(QWidget* parent);
    ~MetricChart() override;

    void setContent(const ChartContent& content, TimeRange range, const QString& unit);
    /// Only this line is emphasised, the others are quiet; -1: all alike.
    void emphasise(int line);
    /// Colour of line `index` in the theme at hand.
    [[nodiscard]] static QColor lineColor(const QWidget* widget, int index);

Q_SIGNALS:
    void exemplarClicked(const QString& traceId);
    /// Seconds since 1970 under the crosshair.
    void cursorMoved(double seconds);

protected:
    void changeEvent(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Parts;

    void draw();
    void moveCursor(const QPointF& at);
    [[nodiscard]] int exemplarAt(const QPointF& at) const; ///< -1: none.

    std::unique_ptr<Parts> m_parts;
};

} // namespace sluice::ui
