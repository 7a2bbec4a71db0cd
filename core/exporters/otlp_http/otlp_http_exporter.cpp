#include "core/exporters/otlp_http/otlp_http_exporter.h"

#include "core/base/guarded.h"
#include "core/exporters/answers.h"
#include "core/exporters/endpoint.h"
#include "core/exporters/gzip.h"
#include "core/exporters/request_headers.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

namespace sluice {
namespace {

struct FreeEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeMulti {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

/// A handle with the connection that it keeps. The multi handle is what makes it interruptible.
struct Connection {
    std::unique_ptr<CURLM, FreeMulti> multi;
    std::unique_ptr<CURL, FreeEasy> easy; // Declared last: freed before the multi handle it was in.
};

/// Reads the payloads one after the other, as curl asks.
class Body {
public:
    explicit Body(std::span<const SharedBytes> payloads)
        : m_payloads(payloads)
    {
        for (const SharedBytes& payload : payloads)
            m_size += payload.size();
    }

    [[nodiscard]] std::size_t size() const { return m_size; }

    std::size_t read(char* into, std::size_t room)
    {
        std::size_t copied = 0;
        while (copied < room && m_index < m_payloads.size()) {
            const std::string_view left = m_payloads[m_index].view().substr(m_offset);
            const std::size_t part = std::min(left.size(), room - copied);
            std::memcpy(into + copied, left.data(), part);
            copied += part;
            m_offset += part;
            if (part == left.size()) {
                ++m_index;
                m_offset = 0;
            }
        }
        return copied;
    }

    void rewind() { m_index = m_offset = 0; }

private:
    std::span<const SharedBytes> m_payloads;
    std::size_t m_size = 0;
    std::size_t m_index = 0;
    std::size_t m_offset = 0;
};

struct Response {
    std::string body;
    std::string contentType;
    std::string retryAfter;
    bool isTooLarge = false;
};

// libcurl's callbacks. It fixes their signatures.
std::size_t readBody(char* into, std::size_t size, std::size_t count, void* body)
{
    return static_cast<Body*>(body)->read(into, size * count);
}

/// curl sends the body again when a kept connection turned out to be closed.
int rewindBody(void* body, curl_off_t offset, int origin)
{
    if (offset != 0 || origin != SEEK_SET)
        return CURL_SEEKFUNC_CANTSEEK;
    static_cast<Body*>(body)->rewind();
    return CURL_SEEKFUNC_OK;
}

std::size_t takeResponse(char* bytes, std::size_t size, std::size_t count, void* into)
{
    auto& response = *static_cast<Response*>(into);
    if (response.body.size() + size * count > kMaxAnswerBytes) {
        response.isTooLarge = true;
        return 0;
    }
    response.body.append(bytes, size * count);
    return size * count;
}

std::size_t takeHeader(char* bytes, std::size_t size, std::size_t count, void* into)
{
    auto& response = *static_cast<Response*>(into);
    const std::string_view line(bytes, size * count);
    const auto valueOf = [line](std::string_view name) -> std::optional<std::string> {
        if (line.size() <= name.size() || line[name.size()] != ':')
            return std::nullopt;
        for (std::size_t i = 0; i < name.size(); ++i) {
            if ((line[i] >= 'A' && line[i] <= 'Z' ? line[i] + 32 : line[i]) != name[i])
                return std::nullopt;
        }
        std::string_view value = line.substr(name.size() + 1);
        const std::size_t begin = value.find_first_not_of(" \t\r\n");
        if (begin == std::string_view::npos)
            return std::string();
        return std::string(value.substr(begin, value.find_last_not_of(" \t\r\n") - begin + 1));
    };
    if (auto contentType = valueOf("content-type"))
        response.contentType = *std::move(contentType);
    if (auto retryAfter = valueOf("retry-after"))
        response.retryAfter = *std::move(retryAfter);
    return size * count;
}

SendResult retry(std::string text)
{
    SendResult result;
    result.kind = SendResult::Kind::Retry;
    result.text = std::move(text);
    return result;
}

class OtlpHttpExporter final : public Exporter {
public:
    OtlpHttpExporter(ExporterSettings settings, Environment environment, const Clock& clock)
        : m_settings(std::move(settings))
        , m_environment(std::move(environment))
        , m_clock(clock)
    {
        for (const Signal signal : kSignals)
            m_urls[indexOf(signal)]
                = httpUrl(m_settings.endpoint, m_settings.signalEndpoints[indexOf(signal)], signal);
    }

    SendResult send(Signal signal, std::span<const SharedBytes> payloads, std::uint64_t /*records*/,
        Nanos timeout, std::stop_token stop) override
    {
        const auto headers = resolveHeaders(m_settings.headers, false, m_environment);
        if (!headers)
            return retry(headers.error().text); // Nothing is refused for good because of our own settings.
        auto connection = takeConnection();
        if (!connection.easy || !connection.multi)
            return retry("out of memory");

        std::array<SharedBytes, 1> compressed;
        if (m_settings.useGzip) {
            compressed[0] = SharedBytes(m_gzip.compress(payloads));
            payloads = compressed;
        }
        Body body(payloads);
        Response response;
        const auto list = headerList(*headers);
        prepare(connection.easy.get(), signal, body, response, list.get(), timeout);
        const CURLcode code = perform(connection, stop);
        if (stop.stop_requested() && code != CURLE_OK) {
            SendResult result;
            result.kind = SendResult::Kind::Cancelled;
            result.text = "stopped while the request was under way";
            return result; // The connection goes with what may still come over it.
        }
        SendResult result = outcome(connection.easy.get(), code, response, timeout);
        giveBack(std::move(connection));
        return result;
    }

private:
    Connection takeConnection()
    {
        auto kept = m_idle.with([](std::vector<Connection>& idle) {
            Connection last;
            if (!idle.empty()) {
                last = std::move(idle.back());
                idle.pop_back();
            }
            return last;
        });
        if (!kept.easy) {
            kept.multi.reset(curl_multi_init());
            kept.easy.reset(curl_easy_init());
        }
        return kept;
    }

