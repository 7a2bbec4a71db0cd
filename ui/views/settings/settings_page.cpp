#include "ui/views/settings/settings_page.h"

#include "ui/bridge/background.h"
#include "ui/format/format.h"
#include "ui/main_window/action_registry.h"
#include "ui/views/settings/retention_text.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/toast_host.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QScrollArea>
#include <QSettings>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace sluice::ui {
namespace {

constexpr int kLabelWidth = 150;
constexpr int kColumnWidth = 760;

QVBoxLayout* group(QVBoxLayout* column, const QString& caption, const QString& hint, QList<QWidget*>& groups)
{
    auto* card = new Card(column->parentWidget());
    card->setAccessibleName(caption);
    auto* inside = new QVBoxLayout(card);
    inside->setContentsMargins(16, 12, 16, 14);
    inside->setSpacing(8);
    auto* head = new QHBoxLayout;
    head->addWidget(new Label(card, TypeStyle::Title, Token::TextPrimary, caption));
    head->addWidget(new Label(card, TypeStyle::Small, Token::TextMuted, hint));
    head->addStretch(1);
    inside->addLayout(head);
    column->addWidget(card);
    groups.append(card);
    return inside;
}

QHBoxLayout* line(QVBoxLayout* inside, const QString& caption)
{
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    auto* label = new Label(inside->parentWidget(), TypeStyle::Body, Token::TextSecondary, caption);
    label->setFixedSize(kLabelWidth, 28);
    row->addWidget(label);
    inside->addLayout(row);
    return row;
}

QLineEdit* monoField(QWidget* parent, const QString& name, int width)
{
    auto* field = new QLineEdit(parent);
    field->setFont(fontOf(TypeStyle::Mono));
    field->setAccessibleName(name);
    field->setFixedWidth(width);
    return field;
}

template <class Answer>
std::string errorOf(const Answer& answer)
{
    return answer ? std::string() : answer.error().text.empty() ? std::string("?") : answer.error().text;
}

} // namespace

SettingsPage::SettingsPage(const Workbench& workbench, QWidget* parent)
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
    head->addWidget(new Label(bar, TypeStyle::Heading, Token::TextPrimary, tr("Settings")));
    head->addStretch(1);
    m_search = new QLineEdit(bar);
    m_search->setPlaceholderText(tr("Find setting"));
    m_search->setAccessibleName(tr("Find setting"));
    m_search->setFixedWidth(260);
    m_search->setClearButtonEnabled(true);
    head->addWidget(m_search);
    outer->addWidget(bar);
    auto* scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* page = new Panel(scroll, Token::BgWindow);
    auto* middle = new QHBoxLayout(page);
    middle->setContentsMargins(16, 16, 16, 16);
    auto* box = new QWidget(page);
    box->setMaximumWidth(kColumnWidth);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(12);
    addAppearance(column);
    addReceivers(column);
    addStorage(column);
    addShortcuts(column);
    addAbout(column);
    column->addStretch(1);
    middle->addStretch(1);
    middle->addWidget(box, 20);
    middle->addStretch(1);
    scroll->setWidget(page);
    outer->addWidget(scroll, 1);
    connect(m_search, &QLineEdit::textChanged, this, &SettingsPage::filter);
    connect(&m_workbench.feed, &LiveFeed::statusChanged, this, &SettingsPage::showStatus);
}

QString SettingsPage::title() const
{
    return tr("Settings");
}

QList<QWidget*> SettingsPage::areas() const
{
    return {m_search, m_theme, m_maxSize, m_shortcuts};
}

void SettingsPage::setShown(bool shown)
{
    if (!shown)
        return;
    const EngineStatus& status = m_workbench.feed.status();
    m_maxSize->setText(sizeToText(status.retentionBytes));
    m_maxAge->setText(ageToText(status.retentionAge));
    const auto actions = m_workbench.actions.actions();
    m_shortcuts->setRowCount(static_cast<int>(actions.size()));
    for (int row = 0; row < m_shortcuts->rowCount(); ++row) {
        QStringList keys;
        const auto sequences = actions[row]->shortcuts();
        for (const QKeySequence& key : sequences)
            keys << key.toString(QKeySequence::NativeText);
        auto* name = new QTableWidgetItem(actions[row]->text());
        auto* key = new QTableWidgetItem(keys.join(QStringLiteral(", ")));
        key->setFont(fontOf(TypeStyle::Mono));
        m_shortcuts->setItem(row, 0, name);
        m_shortcuts->setItem(row, 1, key);
    }
    m_shortcuts->setFixedHeight(m_shortcuts->rowCount() * 26 + 4);
    showStatus();
}

