#pragma once

#include "core/pipeline/processor.h"
#include "core/wire/writer.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

/// Writes an export request record by record, for what processors and connectors send on by themselves.
///
///     PayloadBuilder builder(Signal::Metrics);
///     builder.beginResource(batch.encodedResource(r), {});
///     builder.beginScope(scopeBytes, {});
///     builder.beginMetric(metricBytes);
///     builder.add(pointBytes);
///     flow.release(builder.take());
///
/// Each begin…() ends what was open on its level. Messages are given without tag and length, and copied. One
/// thread.
class PayloadBuilder {
public:
    explicit PayloadBuilder(Signal signal)
        : m_signal(signal)
    {
    }

    void beginResource(std::string_view resource, std::string_view schemaUrl);
    void beginScope(std::string_view scope, std::string_view schemaUrl);
    /// The Metric with its data (gauge, sum, …) but for the points, as Batch::encodedMetric() gives it. Only
    /// for Signal::Metrics.
    void beginMetric(std::string_view metric);
    /// A span, log record or data point. `origin` as in Released. A metric without points counts as a record
    /// of its own: addEmptyMetric().
    void add(std::string_view record, std::uint64_t origin = 0);
    void addEmptyMetric(std::string_view metric, std::uint64_t origin = 0);

    [[nodiscard]] std::size_t recordCount() const { return m_origins.size(); }
    [[nodiscard]] std::size_t byteCount() const { return m_out.size(); }

    /// What was written; the builder is empty afterwards.
    Released take();

private:
    void endMetric();
    void endScope();
    void endResource();

    Signal m_signal;
    std::string m_out;
    std::vector<std::uint64_t> m_origins;
    std::optional<wire::Writer::Nested> m_resource;
    std::optional<wire::Writer::Nested> m_scope;
    std::optional<wire::Writer::Nested> m_metric;
    std::optional<wire::Writer::Nested> m_data;
    std::string m_resourceUrl;
    std::string m_scopeUrl;
    std::string m_behindPoints; ///< Fields of the metric's data that stand behind its points.
};

} // namespace sluice
