#include "ui/views/pipeline/rule_form.h"

#include "core/config/yaml.h"
#include "ui/format/format.h"
#include "ui/views/pipeline/config_tree.h"
#include "ui/widgets/controls.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace sluice::ui {
namespace {

constexpr int kLabelWidth = 104;

QHBoxLayout* rowLayout(QWidget* parent)
{
    auto* layout = new QHBoxLayout(parent);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    return layout;
}

QVBoxLayout* columnLayout(QWidget* parent, int spacing)
{
    auto* layout = new QVBoxLayout(parent);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing);
    return layout;
}

std::string at(const std::string& list, std::size_t index)
{
    return list + "[" + std::to_string(index) + "]";
}

/// A number as YAML has it, or the text as it is: the processor's validation names what is wrong with it.
config::Node typedNode(const QString& typed, FieldKind kind, bool isRaw)
{
    std::string value = typed.trimmed().toStdString();
    if (kind == FieldKind::Percent && value.ends_with('%')) {
        value.pop_back();
        while (value.ends_with(' '))
            value.pop_back();
    }
    if (kind == FieldKind::Text && !isRaw)
        return textNode(typed.toStdString());
    return scalarNode(value);
}

/// Where the value of an insert, update or upsert comes from.
const std::vector<std::string>& sourceKeys()
{
    static const std::vector<std::string> keys{"value", "from_attribute", "from_context"};
    return keys;
}

} // namespace

RuleForm::RuleForm(QWidget* parent)
    : QScrollArea(parent)
{
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(tr("Form of the rule"));
}

void RuleForm::setRule(const Rule& rule, Signal signal)
{
    const bool isSame = m_id == rule.id && m_signal == signal && m_written == rule.config && widget();
    if (isSame)
        return;
    m_id = rule.id;
    m_type = rule.type();
    m_signal = signal;
    m_written = rule.config;
    m_schema = formSchema(m_type, signal);
    m_syntaxProblem.clear();
    auto tree = config::parseYaml(rule.config);
    if (tree) {
        m_tree = *std::move(tree);
    } else {
        m_tree = {};
        //: %1 is a line number, %2 what is wrong there
        m_syntaxProblem = tr("Line %1: %2").arg(tree.error().position.line).arg(text(tree.error().text));
    }
    rebuild();
}

void RuleForm::setProblems(const std::vector<RuleProblem>& problems)
{
    m_problems = problems;
    std::map<Label*, QStringList> lines;
    for (const RuleProblem& problem : problems) {
        // The longest path that the problem's key begins with: the field itself, or the list that it is in.
        Label* best = nullptr;
        std::size_t length = 0;
        for (const auto& [path, label] : m_problemLines) {
            if (problem.key.starts_with(path) && (best == nullptr || path.size() >= length)) {
                best = label;
                length = path.size();
            }
        }
        if (best)
            lines[best] << text(problem.text);
    }
    for (const auto& [path, label] : m_problemLines) {
        const QStringList texts = lines.contains(label) ? lines[label] : QStringList();
        label->setText(texts.join(u'\n'));
        label->setVisible(!texts.isEmpty());
    }
}

void RuleForm::rebuild()
{
    m_problemLines.clear();
    auto* content = new ui::Panel(this);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(14, 12, 14, 14);
    column->setSpacing(8);
    addProblemLine(column, {});
    if (!m_syntaxProblem.isEmpty()) {
        auto* state = new StateView(content);
        state->showError(tr("The YAML of this rule cannot be read"), m_syntaxProblem, tr("Show YAML"));
        connect(state, &StateView::actionTriggered, this, &RuleForm::yamlWanted);
        column->addWidget(state, 1);
    } else if (m_schema.sections.empty()) {
        auto* state = new StateView(content);
        state->showEmpty(
            tr("No form for this processor"), tr("%1 is edited as YAML.").arg(text(m_type)), tr("Show YAML"));
        connect(state, &StateView::actionTriggered, this, &RuleForm::yamlWanted);
        column->addWidget(state, 1);
    } else {
        for (const SectionSpec& section : m_schema.sections)
            addSection(column, section);
        if (const auto unshown = m_schema.unshownKeys(m_tree); !unshown.empty()) {
            QStringList names;
            for (const std::string& path : unshown)
                names << text(path);
            auto* note = new Label(content, TypeStyle::Small, Token::TextMuted,
                //: %1 is a list of keys
                tr("Kept as they are, shown in YAML: %1").arg(names.join(QStringLiteral(", "))));
            note->setWordWrap(true);
            column->addWidget(note);
        }
        column->addStretch(1);
    }
    setWidget(content);
    setProblems(m_problems);
}

