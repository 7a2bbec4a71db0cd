#include "ui/views/pipeline/rules_delegate.h"

#include "ui/format/format.h"
#include "ui/theme/icon.h"
#include "ui/theme/theme.h"
#include "ui/views/pipeline/rule_form_schema.h"
#include "ui/views/pipeline/rules_model.h"

#include <QApplication>
#include <QLineEdit>
#include <QMouseEvent>
#include <QPainter>

namespace sluice::ui {
namespace {

constexpr int kRowHeight = 44;

QRectF switchRect(const QRect& row)
{
    return {row.right() - 36.0, row.center().y() - 7.0, 26, 14};
}

QRect nameRect(const QRect& row)
{
    return {row.left() + 66, row.top() + 5, row.width() - 66 - 44, 18};
}

void paintSwitch(QPainter& painter, const QRectF& track, bool isOn, const Theme& theme)
{
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.color(isOn ? Token::AccentFill : Token::LineStrong));
    painter.drawRoundedRect(track, 7, 7);
    painter.setBrush(theme.color(Token::TextOnAccent));
    painter.drawEllipse(QRectF(track.left() + (isOn ? 14 : 2), track.top() + 2, 10, 10));
}

/// "drops 2,012 spans", or what else is worth the second line.
struct SecondLine {
    const char* icon = nullptr;
    Token iconColor = Token::TextMuted;
    QString text;
    Token color = Token::TextMuted;
};

SecondLine secondLine(const QModelIndex& index)
{
    if (const QString problem = index.data(RulesModel::ProblemRole).toString(); !problem.isEmpty())
        return {"error", Token::StatusError, problem, Token::StatusError};
    const auto* model = static_cast<const RulesModel*>(index.model());
    const Counted what = recordOf(model->signal());
    const QVariant dropped = index.data(RulesModel::DroppedCountRole);
    const QVariant changed = index.data(RulesModel::ChangedCountRole);
    const qulonglong errors = index.data(RulesModel::ErrorCountRole).toULongLong();
    if (errors > 0)
        //: %1 is "3 spans"
        return {"warn", Token::StatusWarn, RulesDelegate::tr("fails on %1").arg(formatCounted(errors, what)),
            Token::StatusWarn};
    if (dropped.toULongLong() > 0)
        //: %1 is "3 spans"
        return {"dropped", Token::OutcomeDropped,
            RulesDelegate::tr("drops %1").arg(formatCounted(dropped.toULongLong(), what)), Token::TextMuted};
    if (changed.toULongLong() > 0)
        //: %1 is "3 spans"
        return {"changed", Token::OutcomeChanged,
            RulesDelegate::tr("changes %1").arg(formatCounted(changed.toULongLong(), what)),
            Token::TextMuted};
    const QString type = index.data(RulesModel::TypeRole).toString();
    if (!dropped.isValid())
        return {nullptr, Token::TextMuted, type, Token::TextMuted};
    //: %1 is "spans"
    return {
        nullptr, Token::TextMuted, RulesDelegate::tr("no %1 so far").arg(wordFor(0, what)), Token::TextMuted};
}

} // namespace

QSize RulesDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const
{
    return {200, kRowHeight};
}

