#include "ui/views/destinations/destinations_page.h"

#include "ui/bridge/background.h"
#include "ui/delegates/row_delegate.h"
#include "ui/format/format.h"
#include "ui/views/destinations/destination_form.h"
#include "ui/views/destinations/destination_model.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/toast_host.h"
#include "ui/widgets/top_bar.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QMessageBox>
#include <QPointer>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace sluice::ui {
namespace {

void setUpTable(QTableView& table, int rowHeight)
{
    table.setFrameShape(QFrame::NoFrame);
    table.setShowGrid(false);
    table.setMouseTracking(true);
    table.setSelectionBehavior(QAbstractItemView::SelectRows);
    table.setSelectionMode(QAbstractItemView::SingleSelection);
    table.setEditTriggers(QAbstractItemView::NoEditTriggers);
    table.setTabKeyNavigation(false);
    table.setWordWrap(false);
    table.setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    table.setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    table.verticalHeader()->hide();
    table.verticalHeader()->setMinimumSectionSize(20);
    table.verticalHeader()->setDefaultSectionSize(rowHeight);
    table.horizontalHeader()->setStretchLastSection(true);
    table.horizontalHeader()->setHighlightSections(false);
}

/// The error of a command, empty when it went well.
template <class Answer>
std::string errorOf(const Answer& answer)
{
    return answer ? std::string() : answer.error().text.empty() ? std::string("?") : answer.error().text;
}

} // namespace

DestinationsPage::DestinationsPage(const Workbench& workbench, QWidget* parent)
    : Page(parent)
    , m_workbench(workbench)
    , m_model(new DestinationModel(this))
    , m_recent(new RecentExportModel(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeTopBar());
    auto* body = new QSplitter(Qt::Horizontal, this);
    body->setChildrenCollapsible(false);
    body->addWidget(makeLists());
    m_form = new DestinationForm(body);
    body->addWidget(m_form);
    body->setStretchFactor(0, 1);
    body->setSizes({936, 436});
    column->addWidget(body, 1);
    connect(m_form, &DestinationForm::saveWanted, this, &DestinationsPage::save);
    connect(m_form, &DestinationForm::removeWanted, this, &DestinationsPage::askRemove);
    connect(m_form, &DestinationForm::testWanted, this, &DestinationsPage::test);
    connect(m_form, &DestinationForm::enableWanted, this,
        [this](bool isOn) { setPaused(m_form->savedName(), !isOn); });
    connect(m_form, &DestinationForm::retryWanted, this, [this] {
        runInBackground(
            &m_workbench.pool, this,
            [control = &m_workbench.control, name = m_form->savedName()] {
                return errorOf(control->retryNow(name));
            },
            [this](const std::string& error) { report(tr("The destination was not tried"), error); });
    });
    connect(&m_workbench.feed, &LiveFeed::statusChanged, this, &DestinationsPage::showStatus);
    connect(&m_workbench.theme, &Theme::changed, this, &DestinationsPage::showStatus);
    showStatus();
}

QString DestinationsPage::title() const
{
    return tr("Destinations");
}

QList<QWidget*> DestinationsPage::areas() const
{
    return {m_table, m_exports, m_form};
}

void DestinationsPage::setShown(bool shown)
{
    if (shown)
        showStatus();
}

QWidget* DestinationsPage::makeTopBar()
{
    auto* bar = new Panel(this, Token::BgRaised, Panel::Bottom);
    bar->setFixedHeight(48);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(12, 0, 12, 0);
    row->setSpacing(8);
    row->addWidget(new Label(bar, TypeStyle::Heading, Token::TextPrimary, tr("Destinations")));
    m_summary = new Label(bar, TypeStyle::Body, Token::TextSecondary);
    row->addSpacing(6);
    row->addWidget(m_summary);
    row->addStretch(1);
    auto* pause = makeButton(bar, ButtonKind::Quiet, tr("Pause all"), "pause");
    pause->setEnabled(false);
    m_pause = pause;
    auto* add = makeButton(bar, ButtonKind::Primary, tr("Add destination"), "plus");
    row->addWidget(pause);
    row->addWidget(makeSeparator(bar));
    row->addWidget(add);
    connect(add, &QPushButton::clicked, this, &DestinationsPage::addNew);
    connect(pause, &QPushButton::clicked, this, [this] {
        for (const std::string& name : m_model->names())
            setPaused(name, true);
    });
    return bar;
}

