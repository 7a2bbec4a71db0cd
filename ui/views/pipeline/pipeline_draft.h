#pragma once

#include "core/pipeline/revision.h"

#include <QObject>
#include <QString>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

class QUndoStack;

namespace sluice::ui {

/// The rules as they are being edited, beside the revision that is live. Every edit is one step of the undo
/// stack with a name ("Reorder"); edits of the same field that follow each other are one step.
///
/// While there is no edit the draft follows the live revision. It never changes the live one: apply() of
/// EngineControl does, with definition().
class PipelineDraft final : public QObject {
    Q_OBJECT

public:
    /// How a rule differs from the live revision.
    enum class Change : std::uint8_t { None, New, Edited, Renamed };

    explicit PipelineDraft(QObject* parent = nullptr);
    ~PipelineDraft() override;

    /// The live revision, as the engine says. A draft with edits keeps them.
    void setLive(std::uint32_t number, RevisionDefinition live);
    [[nodiscard]] std::uint32_t liveNumber() const { return m_liveNumber; }
    [[nodiscard]] const RevisionDefinition& live() const { return m_live; }
    [[nodiscard]] bool hasLive() const { return m_hasLive; }

    [[nodiscard]] const RevisionDefinition& definition() const { return m_draft; }
    [[nodiscard]] bool isDirty() const;
    /// Number of undo steps between the live revision and the draft.
    [[nodiscard]] int editCount() const;
    [[nodiscard]] Change changeOf(const std::string& ruleId) const;
    /// One line for each difference from the live revision, as the apply dialog shows them.
    [[nodiscard]] std::vector<QString> differences() const;

    [[nodiscard]] const PipelineDefinition* pipeline(const std::string& id) const;
    /// The pipelines of a signal, at least one.
    [[nodiscard]] std::vector<std::string> pipelinesOf(Signal signal) const;
    [[nodiscard]] const Rule* rule(const std::string& id) const;

    // Edits. An id or row that is not there is ignored.
    /// Gives the id of the new rule, below `afterRow` (-1: first; beyond the end: last).
    std::string add(
        const std::string& pipelineId, const std::string& type, const std::string& config, int afterRow);
    std::string duplicate(const std::string& pipelineId, int row);
    /// `name` is the part after the slash. False when another rule has that id, or the name is empty or has
    /// blanks.
    bool rename(const std::string& ruleId, const std::string& name);
    /// Takes the rule out of the pipeline, and out of the draft when no other pipeline runs it.
    void remove(const std::string& pipelineId, int row);
    /// Moves a rule so that it stands at `to` afterwards.
    void move(const std::string& pipelineId, int from, int to);
    void setEnabled(const std::string& ruleId, bool isEnabled);
    /// `field` names what was edited: edits of one field of one rule that follow each other are undone
    /// together.
    void setConfig(const std::string& ruleId, const std::string& config, const std::string& field);
    /// The draft becomes `definition`: restoring an old revision, importing a file.
    void replace(RevisionDefinition definition, const QString& what);
    /// Back to the live revision. This can be undone as well.
    void discard();
    /// After apply: `number` is live and equals the draft; the undo steps stay.
    void applied(std::uint32_t number);

    [[nodiscard]] QUndoStack* undoStack() const { return m_stack; }

Q_SIGNALS:
    void changed();

private:
    class Edit;

    void push(const QString& what, RevisionDefinition after, const std::string& mergeKey = {});
    void become(const RevisionDefinition& definition);
    [[nodiscard]] std::string freeId(const std::string& type, const std::string& name) const;

    QUndoStack* m_stack;
    RevisionDefinition m_live;
    RevisionDefinition m_draft;
    std::uint32_t m_liveNumber = 0;
    bool m_hasLive = false;
};

} // namespace sluice::ui
