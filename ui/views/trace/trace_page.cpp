#include "ui/views/trace/trace_page.h"

#include "ui/bridge/latency_probe.h"
#include "ui/delegates/row_delegate.h"
#include "ui/format/format.h"
#include "ui/main_window/action_registry.h"
#include "ui/views/trace/span_inspector.h"
#include "ui/views/trace/waterfall.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/top_bar.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace sluice::ui {
namespace {

constexpr int kInspectorWidth = 372;
constexpr int kGrowthMilliseconds = 1000;

} // namespace

TracePage::TracePage(Workbench& bench, QWidget* parent)
    : Page(parent)
    , m_bench(bench)
    , m_name(new Label(this, TypeStyle::Heading, Token::TextPrimary))
    , m_errorBadge(new Badge(this, Badge::Kind::Red, QString(), "exception"))
    , m_outcomeBadge(new Badge(this, Badge::Kind::Neutral))
    , m_facts(new Label(this, TypeStyle::Small, Token::TextSecondary))
    , m_position(new Label(this, TypeStyle::Small, Token::TextMuted))
    , m_waterfall(new Waterfall(this, bench.services))
    , m_minimap(new Minimap(this, m_waterfall))
    , m_find(new QLineEdit(this))
    , m_inspector(new SpanInspector(bench, this))
    , m_stack(new QStackedWidget(this))
    , m_state(new StateView(this))
    , m_question(&bench.pool, this)
    , m_folding(&bench.pool, this)
{
    auto* bar = new Panel(this, Token::BgPanel, Panel::Bottom);
    bar->setFixedHeight(35);
    auto* barLayout = new QHBoxLayout(bar);
    barLayout->setContentsMargins(12, 0, 8, 1);
    barLayout->setSpacing(4);
    barLayout->addWidget(new Label(bar, TypeStyle::Strong, Token::TextPrimary, tr("Waterfall")));
    barLayout->addStretch(1);
    auto* openAll = makeIconButton(bar, "expand-all", tr("Unfold all"));
    auto* closeAll = makeIconButton(bar, "collapse-all", tr("Fold all"));
    auto* previousError = makeButton(bar, ButtonKind::Quiet, tr("Previous error"), nullptr, true);
    auto* nextError = makeButton(bar, ButtonKind::Quiet, tr("Next error"), nullptr, true);
    for (QWidget* part : {static_cast<QWidget*>(openAll), static_cast<QWidget*>(closeAll), makeSeparator(bar),
             static_cast<QWidget*>(previousError), static_cast<QWidget*>(nextError), makeSeparator(bar)})
        barLayout->addWidget(part);
    m_find->setFixedSize(168, 24);
    m_find->setPlaceholderText(tr("Find in trace"));
    m_find->setAccessibleName(tr("Find in trace"));
    m_find->addAction(iconOf("search", Token::TextMuted), QLineEdit::LeadingPosition);
    barLayout->addSpacing(4);
    barLayout->addWidget(m_find);
    connect(openAll, &QPushButton::clicked, this, [this] { m_waterfall->foldAll(false); });
    connect(closeAll, &QPushButton::clicked, this, [this] { m_waterfall->foldAll(true); });
    connect(previousError, &QPushButton::clicked, this, [this] { m_waterfall->goToError(-1); });
    connect(nextError, &QPushButton::clicked, this, [this] { m_waterfall->goToError(1); });
    connect(m_find, &QLineEdit::returnPressed, this, [this] { m_waterfall->find(m_find->text()); });

    auto* left = new Panel(this, Token::BgPanel);
    auto* leftLayout = new QVBoxLayout(left);
    leftLayout->setContentsMargins(0, 0, 0, 0);
    leftLayout->setSpacing(0);
    leftLayout->addWidget(m_minimap);
    leftLayout->addWidget(bar);
    leftLayout->addWidget(m_waterfall, 1);
    auto* splitter = new QSplitter(Qt::Horizontal, this);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(left);
    splitter->addWidget(m_inspector);
    splitter->setStretchFactor(0, 1);
    splitter->setSizes({1000, kInspectorWidth});
    m_stack->addWidget(splitter);
    m_stack->addWidget(m_state);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeHeader());
    layout->addWidget(m_stack, 1);

    connect(m_waterfall, &Waterfall::spanSelected, this,
        [this](int span) { m_inspector->showSpan(m_waterfall->rows().tree(), span); });
    connect(m_waterfall, &Waterfall::foldRequested, this, &TracePage::fold);
    connect(m_inspector, &SpanInspector::traceRequested, this,
        [this](const QString& id) { setTrace(id, QString()); });
    connect(m_state, &StateView::actionTriggered, this, &TracePage::closed);
    m_growth.setSingleShot(true);
    m_growth.setInterval(kGrowthMilliseconds);
    connect(&m_growth, &QTimer::timeout, this, &TracePage::load);
    connect(&bench.feed, &LiveFeed::changed, this, [this] {
        if (m_isShown && !m_growth.isActive())
            m_growth.start();
    });
    connect(&bench.theme, &Theme::changed, this, [this] {
        if (m_waterfall->rows().tree() != nullptr)
            showHeader(m_waterfall->rows().tree()->detail.summary);
    });
    addActions();
}

