#include "ui/views/pipeline/pipeline_page.h"

#include "ui/delegates/row_delegate.h"
#include "ui/format/format.h"
#include "ui/main_window/action_registry.h"
#include "ui/time_scope.h"
#include "ui/views/pipeline/apply_dialog.h"
#include "ui/views/pipeline/effect_panel.h"
#include "ui/views/pipeline/revision_list.h"
#include "ui/views/pipeline/rule_form.h"
#include "ui/views/pipeline/rules_delegate.h"
#include "ui/views/pipeline/rules_model.h"
#include "ui/widgets/code_editor.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/toast_host.h"

#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QListView>
#include <QMenu>
#include <QSaveFile>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QTableView>
#include <QUndoStack>
#include <QVBoxLayout>

#include <algorithm>
#include <memory>
#include <utility>

namespace sluice::ui {
namespace {

constexpr int kValidationDelay = 120; // Milliseconds after the last edit.

struct SignalChoice {
    Signal signal;
    const char* icon;
};
constexpr std::array<SignalChoice, kSignalCount> kSignalChoices{
    {{Signal::Traces, "traces"}, {Signal::Logs, "logs"}, {Signal::Metrics, "metrics"}}};

QHBoxLayout* barLayout(QWidget* bar, int left, int right)
{
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(left, 0, right, 0);
    layout->setSpacing(8);
    return layout;
}

} // namespace

PipelinePage::PipelinePage(const Workbench& workbench, QWidget* parent)
    : Page(parent)
    , m_workbench(workbench)
    , m_rules(new RulesModel(&m_draft, this))
    , m_revisions(new RevisionListModel(this))
    , m_validation(&workbench.pool)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeTopBar());
    auto* body = new QSplitter(Qt::Horizontal, this);
    body->setChildrenCollapsible(false);
    body->addWidget(makeRules());
    body->addWidget(makeEditor());
    body->addWidget(makeHistory());
    body->setSizes({286, 640, 446});
    body->setStretchFactor(1, 1);
    column->addWidget(body, 1);
    m_effect = new EffectPanel(this);
    column->addWidget(m_effect);

    m_validationDelay.setSingleShot(true);
    m_validationDelay.setInterval(kValidationDelay);
    connect(&m_validationDelay, &QTimer::timeout, this, &PipelinePage::validateDraft);
    connect(&m_draft, &PipelineDraft::changed, this, &PipelinePage::showDraft);
    // The stack counts a step only after it was done.
    connect(m_draft.undoStack(), &QUndoStack::indexChanged, this, &PipelinePage::showDraft);
    connect(m_rules, &RulesModel::ruleMoved, this,
        [this](int row) { m_list->setCurrentIndex(m_rules->index(row)); });
    connect(m_rules, &RulesModel::renameRefused, this, [this](const QString& name) {
        m_workbench.toasts.show(ToastHost::Kind::Warning, tr("The name stays as it was"),
            //: %1 is a name
            tr("\"%1\" is empty, has blanks, or another rule has it").arg(name));
    });
    connect(&m_workbench.feed, &LiveFeed::statusChanged, this, &PipelinePage::showStatus);
    connect(&m_workbench.theme, &Theme::changed, this, [this] {
        showRule();
        showProblems(m_problems);
    });
    registerActions();
    showSignal(0);
    showStatus();
}

PipelinePage::~PipelinePage()
{
    disconnect(m_draft.undoStack(), nullptr, this, nullptr); // It tells that it is emptied when it goes.
}

QString PipelinePage::title() const
{
    return tr("Pipeline");
}

QList<QWidget*> PipelinePage::areas() const
{
    return {m_list, m_faces->currentIndex() == 0 ? static_cast<QWidget*>(m_form) : m_yaml, m_history};
}

void PipelinePage::setShown(bool shown)
{
    if (shown)
        showStatus();
}

