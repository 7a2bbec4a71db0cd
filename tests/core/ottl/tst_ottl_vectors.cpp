// Every row of the recorded vectors: what the collector's own engine gave for a rule and an input.

#include "core/base/shared_bytes.h"
#include "core/otlp/json.h"
#include "core/otlp/scan.h"
#include "core/ottl/conversion.h"
#include "core/ottl/rule.h"
#include "core/pipeline/batch.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

using namespace sluice;
using namespace sluice::ottl;

namespace {

constexpr auto kVectors = SLUICE_SOURCE_DIR "/../shared/spec/ottl-vectors.jsonl";

std::string text(const QJsonValue& value)
{
    return value.toString().toStdString();
}

/// One form for all that OTLP/JSON can write in two: defaults left out, unordered lists sorted, numbers as
/// texts.
QJsonValue canonical(const QJsonValue& value, const QString& key, bool isAny)
{
    if (value.isDouble()) {
        const bool isWhole = value.toInteger(1) == value.toInteger(2);
        return isWhole && key != "doubleValue" ? QJsonValue(QString::number(value.toInteger()))
                                               : QJsonValue(QString::number(value.toDouble(), 'g', 17));
    }
    if (value.isArray()) {
        std::vector<QJsonValue> items;
        for (const QJsonValue& item : value.toArray())
            items.push_back(canonical(item, key, isAny));
        const bool isUnordered = !items.empty() && std::ranges::all_of(items, [](const QJsonValue& item) {
            return item.toObject().contains("key");
        });
        const auto form = [](const QJsonValue& item) {
            return QJsonDocument(QJsonArray{item}).toJson(QJsonDocument::Compact);
        };
        if (isUnordered || key == "dataPoints")
            std::ranges::sort(items, {}, form);
        QJsonArray array;
        for (const QJsonValue& item : items)
            array.append(item);
        return array;
    }
    if (!value.isObject())
        return value;
    QJsonObject object;
    const QJsonObject from = value.toObject();
    for (auto it = from.begin(); it != from.end(); ++it) {
        const bool isAnyValue = it.key() == "value" || it.key() == "body" || it.key() == "values";
        const QJsonValue member = canonical(it.value(), it.key(), isAnyValue);
        const bool isDefault = member.isNull() || member == QJsonValue(false)
            || member == QJsonValue(QString()) || member == QJsonValue(QStringLiteral("0"))
            || (member.isArray() && member.toArray().isEmpty())
            || (member.isObject() && member.toObject().isEmpty());
        const bool isOneof = it.key().endsWith("Value") || it.key().startsWith("as");
        if (!isDefault || (isOneof && !member.isNull() && !(member.isObject() && !isAny)))
            object.insert(it.key(), member);
    }
    return object;
}

QByteArray formOf(const QJsonValue& value)
{
    return QJsonDocument(canonical(value, {}, false).toObject()).toJson(QJsonDocument::Indented);
}

/// The input of a row as a request, and the batch that it makes.
class Input {
public:
    explicit Input(const QJsonObject& input)
    {
        const QJsonObject resource = input.value("resource").toObject();
        const QJsonObject scope = input.value("scope").toObject();
        const auto request = [&](const char* resources, const char* scopes, const char* records,
                                 const char* record) {
            QJsonObject inScope{{records, QJsonArray{input.value(record)}}};
            if (input.contains("scope"))
                inScope.insert("scope", scope);
            QJsonObject inResource{{scopes, QJsonArray{inScope}}};
            if (input.contains("resource"))
                inResource.insert("resource", resource);
            return QJsonDocument(QJsonObject{{resources, QJsonArray{inResource}}}).toJson().toStdString();
        };
        std::string json;
        if (input.contains("span")) {
            m_signal = Signal::Traces;
            json = request("resourceSpans", "scopeSpans", "spans", "span");
        } else if (input.contains("metric")) {
            m_signal = Signal::Metrics;
            json = request("resourceMetrics", "scopeMetrics", "metrics", "metric");
        } else {
            m_signal = Signal::Logs;
            json = request("resourceLogs", "scopeLogs", "logRecords", "log");
        }
        auto body = otlp::jsonToProto(m_signal, json);
        if (!body)
            qFatal("the input cannot be read: %s", body.error().text.c_str());
        m_body = SharedBytes(*std::move(body));
        if (!otlp::scan(m_signal, m_body.view(), m_scanned))
            qFatal("the input cannot be scanned");
        m_batch.reset(m_scanned, m_body);
    }

