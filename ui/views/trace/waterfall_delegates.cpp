#include "ui/views/trace/waterfall_delegates.h"

#include "ui/format/format.h"
#include "ui/theme/icon.h"
#include "ui/theme/service_colors.h"
#include "ui/theme/theme.h"
#include "ui/views/trace/waterfall.h"
#include "ui/widgets/time_strip.h"

#include <QPainter>

#include <algorithm>
#include <array>
#include <cmath>

namespace sluice::ui {
namespace {

constexpr double kBarHeight = 9;
constexpr double kBarTop = 7;

const char* iconOfKind(std::uint8_t kind)
{
    constexpr std::array names{
        "k-internal", "k-internal", "k-server", "k-client", "k-producer", "k-consumer"};
    return names[kind < names.size() ? kind : 0];
}

QColor fillRow(QPainter& painter, const QStyleOptionViewItem& option, const Theme& theme, bool isFocused)
{
    Token token = Token::BgPanel;
    if (option.state & QStyle::State_Selected)
        token = isFocused ? Token::BgSelected : Token::BgSelectedInactive;
    else if (option.state & QStyle::State_MouseOver)
        token = Token::BgHover;
    painter.fillRect(option.rect, theme.color(token));
    return theme.color(token);
}

/// Times of the ruler's marks, from the start of the trace.
std::vector<Nanos> marks(const TimelineWindow& window, double width)
{
    const int most = std::max(2, static_cast<int>(width / 74));
    const auto step = Nanos(static_cast<Nanos::rep>(
        std::max(1.0, niceStep(static_cast<double>(window.range().length().count()), most))));
    std::vector<Nanos> result;
    const Nanos from = window.range().begin - window.whole().begin;
    for (Nanos at = (from / step) * step; at <= from + window.range().length(); at += step) {
        if (at >= from)
            result.push_back(at);
    }
    return result;
}

} // namespace

SpanTreeDelegate::SpanTreeDelegate(Waterfall* view)
    : QStyledItemDelegate(view)
    , m_view(view)
{
}

void SpanTreeDelegate::paint(
    QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const int span = m_view->rows().spanAt(index.row());
    if (span < 0)
        return;
    const TraceTree& tree = *m_view->rows().tree();
    const query::SpanRow& row = tree.span(span);
    const Theme& theme = themeOf(m_view);
    painter->save();
    fillRow(*painter, option, theme, m_view->hasFocus());
    painter->setClipRect(option.rect);
    const int depth = tree.depth[static_cast<std::size_t>(span)];
    const QRect rect = option.rect;
    for (int level = 0; level < depth; ++level)
        painter->fillRect(QRect(rect.left() + 14 + level * kIndent, rect.top(), 1, rect.height()),
            theme.color(Token::LineDefault));
    double x = rect.left() + 8 + depth * kIndent;
    const double middle = rect.center().y() + 0.5;
    if (!tree.children[static_cast<std::size_t>(span)].empty())
        paintIcon(*painter, QRectF(x + 1, std::floor(middle - 5), 10, 10),
            m_view->rows().isFolded(span) ? "caret-r" : "caret-d", theme.color(Token::TextMuted));
    x += 17;
    const std::string& service = tree.detail.services[row.service];
    const bool isDropped = row.outcome == query::OutcomeKind::Dropped;
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(
        isDropped ? theme.color(Token::OutcomeDropped) : theme.service(m_view->services().of(service).slot));
    painter->drawRoundedRect(QRectF(x, middle - 7, 3, 14), 1.5, 1.5);
    x += 8;
    paintIcon(*painter, QRectF(x, std::floor(middle - 6), 12, 12), iconOfKind(row.kind),
        theme.color(Token::TextMuted));
    x += 17;

    const bool isError = row.status == 2;
    double right = rect.right() - 8;
    if (isError) {
        paintIcon(*painter, QRectF(right - 9, std::floor(middle - 4), 9, 9), "exception",
            theme.color(Token::StatusError));
        right -= 16;
    }
    if (row.findings != 0) {
        paintIcon(*painter, QRectF(right - 11, std::floor(middle - 5), 11, 11), "warn",
            theme.color(Token::StatusWarn));
        right -= 16;
    }
    if (isDropped) {
        paintIcon(*painter, QRectF(right - 11, std::floor(middle - 5), 11, 11), "dropped",
            theme.color(Token::OutcomeDropped));
        right -= 16;
    } else if (row.outcome == query::OutcomeKind::Changed) {
        paintIcon(*painter, QRectF(right - 9, std::floor(middle - 4), 9, 9), "changed",
            theme.color(Token::OutcomeChanged));
        right -= 16;
    }
    const int parent = tree.parent[static_cast<std::size_t>(span)];
    if (parent < 0 || tree.span(parent).service != row.service) {
        painter->setFont(fontOf(TypeStyle::Strong));
        painter->setPen(theme.color(isDropped ? Token::OutcomeDroppedText : Token::TextSecondary));
        const QString name = text(service);
        const double width = QFontMetricsF(painter->font()).horizontalAdvance(name);
        painter->drawText(QRectF(x, rect.top(), std::max(0.0, right - x), rect.height()),
            Qt::AlignVCenter | Qt::AlignLeft, name);
        x += width + 6;
    }
    painter->setFont(fontOf(TypeStyle::Body));
    painter->setPen(theme.color(isDropped ? Token::OutcomeDroppedText
            : isError                     ? Token::StatusError
                                          : Token::TextPrimary));
    const QString name = row.name.empty() ? QStringLiteral("(no name)") : text(row.name);
    if (right - x > 12)
        painter->drawText(QRectF(x, rect.top(), right - x, rect.height()), Qt::AlignVCenter | Qt::AlignLeft,
            QFontMetrics(painter->font()).elidedText(name, Qt::ElideRight, static_cast<int>(right - x)));
    painter->setClipping(false);
    painter->fillRect(QRect(rect.right(), rect.top(), 1, rect.height()), theme.color(Token::LineDefault));
    if ((option.state & QStyle::State_Selected) && m_view->hasFocus())
        painter->fillRect(
            QRect(rect.left(), rect.top(), 2, rect.height()), theme.color(Token::AccentDefault));
    painter->restore();
}

TimelineDelegate::TimelineDelegate(Waterfall* view)
    : QStyledItemDelegate(view)
    , m_view(view)
{
}

void TimelineDelegate::paint(
    QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const int span = m_view->rows().spanAt(index.row());
    if (span < 0)
        return;
    const TraceTree& tree = *m_view->rows().tree();
    const query::SpanRow& row = tree.span(span);
    const TimelineWindow& window = m_view->window();
    const Theme& theme = themeOf(m_view);
    painter->save();
    const QColor background = fillRow(*painter, option, theme, m_view->hasFocus());
    painter->setClipRect(option.rect);
    painter->translate(option.rect.left() + Waterfall::kPadLeft, option.rect.top());
    const double width = option.rect.width() - Waterfall::kPadLeft - Waterfall::kPadRight;
    const double height = option.rect.height();
    for (const Nanos at : marks(window, width))
        painter->fillRect(QRectF(std::floor(window.toX(window.whole().begin + at, width)), 0, 1, height),
            theme.color(Token::ChartGrid));

    const double limit = 3 * width; // A bar far outside is cut there: painters dislike huge numbers.
    const double left = std::clamp(window.toX(row.start, width), -limit, limit);
    const double right = std::clamp(window.toX(row.start + row.duration, width), -limit, limit);
    const QRectF bar(left, kBarTop, std::max(2.5, right - left), kBarHeight);
    const QColor color = theme.service(m_view->services().of(tree.detail.services[row.service]).slot);
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(row.outcome == query::OutcomeKind::Dropped
            ? theme.hatch(painter->device()->devicePixelRatioF())
            : QBrush(color));
    if (!theme.isDark() && (option.state & QStyle::State_Selected))
        painter->setPen(theme.color(Token::TextSecondary)); // Some light slots are faint on a selected row.
    painter->drawRoundedRect(bar, 2, 2);
    if (row.status == 2) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(theme.color(Token::StatusError));
        if (bar.width() > 6)
            painter->drawRoundedRect(QRectF(bar.right() - 3, bar.top(), 3, bar.height()), 1, 1);
        painter->setBrush(Qt::NoBrush);
        painter->setPen(QPen(theme.color(Token::StatusError), 1));
        painter->drawRoundedRect(bar.adjusted(-0.5, -0.5, 0.5, 0.5), 2.5, 2.5);
    }
    for (const UnixTime event : row.events) {
        const double x = window.toX(event, width);
        if (x < -2 || x > width + 2)
            continue;
        painter->fillRect(QRectF(x - 1.5, kBarTop - 3, 3, kBarHeight + 6), background);
        painter->fillRect(
            QRectF(x - 0.6, kBarTop - 3, 1.25, kBarHeight + 6), theme.color(Token::TextPrimary));
    }

