#pragma once

#include "core/query/query_types.h"
#include "ui/widgets/controls.h"

#include <memory>
#include <optional>

class QVBoxLayout;

namespace sluice::ui {

class ChangeList;

/// Everything about one log record: body, attributes with what the rules did, resource, scope, its trace. UI
/// thread.
class LogDetails final : public Panel {
    Q_OBJECT

public:
    explicit LogDetails(QWidget* parent);

    void showNothing();
    void showRecord(const query::LogDetail& detail);
    void showError(const QString& text);

Q_SIGNALS:
    void openTrace(const QString& traceId);
    /// Only the records of this trace are wanted.
    void traceFilterWanted(const QString& traceId);
    void closed();

private:
    void fill();
    void copyJson();

    std::optional<query::LogDetail> m_detail;
    StateView* m_state;
    QWidget* m_content;
    Label* m_severity;
    Label* m_service;
    Label* m_times;
    Label* m_body;
    Label* m_outcome;
    Label* m_attributeCount;
    Segmented* m_side;
    ChangeList* m_attributes;
    ChangeList* m_resource;
    Label* m_more;
    QPushButton* m_open;
    QPushButton* m_related;
};

} // namespace sluice::ui
