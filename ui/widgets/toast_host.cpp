#include "ui/widgets/toast_host.h"

#include "ui/widgets/controls.h"

#include <QAccessible>
#include <QEvent>
#include <QHBoxLayout>
#include <QPainter>
#include <QTimer>
#include <QVBoxLayout>

namespace sluice::ui {
namespace {

constexpr int kWidth = 360;
constexpr int kMostShown = 3;
constexpr int kMargin = 12;
constexpr int kStatusStrip = 26;

class Toast final : public QWidget {
public:
    Toast(QWidget* parent, ToastHost::Kind kind, const QString& title, const QString& detail,
        const QString& action, std::function<void()> run)
        : QWidget(parent)
        , m_kind(kind)
    {
        auto* layout = new QHBoxLayout(this);
        layout->setContentsMargins(40, 9, 8, 9);
        auto* texts = new QVBoxLayout;
        texts->setSpacing(1);
        texts->addWidget(new Label(this, TypeStyle::Strong, Token::TextPrimary, title));
        if (!detail.isEmpty()) {
            auto* line = new Label(this, TypeStyle::Small, Token::TextMuted, detail);
            line->setWordWrap(true);
            texts->addWidget(line);
        }
        layout->addLayout(texts, 1);
        if (!action.isEmpty()) {
            auto* button = makeButton(this, ButtonKind::Action, action, nullptr, true);
            QObject::connect(button, &QPushButton::clicked, this, [this, run = std::move(run)] {
                run();
                deleteLater();
            });
            layout->addWidget(button, 0, Qt::AlignTop);
        }
        auto* close = makeIconButton(this, "x", ToastHost::tr("Close"));
        QObject::connect(close, &QPushButton::clicked, this, &QObject::deleteLater);
        layout->addWidget(close, 0, Qt::AlignTop);
        setFixedWidth(kWidth);
        setAccessibleName(detail.isEmpty() ? title : title + QStringLiteral(". ") + detail);
        m_timer.setSingleShot(true);
        QObject::connect(&m_timer, &QTimer::timeout, this, &QObject::deleteLater);
        if (kind != ToastHost::Kind::Error)
            m_timer.start(kind == ToastHost::Kind::Success ? 5000 : 10000);
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        const Token tokens[] = {Token::StatusOk, Token::StatusWarn, Token::StatusError};
        const char* icons[] = {"ok", "warn", "error"};
        const auto index = static_cast<std::size_t>(m_kind);
        const Theme& theme = themeOf(this);
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setBrush(theme.color(Token::BgOverlay));
        painter.setPen(theme.color(Token::LineStrong));
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.color(tokens[index]));
        painter.drawRoundedRect(QRectF(0, 0, 3, height()), 1.5, 1.5);
        paintIcon(painter, QRectF(14, 10, 14, 14), icons[index], theme.color(tokens[index]));
    }
    void enterEvent(QEnterEvent*) override
    {
        m_left = m_timer.remainingTime();
        m_timer.stop();
    }
    void leaveEvent(QEvent*) override
    {
        if (m_kind != ToastHost::Kind::Error)
            m_timer.start(std::max(1000, m_left));
    }

private:
    ToastHost::Kind m_kind;
    QTimer m_timer;
    int m_left = 0;
};

} // namespace

ToastHost::ToastHost(QWidget* window)
    : QWidget(window)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->setSizeConstraint(QLayout::SetFixedSize);
    window->installEventFilter(this);
    hide();
}

void ToastHost::show(
    Kind kind, const QString& title, const QString& detail, const QString& action, std::function<void()> run)
{
    auto* toast = new Toast(this, kind, title, detail, action, std::move(run));
    layout()->addWidget(toast);
    connect(toast, &QObject::destroyed, this, [this] { QTimer::singleShot(0, this, &ToastHost::place); });
    while (layout()->count() > kMostShown)
        delete layout()->itemAt(0)->widget();
    QAccessibleEvent alert(toast, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
    place();
}

void ToastHost::place()
{
    if (layout()->isEmpty()) {
        hide();
        return;
    }
    QWidget::show();
    layout()->activate();
    adjustSize();
    const QWidget* window = parentWidget();
    move(window->width() - width() - kMargin, window->height() - height() - kMargin - kStatusStrip);
    raise();
}

bool ToastHost::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Resize && !layout()->isEmpty())
        place();
    return QWidget::eventFilter(watched, event);
}

} // namespace sluice::ui
