#include "ui/views/destinations/destination_draft.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QUrl>

#include <algorithm>
#include <array>

namespace sluice::ui {
namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("DestinationForm", text);
}

struct Unit {
    const char* name;
    std::int64_t nanos;
};
constexpr std::array kUnits{Unit{"ns", 1}, Unit{"us", 1'000}, Unit{"µs", 1'000}, Unit{"ms", 1'000'000},
    Unit{"", 1'000'000'000}, Unit{"s", 1'000'000'000}, Unit{"m", 60'000'000'000}, Unit{"min", 60'000'000'000},
    Unit{"h", 3'600'000'000'000}};

QString endpointProblem(const DestinationSettings& settings)
{
    const QString endpoint = QString::fromStdString(settings.endpoint).trimmed();
    if (endpoint.isEmpty())
        return settings.kind == DestinationKind::OtlpGrpc ? tr("Expected host:port, as in 127.0.0.1:4317")
                                                          : tr("Expected a URL, as in http://127.0.0.1:4318");
    const bool hasScheme = endpoint.contains(QLatin1String("://"));
    if (settings.kind == DestinationKind::OtlpHttp && !hasScheme)
        return tr("Expected http:// or https:// at the beginning");
    if (settings.kind == DestinationKind::OtlpGrpc
        && (endpoint.startsWith(QLatin1String("unix:")) || endpoint.startsWith(QLatin1String("dns:"))))
        return {};
    const QUrl url(hasScheme ? endpoint : QStringLiteral("grpc://") + endpoint, QUrl::StrictMode);
    if (hasScheme && url.scheme() != QLatin1String("http") && url.scheme() != QLatin1String("https"))
        return tr("Expected http:// or https://");
    if (!url.isValid() || url.host().isEmpty()) {
        static const QRegularExpression port(QStringLiteral(":(\\d+)(/|$)"));
        const auto match = port.match(endpoint);
        if (match.hasMatch() && match.captured(1).toLongLong() > 65535)
            return tr("Ports end at 65535");
        return tr("Not a host that can be reached");
    }
    if (!hasScheme && url.port() < 0)
        return tr("Expected a port after the host, as in :4317");
    if (url.port() == 0)
        return tr("Ports begin at 1");
    return {};
}

} // namespace

std::map<DestinationField, QString> problemsOf(
    const DestinationSettings& settings, const std::vector<std::string>& otherNames)
{
    std::map<DestinationField, QString> problems;
    const std::string& name = settings.name;
    if (name.empty() || name.ends_with('/')) {
        problems[DestinationField::Name] = tr("Expected a name");
    } else if (name.find_first_of(" \t\n:#") != std::string::npos) {
        problems[DestinationField::Name] = tr("A name has no blanks and no : or #");
    } else if (std::ranges::find(otherNames, name) != otherNames.end()) {
        problems[DestinationField::Name] = tr("Another destination has this name");
    }
    if (const QString problem = endpointProblem(settings); !problem.isEmpty())
        problems[DestinationField::Endpoint] = problem;
    if (std::ranges::find(settings.signals, true) == settings.signals.end())
        problems[DestinationField::Signals] = tr("Expected at least one signal");
    if (settings.timeout <= Nanos(0))
        problems[DestinationField::Timeout] = tr("Expected a time, as in 5 s");
    if (settings.isRetryEnabled) {
        if (settings.retryInitial <= Nanos(0))
            problems[DestinationField::RetryInitial] = tr("Expected a time, as in 5 s");
        else if (settings.retryMax < settings.retryInitial)
            problems[DestinationField::RetryMax] = tr("The longest pause is shorter than the first");
    }
    for (const auto& [key, value] : settings.headers) {
        static const QRegularExpression token(QStringLiteral("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"));
        if (!token.match(QString::fromStdString(key)).hasMatch())
            problems[DestinationField::Headers] = tr("Expected key: value, one a line");
    }
    return problems;
}

std::optional<Nanos> durationFromText(const QString& text)
{
    static const QRegularExpression form(QStringLiteral("^\\s*([0-9]+(?:[.,][0-9]+)?)\\s*([a-zµ]*)\\s*$"));
    const auto match = form.match(text);
    if (!match.hasMatch())
        return std::nullopt;
    const double number = match.captured(1).replace(u',', u'.').toDouble();
    for (const Unit& unit : kUnits) {
        if (match.captured(2) == QString::fromUtf8(unit.name)) {
            const double nanos = number * static_cast<double>(unit.nanos);
            if (nanos > 9e18)
                return std::nullopt;
            return Nanos(static_cast<std::int64_t>(nanos));
        }
    }
    return std::nullopt;
}

QString durationToText(Nanos duration)
{
    const std::int64_t nanos = duration.count();
    for (const Unit& unit : {Unit{"h", 3'600'000'000'000}, Unit{"min", 60'000'000'000},
             Unit{"s", 1'000'000'000}, Unit{"ms", 1'000'000}}) {
        if (nanos >= unit.nanos && nanos % unit.nanos == 0)
            return QStringLiteral("%1 %2").arg(nanos / unit.nanos).arg(QLatin1String(unit.name));
    }
    if (nanos == 0)
        return QStringLiteral("0 s");
    return QStringLiteral("%1 ms").arg(static_cast<double>(nanos) / 1e6);
}

std::vector<std::pair<std::string, std::string>> headersFromText(const QString& text, int* badLine)
{
    std::vector<std::pair<std::string, std::string>> headers;
    if (badLine)
        *badLine = 0;
    int number = 0;
    const QStringList lines = text.split(u'\n');
    for (const QString& line : lines) {
        ++number;
        if (line.trimmed().isEmpty())
            continue;
        const qsizetype colon = line.indexOf(u':');
        if (colon < 1) {
            if (badLine && *badLine == 0)
                *badLine = number;
            continue;
        }
        headers.emplace_back(
            line.left(colon).trimmed().toStdString(), line.mid(colon + 1).trimmed().toStdString());
    }
    return headers;
}

QString headersToText(const std::vector<std::pair<std::string, std::string>>& headers)
{
    QStringList lines;
    for (const auto& [key, value] : headers)
        lines << QString::fromStdString(key) + QStringLiteral(": ") + QString::fromStdString(value);
    return lines.join(u'\n');
}

std::string freeName(DestinationKind kind, const std::vector<std::string>& taken)
{
    const std::string base = std::string(nameOf(kind)) + "/backend";
    std::string name = base;
    for (int number = 2; std::ranges::find(taken, name) != taken.end(); ++number)
        name = base + "-" + std::to_string(number);
    return name;
}

QString titleOf(DestinationKind kind)
{
    return kind == DestinationKind::OtlpGrpc ? QStringLiteral("OTLP gRPC") : QStringLiteral("OTLP HTTP");
}

QString shortName(const std::string& name)
{
    const std::size_t slash = name.find('/');
    return QString::fromStdString(slash == std::string::npos ? name : name.substr(slash + 1));
}

} // namespace sluice::ui
