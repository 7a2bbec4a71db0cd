#include "ui/views/diagnostics/diagnostics_page.h"

#include "ui/delegates/row_delegate.h"
#include "ui/format/format.h"
#include "ui/views/destinations/destination_draft.h"
#include "ui/views/destinations/destination_model.h"
#include "ui/views/diagnostics/diagnostics_report.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/toast_host.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QListWidget>
#include <QPainter>
#include <QScrollArea>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace sluice::ui {
namespace {

constexpr int kRow = 26;

struct Fact {
    QString text;
    Token color = Token::TextPrimary;
    bool isNumber = false;
};

/// A cell in the font and colour of its item.
class FactDelegate final : public RowDelegate {
public:
    explicit FactDelegate(QObject* parent)
        : RowDelegate(parent)
    {
    }

protected:
    void paintContent(QPainter& painter, const Cell& cell, const QModelIndex& index) const override
    {
        const QFont font = index.data(Qt::FontRole).value<QFont>();
        painter.setFont(font);
        painter.setPen(index.data(Qt::ForegroundRole).value<QBrush>().color());
        painter.drawText(cell.rect, Qt::AlignVCenter | Qt::AlignLeft,
            QFontMetrics(font).elidedText(index.data().toString(), Qt::ElideRight, cell.rect.width()));
    }
};

QTableWidget* factTable(QWidget* parent, const QString& name, const QStringList& captions)
{
    auto* table = new QTableWidget(0, static_cast<int>(captions.size()), parent);
    table->setAccessibleName(name);
    table->setFrameShape(QFrame::NoFrame);
    table->setShowGrid(false);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setTabKeyNavigation(false);
    table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    table->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    table->setHorizontalHeaderLabels(captions);
    table->setItemDelegate(new FactDelegate(table));
    table->verticalHeader()->hide();
    table->verticalHeader()->setMinimumSectionSize(kRow);
    table->verticalHeader()->setDefaultSectionSize(kRow);
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setStretchLastSection(true);
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    return table;
}

void fill(QTableWidget& table, const QList<QList<Fact>>& rows, const QString& whenEmpty)
{
    const Theme& theme = themeOf(&table);
    QList<QList<Fact>> shown = rows;
    if (shown.isEmpty())
        shown.append({{whenEmpty, Token::TextMuted, false}});
    table.clearSpans();
    table.setRowCount(static_cast<int>(shown.size()));
    for (int row = 0; row < table.rowCount(); ++row) {
        for (int column = 0; column < table.columnCount(); ++column) {
            const Fact cell = column < shown[row].size() ? shown[row][column] : Fact{};
            QTableWidgetItem* item = table.item(row, column);
            if (!item) {
                item = new QTableWidgetItem;
                table.setItem(row, column, item);
            }
            item->setText(cell.text);
            item->setToolTip(cell.text);
            item->setFont(fontOf(cell.isNumber ? TypeStyle::Mono : TypeStyle::Body));
            item->setForeground(theme.color(cell.color));
        }
    }
    if (rows.isEmpty())
        table.setSpan(0, 0, 1, table.columnCount());
    table.setFixedHeight((table.rowCount()) * kRow + (table.horizontalHeader()->isHidden() ? 2 : 28));
}

Card* section(QVBoxLayout* column, const QString& caption, const QString& hint)
{
    auto* card = new Card(column->parentWidget());
    auto* inside = new QVBoxLayout(card);
    inside->setContentsMargins(1, 1, 1, 6);
    inside->setSpacing(0);
    auto* head = new QWidget(card);
    head->setFixedHeight(34);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(12, 0, 12, 0);
    row->addWidget(new Label(head, TypeStyle::Title, Token::TextPrimary, caption));
    row->addWidget(new Label(head, TypeStyle::Small, Token::TextMuted, hint));
    row->addStretch(1);
    inside->addWidget(head);
    column->addWidget(card);
    return card;
}

} // namespace

