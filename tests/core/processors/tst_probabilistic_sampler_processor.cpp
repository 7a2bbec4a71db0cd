#include "core/processors/probabilistic_sampler/threshold.h"
#include "core/processors/probabilistic_sampler/trace_state.h"

#include <QTest>

#include "tests/core/processors/judged.h"

using namespace sluice;
using namespace sluice::test;

namespace {

constexpr auto kId = "4bf92f3577b34da6a3ce929d0e0e4736";

std::string member(const char* name, const QString& text)
{
    return "\"" + std::string(name) + "\":\"" + text.toStdString() + "\"";
}

} // namespace

class ProbabilisticSamplerProcessorTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aSpanIsKeptWithItsThresholdOrDropped_data()
    {
        QTest::addColumn<QString>("config");
        QTest::addColumn<QString>("id");
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("after"); // Null: dropped.
        const QString dropped;
        QTest::newRow("hash, 10 %") << "{sampling_percentage: 10}" << kId << ""
                                    << "ot=rv:fdc80d0b42008d;th:e668";
        QTest::newRow("hash, another id") << "{sampling_percentage: 10}"
                                          << "0102030405060708090a0b0c0d0e0f10"
                                          << "" << dropped;
        QTest::newRow("hash, 50 %") << "{sampling_percentage: 50}"
                                    << "0102030405060708090a0b0c0d0e0f10"
                                    << ""
                                    << "ot=rv:976837c4f25a25;th:8";
        QTest::newRow("hash, seed") << "{sampling_percentage: 15, hash_seed: 22}" << kId << "" << dropped;
        QTest::newRow("hash behind another sampler")
            << "{sampling_percentage: 100}" << kId << "ot=th:8" << dropped;
        QTest::newRow("the same, open") << "{sampling_percentage: 1, fail_closed: false}" << kId << "ot=th:8"
                                        << "ot=th:8";
        QTest::newRow("equalizing, 25 %") << "{mode: equalizing, sampling_percentage: 25}" << kId << ""
                                          << "ot=th:c";
        QTest::newRow("equalizing, 10 %")
            << "{mode: equalizing, sampling_percentage: 10}" << kId << "" << dropped;
        QTest::newRow("equalizing raises")
            << "{mode: equalizing, sampling_percentage: 25}" << kId << "ot=th:8,a=b"
            << "ot=th:c,a=b";
        QTest::newRow("equalizing never lowers")
            << "{mode: equalizing, sampling_percentage: 25}" << kId << "ot=th:cd"
            << "ot=th:cd";
        QTest::newRow("proportional")
            << "{mode: proportional, sampling_percentage: 25}" << kId << "ot=th:8" << dropped;
        QTest::newRow("no id") << "{mode: equalizing, sampling_percentage: 99}"
                               << ""
                               << "" << dropped;
    }
    void aSpanIsKeptWithItsThresholdOrDropped()
    {
        QFETCH(QString, config);
        QFETCH(QString, id);
        QFETCH(QString, before);
        QFETCH(QString, after);
        const PipelineResult result
            = judged(Signal::Traces, {{"probabilistic_sampler", config.toStdString()}},
                spans({member("traceId", id) + "," + member("traceState", before)}));
        const auto kept = spansOf(result);
        QCOMPARE(kept.size(), after.isNull() ? 0 : 1);
        if (!after.isNull())
            QCOMPARE(kept[0]["traceState"].toString(), after);
    }

    void aPriorityWinsOverTheShare()
    {
        const PipelineResult result
            = judged(Signal::Traces, {{"probabilistic_sampler", "{sampling_percentage: 0}"}},
                spans({R"("name":"a",)" + attributes({{"sampling.priority", "1"}}), R"("name":"b")"}));
        QCOMPARE(result.releasedRecords, 1U);
        QCOMPARE(spansOf(result)[0]["traceState"].toString(), "ot=th:0");
    }

    void thresholdsHaveTheDigitsThatTheirPrecisionAsksFor_data()
    {
        QTest::addColumn<double>("percentage");
        QTest::addColumn<int>("precision");
        QTest::addColumn<QString>("text");
        QTest::newRow("0.01") << 0.01 << 4 << "fff9724";
        QTest::newRow("1") << 1.0 << 4 << "fd70a";
        QTest::newRow("1, all digits") << 1.0 << 14 << "fd70a3d70a3d71";
        QTest::newRow("15") << 15.0 << 4 << "d99a";
        QTest::newRow("50") << 50.0 << 4 << "8";
        QTest::newRow("90") << 90.0 << 4 << "199a";
        QTest::newRow("100") << 100.0 << 4 << "0";
    }
    void thresholdsHaveTheDigitsThatTheirPrecisionAsksFor()
    {
        QFETCH(double, percentage);
        QFETCH(int, precision);
        QFETCH(QString, text);
        const auto threshold
            = sampling::thresholdOf(static_cast<double>(static_cast<float>(percentage)) / 100, precision);
        QVERIFY(threshold.has_value());
        QCOMPARE(QString::fromStdString(sampling::thresholdText(*threshold)), text);
        QCOMPARE(sampling::thresholdIn(text.toStdString()), threshold);
    }

    void aTraceStateThatIsNotWellFormedIsRefused_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("isFine");
        QTest::newRow("empty") << "" << true;
        QTest::newRow("blanks around commas") << "a=b , c=d" << true;
        QTest::newRow("vendor with tenant") << "0a@v=x" << true;
        QTest::newRow("words") << "not a tracestate" << false;
        QTest::newRow("capital key") << "A=b" << false;
        QTest::newRow("rv too short") << "ot=rv:123" << false;
        QTest::newRow("th not hex") << "ot=th:xyz" << false;
        QTest::newRow("31 members") << QStringList(31, "a=b").join(',') << true;
        QTest::newRow("32 members") << QStringList(32, "a=b").join(',') << false;
        QTest::newRow("too long") << "a=" + QString(1100, 'x') << false;
    }
    void aTraceStateThatIsNotWellFormedIsRefused()
    {
        QFETCH(QString, text);
        QFETCH(bool, isFine);
        const std::string bytes = text.toStdString();
        QCOMPARE(sampling::TraceState::parse(bytes).has_value(), isFine);
    }

    void metricsAreRefused()
    {
        QVERIFY(!problemsOf(Signal::Metrics, "probabilistic_sampler", "{sampling_percentage: 5}").empty());
    }
};

QTEST_GUILESS_MAIN(ProbabilisticSamplerProcessorTest)
#include "tst_probabilistic_sampler_processor.moc"
