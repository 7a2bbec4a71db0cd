#include "ui/widgets/facet_tree.h"

#include "ui/format/format.h"
#include "ui/theme/icon.h"
#include "ui/theme/theme.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QStyledItemDelegate>

#include <algorithm>

namespace sluice::ui {
namespace {

enum FacetRole : int {
    GroupRole = Qt::UserRole + 1,
    ValueRole,
    CountRole,
    ShareRole,
    ColorRole, ///< int, Token.
    SlotRole,
    IconRole, ///< Address of a literal.
    MonoRole,
    ErrorTextRole,
    ChosenRole,
    DepthRole,
    TotalRole, ///< The count that a full bar stands for.
};

constexpr int kHeaderHeight = 26;
constexpr int kRowHeight = 22;
constexpr double kFullBar = 0.8;
constexpr double kCountGap = 12; ///< Between a full bar and the widest count.

class FacetDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const override
    {
        return {100, index.parent().isValid() ? kRowHeight : kHeaderHeight};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const Theme& theme = themeOf(option.widget);
        const int width = option.widget != nullptr ? option.rect.right() + 1 : option.rect.width();
        const QRect row(0, option.rect.top(), width, option.rect.height());
        painter->save();
        painter->fillRect(row, theme.color(Token::BgPanel));
        if (!index.parent().isValid())
            paintHeader(*painter, theme, row, option, index);
        else
            paintRow(*painter, theme, row, option, index);
        painter->restore();
    }

private:
    static void paintHeader(QPainter& painter, const Theme& theme, const QRect& row,
        const QStyleOptionViewItem& option, const QModelIndex& index)
    {
        if (index.row() > 0)
            painter.fillRect(QRect(0, row.top(), row.width(), 1), theme.color(Token::LineSubtle));
        const bool isOpen = option.state & QStyle::State_Open;
        paintIcon(painter, QRectF(8, row.center().y() - 4, 10, 10), isOpen ? "caret-d" : "caret-r",
            theme.color(Token::TextMuted));
        painter.setFont(
            fontOf(index.data(MonoRole).toBool() ? TypeStyle::Mono : TypeStyle::Small, QFont::Medium));
        painter.setPen(theme.color(Token::TextSecondary));
        painter.drawText(
            row.adjusted(24, 1, -40, 0), Qt::AlignVCenter | Qt::AlignLeft, index.data().toString());
        painter.setFont(fontOf(TypeStyle::Small));
        painter.setPen(theme.color(Token::TextMuted));
        painter.drawText(row.adjusted(0, 1, -12, 0), Qt::AlignVCenter | Qt::AlignRight,
            QString::number(index.data(CountRole).toULongLong()));
        if ((option.state & QStyle::State_HasFocus) && option.widget != nullptr && option.widget->hasFocus())
            paintFocus(painter, theme, row);
    }

