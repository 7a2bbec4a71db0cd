#pragma once

// The waterfall's rows and times as plain values: no widget, so every rule can be tested, and built off the
// UI thread.

#include "core/query/query_types.h"

#include <memory>
#include <unordered_set>
#include <vector>

namespace sluice::ui {

/// A trace put in order once: children of each span by start, roots and orphans first.
struct TraceTree {
    query::TraceDetail detail;
    std::vector<std::vector<int>> children; ///< By span index; the last entry holds the roots.
    std::vector<int> depth;
    std::vector<int> parent; ///< -1: a root, or the parent has not arrived.
    UnixTime begin;
    UnixTime end;

    [[nodiscard]] const query::SpanRow& span(int index) const
    {
        return detail.spans[static_cast<std::size_t>(index)];
    }
    [[nodiscard]] Nanos length() const { return end - begin; }
    [[nodiscard]] bool isError(int index) const { return span(index).status == 2; }
};

/// Links spans to their parents. A span whose parent is missing, or that is its own ancestor, becomes a root.
/// Cost: linear but for sorting children by start.
std::shared_ptr<const TraceTree> buildTree(query::TraceDetail detail);

/// The rows in sight with the spans in `folded` closed, in depth-first order: indices of spans.
std::vector<int> visibleRows(const TraceTree& tree, const std::unordered_set<int>& folded);

/// Time that a span spent outside its children.
Nanos selfTime(const TraceTree& tree, int index);

/// The part of the trace on screen and its mapping to pixels. Never shorter than a microsecond, never outside
/// the trace.
class TimelineWindow {
public:
    TimelineWindow() = default;
    TimelineWindow(UnixTime begin, UnixTime end)
        : m_whole{begin, end}
        , m_range{begin, end}
    {
    }

    [[nodiscard]] const TimeRange& whole() const { return m_whole; }
    [[nodiscard]] const TimeRange& range() const { return m_range; }
    [[nodiscard]] bool isWhole() const { return m_range == m_whole; }
    /// Pixels from the left edge of an area of `width`; outside the range the result is outside too.
    [[nodiscard]] double toX(UnixTime time, double width) const;
    [[nodiscard]] UnixTime toTime(double x, double width) const;

    /// The time at `anchor` keeps its place. `factor` below 1 zooms in.
    void zoom(double factor, UnixTime anchor);
    void pan(Nanos shift);
    void show(TimeRange range);
    void fit() { m_range = m_whole; }

private:
    TimeRange m_whole;
    TimeRange m_range;
};

} // namespace sluice::ui