void RuleForm::addSection(QVBoxLayout* column, const SectionSpec& section)
{
    const bool isOptional = !section.path.empty();
    const bool isOn = !isOptional || valueAt(m_tree, section.path);
    QWidget* owner = column->parentWidget();
    auto* head = new QWidget(owner);
    auto* row = rowLayout(head);
    row->addWidget(new Label(head, TypeStyle::Strong, Token::TextPrimary, section.title));
    row->addWidget(new Label(head, TypeStyle::Small, Token::TextMuted, section.hint));
    row->addStretch(1);
    if (isOptional) {
        auto* power = new Switch(head, section.title);
        power->setChecked(isOn);
        row->addWidget(power);
        connect(power, &Switch::toggled, this, [this, section](bool checked) {
            if (checked) {
                setValueAt(m_tree, section.path + ".match_type", textNode("strict"));
            } else {
                removeAt(m_tree, section.path);
            }
            noteStructure(section.path);
        });
    }
    head->setMinimumHeight(24);
    column->addWidget(head);
    if (isOptional)
        addProblemLine(column, section.path);
    if (isOn) {
        for (const FieldSpec& each : section.fields)
            addField(column, each);
    }
    auto* line = new ui::Panel(owner, Token::LineSubtle);
    line->setFixedHeight(1);
    column->addWidget(line);
}

void RuleForm::addField(QVBoxLayout* column, const FieldSpec& field)
{
    QWidget* owner = column->parentWidget();
    auto* box = new QWidget(owner);
    auto* row = rowLayout(box);
    if (!field.label.isEmpty()) {
        auto* label = new Label(box, TypeStyle::Body, Token::TextSecondary, field.label);
        label->setFixedSize(kLabelWidth, 28);
        row->addWidget(label, 0, Qt::AlignTop);
    }
    QWidget* editor = editorFor(box, field);
    const bool isNarrow = field.kind == FieldKind::Number || field.kind == FieldKind::Percent;
    row->addWidget(editor, isNarrow ? 0 : 1);
    if (isNarrow) {
        editor->setFixedWidth(field.kind == FieldKind::Percent ? 90 : 240);
        row->addStretch(1);
    }
    column->addWidget(box);
    addProblemLine(column, field.path);
}

QWidget* RuleForm::editorFor(QWidget* parent, const FieldSpec& field)
{
    switch (field.kind) {
    case FieldKind::Text:
    case FieldKind::Number:
    case FieldKind::Percent:
        return lineEditor(parent, field.path, field.kind, field.isRaw, field.hint, field.label);
    case FieldKind::Texts: return textsEditor(parent, field);
    case FieldKind::Pairs: return entriesEditor(parent, field, "key", "value");
    case FieldKind::Libraries: return entriesEditor(parent, field, "name", "version");
    case FieldKind::Actions: return actionsEditor(parent, field);
    case FieldKind::Choice: {
        auto* box = new QComboBox(parent);
        box->setAccessibleName(field.label);
        const std::string value = textAt(field.path);
        for (const FieldChoice& each : field.choices) {
            box->addItem(each.label, text(each.value));
            if (each.value == value)
                box->setCurrentIndex(box->count() - 1);
        }
        connect(box, &QComboBox::activated, this, [this, box, path = field.path] {
            const std::string chosen = box->currentData().toString().toStdString();
            chosen.empty() ? removeAt(m_tree, path) : setValueAt(m_tree, path, textNode(chosen));
            write(path);
        });
        return box;
    }
    case FieldKind::Switch: break;
    }
    auto* box = new QWidget(parent);
    auto* row = rowLayout(box);
    auto* power = new Switch(box, field.label);
    const config::Node* value = valueAt(m_tree, field.path);
    power->setChecked(value && value->type == config::NodeType::Bool ? value->boolean : field.isOnByDefault);
    row->addWidget(power);
    auto* hint = new Label(box, TypeStyle::Small, Token::TextMuted, field.hint);
    hint->setFixedHeight(28);
    row->addWidget(hint, 1);
    connect(power, &Switch::toggled, this,
        [this, path = field.path, isDefault = field.isOnByDefault](bool checked) {
            checked == isDefault ? removeAt(m_tree, path) : setValueAt(m_tree, path, boolNode(checked));
            write(path);
        });
    return box;
}

