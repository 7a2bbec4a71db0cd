#include "core/exporters/request_parts.h"
#include "core/wire/writer.h"

#include <QTest>

using namespace sluice;

namespace {

std::string field(std::uint32_t number, const std::string& payload)
{
    std::string out;
    wire::Writer(out).bytes(number, payload);
    return out;
}

/// A request with one resource and one scope that holds `items`.
std::string requestOf(const std::vector<std::string>& items)
{
    std::string scope;
    for (const std::string& item : items)
        scope += field(2, item);
    return field(1, field(2, scope));
}

} // namespace

class RequestPartsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void spansAndLogsAreCounted()
    {
        const std::string request = requestOf({"", "", ""}) + requestOf({""});
        QCOMPARE(countRecords(Signal::Traces, request), std::uint64_t(4));
        QCOMPARE(countRecords(Signal::Logs, request), std::uint64_t(4));
        QCOMPARE(countRecords(Signal::Traces, ""), std::uint64_t(0));
    }

    void dataPointsAreCountedAndAMetricWithoutPointsIsOne()
    {
        const std::string gauge = field(1, "g") + field(5, field(1, "") + field(1, ""));
        const std::string histogram = field(9, field(1, ""));
        QCOMPARE(countRecords(Signal::Metrics, requestOf({gauge, histogram, field(1, "empty")})),
            std::uint64_t(4));
    }

    void aRequestIsHalvedBetweenItsResources()
    {
        const std::string one = requestOf({std::string(100, '\0')});
        const SharedBytes request(one + one + one + one);
        const auto halves = halvesOf(request);
        QCOMPARE(halves.size(), std::size_t(2));
        QCOMPARE(halves[0].size(), one.size() * 2);
        QCOMPARE(std::string(halves[0].view()) + std::string(halves[1].view()), std::string(request.view()));
        QCOMPARE(halves[0].view().data(), request.view().data());
    }

    void aLargeLastResourceIsCutOff()
    {
        const SharedBytes request(requestOf({""}) + requestOf({std::string(1000, '\0')}));
        QCOMPARE(halvesOf(request).size(), std::size_t(2));
    }

    void aSingleResourceStaysWhole()
    {
        QCOMPARE(halvesOf(SharedBytes(requestOf({"", ""}))).size(), std::size_t(1));
    }
};

QTEST_GUILESS_MAIN(RequestPartsTest)
#include "tst_request_parts.moc"
