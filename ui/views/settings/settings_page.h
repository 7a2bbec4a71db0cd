#pragma once

#include "ui/main_window/page.h"
#include "ui/workbench.h"

#include <array>
#include <string>

class QLineEdit;
class QPushButton;
class QTableWidget;
class QVBoxLayout;

namespace sluice::ui {

class Label;
class Segmented;

/// One column of groups: appearance, receivers, storage, shortcuts, about. UI thread.
class SettingsPage final : public Page {
    Q_OBJECT

public:
    explicit SettingsPage(const Workbench& workbench, QWidget* parent = nullptr);

    [[nodiscard]] QString title() const override;
    [[nodiscard]] QList<QWidget*> areas() const override;
    void setShown(bool shown) override;

private:
    struct ReceiverRow {
        std::string id; ///< "grpc", "http".
        Label* state = nullptr;
        QLineEdit* address = nullptr;
        QPushButton* listen = nullptr;
    };

    void addAppearance(QVBoxLayout* column);
    void addReceivers(QVBoxLayout* column);
    void addStorage(QVBoxLayout* column);
    void addShortcuts(QVBoxLayout* column);
    void addAbout(QVBoxLayout* column);
    void showStatus();
    void listen(const std::string& id, const QString& address);
    void applyRetention();
    void keep();
    void saveAs();
    void report(const QString& failure, const QString& success, const std::string& error);
    void filter(const QString& words);

    Workbench m_workbench;
    QLineEdit* m_search = nullptr;
    QList<QWidget*> m_groups;
    Segmented* m_theme = nullptr;
    std::array<ReceiverRow, 2> m_receivers;
    Label* m_store = nullptr;
    QPushButton* m_keep = nullptr;
    QLineEdit* m_maxSize = nullptr;
    QLineEdit* m_maxAge = nullptr;
    Label* m_retentionProblem = nullptr;
    QPushButton* m_retentionApply = nullptr;
    QTableWidget* m_shortcuts = nullptr;
};

} // namespace sluice::ui