    Batch& batch() { return m_batch; }

    Item item(Context context)
    {
        switch (context) {
        case Context::Resource: return Item::ofResource(m_batch, 0);
        case Context::Scope: return Item::ofScope(m_batch, 0);
        case Context::Metric: return Item::ofMetric(m_batch, 0);
        case Context::SpanEvent:
            return Item::ofChild(m_batch, 0, *m_batch.message(0).children(wire::SpanField::kEvents)[0]);
        default: return Item::ofRecord(m_batch, 0);
        }
    }

    /// What the batch is now, cut into the sections of a row.
    QJsonObject sections()
    {
        const SharedBytes encoded = m_batch.encode();
        const auto json = otlp::protoToJson(m_signal, encoded.view());
        const QJsonObject request = QJsonDocument::fromJson(QByteArray::fromStdString(*json)).object();
        const auto first = [](const QJsonObject& object, const char* key) {
            return object.value(key).toArray().at(0).toObject();
        };
        const bool isSpan = m_signal == Signal::Traces;
        const bool isMetric = m_signal == Signal::Metrics;
        const QJsonObject resource = first(request,
            isSpan         ? "resourceSpans"
                : isMetric ? "resourceMetrics"
                           : "resourceLogs");
        const QJsonObject scope = first(resource,
            isSpan         ? "scopeSpans"
                : isMetric ? "scopeMetrics"
                           : "scopeLogs");
        const QJsonArray records = scope.value(isSpan      ? "spans"
                                                : isMetric ? "metrics"
                                                           : "logRecords")
                                       .toArray();
        QJsonArray appended = records;
        appended.removeFirst();
        QJsonObject sections{{"resource", resource.value("resource").toObject()},
            {"scope", scope.value("scope").toObject()},
            {isSpan            ? "span"
                    : isMetric ? "metric"
                               : "log",
                records.at(0)}};
        if (!appended.isEmpty())
            sections.insert("appended", appended);
        return sections;
    }

private:
    Signal m_signal = Signal::Logs;
    SharedBytes m_body;
    otlp::ScannedRequest m_scanned;
    Batch m_batch;
};

QString typeName(const ottl::Value& value)
{
    switch (value.kind()) {
    case Kind::UintList: return "uint64_list";
    case Kind::DoubleList: return "double_list";
    case Kind::SpanId: return "span_id";
    case Kind::TraceId: return "trace_id";
    default: {
        const std::string_view name = nameOf(value.kind());
        return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
    }
    }
}

QJsonValue jsonOf(const ottl::Value& value)
{
    const auto string = [](const std::string& from) { return QJsonValue(QString::fromStdString(from)); };
    switch (value.kind()) {
    case Kind::Bool: return value.boolean();
    case Kind::Int: return QJsonValue(static_cast<qint64>(value.integer()));
    case Kind::Double: return value.number();
    case Kind::String: return string(std::string(value.text()));
    case Kind::Bytes:
    case Kind::SpanId:
    case Kind::TraceId: return string(hexText(value.text()));
    case Kind::Time: return string(rfc3339(value.instant(), value.zone()));
    case Kind::Duration: return string(durationText(value.integer()));
    case Kind::UintList:
    case Kind::DoubleList: {
        QJsonArray array;
        for (std::size_t i = 0; i < value.size(); ++i)
            array.append(jsonOf(value.itemAt(i)));
        return array;
    }
    default: return QJsonValue(QJsonValue::Undefined);
    }
}

/// Functions that are not there yet; core/ottl/README.md lists them.
constexpr std::array kMissing = {"ExtractGrokPatterns(", "ParseXML(", "ParseSimplifiedXML(", "GetXML(",
    "RemoveXML(", "ConvertAttributesToElementsXML(", "ConvertTextToElementsXML(", "convert_sum_to_gauge(",
    "scale_metric(", "copy_metric(", "extract_sum_metric(", "aggregate_on_attributes(",
    "aggregate_on_attribute_value(", "convert_summary_sum_val_to_sum("};

} // namespace

class OttlVectorsTest : public QObject {
    Q_OBJECT

private slots:
    void everyRowGivesWhatTheCollectorGave_data();
    void everyRowGivesWhatTheCollectorGave();
};

void OttlVectorsTest::everyRowGivesWhatTheCollectorGave_data()
{
    QTest::addColumn<QJsonObject>("row");
    QFile file(kVectors);
    if (!file.open(QIODevice::ReadOnly))
        QSKIP("the vectors lie beside the source tree, in ../shared/spec, and are not there");
    while (!file.atEnd()) {
        const QJsonObject row = QJsonDocument::fromJson(file.readLine()).object();
        // Processors have their own tests; these rows are run there.
        if (!row.contains("processor"))
            QTest::newRow(text(row.value("id")).c_str()) << row;
    }
}

