#include "core/config/settings.h"

#include "core/base/units.h"

#define TOML_HEADER_ONLY 1 // The packaged library is built with exceptions.
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <variant>

namespace sluice {
namespace {

/// Where a value of a type lives in the settings.
using Place = std::variant<std::string Settings::*, bool Settings::*, std::uint64_t Settings::*,
    Nanos Settings::*, std::vector<std::string> Settings::*, StringPairs Settings::*, LogLevel Settings::*,
    std::string ExporterSection::*, bool ExporterSection::*, std::uint64_t ExporterSection::*,
    Nanos ExporterSection::*, std::vector<std::string> ExporterSection::*, StringPairs ExporterSection::*>;

struct Description {
    SettingInfo info;
    Place place;
    std::uint64_t least = 0; ///< Smallest number that makes sense.
};

using Type = SettingType;
using Exporter = ExporterSection;

constexpr std::array kDescriptions{
    Description{{"collector.grpc", Type::Text, "SLUICE_COLLECTOR_GRPC", "", "",
                    "Address of the OTLP/gRPC receiver; off opens none, port 0 takes a free one."},
        &Settings::grpc},
    Description{
        {"collector.http", Type::Text, "SLUICE_COLLECTOR_HTTP", "", "", "Address of the OTLP/HTTP receiver."},
        &Settings::http},
    Description{{"collector.max_message_size", Type::Size, "SLUICE_COLLECTOR_MAX_MESSAGE_SIZE", "", "",
                    "Largest request that is taken, after decompression."},
        &Settings::maxMessageBytes, 1},
    Description{{"collector.max_connections", Type::Count, "SLUICE_COLLECTOR_MAX_CONNECTIONS", "", "",
                    "Connections that one receiver keeps open; more are closed at once."},
        &Settings::maxConnections, 1},
    Description{{"collector.max_pending", Type::Size, "SLUICE_COLLECTOR_MAX_PENDING", "", "",
                    "Bytes that may wait for the disk; beyond it senders are asked to come back."},
        &Settings::maxPendingBytes, 1},
    Description{{"collector.allowed_origins", Type::TextList, "SLUICE_COLLECTOR_ALLOWED_ORIGINS", "", "",
                    "Web pages, beside local ones, whose scripts may send over HTTP."},
        &Settings::allowedOrigins},
    Description{{"collector.allowed_hosts", Type::TextList, "SLUICE_COLLECTOR_ALLOWED_HOSTS", "", "",
                    "Host names, beside those of this machine, that requests may be addressed to."},
        &Settings::allowedHosts},
    Description{{"collector.capture", Type::Text, "SLUICE_COLLECTOR_CAPTURE", "", "",
                    "File that everything is kept in; empty makes a temporary one."},
        &Settings::capture},
    Description{{"collector.durability", Type::Choice, "SLUICE_COLLECTOR_DURABILITY", "", "crash|power",
                    "What an acknowledged record survives: a crash of Sluice, or a power cut too."},
        &Settings::durability},
    Description{{"collector.retention_size", Type::Size, "SLUICE_COLLECTOR_RETENTION_SIZE", "", "",
                    "Size of the capture above which the oldest records go; 0 keeps all."},
        &Settings::retentionBytes},
    Description{{"collector.retention_age", Type::Duration, "SLUICE_COLLECTOR_RETENTION_AGE", "", "",
                    "Age above which records go; 0 keeps all."},
        &Settings::retentionAge},
    Description{{"processor.rules", Type::Text, "SLUICE_PROCESSOR_RULES", "", "",
                    "Rules file (collector YAML) for captures that have no rules yet."},
        &Settings::rules},
    Description{{"exporter.endpoint", Type::Text, "SLUICE_EXPORTER_ENDPOINT", "OTLP_EXPORTER_ENDPOINT", "",
                    "Where to send what leaves: host:port or a URL; empty sends nothing."},
        &Exporter::endpoint},
    Description{{"exporter.protocol", Type::Choice, "SLUICE_EXPORTER_PROTOCOL", "", "auto|grpc|http",
                    "How to send; auto tells it from the endpoint."},
        &Exporter::protocol},
    Description{{"exporter.insecure", Type::Flag, "SLUICE_EXPORTER_INSECURE", "", "",
                    "gRPC without TLS where the endpoint has no scheme."},
        &Exporter::insecure},
    Description{{"exporter.compression", Type::Choice, "SLUICE_EXPORTER_COMPRESSION", "", "gzip|none",
                    "Compression of requests."},
        &Exporter::compression},
    Description{{"exporter.headers", Type::TextTable, "SLUICE_EXPORTER_HEADERS", "", "",
                    "Headers of requests; ${env:NAME} is replaced when sending."},
        &Exporter::headers},
    Description{{"exporter.signals", Type::TextList, "SLUICE_EXPORTER_SIGNALS", "", "traces|metrics|logs",
                    "What is sent."},
        &Exporter::signals},
    Description{{"exporter.timeout", Type::Duration, "SLUICE_EXPORTER_TIMEOUT", "OTLP_EXPORTER_TIMEOUT", "",
                    "How long one request may take; 0 is for ever."},
        &Exporter::timeout},
    Description{{"exporter.batch_size", Type::Count, "SLUICE_EXPORTER_BATCH_SIZE", "OTLP_BATCH_SIZE", "",
                    "Records that are put together into one request, about."},
        &Exporter::batchSize, 1},
    Description{{"exporter.batch_bytes", Type::Size, "SLUICE_EXPORTER_BATCH_BYTES", "", "",
                    "Bytes of one request, about."},
        &Exporter::batchBytes, 1},
    Description{{"exporter.batch_wait", Type::Duration, "SLUICE_EXPORTER_BATCH_WAIT", "", "",
                    "How long to wait for more when fewer have come."},
        &Exporter::batchWait},
    Description{{"exporter.in_flight", Type::Count, "SLUICE_EXPORTER_IN_FLIGHT", "", "",
                    "Requests that are under way at the same time."},
        &Exporter::inFlight, 1},
    Description{{"exporter.retry", Type::Flag, "SLUICE_EXPORTER_RETRY", "", "",
                    "Send again what a backend did not take; false makes it a dead letter."},
        &Exporter::retry},
    Description{{"exporter.retry_initial", Type::Duration, "SLUICE_EXPORTER_RETRY_INITIAL", "", "",
                    "Wait before the second try; it grows by half each time."},
        &Exporter::retryInitial, 1},
    Description{{"exporter.retry_max", Type::Duration, "SLUICE_EXPORTER_RETRY_MAX", "", "",
                    "Longest wait between two tries."},
        &Exporter::retryMax, 1},
    Description{{"exporter.retry_give_up", Type::Duration, "SLUICE_EXPORTER_RETRY_GIVE_UP", "", "",
                    "After how long a request becomes a dead letter; 0 is never."},
        &Exporter::retryGiveUp},
    Description{{"resource.attributes", Type::TextTable, "SLUICE_RESOURCE_ATTRIBUTES", "", "",
                    "Resource of the records that Sluice makes itself: send, connection test."},
        &Settings::resourceAttributes},
    Description{{"logging.level", Type::Choice, "SLUICE_LOGGING_LEVEL", "", "debug|info|warning|error|off",
                    "Least important messages of Sluice's own log that are written."},
        &Settings::logLevel},
    Description{{"logging.file", Type::Text, "SLUICE_LOGGING_FILE", "", "",
                    "File of the log; empty writes to standard error."},
        &Settings::logFile},
};

constexpr std::string_view kExporterPrefix = "exporter.";
constexpr std::string_view kDestinationKey = "exporter.destination";

struct Problem {
    std::string text;
};
using Assigned = Result<void, Problem>;

tl::unexpected<Problem> wrong(std::string text)
{
    return fail(Problem{std::move(text)});
}

std::vector<std::string> split(std::string_view text, char separator)
{
    std::vector<std::string> parts;
    while (true) {
        const std::size_t end = text.find(separator);
        std::string_view part = text.substr(0, end);
        while (!part.empty() && part.front() == ' ')
            part.remove_prefix(1);
        while (!part.empty() && part.back() == ' ')
            part.remove_suffix(1);
        if (!part.empty())
            parts.emplace_back(part);
        if (end == std::string_view::npos)
            return parts;
        text.remove_prefix(end + 1);
    }
}

bool isChoice(std::string_view choices, std::string_view value)
{
    const auto all = split(choices, '|');
    return std::find(all.begin(), all.end(), value) != all.end();
}

std::string oneOf(std::string_view choices)
{
    std::string text;
    for (const std::string& choice : split(choices, '|'))
        text += (text.empty() ? "" : ", ") + choice;
    return text;
}

Assigned checkChoices(const SettingInfo& info, const std::vector<std::string>& values)
{
    for (const std::string& value : values) {
        if (!info.choices.empty() && !isChoice(info.choices, value))
            return wrong("\"" + value + "\" is not one of " + oneOf(info.choices));
    }
    return {};
}

// Text becomes a value of the type of the place it goes to. `type` tells sizes from counts.

Assigned assign(const Description& setting, std::string& into, const std::string& text)
{
    if (setting.info.type == Type::Choice)
        SLUICE_TRY(checkChoices(setting.info, {text}));
    into = text;
    return {};
}

Assigned assign(const Description& setting, LogLevel& into, const std::string& text)
{
    SLUICE_TRY(checkChoices(setting.info, {text}));
    into = *logLevelNamed(text);
    return {};
}

Assigned assign(const Description& /*setting*/, bool& into, const std::string& text)
{
    if (text != "true" && text != "false")
        return wrong("\"" + text + "\" is neither true nor false");
    into = text == "true";
    return {};
}

Assigned assign(const Description& setting, std::uint64_t& into, const std::string& text)
{
    std::uint64_t number = 0;
    if (setting.info.type == Type::Size) {
        const auto size = parseSize(text);
        if (!size)
            return wrong(size.error().text);
        number = *size;
    } else {
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc() || end != text.data() + text.size())
            return wrong("\"" + text + "\" is not a whole number");
    }
    if (number < setting.least)
        return wrong("must be at least " + std::to_string(setting.least));
    into = number;
    return {};
}

Assigned assign(const Description& setting, Nanos& into, const std::string& text)
{
    const auto duration = parseDuration(text);
    if (!duration)
        return wrong(duration.error().text);
    if (duration->count() < static_cast<std::int64_t>(setting.least))
        return wrong("must be more than 0");
    into = *duration;
    return {};
}

Assigned assign(const Description& setting, std::vector<std::string>& into, const std::string& text)
{
    auto values = split(text, ',');
    SLUICE_TRY(checkChoices(setting.info, values));
    into = std::move(values);
    return {};
}

Assigned assign(const Description& /*setting*/, StringPairs& into, const std::string& text)
{
    StringPairs pairs;
    for (const std::string& part : split(text, ',')) {
        const std::size_t at = part.find('=');
        if (at == std::string::npos || at == 0)
            return wrong("\"" + part + "\" is not name=value");
        pairs.emplace_back(part.substr(0, at), part.substr(at + 1));
    }
    into = std::move(pairs);
    return {};
}

/// The value of `place`, in the settings or in one exporter section.
template <class Callback>
auto visitPlace(const Place& place, Settings& settings, ExporterSection& exporter, Callback&& callback)
{
    return std::visit(
        [&](auto member) {
            if constexpr (requires { settings.*member; })
                return callback(settings.*member);
            else
                return callback(exporter.*member);
        },
        place);
}

Assigned assignText(
    const Description& setting, Settings& settings, ExporterSection& exporter, const std::string& text)
{
    return visitPlace(
        setting.place, settings, exporter, [&](auto& into) { return assign(setting, into, text); });
}

// Printing

std::string inQuotes(std::string_view text)
{
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            out += '\\';
        out += c;
    }
    return out + '"';
}

