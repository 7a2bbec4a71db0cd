#include "ui/views/pipeline/rules_model.h"

#include <QIODevice>
#include <QLocale>
#include <QMimeData>

#include <algorithm>
#include <optional>

namespace sluice::ui {
namespace {

QString rowMimeType()
{
    return QStringLiteral("application/x-sluice-rule-row");
}

} // namespace

RulesModel::RulesModel(PipelineDraft* draft, QObject* parent)
    : QAbstractListModel(parent)
    , m_draft(draft)
{
    connect(m_draft, &PipelineDraft::changed, this, &RulesModel::draftChanged);
}

void RulesModel::setPipeline(const std::string& id, Signal signal)
{
    beginResetModel();
    m_pipeline = id;
    m_signal = signal;
    const PipelineDefinition* line = m_draft->pipeline(id);
    m_ids = line ? line->rules : std::vector<std::string>();
    endResetModel();
    setCounts(m_allCounts);
}

void RulesModel::setCounts(const std::vector<RuleCount>& counts)
{
    m_allCounts = counts;
    m_counts.clear();
    for (const RuleCount& count : counts) {
        if (count.pipeline == m_pipeline)
            m_counts[count.rule] = count;
    }
    if (!m_ids.empty())
        Q_EMIT dataChanged(
            index(0), index(rowCount() - 1), {ChangedCountRole, DroppedCountRole, ErrorCountRole});
}

void RulesModel::setProblems(const std::vector<RuleProblem>& problems)
{
    m_problems.clear();
    for (const RuleProblem& problem : problems)
        m_problems.try_emplace(problem.rule, QString::fromStdString(problem.text));
    if (!m_ids.empty())
        Q_EMIT dataChanged(index(0), index(rowCount() - 1), {ProblemRole});
}

std::string RulesModel::idAt(int row) const
{
    return row >= 0 && row < rowCount() ? m_ids[static_cast<std::size_t>(row)] : std::string();
}

int RulesModel::rowOf(const std::string& ruleId) const
{
    const auto found = std::ranges::find(m_ids, ruleId);
    return found == m_ids.end() ? -1 : static_cast<int>(found - m_ids.begin());
}

int RulesModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_ids.size());
}

QVariant RulesModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const std::string id = idAt(index.row());
    const Rule* rule = m_draft->rule(id);
    if (!rule)
        return {};
    const auto count = m_counts.find(id);
    const auto counted = [&](std::uint64_t RuleCount::*member) {
        return count == m_counts.end() ? QVariant() : QVariant::fromValue(qulonglong{count->second.*member});
    };
    switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole: return QString::fromStdString(rule->name());
    case Qt::CheckStateRole: return rule->isEnabled ? Qt::Checked : Qt::Unchecked;
    case Qt::ToolTipRole:
        return m_problems.contains(id) ? m_problems.at(id) : QString::fromStdString(rule->note);
    case Qt::AccessibleTextRole: return sentence(index.row());
    case IdRole: return QString::fromStdString(id);
    case TypeRole: return QString::fromStdString(rule->type());
    case ChangeRole: return static_cast<int>(m_draft->changeOf(id));
    case ChangedCountRole: return counted(&RuleCount::changed);
    case DroppedCountRole: return counted(&RuleCount::dropped);
    case ErrorCountRole: return counted(&RuleCount::errors);
    case ProblemRole: return m_problems.contains(id) ? m_problems.at(id) : QString();
    default: break;
    }
    return {};
}

bool RulesModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return false;
    const std::string id = idAt(index.row());
    if (role == Qt::CheckStateRole) {
        m_draft->setEnabled(id, value.toInt() == Qt::Checked);
        return true;
    }
    if (role != Qt::EditRole)
        return false;
    if (m_draft->rename(id, value.toString().trimmed().toStdString()))
        return true;
    Q_EMIT renameRefused(value.toString());
    return false;
}

Qt::ItemFlags RulesModel::flags(const QModelIndex& index) const
{
    if (!index.isValid())
        return Qt::ItemIsDropEnabled;
    return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsEditable | Qt::ItemIsUserCheckable
        | Qt::ItemIsDragEnabled | Qt::ItemNeverHasChildren;
}

Qt::DropActions RulesModel::supportedDropActions() const
{
    return Qt::MoveAction;
}

QStringList RulesModel::mimeTypes() const
{
    return {rowMimeType()};
}

QMimeData* RulesModel::mimeData(const QModelIndexList& indexes) const
{
    if (indexes.isEmpty())
        return nullptr;
    auto* data = new QMimeData; // The drag that asked for it owns it.
    data->setData(rowMimeType(), QByteArray::number(indexes.front().row()));
    return data;
}

bool RulesModel::dropMimeData(
    const QMimeData* data, Qt::DropAction action, int row, int /*column*/, const QModelIndex& parent)
{
    if (action != Qt::MoveAction || !data->hasFormat(rowMimeType()))
        return false;
    const int from = data->data(rowMimeType()).toInt();
    int to = row >= 0 ? row : parent.isValid() ? parent.row() : rowCount();
    if (to > from)
        --to; // The gap below the moved row counts that row.
    m_draft->move(m_pipeline, from, to);
    Q_EMIT ruleMoved(to);
    return false; // The draft moved the row; the view must not remove it once more.
}

void RulesModel::draftChanged()
{
    const PipelineDefinition* line = m_draft->pipeline(m_pipeline);
    const std::vector<std::string> ids = line ? line->rules : std::vector<std::string>();
    if (ids == m_ids) {
        if (!ids.empty())
            Q_EMIT dataChanged(index(0), index(rowCount() - 1));
        return;
    }
    if (ids.size() == m_ids.size()
        && !std::ranges::is_permutation(
            ids, m_ids)) { // Renamed: the rows stay, and so does what is selected.
        m_ids = ids;
        Q_EMIT dataChanged(index(0), index(rowCount() - 1));
        return;
    }
    beginResetModel();
    m_ids = ids;
    endResetModel();
}

QString RulesModel::sentence(int row) const
{
    const std::string id = idAt(row);
    const Rule* rule = m_draft->rule(id);
    QStringList parts{//: %1 is a number, %2 the name of the rule
        tr("Rule %1, %2").arg(row + 1).arg(QString::fromStdString(rule->name())),
        QString::fromStdString(rule->type())};
    if (!rule->isEnabled)
        parts << tr("off");
    switch (m_draft->changeOf(id)) {
    case PipelineDraft::Change::New: parts << tr("new"); break;
    case PipelineDraft::Change::Edited: parts << tr("edited"); break;
    case PipelineDraft::Change::Renamed: parts << tr("renamed"); break;
    case PipelineDraft::Change::None: break;
    }
    if (const auto count = m_counts.find(id); count != m_counts.end()) {
        const QLocale locale;
        //: %1 and %2 are numbers
        parts << tr("%1 changed, %2 dropped")
                     .arg(locale.toString(qulonglong{count->second.changed}),
                         locale.toString(qulonglong{count->second.dropped}));
    }
    if (const auto problem = m_problems.find(id); problem != m_problems.end())
        parts << problem->second;
    return parts.join(QStringLiteral(", "));
}

} // namespace sluice::ui
