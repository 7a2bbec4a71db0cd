#pragma once

#include "core/query/query_types.h"

#include <QAbstractListModel>
#include <QStyledItemDelegate>

#include <string>
#include <vector>

namespace sluice::ui {

/// The metrics of a capture, by name or by number of series. UI thread.
class MetricListModel final : public QAbstractListModel {
    Q_OBJECT

public:
    enum class Order { Name, Series };

    using QAbstractListModel::QAbstractListModel;

    void setMetrics(std::vector<query::MetricInfo> metrics);
    void setOrder(Order order);
    [[nodiscard]] Order order() const { return m_order; }
    [[nodiscard]] const query::MetricInfo* at(int row) const;
    [[nodiscard]] int rowOf(const std::string& name) const;
    [[nodiscard]] std::uint64_t seriesTotal() const { return m_seriesTotal; }
    /// Holds more than half of all series.
    [[nodiscard]] bool isHeavy(const query::MetricInfo& metric) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    void sort();

    std::vector<query::MetricInfo> m_metrics;
    Order m_order = Order::Name;
    std::uint64_t m_seriesTotal = 0;
};

/// Name, type and unit, sparkline, number of series in two lines.
class MetricDelegate final : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(
        QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

    static constexpr int kSeriesWidth = 62;
    static constexpr int kSparkWidth = 80;
};

/// "histogram", "up-down sum", as lists show it.
QString typeOf(const query::MetricInfo& metric);

} // namespace sluice::ui