QWidget* DestinationsPage::makeLists()
{
    auto* lists = new QSplitter(Qt::Vertical, this);
    lists->setChildrenCollapsible(false);
    m_stack = new QStackedWidget(lists);
    m_table = new QTableView(m_stack);
    setUpTable(*m_table, 48);
    m_table->setModel(m_model);
    m_table->setItemDelegate(new DestinationDelegate(m_table));
    m_table->setAccessibleName(tr("Destinations"));
    const std::array widths{214, 112, 78, 154, 84, 78, 72};
    for (std::size_t i = 0; i < widths.size(); ++i)
        m_table->setColumnWidth(static_cast<int>(i), widths[i]);
    m_state = new StateView(m_stack);
    m_state->showEmpty(
        tr("No destination yet"), tr("What is kept stays in the capture."), tr("Add destination"));
    connect(m_state, &StateView::actionTriggered, this, &DestinationsPage::addNew);
    m_stack->addWidget(m_table);
    m_stack->addWidget(m_state);
    lists->addWidget(m_stack);

    auto* lower = new Panel(lists);
    auto* column = new QVBoxLayout(lower);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* head = new Panel(lower, Token::BgPanel, Panel::Bottom);
    head->setFixedHeight(34);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(12, 0, 12, 0);
    row->addWidget(new Label(head, TypeStyle::Title, Token::TextPrimary, tr("Recent exports")));
    row->addStretch(1);
    m_failuresOnly = new QCheckBox(tr("Failures only"), head);
    m_failuresOnly->setFont(fontOf(TypeStyle::Small));
    row->addWidget(m_failuresOnly);
    column->addWidget(head);
    m_exports = new QTableView(lower);
    setUpTable(*m_exports, 26);
    m_exports->horizontalHeader()->hide();
    m_exports->setModel(m_recent);
    m_exports->setAccessibleName(tr("Recent exports"));
    m_exports->setItemDelegate(new RowDelegate(m_exports, TypeStyle::Mono, Token::TextSecondary));
    m_exports->setItemDelegateForColumn(RecentExportModel::NameColumn, new RowDelegate(m_exports));
    m_exports->setItemDelegateForColumn(RecentExportModel::RecordsColumn,
        new RowDelegate(m_exports, TypeStyle::Mono, Token::TextSecondary, Qt::AlignRight));
    m_exports->setItemDelegateForColumn(RecentExportModel::ResultColumn, new ExportResultDelegate(m_exports));
    const std::array exportWidths{116, 150, 160, 126};
    for (std::size_t i = 0; i < exportWidths.size(); ++i)
        m_exports->setColumnWidth(static_cast<int>(i), exportWidths[i]);
    column->addWidget(m_exports, 1);
    lists->addWidget(lower);
    lists->setSizes({360, 430});
    connect(m_failuresOnly, &QCheckBox::toggled, this, &DestinationsPage::showStatus);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
        &DestinationsPage::showSelected);
    return lists;
}

void DestinationsPage::showStatus()
{
    const std::vector<DestinationStatus>& all = m_workbench.feed.status().destinations;
    const std::string selected = m_form->savedName();
    m_model->setDestinations(all);
    m_recent->setDestinations(all, m_failuresOnly->isChecked());
    m_stack->setCurrentIndex(all.empty() ? 1 : 0);
    std::size_t well = 0;
    std::size_t trouble = 0;
    for (const DestinationStatus& each : all) {
        well += each.state == DestinationState::Idle || each.state == DestinationState::Sending ? 1U : 0U;
        trouble += each.state == DestinationState::Retrying ? 1U : 0U;
    }
    const Theme& theme = m_workbench.theme;
    QStringList parts{tr("%1 configured").arg(monoSpan(formatCount(all.size())))}; //: %1 is a number
    if (well > 0)
        parts << colorSpan(
            theme, Token::StatusOk, tr("%1 up to date or sending").arg(monoSpan(formatCount(well))));
    if (trouble > 0)
        parts << colorSpan(theme, Token::StatusError, tr("%1 retrying").arg(monoSpan(formatCount(trouble))));
    if (const std::size_t off = all.size() - well - trouble; off > 0)
        parts << tr("%1 off").arg(monoSpan(formatCount(off)));
    m_summary->setText(parts.join(QStringLiteral(" · ")));
    m_pause->setEnabled(!m_model->names().empty());
    if (m_form->isNew())
        return;
    const int row = m_model->rowOf(selected);
    if (row < 0 && !all.empty())
        m_table->setCurrentIndex(m_model->index(0, 0));
    else if (row >= 0 && m_table->currentIndex().row() != row)
        m_table->setCurrentIndex(m_model->index(row, 0));
    showSelected();
}

