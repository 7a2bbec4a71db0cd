#pragma once

#include "core/query/query_types.h"
#include "ui/bridge/latest_only.h"
#include "ui/main_window/page.h"
#include "ui/widgets/facet_tree.h"
#include "ui/workbench.h"

#include <QTimer>

class QLineEdit;
class QPushButton;
class QSplitter;
class QStackedWidget;
class QTableView;

namespace sluice::ui {

class Badge;
class Label;
class QueryField;
class StateView;
class SubBar;
class TimeStrip;
class TracesModel;

/// The live trace list: strip, facets, table. While Live is on and the list is at its top with nothing
/// selected, new traces come in at the top; otherwise it holds still and a button tells how many are newer.
class TracesPage final : public Page {
    Q_OBJECT

public:
    TracesPage(Workbench& bench, QWidget* parent);

    [[nodiscard]] QString title() const override { return tr("Traces"); }
    [[nodiscard]] QList<QWidget*> areas() const override;
    [[nodiscard]] QWidget* queryField() const override;
    void setShown(bool shown) override;

    /// The trace before (-1) or after (+1) the one opened last, in the list's order; empty at an end.
    QString neighbour(int step);
    /// "13 of 296" for a trace of the list; empty when it is not in it.
    [[nodiscard]] QString positionText(const QString& traceId) const;

private:
    enum class Dropped { Dim, Show, Hide };

    QWidget* makeFacetPanel();
    QWidget* makeListPanel();
    void addActions();

    [[nodiscard]] query::TraceFilter currentFilter() const;
    void reload(); ///< The filter or the range became another: everything from the start.
    void readRows(bool markNew);
    void readMore();
    void readSummary(); ///< Counts, strip and facets.
    void readNewer();
    void onFeed();
    void showHistogram(const query::TimeHistogram& histogram);
    void showCounts(const query::TraceCounts& counts);
    void showFacets();
    void showEmptyOrList();
    void chooseFacet(const QString& group, const QString& value, const QString& parentValue, bool add);
    void removeChip(const QString& id);
    void setBrush(std::optional<TimeRange> brush);
    void setDropped(Dropped mode);
    void clearFilters();
    void sortBy(int column);
    void openRow(const QModelIndex& index);
    void openRowMenu(const QPoint& position);
    void copyRows() const;
    void goLive();
    [[nodiscard]] bool isAtLiveEdge() const;

    Workbench& m_bench;
    query::TraceFilter m_filter; ///< Without the time.
    query::TraceSort m_sort = query::TraceSort::Newest;
    std::optional<TimeRange> m_brush;
    std::optional<query::PageKey> m_next;
    query::TraceCounts m_counts;
    std::vector<query::Facet> m_facets;
    Dropped m_dropped = Dropped::Dim;
    QString m_opened;
    bool m_isShown = false;
    bool m_hasRange = false; ///< The range of an old capture was looked at.

    QueryField* m_field;
    SubBar* m_subBar;
    QPushButton* m_droppedButton;
    TimeStrip* m_strip;
    QLineEdit* m_facetSearch;
    FacetTree* m_facetTree;
    Badge* m_selection;
    Label* m_selectionHint;
    QPushButton* m_newer;
    QTableView* m_table;
    TracesModel* m_model;
    QStackedWidget* m_listStack;
    StateView* m_state;

    LatestOnly m_rows;
    LatestOnly m_more;
    LatestOnly m_countsQuestion;
    LatestOnly m_stripQuestion;
    LatestOnly m_facetQuestion;
    LatestOnly m_newerQuestion;
    QTimer m_summaryTimer;
    QTimer m_newMarks;
};

} // namespace sluice::ui