QWidget* PipelinePage::makeTopBar()
{
    auto* bar = new Panel(this, Token::BgRaised, Panel::Bottom);
    bar->setFixedHeight(48);
    auto* row = barLayout(bar, 12, 12);
    row->addWidget(new Label(bar, TypeStyle::Heading, Token::TextPrimary, tr("Pipeline")));
    row->addSpacing(6);
    m_signals = new Segmented(bar, tr("Signal"), false);
    m_signals->addChoice(tr("Traces"), kSignalChoices[0].icon);
    m_signals->addChoice(tr("Logs"), kSignalChoices[1].icon);
    m_signals->addChoice(tr("Metrics"), kSignalChoices[2].icon);
    row->addWidget(m_signals);
    m_pipelines = new QComboBox(bar);
    m_pipelines->setAccessibleName(tr("Pipeline of the signal"));
    m_pipelines->hide();
    row->addWidget(m_pipelines);
    row->addSpacing(8);
    m_live = new Label(bar, TypeStyle::Body, Token::TextSecondary);
    row->addWidget(m_live);
    m_badge = new Badge(bar, Badge::Kind::Amber, QString(), "edit");
    m_badge->hide();
    row->addWidget(m_badge);
    row->addStretch(1);
    m_undo = makeIconButton(bar, "undo", tr("Undo"), false);
    m_redo = makeIconButton(bar, "redo", tr("Redo"), false);
    auto* file = makeButton(bar, ButtonKind::Quiet, tr("Export YAML"), "export");
    m_discard = makeButton(bar, ButtonKind::Default, tr("Discard"));
    m_apply = makeButton(bar, ButtonKind::Primary, tr("Apply"), "check");
    for (QWidget* button : {m_undo, m_redo, file})
        row->addWidget(button);
    row->addWidget(makeSeparator(bar));
    row->addWidget(m_discard);
    row->addWidget(m_apply);
    connect(m_signals, &Segmented::chosen, this, &PipelinePage::showSignal);
    connect(m_pipelines, &QComboBox::activated, this,
        [this] { showPipeline(m_pipelines->currentText().toStdString()); });
    connect(m_undo, &QPushButton::clicked, m_draft.undoStack(), &QUndoStack::undo);
    connect(m_redo, &QPushButton::clicked, m_draft.undoStack(), &QUndoStack::redo);
    connect(file, &QPushButton::clicked, this, &PipelinePage::exportYaml);
    connect(m_discard, &QPushButton::clicked, &m_draft, &PipelineDraft::discard);
    connect(m_apply, &QPushButton::clicked, this, &PipelinePage::askApply);
    return bar;
}

QWidget* PipelinePage::makeRules()
{
    auto* panel = new Panel(this);
    panel->setMinimumWidth(240);
    auto* column = new QVBoxLayout(panel);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* head = new Panel(panel, Token::BgPanel, Panel::Bottom);
    head->setFixedHeight(34);
    auto* row = barLayout(head, 12, 8);
    row->addWidget(new Label(head, TypeStyle::Title, Token::TextPrimary, tr("Rules")));
    row->addWidget(new Label(head, TypeStyle::Small, Token::TextMuted, tr("run top to bottom")));
    row->addStretch(1);
    m_add = makeButton(head, ButtonKind::Default, tr("Add"), "plus", true);
    row->addWidget(m_add);
    column->addWidget(head);

    m_list = new QListView(panel);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setModel(m_rules);
    m_list->setItemDelegate(new RulesDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setDragEnabled(true);
    m_list->setAcceptDrops(true);
    m_list->setDropIndicatorShown(true);
    m_list->setDragDropMode(QAbstractItemView::InternalMove);
    m_list->setDefaultDropAction(Qt::MoveAction);
    m_list->setEditTriggers(QAbstractItemView::DoubleClicked);
    m_list->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_list->setMouseTracking(true);
    m_list->setAccessibleName(tr("Rules"));
    m_listState = new StateView(panel);
    m_listStack = new QStackedWidget(panel);
    m_listStack->addWidget(m_list);
    m_listStack->addWidget(m_listState);
    column->addWidget(m_listStack, 1);
    auto* hint = new Label(panel, TypeStyle::Small, Token::TextMuted,
        tr("Drag to reorder, or press Alt with an arrow key. F2 renames, Ctrl D duplicates, Space "
           "switches."));
    hint->setWordWrap(true);
    hint->setContentsMargins(12, 8, 12, 10);
    column->addWidget(hint);
    connect(m_add, &QPushButton::clicked, this, &PipelinePage::openAddMenu);
    connect(m_listState, &StateView::actionTriggered, this, &PipelinePage::openAddMenu);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &PipelinePage::showRule);
    return panel;
}

