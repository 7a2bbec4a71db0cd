#pragma once

// A little HTTP server for tests of exporters: real sockets on loopback, answers from a function.

#include "core/base/guarded.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace sluice::test {

struct HttpRequest {
    std::string target; ///< "/v1/traces".
    std::map<std::string, std::string> headers; ///< Lower-case names.
    std::string body;
    int connection = 0; ///< Counts accepted connections from 1.
};

struct HttpReply {
    int status = 200;
    std::string body{};
    std::vector<std::pair<std::string, std::string>> headers{{"Content-Type", "application/x-protobuf"}};
    bool hangs = false; ///< Never answers.
    bool closes = false; ///< Closes the connection without an answer.
};

class HttpBackend {
public:
    using Handler = std::function<HttpReply(const HttpRequest&)>;

    /// Listens on a free port, or on `port` again.
    explicit HttpBackend(Handler handler, std::uint16_t port = 0)
        : m_handler(std::move(handler))
        , m_listener(socket(AF_INET, SOCK_STREAM, 0))
    {
        const int on = 1;
        setsockopt(m_listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        m_isListening = bind(m_listener, reinterpret_cast<sockaddr*>(&address), size) == 0
            && listen(m_listener, 16) == 0
            && getsockname(m_listener, reinterpret_cast<sockaddr*>(&address), &size) == 0;
        m_port = ntohs(address.sin_port);
        m_acceptor = std::jthread([this] { accept(); });
    }

    ~HttpBackend()
    {
        shutdown(m_listener, SHUT_RDWR);
        m_acceptor.join();
        close(m_listener);
        m_open.with([](Open& open) {
            open.isClosing = true;
            for (const int socket : open.sockets)
                shutdown(socket, SHUT_RDWR);
        });
        m_connections.clear();
    }
    HttpBackend(const HttpBackend&) = delete;
    HttpBackend& operator=(const HttpBackend&) = delete;

    [[nodiscard]] bool isListening() const { return m_isListening; }
    [[nodiscard]] std::uint16_t port() const { return m_port; }
    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(m_port); }
    [[nodiscard]] std::vector<HttpRequest> requests() const
    {
        return m_requests.with([](const auto& requests) { return requests; });
    }

private:
    struct Open {
        std::vector<int> sockets;
        bool isClosing = false;
    };

    void accept()
    {
        for (int number = 1;; ++number) {
            const int socket = ::accept(m_listener, nullptr, nullptr);
            if (socket < 0)
                return;
            m_open.with([socket](Open& open) { open.sockets.push_back(socket); });
            m_connections.emplace_back([this, socket, number] { serve(socket, number); });
        }
    }

    void serve(int socket, int number)
    {
        std::string buffer;
        HttpRequest request;
        while (readRequest(socket, buffer, request)) {
            request.connection = number;
            m_requests.with([&](auto& requests) { requests.push_back(request); });
            const HttpReply reply = m_handler(request);
            if (reply.closes)
                break;
            if (reply.hangs) {
                char byte = 0;
                while (recv(socket, &byte, 1, 0) > 0) { }
                break;
            }
            std::string text = "HTTP/1.1 " + std::to_string(reply.status)
                + " X\r\nContent-Length: " + std::to_string(reply.body.size()) + "\r\n";
            for (const auto& [name, value] : reply.headers)
                text.append(name).append(": ").append(value).append("\r\n");
            text += "\r\n" + reply.body;
            std::string_view left = text;
            while (!left.empty()) {
                const ssize_t sent = send(socket, left.data(), left.size(), MSG_NOSIGNAL);
                if (sent <= 0)
                    break;
                left.remove_prefix(static_cast<std::size_t>(sent));
            }
        }
        m_open.with([socket](Open& open) { std::erase(open.sockets, socket); });
        close(socket);
    }

    static bool readRequest(int socket, std::string& buffer, HttpRequest& request)
    {
        request = {};
        std::size_t end = 0;
        while ((end = buffer.find("\r\n\r\n")) == std::string::npos) {
            if (!receive(socket, buffer))
                return false;
        }
        std::string head = buffer.substr(0, end + 2);
        buffer.erase(0, end + 4);
        const std::size_t firstLine = head.find("\r\n");
        const std::size_t blank = head.find(' ');
        request.target = head.substr(blank + 1, head.find(' ', blank + 1) - blank - 1);
        for (std::size_t at = firstLine + 2; at < head.size();) {
            const std::size_t lineEnd = head.find("\r\n", at);
            const std::string line = head.substr(at, lineEnd - at);
            const std::size_t colon = line.find(':');
            std::string name = line.substr(0, colon);
            std::transform(name.begin(), name.end(), name.begin(),
                [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
            request.headers[name] = line.substr(std::min(line.size(), colon + 2));
            at = lineEnd + 2;
        }
        const auto length = request.headers.find("content-length");
        const std::size_t size = length == request.headers.end() ? 0 : std::stoul(length->second);
        while (buffer.size() < size) {
            if (!receive(socket, buffer))
                return false;
        }
        request.body = buffer.substr(0, size);
        buffer.erase(0, size);
        return true;
    }

    static bool receive(int socket, std::string& buffer)
    {
        char part[65536];
        const ssize_t got = recv(socket, part, sizeof part, 0);
        if (got <= 0)
            return false;
        buffer.append(part, static_cast<std::size_t>(got));
        return true;
    }

    Handler m_handler;
    int m_listener;
    bool m_isListening = false;
    std::uint16_t m_port = 0;
    Guarded<std::vector<HttpRequest>> m_requests;
    Guarded<Open> m_open;
    std::vector<std::jthread> m_connections;
    std::jthread m_acceptor;
};

} // namespace sluice::test
