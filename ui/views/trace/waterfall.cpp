#include "ui/views/trace/waterfall.h"

#include "ui/delegates/row_delegate.h"
#include "ui/format/format.h"
#include "ui/theme/service_colors.h"
#include "ui/theme/theme.h"
#include "ui/views/trace/waterfall_delegates.h"

#include <QApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace sluice::ui {
namespace {

constexpr int kRowHeight = 24;
constexpr int kTreeWidth = 404;
constexpr double kZoomStep = 0.8;
constexpr double kPanShare = 0.15;

Nanos scaled(Nanos length, double factor)
{
    return Nanos(static_cast<Nanos::rep>(static_cast<double>(length.count()) * factor));
}

} // namespace

void WaterfallModel::setRows(
    std::shared_ptr<const TraceTree> tree, std::vector<int> rows, std::unordered_set<int> folded)
{
    beginResetModel();
    m_tree = std::move(tree);
    m_rows = std::move(rows);
    m_folded = std::move(folded);
    endResetModel();
}

int WaterfallModel::spanAt(int row) const
{
    return row >= 0 && row < static_cast<int>(m_rows.size()) ? m_rows[static_cast<std::size_t>(row)] : -1;
}

int WaterfallModel::rowOfSpan(int span) const
{
    const auto found = std::ranges::find(m_rows, span);
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

int WaterfallModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int WaterfallModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : 2;
}

QVariant WaterfallModel::data(const QModelIndex& index, int role) const
{
    const int span = spanAt(index.row());
    if (span < 0)
        return {};
    const query::SpanRow& row = m_tree->span(span);
    if (role == Qt::DisplayRole)
        return index.column() == 0 ? text(row.name) : formatDuration(row.duration);
    if (role == Qt::ToolTipRole && index.column() == 0)
        return QStringLiteral("%1\n%2").arg(text(m_tree->detail.services[row.service]), text(row.name));
    if (role == Qt::AccessibleTextRole) {
        QStringList parts{tr("level %1").arg(m_tree->depth[static_cast<std::size_t>(span)] + 1),
            text(row.name), text(m_tree->detail.services[row.service]),
            tr("starts at %1").arg(formatDuration(row.start - m_tree->begin)),
            tr("lasts %1").arg(formatDuration(row.duration))};
        if (row.status == 2)
            parts.append(tr("error"));
        parts.append(wordOf(row.outcome));
        return parts.join(QStringLiteral(", "));
    }
    return {};
}

QVariant WaterfallModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == 0 ? tr("Service and operation") : tr("Timeline");
}

Waterfall::Waterfall(QWidget* parent, ServiceColors& services)
    : QTableView(parent)
    , m_services(services)
    , m_model(new WaterfallModel(this))
{
    setAccessibleName(tr("Waterfall"));
    setHorizontalHeader(new RulerHeader(this));
    setModel(m_model);
    setItemDelegateForColumn(0, new SpanTreeDelegate(this));
    setItemDelegateForColumn(1, new TimelineDelegate(this));
    setSelectionBehavior(SelectRows);
    setSelectionMode(SingleSelection);
    setShowGrid(false);
    setMouseTracking(true);
    setTabKeyNavigation(false);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    verticalHeader()->hide();
    verticalHeader()->setMinimumSectionSize(18);
    verticalHeader()->setDefaultSectionSize(kRowHeight);
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    horizontalHeader()->resizeSection(0, kTreeWidth);
}

void Waterfall::setTree(std::shared_ptr<const TraceTree> tree, std::vector<int> rows)
{
    const bool isOther = m_model->tree() == nullptr
        || m_model->tree()->detail.summary.traceId != tree->detail.summary.traceId;
    const int selected = selectedSpan();
    if (isOther)
        m_folded.clear();
    const TimelineWindow before = m_window;
    if (isOther || before.isWhole()) {
        m_window = TimelineWindow(tree->begin, tree->end);
    } else {
        m_window = TimelineWindow(tree->begin, tree->end);
        m_window.show(before.range());
    }
    const QSignalBlocker blocker(this);
    m_model->setRows(std::move(tree), std::move(rows), m_folded);
    if (!isOther && selected >= 0)
        selectSpan(selected);
    windowChanged();
}

std::optional<TimeRange> Waterfall::mark() const
{
    if (!m_markFrom || !m_cursor)
        return std::nullopt;
    return TimeRange{std::min(*m_markFrom, *m_cursor), std::max(*m_markFrom, *m_cursor)};
}

