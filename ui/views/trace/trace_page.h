#pragma once

#include "ui/bridge/latest_only.h"
#include "ui/main_window/page.h"
#include "ui/views/trace/trace_rows.h"
#include "ui/workbench.h"

#include <QElapsedTimer>
#include <QTimer>

class QLineEdit;
class QStackedWidget;

namespace sluice::ui {

class Badge;
class Label;
class Minimap;
class SpanInspector;
class StateView;
class Waterfall;

/// One trace: header, minimap, waterfall, inspector. It follows a live trace that still grows.
class TracePage final : public Page {
    Q_OBJECT

public:
    TracePage(Workbench& bench, QWidget* parent);

    [[nodiscard]] QString title() const override;
    [[nodiscard]] QList<QWidget*> areas() const override;
    [[nodiscard]] QWidget* queryField() const override;
    void setShown(bool shown) override;

    /// `position`: "13 of 296", empty when the trace is not in a list.
    void setTrace(const QString& traceId, const QString& position);

Q_SIGNALS:
    void closed();
    void neighbourRequested(int step);

private:
    struct Loaded {
        std::shared_ptr<const TraceTree> tree;
        std::vector<int> rows;
        QString error;
    };

    QWidget* makeHeader();
    void addActions();
    void load();
    void show(Loaded loaded, bool keepView);
    void showHeader(const query::TraceSummary& summary);
    void fold(const std::unordered_set<int>& folded);

    Workbench& m_bench;
    QString m_traceId;
    QElapsedTimer m_opening; ///< Runs from setTrace() until the trace is shown, while latencies are measured.
    bool m_isShown = false;
    std::size_t m_spanCount = 0;

    Label* m_name;
    Badge* m_errorBadge;
    Badge* m_outcomeBadge;
    Label* m_facts;
    Label* m_position;
    QWidget* m_previous = nullptr;
    QWidget* m_nextButton = nullptr;
    Waterfall* m_waterfall;
    Minimap* m_minimap;
    QLineEdit* m_find;
    SpanInspector* m_inspector;
    QStackedWidget* m_stack;
    StateView* m_state;
    LatestOnly m_question;
    LatestOnly m_folding;
    QTimer m_growth;
};

} // namespace sluice::ui
