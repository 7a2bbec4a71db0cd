#include "core/search/record_details.h"

#include "core/otlp/attributes.h"
#include "core/search/attribute_changes.h"
#include "core/search/failure.h"
#include "core/search/outcome_feed.h"
#include "core/search/record_fields.h"
#include "core/search/text.h"
#include "core/wire/otlp_fields.h"
#include "core/wire/reader.h"

#include <algorithm>
#include <tuple>

namespace sluice::search {
namespace {

using query::AttributeChange;
using wire::Reader;
using wire::tagOf;
using wire::WireType;

query::QueryError absent(RecordId record)
{
    return {query::QueryFailure::NotFound,
        "The capture has no record " + std::to_string(record.sequence) + " of "
            + std::string(nameOf(record.signal)) + " (any more)."};
}

query::SpanEvent eventOf(std::string_view message)
{
    using wire::SpanEventField;
    query::SpanEvent event;
    for (Reader field(message); field.next();) {
        if (field.tag() == tagOf(SpanEventField::kTimeUnixNano, WireType::Fixed64))
            event.time = fromUnixNano(field.scalar());
        else if (field.tag() == tagOf(SpanEventField::kName, WireType::Length))
            event.name = shown(field.bytes());
    }
    event.attributes = attributesOf(message, SpanEventField::kAttributes);
    return event;
}

query::SpanLink linkOf(std::string_view message)
{
    using wire::SpanLinkField;
    query::SpanLink link;
    for (Reader field(message); field.next();) {
        switch (field.tag()) {
        case tagOf(SpanLinkField::kTraceId, WireType::Length): link.traceId = traceIdOf(field.bytes()); break;
        case tagOf(SpanLinkField::kSpanId, WireType::Length): link.spanId = spanIdOf(field.bytes()); break;
        case tagOf(SpanLinkField::kTraceState, WireType::Length):
            link.traceState = shown(field.bytes());
            break;
        default: break;
        }
    }
    link.attributes = attributesOf(message, SpanLinkField::kAttributes);
    return link;
}

query::OutcomeKind effectOf(const RuleTrace& step)
{
    return step.reached ? kindOf(step.verdict) : query::OutcomeKind::Kept;
}

std::vector<query::Attribute> resourceAttributes(const RecordParts& parts)
{
    return attributesOf(parts.resource, wire::ResourceField::kAttributes);
}

} // namespace

RecordDetails::RecordDetails(ReaderPool& readers, ChunkCache& chunks, RuleBook& rules)
    : m_readers(readers)
    , m_chunks(chunks)
    , m_rules(rules)
{
}

query::Answer<RecordDetails::Found> RecordDetails::find(CaptureReader& reader, RecordId record)
{
    const auto info = reader.chunkOf(record);
    if (!info)
        return fail(
            info.error().kind == CaptureFailure::NotFound ? absent(record) : toQueryError(info.error()));
    Found found;
    SLUICE_TRY_AS(found.chunk, m_chunks.get(reader, info->id));
    const Chunk& chunk = *found.chunk;
    if (record.sequence < chunk.info.firstRecord
        || record.sequence - chunk.info.firstRecord >= chunk.columns.size())
        return fail(absent(record));
    found.index = static_cast<std::size_t>(record.sequence - chunk.info.firstRecord);
    const ChunkRequest& request = chunk.requests[chunk.columns.request[found.index]];
    found.arrival = request.arrival;
    auto parts = partsOf(record.signal, chunk.payload.view().substr(request.offset, request.length),
        found.index - request.firstIndex);
    if (!parts)
        return fail(query::QueryError{query::QueryFailure::Unreadable,
            "The request that holds record " + std::to_string(record.sequence) + " cannot be read."});
    found.parts = *parts;
    return found;
}

query::Answer<std::vector<RecordDetails::Judgement>> RecordDetails::judgements(
    CaptureReader& reader, RecordId record)
{
    const auto ranges = reader.outcomes(record.signal, record.sequence, record.sequence);
    if (!ranges)
        return fail(toQueryError(ranges.error()));
    std::vector<Judgement> judgements;
    for (const OutcomeRange& range : *ranges) {
        if (record.sequence < range.firstRecord || record.sequence - range.firstRecord >= range.recordCount)
            continue;
        Judgement judgement{
            range.pipeline, range.revision, {}, m_rules.rules(reader, range.revision, range.pipeline)};
        const auto outcomes = decodeOutcomes(range.outcomes, range.recordCount);
        if (outcomes && !outcomes->empty())
            judgement.outcome = (*outcomes)[static_cast<std::size_t>(record.sequence - range.firstRecord)];
        judgements.push_back(std::move(judgement));
    }
    return judgements;
}

query::Outcome RecordDetails::outcomeOf(const std::vector<Judgement>& judgements) const
{
    query::Outcome outcome;
    for (const Judgement& judgement : judgements) {
        outcome.kind = merged(outcome.kind, kindOf(judgement.outcome.verdict));
        outcome.revision = std::max(outcome.revision, judgement.revision);
    }
    if (outcome.kind == query::OutcomeKind::Waiting)
        outcome.revision = 0;
    const auto add = [&](const Judgement& judgement, std::size_t rule) {
        if (rule < judgement.rules.size()
            && std::ranges::find(outcome.rules, judgement.rules[rule]) == outcome.rules.end())
            outcome.rules.push_back(judgement.rules[rule]);
    };
    for (const Judgement& judgement : judgements) {
        if (kindOf(judgement.outcome.verdict) != outcome.kind)
            continue;
        if (outcome.kind == query::OutcomeKind::Dropped || outcome.kind == query::OutcomeKind::Error)
            add(judgement, judgement.outcome.rule);
        for (std::size_t rule = 0; outcome.kind == query::OutcomeKind::Changed && rule < 64; ++rule) {
            if ((judgement.outcome.changedBy >> rule & 1U) != 0)
                add(judgement, rule);
        }
    }
    return outcome;
}

std::unique_ptr<Judge> RecordDetails::borrowJudge(CaptureReader& reader, std::uint32_t revision)
{
    auto known = m_judges.with([revision](auto& judges) -> std::unique_ptr<Judge> {
        auto& free = judges[revision];
        if (free.empty())
            return nullptr;
        auto judge = std::move(free.back());
        free.pop_back();
        return judge;
    });
    if (known != nullptr)
        return known;
    const auto definition = m_rules.revision(reader, revision);
    if (definition == nullptr)
        return nullptr;
    auto created = Judge::create(*definition, revision);
    return created ? *std::move(created) : nullptr;
}

std::vector<RuleTrace> RecordDetails::ladder(
    CaptureReader& reader, const Found& found, const Judgement& judgement)
{
    std::unique_ptr<Judge> judge = borrowJudge(reader, judgement.revision);
    if (judge == nullptr)
        return {};
    const ChunkRequest& request = found.chunk->requests[found.chunk->columns.request[found.index]];
    JudgedRequest judged;
    judged.sequence = request.sequence;
    judged.signal = found.chunk->info.signal;
    judged.firstRecord = found.chunk->info.firstRecord + request.firstIndex;
    judged.recordCount = request.recordCount;
    judged.arrival = request.arrival;
    judged.context = request.context;
    judged.body = found.chunk->payload.slice(request.offset, request.length);
    auto steps = judge->trace(
        judged, static_cast<std::uint32_t>(found.index - request.firstIndex), judgement.pipeline);
    m_judges.with([&](auto& judges) { judges[judgement.revision].push_back(std::move(judge)); });
    return steps;
}

RecordDetails::Diffs RecordDetails::diffs(CaptureReader& reader, const Found& found,
    const std::vector<Judgement>& judgements, query::Outcome& outcome)
{
    const auto attributes = attributesOf(found.parts);
    const auto resource = resourceAttributes(found.parts);
    const auto judgement = std::ranges::find_if(
        judgements, [&](const Judgement& one) { return kindOf(one.outcome.verdict) == outcome.kind; });
    const bool isTouched = outcome.kind != query::OutcomeKind::Kept
        && outcome.kind != query::OutcomeKind::Waiting && judgement != judgements.end();
    if (!isTouched)
        return {changesBetween(attributes, attributes), changesBetween(resource, resource)};

    auto nowAttributes = attributes;
    auto nowResource = resource;
    std::map<std::string, std::string> attributeRules;
    std::map<std::string, std::string> resourceRules;
    for (const RuleTrace& step : ladder(reader, found, *judgement)) {
        if (!step.reached)
            continue;
        if (step.verdict == Verdict::Dropped || step.verdict == Verdict::Error)
            outcome.condition = step.condition;
        const auto after = partsOf(found.parts.signal, step.recordAfter, 0);
        if (!after)
            continue;
        const std::string rule = step.rule < judgement->rules.size() ? judgement->rules[step.rule] : "";
        auto stepAttributes = attributesOf(*after);
        auto stepResource = resourceAttributes(*after);
        for (const AttributeChange& change : onlyChanged(changesBetween(nowAttributes, stepAttributes)))
            attributeRules[change.key] = rule;
        for (const AttributeChange& change : onlyChanged(changesBetween(nowResource, stepResource)))
            resourceRules[change.key] = rule;
        nowAttributes = std::move(stepAttributes);
        nowResource = std::move(stepResource);
    }
    Diffs diffs{changesBetween(attributes, nowAttributes), changesBetween(resource, nowResource)};
    nameRules(diffs.first, attributeRules);
    nameRules(diffs.second, resourceRules);
    return diffs;
}

query::Answer<query::SpanDetail> RecordDetails::span(std::uint64_t sequence, const std::stop_token& stop)
{
    using wire::SpanField;
    const RecordId record{Signal::Traces, sequence};
    SLUICE_TRY_AS(const auto reader, m_readers.borrow());
    SLUICE_TRY_AS(const Found found, find(*reader, record));
    SLUICE_TRY_AS(const auto judged, judgements(*reader, record));
    if (stop.stop_requested())
        return fail(cancelled());

    query::SpanDetail detail;
    detail.row = spanRowOf(*found.chunk, found.index);
    detail.traceId = found.chunk->columns.traceId[found.index];
    detail.service = serviceOf(*found.chunk, found.index);
    detail.arrival = found.arrival;
    for (Reader field(found.parts.message); field.next();) {
        switch (field.tag()) {
        case tagOf(SpanField::kTraceState, WireType::Length): detail.traceState = shown(field.bytes()); break;
        case tagOf(SpanField::kFlags, WireType::Fixed32):
            detail.flags = static_cast<std::uint32_t>(field.scalar());
            break;
        case tagOf(SpanField::kEvents, WireType::Length):
            detail.events.push_back(eventOf(field.bytes()));
            break;
        case tagOf(SpanField::kLinks, WireType::Length): detail.links.push_back(linkOf(field.bytes())); break;
        case tagOf(SpanField::kStatus, WireType::Length):
            for (Reader status(field.bytes()); status.next();) {
                if (status.tag() == tagOf(wire::StatusField::kMessage, WireType::Length))
                    detail.statusMessage = shown(status.bytes());
            }
            break;
        default: break;
        }
    }
    detail.resource = resourceInfoOf(found.parts);
    detail.scope = scopeInfoOf(found.parts);
    detail.outcome = outcomeOf(judged);
    std::tie(detail.attributes, detail.resourceAttributes) = diffs(*reader, found, judged, detail.outcome);
    detail.row.outcome = detail.outcome.kind;
    detail.json = jsonOf(found.parts);
    return detail;
}

query::Answer<query::LogDetail> RecordDetails::log(std::uint64_t sequence, const std::stop_token& stop)
{
    const RecordId record{Signal::Logs, sequence};
    SLUICE_TRY_AS(const auto reader, m_readers.borrow());
    SLUICE_TRY_AS(const Found found, find(*reader, record));
    SLUICE_TRY_AS(const auto judged, judgements(*reader, record));
    if (stop.stop_requested())
        return fail(cancelled());

    query::LogDetail detail;
    detail.row = logRowOf(*found.chunk, found.index);
    detail.fullBody = bodyOf(found.parts.message);
    detail.observed = fromUnixNano(found.chunk->columns.endUnixNano[found.index]);
    detail.eventName = shown(found.parts.name);
    detail.arrival = found.arrival;
    detail.resource = resourceInfoOf(found.parts);
    detail.scope = scopeInfoOf(found.parts);
    detail.outcome = outcomeOf(judged);
    std::tie(detail.attributes, detail.resourceAttributes) = diffs(*reader, found, judged, detail.outcome);
    detail.row.outcome = detail.outcome.kind;
    if (!detail.outcome.rules.empty())
        detail.row.outcomeRule = detail.outcome.rules.back();
    detail.json = jsonOf(found.parts);
    return detail;
}

query::Answer<query::Explanation> RecordDetails::explain(RecordId record, const std::stop_token& stop)
{
    SLUICE_TRY_AS(const auto reader, m_readers.borrow());
    SLUICE_TRY_AS(const Found found, find(*reader, record));
    SLUICE_TRY_AS(const auto judged, judgements(*reader, record));
    query::Explanation explanation;
    explanation.record = record;
    explanation.name
        = record.signal == Signal::Logs ? logRowOf(*found.chunk, found.index).body : shown(found.parts.name);
    explanation.outcome = outcomeOf(judged);
    explanation.revision = explanation.outcome.revision;
    for (const Judgement& judgement : judged) {
        if (stop.stop_requested())
            return fail(cancelled());
        const auto definition = m_rules.revision(*reader, judgement.revision);
        if (definition == nullptr)
            continue;
        for (const RuleTrace& trace : ladder(*reader, found, judgement)) {
            query::LadderStep step;
            step.pipeline = judgement.pipeline;
            step.reached = trace.reached;
            step.effect = effectOf(trace);
            step.condition = trace.condition;
            if (trace.rule < judgement.rules.size()) {
                step.rule = judgement.rules[trace.rule];
                const auto rule = std::ranges::find(definition->rules, step.rule, &Rule::id);
                if (rule != definition->rules.end()) {
                    step.processor = rule->type();
                    step.enabled = rule->isEnabled;
                }
            }
            const auto before = partsOf(record.signal, trace.recordBefore, 0);
            const auto after = partsOf(record.signal, trace.recordAfter, 0);
            if (before && after) {
                step.changes = onlyChanged(
                    changesBetween(attributesAndFieldsOf(*before), attributesAndFieldsOf(*after)));
                for (AttributeChange& change : step.changes)
                    change.rule = step.rule;
            }
            if (step.effect == query::OutcomeKind::Dropped || step.effect == query::OutcomeKind::Error)
                explanation.outcome.condition = step.condition;
            explanation.steps.push_back(std::move(step));
        }
    }
    return explanation;
}

} // namespace sluice::search
