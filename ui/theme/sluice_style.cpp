#include "ui/theme/sluice_style.h"

#include "ui/theme/icon.h"
#include "ui/theme/theme.h"

#include <QAbstractItemView>
#include <QAbstractScrollArea>
#include <QComboBox>
#include <QHeaderView>
#include <QPainter>
#include <QPainterPath>
#include <QPushButton>
#include <QScrollBar>
#include <QStyleFactory>
#include <QStyleOption>
#include <QTabBar>
#include <QToolButton>

#include <algorithm>

namespace sluice::ui {
namespace {

constexpr int kControlHeight = 28;
constexpr int kSmallHeight = 22;
constexpr double kControlRadius = 5;

ButtonKind kindOf(const QWidget* widget)
{
    return widget != nullptr ? static_cast<ButtonKind>(widget->property("buttonKind").toInt())
                             : ButtonKind::Default;
}

bool isSmall(const QWidget* widget)
{
    return widget != nullptr && widget->property("smallControl").toBool();
}

QRectF hairline(const QRect& rect)
{
    return QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5);
}

void drawBox(QPainter& painter, const QRect& rect, double radius, const QColor& fill, const QColor& border)
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(fill.isValid() ? QBrush(fill) : QBrush(Qt::NoBrush));
    painter.setPen(border.isValid() ? QPen(border, 1) : QPen(Qt::NoPen));
    painter.drawRoundedRect(hairline(rect), radius, radius);
}

void drawRing(QPainter& painter, const QRect& rect, double radius, const Theme& theme)
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.color(Token::AccentFocus), 2));
    painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), radius, radius);
}

class Saved {
public:
    explicit Saved(QPainter& painter)
        : m_painter(painter)
    {
        m_painter.save();
    }
    ~Saved() { m_painter.restore(); }
    Saved(const Saved&) = delete;
    Saved& operator=(const Saved&) = delete;

private:
    QPainter& m_painter;
};

} // namespace

SluiceStyle::SluiceStyle(const Theme& theme)
    : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion")))
    , m_theme(theme)
{
}

void SluiceStyle::polish(QWidget* widget)
{
    QProxyStyle::polish(widget);
    if (qobject_cast<QAbstractButton*>(widget) != nullptr || qobject_cast<QScrollBar*>(widget) != nullptr
        || qobject_cast<QComboBox*>(widget) != nullptr || qobject_cast<QTabBar*>(widget) != nullptr)
        widget->setAttribute(Qt::WA_Hover);
    if (auto* view = qobject_cast<QAbstractItemView*>(widget))
        view->viewport()->setAttribute(Qt::WA_Hover);
}

