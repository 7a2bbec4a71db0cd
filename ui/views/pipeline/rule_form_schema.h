#pragma once

// What the form of a rule shows: its sections and fields, each with the place of its value in the
// configuration. Source: spec/processors.md sections 6, 7, 10.6 and 12.

#include "core/config/node.h"
#include "core/model/signal.h"

#include <QString>

#include <string>
#include <string_view>
#include <vector>

namespace sluice::ui {

/// How a field is shown and what its value is in YAML.
enum class FieldKind : std::uint8_t {
    Text, ///< A text.
    Number, ///< A whole number.
    Percent, ///< A number from 0 to 100.
    Choice, ///< One of `choices`.
    Switch, ///< true or false.
    Texts, ///< A list of texts, one a line.
    Pairs, ///< A list of {key, value?}: `value` keeps its YAML type.
    Libraries, ///< A list of {name, version?}.
    Actions, ///< A list of attribute actions.
};

struct FieldChoice {
    QString label;
    std::string value; ///< Empty: the key is absent.
};

struct FieldSpec {
    std::string path; ///< "include.services".
    FieldKind kind = FieldKind::Text;
    QString label;
    QString hint; ///< What an empty field means, or what may stand in it.
    std::vector<FieldChoice> choices;
    bool isOnByDefault = false; ///< Switch: what an absent key means.
    bool isRaw = false; ///< Text: a value that may be a number is written as one.
};

/// Fields that belong together. With `path`, the section is a map that may be absent and is switched on and
/// off.
struct SectionSpec {
    QString title;
    QString hint;
    std::string path;
    std::vector<FieldSpec> fields;
};

struct FormSchema {
    std::vector<SectionSpec> sections;
    /// Keys that the form shows for another signal or that only YAML has, of those in `tree`:
    /// "spans.include".
    [[nodiscard]] std::vector<std::string> unshownKeys(const config::Node& tree) const;
};

/// The processors that a rule can be, in the order of the Add menu.
struct ProcessorKind {
    std::string type; ///< "attributes".
    QString title; ///< "Change attributes".
    QString description; ///< One line for the menu.
    const char* icon; ///< Name of its icon.
};

/// Those that can stand in a pipeline of `signal`.
std::vector<ProcessorKind> processorKinds(Signal signal);
/// Name of the icon of a processor; "rule" for one that is not known.
const char* processorIcon(std::string_view type);

/// The form of a processor in a pipeline of `signal`; no sections when the processor is not known.
FormSchema formSchema(std::string_view type, Signal signal);

/// The configuration that a new rule begins with: valid, and without effect as far as that is possible.
std::string initialConfig(std::string_view type, Signal signal);

/// Which of the keys of an action record `action` uses, in the order in which a form shows them.
/// "key" comes first. Source: spec/processors.md 6.1.
std::vector<std::string> keysOfAction(std::string_view action);

/// One sentence on what an action does, for the form.
QString describeAction(std::string_view action);

/// The seven actions, in the order of the menu.
const std::vector<std::string>& actionNames();

} // namespace sluice::ui
