#include "ui/views/traces/traces_model.h"

#include "ui/delegates/row_delegate.h"
#include "ui/format/format.h"

#include <algorithm>
#include <unordered_set>

namespace sluice::ui {
namespace {

constexpr auto kNewFor = std::chrono::milliseconds(1500);

} // namespace

TracesModel::TracesModel(QObject* parent)
    : QAbstractTableModel(parent)
{
}

void TracesModel::setRows(std::vector<query::TraceSummary> rows, bool hasMore, bool markNew)
{
    if (markNew && !m_rows.empty()) {
        std::unordered_set<TraceId> known;
        for (const query::TraceSummary& row : m_rows)
            known.insert(row.traceId);
        const auto now = std::chrono::steady_clock::now();
        for (const query::TraceSummary& row : rows) {
            if (!known.contains(row.traceId))
                m_newSince.emplace(row.traceId, now);
        }
    }

    const auto before = static_cast<int>(m_rows.size());
    const auto after = static_cast<int>(rows.size());
    m_hasMore = hasMore;
    m_isWaiting = false;
    // The number of rows changes at the end only, and the rest is announced as changed, so that the view
    // keeps its scroll position and does not lay out anew ten times a second.
    if (after < before) {
        beginRemoveRows({}, after, before - 1);
        m_rows.resize(rows.size());
        endRemoveRows();
    }
    const std::size_t shared = m_rows.size();
    std::move(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(shared), m_rows.begin());
    if (shared > 0)
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    if (after > before) {
        beginInsertRows({}, before, after - 1);
        m_rows.insert(m_rows.end(),
            std::make_move_iterator(rows.begin() + static_cast<std::ptrdiff_t>(shared)),
            std::make_move_iterator(rows.end()));
        endInsertRows();
    }
}

void TracesModel::appendRows(std::vector<query::TraceSummary> rows, bool hasMore)
{
    m_hasMore = hasMore;
    m_isWaiting = false;
    if (rows.empty())
        return;
    const auto first = static_cast<int>(m_rows.size());
    beginInsertRows({}, first, first + static_cast<int>(rows.size()) - 1);
    m_rows.insert(m_rows.end(), std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end()));
    endInsertRows();
}

void TracesModel::clearOldMarks()
{
    const auto limit = std::chrono::steady_clock::now() - kNewFor;
    const auto removed = std::erase_if(m_newSince, [limit](const auto& mark) { return mark.second < limit; });
    if (removed > 0 && !m_rows.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, 0));
}

