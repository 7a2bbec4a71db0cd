#include "ui/format/format.h"

#include <QLocale>
#include <QTest>

using namespace sluice;
using namespace sluice::ui;

class FormatTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }

    void oneOfAThingHasNoPlural()
    {
        QCOMPARE(formatCounted(1, Counted::Service), QStringLiteral("1 service"));
        QCOMPARE(formatCounted(0, Counted::Service), QStringLiteral("0 services"));
        QCOMPARE(formatCounted(2, Counted::Error), QStringLiteral("2 errors"));
        QCOMPARE(formatCounted(1, Counted::Series), QStringLiteral("1 series"));
    }

    void recordsAreCalledByTheirSignal()
    {
        QCOMPARE(wordFor(2, recordOf(Signal::Traces)), QStringLiteral("spans"));
        QCOMPARE(wordFor(2, recordOf(Signal::Metrics)), QStringLiteral("points"));
        QCOMPARE(wordFor(1, recordOf(Signal::Logs)), QStringLiteral("record"));
    }

    void durationsHaveTheUnitThatFits()
    {
        QCOMPARE(formatDuration(std::chrono::microseconds(738)), QStringLiteral("738 \u00b5s"));
        QCOMPARE(formatDuration(std::chrono::milliseconds(1750)), QStringLiteral("1.75 s"));
        QCOMPARE(formatDuration(std::chrono::seconds(126)), QStringLiteral("2 min 6 s"));
    }
};

QTEST_GUILESS_MAIN(FormatTest)
#include "tst_format.moc"
