#pragma once

#include "ui/widgets/controls.h"

class QHBoxLayout;
class QPushButton;

namespace sluice::ui {

class QueryField;
class TimeScope;

/// The upper 48 px of a list screen: query field, time range, Live or Pause. The range and Live belong to all
/// screens.
class TopBar final : public Panel {
    Q_OBJECT

public:
    TopBar(QWidget* parent, QueryField* field, TimeScope& time);

private:
    void refresh();
    void chooseRange();

    TimeScope& m_time;
    QPushButton* m_range;
    Segmented* m_live;
};

/// The 36 px below it: title, summary at the left, options at the right.
class SubBar final : public Panel {
    Q_OBJECT

public:
    SubBar(QWidget* parent, const QString& title);
    /// Rich text beside the title.
    void setSummary(const QString& html);
    /// Adds an option at the right end.
    void addOption(QWidget* option);
    void addLegend(const QString& name, Token color, bool isHatched = false);

private:
    QHBoxLayout* m_layout;
    Label* m_summary;
};

/// `text` in the mono style, for the summary: numbers are mono.
QString monoSpan(const QString& text);
/// `html` in a colour of the theme at hand.
QString colorSpan(const Theme& theme, Token token, const QString& html);

} // namespace sluice::ui
