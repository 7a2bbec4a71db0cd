#include "ui/widgets/controls.h"

#include <QAccessible>
#include <QHoverEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace sluice::ui {

void setButtonKind(QWidget* button, ButtonKind kind, bool small)
{
    button->setProperty("buttonKind", static_cast<int>(kind));
    button->setProperty("smallControl", small);
    button->setFont(fontOf(small ? TypeStyle::Small : TypeStyle::Strong, QFont::Medium));
}

QPushButton* makeButton(QWidget* parent, ButtonKind kind, const QString& text, const char* icon, bool small)
{
    auto* button = new QPushButton(text, parent);
    setButtonKind(button, kind, small);
    button->setAutoDefault(false);
    button->setIconSize(small ? QSize(13, 13) : QSize(14, 14));
    if (icon != nullptr) {
        const Token color = kind == ButtonKind::Primary || kind == ButtonKind::DangerFilled
            ? Token::TextOnAccent
            : kind == ButtonKind::Action ? Token::AccentDefault
            : kind == ButtonKind::Danger ? Token::StatusError
                                         : Token::TextSecondary;
        button->setIcon(iconOf(icon, color));
    }
    return button;
}

QPushButton* makeIconButton(QWidget* parent, const char* icon, const QString& name, bool small)
{
    auto* button = makeButton(parent, ButtonKind::Quiet, QString(), icon, small);
    button->setToolTip(name);
    button->setAccessibleName(name);
    return button;
}

Label::Label(QWidget* parent, TypeStyle style, Token color, const QString& text)
    : QLabel(text, parent)
    , m_color(color)
{
    setFont(fontOf(style));
    applyColor();
}

void Label::setColor(Token color)
{
    m_color = color;
    applyColor();
}

void Label::applyColor()
{
    m_isApplying = true;
    QPalette colors = palette();
    colors.setColor(QPalette::WindowText, themeOf(this).color(m_color));
    setPalette(colors);
    m_isApplying = false;
}

void Label::changeEvent(QEvent* event)
{
    QLabel::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && !m_isApplying
        && palette().color(QPalette::WindowText) != themeOf(this).color(m_color))
        applyColor();
}

Panel::Panel(QWidget* parent, Token background, int edges, Token line)
    : QWidget(parent)
    , m_background(background)
    , m_edges(edges)
    , m_line(line)
{
}

void Panel::paintEvent(QPaintEvent*)
{
    const Theme& theme = themeOf(this);
    QPainter painter(this);
    painter.fillRect(rect(), theme.color(m_background));
    const QColor line = theme.color(m_line);
    if (m_edges & Bottom)
        painter.fillRect(0, height() - 1, width(), 1, line);
    if (m_edges & Top)
        painter.fillRect(0, 0, width(), 1, line);
    if (m_edges & Right)
        painter.fillRect(width() - 1, 0, 1, height(), line);
    if (m_edges & Left)
        painter.fillRect(0, 0, 1, height(), line);
}

Card::Card(QWidget* parent, Token background, Token border)
    : QWidget(parent)
    , m_background(background)
    , m_border(border)
{
}

