#pragma once

#include <QWidget>

#include <functional>

namespace sluice::ui {

/// Short messages at the lower right of the window. Success leaves after 5 s, a warning after 10 s, an error
/// stays until it is closed; hovering pauses. At most three are shown, older ones go. UI thread.
class ToastHost final : public QWidget {
    Q_OBJECT

public:
    enum class Kind { Success, Warning, Error };

    explicit ToastHost(QWidget* window);

    /// `title` without full stop, `detail` one line; `action` (may be empty) runs `run` and closes the toast.
    void show(Kind kind, const QString& title, const QString& detail = QString(),
        const QString& action = QString(), std::function<void()> run = {});

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void place();
};

} // namespace sluice::ui
