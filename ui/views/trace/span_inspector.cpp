#include "ui/views/trace/span_inspector.h"

#include "ui/delegates/row_delegate.h"
#include "ui/format/format.h"
#include "ui/theme/service_colors.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/top_bar.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QPlainTextEdit>
#include <QStackedWidget>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <map>

namespace sluice::ui {
namespace {

constexpr int kKeyWidth = 162;

enum ItemRole : int {
    KeyRole = Qt::UserRole + 1,
    ValueRole,
    OldValueRole,
    KindRole,
    RuleRole,
    NoteRole,
    IsErrorRole
};

/// One line of the inspector: a group's head, or sign, key, value and the rule's badge.
class AttributeDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const override
    {
        return {100, index.parent().isValid() ? 22 : 24};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const Theme& theme = themeOf(option.widget);
        painter->save();
        if (index.parent().isValid())
            paintRow(*painter, theme, option, index);
        else
            paintGroup(*painter, theme, option, index);
        painter->restore();
    }

private:
    static void paintGroup(
        QPainter& painter, const Theme& theme, const QStyleOptionViewItem& option, const QModelIndex& index)
    {
        const QRect row = option.rect;
        painter.fillRect(
            row, theme.color((option.state & QStyle::State_MouseOver) ? Token::BgHover : Token::BgPanel));
        painter.fillRect(QRect(row.left(), row.top(), row.width(), 1), theme.color(Token::LineSubtle));
        paintIcon(painter, QRectF(row.left() + 10, row.center().y() - 4.5, 10, 10),
            (option.state & QStyle::State_Open) ? "caret-d" : "caret-r", theme.color(Token::TextMuted));
        painter.setFont(fontOf(TypeStyle::Mono, QFont::DemiBold));
        painter.setPen(theme.color(Token::TextPrimary));
        const QString title = index.data().toString();
        painter.drawText(row.adjusted(26, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, title);
        const double x = row.left() + 26 + QFontMetricsF(painter.font()).horizontalAdvance(title) + 6;
        painter.setFont(fontOf(TypeStyle::Mono));
        painter.setPen(theme.color(Token::TextMuted));
        painter.drawText(QRectF(x, row.top(), 60, row.height()), Qt::AlignVCenter | Qt::AlignLeft,
            index.data(ValueRole).toString());
        painter.setFont(fontOf(TypeStyle::Small));
        const QString note = index.data(NoteRole).toString();
        const int room = static_cast<int>(row.right() - 12 - x - 24);
        painter.drawText(row.adjusted(0, 0, -12, 0), Qt::AlignVCenter | Qt::AlignRight,
            QFontMetrics(painter.font()).elidedText(note, Qt::ElideMiddle, std::max(0, room)));
    }

    static void paintRow(
        QPainter& painter, const Theme& theme, const QStyleOptionViewItem& option, const QModelIndex& index)
    {
        const auto kind = static_cast<query::AttributeChange::Kind>(index.data(KindRole).toInt());
        const bool isSelected = option.state & QStyle::State_Selected;
        QRect row = option.rect;
        Token background = (option.state & QStyle::State_MouseOver) ? Token::BgHover : Token::BgPanel;
        Token ink = index.data(IsErrorRole).toBool() ? Token::StatusError : Token::TextPrimary;
        Token keyInk = Token::TextSecondary;
        QString sign;
        switch (kind) {
        case query::AttributeChange::Kind::Unchanged: break;
        case query::AttributeChange::Kind::Added:
            background = Token::DiffAddedBg;
            ink = keyInk = Token::DiffAdded;
            sign = QStringLiteral("+");
            break;
        case query::AttributeChange::Kind::Removed:
            background = Token::DiffRemovedBg;
            ink = keyInk = Token::DiffRemoved;
            sign = QStringLiteral("\u2212");
            break;
        case query::AttributeChange::Kind::Changed:
            background = Token::DiffChangedBg;
            ink = keyInk = Token::DiffChanged;
            sign = QStringLiteral("~");
            break;
        }
        if (isSelected && kind == query::AttributeChange::Kind::Unchanged)
            background = option.widget != nullptr && option.widget->hasFocus() ? Token::BgSelected
                                                                               : Token::BgSelectedInactive;
        painter.fillRect(row, theme.color(background));
        if (isSelected)
            painter.fillRect(
                QRect(row.left(), row.top(), 2, row.height()), theme.color(Token::AccentDefault));
        painter.setFont(fontOf(TypeStyle::Mono));
        painter.setPen(theme.color(ink));
        painter.drawText(QRect(row.left() + 8, row.top(), 12, row.height()), Qt::AlignCenter, sign);
        painter.setPen(theme.color(keyInk));
        const QFontMetrics metrics(painter.font());
        painter.drawText(QRect(row.left() + 20, row.top(), kKeyWidth - 26, row.height()),
            Qt::AlignVCenter | Qt::AlignLeft,
            metrics.elidedText(index.data().toString(), Qt::ElideRight, kKeyWidth - 26));

        int right = row.right() - 10;
        const QString rule = index.data(RuleRole).toString();
        if (!rule.isEmpty()) {
            const QFont small = fontOf(TypeStyle::Caption);
            const int width = QFontMetrics(small).horizontalAdvance(rule);
            painter.setFont(small);
            painter.setPen(theme.color(ink));
            painter.drawText(QRect(right - width, row.top(), width + 2, row.height()),
                Qt::AlignVCenter | Qt::AlignLeft, rule);
            right -= width + 10;
            painter.setFont(fontOf(TypeStyle::Mono));
        }
        const int left = row.left() + kKeyWidth;
        QString value = index.data(ValueRole).toString();
        const QString before = index.data(OldValueRole).toString();
        painter.setPen(theme.color(ink));
        if (kind == query::AttributeChange::Kind::Removed || kind == query::AttributeChange::Kind::Changed) {
            QFont struck = painter.font();
            struck.setStrikeOut(true);
            painter.setFont(struck);
            const int room
                = kind == query::AttributeChange::Kind::Changed ? (right - left) / 2 - 6 : right - left;
            painter.drawText(QRect(left, row.top(), room, row.height()), Qt::AlignVCenter | Qt::AlignLeft,
                metrics.elidedText(before, Qt::ElideRight, room));
            painter.setFont(fontOf(TypeStyle::Mono));
            if (kind == query::AttributeChange::Kind::Changed)
                painter.drawText(QRect(left + room + 8, row.top(), room, row.height()),
                    Qt::AlignVCenter | Qt::AlignLeft, metrics.elidedText(value, Qt::ElideRight, room));
            return;
        }
        painter.drawText(QRect(left, row.top(), right - left, row.height()), Qt::AlignVCenter | Qt::AlignLeft,
            metrics.elidedText(value, Qt::ElideRight, right - left));
    }
};

QString kindName(std::uint8_t kind)
{
    const std::array names{SpanInspector::tr("unspecified"), SpanInspector::tr("internal"),
        SpanInspector::tr("server"), SpanInspector::tr("client"), SpanInspector::tr("producer"),
        SpanInspector::tr("consumer")};
    return names[kind < names.size() ? kind : 0];
}

/// The chip of the span's service.
class ServiceChip final : public QWidget {
public:
    using QWidget::QWidget;
    void show(const QString& name, int slot)
    {
        m_name = name;
        m_slot = slot;
        setFixedSize(static_cast<int>(chipWidth(name)), 20);
        update();
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        if (!m_name.isEmpty())
            paintChip(painter, themeOf(this), 0, rect(), m_name, m_slot, false);
    }

private:
    QString m_name;
    int m_slot = -1;
};

} // namespace

AttributeTree::AttributeTree(QWidget* parent)
    : QTreeWidget(parent)
{
    setAccessibleName(tr("Attributes, events, links, resource and scope"));
    setHeaderHidden(true);
    setIndentation(0);
    setRootIsDecorated(false);
    setFrameShape(QFrame::NoFrame);
    setMouseTracking(true);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setItemDelegate(new AttributeDelegate(this));
    setContextMenuPolicy(Qt::CustomContextMenu);
    connect(this, &QWidget::customContextMenuRequested, this, &AttributeTree::openMenu);
}

void AttributeTree::clearAll()
{
    clear();
}

QTreeWidgetItem* AttributeTree::addGroup(const QString& title, const QString& note, bool isOpen)
{
    auto* group = new QTreeWidgetItem(this);
    group->setText(0, title);
    group->setData(0, NoteRole, note);
    group->setExpanded(isOpen);
    return group;
}

void AttributeTree::addRow(
    QTreeWidgetItem* group, const QString& label, const query::AttributeChange& change, Mode mode)
{
    using Kind = query::AttributeChange::Kind;
    if ((mode == Mode::Received && change.kind == Kind::Added)
        || (mode == Mode::After && change.kind == Kind::Removed))
        return;
    auto* item = new QTreeWidgetItem(group);
    const Kind shown = mode == Mode::Diff ? change.kind : Kind::Unchanged;
    const std::string& value
        = mode == Mode::Received || change.kind == Kind::Removed ? change.before : change.after;
    item->setText(0, label);
    item->setData(0, KeyRole, text(change.key));
    item->setData(0, ValueRole, text(value).simplified());
    item->setData(0, OldValueRole, text(change.before).simplified());
    item->setData(0, KindRole, static_cast<int>(shown));
    if (mode == Mode::Diff)
        item->setData(0, RuleRole, ruleName(change.rule));
    const bool isError = (change.key == "error.type" || change.key.starts_with("exception."))
        || (change.key.ends_with("status_code") && value.size() == 3 && value[0] == '5');
    item->setData(0, IsErrorRole, isError);
    item->setToolTip(0, QStringLiteral("%1 (%2)\n%3").arg(text(change.key), text(change.type), text(value)));
    item->setData(0, Qt::AccessibleTextRole, QStringLiteral("%1, %2").arg(text(change.key), text(value)));
    group->setData(0, ValueRole, QString::number(group->childCount()));
}

void AttributeTree::addAttributes(const std::vector<query::AttributeChange>& attributes, Mode mode)
{
    std::vector<std::string> order;
    std::map<std::string, std::vector<const query::AttributeChange*>> groups;
    for (const query::AttributeChange& change : attributes) {
        const std::string name = change.key.substr(0, change.key.find('.'));
        auto& group = groups[name];
        if (group.empty())
            order.push_back(name);
        group.push_back(&change);
    }
    for (const std::string& name : order) {
        QTreeWidgetItem* group = addGroup(text(name), QString(), true);
        for (const query::AttributeChange* change : groups[name]) {
            const std::string rest
                = change->key.size() > name.size() + 1 ? change->key.substr(name.size() + 1) : change->key;
            addRow(group, text(rest), *change, mode);
        }
        if (group->childCount() == 0)
            delete group;
    }
}

void AttributeTree::addSection(const QString& title, const QString& note,
    const std::vector<query::AttributeChange>& attributes, Mode mode, bool isOpen)
{
    QTreeWidgetItem* group = addGroup(title, note, isOpen);
    for (const query::AttributeChange& change : attributes)
        addRow(group, text(change.key), change, mode);
}

void AttributeTree::addFacts(const QString& title, const QString& note,
    const std::vector<std::pair<QString, QString>>& facts, bool isOpen)
{
    QTreeWidgetItem* group = addGroup(title, note, isOpen);
    for (const auto& [key, value] : facts) {
        query::AttributeChange change;
        change.key = key.toStdString();
        change.before = change.after = value.toStdString();
        addRow(group, key, change, Mode::Received);
    }
}

std::vector<query::AttributeChange> AttributeTree::unchanged(const std::vector<query::Attribute>& attributes)
{
    std::vector<query::AttributeChange> result;
    result.reserve(attributes.size());
    for (const query::Attribute& attribute : attributes)
        result.push_back({query::AttributeChange::Kind::Unchanged, attribute.key, attribute.text,
            attribute.text, attribute.type, {}});
    return result;
}

void AttributeTree::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy) && currentItem() != nullptr)
        QApplication::clipboard()->setText(currentItem()->data(0, ValueRole).toString());
    else
        QTreeWidget::keyPressEvent(event);
}