void SettingsPage::addAppearance(QVBoxLayout* column)
{
    QVBoxLayout* inside = group(column, tr("Appearance"), {}, m_groups);
    QHBoxLayout* row = line(inside, tr("Theme"));
    m_theme = new Segmented(inside->parentWidget(), tr("Theme"), false);
    m_theme->addChoice(tr("Dark"), "moon");
    m_theme->addChoice(tr("Light"), "eye");
    m_theme->addChoice(tr("Follow system"));
    m_theme->setCurrent(static_cast<int>(m_workbench.theme.choice()));
    row->addWidget(m_theme);
    row->addStretch(1);
    connect(m_theme, &Segmented::chosen, this, [this](int choice) {
        QSettings().setValue(QStringLiteral("theme"), choice);
        m_workbench.theme.setChoice(static_cast<ThemeChoice>(choice));
    });
}

void SettingsPage::addReceivers(QVBoxLayout* column)
{
    QVBoxLayout* inside = group(column, tr("Receivers"), tr("loopback addresses"), m_groups);
    const std::array<std::pair<const char*, QString>, 2> names{
        {{"grpc", QStringLiteral("OTLP gRPC")}, {"http", QStringLiteral("OTLP HTTP")}}};
    for (std::size_t i = 0; i < names.size(); ++i) {
        ReceiverRow& receiver = m_receivers[i];
        receiver.id = names[i].first;
        QHBoxLayout* row = line(inside, names[i].second);
        QWidget* owner = inside->parentWidget();
        receiver.address = monoField(owner, names[i].second, 190);
        receiver.listen = makeButton(owner, ButtonKind::Default, tr("Listen there"), nullptr);
        receiver.state = new Label(owner, TypeStyle::Small, Token::TextMuted);
        receiver.state->setWordWrap(true);
        row->addWidget(receiver.address);
        row->addWidget(receiver.listen);
        row->addWidget(receiver.state, 1);
        connect(receiver.listen, &QPushButton::clicked, this,
            [this, i] { listen(m_receivers[i].id, m_receivers[i].address->text().trimmed()); });
    }
}

void SettingsPage::addStorage(QVBoxLayout* column)
{
    QVBoxLayout* inside
        = group(column, tr("Storage"), tr("everything received is kept as received"), m_groups);
    QWidget* owner = inside->parentWidget();
    QHBoxLayout* file = line(inside, tr("Capture"));
    m_store = new Label(owner, TypeStyle::Mono, Token::TextPrimary);
    m_store->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_store->setWordWrap(true);
    file->addWidget(m_store, 1);
    QHBoxLayout* acts = line(inside, {});
    m_keep = makeButton(owner, ButtonKind::Default, tr("Keep"), "pin");
    auto* save = makeButton(owner, ButtonKind::Default, tr("Save as…"), "save");
    acts->addWidget(m_keep);
    acts->addWidget(save);
    acts->addStretch(1);
    QHBoxLayout* limits = line(inside, tr("Retention"));
    m_maxSize = monoField(owner, tr("Largest size"), 96);
    m_maxSize->setPlaceholderText(tr("no limit"));
    m_maxAge = monoField(owner, tr("Longest age"), 96);
    m_maxAge->setPlaceholderText(tr("no limit"));
    m_retentionApply = makeButton(owner, ButtonKind::Default, tr("Set limits"), nullptr);
    limits->addWidget(new Label(owner, TypeStyle::Body, Token::TextMuted, tr("up to")));
    limits->addWidget(m_maxSize);
    limits->addWidget(new Label(owner, TypeStyle::Body, Token::TextMuted, tr("and no older than")));
    limits->addWidget(m_maxAge);
    limits->addWidget(m_retentionApply);
    limits->addStretch(1);
    m_retentionProblem = new Label(owner, TypeStyle::Small, Token::StatusError);
    m_retentionProblem->setContentsMargins(kLabelWidth + 8, 0, 0, 0);
    m_retentionProblem->hide();
    inside->addWidget(m_retentionProblem);
    connect(m_keep, &QPushButton::clicked, this, &SettingsPage::keep);
    connect(save, &QPushButton::clicked, this, &SettingsPage::saveAs);
    connect(m_retentionApply, &QPushButton::clicked, this, &SettingsPage::applyRetention);
    for (QLineEdit* field : {m_maxSize, m_maxAge}) {
        connect(field, &QLineEdit::textChanged, this, [this] {
            const bool isSizeFine = sizeFromText(m_maxSize->text()).has_value();
            const bool isAgeFine = ageFromText(m_maxAge->text()).has_value();
            m_retentionProblem->setText(!isSizeFine ? tr("Expected a size, as in 4 GB, or nothing")
                                                    : tr("Expected an age, as in 24 h, or nothing"));
            m_retentionProblem->setVisible(!isSizeFine || !isAgeFine);
            m_retentionApply->setEnabled(isSizeFine && isAgeFine);
        });
    }
}

