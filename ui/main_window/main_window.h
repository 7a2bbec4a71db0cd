#pragma once

#include "ui/bridge/live_feed.h"
#include "ui/main_window/action_registry.h"
#include "ui/main_window/page.h"
#include "ui/theme/service_colors.h"
#include "ui/time_scope.h"
#include "ui/workbench.h"

#include <QHash>
#include <QMainWindow>
#include <QThreadPool>

#include <memory>

class QStackedWidget;

namespace sluice::ui {

class NavRail;
class StatusStrip;
class TracePage;
class TracesPage;
class WelcomePage;

/// The window: rail, screens, status strip; owns what the screens share. Welcome stands in for Traces until
/// the first trace has arrived.
class MainWindow final : public QMainWindow {
    Q_OBJECT

public:
    MainWindow(EngineControl& control, std::shared_ptr<const query::Query> query, Theme& theme);
    ~MainWindow() override;

    /// Shows a screen by its id ("traces"); ids that do not exist are ignored.
    void showPage(const QString& id);
    void showTrace(const QString& traceId);
    [[nodiscard]] QStringList pageIds() const { return m_order; }
    [[nodiscard]] Page* page(const QString& id) const { return m_pages.value(id); }
    [[nodiscard]] Workbench& workbench() { return m_bench; }

protected:
    void resizeEvent(QResizeEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

private:
    void addPage(const QString& id, const QString& name, const char* icon, Page* page, bool atBottom = false);
    void addActions();
    void activate(Page* page, const QString& railId);
    void moveToArea(int step);
    void refreshMarks();
    void leaveWelcome();
    void openMenu(const QPoint& globalPosition);

    QThreadPool m_pool;
    LiveFeed m_feed;
    ServiceColors m_services;
    TimeScope m_time;
    ActionRegistry m_actions;
    ToastHost* m_toasts;
    Workbench m_bench;
    NavRail* m_rail;
    StatusStrip* m_strip;
    QStackedWidget* m_stack;
    QHash<QString, Page*> m_pages;
    QStringList m_order;
    WelcomePage* m_welcome = nullptr;
    TracesPage* m_traces = nullptr;
    TracePage* m_trace = nullptr;
    bool m_hasTraces = false;
};

/// The screens beside Traces, Trace and Welcome: id, name on the rail, icon, and the page made for `bench`.
struct PageEntry {
    const char* id;
    QString name;
    const char* icon;
    Page* page;
    bool isAtBottom = false;
};
QList<PageEntry> makePages(Workbench& bench, QWidget* parent);

/// The sheet of all keys.
void showShortcutsDialog(QWidget* parent, const ActionRegistry& actions);

} // namespace sluice::ui
