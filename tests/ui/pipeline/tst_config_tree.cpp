#include "core/config/yaml.h"
#include "ui/views/pipeline/config_tree.h"
#include "ui/views/pipeline/rule_form_schema.h"

#include <QTest>

using namespace sluice;
using namespace sluice::ui;

namespace {

config::Node parsed(std::string_view yaml)
{
    return *config::parseYaml(yaml);
}

} // namespace

class ConfigTreeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aValueIsFoundByItsPath()
    {
        const auto tree = parsed("actions:\n  - key: a\n    action: delete\n  - key: b\n    action: hash\n");
        QCOMPARE(valueAt(tree, "actions[1].action")->text, std::string("hash"));
        QVERIFY(!valueAt(tree, "actions[2].action"));
        QVERIFY(!valueAt(tree, "actions.key"));
    }

    void settingMakesTheMapsOnTheWay()
    {
        config::Node tree;
        setValueAt(tree, "spans.exclude.services[0]", textNode("cart"));
        QCOMPARE(config::emitYaml(tree),
            config::emitYaml(parsed("spans:\n  exclude:\n    services:\n      - cart\n")));
    }

    void removingTakesWhatHasBecomeEmpty()
    {
        auto tree = parsed("include:\n  services:\n    - cart\nactions:\n  - key: a\n");
        removeAt(tree, "include.services[0]");
        QVERIFY(!tree.find("include"));
        QVERIFY(tree.find("actions"));
    }

    void whatAFormDoesNotShowIsKeptWhenAnotherValueChanges()
    {
        auto tree = parsed("sampling_percentage: 10\nunknown:\n  key: 1\n");
        setValueAt(tree, "sampling_percentage", scalarNode("25"));
        const auto again = parsed(config::emitYaml(tree));
        QCOMPARE(valueAt(again, "unknown.key")->integer, std::int64_t{1});
        QCOMPARE(formSchema("probabilistic_sampler", Signal::Traces).unshownKeys(again),
            std::vector<std::string>{"unknown.key"});
    }

    void aScalarComesBackAsItWas_data()
    {
        QTest::addColumn<QString>("yaml");
        for (const char* yaml : {"12", "\"12\"", "true", "\"true\"", "1.5", "text", "[1, \"2\"]", "a b"})
            QTest::newRow(yaml) << QString::fromLatin1(yaml);
    }

    void aScalarComesBackAsItWas()
    {
        QFETCH(QString, yaml);
        const config::Node node = scalarNode(yaml.toStdString());
        QCOMPARE(scalarText(node), yaml.toStdString());
    }

    void aColonOrHashInAFieldIsText()
    {
        QCOMPARE(scalarNode("a # b").text, std::string("a # b"));
        QCOMPARE(scalarNode("x: y").text, std::string("x: y"));
    }

    void everyProcessorHasAFormForEverySignalItCanStandIn()
    {
        for (const Signal signal : kSignals) {
            for (const ProcessorKind& kind : processorKinds(signal)) {
                const FormSchema schema = formSchema(kind.type, signal);
                QVERIFY(!schema.sections.empty());
                QVERIFY(schema.unshownKeys(parsed(initialConfig(kind.type, signal))).empty());
            }
        }
    }
};

QTEST_GUILESS_MAIN(ConfigTreeTest)
#include "tst_config_tree.moc"
