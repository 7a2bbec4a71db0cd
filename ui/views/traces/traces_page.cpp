#include "ui/views/traces/traces_page.h"

#include "ui/delegates/row_delegate.h"
#include "ui/format/format.h"
#include "ui/main_window/action_registry.h"
#include "ui/time_scope.h"
#include "ui/views/traces/trace_facets.h"
#include "ui/views/traces/traces_model.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/query_field.h"
#include "ui/widgets/time_strip.h"
#include "ui/widgets/top_bar.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QScrollBar>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace sluice::ui {
namespace {

constexpr std::size_t kPageSize = 200;
constexpr int kSummaryMilliseconds = 1000;
constexpr int kNewMarkMilliseconds = 500;
constexpr int kRowHeight = 26;

/// The header of the table: paints the scale above the duration bars.
class TraceHeader final : public QHeaderView {
public:
    explicit TraceHeader(QWidget* parent)
        : QHeaderView(Qt::Horizontal, parent)
    {
        setSectionsClickable(true);
        setSectionsMovable(true);
        setHighlightSections(false);
    }

protected:
    void paintSection(QPainter* painter, const QRect& rect, int section) const override
    {
        QHeaderView::paintSection(painter, rect, section);
        if (section != TracesModel::Duration)
            return;
        const Theme& theme = themeOf(this);
        painter->save();
        painter->setFont(fontOf(TypeStyle::MonoSmall));
        painter->setPen(theme.color(Token::TextMuted));
        const int left = rect.left() + 8 + DurationDelegate::kNumberWidth + 8;
        const std::array<const char*, 4> marks{"1ms", "10", "100", "1s"};
        for (std::size_t i = 0; i < marks.size(); ++i) {
            const int x = left + DurationDelegate::kBarWidth * static_cast<int>(i) / 4;
            const QRect box = i == 0 ? QRect(x, rect.top(), 40, rect.height() - 1)
                                     : QRect(x - 20, rect.top(), 40, rect.height() - 1);
            if (box.right() > rect.right())
                break;
            painter->drawText(
                box, (i == 0 ? Qt::AlignLeft : Qt::AlignHCenter) | Qt::AlignVCenter, QLatin1String(marks[i]));
        }
        painter->restore();
    }
};

} // namespace

TracesPage::TracesPage(Workbench& bench, QWidget* parent)
    : Page(parent)
    , m_bench(bench)
    , m_field(new QueryField(this, tr("Any span"), "funnel", tr("Search span names")))
    , m_subBar(new SubBar(this, tr("Traces")))
    , m_droppedButton(makeButton(this, ButtonKind::Quiet, QString(), "eye", true))
    , m_strip(new TimeStrip(this, tr("Traces over time"),
          {{tr("ok"), Token::StatusOkBar}, {tr("error"), Token::StatusError},
              {tr("dropped"), Token::OutcomeDropped, true}}))
    , m_facetSearch(new QLineEdit(this))
    , m_facetTree(new FacetTree(this))
    , m_selection(new Badge(this, Badge::Kind::Blue, QString(), "bars", true))
    , m_selectionHint(new Label(this, TypeStyle::Small, Token::TextMuted, tr("Press Esc to clear")))
    , m_newer(makeButton(this, ButtonKind::Default, QString(), "chev-u", true))
    , m_table(new QTableView(this))
    , m_model(new TracesModel(this))
    , m_listStack(new QStackedWidget(this))
    , m_state(new StateView(this))
    , m_rows(&bench.pool, this)
    , m_more(&bench.pool, this)
    , m_countsQuestion(&bench.pool, this)
    , m_stripQuestion(&bench.pool, this)
    , m_facetQuestion(&bench.pool, this)
    , m_newerQuestion(&bench.pool, this)
{
    m_subBar->addLegend(tr("ok"), Token::StatusOkBar);
    m_subBar->addLegend(tr("error"), Token::StatusError);
    m_subBar->addLegend(tr("dropped"), Token::OutcomeDropped, true);
    m_subBar->addOption(makeSeparator(m_subBar));
    m_subBar->addOption(m_droppedButton);

    auto* splitter = new QSplitter(Qt::Horizontal, this);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(makeFacetPanel());
    splitter->addWidget(makeListPanel());
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({240, 1130});

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(new TopBar(this, m_field, bench.time));
    layout->addWidget(m_subBar);
    layout->addWidget(m_strip);
    layout->addWidget(splitter, 1);

    connect(m_field, &QueryField::textChanged, this, [this](const QString& words) {
        m_filter.textInNames = words.toStdString();
        reload();
    });
    connect(m_field, &QueryField::chipRemoved, this, &TracesPage::removeChip);
    connect(m_strip, &TimeStrip::brushChanged, this, &TracesPage::setBrush);
    connect(m_strip, &TimeStrip::rangeRequested, this, [this](const TimeRange& range) {
        setBrush(std::nullopt);
        m_bench.time.setFixed(range);
    });
    connect(&bench.time, &TimeScope::changed, this, &TracesPage::reload);
    connect(&bench.feed, &LiveFeed::changed, this, &TracesPage::onFeed);
    connect(&bench.theme, &Theme::changed, this, [this] { showCounts(m_counts); });
    m_summaryTimer.setSingleShot(true);
    m_summaryTimer.setInterval(kSummaryMilliseconds);
    connect(&m_summaryTimer, &QTimer::timeout, this, &TracesPage::readSummary);
    m_newMarks.setInterval(kNewMarkMilliseconds);
    connect(&m_newMarks, &QTimer::timeout, m_model, &TracesModel::clearOldMarks);
    addActions();
    setDropped(Dropped::Dim);
}

