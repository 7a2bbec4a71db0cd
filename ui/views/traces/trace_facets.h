#pragma once

// The filter of the trace list as people see it: values beside the list, chips in the query field. Plain
// functions over query::TraceFilter, so that every rule can be tested without a window.

#include "core/query/query_types.h"
#include "ui/theme/service_colors.h"
#include "ui/widgets/facet_tree.h"
#include "ui/widgets/query_field.h"

#include <QList>
#include <QString>

#include <vector>

namespace sluice::ui {

/// A value that was clicked; `parentValue` is the outcome that a rule stands under, otherwise empty.
struct FacetChoice {
    QString group; ///< query::Facet::name.
    QString value;
    QString parentValue;
};

/// What the tree shows: the values that contain `wanted`, those that the filter asks for marked.
std::vector<FacetGroup> facetGroups(const std::vector<query::Facet>& facets, const query::TraceFilter& filter,
    ServiceColors& services, const QString& wanted);

/// Restricts `filter` to the value alone, or, with `add`, to it beside the others; chosen again it is taken
/// away.
void chooseValue(query::TraceFilter& filter, const FacetChoice& choice, bool add);

/// One chip for each value that the filter asks for. Its id is what removeCondition() takes.
QList<QueryField::Chip> chipsOf(const query::TraceFilter& filter);
void removeCondition(query::TraceFilter& filter, const QString& id);

} // namespace sluice::ui
