#include "core/otlp/json.h"

#include <QTest>

#include <google/protobuf/util/json_util.h>
#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <opentelemetry/proto/collector/logs/v1/logs_service.pb.h>

using namespace sluice;
using namespace sluice::otlp;
using namespace std::chrono_literals;

class AnswersTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aStatusIsWhatLibprotobufReads_data()
    {
        QTest::addColumn<bool>("json");
        QTest::newRow("protobuf") << false;
        QTest::newRow("JSON") << true;
    }
    void aStatusIsWhatLibprotobufReads()
    {
        QFETCH(bool, json);
        const std::string bytes = encodeStatus(json, 14, "try \"later\"", 7);
        google::rpc::RetryInfo::descriptor(); // Any in JSON needs the type linked in.
        google::rpc::Status status;
        if (json)
            QVERIFY(google::protobuf::util::JsonStringToMessage(bytes, &status).ok());
        else
            QVERIFY(status.ParseFromString(bytes));
        QCOMPARE(status.code(), 14);
        QCOMPARE(status.message(), std::string("try \"later\""));
        QCOMPARE(status.details_size(), 1);
        google::rpc::RetryInfo info;
        QVERIFY(status.details(0).UnpackTo(&info));
        QCOMPARE(info.retry_delay().seconds(), 7);

        const auto again = decodeStatus(json, bytes);
        QVERIFY(again);
        QCOMPARE(again->code, 14);
        QCOMPARE(again->message, std::string("try \"later\""));
        QVERIFY(again->retryDelay == Nanos(7s));
    }

    void aStatusOfLibprotobufIsReadInBothEncodings()
    {
        google::rpc::Status status;
        status.set_code(8);
        status.set_message("full");
        google::rpc::BadRequest other;
        other.add_field_violations()->set_field("x");
        status.add_details()->PackFrom(other);
        google::rpc::RetryInfo info;
        info.mutable_retry_delay()->set_seconds(1);
        info.mutable_retry_delay()->set_nanos(500000000);
        status.add_details()->PackFrom(info);
        std::string bytes;
        status.SerializeToString(&bytes);
        std::string json;
        QVERIFY(google::protobuf::util::MessageToJsonString(status, &json).ok());
        for (const bool isJson : {false, true}) {
            const auto read = decodeStatus(isJson, isJson ? json : bytes);
            QVERIFY(read);
            QCOMPARE(read->code, 8);
            QCOMPARE(read->message, std::string("full"));
            QVERIFY(read->retryDelay == Nanos(1500ms));
        }
    }

    void withoutRetryInfoThereIsNoDelay()
    {
        for (const bool json : {false, true}) {
            const auto read = decodeStatus(json, encodeStatus(json, 3, "bad"));
            QVERIFY(read);
            QVERIFY(!read->retryDelay);
        }
        QCOMPARE(encodeStatus(true, 3, "bad"), std::string(R"({"code":3,"message":"bad"})"));
    }

    void strangeDelaysAreNoHint_data()
    {
        QTest::addColumn<QByteArray>("delay");
        for (const char* delay : {"", "s", "x", "3", "-3s", "NaNs", "infs", "3 s"})
            QTest::newRow(delay) << QByteArray(delay);
    }
    void strangeDelaysAreNoHint()
    {
        QFETCH(QByteArray, delay);
        const std::string json
            = R"({"details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":)"
              "\""
            + delay.toStdString() + "\"}]}";
        const auto read = decodeStatus(true, json);
        QVERIFY(read);
        QVERIFY(read->retryDelay == Nanos(0));
    }

    void aHugeDelayDoesNotOverflow()
    {
        const auto read = decodeStatus(true,
            R"({"details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"1e300s"}]})");
        QVERIFY(read);
        QVERIFY(*read->retryDelay > Nanos(24h));
    }

    void fullSuccessIsNothingOrAnEmptyObject()
    {
        for (const Signal signal : kSignals) {
            QCOMPARE(encodeResponse(signal, false), std::string());
            QCOMPARE(encodeResponse(signal, true), std::string("{}"));
            for (const std::string body :
                {"", "{}", R"({"partialSuccess":{}})", R"({"partialSuccess":null})"}) {
                const auto read = decodeResponse(signal, true, body);
                QVERIFY(read);
                QCOMPARE(read->rejected, 0U);
            }
        }
    }

    void partialSuccessIsNamedAfterItsSignal()
    {
        QCOMPARE(encodeResponse(Signal::Traces, true, 3, "old"),
            std::string(R"({"partialSuccess":{"rejectedSpans":"3","errorMessage":"old"}})"));
        QCOMPARE(encodeResponse(Signal::Metrics, true, 3),
            std::string(R"({"partialSuccess":{"rejectedDataPoints":"3"}})"));
        QCOMPARE(encodeResponse(Signal::Logs, true, 0, "advice"),
            std::string(R"({"partialSuccess":{"errorMessage":"advice"}})"));
        opentelemetry::proto::collector::logs::v1::ExportLogsServiceResponse response;
        QVERIFY(response.ParseFromString(encodeResponse(Signal::Logs, false, 9, "no")));
        QCOMPARE(response.partial_success().rejected_log_records(), 9);
        QCOMPARE(response.partial_success().error_message(), std::string("no"));
    }

    void partialSuccessIsReadInBothEncodings()
    {
        for (const Signal signal : kSignals) {
            for (const bool json : {false, true}) {
                const auto read = decodeResponse(signal, json, encodeResponse(signal, json, 12, "why"));
                QVERIFY(read);
                QCOMPARE(read->rejected, 12U);
                QCOMPARE(read->message, std::string("why"));
            }
        }
        const auto negative
            = decodeResponse(Signal::Traces, true, R"({"partialSuccess":{"rejectedSpans":-4}})");
        QVERIFY(negative);
        QCOMPARE(negative->rejected, 0U);
    }

    void whatIsNoAnswerIsAnError()
    {
        QVERIFY(!decodeResponse(Signal::Traces, false, "<html>"));
        QVERIFY(!decodeResponse(Signal::Traces, true, "<html>"));
        QVERIFY(!decodeStatus(true, "<html>"));
        QVERIFY(!decodeStatus(false, "<html>"));
    }
};

QTEST_GUILESS_MAIN(AnswersTest)
#include "tst_answers.moc"
