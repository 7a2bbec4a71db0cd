// The screens over a sample shop: they fill, say what they are to assistive technology, and can be
// photographed. With SLUICE_SHOTS=FOLDER set, a picture of each is written there.

#include "ui/main_window/action_registry.h"
#include "ui/theme/service_colors.h"
#include "ui/theme/sluice_style.h"
#include "ui/theme/theme.h"
#include "ui/time_scope.h"
#include "ui/views/destinations/destination_form.h"
#include "ui/views/destinations/destinations_page.h"
#include "ui/views/diagnostics/diagnostics_page.h"
#include "ui/views/logs/log_model.h"
#include "ui/views/logs/logs_page.h"
#include "ui/views/metrics/metrics_page.h"
#include "ui/views/pipeline/pipeline_page.h"
#include "ui/views/pipeline/rule_form.h"
#include "ui/views/settings/settings_page.h"
#include "ui/widgets/code_editor.h"
#include "ui/widgets/toast_host.h"

#include <QApplication>
#include <QComboBox>
#include <QLineEdit>
#include <QListView>
#include <QSettings>
#include <QStandardPaths>
#include <QTableView>
#include <QTest>
#include <QUndoStack>

#include "tests/ui/support/sample_shop.h"

using namespace sluice;
using namespace sluice::ui;

namespace {

UnixTime wallNow()
{
    return std::chrono::time_point_cast<Nanos>(std::chrono::system_clock::now());
}

/// Everything that a screen needs, over the sample.
struct Shop {
    samples::SampleControl control;
    std::shared_ptr<samples::SampleQuery> query = std::make_shared<samples::SampleQuery>(2200, wallNow());
    Theme theme{qEnvironmentVariable("SLUICE_THEME") == QLatin1String("light") ? ThemeChoice::Light
                                                                               : ThemeChoice::Dark};
    QWidget window;
    ToastHost toasts{&window};
    QThreadPool pool;
    LiveFeed feed{control};
    ServiceColors services;
    TimeScope time;
    ActionRegistry actions;

    ~Shop() { pool.waitForDone(); }
    Workbench bench()
    {
        return {.control = control,
            .query = query,
            .theme = theme,
            .feed = feed,
            .services = services,
            .time = time,
            .actions = actions,
            .toasts = toasts,
            .pool = pool};
    }
};

void shoot(QWidget& page, const char* name)
{
    const QString folder = qEnvironmentVariable("SLUICE_SHOTS");
    if (folder.isEmpty())
        return;
    QTest::qWait(300);
    const QString theme = themeOf(&page).isDark() ? QStringLiteral("dark") : QStringLiteral("light");
    page.grab().save(QStringLiteral("%1/%2-%3.png").arg(folder, QLatin1String(name), theme));
}

template <class PageType>
std::unique_ptr<PageType> shown(Shop& shop)
{
    auto page = std::make_unique<PageType>(shop.bench());
    page->resize(1372, 874);
    page->show();
    page->setShown(true);
    return page;
}

} // namespace

class PagesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void everyInputHasAnAccessibleName();
    void logsShowTheNewestFirstAndTheirDetails();
    void logsSayWhenNothingMatches();
    void logsShowWhyTheyCannotBeRead();
    void metricsShowTheChartOfTheFirst();
    void aFormEditAndTheYamlAreTheSame();
    void aYamlEditReachesTheForm();
    void brokenYamlIsSaidInTheFormAndBlocksApply();
    void applyMakesTheDraftLive();
    void aNewCaptureTakesItsFirstRule();
    void aRenamedRuleStaysSelected();
    void aNameBeingTypedOutlivesNewCounts();
    void aFieldThatIsAddedTakesTheKeys();
    void aNewDestinationIsNotBlamedBeforeItIsFilledIn();
    void aDestinationIsSavedOnlyWhenItIsValid();
    void diagnosticsAndSettingsShowTheReceivers();

private:
    std::unique_ptr<Theme> m_theme;
};

void PagesTest::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    const bool isLight = qEnvironmentVariable("SLUICE_THEME") == QLatin1String("light");
    m_theme = std::make_unique<Theme>(isLight ? ThemeChoice::Light : ThemeChoice::Dark);
    dressApplication(*m_theme);
}

