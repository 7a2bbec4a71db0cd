#include "ui/theme/icon.h"
#include "ui/theme/service_colors.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QFontInfo>
#include <QGlyphRun>
#include <QImage>
#include <QPainter>
#include <QRawFont>
#include <QTest>
#include <QTextLayout>

#include <set>

using namespace sluice::ui;

class ThemeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void textIsReadableOnEverySurface_data();
    void textIsReadableOnEverySurface();
    void graphicsStandOutFromThePanel_data();
    void graphicsStandOutFromThePanel();
    void serviceColorsStandOutFromThePanel();
    void everyFontIsTheOneThatWasAskedFor_data();
    void everyFontIsTheOneThatWasAskedFor();
    void codeShowsNoLigatures();
    void aChangeOfThemeReachesThePalette();
    void twelveServicesGetTwelveColors();
    void aServiceKeepsItsColor();
    void monogramsTellServicesApart();
    void iconsArePaintedInTheColorAskedFor();

private:
    Theme m_theme;
};

void ThemeTest::initTestCase()
{
    dressApplication(m_theme);
}

void ThemeTest::textIsReadableOnEverySurface_data()
{
    QTest::addColumn<int>("token");
    QTest::addColumn<int>("surface");
    for (const Token token :
        {Token::TextPrimary, Token::TextSecondary, Token::TextMuted, Token::AccentDefault, Token::StatusOk,
            Token::StatusError, Token::StatusWarn, Token::OutcomeChanged, Token::OutcomeDroppedText}) {
        for (const Token surface :
            {Token::BgPanel, Token::BgRaised, Token::BgWindow, Token::BgRail, Token::BgField}) {
            const QByteArray name = QByteArray(nameOf(token)) + " on " + nameOf(surface);
            QTest::newRow(name.constData()) << static_cast<int>(token) << static_cast<int>(surface);
        }
    }
    QTest::newRow("selected row") << static_cast<int>(Token::TextSecondary)
                                  << static_cast<int>(Token::BgSelected);
    QTest::newRow("tooltip of the dark theme is checked below")
        << static_cast<int>(Token::TextPrimary) << static_cast<int>(Token::BgOverlay);
}

void ThemeTest::textIsReadableOnEverySurface()
{
    QFETCH(int, token);
    QFETCH(int, surface);
    for (const Appearance appearance : {Appearance::Dark, Appearance::Light}) {
        const double ratio = contrast(
            colorOf(static_cast<Token>(token), appearance), colorOf(static_cast<Token>(surface), appearance));
        QVERIFY2(ratio >= 4.5, qPrintable(QString::number(ratio)));
    }
}

void ThemeTest::graphicsStandOutFromThePanel_data()
{
    QTest::addColumn<int>("token");
    for (const Token token : {Token::StatusOkBar, Token::StatusError, Token::OutcomeKept,
             Token::OutcomeChanged, Token::OutcomeDropped, Token::OutcomeDroppedHatch, Token::AccentFill,
             Token::AccentFocus, Token::ChartP50, Token::ChartP95, Token::ChartP99})
        QTest::newRow(nameOf(token)) << static_cast<int>(token);
}

void ThemeTest::graphicsStandOutFromThePanel()
{
    QFETCH(int, token);
    for (const Appearance appearance : {Appearance::Dark, Appearance::Light})
        QVERIFY(contrast(colorOf(static_cast<Token>(token), appearance), colorOf(Token::BgPanel, appearance))
            >= 2.98);
}

void ThemeTest::serviceColorsStandOutFromThePanel()
{
    for (int slot = 0; slot < kServiceSlots; ++slot) {
        for (const Appearance appearance : {Appearance::Dark, Appearance::Light})
            QVERIFY(contrast(serviceColor(slot, appearance), colorOf(Token::BgPanel, appearance)) >= 3.0);
    }
}

void ThemeTest::everyFontIsTheOneThatWasAskedFor_data()
{
    QTest::addColumn<int>("style");
    QTest::addColumn<QString>("name");
    QTest::newRow("body") << static_cast<int>(TypeStyle::Body) << QStringLiteral("Regular");
    QTest::newRow("strong") << static_cast<int>(TypeStyle::Strong) << QStringLiteral("Medium");
    QTest::newRow("title") << static_cast<int>(TypeStyle::Title) << QStringLiteral("Semi Bold");
    QTest::newRow("hero") << static_cast<int>(TypeStyle::Hero) << QStringLiteral("Semi Bold");
    QTest::newRow("mono") << static_cast<int>(TypeStyle::Mono) << QStringLiteral("Regular");
}

void ThemeTest::everyFontIsTheOneThatWasAskedFor()
{
    QFETCH(int, style);
    QFETCH(QString, name);
    const QFont font = fontOf(static_cast<TypeStyle>(style));
    QCOMPARE(QFontInfo(font).family(), font.family());
    QCOMPARE(QRawFont::fromFont(font).styleName(), name);
}

void ThemeTest::codeShowsNoLigatures()
{
    const QRawFont font = QRawFont::fromFont(fontOf(TypeStyle::MonoCode));
    QTextLayout layout(QStringLiteral(">="), fontOf(TypeStyle::MonoCode));
    layout.beginLayout();
    layout.createLine();
    layout.endLayout();
    const QList<quint32> shaped = layout.glyphRuns().constFirst().glyphIndexes();
    QCOMPARE(shaped, font.glyphIndexesForString(QStringLiteral(">=")));
}

void ThemeTest::aChangeOfThemeReachesThePalette()
{
    m_theme.setChoice(ThemeChoice::Light);
    QCOMPARE(QApplication::palette().color(QPalette::Base), colorOf(Token::BgPanel, Appearance::Light));
    m_theme.setChoice(ThemeChoice::Dark);
    QCOMPARE(QApplication::palette().color(QPalette::Base), colorOf(Token::BgPanel, Appearance::Dark));
}

void ThemeTest::twelveServicesGetTwelveColors()
{
    ServiceColors colors;
    std::set<int> slots_;
    for (int i = 0; i < kServiceSlots; ++i)
        slots_.insert(colors.of("service-" + std::to_string(i)).slot);
    QCOMPARE(static_cast<int>(slots_.size()), kServiceSlots);
}

void ThemeTest::aServiceKeepsItsColor()
{
    ServiceColors colors;
    const int slot = colors.of("checkout").slot;
    for (int i = 0; i < 40; ++i)
        colors.of(std::to_string(i));
    QCOMPARE(colors.of("checkout").slot, slot);
}

void ThemeTest::monogramsTellServicesApart()
{
    ServiceColors colors;
    QCOMPARE(colors.of("checkout").monogram, QStringLiteral("ch"));
    QCOMPARE(colors.of("charge").monogram, QStringLiteral("ca"));
    QCOMPARE(colors.of("cha").monogram, QStringLiteral("c2"));
}

void ThemeTest::iconsArePaintedInTheColorAskedFor()
{
    QImage image(16, 16, QImage::Format_ARGB32);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    paintIcon(painter, QRectF(0, 0, 16, 16), "kept", m_theme.color(Token::StatusError));
    painter.end();
    QCOMPARE(image.pixelColor(8, 8), m_theme.color(Token::StatusError));
}

QTEST_MAIN(ThemeTest)
#include "tst_theme.moc"
