#include "core/search/data_point.h"

#include "core/search/record_fields.h"
#include "core/wire/otlp_fields.h"
#include "core/wire/reader.h"

#include <bit>
#include <cmath>
#include <limits>

namespace sluice::search {
namespace {

using wire::PackedReader;
using wire::Reader;
using wire::tagOf;
using wire::WireType;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

TraceId exemplarTrace(std::string_view exemplar)
{
    for (Reader field(exemplar); field.next();) {
        if (field.tag() == tagOf(wire::ExemplarField::kTraceId, WireType::Length))
            return traceIdOf(field.bytes());
    }
    return {};
}

void keepFirst(TraceId& known, std::string_view exemplar)
{
    if (!known.isValid())
        known = exemplarTrace(exemplar);
}

void setMean(query::MetricPoint& point, bool hasSum)
{
    point.value = hasSum && point.count > 0 ? point.sum / static_cast<double>(point.count) : kNone;
}

query::MetricPoint numberOf(std::string_view message)
{
    using wire::NumberDataPointField;
    query::MetricPoint point;
    point.value = kNone;
    for (Reader field(message); field.next();) {
        switch (field.tag()) {
        case tagOf(NumberDataPointField::kTimeUnixNano, WireType::Fixed64):
            point.time = fromUnixNano(field.scalar());
            break;
        case tagOf(NumberDataPointField::kAsDouble, WireType::Fixed64): point.value = field.number64(); break;
        case tagOf(NumberDataPointField::kAsInt, WireType::Fixed64):
            point.value = static_cast<double>(std::bit_cast<std::int64_t>(field.scalar()));
            break;
        case tagOf(NumberDataPointField::kExemplars, WireType::Length):
            keepFirst(point.exemplarTrace, field.bytes());
            break;
        default: break;
        }
    }
    return point;
}

query::MetricPoint histogramOf(std::string_view message)
{
    using wire::HistogramDataPointField;
    query::MetricPoint point;
    bool hasSum = false;
    for (Reader field(message); field.next();) {
        switch (field.tag()) {
        case tagOf(HistogramDataPointField::kTimeUnixNano, WireType::Fixed64):
            point.time = fromUnixNano(field.scalar());
            break;
        case tagOf(HistogramDataPointField::kCount, WireType::Fixed64): point.count = field.scalar(); break;
        case tagOf(HistogramDataPointField::kSum, WireType::Fixed64):
            point.sum = field.number64();
            hasSum = true;
            break;
        case tagOf(HistogramDataPointField::kBucketCounts, WireType::Length):
            for (PackedReader number(field.bytes(), WireType::Fixed64); number.next();)
                point.buckets.push_back(number.scalar());
            break;
        case tagOf(HistogramDataPointField::kBucketCounts, WireType::Fixed64):
            point.buckets.push_back(field.scalar());
            break;
        case tagOf(HistogramDataPointField::kExplicitBounds, WireType::Length):
            for (PackedReader number(field.bytes(), WireType::Fixed64); number.next();)
                point.bounds.push_back(std::bit_cast<double>(number.scalar()));
            break;
        case tagOf(HistogramDataPointField::kExplicitBounds, WireType::Fixed64):
            point.bounds.push_back(field.number64());
            break;
        case tagOf(HistogramDataPointField::kExemplars, WireType::Length):
            keepFirst(point.exemplarTrace, field.bytes());
            break;
        default: break;
        }
    }
    setMean(point, hasSum);
    return point;
}

query::MetricPoint exponentialOf(std::string_view message)
{
    using wire::ExponentialHistogramDataPointField;
    query::MetricPoint point;
    bool hasSum = false;
    std::int64_t scale = 0;
    std::int64_t offset = 0;
    for (Reader field(message); field.next();) {
        switch (field.tag()) {
        case tagOf(ExponentialHistogramDataPointField::kTimeUnixNano, WireType::Fixed64):
            point.time = fromUnixNano(field.scalar());
            break;
        case tagOf(ExponentialHistogramDataPointField::kCount, WireType::Fixed64):
            point.count = field.scalar();
            break;
        case tagOf(ExponentialHistogramDataPointField::kSum, WireType::Fixed64):
            point.sum = field.number64();
            hasSum = true;
            break;
        case tagOf(ExponentialHistogramDataPointField::kScale, WireType::Varint):
            scale = wire::unzigzag(field.scalar());
            break;
        case tagOf(ExponentialHistogramDataPointField::kPositive, WireType::Length):
            for (Reader buckets(field.bytes()); buckets.next();) {
                if (buckets.tag() == tagOf(wire::BucketsField::kOffset, WireType::Varint))
                    offset = wire::unzigzag(buckets.scalar());
                else if (buckets.tag() == tagOf(wire::BucketsField::kBucketCounts, WireType::Length))
                    for (PackedReader number(buckets.bytes(), WireType::Varint); number.next();)
                        point.buckets.push_back(number.scalar());
                else if (buckets.tag() == tagOf(wire::BucketsField::kBucketCounts, WireType::Varint))
                    point.buckets.push_back(buckets.scalar());
            }
            break;
        case tagOf(ExponentialHistogramDataPointField::kExemplars, WireType::Length):
            keepFirst(point.exemplarTrace, field.bytes());
            break;
        default: break;
        }
    }
    // Bucket i holds values up to base^(offset + i + 1), where base is 2^(2^-scale).
    const double step = std::exp2(-static_cast<double>(scale));
    for (std::size_t i = 0; i < point.buckets.size(); ++i)
        point.bounds.push_back(
            std::exp2(step * static_cast<double>(offset + static_cast<std::int64_t>(i) + 1)));
    setMean(point, hasSum);
    return point;
}

query::MetricPoint summaryOf(std::string_view message)
{
    using wire::SummaryDataPointField;
    query::MetricPoint point;
    for (Reader field(message); field.next();) {
        if (field.tag() == tagOf(SummaryDataPointField::kTimeUnixNano, WireType::Fixed64))
            point.time = fromUnixNano(field.scalar());
        else if (field.tag() == tagOf(SummaryDataPointField::kCount, WireType::Fixed64))
            point.count = field.scalar();
        else if (field.tag() == tagOf(SummaryDataPointField::kSum, WireType::Fixed64))
            point.sum = field.number64();
    }
    setMean(point, true);
    return point;
}

} // namespace

query::MetricPoint pointOf(std::string_view message, std::uint8_t type)
{
    switch (type) {
    case wire::MetricField::kHistogram: return histogramOf(message);
    case wire::MetricField::kExponentialHistogram: return exponentialOf(message);
    case wire::MetricField::kSummary: return summaryOf(message);
    default: return numberOf(message);
    }
}

} // namespace sluice::search
