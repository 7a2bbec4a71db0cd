#pragma once

#include "core/query/query_types.h"

#include <QAbstractTableModel>

#include <chrono>
#include <unordered_map>
#include <vector>

namespace sluice::ui {

/// The rows of the trace list that were read so far. Formats, never reads: the page gives it pages.
class TracesModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Time, Services, Operation, Duration, Spans, Errors, Http, OutcomeColumn, ColumnCount };

    explicit TracesModel(QObject* parent = nullptr);

    /// Replaces the rows. Ids that were not among the rows before are marked as new for 1.5 s when `markNew`.
    void setRows(std::vector<query::TraceSummary> rows, bool hasMore, bool markNew);
    void appendRows(std::vector<query::TraceSummary> rows, bool hasMore);
    void clearOldMarks(); ///< Takes the mark from rows that are no longer new.
    void setDroppedDimmed(bool dimmed);
    void setRevision(std::uint32_t revision);

    [[nodiscard]] const std::vector<query::TraceSummary>& rows() const { return m_rows; }
    [[nodiscard]] int rowOf(const TraceId& id) const; ///< -1: not among the rows.
    [[nodiscard]] std::uint64_t newestSequence() const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    [[nodiscard]] bool canFetchMore(const QModelIndex& parent) const override;
    void fetchMore(const QModelIndex& parent) override;

Q_SIGNALS:
    void moreWanted();

private:
    [[nodiscard]] QString textOf(const query::TraceSummary& row, int column) const;
    [[nodiscard]] QString sentence(const query::TraceSummary& row) const;

    std::vector<query::TraceSummary> m_rows;
    std::unordered_map<TraceId, std::chrono::steady_clock::time_point> m_newSince;
    bool m_hasMore = false;
    bool m_isWaiting = false;
    bool m_isDimmed = true;
    std::uint32_t m_revision = 0;
};

} // namespace sluice::ui
