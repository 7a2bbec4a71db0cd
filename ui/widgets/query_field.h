#pragma once

#include <QList>
#include <QString>
#include <QTimer>
#include <QWidget>

class QHBoxLayout;
class QLineEdit;

namespace sluice::ui {

class Badge;

/// The field at the top of a list screen: what is searched, the filters as chips, the text, and the result.
/// The text is reported 120 ms after the last key, and at once with Enter. Escape clears the text, then
/// leaves the field.
class QueryField final : public QWidget {
    Q_OBJECT

public:
    struct Chip {
        QString id; ///< Given back by chipRemoved().
        QString text; ///< "service: checkout".
    };
    enum class State { Empty, Valid, Working, Error };

    /// `scope` names what is filtered: "Traces".
    QueryField(QWidget* parent, const QString& scope, const char* icon, const QString& placeholder);

    void setChips(const QList<Chip>& chips);
    void setResult(State state, const QString& text);
    [[nodiscard]] QString text() const;
    void setText(const QString& text);
    [[nodiscard]] QLineEdit* edit() const { return m_edit; }

Q_SIGNALS:
    void textChanged(const QString& text);
    void chipRemoved(const QString& id);

protected:
    void paintEvent(QPaintEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void announce();

    QString m_scope;
    const char* m_icon;
    int m_scopeWidth;
    QLineEdit* m_edit;
    QHBoxLayout* m_layout;
    QList<Badge*> m_chips;
    QTimer m_delay;
    State m_state = State::Empty;
    QString m_result;
    QString m_announced;
};

} // namespace sluice::ui