void PagesTest::everyInputHasAnAccessibleName()
{
    Shop shop;
    std::vector<std::unique_ptr<Page>> pages;
    pages.push_back(shown<LogsPage>(shop));
    pages.push_back(shown<MetricsPage>(shop));
    pages.push_back(shown<PipelinePage>(shop));
    pages.push_back(shown<DestinationsPage>(shop));
    pages.push_back(shown<DiagnosticsPage>(shop));
    pages.push_back(shown<SettingsPage>(shop));
    for (const auto& page : pages) {
        QVERIFY(!page->title().isEmpty());
        QVERIFY(!page->areas().isEmpty());
        const auto parts = page->findChildren<QWidget*>();
        for (const QWidget* part : parts) {
            const bool isInput = qobject_cast<const QLineEdit*>(part) || qobject_cast<const QComboBox*>(part)
                || qobject_cast<const QAbstractItemView*>(part);
            const bool isInner = part->objectName().startsWith(QLatin1String("qt_"))
                || qobject_cast<const QComboBox*>(part->parentWidget()) || part->inherits("QComboBoxListView")
                || part->inherits("QTabBar") || part->inherits("QHeaderView");
            if (isInput && !isInner)
                QVERIFY2(!part->accessibleName().isEmpty(),
                    qPrintable(page->title() + u' ' + QLatin1String(part->metaObject()->className())));
        }
    }
}

void PagesTest::logsShowTheNewestFirstAndTheirDetails()
{
    Shop shop;
    auto page = shown<LogsPage>(shop);
    QTRY_VERIFY(page->model()->rowCount() >= 200);
    QCOMPARE(page->model()->at(0)->sequence, std::uint64_t{2200});
    const auto tables = page->findChildren<QTableView*>();
    const auto found = std::ranges::find_if(
        tables, [&page](const QTableView* each) { return each->model() == page->model(); });
    QVERIFY(found != tables.end());
    QTableView* table = *found;
    table->setCurrentIndex(page->model()->index(4, 0));
    const auto labels = page->findChildren<QLabel*>();
    QTRY_VERIFY(std::ranges::any_of(labels, [](const QLabel* label) {
        return label->isVisible() && label->accessibleName() == QLatin1String("Body")
            && !label->text().isEmpty();
    }));
    shoot(*page, "05-logs");
    shop.query->addLogs(3);
    shop.control.announce();
    QTRY_COMPARE(page->model()->at(0)->sequence, std::uint64_t{2203});
    QCOMPARE(table->currentIndex().row(), 7); // The selected record stays selected.
}

void PagesTest::logsSayWhenNothingMatches()
{
    Shop shop;
    auto page = shown<LogsPage>(shop);
    QTRY_VERIFY(page->model()->rowCount() > 0);
    page->showTraceLogs(QStringLiteral("00000000000000000000000000000001"));
    QTRY_COMPARE(page->model()->rowCount(), 0);
    const auto labels = page->findChildren<QLabel*>();
    QTRY_VERIFY(std::ranges::any_of(
        labels, [](const QLabel* label) { return label->text() == QLatin1String("No record matches"); }));
}

void PagesTest::logsShowWhyTheyCannotBeRead()
{
    Shop shop;
    shop.query->failWith("Page 118 is damaged");
    auto page = shown<LogsPage>(shop);
    const auto labels = page->findChildren<QLabel*>();
    QTRY_VERIFY(std::ranges::any_of(
        labels, [](const QLabel* label) { return label->text() == QLatin1String("Page 118 is damaged"); }));
}

void PagesTest::metricsShowTheChartOfTheFirst()
{
    Shop shop;
    auto page = shown<MetricsPage>(shop);
    auto* list = page->findChild<QListView*>();
    QTRY_VERIFY(list->model()->rowCount() > 5);
    page->select("http.server.request.duration");
    QTRY_COMPARE(list->currentIndex().data().toString(), QStringLiteral("http.server.request.duration"));
    QTest::qWait(100);
    shoot(*page, "06-metrics");
}

