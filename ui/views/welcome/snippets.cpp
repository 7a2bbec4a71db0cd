#include "ui/views/welcome/snippets.h"

namespace sluice::ui {
namespace {

QString exports(int httpPort)
{
    return QStringLiteral("# Point your service at Sluice and start it\n"
                          "export OTEL_SERVICE_NAME=\"frontend\"\n"
                          "export OTEL_EXPORTER_OTLP_ENDPOINT=\"http://127.0.0.1:%1\"\n"
                          "export OTEL_EXPORTER_OTLP_PROTOCOL=\"http/protobuf\"\n")
        .arg(httpPort);
}

} // namespace

QStringList snippetLanguages()
{
    return {QStringLiteral("Node.js"), QStringLiteral("Python"), QStringLiteral("Java"), QStringLiteral("Go"),
        QStringLiteral(".NET"), QStringLiteral("Collector")};
}

QString snippetFor(int language, int grpcPort, int httpPort)
{
    switch (language) {
    case 0:
        return QStringLiteral("# Add the packages\n"
                              "npm install @opentelemetry/api @opentelemetry/auto-instrumentations-node\n\n")
            + exports(httpPort)
            + QStringLiteral("node --require @opentelemetry/auto-instrumentations-node/register app.js");
    case 1:
        return QStringLiteral("# Add the packages\n"
                              "pip install opentelemetry-distro opentelemetry-exporter-otlp\n"
                              "opentelemetry-bootstrap -a install\n\n")
            + exports(httpPort) + QStringLiteral("opentelemetry-instrument python app.py");
    case 2:
        return exports(httpPort) + QStringLiteral("java -javaagent:opentelemetry-javaagent.jar -jar app.jar");
    case 3:
        return QStringLiteral("# Add the packages\n"
                              "go get go.opentelemetry.io/otel go.opentelemetry.io/otel/sdk \\\n"
                              "    go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp\n\n")
            + exports(httpPort) + QStringLiteral("go run .");
    case 4:
        return QStringLiteral("# Add the packages\n"
                              "dotnet add package OpenTelemetry.Extensions.Hosting\n"
                              "dotnet add package OpenTelemetry.Exporter.OpenTelemetryProtocol\n\n")
            + exports(httpPort) + QStringLiteral("dotnet run");
    default:
        return QStringLiteral("# In your collector's configuration; name it in the pipelines' exporters\n"
                              "exporters:\n"
                              "  otlp/sluice:\n"
                              "    endpoint: 127.0.0.1:%1\n"
                              "    tls:\n"
                              "      insecure: true")
            .arg(grpcPort);
    }
}

} // namespace sluice::ui