void SluiceStyle::drawPrimitive(
    PrimitiveElement element, const QStyleOption* option, QPainter* painter, const QWidget* widget) const
{
    const Saved saved(*painter);
    switch (element) {
    case PE_PanelButtonCommand: drawButtonPanel(*option, *painter, widget); return;
    case PE_PanelLineEdit:
        if (const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option);
            frame && frame->lineWidth > 0)
            drawField(*option, *painter, widget);
        return;
    case PE_FrameLineEdit: drawField(*option, *painter, widget); return;
    case PE_FrameFocusRect:
        if (qobject_cast<const QAbstractItemView*>(widget) == nullptr)
            drawRing(*painter, option->rect, 4, m_theme);
        return;
    case PE_IndicatorCheckBox: drawCheck(*option, *painter, false); return;
    case PE_IndicatorRadioButton: drawCheck(*option, *painter, true); return;
    case PE_PanelItemViewRow:
    case PE_PanelItemViewItem: drawRow(*option, *painter, widget); return;
    case PE_IndicatorBranch:
        if (option->state & State_Children) {
            const QRectF box(option->rect.center().x() - 5, option->rect.center().y() - 5, 10, 10);
            paintIcon(*painter, box, option->state & State_Open ? "caret-d" : "caret-r",
                m_theme.color(Token::TextMuted));
        }
        return;
    case PE_PanelMenu:
    case PE_FrameMenu:
        painter->fillRect(option->rect, m_theme.color(Token::BgOverlay));
        painter->setPen(m_theme.color(Token::LineStrong));
        painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
        return;
    case PE_PanelTipLabel:
        painter->fillRect(option->rect, m_theme.color(Token::BgTooltip));
        painter->setPen(m_theme.color(Token::LineStrong));
        painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
        return;
    case PE_FrameTabBarBase:
        painter->fillRect(QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1),
            m_theme.color(Token::LineSubtle));
        return;
    case PE_Frame:
    case PE_FrameWindow:
    case PE_IndicatorHeaderArrow: // drawHeaderLabel() paints it beside the text.
    case PE_FrameStatusBarItem:
    case PE_PanelStatusBar: return;
    default: QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void SluiceStyle::drawButtonPanel(const QStyleOption& option, QPainter& painter, const QWidget* widget) const
{
    const ButtonKind kind = kindOf(widget);
    const bool isDown = option.state & (State_Sunken | State_On);
    const bool isOver = (option.state & State_MouseOver) && (option.state & State_Enabled);
    QColor fill = m_theme.color(isDown ? Token::BgPressed : isOver ? Token::BgHover : Token::BgOverlay);
    QColor border = m_theme.color(Token::LineDefault);
    if (kind == ButtonKind::Primary) {
        fill = m_theme.color(isDown ? Token::AccentFillPressed
                : isOver            ? Token::AccentFillHover
                                    : Token::AccentFill);
        border = fill;
        if (!(option.state & State_Enabled))
            fill = border = m_theme.tint(Token::BgPanel, Token::AccentFill, 0.4);
    } else if (kind == ButtonKind::DangerFilled) {
        fill = border = m_theme.isDark() ? blend(m_theme.color(Token::StatusError), QColor(Qt::black), 0.45)
                                         : m_theme.color(Token::StatusError);
    } else if ((kind == ButtonKind::Quiet || kind == ButtonKind::Danger) && !isDown && !isOver) {
        fill = border = QColor();
    } else if (kind == ButtonKind::Quiet || kind == ButtonKind::Danger) {
        border = QColor();
    }
    drawBox(painter, option.rect, isSmall(widget) ? 4 : kControlRadius, fill, border);
    if ((option.state & State_HasFocus) && (option.state & State_KeyboardFocusChange))
        drawRing(painter, option.rect, kControlRadius, m_theme);
}

void SluiceStyle::drawField(const QStyleOption& option, QPainter& painter, const QWidget* widget) const
{
    const bool hasError = widget != nullptr && widget->property("hasError").toBool();
    const bool hasFocus = option.state & State_HasFocus;
    const Token border = hasError               ? Token::StatusError
        : hasFocus                              ? Token::AccentFocus
        : (option.state & State_MouseOver) != 0 ? Token::LineStrong
                                                : Token::LineDefault;
    drawBox(painter, option.rect, kControlRadius, m_theme.color(Token::BgField), m_theme.color(border));
    if (hasFocus)
        drawRing(painter, option.rect, kControlRadius, m_theme);
}

void SluiceStyle::drawCheck(const QStyleOption& option, QPainter& painter, bool isRound) const
{
    QRect box(0, 0, 14, 14);
    box.moveCenter(option.rect.center());
    const bool isOn = option.state & State_On;
    const Token fill = isOn ? Token::AccentFill : Token::BgField;
    drawBox(painter, box, isRound ? 7 : 3, m_theme.color(fill),
        m_theme.color(isOn                              ? Token::AccentFill
                : (option.state & State_MouseOver) != 0 ? Token::TextMuted
                                                        : Token::LineStrong));
    if (isOn && isRound) {
        painter.setBrush(m_theme.color(Token::TextOnAccent));
        painter.setPen(Qt::NoPen);
        painter.drawEllipse(QRectF(box).center(), 2.5, 2.5);
    } else if (isOn) {
        paintIcon(painter, QRectF(box).adjusted(2, 2, -2, -2), "check", m_theme.color(Token::TextOnAccent));
    } else if (option.state & State_NoChange) {
        paintIcon(painter, QRectF(box).adjusted(2, 2, -2, -2), "minus", m_theme.color(Token::TextSecondary));
    }
    if (option.state & State_HasFocus)
        drawRing(painter, box.adjusted(-2, -2, 2, 2), isRound ? 9 : 4, m_theme);
}

