#pragma once

// A rule over one request in JSON, and what became of it: the shortest way to say what a processor does.

#include "core/otlp/json.h"
#include "core/otlp/scan.h"
#include "core/pipeline/judge.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QString>

#include <string>
#include <utility>
#include <vector>

namespace sluice::test {

inline JudgedRequest requestOf(Signal signal, const std::string& json)
{
    JudgedRequest request;
    request.sequence = 1;
    request.signal = signal;
    request.body = SharedBytes(otlp::jsonToProto(signal, json).value());
    otlp::ScannedRequest scanned;
    scanned.signal = signal;
    if (otlp::scan(signal, request.body.view(), scanned))
        request.recordCount = static_cast<std::uint32_t>(scanned.records.size());
    return request;
}

inline RevisionDefinition rules(
    Signal signal, const std::vector<std::pair<std::string, std::string>>& idsAndConfigs)
{
    RevisionDefinition definition;
    PipelineDefinition pipeline{std::string(nameOf(signal)), signal, {}, {}};
    for (const auto& [id, config] : idsAndConfigs) {
        definition.rules.push_back({id, {}, true, config});
        pipeline.rules.push_back(id);
    }
    definition.pipelines.push_back(std::move(pipeline));
    return definition;
}

/// Spans of one resource and scope, each given as the inside of its JSON object.
inline std::string spans(const std::vector<std::string>& members)
{
    std::string list;
    for (const std::string& member : members)
        list += (list.empty() ? "{" : ",{") + member + '}';
    return R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"cart"}}]},)"
           R"("scopeSpans":[{"scope":{"name":"lib","version":"1"},"spans":[)"
        + list + "]}]}]}";
}

/// A span's attributes, all texts: {"a","1"} and so on.
inline std::string attributes(const std::vector<std::pair<std::string, std::string>>& pairs)
{
    std::string list;
    for (const auto& [key, value] : pairs)
        list += std::string(list.empty() ? "" : ",") + R"({"key":")" + key + R"(","value":{"stringValue":")"
            + value + "\"}}";
    return R"("attributes":[)" + list + "]";
}

inline PipelineResult judged(Signal signal,
    const std::vector<std::pair<std::string, std::string>>& idsAndConfigs, const std::string& json,
    const RequestContext& context = {})
{
    auto judge = Judge::create(rules(signal, idsAndConfigs), 1);
    if (!judge)
        qFatal("%s %s", judge.error().front().key.c_str(), judge.error().front().text.c_str());
    JudgedRequest request = requestOf(signal, json);
    request.context = context;
    return (*judge)->judge(request).front();
}

inline QJsonObject payload(Signal signal, const PipelineResult& result)
{
    if (result.payload.isEmpty())
        return {};
    const std::string json = otlp::protoToJson(signal, result.payload.view()).value();
    return QJsonDocument::fromJson(QByteArray::fromStdString(json)).object();
}

/// The spans of all resources and scopes.
inline QList<QJsonObject> spansOf(const PipelineResult& result)
{
    QList<QJsonObject> all;
    for (const QJsonValueConstRef resource : payload(Signal::Traces, result)["resourceSpans"].toArray()) {
        for (const QJsonValueConstRef scope : resource.toObject()["scopeSpans"].toArray()) {
            for (const QJsonValueConstRef span : scope.toObject()["spans"].toArray())
                all << span.toObject();
        }
    }
    return all;
}

/// "a=1 b=2": text attributes in their order.
inline QString attributesOf(const QJsonObject& record)
{
    QStringList pairs;
    for (const QJsonValueConstRef item : record["attributes"].toArray()) {
        const QJsonObject attribute = item.toObject();
        const QJsonObject value = attribute["value"].toObject();
        const QString text = value.isEmpty() ? QString() : value.begin()->toVariant().toString();
        pairs << attribute["key"].toString() + '=' + text;
    }
    return pairs.join(' ');
}

inline std::vector<std::string> problemsOf(Signal signal, const std::string& id, const std::string& config)
{
    std::vector<std::string> texts;
    for (const RuleProblem& problem : validate(rules(signal, {{id, config}})))
        texts.push_back(problem.key + ": " + problem.text);
    return texts;
}

} // namespace sluice::test