    painter->setFont(fontOf(TypeStyle::MonoSmall));
    painter->setPen(theme.color(
        row.outcome == query::OutcomeKind::Dropped ? Token::OutcomeDroppedText : Token::TextSecondary));
    const QString label = formatDuration(row.duration);
    const double labelWidth = QFontMetricsF(painter->font()).horizontalAdvance(label);
    const double free = width + Waterfall::kPadRight - 6;
    if (bar.right() + 6 + labelWidth <= free)
        painter->drawText(QRectF(std::max(bar.right() + 6, 0.0), 0, 90, height - 1),
            Qt::AlignVCenter | Qt::AlignLeft, label);
    else if (bar.left() - 6 - labelWidth > 0)
        painter->drawText(
            QRectF(bar.left() - 96, 0, 90, height - 1), Qt::AlignVCenter | Qt::AlignRight, label);

    painter->setRenderHint(QPainter::Antialiasing, false);
    if (const auto mark = m_view->mark()) {
        QColor tint = theme.color(Token::AccentDefault);
        tint.setAlphaF(0.14F);
        const double from = window.toX(mark->begin, width);
        painter->fillRect(QRectF(from, 0, window.toX(mark->end, width) - from, height), tint);
    }
    if (const auto cursor = m_view->cursor()) {
        const double x = std::floor(window.toX(*cursor, width));
        for (int y = 0; y < option.rect.height(); y += 6)
            painter->fillRect(QRectF(x, y, 1, 3), theme.color(Token::AccentDefault));
    }
    painter->restore();
}