QWidget* TracesPage::makeFacetPanel()
{
    auto* panel = new Panel(this, Token::BgPanel);
    panel->setMinimumWidth(180);
    panel->setMaximumWidth(420);
    auto* head = new Panel(panel, Token::BgPanel, Panel::Bottom);
    head->setFixedHeight(34);
    auto* headLayout = new QHBoxLayout(head);
    headLayout->setContentsMargins(8, 0, 8, 0);
    headLayout->addWidget(m_facetSearch);
    m_facetSearch->setPlaceholderText(tr("Find value"));
    m_facetSearch->setAccessibleName(tr("Find value among the facets"));
    m_facetSearch->setFixedHeight(24);
    m_facetSearch->addAction(iconOf("search", Token::TextMuted), QLineEdit::LeadingPosition);
    connect(m_facetSearch, &QLineEdit::textChanged, this, &TracesPage::showFacets);
    auto* layout = new QVBoxLayout(panel);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(head);
    layout->addWidget(m_facetTree, 1);
    connect(m_facetTree, &FacetTree::valueChosen, this, &TracesPage::chooseFacet);
    return panel;
}

QWidget* TracesPage::makeListPanel()
{
    auto* panel = new Panel(this, Token::BgPanel);
    auto* bar = new Panel(panel, Token::BgPanel, Panel::Bottom);
    bar->setFixedHeight(34);
    auto* barLayout = new QHBoxLayout(bar);
    barLayout->setContentsMargins(12, 0, 12, 1);
    barLayout->setSpacing(8);
    barLayout->addWidget(m_selection);
    barLayout->addWidget(m_selectionHint);
    barLayout->addStretch(1);
    barLayout->addWidget(m_newer);
    auto* columns = makeButton(bar, ButtonKind::Quiet, tr("Columns"), "columns", true);
    barLayout->addWidget(columns);
    m_selection->hide();
    m_selectionHint->hide();
    m_newer->hide();
    m_newer->setIcon(iconOf("chev-u", Token::StatusOk));
    connect(m_selection, &Badge::closed, this, [this] { setBrush(std::nullopt); });
    connect(m_newer, &QPushButton::clicked, this, &TracesPage::goLive);

    auto* header = new TraceHeader(m_table);
    m_table->setHorizontalHeader(header);
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Traces"));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->setMouseTracking(true);
    m_table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setMinimumSectionSize(20);
    m_table->verticalHeader()->setDefaultSectionSize(kRowHeight);
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    header->setFixedHeight(26);
    header->setMinimumSectionSize(40);
    const std::array widths{110, 220, 180, 202, 60, 54, 52, 232};
    for (int column = 0; column < TracesModel::ColumnCount; ++column)
        header->resizeSection(column, widths[static_cast<std::size_t>(column)]);
    header->setSectionResizeMode(TracesModel::Operation, QHeaderView::Stretch);
    header->setSortIndicatorShown(true); // Setting a header switches it off.
    header->setSortIndicator(TracesModel::Time, Qt::DescendingOrder);
    connect(header, &QHeaderView::sectionClicked, this, &TracesPage::sortBy);
    connect(columns, &QPushButton::clicked, this, [this, columns, header] {
        QMenu menu(this);
        for (int column = 0; column < TracesModel::ColumnCount; ++column) {
            if (column == TracesModel::Operation)
                continue;
            QAction* action
                = menu.addAction(m_model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
            action->setCheckable(true);
            action->setChecked(!header->isSectionHidden(column));
            connect(action, &QAction::toggled, header,
                [header, column](bool shown) { header->setSectionHidden(column, !shown); });
        }
        menu.exec(columns->mapToGlobal(QPoint(0, columns->height() + 4)));
    });

    const auto mono = [this](Token color, Qt::Alignment alignment) {
        return new RowDelegate(m_table, TypeStyle::Mono, color, alignment);
    };
    m_table->setItemDelegateForColumn(TracesModel::Time, mono(Token::TextSecondary, Qt::AlignLeft));
    m_table->setItemDelegateForColumn(TracesModel::Services, new ServicesDelegate(m_table, m_bench.services));
    m_table->setItemDelegateForColumn(TracesModel::Operation, new RowDelegate(m_table, TypeStyle::Strong));
    m_table->setItemDelegateForColumn(TracesModel::Duration, new DurationDelegate(m_table, m_bench.services));
    for (const int column : {TracesModel::Spans, TracesModel::Errors, TracesModel::Http})
        m_table->setItemDelegateForColumn(column, mono(Token::TextSecondary, Qt::AlignRight));
    m_table->setItemDelegateForColumn(TracesModel::OutcomeColumn, new OutcomeDelegate(m_table));

    connect(m_model, &TracesModel::moreWanted, this, &TracesPage::readMore);
    connect(m_table, &QTableView::activated, this, &TracesPage::openRow);
    connect(m_table, &QTableView::customContextMenuRequested, this, &TracesPage::openRowMenu);
    connect(m_table->verticalScrollBar(), &QScrollBar::valueChanged, this, &TracesPage::readNewer);
    connect(m_state, &StateView::actionTriggered, this, &TracesPage::clearFilters);

    m_listStack->addWidget(m_table);
    m_listStack->addWidget(m_state);
    auto* layout = new QVBoxLayout(panel);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(bar);
    layout->addWidget(m_listStack, 1);
    return panel;
}

void TracesPage::addActions()
{
    m_bench.actions.add(m_table, QStringLiteral("traces.copy"), tr("Copy rows"), {QKeySequence::Copy},
        [this] { copyRows(); });
    m_bench.actions.add(m_table, QStringLiteral("traces.live"), tr("Back to the newest"), {Qt::Key_Home},
        [this] { goLive(); });
    m_bench.actions.add(
        this, QStringLiteral("traces.clear"), tr("Clear brush or selection"), {Qt::Key_Escape}, [this] {
            if (m_brush)
                setBrush(std::nullopt);
            else
                m_table->clearSelection();
        });
    m_bench.actions.add(
        this, QStringLiteral("traces.refresh"), tr("Refresh"), {Qt::Key_F5}, [this] { reload(); });
    m_bench.actions.add(this, QStringLiteral("traces.dropped"), tr("Dropped: dim, show, hide"),
        {Qt::CTRL | Qt::SHIFT | Qt::Key_D},
        [this] { setDropped(static_cast<Dropped>((static_cast<int>(m_dropped) + 1) % 3)); });
    m_bench.actions.add(this, QStringLiteral("traces.facets"), tr("Facets"), {Qt::CTRL | Qt::Key_Backslash},
        [this] { m_facetTree->parentWidget()->setVisible(!m_facetTree->isVisible()); });
    connect(m_droppedButton, &QPushButton::clicked, this,
        [this] { setDropped(static_cast<Dropped>((static_cast<int>(m_dropped) + 1) % 3)); });
}

QList<QWidget*> TracesPage::areas() const
{
    return {m_table, m_field->edit(), m_strip, m_facetTree};
}

QWidget* TracesPage::queryField() const
{
    return m_field->edit();
}

void TracesPage::setShown(bool shown)
{
    m_isShown = shown;
    if (!shown)
        return;
    if (m_hasRange) {
        reload();
        return;
    }
    // An old capture has nothing in the last minutes: show what it has.
    m_hasRange = true;
    runInBackground(
        &m_bench.pool, this, [query = m_bench.query] { return query->timeRange(Signal::Traces, {}); },
        [this](query::Answer<TimeRange> range) {
            const TimeRange now = m_bench.time.range();
            if (range && range->end > range->begin && range->end < now.begin)
                m_bench.time.setFixed({range->begin, range->end + std::chrono::milliseconds(1)});
            else
                reload();
        });
}

query::TraceFilter TracesPage::currentFilter() const
{
    query::TraceFilter filter = m_filter;
    filter.time = m_brush ? *m_brush : m_bench.time.range();
    if (m_dropped == Dropped::Hide && filter.outcomes.empty())
        filter.outcomes = {query::OutcomeKind::Waiting, query::OutcomeKind::Kept, query::OutcomeKind::Changed,
            query::OutcomeKind::Error, query::OutcomeKind::Partly};
    return filter;
}

void TracesPage::reload()
{
    if (!m_isShown)
        return;
    m_field->setResult(QueryField::State::Working, QString());
    m_field->setChips(chipsOf(m_filter));
    readRows(false);
    readSummary();
}

void TracesPage::readRows(bool markNew)
{
    m_more.cancel();
    m_rows.run(
        [query = m_bench.query, filter = currentFilter(), sort = m_sort](
            std::stop_token stop) { return query->traces(filter, sort, std::nullopt, kPageSize, stop); },
        [this, markNew](query::Answer<query::TracePage> page) {
            if (!page) {
                if (page.error().kind != query::QueryFailure::Cancelled) {
                    m_state->showError(
                        tr("Cannot read the capture"), text(page.error().text), tr("Try again"));
                    m_listStack->setCurrentWidget(m_state);
                }
                return;
            }
            m_next = page->next;
            m_model->setRows(std::move(page->rows), m_next.has_value(), markNew);
            if (!m_newMarks.isActive())
                m_newMarks.start();
            m_newer->hide();
            showEmptyOrList();
        });
}

void TracesPage::readMore()
{
    m_more.run([query = m_bench.query, filter = currentFilter(), sort = m_sort, after = m_next](
                   std::stop_token stop) { return query->traces(filter, sort, after, kPageSize, stop); },
        [this](query::Answer<query::TracePage> page) {
            if (!page)
                return;
            m_next = page->next;
            m_model->appendRows(std::move(page->rows), m_next.has_value());
        });
}

void TracesPage::readSummary()
{
    if (!m_isShown)
        return;
    const query::TraceFilter filter = currentFilter();
    const TimeRange range = m_bench.time.range();
    query::TraceFilter whole = filter;
    whole.time = range;
    m_countsQuestion.run(
        [query = m_bench.query, filter](std::stop_token stop) { return query->traceCounts(filter, stop); },
        [this](query::Answer<query::TraceCounts> counts) {
            if (counts)
                showCounts(*counts);
        });
    m_stripQuestion.run(
        [query = m_bench.query, whole, range](
            std::stop_token stop) { return query->traceHistogram(whole, range, TimeStrip::kColumns, stop); },
        [this](query::Answer<query::TimeHistogram> histogram) {
            if (histogram)
                showHistogram(*histogram);
        });
    m_facetQuestion.run(
        [query = m_bench.query, filter](std::stop_token stop) { return query->traceFacets(filter, stop); },
        [this](query::Answer<std::vector<query::Facet>> facets) {
            if (!facets)
                return;
            m_facets = std::move(*facets);
            showFacets();
        });
}

void TracesPage::readNewer()
{
    if (!m_isShown || !m_bench.time.isLive() || m_newerQuestion.isRunning() || isAtLiveEdge())
        return;
    query::TraceFilter filter = currentFilter();
    if (filter.time && !m_brush)
        filter.time->end = UnixTime::max();
    m_newerQuestion.run([query = m_bench.query, filter, newest = m_model->newestSequence()](
                            std::stop_token stop) { return query->tracesNewerThan(filter, newest, stop); },
        [this](query::Answer<std::uint64_t> newer) {
            if (!newer)
                return;
            m_newer->setVisible(*newer > 0 && !isAtLiveEdge());
            m_newer->setText(tr("%1 newer").arg(formatCount(*newer)));
        });
}

bool TracesPage::isAtLiveEdge() const
{
    return m_bench.time.isLive() && m_sort == query::TraceSort::Newest
        && m_table->verticalScrollBar()->value() == 0 && !m_table->selectionModel()->hasSelection();
}

void TracesPage::onFeed()
{
    if (!m_isShown || !m_bench.time.isLive())
        return;
    m_model->setRevision(m_bench.feed.status().appliedRevision);
    if (!m_summaryTimer.isActive())
        m_summaryTimer.start();
    if (!isAtLiveEdge())
        readNewer();
    else if (!m_rows.isRunning())
        readRows(true);
}

void TracesPage::showHistogram(const query::TimeHistogram& histogram)
{
    std::vector<std::vector<double>> columns;
    columns.reserve(histogram.buckets.size());
    for (const query::TimeBucket& bucket : histogram.buckets)
        columns.push_back({static_cast<double>(bucket.ok), static_cast<double>(bucket.error),
            m_dropped == Dropped::Hide ? 0.0 : static_cast<double>(bucket.dropped)});
    const auto count = static_cast<Nanos::rep>(std::max<std::size_t>(1, histogram.buckets.size()));
    m_strip->setData({histogram.begin, histogram.begin + histogram.bucket * count}, std::move(columns),
        m_bench.time.isLive());
}

void TracesPage::showCounts(const query::TraceCounts& counts)
{
    m_counts = counts;
    const Theme& theme = m_bench.theme;
    const QString dot = colorSpan(theme, Token::TextMuted, QStringLiteral("&nbsp;&nbsp;·&nbsp;&nbsp;"));
    QString summary = tr("%1 of %2", "matching traces of all")
                          .arg(monoSpan(formatCount(counts.matching)), monoSpan(formatCount(counts.total)));
    if (counts.withErrors > 0)
        summary += dot
            + colorSpan(theme, Token::StatusError,
                tr("%1 with errors").arg(monoSpan(formatCount(counts.withErrors))));
    if (counts.dropped > 0) {
        const QString words = m_dropped == Dropped::Dim ? tr("%1 dropped, shown dimmed") : tr("%1 dropped");
        summary += dot
            + colorSpan(theme, Token::OutcomeDroppedText, words.arg(monoSpan(formatCount(counts.dropped))));
    }
    m_subBar->setSummary(summary);
    m_field->setResult(QueryField::State::Valid, formatCounted(counts.matching, Counted::Trace));
    m_selection->setVisible(m_brush.has_value());
    m_selectionHint->setVisible(m_brush.has_value());
    m_selection->setText(
        tr("Selection %1", "how many traces").arg(formatCounted(counts.matching, Counted::Trace)));
    m_model->setRevision(m_bench.feed.status().appliedRevision);
    showEmptyOrList();
}

void TracesPage::showEmptyOrList()
{
    if (m_model->rowCount() > 0) {
        m_listStack->setCurrentWidget(m_table);
        return;
    }
    m_state->showEmpty(tr("No trace matches"),
        tr("%1 in the capture.", "how many traces").arg(formatCounted(m_counts.total, Counted::Trace)),
        tr("Clear filter"));
    m_listStack->setCurrentWidget(m_state);
}

void TracesPage::showFacets()
{
    m_facetTree->setGroups(
        facetGroups(m_facets, m_filter, m_bench.services, m_facetSearch->text()), m_counts.matching);
}

void TracesPage::chooseFacet(const QString& group, const QString& value, const QString& parentValue, bool add)
{
    chooseValue(m_filter, {group, value, parentValue}, add);
    reload();
}

void TracesPage::removeChip(const QString& id)
{
    removeCondition(m_filter, id);
    reload();
}

void TracesPage::setBrush(std::optional<TimeRange> brush)
{
    m_brush = brush;
    m_strip->setBrush(brush);
    reload();
}

void TracesPage::setDropped(Dropped mode)
{
    m_dropped = mode;
    const std::array names{tr("Dropped: dim"), tr("Dropped: show"), tr("Dropped: hide")};
    m_droppedButton->setText(names[static_cast<std::size_t>(mode)]);
    m_droppedButton->setIcon(iconOf(mode == Dropped::Hide ? "eye-off" : "eye"));
    m_model->setDroppedDimmed(mode != Dropped::Show);
    reload();
}

void TracesPage::clearFilters()
{
    m_filter = {};
    m_brush.reset();
    m_strip->setBrush(std::nullopt);
    m_field->setText(QString());
    reload();
}

void TracesPage::sortBy(int column)
{
    const auto sort = [column]() -> std::optional<query::TraceSort> {
        switch (column) {
        case TracesModel::Time: return query::TraceSort::Newest;
        case TracesModel::Duration: return query::TraceSort::Duration;
        case TracesModel::Spans: return query::TraceSort::Spans;
        case TracesModel::Errors: return query::TraceSort::Errors;
        default: return std::nullopt;
        }
    }();
    if (!sort)
        return;
    m_sort = *sort;
    m_table->horizontalHeader()->setSortIndicator(column, Qt::DescendingOrder);
    m_table->scrollToTop();
    reload();
}

void TracesPage::openRow(const QModelIndex& index)
{
    m_opened = index.siblingAtColumn(0).data(Qt::UserRole).toString();
    if (!m_opened.isEmpty())
        Q_EMIT openTrace(m_opened);
}

QString TracesPage::neighbour(int step)
{
    const auto id = TraceId::fromHex(m_opened.toStdString());
    const int row = id ? m_model->rowOf(*id) : -1;
    const int next = row + step;
    if (row < 0 || next < 0 || next >= m_model->rowCount())
        return {};
    m_table->selectRow(next);
    m_opened = m_model->index(next, 0).data(Qt::UserRole).toString();
    return m_opened;
}

QString TracesPage::positionText(const QString& traceId) const
{
    const auto id = TraceId::fromHex(traceId.toStdString());
    const int row = id ? m_model->rowOf(*id) : -1;
    return row < 0
        ? QString()
        : tr("%1 of %2", "place in the list")
              .arg(formatCount(static_cast<std::uint64_t>(row) + 1), formatCount(m_counts.matching));
}

void TracesPage::openRowMenu(const QPoint& position)
{
    const QModelIndex index = m_table->indexAt(position);
    if (!index.isValid())
        return;
    const query::TraceSummary row = m_model->rows()[static_cast<std::size_t>(index.row())];
    QMenu menu(this);
    menu.addAction(iconOf("filter-plus"), tr("Filter by operation"), this, [this, row] {
        m_filter.rootOperations = {row.rootName};
        reload();
    });
    menu.addAction(iconOf("filter-plus"), tr("Only this service"), this, [this, row] {
        m_filter.services = {row.rootService};
        reload();
    });
    menu.addSeparator();
    menu.addAction(iconOf("waterfall"), tr("Open trace"), this, [this, index] { openRow(index); });
    menu.addAction(iconOf("copy"), tr("Copy id"), this,
        [row] { QApplication::clipboard()->setText(QString::fromStdString(row.traceId.toHex())); });
    menu.exec(m_table->viewport()->mapToGlobal(position));
}

void TracesPage::copyRows() const
{
    QStringList lines;
    for (const QModelIndex& index : m_table->selectionModel()->selectedRows()) {
        QStringList cells{index.data(Qt::UserRole).toString()};
        for (int column = 0; column < TracesModel::ColumnCount; ++column)
            cells.append(index.siblingAtColumn(column).data().toString());
        lines.append(cells.join(u'\t'));
    }
    QApplication::clipboard()->setText(lines.join(u'\n'));
}

void TracesPage::goLive()
{
    m_table->clearSelection();
    m_table->scrollToTop();
    m_newer->hide();
    readRows(false);
}

} // namespace sluice::ui
