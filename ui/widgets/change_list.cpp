#include "ui/widgets/change_list.h"

#include "ui/format/format.h"
#include "ui/theme/theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>

#include <utility>

namespace sluice::ui {
namespace {

using Kind = query::AttributeChange::Kind;

constexpr int kRowHeight = 22;

QString shownValue(const query::AttributeChange& change, ChangeList::Side side)
{
    if (side == ChangeList::Side::Received)
        return text(change.before);
    if (side == ChangeList::Side::After || change.kind == Kind::Added || change.kind == Kind::Unchanged)
        return text(change.kind == Kind::Unchanged ? change.before : change.after);
    if (change.kind == Kind::Removed)
        return text(change.before);
    return text(change.before) + QStringLiteral(" → ") + text(change.after);
}

} // namespace

ChangeList::ChangeList(QWidget* parent, const QString& name)
    : QTableWidget(parent)
{
    setAccessibleName(name);
    setColumnCount(3);
    horizontalHeader()->hide();
    verticalHeader()->hide();
    verticalHeader()->setMinimumSectionSize(kRowHeight);
    verticalHeader()->setDefaultSectionSize(kRowHeight);
    setWordWrap(false);
    horizontalHeader()->setSectionResizeMode(1, QHeaderView::Stretch);
    horizontalHeader()->setSectionResizeMode(2, QHeaderView::ResizeToContents);
    setShowGrid(false);
    setFrameShape(QFrame::NoFrame);
    setEditTriggers(NoEditTriggers);
    setSelectionBehavior(SelectRows);
    setTabKeyNavigation(false);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setTextElideMode(Qt::ElideRight);
}

void ChangeList::setChanges(std::vector<query::AttributeChange> changes, Side side)
{
    m_changes = std::move(changes);
    m_side = side;
    fill();
}

void ChangeList::fill()
{
    const Theme& theme = themeOf(this);
    m_isDark = theme.isDark();
    std::vector<const query::AttributeChange*> shown;
    for (const query::AttributeChange& change : m_changes) {
        if (m_side == Side::Received && change.kind == Kind::Added)
            continue;
        if (m_side == Side::After && change.kind == Kind::Removed)
            continue;
        shown.push_back(&change);
    }
    setRowCount(static_cast<int>(shown.size()));
    for (int row = 0; row < rowCount(); ++row) {
        const query::AttributeChange& change = *shown[static_cast<std::size_t>(row)];
        const bool isMarked = m_side == Side::Difference && change.kind != Kind::Unchanged;
        QColor ink = theme.color(Token::TextPrimary);
        QBrush ground;
        QString sign;
        if (isMarked && change.kind == Kind::Added) {
            ink = theme.color(Token::DiffAdded);
            ground = theme.color(Token::DiffAddedBg);
            sign = QStringLiteral("+ ");
        } else if (isMarked && change.kind == Kind::Removed) {
            ink = theme.color(Token::DiffRemoved);
            ground = theme.color(Token::DiffRemovedBg);
            sign = QStringLiteral("− ");
        } else if (isMarked) {
            ink = theme.color(Token::DiffChanged);
            ground = theme.color(Token::DiffChangedBg);
            sign = QStringLiteral("~ ");
        }
        const QString value = shownValue(change, m_side);
        auto* key = new QTableWidgetItem(sign + text(change.key));
        auto* middle = new QTableWidgetItem(value);
        auto* rule = new QTableWidgetItem(isMarked ? text(change.rule) : QString());
        key->setForeground(isMarked ? ink : theme.color(Token::SyntaxKey));
        middle->setForeground(ink);
        rule->setForeground(ink);
        for (QTableWidgetItem* item : {key, middle})
            item->setFont(fontOf(TypeStyle::Mono));
        if (isMarked && change.kind == Kind::Removed) {
            QFont struck = fontOf(TypeStyle::Mono);
            struck.setStrikeOut(true);
            middle->setFont(struck);
        }
        rule->setFont(fontOf(TypeStyle::Small));
        key->setToolTip(text(change.key));
        middle->setToolTip(value);
        int column = 0;
        for (QTableWidgetItem* item : {key, middle, rule}) {
            item->setBackground(ground);
            setItem(row, column++, item);
        }
    }
    resizeColumnToContents(0);
    if (columnWidth(0) > width() / 2)
        setColumnWidth(0, width() / 2);
    setFixedHeight(rowCount() * kRowHeight);
}

void ChangeList::changeEvent(QEvent* event)
{
    QTableWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && themeOf(this).isDark() != m_isDark)
        fill();
}

void ChangeList::keyPressEvent(QKeyEvent* event)
{
    if (!event->matches(QKeySequence::Copy)) {
        QTableWidget::keyPressEvent(event);
        return;
    }
    QStringList lines;
    for (const QModelIndex& index : selectionModel()->selectedRows(0))
        lines << index.data().toString() + u'\t' + index.siblingAtColumn(1).data().toString();
    QGuiApplication::clipboard()->setText(lines.join(u'\n'));
}

} // namespace sluice::ui
