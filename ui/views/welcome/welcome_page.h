#pragma once

#include "ui/main_window/page.h"
#include "ui/workbench.h"

#include <QList>

#include <string>

class QTabBar;

namespace sluice::ui {

class Label;

/// What is shown while nothing has arrived: where to send, how to set up an SDK, the demo shop. It gives way
/// by itself.
class WelcomePage final : public Page {
    Q_OBJECT

public:
    WelcomePage(Workbench& bench, QWidget* parent);

    [[nodiscard]] QString title() const override { return tr("Welcome"); }
    [[nodiscard]] QList<QWidget*> areas() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    class Steps;
    class Endpoint;
    class Flow;

    QWidget* makeSnippets();
    QWidget* makeActions();
    void showSnippet(int index);
    void refresh();
    void toggleDemo();
    void listen(const std::string& receiver, const QString& address);

    Workbench& m_bench;
    Steps* m_steps;
    QList<Endpoint*> m_endpoints;
    QTabBar* m_tabs = nullptr;
    Label* m_snippet = nullptr;
    QWidget* m_demo = nullptr;
};

} // namespace sluice::ui