std::string print(const Description& /*setting*/, const std::string& value)
{
    return inQuotes(value);
}
std::string print(const Description& /*setting*/, LogLevel value)
{
    return inQuotes(nameOf(value));
}
std::string print(const Description& /*setting*/, bool value)
{
    return value ? "true" : "false";
}
std::string print(const Description& setting, std::uint64_t value)
{
    return setting.info.type == Type::Size ? inQuotes(formatSize(value)) : std::to_string(value);
}
std::string print(const Description& /*setting*/, Nanos value)
{
    return inQuotes(formatDuration(value));
}
std::string print(const Description& /*setting*/, const std::vector<std::string>& values)
{
    std::string out;
    for (const std::string& value : values)
        out += (out.empty() ? "" : ", ") + inQuotes(value);
    return "[" + out + "]";
}
std::string print(const Description& /*setting*/, const StringPairs& pairs)
{
    std::string out;
    for (const auto& [name, value] : pairs)
        out += (out.empty() ? " " : ", ") + inQuotes(name) + " = " + inQuotes(value);
    return out.empty() ? "{}" : "{" + out + " }";
}

// The file

std::string_view expected(Type type)
{
    switch (type) {
    case Type::Text:
    case Type::Choice: return "a text in quotes";
    case Type::Flag: return "true or false";
    case Type::Count: return "a whole number";
    case Type::Duration: return "a duration in quotes, like \"5s\"";
    case Type::Size: return "a size in quotes, like \"64MiB\", or a number of bytes";
    case Type::TextList: return "a list of texts";
    case Type::TextTable: return "a table of texts";
    }
    return "";
}

