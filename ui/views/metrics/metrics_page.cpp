#include "ui/views/metrics/metrics_page.h"

#include "ui/format/format.h"
#include "ui/time_scope.h"
#include "ui/views/metrics/metric_chart.h"
#include "ui/views/metrics/metric_list_model.h"
#include "ui/views/metrics/series_panel.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/query_field.h"
#include "ui/widgets/top_bar.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QListView>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <utility>

namespace sluice::ui {
namespace {

constexpr int kPace = 1000; // Milliseconds between two readings while live.

} // namespace

MetricsPage::MetricsPage(const Workbench& workbench, QWidget* parent)
    : Page(parent)
    , m_workbench(workbench)
    , m_model(new MetricListModel(this))
    , m_listRun(&workbench.pool)
    , m_seriesRun(&workbench.pool)
{
    buildLayout();
    m_pace.setSingleShot(true);
    m_pace.setInterval(kPace);
    connect(&m_pace, &QTimer::timeout, this, &MetricsPage::refreshList);
    connect(&m_workbench.feed, &LiveFeed::changed, this, [this] {
        if (m_isShown && m_workbench.time.isLive() && !m_pace.isActive())
            m_pace.start();
    });
    connect(&m_workbench.theme, &Theme::changed, this, &MetricsPage::refreshList);
    connect(&m_workbench.time, &TimeScope::changed, this, &MetricsPage::refreshList);
    connect(m_field, &QueryField::textChanged, this, &MetricsPage::refreshList);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &MetricsPage::showSelected);
    connect(m_chart, &MetricChart::cursorMoved, m_series, &SeriesPanel::showCursor);
    connect(m_chart, &MetricChart::exemplarClicked, this, &Page::openTrace);
    connect(m_series, &SeriesPanel::openTrace, this, &Page::openTrace);
    connect(m_series, &SeriesPanel::lineChosen, m_chart, &MetricChart::emphasise);
    connect(m_state, &StateView::actionTriggered, this, [this] { m_field->setText({}); });
}

QString MetricsPage::title() const
{
    return tr("Metrics");
}

QList<QWidget*> MetricsPage::areas() const
{
    return {m_list, m_series, m_field->edit()};
}

QWidget* MetricsPage::queryField() const
{
    return m_field->edit();
}

void MetricsPage::setShown(bool shown)
{
    m_isShown = shown;
    if (shown)
        refreshList();
}

void MetricsPage::buildLayout()
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_field = new QueryField(this, tr("Metrics"), "metrics", tr("Search in names"));
    column->addWidget(new TopBar(this, m_field, m_workbench.time));
    m_bar = new SubBar(this, tr("Metrics"));
    column->addWidget(m_bar);
    m_stack = new QStackedWidget(this);
    auto* body = new QSplitter(Qt::Horizontal, m_stack);
    body->setChildrenCollapsible(false);
    body->addWidget(makeList());
    body->addWidget(makeChart());
    m_series = new SeriesPanel(body);
    body->addWidget(m_series);
    body->setStretchFactor(1, 1);
    body->setSizes({356, 726, 290});
    m_state = new StateView(m_stack);
    m_stack->addWidget(body);
    m_stack->addWidget(m_state);
    column->addWidget(m_stack, 1);
}

