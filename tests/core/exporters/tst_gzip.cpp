#include "core/exporters/gzip.h"

#include <QTest>

#include <zlib.h>

#include <random>

using namespace sluice;

namespace {

std::string inflated(std::string bytes)
{
    z_stream stream{};
    inflateInit2(&stream, 16 + MAX_WBITS);
    stream.next_in = reinterpret_cast<Bytef*>(bytes.data());
    stream.avail_in = static_cast<uInt>(bytes.size());
    std::string out;
    int code = Z_OK;
    while (code == Z_OK) {
        char part[4096];
        stream.next_out = reinterpret_cast<Bytef*>(part);
        stream.avail_out = sizeof part;
        code = inflate(&stream, Z_NO_FLUSH);
        out.append(part, sizeof part - stream.avail_out);
    }
    const bool isWhole = code == Z_STREAM_END && stream.avail_in == 0;
    inflateEnd(&stream);
    return isWhole ? out : "damaged";
}

std::string noise(std::size_t size)
{
    std::mt19937 random(1);
    std::string bytes(size, '\0');
    for (char& byte : bytes)
        byte = static_cast<char>(random());
    return bytes;
}

} // namespace

class GzipTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void payloadsBecomeOneMemberThatInflatesToTheirConcatenation_data()
    {
        QTest::addColumn<QList<QByteArray>>("payloads");
        QTest::newRow("nothing") << QList<QByteArray>{};
        QTest::newRow("empty") << QList<QByteArray>{QByteArray()};
        QTest::newRow("one") << QList<QByteArray>{QByteArray("abc")};
        QTest::newRow("several") << QList<QByteArray>{
            QByteArray("abc"), QByteArray(), QByteArray(100'000, 'x')};
        QTest::newRow("does not shrink") << QList<QByteArray>{QByteArray::fromStdString(noise(300'000))};
    }
    void payloadsBecomeOneMemberThatInflatesToTheirConcatenation()
    {
        QFETCH(QList<QByteArray>, payloads);
        GzipCompressor compressor;
        for (int round = 0; round < 2; ++round) { // The second uses the buffers of the first.
            std::vector<SharedBytes> parts;
            std::string expected;
            for (const QByteArray& payload : payloads) {
                parts.emplace_back(payload.toStdString());
                expected += payload.toStdString();
            }
            QVERIFY(inflated(compressor.compress(parts)) == expected);
        }
    }
};

QTEST_GUILESS_MAIN(GzipTest)
#include "tst_gzip.moc"