    static void paintFocus(QPainter& painter, const Theme& theme, const QRect& row)
    {
        painter.setPen(QPen(theme.color(Token::AccentFocus), 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(row.adjusted(4, 2, -5, -2));
    }

    static void paintRow(QPainter& painter, const Theme& theme, const QRect& row,
        const QStyleOptionViewItem& option, const QModelIndex& index)
    {
        const int indent = 8 + 14 * (index.data(DepthRole).toInt() - 1);
        const QRect box = row.adjusted(indent, 0, -8, 0);
        if (option.state & QStyle::State_MouseOver)
            painter.fillRect(box, theme.color(Token::BgHover));
        const int slot = index.data(SlotRole).toInt();
        const QColor color = slot >= 0 ? theme.service(slot)
                                       : theme.color(static_cast<Token>(index.data(ColorRole).toInt()));
        const double widest = QFontMetricsF(fontOf(TypeStyle::Mono))
                                  .horizontalAdvance(formatCount(index.data(TotalRole).toULongLong()));
        const double full = std::min(kFullBar * box.width(), box.width() - widest - kCountGap);
        const double width = std::max(2.0, index.data(ShareRole).toDouble() * full);
        const QRectF bar(box.left(), box.top() + 2, width, box.height() - 4);
        painter.fillRect(bar, blend(theme.color(Token::BgPanel), color, 0.2));
        painter.fillRect(QRectF(bar.left(), bar.top(), 2, bar.height()), color);
        double x = box.left() + 8;
        if (const char* icon = reinterpret_cast<const char*>(index.data(IconRole).toULongLong())) {
            paintIcon(painter, QRectF(x, box.center().y() - 4.5, 10, 10), icon, color);
            x += 16;
        }
        const QString count = formatCount(index.data(CountRole).toULongLong());
        painter.setFont(fontOf(TypeStyle::Mono));
        const double countWidth = QFontMetricsF(painter.font()).horizontalAdvance(count);
        painter.setPen(theme.color(Token::TextSecondary));
        painter.drawText(box.adjusted(0, 0, -4, 0), Qt::AlignVCenter | Qt::AlignRight, count);
        const bool isChosen = index.data(ChosenRole).toBool();
        const bool isMono = index.data(MonoRole).toBool();
        painter.setFont(fontOf(isMono ? TypeStyle::Mono : TypeStyle::Body, isChosen ? QFont::DemiBold : 0));
        painter.setPen(theme.color(isChosen          ? Token::AccentDefault
                : index.data(ErrorTextRole).toBool() ? Token::StatusError
                : isMono                             ? Token::TextSecondary
                                                     : Token::TextPrimary));
        const double room = box.right() - 4 - countWidth - 8 - x;
        painter.drawText(QRectF(x, box.top(), room, box.height()), Qt::AlignVCenter | Qt::AlignLeft,
            QFontMetrics(painter.font())
                .elidedText(index.data().toString(), Qt::ElideRight, static_cast<int>(room)));
        if ((option.state & QStyle::State_HasFocus) && option.widget != nullptr && option.widget->hasFocus())
            paintFocus(painter, theme, row);
    }
};

void fill(QTreeWidgetItem* parent, const std::vector<FacetRow>& rows, const QString& group, quint64 total,
    int depth)
{
    for (const FacetRow& row : rows) {
        auto* item = new QTreeWidgetItem(parent);
        item->setText(0, row.label);
        item->setToolTip(0, row.label);
        item->setData(0, GroupRole, group);
        item->setData(0, ValueRole, row.value);
        item->setData(0, CountRole, row.count);
        item->setData(0, TotalRole, total);
        item->setData(0, ShareRole,
            total == 0 ? 0.0 : std::min(1.0, static_cast<double>(row.count) / static_cast<double>(total)));
        item->setData(0, ColorRole, static_cast<int>(row.color));
        item->setData(0, SlotRole, row.serviceSlot);
        item->setData(0, IconRole, static_cast<qulonglong>(reinterpret_cast<quintptr>(row.icon)));
        item->setData(0, MonoRole, row.isMono);
        item->setData(0, ErrorTextRole, row.isError);
        item->setData(0, ChosenRole, row.isChosen);
        item->setData(0, DepthRole, depth);
        item->setData(
            0, Qt::AccessibleTextRole, QStringLiteral("%1, %2").arg(row.label, formatCount(row.count)));
        fill(item, row.children, group, total, depth + 1);
    }
}

} // namespace

FacetTree::FacetTree(QWidget* parent)
    : QTreeWidget(parent)
{
    setAccessibleName(tr("Facets"));
    setHeaderHidden(true);
    setColumnCount(1);
    setIndentation(0);
    setRootIsDecorated(false);
    setExpandsOnDoubleClick(false);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(ScrollPerPixel);
    setItemDelegate(new FacetDelegate(this));
    setMouseTracking(true);
    setSelectionMode(NoSelection);
    setFrameShape(QFrame::NoFrame);
    connect(this, &QTreeWidget::itemExpanded, this,
        [this](QTreeWidgetItem* item) { m_folded.remove(item->data(0, GroupRole).toString()); });
    connect(this, &QTreeWidget::itemCollapsed, this, [this](QTreeWidgetItem* item) {
        if (item->parent() == nullptr)
            m_folded.insert(item->data(0, GroupRole).toString());
    });
}

void FacetTree::setGroups(const std::vector<FacetGroup>& groups, quint64 total)
{
    const int position = verticalScrollBar()->value();
    const QTreeWidgetItem* current = currentItem();
    const QString group = current != nullptr ? current->data(0, GroupRole).toString() : QString();
    const QString value = current != nullptr ? current->data(0, ValueRole).toString() : QString();
    const QSet<QString> folded = m_folded;
    setUpdatesEnabled(false);
    clear();
    for (const FacetGroup& facet : groups) {
        auto* header = new QTreeWidgetItem(this);
        header->setText(0, facet.title);
        header->setData(0, GroupRole, facet.id);
        header->setData(0, CountRole, static_cast<qulonglong>(facet.rows.size()));
        header->setData(0, MonoRole, facet.isMono);
        fill(header, facet.rows, facet.id, total, 1);
    }
    expandAll();
    for (int i = 0; i < topLevelItemCount(); ++i) {
        if (folded.contains(topLevelItem(i)->data(0, GroupRole).toString()))
            topLevelItem(i)->setExpanded(false);
    }
    for (QTreeWidgetItemIterator it(this); *it != nullptr && !group.isEmpty(); ++it) {
        if ((*it)->data(0, GroupRole).toString() == group && (*it)->data(0, ValueRole).toString() == value)
            setCurrentItem(*it);
    }
    verticalScrollBar()->setValue(position);
    setUpdatesEnabled(true);
}

void FacetTree::choose(QTreeWidgetItem* item, bool add)
{
    if (item == nullptr)
        return;
    if (item->parent() == nullptr) {
        item->setExpanded(!item->isExpanded());
        return;
    }
    const QString parentValue
        = item->parent()->parent() != nullptr ? item->parent()->data(0, ValueRole).toString() : QString();
    Q_EMIT valueChosen(
        item->data(0, GroupRole).toString(), item->data(0, ValueRole).toString(), parentValue, add);
}

void FacetTree::mouseReleaseEvent(QMouseEvent* event)
{
    QTreeWidget::mouseReleaseEvent(event);
    if (event->button() == Qt::LeftButton)
        choose(itemAt(event->pos()), event->modifiers() & Qt::ControlModifier);
}

void FacetTree::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_F)
        choose(currentItem(), event->modifiers() & Qt::ControlModifier);
    else
        QTreeWidget::keyPressEvent(event);
}

} // namespace sluice::ui
