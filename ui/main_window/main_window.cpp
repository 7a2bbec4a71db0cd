#include "ui/main_window/main_window.h"

#include "ui/bridge/background.h"
#include "ui/main_window/nav_rail.h"
#include "ui/main_window/status_strip.h"
#include "ui/views/trace/trace_page.h"
#include "ui/views/traces/traces_page.h"
#include "ui/views/welcome/welcome_page.h"
#include "ui/widgets/toast_host.h"

#include <QApplication>
#include <QCloseEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QMenu>
#include <QSettings>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace sluice::ui {
namespace {

constexpr int kCompactBelow = 1180;

} // namespace

MainWindow::MainWindow(EngineControl& control, std::shared_ptr<const query::Query> query, Theme& theme)
    : m_feed(control)
    , m_toasts(new ToastHost(this))
    , m_bench{.control = control,
          .query = std::move(query),
          .theme = theme,
          .feed = m_feed,
          .services = m_services,
          .time = m_time,
          .actions = m_actions,
          .toasts = *m_toasts,
          .pool = m_pool}
    , m_rail(new NavRail(this))
    , m_strip(new StatusStrip(this, m_feed))
    , m_stack(new QStackedWidget(this))
{
    setMinimumSize(1024, 640);
    resize(1440, 900);
    auto* central = new QWidget(this);
    auto* outer = new QHBoxLayout(central);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    auto* right = new QVBoxLayout;
    right->setSpacing(0);
    right->addWidget(m_stack, 1);
    right->addWidget(m_strip);
    outer->addWidget(m_rail);
    outer->addLayout(right, 1);
    setCentralWidget(central);

    m_traces = new TracesPage(m_bench, m_stack);
    m_trace = new TracePage(m_bench, m_stack);
    m_welcome = new WelcomePage(m_bench, m_stack);
    addPage(QStringLiteral("traces"), tr("Traces"), "traces", m_traces);
    for (Page* page : {static_cast<Page*>(m_trace), static_cast<Page*>(m_welcome)}) {
        m_stack->addWidget(page);
        connect(page, &Page::openPage, this, &MainWindow::showPage);
    }
    for (const PageEntry& entry : makePages(m_bench, m_stack))
        addPage(QString::fromLatin1(entry.id), entry.name, entry.icon, entry.page, entry.isAtBottom);

    connect(m_trace, &TracePage::closed, this, [this] { showPage(QStringLiteral("traces")); });
    connect(m_trace, &TracePage::neighbourRequested, this, [this](int step) {
        if (const QString id = m_traces->neighbour(step); !id.isEmpty())
            showTrace(id);
    });
    connect(m_rail, &NavRail::chosen, this, &MainWindow::showPage);
    connect(m_rail, &NavRail::menuRequested, this, &MainWindow::openMenu);
    connect(m_strip, &StatusStrip::openPage, this, &MainWindow::showPage);
    connect(&m_feed, &LiveFeed::statusChanged, this, &MainWindow::refreshMarks);
    connect(&m_feed, &LiveFeed::changed, this, &MainWindow::leaveWelcome);
    addActions();
    const QByteArray geometry = QSettings().value(QStringLiteral("geometry")).toByteArray();
    if (!geometry.isEmpty())
        restoreGeometry(geometry);
    showPage(QStringLiteral("traces"));
    leaveWelcome();
    m_toasts->raise();
}

MainWindow::~MainWindow()
{
    m_pool.waitForDone();
}

void MainWindow::addPage(const QString& id, const QString& name, const char* icon, Page* page, bool atBottom)
{
    m_stack->addWidget(page);
    m_pages.insert(id, page);
    m_order.append(id);
    m_rail->addEntry(id, name, icon, atBottom);
    connect(page, &Page::openPage, this, &MainWindow::showPage);
    connect(page, &Page::openTrace, this, &MainWindow::showTrace);
}