void SluiceStyle::drawRow(const QStyleOption& option, QPainter& painter, const QWidget* widget) const
{
    const auto* item = qstyleoption_cast<const QStyleOptionViewItem*>(&option);
    if (item == nullptr)
        return;
    const bool isFocused = widget != nullptr && widget->hasFocus();
    if (item->state & State_Selected)
        painter.fillRect(
            item->rect, m_theme.color(isFocused ? Token::BgSelected : Token::BgSelectedInactive));
    else if (item->state & State_MouseOver)
        painter.fillRect(item->rect, m_theme.color(Token::BgHover));
    else if (item->backgroundBrush.style() != Qt::NoBrush)
        painter.fillRect(item->rect, item->backgroundBrush);
}

void SluiceStyle::drawControl(
    ControlElement element, const QStyleOption* option, QPainter* painter, const QWidget* widget) const
{
    const Saved saved(*painter);
    switch (element) {
    case CE_PushButtonBevel: drawButtonPanel(*option, *painter, widget); return;
    case CE_PushButtonLabel: drawPushButtonLabel(*option, *painter, widget); return;
    case CE_HeaderSection:
        painter->fillRect(option->rect, m_theme.color(Token::BgRaised));
        painter->fillRect(QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1),
            m_theme.color(Token::LineDefault));
        if (const auto* header = qstyleoption_cast<const QStyleOptionHeader*>(option); header != nullptr
            && header->position != QStyleOptionHeader::Beginning
            && header->position != QStyleOptionHeader::OnlyOneSection)
            painter->fillRect(QRect(option->rect.left(), option->rect.top(), 1, option->rect.height() - 1),
                m_theme.color(Token::LineSubtle));
        return;
    case CE_HeaderLabel: drawHeaderLabel(*option, *painter, widget); return;
    case CE_HeaderEmptyArea:
        painter->fillRect(option->rect, m_theme.color(Token::BgRaised));
        painter->fillRect(QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1),
            m_theme.color(Token::LineDefault));
        return;
    case CE_MenuItem: drawMenuItem(*option, *painter); return;
    case CE_MenuEmptyArea: painter->fillRect(option->rect, m_theme.color(Token::BgOverlay)); return;
    case CE_TabBarTabShape: return;
    case CE_TabBarTabLabel: drawTab(*option, *painter); return;
    case CE_Splitter: painter->fillRect(option->rect, m_theme.color(Token::LineDefault)); return;
    case CE_ProgressBarGroove: painter->fillRect(option->rect, m_theme.color(Token::LineDefault)); return;
    case CE_ShapedFrame: {
        const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option);
        if (frame != nullptr && (frame->frameShape == QFrame::HLine || frame->frameShape == QFrame::VLine))
            painter->fillRect(option->rect, m_theme.color(Token::LineDefault));
        else if (frame != nullptr && frame->frameShape == QFrame::StyledPanel && widget != nullptr
            && widget->property("card").toBool())
            drawBox(
                *painter, option->rect, 6, m_theme.color(Token::BgPanel), m_theme.color(Token::LineDefault));
        return;
    }
    default: QProxyStyle::drawControl(element, option, painter, widget);
    }
}

void SluiceStyle::drawPushButtonLabel(
    const QStyleOption& option, QPainter& painter, const QWidget* widget) const
{
    const auto* button = qstyleoption_cast<const QStyleOptionButton*>(&option);
    if (button == nullptr)
        return;
    const ButtonKind kind = kindOf(widget);
    const bool isEnabled = option.state & State_Enabled;
    const Token text = kind == ButtonKind::Primary || kind == ButtonKind::DangerFilled ? Token::TextOnAccent
        : !isEnabled                                                                   ? Token::TextDisabled
        : kind == ButtonKind::Quiet                                                    ? Token::TextSecondary
        : kind == ButtonKind::Action                                                   ? Token::AccentDefault
        : kind == ButtonKind::Danger                                                   ? Token::StatusError
                                                                                       : Token::TextPrimary;
    const int iconSize = button->icon.isNull() ? 0 : button->iconSize.width();
    const int gap = iconSize > 0 && !button->text.isEmpty() ? (isSmall(widget) ? 4 : 6) : 0;
    const bool hasMenu = button->features & QStyleOptionButton::HasMenu;
    const int textWidth
        = button->text.isEmpty() ? 0 : button->fontMetrics.size(Qt::TextShowMnemonic, button->text).width();
    const int whole = iconSize + gap + textWidth + (hasMenu ? 16 : 0);
    int x = option.rect.left() + (option.rect.width() - whole) / 2;
    if (iconSize > 0) {
        const QRect box(
            x, option.rect.center().y() - iconSize / 2 + (iconSize % 2 ? 0 : 1), iconSize, iconSize);
        button->icon.paint(&painter, box, Qt::AlignCenter, isEnabled ? QIcon::Normal : QIcon::Disabled);
        x += iconSize + gap;
    }
    painter.setPen(m_theme.color(text));
    painter.drawText(QRect(x, option.rect.top(), textWidth + 2, option.rect.height()),
        Qt::AlignVCenter | Qt::AlignLeft | Qt::TextShowMnemonic, button->text);
    if (hasMenu)
        paintIcon(painter, QRectF(x + textWidth + 6, option.rect.center().y() - 4.5, 10, 10), "caret-d",
            m_theme.color(isEnabled ? Token::TextSecondary : Token::TextDisabled));
}

