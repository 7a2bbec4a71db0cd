#pragma once

#include "core/pipeline/batch.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace sluice {

/// Writes a batch whose structure was changed: from its lists, not along the received bytes. For batch.cpp.
class BatchWriter {
public:
    /// `keep`: by record, 0 leaves it out; empty: all stay. Edits of the batch are encoded before.
    BatchWriter(const Batch& batch, const std::vector<std::uint8_t>& keep);

    /// Appends the request. `keepsEmpty`: resources and scopes without a record, too.
    void write(bool keepsEmpty, std::string& out) const;
    /// The records that are written, in order.
    [[nodiscard]] std::vector<std::uint32_t> order() const;

private:
    /// Children by parent, each parent's in order.
    struct Lists {
        std::vector<std::uint32_t> begins; ///< By parent, and one more.
        std::vector<std::uint32_t> items;

        [[nodiscard]] std::span<const std::uint32_t> of(std::uint32_t parent) const
        {
            return std::span(items).subspan(begins[parent], begins[parent + 1] - begins[parent]);
        }
    };
    template <class ParentOf>
    static Lists listsOf(const std::vector<std::uint32_t>& order, std::size_t parents, ParentOf parentOf);

    [[nodiscard]] bool isKept(std::uint32_t record) const { return m_keep.empty() || m_keep[record] != 0; }
    [[nodiscard]] bool isScopeEmpty(std::uint32_t scope) const;
    /// The kept points; when there are none, the kept record of the metric itself.
    [[nodiscard]] std::vector<std::uint32_t> pointsOf(std::uint32_t metric) const;
    void writeResource(std::uint32_t resource, bool keepsEmpty, std::string& out) const;
    void writeScope(std::uint32_t scope, std::string& out) const;
    void writeMetric(std::uint32_t metric, const std::vector<std::uint32_t>& points, std::string& out) const;

    const Batch& m_batch;
    const otlp::ScannedRequest& m_view;
    const std::vector<std::uint8_t>& m_keep;
    Lists m_scopes; ///< By resource.
    Lists m_metrics; ///< By scope.
    Lists m_records; ///< By metric, or by scope.
};

} // namespace sluice
