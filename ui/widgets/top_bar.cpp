#include "ui/widgets/top_bar.h"

#include "ui/time_scope.h"
#include "ui/widgets/query_field.h"

#include <QHBoxLayout>
#include <QMenu>
#include <QPainter>

#include <cmath>

namespace sluice::ui {
namespace {

class LegendMark final : public QWidget {
public:
    LegendMark(QWidget* parent, const QString& name, Token color, bool isHatched)
        : QWidget(parent)
        , m_name(name)
        , m_color(color)
        , m_isHatched(isHatched)
    {
        const double width = QFontMetricsF(fontOf(TypeStyle::Small)).horizontalAdvance(name);
        setFixedSize(static_cast<int>(std::ceil(width)) + 16, 18);
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        const Theme& theme = themeOf(this);
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_isHatched ? theme.hatch(devicePixelRatioF()) : QBrush(theme.color(m_color)));
        painter.drawRoundedRect(QRectF(0, 5, 9, 9), 2, 2);
        painter.setPen(theme.color(Token::TextSecondary));
        painter.setFont(fontOf(TypeStyle::Small));
        painter.drawText(QRectF(15, 0, width(), height()), Qt::AlignVCenter | Qt::AlignLeft, m_name);
    }

private:
    QString m_name;
    Token m_color;
    bool m_isHatched;
};

} // namespace

TopBar::TopBar(QWidget* parent, QueryField* field, TimeScope& time)
    : Panel(parent, Token::BgRaised, Bottom)
    , m_time(time)
    , m_range(makeButton(this, ButtonKind::Default, QString(), "clock"))
    , m_live(new Segmented(this, tr("Follow what arrives"), false))
{
    setFixedHeight(48);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 0, 12, 1);
    layout->setSpacing(8);
    layout->addWidget(field, 1);
    layout->addWidget(m_range);
    layout->addWidget(m_live);
    m_range->setObjectName(QStringLiteral("timeRange"));
    m_live->addLiveChoice(tr("Live"));
    m_live->addChoice(tr("Pause"), "pause");
    connect(m_live, &Segmented::chosen, this, [this](int index) { m_time.setLive(index == 0); });
    connect(m_range, &QPushButton::clicked, this, &TopBar::chooseRange);
    connect(&time, &TimeScope::changed, this, &TopBar::refresh);
    refresh();
}

void TopBar::refresh()
{
    m_range->setText(m_time.label());
    m_live->setCurrent(m_time.isLive() ? 0 : 1);
}

void TopBar::chooseRange()
{
    QMenu menu(this);
    for (const int minutes : {5, 15, 30, 60, 180, 360, 720, 1440}) {
        const QString name
            = minutes < 60 ? tr("Last %1 min").arg(minutes) : tr("Last %1 h").arg(minutes / 60);
        QAction* action = menu.addAction(name);
        action->setCheckable(true);
        action->setChecked(m_time.window() == std::optional<Nanos>(std::chrono::minutes(minutes)));
        connect(action, &QAction::triggered, this,
            [this, minutes] { m_time.setWindow(std::chrono::minutes(minutes)); });
    }
    menu.exec(m_range->mapToGlobal(QPoint(0, m_range->height() + 4)));
}

SubBar::SubBar(QWidget* parent, const QString& title)
    : Panel(parent, Token::BgPanel, Bottom)
    , m_layout(new QHBoxLayout(this))
    , m_summary(new Label(this, TypeStyle::Body, Token::TextSecondary))
{
    setFixedHeight(36);
    m_layout->setContentsMargins(12, 0, 12, 1);
    m_layout->setSpacing(8);
    m_layout->addWidget(new Label(this, TypeStyle::Title, Token::TextPrimary, title));
    m_layout->addSpacing(4);
    m_layout->addWidget(m_summary);
    m_layout->addStretch(1);
    m_summary->setTextFormat(Qt::RichText);
}

void SubBar::setSummary(const QString& html)
{
    if (m_summary->text() != html)
        m_summary->setText(html);
}

void SubBar::addOption(QWidget* option)
{
    m_layout->addWidget(option);
}

void SubBar::addLegend(const QString& name, Token color, bool isHatched)
{
    m_layout->addWidget(new LegendMark(this, name, color, isHatched));
    m_layout->addSpacing(4);
}

QString monoSpan(const QString& text)
{
    const QFont mono = fontOf(TypeStyle::Mono);
    return QStringLiteral("<span style=\"font-family:'%1';font-size:%2px\">%3</span>")
        .arg(mono.family())
        .arg(mono.pixelSize())
        .arg(text.toHtmlEscaped());
}

QString colorSpan(const Theme& theme, Token token, const QString& html)
{
    return QStringLiteral("<span style=\"color:%1\">%2</span>").arg(theme.color(token).name(), html);
}

} // namespace sluice::ui
