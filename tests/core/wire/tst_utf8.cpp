#include "core/wire/utf8.h"

#include <QTest>

using namespace sluice::wire;

class Utf8Test : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void textIsJudgedAndRepaired_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("repaired");
        const auto valid = [](const char* name, const char* text) {
            QTest::newRow(name) << QByteArray(text) << QByteArray(text);
        };
        valid("empty", "");
        valid("ASCII", "GET /checkout/{id}");
        valid("two bytes", "caf\xC3\xA9");
        valid("three bytes", "\xE2\x82\xAC and more");
        valid("four bytes", "long enough for words \xF0\x9F\x98\x80");
        valid("last before the surrogates", "\xED\x9F\xBF");
        valid("last code point", "\xF4\x8F\xBF\xBF");
        QTest::newRow("lone continuation") << QByteArray("a\x80z") << QByteArray("a\xEF\xBF\xBDz");
        QTest::newRow("overlong slash") << QByteArray("\xC0\xAF") << QByteArray("\xEF\xBF\xBD\xEF\xBF\xBD");
        QTest::newRow("surrogate") << QByteArray("\xED\xA0\x80")
                                   << QByteArray("\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
        QTest::newRow("beyond Unicode") << QByteArray("\xF4\x90\x80\x80")
                                        << QByteArray("\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
        QTest::newRow("breaks off") << QByteArray("ok \xE2\x82") << QByteArray("ok \xEF\xBF\xBD\xEF\xBF\xBD");
        QTest::newRow("Latin-1 in the ninth byte")
            << QByteArray("12345678\xE9t\xE9") << QByteArray("12345678\xEF\xBF\xBDt\xEF\xBF\xBD");
    }
    void textIsJudgedAndRepaired()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, repaired);
        QCOMPARE(isUtf8(text.toStdString()), text == repaired);
        std::string out;
        appendRepaired(out, text.toStdString());
        QCOMPARE(QByteArray::fromStdString(out), repaired);
        QVERIFY(isUtf8(out));
    }

    void codePointsAreWrittenInTheirShortestForm()
    {
        for (const std::uint32_t point : {0U, 0x7FU, 0x80U, 0x7FFU, 0x800U, 0xFFFFU, 0x10000U, 0x10FFFFU}) {
            std::string out;
            appendCodePoint(out, point);
            const char32_t one = point;
            QCOMPARE(QByteArray::fromStdString(out), QString::fromUcs4(&one, 1).toUtf8());
        }
        std::string out;
        appendCodePoint(out, 0xD800);
        appendCodePoint(out, 0x110000);
        QCOMPARE(out, std::string("\xEF\xBF\xBD\xEF\xBF\xBD"));
    }
};

QTEST_GUILESS_MAIN(Utf8Test)
#include "tst_utf8.moc"
