#include "core/pipeline/outcome.h"

#include <algorithm>

namespace sluice {

namespace {

// A run is: varint (length * 8 + verdict), varint changedBy, and for Dropped and Error varint rule, varint
// condition. Late records have verdicts of their own: kLate above the plain one.
constexpr unsigned kVerdictBits = 3;
constexpr std::uint64_t kLate = 4;
static_assert(static_cast<std::uint64_t>(Verdict::Kept) + kLate > static_cast<std::uint64_t>(Verdict::Error));

bool canBeLate(Verdict verdict)
{
    return verdict == Verdict::Kept || verdict == Verdict::Changed || verdict == Verdict::Dropped;
}

void appendVarint(std::uint64_t value, std::string& out)
{
    for (; value >= 0x80U; value >>= 7U)
        out += static_cast<char>(value | 0x80U);
    out += static_cast<char>(value);
}

bool takeVarint(std::string_view& bytes, std::uint64_t& value)
{
    value = 0;
    for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
        const auto byte = static_cast<unsigned char>(bytes.front());
        bytes.remove_prefix(1);
        value |= std::uint64_t{byte & 0x7FU} << shift;
        if (byte < 0x80U)
            return true;
    }
    return false;
}

bool hasRule(Verdict verdict)
{
    return verdict == Verdict::Dropped || verdict == Verdict::Error;
}

} // namespace

std::string encodeOutcomes(const std::vector<RecordOutcome>& outcomes)
{
    std::string out;
    if (std::ranges::all_of(
            outcomes, [](const RecordOutcome& outcome) { return outcome == RecordOutcome(); }))
        return out;
    for (auto it = outcomes.begin(); it != outcomes.end();) {
        const auto end
            = std::find_if(it, outcomes.end(), [&](const RecordOutcome& other) { return other != *it; });
        const auto length = static_cast<std::uint64_t>(end - it);
        const bool isLate = it->isLate && canBeLate(it->verdict);
        appendVarint(
            length << kVerdictBits | (static_cast<std::uint64_t>(it->verdict) + (isLate ? kLate : 0)), out);
        appendVarint(it->changedBy, out);
        if (hasRule(it->verdict)) {
            appendVarint(it->rule, out);
            appendVarint(it->condition, out);
        }
        it = end;
    }
    return out;
}

Result<std::vector<RecordOutcome>, OutcomeDecodeError> decodeOutcomes(
    std::string_view encoded, std::size_t count)
{
    std::vector<RecordOutcome> outcomes;
    if (encoded.empty()) {
        outcomes.resize(count);
        return outcomes;
    }
    outcomes.reserve(count);
    while (!encoded.empty()) {
        std::uint64_t head = 0;
        RecordOutcome outcome;
        std::uint64_t rule = 0;
        std::uint64_t condition = 0;
        bool isRead = takeVarint(encoded, head) && takeVarint(encoded, outcome.changedBy);
        std::uint64_t verdict = head & ((1U << kVerdictBits) - 1);
        outcome.isLate = verdict > static_cast<std::uint64_t>(Verdict::Error);
        if (outcome.isLate)
            verdict -= kLate;
        outcome.verdict = static_cast<Verdict>(verdict);
        if (isRead && hasRule(outcome.verdict))
            isRead = takeVarint(encoded, rule) && takeVarint(encoded, condition);
        if (!isRead)
            return fail(OutcomeDecodeError{"outcomes end inside a run"});
        if (rule > 0xFFFFU || condition > 0xFFFFU)
            return fail(OutcomeDecodeError{"outcomes hold a number that nobody writes"});
        outcome.rule = static_cast<std::uint16_t>(rule);
        outcome.condition = static_cast<std::uint16_t>(condition);
        const std::uint64_t length = head >> kVerdictBits;
        if (length == 0 || length > count - outcomes.size())
            return fail(OutcomeDecodeError{"outcomes are for more records than there are"});
        outcomes.insert(outcomes.end(), static_cast<std::size_t>(length), outcome);
    }
    if (outcomes.size() != count)
        return fail(OutcomeDecodeError{"outcomes are for fewer records than there are"});
    return outcomes;
}

} // namespace sluice
