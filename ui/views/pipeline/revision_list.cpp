#include "ui/views/pipeline/revision_list.h"

#include "ui/format/format.h"

#include <algorithm>
#include <utility>

namespace sluice::ui {

void RevisionListModel::setRevisions(std::vector<RevisionInfo> revisions)
{
    beginResetModel();
    m_revisions = std::move(revisions);
    endResetModel();
}

const RevisionInfo* RevisionListModel::at(int row) const
{
    return row >= 0 && row < rowCount() ? &m_revisions[static_cast<std::size_t>(row)] : nullptr;
}

const RevisionInfo* RevisionListModel::applied() const
{
    const auto found = std::ranges::find(m_revisions, true, &RevisionInfo::isApplied);
    return found == m_revisions.end() ? nullptr : &*found;
}

int RevisionListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_revisions.size());
}

int RevisionListModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RevisionListModel::data(const QModelIndex& index, int role) const
{
    const RevisionInfo* revision = at(index.row());
    if (!revision)
        return {};
    switch (role) {
    case AppliedRole: return revision->isApplied;
    case Qt::DisplayRole: break;
    default: return {};
    }
    switch (static_cast<Column>(index.column())) {
    case NumberColumn:
        //: %1 is a number of a revision
        return revision->isApplied ? tr("r%1 live").arg(revision->number) : tr("r%1").arg(revision->number);
    case TimeColumn: return formatClock(revision->created);
    case RulesColumn: return static_cast<qulonglong>(revision->definition.rules.size());
    case NoteColumn: return text(revision->note);
    case ColumnCount: break;
    }
    return {};
}

QVariant RevisionListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(
            section == RulesColumn ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (static_cast<Column>(section)) {
    case NumberColumn: return tr("Revision");
    case TimeColumn: return tr("Applied");
    case RulesColumn: return tr("Rules");
    case NoteColumn: return tr("Note");
    case ColumnCount: break;
    }
    return {};
}

} // namespace sluice::ui