QWidget* PipelinePage::makeEditor()
{
    auto* panel = new Panel(this);
    panel->setMinimumWidth(360);
    auto* column = new QVBoxLayout(panel);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* head = new Panel(panel, Token::BgPanel, Panel::Bottom);
    head->setFixedHeight(34);
    auto* row = barLayout(head, 12, 6);
    m_ruleIcon = new Label(head, TypeStyle::Body, Token::AccentDefault);
    row->addWidget(m_ruleIcon);
    m_ruleName = new Label(head, TypeStyle::Title, Token::TextPrimary);
    row->addWidget(m_ruleName);
    m_ruleBadge = new Badge(head, Badge::Kind::Amber);
    row->addWidget(m_ruleBadge);
    row->addStretch(1);
    m_faces = new QTabBar(head);
    m_faces->addTab(tr("Form"));
    m_faces->addTab(tr("YAML"));
    m_faces->setDrawBase(false);
    m_faces->setAccessibleName(tr("Form or YAML"));
    row->addWidget(m_faces, 0, Qt::AlignBottom);
    column->addWidget(head);

    m_editorStack = new QStackedWidget(panel);
    m_form = new RuleForm(m_editorStack);
    m_yaml = new CodeEditor(m_editorStack, tr("YAML of the rule"));
    m_editorState = new StateView(m_editorStack);
    m_editorStack->addWidget(m_form);
    m_editorStack->addWidget(m_yaml);
    m_editorStack->addWidget(m_editorState);
    column->addWidget(m_editorStack, 1);

    auto* foot = new Panel(panel, Token::BgPanel, Panel::Top);
    foot->setFixedHeight(34);
    auto* below = barLayout(foot, 14, 12);
    m_verdictIcon = new Label(foot, TypeStyle::Body, Token::StatusOk);
    m_verdict = new Label(foot, TypeStyle::Small, Token::TextSecondary);
    below->addWidget(m_verdictIcon);
    below->addWidget(m_verdict, 1);
    column->addWidget(foot);
    connect(m_faces, &QTabBar::currentChanged, this, &PipelinePage::showFace);
    connect(m_form, &RuleForm::edited, this, &PipelinePage::editedForm);
    connect(m_form, &RuleForm::yamlWanted, this, [this] { m_faces->setCurrentIndex(1); });
    connect(m_yaml, &CodeEditor::edited, this, &PipelinePage::editedYaml);
    return panel;
}

