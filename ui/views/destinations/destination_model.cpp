#include "ui/views/destinations/destination_model.h"

#include "ui/format/format.h"
#include "ui/theme/icon.h"
#include "ui/theme/theme.h"
#include "ui/views/destinations/destination_draft.h"
#include "ui/widgets/controls.h"

#include <QPainter>

#include <algorithm>
#include <array>

namespace sluice::ui {
namespace {

constexpr std::size_t kBehindValues = 60;
constexpr std::size_t kRecentRows = 100;
constexpr int kPadding = 8;

QString dash()
{
    return QStringLiteral("–");
}

const char* iconOfSignal(Signal signal)
{
    switch (signal) {
    case Signal::Traces: return "traces";
    case Signal::Metrics: return "metrics";
    case Signal::Logs: break;
    }
    return "logs";
}

} // namespace

StateMark markOf(const DestinationStatus& status)
{
    switch (status.state) {
    case DestinationState::Off:
        return {"pause", Token::TextMuted,
            status.settings.isEnabled ? DestinationModel::tr("Paused") : DestinationModel::tr("Off")};
    case DestinationState::Idle: return {"ok", Token::StatusOk, DestinationModel::tr("Up to date")};
    case DestinationState::Sending: return {"play", Token::StatusOk, DestinationModel::tr("Sending")};
    case DestinationState::Retrying: break;
    }
    return {"warn", Token::StatusError, DestinationModel::tr("Retrying")};
}

void DestinationModel::setDestinations(const std::vector<DestinationStatus>& destinations)
{
    for (const DestinationStatus& each : destinations) {
        std::deque<double>& values = m_behind[each.settings.name];
        values.push_back(static_cast<double>(each.behindRecords));
        if (values.size() > kBehindValues)
            values.pop_front();
    }
    const bool isSame = std::ranges::equal(
        m_rows, destinations, {}, [](const DestinationStatus& row) { return row.settings.name; },
        [](const DestinationStatus& row) { return row.settings.name; });
    if (isSame) {
        m_rows = destinations;
        if (!m_rows.empty())
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
    beginResetModel();
    m_rows = destinations;
    endResetModel();
}

const DestinationStatus* DestinationModel::at(int row) const
{
    return row >= 0 && row < rowCount() ? &m_rows[static_cast<std::size_t>(row)] : nullptr;
}

int DestinationModel::rowOf(const std::string& name) const
{
    const auto found
        = std::ranges::find(m_rows, name, [](const DestinationStatus& row) { return row.settings.name; });
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

std::vector<std::string> DestinationModel::names() const
{
    std::vector<std::string> names;
    for (const DestinationStatus& each : m_rows)
        names.push_back(each.settings.name);
    return names;
}

QList<double> DestinationModel::behindOf(const std::string& name) const
{
    const auto found = m_behind.find(name);
    return found == m_behind.end() ? QList<double>()
                                   : QList<double>(found->second.begin(), found->second.end());
}

int DestinationModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int DestinationModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant DestinationModel::data(const QModelIndex& index, int role) const
{
    const DestinationStatus* row = at(index.row());
    if (!row)
        return {};
    if (role == Qt::AccessibleTextRole && index.column() == NameColumn) {
        //: name, kind, state, number behind, number sent, number failed
        return tr("%1, %2, %3, %4 behind, %5 sent, %6 failed")
            .arg(shortName(row->settings.name), titleOf(row->settings.kind), markOf(*row).word,
                formatCount(row->behindRecords), formatCount(row->sentRecords),
                formatCount(row->failedRecords));
    }
    if (role == Qt::ToolTipRole && index.column() == ErrorColumn)
        return text(row->lastError);
    if (role != Qt::DisplayRole)
        return {};
    const bool isOff = row->state == DestinationState::Off;
    const auto counted
        = [isOff](std::uint64_t count) { return isOff && count == 0 ? dash() : formatCount(count); };
    switch (static_cast<Column>(index.column())) {
    case NameColumn: return shortName(row->settings.name);
    case StateColumn: return markOf(*row).word;
    case SignalsColumn: {
        QStringList names;
        for (const Signal signal : kSignals) {
            if (row->settings.signals[indexOf(signal)])
                names << QString::fromUtf8(
                    nameOf(signal).data(), static_cast<qsizetype>(nameOf(signal).size()));
        }
        return names.join(QStringLiteral(", "));
    }
    case BehindColumn: return counted(row->behindRecords);
    case SentColumn: return counted(row->sentRecords);
    case RetriedColumn: return counted(row->retries);
    case FailedColumn: return counted(row->failedRecords);
    case ErrorColumn: return row->lastError.empty() ? dash() : text(row->lastError);
    case ColumnCount: break;
    }
    return {};
}

QVariant DestinationModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    const bool isNumber = section == SentColumn || section == RetriedColumn || section == FailedColumn;
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(
            isNumber ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (static_cast<Column>(section)) {
    case NameColumn: return tr("Destination");
    case StateColumn: return tr("State");
    case SignalsColumn: return tr("Signals");
    case BehindColumn: return tr("Behind, 1 min");
    case SentColumn: return tr("Sent");
    case RetriedColumn: return tr("Retried");
    case FailedColumn: return tr("Failed");
    case ErrorColumn: return tr("Last error");
    case ColumnCount: break;
    }
    return {};
}

QSize DestinationDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const
{
    return {80, 48};
}

void DestinationDelegate::paint(
    QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const auto* model = static_cast<const DestinationModel*>(index.model());
    const DestinationStatus* row = model->at(index.row());
    if (!row)
        return;
    const Theme& theme = themeOf(option.widget);
    const bool isSelected = option.state.testFlag(QStyle::State_Selected);
    const bool isActive = option.widget && option.widget->hasFocus();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRect box = option.rect;
    painter->fillRect(box,
        theme.color(isSelected ? (isActive ? Token::BgSelected : Token::BgSelectedInactive)
                : option.state.testFlag(QStyle::State_MouseOver) ? Token::BgHover
                                                                 : Token::BgPanel));
    painter->fillRect(box.left(), box.bottom(), box.width(), 1, theme.color(Token::LineSubtle));
    if (isSelected && index.column() == 0)
        painter->fillRect(box.left(), box.top(), 2, box.height(), theme.color(Token::AccentDefault));
    const bool isOff = row->state == DestinationState::Off;
    const bool isTrouble = row->state == DestinationState::Retrying;
    const Token quiet = isSelected ? Token::TextSecondary : Token::TextMuted;
    const Token normal = isOff ? Token::TextMuted : Token::TextPrimary;
    const QRect cell = box.adjusted(kPadding, 0, -kPadding, 0);
    const StateMark mark = markOf(*row);
    const auto write = [&](const QRect& where, TypeStyle style, Token color, const QString& what, int flags,
                           int weight = 0) {
        painter->setFont(fontOf(style, weight));
        painter->setPen(theme.color(color));
        painter->drawText(where, flags | Qt::AlignVCenter,
            QFontMetrics(painter->font()).elidedText(what, Qt::ElideRight, where.width()));
    };
    const QString shown = index.data().toString();
    switch (static_cast<DestinationModel::Column>(index.column())) {
    case DestinationModel::NameColumn: {
        paintIcon(*painter, QRectF(box.left() + 14, box.center().y() - 7, 14, 14), "server",
            theme.color(isSelected ? Token::AccentDefault : Token::TextMuted));
        const QRect lines(box.left() + 38, box.top() + 7, box.width() - 44, 18);
        write(lines, TypeStyle::Body, normal, shown, Qt::AlignLeft, QFont::DemiBold);
        write(lines.translated(0, 17), TypeStyle::Small, quiet, titleOf(row->settings.kind), Qt::AlignLeft);
        break;
    }
    case DestinationModel::StateColumn:
        paintIcon(
            *painter, QRectF(cell.left(), box.center().y() - 6, 13, 13), mark.icon, theme.color(mark.color));
        write(cell.adjusted(19, 0, 0, 0), TypeStyle::Strong, mark.color, shown, Qt::AlignLeft);
        break;
    case DestinationModel::SignalsColumn: {
        double x = cell.left();
        for (const Signal signal : {Signal::Traces, Signal::Logs, Signal::Metrics}) {
            const bool isOn = row->settings.signals[indexOf(signal)];
            paintIcon(*painter, QRectF(x, box.center().y() - 6, 13, 13), iconOfSignal(signal),
                theme.color(isOn ? Token::TextSecondary : Token::LineStrong));
            x += 18;
        }
        break;
    }
    case DestinationModel::BehindColumn: {
        const Token color = isTrouble ? Token::StatusError : Token::StatusOkBar;
        const QRectF line(cell.left(), box.center().y() - 10, 82, 20);
        if (isOff && row->behindRecords == 0)
            painter->fillRect(
                QRectF(line.left(), line.bottom(), line.width(), 1), theme.color(Token::LineStrong));
        else
            Sparkline::paint(*painter, line, model->behindOf(row->settings.name), theme.color(color));
        write(cell.adjusted(90, 0, 0, 0), TypeStyle::Mono, isTrouble ? Token::StatusError : normal, shown,
            Qt::AlignLeft);
        break;
    }
    case DestinationModel::ErrorColumn: {
        if (row->lastError.empty()) {
            write(cell, TypeStyle::Mono, quiet, shown, Qt::AlignLeft);
            break;
        }
        const QRect lines(cell.left(), box.top() + 7, cell.width(), 18);
        write(
            lines, TypeStyle::Mono, isTrouble ? Token::StatusError : Token::StatusWarn, shown, Qt::AlignLeft);
        write(lines.translated(0, 17), TypeStyle::MonoSmall, quiet, formatClock(row->lastErrorTime),
            Qt::AlignLeft);
        break;
    }
    case DestinationModel::RetriedColumn:
        write(cell, TypeStyle::Mono, row->retries > 0 ? Token::StatusWarn : normal, shown, Qt::AlignRight);
        break;
    case DestinationModel::FailedColumn:
        write(cell, TypeStyle::Mono, row->failedRecords > 0 ? Token::StatusError : normal, shown,
            Qt::AlignRight, row->failedRecords > 0 ? QFont::DemiBold : QFont::Normal);
        break;
    case DestinationModel::SentColumn:
    case DestinationModel::ColumnCount: write(cell, TypeStyle::Mono, normal, shown, Qt::AlignRight); break;
    }
    painter->restore();
}

void RecentExportModel::setDestinations(const std::vector<DestinationStatus>& destinations, bool failuresOnly)
{
    std::vector<Row> rows;
    for (const DestinationStatus& each : destinations) {
        for (const RecentExport& what : each.recent) {
            if (!failuresOnly || !what.isOk)
                rows.push_back({each.settings.name, each.settings.kind, what});
        }
    }
    std::ranges::stable_sort(rows, std::ranges::greater(), [](const Row& row) { return row.what.time; });
    if (rows.size() > kRecentRows)
        rows.resize(kRecentRows);
    if (rows.size() == m_rows.size() && !rows.empty() && rows.front().what.time == m_rows.front().what.time
        && rows.back().name == m_rows.back().name)
        return;
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

int RecentExportModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int RecentExportModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RecentExportModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case OkRole: return row.what.isOk;
    case ErrorRole: return index.column() == ResultColumn && !row.what.isOk;
    case Qt::ToolTipRole:
    case Qt::DisplayRole: break;
    default: return {};
    }
    switch (static_cast<Column>(index.column())) {
    case TimeColumn: return formatTime(row.what.time);
    case NameColumn: return shortName(row.name);
    case WhatColumn: {
        const std::string_view signal = nameOf(row.what.signal);
        const QString name = QString::fromUtf8(signal.data(), static_cast<qsizetype>(signal.size()));
        return row.kind == DestinationKind::OtlpGrpc ? tr("Export %1").arg(name)
                                                     : QStringLiteral("POST /v1/") + name;
    }
    case RecordsColumn: return formatCounted(row.what.records, recordOf(row.what.signal));
    case ResultColumn: return row.what.isOk ? formatDuration(row.what.took) : text(row.what.text);
    case ColumnCount: break;
    }
    return {};
}

ExportResultDelegate::ExportResultDelegate(QObject* parent)
    : RowDelegate(parent, TypeStyle::Mono, Token::TextSecondary)
{
}

void ExportResultDelegate::paintContent(QPainter& painter, const Cell& cell, const QModelIndex& index) const
{
    const bool isOk = index.data(RecentExportModel::OkRole).toBool();
    paintIcon(painter, QRectF(cell.rect.left() + 12, cell.rect.center().y() - 5, 12, 12),
        isOk ? "ok" : "error", cell.theme.color(isOk ? Token::StatusOk : Token::StatusError));
    Cell words = cell;
    words.rect.setLeft(cell.rect.left() + 30);
    RowDelegate::paintContent(painter, words, index);
}

} // namespace sluice::ui