class Loader {
public:
    Loader(std::string file, const SettingsSources& sources)
        : m_file(std::move(file))
        , m_sources(sources)
        , m_origins(kDescriptions.size(), "default")
    {
    }

    Result<LoadedSettings, std::vector<ConfigError>> load(std::optional<std::string_view> text)
    {
        toml::table root;
        if (text) {
            toml::parse_result parsed = toml::parse(*text, m_file);
            if (!parsed) {
                const toml::parse_error& error = parsed.error();
                return fail(std::vector{ConfigError{m_file, static_cast<int>(error.source().begin.line), {},
                    std::string(error.description())}});
            }
            root = std::move(parsed).table();
            readFile(root);
        }
        readEnvironment();
        readFlags();
        if (text)
            readDestinations(root);
        check(m_loaded.settings.exporter, "exporter", "");
        if (!m_errors.empty())
            return fail(std::move(m_errors));
        for (std::size_t i = 0; i < kDescriptions.size(); ++i)
            m_loaded.inForce.push_back(
                {std::string(kDescriptions[i].info.key), valueOf(kDescriptions[i]), m_origins[i]});
        for (std::size_t i = 0; i < m_loaded.settings.destinations.size(); ++i) {
            ExporterSection& section = m_loaded.settings.destinations[i];
            const std::string name = std::string(kDestinationKey) + "[" + std::to_string(i) + "]";
            const std::string origin = m_file + ":" + std::to_string(m_destinationLines[i]);
            m_loaded.inForce.push_back({name + ".name", inQuotes(section.name), origin});
            m_loaded.inForce.push_back({name + ".endpoint", inQuotes(section.endpoint), origin});
        }
        return std::move(m_loaded);
    }

private:
    std::string valueOf(const Description& setting)
    {
        return visitPlace(setting.place, m_loaded.settings, m_loaded.settings.exporter,
            [&](const auto& value) { return print(setting, value); });
    }

