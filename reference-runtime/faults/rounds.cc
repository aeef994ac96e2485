// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/faults/rounds.h"

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "base/files.h"
#include "reference-runtime/faults/wait.h"
#include "reference-runtime/words.h"

namespace loadline::faults {
namespace {

using Counters = std::map<std::string, long>;

long Number(const std::string& text) { return std::strtol(text.c_str(), nullptr, 10); }

// Things that the kernel frees late and that others on the host make as well: a leak of one a round
// shows among them all the same.
Counters ReadCounters() {
  Counters counters;
  for (const std::string& line : runtime::SplitText(ReadFile("/proc/cgroups").value_or(""), '\n')) {
    const auto words = runtime::Words(line);
    if (words.size() == 4 && words[0][0] != '#')
      counters["groups of " + words[0]] = Number(words[2]);
  }
  for (const std::string& line :
       runtime::SplitText(ReadFile("/proc/slabinfo").value_or(""), '\n')) {
    const auto words = runtime::Words(line);
    if (words.size() < 3) continue;
    for (const char* name : {"net_namespace", "pid_namespace", "mnt_cache", "task_struct",
                             "mqueue_inode_cache", "key_jar"})
      if (words[0] == name) counters["slab " + words[0]] = Number(words[1]);
  }
  const auto keys = runtime::Words(ReadFile("/proc/key-users").value_or(""));
  if (keys.size() > 3) counters["keys of root"] = Number(keys[3]);
  counters["open files"] = Number(ReadFile("/proc/sys/fs/file-nr").value_or(""));
  return counters;
}

Result<void> OneRound(const Scene& scene) {
  const std::vector<std::vector<std::string>> steps{
      {}, {"start", scene.id()}, {"delete", "--force", scene.id()}};
  for (const auto& words : steps) {
    const Answer answer = scene.Runtime(words);
    if (!answer.status.Success())
      return Failure((words.empty() ? "create" : words[0]) + ": " + answer.errors);
  }
  return {};
}

}  // namespace

Result<size_t> RunRounds(const Scene& scene, size_t rounds) {
  RETURN_IF_ERROR(OneRound(scene));  // what is made once and kept, such as mount points
  const Counters before = ReadCounters();
  size_t wrong = 0;
  for (size_t round = 0; round < rounds; ++round) {
    if (Interrupted()) return Failure("interrupted");
    RETURN_IF_ERROR(OneRound(scene));
    for (const std::string& left : scene.Leftovers()) {
      std::printf("LEFT in round %zu: %s\n", round + 1, left.c_str());
      ++wrong;
    }
    if (wrong > 0) break;
  }
  const Counters after = ReadCounters();
  for (const auto& [name, count] : after) {
    const auto found = before.find(name);
    const long grown = count - (found == before.end() ? 0 : found->second);
    // Below that it is the rest of the host.
    const bool leaks = grown > 64 && grown > static_cast<long>(rounds) / 2;
    std::printf("%-28s %ld more after %zu rounds%s\n", name.c_str(), grown, rounds,
                leaks ? ": LEAKS" : "");
    if (leaks) ++wrong;
  }
  return wrong;
}

}  // namespace loadline::faults
