#pragma once

#include "ui/main_window/page.h"
#include "ui/workbench.h"

class QListWidget;
class QTableWidget;

namespace sluice::ui {

class Label;

/// What Sluice itself is doing: receivers, pipeline, destinations, store, messages. UI thread.
class DiagnosticsPage final : public Page {
    Q_OBJECT

public:
    explicit DiagnosticsPage(const Workbench& workbench, QWidget* parent = nullptr);

    [[nodiscard]] QString title() const override;
    [[nodiscard]] QList<QWidget*> areas() const override;
    void setShown(bool shown) override;

private:
    void showStatus();
    void showReceivers(const EngineStatus& status);
    void showPipeline(const EngineStatus& status);
    void showDestinations(const EngineStatus& status);
    void showStore(const EngineStatus& status);
    void copyReport();

    Workbench m_workbench;
    bool m_isShown = false;
    QTableWidget* m_receivers = nullptr;
    QTableWidget* m_refusals = nullptr;
    QTableWidget* m_pipeline = nullptr;
    QTableWidget* m_rules = nullptr;
    QTableWidget* m_destinations = nullptr;
    QTableWidget* m_store = nullptr;
    QListWidget* m_messages = nullptr;
    Label* m_summary = nullptr;
};

} // namespace sluice::ui
