#pragma once

#include "core/query/query_types.h"
#include "ui/bridge/latest_only.h"
#include "ui/main_window/page.h"
#include "ui/workbench.h"

#include <optional>

class QPushButton;
class QStackedWidget;
class QTableView;

namespace sluice::ui {

class FacetTree;
class LogDetails;
class LogModel;
class QueryField;
class StateView;
class SubBar;
class TimeStrip;

/// Log records as they arrive: counts by severity over time, facets, table, details. While Live is on and the
/// list is at its top, new records come in there; otherwise it holds still and says how many are newer. UI
/// thread.
class LogsPage final : public Page {
    Q_OBJECT

public:
    explicit LogsPage(const Workbench& workbench, QWidget* parent = nullptr);

    [[nodiscard]] QString title() const override;
    [[nodiscard]] QList<QWidget*> areas() const override;
    [[nodiscard]] QWidget* queryField() const override;
    void setShown(bool shown) override;

    [[nodiscard]] LogModel* model() { return m_model; }
    /// Only the records of one trace; empty: of all.
    void showTraceLogs(const QString& traceId);

private:
    void buildTable();
    void buildLayout();
    void reload(); ///< The filter changed: everything anew.
    void refresh(); ///< News, or the time moved.
    void refreshCounts();
    void showHistogram(const query::SeverityHistogram& histogram);
    void showFacets(const std::vector<query::Facet>& facets);
    void showChips();
    void showSummary();
    void showRecord();
    void chooseFacet(const QString& group, const QString& value, bool add);
    void removeChip(const QString& id);
    void openSelectedTrace();
    void returnToLive();
    [[nodiscard]] bool isHolding() const; ///< Scrolled or paused: rows must not move.
    [[nodiscard]] query::LogFilter filterNow() const;

    Workbench m_workbench;
    LogModel* m_model;
    query::LogFilter m_filter; ///< Without the time.
    std::optional<TimeRange> m_brush;
    bool m_isShown = false;
    bool m_hasNews = false;
    bool m_isStale = false; ///< The filter or the time changed while another screen was shown.
    std::uint64_t m_matching = 0;
    std::uint64_t m_total = 0;
    std::uint64_t m_seen = 0; ///< matching when the top was last refreshed.
    LatestOnly m_histogramRun;
    LatestOnly m_facetRun;
    LatestOnly m_detailRun;

    QueryField* m_field = nullptr;
    SubBar* m_bar = nullptr;
    TimeStrip* m_strip = nullptr;
    FacetTree* m_facets = nullptr;
    QTableView* m_table = nullptr;
    QStackedWidget* m_stack = nullptr;
    StateView* m_state = nullptr;
    LogDetails* m_details = nullptr;
    QPushButton* m_newer = nullptr;
};

} // namespace sluice::ui
