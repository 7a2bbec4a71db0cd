#include "ui/widgets/query_field.h"

#include "ui/widgets/controls.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QPainterPath>

#include <cmath>

namespace sluice::ui {
namespace {

constexpr int kHeight = 32;
constexpr int kDelayMilliseconds = 120;
constexpr int kResultWidth = 150;

} // namespace

QueryField::QueryField(QWidget* parent, const QString& scope, const char* icon, const QString& placeholder)
    : QWidget(parent)
    , m_scope(scope)
    , m_icon(icon)
    , m_edit(new QLineEdit(this))
    , m_layout(new QHBoxLayout(this))
{
    setFixedHeight(kHeight);
    m_scopeWidth = 3 + 8 + 14 + 5
        + static_cast<int>(std::ceil(QFontMetricsF(fontOf(TypeStyle::Strong)).horizontalAdvance(scope))) + 10;
    m_layout->setContentsMargins(m_scopeWidth + 8, 1, kResultWidth, 1);
    m_layout->setSpacing(6);
    m_layout->addWidget(m_edit, 1);
    m_edit->setFrame(false);
    m_edit->setFont(fontOf(TypeStyle::MonoCode));
    m_edit->setPlaceholderText(placeholder);
    m_edit->setAccessibleName(placeholder);
    m_edit->installEventFilter(this);
    m_delay.setSingleShot(true);
    m_delay.setInterval(kDelayMilliseconds);
    connect(&m_delay, &QTimer::timeout, this, &QueryField::announce);
    connect(m_edit, &QLineEdit::textEdited, &m_delay, qOverload<>(&QTimer::start));
    connect(m_edit, &QLineEdit::returnPressed, this, &QueryField::announce);
}

void QueryField::setChips(const QList<Chip>& chips)
{
    qDeleteAll(m_chips);
    m_chips.clear();
    for (const Chip& chip : chips) {
        auto* badge = new Badge(this, Badge::Kind::Blue, chip.text, nullptr, true);
        connect(badge, &Badge::closed, this, [this, id = chip.id] { Q_EMIT chipRemoved(id); });
        m_layout->insertWidget(static_cast<int>(m_chips.size()), badge);
        m_chips.append(badge);
    }
}

void QueryField::setResult(State state, const QString& text)
{
    if (state == m_state && text == m_result)
        return;
    m_state = state;
    m_result = text;
    setAccessibleDescription(text);
    update();
}

QString QueryField::text() const
{
    return m_edit->text();
}

void QueryField::setText(const QString& text)
{
    m_edit->setText(text);
    announce();
}

void QueryField::announce()
{
    m_delay.stop();
    if (m_edit->text() == m_announced)
        return;
    m_announced = m_edit->text();
    Q_EMIT textChanged(m_announced);
}

bool QueryField::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut)
        update();
    if (event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        if (m_edit->text().isEmpty())
            m_edit->clearFocus();
        else
            setText(QString());
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void QueryField::paintEvent(QPaintEvent*)
{
    const Theme& theme = themeOf(this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    QPainterPath shape;
    shape.addRoundedRect(frame, 5, 5);
    painter.fillPath(shape, theme.color(Token::BgField));
    painter.setClipPath(shape);
    QColor border = theme.color(Token::LineDefault);
    if (m_state != State::Empty) {
        const Token edge = m_state == State::Error ? Token::StatusError
            : m_state == State::Working            ? Token::LineStrong
                                                   : Token::StatusOk;
        painter.fillRect(QRectF(0, 0, 3, height()), theme.color(edge));
        border = theme.tint(Token::LineDefault, edge, 0.45);
    }
    painter.setClipping(false);

    const QColor muted = theme.color(Token::TextMuted);
    paintIcon(painter, QRectF(11, 9, 14, 14), m_icon, muted);
    painter.setPen(theme.color(Token::TextSecondary));
    painter.setFont(fontOf(TypeStyle::Strong));
    painter.drawText(QRectF(30, 0, m_scopeWidth, height()), Qt::AlignVCenter | Qt::AlignLeft, m_scope);
    painter.fillRect(QRectF(m_scopeWidth, 1, 1, height() - 2), theme.color(Token::LineSubtle));

    if (!m_result.isEmpty()) {
        painter.setFont(fontOf(TypeStyle::Small));
        painter.setPen(m_state == State::Error ? theme.color(Token::StatusError) : muted);
        const QRectF box(width() - kResultWidth, 0, kResultWidth - 10, height());
        const QString shown
            = QFontMetrics(painter.font()).elidedText(m_result, Qt::ElideRight, kResultWidth - 30);
        painter.drawText(box, Qt::AlignVCenter | Qt::AlignRight, shown);
        const double x = box.right() - QFontMetricsF(painter.font()).horizontalAdvance(shown) - 17;
        if (m_state == State::Valid)
            paintIcon(painter, QRectF(x, 10, 12, 12), "check", theme.color(Token::StatusOk));
        else if (m_state == State::Error)
            paintIcon(painter, QRectF(x, 10, 12, 12), "x", theme.color(Token::StatusError));
    }
    painter.setBrush(Qt::NoBrush);
    const bool hasFocus = m_edit->hasFocus();
    painter.setPen(hasFocus ? QPen(theme.color(Token::AccentFocus), 2) : QPen(border, 1));
    painter.drawRoundedRect(hasFocus ? frame.adjusted(0.5, 0.5, -0.5, -0.5) : frame, 5, 5);
}

} // namespace sluice::ui
