// SPDX-License-Identifier: Apache-2.0
// Rules on where a container's memory and caches are: memory policy and Intel RDT
// (config-linux.md).
#include <nlohmann/json.hpp>

#include "validator/json/document.h"
#include "validator/rules/access.h"
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using schema::Level;

void CheckNodes(const RuleInput& input, Reporter& reporter) {
  const auto mode = StringAt(input.config, "/linux/memoryPolicy/mode");
  if (!mode) return;
  const bool given = !StringAt(input.config, "/linux/memoryPolicy/nodes").value_or("").empty();
  const bool refuses = *mode == "MPOL_DEFAULT" || *mode == "MPOL_LOCAL";
  const bool needs = *mode == "MPOL_BIND" || *mode == "MPOL_INTERLEAVE" ||
                     *mode == "MPOL_WEIGHTED_INTERLEAVE" || *mode == "MPOL_PREFERRED_MANY";
  if (refuses && given)
    reporter.Report("/linux/memoryPolicy/nodes", *mode + " takes no nodes", "leave nodes out");
  if (needs && !given)
    reporter.Report("/linux/memoryPolicy", *mode + " needs nodes", "say nodes, like 0-3");
}

void CheckPrefix(const RuleInput& input, Reporter& reporter) {
  const auto schema = StringAt(input.config, "/linux/intelRdt/l3CacheSchema");
  if (schema && !schema->starts_with("L3:"))
    reporter.Report("/linux/intelRdt/l3CacheSchema",
                    "\"" + *schema + "\" does not begin with L3:", "write it like L3:0=f");
}

void CheckOneLine(const RuleInput& input, Reporter& reporter) {
  const auto schema = StringAt(input.config, "/linux/intelRdt/l3CacheSchema");
  if (schema && schema->find('\n') != std::string::npos)
    reporter.Report("/linux/intelRdt/l3CacheSchema", "it has more than one line",
                    "use schemata for further lines");
}

constexpr std::string_view kPlacementL3OneLineCited[] = {
    "oci-runtime/config-linux/intel-rdt/l3-cache-schema-one-line"};
constexpr std::string_view kPlacementL3PrefixCited[] = {
    "oci-runtime/config-linux/intel-rdt/l3-cache-schema-prefix"};
constexpr std::string_view kPlacementMemoryNodesCited[] = {
    "oci-runtime/config-linux/memory-policy/nodes-fit-mode"};

constexpr Rule kRules[] = {
    {"config/placement/l3-one-line", "the schema of the L3 cache is one line", Level::kShould,
     kPlacementL3OneLineCited, CheckOneLine},
    {"config/placement/l3-prefix", "the schema of the L3 cache begins with L3:", Level::kShould,
     kPlacementL3PrefixCited, CheckPrefix},
    {"config/placement/memory-nodes", "nodes are said where the policy wants them", Level::kMust,
     kPlacementMemoryNodesCited, CheckNodes},
};

}  // namespace

RuleArea LinuxPlacementRules() { return {SubjectType::kConfig, kRules}; }

}  // namespace loadline::validator
