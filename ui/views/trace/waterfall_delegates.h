#pragma once

#include <QHeaderView>
#include <QStyledItemDelegate>

namespace sluice::ui {

class Waterfall;

/// Column 0: guides, caret, service edge, kind, service, name, error mark.
class SpanTreeDelegate final : public QStyledItemDelegate {
public:
    explicit SpanTreeDelegate(Waterfall* view);
    void paint(
        QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

    static constexpr int kIndent = 14;

private:
    Waterfall* m_view;
};

/// Column 1: bars, events, labels, grid, cursor.
class TimelineDelegate final : public QStyledItemDelegate {
public:
    explicit TimelineDelegate(Waterfall* view);
    void paint(
        QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    Waterfall* m_view;
};

/// The header: the tree's title, and the ruler with the time under the pointer. Dragging the ruler pans.
class RulerHeader final : public QHeaderView {
public:
    explicit RulerHeader(Waterfall* view);

protected:
    void paintSection(QPainter* painter, const QRect& rect, int section) const override;

private:
    Waterfall* m_view;
};

} // namespace sluice::ui