void PagesTest::aFormEditAndTheYamlAreTheSame()
{
    Shop shop;
    auto page = shown<PipelinePage>(shop);
    QTRY_VERIFY(page->draft()->hasLive());
    page->selectRule("attributes/hash-user-email");
    shoot(*page, "03-pipeline");
    auto* form = page->findChild<RuleForm*>();
    QLineEdit* key = nullptr;
    const auto fields = form->findChildren<QLineEdit*>();
    for (QLineEdit* field : fields) {
        if (field->text() == QLatin1String("user.email"))
            key = field;
    }
    QVERIFY(key);
    key->selectAll();
    QTest::keyClicks(key, QStringLiteral("enduser.id"));
    const std::string& config = page->draft()->rule("attributes/hash-user-email")->config;
    QVERIFY2(config.find("key: enduser.id") != std::string::npos, config.c_str());
    QCOMPARE(page->findChild<CodeEditor*>()->text().toStdString(), config);
    QCOMPARE(page->draft()->editCount(), 1); // Letters of one field are one step.
    page->showFace(1);
    shoot(*page, "03-pipeline-yaml");
}

void PagesTest::aYamlEditReachesTheForm()
{
    Shop shop;
    auto page = shown<PipelinePage>(shop);
    QTRY_VERIFY(page->draft()->hasLive());
    page->selectRule("probabilistic_sampler/keep-a-quarter");
    Q_EMIT page->findChild<CodeEditor*>()->edited(
        QStringLiteral("sampling_percentage: 40\nmode: proportional\n"));
    const auto fields = page->findChild<RuleForm*>()->findChildren<QLineEdit*>();
    QVERIFY(std::ranges::any_of(
        fields, [](const QLineEdit* field) { return field->text() == QLatin1String("40 %"); }));
    shoot(*page, "03-pipeline-sampler");
}

void PagesTest::brokenYamlIsSaidInTheFormAndBlocksApply()
{
    Shop shop;
    auto page = shown<PipelinePage>(shop);
    QTRY_VERIFY(page->draft()->hasLive());
    page->selectRule("probabilistic_sampler/keep-a-quarter");
    Q_EMIT page->findChild<CodeEditor*>()->edited(QStringLiteral("sampling_percentage: [\n"));
    QVERIFY(page->draft()->isDirty());
    const auto buttons = page->findChildren<QPushButton*>();
    const auto apply = std::ranges::find_if(
        buttons, [](const QPushButton* button) { return button->text() == QLatin1String("Apply r15"); });
    QVERIFY(apply != buttons.end());
    QTRY_VERIFY(!(*apply)->isEnabled());
    page->draft()->discard();
    QVERIFY(!page->draft()->isDirty());
}

void PagesTest::applyMakesTheDraftLive()
{
    Shop shop;
    auto page = shown<PipelinePage>(shop);
    QTRY_VERIFY(page->draft()->hasLive());
    page->draft()->setEnabled("filter/drop-synthetic", false);
    page->apply(QStringLiteral("Less"));
    QTRY_COMPARE(page->draft()->liveNumber(), 15U);
    QVERIFY(!page->draft()->isDirty());
    QCOMPARE(shop.control.revisions().front().note, std::string("Less"));
}

void PagesTest::aNewCaptureTakesItsFirstRule()
{
    Shop shop;
    shop.control.forgetRevisions();
    shop.feed.refresh();
    auto page = shown<PipelinePage>(shop);
    QTRY_VERIFY(page->draft()->hasLive());
    page->draft()->add("traces", "probabilistic_sampler", "sampling_percentage: 25\n", -1);
    QVERIFY(page->draft()->isDirty());
    page->apply({});
    QTRY_COMPARE(page->draft()->liveNumber(), 1U);
    QCOMPARE(shop.control.revisions().front().definition.rules.size(), std::size_t{1});
}

void PagesTest::aRenamedRuleStaysSelected()
{
    Shop shop;
    auto page = shown<PipelinePage>(shop);
    QTRY_VERIFY(page->draft()->hasLive());
    page->selectRule("attributes/hash-user-email");
    auto* list = page->findChild<QListView*>();
    const QModelIndex row = list->currentIndex();
    QVERIFY(row.row() > 0);
    QVERIFY(list->model()->setData(row, QStringLiteral("hash-mail"), Qt::EditRole));
    QCOMPARE(list->currentIndex().data().toString(), QStringLiteral("hash-mail"));
    page->draft()->undoStack()->undo();
    QCOMPARE(list->currentIndex().data().toString(), QStringLiteral("hash-user-email"));
}

