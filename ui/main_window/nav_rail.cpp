#include "ui/main_window/nav_rail.h"

#include "ui/theme/icon.h"
#include "ui/theme/theme.h"

#include <QAbstractButton>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QVBoxLayout>

namespace sluice::ui {
namespace {

constexpr int kWidth = 68;
constexpr int kCompactWidth = 44;
constexpr int kLogoHeight = 50;
constexpr int kEntryHeight = 52;

void paintLogo(QPainter& painter, const Theme& theme)
{
    painter.setPen(QPen(theme.color(Token::TextPrimary), 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawLine(QPointF(5, 3), QPointF(5, 15));
    painter.drawLine(QPointF(19, 3), QPointF(19, 15));
    painter.drawLine(QPointF(5, 6.5), QPointF(19, 6.5));
    painter.fillRect(QRectF(9, 7.5, 6, 6), theme.color(Token::TextPrimary));
    QPainterPath wave(QPointF(2, 19));
    for (const int crest : {0, 1, 2, 3}) {
        const double x = 2 + 5 * crest;
        const double rise = crest % 2 == 0 ? -2 : 2;
        wave.cubicTo(x + 1.7, 19 + rise, x + 3.3, 19 + rise, x + 5, 19);
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.color(Token::AccentDefault), 2.2, Qt::SolidLine, Qt::RoundCap));
    painter.drawPath(wave);
}

} // namespace

class NavRail::Entry final : public QAbstractButton {
public:
    Entry(NavRail* rail, const QString& name, const char* icon)
        : QAbstractButton(rail)
        , m_icon(icon)
    {
        setText(name);
        setAccessibleName(name);
        setCheckable(true);
        setAutoExclusive(true);
        setAttribute(Qt::WA_Hover);
        setFocusPolicy(Qt::TabFocus); // A click goes to the screen, and so does focus.
        setFixedSize(kWidth, kEntryHeight);
        setToolTip(name);
    }

    QString mark;
    bool isErrorMark = false;
    bool isCompact = false;

protected:
    void paintEvent(QPaintEvent*) override
    {
        const Theme& theme = themeOf(this);
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        if (isChecked() || underMouse()) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(theme.tint(Token::BgRail, Token::BgHover, isChecked() ? 1.0 : 0.6));
            painter.drawRoundedRect(QRectF(rect()).adjusted(4, 1, -4, -1), 6, 6);
        }
        if (isChecked()) {
            painter.setBrush(theme.color(Token::AccentDefault));
            painter.drawRoundedRect(QRectF(-2, 9, 5, height() - 18), 2, 2);
        }
        const QColor ink = theme.color(isChecked() ? Token::TextPrimary : Token::TextMuted);
        const double top = isCompact ? (height() - 18) / 2.0 : 9;
        const QRectF box((width() - 18) / 2.0, top, 18, 18);
        paintIcon(painter, box, m_icon, isChecked() ? theme.color(Token::AccentDefault) : ink);
        if (!isCompact) {
            painter.setPen(ink);
            painter.setFont(fontOf(TypeStyle::Caption));
            painter.drawText(QRectF(0, 31, width(), 14), Qt::AlignCenter, text());
        }
        if (!mark.isEmpty()) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(theme.color(isErrorMark ? Token::StatusError : Token::OutcomeChanged));
            painter.drawEllipse(QRectF(box.right() - 1, box.top() - 1, 8, 8));
        }
        if (hasFocus()) {
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(theme.color(Token::AccentFocus), 2));
            painter.drawRoundedRect(QRectF(rect()).adjusted(5, 2, -5, -2), 5, 5);
        }
    }
    void keyPressEvent(QKeyEvent* event) override
    {
        if (event->key() == Qt::Key_Up || event->key() == Qt::Key_Down)
            focusNextPrevChild(event->key() == Qt::Key_Down);
        else if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
            click();
        else
            QAbstractButton::keyPressEvent(event);
    }

private:
    const char* m_icon;
};

NavRail::NavRail(QWidget* parent)
    : QWidget(parent)
    , m_layout(new QVBoxLayout(this))
{
    setFixedWidth(kWidth);
    setAccessibleName(tr("Screens"));
    m_layout->setContentsMargins(0, kLogoHeight, 1, 4);
    m_layout->setSpacing(0);
    m_layout->addStretch(1);
}

void NavRail::addEntry(const QString& id, const QString& name, const char* icon, bool atBottom)
{
    auto* entry = new Entry(this, name, icon);
    connect(entry, &QAbstractButton::clicked, this, [this, id] { Q_EMIT chosen(id); });
    m_entries.insert(id, entry);
    if (atBottom)
        m_layout->addWidget(entry);
    else
        m_layout->insertWidget(m_topCount++, entry);
}

void NavRail::setCurrent(const QString& id)
{
    if (Entry* entry = m_entries.value(id))
        entry->setChecked(true);
}

void NavRail::setMark(const QString& id, const QString& spoken, bool isError)
{
    Entry* entry = m_entries.value(id);
    if (entry == nullptr || (entry->mark == spoken && entry->isErrorMark == isError))
        return;
    entry->mark = spoken;
    entry->isErrorMark = isError;
    entry->setAccessibleDescription(spoken);
    entry->update();
}

void NavRail::setCompact(bool compact)
{
    const int width = compact ? kCompactWidth : kWidth;
    setFixedWidth(width);
    for (Entry* entry : std::as_const(m_entries)) {
        entry->isCompact = compact;
        entry->setFixedWidth(width);
        entry->update();
    }
}

void NavRail::paintEvent(QPaintEvent*)
{
    const Theme& theme = themeOf(this);
    QPainter painter(this);
    painter.fillRect(rect(), theme.color(Token::BgRail));
    painter.fillRect(width() - 1, 0, 1, height(), theme.color(Token::LineSubtle));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate((width() - 24) / 2.0, 12);
    paintLogo(painter, theme);
}

void NavRail::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->position().y() < kLogoHeight)
        Q_EMIT menuRequested(mapToGlobal(QPoint(8, kLogoHeight - 4)));
}

} // namespace sluice::ui