RulerHeader::RulerHeader(Waterfall* view)
    : QHeaderView(Qt::Horizontal, view)
    , m_view(view)
{
    setFixedHeight(25);
    setStretchLastSection(true);
    setMinimumSectionSize(160);
}

void RulerHeader::paintSection(QPainter* painter, const QRect& rect, int section) const
{
    const Theme& theme = themeOf(this);
    painter->save();
    painter->fillRect(rect, theme.color(Token::BgRaised));
    painter->fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.color(Token::LineDefault));
    if (section == 0) {
        painter->setFont(fontOf(TypeStyle::Small, QFont::Medium));
        painter->setPen(theme.color(Token::TextMuted));
        painter->drawText(rect.adjusted(12, 0, -40, -1), Qt::AlignVCenter | Qt::AlignLeft,
            Waterfall::tr("Service and operation"));
        painter->fillRect(QRect(rect.right(), rect.top(), 1, rect.height()), theme.color(Token::LineDefault));
        painter->restore();
        return;
    }
    painter->setClipRect(rect);
    const TimelineWindow& window = m_view->window();
    const double width = rect.width() - Waterfall::kPadLeft - Waterfall::kPadRight;
    painter->setFont(fontOf(TypeStyle::MonoSmall));
    for (const Nanos at : marks(window, width)) {
        const double x = rect.left() + Waterfall::kPadLeft + window.toX(window.whole().begin + at, width);
        painter->fillRect(QRectF(std::floor(x), rect.bottom() - 6, 1, 6), theme.color(Token::LineStrong));
        painter->setPen(theme.color(Token::ChartAxis));
        const QString label = at == Nanos::zero() ? QStringLiteral("0") : formatDuration(at);
        painter->drawText(QRectF(x - 40, rect.top() + 2, 80, 14),
            at == Nanos::zero() && window.isWhole() ? Qt::AlignCenter : Qt::AlignCenter, label);
    }
    if (const auto cursor = m_view->cursor()) {
        const double x = rect.left() + Waterfall::kPadLeft + window.toX(*cursor, width);
        const auto mark = m_view->mark();
        const QString label
            = mark ? formatDuration(mark->length()) : formatDuration(*cursor - window.whole().begin);
        const double half = QFontMetricsF(painter->font()).horizontalAdvance(label) / 2 + 6;
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(Qt::NoPen);
        painter->setBrush(theme.color(Token::AccentFill));
        const double middle = std::clamp(x, rect.left() + half, rect.right() - half);
        const QRectF box(middle - half, rect.top() + 3, 2 * half, 16);
        painter->drawRoundedRect(box, 3, 3);
        painter->setPen(theme.color(Token::TextOnAccent));
        painter->drawText(box, Qt::AlignCenter, label);
    }
    painter->restore();
}

} // namespace sluice::ui
