#include "core/otlp/attributes.h"
#include "core/otlp/rewrite.h"

#include <QTest>

#include <google/protobuf/util/message_differencer.h>
#include <opentelemetry/proto/collector/metrics/v1/metrics_service.pb.h>
#include <opentelemetry/proto/collector/trace/v1/trace_service.pb.h>

#include <algorithm>
#include <vector>

#include "message_generator.h"
#include "requests.h"

using namespace sluice;
using namespace sluice::otlp;
using namespace sluice::tests;
using namespace sluice::wire;

namespace {

namespace collector = opentelemetry::proto::collector;
using TraceRequest = collector::trace::v1::ExportTraceServiceRequest;
using MetricsRequest = collector::metrics::v1::ExportMetricsServiceRequest;

const std::string kUnknown = field(777, "nobody knows me");

std::string rewritten(std::string_view message, std::vector<Replacement> replacements)
{
    std::string out;
    rewriteFields(message, replacements, out);
    return out;
}

std::string writtenRequest(const ScannedRequest& request, const RequestEdits& edits)
{
    std::string out;
    writeRequest(request, edits, out);
    return out;
}

template <class Request>
bool areEqual(const Request& a, const Request& b)
{
    google::protobuf::util::MessageDifferencer differencer;
    google::protobuf::util::DefaultFieldComparator comparator;
    comparator.set_treat_nan_as_equal(true);
    differencer.set_field_comparator(&comparator);
    return differencer.Compare(a, b);
}

template <class List, class IsEmpty>
void eraseEmpty(List& list, IsEmpty isEmpty)
{
    list.erase(std::remove_if(list.begin(), list.end(), isEmpty), list.end());
}

} // namespace

class RewriteTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fieldsAreReplacedWhereTheyStoodAndAllElseIsKept()
    {
        const std::string a = attribute(9, "a", "1");
        const std::string b = attribute(9, "b", "2");
        const std::string name = field(5, "GET /");
        const std::string before = kUnknown + a + name + b + field(888, "me neither");
        const std::string c = attribute(9, "c", "3");
        QCOMPARE(rewritten(before, {{9, c}}), kUnknown + c + name + field(888, "me neither"));
        QCOMPARE(rewritten(before, {{9, {}}}), kUnknown + name + field(888, "me neither"));
        QCOMPARE(rewritten(before, {{5, field(5, "x")}, {3, field(3, "state")}}),
            kUnknown + a + field(5, "x") + b + field(888, "me neither") + field(3, "state"));
        QCOMPARE(rewritten(before, {}), before);
    }

    void aMalformedRestIsCopiedAsItIs()
    {
        const std::string rest = "\x0A\x7Fzz";
        QCOMPARE(rewritten(field(5, "old") + rest, {{5, field(5, "new")}, {3, field(3, "s")}}),
            field(5, "new") + field(3, "s") + rest);
    }

    void aRequestWithoutEditsComesOutAsItCame()
    {
        MessageGenerator generator(1);
        for (int n = 0; n < 200; ++n) {
            TraceRequest request;
            generator.fill(request, {});
            std::string bytes;
            request.SerializeToString(&bytes);
            ScannedRequest scanned;
            QVERIFY(scan(Signal::Traces, bytes, scanned));
            QCOMPARE(writtenRequest(scanned, {}), bytes);
        }
    }

    void droppedAndEditedSpansAreWhatALibraryWouldHaveMade()
    {
        MessageGenerator generator(2);
        for (int n = 0; n < 300; ++n) {
            TraceRequest request;
            generator.fill(request, {});
            std::string bytes;
            request.SerializeToString(&bytes);
            ScannedRequest scanned;
            QVERIFY(scan(Signal::Traces, bytes, scanned));

            std::vector<std::uint8_t> keep(scanned.records.size());
            std::vector<std::string> texts(scanned.records.size());
            std::vector<std::string_view> records(scanned.records.size());
            std::vector<std::string_view> resources(scanned.resources.size());
            std::vector<std::string_view> scopes(scanned.scopes.size());
            const std::string newResource = attribute(1, "service.name", "edited");
            const std::string newScope = field(1, "edited");
            std::size_t record = 0;
            std::size_t scopeIndex = 0;
            for (int r = 0; r < request.resource_spans_size(); ++r) {
                auto& resource = *request.mutable_resource_spans(r);
                if (generator.below(3) == 0) {
                    resources[static_cast<std::size_t>(r)] = newResource;
                    resource.mutable_resource()->ParseFromString(newResource);
                }
                for (auto& scope : *resource.mutable_scope_spans()) {
                    if (generator.below(3) == 0) {
                        scopes[scopeIndex] = newScope;
                        scope.mutable_scope()->ParseFromString(newScope);
                    }
                    ++scopeIndex;
                    for (auto& span : *scope.mutable_spans()) {
                        keep[record] = generator.below(3) == 0 ? 0 : 1;
                        if (keep[record] == 0) {
                            span.set_name("(drop)");
                        } else if (generator.below(3) == 0) {
                            span.set_name("edited");
                            rewriteFields(scanned.records[record].message,
                                std::vector<Replacement>{{5,
                                    "\x2A\x06"
                                    "edited"}},
                                texts[record]);
                            records[record] = texts[record];
                        }
                        ++record;
                    }
                    eraseEmpty(
                        *scope.mutable_spans(), [](const auto& span) { return span.name() == "(drop)"; });
                }
                eraseEmpty(
                    *resource.mutable_scope_spans(), [](const auto& scope) { return scope.spans().empty(); });
            }
            eraseEmpty(*request.mutable_resource_spans(),
                [](const auto& resource) { return resource.scope_spans().empty(); });

            TraceRequest written;
            const RequestEdits edits{
                .keep = keep, .records = records, .metrics = {}, .resources = resources, .scopes = scopes};
            QVERIFY(written.ParseFromString(writtenRequest(scanned, edits)));
            QVERIFY(areEqual(request, written));
        }
    }

    void droppedPointsLeaveTheirMetricAndEmptyMetricsGo()
    {
        MessageGenerator generator(3);
        for (int n = 0; n < 300; ++n) {
            MetricsRequest request;
            generator.fill(request, {});
            std::string bytes;
            request.SerializeToString(&bytes);
            ScannedRequest scanned;
            QVERIFY(scan(Signal::Metrics, bytes, scanned));
            std::vector<std::uint8_t> keep(scanned.records.size());
            std::vector<std::string_view> metrics(scanned.metrics.size());
            std::vector<std::string> texts(scanned.metrics.size());
            std::size_t record = 0;
            std::size_t metricIndex = 0;
            for (auto& resource : *request.mutable_resource_metrics()) {
                for (auto& scope : *resource.mutable_scope_metrics()) {
                    for (auto& metric : *scope.mutable_metrics()) {
                        if (generator.below(2) == 0) {
                            metric.set_description("edited");
                            rewriteFields(scanned.metrics[metricIndex].message,
                                std::vector<Replacement>{{2,
                                    "\x12\x06"
                                    "edited"}},
                                texts[metricIndex]);
                            metrics[metricIndex] = texts[metricIndex];
                        }
                        ++metricIndex;
                        const std::size_t before = record;
                        int left = 0;
                        const auto filter = [&](auto& points) {
                            std::vector<int> dropped;
                            for (int i = 0; i < points.size(); ++i, ++record) {
                                keep[record] = generator.below(2) == 0 ? 0 : 1;
                                if (keep[record] == 0)
                                    dropped.push_back(i);
                            }
                            for (auto it = dropped.rbegin(); it != dropped.rend(); ++it)
                                points.DeleteSubrange(*it, 1);
                            left += points.size();
                        };
                        switch (metric.data_case()) {
                        case opentelemetry::proto::metrics::v1::Metric::kGauge:
                            filter(*metric.mutable_gauge()->mutable_data_points());
                            break;
                        case opentelemetry::proto::metrics::v1::Metric::kSum:
                            filter(*metric.mutable_sum()->mutable_data_points());
                            break;
                        case opentelemetry::proto::metrics::v1::Metric::kHistogram:
                            filter(*metric.mutable_histogram()->mutable_data_points());
                            break;
                        case opentelemetry::proto::metrics::v1::Metric::kExponentialHistogram:
                            filter(*metric.mutable_exponential_histogram()->mutable_data_points());
                            break;
                        case opentelemetry::proto::metrics::v1::Metric::kSummary:
                            filter(*metric.mutable_summary()->mutable_data_points());
                            break;
                        default: break;
                        }
                        if (record == before) {
                            keep[record] = generator.below(2) == 0 ? 0 : 1;
                            left = keep[record++];
                        }
                        if (left == 0)
                            metric.set_unit("(drop)");
                    }
                    eraseEmpty(*scope.mutable_metrics(),
                        [](const auto& metric) { return metric.unit() == "(drop)"; });
                }
                eraseEmpty(*resource.mutable_scope_metrics(),
                    [](const auto& scope) { return scope.metrics().empty(); });
            }
            eraseEmpty(*request.mutable_resource_metrics(),
                [](const auto& resource) { return resource.scope_metrics().empty(); });
            MetricsRequest written;
            const RequestEdits edits{
                .keep = keep, .records = {}, .metrics = metrics, .resources = {}, .scopes = {}};
            QVERIFY(written.ParseFromString(writtenRequest(scanned, edits)));
            if (!areEqual(request, written))
                QFAIL((request.DebugString() + "\n-----\n" + written.DebugString()).c_str());
        }
    }

    void unknownFieldsOfEnvelopesStayInAnEditedRequest()
    {
        const std::string bytes = field(1, kUnknown + field(2, kUnknown + span("a") + span("b", kUnknown)));
        ScannedRequest scanned;
        QVERIFY(scan(Signal::Traces, bytes, scanned));
        const std::vector<std::uint8_t> keep{0, 1};
        QCOMPARE(writtenRequest(
                     scanned, {.keep = keep, .records = {}, .metrics = {}, .resources = {}, .scopes = {}}),
            field(1, kUnknown + field(2, kUnknown + span("b", kUnknown))));
    }

    void nothingIsWrittenWhenNothingIsKept()
    {
        const std::string bytes = request(span("a"));
        ScannedRequest scanned;
        QVERIFY(scan(Signal::Traces, bytes, scanned));
        const std::vector<std::uint8_t> keep{0};
        QVERIFY(writtenRequest(
            scanned, {.keep = keep, .records = {}, .metrics = {}, .resources = {}, .scopes = {}})
                    .empty());
    }
};

QTEST_GUILESS_MAIN(RewriteTest)
#include "tst_rewrite.moc"
