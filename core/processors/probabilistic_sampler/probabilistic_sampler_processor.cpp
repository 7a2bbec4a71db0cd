#include "core/processors/probabilistic_sampler/probabilistic_sampler_processor.h"

#include "core/model/value_text.h"
#include "core/processors/match/node_value.h"
#include "core/wire/otlp_fields.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

namespace sluice {

using sampling::kAlways;
using sampling::kNever;
using sampling::TraceState;

namespace {

constexpr std::string_view kThresholdAttribute = "sampling.threshold";
constexpr std::string_view kRandomnessAttribute = "sampling.randomness";
constexpr std::string_view kPriorityAttribute = "sampling.priority";
constexpr std::uint32_t kBuckets = 0x4000;
constexpr std::uint32_t kBucketMask = kBuckets - 1;
constexpr float kBucketsPerPercent = static_cast<float>(kBuckets) / 100.0F;

std::optional<ProbabilisticSamplerProcessor::Mode> modeNamed(std::string_view name)
{
    using Mode = ProbabilisticSamplerProcessor::Mode;
    if (name.empty() || name == "hash_seed")
        return Mode::HashSeed;
    if (name == "equalizing")
        return Mode::Equalizing;
    if (name == "proportional")
        return Mode::Proportional;
    return std::nullopt;
}

void readPercentage(config::SectionReader& section, float& into)
{
    double percentage = 0;
    if (!section.read("sampling_percentage", percentage))
        return;
    into = static_cast<float>(percentage);
    if (!std::isfinite(into))
        section.report("sampling_percentage", "must be a percentage");
    else if (into < 0)
        section.report("sampling_percentage", "must not be negative");
    else if (into > 0 && static_cast<double>(into) / 100 < sampling::kMinProbability)
        section.report("sampling_percentage", "is too small: the least is 2^-56 of all");
}

std::unique_ptr<Processor> create(
    const config::Node& config, std::optional<Signal> signal, config::Problems& problems)
{
    const std::size_t before = problems.size();
    config::SectionReader section(config, {}, problems);
    ProbabilisticSamplerProcessor::Config parsed;
    readPercentage(section, parsed.percentage);
    std::int64_t seed = 0;
    section.read("hash_seed", seed, 0, std::numeric_limits<std::uint32_t>::max());
    parsed.hashSeed = static_cast<std::uint32_t>(seed);
    std::string mode;
    section.read("mode", mode);
    if (const auto known = modeNamed(mode))
        parsed.mode = *known;
    else
        section.report("mode", "must be hash_seed, equalizing or proportional, but is " + mode);
    section.read("fail_closed", parsed.failsClosed);
    std::int64_t precision = parsed.precision;
    section.read("sampling_precision", precision, 1, sampling::kHexDigits);
    parsed.precision = static_cast<int>(precision);
    std::string source = "traceID";
    section.read("attribute_source", source);
    if (source != "traceID" && source != "record")
        section.report("attribute_source", "must be traceID or record, but is " + source);
    parsed.usesTraceId = source == "traceID";
    section.read("from_attribute", parsed.fromAttribute);
    section.read("sampling_priority", parsed.priorityAttribute);
    section.finish();
    if (problems.size() != before || !signal)
        return nullptr;
    return std::make_unique<ProbabilisticSamplerProcessor>(std::move(parsed));
}

std::string_view bytesOf(const TraceId& id)
{
    return {reinterpret_cast<const char*>(id.bytes().data()), TraceId::kSize};
}

std::uint64_t idRandomness(const TraceId& id)
{
    std::uint64_t value = 0;
    for (const std::byte byte : id.bytes().last<7>())
        value = value << 8U | std::to_integer<std::uint64_t>(byte);
    return value;
}

/// A text attribute of a log record; nothing when it is absent or something else.
std::optional<std::string_view> textNamed(AttributeList& attributes, std::string_view key)
{
    const Value* value = attributes.find(key);
    return value == nullptr || !value->isString() ? std::nullopt : std::optional(value->text());
}

/// Go's ParseFloat, as far as its sign can be told.
std::optional<double> realIn(std::string_view text)
{
    if (text.starts_with('+'))
        text.remove_prefix(1);
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc() || end != text.data() + text.size() || std::isnan(number))
        return std::nullopt;
    return number;
}

} // namespace

ProbabilisticSamplerProcessor::ProbabilisticSamplerProcessor(Config config)
    : m_config(std::move(config))
{
    const float percentage = std::min(m_config.percentage, 100.0F);
    m_ratio = std::max(static_cast<double>(percentage) / 100, sampling::kMinProbability);
    m_isNever = percentage <= 0;
    if (m_config.mode == Mode::HashSeed) {
        // In single precision and cut off: other instances choose alike only with exactly these buckets.
        const auto buckets = static_cast<std::uint32_t>(percentage * kBucketsPerPercent);
        m_isNever = m_isNever || buckets == 0;
        m_threshold = std::uint64_t{kBuckets - std::min(buckets, kBuckets)} << 42U;
    } else if (!m_isNever) {
        m_threshold = sampling::thresholdOf(m_ratio, m_config.precision).value_or(kNever);
    }
}

