#pragma once

#include <QIcon>
#include <QWidget>

namespace sluice::ui {

/// One screen. It lives as long as the window and keeps its state while another is shown.
class Page : public QWidget {
    Q_OBJECT

public:
    using QWidget::QWidget;

    /// In the window's title: "Traces".
    [[nodiscard]] virtual QString title() const = 0;
    /// The areas that F6 walks through, in order; the first takes focus when the page is shown.
    [[nodiscard]] virtual QList<QWidget*> areas() const { return {}; }
    /// Ctrl L and "/" go there.
    [[nodiscard]] virtual QWidget* queryField() const { return nullptr; }
    /// The page came into sight or left it: it refreshes only while it is seen.
    virtual void setShown(bool shown){Q_UNUSED(shown)}

    Q_SIGNALS :
        /// A trace is to be opened, with the ids of the list it comes from in `neighbours` order (may be
        /// empty).
        void openTrace(const QString& traceId);
    /// Another screen is to be shown: "traces", "logs", "metrics", "pipeline", "destinations", "diagnostics",
    /// "settings".
    void openPage(const QString& id);
};

} // namespace sluice::ui