    void error(const std::string& file, int line, std::string key, std::string text)
    {
        m_errors.push_back({file, line, std::move(key), std::move(text)});
    }

    static int lineOf(const toml::node& node) { return static_cast<int>(node.source().begin.line); }

    void readFile(const toml::table& root)
    {
        constexpr std::array<std::string_view, 5> kSections{
            "collector", "processor", "exporter", "resource", "logging"};
        for (const auto& [section, node] : root) {
            const int line = static_cast<int>(section.source().begin.line);
            if (std::find(kSections.begin(), kSections.end(), section.str()) == kSections.end()) {
                error(m_file, line, std::string(section.str()),
                    "is not a section; there are collector, processor, exporter, resource and logging");
                continue;
            }
            const toml::table* table = node.as_table();
            if (table == nullptr) {
                error(m_file, line, std::string(section.str()),
                    "must be a table: [" + std::string(section.str()) + "]");
                continue;
            }
            for (const auto& [key, value] : *table) {
                const std::string full = std::string(section.str()) + "." + std::string(key.str());
                if (full == kDestinationKey)
                    continue; // After everything that it inherits.
                readValue(full, full, static_cast<int>(key.source().begin.line), value,
                    m_loaded.settings.exporter, true);
            }
        }
    }

    /// `shown` is the key as the file has it.
    void readValue(const std::string& key, const std::string& shown, int line, const toml::node& value,
        ExporterSection& exporter, bool isOwn)
    {
        const auto found = std::find_if(kDescriptions.begin(), kDescriptions.end(),
            [&](const Description& setting) { return setting.info.key == key; });
        if (found == kDescriptions.end()) {
            error(m_file, line, shown, "is not a setting" + suggestion(key));
            return;
        }
        const Assigned assigned = visitPlace(found->place, m_loaded.settings, exporter,
            [&](auto& into) { return assignNode(*found, into, value); });
        if (!assigned)
            error(m_file, line, shown, assigned.error().text);
        else if (isOwn)
            m_origins[static_cast<std::size_t>(found - kDescriptions.begin())]
                = m_file + ":" + std::to_string(line);
    }

