#include "ui/views/trace/trace_rows.h"

#include <algorithm>
#include <unordered_map>

namespace sluice::ui {
namespace {

constexpr Nanos kShortest = std::chrono::microseconds(1);

Nanos scaled(Nanos length, double factor)
{
    return Nanos(static_cast<Nanos::rep>(static_cast<double>(length.count()) * factor));
}

} // namespace

std::shared_ptr<const TraceTree> buildTree(query::TraceDetail detail)
{
    auto tree = std::make_shared<TraceTree>();
    tree->detail = std::move(detail);
    const auto& spans = tree->detail.spans;
    const auto count = static_cast<int>(spans.size());
    std::unordered_map<SpanId, int> indexOf;
    indexOf.reserve(spans.size());
    for (int i = 0; i < count; ++i)
        indexOf.emplace(spans[static_cast<std::size_t>(i)].id, i);

    tree->parent.assign(spans.size(), -1);
    for (int i = 0; i < count; ++i) {
        const auto parent = indexOf.find(spans[static_cast<std::size_t>(i)].parent);
        if (spans[static_cast<std::size_t>(i)].parent.isValid() && parent != indexOf.end()
            && parent->second != i)
            tree->parent[static_cast<std::size_t>(i)] = parent->second;
    }
    // Each span is walked up to a root once; meeting a span of the same walk again is a circle, which is cut
    // there.
    std::vector<int> walk(spans.size(), -1);
    for (int i = 0; i < count; ++i) {
        int at = i;
        while (at >= 0 && walk[static_cast<std::size_t>(at)] < 0) {
            walk[static_cast<std::size_t>(at)] = i;
            const int up = tree->parent[static_cast<std::size_t>(at)];
            if (up >= 0 && walk[static_cast<std::size_t>(up)] == i) {
                tree->parent[static_cast<std::size_t>(at)] = -1;
                break;
            }
            at = up;
        }
    }

    tree->children.resize(spans.size() + 1);
    for (int i = 0; i < count; ++i) {
        const int parent = tree->parent[static_cast<std::size_t>(i)];
        tree->children[parent < 0 ? spans.size() : static_cast<std::size_t>(parent)].push_back(i);
    }
    for (auto& list : tree->children)
        std::ranges::stable_sort(
            list, {}, [&](int index) { return spans[static_cast<std::size_t>(index)].start; });

    tree->depth.assign(spans.size(), 0);
    std::vector<int> stack(tree->children.back());
    while (!stack.empty()) {
        const int index = stack.back();
        stack.pop_back();
        for (const int child : tree->children[static_cast<std::size_t>(index)]) {
            tree->depth[static_cast<std::size_t>(child)] = tree->depth[static_cast<std::size_t>(index)] + 1;
            stack.push_back(child);
        }
    }
    for (const query::SpanRow& span : spans) {
        tree->begin = &span == spans.data() ? span.start : std::min(tree->begin, span.start);
        tree->end = std::max(tree->end, span.start + span.duration);
    }
    tree->end = std::max(tree->end, tree->begin + kShortest);
    return tree;
}

std::vector<int> visibleRows(const TraceTree& tree, const std::unordered_set<int>& folded)
{
    std::vector<int> rows;
    rows.reserve(tree.detail.spans.size());
    std::vector<int> stack(tree.children.back().rbegin(), tree.children.back().rend());
    while (!stack.empty()) {
        const int index = stack.back();
        stack.pop_back();
        rows.push_back(index);
        if (folded.contains(index))
            continue;
        const auto& children = tree.children[static_cast<std::size_t>(index)];
        stack.insert(stack.end(), children.rbegin(), children.rend());
    }
    return rows;
}

Nanos selfTime(const TraceTree& tree, int index)
{
    const query::SpanRow& span = tree.span(index);
    const UnixTime end = span.start + span.duration;
    Nanos covered{0};
    UnixTime reached = span.start;
    for (const int child : tree.children[static_cast<std::size_t>(index)]) {
        const query::SpanRow& part = tree.span(child);
        const UnixTime from = std::max(part.start, reached);
        const UnixTime to = std::min(part.start + part.duration, end);
        if (to > from) {
            covered += to - from;
            reached = to;
        }
    }
    return std::max(Nanos::zero(), span.duration - covered);
}

double TimelineWindow::toX(UnixTime time, double width) const
{
    const auto length = static_cast<double>(std::max<Nanos::rep>(1, m_range.length().count()));
    return static_cast<double>((time - m_range.begin).count()) / length * width;
}

UnixTime TimelineWindow::toTime(double x, double width) const
{
    return width <= 0 ? m_range.begin : m_range.begin + scaled(m_range.length(), x / width);
}

void TimelineWindow::zoom(double factor, UnixTime anchor)
{
    const Nanos length
        = std::clamp(scaled(m_range.length(), factor), kShortest, std::max(kShortest, m_whole.length()));
    const double share = static_cast<double>((anchor - m_range.begin).count())
        / static_cast<double>(std::max<Nanos::rep>(1, m_range.length().count()));
    const UnixTime begin = anchor - scaled(length, share);
    show({begin, begin + length});
}

void TimelineWindow::pan(Nanos shift)
{
    show({m_range.begin + shift, m_range.end + shift});
}

void TimelineWindow::show(TimeRange range)
{
    const Nanos length = std::clamp(range.length(), kShortest, std::max(kShortest, m_whole.length()));
    const UnixTime begin
        = std::clamp(range.begin, m_whole.begin, std::max(m_whole.begin, m_whole.end - length));
    m_range = {begin, begin + length};
}

} // namespace sluice::ui