QWidget* RuleForm::lineEditor(QWidget* parent, const std::string& path, FieldKind kind, bool isRaw,
    const QString& hint, const QString& name)
{
    auto* line = new QLineEdit(parent);
    line->setFont(fontOf(TypeStyle::Mono));
    line->setPlaceholderText(hint);
    line->setAccessibleName(name.isEmpty() ? hint : name);
    line->setObjectName(text(path));
    const config::Node* value = valueAt(m_tree, path);
    QString shown;
    if (value)
        shown
            = text(kind == FieldKind::Text && !isRaw && value->isString() ? value->text : scalarText(*value));
    if (kind == FieldKind::Percent && !shown.isEmpty())
        shown += QStringLiteral(" %");
    line->setText(shown);
    connect(line, &QLineEdit::textEdited, this, [this, path, kind, isRaw](const QString& typed) {
        if (typed.trimmed().isEmpty()) {
            removeAt(m_tree, path);
        } else {
            setValueAt(m_tree, path, typedNode(typed, kind, isRaw));
        }
        write(path);
    });
    return line;
}

QWidget* RuleForm::textsEditor(QWidget* parent, const FieldSpec& field)
{
    auto* box = new QWidget(parent);
    auto* column = columnLayout(box, 4);
    const config::Node* list = valueAt(m_tree, field.path);
    const std::size_t count = list && list->isList() ? list->items.size() : 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::string path = at(field.path, i);
        auto* row = rowLayout(nullptr);
        auto* line = new QLineEdit(text(list->items[i].text), box);
        line->setFont(fontOf(TypeStyle::Mono));
        line->setAccessibleName(field.label);
        line->setObjectName(text(path));
        connect(line, &QLineEdit::textEdited, this, [this, path](const QString& typed) {
            setValueAt(m_tree, path, textNode(typed.toStdString()));
            write(path);
        });
        row->addWidget(line, 1);
        //: %1 is the name of a field
        auto* remove = makeIconButton(box, "x", tr("Remove from %1").arg(field.label));
        connect(remove, &QPushButton::clicked, this, [this, path, list = field.path] {
            removeAt(m_tree, path);
            if (const config::Node* rest = valueAt(m_tree, list); rest && rest->items.empty())
                removeAt(m_tree, list);
            noteStructure(list);
        });
        row->addWidget(remove);
        column->addLayout(row);
    }
    auto* row = rowLayout(nullptr);
    auto* add = makeButton(box, ButtonKind::Quiet, tr("Add"), "plus", true);
    //: %1 is the name of a field
    add->setAccessibleName(tr("Add to %1").arg(field.label));
    connect(add, &QPushButton::clicked, this, [this, path = field.path, count] {
        setValueAt(m_tree, at(path, count), textNode(""));
        noteStructure(path, at(path, count));
    });
    row->addWidget(add);
    if (count == 0)
        row->addWidget(new Label(box, TypeStyle::Small, Token::TextMuted, field.hint));
    row->addStretch(1);
    column->addLayout(row);
    return box;
}

QWidget* RuleForm::entriesEditor(
    QWidget* parent, const FieldSpec& field, const char* first, const char* second)
{
    auto* box = new QWidget(parent);
    auto* column = columnLayout(box, 4);
    const config::Node* list = valueAt(m_tree, field.path);
    const std::size_t count = list && list->isList() ? list->items.size() : 0;
    const bool isPair = std::string_view(first) == "key";
    for (std::size_t i = 0; i < count; ++i) {
        const std::string path = at(field.path, i);
        auto* row = rowLayout(nullptr);
        row->addWidget(lineEditor(box, path + "." + first, FieldKind::Text, false,
                           isPair ? tr("key") : tr("name"), field.label),
            1);
        row->addWidget(new Label(box, TypeStyle::Mono, Token::TextMuted, QStringLiteral("=")));
        row->addWidget(lineEditor(box, path + "." + second, FieldKind::Text, isPair,
                           isPair ? tr("any value") : tr("any version"), QString()),
            1);
        //: %1 is the name of a field
        auto* remove = makeIconButton(box, "x", tr("Remove from %1").arg(field.label));
        connect(remove, &QPushButton::clicked, this, [this, path, name = field.path] {
            removeAt(m_tree, path);
            if (const config::Node* rest = valueAt(m_tree, name); rest && rest->items.empty())
                removeAt(m_tree, name);
            noteStructure(name);
        });
        row->addWidget(remove);
        column->addLayout(row);
    }
    auto* row = rowLayout(nullptr);
    auto* add = makeButton(box, ButtonKind::Quiet, tr("Add"), "plus", true);
    //: %1 is the name of a field
    add->setAccessibleName(tr("Add to %1").arg(field.label));
    connect(add, &QPushButton::clicked, this, [this, path = field.path, count, first] {
        setValueAt(m_tree, at(path, count) + "." + first, textNode(""));
        noteStructure(path, at(path, count) + "." + first);
    });
    row->addWidget(add);
    if (count == 0)
        row->addWidget(
            new Label(box, TypeStyle::Small, Token::TextMuted, isPair ? tr("any") : tr("any scope")));
    row->addStretch(1);
    column->addLayout(row);
    return box;
}