    void giveBack(Connection connection)
    {
        m_idle.with([&](std::vector<Connection>& idle) { idle.push_back(std::move(connection)); });
    }

    std::unique_ptr<curl_slist, FreeList> headerList(const Headers& headers) const
    {
        std::unique_ptr<curl_slist, FreeList> list;
        const auto add = [&list](const std::string& line) {
            if (curl_slist* longer = curl_slist_append(list.get(), line.c_str())) {
                static_cast<void>(list.release());
                list.reset(longer);
            }
        };
        add("Content-Type: application/x-protobuf");
        add("Expect:"); // Otherwise curl waits a second for a 100 that many servers do not send.
        add("Accept:");
        if (m_settings.useGzip)
            add("Content-Encoding: gzip");
        for (const auto& [name, value] : headers)
            add(value.empty() ? name + ";" : name + ": " + value);
        return list;
    }

    void prepare(
        CURL* easy, Signal signal, Body& body, Response& response, curl_slist* headers, Nanos timeout) const
    {
        const auto milliseconds
            = static_cast<long>(std::chrono::ceil<std::chrono::milliseconds>(timeout).count());
        curl_easy_reset(easy); // Keeps the connection.
        curl_easy_setopt(easy, CURLOPT_URL, m_urls[indexOf(signal)].c_str());
        curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
        curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_2TLS});
        curl_easy_setopt(easy, CURLOPT_USERAGENT, "Sluice/0.1.0");
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
        curl_easy_setopt(easy, CURLOPT_READFUNCTION, readBody);
        curl_easy_setopt(easy, CURLOPT_READDATA, &body);
        curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, rewindBody);
        curl_easy_setopt(easy, CURLOPT_SEEKDATA, &body);
        curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, 256L * 1024L);
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, takeResponse);
        curl_easy_setopt(easy, CURLOPT_WRITEDATA, &response);
        curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, takeHeader);
        curl_easy_setopt(easy, CURLOPT_HEADERDATA, &response);
        curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, milliseconds);
        curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
        const auto endpoint = parseHttpEndpoint(m_urls[indexOf(signal)]);
        if (endpoint && endpoint->isLoopback())
            curl_easy_setopt(easy, CURLOPT_PROXY, "");
    }

    /// Runs the transfer until it ends or `stop` is requested.
    static CURLcode perform(Connection& connection, const std::stop_token& stop)
    {
        CURLM* multi = connection.multi.get();
        if (curl_multi_add_handle(multi, connection.easy.get()) != CURLM_OK)
            return CURLE_FAILED_INIT;
        CURLcode code = CURLE_ABORTED_BY_CALLBACK;
        {
            const std::stop_callback wakeUp(stop, [multi] { curl_multi_wakeup(multi); });
            for (int running = 1; running != 0 && !stop.stop_requested();) {
                if (curl_multi_perform(multi, &running) != CURLM_OK) {
                    code = CURLE_FAILED_INIT;
                    break;
                }
                if (running != 0)
                    curl_multi_poll(multi, nullptr, 0, 1000, nullptr);
            }
            int left = 0;
            while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
                if (message->msg == CURLMSG_DONE)
                    code = message->data.result;
            }
        }
        curl_multi_remove_handle(multi, connection.easy.get());
        return code;
    }

    SendResult outcome(CURL* easy, CURLcode code, const Response& response, Nanos timeout) const
    {
        if (response.isTooLarge) {
            SendResult result;
            result.kind = SendResult::Kind::Refused;
            result.isAnswered = true;
            result.text = "the answer is larger than 4 MiB";
            return result;
        }
        if (code == CURLE_OPERATION_TIMEDOUT)
            return retry("no answer within "
                + std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(timeout).count())
                + " ms");
        if (code != CURLE_OK)
            return retry(curl_easy_strerror(code));
        long status = 0;
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        return answerOfHttp(static_cast<int>(status), response.contentType, response.body,
            response.retryAfter, m_clock.now());
    }

    ExporterSettings m_settings;
    Environment m_environment;
    const Clock& m_clock;
    std::array<std::string, kSignalCount> m_urls;
    GzipCompressor m_gzip;
    Guarded<std::vector<Connection>> m_idle;
};

} // namespace

Result<std::unique_ptr<Exporter>, ExporterError> makeOtlpHttpExporter(
    ExporterSettings settings, Environment environment, const Clock& clock)
{
    const bool hasAllSignals = std::none_of(settings.signalEndpoints.begin(), settings.signalEndpoints.end(),
        [](const std::string& url) { return url.empty(); });
    if (!settings.endpoint.empty() || !hasAllSignals)
        SLUICE_TRY(parseHttpEndpoint(settings.endpoint));
    for (const std::string& url : settings.signalEndpoints) {
        if (!url.empty())
            SLUICE_TRY(parseHttpEndpoint(url));
    }
    SLUICE_TRY(checkHeaders(settings.headers, false));
    return std::make_unique<OtlpHttpExporter>(std::move(settings), std::move(environment), clock);
}

} // namespace sluice
