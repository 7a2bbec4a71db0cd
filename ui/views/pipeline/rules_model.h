#pragma once

#include "core/engine/control.h"
#include "ui/views/pipeline/pipeline_draft.h"

#include <QAbstractListModel>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace sluice::ui {

/// The rules of one pipeline of the draft, in their order, with what each did since the live revision was
/// applied. Dragging a row, the check state (the switch) and editing (the name) become edits of the draft.
class RulesModel final : public QAbstractListModel {
    Q_OBJECT

public:
    enum Role {
        IdRole = Qt::UserRole, ///< "attributes/delete-secrets".
        TypeRole, ///< "attributes".
        ChangeRole, ///< PipelineDraft::Change.
        ChangedCountRole, ///< Records; invalid when the rule is not live.
        DroppedCountRole,
        ErrorCountRole,
        ProblemRole, ///< Text of the first problem; empty when there is none.
    };

    explicit RulesModel(PipelineDraft* draft, QObject* parent = nullptr);

    /// Which pipeline is shown.
    void setPipeline(const std::string& id, Signal signal);
    [[nodiscard]] const std::string& pipeline() const { return m_pipeline; }
    [[nodiscard]] Signal signal() const { return m_signal; }

    void setCounts(const std::vector<RuleCount>& counts);
    void setProblems(const std::vector<RuleProblem>& problems);

    [[nodiscard]] std::string idAt(int row) const;
    [[nodiscard]] int rowOf(const std::string& ruleId) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    Qt::DropActions supportedDropActions() const override;
    QStringList mimeTypes() const override;
    QMimeData* mimeData(const QModelIndexList& indexes) const override;
    bool dropMimeData(const QMimeData* data, Qt::DropAction action, int row, int column,
        const QModelIndex& parent) override;

Q_SIGNALS:
    /// A rule was moved by dragging; it stands at `row` now.
    void ruleMoved(int row);
    void renameRefused(const QString& name);

private:
    void draftChanged();
    [[nodiscard]] QString sentence(int row) const;

    PipelineDraft* m_draft;
    std::string m_pipeline;
    Signal m_signal = Signal::Traces;
    std::vector<std::string> m_ids; ///< Of the rows.
    std::map<std::string, RuleCount> m_counts; ///< By id, of this pipeline.
    std::vector<RuleCount> m_allCounts;
    std::map<std::string, QString> m_problems; ///< First one, by id.
};

} // namespace sluice::ui
