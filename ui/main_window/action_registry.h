#pragma once

#include <QAction>
#include <QHash>
#include <QKeySequence>
#include <QObject>
#include <QString>

#include <functional>

namespace sluice::ui {

/// Every command with its name, its keys and what it does, in one place: menus, the help sheet and Settings
/// read from here. Keys that a person changed come from the settings. UI thread.
class ActionRegistry final : public QObject {
    Q_OBJECT

public:
    explicit ActionRegistry(QObject* parent = nullptr);

    /// Adds a command to `owner`, where its keys work (a window: everywhere; a page: while it has focus
    /// within). `id` is stable ("page.traces"). Single letters do not act while a text field has focus.
    QAction* add(QWidget* owner, const QString& id, const QString& name, const QList<QKeySequence>& keys,
        std::function<void()> run);

    [[nodiscard]] QList<QAction*> actions() const { return m_order; }
    [[nodiscard]] QAction* action(const QString& id) const { return m_actions.value(id); }

private:
    QHash<QString, QAction*> m_actions;
    QList<QAction*> m_order;
};

} // namespace sluice::ui
