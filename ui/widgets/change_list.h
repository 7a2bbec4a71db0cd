#pragma once

#include "core/query/query_types.h"

#include <QTableWidget>

#include <vector>

namespace sluice::ui {

/// Attributes with what the rules did to them: one row each, removed and changed ones tinted and with the
/// rule's name. Ctrl C copies the selected rows.
class ChangeList final : public QTableWidget {
    Q_OBJECT

public:
    enum class Side { Received, After, Difference };

    ChangeList(QWidget* parent, const QString& name);

    /// Takes as much height as it needs.
    void setChanges(std::vector<query::AttributeChange> changes, Side side);

protected:
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void fill();

    std::vector<query::AttributeChange> m_changes;
    Side m_side = Side::Difference;
    bool m_isDark = true;
};

} // namespace sluice::ui
