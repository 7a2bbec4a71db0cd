#include "ui/views/pipeline/pipeline_draft.h"

#include <QUndoCommand>
#include <QUndoStack>

#include <algorithm>
#include <utility>

namespace sluice::ui {
namespace {

QString shown(const std::string& text)
{
    return QString::fromStdString(text);
}

Rule* ruleIn(RevisionDefinition& definition, const std::string& id)
{
    const auto found = std::ranges::find(definition.rules, id, &Rule::id);
    return found == definition.rules.end() ? nullptr : &*found;
}

const Rule* ruleIn(const RevisionDefinition& definition, const std::string& id)
{
    const auto found = std::ranges::find(definition.rules, id, &Rule::id);
    return found == definition.rules.end() ? nullptr : &*found;
}

PipelineDefinition* pipelineIn(RevisionDefinition& definition, const std::string& id)
{
    const auto found = std::ranges::find(definition.pipelines, id, &PipelineDefinition::id);
    return found == definition.pipelines.end() ? nullptr : &*found;
}

bool isName(const std::string& name)
{
    return !name.empty() && name.find_first_of(" \t\r\n/:#'\"") == std::string::npos;
}

} // namespace

/// One step of the undo stack: the whole definition before and after. Definitions are small and share
/// nothing.
class PipelineDraft::Edit final : public QUndoCommand {
public:
    Edit(PipelineDraft& draft, const QString& what, RevisionDefinition after, std::string mergeKey)
        : QUndoCommand(what)
        , m_draft(draft)
        , m_before(draft.m_draft)
        , m_after(std::move(after))
        , m_mergeKey(std::move(mergeKey))
    {
    }