DiagnosticsPage::DiagnosticsPage(const Workbench& workbench, QWidget* parent)
    : Page(parent)
    , m_workbench(workbench)
{
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    auto* bar = new Panel(this, Token::BgRaised, Panel::Bottom);
    bar->setFixedHeight(48);
    auto* head = new QHBoxLayout(bar);
    head->setContentsMargins(12, 0, 12, 0);
    head->addWidget(new Label(bar, TypeStyle::Heading, Token::TextPrimary, tr("Diagnostics")));
    m_summary = new Label(bar, TypeStyle::Body, Token::TextSecondary);
    head->addSpacing(6);
    head->addWidget(m_summary);
    head->addStretch(1);
    auto* copy = makeButton(bar, ButtonKind::Default, tr("Copy report"), "copy");
    head->addWidget(copy);
    outer->addWidget(bar);
    connect(copy, &QPushButton::clicked, this, &DiagnosticsPage::copyReport);

    auto* scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* page = new Panel(scroll, Token::BgWindow);
    auto* columns = new QHBoxLayout(page);
    columns->setContentsMargins(12, 12, 12, 12);
    columns->setSpacing(12);
    auto* leftBox = new QWidget(page);
    auto* left = new QVBoxLayout(leftBox);
    left->setContentsMargins(0, 0, 0, 0);
    left->setSpacing(12);
    auto* rightBox = new QWidget(page);
    auto* right = new QVBoxLayout(rightBox);
    right->setContentsMargins(0, 0, 0, 0);
    right->setSpacing(12);
    columns->addWidget(leftBox, 3);
    columns->addWidget(rightBox, 2);

    Card* receivers = section(left, tr("Receivers"), tr("since start"));
    m_receivers = factTable(receivers, tr("Receivers"),
        {tr("Receiver"), tr("Address"), tr("Connections"), tr("Requests"), tr("Bytes"), tr("Records")});
    m_receivers->setColumnWidth(0, 110);
    m_receivers->setColumnWidth(1, 250);
    receivers->layout()->addWidget(m_receivers);
    Card* refusals = section(left, tr("Refused requests"), tr("on receipt, by reason"));
    m_refusals = factTable(
        refusals, tr("Refused requests"), {tr("Reason"), tr("Transport"), tr("Signal"), tr("Requests")});
    m_refusals->setColumnWidth(0, 250);
    refusals->layout()->addWidget(m_refusals);
    Card* pipeline = section(left, tr("Pipeline"), tr("since start"));
    m_pipeline = factTable(
        pipeline, tr("Pipeline"), {tr("Signal"), tr("Stored"), tr("Judged"), tr("Kept"), tr("Share")});
    m_pipeline->setColumnWidth(0, 160);
    pipeline->layout()->addWidget(m_pipeline);
    Card* rules = section(left, tr("Rules"), tr("since the revision went live"));
    m_rules = factTable(
        rules, tr("Rules"), {tr("Rule"), tr("Pipeline"), tr("Changed"), tr("Dropped"), tr("Errors")});
    m_rules->setColumnWidth(0, 250);
    rules->layout()->addWidget(m_rules);
    left->addStretch(1);

    Card* store = section(right, tr("Store"), tr("the capture"));
    m_store = factTable(store, tr("Store"), {tr("What"), tr("Value")});
    m_store->horizontalHeader()->hide();
    m_store->setColumnWidth(0, 140);
    store->layout()->addWidget(m_store);
    Card* destinations = section(right, tr("Destinations"), tr("how far behind"));
    m_destinations = factTable(
        destinations, tr("Destinations"), {tr("Destination"), tr("State"), tr("Behind"), tr("Since")});
    m_destinations->setColumnWidth(0, 150);
    destinations->layout()->addWidget(m_destinations);
    Card* messages = section(right, tr("Messages"), tr("newest first"));
    m_messages = new QListWidget(messages);
    m_messages->setFrameShape(QFrame::NoFrame);
    m_messages->setAccessibleName(tr("Messages"));
    m_messages->setWordWrap(true);
    m_messages->setMinimumHeight(220);
    auto* messageRow = new QHBoxLayout;
    messageRow->setContentsMargins(10, 0, 10, 0);
    messageRow->addWidget(m_messages);
    static_cast<QVBoxLayout*>(messages->layout())->addLayout(messageRow);
    right->setStretchFactor(messages, 1);
    scroll->setWidget(page);
    outer->addWidget(scroll, 1);
    connect(&m_workbench.feed, &LiveFeed::statusChanged, this, &DiagnosticsPage::showStatus);
    connect(&m_workbench.theme, &Theme::changed, this, &DiagnosticsPage::showStatus);
}

QString DiagnosticsPage::title() const
{
    return tr("Diagnostics");
}

QList<QWidget*> DiagnosticsPage::areas() const
{
    return {m_receivers, m_pipeline, m_store, m_messages};
}

void DiagnosticsPage::setShown(bool shown)
{
    m_isShown = shown;
    showStatus();
}

void DiagnosticsPage::showStatus()
{
    if (!m_isShown)
        return;
    const EngineStatus& status = m_workbench.feed.status();
    showReceivers(status);
    showPipeline(status);
    showDestinations(status);
    showStore(status);
    const int scrolled = m_messages->currentRow();
    if (m_messages->count() != std::max(1, static_cast<int>(status.messages.size()))
        || (!status.messages.empty() && m_messages->item(0)->text() != text(status.messages.front()))) {
        m_messages->clear();
        for (const std::string& message : status.messages) {
            auto* item = new QListWidgetItem(text(message), m_messages);
            item->setFont(fontOf(TypeStyle::Mono));
        }
        if (status.messages.empty()) {
            auto* none = new QListWidgetItem(tr("No message yet"), m_messages);
            none->setForeground(m_workbench.theme.color(Token::TextMuted));
        }
        m_messages->setCurrentRow(scrolled);
    }
    std::size_t listening = 0;
    for (const ReceiverInfo& each : status.receivers)
        listening += each.isListening ? 1U : 0U;
    //: %1 and %2 are numbers
    m_summary->setText(tr("%1 of %2 receivers listen").arg(listening).arg(status.receivers.size()));
}

