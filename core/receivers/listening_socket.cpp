#include "core/receivers/listening_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>
#include <system_error>

namespace sluice {

namespace {

constexpr int kBacklog = 511;
constexpr int kPortAttempts = 32; ///< A free IPv4 port may be taken on IPv6.

/// A socket call that failed.
struct SocketError {
    int number = 0; ///< errno.
};

/// The families that `host` stands for; empty when it is not a loopback address.
std::vector<int> familiesOf(const std::string& host, in_addr& v4)
{
    v4.s_addr = htonl(INADDR_LOOPBACK);
    if (host.empty() || host == "localhost" || host == "127.0.0.1")
        return {AF_INET, AF_INET6};
    if (host == "::1" || host == "[::1]")
        return {AF_INET6};
    if (inet_pton(AF_INET, host.c_str(), &v4) == 1 && (ntohl(v4.s_addr) >> 24) == 127)
        return {AF_INET};
    return {};
}

Result<ListeningSocket, SocketError> bindOne(int family, in_addr v4, std::uint16_t port)
{
    FileDescriptor descriptor(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!descriptor.isOpen())
        return fail(SocketError{errno});
    const int on = 1;
    ::setsockopt(descriptor.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);

    sockaddr_storage storage{};
    socklen_t length = 0;
    if (family == AF_INET) {
        auto* address = reinterpret_cast<sockaddr_in*>(&storage);
        address->sin_family = AF_INET;
        address->sin_port = htons(port);
        address->sin_addr = v4;
        length = sizeof(sockaddr_in);
    } else {
        ::setsockopt(descriptor.number(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
        auto* address = reinterpret_cast<sockaddr_in6*>(&storage);
        address->sin6_family = AF_INET6;
        address->sin6_port = htons(port);
        address->sin6_addr = in6addr_loopback;
        length = sizeof(sockaddr_in6);
    }
    auto* address = reinterpret_cast<sockaddr*>(&storage);
    if (::bind(descriptor.number(), address, length) != 0 || ::listen(descriptor.number(), kBacklog) != 0
        || ::getsockname(descriptor.number(), address, &length) != 0)
        return fail(SocketError{errno});

    ListeningSocket socket{.descriptor = std::move(descriptor), .address = {}, .port = 0};
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (family == AF_INET) {
        socket.port = ntohs(reinterpret_cast<const sockaddr_in*>(&storage)->sin_port);
        ::inet_ntop(AF_INET, &v4, text.data(), text.size());
        socket.address = std::string(text.data()) + ":" + std::to_string(socket.port);
    } else {
        socket.port = ntohs(reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_port);
        socket.address = "[::1]:" + std::to_string(socket.port);
    }
    return socket;
}

ReceiverError describe(int number, const ListenAddress& where)
{
    const std::string change
        = where.flag.empty() ? std::string() : " Use " + where.flag + " to choose another address.";
    const std::string port = std::to_string(where.port);
    if (number == EADDRINUSE) {
        const std::string holder = processListeningOn(where.port);
        return {.text
            = "Port " + port + " is in use" + (holder.empty() ? "." : ": " + holder + " holds it.") + change,
            .port = where.port};
    }
    if (number == EACCES)
        return {.text = "Port " + port + " needs privileges that this program does not have." + change,
            .port = where.port};
    return {.text = "Cannot listen on " + where.host + ":" + port + ": "
            + std::error_code(number, std::generic_category()).message() + "." + change,
        .port = where.port};
}

/// Socket inodes that listen on `port`, from /proc/net/tcp or tcp6.
void collectListeners(const char* table, std::uint16_t port, std::vector<std::string>& inodes)
{
    std::ifstream file(table);
    std::string line;
    std::getline(file, line); // Column titles.
    while (std::getline(file, line)) {
        std::istringstream columns(line);
        std::string slot;
        std::string local;
        std::string remote;
        std::string state;
        std::string skipped;
        std::string inode;
        columns >> slot >> local >> remote >> state;
        for (int i = 0; i < 5; ++i)
            columns >> skipped;
        columns >> inode;
        const std::size_t colon = local.rfind(':');
        if (state != "0A" || colon == std::string::npos)
            continue;
        std::uint16_t number = 0;
        std::from_chars(local.data() + colon + 1, local.data() + local.size(), number, 16);
        if (number == port)
            inodes.push_back("socket:[" + inode + "]");
    }
}

/// Whether a process has one of the sockets open. Processes of other users cannot be read: then no.
bool holdsOneOf(const std::filesystem::path& process, const std::vector<std::string>& sockets)
{
    std::error_code error;
    std::filesystem::directory_iterator open(process / "fd", error);
    while (!error && open != std::filesystem::directory_iterator()) {
        std::error_code unreadable;
        const std::string target = std::filesystem::read_symlink(open->path(), unreadable).string();
        if (!unreadable && std::find(sockets.begin(), sockets.end(), target) != sockets.end())
            return true;
        open.increment(error);
    }
    return false;
}

} // namespace

std::string processListeningOn(std::uint16_t port)
{
    std::vector<std::string> sockets;
    collectListeners("/proc/net/tcp", port, sockets);
    collectListeners("/proc/net/tcp6", port, sockets);
    if (sockets.empty())
        return {};
    std::error_code error;
    std::filesystem::directory_iterator processes("/proc", error);
    while (!error && processes != std::filesystem::directory_iterator()) {
        const std::filesystem::path process = processes->path();
        const std::string pid = process.filename().string();
        if (pid.find_first_not_of("0123456789") == std::string::npos && holdsOneOf(process, sockets)) {
            std::ifstream name(process / "comm");
            std::string text;
            std::getline(name, text);
            return (text.empty() ? std::string("a process") : text) + " (pid " + pid + ")";
        }
        processes.increment(error);
    }
    return {};
}

Result<std::vector<ListeningSocket>, ReceiverError> listenOnLoopback(const ListenAddress& where)
{
    in_addr v4{};
    const std::vector<int> families = familiesOf(where.host, v4);
    if (families.empty()) {
        return fail(ReceiverError{.text = "Cannot listen on " + where.host
                + ": only this computer may send (localhost, 127.0.0.1 or [::1]), because neither encryption "
                  "nor"
                  " a password protects the port yet."
                + (where.flag.empty()
                        ? std::string()
                        : " Use " + where.flag + " localhost:" + std::to_string(where.port) + "."),
            .port = where.port});
    }

    for (int attempt = 1;; ++attempt) {
        std::vector<ListeningSocket> sockets;
        int failed = 0;
        for (const int family : families) {
            auto socket = bindOne(family, v4, sockets.empty() ? where.port : sockets.front().port);
            if (socket) {
                sockets.push_back(*std::move(socket));
                continue;
            }
            const int number = socket.error().number;
            const bool noSuchFamily = number == EAFNOSUPPORT || number == EADDRNOTAVAIL;
            if (noSuchFamily && !sockets.empty())
                continue; // A system without IPv6: IPv4 alone will do.
            failed = number;
            break;
        }
        if (failed == 0)
            return sockets;
        const bool tryAnotherPort = where.port == 0 && failed == EADDRINUSE && attempt < kPortAttempts;
        if (!tryAnotherPort)
            return fail(describe(failed, where));
    }
}

} // namespace sluice
