// QScintilla's headers use Qt's short keywords.
#undef QT_NO_KEYWORDS

#include "ui/widgets/code_editor.h"

#include "ui/theme/theme.h"

#include <QEvent>
#include <QVBoxLayout>
#include <Qsci/qscilexeryaml.h>
#include <Qsci/qsciscintilla.h>
#include <Qsci/qscistyle.h>

namespace sluice::ui {
namespace {

constexpr int kErrorIndicator = 8;

/// QScintilla ignores pixel sizes: the same size in points.
QFont editorFont(const QWidget& widget)
{
    QFont font = fontOf(TypeStyle::MonoCode);
    font.setPointSizeF(font.pixelSize() * 72.0 / widget.logicalDpiY());
    return font;
}

} // namespace

struct CodeEditor::Parts {
    QsciScintilla* editor = nullptr;
    QsciLexerYAML* lexer = nullptr;
    bool isSetting = false; ///< The program, not a person, changes the text.
    bool isStyling = false;
};

CodeEditor::CodeEditor(QWidget* parent, const QString& name)
    : QWidget(parent)
    , m_parts(std::make_unique<Parts>())
{
    m_parts->editor = new QsciScintilla(this);
    m_parts->lexer = new QsciLexerYAML(m_parts->editor);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_parts->editor);
    QsciScintilla& editor = *m_parts->editor;
    editor.setAccessibleName(name);
    editor.setFrameShape(QFrame::NoFrame);
    editor.setUtf8(true);
    editor.setLexer(m_parts->lexer);
    editor.setIndentationsUseTabs(false);
    editor.setTabWidth(2);
    editor.setAutoIndent(true);
    editor.setCaretLineVisible(true);
    editor.setEolMode(QsciScintilla::EolUnix);
    editor.setMarginType(0, QsciScintilla::NumberMargin);
    editor.setMarginWidth(0, QStringLiteral("0000"));
    editor.setMarginWidth(1, 8);
    editor.setScrollWidth(10);
    editor.setScrollWidthTracking(true);
    editor.indicatorDefine(QsciScintilla::SquiggleIndicator, kErrorIndicator);
    editor.setAnnotationDisplay(QsciScintilla::AnnotationIndented);
    setFocusProxy(m_parts->editor);
    applyTheme();
    connect(m_parts->editor, &QsciScintilla::textChanged, this, [this] {
        if (!m_parts->isSetting)
            Q_EMIT edited(text());
    });
}

CodeEditor::~CodeEditor() = default;

QString CodeEditor::text() const
{
    return m_parts->editor->text();
}

void CodeEditor::setText(const QString& text)
{
    if (m_parts->editor->text() == text)
        return;
    m_parts->isSetting = true;
    m_parts->editor->setText(text);
    m_parts->isSetting = false;
}

void CodeEditor::setReadOnly(bool readOnly)
{
    m_parts->editor->setReadOnly(readOnly);
}

void CodeEditor::setProblem(int line, const QString& text)
{
    QsciScintilla& editor = *m_parts->editor;
    editor.clearAnnotations();
    editor.clearIndicatorRange(0, 0, editor.lines(), 0, kErrorIndicator);
    if (line < 1 || line > editor.lines())
        return;
    editor.fillIndicatorRange(line - 1, 0, line - 1, editor.lineLength(line - 1), kErrorIndicator);
    const Theme& theme = themeOf(this);
    editor.annotate(line - 1, text,
        QsciStyle(-1, QStringLiteral("problem"), theme.color(Token::StatusError),
            theme.color(Token::StatusErrorSoft), editorFont(*this)));
}

void CodeEditor::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && !m_parts->isStyling)
        applyTheme();
}

void CodeEditor::applyTheme()
{
    m_parts->isStyling = true;
    const Theme& theme = themeOf(this);
    QsciLexerYAML& lexer = *m_parts->lexer;
    const QColor paper = theme.color(Token::BgField);
    lexer.setDefaultFont(editorFont(*this));
    lexer.setFont(editorFont(*this), -1);
    lexer.setDefaultPaper(paper);
    lexer.setPaper(paper, -1);
    lexer.setDefaultColor(theme.color(Token::SyntaxString));
    lexer.setColor(theme.color(Token::SyntaxString), -1);
    lexer.setColor(theme.color(Token::SyntaxString), QsciLexerYAML::Default);
    lexer.setColor(theme.color(Token::SyntaxComment), QsciLexerYAML::Comment);
    lexer.setColor(theme.color(Token::SyntaxKey), QsciLexerYAML::Identifier);
    lexer.setColor(theme.color(Token::SyntaxKeyword), QsciLexerYAML::Keyword);
    lexer.setColor(theme.color(Token::SyntaxNumber), QsciLexerYAML::Number);
    lexer.setColor(theme.color(Token::SyntaxFunction), QsciLexerYAML::Reference);
    lexer.setColor(theme.color(Token::SyntaxError), QsciLexerYAML::SyntaxErrorMarker);
    lexer.setColor(theme.color(Token::SyntaxOperator), QsciLexerYAML::Operator);
    lexer.setPaper(paper, QsciLexerYAML::SyntaxErrorMarker);
    QsciScintilla& editor = *m_parts->editor;
    editor.setPaper(paper);
    editor.setColor(theme.color(Token::SyntaxPath));
    editor.setMarginsFont(editorFont(*this));
    editor.setMarginsBackgroundColor(paper);
    editor.setMarginsForegroundColor(theme.color(Token::TextMuted));
    editor.setCaretForegroundColor(theme.color(Token::TextPrimary));
    editor.setCaretLineBackgroundColor(theme.color(Token::BgHover));
    editor.setSelectionBackgroundColor(theme.color(Token::BgSelected));
    editor.setSelectionForegroundColor(theme.color(Token::TextPrimary));
    editor.setIndicatorForegroundColor(theme.color(Token::SyntaxError), kErrorIndicator);
    m_parts->isStyling = false;
}

} // namespace sluice::ui
