#include "core/receivers/listening_socket.h"

#include <QTest>

#include <unistd.h>

using namespace sluice;

class ListeningSocketTest final : public QObject {
    Q_OBJECT

private slots:
    void bothLoopbackAddressesShareAPort_data();
    void bothLoopbackAddressesShareAPort();
    void anAddressBeyondLoopbackIsRefused_data();
    void anAddressBeyondLoopbackIsRefused();
    void aBusyPortNamesItsHolderAndTheWayOut();
    void aPortIsFreeAgainWhenItsSocketIsGone();
};

void ListeningSocketTest::bothLoopbackAddressesShareAPort_data()
{
    QTest::addColumn<QString>("host");
    QTest::addColumn<QString>("first");
    QTest::addColumn<int>("atMost");
    QTest::newRow("localhost") << "localhost"
                               << "127.0.0.1:" << 2;
    QTest::newRow("127.0.0.1") << "127.0.0.1"
                               << "127.0.0.1:" << 2;
    QTest::newRow("another of IPv4") << "127.0.0.2"
                                     << "127.0.0.2:" << 1;
}

void ListeningSocketTest::bothLoopbackAddressesShareAPort()
{
    QFETCH(QString, host);
    QFETCH(QString, first);
    QFETCH(int, atMost);
    const auto sockets = listenOnLoopback({.host = host.toStdString(), .port = 0, .flag = {}});
    QVERIFY(sockets.has_value());
    QVERIFY(!sockets->empty() && static_cast<int>(sockets->size()) <= atMost);
    QVERIFY(sockets->front().port != 0);
    QCOMPARE(sockets->front().address, first.toStdString() + std::to_string(sockets->front().port));
    for (const ListeningSocket& socket : *sockets)
        QCOMPARE(socket.port, sockets->front().port);
}

void ListeningSocketTest::anAddressBeyondLoopbackIsRefused_data()
{
    QTest::addColumn<QString>("host");
    for (const char* host :
        {"0.0.0.0", "::", "192.168.1.5", "example.com", "128.0.0.1", "127.0.0.1.example.com"})
        QTest::newRow(host) << host;
}

void ListeningSocketTest::anAddressBeyondLoopbackIsRefused()
{
    QFETCH(QString, host);
    const auto sockets = listenOnLoopback({.host = host.toStdString(), .port = 4317, .flag = "--grpc"});
    QVERIFY(!sockets.has_value());
    QVERIFY(sockets.error().text.find(host.toStdString()) != std::string::npos);
    QVERIFY(sockets.error().text.find("--grpc localhost:4317") != std::string::npos);
}

void ListeningSocketTest::aBusyPortNamesItsHolderAndTheWayOut()
{
    const auto holder = listenOnLoopback({.host = "localhost", .port = 0, .flag = {}});
    QVERIFY(holder.has_value());
    const std::uint16_t port = holder->front().port;
    const auto second = listenOnLoopback({.host = "localhost", .port = port, .flag = "--http"});
    QVERIFY(!second.has_value());
    QCOMPARE(second.error().port, port);
    const std::string& text = second.error().text;
    QVERIFY2(text.find("Port " + std::to_string(port)) != std::string::npos, text.c_str());
    QVERIFY2(text.find("--http") != std::string::npos, text.c_str());
    QVERIFY2(text.find("(pid " + std::to_string(::getpid()) + ")") != std::string::npos, text.c_str());
}

void ListeningSocketTest::aPortIsFreeAgainWhenItsSocketIsGone()
{
    std::uint16_t port = 0;
    {
        const auto holder = listenOnLoopback({.host = "localhost", .port = 0, .flag = {}});
        QVERIFY(holder.has_value());
        port = holder->front().port;
    }
    QVERIFY(processListeningOn(port).empty());
    QVERIFY(listenOnLoopback({.host = "localhost", .port = port, .flag = {}}).has_value());
}

QTEST_GUILESS_MAIN(ListeningSocketTest)
#include "tst_listening_socket.moc"
