#include "ui/main_window/action_registry.h"

#include <QApplication>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTextEdit>
#include <QWidget>

#include <algorithm>

namespace sluice::ui {
namespace {

bool isTextFocused()
{
    const QWidget* focus = QApplication::focusWidget();
    return qobject_cast<const QLineEdit*>(focus) != nullptr
        || qobject_cast<const QPlainTextEdit*>(focus) != nullptr
        || qobject_cast<const QTextEdit*>(focus) != nullptr
        || (focus != nullptr && focus->inherits("QsciScintilla"));
}

bool isSingleLetter(const QList<QKeySequence>& keys)
{
    return std::ranges::any_of(keys, [](const QKeySequence& key) {
        return key.count() == 1
            && (key[0].keyboardModifiers() & (Qt::ControlModifier | Qt::AltModifier)) == Qt::NoModifier
            && key[0].key() < Qt::Key_Escape;
    });
}

} // namespace

ActionRegistry::ActionRegistry(QObject* parent)
    : QObject(parent)
{
}

QAction* ActionRegistry::add(QWidget* owner, const QString& id, const QString& name,
    const QList<QKeySequence>& keys, std::function<void()> run)
{
    auto* action = new QAction(name, owner);
    action->setObjectName(id);
    action->setShortcuts(keys);
    action->setShortcutContext(owner->isWindow() ? Qt::WindowShortcut : Qt::WidgetWithChildrenShortcut);
    connect(action, &QAction::triggered, owner, [run = std::move(run)] { run(); });
    owner->addAction(action);
    if (isSingleLetter(keys)) {
        // A shortcut would take the letter away from a text field before the field sees it.
        connect(
            qApp, &QApplication::focusChanged, action, [action] { action->setEnabled(!isTextFocused()); });
    }
    m_actions.insert(id, action);
    m_order.append(action);
    connect(action, &QObject::destroyed, this, [this, id, action] {
        m_actions.remove(id);
        m_order.removeOne(action);
    });
    return action;
}

} // namespace sluice::ui
