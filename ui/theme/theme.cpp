#include "ui/theme/theme.h"

#include "ui/theme/sluice_style.h"

#include <QApplication>
#include <QBrush>
#include <QFile>
#include <QFontDatabase>
#include <QHash>
#include <QPainter>
#include <QPixmap>
#include <QWidget>

#include <algorithm>
#include <cmath>

// In a static library nothing else makes the linker keep the resources.
static void initResources()
{
    Q_INIT_RESOURCE(sluice_resources);
}

namespace sluice::ui {
namespace {

constexpr const char* kSans = "InterS"; // What resources/fonts/outline.py calls it.
constexpr const char* kDisplay = "InterS Display";
constexpr const char* kMono = "JetBrains Code"; // What withoutLigatures() calls it.

struct TypeRow {
    const char* family;
    int pixels;
    int weight;
};

TypeRow rowOf(TypeStyle style)
{
    switch (style) {
    case TypeStyle::Caption: return {kSans, 10, QFont::Medium};
    case TypeStyle::Small: return {kSans, 11, QFont::Normal};
    case TypeStyle::Body: return {kSans, 12, QFont::Normal};
    case TypeStyle::Strong: return {kSans, 12, QFont::Medium};
    case TypeStyle::Ui: return {kSans, 13, QFont::Medium};
    case TypeStyle::Title: return {kSans, 13, QFont::DemiBold};
    case TypeStyle::Heading: return {kSans, 15, QFont::DemiBold};
    case TypeStyle::Display: return {kDisplay, 20, QFont::DemiBold};
    case TypeStyle::Hero: return {kDisplay, 26, QFont::DemiBold};
    case TypeStyle::MonoSmall: return {kMono, 10, QFont::Normal};
    case TypeStyle::Mono: return {kMono, 11, QFont::Normal};
    case TypeStyle::MonoCode: return {kMono, 12, QFont::Normal};
    }
    return {kSans, 12, QFont::Normal};
}

// ">=" must show as typed, and Qt 6.4 can switch off no font feature. The copy in memory gets another tag for
// contextual alternates, which no shaper asks for, and another family name of the same length, so that it is
// not mistaken for the system's font.
QByteArray withoutLigatures(QByteArray font)
{
    font.replace("calt", "zzzz");
    font.replace("JetBrains Mono", "JetBrains Code");
    font.replace("JetBrainsMono", "JetBrainsCode");
    QByteArray from;
    QByteArray to;
    for (const char letter : QByteArray("Mono"))
        from.append('\0').append(letter);
    for (const char letter : QByteArray("Code"))
        to.append('\0').append(letter);
    return font.replace(from, to);
}

bool loadFont(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return false;
    QByteArray data = file.readAll();
    if (path.contains(QLatin1String("JetBrains")))
        data = withoutLigatures(std::move(data));
    return QFontDatabase::addApplicationFontFromData(data) >= 0;
}

Appearance systemAppearance()
{
    // Qt 6.4 has no colour scheme hint; the system's palette tells.
    const QPalette palette = QApplication::style() ? QApplication::style()->standardPalette() : QPalette();
    return palette.color(QPalette::Window).lightness() < 128 ? Appearance::Dark : Appearance::Light;
}

} // namespace

namespace {

QFont makeFont(TypeStyle style, int weight)
{
    const TypeRow row = rowOf(style);
    QFont font(QString::fromLatin1(row.family));
    font.setPixelSize(row.pixels);
    font.setWeight(static_cast<QFont::Weight>(weight > 0 ? weight : row.weight));
    font.setHintingPreference(QFont::PreferNoHinting);
    font.setStyleStrategy(QFont::NoSubpixelAntialias);
    if (row.family == kMono)
        font.setStyleHint(QFont::Monospace);
    if (style == TypeStyle::Hero)
        font.setLetterSpacing(QFont::AbsoluteSpacing, -0.26);
    return font;
}

} // namespace

QFont fontOf(TypeStyle style, int weight)
{
    // Every cell asks for its font while it paints, and a font that is made anew looks its engine up again.
    thread_local QHash<int, QFont> made;
    constexpr int kWeights = 1024; // Above the heaviest.
    const int key = static_cast<int>(style) * kWeights + weight;
    const auto found = made.constFind(key);
    return found != made.constEnd() ? *found : *made.insert(key, makeFont(style, weight));
}

bool loadFonts()
{
    bool isComplete = true;
    for (const char* name : {"Inter-Regular", "Inter-Medium", "Inter-SemiBold", "InterDisplay-SemiBold",
             "JetBrainsMono-Regular", "JetBrainsMono-Medium", "JetBrainsMono-SemiBold"})
        isComplete &= loadFont(QStringLiteral(":/fonts/%1.ttf").arg(QLatin1String(name)));
    return isComplete;
}

Theme::Theme(ThemeChoice choice, QObject* parent)
    : QObject(parent)
    , m_choice(choice)
{
    load();
}

void Theme::load()
{
    m_appearance = m_choice == ThemeChoice::System ? systemAppearance()
        : m_choice == ThemeChoice::Dark            ? Appearance::Dark
                                                   : Appearance::Light;
    for (std::size_t i = 0; i < kTokenCount; ++i)
        m_colors[i] = colorOf(static_cast<Token>(i), m_appearance);
}

void Theme::setChoice(ThemeChoice choice)
{
    const Appearance before = m_appearance;
    m_choice = choice;
    load();
    if (m_appearance == before)
        return;
    QApplication::setPalette(palette());
    Q_EMIT changed();
    for (QWidget* window : QApplication::topLevelWidgets())
        window->update();
}

QPalette Theme::palette() const
{
    QPalette palette;
    const auto set = [&](QPalette::ColorRole role, Token token) { palette.setColor(role, color(token)); };
    set(QPalette::Window, Token::BgWindow);
    set(QPalette::Base, Token::BgPanel);
    set(QPalette::AlternateBase, Token::BgZebra);
    set(QPalette::Button, Token::BgOverlay);
    for (const auto role :
        {QPalette::Text, QPalette::WindowText, QPalette::ButtonText, QPalette::HighlightedText})
        set(role, Token::TextPrimary);
    set(QPalette::PlaceholderText, Token::TextMuted);
    set(QPalette::Highlight, Token::BgSelected);
    palette.setColor(QPalette::Inactive, QPalette::Highlight, color(Token::BgSelectedInactive));
    set(QPalette::Link, Token::AccentDefault);
    set(QPalette::ToolTipBase, Token::BgTooltip);
    palette.setColor(
        QPalette::ToolTipText, isDark() ? color(Token::TextPrimary) : color(Token::TextOnAccent));
    set(QPalette::Light, Token::BgRaised);
    set(QPalette::Midlight, Token::BgRaised);
    set(QPalette::Mid, Token::LineDefault);
    set(QPalette::Dark, Token::LineStrong);
    set(QPalette::Shadow, Token::LineStrong);
    set(QPalette::BrightText, Token::TextOnAccent);
    for (const auto role : {QPalette::Text, QPalette::WindowText, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, color(Token::TextDisabled));
    return palette;
}

QBrush Theme::hatch(double ratio) const
{
    constexpr double kPeriod = 4.0 * 1.41421356; // Along the axis, for 4 px between lines.
    const int size = static_cast<int>(std::ceil(kPeriod * std::max(1.0, ratio)));
    QPixmap tile(size, size);
    tile.fill(color(Token::OutcomeDroppedBar));
    QPainter painter(&tile);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(color(Token::OutcomeDroppedHatch), 1.3 * std::max(1.0, ratio)));
    for (const int shift : {-size, 0, size})
        painter.drawLine(QPointF(shift - size, 2.0 * size), QPointF(shift + 2.0 * size, -size));
    painter.end();
    QBrush brush(tile);
    brush.setTransform(QTransform::fromScale(1.0 / std::max(1.0, ratio), 1.0 / std::max(1.0, ratio)));
    return brush;
}

void dressApplication(Theme& theme)
{
    initResources();
    loadFonts();
    QApplication::setStyle(new SluiceStyle(theme)); // The application takes it.
    QApplication::setPalette(theme.palette());
    QApplication::setFont(fontOf(TypeStyle::Body));
}

const Theme& themeOf(const QWidget* widget)
{
    const QStyle* style = widget != nullptr ? widget->style() : QApplication::style();
    if (const auto* ours = qobject_cast<const SluiceStyle*>(style))
        return ours->theme();
    if (const auto* ours = qobject_cast<const SluiceStyle*>(QApplication::style()))
        return ours->theme();
    static const Theme fallback; // Immutable: nobody can reach it to change it.
    return fallback;
}

} // namespace sluice::ui