int Waterfall::selectedSpan() const
{
    return m_model->spanAt(currentIndex().row());
}

void Waterfall::selectSpan(int span)
{
    const int row = m_model->rowOfSpan(span);
    if (row < 0)
        return;
    setCurrentIndex(m_model->index(row, 0));
    const QRect place = visualRect(m_model->index(row, 0));
    if (!viewport()->rect().contains(place.center()))
        scrollTo(m_model->index(row, 0), PositionAtCenter);
}

void Waterfall::setFolded(int span, bool folded)
{
    if (m_model->tree() == nullptr || span < 0
        || m_model->tree()->children[static_cast<std::size_t>(span)].empty())
        return;
    if (folded ? m_folded.insert(span).second : m_folded.erase(span) > 0)
        Q_EMIT foldRequested(m_folded);
}

void Waterfall::foldAll(bool folded)
{
    m_folded.clear();
    if (m_model->tree() != nullptr && folded) {
        for (int i = 0; i < static_cast<int>(m_model->tree()->detail.spans.size()); ++i) {
            if (!m_model->tree()->children[static_cast<std::size_t>(i)].empty()
                && m_model->tree()->parent[static_cast<std::size_t>(i)] >= 0)
                m_folded.insert(i);
        }
    }
    Q_EMIT foldRequested(m_folded);
}

void Waterfall::goToError(int step)
{
    const int count = m_model->rowCount();
    const int from = currentIndex().isValid() ? currentIndex().row() : (step > 0 ? -1 : count);
    for (int row = from + step; row >= 0 && row < count; row += step) {
        if (m_model->tree()->isError(m_model->spanAt(row))) {
            selectSpan(m_model->spanAt(row));
            return;
        }
    }
}

void Waterfall::find(const QString& words)
{
    const int count = m_model->rowCount();
    for (int i = 1; i <= count && !words.isEmpty(); ++i) {
        const int row = (currentIndex().row() + i) % count;
        const query::SpanRow& span = m_model->tree()->span(m_model->spanAt(row));
        if (text(span.name).contains(words, Qt::CaseInsensitive)) {
            selectSpan(m_model->spanAt(row));
            return;
        }
    }
}

void Waterfall::windowChanged()
{
    viewport()->update();
    horizontalHeader()->viewport()->update();
    Q_EMIT viewChanged();
}

double Waterfall::timelineWidth() const
{
    return std::max(1, columnWidth(1) - kPadLeft - kPadRight);
}

double Waterfall::toTimelineX(double viewX) const
{
    return viewX - columnViewportPosition(1) - kPadLeft;
}

UnixTime Waterfall::anchor() const
{
    return m_cursor.value_or(m_window.range().begin + m_window.range().length() / 2);
}

void Waterfall::mousePressEvent(QMouseEvent* event)
{
    const QModelIndex index = indexAt(event->pos());
    const int span = m_model->spanAt(index.row());
    if (event->button() == Qt::LeftButton && index.column() == 0 && span >= 0) {
        const int caret
            = 8 + m_model->tree()->depth[static_cast<std::size_t>(span)] * SpanTreeDelegate::kIndent;
        const double x = event->position().x() - columnViewportPosition(0);
        if (x >= caret - 2 && x <= caret + 15
            && !m_model->tree()->children[static_cast<std::size_t>(span)].empty()) {
            setFolded(span, !m_folded.contains(span));
            return;
        }
    }
    if (event->button() == Qt::LeftButton && index.column() == 1)
        m_markFrom = m_window.toTime(toTimelineX(event->position().x()), timelineWidth());
    QTableView::mousePressEvent(event);
}

void Waterfall::mouseMoveEvent(QMouseEvent* event)
{
    const double x = toTimelineX(event->position().x());
    if (x >= -kPadLeft)
        m_cursor
            = std::clamp(m_window.toTime(x, timelineWidth()), m_window.range().begin, m_window.range().end);
    else if (!m_markFrom)
        m_cursor.reset();
    windowChanged();
    if (!m_markFrom)
        QTableView::mouseMoveEvent(event);
}

void Waterfall::mouseReleaseEvent(QMouseEvent* event)
{
    const auto range = mark();
    m_markFrom.reset();
    if (range) {
        const double pixels
            = m_window.toX(range->end, timelineWidth()) - m_window.toX(range->begin, timelineWidth());
        if (pixels > 4)
            m_window.show(*range);
    }
    windowChanged();
    QTableView::mouseReleaseEvent(event);
}

