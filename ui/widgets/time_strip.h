#pragma once

#include "core/base/time.h"
#include "ui/theme/tokens.h"

#include <QPixmap>
#include <QWidget>

#include <optional>
#include <vector>

namespace sluice::ui {

/// Counts over time as stacked columns, with a brush. Drag makes a brush, its handles resize it, dragging
/// inside moves it, a double click inside asks to zoom, Escape clears. Ctrl wheel zooms, Shift wheel pans. By
/// keyboard: Left and Right move a cursor by a column, with Shift they extend the brush, Enter zooms. Columns
/// are drawn once into a pixmap; the brush is drawn above. 106 px high.
class TimeStrip final : public QWidget {
    Q_OBJECT

public:
    /// One layer of the stack, from the bottom.
    struct Series {
        QString name;
        Token color;
        bool isHatched = false;
    };

    TimeStrip(QWidget* parent, const QString& name, std::vector<Series> series);

    static constexpr int kColumns = 180;

    /// `columns[i][s]`: count of series s in column i. The range spans all columns.
    void setData(TimeRange range, std::vector<std::vector<double>> columns, bool isLive);
    [[nodiscard]] TimeRange range() const { return m_range; }
    [[nodiscard]] std::optional<TimeRange> brush() const { return m_brush; }
    void setBrush(std::optional<TimeRange> brush); ///< Without a signal.
    [[nodiscard]] QSize sizeHint() const override { return {600, 106}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {200, 72}; }

Q_SIGNALS:
    /// Emitted when the pointer is released or a key was pressed; nothing when the brush is cleared.
    void brushChanged(const std::optional<sluice::TimeRange>& brush);
    void rangeRequested(const sluice::TimeRange& range);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    enum class Drag { None, New, Begin, End, Move };

    [[nodiscard]] double toX(UnixTime time) const;
    [[nodiscard]] UnixTime toTime(double x) const;
    [[nodiscard]] QRectF plot() const;
    void drawColumns();
    void paintBrush(QPainter& painter) const;
    void announce();

    std::vector<Series> m_series;
    std::vector<std::vector<double>> m_columns;
    TimeRange m_range;
    bool m_isLive = false;
    std::optional<TimeRange> m_brush;
    Drag m_drag = Drag::None;
    double m_dragX = 0;
    TimeRange m_brushBefore;
    std::optional<int> m_cursor; ///< Column under the keyboard.
    QPixmap m_cache;
};

/// 1, 2 or 5 times a power of ten, so that about `most` steps fill `span`.
double niceStep(double span, int most);

} // namespace sluice::ui
