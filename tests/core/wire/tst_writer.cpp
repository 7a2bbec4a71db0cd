#include "core/wire/writer.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace sluice::wire;

class WriterTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsWrittenIsReadBack()
    {
        std::string out;
        Writer writer(out);
        writer.varint(1, std::numeric_limits<std::uint64_t>::max());
        writer.integer(2, -1);
        writer.zigzagged(3, -3);
        writer.boolean(4, true);
        writer.fixed64(5, 7);
        writer.fixed32(6, 8);
        writer.real(7, -0.5);
        writer.bytes(1000, "text");

        Reader reader(out);
        const auto next = [&] {
            if (!reader.next())
                qFatal("a field is missing");
            return reader.scalar();
        };
        QCOMPARE(next(), std::numeric_limits<std::uint64_t>::max());
        QCOMPARE(static_cast<std::int64_t>(next()), -1);
        QCOMPARE(unzigzag(next()), -3);
        QCOMPARE(next(), 1U);
        QCOMPARE(next(), 7U);
        QCOMPARE(next(), 8U);
        next();
        QCOMPARE(reader.number64(), -0.5);
        next();
        QCOMPARE(reader.number(), 1000U);
        QCOMPARE(reader.bytes(), std::string_view("text"));
        QVERIFY(!reader.next());
        QVERIFY(reader.ok());
    }

    void theSizeOfAVarintIsKnownBeforehand()
    {
        for (unsigned bit = 0; bit < 64; ++bit) {
            for (const std::uint64_t value : {(1ULL << bit) - 1, 1ULL << bit}) {
                std::string out;
                Writer(out).bareVarint(value);
                QCOMPARE(varintSize(value), out.size());
            }
        }
    }

    void aNestedMessageGetsItsShortestLengthWhateverWasExpected_data()
    {
        QTest::addColumn<int>("size");
        QTest::addColumn<int>("expected");
        for (const int size : {0, 1, 127, 128, 16383, 16384, 70000}) {
            for (const int expected : {0, 127, 128, 20000, 3000000})
                QTest::addRow("%d bytes, %d expected", size, expected) << size << expected;
        }
    }
    void aNestedMessageGetsItsShortestLengthWhateverWasExpected()
    {
        QFETCH(int, size);
        QFETCH(int, expected);
        const std::string payload(static_cast<std::size_t>(size), 'x');
        std::string out = "before";
        Writer writer(out);
        const auto outer = writer.begin(3);
        const auto inner = writer.begin(2, static_cast<std::size_t>(expected));
        writer.raw(payload);
        writer.end(inner);
        writer.end(outer);

        std::string plainInner;
        Writer(plainInner).bytes(2, payload);
        std::string plain = "before";
        Writer(plain).bytes(3, plainInner);
        QCOMPARE(out, plain);
    }
};

QTEST_GUILESS_MAIN(WriterTest)
#include "tst_writer.moc"
