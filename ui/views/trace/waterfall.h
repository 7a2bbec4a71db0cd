#pragma once

#include "ui/views/trace/trace_rows.h"

#include <QAbstractTableModel>
#include <QHeaderView>
#include <QTableView>

#include <memory>
#include <optional>

namespace sluice::ui {

class ServiceColors;

/// The visible rows of one trace: column 0 is the tree, column 1 the timeline. Flat, so that folding is new
/// rows and nothing else.
class WaterfallModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    using QAbstractTableModel::QAbstractTableModel;

    void setRows(
        std::shared_ptr<const TraceTree> tree, std::vector<int> rows, std::unordered_set<int> folded);
    [[nodiscard]] const std::shared_ptr<const TraceTree>& tree() const { return m_tree; }
    [[nodiscard]] const std::unordered_set<int>& folded() const { return m_folded; }
    [[nodiscard]] int spanAt(int row) const; ///< -1 outside.
    [[nodiscard]] int rowOfSpan(int span) const; ///< -1: not in sight.
    [[nodiscard]] bool isFolded(int span) const { return m_folded.contains(span); }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::shared_ptr<const TraceTree> m_tree;
    std::vector<int> m_rows;
    std::unordered_set<int> m_folded;
};

/// The waterfall of a trace. Ctrl wheel and W, S zoom at the pointer, Shift wheel and A, D pan, 0 fits, Z
/// fits the selected span, Left and Right fold, N and P go to the next and previous error. Dragging in the
/// timeline marks a range and zooms to it.
class Waterfall final : public QTableView {
    Q_OBJECT

public:
    Waterfall(QWidget* parent, ServiceColors& services);

    void setTree(std::shared_ptr<const TraceTree> tree, std::vector<int> rows);
    [[nodiscard]] const WaterfallModel& rows() const { return *m_model; }
    [[nodiscard]] TimelineWindow& window() { return m_window; }
    [[nodiscard]] const TimelineWindow& window() const { return m_window; }
    [[nodiscard]] ServiceColors& services() const { return m_services; }
    [[nodiscard]] std::optional<UnixTime> cursor() const { return m_cursor; }
    [[nodiscard]] std::optional<TimeRange> mark() const;
    [[nodiscard]] int selectedSpan() const; ///< -1: none.
    void selectSpan(int span);
    void setFolded(int span, bool folded);
    void foldAll(bool folded);
    void goToError(int step);
    /// Selects the next span whose name holds `words`, from the selected one on.
    void find(const QString& words);
    void windowChanged(); ///< After window() was changed from outside.

    /// Pixels left free at the timeline's edges.
    static constexpr int kPadLeft = 14;
    static constexpr int kPadRight = 54;

Q_SIGNALS:
    void spanSelected(int span);
    void viewChanged(); ///< The range or the cursor.
    void foldRequested(const std::unordered_set<int>& folded);

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;

private:
    [[nodiscard]] double timelineWidth() const;
    [[nodiscard]] double toTimelineX(double viewX) const;
    [[nodiscard]] UnixTime anchor() const;

    ServiceColors& m_services;
    WaterfallModel* m_model;
    TimelineWindow m_window;
    std::optional<UnixTime> m_cursor;
    std::optional<UnixTime> m_markFrom;
    std::unordered_set<int> m_folded; ///< As asked for; the model follows when the rows are built.
};

/// The whole trace in 52 px, with the shown range as a window to drag and resize.
class Minimap final : public QWidget {
    Q_OBJECT

public:
    Minimap(QWidget* parent, Waterfall* waterfall);
    void refresh();

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    enum class Drag { None, New, Begin, End, Move };
    void drawSpans();
    [[nodiscard]] double toX(UnixTime time) const;
    [[nodiscard]] UnixTime toTime(double x) const;

    Waterfall* m_waterfall;
    QPixmap m_cache;
    Drag m_drag = Drag::None;
    UnixTime m_from;
    TimeRange m_before;
};

} // namespace sluice::ui
