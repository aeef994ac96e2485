// SPDX-License-Identifier: Apache-2.0
// What is printed or written and touches no container: list, features, spec and help.
#include "reference-runtime/documents.h"

#include <unistd.h>

#include "base/files.h"
#include "reference-runtime/verbs/verbs.h"

namespace loadline::runtime {

Result<int> RunList(const CommandLine& line) {
  const std::string format = line.Get("format", "table");
  if (format != "table" && format != "json")
    return Failure("--format " + format + " is not known", "use table or json");
  const std::string root = Root(line);
  const std::vector<Container> containers = ListContainers(root);
  if (line.Has("quiet")) {
    std::string ids;
    for (const Container& container : containers) ids += container.id + "\n";
    return Print(ids);
  }
  return Print(format == "json" ? ListDocument(root, containers) : ListTable(root, containers));
}

Result<int> RunFeatures(const CommandLine& line) {
  return Print(line.Has("stages") ? StagesText() : FeaturesDocument());
}

Result<int> RunSpec(const CommandLine& line) {
  const std::string path = line.Get("bundle", ".") + "/config.json";
  if (access(path.c_str(), F_OK) == 0)
    return Failure(path + " exists already", "remove it, or choose another --bundle");
  RETURN_IF_ERROR(WriteFileAtomically(path, SpecDocument(line.Has("spec rootless"))));
  return 0;
}

Result<int> RunHelp(const CommandLine& line) {
  return Print(Usage(line.operands.empty() ? "" : line.operands[0]));
}

}  // namespace loadline::runtime