void Waterfall::mouseDoubleClickEvent(QMouseEvent* event)
{
    const QModelIndex index = indexAt(event->pos());
    const int span = m_model->spanAt(index.row());
    if (span >= 0 && index.column() == 0)
        setFolded(span, !m_folded.contains(span));
    else if (span >= 0)
        keyPressEvent(std::make_unique<QKeyEvent>(QEvent::KeyPress, Qt::Key_Z, Qt::NoModifier).get());
}

void Waterfall::leaveEvent(QEvent* event)
{
    m_cursor.reset();
    windowChanged();
    QTableView::leaveEvent(event);
}

void Waterfall::wheelEvent(QWheelEvent* event)
{
    const double steps = (event->angleDelta().y() + event->angleDelta().x()) / 120.0;
    if (event->modifiers() & Qt::ControlModifier) {
        const double x = std::clamp(toTimelineX(event->position().x()), 0.0, timelineWidth());
        m_window.zoom(std::pow(kZoomStep, steps), m_window.toTime(x, timelineWidth()));
        windowChanged();
    } else if ((event->modifiers() & Qt::ShiftModifier) || event->angleDelta().x() != 0) {
        m_window.pan(scaled(m_window.range().length(), -kPanShare * steps));
        windowChanged();
    } else {
        QTableView::wheelEvent(event);
    }
}

void Waterfall::keyPressEvent(QKeyEvent* event)
{
    const int span = selectedSpan();
    switch (event->key()) {
    case Qt::Key_W: m_window.zoom(kZoomStep, anchor()); break;
    case Qt::Key_S: m_window.zoom(1 / kZoomStep, anchor()); break;
    case Qt::Key_A: m_window.pan(scaled(m_window.range().length(), -kPanShare)); break;
    case Qt::Key_D: m_window.pan(scaled(m_window.range().length(), kPanShare)); break;
    case Qt::Key_0: m_window.fit(); break;
    case Qt::Key_Z:
        if (span >= 0) {
            const query::SpanRow& row = m_model->tree()->span(span);
            const Nanos margin = row.duration / 20 + std::chrono::microseconds(1);
            m_window.show({row.start - margin, row.start + row.duration + margin});
        }
        break;
    case Qt::Key_Left:
        if (span >= 0
            && (m_folded.contains(span) || m_model->tree()->children[static_cast<std::size_t>(span)].empty()))
            selectSpan(m_model->tree()->parent[static_cast<std::size_t>(span)]);
        else
            setFolded(span, true);
        return;
    case Qt::Key_Right: setFolded(span, false); return;
    case Qt::Key_Asterisk: foldAll(false); return;
    case Qt::Key_N: goToError(1); return;
    case Qt::Key_P: goToError(-1); return;
    default: QTableView::keyPressEvent(event); return;
    }
    windowChanged();
}

void Waterfall::currentChanged(const QModelIndex& current, const QModelIndex& previous)
{
    QTableView::currentChanged(current, previous);
    const int span = m_model->spanAt(current.row());
    if (span >= 0 && current.row() != previous.row())
        Q_EMIT spanSelected(span);
}

Minimap::Minimap(QWidget* parent, Waterfall* waterfall)
    : QWidget(parent)
    , m_waterfall(waterfall)
{
    setFixedHeight(58);
    setAccessibleName(tr("Whole trace"));
    setAttribute(Qt::WA_OpaquePaintEvent);
    setMouseTracking(true);
    connect(waterfall, &Waterfall::viewChanged, this, qOverload<>(&QWidget::update));
}

void Minimap::refresh()
{
    m_cache = QPixmap();
    update();
}

double Minimap::toX(UnixTime time) const
{
    const TimeRange& whole = m_waterfall->window().whole();
    const auto length = static_cast<double>(std::max<Nanos::rep>(1, whole.length().count()));
    return 12 + static_cast<double>((time - whole.begin).count()) / length * (width() - 24);
}

UnixTime Minimap::toTime(double x) const
{
    const TimeRange& whole = m_waterfall->window().whole();
    return whole.begin + scaled(whole.length(), std::clamp((x - 12) / std::max(1, width() - 24), 0.0, 1.0));
}

