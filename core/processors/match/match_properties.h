#pragma once

#include "core/base/arena.h"
#include "core/config/node.h"
#include "core/model/signal.h"
#include "core/model/value.h"
#include "core/pipeline/batch.h"
#include "core/processors/match/pattern.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

/// A list of texts of which one has to fit: equal (strict) or found (regexp). An empty list is no criterion.
class TextMatcher {
public:
    /// Adds a problem (under `path`) for each pattern that is none.
    static TextMatcher make(std::vector<std::string> texts, bool isRegexp, const config::Node* list,
        const std::string& path, config::Problems& problems);

    [[nodiscard]] bool isCriterion() const { return !m_texts.empty(); }
    [[nodiscard]] bool matches(std::string_view text) const;

private:
    std::vector<std::string> m_texts;
    std::vector<Pattern> m_patterns; ///< One per text with regexp; else empty.
};

/// A list of attributes that all have to be there, with their values where one is given.
class AttributeMatcher {
public:
    explicit AttributeMatcher(bool isRegexp = false)
        : m_isRegexp(isRegexp)
    {
    }

    /// Reads `[{key, value?}]`.
    void readList(const config::Node& list, const std::string& path, config::Problems& problems);

    [[nodiscard]] bool isCriterion() const { return !m_entries.empty(); }
    [[nodiscard]] bool matches(AttributeList& attributes) const;
    /// The attributes of a record.
    [[nodiscard]] bool matches(Batch& batch, std::uint32_t index) const;
    /// The values that decide, as text.
    [[nodiscard]] std::string reason(std::string_view prefix, AttributeList& attributes) const;

private:
    struct Entry {
        std::string key;
        std::optional<Value> value; ///< Nothing: the key has to be there.
        std::optional<Pattern> pattern;
    };
    [[nodiscard]] bool matches(const Entry& entry, const Value& value) const;

    bool m_isRegexp;
    std::vector<Entry> m_entries;
    std::shared_ptr<Arena> m_arena = std::make_shared<Arena>(256); ///< Configured values.
};

/// `include` or `exclude` of a processor: criteria on a record, all of which have to fit.
/// Source: spec/processors.md section 7.
class MatchProperties {
public:
    /// Which keys there are: those of the attributes and span processors, or the filter's older ones for
    /// logs.
    enum class Form : std::uint8_t { Common, FilterLogs };

    /// Reads `node`; null after adding a problem. Without a signal only what every signal has in common is
    /// checked.
    static std::unique_ptr<MatchProperties> read(const config::Node& node, const std::string& path,
        std::optional<Signal> signal, Form form, config::Problems& problems);

    /// False when no criterion is given that this signal looks at.
    [[nodiscard]] bool hasCriteria() const;

    [[nodiscard]] bool matches(Batch& batch, std::uint32_t index) const;
    /// The values that matches() looks at, as text.
    [[nodiscard]] std::string reason(Batch& batch, std::uint32_t index) const;

private:
    struct Library {
        TextMatcher name;
        std::optional<TextMatcher> version;
    };

    MatchProperties() = default;
    void readCommon(config::SectionReader& section, bool isRegexp);
    void readFilterLogs(config::SectionReader& section, bool isRegexp);
    void checkSignal(config::SectionReader& section, Signal signal, bool isRegexp);
    void readLibraries(config::SectionReader& section, bool isRegexp);
    void readSeverityNumber(config::SectionReader& section, std::string_view key, bool isNamed);
    [[nodiscard]] TextMatcher texts(config::SectionReader& section, std::string_view key, bool isRegexp);
    [[nodiscard]] bool matchesSpan(Batch& batch, std::uint32_t index) const;
    [[nodiscard]] bool matchesLog(Batch& batch, std::uint32_t index) const;
    [[nodiscard]] bool matchesShared(Batch& batch, std::uint32_t index) const;

    Signal m_signal = Signal::Traces;
    TextMatcher m_services;
    TextMatcher m_spanNames;
    TextMatcher m_spanKinds;
    TextMatcher m_logBodies;
    TextMatcher m_severityTexts;
    TextMatcher m_metricNames;
    std::vector<Library> m_libraries;
    AttributeMatcher m_attributes;
    AttributeMatcher m_resources;
    std::optional<std::int64_t> m_minSeverity;
    bool m_matchesUndefinedSeverity = false;
};

/// `include` and `exclude` of one processor.
class RecordSelector {
public:
    /// Reads both keys of `section`, in the common form.
    void readFrom(config::SectionReader& section, std::optional<Signal> signal);
    void setInclude(std::unique_ptr<MatchProperties> include) { m_include = std::move(include); }
    void setExclude(std::unique_ptr<MatchProperties> exclude) { m_exclude = std::move(exclude); }

    [[nodiscard]] bool selectsAll() const { return m_include == nullptr && m_exclude == nullptr; }
    [[nodiscard]] bool isIncluded(Batch& batch, std::uint32_t index) const
    {
        return m_include == nullptr || m_include->matches(batch, index);
    }
    [[nodiscard]] bool isExcluded(Batch& batch, std::uint32_t index) const
    {
        return m_exclude != nullptr && m_exclude->matches(batch, index);
    }
    [[nodiscard]] bool selects(Batch& batch, std::uint32_t index) const
    {
        return isIncluded(batch, index) && !isExcluded(batch, index);
    }
    /// Why selects() says what it says.
    [[nodiscard]] std::string reason(Batch& batch, std::uint32_t index) const;

private:
    std::unique_ptr<MatchProperties> m_include;
    std::unique_ptr<MatchProperties> m_exclude;
};

} // namespace sluice
