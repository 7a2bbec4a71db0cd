#include "ui/views/pipeline/apply_dialog.h"

#include "ui/widgets/controls.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPainter>
#include <QVBoxLayout>

namespace sluice::ui {

ApplyDialog::ApplyDialog(QWidget* parent, std::uint32_t number, const std::vector<QString>& differences)
    : QDialog(parent)
    , m_note(new QLineEdit(this))
{
    setWindowFlag(Qt::FramelessWindowHint);
    //: %1 is the number of a revision
    const QString title = tr("Apply draft r%1?").arg(number);
    setWindowTitle(title);
    setModal(true);
    setMinimumWidth(420);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(8);
    column->addWidget(new Label(this, TypeStyle::Title, Token::TextPrimary, title));
    auto* what = new Label(this, TypeStyle::Body, Token::TextSecondary,
        //: %1 is the number of a revision
        tr("New data follows r%1 from now on. Stored data keeps its outcome.").arg(number));
    what->setWordWrap(true);
    column->addWidget(what);
    for (const QString& line : differences)
        column->addWidget(new Label(this, TypeStyle::Mono, Token::TextPrimary, QStringLiteral("· ") + line));
    m_note->setPlaceholderText(tr("Note for the history"));
    m_note->setAccessibleName(tr("Note for the history"));
    column->addSpacing(4);
    column->addWidget(m_note);
    column->addSpacing(8);
    auto* row = new QHBoxLayout;
    row->addStretch(1);
    auto* cancel = makeButton(this, ButtonKind::Default, tr("Cancel"));
    //: %1 is the number of a revision
    auto* apply = makeButton(this, ButtonKind::Primary, tr("Apply r%1").arg(number));
    apply->setDefault(true);
    row->addWidget(cancel);
    row->addWidget(apply);
    column->addLayout(row);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(apply, &QPushButton::clicked, this, &QDialog::accept);
    apply->setFocus();
}

QString ApplyDialog::note() const
{
    return m_note->text().trimmed();
}

void ApplyDialog::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setPen(themeOf(this).color(Token::LineStrong));
    painter.setBrush(themeOf(this).color(Token::BgOverlay));
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

} // namespace sluice::ui
