#pragma once

#include <QWidget>

#include <memory>

namespace sluice::ui {

/// A text editor for YAML with line numbers, in the colours of the theme. UI thread.
class CodeEditor final : public QWidget {
    Q_OBJECT

public:
    explicit CodeEditor(QWidget* parent, const QString& name);
    ~CodeEditor() override;

    [[nodiscard]] QString text() const;
    /// Replaces the text without edited(), and forgets the editor's own undo steps. Does nothing when it is
    /// the same.
    void setText(const QString& text);
    void setReadOnly(bool readOnly);
    /// Underlines a line (from 1) with the text below it; 0 takes it away.
    void setProblem(int line, const QString& text);

Q_SIGNALS:
    /// A person changed the text.
    void edited(const QString& text);

protected:
    void changeEvent(QEvent* event) override;

private:
    struct Parts;

    void applyTheme();

    std::unique_ptr<Parts> m_parts;
};

} // namespace sluice::ui
