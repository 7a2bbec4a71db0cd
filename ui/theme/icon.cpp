#include "ui/theme/icon.h"

#include "ui/theme/theme.h"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPixmap>
#include <QPixmapCache>
#include <QSvgRenderer>

#include <cmath>

namespace sluice::ui {
namespace {

QPixmap pixmapOf(const char* name, const QColor& color, QSizeF size, double ratio)
{
    const QSize pixels(static_cast<int>(std::ceil(size.width() * ratio)),
        static_cast<int>(std::ceil(size.height() * ratio)));
    const QString key
        = QStringLiteral("sluice-icon/%1/%2/%3").arg(QLatin1String(name), color.name()).arg(pixels.width());
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap))
        return pixmap;
    pixmap = QPixmap(pixels);
    pixmap.fill(Qt::transparent);
    QFile file(QStringLiteral(":/icons/%1.svg").arg(QLatin1String(name)));
    if (file.open(QIODevice::ReadOnly)) {
        QSvgRenderer renderer(file.readAll().replace("currentColor", color.name().toLatin1()));
        QPainter painter(&pixmap);
        painter.setRenderHint(QPainter::Antialiasing);
        renderer.render(&painter, QRectF(QPointF(), QSizeF(pixels)));
    }
    pixmap.setDevicePixelRatio(ratio);
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

class ThemedIcon final : public QIconEngine {
public:
    ThemedIcon(const char* name, Token color)
        : m_name(name)
        , m_color(color)
    {
    }

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override
    {
        paintIcon(*painter, rect, m_name, colorFor(mode));
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State) override
    {
        QPixmap pixmap = pixmapOf(m_name, colorFor(mode), size, 1.0);
        pixmap.setDevicePixelRatio(1.0);
        return pixmap;
    }
    QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State, qreal) override
    {
        return pixmapOf(m_name, colorFor(mode), size, 1.0);
    }
    [[nodiscard]] QIconEngine* clone() const override { return new ThemedIcon(*this); }

private:
    [[nodiscard]] QColor colorFor(QIcon::Mode mode) const
    {
        return themeOf().color(mode == QIcon::Disabled ? Token::TextDisabled : m_color);
    }

    const char* m_name; // Always a literal.
    Token m_color;
};

} // namespace

QIcon iconOf(const char* name, Token color)
{
    return QIcon(new ThemedIcon(name, color)); // QIcon owns the engine.
}

void paintIcon(QPainter& painter, const QRectF& rect, const char* name, const QColor& color)
{
    const double ratio = painter.device() != nullptr ? painter.device()->devicePixelRatioF() : 1.0;
    painter.drawPixmap(rect.topLeft(), pixmapOf(name, color, rect.size(), ratio));
}

} // namespace sluice::ui