void PagesTest::aNameBeingTypedOutlivesNewCounts()
{
    Shop shop;
    auto page = shown<PipelinePage>(shop);
    QTRY_VERIFY(page->draft()->hasLive());
    auto* list = page->findChild<QListView*>();
    list->edit(list->currentIndex());
    auto* name = list->findChild<QLineEdit*>();
    QVERIFY(name);
    name->selectAll();
    QTest::keyClicks(name, QStringLiteral("del"));
    shop.feed.refresh();
    QTest::keyClicks(name, QStringLiteral("ete"));
    QCOMPARE(name->text(), QStringLiteral("delete"));
}

void PagesTest::aFieldThatIsAddedTakesTheKeys()
{
    Shop shop;
    auto page = shown<PipelinePage>(shop);
    QTRY_VERIFY(page->draft()->hasLive());
    page->selectRule("filter/drop-synthetic");
    const auto buttons = page->findChild<RuleForm*>()->findChildren<QPushButton*>();
    const auto add = std::ranges::find_if(buttons,
        [](const QPushButton* each) { return each->accessibleName() == QLatin1String("Add to Services"); });
    QVERIFY(add != buttons.end());
    page->activateWindow();
    (*add)->click();
    const auto hasNewField = [&page] {
        const auto* line = qobject_cast<const QLineEdit*>(page->focusWidget());
        return line != nullptr && line->accessibleName() == QLatin1String("Services")
            && line->text().isEmpty();
    };
    QTRY_VERIFY(hasNewField());
}

void PagesTest::aNewDestinationIsNotBlamedBeforeItIsFilledIn()
{
    Shop shop;
    auto page = shown<DestinationsPage>(shop);
    page->addNew();
    const auto fields = page->form()->findChildren<QLineEdit*>();
    const auto endpoint = std::ranges::find_if(
        fields, [](const QLineEdit* each) { return each->accessibleName() == QLatin1String("Endpoint"); });
    QVERIFY(endpoint != fields.end());
    QVERIFY(!(*endpoint)->property("hasError").toBool());
    QTest::keyClicks(*endpoint, QStringLiteral("x"));
    QVERIFY((*endpoint)->property("hasError").toBool());
}

void PagesTest::aDestinationIsSavedOnlyWhenItIsValid()
{
    Shop shop;
    auto page = shown<DestinationsPage>(shop);
    page->select("otlp_http/legacy");
    QTest::qWait(50);
    page->form()->showTest(
        {{"Resolve name", ConnectionTestStep::Result::Ok, "10.4.2.17", std::chrono::milliseconds(3)},
            {"Connect to port 4318", ConnectionTestStep::Result::Failed, "refused",
                std::chrono::milliseconds(1)},
            {"Send span", ConnectionTestStep::Result::NotReached, "", {}},
            {"Read answer", ConnectionTestStep::Result::NotReached, "", {}}},
        false);
    shoot(*page, "08-destinations");
    page->addNew();
    QVERIFY(!page->form()->isValid()); // No endpoint yet.
    const auto fields = page->form()->findChildren<QLineEdit*>();
    for (QLineEdit* field : fields) {
        if (field->accessibleName() == QLatin1String("Endpoint"))
            QTest::keyClicks(field, QStringLiteral("127.0.0.1:4319"));
    }
    QVERIFY(page->form()->isValid());
    const auto buttons = page->form()->findChildren<QPushButton*>();
    for (QPushButton* button : buttons) {
        if (button->text() == QLatin1String("Save"))
            QTest::mouseClick(button, Qt::LeftButton);
    }
    QTRY_COMPARE(shop.control.status().destinations.size(), std::size_t{5});
}

void PagesTest::diagnosticsAndSettingsShowTheReceivers()
{
    Shop shop;
    auto diagnostics = shown<DiagnosticsPage>(shop);
    shoot(*diagnostics, "diagnostics");
    auto settings = shown<SettingsPage>(shop);
    shoot(*settings, "settings");
    const auto fields = settings->findChildren<QLineEdit*>();
    QVERIFY(std::ranges::any_of(
        fields, [](const QLineEdit* field) { return field->text() == QLatin1String("127.0.0.1:4317"); }));
}

QTEST_MAIN(PagesTest)
#include "tst_pages.moc"
