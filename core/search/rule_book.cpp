#include "core/search/rule_book.h"

#include <algorithm>

namespace sluice::search {

std::shared_ptr<const RevisionDefinition> RuleBook::revision(CaptureReader& reader, std::uint32_t number)
{
    auto known = m_revisions.with([number](auto& revisions) -> std::shared_ptr<const RevisionDefinition> {
        const auto it = revisions.find(number);
        return it == revisions.end() ? nullptr : it->second;
    });
    if (known != nullptr || number == 0)
        return known;

    const auto stored = reader.revisions();
    if (!stored)
        return nullptr;
    const auto it = std::ranges::find(*stored, number, &StoredRevision::number);
    if (it == stored->end())
        return nullptr;
    auto parsed = parseRevision(it->text);
    if (!parsed)
        return nullptr;
    auto definition = std::make_shared<const RevisionDefinition>(*std::move(parsed));
    m_revisions.with([&](auto& revisions) { revisions.emplace(number, definition); });
    return definition;
}

std::vector<std::string> RuleBook::rules(
    CaptureReader& reader, std::uint32_t revision, const std::string& pipeline)
{
    const auto definition = this->revision(reader, revision);
    if (definition == nullptr)
        return {};
    const auto it = std::ranges::find(definition->pipelines, pipeline, &PipelineDefinition::id);
    return it == definition->pipelines.end() ? std::vector<std::string>{} : it->rules;
}

} // namespace sluice::search
