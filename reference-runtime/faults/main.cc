// SPDX-License-Identifier: Apache-2.0
// loadline-runtime-faults: lets every system call of the runtime go wrong once.
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "base/call_table.h"
#include "reference-runtime/faults/campaign.h"
#include "reference-runtime/faults/rounds.h"
#include "reference-runtime/faults/wait.h"

namespace loadline::faults {
namespace {

constexpr int kSkipped = 77;

constexpr const char* kUsage =
    "usage: loadline-runtime-faults --runtime FILE --payload FILE [OPTION]...\n"
    "  --scene KIND        plain (the default), hooks, or user\n"
    "  --operation NAME    one of them; repeatable; the default is all\n"
    "  --kind KIND         errno, kill-caller, kill-runtime, kill-container; repeatable;\n"
    "                      the default is all of them\n"
    "  --step N            every N-th call fails (the default is 1)\n"
    "  --kill-step N       at every N-th call a process is killed (the default is 10)\n"
    "  --first N           begin with that call\n"
    "  --every-error       each call fails with each of its errors\n"
    "  --only N            that call alone\n"
    "  --list              print the calls and end\n"
    "  --rounds N          N rounds of create, start and delete instead\n"
    "  --verbose           print each fault and what the runtime said\n";

struct Options {
  std::string runtime;
  std::string payload;
  std::string scene = "plain";
  std::vector<const OperationUnderFault*> operations;
  std::vector<FaultKind> kinds;
  size_t step = 1;
  size_t kill_step = 10;
  size_t first = 1;
  size_t only = 0;
  size_t rounds = 0;
  bool every_error = false;
  bool list = false;
  bool verbose = false;
};

bool ParseKind(const std::string& value, Options& options) {
  for (const FaultKind kind : {FaultKind::kErrno, FaultKind::kKillCaller, FaultKind::kKillRuntime,
                               FaultKind::kKillContainer}) {
    if (value != KindName(kind)) continue;
    options.kinds.push_back(kind);
    return true;
  }
  return false;
}

bool ParseValue(const std::string& name, const char* value, Options& options) {
  if (name == "--runtime") return options.runtime = value, true;
  if (name == "--payload") return options.payload = value, true;
  if (name == "--scene") return options.scene = value, true;
  if (name == "--kind") return ParseKind(value, options);
  if (name == "--operation") {
    options.operations.push_back(FindOperation(value));
    return options.operations.back() != nullptr;
  }
  const size_t number = std::strtoull(value, nullptr, 10);
  if (number == 0) return false;
  if (name == "--step") return options.step = number, true;
  if (name == "--kill-step") return options.kill_step = number, true;
  if (name == "--first") return options.first = number, true;
  if (name == "--only") return options.only = number, true;
  if (name == "--rounds") return options.rounds = number, true;
  return false;
}

bool Parse(int count, char** arguments, Options& options) {
  for (int i = 1; i < count; ++i) {
    const std::string name = arguments[i];
    if (name == "--every-error") {
      options.every_error = true;
    } else if (name == "--list") {
      options.list = true;
    } else if (name == "--verbose") {
      options.verbose = true;
    } else if (i + 1 >= count || !ParseValue(name, arguments[++i], options)) {
      return false;
    }
  }
  if (options.operations.empty()) {
    for (const OperationUnderFault& operation : Operations())
      options.operations.push_back(&operation);
  }
  if (options.kinds.empty())
    options.kinds = {FaultKind::kErrno, FaultKind::kKillCaller, FaultKind::kKillRuntime,
                     FaultKind::kKillContainer};
  return !options.runtime.empty() && !options.payload.empty();
}

void Print(const OperationUnderFault& operation, FaultKind kind, const Tally& tally) {
  std::printf("%-12s %-14s %4zu calls, %4zu faults: ", std::string(operation.name).c_str(),
              std::string(KindName(kind)).c_str(), tally.calls, tally.faults);
  std::printf("%zu survived, %zu refused, %zu killed, %zu wrong\n", tally.survived, tally.refused,
              tally.killed, tally.failures.size());
  for (const FaultReport& failure : tally.failures) {
    std::printf("FAULT %s\n", failure.fault.c_str());
    for (const std::string& line : failure.wrong) std::printf("      %s\n", line.c_str());
  }
  std::fflush(stdout);
}

Result<size_t> RunAll(const Scene& scene, const Options& options) {
  size_t wrong = 0;
  for (const OperationUnderFault* operation : options.operations) {
    for (const FaultKind kind : options.kinds) {
      Selection selection{kind, options.first, options.step, options.every_error};
      if (kind != FaultKind::kErrno) selection.step = options.kill_step;
      if (options.only > 0) {
        selection.first = options.only;
        selection.step = SIZE_MAX / 2;
      }
      ASSIGN_OR_RETURN(const Tally tally,
                       RunCampaign(scene, *operation, selection, options.verbose));
      Print(*operation, kind, tally);
      wrong += tally.failures.size();
    }
  }
  return wrong;
}

Result<size_t> List(const Scene& scene, const Options& options) {
  for (const OperationUnderFault* operation : options.operations) {
    ASSIGN_OR_RETURN(const auto calls, RecordCalls(scene, *operation));
    for (size_t i = 0; i < calls.size(); ++i)
      std::printf("%s #%zu %s by the %s\n", std::string(operation->name).c_str(), i + 1,
                  CallName(calls[i].number).c_str(), calls[i].by_runtime ? "runtime" : "container");
  }
  return size_t{0};
}

int Main(int count, char** arguments) {
  Options options;
  if (!Parse(count, arguments, options)) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  if (geteuid() != 0) {
    std::fputs("making containers needs root\n", stderr);
    return kSkipped;
  }
  NoteInterruptions();
  auto scene = Scene::Make(options.runtime, options.payload, options.scene);
  auto wrong = !scene.has_value() ? Result<size_t>(std::move(scene).error())
               : options.list     ? List(*scene, options)
               : options.rounds   ? RunRounds(*scene, options.rounds)
                                  : RunAll(*scene, options);
  if (wrong.has_value()) return *wrong == 0 ? 0 : 1;
  std::fprintf(stderr, "loadline-runtime-faults: %s\n", wrong.error().ToLine().c_str());
  // A host that lets nobody trace, or make mounts, is no fault.
  return wrong.error().number == EPERM ? kSkipped : 3;
}

}  // namespace
}  // namespace loadline::faults

int main(int argc, char** argv) { return loadline::faults::Main(argc, argv); }
