#include "app/demo/visit_writer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <numbers>
#include <utility>

namespace sluice::demo {

namespace {

constexpr std::size_t kNoParent = static_cast<std::size_t>(-1);

constexpr std::array<std::string_view, 8> kEmails{"mara.lindqvist@example.com", "noor.haddad@example.com",
    "t.okafor@example.net", "l.moreau@example.org", "jun.watanabe@example.com", "ines.costa@example.org",
    "piotr.zielinski@example.net", "ada.eriksen@example.com"};
constexpr std::array<std::string_view, 4> kCards{
    "4242 4242 4242 4242", "4000 0566 5566 5556", "5555 5555 5555 4444", "3782 822463 10005"};
constexpr std::array<std::string_view, 3> kAgents{
    "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/133.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Mobile/15E148",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/131.0.0.0"};

template <class Id>
Id randomId(Random& random)
{
    std::array<std::byte, Id::kSize> bytes{};
    for (std::size_t at = 0; at < bytes.size(); at += sizeof(std::uint64_t)) {
        const std::uint64_t word = random.next() | 1U; // Never all zero.
        std::memcpy(bytes.data() + at, &word, sizeof word);
    }
    return *Id::fromBytes(bytes);
}

std::string text(const char* format, auto... values)
{
    std::array<char, 256> buffer{};
    const int size = std::snprintf(buffer.data(), buffer.size(), format, values...);
    return {
        buffer.data(), static_cast<std::size_t>(std::clamp(size, 0, static_cast<int>(buffer.size()) - 1))};
}

std::string_view scopeOf(Service service, Kind kind)
{
    switch (service) {
    case Service::Frontend:
    case Service::Payment: return kind == Kind::Internal ? "shop" : "@opentelemetry/instrumentation-http";
    case Service::Checkout:
    case Service::Email:
        return kind == Kind::Internal
            ? "shop"
            : "go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc";
    case Service::Cart:
    case Service::Recommendation: return "opentelemetry.instrumentation.grpc";
    case Service::Inventory: return "io.opentelemetry.grpc-1.6";
    }
    return "shop";
}

} // namespace

/// What a visitor may do, and how long and how well it usually goes.
struct VisitWriter::Operation {
    std::string_view name;
    double weight;
    double medianMs;
    double sigma;
    double errorRate;
};

VisitWriter::VisitWriter(Random& random, Random& ids, double start, Earlier order)
    : m_random(random)
    , m_ids(ids)
    , m_start(start)
    , m_order(order)
    , m_customer(random.between(0, static_cast<int>(kEmails.size())))
    , m_orderId(text("o_%05d", 70000 + static_cast<int>(start / 100) % 30000))
{
    const double day = std::fmod(start, Shop::kDayMs);
    m_isIncident = day > Shop::kIncidentBeginMs && day < Shop::kIncidentEndMs;
    m_visit.traceId = randomId<TraceId>(ids);
}

Visit VisitWriter::write()
{
    static constexpr std::array<Operation, 10> operations{{
        {"GET /product/{id}", 24, 48, .50, .0018},
        {"GET /healthz", 20.2, 1.1, .35, 0},
        {"GET /api/cart", 15, 96, .38, .0035},
        {"GET /", 14, 62, .45, .0012},
        {"GET /api/recommendations", 9, 71, .48, .003},
        {"POST /api/cart/items", 8, 41, .42, .0045},
        {"POST /api/checkout", 5, 468, .42, .022},
        {"GET /search", 3, 132, .68, .004},
        {"POST /webhooks/psp", 1.5, 29, .5, .008},
        {"SyncStock", .3, 2380, .22, .01},
    }};
    double pick = m_random.between(0.0, 100.0);
    const auto* operation = &operations.front();
    for (const Operation& candidate : operations) {
        operation = &candidate;
        if ((pick -= candidate.weight) < 0)
            break;
    }

    const bool isCheckout = operation->name == "POST /api/checkout";
    double duration = operation->medianMs * std::exp(m_random.normal(0, operation->sigma));
    double errorRate = operation->errorRate;
    if (m_random.chance(.014))
        duration *= m_random.between(3.0, 10.0);
    if (m_isIncident && isCheckout) {
        const double phase = std::sin((std::fmod(m_start, Shop::kDayMs) - Shop::kIncidentBeginMs)
            / (Shop::kIncidentEndMs - Shop::kIncidentBeginMs) * std::numbers::pi);
        duration += std::max(0.0, m_random.normal(650, 330)) * phase;
        errorRate = .02 + .27 * phase;
    } else if (m_isIncident && operation->name == "POST /webhooks/psp") {
        errorRate = .09;
    }
    m_visit.operation = operation->name;
    m_visit.hasError = m_random.chance(errorRate);
    if (m_visit.hasError && isCheckout)
        duration = std::max(duration, m_random.between(300.0, 700.0))
            + (m_isIncident ? m_random.between(400.0, 1000.0) : 120);

    if (m_visit.hasError)
        m_visit.status = isCheckout ? (m_random.chance(.45) ? 502
                                 : m_random.chance(.64)     ? 504
                                                            : 500)
                                    : (m_random.chance(.35) ? 503 : 500);
    else if (isCheckout && m_random.chance(.045))
        m_visit.status = 402;
    else if (operation->name == "POST /api/cart/items")
        m_visit.status = 201;
    else if (operation->name == "POST /webhooks/psp")
        m_visit.status = 204;
    else if (operation->name == "GET /product/{id}" && m_random.chance(.012))
        m_visit.status = 404;

    if (isCheckout)
        checkout(duration);
    else if (operation->name == "GET /healthz")
        healthCheck(static_cast<Service>(m_random.between(0, static_cast<int>(kServiceCount))), duration);
    else if (operation->name == "GET /api/cart")
        cartPage(duration);
    else if (operation->name == "POST /webhooks/psp")
        webhook(duration);
    else if (operation->name == "SyncStock")
        syncStock(duration);
    else
        page(duration);
    commonLogs();
    return std::move(m_visit);
}

std::size_t VisitWriter::add(std::size_t parent, Service service, std::string name, Kind kind, double begin,
    double end, Attributes attributes)
{
    Span span;
    span.service = service;
    span.id = randomId<SpanId>(m_ids);
    if (parent != kNoParent)
        span.parent = m_visit.spans[parent].id;
    span.name = std::move(name);
    span.kind = kind;
    span.start = m_start + begin;
    span.end = m_start + std::max(end, begin);
    span.scope = scopeOf(service, kind);
    span.attributes = std::move(attributes);
    m_visit.spans.push_back(std::move(span));
    return m_visit.spans.size() - 1;
}

void VisitWriter::fail(std::size_t span, std::string message, std::string type, bool withException)
{
    Span& failed = m_visit.spans[span];
    failed.attributes.emplace_back("error.type", std::string_view(type));
    if (withException) {
        failed.events.push_back({failed.end - 0.2, "exception",
            {{"exception.type", "TimeoutError"}, {"exception.message", std::string_view(message)},
                {"exception.stacktrace",
                    "TimeoutError: no response\n    at PspClient.charge (src/psp.ts:88:11)\n    at async "
                    "charge "
                    "(src/charge.ts:41:5)"}}});
    }
    failed.error = std::move(message);
}

void VisitWriter::log(std::size_t span, Severity severity, double at, std::string body, Attributes attributes)
{
    const Span& inside = m_visit.spans[span];
    m_visit.logs.push_back(
        {inside.service, severity, m_start + at, std::move(body), inside.id, std::move(attributes)});
}

void VisitWriter::event(std::size_t span, double at, std::string name, Attributes attributes)
{
    m_visit.spans[span].events.push_back({m_start + at, std::move(name), std::move(attributes)});
}

std::size_t VisitWriter::root(Service service, double duration)
{
    const auto space = m_visit.operation.find(' ');
    const std::string method = m_visit.operation.substr(0, space);
    const std::string route = m_visit.operation.substr(space + 1);
    std::string path = route;
    if (const auto brace = path.find("{id}"); brace != std::string::npos)
        path.replace(brace, 4, std::to_string(m_random.between(1000, 1400)));
    Attributes attributes{{"http.request.method", std::string_view(method)},
        {"http.route", std::string_view(route)}, {"url.path", std::string_view(path)},
        {"url.scheme", "https"}, {"http.response.status_code", m_visit.status},
        {"server.address", "shop.example"}, {"server.port", 443}, {"network.protocol.version", "2"},
        {"client.address", std::string_view(text("203.0.113.%d", m_random.between(1, 250)))},
        {"user_agent.original", kAgents[static_cast<std::size_t>(m_random.between(0, 3))]}};
    const bool isSynthetic = service == Service::Frontend && method == "GET" && !m_visit.hasError
        && duration < 750 && m_random.chance(.075);
    if (isSynthetic)
        attributes.emplace_back("shop.synthetic", true);
    const bool knowsCustomer = route == "/api/cart" || route == "/api/cart/items" || route == "/api/checkout";
    if (knowsCustomer) {
        attributes.emplace_back("user.email", kEmails[static_cast<std::size_t>(m_customer)]);
        attributes.emplace_back("user.id", std::string_view(text("u_%04d", 1200 + m_customer * 37)));
    }
    const std::size_t span
        = add(kNoParent, service, m_visit.operation, Kind::Server, 0, duration, std::move(attributes));
    if (m_visit.hasError)
        fail(span, text("HTTP %d", m_visit.status), std::to_string(m_visit.status));
    return span;
}

std::size_t VisitWriter::call(
    std::size_t from, Service to, const std::string& method, double begin, double end)
{
    const std::string service = method.substr(0, method.find('/'));
    const std::string function = method.substr(method.find('/') + 1);
    const Attributes common{{"rpc.system", "grpc"}, {"rpc.service", std::string_view(service)},
        {"rpc.method", std::string_view(function)}, {"rpc.grpc.status_code", 0}};
    Attributes there = common;
    there.emplace_back("server.address", nameOf(to));
    there.emplace_back("server.port", 50051);
    const std::size_t client
        = add(from, m_visit.spans[from].service, method, Kind::Client, begin, end, std::move(there));
    const double network = std::min(2.0, (end - begin) * 0.05);
    return add(client, to, method, Kind::Server, begin + network, end - network, common);
}

std::size_t VisitWriter::query(
    std::size_t from, const std::string& name, const std::string& statement, double begin, double end)
{
    const std::string verb = name.substr(0, name.find(' '));
    const bool isRedis = m_visit.spans[from].service == Service::Cart;
    return add(from, m_visit.spans[from].service, name, Kind::Client, begin, end,
        {{"db.system.name", isRedis ? "redis" : "postgresql"}, {"db.operation.name", std::string_view(verb)},
            {"db.namespace", isRedis ? "0" : "shop"}, {"db.query.text", std::string_view(statement)},
            {"server.address", isRedis ? "redis.shop.internal" : "db.shop.internal"},
            {"server.port", isRedis ? 6379 : 5432}});
}

void VisitWriter::page(double duration)
{
    const std::size_t top = root(Service::Frontend, duration);
    double at = duration * 0.06;
    const auto step = [&](double share) {
        const double begin = at;
        at += duration * share;
        return std::pair{begin, begin + duration * share * 0.94};
    };
    const bool needsStock = m_visit.operation != "GET /api/recommendations";
    if (needsStock) {
        const auto [begin, end] = step(.42);
        const bool isCart = m_visit.operation == "POST /api/cart/items";
        const std::size_t answer = call(top, isCart ? Service::Cart : Service::Inventory,
            isCart ? "shop.CartService/AddItem" : "shop.InventoryService/GetProducts", begin, end);
        const double third = (end - begin) / 3.4;
        const std::string sku = text("A-%d", m_random.between(1000, 1400));
        if (isCart) {
            query(answer, "HSET cart:{id}", "HSET cart:" + std::to_string(m_customer) + " " + sku + " 1",
                begin + third * .3, begin + third);
            const std::size_t stock = call(answer, Service::Inventory, "shop.InventoryService/CheckStock",
                begin + third * 1.1, begin + third * 3);
            query(stock, "SELECT stock", "SELECT amount FROM stock WHERE sku = '" + sku + "'",
                begin + third * 1.4, begin + third * 2.8);
        } else {
            const int queries = m_visit.operation == "GET /" ? 3 : m_visit.operation == "GET /search" ? 2 : 1;
            for (int i = 0; i < queries; ++i) {
                const double from = begin + third * (.4 + 2.6 * i / queries);
                query(answer, m_visit.operation == "GET /search" ? "SELECT search_index" : "SELECT products",
                    "SELECT id, name, price FROM products WHERE sku = '" + sku + "'", from,
                    from + third * 2.4 / queries);
            }
        }
        if (m_visit.hasError)
            fail(answer, "deadline exceeded", "DEADLINE_EXCEEDED");
    }
    if (m_visit.operation == "GET /product/{id}" || m_visit.operation == "GET /" || !needsStock) {
        const auto [begin, end] = step(needsStock ? .3 : .7);
        const std::size_t answer
            = call(top, Service::Recommendation, "shop.RecommendationService/List", begin, end);
        add(answer, Service::Recommendation, "rank", Kind::Internal, begin + (end - begin) * .2,
            begin + (end - begin) * .8,
            {{"shop.model", "als-7"}, {"shop.candidates", m_random.between(40, 400)}});
        if (m_visit.hasError && !needsStock)
            fail(answer, "model not loaded", "UNAVAILABLE");
    }
    const auto [begin, end] = step(.12);
    add(top, Service::Frontend, "render", Kind::Internal, begin, end,
        {{"shop.template", std::string_view(m_visit.operation)}});
}

void VisitWriter::cartPage(double duration)
{
    const std::size_t top = root(Service::Frontend, duration);
    add(top, Service::Frontend, "session.verify", Kind::Internal, duration * .01, duration * .05);
    const std::size_t cart
        = call(top, Service::Cart, "shop.CartService/GetCart", duration * .06, duration * .9);
    query(cart, "HGETALL cart:{id}", "HGETALL cart:" + std::to_string(m_customer), duration * .1,
        duration * .2);
    const int items = m_random.between(1, 16);
    const std::size_t prices
        = call(cart, Service::Inventory, "shop.InventoryService/PriceItems", duration * .24, duration * .86);
    for (int i = 0; i < items; ++i) {
        const double begin = duration * (.27 + .56 * i / items);
        query(prices, "SELECT products",
            text("SELECT price FROM products WHERE sku = 'A-%d'", 1000 + m_random.between(0, 400)), begin,
            begin + duration * .52 / items);
    }
    m_visit.spans[cart].attributes.emplace_back("shop.cart.items", items);
    if (items > 13)
        log(cart, Severity::Warn, duration * .5,
            text("session cart has %d items, over soft limit 12", items + 30));
    if (m_visit.hasError)
        fail(cart, "redis: connection reset", "UNAVAILABLE");
    add(top, Service::Frontend, "render", Kind::Internal, duration * .92, duration * .99,
        {{"shop.template", "cart"}});
}

void VisitWriter::checkout(double duration)
{
    // The proportions are those of a checkout whose payment timed out twice, after 1,748.6 ms.
    const double scale = duration / 1748.6;
    const bool hasFailed = m_visit.hasError;
    const auto at = [&](double ms) { return ms * scale; };

    const std::size_t top = root(Service::Frontend, duration);
    m_visit.spans[top].attributes.emplace_back(
        "http.request.header.authorization", "Bearer eyJhbGciOiJIUzI1NiJ9.c2hvcA");
    add(top, Service::Frontend, "session.verify", Kind::Internal, at(1.2), at(9.8));
    const std::size_t order
        = call(top, Service::Checkout, "shop.CheckoutService/PlaceOrder", at(11), at(1744));
    m_visit.spans[order].attributes.emplace_back("order.id", std::string_view(m_orderId));
    m_visit.spans[order].attributes.emplace_back("user.email", kEmails[static_cast<std::size_t>(m_customer)]);

    const double payBegin = hasFailed ? 415 : 700;
    const double stretch = payBegin / 415;
    const auto early = [&](double ms) { return at(ms * stretch); };
    const std::size_t prepare
        = add(order, Service::Checkout, "prepareOrder", Kind::Internal, early(15), early(412));
    const std::size_t cart = call(prepare, Service::Cart, "shop.CartService/GetCart", early(16), early(38));
    query(cart, "HGETALL cart:{id}", "HGETALL cart:" + std::to_string(m_customer), early(20), early(23.5));
    query(cart, "EXPIRE cart:{id}", "EXPIRE cart:" + std::to_string(m_customer) + " 3600", early(24.1),
        early(25));
    const std::size_t prices
        = call(prepare, Service::Inventory, "shop.InventoryService/PriceItems", early(40), early(298));
    const int items = hasFailed ? 12 : m_random.between(9, 16);
    for (int i = 0; i < items; ++i) {
        const double begin = 44 + 240.0 * i / items;
        query(prices, "SELECT products",
            text("SELECT id, price FROM products WHERE sku = 'A-%d'", 1000 + m_random.between(0, 400)),
            early(begin), early(begin + 236.0 / items));
    }
    query(prices, "SELECT tax_rates", "SELECT rate FROM tax_rates WHERE country = 'DE'", early(289),
        early(294));
    const std::size_t reserve
        = call(prepare, Service::Inventory, "shop.InventoryService/Reserve", early(300), early(408));
    const std::size_t update = query(reserve, "UPDATE stock",
        "UPDATE stock SET reserved = reserved + 1 WHERE sku = 'A-1093'", early(305), early(398));
    event(update, early(372), "lock.acquired", {{"db.lock.waited_ms", early(67)}});
    if (early(93) > 60 && m_random.chance(.3))
        log(update, Severity::Warn, early(398),
            text("slow query %.0f ms: UPDATE stock SET reserved = reserved + ? WHERE sku = ?", early(93)));

    const double payEnd = hasFailed ? 1690 : 1380;
    charge(order, at(payBegin), at(payEnd), scale);

    if (hasFailed) {
        fail(order, "payment unavailable", "UNAVAILABLE");
        const std::size_t release
            = call(order, Service::Inventory, "shop.InventoryService/Release", at(1692), at(1738));
        query(release, "UPDATE stock", "UPDATE stock SET reserved = reserved - 1 WHERE sku = 'A-1093'",
            at(1697), at(1731));
        log(order, Severity::Error, at(1740),
            "order " + m_orderId + " failed: payment unavailable, stock released",
            {{"order.id", std::string_view(m_orderId)},
                {"user.email", kEmails[static_cast<std::size_t>(m_customer)]}});
        return;
    }
    const std::size_t commit
        = call(order, Service::Inventory, "shop.InventoryService/Commit", at(1392), at(1500));
    query(commit, "UPDATE stock", "UPDATE stock SET amount = amount - 1 WHERE sku = 'A-1093'", at(1400),
        at(1490));
    const std::size_t mail
        = call(order, Service::Email, "shop.EmailService/SendConfirmation", at(1510), at(1720));
    add(mail, Service::Email, "render", Kind::Internal, at(1520), at(1560),
        {{"shop.template", "order-confirmation"}});
    add(mail, Service::Email, "smtp send", Kind::Client, at(1565), at(1712),
        {{"server.address", "mail.shop.internal"}, {"server.port", 25},
            {"user.email", kEmails[static_cast<std::size_t>(m_customer)]}});
    log(mail, Severity::Info, at(1712), "confirmation sent for order " + m_orderId);
}

void VisitWriter::charge(std::size_t order, double begin, double end, double scale)
{
    const bool hasFailed = m_visit.hasError;
    const double amount = static_cast<double>(m_random.between(1900, 24900)) / 100;
    const std::string_view card = kCards[static_cast<std::size_t>(m_random.between(0, 4))];
    const std::size_t answer = call(order, Service::Payment, "shop.PaymentService/Charge", begin, end);
    const std::size_t client = answer - 1;
    log(answer, Severity::Info, begin + 3 * scale,
        text("charge started order=%s amount=%.2f currency=EUR", m_orderId.c_str(), amount));
    log(answer, Severity::Debug, begin + 4 * scale,
        text("psp pool: %d of 50 sockets busy",
            m_isIncident ? m_random.between(41, 50) : m_random.between(4, 20)));
    log(answer, Severity::Debug, end - scale,
        text("psp pool: %d of 50 sockets busy",
            m_isIncident ? m_random.between(41, 50) : m_random.between(4, 20)));
    add(answer, Service::Payment, "validateCard", Kind::Internal, begin + 4 * scale, begin + 13 * scale);

    const auto attempt = [&](int number, double from, double to) {
        const int status = hasFailed ? 504 : m_visit.status == 402 ? 402 : 200;
        const std::size_t post = add(answer, Service::Payment, "POST /v1/charges", Kind::Client, from, to,
            {{"http.request.method", "POST"}, {"http.request.header.authorization", "Bearer sk_test_51Hq4p"},
                {"http.response.status_code", status}, {"http.request.resend_count", number - 1},
                {"payment.provider", "psp"}, {"payment.amount", amount}, {"payment.currency", "EUR"},
                {"payment.card.number", card}, {"server.address", "psp.example"}, {"server.port", 443},
                {"user.email", kEmails[static_cast<std::size_t>(m_customer)]},
                {"user.id", std::string_view(text("u_%04d", 1200 + m_customer * 37))},
                {"url.full", "https://psp.example/v1/charges"}});
        if (!hasFailed)
            return;
        fail(post, text("Gateway timeout: no response after %.0f ms", to - from), "504", true);
        log(post, Severity::Error, to,
            text("charge failed: no response from psp.example after %.0f ms, attempt %d of 2", to - from,
                number),
            {{"order.id", std::string_view(m_orderId)}, {"payment.provider", "psp"},
                {"payment.attempt", number}, {"payment.card.number", card}, {"error.type", "504"},
                {"exception.type", "TimeoutError"}, {"code.file.path", "src/psp.ts"},
                {"code.line.number", 88}, {"user.email", kEmails[static_cast<std::size_t>(m_customer)]}});
    };
    if (!hasFailed) {
        attempt(1, begin + 15 * scale, end - 6 * scale);
        log(answer, Severity::Info, end - 5 * scale,
            text("charge accepted order=%s psp_ref=ch_%06x in %.0f ms", m_orderId.c_str(),
                static_cast<unsigned>(m_random.next() & 0xFFFFFFU), end - begin));
        return;
    }
    attempt(1, begin + 15 * scale, begin + 615 * scale);
    event(answer, begin + 13 * scale, "card.validated");
    event(answer, begin + 616 * scale, "retry.scheduled", {{"retry.delay_ms", 50}});
    event(answer, begin + 664 * scale, "retry.started", {{"retry.attempt", 2}});
    attempt(2, begin + 665 * scale, end - 7 * scale);
    fail(answer, "psp.example did not answer", "UNAVAILABLE");
    fail(client, "psp.example did not answer", "UNAVAILABLE");
    log(order, Severity::Warn, end + scale,
        text("payment retry budget at %d %%, breaker psp stays closed", m_random.between(60, 97)));
}

void VisitWriter::webhook(double duration)
{
    const std::size_t top = root(Service::Payment, duration);
    m_visit.spans[top].attributes.emplace_back("http.request.header.authorization", "Bearer whsec_8aQ2");
    m_visit.spans[top].link = m_order.trace;
    m_visit.spans[top].linkedSpan = m_order.span;
    add(top, Service::Payment, "verifySignature", Kind::Internal, duration * .05, duration * .2);
    const std::size_t answer
        = call(top, Service::Checkout, "shop.CheckoutService/ConfirmPayment", duration * .25, duration * .9);
    if (m_visit.hasError)
        fail(answer, "order not found", "NOT_FOUND");
    log(top, Severity::Info, duration * .22,
        text("webhook charge.succeeded accepted, %d bytes", m_random.between(900, 2400)));
    log(top, Severity::Debug, duration * .9,
        text("psp pool: %d of 50 sockets busy", m_random.between(4, 20)));
}

void VisitWriter::syncStock(double duration)
{
    const std::size_t top = add(kNoParent, Service::Inventory, "SyncStock", Kind::Internal, 0, duration,
        {{"shop.job", "sync-stock"}, {"shop.warehouse", "ber-2"}});
    const int batches = m_random.between(16, 29);
    for (int i = 0; i < batches; ++i) {
        const double begin = duration * (.02 + .96 * i / batches);
        const double length = duration * .9 / batches;
        const std::size_t batch = add(top, Service::Inventory, "sync batch", Kind::Internal, begin,
            begin + length, {{"shop.batch", i}});
        query(batch, "SELECT stock", text("SELECT sku, amount FROM stock WHERE shelf = %d", i),
            begin + length * .1, begin + length * .5);
        query(batch, "UPDATE stock",
            text("UPDATE stock SET amount = %d WHERE shelf = %d", m_random.between(0, 90), i),
            begin + length * .55, begin + length * .95);
    }
    if (m_visit.hasError)
        fail(top, "warehouse ber-2 answered 503", "503", true);
    m_visit.status = 0;
}

void VisitWriter::healthCheck(Service service, double duration)
{
    add(kNoParent, service, "GET /healthz", Kind::Server, 0, duration,
        {{"http.request.method", "GET"}, {"http.route", "/healthz"}, {"url.path", "/healthz"},
            {"url.scheme", "http"}, {"http.response.status_code", 200},
            {"user_agent.original", "kube-probe/1.31"}});
}

void VisitWriter::commonLogs()
{
    const Span& top = m_visit.spans.front();
    const double length = top.end - top.start;
    if (m_visit.operation == "GET /healthz") {
        log(0, Severity::Debug, length, "health check ok");
        return;
    }
    if (m_visit.operation == "POST /webhooks/psp" || m_visit.operation == "SyncStock")
        return;
    log(0, Severity::Debug, length * .01,
        "request " + m_visit.operation + " from session " + text("s_%05d", m_random.between(10000, 99999)));
    log(0, Severity::Info, length,
        text("%s %d in %.0f ms", m_visit.operation.c_str(), m_visit.status, length));
    if (m_visit.hasError && m_visit.operation != "POST /api/checkout")
        log(0, Severity::Error, length * .98,
            text("%s failed with %d", m_visit.operation.c_str(), m_visit.status));
}

} // namespace sluice::demo