void SluiceStyle::drawToolButton(const QStyleOption& option, QPainter& painter, const QWidget* widget) const
{
    const auto* tool = qstyleoption_cast<const QStyleOptionToolButton*>(&option);
    if (tool == nullptr)
        return;
    QStyleOptionButton button;
    button.QStyleOption::operator=(option);
    button.icon = tool->icon;
    button.iconSize = tool->iconSize;
    button.text = tool->toolButtonStyle == Qt::ToolButtonIconOnly ? QString() : tool->text;
    button.fontMetrics = QFontMetrics(tool->font);
    if (tool->features & QStyleOptionToolButton::HasMenu && !button.text.isEmpty())
        button.features = QStyleOptionButton::HasMenu;
    const bool isActive = option.state & (State_MouseOver | State_Sunken | State_On | State_HasFocus);
    if (isActive || kindOf(widget) != ButtonKind::Quiet)
        drawButtonPanel(option, painter, widget);
    painter.setFont(tool->font);
    drawPushButtonLabel(button, painter, widget);
}

void SluiceStyle::drawHeaderLabel(const QStyleOption& option, QPainter& painter, const QWidget* widget) const
{
    const auto* header = qstyleoption_cast<const QStyleOptionHeader*>(&option);
    if (header == nullptr)
        return;
    const bool isSorted = header->sortIndicator != QStyleOptionHeader::None;
    const bool isRight = header->textAlignment & Qt::AlignRight;
    painter.setFont(fontOf(TypeStyle::Small, QFont::Medium));
    painter.setPen(m_theme.color(isSorted ? Token::TextPrimary : Token::TextMuted));
    const QFontMetrics metrics(painter.font());
    const QRect box
        = header->rect.adjusted(header->section == 0 && !isRight ? 4 : 0, 0, 0, 0); // As the cells.
    const QString text = metrics.elidedText(header->text, Qt::ElideRight, box.width());
    const int width = metrics.horizontalAdvance(text);
    const int left = isRight ? box.right() - width + 1 : box.left();
    painter.drawText(QRect(left, box.top(), width + 2, box.height()), Qt::AlignVCenter | Qt::AlignLeft, text);
    if (isSorted) {
        const QRectF mark(isRight ? left - 14 : left + width + 4, box.center().y() - 4.5, 10, 10);
        const bool isAscending = header->sortIndicator == QStyleOptionHeader::SortDown; // Qt means the arrow.
        painter.translate(mark.center());
        if (isAscending)
            painter.rotate(180);
        paintIcon(painter, QRectF(-5, -5, 10, 10), "sort-d", m_theme.color(Token::TextPrimary));
    }
    Q_UNUSED(widget)
}