QWidget* TracePage::makeHeader()
{
    auto* head = new Panel(this, Token::BgRaised, Panel::Bottom);
    head->setFixedHeight(64);
    auto* layout = new QHBoxLayout(head);
    layout->setContentsMargins(12, 0, 12, 1);
    layout->setSpacing(8);
    auto* back = makeIconButton(head, "chev-l", tr("Back to the list"), false);
    layout->addWidget(back);
    connect(back, &QPushButton::clicked, this, &TracePage::closed);
    auto* texts = new QVBoxLayout;
    texts->setSpacing(3);
    texts->addStretch(1);
    auto* title = new QHBoxLayout;
    title->setSpacing(8);
    title->addWidget(m_name);
    title->addWidget(m_errorBadge);
    title->addWidget(m_outcomeBadge);
    title->addStretch(1);
    texts->addLayout(title);
    auto* facts = new QHBoxLayout;
    facts->setSpacing(4);
    facts->addWidget(m_facts);
    auto* copyId = makeIconButton(head, "copy", tr("Copy the trace id"));
    copyId->setFixedSize(18, 18);
    facts->addWidget(copyId);
    facts->addStretch(1);
    connect(copyId, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(m_traceId); });
    texts->addLayout(facts);
    texts->addStretch(1);
    layout->addLayout(texts, 1);
    layout->addWidget(m_position);
    auto* previous = makeIconButton(head, "chev-u", tr("Previous trace of the list"));
    auto* next = makeIconButton(head, "chev-d", tr("Next trace of the list"));
    layout->addWidget(previous);
    layout->addWidget(next);
    m_previous = previous;
    m_nextButton = next;
    connect(previous, &QPushButton::clicked, this, [this] { Q_EMIT neighbourRequested(-1); });
    connect(next, &QPushButton::clicked, this, [this] { Q_EMIT neighbourRequested(1); });
    m_facts->setTextFormat(Qt::RichText);
    m_facts->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return head;
}

void TracePage::addActions()
{
    const auto add = [this](const char* id, const QString& name, const QList<QKeySequence>& keys,
                         std::function<void()> run) {
        m_bench.actions.add(this, QLatin1String(id), name, keys, std::move(run));
    };
    add("trace.back", tr("Back to the list"), {Qt::Key_Escape, Qt::ALT | Qt::Key_Left},
        [this] { Q_EMIT closed(); });
    add("trace.next", tr("Next trace"), {Qt::Key_J}, [this] { Q_EMIT neighbourRequested(1); });
    add("trace.previous", tr("Previous trace"), {Qt::Key_K}, [this] { Q_EMIT neighbourRequested(-1); });
    add("trace.find", tr("Find in trace"), {QKeySequence::Find},
        [this] { m_find->setFocus(Qt::ShortcutFocusReason); });
    add("trace.inspector", tr("Inspector"), {Qt::CTRL | Qt::Key_I},
        [this] { m_inspector->setVisible(!m_inspector->isVisible()); });
}

QString TracePage::title() const
{
    return m_name->text().isEmpty() ? tr("Trace") : m_name->text();
}

QList<QWidget*> TracePage::areas() const
{
    return {m_waterfall, m_inspector->list(), m_find};
}

QWidget* TracePage::queryField() const
{
    return m_find;
}

void TracePage::setShown(bool shown)
{
    m_isShown = shown;
}

void TracePage::setTrace(const QString& traceId, const QString& position)
{
    m_traceId = traceId;
    m_spanCount = 0;
    m_position->setText(position);
    m_previous->setVisible(!position.isEmpty());
    m_nextButton->setVisible(!position.isEmpty());
    m_inspector->clear();
    if (ProbedApplication::isProbing())
        m_opening.start();
    load();
}

