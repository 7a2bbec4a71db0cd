#include "ui/views/destinations/destination_form.h"

#include "ui/format/format.h"
#include "ui/views/destinations/destination_model.h"
#include "ui/widgets/top_bar.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QVBoxLayout>

namespace sluice::ui {
namespace {

constexpr int kLabelWidth = 96;

QLineEdit* monoField(QWidget* parent, const QString& name, int width = 0)
{
    auto* field = new QLineEdit(parent);
    field->setFont(fontOf(TypeStyle::Mono));
    field->setAccessibleName(name);
    if (width > 0)
        field->setFixedWidth(width);
    return field;
}

QHBoxLayout* plainRow(QWidget* box, int spacing = 8)
{
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(spacing);
    return row;
}

/// What a field says; zero, which no field takes but "for", when it cannot be read.
Nanos durationOf(const QLineEdit* field)
{
    return durationFromText(field->text()).value_or(Nanos(-1));
}

} // namespace

DestinationForm::DestinationForm(QWidget* parent)
    : Panel(parent)
    , m_nothing(new StateView(this))
{
    setMinimumWidth(340);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    outer->addWidget(m_nothing, 1);
    m_content = new QWidget(this);
    outer->addWidget(m_content, 1);
    auto* column = new QVBoxLayout(m_content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);

    auto* head = new Panel(m_content, Token::BgPanel, Bottom);
    head->setFixedHeight(44);
    auto* bar = new QHBoxLayout(head);
    bar->setContentsMargins(14, 0, 14, 0);
    m_icon = new Label(head, TypeStyle::Body, Token::TextMuted);
    m_title = new Label(head, TypeStyle::Heading, Token::TextPrimary);
    m_badge = new Badge(head, Badge::Kind::Neutral);
    m_enabledText = new Label(head, TypeStyle::Small, Token::TextSecondary, tr("Enabled"));
    m_enabled = new Switch(head, tr("Enabled"));
    for (QWidget* part :
        {static_cast<QWidget*>(m_icon), static_cast<QWidget*>(m_title), static_cast<QWidget*>(m_badge)})
        bar->addWidget(part);
    bar->addStretch(1);
    bar->addWidget(m_enabledText);
    bar->addWidget(m_enabled);
    column->addWidget(head);

    auto* scroll = new QScrollArea(m_content);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* page = new Panel(scroll);
    auto* fields = new QVBoxLayout(page);
    fields->setContentsMargins(14, 12, 14, 10);
    fields->setSpacing(9);
    makeFields(fields);
    scroll->setWidget(page);
    column->addWidget(scroll, 1);

    auto* foot = new Panel(m_content, Token::BgPanel, Top);
    foot->setFixedHeight(48);
    auto* acts = new QHBoxLayout(foot);
    acts->setContentsMargins(10, 0, 14, 0);
    m_remove = makeButton(foot, ButtonKind::Danger, tr("Remove"), "trash");
    m_revert = makeButton(foot, ButtonKind::Default, tr("Revert"));
    m_save = makeButton(foot, ButtonKind::Primary, tr("Save"));
    acts->addWidget(m_remove);
    acts->addStretch(1);
    acts->addWidget(m_revert);
    acts->addWidget(m_save);
    column->addWidget(foot);

    connect(m_enabled, &Switch::clicked, this, [this](bool on) { Q_EMIT enableWanted(on); });
    connect(m_remove, &QPushButton::clicked, this, &DestinationForm::removeWanted);
    connect(m_revert, &QPushButton::clicked, this, [this] {
        m_edited = m_saved;
        load();
    });
    connect(m_save, &QPushButton::clicked, this, [this] { Q_EMIT saveWanted(m_start->currentIndex() == 1); });
    connect(m_test, &QPushButton::clicked, this, &DestinationForm::testWanted);
    connect(m_retryNow, &QPushButton::clicked, this, &DestinationForm::retryWanted);
    showNothing();
}

QWidget* DestinationForm::row(
    QVBoxLayout* column, const QString& label, QWidget* editor, DestinationField field)
{
    auto* box = new QWidget(column->parentWidget());
    auto* line = plainRow(box, 0);
    auto* name = new Label(box, TypeStyle::Body, Token::TextSecondary, label);
    name->setFixedSize(kLabelWidth, 28);
    line->addWidget(name, 0, Qt::AlignTop);
    auto* right = new QVBoxLayout;
    right->setSpacing(3);
    editor->setParent(box);
    right->addWidget(editor);
    if (!m_problemLines.contains(field)) {
        auto* problem = new Label(box, TypeStyle::Small, Token::StatusError);
        problem->setWordWrap(true);
        problem->hide();
        right->addWidget(problem);
        m_problemLines[field] = problem;
    }
    line->addLayout(right, 1);
    column->addWidget(box);
    return box;
}

void DestinationForm::makeFields(QVBoxLayout* column)
{
    QWidget* page = column->parentWidget();
    m_banner = new Card(page, Token::StatusErrorSoft, Token::StatusErrorSoft);
    auto* banner = new QVBoxLayout(m_banner);
    banner->setContentsMargins(10, 8, 10, 8);
    banner->setSpacing(2);
    m_bannerTitle = new Label(m_banner, TypeStyle::Strong, Token::TextPrimary);
    m_bannerText = new Label(m_banner, TypeStyle::Small, Token::TextSecondary);
    for (Label* part : {m_bannerTitle, m_bannerText}) {
        part->setWordWrap(true);
        banner->addWidget(part);
    }
    m_retryNow = makeButton(m_banner, ButtonKind::Action, tr("Try now"), "refresh", true);
    banner->addWidget(m_retryNow, 0, Qt::AlignLeft);
    column->addWidget(m_banner);

    m_name = monoField(page, tr("Name"));
    row(column, tr("Name"), m_name, DestinationField::Name);
    m_kind = new QComboBox(page);
    m_kind->addItems(
        {titleOf(DestinationKind::OtlpGrpc), titleOf(DestinationKind::OtlpHttp) + tr(", protobuf")});
    m_kind->setAccessibleName(tr("Type"));
    row(column, tr("Type"), m_kind, DestinationField::Name);
    m_endpoint = monoField(page, tr("Endpoint"));
    row(column, tr("Endpoint"), m_endpoint, DestinationField::Endpoint);

    auto* signalBox = new QWidget(page);
    auto* signalRow = plainRow(signalBox, 4);
    const std::array<std::pair<Signal, std::pair<QString, const char*>>, kSignalCount> choices{
        {{Signal::Traces, {tr("Traces"), "traces"}}, {Signal::Logs, {tr("Logs"), "logs"}},
            {Signal::Metrics, {tr("Metrics"), "metrics"}}}};
    for (const auto& [signal, face] : choices) {
        auto* button = makeButton(signalBox, ButtonKind::Default, face.first, face.second);
        button->setCheckable(true);
        m_signals[indexOf(signal)] = button;
        signalRow->addWidget(button);
        connect(button, &QPushButton::toggled, this, &DestinationForm::collect);
    }
    signalRow->addStretch(1);
    row(column, tr("Send"), signalBox, DestinationField::Signals);

    m_headers = new QPlainTextEdit(page);
    m_headers->setFont(fontOf(TypeStyle::Mono));
    m_headers->setFixedHeight(50);
    m_headers->setTabChangesFocus(true);
    m_headers->setPlaceholderText(tr("X-Tenant: shop\nAuthorization: ${env:TOKEN}"));
    m_headers->setAccessibleName(tr("Headers"));
    m_headers->setFrameShape(QFrame::NoFrame);
    auto* headerCard = new Card(page, Token::BgField, Token::LineDefault);
    auto* headerLayout = new QVBoxLayout(headerCard);
    headerLayout->setContentsMargins(4, 3, 4, 3);
    headerLayout->addWidget(m_headers);
    m_headers->viewport()->setAutoFillBackground(false);
    row(column, tr("Headers"), headerCard, DestinationField::Headers);

    auto* security = new QWidget(page);
    auto* securityRow = plainRow(security);
    m_security = new QComboBox(security);
    m_security->addItems({tr("No TLS"), tr("TLS")});
    m_security->setAccessibleName(tr("Security"));
    m_compression = new QComboBox(security);
    m_compression->addItems({tr("No compression"), tr("Gzip")});
    m_compression->setAccessibleName(tr("Compression"));
    securityRow->addWidget(m_security, 1);
    securityRow->addWidget(m_compression, 1);
    row(column, tr("Security"), security, DestinationField::Endpoint);
    auto* timeout = new QWidget(page);
    auto* timeoutRow = plainRow(timeout);
    m_timeout = monoField(timeout, tr("Timeout"), 84);
    timeoutRow->addWidget(m_timeout);
    timeoutRow->addStretch(1);
    row(column, tr("Timeout"), timeout, DestinationField::Timeout);

    auto* retry = new QWidget(page);
    auto* retryRow = plainRow(retry, 6);
    m_retry = new Switch(retry, tr("Retry"));
    m_retryInitial = monoField(retry, tr("First pause"), 58);
    m_retryMax = monoField(retry, tr("Longest pause"), 58);
    m_giveUp = monoField(retry, tr("Give up after"), 58);
    m_giveUp->setPlaceholderText(tr("ever"));
    retryRow->addWidget(m_retry);
    retryRow->addWidget(new Label(retry, TypeStyle::Body, Token::TextMuted, tr("after")));
    retryRow->addWidget(m_retryInitial);
    retryRow->addWidget(new Label(retry, TypeStyle::Body, Token::TextMuted, tr("to")));
    retryRow->addWidget(m_retryMax);
    retryRow->addWidget(new Label(retry, TypeStyle::Body, Token::TextMuted, tr("for")));
    retryRow->addWidget(m_giveUp);
    retryRow->addStretch(1);
    row(column, tr("Retry"), retry, DestinationField::RetryInitial);
    m_start = new QComboBox(page);
    m_start->addItems({tr("What arrives from now on"), tr("Everything in the capture")});
    m_start->setAccessibleName(tr("Begin with"));
    m_startRow = row(column, tr("Begin with"), m_start, DestinationField::RetryMax);

    auto* card = new Card(page, Token::BgRaised, Token::LineDefault);
    auto* inside = new QVBoxLayout(card);
    inside->setContentsMargins(10, 6, 8, 8);
    inside->setSpacing(4);
    auto* caption = new QHBoxLayout;
    caption->addWidget(new Label(card, TypeStyle::Strong, Token::TextPrimary, tr("Test connection")));
    caption->addWidget(
        new Label(card, TypeStyle::Small, Token::TextMuted, tr("sends one span, sluice.test")));
    caption->addStretch(1);
    m_test = makeButton(card, ButtonKind::Default, tr("Test"), "plug", true);
    caption->addWidget(m_test);
    inside->addLayout(caption);
    m_steps = new QVBoxLayout;
    m_steps->setSpacing(2);
    inside->addLayout(m_steps);
    column->addWidget(card);
    column->addStretch(1);

    for (QLineEdit* field : {m_name, m_endpoint, m_timeout, m_retryInitial, m_retryMax, m_giveUp})
        connect(field, &QLineEdit::textEdited, this, &DestinationForm::collect);
    for (QComboBox* box : {m_kind, m_security, m_compression})
        connect(box, &QComboBox::activated, this, &DestinationForm::collect);
    connect(m_headers, &QPlainTextEdit::textChanged, this, &DestinationForm::collect);
    connect(m_retry, &Switch::toggled, this, &DestinationForm::collect);
}

void DestinationForm::showNothing()
{
    m_isShown = false;
    m_isNew = false;
    m_content->hide();
    m_nothing->setVisible(true);
    m_nothing->showEmpty(tr("No destination selected"), tr("Add one to forward what the rules keep."));
}

void DestinationForm::showNew(const DestinationSettings& settings, const std::vector<std::string>& otherNames)
{
    m_isNew = true;
    m_isShown = true;
    m_saved = {};
    m_edited = settings;
    m_otherNames = otherNames;
    m_nothing->hide();
    m_content->show();
    m_banner->hide();
    m_icon->setPixmap(iconOf("plus", Token::AccentDefault).pixmap(14, 14));
    m_badge->setKind(Badge::Kind::Green);
    m_badge->setText(tr("new"));
    m_enabled->hide();
    m_enabledText->hide();
    showTest({}, false);
    load();
    m_name->setFocus();
    m_name->selectAll();
}

void DestinationForm::showStatus(const DestinationStatus& status, const std::vector<std::string>& otherNames)
{
    const bool isSame = m_isShown && !m_isNew && m_saved.name == status.settings.name;
    const bool keepsEdits = isSame && isDirty();
    m_otherNames = otherNames;
    m_nothing->hide();
    m_content->show();
    m_isNew = false;
    m_isShown = true;
    if (!isSame)
        showTest({}, false);
    if (!keepsEdits && (!isSame || !(m_saved == status.settings))) {
        m_saved = status.settings;
        m_edited = m_saved;
        load();
    }
    showState(status);
}

void DestinationForm::showState(const DestinationStatus& status)
{
    const StateMark mark = markOf(status);
    m_icon->setPixmap(iconOf(mark.icon, mark.color).pixmap(14, 14));
    m_badge->setText(mark.word.toLower());
    m_badge->setKind(status.state == DestinationState::Retrying ? Badge::Kind::Red
            : status.state == DestinationState::Off             ? Badge::Kind::Neutral
                                                                : Badge::Kind::Green);
    m_enabled->show();
    m_enabledText->show();
    m_enabled->setChecked(status.state != DestinationState::Off);
    const bool isTrouble = status.state == DestinationState::Retrying;
    m_banner->setVisible(isTrouble);
    if (!isTrouble)
        return;
    m_bannerTitle->setText(text(status.lastError));
    //: %1 is a number, %2 "records", %3 and %4 are times
    m_bannerText->setText(
        tr("%1 %2 in the capture since %3 to be sent, none is lost. Next try at %4.")
            .arg(monoSpan(formatCount(status.behindRecords)), wordFor(status.behindRecords, Counted::Record),
                formatClock(status.behindSince), formatClock(status.nextTry)));
}

void DestinationForm::showTest(const std::vector<ConnectionTestStep>& steps, bool isRunning)
{
    while (QLayoutItem* item = m_steps->takeAt(0)) {
        if (item->widget())
            item->widget()->deleteLater();
        delete item;
    }
    m_isTestShown = !steps.empty();
    m_test->setEnabled(!isRunning);
    m_test->setText(isRunning ? tr("Testing") : m_isTestShown ? tr("Test again") : tr("Test"));
    for (const ConnectionTestStep& step : steps) {
        const bool isOk = step.result == ConnectionTestStep::Result::Ok;
        const bool isFailed = step.result == ConnectionTestStep::Result::Failed;
        auto* box = new QWidget(this);
        auto* line = plainRow(box, 6);
        auto* icon = new Label(box, TypeStyle::Body, Token::TextMuted);
        icon->setPixmap(iconOf(isOk ? "ok"
                : isFailed          ? "error"
                                    : "minus",
            isOk           ? Token::StatusOk
                : isFailed ? Token::StatusError
                           : Token::TextMuted)
                            .pixmap(12, 12));
        line->addWidget(icon);
        line->addWidget(new Label(
            box, TypeStyle::Body, isOk || isFailed ? Token::TextPrimary : Token::TextMuted, text(step.name)));
        line->addStretch(1);
        QStringList details;
        if (!step.detail.empty())
            details.append(text(step.detail));
        if (step.took > Nanos::zero())
            details.append(formatDuration(step.took));
        const QString detail = isOk || isFailed ? details.join(QStringLiteral(" · ")) : tr("not reached");
        auto* right
            = new Label(box, TypeStyle::Mono, isFailed ? Token::StatusError : Token::TextMuted, detail);
        right->setWordWrap(isFailed);
        line->addWidget(right);
        box->setMinimumHeight(22);
        m_steps->addWidget(box);
    }
}

void DestinationForm::saved()
{
    m_saved = m_edited;
    m_isNew = false;
    load();
}

void DestinationForm::load()
{
    m_isLoading = true;
    const DestinationSettings& from = m_edited;
    m_title->setText(m_isNew ? tr("New destination") : shortName(m_saved.name));
    m_name->setText(text(from.name));
    m_name->setReadOnly(!m_isNew); // The position in the capture is kept under the name.
    m_name->setToolTip(m_isNew ? QString() : tr("The position in the capture belongs to this name"));
    m_kind->setCurrentIndex(from.kind == DestinationKind::OtlpGrpc ? 0 : 1);
    m_endpoint->setText(text(from.endpoint));
    for (std::size_t i = 0; i < kSignalCount; ++i)
        m_signals[i]->setChecked(from.signals[i]);
    m_headers->setPlainText(headersToText(from.headers));
    m_security->setCurrentIndex(from.isInsecure ? 0 : 1);
    m_compression->setCurrentIndex(from.compression == Compression::Gzip ? 1 : 0);
    m_timeout->setText(durationToText(from.timeout));
    m_retry->setChecked(from.isRetryEnabled);
    m_retryInitial->setText(durationToText(from.retryInitial));
    m_retryMax->setText(durationToText(from.retryMax));
    m_giveUp->setText(from.retryGiveUp > Nanos(0) ? durationToText(from.retryGiveUp) : QString());
    m_startRow->setVisible(m_isNew);
    m_isLoading = false;
    check();
}

void DestinationForm::collect()
{
    if (m_isLoading)
        return;
    DestinationSettings& to = m_edited;
    to.name = m_name->text().trimmed().toStdString();
    to.kind = m_kind->currentIndex() == 0 ? DestinationKind::OtlpGrpc : DestinationKind::OtlpHttp;
    to.endpoint = m_endpoint->text().trimmed().toStdString();
    for (std::size_t i = 0; i < kSignalCount; ++i)
        to.signals[i] = m_signals[i]->isChecked();
    to.headers = headersFromText(m_headers->toPlainText(), &m_badHeader);
    if (m_security->isEnabled())
        to.isInsecure = m_security->currentIndex() == 0;
    to.compression = m_compression->currentIndex() == 1 ? Compression::Gzip : Compression::None;
    to.timeout = durationOf(m_timeout);
    to.isRetryEnabled = m_retry->isChecked();
    to.retryInitial = durationOf(m_retryInitial);
    to.retryMax = durationOf(m_retryMax);
    to.retryGiveUp = m_giveUp->text().trimmed().isEmpty() ? Nanos(0) : durationOf(m_giveUp);
    check();
}

void DestinationForm::check()
{
    m_problems = problemsOf(m_edited, m_otherNames);
    if (m_badHeader > 0)
        //: %1 is a line number
        m_problems[DestinationField::Headers] = tr("Line %1: expected key: value").arg(m_badHeader);
    if (m_edited.retryGiveUp < Nanos(0))
        m_problems[DestinationField::RetryInitial] = tr("Expected a time, as in 5 min, or nothing for ever");
    const bool isUntouched = m_isNew && m_endpoint->text().isEmpty() && !m_endpoint->isModified();
    for (const auto& [field, line] : m_problemLines) {
        const auto problem
            = isUntouched && field == DestinationField::Endpoint ? m_problems.end() : m_problems.find(field);
        line->setVisible(problem != m_problems.end());
        line->setText(problem == m_problems.end() ? QString() : problem->second);
    }
    m_name->setProperty("hasError", m_problems.contains(DestinationField::Name));
    m_endpoint->setProperty("hasError", !isUntouched && m_problems.contains(DestinationField::Endpoint));
    m_name->update();
    m_endpoint->update();
    const bool hasRetry = m_edited.isRetryEnabled;
    for (QLineEdit* field : {m_retryInitial, m_retryMax, m_giveUp})
        field->setEnabled(hasRetry);
    const bool knowsTls
        = m_edited.kind == DestinationKind::OtlpHttp || m_edited.endpoint.find("://") != std::string::npos;
    m_security->setEnabled(!knowsTls);
    const bool hasTls = knowsTls ? m_edited.endpoint.starts_with("https:") : !m_edited.isInsecure;
    m_security->setCurrentIndex(hasTls ? 1 : 0);
    m_security->setToolTip(knowsTls ? tr("The scheme of the endpoint decides") : QString());
    m_revert->setEnabled(!m_isNew && isDirty());
    m_save->setEnabled(isDirty() && isValid());
    m_test->setEnabled(!m_problems.contains(DestinationField::Endpoint));
    m_remove->setText(m_isNew ? tr("Cancel") : tr("Remove"));
    m_remove->setIcon(m_isNew ? QIcon() : iconOf("trash", Token::StatusError));
    setButtonKind(m_remove, m_isNew ? ButtonKind::Quiet : ButtonKind::Danger, false);
}

} // namespace sluice::ui
