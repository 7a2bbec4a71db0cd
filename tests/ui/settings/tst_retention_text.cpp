#include "ui/views/settings/retention_text.h"

#include <QTest>

using namespace sluice;
using namespace sluice::ui;
using namespace std::chrono_literals;

class RetentionTextTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sizesComeBackAsTheyWere()
    {
        for (const std::uint64_t bytes :
            {std::uint64_t{0}, std::uint64_t{4'000'000'000}, std::uint64_t{1'500'000}})
            QCOMPARE(sizeFromText(sizeToText(bytes)), std::optional(bytes));
        QVERIFY(!sizeFromText(QStringLiteral("many")));
        QVERIFY(!sizeFromText(QStringLiteral("4")));
    }

    void agesComeBackAsTheyWere()
    {
        for (const Nanos age : {Nanos(0), Nanos(24h), Nanos(90min), Nanos(168h)})
            QCOMPARE(ageFromText(ageToText(age)), std::optional(age));
        QVERIFY(!ageFromText(QStringLiteral("0 h")));
    }
};

QTEST_GUILESS_MAIN(RetentionTextTest)
#include "tst_retention_text.moc"
