#include "ui/views/logs/logs_page.h"

#include "ui/delegates/row_delegate.h"
#include "ui/format/format.h"
#include "ui/main_window/action_registry.h"
#include "ui/time_scope.h"
#include "ui/views/logs/log_delegates.h"
#include "ui/views/logs/log_details.h"
#include "ui/views/logs/log_model.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/facet_tree.h"
#include "ui/widgets/query_field.h"
#include "ui/widgets/time_strip.h"
#include "ui/widgets/top_bar.h"

#include <QHeaderView>
#include <QLineEdit>
#include <QScrollBar>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <utility>

namespace sluice::ui {
namespace {

/// Sums of the bands of a bucket, from the bottom of the strip: error and fatal, warn, info, the rest.
std::vector<double> layersOf(const query::SeverityBucket& bucket)
{
    const auto& counts = bucket.counts;
    return {static_cast<double>(counts[5] + counts[6]), static_cast<double>(counts[4]),
        static_cast<double>(counts[3]), static_cast<double>(counts[0] + counts[1] + counts[2])};
}

void toggle(std::vector<std::string>& values, const std::string& value, bool add)
{
    const auto found = std::ranges::find(values, value);
    const bool wasChosen = found != values.end();
    if (add) {
        if (wasChosen)
            values.erase(found);
        else
            values.push_back(value);
        return;
    }
    values = wasChosen && values.size() == 1 ? std::vector<std::string>() : std::vector<std::string>{value};
}

constexpr std::array kOutcomes{query::OutcomeKind::Waiting, query::OutcomeKind::Kept,
    query::OutcomeKind::Changed, query::OutcomeKind::Dropped, query::OutcomeKind::Error,
    query::OutcomeKind::Partly};

std::optional<query::OutcomeKind> outcomeNamed(const std::string& name)
{
    for (const query::OutcomeKind kind : kOutcomes) {
        if (query::nameOf(kind) == name)
            return kind;
    }
    return std::nullopt;
}

Token severityNamed(const std::string& name)
{
    static constexpr std::array names{"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};
    const auto found = std::ranges::find(names, name);
    return found == names.end() ? Token::SeverityTrace
                                : severityToken(static_cast<int>(found - names.begin()) * 4 + 1);
}

} // namespace

LogsPage::LogsPage(const Workbench& workbench, QWidget* parent)
    : Page(parent)
    , m_workbench(workbench)
    , m_model(new LogModel(workbench.query, &workbench.pool, this))
    , m_histogramRun(&workbench.pool)
    , m_facetRun(&workbench.pool)
    , m_detailRun(&workbench.pool)
{
    buildTable();
    buildLayout();
    connect(m_field, &QueryField::textChanged, this, &LogsPage::reload);
    connect(m_field, &QueryField::chipRemoved, this, &LogsPage::removeChip);
    connect(m_facets, &FacetTree::valueChosen, this,
        [this](const QString& group, const QString& value, const QString&, bool add) {
            chooseFacet(group, value, add);
        });
    connect(m_strip, &TimeStrip::brushChanged, this, [this](const std::optional<TimeRange>& brush) {
        m_brush = brush;
        reload();
    });
    connect(m_strip, &TimeStrip::rangeRequested, this, [this](const TimeRange& range) {
        m_brush.reset();
        m_workbench.time.setFixed(range);
    });
    connect(&m_workbench.theme, &Theme::changed, this, &LogsPage::showSummary);
    connect(&m_workbench.time, &TimeScope::changed, this, &LogsPage::reload);
    connect(&m_workbench.feed, &LiveFeed::changed, this, [this] {
        m_hasNews = true;
        refresh();
    });
    connect(m_model, &LogModel::loaded, this, [this] {
        m_seen = m_matching;
        m_table->scrollToTop();
        showSummary();
    });
    connect(m_model, &LogModel::topRefreshed, this, [this] {
        m_seen = m_matching;
        showSummary();
    });
    connect(m_model, &LogModel::failed, this, [this](const QString& reason) {
        m_state->showError(tr("Cannot read the records"), reason, tr("Try again"));
        m_stack->setCurrentWidget(m_state);
        m_field->setResult(QueryField::State::Error, tr("not read"));
    });
    connect(m_details, &LogDetails::openTrace, this, &Page::openTrace);
    connect(m_details, &LogDetails::traceFilterWanted, this, &LogsPage::showTraceLogs);
    connect(m_details, &LogDetails::closed, this, [this] {
        m_details->hide();
        m_table->setFocus();
    });
    connect(m_state, &StateView::actionTriggered, this, [this] { removeChip(QStringLiteral("all")); });
}

QString LogsPage::title() const
{
    return tr("Logs");
}

QList<QWidget*> LogsPage::areas() const
{
    return {m_table, m_details, m_field->edit(), m_strip, m_facets};
}

QWidget* LogsPage::queryField() const
{
    return m_field->edit();
}

void LogsPage::setShown(bool shown)
{
    m_isShown = shown;
    if (!shown)
        return;
    if (m_isStale || !m_model->hasLoaded()) {
        reload();
    } else {
        m_hasNews = true;
        refresh();
    }
}

void LogsPage::buildTable()
{
    m_table = new QTableView(this);
    m_table->setModel(m_model);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setShowGrid(false);
    m_table->setMouseTracking(true);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->setTabKeyNavigation(false);
    m_table->setWordWrap(false);
    m_table->setAccessibleName(tr("Log records"));
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setMinimumSectionSize(20);
    m_table->verticalHeader()->setDefaultSectionSize(26);
    QHeaderView* header = m_table->horizontalHeader();
    header->setHighlightSections(false);
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    header->setSectionsMovable(true);
    header->setSectionResizeMode(LogModel::BodyColumn, QHeaderView::Stretch);
    m_table->setColumnWidth(LogModel::TimeColumn, 112);
    m_table->setColumnWidth(LogModel::SeverityColumn, 78);
    m_table->setColumnWidth(LogModel::ServiceColumn, 126);
    m_table->setColumnWidth(LogModel::TraceColumn, 82);
    m_table->setColumnWidth(LogModel::OutcomeColumn, 160);
    m_table->setItemDelegateForColumn(
        LogModel::TimeColumn, new RowDelegate(m_table, TypeStyle::Mono, Token::TextSecondary));
    m_table->setItemDelegateForColumn(LogModel::SeverityColumn, new SeverityDelegate(m_table));
    m_table->setItemDelegateForColumn(
        LogModel::ServiceColumn, new ServicesDelegate(m_table, m_workbench.services));
    m_table->setItemDelegateForColumn(LogModel::BodyColumn, new BodyDelegate(m_table));
    m_table->setItemDelegateForColumn(LogModel::TraceColumn, new TraceLinkDelegate(m_table));
    m_table->setItemDelegateForColumn(LogModel::OutcomeColumn, new OutcomeDelegate(m_table));
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &LogsPage::showRecord);
    connect(m_table, &QTableView::clicked, this, [this](const QModelIndex& index) {
        if (index.column() == LogModel::TraceColumn)
            openSelectedTrace();
    });
    connect(m_table, &QTableView::activated, this, &LogsPage::openSelectedTrace);
    connect(m_table->verticalScrollBar(), &QScrollBar::valueChanged, this, [this](int value) {
        if (value == 0)
            refresh();
    });
    m_workbench.actions.add(m_table, QStringLiteral("logs.live"), tr("Return to the newest record"),
        {QKeySequence(Qt::Key_Home)}, [this] { returnToLive(); });
}

void LogsPage::buildLayout()
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_field = new QueryField(this, tr("Log records"), "logs", tr("Search in bodies"));
    column->addWidget(new TopBar(this, m_field, m_workbench.time));
    m_bar = new SubBar(this, tr("Logs"));
    m_bar->addLegend(tr("error"), Token::SeverityError);
    m_bar->addLegend(tr("warn"), Token::SeverityWarn);
    m_bar->addLegend(tr("info"), Token::StatusOkBar);
    m_bar->addLegend(tr("debug, trace"), Token::LineStrong);
    m_newer = makeButton(m_bar, ButtonKind::Action, QString(), "chev-u", true);
    m_newer->hide();
    m_bar->addOption(m_newer);
    connect(m_newer, &QPushButton::clicked, this, &LogsPage::returnToLive);
    column->addWidget(m_bar);
    m_strip = new TimeStrip(this, tr("Log records over time"),
        {{tr("error"), Token::SeverityError}, {tr("warn"), Token::SeverityWarn},
            {tr("info"), Token::StatusOkBar}, {tr("debug, trace"), Token::LineStrong}});
    m_strip->setFixedHeight(106);
    column->addWidget(m_strip);

