#pragma once

#include <QDialog>
#include <QString>

#include <vector>

class QLineEdit;

namespace sluice::ui {

/// Asks before a draft goes live: says what changes and takes a note for the history.
class ApplyDialog final : public QDialog {
    Q_OBJECT

public:
    ApplyDialog(QWidget* parent, std::uint32_t number, const std::vector<QString>& differences);

    [[nodiscard]] QString note() const;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QLineEdit* m_note;
};

} // namespace sluice::ui
