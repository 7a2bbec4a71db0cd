#include "core/pipeline/batch.h"

#include "core/otlp/rewrite.h"
#include "core/wire/otlp_fields.h"
#include "core/wire/reader.h"
#include "core/wire/writer.h"

#include <algorithm>
#include <array>
#include <utility>

namespace sluice {

using wire::InstrumentationScopeField;
using wire::Reader;
using wire::tagOf;
using wire::WireType;

namespace {

// Room for the attribute lists of one large request, kept from request to request.
constexpr std::size_t kArenaBlock = 1024 * 1024;

const otlp::ScannedRequest& nothing()
{
    static const otlp::ScannedRequest empty;
    return empty;
}

/// Where an edited message lies in the scratch string, which moves while it grows.
struct Piece {
    std::size_t at = 0;
    std::size_t size = 0;
    std::uint32_t index = 0;
};

} // namespace

Batch::Batch()
    : m_request(&nothing())
    , m_arena(kArenaBlock)
{
}

void Batch::reset(const otlp::ScannedRequest& request, SharedBytes body)
{
    m_request = &request;
    m_body = std::move(body);
    m_keep.assign(request.records.size(), 1);
    m_edits.assign(request.records.size(), {});
    m_resources.assign(request.resources.size(), nullptr);
    m_scopes.assign(request.scopes.size(), nullptr);
    m_scopeNames.assign(request.scopes.size(), std::nullopt);
    m_hasDropped = false;
    m_isPruned = false;
    m_arena.reset();
}

std::uint32_t Batch::keptCount() const
{
    return m_hasDropped ? static_cast<std::uint32_t>(std::ranges::count(m_keep, 1)) : size();
}

void Batch::leaveOut(std::uint32_t index)
{
    m_keep[index] = 0;
    m_hasDropped = true;
}

void Batch::prune()
{
    m_isPruned = true;
}

AttributeList* Batch::readAttributes(std::uint32_t index)
{
    const otlp::RecordView& view = record(index);
    return AttributeList::read(view.message, otlp::attributesField(*m_request, view), m_arena);
}

std::optional<Value> Batch::findAttribute(std::uint32_t index, std::string_view key)
{
    if (AttributeList* list = m_edits[index].attributes; list != nullptr) {
        const Value* value = list->find(key);
        return value == nullptr ? std::nullopt : std::optional(*value);
    }
    const otlp::RecordView& view = record(index);
    const auto encoded = otlp::findAttribute(view.message, otlp::attributesField(*m_request, view), key);
    return encoded ? std::optional(otlp::decodeValue(*encoded, m_arena)) : std::nullopt;
}

AttributeList& Batch::resourceAttributes(std::uint32_t resource)
{
    AttributeList*& list = m_resources[resource];
    if (list == nullptr)
        list = AttributeList::read(
            m_request->resources[resource].resource, wire::ResourceField::kAttributes, m_arena);
    return *list;
}

AttributeList& Batch::scopeAttributes(std::uint32_t scope)
{
    AttributeList*& list = m_scopes[scope];
    if (list == nullptr)
        list = AttributeList::read(
            m_request->scopes[scope].scope, InstrumentationScopeField::kAttributes, m_arena);
    return *list;
}

const Batch::ScopeName& Batch::scopeName(std::uint32_t scope)
{
    std::optional<ScopeName>& known = m_scopeNames[scope];
    if (!known) {
        known.emplace();
        for (Reader reader(m_request->scopes[scope].scope); reader.next();) {
            if (reader.tag() == tagOf(InstrumentationScopeField::kName, WireType::Length))
                known->name = reader.bytes();
            else if (reader.tag() == tagOf(InstrumentationScopeField::kVersion, WireType::Length))
                known->version = reader.bytes();
        }
    }
    return *known;
}

std::string_view Batch::field(std::uint32_t index, std::uint32_t number) const
{
    for (const FieldEdit* edit = m_edits[index].fields; edit != nullptr; edit = edit->next) {
        if (edit->number == number)
            return edit->payload;
    }
    std::string_view found;
    const std::uint32_t tag = tagOf(number, WireType::Length);
    for (Reader reader(record(index).message); reader.next();) {
        if (reader.tag() == tag)
            found = reader.bytes();
    }
    return found;
}

void Batch::setField(std::uint32_t index, std::uint32_t number, std::string_view payload)
{
    FieldEdit*& first = m_edits[index].fields;
    for (FieldEdit* edit = first; edit != nullptr; edit = edit->next) {
        if (edit->number == number) {
            edit->payload = payload;
            return;
        }
    }
    first = new (m_arena.allocate<FieldEdit>(1)) FieldEdit{number, payload, first};
}

void Batch::encodeRecord(std::uint32_t index, std::string& out)
{
    const RecordEdit& edit = m_edits[index];
    const bool hasAttributes = edit.attributes != nullptr && edit.attributes->isChanged();
    if (edit.fields == nullptr) {
        edit.attributes->encodeMessage(out);
        return;
    }
    const otlp::RecordView& view = record(index);
    m_fields.clear();
    wire::Writer writer(m_fields);
    // Field and where its encoded form ends. No message of OTLP has as many fields.
    std::array<std::pair<std::uint32_t, std::size_t>, 64> ends;
    std::size_t count = 0;
    for (const FieldEdit* field = edit.fields; field != nullptr && count + 1 < ends.size();
         field = field->next) {
        if (!field->payload.empty())
            writer.bytes(field->number, field->payload);
        ends[count++] = {field->number, m_fields.size()};
    }
    if (hasAttributes) {
        edit.attributes->encodeFields(m_fields);
        ends[count++] = {otlp::attributesField(*m_request, view), m_fields.size()};
    }
    std::array<otlp::Replacement, 64> replacements;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < count; ++i) {
        replacements[i] = {ends[i].first, std::string_view(m_fields).substr(begin, ends[i].second - begin)};
        begin = ends[i].second;
    }
    otlp::rewriteFields(view.message, std::span(replacements).first(count), out);
}

