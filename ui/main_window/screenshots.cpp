#include "ui/main_window/screenshots.h"

#include "ui/main_window/main_window.h"

#include <QDir>
#include <QEventLoop>
#include <QTimer>

#include <algorithm>

namespace sluice::ui {
namespace {

constexpr int kSettleMilliseconds = 1600; // Queries, the summary's second and one repaint.

void wait(int milliseconds)
{
    QEventLoop loop;
    QTimer::singleShot(milliseconds, &loop, &QEventLoop::quit);
    loop.exec();
}

/// The failed trace that goes through most services, among those with many spans: for the picture of one.
std::optional<QString> failedTrace(const query::Query& query)
{
    query::TraceFilter filter;
    filter.hasErrors = true;
    filter.maxDuration = std::chrono::minutes(1);
    const auto page = query.traces(filter, query::TraceSort::Spans, std::nullopt, 200, {});
    if (!page || page->rows.empty())
        return std::nullopt;
    const auto widest = std::ranges::max_element(
        page->rows, {}, [](const query::TraceSummary& row) { return row.services.size(); });
    return QString::fromStdString(widest->traceId.toHex());
}

} // namespace

void takeScreenshots(MainWindow& window, const QString& folder)
{
    QDir().mkpath(folder);
    Theme& theme = window.workbench().theme;
    const auto save = [&](const QString& name) {
        for (const ThemeChoice choice : {ThemeChoice::Dark, ThemeChoice::Light}) {
            theme.setChoice(choice);
            wait(300);
            const QString suffix
                = choice == ThemeChoice::Dark ? QStringLiteral("dark") : QStringLiteral("light");
            window.grab().save(QStringLiteral("%1/%2-%3.png").arg(folder, name, suffix));
        }
    };
    window.resize(1440, 900);
    wait(kSettleMilliseconds);
    const query::Query& query = *window.workbench().query;
    const auto counts = query.traceCounts({}, {});
    if (counts && counts->total == 0) {
        save(QStringLiteral("welcome"));
        window.close();
        return;
    }
    for (const QString& id : window.pageIds()) {
        window.showPage(id);
        wait(kSettleMilliseconds);
        save(id);
    }
    if (const auto id = failedTrace(query)) {
        window.showTrace(*id);
        wait(kSettleMilliseconds);
        save(QStringLiteral("trace"));
    }
    window.close();
}

} // namespace sluice::ui
