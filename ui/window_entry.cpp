#include "ui/window_entry.h"

#include "ui/bridge/latency_probe.h"
#include "ui/main_window/main_window.h"
#include "ui/main_window/screenshots.h"
#include "ui/theme/theme.h"

#include <QSettings>
#include <QTimer>

using namespace sluice;
using namespace sluice::ui;

int sluiceRunWindow(WindowEnvironment& environment)
{
    ProbedApplication application(*environment.argc, environment.argv);
    QApplication::setApplicationName(QStringLiteral("Sluice"));
    QApplication::setOrganizationName(QStringLiteral("sluice"));
    Theme theme(static_cast<ThemeChoice>(QSettings().value(QStringLiteral("theme"), 0).toInt()));
    dressApplication(theme);
    MainWindow window(*environment.control, environment.query, theme);
    window.show();
    const QString pictures = qEnvironmentVariable("SLUICE_SCREENSHOTS");
    if (!pictures.isEmpty())
        QTimer::singleShot(0, &window, [&] { takeScreenshots(window, pictures); });
    return QApplication::exec();
}