void OttlVectorsTest::everyRowGivesWhatTheCollectorGave()
{
    QFETCH(QJsonObject, row);
    for (const char* name : kMissing) {
        if (row.value("error") != "parse" && row.value("statement").toString().contains(QLatin1String(name)))
            QSKIP("the function is not there yet");
    }
    const QString wantedError = row.value("error").toString();
    const QJsonObject expected = row.value("expect").toObject();
    RuleOptions options;
    options.context = *contextNamed(text(row.value("context")));
    options.sets = FunctionSet::Standard | FunctionSet::Traces;
    options.sets = static_cast<FunctionSets>(options.sets | (FunctionSet::Transform | FunctionSet::Filter));

    Input input(row.value("input").toObject());
    const QJsonObject before = input.sections();
    const Item item = input.item(options.context);
    Evaluation evaluation(input.batch().arena(), UnixTime());
    evaluation.begin(item);

    const auto checkParsed = [&](const auto& parsed) {
        if (wantedError == "parse") {
            if (parsed)
                QTest::qFail("should have been refused", __FILE__, __LINE__);
            return false;
        }
        if (!parsed)
            QTest::qFail(parsed.error().text.c_str(), __FILE__, __LINE__);
        return parsed.has_value();
    };
    const auto checkResult = [&](const auto& result) {
        if (wantedError == "runtime") {
            if (result)
                QTest::qFail("should have failed", __FILE__, __LINE__);
            return false;
        }
        if (!result)
            QTest::qFail(std::string(result.error().text).c_str(), __FILE__, __LINE__);
        return result.has_value();
    };

    if (row.contains("condition")) {
        const auto condition = Condition::parse(text(row.value("condition")), options);
        if (!checkParsed(condition))
            return;
        const auto holds = condition->test(evaluation);
        if (checkResult(holds))
            QCOMPARE(*holds, expected.value("match").toBool());
        return;
    }
    if (row.contains("value")) {
        const auto expression = ValueExpression::parse(text(row.value("value")), options);
        if (!checkParsed(expression))
            return;
        const auto value = expression->evaluate(evaluation);
        if (checkResult(value)) {
            QCOMPARE(typeName(*value), expected.value("type").toString());
            QCOMPARE(jsonOf(*value), expected.value("value"));
        }
        return;
    }
    if (row.contains("statements")) {
        std::vector<std::string> texts;
        for (const QJsonValue& statement : row.value("statements").toArray())
            texts.push_back(text(statement));
        const auto sequence
            = StatementSequence::parse(texts, options, *errorModeNamed(text(row.value("error_mode"))));
        QVERIFY(sequence);
        const StatementOutcome outcome = sequence->execute(evaluation);
        QCOMPARE(outcome.isPropagated, wantedError == "runtime");
        return;
    }

    const auto statement = Statement::parse(text(row.value("statement")), options);
    if (!checkParsed(statement))
        return;
    auto executed = statement->execute(evaluation);
    // A metric that a statement appends is visited by the loop over the scope, as in the transform processor.
    for (std::uint32_t metric = 1;
         options.context == Context::Metric && executed && metric < input.batch().request().metrics.size();
         ++metric) {
        const Item next = Item::ofMetric(input.batch(), metric);
        evaluation.begin(next);
        if (const auto again = statement->execute(evaluation); !again)
            executed = again;
    }
    if (checkResult(executed) && expected.contains("executed"))
        QCOMPARE(*executed, expected.value("executed").toBool());
    const QJsonObject after = input.sections();
    for (auto it = before.begin(); it != before.end(); ++it) {
        const QJsonObject changed = expected.value("after").toObject();
        const QJsonValue wanted = changed.contains(it.key()) ? changed.value(it.key()) : it.value();
        if (expected.contains("after") || wantedError != "runtime")
            QCOMPARE(formOf(after.value(it.key())), formOf(wanted));
    }
    if (expected.contains("appended")) {
        const auto list = [](const QJsonValue& metrics) { return formOf(QJsonObject{{"metrics", metrics}}); };
        QCOMPARE(list(after.value("appended")), list(expected.value("appended")));
    }
}

QTEST_GUILESS_MAIN(OttlVectorsTest)
#include "tst_ottl_vectors.moc"
