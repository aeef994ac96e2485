// SPDX-License-Identifier: Apache-2.0
// The descriptors of a document: what many rules on images look at.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "validator/rules/rule.h"

namespace loadline::validator {

// Every descriptor of an index, a manifest or a descriptor document, with its pointer.
void ForEachDescriptor(const RuleInput& input,
                       const std::function<void(const nlohmann::json&, const std::string&)>& visit);
// Every map of annotations (of a configuration: its labels), with its pointer.
void ForEachAnnotations(
    const RuleInput& input,
    const std::function<void(const nlohmann::json&, const std::string&)>& visit);
// Reports when the string at a pointer does not follow a grammar of names/grammar.h.
void CheckGrammar(const nlohmann::json& document, const std::string& pointer, const char* grammar,
                  Reporter& reporter);

}  // namespace loadline::validator