void TracesModel::setDroppedDimmed(bool dimmed)
{
    m_isDimmed = dimmed;
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

void TracesModel::setRevision(std::uint32_t revision)
{
    if (revision == m_revision)
        return;
    m_revision = revision;
    Q_EMIT headerDataChanged(Qt::Horizontal, OutcomeColumn, OutcomeColumn);
}

int TracesModel::rowOf(const TraceId& id) const
{
    const auto found = std::ranges::find(m_rows, id, &query::TraceSummary::traceId);
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

std::uint64_t TracesModel::newestSequence() const
{
    std::uint64_t newest = 0;
    for (const query::TraceSummary& row : m_rows)
        newest = std::max(newest, row.lastSequence);
    return newest;
}

int TracesModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int TracesModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString TracesModel::textOf(const query::TraceSummary& row, int column) const
{
    switch (column) {
    case Time: return formatTime(row.start);
    case Services: return text(row.rootService);
    case Operation: return row.rootName.empty() ? tr("(no name)") : text(row.rootName);
    case Duration: return formatDuration(row.duration);
    case Spans: return formatCount(row.spanCount);
    case Errors: return row.errorCount == 0 ? QStringLiteral("·") : formatCount(row.errorCount);
    case Http: return row.httpStatus.empty() ? QStringLiteral("–") : text(row.httpStatus);
    case OutcomeColumn: return wordOf(row.outcome.kind);
    default: return {};
    }
}

QString TracesModel::sentence(const query::TraceSummary& row) const
{
    QStringList parts{textOf(row, Operation)};
    const auto others = static_cast<int>(row.services.size()) - 1;
    parts.append(others > 0 ? tr("%1 and %n more service(s)", nullptr, others).arg(text(row.rootService))
                            : text(row.rootService));
    parts.append(formatDuration(row.duration));
    parts.append(tr("%n span(s)", nullptr, static_cast<int>(row.spanCount)));
    if (row.errorCount > 0)
        parts.append(tr("%n error(s)", nullptr, static_cast<int>(row.errorCount)));
    if (!row.httpStatus.empty())
        parts.append(tr("status %1").arg(text(row.httpStatus)));
    QString outcome = wordOf(row.outcome.kind);
    if (!row.outcome.rules.empty())
        outcome = tr("%1 by %2", "changed by a rule").arg(outcome, ruleName(row.outcome.rules.front()));
    parts.append(outcome);
    parts.append(formatClock(row.start));
    return parts.join(QStringLiteral(", "));
}

QVariant TracesModel::data(const QModelIndex& index, int role) const
{
    const auto at = static_cast<std::size_t>(index.row());
    if (!index.isValid() || at >= m_rows.size())
        return {};
    const query::TraceSummary& row = m_rows[at];
    switch (role) {
    case Qt::DisplayRole: return textOf(row, index.column());
    case Qt::AccessibleTextRole:
        return index.column() == 0 ? QVariant(sentence(row)) : QVariant(textOf(row, index.column()));
    case Qt::UserRole: return QString::fromStdString(row.traceId.toHex());
    case DroppedRole: return m_isDimmed && row.outcome.kind == query::OutcomeKind::Dropped;
    case ErrorRole:
        if (index.column() == Http)
            return row.httpStatus.size() == 3 && row.httpStatus[0] == '5';
        return (index.column() == Duration || index.column() == Errors) && row.errorCount > 0;
    case MutedRole:
        return (index.column() == Errors && row.errorCount == 0)
            || (index.column() == Http && row.httpStatus.empty());
    case ServicesRole: {
        QStringList names;
        for (const std::string& name : row.services)
            names.append(text(name));
        if (names.isEmpty())
            names.append(text(row.rootService));
        return names;
    }
    case DurationRole: return static_cast<qlonglong>(row.duration.count());
    case OutcomeRole: return static_cast<int>(row.outcome.kind);
    case RulesRole: {
        QStringList names;
        for (const std::string& rule : row.outcome.rules)
            names.append(ruleName(rule));
        return names;
    }
    case NewRole: return m_newSince.contains(row.traceId);
    case Qt::ToolTipRole:
        if (index.column() == Services && row.services.size() > 1)
            return data(index, ServicesRole).toStringList().join(QStringLiteral(", "));
        if (index.column() == OutcomeColumn && !row.outcome.rules.empty()) {
            const QString rules = data(index, RulesRole).toStringList().join(QStringLiteral(", "));
            return row.outcome.condition.empty() ? rules : rules + u'\n' + text(row.outcome.condition);
        }
        return {};
    default: return {};
    }
}

QVariant TracesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return section == Spans || section == Errors || section == Http
            ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
            : QVariant(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Time: return tr("Time");
    case Services: return tr("Services");
    case Operation: return tr("Root operation");
    case Duration: return tr("Duration");
    case Spans: return tr("Spans");
    case Errors: return tr("Errors");
    case Http: return tr("HTTP");
    case OutcomeColumn: return m_revision == 0 ? tr("Outcome") : tr("Outcome at r%1").arg(m_revision);
    default: return {};
    }
}

bool TracesModel::canFetchMore(const QModelIndex& parent) const
{
    return !parent.isValid() && m_hasMore && !m_isWaiting;
}

void TracesModel::fetchMore(const QModelIndex& parent)
{
    if (!canFetchMore(parent))
        return;
    m_isWaiting = true;
    Q_EMIT moreWanted();
}

} // namespace sluice::ui
