#include "ui/main_window/status_strip.h"

#include "ui/bridge/live_feed.h"
#include "ui/format/format.h"
#include "ui/widgets/controls.h"

#include <QAbstractButton>
#include <QElapsedTimer>
#include <QHBoxLayout>
#include <QPainter>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

namespace sluice::ui {

/// One item: pieces of text, each in its own style, with a dot, an icon or a sparkline before or among them.
class StatusItem final : public QAbstractButton {
public:
    struct Piece {
        enum class Kind { Text, Number, Soft, Dot, Icon, Spark, Badge };
        Kind kind = Kind::Text;
        QString text{};
        Token color = Token::TextSecondary;
        const char* icon = nullptr;
        QList<double> values{};
    };

    explicit StatusItem(QWidget* parent)
        : QAbstractButton(parent)
    {
        setAttribute(Qt::WA_Hover);
        setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Expanding);
    }

    void setPieces(std::vector<Piece> pieces, const QString& spoken)
    {
        m_pieces = std::move(pieces);
        setAccessibleName(spoken);
        setToolTip(spoken);
        updateGeometry();
        update();
    }

    bool hasEdge = true;

    [[nodiscard]] QSize sizeHint() const override
    {
        double width = 20 + 6.0 * static_cast<double>(m_pieces.empty() ? 0 : m_pieces.size() - 1);
        for (const Piece& piece : m_pieces)
            width += widthOf(piece);
        return {static_cast<int>(std::ceil(width)) + 1, 25};
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        const Theme& theme = themeOf(this);
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        if (underMouse() || hasFocus())
            painter.fillRect(rect(), theme.color(Token::BgHover));
        double x = 10;
        for (const Piece& piece : m_pieces) {
            paintPiece(painter, theme, piece, x);
            x += widthOf(piece) + 6;
        }
        if (hasEdge)
            painter.fillRect(width() - 1, 0, 1, height(), theme.color(Token::LineSubtle));
    }

private:
    static QFont fontFor(const Piece& piece)
    {
        return piece.kind == Piece::Kind::Number ? fontOf(TypeStyle::Mono)
            : piece.kind == Piece::Kind::Badge   ? fontOf(TypeStyle::Small, QFont::Medium)
                                                 : fontOf(TypeStyle::Small);
    }

    static double widthOf(const Piece& piece)
    {
        switch (piece.kind) {
        case Piece::Kind::Dot: return 7;
        case Piece::Kind::Icon: return 13;
        case Piece::Kind::Spark: return 40;
        case Piece::Kind::Badge: return QFontMetricsF(fontFor(piece)).horizontalAdvance(piece.text) + 12;
        default: return QFontMetricsF(fontFor(piece)).horizontalAdvance(piece.text);
        }
    }

    void paintPiece(QPainter& painter, const Theme& theme, const Piece& piece, double x) const
    {
        const double middle = height() / 2.0;
        const QColor ink = theme.color(piece.color);
        painter.setPen(ink);
        switch (piece.kind) {
        case Piece::Kind::Dot:
            painter.setPen(Qt::NoPen);
            painter.setBrush(ink);
            painter.drawEllipse(QRectF(x, middle - 3.5, 7, 7));
            return;
        case Piece::Kind::Icon: paintIcon(painter, QRectF(x, middle - 6.5, 13, 13), piece.icon, ink); return;
        case Piece::Kind::Spark:
            Sparkline::paint(painter, QRectF(x, middle - 6, 40, 12), piece.values, ink);
            return;
        case Piece::Kind::Badge:
            painter.setPen(Qt::NoPen);
            painter.setBrush(theme.color(Token::DiffChangedBg));
            painter.drawRoundedRect(QRectF(x, middle - 8, widthOf(piece), 16), 3, 3);
            painter.setPen(ink);
            x += 6;
            break;
        default: break;
        }
        painter.setFont(fontFor(piece));
        painter.drawText(QRectF(x, 0, width(), height()), Qt::AlignVCenter | Qt::AlignLeft, piece.text);
    }

    std::vector<Piece> m_pieces;
};

