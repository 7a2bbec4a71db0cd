#pragma once

#include "core/query/query.h"
#include "ui/bridge/latest_only.h"

#include <QAbstractTableModel>
#include <QThreadPool>

#include <memory>
#include <optional>
#include <vector>

namespace sluice::ui {

/// Log records that match a filter, newest first. The first page is read at once, more pages as the view
/// reaches the end. refreshTop() puts what is new above the rows that are there; nothing else moves. UI
/// thread.
class LogModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column {
        TimeColumn,
        SeverityColumn,
        ServiceColumn,
        BodyColumn,
        TraceColumn,
        OutcomeColumn,
        ColumnCount
    };
    enum Role { SequenceRole = Qt::UserRole, TraceIdRole };

    static constexpr std::size_t kPageRows = 200;
    static constexpr std::size_t kMaxRows = 20'000; ///< Live rows beyond this push the oldest out.

    LogModel(std::shared_ptr<const query::Query> query, QThreadPool* pool, QObject* parent = nullptr);

    /// Reads anew. The old rows stay until the answer is there.
    void setFilter(query::LogFilter filter);
    [[nodiscard]] const query::LogFilter& filter() const { return m_filter; }
    /// Reads what is newer than the first row; `time` replaces the filter's.
    void refreshTop(std::optional<TimeRange> time);

    [[nodiscard]] const query::LogRow* at(int row) const;
    [[nodiscard]] int rowOf(std::uint64_t sequence) const;
    [[nodiscard]] bool hasLoaded() const { return m_hasLoaded; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    bool canFetchMore(const QModelIndex& parent) const override;
    void fetchMore(const QModelIndex& parent) override;

Q_SIGNALS:
    void loaded(); ///< A new filter's first page is in.
    void topRefreshed(int newRows);
    void failed(const QString& text);

private:
    void showFirst(query::LogPage page);
    void putAbove(query::LogPage page);

    std::shared_ptr<const query::Query> m_query;
    query::LogFilter m_filter;
    std::vector<query::LogRow> m_rows;
    std::optional<query::PageKey> m_next;
    bool m_hasLoaded = false;
    LatestOnly m_first;
    LatestOnly m_more;
    LatestOnly m_top;
};

/// "TRACE" … "FATAL"; empty for 0. The text of the record wins when it has one.
QString severityWord(std::uint8_t severity, const std::string& text = {});

/// What people call a rule: "drop-debug-logs" of "filter/drop-debug-logs".
QString ruleName(const std::string& id);

} // namespace sluice::ui
