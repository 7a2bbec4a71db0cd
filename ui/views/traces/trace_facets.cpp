#include "ui/views/traces/trace_facets.h"

#include "ui/delegates/row_delegate.h"
#include "ui/format/format.h"

#include <QCoreApplication>

#include <algorithm>
#include <optional>

namespace sluice::ui {
namespace {

struct Facets {
    Q_DECLARE_TR_FUNCTIONS(Facets)
};

std::optional<query::OutcomeKind> outcomeNamed(const QString& name)
{
    for (const auto kind :
        {query::OutcomeKind::Waiting, query::OutcomeKind::Kept, query::OutcomeKind::Changed,
            query::OutcomeKind::Dropped, query::OutcomeKind::Error, query::OutcomeKind::Partly}) {
        if (name == text(query::nameOf(kind)))
            return kind;
    }
    return std::nullopt;
}

/// Chooses `value` alone, or, with `add`, beside the others; chosen again it is taken away.
template <class T>
void toggle(std::vector<T>& chosen, const T& value, bool add)
{
    const auto found = std::ranges::find(chosen, value);
    if (found != chosen.end()) {
        chosen.erase(found);
        return;
    }
    if (!add)
        chosen.clear();
    chosen.push_back(value);
}

} // namespace

std::vector<FacetGroup> facetGroups(const std::vector<query::Facet>& facets, const query::TraceFilter& filter,
    ServiceColors& services, const QString& wanted)
{
    std::vector<FacetGroup> groups;
    for (const query::Facet& facet : facets) {
        const QString id = text(facet.name);
        FacetGroup group{.id = id, .title = id, .isMono = id.contains(u'.'), .rows = {}};
        if (!group.isMono && !id.isEmpty())
            group.title[0] = id[0].toUpper();
        for (const query::FacetValue& value : facet.values) {
            FacetRow row{.value = text(value.value), .label = text(value.value), .count = value.count};
            if (!wanted.isEmpty() && !row.label.contains(wanted, Qt::CaseInsensitive))
                continue;
            if (id == QLatin1String("outcome")) {
                if (const auto kind = outcomeNamed(row.value)) {
                    row.icon = iconOf(*kind);
                    row.color = tokenOf(*kind);
                    row.isChosen = std::ranges::find(filter.outcomes, *kind) != filter.outcomes.end();
                }
                for (const query::FacetValue& child : value.children)
                    row.children.push_back({.value = text(child.value),
                        .label = ruleName(child.value),
                        .count = child.count,
                        .color = Token::OutcomeDroppedHatch,
                        .isMono = true,
                        .isChosen
                        = std::ranges::find(filter.outcomeRules, child.value) != filter.outcomeRules.end()});
            } else if (id == QLatin1String("status")) {
                row.isError = row.value == QLatin1String("error");
                row.label = row.isError ? Facets::tr("Error") : Facets::tr("Ok or unset");
                row.color = row.isError ? Token::StatusError : Token::StatusOkBar;
                row.isChosen = filter.hasErrors == std::optional<bool>(row.isError);
            } else if (id == QLatin1String("service")) {
                row.serviceSlot = services.of(value.value).slot;
                row.isChosen = std::ranges::find(filter.services, value.value) != filter.services.end();
            } else if (id == QLatin1String("root operation")) {
                row.isChosen
                    = std::ranges::find(filter.rootOperations, value.value) != filter.rootOperations.end();
            } else {
                row.isMono = true;
                row.color = row.value.startsWith(u'5') ? Token::StatusError
                    : row.value.startsWith(u'4')       ? Token::StatusWarn
                                                       : Token::TextMuted;
                row.isChosen = std::ranges::find(filter.httpStatus, value.value) != filter.httpStatus.end();
            }
            group.rows.push_back(std::move(row));
        }
        groups.push_back(std::move(group));
    }
    return groups;
}

void chooseValue(query::TraceFilter& filter, const FacetChoice& choice, bool add)
{
    const std::string chosen = choice.value.toStdString();
    if (choice.group == QLatin1String("outcome") && !choice.parentValue.isEmpty()) {
        toggle(filter.outcomeRules, chosen, add);
    } else if (choice.group == QLatin1String("outcome")) {
        if (const auto kind = outcomeNamed(choice.value))
            toggle(filter.outcomes, *kind, add);
    } else if (choice.group == QLatin1String("status")) {
        const bool wantsErrors = choice.value == QLatin1String("error");
        filter.hasErrors = filter.hasErrors == std::optional<bool>(wantsErrors) ? std::nullopt
                                                                                : std::optional(wantsErrors);
    } else if (choice.group == QLatin1String("service")) {
        toggle(filter.services, chosen, add);
    } else if (choice.group == QLatin1String("root operation")) {
        toggle(filter.rootOperations, chosen, add);
    } else {
        toggle(filter.httpStatus, chosen, add);
    }
}

QList<QueryField::Chip> chipsOf(const query::TraceFilter& filter)
{
    QList<QueryField::Chip> chips;
    const auto add = [&chips](const QString& group, const std::vector<std::string>& values) {
        for (const std::string& value : values)
            chips.append({group + u'\n' + text(value), group + QStringLiteral(": ") + text(value)});
    };
    for (const query::OutcomeKind kind : filter.outcomes)
        chips.append({QStringLiteral("outcome\n") + text(query::nameOf(kind)), wordOf(kind)});
    add(QStringLiteral("rule"), filter.outcomeRules);
    if (filter.hasErrors)
        chips.append({QStringLiteral("status\n"),
            *filter.hasErrors ? Facets::tr("with errors") : Facets::tr("without errors")});
    add(QStringLiteral("service"), filter.services);
    add(QStringLiteral("operation"), filter.rootOperations);
    add(QStringLiteral("http"), filter.httpStatus);
    return chips;
}

void removeCondition(query::TraceFilter& filter, const QString& id)
{
    const QString group = id.section(u'\n', 0, 0);
    const std::string value = id.section(u'\n', 1).toStdString();
    if (group == QLatin1String("status"))
        filter.hasErrors.reset();
    else if (group == QLatin1String("outcome"))
        std::erase_if(filter.outcomes, [&](query::OutcomeKind kind) { return query::nameOf(kind) == value; });
    for (auto* list : {&filter.outcomeRules, &filter.services, &filter.rootOperations, &filter.httpStatus}) {
        const bool isIts = (group == QLatin1String("rule") && list == &filter.outcomeRules)
            || (group == QLatin1String("service") && list == &filter.services)
            || (group == QLatin1String("operation") && list == &filter.rootOperations)
            || (group == QLatin1String("http") && list == &filter.httpStatus);
        if (isIts)
            std::erase(*list, value);
    }
}

} // namespace sluice::ui