void AttributeTree::mouseReleaseEvent(QMouseEvent* event)
{
    QTreeWidget::mouseReleaseEvent(event);
    QTreeWidgetItem* item = itemAt(event->pos());
    if (event->button() == Qt::LeftButton && item != nullptr && item->parent() == nullptr)
        item->setExpanded(!item->isExpanded());
}

void AttributeTree::openMenu(const QPoint& position)
{
    const QTreeWidgetItem* item = itemAt(position);
    if (item == nullptr || item->parent() == nullptr)
        return;
    const QString key = item->data(0, KeyRole).toString();
    const QString value = item->data(0, ValueRole).toString();
    QMenu menu(this);
    menu.addAction(
        iconOf("copy"), tr("Copy value"), this, [value] { QApplication::clipboard()->setText(value); });
    menu.addAction(iconOf("copy"), tr("Copy key"), this, [key] { QApplication::clipboard()->setText(key); });
    menu.addAction(iconOf("tag"), tr("Copy as OTTL path"), this,
        [key] { QApplication::clipboard()->setText(QStringLiteral("attributes[\"%1\"]").arg(key)); });
    menu.exec(viewport()->mapToGlobal(position));
}

SpanInspector::SpanInspector(Workbench& bench, QWidget* parent)
    : QWidget(parent)
    , m_bench(bench)
    , m_chip(new ServiceChip(this))
    , m_name(new Label(this, TypeStyle::Heading, Token::TextPrimary))
    , m_facts(new Label(this, TypeStyle::Small, Token::TextSecondary))
    , m_message(new Label(this, TypeStyle::Small, Token::StatusError))
    , m_outcome(new Label(this, TypeStyle::Small, Token::TextSecondary))
    , m_mode(new Segmented(this, tr("Which form of the span")))
    , m_summary(new Label(this, TypeStyle::Small, Token::TextMuted))
    , m_stack(new QStackedWidget(this))
    , m_attributes(new AttributeTree(this))
    , m_json(new QPlainTextEdit(this))
    , m_question(&bench.pool, this)
{
    setMinimumWidth(300);
    QFont name = m_name->font();
    name.setPixelSize(14);
    m_name->setFont(name);
    m_name->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_message->setWordWrap(true);
    m_outcome->setWordWrap(true);
    m_summary->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // It yields to the buttons.
    m_facts->setTextFormat(Qt::RichText);
    auto* head = new Panel(this, Token::BgPanel, Panel::Bottom);
    auto* headLayout = new QVBoxLayout(head);
    headLayout->setContentsMargins(12, 10, 12, 9);
    headLayout->setSpacing(6);
    auto* title = new QHBoxLayout;
    title->setSpacing(8);
    title->addWidget(m_chip);
    title->addWidget(m_name, 1);
    headLayout->addLayout(title);
    headLayout->addWidget(m_facts);
    headLayout->addWidget(m_outcome);
    headLayout->addWidget(m_message);

    auto* bar = new Panel(this, Token::BgPanel, Panel::Bottom);
    bar->setFixedHeight(36);
    auto* barLayout = new QHBoxLayout(bar);
    barLayout->setContentsMargins(12, 0, 12, 1);
    barLayout->setSpacing(8);
    for (const QString& choice : {tr("Received"), tr("After"), tr("Diff"), tr("JSON")})
        m_mode->addChoice(choice);
    m_mode->setCurrent(2);
    barLayout->addWidget(m_mode);
    barLayout->addWidget(m_summary, 1);
    auto* copyButton = makeIconButton(bar, "copy", tr("Copy the span as JSON"));
    barLayout->addWidget(copyButton);
    connect(copyButton, &QPushButton::clicked, this,
        [this] { QApplication::clipboard()->setText(text(m_detail.json)); });
    connect(m_mode, &Segmented::chosen, this, &SpanInspector::fill);

    m_json->setReadOnly(true);
    m_json->setFont(fontOf(TypeStyle::Mono));
    m_json->setFrameShape(QFrame::NoFrame);
    m_json->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_json->setAccessibleName(tr("The span as OTLP JSON"));
    m_stack->addWidget(m_attributes);
    m_stack->addWidget(m_json);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(head);
    layout->addWidget(bar);
    layout->addWidget(m_stack, 1);
    connect(m_attributes, &QTreeWidget::itemActivated, this, [this](QTreeWidgetItem* item) {
        if (item->data(0, KeyRole).toString() == QLatin1String("trace id"))
            Q_EMIT traceRequested(item->data(0, ValueRole).toString());
    });
}

