#include "core/otlp/rewrite.h"

#include "core/wire/otlp_fields.h"
#include "core/wire/reader.h"
#include "core/wire/writer.h"

#include <algorithm>
#include <optional>

namespace sluice::otlp {

using wire::GaugeField;
using wire::MetricField;
using wire::Reader;
using wire::ResourceSpansField;
using wire::ScopeSpansField;
using wire::tagOf;
using wire::WireType;
using wire::Writer;

namespace {

constexpr std::uint32_t kRequestChild = 1; // ResourceSpans and its siblings, in every request.

bool isMetricData(std::uint32_t field)
{
    switch (field) {
    case MetricField::kGauge:
    case MetricField::kSum:
    case MetricField::kHistogram:
    case MetricField::kExponentialHistogram:
    case MetricField::kSummary: return true;
    default: return false;
    }
}

/// Writes an envelope: its own fields around the children, which stand where they stood.
/// `isChild` tells the fields that hold children; `own`, when given, replaces the fields numbered 1.
template <class IsChild, class WriteChildren>
void writeAround(std::string_view envelope, std::optional<std::string_view> own, IsChild isChild,
    WriteChildren writeChildren, Writer& writer)
{
    if (own)
        writer.bytes(1, *own);
    bool isWritten = false;
    Reader reader(envelope);
    while (reader.next()) {
        if (isChild(reader)) {
            if (!isWritten)
                writeChildren();
            isWritten = true;
        } else if (!own || reader.number() != 1) {
            writer.raw(reader.raw());
        }
    }
    if (!isWritten)
        writeChildren();
}

class RequestWriter {
public:
    RequestWriter(const ScannedRequest& request, const RequestEdits& edits, std::string& out)
        : m_request(request)
        , m_edits(edits)
        , m_writer(out)
    {
    }

    void run()
    {
        std::size_t scope = 0;
        std::size_t record = 0;
        for (std::size_t resource = 0; resource < m_request.resources.size(); ++resource) {
            const std::size_t firstScope = scope;
            const std::size_t firstRecord = record;
            bool isTouched = replaced(m_edits.resources, resource).has_value();
            bool isEmpty = true;
            for (; scope < m_request.scopes.size() && m_request.scopes[scope].resource == resource; ++scope) {
                const std::size_t begin = record;
                record = endOfScope(begin, scope);
                isEmpty = isEmpty && !keepsAny(begin, record);
                isTouched = isTouched || scopeIsTouched(scope, begin, record);
            }
            const ResourceView& view = m_request.resources[resource];
            if (isEmpty && !m_edits.keepsEmpty)
                continue;
            if (!isTouched)
                m_writer.bytes(kRequestChild, view.message);
            else
                writeResource(resource, firstScope, scope, firstRecord);
        }
    }

private:
    static std::optional<std::string_view> replaced(
        std::span<const std::string_view> edits, std::size_t index)
    {
        if (edits.empty() || edits[index].data() == nullptr)
            return std::nullopt;
        return edits[index];
    }

    [[nodiscard]] bool isKept(std::size_t record) const
    {
        return m_edits.keep.empty() || m_edits.keep[record] != 0;
    }
    [[nodiscard]] bool keepsAny(std::size_t begin, std::size_t end) const
    {
        for (std::size_t i = begin; i < end; ++i) {
            if (isKept(i))
                return true;
        }
        return false;
    }
    [[nodiscard]] std::size_t endOfScope(std::size_t record, std::size_t scope) const
    {
        while (record < m_request.records.size() && m_request.records[record].scope == scope)
            ++record;
        return record;
    }
    [[nodiscard]] std::size_t endOfMetric(std::size_t record, std::size_t end) const
    {
        const std::uint32_t metric = m_request.records[record].metric;
        while (record < end && m_request.records[record].metric == metric)
            ++record;
        return record;
    }

    /// True when the scope cannot be copied as it is: also when it has no records and is to be left out.
    [[nodiscard]] bool scopeIsTouched(std::size_t scope, std::size_t begin, std::size_t end) const
    {
        if (replaced(m_edits.scopes, scope) || (begin == end && !m_edits.keepsEmpty))
            return true;
        return recordsAreTouched(begin, end);
    }
    [[nodiscard]] bool recordsAreTouched(std::size_t begin, std::size_t end) const
    {
        for (std::size_t i = begin; i < end; ++i) {
            if (!isKept(i) || replaced(m_edits.records, i))
                return true;
            if (!m_edits.metrics.empty() && replaced(m_edits.metrics, m_request.records[i].metric))
                return true;
        }
        return false;
    }

