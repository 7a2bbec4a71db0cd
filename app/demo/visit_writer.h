#pragma once

#include "app/demo/random.h"
#include "app/demo/shop.h"

namespace sluice::demo {

/// Writes one visit: picks the operation, then tells its spans and logs.
class VisitWriter {
public:
    /// A span of an earlier trace.
    struct Earlier {
        TraceId trace;
        SpanId span;
    };

    /// `start` is in milliseconds of the shop's clock. `order` is the last order: webhooks link to it.
    VisitWriter(Random& random, Random& ids, double start, Earlier order);

    Visit write();

private:
    struct Operation;

    /// Adds a span that runs in [begin, end], in milliseconds since the start of the visit. Gives its index.
    std::size_t add(std::size_t parent, Service service, std::string name, Kind kind, double begin,
        double end, Attributes attributes = {});
    void fail(std::size_t span, std::string message, std::string type, bool withException = false);
    void log(std::size_t span, Severity severity, double at, std::string body, Attributes attributes = {});
    void event(std::size_t span, double at, std::string name, Attributes attributes = {});

    std::size_t root(Service service, double duration);
    /// A client span here and the server span that answers it there. Gives the server's.
    std::size_t call(std::size_t from, Service to, const std::string& method, double begin, double end);
    std::size_t query(
        std::size_t from, const std::string& name, const std::string& text, double begin, double end);
    void page(double duration);
    void cartPage(double duration);
    void checkout(double duration);
    void charge(std::size_t order, double begin, double end, double scale);
    void webhook(double duration);
    void syncStock(double duration);
    void healthCheck(Service service, double duration);
    void commonLogs();

    Random& m_random;
    Random& m_ids;
    double m_start;
    Earlier m_order;
    bool m_isIncident;
    int m_customer;
    std::string m_orderId;
    Visit m_visit;
};

} // namespace sluice::demo
