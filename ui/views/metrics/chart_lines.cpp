#include "ui/views/metrics/chart_lines.h"

#include "ui/format/format.h"

#include <QStringList>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

namespace sluice::ui {
namespace {

double secondsOf(UnixTime time)
{
    return static_cast<double>(time.time_since_epoch().count()) / 1e9;
}

/// Attributes that all series share tell nothing.
std::set<std::string> telling(const std::vector<query::MetricSeries>& series)
{
    std::map<std::string, std::set<std::string>> values;
    std::map<std::string, std::size_t> uses;
    for (const query::MetricSeries& each : series) {
        for (const query::Attribute& attribute : each.attributes) {
            values[attribute.key].insert(attribute.text);
            ++uses[attribute.key];
        }
    }
    std::set<std::string> keys;
    for (const auto& [key, seen] : values) {
        if (seen.size() > 1 || uses[key] < series.size())
            keys.insert(key);
    }
    return keys;
}

QString nameOf(const query::MetricSeries& series, const std::set<std::string>& keys, bool hasSeveralServices)
{
    QStringList parts;
    if (hasSeveralServices)
        parts << text(series.service);
    for (const query::Attribute& attribute : series.attributes) {
        if (keys.contains(attribute.key))
            parts << text(attribute.text);
    }
    if (parts.isEmpty())
        parts << text(series.service);
    return parts.join(QStringLiteral(" · "));
}

} // namespace

ChartContent chartContent(const query::MetricInfo& metric, const std::vector<query::MetricSeries>& series)
{
    ChartContent content;
    content.seriesTotal = series.size();
    content.isRate = metric.type == "sum" && metric.isMonotonic && metric.temporality == "cumulative";
    const auto keys = telling(series);
    std::set<std::string> services;
    for (const query::MetricSeries& each : series)
        services.insert(each.service);
    for (const query::MetricSeries& each : series) {
        ChartLine line;
        line.name = nameOf(each, keys, services.size() > 1);
        double sum = 0;
        std::size_t counted = 0;
        for (std::size_t i = 0; i < each.points.size(); ++i) {
            const query::MetricPoint& point = each.points[i];
            double value = point.value;
            if (content.isRate) {
                if (i == 0)
                    continue;
                const double seconds = secondsOf(point.time) - secondsOf(each.points[i - 1].time);
                const double grown = point.value - each.points[i - 1].value;
                // A smaller value is a counter that began anew.
                value = seconds > 0 ? (grown >= 0 ? grown : point.value) / seconds
                                    : std::numeric_limits<double>::quiet_NaN();
            }
            line.x.append(secondsOf(point.time));
            line.y.append(value);
            if (!std::isnan(value)) {
                sum += value;
                ++counted;
                line.last = value;
            }
            if (point.exemplarTrace.isValid())
                content.exemplars.push_back({secondsOf(point.time), value, point.exemplarTrace});
        }
        line.mean = counted > 0 ? sum / static_cast<double>(counted) : 0;
        if (!line.x.isEmpty())
            content.lines.push_back(std::move(line));
    }
    std::ranges::stable_sort(content.lines, std::ranges::greater(), &ChartLine::mean);
    if (content.lines.size() > kMaxLines)
        content.lines.resize(kMaxLines);
    return content;
}

std::vector<AttributeSpread> attributeSpread(const std::vector<query::MetricSeries>& series)
{
    std::map<std::string, std::set<std::string>> values;
    for (const query::MetricSeries& each : series) {
        for (const query::Attribute& attribute : each.attributes)
            values[attribute.key].insert(attribute.text);
    }
    std::vector<AttributeSpread> spread;
    for (const auto& [key, seen] : values)
        spread.push_back({text(key), seen.size()});
    std::ranges::stable_sort(spread, std::ranges::greater(), &AttributeSpread::values);
    return spread;
}

} // namespace sluice::ui
