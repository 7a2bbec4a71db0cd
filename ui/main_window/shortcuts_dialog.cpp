#include "ui/main_window/main_window.h"
#include "ui/widgets/controls.h"

#include <QDialog>
#include <QGridLayout>
#include <QScrollArea>
#include <QVBoxLayout>

namespace sluice::ui {

void showShortcutsDialog(QWidget* parent, const ActionRegistry& actions)
{
    QDialog dialog(parent);
    dialog.setWindowTitle(MainWindow::tr("Shortcuts"));
    auto* area = new QScrollArea(&dialog);
    auto* content = new Panel(area);
    auto* grid = new QGridLayout(content);
    grid->setContentsMargins(16, 16, 16, 16);
    grid->setHorizontalSpacing(24);
    grid->setVerticalSpacing(6);
    int row = 0;
    for (const QAction* action : actions.actions()) {
        QStringList keys;
        for (const QKeySequence& key : action->shortcuts())
            keys.append(key.toString(QKeySequence::NativeText));
        if (keys.isEmpty())
            continue;
        grid->addWidget(new Label(content, TypeStyle::Body, Token::TextPrimary, action->text()), row, 0);
        grid->addWidget(
            new Label(content, TypeStyle::Mono, Token::TextSecondary, keys.join(QStringLiteral(", "))), row++,
            1);
    }
    grid->setRowStretch(row, 1);
    area->setWidget(content);
    area->setWidgetResizable(true);
    auto* layout = new QVBoxLayout(&dialog);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(area);
    dialog.resize(460, 560);
    dialog.exec();
}

} // namespace sluice::ui