QWidget* PipelinePage::makeHistory()
{
    auto* panel = new Panel(this);
    panel->setMinimumWidth(300);
    auto* column = new QVBoxLayout(panel);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* head = new Panel(panel, Token::BgPanel, Panel::Bottom);
    head->setFixedHeight(34);
    auto* row = barLayout(head, 12, 8);
    row->addWidget(new Label(head, TypeStyle::Title, Token::TextPrimary, tr("History")));
    row->addWidget(new Label(head, TypeStyle::Small, Token::TextMuted, tr("of this capture")));
    row->addStretch(1);
    column->addWidget(head);
    m_history = new QTableView(panel);
    m_history->setFrameShape(QFrame::NoFrame);
    m_history->setModel(m_revisions);
    m_history->setShowGrid(false);
    m_history->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_history->setSelectionMode(QAbstractItemView::SingleSelection);
    m_history->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_history->verticalHeader()->hide();
    m_history->verticalHeader()->setMinimumSectionSize(20);
    m_history->verticalHeader()->setDefaultSectionSize(26);
    m_history->setMouseTracking(true);
    m_history->setItemDelegate(new RowDelegate(m_history, TypeStyle::Mono));
    m_history->setItemDelegateForColumn(RevisionListModel::RulesColumn,
        new RowDelegate(m_history, TypeStyle::Mono, Token::TextSecondary, Qt::AlignRight));
    m_history->setItemDelegateForColumn(
        RevisionListModel::NoteColumn, new RowDelegate(m_history, TypeStyle::Body, Token::TextSecondary));
    m_history->horizontalHeader()->setStretchLastSection(true);
    m_history->horizontalHeader()->setHighlightSections(false);
    m_history->setColumnWidth(RevisionListModel::NumberColumn, 84);
    m_history->setColumnWidth(RevisionListModel::TimeColumn, 84);
    m_history->setColumnWidth(RevisionListModel::RulesColumn, 56);
    m_history->setTabKeyNavigation(false);
    m_history->setAccessibleName(tr("Revisions"));
    column->addWidget(m_history, 1);
    auto* foot = new Panel(panel, Token::BgRaised, Panel::Top);
    auto* below = new QVBoxLayout(foot);
    below->setContentsMargins(12, 10, 12, 10);
    below->setSpacing(8);
    m_revisionText = new Label(foot, TypeStyle::Small, Token::TextSecondary);
    m_revisionText->setWordWrap(true);
    below->addWidget(m_revisionText);
    auto* buttons = new QHBoxLayout;
    m_rollBack = makeButton(foot, ButtonKind::Default, tr("Roll back"), "history", true);
    m_restore = makeButton(foot, ButtonKind::Quiet, tr("Restore as draft"), "edit", true);
    buttons->addWidget(m_rollBack);
    buttons->addWidget(m_restore);
    buttons->addStretch(1);
    below->addLayout(buttons);
    column->addWidget(foot);
    connect(
        m_history->selectionModel(), &QItemSelectionModel::currentChanged, this, &PipelinePage::showRevision);
    connect(m_rollBack, &QPushButton::clicked, this, &PipelinePage::rollBack);
    connect(m_restore, &QPushButton::clicked, this, &PipelinePage::restoreAsDraft);
    return panel;
}

void PipelinePage::registerActions()
{
    ActionRegistry& actions = m_workbench.actions;
    const auto add = [&](QWidget* owner, const char* id, const QString& name, const QKeySequence& key,
                         void (PipelinePage::*run)()) {
        return actions.add(owner, QLatin1String(id), name, {key}, [this, run] { (this->*run)(); });
    };
    m_list->addActions({
        add(m_list, "rule.rename", tr("Rename rule"), Qt::Key_F2, &PipelinePage::renameRule),
        add(m_list, "rule.duplicate", tr("Duplicate rule"), Qt::CTRL | Qt::Key_D,
            &PipelinePage::duplicateRule),
        actions.add(m_list, QStringLiteral("rule.up"), tr("Move rule up"), {Qt::ALT | Qt::Key_Up},
            [this] { moveRule(-1); }),
        actions.add(m_list, QStringLiteral("rule.down"), tr("Move rule down"), {Qt::ALT | Qt::Key_Down},
            [this] { moveRule(1); }),
        add(m_list, "rule.remove", tr("Remove rule"), Qt::Key_Delete, &PipelinePage::removeRule),
    });
    add(this, "draft.apply", tr("Apply draft"), Qt::CTRL | Qt::Key_Return, &PipelinePage::askApply);
    actions.add(this, QStringLiteral("draft.undo"), tr("Undo"), {Qt::CTRL | Qt::Key_Z},
        [this] { m_draft.undoStack()->undo(); });
    actions.add(this, QStringLiteral("draft.redo"), tr("Redo"), {Qt::CTRL | Qt::SHIFT | Qt::Key_Z},
        [this] { m_draft.undoStack()->redo(); });
}