void RulesDelegate::paint(
    QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const Theme& theme = themeOf(option.widget);
    const QRect row = option.rect;
    const bool isSelected = option.state.testFlag(QStyle::State_Selected);
    const bool isActive = option.widget && option.widget->hasFocus();
    const bool isOn = index.data(Qt::CheckStateRole).toInt() == Qt::Checked;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const Token background = isSelected ? (isActive ? Token::BgSelected : Token::BgSelectedInactive)
        : option.state.testFlag(QStyle::State_MouseOver) ? Token::BgHover
                                                         : Token::BgPanel;
    painter->fillRect(row, theme.color(background));
    painter->fillRect(row.left(), row.bottom(), row.width(), 1, theme.color(Token::LineSubtle));
    if (isSelected)
        painter->fillRect(row.left(), row.top(), 2, row.height(), theme.color(Token::AccentDefault));

    const double middle = row.center().y();
    const Token quiet = isSelected ? Token::TextSecondary : Token::TextMuted;
    paintIcon(*painter, QRectF(row.left() + 7, middle - 6, 12, 12), "grip", theme.color(Token::TextDisabled));
    painter->setFont(fontOf(TypeStyle::Mono));
    painter->setPen(theme.color(quiet));
    painter->drawText(QRect(row.left() + 22, row.top(), 16, row.height()), Qt::AlignVCenter | Qt::AlignRight,
        QString::number(index.row() + 1));
    const std::string type = index.data(RulesModel::TypeRole).toString().toStdString();
    paintIcon(*painter, QRectF(row.left() + 46, middle - 7, 14, 14), processorIcon(type),
        theme.color(isSelected ? Token::AccentDefault : quiet));

    const QRect line = nameRect(row);
    QString badge;
    bool isNew = false;
    switch (static_cast<PipelineDraft::Change>(index.data(RulesModel::ChangeRole).toInt())) {
    case PipelineDraft::Change::New:
        badge = tr("new");
        isNew = true;
        break;
    case PipelineDraft::Change::Edited: badge = tr("edited"); break;
    case PipelineDraft::Change::Renamed: badge = tr("renamed"); break;
    case PipelineDraft::Change::None: break;
    }
    const QFont small = fontOf(TypeStyle::Caption);
    const int badgeWidth = badge.isEmpty() ? 0 : QFontMetrics(small).horizontalAdvance(badge) + 10;
    painter->setFont(fontOf(TypeStyle::Strong));
    painter->setPen(theme.color(isOn ? Token::TextPrimary : Token::TextMuted));
    const QFontMetrics metrics(painter->font());
    const QString name = metrics.elidedText(
        index.data(Qt::DisplayRole).toString(), Qt::ElideRight, line.width() - badgeWidth - 4);
    painter->drawText(line, Qt::AlignVCenter | Qt::AlignLeft, name);
    if (badgeWidth > 0) {
        const QRectF box(
            line.left() + metrics.horizontalAdvance(name) + 6, line.top() + 2, badgeWidth - 2, 15);
        painter->setPen(Qt::NoPen);
        painter->setBrush(theme.color(isNew ? Token::StatusOkSoft : Token::DiffChangedBg));
        painter->drawRoundedRect(box, 3, 3);
        painter->setFont(small);
        painter->setPen(theme.color(isNew ? Token::StatusOk : Token::DiffChanged));
        painter->drawText(box, Qt::AlignCenter, badge);
    }

    const SecondLine second = isOn || !index.data(RulesModel::ProblemRole).toString().isEmpty()
        ? secondLine(index)
        : SecondLine{nullptr, Token::TextMuted, tr("off"), Token::TextMuted};
    QRect below(line.left(), line.bottom() + 1, line.width(), 16);
    if (second.icon) {
        paintIcon(*painter, QRectF(below.left(), below.top() + 3, 10, 10), second.icon,
            theme.color(second.iconColor));
        below.setLeft(below.left() + 14);
    }
    painter->setFont(fontOf(TypeStyle::Small));
    painter->setPen(theme.color(second.color == Token::TextMuted ? quiet : second.color));
    painter->drawText(below, Qt::AlignVCenter | Qt::AlignLeft,
        QFontMetrics(painter->font()).elidedText(second.text, Qt::ElideRight, below.width()));
    paintSwitch(*painter, switchRect(row), isOn, theme);
    painter->restore();
}

bool RulesDelegate::editorEvent(
    QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option, const QModelIndex& index)
{
    const bool isPress
        = event->type() == QEvent::MouseButtonPress || event->type() == QEvent::MouseButtonDblClick;
    if (isPress || event->type() == QEvent::MouseButtonRelease) {
        const QPointF at = static_cast<QMouseEvent*>(event)->position();
        if (!switchRect(option.rect).adjusted(-6, -8, 6, 8).contains(at))
            return false;
        if (isPress)
            return true;
    } else if (event->type() != QEvent::KeyPress || static_cast<QKeyEvent*>(event)->key() != Qt::Key_Space) {
        return false;
    }
    const bool isOn = index.data(Qt::CheckStateRole).toInt() == Qt::Checked;
    return model->setData(index, isOn ? Qt::Unchecked : Qt::Checked, Qt::CheckStateRole);
}

QWidget* RulesDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem&, const QModelIndex&) const
{
    auto* editor = new QLineEdit(parent);
    editor->setFont(fontOf(TypeStyle::Mono));
    editor->setAccessibleName(tr("Name of the rule"));
    return editor;
}

void RulesDelegate::setEditorData(QWidget* editor, const QModelIndex& index) const
{
    auto* field = static_cast<QLineEdit*>(editor);
    const QString name = index.data(Qt::EditRole).toString();
    if (!field->isModified() && field->text() != name)
        field->setText(name); // New counts come in while a person types.
}

void RulesDelegate::updateEditorGeometry(
    QWidget* editor, const QStyleOptionViewItem& option, const QModelIndex&) const
{
    QRect box = nameRect(option.rect);
    box.setHeight(28);
    box.moveTop(option.rect.center().y() - 14);
    editor->setGeometry(box.adjusted(-6, 0, 0, 0));
}

} // namespace sluice::ui
