// SPDX-License-Identifier: Apache-2.0
// The table is that of ps(1), of which the container's lines are kept.
#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/child_process.h"
#include "reference-runtime/processes.h"
#include "reference-runtime/verbs/verbs.h"
#include "reference-runtime/words.h"

namespace loadline::runtime {
namespace {

Result<std::string> TableOfHost(const CommandLine& line) {
  RunOptions options;
  options.spawn.argv = {"ps"};
  options.spawn.argv.insert(options.spawn.argv.end(), line.operands.begin() + 1,
                            line.operands.end());
  if (line.operands.size() == 1) options.spawn.argv.push_back("-ef");
  options.spawn.environment = CurrentEnvironment();
  options.output_cap = size_t{64} << 20;
  ASSIGN_OR_RETURN(RunOutcome outcome, RunToEnd(options));
  if (outcome.status.Success()) return std::move(outcome.standard_output);
  return Failure("ps ended with " + outcome.status.ToText() + ": " + outcome.standard_error,
                 "what follows the id are options of ps(1)");
}

Result<std::string> LinesOf(const std::set<pid_t>& pids, const std::string& table) {
  std::string kept;
  std::ptrdiff_t column = -1;
  for (const std::string& line : SplitText(table, '\n')) {
    const auto fields = Words(line);
    if (column < 0) {  // the title
      const auto found = std::find(fields.begin(), fields.end(), "PID");
      if (found == fields.end())
        return Failure("the table of ps has no column PID", "choose its options so that it has");
      column = found - fields.begin();
      kept += line + "\n";
    } else if (column < std::ssize(fields) &&
               pids.count(std::atoi(fields[static_cast<size_t>(column)].c_str())) > 0) {
      kept += line + "\n";
    }
  }
  return kept;
}

}  // namespace

Result<int> RunPs(const CommandLine& line) {
  const std::string format = line.Get("format", "table");
  if (format != "table" && format != "json")
    return Failure("--format " + format + " is not known", "use table or json");
  ASSIGN_OR_RETURN(const Container container, LoadContainer(Root(line), line.operands[0]));
  ASSIGN_OR_RETURN(const std::set<pid_t> pids, ProcessesOf(container));
  if (format == "json") return Print(nlohmann::json(pids).dump() + "\n");
  ASSIGN_OR_RETURN(const std::string table, TableOfHost(line));
  ASSIGN_OR_RETURN(const std::string kept, LinesOf(pids, table));
  return Print(kept);
}

}  // namespace loadline::runtime