void SettingsPage::addShortcuts(QVBoxLayout* column)
{
    QVBoxLayout* inside
        = group(column, tr("Shortcuts"), tr("press ? anywhere for those of the present screen"), m_groups);
    m_shortcuts = new QTableWidget(0, 2, inside->parentWidget());
    m_shortcuts->setAccessibleName(tr("Shortcuts"));
    m_shortcuts->setFrameShape(QFrame::NoFrame);
    m_shortcuts->setShowGrid(false);
    m_shortcuts->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_shortcuts->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_shortcuts->setTabKeyNavigation(false);
    m_shortcuts->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_shortcuts->verticalHeader()->hide();
    m_shortcuts->verticalHeader()->setMinimumSectionSize(26);
    m_shortcuts->verticalHeader()->setDefaultSectionSize(26);
    m_shortcuts->horizontalHeader()->hide();
    m_shortcuts->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_shortcuts->setColumnWidth(1, 220);
    inside->addWidget(m_shortcuts);
}

void SettingsPage::addAbout(QVBoxLayout* column)
{
    QVBoxLayout* inside = group(column, tr("About"), {}, m_groups);
    auto* words = new Label(inside->parentWidget(), TypeStyle::Body, Token::TextSecondary,
        //: %1 and %2 are versions
        tr("Sluice %1, with Qt %2. Free software under the GNU General Public License, version 3 or later. "
           "Nothing leaves this computer but what you forward.")
            .arg(QStringLiteral(SLUICE_VERSION), QString::fromLatin1(qVersion())));
    words->setWordWrap(true);
    inside->addWidget(words);
}

void SettingsPage::showStatus()
{
    const EngineStatus& status = m_workbench.feed.status();
    for (ReceiverRow& row : m_receivers) {
        const auto found = std::ranges::find_if(status.receivers, [&row](const ReceiverInfo& each) {
            return QString::fromStdString(each.name).compare(
                       QString::fromStdString(row.id), Qt::CaseInsensitive)
                == 0;
        });
        if (found == status.receivers.end()) {
            row.state->setText(tr("off"));
            continue;
        }
        row.state->setText(found->isListening ? tr("listening") : text(found->trouble));
        row.state->setColor(found->isListening ? Token::StatusOk : Token::StatusError);
        if (row.address->text().isEmpty() && !row.address->hasFocus())
            row.address->setText(found->addresses.empty() ? QStringLiteral("127.0.0.1:%1").arg(found->port)
                                                          : text(found->addresses.front()));
    }
    m_keep->setEnabled(status.isTemporary);
    m_store->setText(text(status.capturePath)
        + QStringLiteral("\n")
        //: %1 is a size
        + (status.isTemporary ? tr("%1, temporary: gone when Sluice closes") : tr("%1, kept"))
              .arg(formatBytes(status.captureBytes)));
}

void SettingsPage::listen(const std::string& id, const QString& address)
{
    runInBackground(
        &m_workbench.pool, this,
        [control = &m_workbench.control, id, where = address.toStdString()] {
            return errorOf(control->listen(id, where));
        },
        //: %1 is an address
        [this, address](const std::string& error) {
            report(tr("The receiver stays where it was"), tr("Listening on %1").arg(address), error);
        });
}

void SettingsPage::applyRetention()
{
    const auto size = sizeFromText(m_maxSize->text());
    const auto age = ageFromText(m_maxAge->text());
    if (!size || !age)
        return;
    runInBackground(
        &m_workbench.pool, this,
        [control = &m_workbench.control, size = *size, age = *age] {
            return errorOf(control->setRetention(size, age));
        },
        [this](const std::string& error) { report(tr("The limits were not set"), tr("Limits set"), error); });
}

void SettingsPage::keep()
{
    runInBackground(
        &m_workbench.pool, this, [control = &m_workbench.control] { return errorOf(control->keepCapture()); },
        [this](const std::string& error) {
            report(tr("The capture was not kept"), tr("The capture is kept"), error);
        });
}

void SettingsPage::saveAs()
{
    const QString path
        = QFileDialog::getSaveFileName(this, tr("Save capture as"), {}, tr("Sluice captures (*.sluice)"));
    if (path.isEmpty())
        return;
    runInBackground(
        &m_workbench.pool, this,
        [control = &m_workbench.control, where = path.toStdString()] {
            return errorOf(control->saveCaptureAs(where));
        },
        [this](const std::string& error) { report(tr("The capture was not saved"), tr("Saved"), error); });
}

void SettingsPage::report(const QString& failure, const QString& success, const std::string& error)
{
    const bool isFine = error.empty();
    m_workbench.toasts.show(isFine ? ToastHost::Kind::Success : ToastHost::Kind::Error,
        isFine ? success : failure, isFine ? QString() : text(error));
    m_workbench.feed.refresh();
}

void SettingsPage::filter(const QString& words)
{
    for (QWidget* each : std::as_const(m_groups)) {
        bool isFound
            = words.trimmed().isEmpty() || each->accessibleName().contains(words, Qt::CaseInsensitive);
        const auto labels = each->findChildren<QLabel*>();
        for (const QLabel* label : labels)
            isFound = isFound || label->text().contains(words, Qt::CaseInsensitive);
        each->setVisible(isFound);
    }
}

} // namespace sluice::ui