    auto* body = new QSplitter(Qt::Horizontal, this);
    body->setChildrenCollapsible(false);
    m_facets = new FacetTree(body);
    m_facets->setMinimumWidth(180);
    m_stack = new QStackedWidget(body);
    m_state = new StateView(m_stack);
    m_stack->addWidget(m_table);
    m_stack->addWidget(m_state);
    m_details = new LogDetails(body);
    body->addWidget(m_facets);
    body->addWidget(m_stack);
    body->addWidget(m_details);
    body->setStretchFactor(1, 1);
    body->setSizes({208, 804, 360});
    m_details->hide(); // Until a record is selected the bodies have the room.
    column->addWidget(body, 1);
}

bool LogsPage::isHolding() const
{
    return !m_workbench.time.isLive() || m_table->verticalScrollBar()->value() > 0;
}

query::LogFilter LogsPage::filterNow() const
{
    query::LogFilter filter = m_filter;
    filter.text = m_field->text().toStdString();
    filter.time = m_brush ? *m_brush : m_workbench.time.range();
    return filter;
}

void LogsPage::reload()
{
    m_isStale = !m_isShown;
    if (m_isStale)
        return;
    m_seen = 0;
    showChips();
    m_field->setResult(QueryField::State::Working, {});
    m_model->setFilter(filterNow());
    refreshCounts();
}

