#pragma once

#include "core/query/query_types.h"
#include "ui/bridge/latest_only.h"
#include "ui/main_window/page.h"
#include "ui/workbench.h"

#include <QTimer>

#include <string>

class QListView;
class QStackedWidget;

namespace sluice::ui {

class Badge;
class Label;
class MetricChart;
class MetricListModel;
class QueryField;
class SeriesPanel;
class StateView;
class SubBar;

/// The metrics as a list, and the chart, legend and exemplars of the selected one. UI thread.
class MetricsPage final : public Page {
    Q_OBJECT

public:
    explicit MetricsPage(const Workbench& workbench, QWidget* parent = nullptr);

    [[nodiscard]] QString title() const override;
    [[nodiscard]] QList<QWidget*> areas() const override;
    [[nodiscard]] QWidget* queryField() const override;
    void setShown(bool shown) override;

    void select(const std::string& metric);

private:
    void buildLayout();
    QWidget* makeList();
    QWidget* makeChart();
    void refreshList();
    void refreshChart();
    void showList(std::vector<query::MetricInfo> metrics);
    void showSelected();
    void showSeries(
        const query::MetricInfo& metric, const std::vector<query::MetricSeries>& series, TimeRange range);

    Workbench m_workbench;
    MetricListModel* m_model;
    std::string m_selected;
    bool m_isShown = false;
    bool m_hasLoaded = false;
    LatestOnly m_listRun;
    LatestOnly m_seriesRun;
    QTimer m_pace; ///< The list is read again at most once a second.

    QueryField* m_field = nullptr;
    SubBar* m_bar = nullptr;
    QStackedWidget* m_stack = nullptr;
    StateView* m_state = nullptr;
    QListView* m_list = nullptr;
    Label* m_name = nullptr;
    Badge* m_type = nullptr;
    Badge* m_temporality = nullptr;
    Badge* m_unit = nullptr;
    Label* m_description = nullptr;
    Label* m_caption = nullptr;
    MetricChart* m_chart = nullptr;
    SeriesPanel* m_series = nullptr;
};

} // namespace sluice::ui