void PipelinePage::showSignal(int choice)
{
    m_signal = kSignalChoices[static_cast<std::size_t>(choice)].signal;
    m_signals->setCurrent(choice);
    const auto ids = m_draft.pipelinesOf(m_signal);
    showPipeline(ids.empty() ? std::string(nameOf(m_signal)) : ids.front());
}

void PipelinePage::showPipeline(const std::string& id)
{
    m_rules->setPipeline(id, m_signal);
    m_shownRule.clear();
    showDraft();
    showStatus();
}

void PipelinePage::showDraft()
{
    const auto ids = m_draft.pipelinesOf(m_signal);
    if (!ids.empty() && std::ranges::find(ids, m_rules->pipeline()) == ids.end())
        m_rules->setPipeline(ids.front(), m_signal);
    m_pipelines->clear();
    for (const std::string& id : ids)
        m_pipelines->addItem(text(id));
    m_pipelines->setCurrentText(text(m_rules->pipeline()));
    m_pipelines->setVisible(ids.size() > 1);

    const bool isDirty = m_draft.isDirty();
    QUndoStack* stack = m_draft.undoStack();
    m_undo->setEnabled(stack->canUndo());
    m_redo->setEnabled(stack->canRedo());
    //: %1 is the name of an edit
    m_undo->setToolTip(stack->canUndo() ? tr("Undo %1").arg(stack->undoText()) : tr("Undo"));
    m_redo->setToolTip(stack->canRedo() ? tr("Redo %1").arg(stack->redoText()) : tr("Redo"));
    m_discard->setEnabled(isDirty);
    m_apply->setEnabled(isDirty && m_problems.empty());
    m_apply->setText(isDirty ? tr("Apply r%1").arg(draftNumber()) : tr("Apply"));
    //: %1 is the number of a revision
    m_live->setText(!m_draft.hasLive()  ? tr("Reading the revision")
            : m_draft.liveNumber() == 0 ? tr("No rules are live, everything passes")
                                        : tr("r%1 is live").arg(m_draft.liveNumber()));
    m_badge->setVisible(isDirty);
    //: %1 is the number of a revision
    const QString draftName = tr("draft r%1").arg(draftNumber());
    m_badge->setText(draftName + QStringLiteral(", ")
        + formatCounted(static_cast<std::uint64_t>(m_draft.editCount()), Counted::Edit));

    const bool isEmpty = m_rules->rowCount() == 0;
    m_listStack->setCurrentIndex(isEmpty ? 1 : 0);
    m_listState->showEmpty(
        tr("No rules"), tr("All that arrives is kept"), m_draft.hasLive() ? tr("Add rule") : QString());
    m_add->setEnabled(m_draft.hasLive());
    if (!isEmpty) {
        const int shown = m_rules->rowOf(m_shownRule);
        const int row = shown >= 0 ? shown : std::max(0, currentRow()); // Another name: the same row.
        if (m_list->currentIndex().row() != row)
            m_list->setCurrentIndex(m_rules->index(row));
    }
    showRule();
    m_validationDelay.start();
    Q_EMIT draftChanged(isDirty);
}

void PipelinePage::showRule()
{
    const std::string id = currentRule();
    const Rule* rule = m_draft.rule(id);
    m_faces->setVisible(rule != nullptr);
    if (!rule) {
        m_shownRule.clear();
        m_ruleIcon->clear();
        m_ruleName->setText(tr("Editor"));
        m_ruleBadge->hide();
        m_editorState->showEmpty(tr("No rule selected"), tr("Add a rule to change or drop what passes."));
        m_editorStack->setCurrentWidget(m_editorState);
        m_verdict->clear();
        m_verdictIcon->clear();
        return;
    }
    const bool isOther = m_shownRule != id;
    m_shownRule = id;
    m_ruleIcon->setPixmap(iconOf(processorIcon(rule->type()), Token::AccentDefault).pixmap(14, 14));
    m_ruleName->setText(text(rule->name()));
    const PipelineDraft::Change change = m_draft.changeOf(id);
    m_ruleBadge->setVisible(change != PipelineDraft::Change::None);
    const bool isNew = change == PipelineDraft::Change::New;
    m_ruleBadge->setKind(isNew ? Badge::Kind::Green : Badge::Kind::Amber);
    //: %1 is the number of a revision
    m_ruleBadge->setText((isNew ? tr("new in r%1") : tr("edited in r%1")).arg(draftNumber()));
    m_form->setRule(*rule, m_signal);
    m_yaml->setText(text(rule->config));
    showFace(m_faces->currentIndex());
    if (isOther)
        showProblems(m_problems);
}

