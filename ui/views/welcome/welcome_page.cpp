#include "ui/views/welcome/welcome_page.h"

#include "ui/bridge/background.h"
#include "ui/delegates/row_delegate.h"
#include "ui/format/format.h"
#include "ui/views/welcome/snippets.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/toast_host.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QPainter>
#include <QPainterPath>
#include <QPushButton>
#include <QTabBar>
#include <QTimer>
#include <QVBoxLayout>

namespace sluice::ui {
namespace {

constexpr int kLeftWidth = 760;
constexpr int kRightWidth = 424;
constexpr int kTurnMilliseconds = 1200;

/// "gRPC 4317, HTTP 4318": the receivers that listen.
QString portsOf(const EngineStatus& status)
{
    QStringList ports;
    for (const ReceiverInfo& receiver : status.receivers) {
        if (receiver.isListening)
            ports.append(text(receiver.name) + u' ' + QString::number(receiver.port));
    }
    return ports.join(QStringLiteral(", "));
}

int portNumber(const EngineStatus& status, std::size_t index, int fallback)
{
    return index < status.receivers.size() && status.receivers[index].port != 0 ? status.receivers[index].port
                                                                                : fallback;
}

/// An outcome's glyph; follows the theme.
class Glyph final : public QWidget {
public:
    Glyph(QWidget* parent, query::OutcomeKind kind)
        : QWidget(parent)
        , m_kind(kind)
    {
        setFixedSize(12, 12);
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        paintIcon(painter, QRectF(rect()), iconOf(m_kind), themeOf(this).color(tokenOf(m_kind)));
    }

private:
    query::OutcomeKind m_kind;
};

/// A tinted square with an icon, before an offer.
class Plate final : public QWidget {
public:
    Plate(QWidget* parent, const char* icon)
        : QWidget(parent)
        , m_icon(icon)
    {
        setFixedSize(34, 34);
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        const Theme& theme = themeOf(this);
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.color(Token::AccentSoft));
        painter.drawRoundedRect(rect(), 6, 6);
        paintIcon(painter, QRectF(8, 8, 18, 18), m_icon, theme.color(Token::AccentDefault));
    }

private:
    const char* m_icon;
};

void copy(const QString& words)
{
    QApplication::clipboard()->setText(words);
}

} // namespace

/// The three steps with their live state.
class WelcomePage::Steps final : public Card {
public:
    explicit Steps(QWidget* parent)
        : Card(parent)
    {
        setFixedHeight(64);
        m_turn.setInterval(40);
        QObject::connect(&m_turn, &QTimer::timeout, this, [this] {
            m_angle = (m_angle + 360 * m_turn.interval() / kTurnMilliseconds) % 360;
            update(QRect(width() / 3, 0, 60, height()));
        });
    }

    void setState(bool isListening, const QString& ports)
    {
        m_isListening = isListening;
        m_ports = ports;
        setAccessibleName(tr("Ports are open: %1. Waiting for the first record.").arg(ports));
        update();
    }

protected:
    void showEvent(QShowEvent*) override { m_turn.start(); }
    void hideEvent(QHideEvent*) override { m_turn.stop(); }

    void paintEvent(QPaintEvent* event) override
    {
        Card::paintEvent(event);
        const Theme& theme = themeOf(this);
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const double part = (width() - 32) / 3.0;
        paintIcon(painter, QRectF(16, 15, 18, 18), m_isListening ? "ok" : "error",
            theme.color(m_isListening ? Token::StatusOk : Token::StatusError));
        paintText(
            painter, 42, m_isListening ? tr("Ports are open") : tr("Ports are not open"), m_ports, true);
        const QRectF ring(16 + part + 2, 17, 14, 14);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(theme.color(Token::LineDefault), 2));
        painter.drawEllipse(ring);
        painter.setPen(QPen(theme.color(Token::AccentDefault), 2, Qt::SolidLine, Qt::RoundCap));
        painter.drawArc(ring, (90 - m_angle) * 16, -90 * 16);
        paintText(painter, 42 + part, tr("Waiting for the first record"), tr("nothing received yet"), true);
        painter.setPen(QPen(theme.color(Token::LineStrong), 1.5, Qt::CustomDashLine));
        QPen dashed(theme.color(Token::LineStrong), 1.5);
        dashed.setDashPattern({1.7, 1.7});
        painter.setPen(dashed);
        painter.drawEllipse(QRectF(16 + 2 * part + 2, 17, 14, 14));
        paintText(painter, 42 + 2 * part, tr("See your first trace"), tr("it opens here by itself"), false);
        for (const int i : {1, 2})
            painter.fillRect(QRectF(16 + part * i - 54, 24, 40, 1), theme.color(Token::LineStrong));
    }

