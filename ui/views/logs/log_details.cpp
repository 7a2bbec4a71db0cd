#include "ui/views/logs/log_details.h"

#include "ui/delegates/row_delegate.h"
#include "ui/format/format.h"
#include "ui/views/logs/log_delegates.h"
#include "ui/views/logs/log_model.h"
#include "ui/widgets/change_list.h"
#include "ui/widgets/top_bar.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QScrollArea>
#include <QVBoxLayout>

namespace sluice::ui {

LogDetails::LogDetails(QWidget* parent)
    : Panel(parent)
    , m_state(new StateView(this))
    , m_content(nullptr)
{
    setMinimumWidth(300);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    auto* head = new Panel(this, Token::BgPanel, Bottom);
    head->setFixedHeight(34);
    auto* bar = new QHBoxLayout(head);
    bar->setContentsMargins(12, 0, 8, 0);
    bar->addWidget(new Label(head, TypeStyle::Title, Token::TextPrimary, tr("Record")));
    m_service = new Label(head, TypeStyle::Small, Token::TextMuted);
    bar->addWidget(m_service);
    bar->addStretch(1);
    auto* close = makeIconButton(head, "x", tr("Close details"));
    bar->addWidget(close);
    outer->addWidget(head);
    outer->addWidget(m_state, 1);

    auto* scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* page = new Panel(scroll);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(12, 10, 12, 12);
    column->setSpacing(8);
    auto* first = new QHBoxLayout;
    m_severity = new Label(page, TypeStyle::Mono, Token::TextPrimary);
    m_times = new Label(page, TypeStyle::Mono, Token::TextMuted);
    first->addWidget(m_severity);
    first->addWidget(m_times);
    first->addStretch(1);
    column->addLayout(first);
    auto* box = new Card(page, Token::BgField, Token::LineSubtle);
    auto* inside = new QVBoxLayout(box);
    inside->setContentsMargins(10, 8, 10, 8);
    m_body = new Label(box, TypeStyle::MonoCode, Token::TextPrimary);
    m_body->setWordWrap(true);
    m_body->setTextFormat(Qt::PlainText);
    m_body->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_body->setAccessibleName(tr("Body"));
    inside->addWidget(m_body);
    column->addWidget(box);
    m_outcome = new Label(page, TypeStyle::Body, Token::TextSecondary);
    m_outcome->setWordWrap(true);
    column->addWidget(m_outcome);

    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(6);
    m_open = makeButton(page, ButtonKind::Default, tr("Open trace"), "traces", true);
    m_related = makeButton(page, ButtonKind::Default, tr("Logs of this trace"), "logs", true);
    auto* copy = makeButton(page, ButtonKind::Quiet, tr("Copy as JSON"), "copy", true);
    for (QPushButton* button : {m_open, m_related, copy})
        buttons->addWidget(button);
    buttons->addStretch(1);
    column->addLayout(buttons);

    auto* captions = new QHBoxLayout;
    captions->addWidget(new Label(page, TypeStyle::Strong, Token::TextPrimary, tr("Attributes")));
    m_attributeCount = new Label(page, TypeStyle::Mono, Token::TextMuted);
    captions->addWidget(m_attributeCount);
    captions->addStretch(1);
    m_side = new Segmented(page, tr("Which form of the record"));
    m_side->addChoice(tr("Received"));
    m_side->addChoice(tr("After"));
    m_side->addChoice(tr("Diff"));
    m_side->setCurrent(2);
    captions->addWidget(m_side);
    column->addLayout(captions);
    m_attributes = new ChangeList(page, tr("Attributes"));
    column->addWidget(m_attributes);
    column->addWidget(new Label(page, TypeStyle::Strong, Token::TextPrimary, tr("Resource")));
    m_resource = new ChangeList(page, tr("Resource attributes"));
    column->addWidget(m_resource);
    m_more = new Label(page, TypeStyle::Small, Token::TextMuted);
    m_more->setWordWrap(true);
    m_more->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column->addWidget(m_more);
    column->addStretch(1);
    scroll->setWidget(page);
    m_content = scroll;
    outer->addWidget(m_content, 1);

    connect(close, &QPushButton::clicked, this, &LogDetails::closed);
    connect(m_side, &Segmented::chosen, this, &LogDetails::fill);
    connect(copy, &QPushButton::clicked, this, &LogDetails::copyJson);
    connect(m_open, &QPushButton::clicked, this,
        [this] { Q_EMIT openTrace(QString::fromStdString(m_detail->row.traceId.toHex())); });
    connect(m_related, &QPushButton::clicked, this,
        [this] { Q_EMIT traceFilterWanted(QString::fromStdString(m_detail->row.traceId.toHex())); });
    showNothing();
}

void LogDetails::showNothing()
{
    m_detail.reset();
    m_service->clear();
    m_content->hide();
    m_state->setVisible(true);
    m_state->showEmpty(tr("No record selected"), tr("Select a record to see its attributes and its trace."));
}

void LogDetails::showError(const QString& text)
{
    m_content->hide();
    m_state->setVisible(true);
    m_state->showError(tr("Cannot read the record"), text);
}

void LogDetails::showRecord(const query::LogDetail& detail)
{
    m_detail = detail;
    m_state->hide();
    m_content->show();
    fill();
}

void LogDetails::fill()
{
    if (!m_detail)
        return;
    const query::LogDetail& detail = *m_detail;
    m_service->setText(text(detail.row.service));
    m_severity->setText(severityWord(detail.row.severity, detail.row.severityText));
    m_severity->setColor(severityToken(detail.row.severity));
    m_times->setText(formatDateTime(detail.row.time));
    m_body->setText(text(detail.fullBody));
    QStringList rules;
    for (const std::string& rule : detail.outcome.rules)
        rules << ruleName(rule);
    QString outcome = wordOf(detail.outcome.kind);
    if (!rules.isEmpty())
        //: %1 is "dropped" or "changed", %2 a list of rules
        outcome = tr("%1 by %2").arg(outcome, monoSpan(rules.join(QStringLiteral(", "))));
    if (detail.outcome.revision > 0)
        outcome += QStringLiteral(" · r%1").arg(detail.outcome.revision);
    if (!detail.outcome.condition.empty())
        outcome += QStringLiteral("<br>") + monoSpan(text(detail.outcome.condition));
    m_outcome->setText(outcome);
    m_outcome->setColor(tokenOf(detail.outcome.kind));
    const auto side = m_side->current() == 0 ? ChangeList::Side::Received
        : m_side->current() == 1             ? ChangeList::Side::After
                                             : ChangeList::Side::Difference;
    m_attributeCount->setText(formatCount(detail.attributes.size()));
    m_attributes->setChanges(detail.attributes, side);
    m_resource->setChanges(detail.resourceAttributes, side);
    const bool hasTrace = detail.row.traceId.isValid();
    m_open->setVisible(hasTrace);
    m_related->setVisible(hasTrace);
    QStringList more;
    if (hasTrace)
        //: %1 is an id
        more << tr("Trace %1").arg(QString::fromStdString(detail.row.traceId.toHex()));
    if (detail.row.spanId.isValid())
        more << tr("Span %1").arg(QString::fromStdString(detail.row.spanId.toHex())); //: %1 is an id
    if (!detail.scope.name.empty())
        more << tr("Scope %1 %2")
                    .arg(text(detail.scope.name), text(detail.scope.version)); //: name and version
    if (!detail.eventName.empty())
        more << tr("Event %1").arg(text(detail.eventName)); //: %1 is a name
    more << tr("Arrived %1").arg(formatDateTime(detail.arrival)); //: %1 is a date and time
    m_more->setText(more.join(u'\n'));
}

void LogDetails::copyJson()
{
    if (m_detail)
        QGuiApplication::clipboard()->setText(text(m_detail->json));
}

} // namespace sluice::ui