    void writeResource(
        std::size_t resource, std::size_t firstScope, std::size_t endScope, std::size_t firstRecord)
    {
        const ResourceView& view = m_request.resources[resource];
        const auto nested = m_writer.begin(kRequestChild, view.message.size());
        const auto isScope = [](const Reader& reader) {
            return reader.number() == ResourceSpansField::kScopeSpans
                || reader.number() == ResourceSpansField::kInstrumentationLibrary;
        };
        const auto writeScopes = [&] {
            std::size_t record = firstRecord;
            for (std::size_t scope = firstScope; scope < endScope; ++scope) {
                const std::size_t begin = record;
                record = endOfScope(begin, scope);
                if (m_edits.keepsEmpty || keepsAny(begin, record))
                    writeScope(scope, begin, record);
            }
        };
        writeAround(view.message, replaced(m_edits.resources, resource), isScope, writeScopes, m_writer);
        m_writer.end(nested);
    }

    void writeScope(std::size_t scope, std::size_t begin, std::size_t end)
    {
        const ScopeView& view = m_request.scopes[scope];
        if (!scopeIsTouched(scope, begin, end)) {
            m_writer.bytes(ResourceSpansField::kScopeSpans, view.message);
            return;
        }
        const auto nested = m_writer.begin(ResourceSpansField::kScopeSpans, view.message.size());
        const auto isRecord = [](const Reader& reader) { return reader.number() == ScopeSpansField::kSpans; };
        const auto writeRecords = [&] {
            for (std::size_t i = begin; i < end;) {
                if (m_request.signal == Signal::Metrics) {
                    const std::size_t endPoints = endOfMetric(i, end);
                    if (keepsAny(i, endPoints))
                        writeMetric(i, endPoints);
                    i = endPoints;
                } else {
                    if (isKept(i))
                        m_writer.bytes(ScopeSpansField::kSpans, messageOf(i));
                    ++i;
                }
            }
        };
        writeAround(view.message, replaced(m_edits.scopes, scope), isRecord, writeRecords, m_writer);
        m_writer.end(nested);
    }

    [[nodiscard]] std::string_view messageOf(std::size_t record) const
    {
        return replaced(m_edits.records, record).value_or(m_request.records[record].message);
    }

    void writeMetric(std::size_t begin, std::size_t end)
    {
        const std::size_t index = m_request.records[begin].metric;
        const std::string_view envelope
            = replaced(m_edits.metrics, index).value_or(m_request.metrics[index].message);
        if (!m_request.records[begin].isPoint) {
            m_writer.bytes(ScopeSpansField::kSpans, replaced(m_edits.records, begin).value_or(envelope));
            return;
        }
        if (!recordsAreTouched(begin, end)) {
            m_writer.bytes(ScopeSpansField::kSpans, envelope);
            return;
        }
        std::uint32_t type = 0;
        std::string_view data;
        for (Reader reader(envelope); reader.next();) {
            if (isMetricData(reader.number()) && reader.is(WireType::Length)) {
                type = reader.number();
                data = reader.bytes();
            }
        }
        const auto nested = m_writer.begin(ScopeSpansField::kSpans, envelope.size());
        const auto isData = [](const Reader& reader) { return isMetricData(reader.number()); };
        const auto writeData = [&] {
            const auto inner = m_writer.begin(type, data.size());
            const auto isPoint
                = [](const Reader& reader) { return reader.number() == GaugeField::kDataPoints; };
            const auto writePoints = [&] {
                for (std::size_t i = begin; i < end; ++i) {
                    if (isKept(i))
                        m_writer.bytes(GaugeField::kDataPoints, messageOf(i));
                }
            };
            writeAround(data, std::nullopt, isPoint, writePoints, m_writer);
            m_writer.end(inner);
        };
        writeAround(envelope, std::nullopt, isData, writeData, m_writer);
        m_writer.end(nested);
    }

    const ScannedRequest& m_request;
    const RequestEdits& m_edits;
    Writer m_writer;
};

} // namespace

void rewriteFields(std::string_view message, std::span<const Replacement> replacements, std::string& out)
{
    std::uint64_t written = 0; // Bit n: replacement n stands already.
    const char* copied = message.data();
    Reader reader(message);
    while (reader.next()) {
        const auto it = std::ranges::find(replacements, reader.number(), &Replacement::field);
        if (it == replacements.end())
            continue;
        out.append(copied, reader.raw().data());
        copied = reader.position();
        const auto bit = std::uint64_t{1} << static_cast<unsigned>(it - replacements.begin());
        if ((written & bit) == 0)
            out.append(it->encoded);
        written |= bit;
    }
    out.append(copied, reader.position());
    for (std::size_t i = 0; i < replacements.size(); ++i) {
        if ((written >> i & 1U) == 0)
            out.append(replacements[i].encoded);
    }
    // What cannot be told apart stays as it is, behind all else: nothing could be read behind it.
    out.append(reader.position(), message.data() + message.size());
}

void writeRequest(const ScannedRequest& request, const RequestEdits& edits, std::string& out)
{
    RequestWriter(request, edits, out).run();
}

} // namespace sluice::otlp
