#include "ui/delegates/row_delegate.h"

#include "ui/theme/icon.h"

#include <QAbstractItemView>
#include <QCoreApplication>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <cmath>

namespace sluice::ui {

RowDelegate::RowDelegate(
    QObject* parent, TypeStyle style, Token color, Qt::Alignment alignment, Qt::TextElideMode elide)
    : QStyledItemDelegate(parent)
    , m_style(style)
    , m_color(color)
    , m_alignment(alignment)
    , m_elide(elide)
{
}

void RowDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const Theme& theme = themeOf(option.widget);
    const auto* view = qobject_cast<const QAbstractItemView*>(option.widget);
    const bool isSelected = option.state & QStyle::State_Selected;
    const bool isFocused = view != nullptr && view->hasFocus();
    const bool isHovered = (option.state & QStyle::State_MouseOver) != 0;
    Token background = Token::BgPanel;
    if (isSelected)
        background = isFocused ? Token::BgSelected : Token::BgSelectedInactive;
    else if (isHovered)
        background = Token::BgHover;
    const bool isFirst = index.column() == 0;

    painter->save();
    painter->fillRect(option.rect, theme.color(background));
    if (!isSelected)
        painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1),
            theme.color(Token::LineSubtle));
    if (isFirst && isSelected && isFocused)
        painter->fillRect(QRect(option.rect.left(), option.rect.top(), 2, option.rect.height()),
            theme.color(Token::AccentDefault));
    else if (isFirst && index.data(NewRole).toBool())
        painter->fillRect(QRect(option.rect.left(), option.rect.top(), 2, option.rect.height()),
            theme.color(Token::StatusOk));
    const Cell cell{.rect = option.rect.adjusted(isFirst ? 12 : 8, 0, -8, -1),
        .isSelected = isSelected,
        .isDropped = index.data(DroppedRole).toBool(),
        .background = theme.color(background),
        .theme = theme,
        .ratio = painter->device()->devicePixelRatioF()};
    paintContent(*painter, cell, index);
    painter->restore();
}

QColor RowDelegate::ink(const Cell& cell, const QModelIndex& index, Token normal)
{
    if (cell.isDropped)
        return cell.theme.color(cell.isSelected ? Token::TextSecondary : Token::OutcomeDroppedText);
    if (index.data(ErrorRole).toBool())
        return cell.theme.color(Token::StatusError);
    if (index.data(MutedRole).toBool())
        normal = Token::TextMuted;
    if (cell.isSelected && normal == Token::TextMuted)
        normal = Token::TextSecondary;
    return cell.theme.color(normal);
}

void RowDelegate::paintContent(QPainter& painter, const Cell& cell, const QModelIndex& index) const
{
    painter.setFont(fontOf(m_style));
    painter.setPen(ink(cell, index, m_color));
    painter.drawText(cell.rect, Qt::AlignVCenter | m_alignment,
        elided(painter.font(), index.data().toString(), m_elide, cell.rect.width()));
}

QString elided(const QFont& font, const QString& whole, Qt::TextElideMode mode, int width)
{
    // No letter is wider than the font is high: most texts need not be measured.
    const bool fits = whole.size() * font.pixelSize() <= width;
    return fits ? whole : QFontMetrics(font).elidedText(whole, mode, width);
}

bool RowDelegate::helpEvent(
    QHelpEvent* event, QAbstractItemView* view, const QStyleOptionViewItem& option, const QModelIndex& index)
{
    if (event->type() == QEvent::ToolTip && index.data(Qt::ToolTipRole).toString().isEmpty()) {
        const QString full = index.data().toString();
        if (QFontMetrics(fontOf(m_style)).horizontalAdvance(full) > option.rect.width() - 16) {
            QToolTip::showText(event->globalPos(), full, view);
            return true;
        }
    }
    return QStyledItemDelegate::helpEvent(event, view, option, index);
}

const char* iconOf(query::OutcomeKind kind)
{
    switch (kind) {
    case query::OutcomeKind::Waiting: return "clock";
    case query::OutcomeKind::Kept: return "kept";
    case query::OutcomeKind::Changed: return "changed";
    case query::OutcomeKind::Partly:
    case query::OutcomeKind::Dropped: return "dropped";
    case query::OutcomeKind::Error: return "error";
    }
    return "kept";
}