QWidget* MetricsPage::makeList()
{
    auto* panel = new Panel(this);
    panel->setMinimumWidth(260);
    auto* column = new QVBoxLayout(panel);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* head = new Panel(panel, Token::BgRaised, Panel::Bottom, Token::LineDefault);
    head->setFixedHeight(34);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(12, 0, 10, 0);
    row->addWidget(new Label(head, TypeStyle::Small, Token::TextMuted, tr("Metric")));
    row->addStretch(1);
    auto* order = new Segmented(head, tr("Order"));
    order->addChoice(tr("Name"));
    order->addChoice(tr("Series"));
    row->addWidget(order);
    column->addWidget(head);
    m_list = new QListView(panel);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setModel(m_model);
    m_list->setItemDelegate(new MetricDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setMouseTracking(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setAccessibleName(tr("Metrics"));
    column->addWidget(m_list, 1);
    connect(order, &Segmented::chosen, this, [this](int choice) {
        m_model->setOrder(choice == 0 ? MetricListModel::Order::Name : MetricListModel::Order::Series);
        select(m_selected);
    });
    return panel;
}

QWidget* MetricsPage::makeChart()
{
    auto* panel = new Panel(this);
    panel->setMinimumWidth(360);
    auto* column = new QVBoxLayout(panel);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* head = new Panel(panel, Token::BgPanel, Panel::Bottom);
    head->setFixedHeight(68);
    auto* lines = new QVBoxLayout(head);
    lines->setContentsMargins(14, 8, 14, 8);
    lines->setSpacing(4);
    auto* first = new QHBoxLayout;
    first->setSpacing(8);
    m_name = new Label(head, TypeStyle::Mono, Token::TextPrimary);
    QFont heading = fontOf(TypeStyle::Mono, QFont::DemiBold);
    heading.setPixelSize(15);
    m_name->setFont(heading);
    m_type = new Badge(head, Badge::Kind::Neutral);
    m_temporality = new Badge(head, Badge::Kind::Neutral);
    m_unit = new Badge(head, Badge::Kind::Neutral);
    first->addWidget(m_name);
    for (Badge* badge : {m_type, m_temporality, m_unit})
        first->addWidget(badge);
    first->addStretch(1);
    lines->addLayout(first);
    m_description = new Label(head, TypeStyle::Small, Token::TextMuted);
    lines->addWidget(m_description);
    column->addWidget(head);
    m_caption = new Label(panel, TypeStyle::Strong, Token::TextPrimary);
    m_caption->setContentsMargins(14, 8, 14, 4);
    column->addWidget(m_caption);
    m_chart = new MetricChart(panel);
    column->addWidget(m_chart, 1);
    return panel;
}

void MetricsPage::refreshList()
{
    if (!m_isShown || (m_listRun.isRunning() && m_hasLoaded))
        return;
    query::MetricFilter filter;
    filter.time = m_workbench.time.range();
    filter.textInNames = m_field->text().toStdString();
    m_listRun.run(
        [query = m_workbench.query, filter](std::stop_token stop) { return query->metrics(filter, stop); },
        [this](query::Answer<std::vector<query::MetricInfo>> answer) {
            if (answer) {
                showList(*std::move(answer));
            } else if (answer.error().kind != query::QueryFailure::Cancelled) {
                m_state->showError(tr("Cannot read the metrics"), text(answer.error().text));
                m_stack->setCurrentWidget(m_state);
            }
        });
}

void MetricsPage::showList(std::vector<query::MetricInfo> metrics)
{
    m_hasLoaded = true;
    m_model->setMetrics(std::move(metrics));
    const int count = m_model->rowCount();
    const QString dot = QStringLiteral(" · ");
    const auto counted = [this](std::uint64_t value, Counted what) {
        return colorSpan(m_workbench.theme, Token::TextPrimary, monoSpan(formatCount(value))) + u' '
            + wordFor(value, what);
    };
    QString summary = counted(static_cast<std::uint64_t>(count), Counted::Metric) + dot
        + counted(m_model->seriesTotal(), Counted::Series);
    for (int row = 0; row < count; ++row) {
        const query::MetricInfo& metric = *m_model->at(row);
        if (m_model->isHeavy(metric))
            summary += dot
                + colorSpan(m_workbench.theme, Token::StatusWarn,
                    //: %1 is a name, %2 a percentage
                    tr("%1 holds %2 of all series")
                        .arg(monoSpan(text(metric.name)),
                            formatShare(metric.seriesCount, m_model->seriesTotal())));
    }
    m_bar->setSummary(summary);
    m_field->setResult(QueryField::State::Valid,
        formatCounted(static_cast<std::uint64_t>(count), Counted::Metric) + QStringLiteral(", ")
            + formatCounted(m_model->seriesTotal(), Counted::Series));
    if (count == 0) {
        if (m_field->text().isEmpty())
            m_state->showEmpty(
                tr("No metric in this range"), tr("Metrics show here as soon as a program sends them."));
        else
            m_state->showEmpty(tr("No metric matches"), tr("Names are searched."), tr("Clear filter"));
        m_stack->setCurrentWidget(m_state);
        return;
    }
    m_stack->setCurrentIndex(0);
    if (m_model->rowOf(m_selected) < 0)
        m_selected = m_model->at(0)->name;
    select(m_selected);
    refreshChart();
}

void MetricsPage::select(const std::string& metric)
{
    const int row = m_model->rowOf(metric);
    if (row >= 0 && m_list->currentIndex().row() != row)
        m_list->setCurrentIndex(m_model->index(row));
}

void MetricsPage::showSelected()
{
    const query::MetricInfo* metric = m_model->at(m_list->currentIndex().row());
    if (!metric)
        return;
    m_selected = metric->name;
    m_name->setText(text(metric->name));
    m_type->setText(typeOf(*metric));
    m_temporality->setText(text(metric->temporality));
    m_temporality->setVisible(!metric->temporality.empty());
    m_unit->setText(text(metric->unit));
    m_unit->setVisible(!metric->unit.empty());
    QStringList services;
    for (const std::string& service : metric->services)
        services << text(service);
    QStringList parts;
    if (!metric->description.empty())
        parts << text(metric->description);
    parts << services.join(QStringLiteral(", "));
    m_description->setText(parts.join(QStringLiteral(" · ")));
    refreshChart();
}

void MetricsPage::refreshChart()
{
    const query::MetricInfo* metric = m_model->at(m_model->rowOf(m_selected));
    if (!metric)
        return;
    query::MetricFilter filter;
    filter.time = m_workbench.time.range();
    m_seriesRun.run([query = m_workbench.query, name = m_selected, filter](
                        std::stop_token stop) { return query->metricSeries(name, filter, stop); },
        [this, info = *metric, range = *filter.time](
            const query::Answer<std::vector<query::MetricSeries>>& answer) {
            if (answer)
                showSeries(info, *answer, range);
        });
}

void MetricsPage::showSeries(
    const query::MetricInfo& metric, const std::vector<query::MetricSeries>& series, TimeRange range)
{
    const ChartContent content = chartContent(metric, series);
    // "1" and annotations such as {item} are no units of an axis.
    const bool hasUnit = metric.unit != "1" && !metric.unit.starts_with('{');
    const QString unit = hasUnit ? text(metric.unit) : QString();
    m_caption->setText(content.isRate                            ? tr("Rate")
            : metric.type.find("histogram") != std::string::npos ? tr("Mean")
                                                                 : tr("Value"));
    m_chart->setContent(content, range, unit);
    m_series->setContent(content, attributeSpread(series), unit);
}

} // namespace sluice::ui
