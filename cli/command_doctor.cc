// SPDX-License-Identifier: Apache-2.0
// loadline doctor: what this host can and cannot judge, and why.
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/output.h"
#include "conformance/doctor.h"

namespace loadline::cli {

int RunDoctor(const DoctorOptions& options) {
  const conformance::HostFacts facts = conformance::Examine();
  if (options.format == "json") return Print(facts.ToJson().dump(2) + "\n");
  std::string text = facts.distribution + ", kernel " + facts.kernel + ", " + facts.architecture +
                     ", cgroup " + facts.cgroup + ", " + std::to_string(facts.processors) +
                     " processors\n";
  for (const bool available : {true, false}) {
    text += available ? "\nThis host can judge what needs\n" : "\nIt cannot judge what needs\n";
    for (const conformance::HostAbility& ability : facts.abilities) {
      if (ability.available == available)
        text += "  " + ability.need + (ability.why.empty() ? "" : ": " + ability.why) + "\n";
    }
  }
  return Print(text);
}

}  // namespace loadline::cli