private:
    void paintText(QPainter& painter, double x, const QString& title, const QString& detail, bool isStrong)
    {
        const Theme& theme = themeOf(this);
        painter.setFont(fontOf(TypeStyle::Body, isStrong ? QFont::DemiBold : QFont::Medium));
        painter.setPen(theme.color(isStrong ? Token::TextPrimary : Token::TextSecondary));
        painter.drawText(QRectF(x, 14, 220, 18), Qt::AlignVCenter | Qt::AlignLeft, title);
        painter.setFont(fontOf(TypeStyle::Small));
        painter.setPen(theme.color(Token::TextMuted));
        painter.drawText(QRectF(x, 32, 220, 18), Qt::AlignVCenter | Qt::AlignLeft, detail);
    }

    bool m_isListening = true;
    QString m_ports;
    QTimer m_turn;
    int m_angle = 0;
};

/// One receiver: dot, name, who uses it, address, copy. In red, with what holds the port, when it does not
/// listen.
class WelcomePage::Endpoint final : public Card {
public:
    /// `otherPort` is offered when the receiver cannot listen where it should.
    Endpoint(QWidget* parent, const QString& name, const QString& users, const QString& prefix, int otherPort)
        : Card(parent)
        , m_prefix(prefix)
        , m_address(new Label(this, TypeStyle::MonoCode, Token::TextPrimary))
        , m_detail(new Label(this, TypeStyle::Small, Token::TextMuted, users))
        , m_other(makeButton(this, ButtonKind::Default, QString()))
    {
        setFixedHeight(52);
        auto* layout = new QHBoxLayout(this);
        layout->setContentsMargins(34, 0, 14, 0);
        layout->setSpacing(12);
        auto* texts = new QVBoxLayout;
        texts->setSpacing(0);
        texts->addStretch(1);
        auto* title = new Label(this, TypeStyle::Body, Token::TextPrimary, name);
        title->setFont(fontOf(TypeStyle::Body, QFont::DemiBold));
        texts->addWidget(title);
        texts->addWidget(m_detail);
        texts->addStretch(1);
        layout->addLayout(texts, 1);
        layout->addWidget(m_address);
        layout->addWidget(m_other);
        //: %1 is the number of a port
        m_other->setText(WelcomePage::tr("Use %1").arg(otherPort));
        m_other->hide();
        QObject::connect(m_other, &QPushButton::clicked, this, [this, otherPort] {
            if (onOther)
                onOther(QStringLiteral("127.0.0.1:%1").arg(otherPort));
        });
        auto* button = makeIconButton(this, "copy", WelcomePage::tr("Copy the address"));
        setButtonKind(button, ButtonKind::Default, false);
        layout->addWidget(button);
        QObject::connect(button, &QPushButton::clicked, this, [this] { copy(m_address->text()); });
        m_users = users;
        m_copy = button;
    }

    /// Another address is to be tried.
    std::function<void(const QString& address)> onOther;

