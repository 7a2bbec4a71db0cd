#include "core/pipeline/outcome.h"

#include <QTest>

using namespace sluice;

class OutcomeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void allKeptIsTheEmptyString()
    {
        QVERIFY(encodeOutcomes(std::vector<RecordOutcome>(1000)).empty());
        QCOMPARE(decodeOutcomes({}, 3).value(), std::vector<RecordOutcome>(3));
    }

    void whatIsEncodedIsReadBack()
    {
        std::vector<RecordOutcome> outcomes(5);
        outcomes.insert(outcomes.end(), 300, {Verdict::Dropped, 7, 65535, 1});
        outcomes.push_back({Verdict::Changed, 0, 0, std::uint64_t{1} << 63U});
        outcomes.push_back({Verdict::Error, 300, 2, 0});
        outcomes.push_back({Verdict::Waiting, 0, 0, 0});
        const std::string encoded = encodeOutcomes(outcomes);
        QVERIFY(encoded.size() < 40);
        QCOMPARE(decodeOutcomes(encoded, outcomes.size()).value(), outcomes);
    }

    void damagedBytesAreRefused()
    {
        const std::string encoded = encodeOutcomes({{Verdict::Dropped, 1, 2, 3}, {}});
        QVERIFY(!decodeOutcomes(encoded, 1));
        QVERIFY(!decodeOutcomes(encoded, 3));
        for (std::size_t size = 1; size < encoded.size(); ++size)
            QVERIFY(!decodeOutcomes(encoded.substr(0, size), 2));
        QVERIFY(!decodeOutcomes(std::string(12, '\xFF'), 2));
    }
};

QTEST_GUILESS_MAIN(OutcomeTest)
#include "tst_outcome.moc"
