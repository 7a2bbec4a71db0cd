#pragma once

#include "core/capture/stored.h"
#include "core/query/query_types.h"
#include "core/search/string_table.h"

#include <cstdint>
#include <deque>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sluice::search {

/// The values of all data points in memory, by series, built chunk by chunk from the payloads: unit,
/// temporality and attributes are not in the columns.
///
/// Cost: 24 bytes per point. Threads: as TraceIndex.
class MetricIndex {
public:
    /// A metric as the list shows it: one name, unit and type.
    struct Metric {
        std::string name;
        std::string unit;
        std::string description; ///< The first that was not empty.
        std::uint8_t type = 0; ///< otlp::MetricView::type.
        std::uint8_t temporality = 0;
        bool isMonotonic = false;
    };
    struct Series {
        std::uint32_t metric = 0;
        std::uint32_t service = 0; ///< Interned.
        std::uint64_t points = 0; ///< That are still there.
    };
    struct Point {
        std::uint64_t time = 0;
        double value = 0; ///< Histograms and summaries: the mean. NaN when there is none.
        std::uint32_t series = 0;
    };
    struct Block {
        std::int64_t chunk = 0;
        std::uint64_t first = 0; ///< Sequence.
        std::vector<Point> points; ///< One per record; a metric without points has kNoSeries.
    };
    static constexpr std::uint32_t kNoSeries = std::numeric_limits<std::uint32_t>::max();

    /// `chunk` with its payload. Requests that cannot be read are left out.
    void add(const Chunk& chunk);
    void removeBefore(std::int64_t chunk);

    [[nodiscard]] std::int64_t lastChunk() const { return m_lastChunk; }
    [[nodiscard]] const std::vector<Metric>& metrics() const { return m_metrics; }
    [[nodiscard]] const std::vector<Series>& series() const { return m_series; }
    [[nodiscard]] const std::deque<Block>& blocks() const { return m_blocks; }
    [[nodiscard]] const StringTable& services() const { return m_services; }

private:
    std::uint32_t seriesOf(const std::string& key, std::uint32_t metric, std::uint32_t service);

    StringTable m_services;
    std::vector<Metric> m_metrics;
    std::unordered_map<std::string, std::uint32_t> m_metricIds; ///< By name, unit and type.
    std::vector<Series> m_series;
    std::unordered_map<std::string, std::uint32_t> m_seriesIds; ///< By all that makes a series.
    std::deque<Block> m_blocks;
    std::int64_t m_lastChunk = 0;
    std::uint64_t m_next = 1;
};

/// "gauge", "sum", "histogram", "exponential histogram", "summary"; "" for a metric without data.
std::string_view metricTypeName(std::uint8_t type);
/// "delta", "cumulative", "".
std::string_view temporalityName(std::uint8_t temporality);

} // namespace sluice::search
