#pragma once

#include "ui/views/metrics/chart_lines.h"
#include "ui/widgets/controls.h"

class QTableWidget;

namespace sluice::ui {

/// Beside the chart: attributes and how many values each has, the legend with values, exemplars. UI thread.
class SeriesPanel final : public Panel {
    Q_OBJECT

public:
    explicit SeriesPanel(QWidget* parent);

    void setContent(
        const ChartContent& content, const std::vector<AttributeSpread>& spread, const QString& unit);
    /// Values of the lines at a time, in the legend's second column.
    void showCursor(double seconds);

Q_SIGNALS:
    /// -1: none.
    void lineChosen(int line);
    void openTrace(const QString& traceId);

private:
    void choose();

    ChartContent m_content;
    QString m_unit;
    Label* m_seriesCount;
    QTableWidget* m_spread;
    Label* m_legendHead;
    QTableWidget* m_legend;
    Label* m_exemplarCount;
    QTableWidget* m_exemplars;
};

} // namespace sluice::ui
