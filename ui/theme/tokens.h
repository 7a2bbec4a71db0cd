#pragma once

// Every colour of the window by its meaning. Source: design system, section 2.

#include <QColor>

#include <cstddef>

namespace sluice::ui {

enum class Appearance : unsigned char { Dark, Light };

enum class Token : unsigned char {
    BgRail, ///< Navigation rail, status strip.
    BgWindow, ///< Canvas behind the map and the flow, gaps between panels.
    BgPanel, ///< Tables, trees, inspector, charts.
    BgRaised, ///< Top bar, table headers, map nodes, expanded rows.
    BgField, ///< Text fields, code editors, segmented controls.
    BgHover, ///< Row or item under the pointer.
    BgPressed, ///< Pressed button, active segment, neutral badge.
    BgSelected, ///< Selected row in the focused view.
    BgSelectedInactive, ///< Selected row when the view has no focus.
    BgZebra, ///< Optional alternate rows, off by default.
    BgOverlay, ///< Menus, popovers, dialogs, toasts, default button.
    BgTooltip, ///< Tooltips.
    LineSubtle, ///< Row separators, panel inner rules.
    LineDefault, ///< Control borders, panel edges, splitters.
    LineStrong, ///< Popover borders, axis ticks, slider track, unchecked box.
    TextPrimary, ///< Values, names, titles.
    TextSecondary, ///< Labels, ids, numbers of lesser weight.
    TextMuted, ///< Units, captions, placeholders, header cells.
    TextDisabled, ///< Disabled controls only, exempt from AA.
    TextOnAccent, ///< Text on accent.fill.
    TextOnColor, ///< Text on a service colour, see the rule below the palette.
    AccentDefault, ///< Links, active rail icon, tab underline, brush, focusable text.
    AccentFill, ///< Primary button, checked box, tags on charts, highlighted menu item.
    AccentFillHover, ///< Primary button under the pointer.
    AccentFillPressed, ///< Primary button pressed.
    AccentSoft, ///< Tinted background of accent badges and chosen options.
    AccentFocus, ///< 2 px focus ring.
    StatusOk, ///< Success glyphs and text.
    StatusOkBar, ///< Ok counts in time strips and sparklines, calm on purpose.
    StatusError, ///< Errors in text, bars, outlines.
    StatusErrorSoft, ///< Background of error banners and badges.
    StatusWarn, ///< Warnings, half-open circuit.
    StatusWarnSoft, ///< Background of warning banners.
    StatusInfo, ///< Informational severity.
    StatusOkSoft, ///< Background of success badges.
    StatusUnset, ///< Unset status.
    OutcomeKept, ///< Kept glyph.
    OutcomeChanged, ///< Changed glyph.
    OutcomeDropped, ///< Dropped glyph and hollow squares.
    OutcomeDroppedText, ///< All text of a dropped record.
    OutcomeDroppedBar, ///< Hatch background.
    OutcomeDroppedHatch, ///< Hatch lines.
    DiffAdded, ///< Added text and sign.
    DiffAddedBg, ///< Added row.
    DiffRemoved, ///< Removed text and sign.
    DiffRemovedBg, ///< Removed row.
    DiffChanged, ///< Changed text and sign.
    DiffChangedBg, ///< Changed row.
    SeverityTrace, ///< TRACE.
    SeverityDebug, ///< DEBUG.
    SeverityInfo, ///< INFO.
    SeverityWarn, ///< WARN.
    SeverityError, ///< ERROR.
    SeverityFatal, ///< FATAL.
    SyntaxPath, ///< Paths and identifiers.
    SyntaxKey, ///< Attribute keys in brackets.
    SyntaxString, ///< Strings.
    SyntaxNumber, ///< Numbers and enums.
    SyntaxKeyword, ///< And, or, not, where, SQL keywords.
    SyntaxFunction, ///< Functions.
    SyntaxOperator, ///< Operators and brackets.
    SyntaxComment, ///< Comments.
    SyntaxError, ///< Error squiggle.
    ChartFlow, ///< Main band of the pipeline flow.
    ChartOkDot, ///< Dots of the duration scatter.
    ChartGrid, ///< Grid lines.
    ChartAxis, ///< Axis labels.
    ChartP50, ///< P50 line.
    ChartP95, ///< P95 line.
    ChartP99, ///< P99 line.
    ChartDraft, ///< Draft revision in charts.
    ChartCurrent, ///< Live revision in charts.
    ChartExemplar, ///< Exemplar diamonds.
};

inline constexpr std::size_t kTokenCount = static_cast<std::size_t>(Token::ChartExemplar) + 1;
inline constexpr int kServiceSlots = 12;
inline constexpr int kHeatSteps = 7;

QColor colorOf(Token token, Appearance appearance);

/// "bg.panel": for tests and messages.
const char* nameOf(Token token);

/// Colours of the service palette; `slot` from 0 to kServiceSlots - 1.
QColor serviceColor(int slot, Appearance appearance);

/// Of the heatmap; `step` from 0 (low) to kHeatSteps - 1.
QColor heatColor(int step, Appearance appearance);

/// `share` of `top` over `base`, opaque. Tints are made with this, once, instead of with transparency.
QColor blend(const QColor& base, const QColor& top, double share);

/// WCAG 2.1 contrast ratio, 1 to 21.
double contrast(const QColor& a, const QColor& b);

} // namespace sluice::ui
