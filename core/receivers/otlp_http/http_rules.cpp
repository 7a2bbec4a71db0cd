#include "core/receivers/otlp_http/http_rules.h"

#include "core/otlp/json.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>

namespace sluice {

namespace {

constexpr std::string_view kProtobuf = "application/x-protobuf";
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kPlainText = "text/plain; charset=utf-8";
constexpr std::string_view kMethods = "POST, OPTIONS";
constexpr std::string_view kAcceptedEncodings = "gzip, deflate, zstd";
constexpr std::string_view kPreflightAge = "7200"; // Browsers use no more.

constexpr std::string_view kPaths = "/v1/traces, /v1/metrics and /v1/logs";

constexpr std::string_view kWelcome
    = "Sluice receives OpenTelemetry data on this port (OTLP over HTTP).\n\n"
      "  POST /v1/traces\n  POST /v1/metrics\n  POST /v1/logs\n\n"
      "in application/x-protobuf or application/json, plain or packed with gzip, deflate or zstd.\n"
      "OTLP over gRPC has a port of its own: 4317, unless configured.\n";

/// Request headers that a page may send; others are refused by its browser.
constexpr std::array<std::string_view, 13> kCrossOriginHeaders{"accept", "accept-language", "authorization",
    "baggage", "b3", "content-encoding", "content-language", "content-type", "traceparent", "tracestate",
    "uber-trace-id", "user-agent", "x-requested-with"};

std::string lowered(std::string_view text)
{
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
        [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return lower;
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

/// "http://host:80/v1/traces?x=1" is "/v1/traces".
std::string_view pathOf(std::string_view target)
{
    if (const std::size_t scheme = target.find("://");
        scheme != std::string_view::npos && !target.starts_with('/')) {
        const std::size_t path = target.find('/', scheme + 3);
        target = path == std::string_view::npos ? "/" : target.substr(path);
    }
    target = target.substr(0, target.find_first_of("?#"));
    if (target.size() > 1 && target.ends_with('/'))
        target.remove_suffix(1);
    return target;
}

std::optional<Signal> signalOfPath(std::string_view path)
{
    constexpr std::string_view kPrefix = "/v1/";
    return path.starts_with(kPrefix) ? signalNamed(path.substr(kPrefix.size())) : std::nullopt;
}

Signal likelySignalOf(std::string_view path)
{
    for (const Signal signal : {Signal::Metrics, Signal::Logs}) {
        if (path.find(nameOf(signal)) != std::string_view::npos)
            return signal;
    }
    return Signal::Traces;
}

/// Fills in what the Content-Type says. False when it is none of OTLP's.
bool readMediaType(std::string_view contentType, HttpPlan& plan)
{
    const std::string type = lowered(trimmed(contentType.substr(0, contentType.find(';'))));
    if (type == kJson) {
        plan.encoding = Encoding::Json;
        plan.mediaType = kJson;
        return true;
    }
    if (type == kProtobuf || type == "application/protobuf" || type == "application/x-google-protobuf") {
        plan.encoding = Encoding::Protobuf;
        plan.mediaType = type;
        return true;
    }
    return false;
}

/// "localhost:4318", "[::1]" without the port, in lower case.
std::string hostName(std::string_view host)
{
    if (host.starts_with('['))
        return lowered(host.substr(0, host.find(']') + 1));
    return lowered(host.substr(0, host.find(':')));
}

bool isLocalName(std::string_view name)
{
    return name == "localhost" || name == "127.0.0.1" || name == "[::1]" || name.ends_with(".localhost");
}

std::string notFoundText(std::string_view path)
{
    std::string text = "Nothing is received at " + std::string(path.substr(0, 200)) + ": post to "
        + std::string(kPaths) + ".";
    if (path == "/")
        text += " An endpoint that is set for one signal must contain the path.";
    else if (path.find("/v1/", 1) != std::string_view::npos)
        text += " The path was added to an endpoint that has it already.";
    else if (path.find("profiles") != std::string_view::npos)
        text += " Profiles are not received.";
    return text;
}

unsigned statusOf(Refusal refusal)
{
    switch (refusal) {
    case Refusal::None: return 200;
    case Refusal::Malformed: return 400;
    case Refusal::TooLarge: return 413;
    case Refusal::Overloaded: return 429;
    case Refusal::StorageFull:
    case Refusal::ShuttingDown: return 503;
    case Refusal::Unsupported: return 415;
    case Refusal::Internal: break;
    }
    return 500;
}

/// gRPC's number for google.rpc.Status.
int codeOf(unsigned status)
{
    switch (status) {
    case 400:
    case 415: return 3; // INVALID_ARGUMENT
    case 403: return 7; // PERMISSION_DENIED
    case 404: return 5; // NOT_FOUND
    case 405:
    case 501: return 12; // UNIMPLEMENTED
    case 413:
    case 429:
    case 431: return 8; // RESOURCE_EXHAUSTED
    case 503: return 14; // UNAVAILABLE
    default: return 13; // INTERNAL
    }
}

} // namespace

bool matchesWildcard(std::string_view pattern, std::string_view text)
{
    const std::string wanted = lowered(pattern);
    const std::string given = lowered(text);
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string::npos;
    std::size_t resume = 0;
    while (t < given.size()) {
        if (p < wanted.size() && wanted[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < wanted.size() && wanted[p] == given[t]) {
            ++p;
            ++t;
        } else if (star != std::string::npos) { // Let the last star take one letter more.
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < wanted.size() && wanted[p] == '*')
        ++p;
    return p == wanted.size();
}

HttpRules::HttpRules(std::vector<std::string> allowedOrigins, std::vector<std::string> allowedHosts)
    : m_allowedOrigins(std::move(allowedOrigins))
    , m_allowedHosts(std::move(allowedHosts))
{
}

bool HttpRules::isOriginAllowed(std::string_view origin) const
{
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (origin.starts_with(scheme) && isLocalName(hostName(origin.substr(scheme.size()))))
            return true;
    }
    return std::any_of(m_allowedOrigins.begin(), m_allowedOrigins.end(),
        [origin](const std::string& pattern) { return matchesWildcard(pattern, origin); });
}

bool HttpRules::isHostAllowed(std::string_view host) const
{
    const std::string name = hostName(trimmed(host));
    return isLocalName(name)
        || std::any_of(m_allowedHosts.begin(), m_allowedHosts.end(),
            [&name](const std::string& allowed) { return matchesWildcard(allowed, name); });
}

HttpReply HttpRules::preflight(const HttpRequestHead& head) const
{
    HttpReply reply{.status = 204, .contentType = {}, .body = {}, .fields = {}, .mustClose = false};
    std::string allowed;
    std::string_view rest = head.requestedHeaders;
    while (!rest.empty()) {
        const std::size_t comma = std::min(rest.find(','), rest.size());
        const std::string name = lowered(trimmed(rest.substr(0, comma)));
        rest.remove_prefix(std::min(comma + 1, rest.size()));
        const bool isKnown = name.starts_with("x-") || name.ends_with("-key") || name.ends_with("-token")
            || std::find(kCrossOriginHeaders.begin(), kCrossOriginHeaders.end(), name)
                != kCrossOriginHeaders.end();
        if (isKnown && std::all_of(name.begin(), name.end(), [](unsigned char c) {
                return std::isalnum(c) != 0 || c == '-' || c == '_';
            }))
            allowed += (allowed.empty() ? "" : ", ") + name;
    }
    reply.fields.emplace_back("Access-Control-Allow-Methods", "POST");
    if (!allowed.empty())
        reply.fields.emplace_back("Access-Control-Allow-Headers", allowed);
    reply.fields.emplace_back("Access-Control-Max-Age", kPreflightAge);
    if (head.asksForPrivateNetwork)
        reply.fields.emplace_back("Access-Control-Allow-Private-Network", "true");
    return reply;
}

HttpPlan HttpRules::plan(const HttpRequestHead& head) const
{
    const std::string_view path = pathOf(head.target);
    const std::optional<Signal> signal = signalOfPath(path);
    HttpPlan plan;
    plan.signal = signal.value_or(likelySignalOf(path));
    const bool isKnownType = readMediaType(head.contentType, plan);
    const bool isOriginGood = !head.origin.empty() && isOriginAllowed(head.origin);
    if (isOriginGood) {
        plan.crossOriginFields = {{"Access-Control-Allow-Origin", head.origin},
            {"Access-Control-Allow-Credentials", "true"}, {"Access-Control-Expose-Headers", "Retry-After"},
            {"Vary", "Origin, Access-Control-Request-Headers"}};
    }
    const auto refuse = [&plan](unsigned status, Refusal refusal, const std::string& text) -> HttpReply& {
        plan.refusal = refusal;
        plan.reply = httpErrorOf(plan, status, text);
        return *plan.reply;
    };

    if (head.isHttp11 && !head.host) {
        refuse(400, Refusal::Malformed, "The request must have exactly one Host header.").mustClose = true;
        return plan;
    }
    if (!head.transferEncoding.empty() && lowered(trimmed(head.transferEncoding)) != "chunked") {
        refuse(501, Refusal::Unsupported,
            "The only transfer encoding that is understood is chunked; compression is told by "
            "Content-Encoding.")
            .mustClose
            = true;
        return plan;
    }
    if (head.host && !isHostAllowed(*head.host)) {
        refuse(403, Refusal::Unsupported,
            "The host '" + head.host->substr(0, 200)
                + "' is not a name of this computer; such requests may come from a web page that pretends to "
                  "be local.");
        return plan;
    }
    if (head.method == "OPTIONS") {
        if (!head.origin.empty() && !isOriginGood)
            refuse(403, Refusal::None,
                "Pages of " + head.origin.substr(0, 200)
                    + " may not send here; allow the origin in the configuration.");
        else if (!head.requestedMethod.empty() && isOriginGood)
            plan.reply = preflight(head);
        else
            plan.reply = HttpReply{.status = 204,
                .contentType = {},
                .body = {},
                .fields = {{"Allow", std::string(kMethods)}},
                .mustClose = false};
        return plan;
    }
    const bool isRead = head.method == "GET" || head.method == "HEAD";
    if (isRead && path == "/") {
        plan.reply = HttpReply{.status = 200,
            .contentType = std::string(kPlainText),
            .body = std::string(kWelcome),
            .fields = {},
            .mustClose = false};
        return plan;
    }
    if (!signal) {
        refuse(404, isRead ? Refusal::None : Refusal::Unsupported, notFoundText(path));
        return plan;
    }
    if (head.method != "POST") {
        refuse(405, isRead ? Refusal::None : Refusal::Unsupported, "OTLP is sent with POST.")
            .fields.emplace_back("Allow", kMethods);
        return plan;
    }
    if (!isKnownType) {
        refuse(415, Refusal::Unsupported,
            head.contentType.empty()
                ? "The request has no Content-Type; it must be application/x-protobuf or application/json."
                : "The content type '" + head.contentType.substr(0, 200)
                    + "' is not understood; it must be application/x-protobuf or application/json.");
        return plan;
    }
    const auto compression = compressionNamed(trimmed(head.contentEncoding));
    if (!compression) {
        refuse(415, Refusal::Unsupported,
            "The content encoding '" + head.contentEncoding.substr(0, 200) + "' is not understood; known are "
                + std::string(kAcceptedEncodings) + ".")
            .fields.emplace_back("Accept-Encoding", kAcceptedEncodings);
        return plan;
    }
    plan.compression = *compression;
    return plan;
}

HttpReply httpErrorOf(const HttpPlan& plan, unsigned status, std::string_view message, int retryAfterSeconds)
{
    HttpReply reply{
        .status = status, .contentType = plan.mediaType, .body = {}, .fields = {}, .mustClose = false};
    if (plan.mediaType.empty()) {
        reply.contentType = kPlainText;
        reply.body = std::string(message) + "\n";
    } else {
        reply.body
            = otlp::encodeStatus(plan.encoding == Encoding::Json, codeOf(status), message, retryAfterSeconds);
    }
    if (retryAfterSeconds > 0)
        reply.fields.emplace_back("Retry-After", std::to_string(retryAfterSeconds));
    return reply;
}

HttpReply httpReplyOf(const HttpPlan& plan, const Answer& answer)
{
    if (answer.refusal == Refusal::None) {
        return {.status = 200,
            .contentType = plan.mediaType,
            .body = otlp::encodeResponse(
                plan.signal, plan.encoding == Encoding::Json, answer.rejectedRecords, answer.message),
            .fields = {},
            .mustClose = false};
    }
    const bool isWorthAnotherTry
        = answer.refusal == Refusal::Overloaded || answer.refusal == Refusal::StorageFull;
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(answer.retryAfter).count();
    const int retryAfter
        = isWorthAnotherTry ? static_cast<int>(std::clamp<std::int64_t>(seconds, 1, 86'400)) : 0;
    return httpErrorOf(plan, statusOf(answer.refusal), answer.message, retryAfter);
}

} // namespace sluice
