#pragma once

#include "ui/bridge/latest_only.h"
#include "ui/main_window/page.h"
#include "ui/views/pipeline/pipeline_draft.h"
#include "ui/workbench.h"

#include <QTimer>

#include <string>
#include <vector>

class QComboBox;
class QListView;
class QPushButton;
class QStackedWidget;
class QTabBar;
class QTableView;

namespace sluice::ui {

class Badge;
class CodeEditor;
class EffectPanel;
class Label;
class RevisionListModel;
class RuleForm;
class RulesModel;
class Segmented;
class StateView;

/// The rules: list, editor (form and YAML of the same configuration), history, and what the live revision has
/// done. All edits go to the draft; only Apply and Roll back reach the engine. UI thread.
class PipelinePage final : public Page {
    Q_OBJECT

public:
    explicit PipelinePage(const Workbench& workbench, QWidget* parent = nullptr);
    ~PipelinePage() override;

    [[nodiscard]] QString title() const override;
    [[nodiscard]] QList<QWidget*> areas() const override;
    void setShown(bool shown) override;

    [[nodiscard]] PipelineDraft* draft() { return &m_draft; }
    /// Shows a rule, whichever pipeline it is in.
    void selectRule(const std::string& ruleId);
    /// 0: form, 1: YAML.
    void showFace(int face);
    /// Without asking.
    void apply(const QString& note);

Q_SIGNALS:
    /// For the badge on the rail.
    void draftChanged(bool isDirty);

private:
    QWidget* makeTopBar();
    QWidget* makeRules();
    QWidget* makeEditor();
    QWidget* makeHistory();
    void registerActions();

    void showSignal(int choice);
    void showPipeline(const std::string& id);
    void showDraft();
    void showRule();
    void showStatus();
    void showRevision();
    void loadRevisions();
    void validateDraft();
    void showProblems(std::vector<RuleProblem> problems);

    void openAddMenu();
    void addRule(const std::string& type);
    void moveRule(int by);
    void duplicateRule();
    void removeRule();
    void renameRule();
    void askApply();
    void rollBack();
    void restoreAsDraft();
    void exportYaml();
    void editedForm(const QString& config, const QString& field);
    void editedYaml(const QString& yaml);

    [[nodiscard]] std::string currentRule() const;
    [[nodiscard]] int currentRow() const;
    [[nodiscard]] std::uint32_t draftNumber() const;

    Workbench m_workbench;
    PipelineDraft m_draft;
    RulesModel* m_rules;
    RevisionListModel* m_revisions;
    Signal m_signal = Signal::Traces;
    std::vector<RuleProblem> m_problems;
    std::uint32_t m_loadedRevision = 0; ///< The live revision that the draft was given.
    bool m_isLoading = false;
    LatestOnly m_validation;
    QTimer m_validationDelay;
    std::string m_shownRule;

    Segmented* m_signals = nullptr;
    QComboBox* m_pipelines = nullptr;
    Label* m_live = nullptr;
    Badge* m_badge = nullptr;
    QPushButton* m_undo = nullptr;
    QPushButton* m_redo = nullptr;
    QPushButton* m_discard = nullptr;
    QPushButton* m_apply = nullptr;
    QListView* m_list = nullptr;
    QStackedWidget* m_listStack = nullptr;
    StateView* m_listState = nullptr;
    QPushButton* m_add = nullptr;
    Label* m_ruleIcon = nullptr;
    Label* m_ruleName = nullptr;
    Badge* m_ruleBadge = nullptr;
    QTabBar* m_faces = nullptr;
    QStackedWidget* m_editorStack = nullptr;
    RuleForm* m_form = nullptr;
    CodeEditor* m_yaml = nullptr;
    StateView* m_editorState = nullptr;
    Label* m_verdictIcon = nullptr;
    Label* m_verdict = nullptr;
    QTableView* m_history = nullptr;
    Label* m_revisionText = nullptr;
    QPushButton* m_rollBack = nullptr;
    QPushButton* m_restore = nullptr;
    EffectPanel* m_effect = nullptr;
};

} // namespace sluice::ui