Token tokenOf(query::OutcomeKind kind)
{
    switch (kind) {
    case query::OutcomeKind::Waiting: return Token::TextMuted;
    case query::OutcomeKind::Kept: return Token::OutcomeKept;
    case query::OutcomeKind::Changed: return Token::OutcomeChanged;
    case query::OutcomeKind::Partly:
    case query::OutcomeKind::Dropped: return Token::OutcomeDropped;
    case query::OutcomeKind::Error: return Token::StatusError;
    }
    return Token::TextMuted;
}

QString wordOf(query::OutcomeKind kind)
{
    switch (kind) {
    case query::OutcomeKind::Waiting: return QCoreApplication::translate("Outcome", "waiting");
    case query::OutcomeKind::Kept: return QCoreApplication::translate("Outcome", "kept");
    case query::OutcomeKind::Changed: return QCoreApplication::translate("Outcome", "changed");
    case query::OutcomeKind::Partly: return QCoreApplication::translate("Outcome", "partly dropped");
    case query::OutcomeKind::Dropped: return QCoreApplication::translate("Outcome", "dropped");
    case query::OutcomeKind::Error: return QCoreApplication::translate("Outcome", "error");
    }
    return {};
}

double chipWidth(const QString& name)
{
    return std::ceil(QFontMetricsF(fontOf(TypeStyle::Small, QFont::Medium)).horizontalAdvance(name)) + 25;
}

double paintChip(QPainter& painter, const Theme& theme, double x, const QRectF& row, const QString& name,
    int slot, bool isDropped)
{
    const QColor color = slot < 0 ? theme.color(Token::TextMuted) : theme.service(slot);
    const QRectF box(x, std::floor(row.center().y() - 9), chipWidth(name), 18);
    painter.setRenderHint(QPainter::Antialiasing);
    if (isDropped) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(theme.color(Token::LineDefault));
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
        painter.setPen(QPen(theme.color(Token::OutcomeDropped), 1.5));
        painter.drawRoundedRect(QRectF(box.left() + 6.75, box.top() + 5.75, 6.5, 6.5), 1.5, 1.5);
        painter.setPen(theme.color(Token::OutcomeDroppedText));
    } else {
        painter.setPen(Qt::NoPen);
        painter.setBrush(blend(theme.color(Token::BgPanel), color, 0.16));
        painter.drawRoundedRect(box, 3, 3);
        painter.setBrush(color);
        painter.drawRoundedRect(QRectF(box.left() + 6, box.top() + 5, 8, 8), 2, 2);
        painter.setPen(theme.color(Token::TextPrimary));
    }
    painter.setFont(fontOf(TypeStyle::Small, QFont::Medium));
    painter.drawText(box.adjusted(19, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, name);
    return box.width();
}

double paintMonogram(QPainter& painter, const Theme& theme, double x, const QRectF& row,
    const QString& monogram, int slot, bool isDropped)
{
    const QRectF box(x, std::floor(row.center().y() - 8), 20, 16);
    painter.setRenderHint(QPainter::Antialiasing);
    if (isDropped) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(theme.color(Token::LineDefault));
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
        painter.setPen(theme.color(Token::OutcomeDroppedText));
    } else {
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.service(slot));
        painter.drawRoundedRect(box, 3, 3);
        painter.setBrush(blend(theme.color(Token::BgPanel), theme.service(slot), 0.24));
        painter.drawRoundedRect(box.adjusted(0, 0, 0, -2), 3, 3);
        painter.fillRect(QRectF(box.left(), box.top() + 8, box.width(), 6), painter.brush());
        painter.setPen(theme.color(Token::TextPrimary));
    }
    painter.setFont(fontOf(TypeStyle::MonoSmall, QFont::DemiBold));
    painter.drawText(box.adjusted(0, 0, 0, -1), Qt::AlignCenter, monogram);
    return box.width();
}

} // namespace sluice::ui