void PipelinePage::showFace(int face)
{
    m_faces->setCurrentIndex(face);
    if (m_draft.rule(currentRule()))
        m_editorStack->setCurrentIndex(face);
}

void PipelinePage::showStatus()
{
    const EngineStatus& status = m_workbench.feed.status();
    if (status.appliedRevision != m_loadedRevision || !m_draft.hasLive())
        loadRevisions();
    m_rules->setCounts(status.rules);
    m_effect->setStatus(status, m_signal, m_rules->pipeline());
}

void PipelinePage::loadRevisions()
{
    if (m_isLoading)
        return;
    m_isLoading = true;
    m_loadedRevision = m_workbench.feed.status().appliedRevision;
    runInBackground(
        &m_workbench.pool, this, [control = &m_workbench.control] { return control->revisions(); },
        [this](std::vector<RevisionInfo> revisions) {
            m_isLoading = false;
            m_revisions->setRevisions(std::move(revisions));
            const RevisionInfo* live = m_revisions->applied();
            m_draft.setLive(live ? live->number : 0, live ? live->definition : RevisionDefinition());
            if (m_revisions->rowCount() > 0)
                m_history->setCurrentIndex(m_revisions->index(0, 0));
            showRevision();
        });
}

void PipelinePage::validateDraft()
{
    m_validation.run([control = &m_workbench.control, draft = m_draft.definition()](
                         const std::stop_token&) { return control->validate(draft); },
        [this](std::vector<RuleProblem> problems) { showProblems(std::move(problems)); });
}

void PipelinePage::showProblems(std::vector<RuleProblem> problems)
{
    m_problems = std::move(problems);
    m_rules->setProblems(m_problems);
    std::vector<RuleProblem> ofRule;
    std::ranges::copy_if(m_problems, std::back_inserter(ofRule),
        [this](const RuleProblem& problem) { return problem.rule == m_shownRule; });
    m_form->setProblems(ofRule);
    m_apply->setEnabled(m_draft.isDirty() && m_problems.empty());
    if (!m_draft.rule(m_shownRule))
        return;
    const bool isFine = ofRule.empty();
    m_verdictIcon->setPixmap(
        iconOf(isFine ? "ok" : "error", isFine ? Token::StatusOk : Token::StatusError).pixmap(13, 13));
    m_verdict->setColor(isFine ? Token::TextSecondary : Token::StatusError);
    if (isFine) {
        m_yaml->setProblem(0, {});
        m_verdict->setText(m_problems.empty() ? tr("Valid") : tr("Valid, another rule has a problem"));
        return;
    }
    m_yaml->setProblem(std::max(1, ofRule.front().line), text(ofRule.front().text));
    m_verdict->setText(text(ofRule.front().text));
}

void PipelinePage::openAddMenu()
{
    QMenu menu(this);
    for (const ProcessorKind& kind : processorKinds(m_signal)) {
        QAction* item
            = menu.addAction(iconOf(kind.icon), kind.title + QStringLiteral("  ") + kind.description);
        connect(item, &QAction::triggered, this, [this, type = kind.type] { addRule(type); });
    }
    menu.exec(m_add->mapToGlobal(QPoint(0, m_add->height() + 2)));
}

