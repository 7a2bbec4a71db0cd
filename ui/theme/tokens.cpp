#include "ui/theme/tokens.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace sluice::ui {
namespace {

struct Entry {
    const char* name;
    QRgb dark;
    QRgb light;
};

// The only place with colour values.
constexpr std::array<Entry, kTokenCount> kTokens{
    Entry{"bg.rail", 0x0A0F14, 0xEAEEF2},
    Entry{"bg.window", 0x0E1319, 0xF1F4F7},
    Entry{"bg.panel", 0x13181F, 0xFFFFFF},
    Entry{"bg.raised", 0x191F27, 0xF7F9FB},
    Entry{"bg.field", 0x0A0F14, 0xFFFFFF},
    Entry{"bg.hover", 0x1E262F, 0xEFF3F8},
    Entry{"bg.pressed", 0x252E38, 0xE2E9F1},
    Entry{"bg.selected", 0x1B334D, 0xD6E7FB},
    Entry{"bg.selected-inactive", 0x232C36, 0xE6EBF1},
    Entry{"bg.zebra", 0x141A20, 0xFAFBFC},
    Entry{"bg.overlay", 0x1C232B, 0xFFFFFF},
    Entry{"bg.tooltip", 0x252D37, 0x1E2632},
    Entry{"line.subtle", 0x1F252C, 0xE6EAEF},
    Entry{"line.default", 0x2A323A, 0xD5DBE3},
    Entry{"line.strong", 0x424B56, 0xAEB8C4},
    Entry{"text.primary", 0xE6EAEF, 0x141A22},
    Entry{"text.secondary", 0xB3BBC5, 0x424D5B},
    Entry{"text.muted", 0x919BA6, 0x5D6978},
    Entry{"text.disabled", 0x5F6973, 0x97A2AF},
    Entry{"text.on-accent", 0xFFFFFF, 0xFFFFFF},
    Entry{"text.on-color", 0x0B0F14, 0xFFFFFF},
    Entry{"accent.default", 0x6CB2FF, 0x0B5CC4},
    Entry{"accent.fill", 0x2470D8, 0x1A66D0},
    Entry{"accent.fill-hover", 0x2973DB, 0x1359BC},
    Entry{"accent.fill-pressed", 0x1C60BE, 0x0E4AA0},
    Entry{"accent.soft", 0x173453, 0xE1EDFC},
    Entry{"accent.focus", 0x5AA9FF, 0x2B7BE4},
    Entry{"status.ok", 0x4CC08D, 0x0F7048},
    Entry{"status.ok-bar", 0x4F74A0, 0x7595BF},
    Entry{"status.error", 0xF5757C, 0xC4222B},
    Entry{"status.error-soft", 0x381C22, 0xFCE8E9},
    Entry{"status.warn", 0xE6BF4A, 0x7F5800},
    Entry{"status.warn-soft", 0x342B14, 0xFBF1D6},
    Entry{"status.info", 0x7FB6F5, 0x1B62B8},
    Entry{"status.ok-soft", 0x15312A, 0xE0F4EA},
    Entry{"status.unset", 0x8E99A8, 0x5C6875},
    Entry{"outcome.kept", 0x4CC08D, 0x0F7048},
    Entry{"outcome.changed", 0xE5A13F, 0x965300},
    Entry{"outcome.dropped", 0x8E99A8, 0x5C6875},
    Entry{"outcome.dropped-text", 0x8A95A4, 0x5C6875},
    Entry{"outcome.dropped-bar", 0x2C3541, 0xE3E8EE},
    Entry{"outcome.dropped-hatch", 0x667386, 0x8A96A5},
    Entry{"diff.added", 0x57C98F, 0x14744B},
    Entry{"diff.added-bg", 0x12301F, 0xE2F5EA},
    Entry{"diff.removed", 0xF2747A, 0xB81F28},
    Entry{"diff.removed-bg", 0x371C22, 0xFCE9EA},
    Entry{"diff.changed", 0xE5A94E, 0x935300},
    Entry{"diff.changed-bg", 0x332711, 0xFDF1DC},
    Entry{"severity.trace", 0x8A95A4, 0x5C6875},
    Entry{"severity.debug", 0x8E99A8, 0x5C6875},
    Entry{"severity.info", 0x7FB6F5, 0x1B62B8},
    Entry{"severity.warn", 0xE6BF4A, 0x7F5800},
    Entry{"severity.error", 0xF5757C, 0xC4222B},
    Entry{"severity.fatal", 0xFF8FD0, 0xA11572},
    Entry{"syntax.path", 0xD5DCE6, 0x1F2937},
    Entry{"syntax.key", 0x8FC7FF, 0x0B5CC4},
    Entry{"syntax.string", 0xA5D6A0, 0x2C6E2F},
    Entry{"syntax.number", 0xF0B678, 0x9A4B00},
    Entry{"syntax.keyword", 0xC9A6F5, 0x7A35B5},
    Entry{"syntax.function", 0x7FD6CF, 0x0B6F6A},
    Entry{"syntax.operator", 0x9AA7B8, 0x556170},
    Entry{"syntax.comment", 0x8692A1, 0x5C6875},
    Entry{"syntax.error", 0xF5757C, 0xC4222B},
    Entry{"chart.flow", 0x2A5592, 0xA8C4EA},
    Entry{"chart.ok-dot", 0x6E93C0, 0x5E83B8},
    Entry{"chart.grid", 0x21282F, 0xEBEFF3},
    Entry{"chart.axis", 0x858D97, 0x5D6978},
    Entry{"chart.p50", 0x67E3CF, 0x007B6C},
    Entry{"chart.p95", 0xEED66B, 0x965300},
    Entry{"chart.p99", 0xF58BC0, 0xB0207E},
    Entry{"chart.draft", 0x6CB2FF, 0x1A66D0},
    Entry{"chart.current", 0xA9B4C2, 0x5C6875},
    Entry{"chart.exemplar", 0xFFFFFF, 0x141A22},
};

constexpr std::array<Entry, kServiceSlots> kServices{
    Entry{"blue", 0x67A7F7, 0x3B5CC7},
    Entry{"yellow", 0xEED66B, 0x797148},
    Entry{"mauve", 0xCD93B7, 0x6C214D},
    Entry{"turquoise", 0x67E3CF, 0x289BAA},
    Entry{"purple", 0x996CBF, 0x4D2090},
    Entry{"mint", 0xB8E3A9, 0x779574},
    Entry{"teal", 0x2A928C, 0x007B6C},
    Entry{"lavender", 0xCBC7FD, 0x9A79EF},
    Entry{"sage", 0x6C8F5F, 0x284C34},
    Entry{"khaki", 0xAEA66F, 0x524000},
    Entry{"copper", 0xCC6523, 0xB24E04},
    Entry{"amber", 0xE69A31, 0xC37F00},
};

constexpr std::array<Entry, kHeatSteps> kHeat{
    Entry{"heat 0", 0x141A22, 0xF4F7FA},
    Entry{"heat 1", 0x16293F, 0xD9EAF2},
    Entry{"heat 2", 0x1A4468, 0xB0D5E4},
    Entry{"heat 3", 0x22688F, 0x79B6CF},
    Entry{"heat 4", 0x3794A6, 0x4390B5},
    Entry{"heat 5", 0x7CC4A4, 0x246796},
    Entry{"heat 6", 0xEFEBA0, 0x123C66},
};

QColor pick(const Entry& entry, Appearance appearance)
{
    return QColor::fromRgb(appearance == Appearance::Dark ? entry.dark : entry.light);
}

double linear(double channel)
{
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& color)
{
    return 0.2126 * linear(static_cast<double>(color.redF()))
        + 0.7152 * linear(static_cast<double>(color.greenF()))
        + 0.0722 * linear(static_cast<double>(color.blueF()));
}

} // namespace

QColor colorOf(Token token, Appearance appearance)
{
    return pick(kTokens[static_cast<std::size_t>(token)], appearance);
}

const char* nameOf(Token token)
{
    return kTokens[static_cast<std::size_t>(token)].name;
}

QColor serviceColor(int slot, Appearance appearance)
{
    return pick(kServices[static_cast<std::size_t>(slot) % kServices.size()], appearance);
}

QColor heatColor(int step, Appearance appearance)
{
    return pick(kHeat[static_cast<std::size_t>(std::clamp(step, 0, kHeatSteps - 1))], appearance);
}

QColor blend(const QColor& base, const QColor& top, double share)
{
    const auto mix
        = [share](int from, int to) { return static_cast<int>(std::lround(from + (to - from) * share)); };
    return {mix(base.red(), top.red()), mix(base.green(), top.green()), mix(base.blue(), top.blue())};
}

double contrast(const QColor& a, const QColor& b)
{
    const double first = luminance(a);
    const double second = luminance(b);
    return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

} // namespace sluice::ui
