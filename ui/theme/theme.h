#pragma once

#include "ui/theme/tokens.h"

#include <QFont>
#include <QObject>
#include <QPalette>

#include <array>

class QWidget;

namespace sluice::ui {

enum class ThemeChoice : unsigned char { Dark, Light, System };

/// Type styles of the design system, section 3. Everything compared character by character is Mono.
enum class TypeStyle : unsigned char {
    Caption, ///< 10, rail labels and axis captions.
    Small, ///< 11, badges, secondary text, table headers.
    Body, ///< 12, the default.
    Strong, ///< 12 medium, what identifies a row; buttons, tabs.
    Ui, ///< 13 medium, dialog text.
    Title, ///< 13 semibold, panel titles.
    Heading, ///< 15 semibold, page headers.
    Display, ///< 20, key figures.
    Hero, ///< 26, welcome and empty states.
    MonoSmall, ///< 10, axis numbers, keycaps, monograms.
    Mono, ///< 11, numbers, ids, attributes.
    MonoCode, ///< 12, editors, the query field, bodies.
};

/// The font of a style, without hinting and with whole pixel sizes. `weight` overrides the style's own.
QFont fontOf(TypeStyle style, int weight = 0);

/// Makes Inter and the mono family known to Qt from the program's resources. Once, after QApplication.
/// False when a file is missing: Qt then falls back to what the system has.
bool loadFonts();

/// Every colour that is on screen. One object per program, owned by whoever made the QApplication; widgets
/// find it with themeOf(). UI thread.
class Theme final : public QObject {
    Q_OBJECT

public:
    explicit Theme(ThemeChoice choice = ThemeChoice::Dark, QObject* parent = nullptr);

    [[nodiscard]] ThemeChoice choice() const { return m_choice; }
    [[nodiscard]] Appearance appearance() const { return m_appearance; }
    [[nodiscard]] bool isDark() const { return m_appearance == Appearance::Dark; }

    /// Sets the application's palette and emits changed() when the appearance becomes another.
    void setChoice(ThemeChoice choice);

    [[nodiscard]] const QColor& color(Token token) const { return m_colors[static_cast<std::size_t>(token)]; }
    [[nodiscard]] QColor service(int slot) const { return serviceColor(slot, m_appearance); }
    [[nodiscard]] QColor tint(Token base, Token top, double share) const
    {
        return blend(color(base), color(top), share);
    }
    [[nodiscard]] QPalette palette() const;

    /// Hatch at 45 degrees: dropped, and nothing else. Ready to fill with, for `ratio` device pixels per
    /// pixel.
    [[nodiscard]] QBrush hatch(double ratio) const;

Q_SIGNALS:
    void changed();

private:
    void load();

    ThemeChoice m_choice;
    Appearance m_appearance = Appearance::Dark;
    std::array<QColor, kTokenCount> m_colors;
};

/// Loads resources and fonts, installs the style, the palette and the default font. Once, after QApplication;
/// the theme must live as long as the application.
void dressApplication(Theme& theme);

/// The theme of the application's style; a dark one of its own when the style is another (tests).
const Theme& themeOf(const QWidget* widget = nullptr);

} // namespace sluice::ui
