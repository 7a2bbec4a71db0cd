#include "ui/views/pipeline/pipeline_draft.h"
#include "ui/views/pipeline/rules_model.h"

#include <QAbstractItemModelTester>
#include <QMimeData>
#include <QTest>
#include <QUndoStack>

#include <memory>

using namespace sluice;
using namespace sluice::ui;

namespace {

RevisionDefinition threeRules()
{
    RevisionDefinition definition;
    for (const char* id : {"attributes/a", "filter/b", "resource/c"}) {
        Rule rule;
        rule.id = id;
        rule.config = "x: 1\n";
        definition.rules.push_back(rule);
    }
    definition.pipelines = {{"traces", Signal::Traces, {"attributes/a", "filter/b", "resource/c"}, {}},
        {"logs", Signal::Logs, {"attributes/a"}, {}}};
    return definition;
}

using Ids = std::vector<std::string>;

} // namespace

class PipelineDraftTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_draft = std::make_unique<PipelineDraft>();
        m_draft->setLive(14, threeRules());
    }

    void aDraftWithoutEditsFollowsTheLiveRevision()
    {
        auto next = threeRules();
        next.rules[0].config = "x: 2\n";
        m_draft->setLive(15, next);
        QVERIFY(!m_draft->isDirty());
        QCOMPARE(m_draft->rule("attributes/a")->config, std::string("x: 2\n"));
    }

    void aDraftWithEditsIsKeptWhenAnotherRevisionGoesLive()
    {
        m_draft->setEnabled("filter/b", false);
        auto next = threeRules();
        next.rules[0].config = "x: 2\n";
        m_draft->setLive(15, next);
        QVERIFY(!m_draft->rule("filter/b")->isEnabled);
        QVERIFY(m_draft->isDirty());
    }

    void movingAndUndoingRestoresTheOrder()
    {
        m_draft->move("traces", 0, 2);
        QCOMPARE(m_draft->pipeline("traces")->rules, (Ids{"filter/b", "resource/c", "attributes/a"}));
        QCOMPARE(m_draft->undoStack()->undoText(), QStringLiteral("Reorder"));
        m_draft->undoStack()->undo();
        QCOMPARE(m_draft->pipeline("traces")->rules, (Ids{"attributes/a", "filter/b", "resource/c"}));
        QVERIFY(!m_draft->isDirty());
    }

    void editsOfOneFieldAreOneStep()
    {
        m_draft->setConfig("attributes/a", "x: 2\n", "x");
        m_draft->setConfig("attributes/a", "x: 23\n", "x");
        m_draft->setConfig("attributes/a", "x: 23\ny: 1\n", "y");
        QCOMPARE(m_draft->editCount(), 2);
    }

    void renamingFollowsTheRuleIntoEveryPipeline()
    {
        QVERIFY(m_draft->rename("attributes/a", "secrets"));
        QCOMPARE(m_draft->pipeline("logs")->rules, Ids{"attributes/secrets"});
        QCOMPARE(m_draft->changeOf("attributes/secrets"), PipelineDraft::Change::Renamed);
        QVERIFY(!m_draft->rename("attributes/secrets", "has blanks"));
    }

    void aRuleThatAnotherPipelineRunsStaysInTheDraft()
    {
        m_draft->remove("traces", 0);
        QVERIFY(m_draft->rule("attributes/a"));
        m_draft->remove("logs", 0);
        QVERIFY(!m_draft->rule("attributes/a"));
    }

    void aDuplicateStandsBelowWithAFreeName()
    {
        QCOMPARE(m_draft->duplicate("traces", 1), std::string("filter/b-2"));
        QCOMPARE(m_draft->pipeline("traces")->rules[2], std::string("filter/b-2"));
        QCOMPARE(m_draft->changeOf("filter/b-2"), PipelineDraft::Change::New);
    }

    void discardingCanBeUndone()
    {
        m_draft->setEnabled("filter/b", false);
        m_draft->discard();
        QVERIFY(!m_draft->isDirty());
        m_draft->undoStack()->undo();
        QVERIFY(!m_draft->rule("filter/b")->isEnabled);
    }

    void afterApplyTheDraftIsLive()
    {
        m_draft->setEnabled("filter/b", false);
        m_draft->applied(15);
        QVERIFY(!m_draft->isDirty());
        QCOMPARE(m_draft->liveNumber(), 15U);
    }

    void droppingARowMovesTheRuleOnce()
    {
        RulesModel model(m_draft.get());
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setPipeline("traces", Signal::Traces);
        const std::unique_ptr<QMimeData> data(model.mimeData({model.index(0)}));
        QVERIFY(!model.dropMimeData(
            data.get(), Qt::MoveAction, 3, 0, {})); // The view must not remove the row again.
        QCOMPARE(m_draft->pipeline("traces")->rules, (Ids{"filter/b", "resource/c", "attributes/a"}));
        QCOMPARE(model.rowCount(), 3);
    }

    void countsBelongToTheirPipeline()
    {
        RulesModel model(m_draft.get());
        model.setPipeline("logs", Signal::Logs);
        model.setCounts({{"traces", "attributes/a", 7, 0, 0}, {"logs", "attributes/a", 3, 0, 0}});
        QCOMPARE(model.index(0).data(RulesModel::ChangedCountRole).toULongLong(), 3ULL);
        QVERIFY(model.index(0).data(Qt::AccessibleTextRole).toString().contains(QStringLiteral("3 changed")));
    }

private:
    std::unique_ptr<PipelineDraft> m_draft;
};

QTEST_GUILESS_MAIN(PipelineDraftTest)
#include "tst_pipeline_draft.moc"
