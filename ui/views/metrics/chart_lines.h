#pragma once

// What the chart of a metric draws, made from the points of its series. Widget-free, so that it can be
// tested.

#include "core/query/query_types.h"
#include "ui/theme/tokens.h"

#include <QColor>
#include <QString>
#include <QVector>

#include <optional>
#include <vector>

namespace sluice::ui {

/// One line: x in seconds since 1970, ascending; NaN in y is a gap.
struct ChartLine {
    QString name; ///< What tells the series from the others: "route=/cart, method=GET".
    QVector<double> x;
    QVector<double> y;
    double last = 0; ///< Newest value.
    double mean = 0;
};

struct ChartExemplar {
    double x = 0;
    double y = 0;
    TraceId trace;
};

struct ChartContent {
    std::vector<ChartLine> lines; ///< Largest mean first; at most kMaxLines.
    std::vector<ChartExemplar> exemplars;
    std::size_t seriesTotal = 0; ///< With those that are not drawn.
    bool isRate = false; ///< A cumulative monotonic sum is shown as its rate a second.
};

inline constexpr std::size_t kMaxLines = 12;

/// Gauges, deltas and means of histograms as they are; monotonic cumulative sums as rates, resets included.
ChartContent chartContent(const query::MetricInfo& metric, const std::vector<query::MetricSeries>& series);

/// Value of an attribute over the series: its key and how many different values it has, most first.
struct AttributeSpread {
    QString key;
    std::size_t values = 0;
};
std::vector<AttributeSpread> attributeSpread(const std::vector<query::MetricSeries>& series);

} // namespace sluice::ui
