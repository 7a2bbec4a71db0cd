#include "ui/delegates/row_delegate.h"
#include "ui/format/format.h"
#include "ui/views/traces/traces_model.h"
#include "ui/widgets/time_strip.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QMouseEvent>
#include <QSignalSpy>
#include <QTest>

using namespace sluice;
using namespace sluice::ui;
using namespace std::chrono_literals;

namespace {

query::TraceSummary trace(unsigned char number)
{
    std::array<std::byte, 16> id{};
    id[15] = std::byte{number};
    query::TraceSummary row;
    row.traceId = *TraceId::fromBytes(id);
    row.start = UnixTime(1h + std::chrono::seconds(number));
    row.duration = 1750ms;
    row.rootService = "frontend";
    row.rootName = "POST /api/checkout";
    row.services = {"frontend", "checkout", "payment"};
    row.spanCount = 35;
    row.lastSequence = number;
    return row;
}

} // namespace

class TracesModelTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rowsComeGoAndGrow();
    void whatCameInIsMarkedAsNewAndWhatWasThereIsNot();
    void aDroppedTraceIsDimmedUnlessAskedOtherwise();
    void aRowIsSpokenAsASentence();
    void moreIsAskedForOnce();
    void durationsHaveThreeFigures_data();
    void durationsHaveThreeFigures();
    void stepsOfAnAxisAreRound();
    void draggingInTheStripMakesABrush();
};

void TracesModelTest::rowsComeGoAndGrow()
{
    TracesModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setRows({trace(1), trace(2), trace(3)}, true, false);
    model.appendRows({trace(4)}, false);
    QCOMPARE(model.rowCount(), 4);
    model.setRows({trace(5)}, false, false);
    QCOMPARE(model.rowCount(), 1);
    QCOMPARE(model.rowOf(trace(5).traceId), 0);
    QCOMPARE(model.rowOf(trace(1).traceId), -1);
}

void TracesModelTest::whatCameInIsMarkedAsNewAndWhatWasThereIsNot()
{
    TracesModel model;
    model.setRows({trace(1)}, false, true);
    QVERIFY(!model.index(0, 0).data(NewRole).toBool());
    model.setRows({trace(2), trace(1)}, false, true);
    QVERIFY(model.index(0, 0).data(NewRole).toBool());
    QVERIFY(!model.index(1, 0).data(NewRole).toBool());
}

void TracesModelTest::aDroppedTraceIsDimmedUnlessAskedOtherwise()
{
    TracesModel model;
    query::TraceSummary row = trace(1);
    row.outcome.kind = query::OutcomeKind::Dropped;
    model.setRows({row}, false, false);
    QVERIFY(model.index(0, 0).data(DroppedRole).toBool());
    model.setDroppedDimmed(false);
    QVERIFY(!model.index(0, 0).data(DroppedRole).toBool());
}

void TracesModelTest::aRowIsSpokenAsASentence()
{
    TracesModel model;
    query::TraceSummary row = trace(1);
    row.errorCount = 7;
    row.httpStatus = "500";
    row.outcome
        = {.kind = query::OutcomeKind::Changed, .revision = 14, .rules = {"delete-secrets"}, .condition = {}};
    model.setRows({row}, false, false);
    const QString spoken = model.index(0, 0).data(Qt::AccessibleTextRole).toString();
    QVERIFY(spoken.startsWith(QStringLiteral("POST /api/checkout, frontend and 2 more service")));
    QVERIFY(spoken.contains(QStringLiteral("status 500, changed by delete-secrets")));
}

void TracesModelTest::moreIsAskedForOnce()
{
    TracesModel model;
    QSignalSpy wanted(&model, &TracesModel::moreWanted);
    model.setRows({trace(1)}, true, false);
    model.fetchMore({});
    model.fetchMore({});
    QCOMPARE(wanted.count(), 1);
    model.appendRows({trace(2)}, true);
    QVERIFY(model.canFetchMore({}));
}

void TracesModelTest::durationsHaveThreeFigures_data()
{
    QTest::addColumn<qlonglong>("nanoseconds");
    QTest::addColumn<QString>("shown");
    QTest::newRow("ns") << 640LL << QStringLiteral("640 ns");
    QTest::newRow("us") << 738'000LL << QStringLiteral("738 µs");
    QTest::newRow("ms") << 1'300'000LL << QStringLiteral("1.3 ms");
    QTest::newRow("tens of ms") << 47'000'000LL << QStringLiteral("47 ms");
    QTest::newRow("just below a second") << 999'600'000LL << QStringLiteral("1.00 s");
    QTest::newRow("s") << 1'748'600'000LL << QStringLiteral("1.75 s");
    QTest::newRow("min") << 126'000'000'000LL << QStringLiteral("2 min 6 s");
}

void TracesModelTest::durationsHaveThreeFigures()
{
    QFETCH(qlonglong, nanoseconds);
    QFETCH(QString, shown);
    QCOMPARE(formatDuration(Nanos(nanoseconds)), shown);
}

void TracesModelTest::stepsOfAnAxisAreRound()
{
    QCOMPARE(niceStep(38, 4), 10.0);
    QCOMPARE(niceStep(150, 4), 50.0);
    QCOMPARE(niceStep(0, 4), 1.0);
}

void TracesModelTest::draggingInTheStripMakesABrush()
{
    TimeStrip strip(
        nullptr, QStringLiteral("Traces over time"), {{QStringLiteral("ok"), Token::StatusOkBar}});
    strip.resize(1058, 106); // 1,000 px between the edges.
    strip.setData({UnixTime(0s), UnixTime(1000s)}, std::vector<std::vector<double>>(180, {1.0}), false);
    QTest::mousePress(&strip, Qt::LeftButton, {}, QPoint(146, 40));
    QMouseEvent move(
        QEvent::MouseMove, QPointF(346, 40), QPointF(346, 40), Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&strip, &move);
    QTest::mouseRelease(&strip, Qt::LeftButton, {}, QPoint(346, 40));
    QVERIFY(strip.brush().has_value());
    QCOMPARE(strip.brush()->begin, UnixTime(100s));
    QCOMPARE(strip.brush()->end, UnixTime(300s));
    QTest::keyClick(&strip, Qt::Key_Escape);
    QVERIFY(!strip.brush().has_value());
}

QTEST_MAIN(TracesModelTest)
#include "tst_traces_model.moc"