    void show(const ReceiverInfo& receiver)
    {
        const QString address = receiver.addresses.empty() ? QStringLiteral("127.0.0.1:%1").arg(receiver.port)
                                                           : text(receiver.addresses.front());
        m_address->setText(m_prefix + address);
        m_isListening = receiver.isListening;
        const bool isTaken = !receiver.isListening && !receiver.trouble.empty();
        m_address->setVisible(!isTaken);
        m_copy->setVisible(!isTaken);
        m_other->setVisible(isTaken);
        setFixedHeight(isTaken ? 76 : 52);
        m_detail->setText(receiver.trouble.empty() ? m_users : text(receiver.trouble));
        m_detail->setColor(receiver.trouble.empty() ? Token::TextMuted : Token::StatusError);
        m_detail->setWordWrap(!receiver.trouble.empty());
        update();
    }

protected:
    void paintEvent(QPaintEvent* event) override
    {
        Card::paintEvent(event);
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(themeOf(this).color(m_isListening ? Token::StatusOk : Token::StatusError));
        painter.drawEllipse(QRectF(14, height() / 2.0 - 4, 8, 8));
    }

private:
    QString m_prefix;
    QString m_users;
    Label* m_address;
    Label* m_detail;
    QPushButton* m_other;
    QPushButton* m_copy = nullptr;
    bool m_isListening = true;
};

/// How data flows, drawn once: services, received, rules, destinations; dropped records stay in the store.
class WelcomePage::Flow final : public QWidget {
public:
    explicit Flow(QWidget* parent)
        : QWidget(parent)
    {
        setFixedHeight(170);
        setAccessibleName(
            tr("Your services send; records are stored as sent; your rules keep, change or drop; "
               "destinations get what is kept; dropped records stay in the local store"));
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        const Theme& theme = themeOf(this);
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const double scale = width() / 1228.0;
        const double g1 = 300 * scale;
        const double g2 = 640 * scale;
        const double g3 = 960 * scale;
        const QColor band = theme.tint(Token::BgWindow, Token::ChartFlow, 0.55);
        painter.fillRect(QRectF(0, 30, g2, 44), band);
        painter.fillRect(QRectF(g2, 30, width() - g2, 20), band);
        QPainterPath drain(QPointF(g2, 50));
        drain.lineTo(g2 + 4, 50);
        drain.cubicTo(g2 + 46, 50, g2 + 50, 74, g2 + 50, 96);
        drain.lineTo(g2 + 50, 124);
        drain.lineTo(width(), 124);
        drain.lineTo(width(), 146);
        drain.lineTo(g2 + 26, 146);
        drain.lineTo(g2 + 26, 100);
        drain.cubicTo(g2 + 26, 80, g2 + 16, 74, g2, 74);
        painter.fillPath(drain, theme.hatch(devicePixelRatioF()));
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.color(Token::TextMuted));
        for (const auto& [x, bottom] : {std::pair{g1, 80.0}, std::pair{g2, 80.0}, std::pair{g3, 56.0}})
            painter.drawRoundedRect(QRectF(x - 3, 8, 6, bottom - 8), 2, 2);
        paintText(painter, 14, 43, tr("Your services"), QString());
        paintText(painter, g1 + 14, 35, tr("Received as sent"), QString());
        paintText(painter, g1 + 14, 51, QString(), tr("stored before any rule runs"));
        paintText(painter, g2 + 14, 32, tr("Your rules"), tr("keep, change, drop"));
        paintText(painter, g3 + 14, 32, tr("Your destinations"), tr("only what is kept"));
        const QString note = tr("Dropped records stay in the local store, dimmed, with the rule named");
        const double noteWidth = QFontMetricsF(fontOf(TypeStyle::Small)).horizontalAdvance(note) + 30;
        painter.setBrush(theme.color(Token::BgWindow));
        painter.setPen(Qt::NoPen);
        painter.drawRoundedRect(QRectF(g2 + 62, 127, noteWidth, 16), 3, 3);
        paintIcon(painter, QRectF(g2 + 68, 129.5, 11, 11), "dropped", theme.color(Token::OutcomeDropped));
        painter.setFont(fontOf(TypeStyle::Small));
        painter.setPen(theme.color(Token::TextPrimary));
        painter.drawText(QRectF(g2 + 85, 127, noteWidth, 16), Qt::AlignVCenter | Qt::AlignLeft, note);
    }

