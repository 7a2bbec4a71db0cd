// The list of screens. Each is one line here; its place is its place on the rail.

#include "ui/main_window/main_window.h"
#include "ui/views/destinations/destinations_page.h"
#include "ui/views/diagnostics/diagnostics_page.h"
#include "ui/views/logs/logs_page.h"
#include "ui/views/metrics/metrics_page.h"
#include "ui/views/pipeline/pipeline_page.h"
#include "ui/views/settings/settings_page.h"

namespace sluice::ui {

QList<PageEntry> makePages(Workbench& bench, QWidget* parent)
{
    return {
        {"logs", MainWindow::tr("Logs"), "logs", new LogsPage(bench, parent)},
        {"metrics", MainWindow::tr("Metrics"), "metrics", new MetricsPage(bench, parent)},
        {"pipeline", MainWindow::tr("Pipeline"), "pipeline", new PipelinePage(bench, parent)},
        {"destinations", MainWindow::tr("Destinations"), "dest", new DestinationsPage(bench, parent)},
        {"diagnostics", MainWindow::tr("Diagnostics"), "diag", new DiagnosticsPage(bench, parent)},
        {"settings", MainWindow::tr("Settings"), "settings", new SettingsPage(bench, parent), true},
    };
}

} // namespace sluice::ui