void Card::paintEvent(QPaintEvent*)
{
    const Theme& theme = themeOf(this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(theme.color(m_background));
    painter.setPen(theme.color(m_border));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
}

QWidget* makeSeparator(QWidget* parent)
{
    auto* line = new Panel(parent, Token::LineDefault);
    line->setFixedSize(1, 18);
    return line;
}

Switch::Switch(QWidget* parent, const QString& name)
    : QAbstractButton(parent)
{
    setCheckable(true);
    setAccessibleName(name);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void Switch::paintEvent(QPaintEvent*)
{
    const Theme& theme = themeOf(this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QRectF track(0, 0, 26, 14);
    track.moveCenter(QRectF(rect()).center());
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.color(!isEnabled() ? Token::LineDefault
            : isChecked()                     ? Token::AccentFill
                                              : Token::LineStrong));
    painter.drawRoundedRect(track, 7, 7);
    painter.setBrush(theme.color(Token::TextOnAccent));
    painter.drawEllipse(QRectF(track.left() + (isChecked() ? 14 : 2), track.top() + 2, 10, 10));
    if (hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(theme.color(Token::AccentFocus), 2));
        painter.drawRoundedRect(track.adjusted(-2, -2, 2, 2), 9, 9);
    }
}

Badge::Badge(QWidget* parent, Kind kind, const QString& text, const char* icon, bool closable)
    : QWidget(parent)
    , m_kind(kind)
    , m_icon(icon)
    , m_isClosable(closable)
{
    setFont(fontOf(TypeStyle::Small, QFont::Medium));
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setFocusPolicy(closable ? Qt::TabFocus : Qt::NoFocus);
    if (closable)
        setCursor(Qt::PointingHandCursor);
    setText(text);
}

void Badge::setText(const QString& text)
{
    m_text = text;
    setAccessibleName(m_isClosable ? tr("%1, remove", "a filter").arg(text) : text);
    updateGeometry();
    update();
}

void Badge::setKind(Kind kind)
{
    m_kind = kind;
    update();
}

QSize Badge::sizeHint() const
{
    const double width = QFontMetricsF(font()).horizontalAdvance(m_text);
    return {
        static_cast<int>(std::ceil(width)) + 12 + (m_icon != nullptr ? 15 : 0) + (m_isClosable ? 14 : 0), 18};
}

void Badge::paintEvent(QPaintEvent*)
{
    const auto [fill, ink] = [this]() -> std::pair<Token, Token> {
        switch (m_kind) {
        case Kind::Neutral: return {Token::BgPressed, Token::TextSecondary};
        case Kind::Blue: return {Token::AccentSoft, Token::AccentDefault};
        case Kind::Green: return {Token::StatusOkSoft, Token::StatusOk};
        case Kind::Amber: return {Token::DiffChangedBg, Token::DiffChanged};
        case Kind::Yellow: return {Token::StatusWarnSoft, Token::StatusWarn};
        case Kind::Red: return {Token::StatusErrorSoft, Token::StatusError};
        }
        return {Token::BgPressed, Token::TextSecondary};
    }();
    const Theme& theme = themeOf(this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(theme.color(fill));
    painter.setPen(hasFocus() ? QPen(theme.color(Token::AccentFocus), 2) : QPen(Qt::NoPen));
    painter.drawRoundedRect(rect(), 3, 3);
    int x = 6;
    if (m_icon != nullptr) {
        paintIcon(painter, QRectF(x, (height() - 11) / 2.0, 11, 11), m_icon, theme.color(ink));
        x += 15;
    }
    painter.setPen(theme.color(ink));
    painter.drawText(QRect(x, 0, width() - x, height()), Qt::AlignVCenter | Qt::AlignLeft, m_text);
    if (m_isClosable)
        paintIcon(painter, QRectF(width() - 15, (height() - 10) / 2.0, 10, 10), "x", theme.color(ink));
}

void Badge::mouseReleaseEvent(QMouseEvent* event)
{
    if (m_isClosable && rect().contains(event->pos()))
        Q_EMIT closed();
}

void Badge::keyPressEvent(QKeyEvent* event)
{
    if (m_isClosable
        && (event->key() == Qt::Key_Space || event->key() == Qt::Key_Delete
            || event->key() == Qt::Key_Return))
        Q_EMIT closed();
    else
        QWidget::keyPressEvent(event);
}

Segmented::Segmented(QWidget* parent, const QString& name, bool small)
    : QWidget(parent)
    , m_isSmall(small)
{
    setAccessibleName(name);
    setFocusPolicy(Qt::TabFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

QFont Segmented::textFont() const
{
    return fontOf(m_isSmall ? TypeStyle::Small : TypeStyle::Strong, QFont::Medium);
}

void Segmented::addChoice(const QString& text, const char* icon)
{
    const int width = static_cast<int>(std::ceil(QFontMetricsF(textFont()).horizontalAdvance(text)))
        + (m_isSmall ? 16 : 20) + (icon != nullptr ? 17 : 0) + 1;
    m_choices.append({text, icon, false, width});
    updateGeometry();
}

void Segmented::addLiveChoice(const QString& text)
{
    addChoice(text);
    m_choices.last().hasDot = true;
    m_choices.last().width += 12;
}

void Segmented::setCurrent(int index)
{
    m_current = index;
    if (index >= 0 && index < m_choices.size())
        setAccessibleDescription(m_choices[index].text);
    update();
}

QSize Segmented::sizeHint() const
{
    int width = 1;
    for (const Choice& choice : m_choices)
        width += choice.width;
    return {width, m_isSmall ? 22 : 28};
}

void Segmented::paintEvent(QPaintEvent*)
{
    const Theme& theme = themeOf(this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    QPainterPath shape;
    shape.addRoundedRect(frame, 5, 5);
    painter.fillPath(shape, theme.color(Token::BgField));
    painter.setClipPath(shape);
    painter.setFont(textFont());
    int x = 0;
    for (int i = 0; i < m_choices.size(); ++i) {
        const Choice& choice = m_choices[i];
        const QRect box(x, 0, choice.width + 1, height());
        if (i == m_current || i == m_hovered)
            painter.fillRect(box, theme.color(i == m_current ? Token::BgPressed : Token::BgHover));
        const QColor ink = theme.color(i == m_current ? Token::TextPrimary : Token::TextSecondary);
        int left = box.left() + (m_isSmall ? 8 : 10);
        if (choice.icon != nullptr) {
            paintIcon(painter, QRectF(left, (height() - 12) / 2.0, 12, 12), choice.icon, ink);
            left += 17;
        } else if (choice.hasDot) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(theme.color(i == m_current ? Token::StatusOk : Token::TextMuted));
            painter.drawEllipse(QRectF(left, (height() - 7) / 2.0, 7, 7));
            left += 12;
        }
        painter.setPen(ink);
        painter.drawText(
            QRect(left, 0, choice.width, height() - 1), Qt::AlignVCenter | Qt::AlignLeft, choice.text);
        x += choice.width;
        if (i + 1 < m_choices.size())
            painter.fillRect(x, 0, 1, height(), theme.color(Token::LineDefault));
    }
    painter.setClipping(false);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(
        hasFocus() ? QPen(theme.color(Token::AccentFocus), 2) : QPen(theme.color(Token::LineDefault), 1));
    painter.drawRoundedRect(hasFocus() ? frame.adjusted(0.5, 0.5, -0.5, -0.5) : frame, 5, 5);
}

void Segmented::choose(int index)
{
    if (index < 0 || index >= m_choices.size() || index == m_current)
        return;
    setCurrent(index);
    Q_EMIT chosen(index);
}

void Segmented::mousePressEvent(QMouseEvent* event)
{
    int x = 0;
    for (int i = 0; i < m_choices.size(); ++i) {
        x += m_choices[i].width;
        if (event->pos().x() < x) {
            choose(i);
            return;
        }
    }
}

void Segmented::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Left)
        choose(m_current - 1);
    else if (event->key() == Qt::Key_Right)
        choose(m_current + 1);
    else
        QWidget::keyPressEvent(event);
}

bool Segmented::event(QEvent* event)
{
    if (event->type() == QEvent::HoverMove || event->type() == QEvent::HoverLeave) {
        int hovered = -1;
        if (event->type() == QEvent::HoverMove) {
            int x = 0;
            const auto at = static_cast<QHoverEvent*>(event)->position().x();
            for (int i = 0; i < m_choices.size() && hovered < 0; ++i) {
                x += m_choices[i].width;
                if (at < x)
                    hovered = i;
            }
        }
        if (hovered != m_hovered) {
            m_hovered = hovered;
            update();
        }
    }
    return QWidget::event(event);
}

Sparkline::Sparkline(QWidget* parent, Token color, QSize size)
    : QWidget(parent)
    , m_color(color)
    , m_size(size)
{
    setFixedSize(size);
}

void Sparkline::setValues(QList<double> values)
{
    if (values == m_values)
        return;
    m_values = std::move(values);
    update();
}

void Sparkline::paint(QPainter& painter, const QRectF& rect, const QList<double>& values, const QColor& color)
{
    double top = 0;
    for (const double value : values)
        top = std::isnan(value) ? top : std::max(top, value);
    if (values.size() < 2)
        return;
    if (top <= 0)
        top = 1;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const double step = (rect.width() - 2) / static_cast<double>(values.size() - 1);
    QPolygonF line;
    const auto flush = [&] {
        if (line.size() > 1) {
            QPolygonF area = line;
            area << QPointF(line.last().x(), rect.bottom()) << QPointF(line.first().x(), rect.bottom());
            QColor soft = color;
            soft.setAlphaF(0.16F);
            painter.setPen(Qt::NoPen);
            painter.setBrush(soft);
            painter.drawPolygon(area);
            painter.setPen(QPen(color, 1.25, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
            painter.drawPolyline(line);
        }
        line.clear();
    };
    for (qsizetype i = 0; i < values.size(); ++i) {
        if (std::isnan(values[i]))
            flush();
        else
            line << QPointF(rect.left() + 1 + static_cast<double>(i) * step,
                rect.bottom() - 1.5 - values[i] / top * (rect.height() - 3));
    }
    flush();
    painter.restore();
}

void Sparkline::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paint(painter, rect(), m_values, themeOf(this).color(m_color));
}

StateView::StateView(QWidget* parent)
    : QWidget(parent)
    , m_title(new Label(this, TypeStyle::Title, Token::TextPrimary))
    , m_detail(new Label(this, TypeStyle::Body, Token::TextMuted))
    , m_button(makeButton(this, ButtonKind::Default, QString(), nullptr, true))
{
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(6);
    layout->addStretch(2);
    layout->addSpacing(26);
    for (Label* words : {m_title, m_detail}) { // Over the whole width, so that they wrap in a narrow panel.
        layout->addWidget(words);
        words->setWordWrap(true);
        words->setAlignment(Qt::AlignHCenter);
    }
    layout->addWidget(m_button, 0, Qt::AlignHCenter);
    layout->addStretch(3);
    connect(m_button, &QPushButton::clicked, this, &StateView::actionTriggered);
}

void StateView::showEmpty(const QString& title, const QString& detail, const QString& action)
{
    m_isError = false;
    showState(title, detail, action);
}

void StateView::showError(const QString& title, const QString& detail, const QString& action)
{
    m_isError = true;
    showState(title, detail, action);
}

void StateView::showState(const QString& title, const QString& detail, const QString& action)
{
    m_title->setText(title);
    m_detail->setText(detail);
    m_button->setText(action);
    m_button->setVisible(!action.isEmpty());
    setAccessibleName(title);
    update();
}

void StateView::paintEvent(QPaintEvent*)
{
    const Theme& theme = themeOf(this);
    QPainter painter(this);
    painter.fillRect(rect(), theme.color(Token::BgPanel));
    paintIcon(painter, QRectF((width() - 18) / 2.0, m_title->y() - 26, 18, 18),
        m_isError ? "error" : "search", theme.color(m_isError ? Token::StatusError : Token::TextMuted));
}

} // namespace sluice::ui
