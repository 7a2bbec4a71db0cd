#pragma once

#include "core/engine/control.h"
#include "ui/views/destinations/destination_draft.h"
#include "ui/widgets/controls.h"

#include <array>
#include <map>
#include <string>
#include <vector>

class QComboBox;

class QLineEdit;
class QPlainTextEdit;
class QVBoxLayout;

namespace sluice::ui {

/// Shows and edits one destination: its state, its settings with what is wrong with them, the connection
/// test. It only tells what a person wants; the page does it. UI thread.
class DestinationForm final : public Panel {
    Q_OBJECT

public:
    explicit DestinationForm(QWidget* parent);

    void showNothing();
    /// A new destination: nothing is saved yet.
    void showNew(const DestinationSettings& settings, const std::vector<std::string>& otherNames);
    /// Keeps what a person has typed when it is the destination that is shown.
    void showStatus(const DestinationStatus& status, const std::vector<std::string>& otherNames);
    void showTest(const std::vector<ConnectionTestStep>& steps, bool isRunning);

    [[nodiscard]] const DestinationSettings& settings() const { return m_edited; }
    [[nodiscard]] bool isDirty() const { return m_isNew || !(m_edited == m_saved); }
    [[nodiscard]] bool isNew() const { return m_isNew; }
    [[nodiscard]] bool isValid() const { return m_problems.empty(); }
    /// Name of the destination as it is saved; empty for a new one.
    [[nodiscard]] const std::string& savedName() const { return m_saved.name; }
    /// The edited settings are saved now.
    void saved();

Q_SIGNALS:
    void saveWanted(bool fromStart);
    void removeWanted();
    void enableWanted(bool enabled);
    void testWanted();
    void retryWanted();

private:
    QWidget* row(QVBoxLayout* column, const QString& label, QWidget* editor, DestinationField field);
    void makeFields(QVBoxLayout* column);
    void load(); ///< m_edited into the fields.
    void collect(); ///< The fields into m_edited.
    void check();
    void showState(const DestinationStatus& status);

    DestinationSettings m_saved;
    DestinationSettings m_edited;
    std::vector<std::string> m_otherNames;
    std::map<DestinationField, QString> m_problems;
    std::map<DestinationField, Label*> m_problemLines;
    bool m_isNew = false;
    bool m_isShown = false;
    bool m_isLoading = false;
    int m_badHeader = 0;
    bool m_isTestShown = false;

    StateView* m_nothing;
    QWidget* m_content = nullptr;
    Label* m_icon = nullptr;
    Label* m_title = nullptr;
    Badge* m_badge = nullptr;
    Label* m_enabledText = nullptr;
    Switch* m_enabled = nullptr;
    Card* m_banner = nullptr;
    Label* m_bannerTitle = nullptr;
    Label* m_bannerText = nullptr;
    QPushButton* m_retryNow = nullptr;
    QLineEdit* m_name = nullptr;
    QComboBox* m_kind = nullptr;
    QLineEdit* m_endpoint = nullptr;
    std::array<QPushButton*, kSignalCount> m_signals{};
    QPlainTextEdit* m_headers = nullptr;
    QComboBox* m_security = nullptr;
    QComboBox* m_compression = nullptr;
    QLineEdit* m_timeout = nullptr;
    Switch* m_retry = nullptr;
    QLineEdit* m_retryInitial = nullptr;
    QLineEdit* m_retryMax = nullptr;
    QLineEdit* m_giveUp = nullptr;
    QComboBox* m_start = nullptr;
    QWidget* m_startRow = nullptr;
    QPushButton* m_test = nullptr;
    QVBoxLayout* m_steps = nullptr;
    QPushButton* m_remove = nullptr;
    QPushButton* m_revert = nullptr;
    QPushButton* m_save = nullptr;
};

} // namespace sluice::ui