void DestinationsPage::showSelected()
{
    const DestinationStatus* status = m_model->at(m_table->currentIndex().row());
    if (!status) {
        if (!m_form->isNew())
            m_form->showNothing();
        return;
    }
    if (m_form->isNew() && !m_table->hasFocus())
        return;
    std::vector<std::string> others = m_model->names();
    std::erase(others, status->settings.name);
    m_form->showStatus(*status, others);
}

void DestinationsPage::select(const std::string& name)
{
    const int row = m_model->rowOf(name);
    if (row >= 0)
        m_table->setCurrentIndex(m_model->index(row, 0));
}

void DestinationsPage::addNew()
{
    DestinationSettings settings;
    settings.name = freeName(settings.kind, m_model->names());
    m_table->clearSelection();
    m_form->showNew(settings, m_model->names());
}

void DestinationsPage::save(bool fromStart)
{
    runInBackground(
        &m_workbench.pool, this,
        [control = &m_workbench.control, settings = m_form->settings(), fromStart] {
            return errorOf(control->saveDestination(settings, fromStart));
        },
        [this](const std::string& error) {
            if (error.empty()) {
                m_form->saved();
                m_workbench.toasts.show(ToastHost::Kind::Success, tr("Saved"), tr("From the next batch on"));
            }
            report(tr("The destination was not saved"), error);
        });
}

void DestinationsPage::askRemove()
{
    if (m_form->isNew()) {
        m_form->showNothing();
        showStatus();
        return;
    }
    const DestinationStatus* status = m_model->at(m_model->rowOf(m_form->savedName()));
    if (!status || status->behindRecords == 0) {
        remove();
        return;
    }
    auto* box = new QMessageBox(this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    //: %1 is the name of a destination
    box->setWindowTitle(tr("Remove %1?").arg(shortName(m_form->savedName())));
    //: %1 is "36,581 records"
    box->setText(tr("Not sent yet: %1. They stay in the capture but will not be sent.")
                     .arg(formatCounted(status->behindRecords, Counted::Record)));
    QPushButton* affirm = box->addButton(tr("Remove"), QMessageBox::DestructiveRole);
    setButtonKind(affirm, ButtonKind::DangerFilled, false);
    box->setDefaultButton(box->addButton(tr("Cancel"), QMessageBox::RejectRole));
    connect(affirm, &QPushButton::clicked, this, &DestinationsPage::remove);
    box->open();
}

void DestinationsPage::remove()
{
    runInBackground(
        &m_workbench.pool, this,
        [control = &m_workbench.control, name = m_form->savedName()] {
            return errorOf(control->removeDestination(name));
        },
        [this](const std::string& error) { report(tr("The destination was not removed"), error); });
}

void DestinationsPage::setPaused(const std::string& name, bool isPaused)
{
    runInBackground(
        &m_workbench.pool, this,
        [control = &m_workbench.control, name, isPaused] {
            return errorOf(control->setDestinationPaused(name, isPaused));
        },
        [this](const std::string& error) { report(tr("The destination was not switched"), error); });
}

void DestinationsPage::test()
{
    if (m_isTesting)
        return;
    m_isTesting = true;
    m_form->showTest({}, true);
    QPointer<DestinationsPage> page(this);
    runInBackground(
        &m_workbench.pool, this,
        [page, control = &m_workbench.control, settings = m_form->settings()] {
            std::vector<ConnectionTestStep> last;
            control->testDestination(settings, [&last, page](const std::vector<ConnectionTestStep>& steps) {
                last = steps;
                QMetaObject::invokeMethod(
                    page,
                    [page, steps] {
                        if (page && page->m_isTesting)
                            page->m_form->showTest(steps, true);
                    },
                    Qt::QueuedConnection);
            });
            return last;
        },
        [this](const std::vector<ConnectionTestStep>& steps) {
            m_isTesting = false;
            m_form->showTest(steps, false);
        });
}

void DestinationsPage::report(const QString& failure, const std::string& error)
{
    if (!error.empty())
        m_workbench.toasts.show(ToastHost::Kind::Error, failure, text(error));
    m_workbench.feed.refresh();
}

} // namespace sluice::ui