void MainWindow::addActions()
{
    const QHash<QString, QKeySequence> keys{{QStringLiteral("traces"), Qt::CTRL | Qt::Key_1},
        {QStringLiteral("logs"), Qt::CTRL | Qt::Key_2}, {QStringLiteral("metrics"), Qt::CTRL | Qt::Key_3},
        {QStringLiteral("pipeline"), Qt::CTRL | Qt::Key_5},
        {QStringLiteral("destinations"), Qt::CTRL | Qt::Key_6},
        {QStringLiteral("diagnostics"), Qt::CTRL | Qt::Key_8},
        {QStringLiteral("settings"), Qt::CTRL | Qt::Key_Comma}};
    for (const QString& id : std::as_const(m_order))
        m_actions.add(this, QStringLiteral("page.") + id, m_pages.value(id)->title(), {keys.value(id)},
            [this, id] { showPage(id); });
    m_actions.add(this, QStringLiteral("query.focus"), tr("Query field"),
        {Qt::CTRL | Qt::Key_L, Qt::Key_Slash}, [this] {
            if (auto* page = qobject_cast<Page*>(m_stack->currentWidget());
                page != nullptr && page->queryField() != nullptr)
                page->queryField()->setFocus(Qt::ShortcutFocusReason);
        });
    m_actions.add(this, QStringLiteral("live.toggle"), tr("Live or pause"),
        {Qt::CTRL | Qt::SHIFT | Qt::Key_L}, [this] { m_time.setLive(!m_time.isLive()); });
    m_actions.add(
        this, QStringLiteral("area.next"), tr("Next area"), {Qt::Key_F6}, [this] { moveToArea(1); });
    m_actions.add(this, QStringLiteral("area.previous"), tr("Previous area"), {Qt::SHIFT | Qt::Key_F6},
        [this] { moveToArea(-1); });
    m_actions.add(this, QStringLiteral("theme.toggle"), tr("Dark or light"), {}, [this] {
        m_bench.theme.setChoice(m_bench.theme.isDark() ? ThemeChoice::Light : ThemeChoice::Dark);
        QSettings().setValue(QStringLiteral("theme"), static_cast<int>(m_bench.theme.choice()));
    });
    m_actions.add(this, QStringLiteral("help.shortcuts"), tr("Shortcuts"), {Qt::Key_Question},
        [this] { showShortcutsDialog(this, m_actions); });
    m_actions.add(
        this, QStringLiteral("window.quit"), tr("Quit"), {Qt::CTRL | Qt::Key_Q}, [this] { close(); });
}

void MainWindow::activate(Page* page, const QString& railId)
{
    auto* before = qobject_cast<Page*>(m_stack->currentWidget());
    if (before != nullptr && before != page)
        before->setShown(false);
    m_stack->setCurrentWidget(page);
    m_rail->setCurrent(railId);
    page->setShown(true);
    if (before != page && !page->areas().isEmpty())
        page->areas().constFirst()->setFocus(Qt::OtherFocusReason);
    const QString file = m_bench.feed.status().isTemporary
        ? tr("temporary capture")
        : QFileInfo(QString::fromStdString(m_bench.feed.status().capturePath)).fileName();
    setWindowTitle(tr("%1 — %2 — Sluice", "screen, capture").arg(page->title(), file));
}

void MainWindow::showPage(const QString& id)
{
    Page* page = m_pages.value(id);
    if (page == nullptr)
        return;
    if (page == m_traces && !m_hasTraces)
        page = m_welcome;
    activate(page, id);
}

void MainWindow::showTrace(const QString& traceId)
{
    m_trace->setTrace(traceId, m_traces->positionText(traceId));
    activate(m_trace, QStringLiteral("traces"));
}

void MainWindow::moveToArea(int step)
{
    QList<QWidget*> areas{m_rail};
    if (const auto* page = qobject_cast<Page*>(m_stack->currentWidget()))
        areas += page->areas();
    areas.append(m_strip);
    const QWidget* focus = QApplication::focusWidget();
    qsizetype at = -1;
    for (qsizetype i = 0; i < areas.size(); ++i) {
        if (focus != nullptr && (areas[i] == focus || areas[i]->isAncestorOf(focus)))
            at = i;
    }
    QWidget* target = areas[(at + step + areas.size()) % areas.size()];
    if (target->focusPolicy() == Qt::NoFocus) {
        for (QWidget* child : target->findChildren<QWidget*>()) {
            if (child->focusPolicy() != Qt::NoFocus && child->isVisible()) {
                target = child;
                break;
            }
        }
    }
    target->setFocus(Qt::TabFocusReason);
}

void MainWindow::refreshMarks()
{
    const auto& destinations = m_feed.status().destinations;
    const auto failing = std::ranges::count_if(
        destinations, [](const DestinationStatus& one) { return one.state == DestinationState::Retrying; });
    m_rail->setMark(QStringLiteral("destinations"),
        failing > 0 ? tr("%n do not answer", nullptr, static_cast<int>(failing)) : QString(), true);
    const bool hasTrouble = !m_feed.status().captureTrouble.empty()
        || std::ranges::any_of(
            m_feed.status().receivers, [](const ReceiverInfo& one) { return !one.trouble.empty(); });
    m_rail->setMark(QStringLiteral("diagnostics"), hasTrouble ? tr("needs attention") : QString(), false);
}

void MainWindow::leaveWelcome()
{
    if (m_hasTraces)
        return;
    runInBackground(
        &m_pool, this, [query = m_bench.query] { return query->traceCounts({}, {}); },
        [this](query::Answer<query::TraceCounts> counts) {
            if (m_hasTraces || !counts || counts->total == 0)
                return;
            m_hasTraces = true;
            if (m_stack->currentWidget() == m_welcome)
                showPage(QStringLiteral("traces"));
        });
}

void MainWindow::openMenu(const QPoint& globalPosition)
{
    QMenu menu(this);
    for (QAction* action : m_actions.actions()) {
        if (action->parent() == this)
            menu.addAction(action);
    }
    menu.exec(globalPosition);
}

void MainWindow::resizeEvent(QResizeEvent* event)
{
    QMainWindow::resizeEvent(event);
    m_rail->setCompact(width() < kCompactBelow);
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    QSettings().setValue(QStringLiteral("geometry"), saveGeometry());
    event->accept();
}

} // namespace sluice::ui