void TracePage::load()
{
    const auto id = TraceId::fromHex(m_traceId.toStdString());
    if (!id)
        return;
    m_question.run(
        [query = m_bench.query, id = *id](std::stop_token stop) {
            Loaded loaded;
            auto detail = query->trace(id, stop);
            if (!detail) {
                loaded.error = text(detail.error().text);
                return loaded;
            }
            loaded.tree = buildTree(std::move(*detail));
            loaded.rows = visibleRows(*loaded.tree, {});
            return loaded;
        },
        [this](Loaded loaded) { show(std::move(loaded), m_spanCount > 0); });
}

void TracePage::show(Loaded loaded, bool keepView)
{
    if (loaded.tree == nullptr) {
        if (keepView)
            return;
        m_state->showError(tr("Cannot open the trace"), loaded.error, tr("Back to the list"));
        m_stack->setCurrentWidget(m_state);
        return;
    }
    m_stack->setCurrentIndex(0);
    showHeader(loaded.tree->detail.summary);
    const std::size_t count = loaded.tree->detail.spans.size();
    if (keepView && count == m_spanCount)
        return;
    const auto folded = keepView ? m_waterfall->rows().folded() : std::unordered_set<int>();
    m_spanCount = count;
    m_waterfall->setTree(
        loaded.tree, folded.empty() ? std::move(loaded.rows) : visibleRows(*loaded.tree, folded));
    m_minimap->refresh();
    if (keepView || count == 0)
        return;
    // The deepest error is where the trouble began; without one the root is shown.
    int chosen = m_waterfall->rows().spanAt(0);
    for (int i = 0; i < static_cast<int>(count); ++i) {
        const auto deeper = loaded.tree->depth[static_cast<std::size_t>(i)]
            > loaded.tree->depth[static_cast<std::size_t>(chosen)];
        if (loaded.tree->isError(i) && (deeper || !loaded.tree->isError(chosen)))
            chosen = i;
    }
    m_waterfall->selectSpan(chosen);
    if (m_opening.isValid()) {
        m_waterfall->viewport()->repaint();
        ProbedApplication::report(tr("trace, %1 spans").arg(formatCount(count)),
            static_cast<double>(m_opening.nsecsElapsed()) / 1e6);
        m_opening.invalidate();
    }
}

void TracePage::showHeader(const query::TraceSummary& summary)
{
    m_name->setText(text(summary.rootName).isEmpty() ? tr("(no name)") : text(summary.rootName));
    m_errorBadge->setVisible(summary.errorCount > 0);
    m_errorBadge->setText(
        summary.httpStatus.empty() ? tr("Error") : tr("Error %1").arg(text(summary.httpStatus)));
    QStringList rules;
    for (const std::string& rule : summary.outcome.rules)
        rules.append(ruleName(rule));
    QString outcome = wordOf(summary.outcome.kind);
    if (!rules.isEmpty())
        outcome = tr("%1 by %2", "changed by rules").arg(outcome, rules.join(QStringLiteral(", ")));
    m_outcomeBadge->setText(outcome);
    m_outcomeBadge->setKind(summary.outcome.kind == query::OutcomeKind::Kept ? Badge::Kind::Green
            : summary.outcome.kind == query::OutcomeKind::Changed            ? Badge::Kind::Amber
            : summary.outcome.kind == query::OutcomeKind::Error              ? Badge::Kind::Red
                                                                             : Badge::Kind::Neutral);
    const Theme& theme = m_bench.theme;
    const QString dot = colorSpan(theme, Token::TextMuted, QStringLiteral("&nbsp;&nbsp;·&nbsp;&nbsp;"));
    const auto counted = [&theme](std::uint64_t count, Counted what) {
        return colorSpan(theme, Token::TextPrimary, monoSpan(formatCount(count))) + u' '
            + wordFor(count, what);
    };
    QString facts = monoSpan(m_traceId) + dot + monoSpan(formatTime(summary.start)) + dot
        + colorSpan(theme, Token::TextPrimary, monoSpan(formatDuration(summary.duration))) + dot
        + counted(summary.spanCount, Counted::Span) + dot
        + counted(summary.services.size(), Counted::Service);
    if (summary.errorCount > 0)
        facts += dot
            + colorSpan(theme, Token::StatusError,
                monoSpan(formatCount(summary.errorCount)) + u' '
                    + wordFor(summary.errorCount, Counted::Error));
    m_facts->setText(facts);
}

void TracePage::fold(const std::unordered_set<int>& folded)
{
    const auto tree = m_waterfall->rows().tree();
    if (tree == nullptr)
        return;
    m_folding.run([tree, folded](std::stop_token) { return visibleRows(*tree, folded); },
        [this, tree](std::vector<int> rows) {
            if (m_waterfall->rows().tree() == tree)
                m_waterfall->setTree(tree, std::move(rows));
        });
}

} // namespace sluice::ui