    void undo() override { m_draft.become(m_before); }
    void redo() override { m_draft.become(m_after); }
    [[nodiscard]] int id() const override { return m_mergeKey.empty() ? -1 : 1; }
    bool mergeWith(const QUndoCommand* next) override
    {
        const auto* edit = static_cast<const Edit*>(next); // id() is the same, so the type is.
        if (edit->m_mergeKey != m_mergeKey)
            return false;
        m_after = edit->m_after;
        setObsolete(m_after == m_before);
        return true;
    }

private:
    PipelineDraft& m_draft;
    RevisionDefinition m_before;
    RevisionDefinition m_after;
    std::string m_mergeKey; ///< Empty: never merged.
};

PipelineDraft::PipelineDraft(QObject* parent)
    : QObject(parent)
    , m_stack(new QUndoStack(this))
{
    m_live.normalise();
    m_draft = m_live;
}

PipelineDraft::~PipelineDraft() = default;

void PipelineDraft::setLive(std::uint32_t number, RevisionDefinition live)
{
    live.normalise();
    if (m_hasLive && number == m_liveNumber && live == m_live)
        return;
    const bool wasDirty = isDirty();
    m_hasLive = true;
    m_liveNumber = number;
    m_live = std::move(live);
    if (!wasDirty) {
        m_stack->clear();
        m_draft = m_live;
    }
    Q_EMIT changed();
}

bool PipelineDraft::isDirty() const
{
    return !(m_draft == m_live);
}

int PipelineDraft::editCount() const
{
    if (!isDirty())
        return 0;
    // Without a clean step on the stack (the live revision changed underneath) the differences are what
    // counts.
    const int clean = m_stack->cleanIndex();
    const int steps = clean < 0 ? 0 : std::abs(m_stack->index() - clean);
    return steps > 0 ? steps : std::max(1, static_cast<int>(differences().size()));
}

PipelineDraft::Change PipelineDraft::changeOf(const std::string& ruleId) const
{
    const Rule* now = rule(ruleId);
    const Rule* before = ruleIn(m_live, ruleId);
    if (!now || (before && *now == *before))
        return Change::None;
    if (before)
        return Change::Edited;
    const bool isRenamed = std::ranges::any_of(m_live.rules, [&](const Rule& other) {
        return other.config == now->config && other.type() == now->type() && !rule(other.id);
    });
    return isRenamed ? Change::Renamed : Change::New;
}

std::vector<QString> PipelineDraft::differences() const
{
    std::vector<QString> lines;
    for (const Rule& now : m_draft.rules) {
        const Rule* before = ruleIn(m_live, now.id);
        const QString name = shown(now.name());
        if (!before) {
            //: %1 is the name of a rule
            lines.push_back(changeOf(now.id) == Change::Renamed ? tr("%1 has a new name").arg(name)
                                                                : tr("%1 is new").arg(name));
            continue;
        }
        if (before->isEnabled != now.isEnabled)
            //: %1 is the name of a rule
            lines.push_back(
                now.isEnabled ? tr("%1 is switched on").arg(name) : tr("%1 is switched off").arg(name));
        if (before->config != now.config)
            lines.push_back(tr("%1 is edited").arg(name)); //: %1 is the name of a rule
    }
    for (const Rule& before : m_live.rules) {
        if (!rule(before.id))
            lines.push_back(tr("%1 is removed").arg(shown(before.name()))); //: %1 is the name of a rule
    }
    for (const PipelineDefinition& now : m_draft.pipelines) {
        const auto before = std::ranges::find(m_live.pipelines, now.id, &PipelineDefinition::id);
        if (before == m_live.pipelines.end())
            continue;
        auto sortedNow = now.rules;
        auto sortedBefore = before->rules;
        std::ranges::sort(sortedNow);
        std::ranges::sort(sortedBefore);
        if (sortedNow == sortedBefore && now.rules != before->rules)
            //: %1 is the name of a pipeline: "traces"
            lines.push_back(tr("The order of %1 has changed").arg(shown(now.id)));
    }
    return lines;
}

const PipelineDefinition* PipelineDraft::pipeline(const std::string& id) const
{
    const auto found = std::ranges::find(m_draft.pipelines, id, &PipelineDefinition::id);
    return found == m_draft.pipelines.end() ? nullptr : &*found;
}

std::vector<std::string> PipelineDraft::pipelinesOf(Signal signal) const
{
    std::vector<std::string> ids;
    for (const PipelineDefinition& each : m_draft.pipelines) {
        if (each.signal == signal)
            ids.push_back(each.id);
    }
    return ids;
}

const Rule* PipelineDraft::rule(const std::string& id) const
{
    return ruleIn(m_draft, id);
}

std::string PipelineDraft::add(
    const std::string& pipelineId, const std::string& type, const std::string& config, int afterRow)
{
    RevisionDefinition after = m_draft;
    PipelineDefinition* line = pipelineIn(after, pipelineId);
    if (!line)
        return {};
    Rule rule;
    rule.id = freeId(type, "new");
    rule.config = config;
    const int row = std::clamp(afterRow + 1, 0, static_cast<int>(line->rules.size()));
    line->rules.insert(line->rules.begin() + row, rule.id);
    after.rules.push_back(rule);
    push(tr("Add rule"), std::move(after));
    return rule.id;
}

std::string PipelineDraft::duplicate(const std::string& pipelineId, int row)
{
    RevisionDefinition after = m_draft;
    PipelineDefinition* line = pipelineIn(after, pipelineId);
    if (!line || row < 0 || row >= static_cast<int>(line->rules.size()))
        return {};
    const Rule* original = rule(line->rules[static_cast<std::size_t>(row)]);
    if (!original)
        return {};
    Rule copy = *original;
    copy.id = freeId(copy.type(), copy.name());
    line->rules.insert(line->rules.begin() + row + 1, copy.id);
    after.rules.push_back(copy);
    push(tr("Duplicate rule"), std::move(after));
    return copy.id;
}

bool PipelineDraft::rename(const std::string& ruleId, const std::string& name)
{
    const Rule* old = rule(ruleId);
    if (!old || !isName(name))
        return false;
    const std::string id = ruleId.substr(0, ruleId.find('/')) + "/" + name;
    if (id == ruleId)
        return true;
    if (rule(id))
        return false;
    RevisionDefinition after = m_draft;
    ruleIn(after, ruleId)->id = id;
    for (PipelineDefinition& each : after.pipelines)
        std::ranges::replace(each.rules, ruleId, id);
    push(tr("Rename rule"), std::move(after));
    return true;
}

void PipelineDraft::remove(const std::string& pipelineId, int row)
{
    RevisionDefinition after = m_draft;
    PipelineDefinition* line = pipelineIn(after, pipelineId);
    if (!line || row < 0 || row >= static_cast<int>(line->rules.size()))
        return;
    const std::string id = line->rules[static_cast<std::size_t>(row)];
    line->rules.erase(line->rules.begin() + row);
    const bool isUsed = std::ranges::any_of(after.pipelines, [&id](const PipelineDefinition& each) {
        return std::ranges::find(each.rules, id) != each.rules.end();
    });
    if (!isUsed)
        std::erase_if(after.rules, [&id](const Rule& each) { return each.id == id; });
    push(tr("Remove rule"), std::move(after));
}

void PipelineDraft::move(const std::string& pipelineId, int from, int to)
{
    RevisionDefinition after = m_draft;
    PipelineDefinition* line = pipelineIn(after, pipelineId);
    const int count = line ? static_cast<int>(line->rules.size()) : 0;
    if (from < 0 || from >= count || to < 0 || to >= count || from == to)
        return;
    const auto begin = line->rules.begin();
    if (from < to) {
        std::rotate(begin + from, begin + from + 1, begin + to + 1);
    } else {
        std::rotate(begin + to, begin + from, begin + from + 1);
    }
    push(tr("Reorder"), std::move(after));
}

void PipelineDraft::setEnabled(const std::string& ruleId, bool isEnabled)
{
    RevisionDefinition after = m_draft;
    Rule* changed = ruleIn(after, ruleId);
    if (!changed || changed->isEnabled == isEnabled)
        return;
    changed->isEnabled = isEnabled;
    push(isEnabled ? tr("Switch on") : tr("Switch off"), std::move(after));
}

void PipelineDraft::setConfig(const std::string& ruleId, const std::string& config, const std::string& field)
{
    RevisionDefinition after = m_draft;
    Rule* changed = ruleIn(after, ruleId);
    if (!changed || changed->config == config)
        return;
    changed->config = config;
    push(tr("Edit rule"), std::move(after), ruleId + '\n' + field);
}

void PipelineDraft::replace(RevisionDefinition definition, const QString& what)
{
    definition.normalise();
    if (!(definition == m_draft))
        push(what, std::move(definition));
}

void PipelineDraft::discard()
{
    replace(m_live, tr("Discard"));
}

void PipelineDraft::applied(std::uint32_t number)
{
    m_liveNumber = number;
    m_live = m_draft;
    m_hasLive = true;
    m_stack->setClean();
    Q_EMIT changed();
}

void PipelineDraft::push(const QString& what, RevisionDefinition after, const std::string& mergeKey)
{
    m_stack->push(new Edit(*this, what, std::move(after), mergeKey)); // The stack owns it and calls redo().
}

void PipelineDraft::become(const RevisionDefinition& definition)
{
    m_draft = definition;
    Q_EMIT changed();
}

std::string PipelineDraft::freeId(const std::string& type, const std::string& name) const
{
    std::string id = type + "/" + name;
    for (int number = 2; rule(id); ++number)
        id = type + "/" + name + "-" + std::to_string(number);
    return id;
}

} // namespace sluice::ui