QWidget* RuleForm::actionsEditor(QWidget* parent, const FieldSpec& field)
{
    auto* box = new QWidget(parent);
    auto* column = columnLayout(box, 8);
    const config::Node* list = valueAt(m_tree, field.path);
    const std::size_t count = list && list->isList() ? list->items.size() : 0;
    for (std::size_t i = 0; i < count; ++i) {
        column->addWidget(actionCard(box, at(field.path, i), i, count));
        addProblemLine(column, at(field.path, i));
    }
    auto* add = makeButton(box, ButtonKind::Default, tr("Add action"), "plus", true);
    connect(add, &QPushButton::clicked, this, [this, path = field.path, count] {
        setValueAt(m_tree, at(path, count) + ".key", textNode(""));
        setValueAt(m_tree, at(path, count) + ".action", textNode("delete"));
        noteStructure(path, at(path, count) + ".key");
    });
    column->addWidget(add, 0, Qt::AlignLeft);
    return box;
}

QWidget* RuleForm::actionCard(QWidget* parent, const std::string& path, std::size_t index, std::size_t count)
{
    auto* card = new Card(parent, Token::BgRaised, Token::LineSubtle);
    auto* column = columnLayout(card, 6);
    column->setContentsMargins(8, 8, 8, 8);
    const std::string action = text(textAt(path + ".action")).toLower().toStdString();
    const std::string list = path.substr(0, path.rfind('['));

    auto* head = rowLayout(nullptr);
    auto* kind = new QComboBox(card);
    kind->setAccessibleName(tr("Action"));
    for (const std::string& name : actionNames())
        kind->addItem(text(name), text(name));
    kind->setCurrentIndex(kind->findData(text(action)));
    kind->setFixedWidth(96);
    connect(kind, &QComboBox::activated, this, [this, kind, path] {
        const std::string chosen = kind->currentData().toString().toStdString();
        setValueAt(m_tree, path + ".action", textNode(chosen));
        // Keys that the new action refuses go, the others stay.
        const auto kept = keysOfAction(chosen);
        for (const char* key :
            {"value", "from_attribute", "from_context", "default_value", "pattern", "converted_type"}) {
            if (std::ranges::find(kept, key) == kept.end())
                removeAt(m_tree, path + "." + key);
        }
        if (chosen == "convert" && !valueAt(m_tree, path + ".converted_type"))
            setValueAt(m_tree, path + ".converted_type", textNode("string"));
        noteStructure(path);
    });
    head->addWidget(kind);
    head->addWidget(
        lineEditor(card, path + ".key", FieldKind::Text, false, tr("attribute"), tr("Attribute")), 1);
    const auto moveTo = [this, list, index](std::size_t to) {
        config::Node nodes = *valueAt(m_tree, list);
        std::swap(nodes.items[index], nodes.items[to]);
        setValueAt(m_tree, list, std::move(nodes));
        noteStructure(list);
    };
    if (count > 1) {
        auto* up = makeIconButton(card, "chev-u", tr("Move up"));
        up->setEnabled(index > 0);
        connect(up, &QPushButton::clicked, this, [moveTo, index] { moveTo(index - 1); });
        head->addWidget(up);
        auto* down = makeIconButton(card, "chev-d", tr("Move down"));
        down->setEnabled(index + 1 < count);
        connect(down, &QPushButton::clicked, this, [moveTo, index] { moveTo(index + 1); });
        head->addWidget(down);
    }
    auto* remove = makeIconButton(card, "trash", tr("Remove action"));
    connect(remove, &QPushButton::clicked, this, [this, path, list] {
        removeAt(m_tree, path);
        noteStructure(list);
    });
    head->addWidget(remove);
    column->addLayout(head);

    const auto keys = keysOfAction(action);
    const auto uses = [&keys](const char* key) { return std::ranges::find(keys, key) != keys.end(); };
    auto* below = rowLayout(nullptr);
    if (uses("value")) {
        std::string source = "value";
        for (const std::string& key : sourceKeys()) {
            if (valueAt(m_tree, path + "." + key))
                source = key;
        }
        auto* from = new QComboBox(card);
        from->setAccessibleName(tr("Where the value comes from"));
        from->addItem(tr("value"), QStringLiteral("value"));
        from->addItem(tr("attribute"), QStringLiteral("from_attribute"));
        from->addItem(tr("context"), QStringLiteral("from_context"));
        from->setCurrentIndex(from->findData(text(source)));
        from->setFixedWidth(96);
        connect(from, &QComboBox::activated, this, [this, from, path, source] {
            const std::string chosen = from->currentData().toString().toStdString();
            const std::string old = textAt(path + "." + source);
            for (const std::string& key : sourceKeys())
                removeAt(m_tree, path + "." + key);
            setValueAt(m_tree, path + "." + chosen, textNode(old));
            noteStructure(path);
        });
        below->addWidget(from);
        const bool isValue = source == "value";
        below->addWidget(lineEditor(card, path + "." + source, FieldKind::Text, isValue,
                             isValue                          ? tr("text, number, true, [list]")
                                 : source == "from_attribute" ? tr("attribute")
                                                              : tr("metadata.NAME, client.address"),
                             tr("Value")),
            1);
        if (!isValue) {
            below->addWidget(new Label(card, TypeStyle::Body, Token::TextMuted, tr("else")));
            below->addWidget(lineEditor(card, path + ".default_value", FieldKind::Text, true, tr("nothing"),
                                 tr("Value if there is none")),
                1);
        }
    } else if (uses("pattern")) {
        auto* label = new Label(card, TypeStyle::Body, Token::TextMuted,
            action == "extract" ? tr("with pattern") : tr("and names like"));
        label->setFixedWidth(96);
        below->addWidget(label);
        below->addWidget(
            lineEditor(card, path + ".pattern", FieldKind::Text, false,
                action == "extract" ? tr("^(?P<proto>.*)://(?P<host>[^/]*)") : tr("none"), tr("Pattern")),
            1);
    } else if (uses("converted_type")) {
        auto* label = new Label(card, TypeStyle::Body, Token::TextMuted, tr("to type"));
        label->setFixedWidth(96);
        below->addWidget(label);
        auto* type = new QComboBox(card);
        type->setAccessibleName(tr("Type"));
        for (const char* name : {"string", "int", "double"})
            type->addItem(QLatin1String(name));
        type->setCurrentText(text(textAt(path + ".converted_type")));
        connect(type, &QComboBox::activated, this, [this, type, path] {
            setValueAt(m_tree, path + ".converted_type", textNode(type->currentText().toStdString()));
            write(path + ".converted_type");
        });
        below->addWidget(type);
        below->addStretch(1);
    }
    column->addLayout(below);
    column->addWidget(new Label(card, TypeStyle::Small, Token::TextMuted, describeAction(action)));
    return card;
}

void RuleForm::addProblemLine(QVBoxLayout* column, const std::string& path)
{
    if (m_problemLines.contains(path))
        return;
    auto* line = new Label(column->parentWidget(), TypeStyle::Small, Token::StatusError);
    line->setWordWrap(true);
    line->hide();
    column->addWidget(line);
    m_problemLines[path] = line;
}

void RuleForm::noteStructure(const std::string& path, const std::string& focus)
{
    write(path);
    QTimer::singleShot(0, this, [this, focus] { // The sender is one of the widgets that go.
        rebuild();
        if (auto* line = widget()->findChild<QLineEdit*>(text(focus)); line && !focus.empty())
            line->setFocus(Qt::OtherFocusReason);
    });
}

void RuleForm::write(const std::string& path)
{
    m_written = config::emitYaml(m_tree);
    Q_EMIT edited(QString::fromStdString(m_written), QString::fromStdString(path));
}

std::string RuleForm::textAt(const std::string& path) const
{
    const config::Node* value = valueAt(m_tree, path);
    return value ? value->text : std::string();
}

} // namespace sluice::ui