    template <class Value>
    static Assigned assignNode(const Description& setting, Value& into, const toml::node& node)
    {
        const auto mismatch = [&] { return wrong("must be " + std::string(expected(setting.info.type))); };
        if constexpr (std::is_same_v<Value, bool>) {
            const auto* flag = node.as_boolean();
            if (flag == nullptr)
                return mismatch();
            into = flag->get();
            return {};
        } else if constexpr (std::is_same_v<Value, std::vector<std::string>>) {
            const toml::array* list = node.as_array();
            if (list == nullptr)
                return mismatch();
            std::vector<std::string> values;
            for (const toml::node& entry : *list) {
                if (!entry.is_string())
                    return mismatch();
                values.push_back(entry.as_string()->get());
            }
            SLUICE_TRY(checkChoices(setting.info, values));
            into = std::move(values);
            return {};
        } else if constexpr (std::is_same_v<Value, StringPairs>) {
            const toml::table* table = node.as_table();
            if (table == nullptr)
                return mismatch();
            StringPairs pairs;
            for (const auto& [name, value] : *table) {
                if (!value.is_string())
                    return wrong("\"" + std::string(name.str()) + "\" must be a text in quotes");
                pairs.emplace_back(std::string(name.str()), value.as_string()->get());
            }
            into = std::move(pairs);
            return {};
        } else {
            const bool takesNumbers = setting.info.type == Type::Count || setting.info.type == Type::Size;
            if (takesNumbers && node.is_integer()) {
                if (node.as_integer()->get() < 0)
                    return wrong("must not be negative");
                return assign(setting, into, std::to_string(node.as_integer()->get()));
            }
            if (setting.info.type == Type::Count || !node.is_string())
                return mismatch();
            return assign(setting, into, node.as_string()->get());
        }
    }

    void readDestinations(const toml::table& root)
    {
        const toml::node_view<const toml::node> node = root["exporter"]["destination"];
        if (!node)
            return;
        const toml::array* list = node.as_array();
        if (list == nullptr || !list->is_array_of_tables()) {
            error(m_file, lineOf(*node.node()), std::string(kDestinationKey),
                "must be written as [[exporter.destination]]");
            return;
        }
        for (const toml::node& entry : *list) {
            const toml::table& table = *entry.as_table();
            ExporterSection section = m_loaded.settings.exporter;
            section.endpoint.clear();
            for (const auto& [key, value] : table) {
                const int line = static_cast<int>(key.source().begin.line);
                const std::string shown = std::string(kDestinationKey) + "." + std::string(key.str());
                if (key.str() == "name") {
                    if (value.is_string() && !value.as_string()->get().empty())
                        section.name = value.as_string()->get();
                    else
                        error(m_file, line, shown, "must be a text in quotes");
                    continue;
                }
                readValue(std::string(kExporterPrefix) + std::string(key.str()), shown, line, value, section,
                    false);
            }
            const std::string place = std::to_string(lineOf(entry));
            if (section.endpoint.empty())
                error(m_file, lineOf(entry), std::string(kDestinationKey) + ".endpoint", "is required");
            check(section, std::string(kDestinationKey), place);
            const auto isSame = [&](const ExporterSection& other) { return other.name == section.name; };
            auto& all = m_loaded.settings.destinations;
            if (section.name.empty())
                error(m_file, lineOf(entry), std::string(kDestinationKey) + ".name",
                    "is required: destinations are told apart by it");
            else if (std::any_of(all.begin(), all.end(), isSame))
                error(m_file, lineOf(entry), std::string(kDestinationKey) + ".name",
                    "\"" + section.name + "\" is used twice");
            all.push_back(std::move(section));
            m_destinationLines.push_back(lineOf(entry));
        }
    }

    /// What only shows when all values are known.
    void check(const ExporterSection& section, const std::string& key, const std::string& line)
    {
        if (section.retryMax < section.retryInitial) {
            const auto retryMax = std::find_if(kDescriptions.begin(), kDescriptions.end(),
                [](const Description& setting) { return setting.info.key == "exporter.retry_max"; });
            const std::string& origin = m_origins[static_cast<std::size_t>(retryMax - kDescriptions.begin())];
            int at = line.empty() ? 0 : std::stoi(line);
            if (at == 0 && origin.starts_with(m_file + ":"))
                at = std::stoi(origin.substr(m_file.size() + 1));
            error(m_file, at, key + ".retry_max", "must not be less than retry_initial");
        }
    }