void PipelinePage::addRule(const std::string& type)
{
    const std::string id = m_draft.add(m_rules->pipeline(), type, initialConfig(type, m_signal),
        m_rules->rowCount() == 0 ? -1 : std::max(0, currentRow()));
    selectRule(id);
    m_list->setFocus();
}

void PipelinePage::moveRule(int by)
{
    const int row = currentRow();
    m_draft.move(m_rules->pipeline(), row, row + by);
}

void PipelinePage::duplicateRule()
{
    const std::string id = m_draft.duplicate(m_rules->pipeline(), currentRow());
    if (!id.empty())
        selectRule(id);
}

void PipelinePage::removeRule()
{
    const int row = currentRow();
    const Rule* rule = m_draft.rule(currentRule());
    if (!rule)
        return;
    const QString name = text(rule->name());
    const std::string next = m_rules->idAt(row + 1 < m_rules->rowCount() ? row + 1 : row - 1);
    m_shownRule = next;
    m_draft.remove(m_rules->pipeline(), row);
    //: %1 is the name of a rule
    m_workbench.toasts.show(ToastHost::Kind::Success, tr("%1 is removed from the draft").arg(name), {},
        tr("Undo"), [stack = m_draft.undoStack()] { stack->undo(); });
}

void PipelinePage::renameRule()
{
    if (m_list->currentIndex().isValid())
        m_list->edit(m_list->currentIndex());
}

void PipelinePage::selectRule(const std::string& ruleId)
{
    int row = m_rules->rowOf(ruleId);
    for (std::size_t choice = 0; row < 0 && choice < kSignalChoices.size(); ++choice) {
        for (const std::string& id : m_draft.pipelinesOf(kSignalChoices[choice].signal)) {
            const auto& rules = m_draft.pipeline(id)->rules;
            if (row >= 0 || std::ranges::find(rules, ruleId) == rules.end())
                continue;
            showSignal(static_cast<int>(choice));
            showPipeline(id);
            row = m_rules->rowOf(ruleId);
        }
    }
    if (row >= 0)
        m_list->setCurrentIndex(m_rules->index(row));
}

void PipelinePage::askApply()
{
    if (!m_apply->isEnabled())
        return;
    auto* dialog = new ApplyDialog(this, draftNumber(), m_draft.differences());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { apply(dialog->note()); });
    dialog->open();
}

void PipelinePage::apply(const QString& note)
{
    m_apply->setEnabled(false);
    const std::uint32_t before = m_draft.liveNumber();
    runInBackground(
        &m_workbench.pool, this,
        [control = &m_workbench.control, draft = m_draft.definition(), words = note.toStdString()] {
            auto answer = control->apply(draft, words);
            return answer ? std::pair(*answer, ControlError{}) : std::pair(0U, std::move(answer).error());
        },
        [this, before](std::pair<std::uint32_t, ControlError> answer) {
            if (answer.first == 0) {
                m_workbench.toasts.show(
                    ToastHost::Kind::Error, tr("The draft was not applied"), text(answer.second.text));
                if (!answer.second.problems.empty())
                    showProblems(std::move(answer.second.problems));
                return;
            }
            m_loadedRevision = 0;
            m_draft.applied(answer.first);
            m_workbench.feed.refresh();
            showStatus();
            //: %1 is the number of a revision
            m_workbench.toasts.show(ToastHost::Kind::Success, tr("r%1 is live").arg(answer.first),
                //: %1 is a time
                tr("Applied to new data at %1").arg(formatClock(m_workbench.time.range().end)), tr("Undo"),
                [this, before] {
                    runInBackground(
                        &m_workbench.pool, this,
                        [control = &m_workbench.control, before] {
                            return control->rollBack(before).has_value();
                        },
                        [this](bool) { m_workbench.feed.refresh(); });
                });
        });
}

