#pragma once

#include "core/engine/control.h"

#include <QAbstractTableModel>
#include <QString>

#include <vector>

namespace sluice::ui {

/// The revisions of the capture, newest first: number, when it was applied, rules, note.
class RevisionListModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { NumberColumn, TimeColumn, RulesColumn, NoteColumn, ColumnCount };
    enum Role { AppliedRole = Qt::UserRole };

    using QAbstractTableModel::QAbstractTableModel;

    void setRevisions(std::vector<RevisionInfo> revisions);
    [[nodiscard]] const RevisionInfo* at(int row) const;
    [[nodiscard]] const RevisionInfo* applied() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<RevisionInfo> m_revisions;
};

} // namespace sluice::ui
