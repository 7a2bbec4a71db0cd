#include "core/delivery/retry_policy.h"

#include <QTest>

using namespace sluice;
using std::chrono::seconds;

class RetryPolicyTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// The centres of the collector's defaults: 5, 7.5, 11.25, 16.875, 25.3125, 30, 30 seconds.
    void delaysGrowByHalfUpToTheMaximum()
    {
        RetryPolicy policy({.randomization = 0}, 1);
        for (const double centre : {5.0, 7.5, 11.25, 16.875, 25.3125, 30.0, 30.0})
            QCOMPARE(policy.nextDelay(Nanos(0)), Nanos(static_cast<std::int64_t>(centre * 1e9)));
    }

    void jitterStaysWithinItsShare()
    {
        RetryPolicy policy({.initial = seconds(10), .max = seconds(10)}, 7);
        bool hasShorter = false;
        bool hasLonger = false;
        for (int i = 0; i < 1000; ++i) {
            const Nanos delay = policy.nextDelay(Nanos(0));
            QVERIFY(delay >= seconds(5) && delay <= seconds(15));
            hasShorter = hasShorter || delay < seconds(7);
            hasLonger = hasLonger || delay > seconds(13);
        }
        QVERIFY(hasShorter && hasLonger);
    }

    void theSameSeedGivesTheSameDelays()
    {
        RetryPolicy one({}, 42);
        RetryPolicy other({}, 42);
        RetryPolicy different({}, 43);
        bool differs = false;
        for (int i = 0; i < 10; ++i) {
            const Nanos delay = one.nextDelay(Nanos(0));
            QCOMPARE(other.nextDelay(Nanos(0)), delay);
            differs = differs || different.nextDelay(Nanos(0)) != delay;
        }
        QVERIFY(differs);
    }

    void aBackendIsNotTriedBeforeItAskedTo()
    {
        RetryPolicy policy({.randomization = 0}, 1);
        QCOMPARE(policy.nextDelay(seconds(60)), Nanos(seconds(60)));
        QCOMPARE(policy.nextDelay(seconds(1)), Nanos(std::chrono::milliseconds(7500)));
    }

    void successStartsOver()
    {
        RetryPolicy policy({.randomization = 0}, 1);
        policy.nextDelay(Nanos(0));
        policy.nextDelay(Nanos(0));
        policy.reset();
        QCOMPARE(policy.nextDelay(Nanos(0)), Nanos(seconds(5)));
    }
};

QTEST_GUILESS_MAIN(RetryPolicyTest)
#include "tst_retry_policy.moc"
