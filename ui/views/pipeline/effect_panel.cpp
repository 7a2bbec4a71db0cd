#include "ui/views/pipeline/effect_panel.h"

#include "ui/format/format.h"
#include "ui/views/pipeline/rules_model.h"

#include <QPainter>

#include <algorithm>

namespace sluice::ui {
namespace {

constexpr int kFigureWidth = 148;
constexpr int kHeadHeight = 34;
constexpr int kHeight = 160;

} // namespace

EffectPanel::EffectPanel(QWidget* parent)
    : Panel(parent)
{
    setFixedHeight(kHeight);
    setAccessibleName(tr("Effect of the live revision"));
}

void EffectPanel::setStatus(const EngineStatus& status, Signal signal, const std::string& pipeline)
{
    const std::size_t at = indexOf(signal);
    const QString records = wordFor(0, recordOf(signal));
    std::uint64_t changed = 0;
    std::uint64_t dropped = 0;
    std::uint64_t errors = 0;
    m_bars.clear();
    m_longest = 0;
    for (const RuleCount& count : status.rules) {
        if (count.pipeline != pipeline)
            continue;
        changed += count.changed;
        dropped += count.dropped;
        errors += count.errors;
        const std::size_t slash = count.rule.find('/');
        m_bars.push_back({text(slash == std::string::npos ? count.rule : count.rule.substr(slash + 1)),
            count.changed, count.dropped});
        m_longest = std::max(m_longest, count.changed + count.dropped);
    }
    m_title = tr("Effect");
    //: %1 is the number of a revision
    m_subtitle = status.appliedRevision == 0 ? tr("no rules are live")
                                             : tr("of r%1 since it went live").arg(status.appliedRevision);
    m_figures = {
        {tr("Received"), formatCount(status.stored[at]), tr("%1 since start").arg(records)},
        {tr("Forwarded"), formatShare(status.kept[at], status.judged[at]),
            //: %1 is a number
            tr("%1 kept or changed").arg(formatCount(status.kept[at])), "kept", Token::OutcomeKept},
        {tr("Changed by rules"), formatCount(changed), tr("%1 since then").arg(records), "changed",
            Token::OutcomeChanged},
        {tr("Dropped by rules"), formatCount(dropped), tr("stored, not forwarded"), "dropped",
            Token::OutcomeDropped},
        {tr("Errors"), formatCount(errors), tr("%1 a rule failed on").arg(records),
            errors > 0 ? "warn" : "ok", errors > 0 ? Token::StatusWarn : Token::StatusOk},
        {tr("Waiting"), formatCount(status.waitingRequests), tr("requests not yet judged")},
    };
    //: %1 and %2 are numbers, %3 "spans"
    setAccessibleDescription(
        tr("%1 changed, %2 dropped %3").arg(formatCount(changed), formatCount(dropped), records));
    update();
}

void EffectPanel::paintEvent(QPaintEvent* event)
{
    Panel::paintEvent(event);
    const Theme& theme = themeOf(this);
    QPainter painter(this);
    painter.fillRect(0, 0, width(), 1, theme.color(Token::LineDefault));
    painter.fillRect(0, kHeadHeight - 1, width(), 1, theme.color(Token::LineSubtle));
    painter.setFont(fontOf(TypeStyle::Title));
    painter.setPen(theme.color(Token::TextPrimary));
    painter.drawText(QRect(14, 0, 200, kHeadHeight), Qt::AlignVCenter, m_title);
    const int after = 14 + QFontMetrics(painter.font()).horizontalAdvance(m_title) + 10;
    painter.setFont(fontOf(TypeStyle::Small));
    painter.setPen(theme.color(Token::TextMuted));
    painter.drawText(QRect(after, 0, 400, kHeadHeight), Qt::AlignVCenter, m_subtitle);

    int x = 0;
    painter.setRenderHint(QPainter::Antialiasing);
    for (const Figure& figure : m_figures) {
        painter.setFont(fontOf(TypeStyle::Small, QFont::Medium));
        painter.setPen(theme.color(Token::TextSecondary));
        painter.drawText(
            QRect(x + 14, kHeadHeight + 10, kFigureWidth - 20, 18), Qt::AlignVCenter, figure.caption);
        painter.setFont(fontOf(TypeStyle::Display));
        painter.setPen(theme.color(Token::TextPrimary));
        painter.drawText(
            QRect(x + 14, kHeadHeight + 30, kFigureWidth - 20, 28), Qt::AlignVCenter, figure.value);
        if (figure.icon) {
            const int width = QFontMetrics(painter.font()).horizontalAdvance(figure.value);
            paintIcon(painter, QRectF(x + 14 + width + 7, kHeadHeight + 38, 13, 13), figure.icon,
                theme.color(figure.iconColor));
        }
        painter.setFont(fontOf(TypeStyle::Small));
        painter.setPen(theme.color(Token::TextMuted));
        painter.drawText(
            QRect(x + 14, kHeadHeight + 62, kFigureWidth - 16, 18), Qt::AlignVCenter, figure.detail);
        x += kFigureWidth;
        painter.fillRect(x, kHeadHeight, 1, height() - kHeadHeight, theme.color(Token::LineSubtle));
    }

    const int left = x + 16;
    const int barLeft = left + 130;
    const int barWidth = width() - barLeft - 90;
    painter.setFont(fontOf(TypeStyle::Small, QFont::Medium));
    painter.setPen(theme.color(Token::TextSecondary));
    painter.drawText(QRect(left, kHeadHeight + 6, 200, 18), Qt::AlignVCenter, tr("By rule"));
    if (barWidth < 40 || m_bars.empty()) {
        painter.setPen(theme.color(Token::TextMuted));
        painter.setFont(fontOf(TypeStyle::Small));
        if (m_bars.empty())
            painter.drawText(QRect(left, kHeadHeight + 30, width() - left, 18), Qt::AlignVCenter,
                tr("No rule has changed or dropped anything yet"));
        return;
    }
    int y = kHeadHeight + 25;
    for (const Bar& bar : m_bars) {
        if (y + 16 > height())
            break;
        painter.setFont(fontOf(TypeStyle::Mono));
        painter.setPen(theme.color(Token::TextSecondary));
        painter.drawText(QRect(left, y, 124, 16), Qt::AlignVCenter,
            QFontMetrics(painter.font()).elidedText(bar.name, Qt::ElideRight, 122));
        const double scale
            = m_longest > 0 ? static_cast<double>(barWidth) / static_cast<double>(m_longest) : 0;
        const double changedWidth = static_cast<double>(bar.changed) * scale;
        const double droppedWidth = static_cast<double>(bar.dropped) * scale;
        painter.fillRect(QRectF(barLeft, y + 5, barWidth, 6), theme.color(Token::BgField));
        painter.fillRect(QRectF(barLeft, y + 5, changedWidth, 6), theme.color(Token::OutcomeChanged));
        painter.fillRect(
            QRectF(barLeft + changedWidth, y + 5, droppedWidth, 6), theme.hatch(devicePixelRatioF()));
        painter.setPen(theme.color(Token::TextPrimary));
        painter.drawText(QRect(width() - 84, y, 70, 16), Qt::AlignVCenter | Qt::AlignRight,
            formatCount(bar.changed + bar.dropped));
        y += 16;
    }
}

} // namespace sluice::ui
