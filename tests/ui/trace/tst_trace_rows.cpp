#include "ui/views/trace/trace_rows.h"

#include <QTest>

using namespace sluice;
using namespace sluice::ui;
using namespace std::chrono_literals;

namespace {

SpanId idOf(unsigned char number)
{
    const std::array<std::byte, 8> bytes{std::byte{number}};
    return *SpanId::fromBytes(bytes);
}

query::SpanRow span(unsigned char id, unsigned char parent, Nanos start, Nanos duration)
{
    query::SpanRow row;
    row.id = idOf(id);
    if (parent != 0)
        row.parent = idOf(parent);
    row.start = UnixTime(1s + start);
    row.duration = duration;
    return row;
}

std::shared_ptr<const TraceTree> treeOf(std::vector<query::SpanRow> spans)
{
    query::TraceDetail detail;
    detail.services = {"shop"};
    detail.spans = std::move(spans);
    return buildTree(std::move(detail));
}

} // namespace

class TraceRowsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void childrenFollowTheirParentInOrderOfStart();
    void aSpanWithoutItsParentIsARoot();
    void spansInACircleAreAllShown();
    void aFoldedSpanHidesWhatIsBelowIt();
    void selfTimeLeavesOutTheTimeOfChildrenOnce();
    void zoomKeepsTheTimeUnderThePointer();
    void zoomStopsAtAMicrosecondAndAtTheWholeTrace();
    void panStaysWithinTheTrace();
    void aHundredThousandSpansAreOneListOfRows();
};

void TraceRowsTest::childrenFollowTheirParentInOrderOfStart()
{
    const auto tree = treeOf(
        {span(1, 0, 0ms, 100ms), span(3, 1, 50ms, 10ms), span(2, 1, 10ms, 20ms), span(4, 2, 12ms, 5ms)});
    QCOMPARE(visibleRows(*tree, {}), (std::vector<int>{0, 2, 3, 1}));
    QCOMPARE(tree->depth, (std::vector<int>{0, 1, 1, 2}));
}

void TraceRowsTest::aSpanWithoutItsParentIsARoot()
{
    const auto tree = treeOf({span(1, 0, 0ms, 10ms), span(2, 99, 5ms, 10ms)});
    QCOMPARE(tree->depth, (std::vector<int>{0, 0}));
    QCOMPARE(tree->length(), Nanos(15ms));
}

void TraceRowsTest::spansInACircleAreAllShown()
{
    const auto tree = treeOf({span(1, 2, 0ms, 10ms), span(2, 1, 1ms, 5ms), span(3, 3, 2ms, 1ms)});
    QCOMPARE(visibleRows(*tree, {}).size(), std::size_t(3));
}

void TraceRowsTest::aFoldedSpanHidesWhatIsBelowIt()
{
    const auto tree = treeOf(
        {span(1, 0, 0ms, 100ms), span(2, 1, 10ms, 20ms), span(3, 2, 12ms, 5ms), span(4, 1, 60ms, 5ms)});
    QCOMPARE(visibleRows(*tree, {1}), (std::vector<int>{0, 1, 3}));
}

void TraceRowsTest::selfTimeLeavesOutTheTimeOfChildrenOnce()
{
    const auto tree = treeOf(
        {span(1, 0, 0ms, 100ms), span(2, 1, 10ms, 30ms), span(3, 1, 20ms, 30ms), span(4, 1, 90ms, 50ms)});
    QCOMPARE(selfTime(*tree, 0), Nanos(50ms));
}

void TraceRowsTest::zoomKeepsTheTimeUnderThePointer()
{
    TimelineWindow window(UnixTime(0s), UnixTime(10s));
    const UnixTime anchor = window.toTime(300, 1000);
    window.zoom(0.5, anchor);
    QCOMPARE(window.toX(anchor, 1000), 300.0);
    QCOMPARE(window.range().length(), Nanos(5s));
}

void TraceRowsTest::zoomStopsAtAMicrosecondAndAtTheWholeTrace()
{
    TimelineWindow window(UnixTime(0s), UnixTime(1ms));
    for (int i = 0; i < 100; ++i)
        window.zoom(0.5, UnixTime(500us));
    QCOMPARE(window.range().length(), Nanos(1us));
    for (int i = 0; i < 100; ++i)
        window.zoom(2, UnixTime(500us));
    QVERIFY(window.isWhole());
}

void TraceRowsTest::panStaysWithinTheTrace()
{
    TimelineWindow window(UnixTime(0s), UnixTime(10s));
    window.show({UnixTime(2s), UnixTime(4s)});
    window.pan(100s);
    QCOMPARE(window.range(), (TimeRange{UnixTime(8s), UnixTime(10s)}));
    window.pan(-100s);
    QCOMPARE(window.range(), (TimeRange{UnixTime(0s), UnixTime(2s)}));
}

void TraceRowsTest::aHundredThousandSpansAreOneListOfRows()
{
    std::vector<query::SpanRow> spans;
    for (std::uint32_t i = 0; i < 100'000; ++i) {
        query::SpanRow row;
        std::array<std::byte, 8> bytes{};
        const std::uint32_t number = i + 1;
        std::memcpy(bytes.data(), &number, sizeof number);
        row.id = *SpanId::fromBytes(bytes);
        if (i > 0) {
            const std::uint32_t parent = i / 2 + (i % 2); // A binary tree.
            std::memcpy(bytes.data(), &parent, sizeof parent);
            row.parent = *SpanId::fromBytes(bytes);
        }
        row.start = UnixTime(std::chrono::microseconds(i));
        row.duration = 10us;
        spans.push_back(row);
    }
    const auto tree = treeOf(std::move(spans));
    QCOMPARE(visibleRows(*tree, {}).size(), std::size_t(100'000));
}

QTEST_GUILESS_MAIN(TraceRowsTest)
#include "tst_trace_rows.moc"