void SluiceStyle::drawMenuItem(const QStyleOption& option, QPainter& painter) const
{
    const auto* item = qstyleoption_cast<const QStyleOptionMenuItem*>(&option);
    if (item == nullptr)
        return;
    painter.fillRect(item->rect, m_theme.color(Token::BgOverlay));
    if (item->menuItemType == QStyleOptionMenuItem::Separator) {
        painter.fillRect(QRect(item->rect.left() + 4, item->rect.center().y(), item->rect.width() - 8, 1),
            m_theme.color(Token::LineDefault));
        return;
    }
    const bool isEnabled = item->state & State_Enabled;
    const bool isOver = (item->state & State_Selected) && isEnabled;
    if (isOver)
        drawBox(painter, item->rect.adjusted(0, 0, 0, 0), 4, m_theme.color(Token::AccentFill), QColor());
    const QColor text = m_theme.color(isOver ? Token::TextOnAccent
            : isEnabled                      ? Token::TextPrimary
                                             : Token::TextDisabled);
    const QColor soft = isOver ? text : m_theme.color(isEnabled ? Token::TextMuted : Token::TextDisabled);
    const QRect mark(item->rect.left() + 8, item->rect.center().y() - 6, 13, 13);
    if (item->checkType != QStyleOptionMenuItem::NotCheckable) {
        if (item->checked)
            paintIcon(painter, mark, "check", soft);
    } else if (!item->icon.isNull()) {
        item->icon.paint(&painter, mark);
    }
    painter.setFont(fontOf(TypeStyle::Body));
    painter.setPen(text);
    const QStringList parts = item->text.split(u'\t');
    const QRect line = item->rect.adjusted(29, 0, -8, 0);
    painter.drawText(line, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextShowMnemonic, parts.value(0));
    if (parts.size() > 1) {
        painter.setFont(fontOf(TypeStyle::MonoSmall));
        painter.setPen(soft);
        painter.drawText(line, Qt::AlignVCenter | Qt::AlignRight, parts[1]);
    }
    if (item->menuItemType == QStyleOptionMenuItem::SubMenu)
        paintIcon(
            painter, QRectF(item->rect.right() - 18, item->rect.center().y() - 5, 12, 12), "chev-r", soft);
}

void SluiceStyle::drawTab(const QStyleOption& option, QPainter& painter) const
{
    const auto* tab = qstyleoption_cast<const QStyleOptionTab*>(&option);
    if (tab == nullptr)
        return;
    const bool isActive = tab->state & State_Selected;
    const Token token = isActive              ? Token::TextPrimary
        : (tab->state & State_MouseOver) != 0 ? Token::TextSecondary
                                              : Token::TextMuted;
    int x = tab->rect.left() + 10;
    if (!tab->icon.isNull()) {
        tab->icon.paint(&painter, QRect(x, tab->rect.center().y() - 6, 13, 13));
        x += 19;
    }
    painter.setFont(fontOf(TypeStyle::Strong));
    painter.setPen(m_theme.color(token));
    painter.drawText(QRect(x, tab->rect.top(), tab->rect.right() - x, tab->rect.height()),
        Qt::AlignVCenter | Qt::AlignLeft | Qt::TextShowMnemonic, tab->text);
    if (isActive)
        painter.fillRect(QRect(tab->rect.left() + 8, tab->rect.bottom() - 1, tab->rect.width() - 16, 2),
            m_theme.color(Token::AccentDefault));
    if (tab->state & State_HasFocus)
        drawRing(painter, tab->rect.adjusted(2, 4, -2, -4), 4, m_theme);
}

void SluiceStyle::drawScrollBar(
    const QStyleOptionComplex& option, QPainter& painter, const QWidget* widget) const
{
    painter.fillRect(option.rect, m_theme.color(Token::BgPanel));
    const auto* bar = qstyleoption_cast<const QStyleOptionSlider*>(&option);
    if (bar == nullptr || bar->maximum <= bar->minimum)
        return;
    const QRect thumb = subControlRect(CC_ScrollBar, &option, SC_ScrollBarSlider, widget);
    const bool isOver = option.state & (State_MouseOver | State_Sunken);
    const int width = isOver ? 9 : 5;
    QRectF box(thumb);
    if (bar->orientation == Qt::Vertical)
        box = QRectF(thumb.right() - width, thumb.top() + 1, width, thumb.height() - 2);
    else
        box = QRectF(thumb.left() + 1, thumb.bottom() - width, thumb.width() - 2, width);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theme.color(isOver ? Token::TextMuted : Token::LineStrong));
    painter.drawRoundedRect(box, width / 2.0, width / 2.0);
}