namespace {

using Piece = StatusItem::Piece;

Piece word(const QString& text)
{
    return {.text = text};
}
Piece soft(const QString& text)
{
    return {.kind = Piece::Kind::Soft, .text = text, .color = Token::TextMuted};
}
Piece number(const QString& text, Token color = Token::TextPrimary)
{
    return {.kind = Piece::Kind::Number, .text = text, .color = color};
}
Piece dot(Token color)
{
    return {.kind = Piece::Kind::Dot, .color = color};
}
Piece icon(const char* name, Token color = Token::TextSecondary)
{
    return {.kind = Piece::Kind::Icon, .color = color, .icon = name};
}

qint64 monotonicMilliseconds()
{
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

QString spokenOf(const std::vector<Piece>& pieces)
{
    QStringList words;
    for (const Piece& piece : pieces) {
        if (!piece.text.isEmpty())
            words.append(piece.text);
    }
    return words.join(u' ');
}

} // namespace

StatusStrip::StatusStrip(QWidget* parent, LiveFeed& feed)
    : QWidget(parent)
    , m_feed(feed)
    , m_layout(new QHBoxLayout(this))
{
    setFixedHeight(26);
    setAccessibleName(tr("Status"));
    m_layout->setContentsMargins(4, 1, 4, 0);
    m_layout->setSpacing(0);
    for (std::size_t i = 0; i < feed.status().receivers.size(); ++i) {
        m_receivers.push_back(addItem(QStringLiteral("diagnostics")));
        m_rates.emplace_back();
    }
    m_pipeline = addItem(QStringLiteral("pipeline"));
    m_kept = addItem(QStringLiteral("traces"));
    m_behind = addItem(QStringLiteral("destinations"));
    m_store = addItem(QStringLiteral("settings"));
    m_layout->addStretch(1);
    m_destinations = addItem(QStringLiteral("destinations"));
    m_destinations->hasEdge = false;
    connect(&feed, &LiveFeed::statusChanged, this, &StatusStrip::refresh);
    refresh();
}

StatusItem* StatusStrip::addItem(const QString& page)
{
    auto* item = new StatusItem(this);
    m_layout->addWidget(item);
    connect(item, &QAbstractButton::clicked, this, [this, page] { Q_EMIT openPage(page); });
    return item;
}

void StatusStrip::refresh()
{
    const EngineStatus& status = m_feed.status();
    showReceivers(status);

    std::vector<Piece> pipeline{icon("pipeline"), word(tr("Pipeline"))};
    if (status.appliedRevision > 0)
        pipeline.push_back(number(QStringLiteral("r%1").arg(status.appliedRevision)));
    else
        pipeline.push_back(soft(tr("pass-through")));
    m_pipeline->setPieces(pipeline, spokenOf(pipeline));

    const std::size_t traces = indexOf(Signal::Traces);
    std::vector<Piece> kept{icon("kept", Token::OutcomeKept), word(tr("Kept")),
        number(formatShare(status.kept[traces], status.judged[traces])), soft(tr("of spans"))};
    m_kept->setPieces(kept, spokenOf(kept));
    m_kept->setVisible(status.judged[traces] > 0);

    std::vector<Piece> store{icon("sql"), word(tr("Store")), number(formatBytes(status.captureBytes))};
    if (status.retentionBytes > 0)
        store.push_back(soft(tr("of %1", "size of the store").arg(formatBytes(status.retentionBytes))));
    if (status.retentionAge > Nanos::zero())
        store.push_back(
            soft(tr("keeps %1 h")
                     .arg(std::chrono::duration_cast<std::chrono::hours>(status.retentionAge).count())));
    if (!status.captureTrouble.empty())
        store.insert(store.begin(), icon("error", Token::StatusError));
    m_store->setPieces(store, status.captureTrouble.empty() ? spokenOf(store) : text(status.captureTrouble));

    showDestinations(status);
    fold();
}

void StatusStrip::showReceivers(const EngineStatus& status)
{
    const qint64 now = monotonicMilliseconds();
    const bool isSample = m_lastSample == 0 || now - m_lastSample >= 1000;
    for (std::size_t i = 0; i < std::min(m_receivers.size(), status.receivers.size()); ++i) {
        const ReceiverInfo& receiver = status.receivers[i];
        Rate& rate = m_rates[i];
        const std::uint64_t count = receiver.records[indexOf(Signal::Traces)];
        if (isSample) {
            if (m_lastSample > 0)
                rate.perSecond.push_back(static_cast<double>(count - rate.lastCount) * 1000.0
                    / static_cast<double>(now - m_lastSample));
            while (rate.perSecond.size() > 60)
                rate.perSecond.pop_front();
            rate.lastCount = count;
        }
        const Token color = receiver.isListening ? Token::StatusOk
            : receiver.trouble.empty()           ? Token::TextDisabled
                                                 : Token::StatusError;
        std::vector<Piece> pieces{dot(color), word(text(receiver.name))};
        if (receiver.port != 0)
            pieces.push_back(number(QStringLiteral(":%1").arg(receiver.port), Token::TextSecondary));
        if (!receiver.isListening) {
            pieces.push_back(soft(receiver.trouble.empty() ? tr("off") : tr("not listening")));
        } else if (count == 0) {
            pieces.push_back(soft(tr("listening")));
        } else {
            const double now5 = rate.perSecond.empty() ? 0 : rate.perSecond.back();
            QList<double> values(rate.perSecond.begin(), rate.perSecond.end());
            while (values.size() < 22)
                values.prepend(0);
            pieces.push_back({.kind = Piece::Kind::Spark, .color = Token::StatusOk, .values = values});
            pieces.push_back(number(formatRate(now5)));
            pieces.push_back(soft(tr("spans/s")));
        }
        m_receivers[i]->setPieces(
            pieces, receiver.trouble.empty() ? spokenOf(pieces) : text(receiver.trouble));
    }
    if (isSample)
        m_lastSample = now;
}

void StatusStrip::showDestinations(const EngineStatus& status)
{
    std::vector<Piece> pieces;
    std::uint64_t failing = 0;
    Nanos behind{0};
    const UnixTime now = std::chrono::time_point_cast<Nanos>(std::chrono::system_clock::now());
    for (const DestinationStatus& destination : status.destinations) {
        const bool isFailing = destination.state == DestinationState::Retrying;
        failing += isFailing ? 1 : 0;
        pieces.push_back(dot(isFailing                       ? Token::StatusError
                : destination.state == DestinationState::Off ? Token::TextDisabled
                                                             : Token::StatusOk));
        if (destination.behindRecords > 0 && destination.behindSince.time_since_epoch() > Nanos::zero())
            behind = std::max(behind, now - destination.behindSince);
    }
    if (status.destinations.empty()) {
        pieces = {icon("dest", Token::TextMuted), soft(tr("No destinations"))};
    } else {
        pieces.push_back(word(formatCounted(status.destinations.size(), Counted::Destination)));
        if (failing > 0) {
            Piece piece = word(tr("%1 retrying").arg(failing));
            piece.color = Token::StatusError;
            pieces.push_back(piece);
        }
    }
    m_destinations->setPieces(pieces, spokenOf(pieces));
    std::vector<Piece> late{
        icon("queue"), word(tr("Behind")), number(behind.count() == 0 ? tr("0 s") : formatDuration(behind))};
    m_behind->setPieces(late, spokenOf(late));
    m_behind->setVisible(!status.destinations.empty());
}

void StatusStrip::fold()
{
    int width = 8;
    for (StatusItem* item : m_receivers)
        width += item->sizeHint().width();
    width += m_destinations->sizeHint().width() + m_pipeline->sizeHint().width();
    for (StatusItem* item : {m_kept, m_behind, m_store}) {
        width += item->sizeHint().width();
        item->setMaximumWidth(width > this->width() && this->width() > 0 ? 0 : QWIDGETSIZE_MAX);
    }
}

void StatusStrip::resizeEvent(QResizeEvent*)
{
    fold();
}

void StatusStrip::paintEvent(QPaintEvent*)
{
    const Theme& theme = themeOf(this);
    QPainter painter(this);
    painter.fillRect(rect(), theme.color(Token::BgRail));
    painter.fillRect(0, 0, width(), 1, theme.color(Token::LineSubtle));
}

} // namespace sluice::ui
