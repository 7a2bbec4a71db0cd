#pragma once

#include "core/query/query_types.h"
#include "ui/bridge/latest_only.h"
#include "ui/views/trace/trace_rows.h"
#include "ui/workbench.h"

#include <QTreeWidget>
#include <QWidget>

#include <memory>

class QPlainTextEdit;
class QStackedWidget;

namespace sluice::ui {

class Label;
class Segmented;

/// Attributes in groups, with what the rules did to them. Rows are copied with Ctrl C.
class AttributeTree final : public QTreeWidget {
    Q_OBJECT

public:
    enum class Mode { Received, After, Diff };

    explicit AttributeTree(QWidget* parent);

    void clearAll();
    /// Groups by the first part of the key: "http", "db".
    void addAttributes(const std::vector<query::AttributeChange>& attributes, Mode mode);
    /// One group with a title; `note` stands at its right end.
    void addSection(const QString& title, const QString& note,
        const std::vector<query::AttributeChange>& attributes, Mode mode, bool isOpen);
    void addFacts(const QString& title, const QString& note,
        const std::vector<std::pair<QString, QString>>& facts, bool isOpen);

    /// As rows whose kind is Unchanged.
    static std::vector<query::AttributeChange> unchanged(const std::vector<query::Attribute>& attributes);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

private:
    QTreeWidgetItem* addGroup(const QString& title, const QString& note, bool isOpen);
    void addRow(
        QTreeWidgetItem* group, const QString& label, const query::AttributeChange& change, Mode mode);
    void openMenu(const QPoint& position);
};

/// Everything about one span: facts, attributes (received, after, difference), events, links, resource,
/// scope, JSON.
class SpanInspector final : public QWidget {
    Q_OBJECT

public:
    SpanInspector(Workbench& bench, QWidget* parent);

    void showSpan(const std::shared_ptr<const TraceTree>& tree, int span);
    void clear();
    [[nodiscard]] QWidget* list() const;

Q_SIGNALS:
    void traceRequested(const QString& traceId);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void show(const query::SpanDetail& detail);
    void fill();

    Workbench& m_bench;
    std::shared_ptr<const TraceTree> m_tree;
    int m_span = -1;
    query::SpanDetail m_detail;
    bool m_hasDetail = false;

    QWidget* m_chip;
    Label* m_name;
    Label* m_facts;
    Label* m_message;
    Label* m_outcome;
    Segmented* m_mode;
    Label* m_summary;
    QStackedWidget* m_stack;
    AttributeTree* m_attributes;
    QPlainTextEdit* m_json;
    LatestOnly m_question;
};

} // namespace sluice::ui