/// Encodes every edited message that will be written. False when there is none.
bool Batch::encodeEdits()
{
    m_scratch.clear();
    m_editedRecords.clear();
    m_editedResources.clear();
    m_editedScopes.clear();
    std::vector<Piece> records;
    std::vector<Piece> resources;
    std::vector<Piece> scopes;
    for (std::uint32_t i = 0; i < size(); ++i) {
        const RecordEdit& edit = m_edits[i];
        const bool isEdited
            = edit.fields != nullptr || (edit.attributes != nullptr && edit.attributes->isChanged());
        if (!isEdited || !isKept(i))
            continue;
        const std::size_t at = m_scratch.size();
        encodeRecord(i, m_scratch);
        records.push_back({at, m_scratch.size() - at, i});
    }
    const auto encodeLists = [this](const std::vector<AttributeList*>& lists, std::vector<Piece>& pieces) {
        for (std::size_t i = 0; i < lists.size(); ++i) {
            if (lists[i] == nullptr || !lists[i]->isChanged())
                continue;
            const std::size_t at = m_scratch.size();
            lists[i]->encodeMessage(m_scratch);
            pieces.push_back({at, m_scratch.size() - at, static_cast<std::uint32_t>(i)});
        }
    };
    encodeLists(m_resources, resources);
    encodeLists(m_scopes, scopes);

    const auto place = [this](const std::vector<Piece>& pieces, std::size_t count, auto& views) {
        if (pieces.empty())
            return;
        views.assign(count, {});
        for (const Piece& piece : pieces)
            views[piece.index] = {m_scratch.data() + piece.at, piece.size};
    };
    place(records, m_edits.size(), m_editedRecords);
    place(resources, m_resources.size(), m_editedResources);
    place(scopes, m_scopes.size(), m_editedScopes);
    return !records.empty() || !resources.empty() || !scopes.empty();
}

void Batch::write(const std::vector<std::uint8_t>& keep, bool keepsEmpty, std::string& out) const
{
    otlp::RequestEdits edits;
    edits.keep = keep;
    edits.records = m_editedRecords;
    edits.resources = m_editedResources;
    edits.scopes = m_editedScopes;
    edits.keepsEmpty = keepsEmpty;
    otlp::writeRequest(*m_request, edits, out);
}

bool Batch::hasEmptyEnvelope() const
{
    std::uint32_t nextResource = 0;
    for (const otlp::ScopeView& scope : m_request->scopes) {
        if (scope.resource > nextResource)
            return true;
        nextResource = scope.resource + 1;
    }
    std::uint32_t nextScope = 0;
    for (const otlp::RecordView& view : m_request->records) {
        if (view.scope > nextScope)
            return true;
        nextScope = view.scope + 1;
    }
    return nextResource != m_request->resources.size() || nextScope != m_request->scopes.size();
}

SharedBytes Batch::encode()
{
    const std::uint32_t kept = keptCount();
    if (kept == 0 && (m_hasDropped || m_isPruned))
        return {};
    const bool isEdited = encodeEdits();
    if (!isEdited && !m_hasDropped && !(m_isPruned && hasEmptyEnvelope()))
        return m_body;
    std::string out;
    out.reserve(kept == size() ? m_body.size() + m_body.size() / 8 : m_body.size());
    static const std::vector<std::uint8_t> all;
    write(m_hasDropped ? m_keep : all, !m_isPruned, out);
    return SharedBytes(std::move(out));
}

std::string Batch::encodeOne(std::uint32_t index)
{
    if (!isKept(index))
        return {};
    encodeEdits();
    std::vector<std::uint8_t> keep(size(), 0);
    keep[index] = 1;
    std::string out;
    write(keep, false, out);
    return out;
}

} // namespace sluice