QWidget* SpanInspector::list() const
{
    return m_attributes;
}

void SpanInspector::clear()
{
    m_question.cancel();
    m_tree.reset();
    m_span = -1;
    m_hasDetail = false;
    m_attributes->clearAll();
    m_json->clear();
    m_name->setText(QString());
    m_facts->setText(QString());
}

void SpanInspector::showSpan(const std::shared_ptr<const TraceTree>& tree, int span)
{
    m_tree = tree;
    m_span = span;
    const query::SpanRow& row = tree->span(span);
    const std::string& service = tree->detail.services[row.service];
    static_cast<ServiceChip*>(m_chip)->show(text(service), m_bench.services.of(service).slot);
    m_name->setText(
        QFontMetrics(m_name->font())
            .elidedText(text(row.name), Qt::ElideRight, std::max(120, width() - m_chip->width() - 44)));
    m_name->setToolTip(text(row.name));
    const QString dot = QStringLiteral(" &nbsp;·&nbsp; ");
    m_facts->setText(kindName(row.kind) + dot + monoSpan(formatDuration(row.duration)) + dot
        + tr("self %1").arg(monoSpan(formatDuration(selfTime(*tree, span)))) + dot
        + tr("starts at %1").arg(monoSpan(formatDuration(row.start - tree->begin))));
    m_question.run([query = m_bench.query, sequence = row.sequence](
                       std::stop_token stop) { return query->span(sequence, stop); },
        [this](query::Answer<query::SpanDetail> detail) {
            if (detail)
                show(*detail);
            else
                m_message->setText(text(detail.error().text));
        });
}

