#include "ui/views/metrics/chart_lines.h"
#include "ui/views/metrics/metric_list_model.h"

#include <QTest>

using namespace sluice;
using namespace sluice::ui;
using namespace std::chrono_literals;

namespace {

query::MetricSeries series(const char* route, std::initializer_list<double> values)
{
    query::MetricSeries made;
    made.service = "shop";
    made.attributes = {{"route", route, "string"}, {"host", "one", "string"}};
    UnixTime time(1000s);
    for (const double value : values) {
        query::MetricPoint point;
        point.time = time;
        point.value = value;
        made.points.push_back(point);
        time += 10s;
    }
    return made;
}

} // namespace

class ChartLinesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aLineIsNamedByWhatTellsItFromTheOthers()
    {
        const auto content = chartContent({}, {series("/a", {1, 1}), series("/b", {5, 5})});
        QCOMPARE(content.lines.size(), std::size_t{2});
        QCOMPARE(
            content.lines[0].name, QStringLiteral("/b")); // The larger one first; "host" is the same for all.
        QCOMPARE(content.lines[0].mean, 5.0);
    }

    void aCumulativeCounterIsShownAsItsRateAndSurvivesAReset()
    {
        query::MetricInfo metric;
        metric.type = "sum";
        metric.isMonotonic = true;
        metric.temporality = "cumulative";
        const auto content = chartContent(metric, {series("/a", {100, 200, 20})});
        QVERIFY(content.isRate);
        QCOMPARE(content.lines[0].y, (QVector<double>{10, 2}));
    }

    void moreSeriesThanLinesAreCountedNotDrawn()
    {
        std::vector<query::MetricSeries> many;
        for (int i = 0; i < 30; ++i)
            many.push_back(series(std::to_string(i).c_str(), {1.0 * i, 1.0 * i}));
        const auto content = chartContent({}, many);
        QCOMPARE(content.lines.size(), kMaxLines);
        QCOMPARE(content.seriesTotal, std::size_t{30});
        QCOMPARE(attributeSpread(many).front().values, std::size_t{30});
    }

    void aMetricWithMostSeriesIsHeavy()
    {
        MetricListModel model;
        query::MetricInfo small;
        small.name = "a";
        small.seriesCount = 3;
        query::MetricInfo large = small;
        large.name = "b";
        large.seriesCount = 40;
        model.setMetrics({small, large});
        QVERIFY(model.isHeavy(*model.at(1)));
        model.setOrder(MetricListModel::Order::Series);
        QCOMPARE(model.at(0)->name, std::string("b"));
    }
};

QTEST_GUILESS_MAIN(ChartLinesTest)
#include "tst_chart_lines.moc"
