#include "ui/views/logs/log_delegates.h"
#include "ui/views/logs/log_model.h"

#include <QSignalSpy>
#include <QTest>

#include "tests/ui/support/sample_shop.h"

using namespace sluice;
using namespace sluice::ui;

class LogModelTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void pagesJoinUpWithoutAGapWhileRecordsArrive()
    {
        auto query = std::make_shared<samples::SampleQuery>(500, samples::sampleNow());
        QThreadPool pool;
        LogModel model(query, &pool);
        model.setFilter({});
        QTRY_VERIFY(model.rowCount() >= static_cast<int>(LogModel::kPageRows)); // The tester may have asked for more.
        query->addLogs(50);
        while (model.rowCount() < 500) {
            const int before = model.rowCount();
            model.fetchMore({});
            QTRY_VERIFY(model.rowCount() > before);
        }
        QTRY_VERIFY(!model.canFetchMore({}));
        for (int row = 0; row < 500; ++row)
            QCOMPARE(model.at(row)->sequence, static_cast<std::uint64_t>(500 - row));
        pool.waitForDone();
    }

    void newRecordsComeAboveAndNothingElseMoves()
    {
        auto query = std::make_shared<samples::SampleQuery>(300, samples::sampleNow());
        QThreadPool pool;
        LogModel model(query, &pool);
        model.setFilter({});
        QTRY_COMPARE(model.rowCount(), 200);
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        query->addLogs(7);
        model.refreshTop(std::nullopt);
        QTRY_COMPARE(model.rowCount(), 207);
        QCOMPARE(model.at(7)->sequence, std::uint64_t{300});
        QCOMPARE(resets.count(), 0);
        pool.waitForDone();
    }

    void aFailureIsTold()
    {
        auto query = std::make_shared<samples::SampleQuery>(3, samples::sampleNow());
        query->failWith("damaged");
        QThreadPool pool;
        LogModel model(query, &pool);
        QSignalSpy failures(&model, &LogModel::failed);
        model.setFilter({});
        QTRY_COMPARE(failures.count(), 1);
        QCOMPARE(failures[0][0].toString(), QStringLiteral("damaged"));
        pool.waitForDone();
    }

    void numbersAndQuotedPartsOfABodyAreTinted()
    {
        const auto parts
            = bodyParts(QStringLiteral("no response from \"psp\" after 600 ms, attempt 2 of o_77"));
        QStringList numbers;
        QStringList quoted;
        for (const BodyPart& part : parts) {
            if (part.color == Token::SyntaxNumber)
                numbers << part.text;
            if (part.color == Token::SyntaxString)
                quoted << part.text;
        }
        QCOMPARE(numbers, (QStringList{QStringLiteral("600 ms"), QStringLiteral("2")}));
        QCOMPARE(quoted, QStringList{QStringLiteral("\"psp\"")});
    }
};

QTEST_GUILESS_MAIN(LogModelTest)
#include "tst_log_model.moc"
