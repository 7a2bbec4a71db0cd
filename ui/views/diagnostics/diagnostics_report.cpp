#include "ui/views/diagnostics/diagnostics_report.h"

#include "ui/format/format.h"

#include <QCoreApplication>
#include <QUrl>

namespace sluice::ui {
namespace {

QString tr(const char* source)
{
    return QCoreApplication::translate("Diagnostics", source);
}

/// Without user name and password.
QString endpointOf(const DestinationSettings& settings)
{
    const QString endpoint = text(settings.endpoint);
    if (!endpoint.contains(u'@'))
        return endpoint;
    QUrl url(endpoint);
    url.setUserInfo({});
    return url.toString();
}

} // namespace

QString nameOfSignal(Signal signal)
{
    switch (signal) {
    case Signal::Traces: return tr("spans");
    case Signal::Metrics: return tr("data points");
    case Signal::Logs: break;
    }
    return tr("log records");
}

QString diagnosticsReport(const EngineStatus& status)
{
    QStringList lines{QStringLiteral("Sluice " SLUICE_VERSION),
        QStringLiteral("Qt ") + QString::fromLatin1(qVersion()), {}, tr("Receivers")};
    for (const ReceiverInfo& each : status.receivers) {
        QStringList addresses;
        for (const std::string& address : each.addresses)
            addresses << text(address);
        lines << QStringLiteral("  %1: %2, %3 connections, %4 requests, %5")
                     .arg(text(each.name),
                         each.isListening ? addresses.join(QStringLiteral(", ")) : text(each.trouble),
                         formatCount(each.openConnections), formatCount(each.requests),
                         formatBytes(each.wireBytes));
    }
    for (const RefusalCount& each : status.refusals)
        lines << QStringLiteral("  refused: %1 %2 over %3, %4")
                     .arg(formatCount(each.requests), nameOfSignal(each.signal), text(each.transport),
                         text(each.reason));
    lines << QString() << tr("Pipeline") + QStringLiteral(" r%1").arg(status.appliedRevision);
    for (const Signal signal : kSignals) {
        const std::size_t at = indexOf(signal);
        lines << QStringLiteral("  %1: %2 stored, %3 judged, %4 kept")
                     .arg(nameOfSignal(signal), formatCount(status.stored[at]),
                         formatCount(status.judged[at]), formatCount(status.kept[at]));
    }
    lines << QStringLiteral("  waiting: %1 requests").arg(formatCount(status.waitingRequests));
    for (const RuleCount& each : status.rules)
        lines << QStringLiteral("  %1 %2: %3 changed, %4 dropped, %5 errors")
                     .arg(text(each.pipeline), text(each.rule), formatCount(each.changed),
                         formatCount(each.dropped), formatCount(each.errors));
    lines << QString() << tr("Destinations");
    for (const DestinationStatus& each : status.destinations)
        lines << QStringLiteral("  %1 %2: %3 behind, %4 sent, %5 retried, %6 failed %7")
                     .arg(text(each.settings.name), endpointOf(each.settings),
                         formatCount(each.behindRecords), formatCount(each.sentRecords),
                         formatCount(each.retries), formatCount(each.failedRecords), text(each.lastError));
    lines << QString() << tr("Capture")
          << QStringLiteral("  %1, %2 %3")
                 .arg(text(status.capturePath), formatBytes(status.captureBytes), text(status.captureTrouble))
          << QString() << tr("Messages");
    for (const std::string& message : status.messages)
        lines << QStringLiteral("  ") + text(message);
    return lines.join(u'\n') + u'\n';
}

} // namespace sluice::ui