    void readEnvironment()
    {
        if (!m_sources.environment)
            return;
        for (std::size_t i = 0; i < kDescriptions.size(); ++i) {
            for (const std::string_view name :
                {kDescriptions[i].info.environment, kDescriptions[i].info.otherEnvironment}) {
                const auto value = name.empty() ? std::nullopt : m_sources.environment(std::string(name));
                if (!value || value->empty())
                    continue;
                readText(i, *value, "environment", std::string(name));
                break;
            }
        }
    }

    void readFlags()
    {
        for (const auto& [key, value] : m_sources.flags) {
            const auto found = std::find_if(kDescriptions.begin(), kDescriptions.end(),
                [&wanted = key](const Description& setting) { return setting.info.key == wanted; });
            if (found == kDescriptions.end())
                error("command line", 0, key, "is not a setting" + suggestion(key));
            else
                readText(static_cast<std::size_t>(found - kDescriptions.begin()), value, "command line", key);
        }
    }

    void readText(std::size_t index, std::string text, const std::string& source, const std::string& name)
    {
        const SettingInfo& info = kDescriptions[index].info;
        // OTLP_EXPORTER_TIMEOUT and its like are milliseconds where they have no unit.
        const bool isBare = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
        if (info.type == Type::Duration && isBare && name == info.otherEnvironment)
            text += "ms";
        const Assigned assigned
            = assignText(kDescriptions[index], m_loaded.settings, m_loaded.settings.exporter, text);
        if (!assigned)
            error(source, 0, name, assigned.error().text);
        else
            m_origins[index] = source == "environment" ? name : source;
    }

    /// "; did you mean …" for a key that is nearly one of ours.
    static std::string suggestion(const std::string& key)
    {
        std::string_view best;
        std::size_t bestDistance = 4;
        for (const Description& setting : kDescriptions) {
            const std::size_t distance = distanceOf(key, setting.info.key);
            if (distance < bestDistance) {
                bestDistance = distance;
                best = setting.info.key;
            }
        }
        return best.empty() ? "" : "; did you mean " + std::string(best) + "?";
    }

    /// Levenshtein's.
    static std::size_t distanceOf(std::string_view one, std::string_view other)
    {
        std::vector<std::size_t> row(other.size() + 1);
        for (std::size_t j = 0; j < row.size(); ++j)
            row[j] = j;
        for (std::size_t i = 1; i <= one.size(); ++i) {
            std::size_t diagonal = row[0];
            row[0] = i;
            for (std::size_t j = 1; j <= other.size(); ++j) {
                const std::size_t replaced = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
            }
        }
        return row.back();
    }

    std::string m_file;
    const SettingsSources& m_sources;
    LoadedSettings m_loaded;
    std::vector<std::string> m_origins;
    std::vector<int> m_destinationLines;
    std::vector<ConfigError> m_errors;
};

} // namespace

std::span<const SettingInfo> settingInfos()
{
    static constexpr auto kInfos = [] {
        std::array<SettingInfo, kDescriptions.size()> infos{};
        for (std::size_t i = 0; i < infos.size(); ++i)
            infos[i] = kDescriptions[i].info;
        return infos;
    }();
    return kInfos;
}

std::string ConfigError::toString() const
{
    std::string out = file;
    if (line > 0)
        out += ":" + std::to_string(line);
    if (!key.empty())
        out += ": " + key;
    return out + ": " + text;
}

Result<LoadedSettings, std::vector<ConfigError>> loadSettings(const SettingsSources& sources)
{
    if (sources.file.empty())
        return Loader({}, sources).load(std::nullopt);
    std::ifstream file(sources.file, std::ios::binary);
    std::ostringstream text;
    if (file)
        text << file.rdbuf();
    if (!file)
        return fail(std::vector{ConfigError{sources.file, 0, {}, "cannot be read"}});
    return loadSettings(text.str(), sources.file, sources);
}

Result<LoadedSettings, std::vector<ConfigError>> loadSettings(
    std::string_view text, const std::string& name, const SettingsSources& sources)
{
    return Loader(name, sources).load(text);
}

std::string defaultSettingsFile(const Environment& environment)
{
    if (const auto file = environment("SLUICE_CONFIG"); file && !file->empty())
        return *file;
    std::filesystem::path folder;
    if (const auto config = environment("XDG_CONFIG_HOME"); config && !config->empty())
        folder = *config;
    else if (const auto home = environment("HOME"); home && !home->empty())
        folder = std::filesystem::path(*home) / ".config";
    else
        return {};
    const std::filesystem::path file = folder / "sluice" / "sluice.toml";
    std::error_code ignored;
    return std::filesystem::exists(file, ignored) ? file.string() : std::string();
}

} // namespace sluice
