#pragma once

#include "core/base/arena.h"
#include "core/base/shared_bytes.h"
#include "core/otlp/scan.h"
#include "core/pipeline/attribute_list.h"
#include "core/pipeline/message.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
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
/// Dropped records stay in the list, so that an index means the same record from beginning to end; what a
/// rule makes gets indices behind. Attributes and messages are read when they are first asked for. Reuse the
/// object: reset() keeps the memory. One thread; what it returns lives until reset().
///
/// Three ways to change a request, from cheap to dear; mix them freely:
/// - attributes: attributes(), resourceAttributes(), scopeAttributes();
/// - any field: message(), resource(), scope(), metric(). The views (record() and so on) follow;
/// - structure: add…(), move…(), reorderRecords(). The request is then written anew from its lists.
class Batch final : private Message::Owner {
public:
    Batch();
    ~Batch() = default;
    Batch(const Batch&) = delete;
    Batch& operator=(const Batch&) = delete;

    /// Begins with a new request. `request` was scanned from `body` and outlives its use here.
    /// `origins`: by record, see origin(); empty: the records are `firstRecord` and those behind it.
    void reset(const otlp::ScannedRequest& request, SharedBytes body, std::uint64_t firstRecord = 0,
        std::span<const std::uint64_t> origins = {});

    [[nodiscard]] Signal signal() const { return m_view->signal; }
    /// Views of everything, made and moved things included: their `resource`, `scope` and `metric` say where
    /// a thing belongs now. Names, ids, times, kinds and types follow edits through messages;
    /// ResourceView::serviceName and the view's bytes are as received.
    [[nodiscard]] const otlp::ScannedRequest& request() const { return *m_view; }
    [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(m_view->records.size()); }
    /// How many records came in: those with a lower index than this.
    [[nodiscard]] std::uint32_t receivedCount() const { return m_receivedCount; }
    [[nodiscard]] const otlp::RecordView& record(std::uint32_t index) const { return m_view->records[index]; }
    [[nodiscard]] std::uint32_t resourceOf(std::uint32_t index) const
    {
        return m_view->scopes[record(index).scope].resource;
    }
    [[nodiscard]] std::uint32_t scopeOf(std::uint32_t index) const { return record(index).scope; }

    /// The capture's record that this one stands for: its sequence (RecordId), or 0 for one that a rule made.
    [[nodiscard]] std::uint64_t origin(std::uint32_t index) const
    {
        if (index >= m_receivedCount)
            return 0;
        return m_origins.empty() ? m_firstRecord + index : m_origins[index];
    }

    [[nodiscard]] bool isKept(std::uint32_t index) const { return m_keep[index] != 0; }
    [[nodiscard]] std::uint32_t keptCount() const;
    /// Use Verdicts::drop() and Verdicts::wait(), which also say why. Right for made records.
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

    /// A field of the record's message whose payload is a text or a message, as it is now; empty when it is
    /// absent. Cheaper than message() for a single question.
    [[nodiscard]] std::string_view field(std::uint32_t index, std::uint32_t number) const;
    /// Replaces (or removes, when empty) a text of the record. It must live as long as the arena's.
    void setField(std::uint32_t index, std::uint32_t number, std::string_view payload)
    {
        message(index).setText(number, payload);
    }

    // Messages: every field, readable and writable. Attributes are the same lists as above. Schema URLs
    // belong to the envelopes: schemaUrl of the views, and the setters below.

    /// The Span, LogRecord or data point (NumberDataPoint, HistogramDataPoint, …); for the record of a metric
    /// without points its Metric.
    Message& message(std::uint32_t index);
    Message& resource(std::uint32_t resource);
    Message& scope(std::uint32_t scope); ///< The InstrumentationScope.
    /// The Metric. Name, unit, description, metadata; the data's own fields by
    /// `metric(m).child(MetricField::kSum).integer(SumField::kAggregationTemporality)`. Asking for the child
    /// of another type turns it into a metric of that type. Its points are records of the batch, and stay:
    /// what this message holds in their place does not count. That is right between gauge and sum; otherwise
    /// give the points messages of the new type with replaceRecord(), after the change.
    Message& metric(std::uint32_t metric);

    void setResourceSchemaUrl(std::uint32_t resource, std::string_view url);
    void setScopeSchemaUrl(std::uint32_t scope, std::string_view url);

    // Structure. What is added stands at the end of its parent; what is moved goes to the end of the new one.
    // Bytes must live as long as the arena. A made record has no outcome of its own (see origin()); a moved
    // one keeps its index and its outcome. A metric without a kept record does not leave.

