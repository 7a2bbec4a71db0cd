#include "ui/window_entry.h"

#include "ui/main_window/main_window.h"
#include "ui/theme/sluice_style.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QSettings>

using namespace sluice;
using namespace sluice::ui;

int sluiceRunWindow(WindowEnvironment& environment)
{
    QApplication application(*environment.argc, environment.argv);
    QApplication::setApplicationName(QStringLiteral("Sluice"));
    QApplication::setOrganizationName(QStringLiteral("sluice"));
    Theme theme(static_cast<ThemeChoice>(QSettings().value(QStringLiteral("theme"), 0).toInt()));
    dressApplication(theme);
    MainWindow window(*environment.control, environment.query, theme);
    window.show();
    return QApplication::exec();
}