void SluiceStyle::drawComboBox(
    const QStyleOptionComplex& option, QPainter& painter, const QWidget* widget) const
{
    const bool hasFocus = option.state & State_HasFocus;
    drawBox(painter, option.rect, kControlRadius,
        m_theme.color((option.state & State_MouseOver) != 0 ? Token::BgHover : Token::BgField),
        m_theme.color(hasFocus ? Token::AccentFocus : Token::LineDefault));
    if (hasFocus)
        drawRing(painter, option.rect, kControlRadius, m_theme);
    paintIcon(painter, QRectF(option.rect.right() - 18, option.rect.center().y() - 4.5, 10, 10), "caret-d",
        m_theme.color(Token::TextSecondary));
    Q_UNUSED(widget)
}

void SluiceStyle::drawComplexControl(
    ComplexControl control, const QStyleOptionComplex* option, QPainter* painter, const QWidget* widget) const
{
    const Saved saved(*painter);
    switch (control) {
    case CC_ToolButton: drawToolButton(*option, *painter, widget); return;
    case CC_ScrollBar: drawScrollBar(*option, *painter, widget); return;
    case CC_ComboBox: drawComboBox(*option, *painter, widget); return;
    case CC_SpinBox: drawField(*option, *painter, widget); return;
    default: QProxyStyle::drawComplexControl(control, option, painter, widget);
    }
}

