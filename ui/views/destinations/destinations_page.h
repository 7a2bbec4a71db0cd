#pragma once

#include "ui/main_window/page.h"
#include "ui/workbench.h"

class QCheckBox;
class QStackedWidget;
class QTableView;

class QPushButton;

namespace sluice::ui {

class DestinationForm;
class DestinationModel;
class Label;
class RecentExportModel;
class StateView;

/// Where kept data goes: list with state, what was sent lately, and the form of the selected one. UI thread.
class DestinationsPage final : public Page {
    Q_OBJECT

public:
    explicit DestinationsPage(const Workbench& workbench, QWidget* parent = nullptr);

    [[nodiscard]] QString title() const override;
    [[nodiscard]] QList<QWidget*> areas() const override;
    void setShown(bool shown) override;

    [[nodiscard]] DestinationForm* form() { return m_form; }
    void select(const std::string& name);
    void addNew();

private:
    QWidget* makeTopBar();
    QWidget* makeLists();
    void showStatus();
    void showSelected();
    void save(bool fromStart);
    void askRemove();
    void remove();
    void setPaused(const std::string& name, bool isPaused);
    void test();
    void report(const QString& failure, const std::string& error);

    Workbench m_workbench;
    DestinationModel* m_model;
    RecentExportModel* m_recent;
    QPushButton* m_pause = nullptr;
    Label* m_summary = nullptr;
    QTableView* m_table = nullptr;
    QTableView* m_exports = nullptr;
    QStackedWidget* m_stack = nullptr;
    StateView* m_state = nullptr;
    QCheckBox* m_failuresOnly = nullptr;
    DestinationForm* m_form = nullptr;
    bool m_isTesting = false;
};

} // namespace sluice::ui