void LogsPage::refresh()
{
    if (!m_isShown || !m_hasNews)
        return;
    m_hasNews = false;
    if (!isHolding())
        m_model->refreshTop(m_brush ? m_brush : std::optional(m_workbench.time.range()));
    if (m_workbench.time.isLive())
        refreshCounts();
}

void LogsPage::refreshCounts()
{
    if (!m_histogramRun.isRunning()) {
        const TimeRange range = m_workbench.time.range();
        m_histogramRun.run(
            [query = m_workbench.query, filter = filterNow(), range](std::stop_token stop) {
                return query->logHistogram(filter, range, TimeStrip::kColumns, stop);
            },
            [this](const query::Answer<query::SeverityHistogram>& answer) {
                if (answer)
                    showHistogram(*answer);
            });
    }
    if (!m_facetRun.isRunning()) {
        m_facetRun.run([query = m_workbench.query, filter = filterNow()](
                           std::stop_token stop) { return query->logFacets(filter, stop); },
            [this](const query::Answer<std::vector<query::Facet>>& answer) {
                if (answer)
                    showFacets(*answer);
            });
    }
}

void LogsPage::showHistogram(const query::SeverityHistogram& histogram)
{
    std::vector<std::vector<double>> columns;
    for (const query::SeverityBucket& bucket : histogram.buckets)
        columns.push_back(layersOf(bucket));
    const auto count = static_cast<std::int64_t>(histogram.buckets.size());
    m_strip->setData({histogram.begin, histogram.begin + histogram.bucket * count}, std::move(columns),
        m_workbench.time.isLive());
    m_matching = histogram.matching;
    m_total = histogram.total;
    if (!isHolding() || m_seen == 0)
        m_seen = m_matching;
    showSummary();
}

void LogsPage::showFacets(const std::vector<query::Facet>& facets)
{
    std::vector<FacetGroup> groups;
    quint64 most = 1;
    for (const query::Facet& facet : facets) {
        FacetGroup group;
        group.id = text(facet.name);
        group.title = facet.name == "outcome" ? tr("Outcome")
            : facet.name == "severity"        ? tr("Severity")
            : facet.name == "service"         ? tr("Service")
                                              : text(facet.name);
        for (const query::FacetValue& value : facet.values) {
            FacetRow row;
            row.value = text(value.value);
            row.label = row.value;
            row.count = value.count;
            most = std::max<quint64>(most, value.count);
            if (facet.name == "outcome") {
                const auto kind = outcomeNamed(value.value).value_or(query::OutcomeKind::Waiting);
                row.color = tokenOf(kind);
                row.icon = iconOf(kind);
                row.isChosen = std::ranges::find(m_filter.outcomes, kind) != m_filter.outcomes.end();
                for (const query::FacetValue& child : value.children) {
                    FacetRow rule;
                    rule.value = text(child.value);
                    rule.label = rule.value;
                    rule.count = child.count;
                    rule.isMono = true;
                    row.children.push_back(std::move(rule));
                }
            } else if (facet.name == "severity") {
                row.color = severityNamed(value.value);
                row.isMono = true;
                row.isChosen
                    = std::ranges::find(m_filter.severities, value.value) != m_filter.severities.end();
            } else if (facet.name == "service") {
                row.serviceSlot = m_workbench.services.of(value.value).slot;
                row.isChosen = std::ranges::find(m_filter.services, value.value) != m_filter.services.end();
            }
            group.rows.push_back(std::move(row));
        }
        groups.push_back(std::move(group));
    }
    m_facets->setGroups(groups, most);
}

