// SPDX-License-Identifier: Apache-2.0
// checkpoint and restore: their options are criu's in other words.
#include "reference-runtime/criu.h"
#include "reference-runtime/verbs/verbs.h"

namespace loadline::runtime {
namespace {

// Flags that criu knows by the same name.
constexpr const char* kSame[] = {"tcp-established", "ext-unix-sk", "shell-job",
                                 "file-locks",      "lazy-pages",  "auto-dedup"};

Result<CriuOptions> CriuOptionsFrom(const CommandLine& line) {
  CriuOptions options;
  options.images = line.Get("image-path", options.images);
  options.work = line.Get("work-path");
  for (const char* flag : kSame) {
    if (line.Has(flag)) options.more.push_back("--" + std::string(flag));
  }
  if (const std::string parent = line.Get("parent-path"); !parent.empty())
    options.more.insert(options.more.end(), {"--track-mem", "--prev-images-dir", parent});
  const std::string mode = line.Get("manage-cgroups-mode", "soft");
  options.more.push_back("--manage-cgroups=" + mode);
  for (const std::string& name : line.All("empty-ns")) {
    if (name != "network")
      return Failure("--empty-ns " + name + " is not supported", "criu knows it of network alone");
    options.more.insert(options.more.end(), {"--empty-ns", "net"});
  }
  for (const char* refused : {"lsm-profile", "lsm-mount-context"}) {
    if (!line.Get(refused).empty())
      return Failure("--" + std::string(refused) + " is not supported: no labels are set",
                     "leave it out");
  }
  return options;
}

// ADDRESS:PORT.
Result<void> AddPageServer(const std::string& text, std::vector<std::string>& arguments) {
  if (text.empty()) return {};
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == text.size())
    return Failure("--page-server \"" + text + "\" is not ADDRESS:PORT");
  arguments.insert(arguments.end(), {"--page-server", "--address", text.substr(0, colon), "--port",
                                     text.substr(colon + 1)});
  return {};
}

}  // namespace

Result<int> RunCheckpoint(const CommandLine& line) {
  CheckpointOptions options;
  options.root = Root(line);
  options.id = line.operands[0];
  options.memory_only = line.Has("pre-dump");
  options.leave_running = line.Has("leave-running");
  ASSIGN_OR_RETURN(options.criu, CriuOptionsFrom(line));
  RETURN_IF_ERROR(AddPageServer(line.Get("page-server"), options.criu.more));
  if (!line.Get("status-fd").empty())
    options.criu.more.insert(options.criu.more.end(), {"--status-fd", line.Get("status-fd")});
  RETURN_IF_ERROR(Checkpoint(options));
  return 0;
}

Result<int> RunRestore(const CommandLine& line) {
  ASSIGN_OR_RETURN(const CriuOptions criu, CriuOptionsFrom(line));
  return Restore(CreateOptionsFrom(line), RunBehaviourFrom(line), criu);
}

}  // namespace loadline::runtime
