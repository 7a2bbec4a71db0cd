#include "ui/views/metrics/series_panel.h"

#include "ui/format/format.h"
#include "ui/views/metrics/metric_chart.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QPainter>
#include <QPixmap>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace sluice::ui {
namespace {

constexpr int kRow = 24;
constexpr int kShownExemplars = 8;

QTableWidget* smallTable(QWidget* parent, int columns, const QString& name)
{
    auto* table = new QTableWidget(0, columns, parent);
    table->setFrameShape(QFrame::NoFrame);
    table->setShowGrid(false);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setTabKeyNavigation(false);
    table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    table->verticalHeader()->hide();
    table->verticalHeader()->setMinimumSectionSize(kRow);
    table->verticalHeader()->setDefaultSectionSize(kRow);
    table->horizontalHeader()->hide();
    table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    table->setAccessibleName(name);
    return table;
}

QTableWidgetItem* cell(const QString& shown, TypeStyle style, Qt::Alignment alignment = Qt::AlignLeft)
{
    auto* item = new QTableWidgetItem(shown);
    item->setFont(fontOf(style));
    item->setTextAlignment(alignment | Qt::AlignVCenter);
    return item;
}

QHBoxLayout* padded(QWidget* part)
{
    auto* row = new QHBoxLayout;
    row->setContentsMargins(10, 4, 10, 0);
    row->addWidget(part);
    return row;
}

void fit(QTableWidget& table, int most)
{
    table.setFixedHeight(std::min(table.rowCount(), most) * kRow + 2);
}

QPixmap swatch(const QColor& color)
{
    QPixmap picture(12, 12);
    picture.fill(Qt::transparent);
    QPainter painter(&picture);
    painter.fillRect(0, 5, 12, 3, color);
    return picture;
}

/// The newest value at or before `seconds`.
double valueAt(const ChartLine& line, double seconds)
{
    const auto after = std::upper_bound(line.x.begin(), line.x.end(), seconds);
    if (after == line.x.begin())
        return std::nan("");
    return line.y[static_cast<qsizetype>(after - line.x.begin()) - 1];
}

} // namespace

SeriesPanel::SeriesPanel(QWidget* parent)
    : Panel(parent)
{
    setMinimumWidth(240);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    const auto head = [&](const QString& caption) {
        auto* bar = new Panel(this, Token::BgPanel, Bottom);
        bar->setFixedHeight(34);
        auto* row = new QHBoxLayout(bar);
        row->setContentsMargins(12, 0, 12, 0);
        row->addWidget(new Label(bar, TypeStyle::Title, Token::TextPrimary, caption));
        auto* right = new Label(bar, TypeStyle::Small, Token::TextMuted);
        row->addStretch(1);
        row->addWidget(right);
        column->addWidget(bar);
        return right;
    };
    m_seriesCount = head(tr("Series"));
    m_spread = smallTable(this, 2, tr("Attributes and how many values each has"));
    m_spread->setSelectionMode(QAbstractItemView::NoSelection);
    m_spread->setFocusPolicy(Qt::NoFocus);
    m_spread->setColumnWidth(1, 56);
    column->addLayout(padded(m_spread));
    column->addSpacing(8);
    m_legendHead = head(tr("Legend"));
    m_legend = smallTable(this, 3, tr("Lines and their values"));
    m_legend->setIconSize({12, 12});
    m_legend->setColumnWidth(1, 74);
    m_legend->setColumnWidth(2, 74);
    column->addLayout(padded(m_legend));
    column->addSpacing(8);
    m_exemplarCount = head(tr("Exemplars"));
    m_exemplars = smallTable(this, 2, tr("Exemplars"));
    m_exemplars->setColumnWidth(1, 70);
    column->addLayout(padded(m_exemplars));
    column->addStretch(1);
    connect(m_legend, &QTableWidget::itemSelectionChanged, this, &SeriesPanel::choose);
    connect(m_exemplars, &QTableWidget::itemActivated, this, [this](const QTableWidgetItem* item) {
        Q_EMIT openTrace(m_exemplars->item(item->row(), 0)->data(Qt::UserRole).toString());
    });
    connect(m_exemplars, &QTableWidget::itemClicked, this, [this](const QTableWidgetItem* item) {
        if (item->column() == 1)
            Q_EMIT openTrace(m_exemplars->item(item->row(), 0)->data(Qt::UserRole).toString());
    });
}