void LogsPage::showChips()
{
    QList<QueryField::Chip> chips;
    for (const std::string& service : m_filter.services)
        chips.append({QStringLiteral("service\n") + text(service), tr("service: %1").arg(text(service))});
    for (const std::string& severity : m_filter.severities)
        chips.append({QStringLiteral("severity\n") + text(severity), tr("severity: %1").arg(text(severity))});
    for (const query::OutcomeKind kind : m_filter.outcomes) {
        const std::string name(query::nameOf(kind));
        chips.append({QStringLiteral("outcome\n") + text(name), tr("outcome: %1").arg(text(name))});
    }
    if (m_filter.traceId) {
        const QString id = QString::fromStdString(m_filter.traceId->toHex());
        chips.append({QStringLiteral("trace\n"), tr("trace: %1").arg(id.left(8))});
    }
    m_field->setChips(chips);
}

void LogsPage::showSummary()
{
    const Theme& theme = m_workbench.theme;
    //: %1 and %2 are numbers
    m_bar->setSummary(tr("%1 of %2")
                          .arg(colorSpan(theme, Token::TextPrimary, monoSpan(formatCount(m_matching))),
                              monoSpan(formatCount(m_total))));
    m_field->setResult(QueryField::State::Valid, formatCounted(m_matching, Counted::Record));
    const std::uint64_t newer = isHolding() && m_matching > m_seen ? m_matching - m_seen : 0;
    m_newer->setVisible(newer > 0 && m_workbench.time.isLive());
    m_newer->setText(tr("%1 newer").arg(formatShortCount(newer))); //: %1 is a number
    if (!m_model->hasLoaded())
        return;
    if (m_model->rowCount() > 0) {
        m_stack->setCurrentWidget(m_table);
        return;
    }
    const bool isFiltered = m_total > 0;
    if (isFiltered) {
        m_state->showEmpty(tr("No record matches"),
            //: %1 is "36,581 records"
            tr("%1 in the capture.").arg(formatCounted(m_total, Counted::Record)), tr("Clear filter"));
    } else {
        m_state->showEmpty(tr("No log record yet"), tr("Records show here as soon as a program sends them."));
    }
    m_stack->setCurrentWidget(m_state);
}

void LogsPage::showRecord()
{
    const query::LogRow* row = m_model->at(m_table->currentIndex().row());
    if (!row) {
        m_details->showNothing();
        return;
    }
    m_details->show();
    m_detailRun.run([query = m_workbench.query, sequence = row->sequence](
                        std::stop_token stop) { return query->log(sequence, stop); },
        [this](const query::Answer<query::LogDetail>& answer) {
            if (answer)
                m_details->showRecord(*answer);
            else if (answer.error().kind != query::QueryFailure::Cancelled)
                m_details->showError(text(answer.error().text));
        });
}

void LogsPage::chooseFacet(const QString& group, const QString& value, bool add)
{
    if (group == QLatin1String("service")) {
        toggle(m_filter.services, value.toStdString(), add);
    } else if (group == QLatin1String("severity")) {
        toggle(m_filter.severities, value.toStdString(), add);
    } else if (const auto kind = outcomeNamed(value.toStdString())) {
        const bool wasOnly = m_filter.outcomes == std::vector{*kind};
        if (!add)
            m_filter.outcomes.clear();
        const auto found = std::ranges::find(m_filter.outcomes, *kind);
        if (found != m_filter.outcomes.end())
            m_filter.outcomes.erase(found);
        else if (!wasOnly)
            m_filter.outcomes.push_back(*kind);
    } else {
        return;
    }
    reload();
}

void LogsPage::removeChip(const QString& id)
{
    const std::string value = id.section(u'\n', 1).toStdString();
    if (id == QLatin1String("all")) {
        m_filter = {};
        m_brush.reset();
        m_strip->setBrush(std::nullopt);
        m_field->setText({});
    } else if (id.startsWith(QLatin1String("service"))) {
        std::erase(m_filter.services, value);
    } else if (id.startsWith(QLatin1String("severity"))) {
        std::erase(m_filter.severities, value);
    } else if (id.startsWith(QLatin1String("trace"))) {
        m_filter.traceId.reset();
    } else {
        std::erase_if(
            m_filter.outcomes, [&value](query::OutcomeKind kind) { return query::nameOf(kind) == value; });
    }
    reload();
}

void LogsPage::showTraceLogs(const QString& traceId)
{
    m_filter = {};
    m_filter.traceId = TraceId::fromHex(traceId.toStdString());
    reload();
}

void LogsPage::openSelectedTrace()
{
    const QString id = m_table->currentIndex().data(LogModel::TraceIdRole).toString();
    if (!id.isEmpty())
        Q_EMIT openTrace(id);
}

void LogsPage::returnToLive()
{
    m_table->scrollToTop();
    m_workbench.time.setLive(true);
    m_hasNews = true;
    refresh();
}

} // namespace sluice::ui
