#pragma once

#include "core/base/arena.h"
#include "core/base/shared_bytes.h"
#include "core/otlp/scan.h"
#include "core/pipeline/attribute_list.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

/// One request on its way through a pipeline: its records in a flat list, in the order of the request, each
/// with its resource, scope and (metrics) metric. Everything is a view of the received bytes until it is
/// changed.
///
///     for (std::uint32_t i = 0; i < batch.size(); ++i)
///         if (batch.isKept(i) && batch.attributes(i).remove("password")) verdicts.change(i);
///
/// Dropped records stay in the list, so that an index means the same record from beginning to end. Attributes
/// are read when they are first asked for. Reuse the object: reset() keeps the memory. One thread; what it
/// returns lives until reset().
class Batch {
public:
    Batch();

    /// Begins with a new request. `request` was scanned from `body` and outlives its use here.
    void reset(const otlp::ScannedRequest& request, SharedBytes body);

    [[nodiscard]] Signal signal() const { return m_request->signal; }
    [[nodiscard]] const otlp::ScannedRequest& request() const { return *m_request; }
    [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(m_request->records.size()); }
    [[nodiscard]] const otlp::RecordView& record(std::uint32_t index) const
    {
        return m_request->records[index];
    }
    [[nodiscard]] std::uint32_t resourceOf(std::uint32_t index) const
    {
        return m_request->scopes[record(index).scope].resource;
    }
    [[nodiscard]] std::uint32_t scopeOf(std::uint32_t index) const { return record(index).scope; }

    [[nodiscard]] bool isKept(std::uint32_t index) const { return m_keep[index] != 0; }
    [[nodiscard]] std::uint32_t keptCount() const;
    /// Use Verdicts::drop(), which also says why.
    void leaveOut(std::uint32_t index);

    /// Resources and scopes without a kept record do not leave, even if they came in without one. Until this
    /// is called they do. Processors of the collector differ in this.
    void prune();

    /// Attributes of the span, log record or data point. A metric without points has none to give: ask
    /// record().isPoint.
    AttributeList& attributes(std::uint32_t index)
    {
        AttributeList*& list = m_edits[index].attributes;
        if (list == nullptr) [[likely]]
            list = readAttributes(index);
        return *list;
    }
    /// The value of one attribute of the record; nothing when it is absent. Cheaper than the list for a
    /// single question.
    std::optional<Value> findAttribute(std::uint32_t index, std::string_view key);
    AttributeList& resourceAttributes(std::uint32_t resource);
    AttributeList& scopeAttributes(std::uint32_t scope);

    struct ScopeName {
        std::string_view name;
        std::string_view version;
    };
    const ScopeName& scopeName(std::uint32_t scope);

    /// A field of the record's message whose payload is a text or a message; empty when it is absent.
    [[nodiscard]] std::string_view field(std::uint32_t index, std::uint32_t number) const;
    /// Replaces (or removes, when empty) that field. The text must live as long as the arena's.
    void setField(std::uint32_t index, std::uint32_t number, std::string_view payload);

    /// Memory that lives as long as this request's way through the pipeline.
    [[nodiscard]] Arena& arena() { return m_arena; }

    /// What leaves: the request's own bytes when nothing was changed; nothing (empty) when all is dropped.
    [[nodiscard]] SharedBytes encode();
    /// An export request with one record alone, as it is now. Empty when it is dropped.
    [[nodiscard]] std::string encodeOne(std::uint32_t index);

private:
    struct FieldEdit {
        std::uint32_t number = 0;
        std::string_view payload;
        FieldEdit* next = nullptr;
    };
    struct RecordEdit {
        AttributeList* attributes = nullptr;
        FieldEdit* fields = nullptr;
    };

    AttributeList* readAttributes(std::uint32_t index);
    void encodeRecord(std::uint32_t index, std::string& out);
    [[nodiscard]] bool hasEmptyEnvelope() const;
    bool encodeEdits();
    void write(const std::vector<std::uint8_t>& keep, bool keepsEmpty, std::string& out) const;

    const otlp::ScannedRequest* m_request;
    SharedBytes m_body;
    std::vector<std::uint8_t> m_keep;
    std::vector<RecordEdit> m_edits;
    std::vector<AttributeList*> m_resources;
    std::vector<AttributeList*> m_scopes;
    std::vector<std::optional<ScopeName>> m_scopeNames;
    bool m_hasDropped = false;
    bool m_isPruned = false;

    std::string m_scratch; ///< Edited messages, one behind the other.
    std::string m_fields; ///< Edited fields of one record.
    std::vector<std::string_view> m_editedRecords;
    std::vector<std::string_view> m_editedResources;
    std::vector<std::string_view> m_editedScopes;
    Arena m_arena;
};

} // namespace sluice
