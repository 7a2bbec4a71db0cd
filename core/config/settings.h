#pragma once

// What sluice.toml, the environment and the command line decide. One table describes every setting; parsing,
// checking and printing all follow it.

#include "core/base/log.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/config/environment.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice {

using StringPairs = std::vector<std::pair<std::string, std::string>>;

/// One backend that records are sent to. delivery/destinations_from_settings.h makes a destination of it.
struct ExporterSection {
    std::string name; ///< Component id; empty: made from the protocol.
    std::string endpoint; ///< Empty: none.
    std::string protocol = "auto"; ///< "grpc", "http", or "auto": told from the endpoint.
    bool insecure = true;
    std::string compression = "gzip"; ///< Or "none".
    StringPairs headers;
    std::vector<std::string> signals{"traces", "metrics", "logs"};
    Nanos timeout = std::chrono::seconds(5);
    std::uint64_t batchSize = 8192;
    std::uint64_t batchBytes = 4u << 20;
    Nanos batchWait{0};
    std::uint64_t inFlight = 4;
    bool retry = true;
    Nanos retryInitial = std::chrono::seconds(5);
    Nanos retryMax = std::chrono::seconds(30);
    Nanos retryGiveUp{0};

    friend bool operator==(const ExporterSection&, const ExporterSection&) = default;
};

struct Settings {
    // [collector]
    std::string grpc = "127.0.0.1:4317"; ///< host:port; "off": not opened.
    std::string http = "127.0.0.1:4318";
    std::uint64_t maxMessageBytes = 64u << 20; ///< After decompression.
    std::uint64_t maxConnections = 1024;
    std::uint64_t maxPendingBytes = 64u << 20;
    std::vector<std::string> allowedOrigins;
    std::vector<std::string> allowedHosts;
    std::string capture; ///< Path; empty: a temporary capture.
    std::string durability = "crash"; ///< Or "power".
    std::uint64_t retentionBytes = 0; ///< 0: no limit.
    Nanos retentionAge{0};
    // [processor]
    std::string rules; ///< Path of a rules file; empty: those of the capture.
    // [exporter]
    ExporterSection exporter; ///< Values for all; a destination of its own when it has an endpoint.
    std::vector<ExporterSection>
        destinations; ///< [[exporter.destination]], each with the values above where it says nothing.
    // [resource]
    StringPairs resourceAttributes{
        {"service.name", "sluice"}}; ///< Of the records that Sluice makes itself: `send`, connection test.
    // [logging]
    LogLevel logLevel = LogLevel::Info;
    std::string logFile; ///< Empty: standard error.
};

enum class SettingType : std::uint8_t { Text, Choice, Flag, Count, Duration, Size, TextList, TextTable };

/// How one setting is called everywhere.
struct SettingInfo {
    std::string_view key; ///< "collector.grpc": table and key of the file.
    SettingType type = SettingType::Text;
    std::string_view environment; ///< "SLUICE_COLLECTOR_GRPC".
    std::string_view otherEnvironment; ///< "OTLP_EXPORTER_ENDPOINT"; the SLUICE_ one wins. Often empty.
    std::string_view choices; ///< Choice: "crash|power".
    std::string_view help; ///< One sentence.
};

/// All of them, in the order in which they are printed.
std::span<const SettingInfo> settingInfos();

/// One problem. Lines count from 1; 0: not from a file.
struct ConfigError {
    std::string file; ///< Or "environment", "command line".
    int line = 0;
    std::string key;
    std::string text;

    /// "sluice.toml:12: exporter.timeout: …"
    [[nodiscard]] std::string toString() const;
};

struct SettingsSources {
    std::string file; ///< Path of a sluice.toml; empty: none.
    Environment environment;
    std::vector<std::pair<std::string, std::string>>
        flags; ///< Key and text: {"collector.grpc", "127.0.0.1:0"}.
};

/// A setting as it is in force.
struct SettingInForce {
    std::string key;
    std::string value; ///< As the file would have it. Header values are shown as written: ${env:…} stays.
    std::string origin; ///< "default", "sluice.toml:12", "SLUICE_COLLECTOR_GRPC", "command line".
};

struct LoadedSettings {
    Settings settings;
    std::vector<SettingInForce> inForce;
};

/// Defaults, then the file, the environment, the flags, each over the one before. Unknown keys and bad values
/// are refused: all problems at once.
Result<LoadedSettings, std::vector<ConfigError>> loadSettings(const SettingsSources& sources);

/// The same, from the text of a file that is called `name`.
Result<LoadedSettings, std::vector<ConfigError>> loadSettings(
    std::string_view text, const std::string& name, const SettingsSources& sources);

/// Where the settings file is when none is named: SLUICE_CONFIG, or sluice/sluice.toml in the user's
/// configuration folder when it exists; empty: there is none.
std::string defaultSettingsFile(const Environment& environment);

} // namespace sluice