/// FNV-1a over seed and bytes; the low 14 bits are the bucket, and its mirror image are the high bits of the
/// randomness.
std::uint64_t ProbabilisticSamplerProcessor::hashedRandomness(std::string_view bytes) const
{
    constexpr std::uint32_t kPrime = 16777619;
    std::uint32_t hash = 2166136261U;
    for (unsigned shift = 0; shift < 32; shift += 8)
        hash = (hash ^ (m_config.hashSeed >> shift & 0xFFU)) * kPrime;
    for (const char c : bytes)
        hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
    const std::uint64_t bucket = hash & kBucketMask;
    const std::uint64_t unused = hash >> 18U;
    const std::uint64_t middle = unused ^ unused << 10U;
    return (std::uint64_t{kBucketMask} - bucket) << 42U | middle << 14U | bucket;
}

/// Fills in what follows from what came with the record. `hashed` is its randomness in the hash mode.
void ProbabilisticSamplerProcessor::judgeEvidence(
    Evidence& evidence, std::optional<std::uint64_t> hashed) const
{
    if (m_config.mode == Mode::HashSeed) {
        // Somebody else samples consistently: mixing the two would make both wrong.
        if (evidence.hasCarrier && (evidence.randomness || evidence.threshold)) {
            evidence.isBroken = true;
            evidence.hasCarrier = false;
        }
        evidence.randomness = hashed;
    }
    evidence.isBroken = evidence.isBroken || !evidence.randomness;
    if (evidence.isBroken || !evidence.hasCarrier || !evidence.threshold)
        return;
    if (!sampling::keeps(*evidence.threshold, *evidence.randomness)) {
        evidence.isBroken = true;
        evidence.isCleared = true;
        evidence.threshold.reset();
    }
}

ProbabilisticSamplerProcessor::Evidence ProbabilisticSamplerProcessor::spanEvidence(
    Batch& batch, std::uint32_t index) const
{
    Evidence evidence;
    const otlp::RecordView& span = batch.record(index);
    auto state = TraceState::parse(batch.field(index, wire::SpanField::kTraceState));
    evidence.isBroken = !state.has_value();
    if (state) {
        evidence.hasCarrier = true;
        evidence.randomness = state->randomness;
        evidence.threshold = state->threshold;
        evidence.state = *std::move(state);
    }
    if (m_isNever) { // Ids decide nothing here, but a priority can still keep the span.
        evidence.randomness = sampling::kMaxRandomness;
        return evidence;
    }
    std::optional<std::uint64_t> hashed;
    if (span.traceId.isValid()) {
        if (m_config.mode == Mode::HashSeed)
            hashed = hashedRandomness(bytesOf(span.traceId));
        else if (evidence.hasCarrier && !evidence.randomness)
            evidence.randomness = idRandomness(span.traceId);
    }
    judgeEvidence(evidence, hashed);
    return evidence;
}

ProbabilisticSamplerProcessor::Evidence ProbabilisticSamplerProcessor::logEvidence(
    Batch& batch, std::uint32_t index) const
{
    Evidence evidence;
    const otlp::RecordView& record = batch.record(index);
    AttributeList& attributes = batch.attributes(index);
    const auto threshold = textNamed(attributes, kThresholdAttribute);
    const auto randomness = textNamed(attributes, kRandomnessAttribute);
    evidence.threshold = threshold ? sampling::thresholdIn(*threshold) : std::nullopt;
    evidence.randomness = randomness ? sampling::randomnessIn(*randomness) : std::nullopt;
    evidence.isBroken = (threshold && !evidence.threshold) || (randomness && !evidence.randomness);
    evidence.hasCarrier = !evidence.isBroken;
    if (m_isNever) {
        evidence.randomness = sampling::kMaxRandomness;
        return evidence;
    }
    std::optional<std::uint64_t> hashed;
    if (m_config.mode != Mode::HashSeed) {
        if (evidence.isBroken)
            evidence.randomness.reset();
        else if (!evidence.randomness && record.traceId.isValid())
            evidence.randomness = idRandomness(record.traceId);
    } else if (m_config.usesTraceId && record.traceId.isValid()) {
        hashed = hashedRandomness(bytesOf(record.traceId));
    } else if (!m_config.fromAttribute.empty()) {
        if (const Value* value = attributes.find(m_config.fromAttribute)) {
            const std::string text
                = value->type() == ValueType::Bytes ? std::string(value->text()) : textOf(*value);
            if (!text.empty())
                hashed = hashedRandomness(text);
        }
    }
    judgeEvidence(evidence, hashed);
    return evidence;
}