void PipelinePage::showRevision()
{
    const RevisionInfo* revision = m_revisions->at(m_history->currentIndex().row());
    m_rollBack->setEnabled(revision && !revision->isApplied);
    m_restore->setEnabled(revision && !(revision->definition == m_draft.definition()));
    //: %1 is the number of a revision
    m_rollBack->setText(
        revision && !revision->isApplied ? tr("Roll back to r%1").arg(revision->number) : tr("Roll back"));
    if (!revision) {
        m_revisionText->setText(tr("No revision yet"));
        return;
    }
    QStringList names;
    for (const PipelineDefinition& line : revision->definition.pipelines) {
        QStringList rules;
        for (const std::string& id : line.rules)
            rules << text(id.substr(id.find('/') + 1));
        if (!rules.isEmpty())
            names << text(line.id) + QStringLiteral(": ") + rules.join(QStringLiteral(", "));
    }
    //: %1 is the number of a revision, %2 a date and time
    m_revisionText->setText(tr("r%1, %2").arg(revision->number).arg(formatDateTime(revision->created))
        + QStringLiteral("\n") + (names.isEmpty() ? tr("No rules") : names.join(u'\n')));
}

void PipelinePage::rollBack()
{
    const RevisionInfo* revision = m_revisions->at(m_history->currentIndex().row());
    if (!revision)
        return;
    runInBackground(
        &m_workbench.pool, this,
        [control = &m_workbench.control, number = revision->number] {
            auto answer = control->rollBack(number);
            return answer ? std::pair(*answer, std::string()) : std::pair(0U, answer.error().text);
        },
        [this, old = revision->number](const std::pair<std::uint32_t, std::string>& answer) {
            if (answer.first == 0) {
                m_workbench.toasts.show(
                    ToastHost::Kind::Error, tr("The roll back failed"), text(answer.second));
                return;
            }
            m_loadedRevision = 0;
            m_workbench.feed.refresh();
            showStatus();
            //: %1 and %2 are numbers of revisions
            m_workbench.toasts.show(ToastHost::Kind::Success, tr("r%1 is live").arg(answer.first),
                tr("It has the rules of r%1").arg(old));
        });
}

void PipelinePage::restoreAsDraft()
{
    if (const RevisionInfo* revision = m_revisions->at(m_history->currentIndex().row()))
        //: %1 is the number of a revision
        m_draft.replace(revision->definition, tr("Restore r%1").arg(revision->number));
}

void PipelinePage::exportYaml()
{
    const QString path = QFileDialog::getSaveFileName(
        this, tr("Export YAML"), QStringLiteral("rules.yaml"), tr("Collector configuration (*.yaml *.yml)"));
    if (path.isEmpty())
        return;
    runInBackground(
        &m_workbench.pool, this,
        [path, draft = m_draft.definition()] {
            QSaveFile file(path);
            const std::string yaml = revisionToYaml(draft);
            const bool isWritten = file.open(QIODevice::WriteOnly)
                && file.write(yaml.data(), static_cast<qint64>(yaml.size()))
                    == static_cast<qint64>(yaml.size())
                && file.commit();
            return isWritten ? QString() : file.errorString();
        },
        [this, path](const QString& error) {
            m_workbench.toasts.show(error.isEmpty() ? ToastHost::Kind::Success : ToastHost::Kind::Error,
                error.isEmpty() ? tr("Exported") : tr("The rules were not exported"),
                error.isEmpty() ? path : error);
        });
}

void PipelinePage::editedForm(const QString& config, const QString& field)
{
    m_draft.setConfig(m_shownRule, config.toStdString(), field.toStdString());
}

void PipelinePage::editedYaml(const QString& yaml)
{
    m_draft.setConfig(m_shownRule, yaml.toStdString(), "yaml");
}

std::string PipelinePage::currentRule() const
{
    return m_rules->idAt(currentRow());
}

int PipelinePage::currentRow() const
{
    return m_list->currentIndex().row();
}

std::uint32_t PipelinePage::draftNumber() const
{
    const RevisionInfo* newest = m_revisions->at(0);
    return std::max(m_draft.liveNumber(), newest ? newest->number : 0U) + 1;
}

} // namespace sluice::ui
