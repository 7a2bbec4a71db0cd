#pragma once

#include "core/model/request.h"
#include "core/pipeline/batch.h"

#include <cstdint>

namespace sluice::ottl {

/// What a rule is evaluated over: a place in a batch. The indices above the item's own level are those of its
/// parents; those below mean nothing.
struct Item {
    Batch* batch = nullptr;
    std::uint32_t record = 0; ///< Span, log record, data point; of an event or exemplar the record it is in.
    std::uint32_t metric = 0;
    std::uint32_t scope = 0;
    std::uint32_t resource = 0;
    Message* child = nullptr; ///< The span event or exemplar.
    std::int64_t eventIndex = -1; ///< -1: the host does not say, and event_index is an error.
    const RequestContext* request = nullptr; ///< For otelcol.…; may be null.

    static Item ofResource(Batch& batch, std::uint32_t resource)
    {
        Item item;
        item.batch = &batch;
        item.resource = resource;
        return item;
    }
    static Item ofScope(Batch& batch, std::uint32_t scope)
    {
        Item item = ofResource(batch, batch.request().scopes[scope].resource);
        item.scope = scope;
        return item;
    }
    static Item ofMetric(Batch& batch, std::uint32_t metric)
    {
        Item item = ofScope(batch, batch.request().metrics[metric].scope);
        item.metric = metric;
        return item;
    }
    /// A span, log record or data point.
    static Item ofRecord(Batch& batch, std::uint32_t record)
    {
        const std::uint32_t scope = batch.scopeOf(record);
        Item item;
        item.batch = &batch;
        item.record = record;
        item.metric = batch.record(record).metric;
        item.scope = scope;
        item.resource = batch.request().scopes[scope].resource;
        return item;
    }
    /// A span event or exemplar: one of the children of the record's message.
    static Item ofChild(Batch& batch, std::uint32_t record, Message& child, std::int64_t eventIndex = -1)
    {
        Item item = ofRecord(batch, record);
        item.child = &child;
        item.eventIndex = eventIndex;
        return item;
    }
};

} // namespace sluice::ottl