std::uint64_t ProbabilisticSamplerProcessor::decide(const Evidence& evidence) const
{
    if (evidence.isBroken)
        return m_config.failsClosed ? kNever : kAlways;
    if (m_isNever)
        return kNever;
    switch (m_config.mode) {
    case Mode::HashSeed: break;
    case Mode::Equalizing: return std::max(m_threshold, evidence.threshold.value_or(kAlways));
    case Mode::Proportional: {
        const double incoming = sampling::probabilityOf(evidence.threshold.value_or(kAlways));
        return sampling::thresholdOf(incoming * m_ratio, m_config.precision).value_or(kNever);
    }
    }
    return m_threshold;
}

std::uint64_t ProbabilisticSamplerProcessor::spanPriority(
    Batch& batch, std::uint32_t index, std::uint64_t threshold) const
{
    const auto value = batch.findAttribute(index, kPriorityAttribute);
    if (!value)
        return threshold;
    std::optional<double> priority;
    if (value->type() == ValueType::Int)
        priority = static_cast<double>(value->integer());
    else if (value->type() == ValueType::Double)
        priority = value->number();
    else if (value->isString())
        priority = realIn(value->text());
    if (priority == 0.0)
        return kNever;
    return priority > 0.0 ? kAlways : threshold;
}

std::uint64_t ProbabilisticSamplerProcessor::logPriority(
    Batch& batch, std::uint32_t index, std::uint64_t threshold) const
{
    if (m_config.priorityAttribute.empty())
        return threshold;
    const auto value = batch.findAttribute(index, m_config.priorityAttribute);
    if (!value)
        return threshold;
    double percentage = 0;
    if (value->type() == ValueType::Int)
        percentage = static_cast<double>(value->integer());
    else if (value->type() == ValueType::Double)
        percentage = value->number();
    return sampling::thresholdOf(percentage / 100, m_config.precision).value_or(threshold);
}

bool ProbabilisticSamplerProcessor::writeSpan(
    Batch& batch, std::uint32_t index, Evidence& evidence, std::uint64_t threshold) const
{
    TraceState& state = evidence.state;
    if (m_config.mode == Mode::HashSeed && !m_isNever)
        state.randomness = evidence.randomness.value_or(sampling::kMaxRandomness);
    state.threshold = std::max(threshold, evidence.threshold.value_or(kAlways)); // Never lowered.
    const std::string text = state.text();
    if (text == batch.field(index, wire::SpanField::kTraceState))
        return false;
    batch.setField(index, wire::SpanField::kTraceState, batch.arena().copy(text));
    return true;
}

bool ProbabilisticSamplerProcessor::writeLog(
    Batch& batch, std::uint32_t index, Evidence& evidence, std::uint64_t threshold) const
{
    AttributeList& attributes = batch.attributes(index);
    bool isChanged = false;
    const auto put = [&](std::string_view key, const std::string& text) {
        isChanged = attributes.put(key, Value::ofString(batch.arena().copy(text))) || isChanged;
    };
    if (evidence.isCleared)
        isChanged = attributes.remove(kThresholdAttribute);
    if (m_config.mode == Mode::HashSeed && !m_isNever && evidence.randomness)
        put(kRandomnessAttribute, sampling::randomnessText(*evidence.randomness));
    if (!evidence.threshold || threshold >= *evidence.threshold)
        put(kThresholdAttribute, sampling::thresholdText(threshold));
    return isChanged;
}

void ProbabilisticSamplerProcessor::process(
    Batch& batch, Verdicts& verdicts, const RequestContext& /*context*/, UnixTime /*now*/, Flow& /*flow*/)
{
    const bool isLogs = batch.signal() == Signal::Logs;
    for (std::uint32_t i = 0; i < batch.size(); ++i) {
        if (!batch.isKept(i))
            continue;
        Evidence evidence = isLogs ? logEvidence(batch, i) : spanEvidence(batch, i);
        const std::uint64_t usual = decide(evidence);
        const std::uint64_t threshold = isLogs ? logPriority(batch, i, usual) : spanPriority(batch, i, usual);
        const std::uint64_t randomness = evidence.randomness.value_or(sampling::kMaxRandomness);
        const bool isKept = sampling::keeps(threshold, randomness);
        if (verdicts.wantsReason(i)) {
            const auto shown = [](std::uint64_t value) {
                return value == kNever ? std::string("never") : sampling::randomnessText(value);
            };
            verdicts.reason("threshold is " + shown(threshold) + ", randomness is "
                + (evidence.randomness ? shown(randomness) : "missing")
                + (evidence.isBroken ? ", what came with the record cannot be used" : "")
                + (usual != threshold ? ", its priority decides" : ""));
        }
        if (!isKept)
            verdicts.drop(batch, i);
        else if (evidence.hasCarrier
            && (isLogs ? writeLog(batch, i, evidence, threshold) : writeSpan(batch, i, evidence, threshold)))
            verdicts.change(i);
    }
    batch.prune();
}

const ProcessorFactory& ProbabilisticSamplerProcessor::factory()
{
    static constexpr ProcessorFactory kFactory{.type = "probabilistic_sampler",
        .oldType = {},
        .badge = Badge::Exact,
        .remark = {},
        .supports = [](Signal signal) { return signal != Signal::Metrics; },
        .create = create};
    return kFactory;
}

} // namespace sluice