private:
    void paintText(QPainter& painter, double x, double y, const QString& title, const QString& detail)
    {
        const Theme& theme = themeOf(this);
        painter.setFont(fontOf(TypeStyle::Body, QFont::DemiBold));
        painter.setPen(theme.color(Token::TextPrimary));
        painter.drawText(QRectF(x, y, 300, 16), Qt::AlignVCenter | Qt::AlignLeft, title);
        const double shift = title.isEmpty() ? 0 : QFontMetricsF(painter.font()).horizontalAdvance(title) + 5;
        painter.setFont(fontOf(TypeStyle::Small));
        painter.setPen(theme.color(Token::TextSecondary));
        painter.drawText(QRectF(x + shift, y, 300, 16), Qt::AlignVCenter | Qt::AlignLeft, detail);
    }
};

WelcomePage::WelcomePage(Workbench& bench, QWidget* parent)
    : Page(parent)
    , m_bench(bench)
    , m_steps(new Steps(this))
{
    auto* left = new QVBoxLayout;
    left->setSpacing(18);
    auto* head = new QVBoxLayout;
    head->setSpacing(4);
    head->addWidget(new Label(this, TypeStyle::Hero, Token::TextPrimary, tr("Waiting for telemetry")));
    auto* lead = new Label(this, TypeStyle::Body, Token::TextSecondary,
        tr("Send OpenTelemetry data to this computer and watch it arrive. Nothing leaves your machine until "
           "you add a "
           "destination."));
    QFont leadFont = fontOf(TypeStyle::Ui, QFont::Normal);
    lead->setFont(leadFont);
    lead->setWordWrap(true);
    head->addWidget(lead);
    left->addLayout(head);
    left->addWidget(m_steps);
    auto* endpoints = new QHBoxLayout;
    endpoints->setSpacing(12);
    m_endpoints
        = {new Endpoint(this, tr("OTLP over gRPC"), QStringLiteral("Go, Java, .NET, Rust"), QString(), 14317),
            new Endpoint(this, tr("OTLP over HTTP"), QStringLiteral("Node.js, Python, web"),
                QStringLiteral("http://"), 14318)};
    for (qsizetype i = 0; i < m_endpoints.size(); ++i) {
        endpoints->addWidget(m_endpoints[i], 1);
        m_endpoints[i]->onOther = [this, receiver = std::string(i == 0 ? "grpc" : "http")](
                                      const QString& address) { listen(receiver, address); };
    }
    left->addLayout(endpoints);
    left->addWidget(makeSnippets());
    auto* check = new QHBoxLayout;
    check->setSpacing(16);
    check->addWidget(
        new Label(this, TypeStyle::Small, Token::TextSecondary, tr("Check the port without an SDK:")));
    check->addWidget(new Label(this, TypeStyle::MonoCode, Token::TextPrimary,
        QStringLiteral("sluice send --service hello --span ping")));
    auto* copyCheck = makeIconButton(this, "copy", tr("Copy the command"));
    connect(copyCheck, &QPushButton::clicked, this,
        [] { copy(QStringLiteral("sluice send --service hello --span ping")); });
    check->addWidget(copyCheck);
    check->addStretch(1);
    left->addLayout(check);
    left->addStretch(1);

    auto* columns = new QHBoxLayout;
    columns->setSpacing(44);
    auto* leftBox = new QWidget(this);
    leftBox->setMaximumWidth(kLeftWidth);
    leftBox->setLayout(left);
    left->setContentsMargins(0, 0, 0, 0);
    auto* rightBox = makeActions();
    rightBox->setMaximumWidth(kRightWidth);
    columns->addWidget(leftBox, kLeftWidth);
    columns->addWidget(rightBox, kRightWidth);
    columns->addStretch(1);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(72, 34, 72, 14);
    layout->addLayout(columns, 1);
    layout->addWidget(new Flow(this));
    connect(&bench.feed, &LiveFeed::statusChanged, this, &WelcomePage::refresh);
    refresh();
}

