#include "bench/load/socket.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace sluice::bench {

FileDescriptor connectTo(const std::string& host, std::uint16_t port)
{
    FileDescriptor descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    if (inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1)
        return FileDescriptor();
    if (::connect(descriptor.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return FileDescriptor();
    const int on = 1;
    ::setsockopt(descriptor.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::fcntl(descriptor.number(), F_SETFL, O_NONBLOCK);
    return descriptor;
}

bool sendPending(int descriptor, std::string_view pending, std::size_t& sent)
{
    while (sent < pending.size()) {
        const ssize_t count = ::send(descriptor, pending.data() + sent, pending.size() - sent, MSG_NOSIGNAL);
        if (count < 0)
            return errno == EAGAIN || errno == EINTR;
        sent += static_cast<std::size_t>(count);
    }
    return true;
}

bool receiveAvailable(int descriptor, std::string& into)
{
    std::array<char, 65536> buffer;
    for (;;) {
        const ssize_t count = ::recv(descriptor, buffer.data(), buffer.size(), 0);
        if (count < 0)
            return errno == EAGAIN || errno == EINTR;
        if (count == 0)
            return false;
        into.append(buffer.data(), static_cast<std::size_t>(count));
        if (static_cast<std::size_t>(count) < buffer.size())
            return true;
    }
}

} // namespace sluice::bench