void SeriesPanel::setContent(
    const ChartContent& content, const std::vector<AttributeSpread>& spread, const QString& unit)
{
    m_content = content;
    m_unit = content.isRate ? unit + QStringLiteral("/s") : unit;
    const Theme& theme = themeOf(this);
    m_seriesCount->setText(
        tr("%1, values per attribute").arg(formatCount(content.seriesTotal))); //: %1 is a number
    m_spread->setRowCount(static_cast<int>(spread.size()));
    for (int row = 0; row < m_spread->rowCount(); ++row) {
        const AttributeSpread& each = spread[static_cast<std::size_t>(row)];
        m_spread->setItem(row, 0, cell(each.key, TypeStyle::Mono));
        m_spread->setItem(row, 1, cell(formatCount(each.values), TypeStyle::Mono, Qt::AlignRight));
    }
    fit(*m_spread, 6);
    const bool isCut = content.lines.size() < content.seriesTotal;
    //: %1 and %2 are numbers
    m_legendHead->setText(isCut
            ? tr("%1 of %2, last and mean").arg(content.lines.size()).arg(formatCount(content.seriesTotal))
            : tr("last and mean"));
    const int chosen = m_legend->currentRow();
    const QSignalBlocker blocker(m_legend);
    m_legend->setRowCount(static_cast<int>(content.lines.size()));
    for (int row = 0; row < m_legend->rowCount(); ++row) {
        const ChartLine& line = content.lines[static_cast<std::size_t>(row)];
        auto* name = cell(line.name, TypeStyle::Body);
        name->setIcon(QIcon(swatch(MetricChart::lineColor(this, row))));
        name->setToolTip(line.name);
        m_legend->setItem(row, 0, name);
        m_legend->setItem(row, 1, cell(formatNumber(line.last), TypeStyle::Mono, Qt::AlignRight));
        auto* mean = cell(formatNumber(line.mean), TypeStyle::Mono, Qt::AlignRight);
        mean->setForeground(theme.color(Token::TextSecondary));
        m_legend->setItem(row, 2, mean);
    }
    if (chosen < m_legend->rowCount())
        m_legend->setCurrentCell(chosen, 0);
    fit(*m_legend, static_cast<int>(kMaxLines));
    m_exemplarCount->setText(formatCount(content.exemplars.size()));
    std::vector<ChartExemplar> largest = content.exemplars;
    std::ranges::sort(largest, std::ranges::greater(), &ChartExemplar::y);
    const auto count = std::min<std::size_t>(largest.size(), kShownExemplars);
    m_exemplars->setRowCount(static_cast<int>(count));
    for (int row = 0; row < m_exemplars->rowCount(); ++row) {
        const ChartExemplar& each = largest[static_cast<std::size_t>(row)];
        const QString id = QString::fromStdString(each.trace.toHex());
        const UnixTime time(Nanos(static_cast<std::int64_t>(each.x * 1e9)));
        auto* first = cell(
            formatClock(time) + QStringLiteral("  ") + formatNumber(each.y) + u' ' + m_unit, TypeStyle::Mono);
        first->setData(Qt::UserRole, id);
        first->setIcon(iconOf("changed", Token::ChartExemplar));
        auto* link = cell(id.left(6), TypeStyle::Mono, Qt::AlignRight);
        link->setForeground(theme.color(Token::AccentDefault));
        m_exemplars->setItem(row, 0, first);
        m_exemplars->setItem(row, 1, link);
    }
    fit(*m_exemplars, kShownExemplars);
}

void SeriesPanel::showCursor(double seconds)
{
    const UnixTime time(Nanos(static_cast<std::int64_t>(seconds * 1e9)));
    m_legendHead->setText(tr("at %1 and mean").arg(formatClock(time))); //: %1 is a time
    for (int row = 0; row < m_legend->rowCount(); ++row) {
        const double value = valueAt(m_content.lines[static_cast<std::size_t>(row)], seconds);
        m_legend->item(row, 1)->setText(std::isnan(value) ? QStringLiteral("–") : formatNumber(value));
    }
}

void SeriesPanel::choose()
{
    Q_EMIT lineChosen(m_legend->selectedItems().isEmpty() ? -1 : m_legend->currentRow());
}

} // namespace sluice::ui
