#include "ui/views/metrics/metric_list_model.h"

#include "ui/format/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/controls.h"

#include <QPainter>

#include <algorithm>
#include <tuple>
#include <utility>

namespace sluice::ui {

QString typeOf(const query::MetricInfo& metric)
{
    if (metric.type == "sum")
        return metric.isMonotonic ? MetricListModel::tr("sum") : MetricListModel::tr("up-down sum");
    if (metric.type == "exponential histogram")
        return MetricListModel::tr("exp. histogram");
    return text(metric.type);
}

void MetricListModel::setMetrics(std::vector<query::MetricInfo> metrics)
{
    const auto key = [](const query::MetricInfo& metric) { return std::tie(metric.name, metric.type); };
    std::vector<query::MetricInfo> old = std::move(m_metrics);
    m_metrics = std::move(metrics);
    sort();
    m_seriesTotal = 0;
    for (const query::MetricInfo& metric : m_metrics)
        m_seriesTotal += metric.seriesCount;
    if (std::ranges::equal(old, m_metrics, {}, key, key)) {
        if (!m_metrics.empty())
            Q_EMIT dataChanged(index(0), index(rowCount() - 1));
        return;
    }
    beginResetModel();
    endResetModel();
}

void MetricListModel::setOrder(Order order)
{
    beginResetModel();
    m_order = order;
    sort();
    endResetModel();
}

void MetricListModel::sort()
{
    std::ranges::stable_sort(m_metrics, [this](const query::MetricInfo& a, const query::MetricInfo& b) {
        if (m_order == Order::Series && a.seriesCount != b.seriesCount)
            return a.seriesCount > b.seriesCount;
        return a.name < b.name;
    });
}

const query::MetricInfo* MetricListModel::at(int row) const
{
    return row >= 0 && row < rowCount() ? &m_metrics[static_cast<std::size_t>(row)] : nullptr;
}

int MetricListModel::rowOf(const std::string& name) const
{
    const auto found = std::ranges::find(m_metrics, name, &query::MetricInfo::name);
    return found == m_metrics.end() ? -1 : static_cast<int>(found - m_metrics.begin());
}

bool MetricListModel::isHeavy(const query::MetricInfo& metric) const
{
    return m_metrics.size() > 1 && metric.seriesCount * 2 > m_seriesTotal;
}

int MetricListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_metrics.size());
}

QVariant MetricListModel::data(const QModelIndex& index, int role) const
{
    const query::MetricInfo* metric = at(index.row());
    if (!metric)
        return {};
    switch (role) {
    case Qt::DisplayRole: return text(metric->name);
    case Qt::ToolTipRole:
        return text(metric->name + (metric->description.empty() ? "" : "\n" + metric->description));
    case Qt::AccessibleTextRole:
        //: name, type, unit, number of series
        return tr("%1, %2, unit %3, %4 series")
            .arg(text(metric->name), typeOf(*metric), text(metric->unit), formatCount(metric->seriesCount));
    default: break;
    }
    return {};
}

QSize MetricDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const
{
    return {200, 40};
}

void MetricDelegate::paint(
    QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const auto* model = static_cast<const MetricListModel*>(index.model());
    const query::MetricInfo* metric = model->at(index.row());
    if (!metric)
        return;
    const Theme& theme = themeOf(option.widget);
    const bool isSelected = option.state.testFlag(QStyle::State_Selected);
    const bool isActive = option.widget && option.widget->hasFocus();
    const QRect row = option.rect;
    painter->save();
    painter->fillRect(row,
        theme.color(isSelected ? (isActive ? Token::BgSelected : Token::BgSelectedInactive)
                : option.state.testFlag(QStyle::State_MouseOver) ? Token::BgHover
                                                                 : Token::BgPanel));
    painter->fillRect(row.left(), row.bottom(), row.width(), 1, theme.color(Token::LineSubtle));
    if (isSelected)
        painter->fillRect(row.left(), row.top(), 2, row.height(), theme.color(Token::AccentDefault));
    const Token quiet = isSelected ? Token::TextSecondary : Token::TextMuted;
    const int right = row.right() - kSeriesWidth - kSparkWidth;
    const QRect name(row.left() + 12, row.top() + 4, right - row.left() - 18, 17);
    painter->setFont(fontOf(TypeStyle::Mono, isSelected ? QFont::DemiBold : QFont::Normal));
    painter->setPen(theme.color(Token::TextPrimary));
    painter->drawText(name, Qt::AlignVCenter | Qt::AlignLeft,
        QFontMetrics(painter->font()).elidedText(text(metric->name), Qt::ElideRight, name.width()));
    painter->setFont(fontOf(TypeStyle::Small));
    painter->setPen(theme.color(quiet));
    QString below = typeOf(*metric);
    if (!metric->unit.empty())
        below += QStringLiteral(" · ") + text(metric->unit);
    painter->drawText(name.translated(0, 16), Qt::AlignVCenter | Qt::AlignLeft,
        QFontMetrics(painter->font()).elidedText(below, Qt::ElideRight, name.width()));
    const bool isHeavy = model->isHeavy(*metric);
    Sparkline::paint(*painter, QRectF(right + 4, row.top() + 9, kSparkWidth - 10, 21),
        QList<double>(metric->sparkline.begin(), metric->sparkline.end()),
        theme.color(isHeavy ? Token::StatusWarn : Token::StatusOkBar));
    painter->setFont(fontOf(TypeStyle::Mono, isHeavy ? QFont::DemiBold : QFont::Normal));
    painter->setPen(theme.color(isHeavy ? Token::StatusWarn : Token::TextSecondary));
    painter->drawText(QRect(row.right() - kSeriesWidth, row.top(), kSeriesWidth - 10, row.height()),
        Qt::AlignVCenter | Qt::AlignRight, formatCount(metric->seriesCount));
    painter->restore();
}

} // namespace sluice::ui