void DiagnosticsPage::showReceivers(const EngineStatus& status)
{
    QList<QList<Fact>> rows;
    for (const ReceiverInfo& each : status.receivers) {
        QStringList addresses;
        for (const std::string& address : each.addresses)
            addresses << text(address);
        const std::uint64_t records = each.records[0] + each.records[1] + each.records[2];
        rows.append({{text(each.name)},
            {each.isListening ? addresses.join(QStringLiteral("  ")) : text(each.trouble),
                each.isListening ? Token::StatusOk : Token::StatusError, each.isListening},
            {formatCount(each.openConnections), Token::TextSecondary, true},
            {formatCount(each.requests), Token::TextSecondary, true},
            {formatBytes(each.wireBytes), Token::TextSecondary, true},
            {formatCount(records), Token::TextPrimary, true}});
    }
    fill(*m_receivers, rows, tr("No receiver"));
    rows.clear();
    for (const RefusalCount& each : status.refusals) {
        rows.append(
            {{text(each.reason), Token::StatusWarn}, {text(each.transport), Token::TextSecondary, true},
                {nameOfSignal(each.signal), Token::TextSecondary},
                {formatCount(each.requests), Token::TextPrimary, true}});
    }
    fill(*m_refusals, rows, tr("No request was refused"));
}

void DiagnosticsPage::showPipeline(const EngineStatus& status)
{
    QList<QList<Fact>> rows;
    for (const Signal signal : {Signal::Traces, Signal::Logs, Signal::Metrics}) {
        const std::size_t at = indexOf(signal);
        rows.append({{nameOfSignal(signal)}, {formatCount(status.stored[at]), Token::TextSecondary, true},
            {formatCount(status.judged[at]), Token::TextSecondary, true},
            {formatCount(status.kept[at]), Token::TextPrimary, true},
            {formatShare(status.kept[at], status.judged[at]), Token::TextSecondary, true}});
    }
    rows.append({{tr("Requests waiting"), Token::TextSecondary},
        {formatCount(status.waitingRequests), Token::TextPrimary, true}});
    fill(*m_pipeline, rows, {});
    rows.clear();
    for (const RuleCount& each : status.rules) {
        rows.append({{text(each.rule), Token::TextPrimary, true}, {text(each.pipeline), Token::TextSecondary},
            {formatCount(each.changed), each.changed > 0 ? Token::OutcomeChanged : Token::TextMuted, true},
            {formatCount(each.dropped), Token::TextSecondary, true},
            {formatCount(each.errors), each.errors > 0 ? Token::StatusError : Token::TextMuted, true}});
    }
    fill(*m_rules, rows, tr("No rule has changed or dropped anything"));
}

void DiagnosticsPage::showDestinations(const EngineStatus& status)
{
    QList<QList<Fact>> rows;
    for (const DestinationStatus& each : status.destinations) {
        const StateMark mark = markOf(each);
        const bool isBehind = each.behindRecords > 0;
        rows.append({{shortName(each.settings.name)}, {mark.word, mark.color},
            {formatCount(each.behindRecords), Token::TextPrimary, true},
            {isBehind ? formatClock(each.behindSince) : QStringLiteral("–"), Token::TextSecondary, true}});
    }
    fill(*m_destinations, rows, tr("No destination"));
}

void DiagnosticsPage::showStore(const EngineStatus& status)
{
    const QString none = QStringLiteral("–");
    QList<QList<Fact>> rows{
        {{tr("File"), Token::TextSecondary}, {text(status.capturePath), Token::TextPrimary, true}},
        {{tr("Kept after closing"), Token::TextSecondary},
            {status.isTemporary ? tr("no, temporary") : tr("yes")}},
        {{tr("Size"), Token::TextSecondary}, {formatBytes(status.captureBytes), Token::TextPrimary, true}},
        {{tr("Limit"), Token::TextSecondary},
            {status.retentionBytes > 0 ? formatBytes(status.retentionBytes) : tr("none"), Token::TextPrimary,
                status.retentionBytes > 0}},
        {{tr("Oldest record"), Token::TextSecondary},
            {status.oldestArrival == UnixTime{} ? none : formatDateTime(status.oldestArrival),
                Token::TextPrimary, true}},
        {{tr("Trouble"), Token::TextSecondary},
            {status.captureTrouble.empty() ? tr("none") : text(status.captureTrouble),
                status.captureTrouble.empty() ? Token::StatusOk : Token::StatusError}},
    };
    fill(*m_store, rows, {});
}

void DiagnosticsPage::copyReport()
{
    QGuiApplication::clipboard()->setText(diagnosticsReport(m_workbench.feed.status()));
    m_workbench.toasts.show(ToastHost::Kind::Success, tr("Report copied"));
}

} // namespace sluice::ui
