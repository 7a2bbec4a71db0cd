#include "core/config/settings.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <set>

using namespace sluice;
using namespace std::chrono_literals;

namespace {

Environment environmentOf(std::map<std::string, std::string> values)
{
    return [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
        const auto found = values.find(name);
        return found == values.end() ? std::nullopt : std::optional(found->second);
    };
}

Settings loaded(std::string_view text, SettingsSources sources = {})
{
    return loadSettings(text, "sluice.toml", sources).value().settings;
}

std::vector<std::string> errorsOf(std::string_view text, SettingsSources sources = {})
{
    const auto result = loadSettings(text, "sluice.toml", sources);
    std::vector<std::string> lines;
    if (!result) {
        for (const ConfigError& error : result.error())
            lines.push_back(error.toString());
    }
    return lines;
}

SettingInForce inForce(const LoadedSettings& all, std::string_view key)
{
    for (const SettingInForce& setting : all.inForce) {
        if (setting.key == key)
            return setting;
    }
    return {};
}

} // namespace

class SettingsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void withoutAnythingTheDefaultsHold()
    {
        const auto all = loadSettings({});
        QVERIFY(all.has_value());
        QCOMPARE(all->settings.grpc, std::string("127.0.0.1:4317"));
        QCOMPARE(all->settings.maxMessageBytes, std::uint64_t(64u << 20));
        QVERIFY(all->settings.destinations.empty());
        QCOMPARE(all->inForce.size(), settingInfos().size());
        for (const SettingInForce& setting : all->inForce)
            QCOMPARE(setting.origin, std::string("default"));
        QCOMPARE(inForce(*all, "exporter.timeout").value, std::string("\"5s\""));
        QCOMPARE(inForce(*all, "collector.max_message_size").value, std::string("\"64MiB\""));
    }

    void theFileIsReadWithUnits()
    {
        const Settings settings = loaded(R"(
[collector]
grpc = "off"
retention_size = "10GB"
retention_age = "7d"
allowed_hosts = ["a", "b"]
durability = "power"
[exporter]
endpoint = "https://h:4317"
timeout = "1m30s"
batch_size = 100
retry = false
headers = { authorization = "Bearer ${env:T}" }
[resource]
attributes = { "service.name" = "me" }
[logging]
level = "error"
)");
        QCOMPARE(settings.grpc, std::string("off"));
        QCOMPARE(settings.retentionBytes, std::uint64_t(10'000'000'000));
        QCOMPARE(settings.retentionAge, Nanos(168h));
        QCOMPARE(settings.allowedHosts, (std::vector<std::string>{"a", "b"}));
        QCOMPARE(settings.durability, std::string("power"));
        QCOMPARE(settings.exporter.timeout, Nanos(90s));
        QCOMPARE(settings.exporter.batchSize, std::uint64_t(100));
        QCOMPARE(settings.exporter.retry, false);
        QCOMPARE(settings.exporter.headers, (StringPairs{{"authorization", "Bearer ${env:T}"}}));
        QCOMPARE(settings.resourceAttributes, (StringPairs{{"service.name", "me"}}));
        QCOMPARE(settings.logLevel, LogLevel::Error);
    }

    void theEnvironmentWinsOverTheFileAndFlagsWinOverBoth()
    {
        const std::string text = "[collector]\ngrpc = \"file:1\"\nhttp = \"file:2\"\ncapture = \"file\"\n";
        const auto all = loadSettings(text, "sluice.toml",
            {.file = {},
                .environment
                = environmentOf({{"SLUICE_COLLECTOR_HTTP", "env:2"}, {"SLUICE_COLLECTOR_CAPTURE", "env"}}),
                .flags = {{"collector.capture", "flag"}}});
        QVERIFY(all.has_value());
        QCOMPARE(all->settings.grpc, std::string("file:1"));
        QCOMPARE(all->settings.http, std::string("env:2"));
        QCOMPARE(all->settings.capture, std::string("flag"));
        QCOMPARE(inForce(*all, "collector.grpc").origin, std::string("sluice.toml:2"));
        QCOMPARE(inForce(*all, "collector.http").origin, std::string("SLUICE_COLLECTOR_HTTP"));
        QCOMPARE(inForce(*all, "collector.capture").origin, std::string("command line"));
        QCOMPARE(inForce(*all, "logging.level").origin, std::string("default"));
    }

    void theVariablesOfOtherToolsCount()
    {
        const Settings settings = loaded("",
            {.file = {},
                .environment = environmentOf({{"OTLP_EXPORTER_ENDPOINT", "http://h:4318"},
                    {"OTLP_EXPORTER_TIMEOUT", "2500"}, {"OTLP_BATCH_SIZE", "64"}}),
                .flags = {}});
        QCOMPARE(settings.exporter.endpoint, std::string("http://h:4318"));
        QCOMPARE(settings.exporter.timeout, Nanos(2500ms));
        QCOMPARE(settings.exporter.batchSize, std::uint64_t(64));
        const Settings own = loaded("",
            {.file = {},
                .environment
                = environmentOf({{"OTLP_BATCH_SIZE", "64"}, {"SLUICE_EXPORTER_BATCH_SIZE", "65"}}),
                .flags = {}});
        QCOMPARE(own.exporter.batchSize, std::uint64_t(65));
    }

    void anEmptyVariableIsNotSet()
    {
        QCOMPARE(loaded("",
                     {.file = {}, .environment = environmentOf({{"SLUICE_COLLECTOR_GRPC", ""}}), .flags = {}})
                     .grpc,
            std::string("127.0.0.1:4317"));
    }

    void listsAndTablesFitIntoAVariable()
    {
        const Settings settings = loaded("",
            {.file = {},
                .environment = environmentOf(
                    {{"SLUICE_EXPORTER_HEADERS", "a=1, b=x=y"}, {"SLUICE_EXPORTER_SIGNALS", "traces,logs"}}),
                .flags = {}});
        QCOMPARE(settings.exporter.headers, (StringPairs{{"a", "1"}, {"b", "x=y"}}));
        QCOMPARE(settings.exporter.signals, (std::vector<std::string>{"traces", "logs"}));
    }

    void everyProblemIsNamedWithFileKeyAndLine()
    {
        const auto errors = errorsOf(R"([collector]
grpcc = "x"
max_connections = "many"
durability = "never"
[exporter]
timeout = 5
batch_size = 0
signals = ["traces", "spans"]
retry_max = "1s"
[colector]
)",
            {.file = {},
                .environment = environmentOf({{"SLUICE_LOGGING_LEVEL", "loud"}}),
                .flags = {{"exporter.tiemout", "1s"}}});
        const std::vector<std::string> expected{
            "sluice.toml:2: collector.grpcc: is not a setting; did you mean collector.grpc?",
            "sluice.toml:3: collector.max_connections: must be a whole number",
            "sluice.toml:4: collector.durability: \"never\" is not one of crash, power",
            "sluice.toml:6: exporter.timeout: must be a duration in quotes, like \"5s\"",
            "sluice.toml:7: exporter.batch_size: must be at least 1",
            "sluice.toml:8: exporter.signals: \"spans\" is not one of traces, metrics, logs",
            "sluice.toml:10: colector: is not a section; there are collector, processor, exporter, resource "
            "and logging",
            "environment: SLUICE_LOGGING_LEVEL: \"loud\" is not one of debug, info, warning, error, off",
            "command line: exporter.tiemout: is not a setting; did you mean exporter.timeout?",
            "sluice.toml:9: exporter.retry_max: must not be less than retry_initial"};
        for (const std::string& line : expected)
            QVERIFY2(std::find(errors.begin(), errors.end(), line) != errors.end(), line.c_str());
        QCOMPARE(errors.size(), expected.size());
    }

    void brokenTomlIsNamedWithItsLine()
    {
        const auto errors = errorsOf("[collector]\ngrpc = \n");
        QCOMPARE(errors.size(), std::size_t(1));
        QVERIFY2(errors[0].starts_with("sluice.toml:2: "), errors[0].c_str());
    }

    void aFileThatIsNotThereIsAnError()
    {
        const auto result = loadSettings({.file = "/nowhere/sluice.toml", .environment = {}, .flags = {}});
        QVERIFY(!result.has_value());
        QCOMPARE(result.error().front().toString(), std::string("/nowhere/sluice.toml: cannot be read"));
    }

    void destinationsInheritFromTheSection()
    {
        const Settings settings = loaded(R"(
[[exporter.destination]]
name = "a"
endpoint = "h:1"
timeout = "1s"
[[exporter.destination]]
name = "b"
endpoint = "h:2"
[exporter]
batch_size = 7
timeout = "9s"
)");
        QCOMPARE(settings.destinations.size(), std::size_t(2));
        QCOMPARE(settings.destinations[0].timeout, Nanos(1s));
        QCOMPARE(settings.destinations[1].timeout, Nanos(9s));
        QCOMPARE(settings.destinations[1].batchSize, std::uint64_t(7));
        QVERIFY(settings.exporter.endpoint.empty());
    }

    void aDestinationNeedsItsOwnNameAndAnEndpoint()
    {
        const auto errors = errorsOf(
            "[[exporter.destination]]\nname = \"a\"\n[[exporter.destination]]\nname = \"a\"\nendpoint = "
            "\"h:1\"\n[[exporter.destination]]\nendpoint = \"h:1\"\nbatchsize = 1\n");
        QCOMPARE(errors,
            (std::vector<std::string>{"sluice.toml:1: exporter.destination.endpoint: is required",
                "sluice.toml:3: exporter.destination.name: \"a\" is used twice",
                "sluice.toml:8: exporter.destination.batchsize: is not a setting; did you mean "
                "exporter.batch_size?",
                "sluice.toml:6: exporter.destination.name: is required: destinations are told apart by it"}));
    }

    void theExampleIsReadAndTellsTheDefaults()
    {
        const auto all = loadSettings(
            {.file = SLUICE_SOURCE_DIR "/resources/examples/sluice.toml", .environment = {}, .flags = {}});
        if (!all) {
            for (const ConfigError& error : all.error())
                qWarning("%s", error.toString().c_str());
        }
        QVERIFY(all.has_value());
        QCOMPARE(all->settings.destinations.size(), std::size_t(2));
        QCOMPARE(all->settings.exporter, Settings().exporter);
        const auto defaults = loadSettings({});
        for (const SettingInForce& setting : defaults->inForce) {
            if (setting.key.find("retention") == std::string::npos)
                QCOMPARE(inForce(*all, setting.key).value, setting.value);
        }
    }

    void everySettingHasItsVariableAndItsHelp()
    {
        std::set<std::string_view> variables;
        for (const SettingInfo& info : settingInfos()) {
            std::string variable = "SLUICE_" + std::string(info.key);
            std::transform(variable.begin(), variable.end(), variable.begin(), [](char c) {
                return c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
            });
            QCOMPARE(std::string(info.environment), variable);
            QVERIFY(variables.insert(info.environment).second);
            QVERIFY(info.help.ends_with('.'));
        }
    }
};

QTEST_GUILESS_MAIN(SettingsTest)
#include "tst_settings.moc"
