#include "bench/load/http_connection.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "bench/load/socket.h"

namespace sluice::bench {

namespace {

/// The length a response announces; both servers that are measured send one for bodies this small.
std::optional<std::size_t> contentLength(std::string head)
{
    std::transform(head.begin(), head.end(), head.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    constexpr std::string_view kName = "\r\ncontent-length:";
    const std::size_t at = head.find(kName);
    if (at == std::string::npos)
        return std::nullopt;
    const std::size_t begin = head.find_first_not_of(' ', at + kName.size());
    std::size_t length = 0;
    const char* end = head.data() + head.size();
    if (begin == std::string::npos || std::from_chars(head.data() + begin, end, length).ec != std::errc())
        return std::nullopt;
    return length;
}

} // namespace

std::unique_ptr<HttpConnection> HttpConnection::open(
    const std::string& host, std::uint16_t port, Signal signal, Listener listener)
{
    FileDescriptor descriptor = connectTo(host, port);
    if (!descriptor.isOpen())
        return nullptr;
    std::string head = "POST /v1/" + std::string(nameOf(signal)) + " HTTP/1.1\r\nHost: " + host + ':'
        + std::to_string(port)
        + "\r\nContent-Type: application/x-protobuf\r\nUser-Agent: sluice-load\r\nContent-Length: ";
    return std::unique_ptr<HttpConnection>(
        new HttpConnection(std::move(descriptor), std::move(head), std::move(listener)));
}

HttpConnection::HttpConnection(FileDescriptor descriptor, std::string head, Listener listener)
    : m_descriptor(std::move(descriptor))
    , m_head(std::move(head))
    , m_listener(std::move(listener))
{
}

void HttpConnection::send(Call& call)
{
    m_call = &call;
    m_outSent = 0;
    m_out = m_head + std::to_string(call.body.size()) + "\r\n\r\n";
    m_out += call.body;
}

bool HttpConnection::write()
{
    return sendPending(m_descriptor.number(), m_out, m_outSent);
}

bool HttpConnection::read()
{
    const bool isOpen = receiveAvailable(m_descriptor.number(), m_in);
    const std::size_t headEnd = m_in.find("\r\n\r\n");
    if (m_call == nullptr || headEnd == std::string::npos)
        return isOpen;
    const std::optional<std::size_t> length = contentLength(m_in.substr(0, headEnd + 2));
    if (!length)
        return false;
    const std::size_t end = headEnd + 4 + *length;
    if (m_in.size() < end)
        return isOpen;
    const std::string status = m_in.substr(9, 3);
    Outcome outcome;
    outcome.isAccepted = status == "200";
    if (outcome.isAccepted)
        outcome.rejected = rejectedRecords(std::string_view(m_in).substr(headEnd + 4, *length));
    else
        outcome.reason = "HTTP " + status;
    m_in.erase(0, end);
    Call& call = *m_call;
    m_call = nullptr;
    m_listener(call, std::move(outcome));
    return isOpen;
}

} // namespace sluice::bench
