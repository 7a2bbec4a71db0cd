#pragma once

#include "core/config/node.h"
#include "core/pipeline/revision.h"
#include "ui/views/pipeline/rule_form_schema.h"

#include <QScrollArea>

#include <map>
#include <string>
#include <vector>

class QVBoxLayout;

namespace sluice::ui {

class Label;

/// The configuration of one rule as a form. YAML stays the truth: the form changes single values of its tree
/// and keeps whatever it does not show. Problems stand below the field that they are about. UI thread.
class RuleForm final : public QScrollArea {
    Q_OBJECT

public:
    explicit RuleForm(QWidget* parent);

    /// Shows `config`. Builds the fields anew only when it is not what the form itself wrote last.
    void setRule(const Rule& rule, Signal signal);
    /// Those of the shown rule.
    void setProblems(const std::vector<RuleProblem>& problems);

Q_SIGNALS:
    /// `field` is the path of the value that was changed.
    void edited(const QString& config, const QString& field);
    void yamlWanted();

private:
    void rebuild();
    void addSection(QVBoxLayout* column, const SectionSpec& section);
    void addField(QVBoxLayout* column, const FieldSpec& field);
    QWidget* editorFor(QWidget* parent, const FieldSpec& field);
    QWidget* lineEditor(QWidget* parent, const std::string& path, FieldKind kind, bool isRaw,
        const QString& hint, const QString& name);
    QWidget* textsEditor(QWidget* parent, const FieldSpec& field);
    /// Lists of two-part entries: {key, value} and {name, version}.
    QWidget* entriesEditor(QWidget* parent, const FieldSpec& field, const char* first, const char* second);
    QWidget* actionsEditor(QWidget* parent, const FieldSpec& field);
    QWidget* actionCard(QWidget* parent, const std::string& path, std::size_t index, std::size_t count);
    void addProblemLine(QVBoxLayout* column, const std::string& path);
    /// Writes, and builds the fields anew after the event; then the field of `focus` takes focus.
    void noteStructure(const std::string& path, const std::string& focus = {});
    void write(const std::string& path);
    [[nodiscard]] std::string textAt(const std::string& path) const;

    std::string m_type;
    std::string m_id;
    Signal m_signal = Signal::Traces;
    FormSchema m_schema;
    config::Node m_tree;
    std::string m_written; ///< The configuration that the fields show.
    QString m_syntaxProblem; ///< When the YAML cannot be read.
    std::vector<RuleProblem> m_problems;
    std::map<std::string, Label*> m_problemLines; ///< By path; "" is the one of the whole.
};

} // namespace sluice::ui
