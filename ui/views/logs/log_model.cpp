#include "ui/views/logs/log_model.h"

#include "ui/delegates/row_delegate.h"
#include "ui/format/format.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace sluice::ui {

QString severityWord(std::uint8_t severity, const std::string& text)
{
    static constexpr std::array names{"", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};
    if (severity == 0)
        return ui::text(text).toUpper();
    const auto band = std::min<std::size_t>((severity + 3U) / 4U, names.size() - 1);
    return QLatin1String(names[band]);
}

QString ruleName(const std::string& id)
{
    return text(id.substr(id.find('/') + 1)); // Without a slash the whole of it.
}

LogModel::LogModel(std::shared_ptr<const query::Query> query, QThreadPool* pool, QObject* parent)
    : QAbstractTableModel(parent)
    , m_query(std::move(query))
    , m_first(pool)
    , m_more(pool)
    , m_top(pool)
{
}

void LogModel::setFilter(query::LogFilter filter)
{
    m_filter = std::move(filter);
    m_more.cancel();
    m_top.cancel();
    m_first.run([query = m_query, asked = m_filter](
                    std::stop_token stop) { return query->logs(asked, std::nullopt, kPageRows, stop); },
        [this](query::Answer<query::LogPage> answer) {
            if (answer) {
                showFirst(*std::move(answer));
            } else if (answer.error().kind != query::QueryFailure::Cancelled) {
                Q_EMIT failed(text(answer.error().text));
            }
        });
}

void LogModel::refreshTop(std::optional<TimeRange> time)
{
    if (m_first.isRunning() || m_top.isRunning())
        return; // The next news asks again.
    m_filter.time = time;
    m_top.run([query = m_query, asked = m_filter](
                  std::stop_token stop) { return query->logs(asked, std::nullopt, kPageRows, stop); },
        [this](query::Answer<query::LogPage> answer) {
            if (answer)
                putAbove(*std::move(answer));
        });
}

void LogModel::showFirst(query::LogPage page)
{
    beginResetModel();
    m_rows = std::move(page.rows);
    m_next = page.next;
    m_hasLoaded = true;
    endResetModel();
    Q_EMIT loaded();
}

void LogModel::putAbove(query::LogPage page)
{
    const auto known = m_rows.empty()
        ? page.rows.end()
        : std::ranges::find(page.rows, m_rows.front().sequence, &query::LogRow::sequence);
    if (!m_rows.empty() && known == page.rows.end()) { // More than a page is new: the rows do not join up.
        showFirst(std::move(page));
        return;
    }
    // Outcomes of rows that were waiting are in the same answer.
    for (auto fresh = known; fresh != page.rows.end(); ++fresh) {
        const auto at = static_cast<std::size_t>(fresh - known);
        if (at < m_rows.size() && m_rows[at].sequence == fresh->sequence
            && m_rows[at].outcome != fresh->outcome) {
            m_rows[at] = *fresh;
            Q_EMIT dataChanged(index(static_cast<int>(at), 0), index(static_cast<int>(at), ColumnCount - 1));
        }
    }
    const auto count = static_cast<int>(known - page.rows.begin());
    if (count > 0) {
        beginInsertRows({}, 0, count - 1);
        m_rows.insert(
            m_rows.begin(), std::make_move_iterator(page.rows.begin()), std::make_move_iterator(known));
        endInsertRows();
        if (m_rows.size() > kMaxRows) {
            beginRemoveRows({}, static_cast<int>(kMaxRows), rowCount() - 1);
            m_rows.resize(kMaxRows);
            m_next.reset();
            endRemoveRows();
        }
    }
    Q_EMIT topRefreshed(count);
}

const query::LogRow* LogModel::at(int row) const
{
    return row >= 0 && row < rowCount() ? &m_rows[static_cast<std::size_t>(row)] : nullptr;
}

int LogModel::rowOf(std::uint64_t sequence) const
{
    const auto found = std::ranges::find(m_rows, sequence, &query::LogRow::sequence);
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

int LogModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int LogModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant LogModel::data(const QModelIndex& index, int role) const
{
    const query::LogRow* row = at(index.row());
    if (!row)
        return {};
    switch (role) {
    case SequenceRole: return QVariant::fromValue(qulonglong{row->sequence});
    case TraceIdRole:
        return row->traceId.isValid() ? QString::fromStdString(row->traceId.toHex()) : QString();
    case DroppedRole: return row->outcome == query::OutcomeKind::Dropped;
    case SeverityRole: return int{row->severity};
    case OutcomeRole: return static_cast<int>(row->outcome);
    case RulesRole: return row->outcomeRule.empty() ? QStringList() : QStringList(ruleName(row->outcomeRule));
    case ServicesRole: return QStringList(text(row->service));
    case MutedRole: return index.column() == TraceColumn && !row->traceId.isValid();
    case Qt::AccessibleTextRole:
        if (index.column() == TimeColumn) {
            //: severity, service, body, time
            return tr("%1, %2, %3, %4, %5")
                .arg(severityWord(row->severity, row->severityText), text(row->service), text(row->body),
                    wordOf(row->outcome), formatTime(row->time));
        }
        break;
    case Qt::DisplayRole: break;
    default: return {};
    }
    switch (static_cast<Column>(index.column())) {
    case TimeColumn: return formatTime(row->time);
    case SeverityColumn: return severityWord(row->severity, row->severityText);
    case ServiceColumn: return text(row->service);
    case BodyColumn: return text(row->body);
    case TraceColumn:
        return row->traceId.isValid() ? QString::fromStdString(row->traceId.toHex().substr(0, 6))
                                      : QStringLiteral("–");
    case OutcomeColumn: return wordOf(row->outcome);
    case ColumnCount: break;
    }
    return {};
}

QVariant LogModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (static_cast<Column>(section)) {
    case TimeColumn: return tr("Time");
    case SeverityColumn: return tr("Severity");
    case ServiceColumn: return tr("Service");
    case BodyColumn: return tr("Body");
    case TraceColumn: return tr("Trace");
    case OutcomeColumn: return tr("Outcome");
    case ColumnCount: break;
    }
    return {};
}

bool LogModel::canFetchMore(const QModelIndex& parent) const
{
    return !parent.isValid() && m_next.has_value() && !m_more.isRunning();
}

void LogModel::fetchMore(const QModelIndex& parent)
{
    if (!canFetchMore(parent))
        return;
    m_more.run([query = m_query, asked = m_filter, after = m_next](
                   std::stop_token stop) { return query->logs(asked, after, kPageRows, stop); },
        [this](query::Answer<query::LogPage> answer) {
            if (!answer)
                return;
            m_next = answer->next;
            if (answer->rows.empty())
                return;
            beginInsertRows({}, rowCount(), rowCount() + static_cast<int>(answer->rows.size()) - 1);
            std::ranges::move(answer->rows, std::back_inserter(m_rows));
            endInsertRows();
        });
}

} // namespace sluice::ui
