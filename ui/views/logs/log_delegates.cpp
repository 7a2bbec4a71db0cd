#include "ui/views/logs/log_delegates.h"

#include "ui/theme/icon.h"

#include <QPainter>

namespace sluice::ui {
namespace {

constexpr int kLongestShown = 400; // Characters: more does not fit a row.

bool isWordPart(QChar letter)
{
    return letter.isLetterOrNumber() || letter == u'_' || letter == u'-' || letter == u'/';
}

} // namespace

Token severityToken(int severity)
{
    if (severity >= 21)
        return Token::SeverityFatal;
    if (severity >= 17)
        return Token::SeverityError;
    if (severity >= 13)
        return Token::SeverityWarn;
    if (severity >= 9)
        return Token::SeverityInfo;
    return severity >= 5 ? Token::SeverityDebug : Token::SeverityTrace;
}

QList<BodyPart> bodyParts(const QString& body)
{
    const qsizetype lineEnd = body.indexOf(u'\n');
    const QString line = body.left(lineEnd < 0 ? kLongestShown : std::min<qsizetype>(lineEnd, kLongestShown));
    QList<BodyPart> parts;
    const auto add = [&parts](QStringView piece, Token color) {
        if (piece.isEmpty())
            return;
        if (!parts.isEmpty() && parts.last().color == color) {
            parts.last().text += piece;
        } else {
            parts.append({piece.toString(), color});
        }
    };
    const QStringView view(line);
    qsizetype at = 0;
    while (at < view.size()) {
        const QChar letter = view[at];
        qsizetype end = at + 1;
        if (letter == u'"' || letter == u'\'') {
            const qsizetype close = line.indexOf(letter, at + 1);
            const bool isApostrophe = letter == u'\'' && at > 0 && view[at - 1].isLetter();
            if (close > 0 && !isApostrophe) {
                end = close + 1;
                add(view.mid(at, end - at), Token::SyntaxString);
                at = end;
                continue;
            }
            add(view.mid(at, 1), Token::TextPrimary);
        } else if (letter.isDigit() && (at == 0 || !isWordPart(view[at - 1]))) {
            while (end < view.size() && (view[end].isDigit() || view[end] == u'.' || view[end] == u','))
                ++end;
            while (!view[end - 1].isDigit())
                --end;
            static const QStringList units{QStringLiteral(" ms"), QStringLiteral(" µs"), QStringLiteral(" s"),
                QStringLiteral(" %"), QStringLiteral("ms"), QStringLiteral("s"), QStringLiteral("%")};
            for (const QString& unit : units) {
                const bool isWhole = end + unit.size() >= view.size() || !isWordPart(view[end + unit.size()]);
                if (view.mid(end).startsWith(unit) && isWhole) {
                    end += unit.size();
                    break;
                }
            }
            add(view.mid(at, end - at), Token::SyntaxNumber);
        } else if (isWordPart(letter)) {
            while (end < view.size() && isWordPart(view[end]))
                ++end;
            add(view.mid(at, end - at), Token::TextPrimary);
        } else {
            add(view.mid(at, 1), Token::TextPrimary);
        }
        at = end;
    }
    return parts;
}

SeverityDelegate::SeverityDelegate(QObject* parent)
    : RowDelegate(parent, TypeStyle::Mono)
{
}

void SeverityDelegate::paintContent(QPainter& painter, const Cell& cell, const QModelIndex& index) const
{
    const int severity = index.data(SeverityRole).toInt();
    const QColor color = cell.isDropped ? ink(cell, index, Token::OutcomeDroppedText)
                                        : cell.theme.color(severityToken(severity));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawRoundedRect(QRectF(cell.rect.left(), cell.rect.center().y() - 6.5, 3, 14), 1.5, 1.5);
    painter.setPen(color);
    painter.setFont(fontOf(TypeStyle::Mono, QFont::Medium));
    painter.drawText(
        cell.rect.adjusted(9, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, index.data().toString());
}

BodyDelegate::BodyDelegate(QObject* parent)
    : RowDelegate(parent, TypeStyle::Mono)
{
}

void BodyDelegate::paintContent(QPainter& painter, const Cell& cell, const QModelIndex& index) const
{
    painter.setFont(fontOf(TypeStyle::Mono));
    const QFontMetricsF metrics(painter.font());
    const QString body = index.data().toString();
    if (cell.isDropped) {
        painter.setPen(ink(cell, index, Token::OutcomeDroppedText));
        painter.drawText(cell.rect, Qt::AlignVCenter | Qt::AlignLeft,
            metrics.elidedText(body.left(kLongestShown).simplified(), Qt::ElideRight, cell.rect.width()));
        return;
    }
    double x = cell.rect.left();
    for (const BodyPart& part : bodyParts(body)) {
        const double left = cell.rect.right() - x;
        if (left <= 0)
            break;
        const double width = metrics.horizontalAdvance(part.text);
        painter.setPen(cell.theme.color(part.color));
        const QString shown = width > left ? metrics.elidedText(part.text, Qt::ElideRight, left) : part.text;
        painter.drawText(
            QRectF(x, cell.rect.top(), left, cell.rect.height()), Qt::AlignVCenter | Qt::AlignLeft, shown);
        x += width;
    }
}

TraceLinkDelegate::TraceLinkDelegate(QObject* parent)
    : RowDelegate(parent, TypeStyle::Mono, Token::AccentDefault)
{
}

void TraceLinkDelegate::paintContent(QPainter& painter, const Cell& cell, const QModelIndex& index) const
{
    if (index.data(MutedRole).toBool()) {
        RowDelegate::paintContent(painter, cell, index);
        return;
    }
    const QColor color = ink(cell, index, Token::AccentDefault);
    paintIcon(painter, QRectF(cell.rect.left(), cell.rect.center().y() - 5, 11, 11), "traces", color);
    painter.setPen(color);
    painter.setFont(fontOf(TypeStyle::Mono));
    painter.drawText(
        cell.rect.adjusted(15, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, index.data().toString());
}

} // namespace sluice::ui