    /// `resource`: the Resource message; may be empty.
    std::uint32_t addResource(std::string_view resource, std::string_view schemaUrl);
    /// `scope`: the InstrumentationScope message.
    std::uint32_t addScope(std::uint32_t resource, std::string_view scope, std::string_view schemaUrl);
    /// `metric`: the Metric message with its data (gauge, sum, …), which may be empty; points in it do not
    /// count.
    std::uint32_t addMetric(std::uint32_t scope, std::string_view metric);
    /// `parent`: a scope, or for data points a metric.
    std::uint32_t addRecord(std::uint32_t parent, std::string_view message);
    void moveRecord(std::uint32_t index, std::uint32_t parent);
    void moveMetric(std::uint32_t metric, std::uint32_t scope);
    /// Another message for a record, whose views are read again. Its index, place and outcome stay.
    void replaceRecord(std::uint32_t index, std::string_view message);

    // Messages as they are now, changed or not: to copy them or to keep them for later.
    [[nodiscard]] std::string_view encodedRecord(std::uint32_t index);
    [[nodiscard]] std::string_view encodedResource(std::uint32_t resource);
    [[nodiscard]] std::string_view encodedScope(std::uint32_t scope);
    [[nodiscard]] std::string_view encodedMetric(std::uint32_t metric); ///< Without its points.

    /// The records of each parent, in their order: kept or not. For data points the metrics', else the
    /// scopes'.
    [[nodiscard]] std::vector<std::uint32_t> recordsOf(std::uint32_t parent) const;
    /// Brings the records into another order: a list of every index, once. Only the order within each parent
    /// matters.
    void reorderRecords(std::span<const std::uint32_t> order);

    /// Memory that lives as long as this request's way through the pipeline.
    [[nodiscard]] Arena& arena() { return m_arena; }

    /// What leaves: the request's own bytes when nothing was changed; nothing (empty) when all is dropped.
    [[nodiscard]] SharedBytes encode();
    /// Of the payload that encode() gives: the origin of each record, in order.
    [[nodiscard]] std::vector<std::uint64_t> keptOrigins() const;
    /// An export request with one record alone, as it is now. Empty when it is dropped.
    [[nodiscard]] std::string encodeOne(std::uint32_t index);

private:
    friend class BatchWriter;

    struct RecordEdit {
        AttributeList* attributes = nullptr;
        Message* message = nullptr;
    };
    enum class Level : std::uint8_t { Record, Resource, Scope, Metric };

    static std::uint64_t tagOf(Level level, std::uint32_t index)
    {
        return static_cast<std::uint64_t>(level) << 32U | index;
    }
    void fieldChanged(std::uint64_t tag, std::uint32_t field) override;
    /// Brings the view of a record up to date; field 0: all of it.
    void refreshRecord(std::uint32_t index, std::uint32_t field);
    void refreshMetric(std::uint32_t metric);
    otlp::ScannedRequest& ownView();
    void beginStructure();
    [[nodiscard]] static std::vector<std::uint32_t> byRank(const std::vector<std::uint32_t>& ranks);

    AttributeList* readAttributes(std::uint32_t index);
    [[nodiscard]] bool isEdited(std::uint32_t index) const
    {
        const RecordEdit& edit = m_edits[index];
        return edit.message != nullptr ? edit.message->isChanged()
                                       : edit.attributes != nullptr && edit.attributes->isChanged();
    }
    void encodeRecord(std::uint32_t index, std::string& out) const;
    [[nodiscard]] bool hasEmptyEnvelope() const;
    bool encodeEdits();
    void write(const std::vector<std::uint8_t>& keep, bool keepsEmpty, std::string& out) const;

    const otlp::ScannedRequest* m_view; ///< The given request, or m_own once something in it is different.
    otlp::ScannedRequest m_own;
    SharedBytes m_body;
    std::uint64_t m_firstRecord = 0;
    std::vector<std::uint64_t> m_origins;
    std::uint32_t m_receivedCount = 0;
    std::vector<std::uint8_t> m_keep;
    std::vector<RecordEdit> m_edits;
    std::vector<AttributeList*> m_resources; ///< Attribute lists that were read.
    std::vector<AttributeList*> m_scopes;
    std::vector<Message*> m_resourceMessages; ///< Empty until one is asked for; so are the next two.
    std::vector<Message*> m_scopeMessages;
    std::vector<Message*> m_metricMessages;
    std::vector<std::optional<ScopeName>> m_scopeNames;
    std::vector<std::uint32_t> m_recordRanks; ///< Structure: children of one parent stand in rising rank.
    std::vector<std::uint32_t> m_metricRanks;
    std::uint32_t m_nextRank = 0;
    bool m_hasDropped = false;
    bool m_isPruned = false;
    bool m_isRestructured = false;

    std::string m_scratch; ///< Edited messages, one behind the other.
    std::vector<std::string_view> m_editedRecords;
    std::vector<std::string_view> m_editedResources;
    std::vector<std::string_view> m_editedScopes;
    std::vector<std::string_view> m_editedMetrics;
    Arena m_arena;
};

} // namespace sluice
