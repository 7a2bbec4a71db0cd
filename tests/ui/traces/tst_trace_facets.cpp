#include "ui/views/traces/trace_facets.h"

#include <QTest>

using namespace sluice;
using namespace sluice::ui;

namespace {

using Names = std::vector<std::string>;

FacetChoice service(const char* name)
{
    return {QStringLiteral("service"), QString::fromLatin1(name), {}};
}

} // namespace

class TraceFacetsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aChosenValueStandsAloneUnlessItIsAdded()
    {
        query::TraceFilter filter;
        chooseValue(filter, service("cart"), false);
        chooseValue(filter, service("email"), true);
        QCOMPARE(filter.services, (Names{"cart", "email"}));
        chooseValue(filter, service("payment"), false);
        QCOMPARE(filter.services, Names{"payment"});
    }

    void aValueChosenAgainIsTakenAway()
    {
        query::TraceFilter filter;
        chooseValue(filter, service("cart"), false);
        chooseValue(filter, service("cart"), false);
        QCOMPARE(filter, query::TraceFilter());
    }

    void aRuleUnderAnOutcomeRestrictsTheRule()
    {
        query::TraceFilter filter;
        chooseValue(filter,
            {QStringLiteral("outcome"), QStringLiteral("filter/health"), QStringLiteral("dropped")}, false);
        QCOMPARE(filter.outcomeRules, Names{"filter/health"});
        QVERIFY(filter.outcomes.empty());
    }

    void everyConditionHasAChipThatRemovesIt()
    {
        query::TraceFilter filter;
        chooseValue(filter, service("cart"), false);
        chooseValue(filter, {QStringLiteral("status"), QStringLiteral("error"), {}}, false);
        chooseValue(filter, {QStringLiteral("outcome"), QStringLiteral("dropped"), {}}, false);
        chooseValue(filter,
            {QStringLiteral("outcome"), QStringLiteral("filter/health"), QStringLiteral("dropped")}, false);
        chooseValue(filter, {QStringLiteral("root operation"), QStringLiteral("GET /"), {}}, false);
        chooseValue(filter, {QStringLiteral("http.response.status_code"), QStringLiteral("500"), {}}, false);
        const auto chips = chipsOf(filter);
        QCOMPARE(chips.size(), 6);
        for (const QueryField::Chip& chip : chips)
            removeCondition(filter, chip.id);
        QCOMPARE(filter, query::TraceFilter());
    }

    void onlyValuesThatContainWhatIsWantedAreShown()
    {
        ServiceColors colors;
        const std::vector<query::Facet> facets{{"service", {{"cart", 3, {}}, {"email", 2, {}}}}};
        query::TraceFilter filter;
        filter.services = {"email"};
        const auto groups = facetGroups(facets, filter, colors, QStringLiteral("MAIL"));
        QCOMPARE(groups.size(), std::size_t{1});
        QCOMPARE(groups[0].rows.size(), std::size_t{1});
        QVERIFY(groups[0].rows[0].isChosen);
    }
};

QTEST_GUILESS_MAIN(TraceFacetsTest)
#include "tst_trace_facets.moc"
