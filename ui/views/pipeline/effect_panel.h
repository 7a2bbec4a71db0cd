#pragma once

#include "core/engine/control.h"
#include "ui/widgets/controls.h"

#include <vector>

namespace sluice::ui {

/// What the live revision has done so far to the records of one signal: key figures, and a bar for each rule.
class EffectPanel final : public Panel {
    Q_OBJECT

public:
    explicit EffectPanel(QWidget* parent);

    void setStatus(const EngineStatus& status, Signal signal, const std::string& pipeline);
    [[nodiscard]] QSize sizeHint() const override { return {900, 160}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    struct Figure {
        QString caption;
        QString value;
        QString detail;
        const char* icon = nullptr;
        Token iconColor = Token::TextMuted;
    };
    struct Bar {
        QString name;
        std::uint64_t changed = 0;
        std::uint64_t dropped = 0;
    };

    QString m_title;
    QString m_subtitle;
    std::vector<Figure> m_figures;
    std::vector<Bar> m_bars;
    std::uint64_t m_longest = 0;
};

} // namespace sluice::ui