QWidget* WelcomePage::makeSnippets()
{
    auto* card = new Card(this);
    auto* layout = new QVBoxLayout(card);
    layout->setContentsMargins(1, 1, 1, 1);
    layout->setSpacing(0);
    auto* head = new Panel(card, Token::BgRaised, Panel::Bottom, Token::LineDefault);
    auto* headLayout = new QHBoxLayout(head);
    headLayout->setContentsMargins(6, 0, 10, 0);
    m_tabs = new QTabBar(head);
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setAccessibleName(tr("Set-up for"));
    for (const QString& language : snippetLanguages())
        m_tabs->addTab(language);
    headLayout->addWidget(m_tabs);
    headLayout->addStretch(1);
    auto* copyAll = makeButton(head, ButtonKind::Default, tr("Copy all"), "copy", true);
    headLayout->addWidget(copyAll);
    layout->addWidget(head);
    m_snippet = new Label(card, TypeStyle::MonoCode, Token::TextPrimary);
    m_snippet->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_snippet->setContentsMargins(16, 12, 16, 14);
    m_snippet->setMinimumHeight(184);
    m_snippet->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    layout->addWidget(m_snippet);
    auto* foot = new Panel(card, Token::BgPanel, Panel::Top);
    foot->setFixedHeight(34);
    auto* footLayout = new QHBoxLayout(foot);
    footLayout->setContentsMargins(16, 0, 16, 0);
    footLayout->addWidget(new Label(foot, TypeStyle::Small, Token::TextMuted,
        tr("Works with any OpenTelemetry SDK from 1.0. Your service keeps running when Sluice is closed.")));
    layout->addWidget(foot);
    connect(m_tabs, &QTabBar::currentChanged, this, &WelcomePage::showSnippet);
    connect(copyAll, &QPushButton::clicked, this, [this] {
        const EngineStatus& status = m_bench.feed.status();
        copy(snippetFor(m_tabs->currentIndex(), portNumber(status, 0, 4317), portNumber(status, 1, 4318)));
    });
    connect(&m_bench.theme, &Theme::changed, this, [this] { showSnippet(m_tabs->currentIndex()); });
    return card;
}

QWidget* WelcomePage::makeActions()
{
    auto* box = new QWidget(this);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 72, 0, 0);
    layout->setSpacing(12);
    auto* card = new Card(box);
    auto* row = new QHBoxLayout(card);
    row->setContentsMargins(14, 14, 14, 14);
    row->setSpacing(12);
    row->addWidget(new Plate(card, "wave"));
    auto* texts = new QVBoxLayout;
    texts->setSpacing(0);
    auto* title = new Label(card, TypeStyle::Body, Token::TextPrimary, tr("Play the demo shop"));
    title->setFont(fontOf(TypeStyle::Body, QFont::DemiBold));
    texts->addWidget(title);
    texts->addWidget(
        new Label(card, TypeStyle::Small, Token::TextMuted, tr("7 services, live, one incident to find")));
    row->addLayout(texts, 1);
    auto* demo = makeButton(card, ButtonKind::Primary, tr("Start demo"));
    m_demo = demo;
    row->addWidget(demo);
    connect(demo, &QPushButton::clicked, this, &WelcomePage::toggleDemo);
    layout->addWidget(card);

    layout->addSpacing(10);
    auto* heading = new Label(box, TypeStyle::Body, Token::TextPrimary, tr("How Sluice keeps data"));
    heading->setFont(fontOf(TypeStyle::Body, QFont::DemiBold));
    layout->addWidget(heading);
    const std::pair<query::OutcomeKind, QString> lines[]
        = {{query::OutcomeKind::Kept, tr("passed every rule, goes to your destinations")},
            {query::OutcomeKind::Changed, tr("a rule edited it, both versions are stored")},
            {query::OutcomeKind::Dropped, tr("a rule held it back, it stays visible here")}};
    for (const auto& [kind, words] : lines) {
        auto* line = new QHBoxLayout;
        line->setSpacing(8);
        line->addWidget(new Glyph(box, kind));
        auto* word = new Label(box, TypeStyle::Strong, Token::TextPrimary, wordOf(kind));
        word->setFixedWidth(62);
        line->addWidget(word);
        line->addWidget(new Label(box, TypeStyle::Body, Token::TextSecondary, words), 1);
        layout->addLayout(line);
    }
    layout->addStretch(1);
    return box;
}