void SpanInspector::show(const query::SpanDetail& detail)
{
    m_detail = detail;
    m_hasDetail = true;
    const bool isError = detail.row.status == 2;
    m_message->setText(detail.statusMessage.empty() ? (isError ? tr("Error without a message") : QString())
                                                    : text(detail.statusMessage));
    m_message->setColor(isError ? Token::StatusError : Token::TextMuted);
    m_message->setVisible(!m_message->text().isEmpty());
    QString outcome = wordOf(detail.outcome.kind);
    QStringList rules;
    for (const std::string& rule : detail.outcome.rules)
        rules.append(ruleName(rule));
    if (!rules.isEmpty())
        outcome = tr("%1 by %2", "changed by rules").arg(outcome, rules.join(QStringLiteral(", ")));
    if (detail.outcome.revision > 0)
        outcome += tr(", r%1").arg(detail.outcome.revision);
    if (!detail.outcome.condition.empty())
        outcome += QStringLiteral(": ") + text(detail.outcome.condition);
    m_outcome->setText(outcome);
    m_outcome->setColor(tokenOf(detail.outcome.kind));
    fill();
}

void SpanInspector::fill()
{
    if (!m_hasDetail)
        return;
    if (m_mode->current() == 3) {
        m_json->setPlainText(text(m_detail.json));
        m_summary->setText(tr("as received"));
        m_stack->setCurrentWidget(m_json);
        return;
    }
    m_stack->setCurrentWidget(m_attributes);
    const auto mode = static_cast<AttributeTree::Mode>(m_mode->current());
    std::array<int, 4> counts{};
    for (const query::AttributeChange& change : m_detail.attributes)
        ++counts[static_cast<std::size_t>(change.kind)];
    QStringList parts;
    if (counts[1] > 0)
        parts.append(tr("%1 added").arg(counts[1]));
    if (counts[2] > 0)
        parts.append(tr("%1 removed").arg(counts[2]));
    if (counts[3] > 0)
        parts.append(tr("%1 changed").arg(counts[3]));
    parts.append(tr("%1 unchanged").arg(counts[0]));
    m_summary->setText(parts.join(QStringLiteral(" · ")));

    m_attributes->setUpdatesEnabled(false);
    m_attributes->clearAll();
    m_attributes->addAttributes(m_detail.attributes, mode);
    const UnixTime begin = m_tree != nullptr ? m_tree->begin : m_detail.row.start;
    for (const query::SpanEvent& event : m_detail.events)
        m_attributes->addSection(tr("event %1").arg(text(event.name)), formatDuration(event.time - begin),
            AttributeTree::unchanged(event.attributes), mode, event.name == "exception");
    for (const query::SpanLink& link : m_detail.links)
        m_attributes->addFacts(tr("link"), text(link.traceId.toHex()).left(16),
            {{QStringLiteral("trace id"), text(link.traceId.toHex())},
                {QStringLiteral("span id"), text(link.spanId.toHex())}},
            false);
    m_attributes->addSection(tr("resource"), text(m_detail.resource.service),
        m_detail.resourceAttributes.empty() ? AttributeTree::unchanged(m_detail.resource.attributes)
                                            : m_detail.resourceAttributes,
        mode, false);
    std::vector<std::pair<QString, QString>> scope{{QStringLiteral("name"), text(m_detail.scope.name)},
        {QStringLiteral("version"), text(m_detail.scope.version)}};
    for (const query::Attribute& attribute : m_detail.scope.attributes)
        scope.emplace_back(text(attribute.key), text(attribute.text));
    m_attributes->addFacts(tr("scope"), text(m_detail.scope.name), scope, false);
    m_attributes->addFacts(tr("span"), text(m_detail.row.id.toHex()),
        {{QStringLiteral("trace id"), text(m_detail.traceId.toHex())},
            {QStringLiteral("span id"), text(m_detail.row.id.toHex())},
            {QStringLiteral("parent id"),
                m_detail.row.parent.isValid() ? text(m_detail.row.parent.toHex()) : QStringLiteral("–")},
            {QStringLiteral("start"), formatDateTime(m_detail.row.start)},
            {QStringLiteral("arrived"), formatDateTime(m_detail.arrival)},
            {QStringLiteral("trace state"),
                m_detail.traceState.empty() ? QStringLiteral("–") : text(m_detail.traceState)}},
        false);
    m_attributes->setUpdatesEnabled(true);
}

void SpanInspector::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), themeOf(this).color(Token::BgPanel));
}

} // namespace sluice::ui