int SluiceStyle::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const
{
    switch (metric) {
    case PM_ScrollBarExtent: return 11;
    case PM_ScrollBarSliderMin: return 28;
    case PM_HeaderMarkSize: return 10;
    case PM_HeaderMargin: return 8;
    case PM_SplitterWidth: return 1;
    case PM_SmallIconSize: return 14;
    case PM_ButtonIconSize: return isSmall(widget) ? 13 : 14;
    case PM_MenuPanelWidth: return 1;
    case PM_MenuHMargin:
    case PM_MenuVMargin: return 4;
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical: return 0;
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight: return 14;
    case PM_CheckBoxLabelSpacing:
    case PM_RadioButtonLabelSpacing: return 6;
    case PM_DefaultFrameWidth: return widget != nullptr && widget->inherits("QAbstractScrollArea") ? 0 : 1;
    case PM_FocusFrameHMargin: return 0;
    case PM_TabBarTabHSpace: return 20;
    case PM_TreeViewIndentation: return 14;
    default: return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

QSize SluiceStyle::sizeFromContents(
    ContentsType type, const QStyleOption* option, const QSize& size, const QWidget* widget) const
{
    const int height = isSmall(widget) ? kSmallHeight : kControlHeight;
    switch (type) {
    case CT_PushButton: {
        const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option);
        if (button == nullptr)
            break;
        const int icon = button->icon.isNull() ? 0 : button->iconSize.width();
        if (button->text.isEmpty())
            return {height, height};
        const int text = button->fontMetrics.size(Qt::TextShowMnemonic, button->text).width();
        const int gap = icon > 0 ? (isSmall(widget) ? 4 : 6) : 0;
        const int menu = button->features & QStyleOptionButton::HasMenu ? 16 : 0;
        return {text + icon + gap + menu + 2 * (isSmall(widget) ? 8 : 11), height};
    }
    case CT_ToolButton: {
        const auto* tool = qstyleoption_cast<const QStyleOptionToolButton*>(option);
        if (tool == nullptr || tool->toolButtonStyle == Qt::ToolButtonIconOnly || tool->text.isEmpty())
            return {height, height};
        const int icon = tool->icon.isNull() ? 0 : tool->iconSize.width() + 5;
        const int menu = tool->features & QStyleOptionToolButton::HasMenu ? 16 : 0;
        return {QFontMetrics(tool->font).size(Qt::TextShowMnemonic, tool->text).width() + icon + menu
                + 2 * (isSmall(widget) ? 8 : 11),
            height};
    }
    case CT_LineEdit: return {size.width() + 8, height};
    case CT_ComboBox: return {size.width() + 30, height};
    case CT_SpinBox: return {size.width() + 20, height};
    case CT_HeaderSection: return {QProxyStyle::sizeFromContents(type, option, size, widget).width(), 26};
    case CT_TabBarTab: {
        const auto* tab = qstyleoption_cast<const QStyleOptionTab*>(option);
        if (tab == nullptr)
            break;
        const int icon = tab->icon.isNull() ? 0 : 19;
        return {
            QFontMetrics(fontOf(TypeStyle::Strong)).size(Qt::TextShowMnemonic, tab->text).width() + icon + 22,
            34};
    }
    case CT_MenuItem: {
        const auto* item = qstyleoption_cast<const QStyleOptionMenuItem*>(option);
        if (item == nullptr)
            break;
        if (item->menuItemType == QStyleOptionMenuItem::Separator)
            return {10, 9};
        const QStringList parts = item->text.split(u'\t');
        int width = 29
            + QFontMetrics(fontOf(TypeStyle::Body)).size(Qt::TextShowMnemonic, parts.value(0)).width() + 24;
        if (parts.size() > 1)
            width += QFontMetrics(fontOf(TypeStyle::MonoSmall)).horizontalAdvance(parts[1]) + 16;
        return {std::max(width, 160), 26};
    }
    default: break;
    }
    return QProxyStyle::sizeFromContents(type, option, size, widget);
}

QRect SluiceStyle::subControlRect(
    ComplexControl control, const QStyleOptionComplex* option, SubControl part, const QWidget* widget) const
{
    if (control == CC_ScrollBar) {
        const auto* bar = qstyleoption_cast<const QStyleOptionSlider*>(option);
        if (part == SC_ScrollBarAddLine || part == SC_ScrollBarSubLine || bar == nullptr)
            return {};
        if (part == SC_ScrollBarGroove)
            return bar->rect;
        const bool isVertical = bar->orientation == Qt::Vertical;
        const int length = isVertical ? bar->rect.height() : bar->rect.width();
        const int range = std::max(1, bar->maximum - bar->minimum);
        const int thumb = std::clamp(
            static_cast<int>(static_cast<long long>(length) * bar->pageStep / (range + bar->pageStep)), 28,
            length);
        const int start = sliderPositionFromValue(
            bar->minimum, bar->maximum, bar->sliderPosition, length - thumb, bar->upsideDown);
        const auto along = [&](int from, int size) {
            return isVertical ? QRect(bar->rect.left(), bar->rect.top() + from, bar->rect.width(), size)
                              : QRect(bar->rect.left() + from, bar->rect.top(), size, bar->rect.height());
        };
        if (part == SC_ScrollBarSlider)
            return along(start, thumb);
        if (part == SC_ScrollBarSubPage)
            return along(0, start);
        if (part == SC_ScrollBarAddPage)
            return along(start + thumb, length - start - thumb);
    }
    if (control == CC_ComboBox && part == SC_ComboBoxEditField)
        return option->rect.adjusted(8, 1, -24, -1);
    return QProxyStyle::subControlRect(control, option, part, widget);
}

QRect SluiceStyle::subElementRect(SubElement element, const QStyleOption* option, const QWidget* widget) const
{
    if (element == SE_HeaderLabel) {
        const auto* header = qstyleoption_cast<const QStyleOptionHeader*>(option);
        const bool isFirst = header != nullptr && header->section == 0;
        return option->rect.adjusted(isFirst ? 12 : 8, 0, -8, -1);
    }
    if (element == SE_PushButtonContents)
        return option->rect;
    if (element == SE_LineEditContents)
        return option->rect.adjusted(6, 1, -6, -1);
    return QProxyStyle::subElementRect(element, option, widget);
}

int SluiceStyle::styleHint(
    StyleHint hint, const QStyleOption* option, const QWidget* widget, QStyleHintReturn* answer) const
{
    switch (hint) {
    case SH_ItemView_ActivateItemOnSingleClick:
    case SH_EtchDisabledText:
    case SH_ItemView_ChangeHighlightOnFocus:
    case SH_ScrollBar_Transient:
    case SH_DialogButtonBox_ButtonsHaveIcons: return 0;
    case SH_Menu_SubMenuPopupDelay: return 150;
    case SH_ToolTip_WakeUpDelay: return 400;
    case SH_Slider_AbsoluteSetButtons: return Qt::LeftButton;
    case SH_Widget_Animation_Duration: return 90;
    default: return QProxyStyle::styleHint(hint, option, widget, answer);
    }
}

} // namespace sluice::ui
