#pragma once

// What OTLP over HTTP asks of a server, without the sockets: which requests are taken, and what is said to
// the others. Source: spec/protocols.md sections 2.1 to 2.9.

#include "core/receivers/decompressor.h"
#include "core/receivers/request_sink.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice {

using HttpFields = std::vector<std::pair<std::string, std::string>>;

/// The parts of a request's head that decide. Empty means absent.
struct HttpRequestHead {
    std::string method;
    std::string target; ///< As sent: a path, or a whole URL.
    bool isHttp11 = true;
    std::optional<std::string> host;
    std::string contentType;
    std::string contentEncoding;
    std::string transferEncoding;
    std::string origin;
    std::string requestedMethod; ///< Access-Control-Request-Method
    std::string requestedHeaders; ///< Access-Control-Request-Headers
    bool asksForPrivateNetwork = false; ///< Access-Control-Request-Private-Network: true
};

struct HttpReply {
    unsigned status = 200;
    std::string contentType; ///< Empty: no body.
    std::string body;
    HttpFields fields; ///< Beside Content-Type, Content-Length and Connection.
    bool mustClose = false;
};

/// What is to be done with a request whose head was read.
struct HttpPlan {
    Signal signal = Signal::Traces; ///< For refused requests: what was most likely meant.
    Encoding encoding = Encoding::Protobuf;
    Compression compression = Compression::None;
    std::string
        mediaType; ///< What the answer's Content-Type will be; empty when the request's is not OTLP's.
    HttpFields crossOriginFields; ///< For every answer to this request.
    Refusal refusal = Refusal::None; ///< What to count when `reply` refuses.
    std::optional<HttpReply> reply; ///< Set: the request is answered with this, its body is not wanted.
};

/// Decides by configuration. Immutable; any thread.
class HttpRules {
public:
    /// `allowedOrigins` may hold `*`; local origins and hosts are always allowed.
    HttpRules(std::vector<std::string> allowedOrigins, std::vector<std::string> allowedHosts);

    [[nodiscard]] HttpPlan plan(const HttpRequestHead& head) const;

private:
    [[nodiscard]] bool isOriginAllowed(std::string_view origin) const;
    [[nodiscard]] bool isHostAllowed(std::string_view host) const;
    [[nodiscard]] HttpReply preflight(const HttpRequestHead& head) const;

    std::vector<std::string> m_allowedOrigins;
    std::vector<std::string> m_allowedHosts;
};

/// The answer to a request: what the sink said, or why the receiver refused it by itself.
HttpReply httpReplyOf(const HttpPlan& plan, const Answer& answer);

/// An error: google.rpc.Status in the request's encoding, or plain text when that is not one of OTLP's.
HttpReply httpErrorOf(
    const HttpPlan& plan, unsigned status, std::string_view message, int retryAfterSeconds = 0);

/// Whether `text` is `pattern`, in which each `*` stands for any text; letter case does not matter.
bool matchesWildcard(std::string_view pattern, std::string_view text);

} // namespace sluice