QList<QWidget*> WelcomePage::areas() const
{
    return {m_demo, m_tabs};
}

void WelcomePage::showSnippet(int index)
{
    const EngineStatus& status = m_bench.feed.status();
    const Theme& theme = m_bench.theme;
    QString html;
    for (const QString& line :
        snippetFor(index, portNumber(status, 0, 4317), portNumber(status, 1, 4318)).split(u'\n')) {
        QString shown = line.toHtmlEscaped();
        shown.replace(QStringLiteral("  "), QStringLiteral("&nbsp;&nbsp;"));
        const auto colored = [&theme](Token token, const QString& part) {
            return QStringLiteral("<span style=\"color:%1\">%2</span>").arg(theme.color(token).name(), part);
        };
        if (line.startsWith(u'#'))
            shown = colored(Token::SyntaxComment, shown);
        else if (line.startsWith(QLatin1String("export ")))
            shown = colored(Token::SyntaxKeyword, QStringLiteral("export")) + u' '
                + shown.mid(7).section(u'=', 0, 0) + u'='
                + colored(Token::SyntaxString, shown.mid(7).section(u'=', 1));
        else if (line.contains(u' ') && !line.startsWith(u' '))
            shown = colored(Token::SyntaxFunction, shown.section(u' ', 0, 0)) + u' ' + shown.section(u' ', 1);
        html += QStringLiteral("<div style=\"line-height:20px\">%1</div>")
                    .arg(shown.isEmpty() ? QStringLiteral("&nbsp;") : shown);
    }
    m_snippet->setText(html);
}

void WelcomePage::refresh()
{
    const EngineStatus& status = m_bench.feed.status();
    bool isListening = !status.receivers.empty();
    for (const ReceiverInfo& receiver : status.receivers)
        isListening &= receiver.isListening;
    m_steps->setState(isListening, portsOf(status));
    for (qsizetype i = 0; i < m_endpoints.size() && static_cast<std::size_t>(i) < status.receivers.size();
         ++i)
        m_endpoints[i]->show(status.receivers[static_cast<std::size_t>(i)]);
    if (m_snippet->text().isEmpty())
        showSnippet(0);
}

void WelcomePage::listen(const std::string& receiver, const QString& address)
{
    runInBackground(
        &m_bench.pool, this,
        [control = &m_bench.control, receiver, where = address.toStdString()] {
            const auto answer = control->listen(receiver, where);
            return answer ? std::string() : answer.error().text;
        },
        [this](const std::string& error) {
            m_bench.feed.refresh();
            if (!error.empty())
                m_bench.toasts.show(
                    ToastHost::Kind::Error, tr("The receiver stays where it was"), text(error));
        });
}

void WelcomePage::toggleDemo()
{
    m_demo->setEnabled(false);
    runInBackground(
        &m_bench.pool, this, [control = &m_bench.control] { return control->setDemoRunning(true); },
        [this](const Result<void, ControlError>& answer) {
            m_demo->setEnabled(true);
            if (!answer)
                m_bench.toasts.show(
                    ToastHost::Kind::Error, tr("The demo did not start"), text(answer.error().text));
        });
}

void WelcomePage::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), themeOf(this).color(Token::BgWindow));
}

} // namespace sluice::ui