void Minimap::drawSpans()
{
    const Theme& theme = themeOf(this);
    const double ratio = devicePixelRatioF();
    m_cache = QPixmap(size() * ratio);
    m_cache.setDevicePixelRatio(ratio);
    m_cache.fill(theme.color(Token::BgPanel));
    const auto& tree = m_waterfall->rows().tree();
    if (tree == nullptr)
        return;
    QPainter painter(&m_cache);
    // At most one rectangle per pixel and level, whatever the number of spans.
    constexpr int kLevels = 9;
    std::vector<std::vector<bool>> taken(kLevels, std::vector<bool>(static_cast<std::size_t>(width() + 1)));
    for (int i = 0; i < static_cast<int>(tree->detail.spans.size()); ++i) {
        const query::SpanRow& span = tree->span(i);
        const auto level
            = static_cast<std::size_t>(std::min(tree->depth[static_cast<std::size_t>(i)], kLevels - 1));
        const double left = toX(span.start);
        const double right = std::max(left + 1.5, toX(span.start + span.duration));
        const auto pixel = static_cast<std::size_t>(std::clamp(left, 0.0, static_cast<double>(width())));
        if (right - left < 2 && taken[level][pixel] && span.status != 2)
            continue;
        taken[level][pixel] = true;
        const QRectF bar(left, 9 + static_cast<double>(level) * 4.6, right - left, 3.2);
        painter.fillRect(
            bar, theme.service(m_waterfall->services().of(tree->detail.services[span.service]).slot));
        if (span.status == 2 && tree->children[static_cast<std::size_t>(i)].empty()) {
            painter.setPen(theme.color(Token::StatusError));
            painter.drawRect(bar.adjusted(-0.5, -0.5, 0.5, 0.5));
        }
    }
}

void Minimap::paintEvent(QPaintEvent*)
{
    if (m_cache.isNull())
        drawSpans();
    const Theme& theme = themeOf(this);
    QPainter painter(this);
    painter.drawPixmap(0, 0, m_cache);
    painter.fillRect(0, height() - 1, width(), 1, theme.color(Token::LineSubtle));
    const TimeRange& range = m_waterfall->window().range();
    const double left = toX(range.begin);
    const double right = toX(range.end);
    QColor dim = theme.color(Token::BgPanel);
    dim.setAlphaF(0.6F);
    painter.fillRect(QRectF(12, 5, left - 12, 48), dim);
    painter.fillRect(QRectF(right, 5, width() - 12 - right, 48), dim);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(theme.tint(Token::BgPanel, Token::AccentDefault, 0.7));
    painter.drawRoundedRect(QRectF(left, 5.5, right - left, 47), 3, 3);
    painter.setBrush(theme.color(Token::BgRaised));
    painter.setPen(theme.color(Token::AccentDefault));
    for (const double x : {left, right})
        painter.drawRoundedRect(QRectF(x - 3, 21, 6, 16), 2, 2);
}

void Minimap::mousePressEvent(QMouseEvent* event)
{
    m_from = toTime(event->position().x());
    m_before = m_waterfall->window().range();
    const double x = event->position().x();
    if (std::abs(x - toX(m_before.begin)) <= 5)
        m_drag = Drag::Begin;
    else if (std::abs(x - toX(m_before.end)) <= 5)
        m_drag = Drag::End;
    else if (m_before.contains(m_from) && !m_waterfall->window().isWhole())
        m_drag = Drag::Move;
    else
        m_drag = Drag::New;
}

void Minimap::mouseMoveEvent(QMouseEvent* event)
{
    const UnixTime at = toTime(event->position().x());
    TimeRange range = m_before;
    switch (m_drag) {
    case Drag::None: return;
    case Drag::New: range = {std::min(m_from, at), std::max(m_from, at)}; break;
    case Drag::Begin: range.begin = std::min(at, m_before.end); break;
    case Drag::End: range.end = std::max(at, m_before.begin); break;
    case Drag::Move: range = {m_before.begin + (at - m_from), m_before.end + (at - m_from)}; break;
    }
    m_waterfall->window().show(range);
    m_waterfall->windowChanged();
}

void Minimap::mouseReleaseEvent(QMouseEvent*)
{
    m_drag = Drag::None;
}

void Minimap::resizeEvent(QResizeEvent*)
{
    refresh();
}

void Minimap::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        refresh();
    QWidget::changeEvent(event);
}

} // namespace sluice::ui
