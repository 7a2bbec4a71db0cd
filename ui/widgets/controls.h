#pragma once

// Small parts that every screen uses. All colours come from the theme at paint time.

#include "ui/theme/icon.h"
#include "ui/theme/sluice_style.h"
#include "ui/theme/theme.h"

#include <QAbstractButton>
#include <QLabel>
#include <QPushButton>
#include <QString>
#include <QWidget>

namespace sluice::ui {

/// A button of 28 px (22 when `small`). Without text it is an icon button and `text` must come as a tooltip.
QPushButton* makeButton(
    QWidget* parent, ButtonKind kind, const QString& text, const char* icon = nullptr, bool small = false);

/// A square icon button; `name` is its tooltip and accessible name.
QPushButton* makeIconButton(QWidget* parent, const char* icon, const QString& name, bool small = true);

void setButtonKind(QWidget* button, ButtonKind kind, bool small);

/// A label in a type style and a colour that follow the theme. Rich text is allowed.
class Label final : public QLabel {
    Q_OBJECT

public:
    explicit Label(QWidget* parent, TypeStyle style, Token color, const QString& text = QString());
    void setColor(Token color);

protected:
    void changeEvent(QEvent* event) override;

private:
    void applyColor();

    Token m_color;
    bool m_isApplying = false;
};

/// A plain area in a colour of the theme, with an optional hairline along its lower or right edge.
class Panel : public QWidget {
    Q_OBJECT

public:
    enum Edge { None = 0, Bottom = 1, Right = 2, Top = 4, Left = 8 };
    explicit Panel(
        QWidget* parent, Token background = Token::BgPanel, int edges = None, Token line = Token::LineSubtle);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Token m_background;
    int m_edges;
    Token m_line;
};

/// A box with rounded corners and a border on bg.panel.
class Card : public QWidget {
    Q_OBJECT

public:
    explicit Card(QWidget* parent, Token background = Token::BgPanel, Token border = Token::LineDefault);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Token m_background;
    Token m_border;
};

/// A vertical hairline of 18 px between groups of a bar.
QWidget* makeSeparator(QWidget* parent);

/// A switch of 26 x 14 for what acts at once.
class Switch final : public QAbstractButton {
    Q_OBJECT

public:
    explicit Switch(QWidget* parent, const QString& name);
    [[nodiscard]] QSize sizeHint() const override { return {30, 22}; }

protected:
    void paintEvent(QPaintEvent* event) override;
};

/// A badge of 18 px: filter, state, count. With `closable` a click emits closed().
class Badge final : public QWidget {
    Q_OBJECT

public:
    enum class Kind { Neutral, Blue, Green, Amber, Yellow, Red };
    explicit Badge(QWidget* parent, Kind kind, const QString& text = QString(), const char* icon = nullptr,
        bool closable = false);
    void setText(const QString& text);
    void setKind(Kind kind);
    [[nodiscard]] QString text() const { return m_text; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

Q_SIGNALS:
    void closed();

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    Kind m_kind;
    QString m_text;
    const char* m_icon;
    bool m_isClosable;
};

/// Two to six exclusive choices that change what is shown. Left and Right move; the choice acts at once.
class Segmented final : public QWidget {
    Q_OBJECT

public:
    explicit Segmented(QWidget* parent, const QString& name, bool small = true);
    void addChoice(const QString& text, const char* icon = nullptr);
    /// A green dot instead of an icon, grey while it is not chosen.
    void addLiveChoice(const QString& text);
    [[nodiscard]] int current() const { return m_current; }
    void setCurrent(int index); ///< Without a signal.
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

Q_SIGNALS:
    void chosen(int index);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Choice {
        QString text;
        const char* icon = nullptr;
        bool hasDot = false;
        int width = 0;
    };
    void choose(int index);
    [[nodiscard]] QFont textFont() const;

    QList<Choice> m_choices;
    int m_current = 0;
    int m_hovered = -1;
    bool m_isSmall;
};

/// A line over at most a minute of values, filled softly. Repaints when the values change.
class Sparkline final : public QWidget {
    Q_OBJECT

public:
    explicit Sparkline(QWidget* parent, Token color, QSize size = QSize(40, 12));
    void setValues(QList<double> values);
    [[nodiscard]] QSize sizeHint() const override { return m_size; }

    /// The same drawn into `rect`: for delegates. NaN leaves a gap.
    static void paint(
        QPainter& painter, const QRectF& rect, const QList<double>& values, const QColor& color);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Token m_color;
    QSize m_size;
    QList<double> m_values;
};

/// What stands in a panel that has nothing to show: an icon, a sentence, one line more and one way out.
class StateView final : public QWidget {
    Q_OBJECT

public:
    explicit StateView(QWidget* parent);
    /// An empty `action` shows no button.
    void showEmpty(const QString& title, const QString& detail, const QString& action = QString());
    void showError(const QString& title, const QString& detail, const QString& action = QString());

Q_SIGNALS:
    void actionTriggered();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void showState(const QString& title, const QString& detail, const QString& action);

    bool m_isError = false;
    Label* m_title;
    Label* m_detail;
    QPushButton* m_button;
};

} // namespace sluice::ui
