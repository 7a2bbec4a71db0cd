// The cells of the trace list: services, duration, outcome.

#include "ui/delegates/row_delegate.h"
#include "ui/theme/icon.h"
#include "ui/theme/service_colors.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace sluice::ui {

ServicesDelegate::ServicesDelegate(QObject* parent, ServiceColors& services)
    : RowDelegate(parent)
    , m_services(services)
{
}

void ServicesDelegate::paintContent(QPainter& painter, const Cell& cell, const QModelIndex& index) const
{
    const QStringList names = index.data(ServicesRole).toStringList();
    double x = cell.rect.left();
    painter.setClipRect(cell.rect);
    for (qsizetype i = 0; i < names.size(); ++i) {
        const ServiceColors::Mark& mark = m_services.of(names[i].toStdString());
        if (i == 0) {
            const double room = cell.rect.width() - (names.size() > 1 ? 48 : 0);
            const QString shown = chipWidth(names[0]) > room
                ? QFontMetrics(fontOf(TypeStyle::Small, QFont::Medium))
                      .elidedText(names[0], Qt::ElideRight, static_cast<int>(room) - 25)
                : names[0];
            x += paintChip(painter, cell.theme, x, cell.rect, shown, mark.slot, cell.isDropped) + 4;
            continue;
        }
        const qsizetype left = names.size() - i;
        if (x + 20 > cell.rect.right() || (left > 1 && x + 44 > cell.rect.right())) {
            painter.setPen(cell.theme.color(Token::TextMuted));
            painter.setFont(fontOf(TypeStyle::MonoSmall));
            painter.drawText(QRectF(x, cell.rect.top(), 30, cell.rect.height()), Qt::AlignVCenter,
                QStringLiteral("+%1").arg(left));
            break;
        }
        x += paintMonogram(painter, cell.theme, x, cell.rect, mark.monogram, mark.slot, cell.isDropped) + 4;
    }
}

DurationDelegate::DurationDelegate(QObject* parent, ServiceColors& services)
    : RowDelegate(parent)
    , m_services(services)
{
}

void DurationDelegate::paintContent(QPainter& painter, const Cell& cell, const QModelIndex& index) const
{
    constexpr double kHeight = 8;
    painter.setFont(fontOf(TypeStyle::Mono));
    painter.setPen(ink(cell, index, Token::TextPrimary));
    painter.drawText(QRect(cell.rect.left(), cell.rect.top(), kNumberWidth, cell.rect.height()),
        Qt::AlignVCenter | Qt::AlignRight, index.data().toString());

    const QRectF scale(
        cell.rect.left() + kNumberWidth + 8, cell.rect.center().y() - kHeight / 2 + 0.5, kBarWidth, kHeight);
    for (const int decade : {1, 2, 3})
        painter.fillRect(
            QRectF(std::floor(scale.left() + kBarWidth * decade / 4.0), scale.top() - 4, 1, kHeight + 8),
            cell.theme.color(Token::ChartGrid));
    const double milliseconds = static_cast<double>(index.data(DurationRole).toLongLong()) / 1e6;
    const double share = std::clamp(std::log10(std::max(1.0, milliseconds)) / 4, 0.0, 1.0);
    const QRectF bar(scale.left(), scale.top(), std::max(3.0, share * kBarWidth), kHeight);
    const QStringList services = index.data(ServicesRole).toStringList();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    if (cell.isDropped)
        painter.setBrush(cell.theme.hatch(cell.ratio));
    else if (index.data(ErrorRole).toBool())
        painter.setBrush(cell.theme.color(Token::StatusError));
    else
        painter.setBrush(services.isEmpty()
                ? cell.theme.color(Token::StatusOkBar)
                : cell.theme.service(m_services.of(services[0].toStdString()).slot));
    if (!cell.theme.isDark() && cell.isSelected && !cell.isDropped)
        painter.setPen(
            cell.theme.color(Token::TextSecondary)); // Some light slots are faint on a selected row.
    painter.drawRoundedRect(bar, 2, 2);
}

OutcomeDelegate::OutcomeDelegate(QObject* parent)
    : RowDelegate(parent)
{
}

void OutcomeDelegate::paintContent(QPainter& painter, const Cell& cell, const QModelIndex& index) const
{
    const auto kind = static_cast<query::OutcomeKind>(index.data(OutcomeRole).toInt());
    const QRectF rect(cell.rect);
    paintIcon(painter, QRectF(rect.left(), std::floor(rect.center().y() - 6), 12, 12), iconOf(kind),
        cell.theme.color(tokenOf(kind)));
    const QString word = wordOf(kind);
    painter.setFont(fontOf(TypeStyle::Body));
    painter.setPen(
        cell.isDropped ? ink(cell, index, Token::TextPrimary) : cell.theme.color(Token::TextPrimary));
    painter.drawText(rect.adjusted(18, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, word);
    const double left = 18 + QFontMetricsF(painter.font()).horizontalAdvance(word) + 6;
    const QStringList rules = index.data(RulesRole).toStringList();
    if (rules.isEmpty())
        return;
    const QString names
        = rules.size() == 1 ? rules[0] : QStringLiteral("%1 +%2").arg(rules[0]).arg(rules.size() - 1);
    painter.setFont(fontOf(TypeStyle::Mono));
    painter.setPen(cell.isDropped
            ? cell.theme.color(Token::OutcomeDroppedText)
            : cell.theme.color(cell.isSelected ? Token::TextSecondary : Token::TextMuted));
    painter.drawText(rect.adjusted(left, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft,
        elided(painter.font(), names, Qt::ElideRight, static_cast<int>(rect.width() - left)));
}

} // namespace sluice::ui
