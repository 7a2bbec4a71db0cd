#pragma once

#include "core/receivers/file_descriptor.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::test {

/// What a server said over HTTP/1.1.
struct HttpResponse {
    int status = 0;
    std::map<std::string, std::string> headers; ///< Names in lower case.
    std::string body;
};

/// A connection on which a test writes what it likes. Reads give up after 10 seconds.
class RawSocket {
public:
    explicit RawSocket(std::uint16_t port)
        : m_socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const timeval patience{.tv_sec = 10, .tv_usec = 0};
        const int on = 1;
        ::setsockopt(m_socket.number(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        ::setsockopt(m_socket.number(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        ::setsockopt(m_socket.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        m_isConnected
            = ::connect(m_socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }

    [[nodiscard]] bool isConnected() const { return m_isConnected; }

    /// False when the server closed before everything was sent.
    bool send(std::string_view bytes)
    {
        while (!bytes.empty()) {
            const ssize_t count = ::send(m_socket.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (count <= 0)
                return false;
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
        return true;
    }

    void shutdownSend() { ::shutdown(m_socket.number(), SHUT_WR); }

    /// Closes with a reset instead of a farewell.
    void abort()
    {
        const linger hard{.l_onoff = 1, .l_linger = 0};
        ::setsockopt(m_socket.number(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        m_socket.reset();
    }

    /// Some bytes; empty when the server closed, or said nothing for too long.
    std::string receiveSome()
    {
        if (!m_ahead.empty())
            return std::exchange(m_ahead, {});
        std::array<char, 65536> buffer{};
        const ssize_t count = ::recv(m_socket.number(), buffer.data(), buffer.size(), 0);
        m_isClosed = count == 0;
        return count > 0 ? std::string(buffer.data(), static_cast<std::size_t>(count)) : std::string();
    }

    /// Everything until the server closes.
    std::string receiveAll()
    {
        std::string all;
        for (std::string some = receiveSome(); !some.empty(); some = receiveSome())
            all += some;
        return all;
    }

    /// Whether the server closes (cleanly) without saying more.
    bool isClosedByServer() { return receiveSome().empty() && m_isClosed; }

    /// Up to and with `end`; empty when it does not come.
    std::string receiveUntil(std::string_view end)
    {
        std::string got;
        while (true) {
            if (const std::size_t at = got.find(end); at != std::string::npos) {
                m_ahead = got.substr(at + end.size());
                return got.substr(0, at + end.size());
            }
            const std::string some = receiveSome();
            if (some.empty())
                return {};
            got += some;
        }
    }

    /// One response with a Content-Length (or none at all). `hasBody` is false for answers to HEAD.
    std::optional<HttpResponse> receiveResponse(bool hasBody = true)
    {
        const std::string head = receiveUntil("\r\n\r\n");
        constexpr std::string_view kVersion = "HTTP/1.";
        if (head.size() < 12 || !head.starts_with(kVersion))
            return std::nullopt;
        HttpResponse response;
        response.status = std::atoi(head.c_str() + 9);
        std::size_t line = head.find("\r\n") + 2;
        while (line < head.size() - 2) {
            const std::size_t end = head.find("\r\n", line);
            const std::size_t colon = head.find(':', line);
            std::string name = head.substr(line, colon - line);
            std::transform(name.begin(), name.end(), name.begin(),
                [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
            response.headers[name] = head.substr(colon + 2, end - colon - 2);
            line = end + 2;
        }
        const auto length = response.headers.find("content-length");
        const std::size_t size = length == response.headers.end() || !hasBody
            ? 0
            : static_cast<std::size_t>(std::atoll(length->second.c_str()));
        while (response.body.size() < size) {
            const std::string some = receiveSome();
            if (some.empty())
                return std::nullopt;
            response.body += some;
        }
        m_ahead = response.body.substr(size) + m_ahead;
        response.body.resize(size);
        return response;
    }

private:
    FileDescriptor m_socket;
    std::string m_ahead; ///< Received, not asked for yet.
    bool m_isConnected = false;
    bool m_isClosed = false;
};

} // namespace sluice::test
