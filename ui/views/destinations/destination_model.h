#pragma once

#include "core/delivery/destination_settings.h"
#include "ui/delegates/row_delegate.h"

#include <QAbstractTableModel>
#include <QStyledItemDelegate>

#include <deque>
#include <map>
#include <string>
#include <vector>

namespace sluice::ui {

/// The destinations with their state, one row each, and the last minutes of how far each was behind. UI
/// thread.
class DestinationModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column {
        NameColumn,
        StateColumn,
        SignalsColumn,
        BehindColumn,
        SentColumn,
        RetriedColumn,
        FailedColumn,
        ErrorColumn,
        ColumnCount
    };

    using QAbstractTableModel::QAbstractTableModel;

    void setDestinations(const std::vector<DestinationStatus>& destinations);
    [[nodiscard]] const DestinationStatus* at(int row) const;
    [[nodiscard]] int rowOf(const std::string& name) const;
    [[nodiscard]] std::vector<std::string> names() const;
    [[nodiscard]] QList<double> behindOf(const std::string& name) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<DestinationStatus> m_rows;
    std::map<std::string, std::deque<double>> m_behind; ///< One value a second, 60 at most.
};

/// Paints a destination's row: two lines, state as icon and word, marks of the signals, line of what is
/// behind.
class DestinationDelegate final : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(
        QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

/// One row each of what was sent lately, newest first.
class RecentExportModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { TimeColumn, NameColumn, WhatColumn, RecordsColumn, ResultColumn, ColumnCount };
    enum Role { OkRole = Qt::UserRole };

    using QAbstractTableModel::QAbstractTableModel;

    void setDestinations(const std::vector<DestinationStatus>& destinations, bool failuresOnly);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    struct Row {
        std::string name;
        DestinationKind kind = DestinationKind::OtlpGrpc;
        RecentExport what;
    };
    std::vector<Row> m_rows;
};

/// How an export went: glyph and time, or glyph and answer.
class ExportResultDelegate final : public RowDelegate {
    Q_OBJECT

public:
    explicit ExportResultDelegate(QObject* parent);

protected:
    void paintContent(QPainter& painter, const Cell& cell, const QModelIndex& index) const override;
};

/// Icon, colour and word of a state.
struct StateMark {
    const char* icon;
    Token color;
    QString word;
};
StateMark markOf(const DestinationStatus& status);

} // namespace sluice::ui
