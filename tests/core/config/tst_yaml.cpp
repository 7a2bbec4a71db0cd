#include "core/config/yaml.h"

#include <QTest>

using namespace sluice;
using namespace sluice::config;

namespace {

Environment environment()
{
    return [](const std::string& name) -> std::optional<std::string> {
        if (name == "N")
            return "512";
        if (name == "V")
            return "007";
        if (name == "LIST")
            return "[a, b]";
        if (name == "NESTED")
            return "${env:N}";
        if (name == "LOOP")
            return "x${env:LOOP}";
        return std::nullopt;
    };
}

} // namespace

class YamlTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void plainScalarsHaveTheTypesThatTheCollectorSees_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("type");
        const auto row
            = [](const char* text, NodeType type) { QTest::newRow(text) << text << static_cast<int>(type); };
        row("007", NodeType::Int);
        row("0x1F", NodeType::Int);
        row("-3", NodeType::Int);
        row("1_000", NodeType::Int);
        row("2.0", NodeType::Double);
        row("1e3", NodeType::Double);
        row(".5", NodeType::Double);
        row(".inf", NodeType::Double);
        row("true", NodeType::Bool);
        row("yes", NodeType::String);
        row("~", NodeType::Null);
        row("\"5\"", NodeType::String);
        row("10s", NodeType::String);
        row("1.2.3", NodeType::String);
        row("<nil>", NodeType::String);
        row("-", NodeType::List);
    }
    void plainScalarsHaveTheTypesThatTheCollectorSees()
    {
        QFETCH(QString, text);
        QFETCH(int, type);
        const auto node = parseYaml(text.toStdString());
        QVERIFY(node.has_value());
        QCOMPARE(static_cast<int>(node->type), type);
    }

    void everyValueKnowsItsPlace()
    {
        const auto node = parseYaml("a:\n  - b: 1\n    c: {d: x}\n");
        const Node& item = node->find("a")->items[0];
        QCOMPARE(item.entries[1].position, (Position{3, 5}));
        QCOMPARE(item.find("c")->find("d")->position, (Position{3, 12}));
    }

    void badTextsAreRefusedWithTheirPlace_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("line");
        QTest::newRow("key twice") << "a: 1\nb: 2\na: 3\n" << 3;
        QTest::newRow("open list") << "a: [1,\n" << 2;
        QTest::newRow("second document") << "a: 1\n---\nb: 2\n" << 2;
        QTest::newRow("inside itself") << "a: &x [*x]\n" << 1;
        QTest::newRow("too deep") << QString(200, '[') + QString(200, ']') << 1;
    }
    void badTextsAreRefusedWithTheirPlace()
    {
        QFETCH(QString, text);
        QFETCH(int, line);
        const auto node = parseYaml(text.toStdString());
        QVERIFY(!node);
        QCOMPARE(node.error().position.line, line);
    }

    void manyAliasesDoNotFillTheMemory()
    {
        std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
        for (int i = 1; i < 10; ++i) {
            const std::string last = "*a" + std::to_string(i - 1);
            text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last;
            for (int j = 0; j < 9; ++j)
                text += ", " + last;
            text += "]\n";
        }
        QVERIFY(!parseYaml(text));
    }

    void variablesArePutIn_data()
    {
        QTest::addColumn<QString>("written");
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("type");
        const auto row = [](const char* written, const char* text, NodeType type) {
            QTest::newRow(written) << written << text << static_cast<int>(type);
        };
        row("${env:N}", "512", NodeType::Int);
        row("${N}", "512", NodeType::Int);
        row("'${env:V}'", "007", NodeType::Int);
        row("x${env:N}", "x512", NodeType::String);
        row("${env:NONE}", "", NodeType::Null);
        row("${env:NONE:-a b}", "a b", NodeType::String);
        row("'${env:NONE:-}'", "", NodeType::String);
        row("${env:NESTED}", "512", NodeType::Int);
        row("${env:LIST}", "", NodeType::List);
        row("$${x}", "${x}", NodeType::String);
        row("^a$$", "^a$", NodeType::String);
        row("$1 and $name", "$1 and $name", NodeType::String);
    }
    void variablesArePutIn()
    {
        QFETCH(QString, written);
        QFETCH(QString, text);
        QFETCH(int, type);
        auto node = parseYaml("k: " + written.toStdString());
        Problems problems;
        substitute(*node, environment(), problems);
        QVERIFY(problems.empty());
        QCOMPARE(QString::fromStdString(node->find("k")->text), text);
        QCOMPARE(static_cast<int>(node->find("k")->type), type);
    }

    void badReferencesAreProblems_data()
    {
        QTest::addColumn<QString>("written");
        QTest::newRow("name") << "${env:1BAD}";
        QTest::newRow("scheme") << "${file:/etc/passwd}";
        QTest::newRow("loop") << "${env:LOOP}";
    }
    void badReferencesAreProblems()
    {
        QFETCH(QString, written);
        auto node = parseYaml("a:\n  k: " + written.toStdString());
        Problems problems;
        substitute(*node, environment(), problems);
        QCOMPARE(problems.size(), 1U);
        QCOMPARE(problems[0].key, std::string("a.k"));
        QCOMPARE(problems[0].position.line, 2);
    }

    void whatIsEmittedReadsBack()
    {
        const std::string text
            = "a:\n  - b: 1\n    c: \"x: y\"\n  - []\n  - {}\n  - - 1\n    - \"007\"\nd: \"\\n\\\"\"\ne: ~\n";
        const auto node = parseYaml(text);
        const std::string emitted = emitYaml(*node);
        const auto again = parseYaml(emitted);
        QVERIFY(again.has_value());
        QCOMPARE(emitYaml(*again), emitted);
        QCOMPARE(again->find("a")->items[3].items[1].type, NodeType::String);
        QCOMPARE(again->find("d")->text, std::string("\n\""));
    }

    void durationsAreGos_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qlonglong>("nanos"); // -1: none.
        QTest::newRow("1.5s") << "1.5s" << 1500000000LL;
        QTest::newRow("1h30m") << "1h30m" << 5400000000000LL;
        QTest::newRow("100us") << "100us" << 100000LL;
        QTest::newRow("0") << "0" << 0LL;
        QTest::newRow("10") << "10" << -1LL;
        QTest::newRow("1d") << "1d" << -1LL;
        QTest::newRow("empty") << "" << -1LL;
    }
    void durationsAreGos()
    {
        QFETCH(QString, text);
        QFETCH(qlonglong, nanos);
        const auto duration = parseDuration(text.toStdString());
        QCOMPARE(duration ? duration->count() : -1LL, nanos);
    }
};

QTEST_GUILESS_MAIN(YamlTest)
#include "tst_yaml.moc"
