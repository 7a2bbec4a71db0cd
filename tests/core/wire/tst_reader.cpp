#include "core/wire/reader.h"

#include <QTest>

#include <string>
#include <vector>

using namespace sluice::wire;

namespace {

std::string bytesOf(std::initializer_list<int> values)
{
    std::string bytes;
    for (const int value : values)
        bytes.push_back(static_cast<char>(value));
    return bytes;
}

std::string textOfBytes(const QByteArray& bytes)
{
    return bytes.toStdString();
}

} // namespace

class ReaderTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyWireTypeIsReadInItsOrder()
    {
        const std::string message = bytesOf({0x08, 0x96, 0x01, // 1: varint 150
            0x11, 1, 0, 0, 0, 0, 0, 0, 0x80, // 2: fixed64
            0x1A, 2, 'h', 'i', // 3: bytes
            0x85, 0x01, 4, 3, 2, 1}); // 16: fixed32
        Reader reader(message);
        QVERIFY(reader.next());
        QCOMPARE(reader.tag(), tagOf(1, WireType::Varint));
        QCOMPARE(reader.scalar(), 150U);
        QCOMPARE(reader.raw(), std::string_view(message).substr(0, 3));
        QVERIFY(reader.next());
        QCOMPARE(reader.number(), 2U);
        QCOMPARE(reader.scalar(), 0x8000000000000001U);
        QVERIFY(reader.next());
        QCOMPARE(reader.bytes(), std::string_view("hi"));
        QVERIFY(reader.next());
        QCOMPARE(reader.number(), 16U);
        QVERIFY(reader.is(WireType::Fixed32));
        QCOMPARE(reader.scalar(), 0x01020304U);
        QVERIFY(!reader.next());
        QVERIFY(reader.ok());
    }

    void anEmptyMessageIsAMessage()
    {
        Reader reader({});
        QVERIFY(!reader.next());
        QVERIFY(reader.ok());
    }

    void malformedBytesEndTheWalkWithTheReason_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("error");
        const auto row = [](const char* name, std::initializer_list<int> bytes, WireError error) {
            QTest::newRow(name) << QByteArray::fromStdString(bytesOf(bytes)) << static_cast<int>(error);
        };
        row("tag only", {0x08}, WireError::Truncated);
        row("tag breaks off", {0x88}, WireError::Truncated);
        row("varint breaks off", {0x08, 0x80}, WireError::Truncated);
        row("varint of eleven bytes", {0x08, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 1},
            WireError::LongVarint);
        row("fixed64 of seven bytes", {0x09, 1, 2, 3, 4, 5, 6, 7}, WireError::Truncated);
        row("fixed32 of three bytes", {0x0D, 1, 2, 3}, WireError::Truncated);
        row("length beyond the end", {0x0A, 3, 1, 2}, WireError::Truncated);
        row("length of 2^32-1", {0x0A, 255, 255, 255, 255, 15}, WireError::Truncated);
        row("length in six bytes", {0x0A, 128, 128, 128, 128, 128, 0}, WireError::LongVarint);
        row("tag in six bytes", {0x88, 128, 128, 128, 128, 0, 0}, WireError::LongVarint);
        row("field number 0", {0x00, 0x00}, WireError::BadTag);
        row("field number 0 in two bytes", {0x80, 0x00, 0x00}, WireError::BadTag);
        row("tag above 32 bits", {0x88, 0x80, 0x80, 0x80, 0x10, 0x00}, WireError::BadTag);
        row("wire type 6", {0x0E}, WireError::BadTag);
        row("wire type 7", {0x0F}, WireError::BadTag);
        row("start of a group", {0x0B, 0x0C}, WireError::Group);
        row("end of a group", {0x0C}, WireError::Group);
    }
    void malformedBytesEndTheWalkWithTheReason()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, error);
        const std::string good = bytesOf({0x08, 0x01});
        const std::string message = good + textOfBytes(bytes);
        Reader reader(message);
        QVERIFY(reader.next());
        QVERIFY(!reader.next());
        QVERIFY(!reader.ok());
        QCOMPARE(static_cast<int>(reader.error()), error);
        QCOMPARE(reader.position() - message.data(), 2); // Where the bad field begins.
        QVERIFY(!reader.next());
    }

    void zigzagNumbersComeBackWithTheirSign()
    {
        QCOMPARE(unzigzag(0), 0);
        QCOMPARE(unzigzag(1), -1);
        QCOMPARE(unzigzag(2), 1);
        QCOMPARE(unzigzag(UINT64_MAX), INT64_MIN);
        QCOMPARE(unzigzag(UINT64_MAX - 1), INT64_MAX);
    }

    void packedNumbersAreWalkedOver()
    {
        const std::string varints = bytesOf({1, 0x96, 0x01, 0});
        std::vector<std::uint64_t> values;
        PackedReader reader(varints, WireType::Varint);
        while (reader.next())
            values.push_back(reader.scalar());
        QVERIFY(reader.ok());
        QCOMPARE(values, (std::vector<std::uint64_t>{1, 150, 0}));
    }

    void packedNumbersThatBreakOffAreAnError()
    {
        const std::string bytes = bytesOf({1, 0, 0, 0, 2});
        PackedReader fixed(bytes, WireType::Fixed32);
        QVERIFY(fixed.next());
        QVERIFY(!fixed.next());
        QVERIFY(!fixed.ok());
        const std::string endless = bytesOf({0x80});
        PackedReader varint(endless, WireType::Varint);
        QVERIFY(!varint.next());
        QVERIFY(!varint.ok());
    }
};

QTEST_GUILESS_MAIN(ReaderTest)
#include "tst_reader.moc"
