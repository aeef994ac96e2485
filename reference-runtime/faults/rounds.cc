// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/faults/rounds.h"

#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>
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

// The counters that grow with the rounds; what is left of one round ends them with an error.
Result<std::set<std::string>> Growing(const Scene& scene, size_t rounds) {
  const Counters before = ReadCounters();
  for (size_t round = 0; round < rounds; ++round) {
    if (Interrupted()) return Failure("interrupted");
    RETURN_IF_ERROR(OneRound(scene));
    for (const std::string& left : scene.Leftovers())
      return Failure("left in round " + std::to_string(round + 1) + ": " + left);
  }
  const Counters after = ReadCounters();
  std::set<std::string> growing;
  for (const auto& [name, count] : after) {
    const auto found = before.find(name);
    const long grown = count - (found == before.end() ? 0 : found->second);
    std::printf("%-28s %ld more after %zu rounds\n", name.c_str(), grown, rounds);
    // Below that it is the rest of the host.
    if (grown > 64 && grown > static_cast<long>(rounds) / 2) growing.insert(name);
  }
  return growing;
}

}  // namespace

Result<size_t> RunRounds(const Scene& scene, size_t rounds) {
  // A leak grows every time, and what others do meanwhile only once.
  constexpr int kTimes = 3;
  RETURN_IF_ERROR(OneRound(scene));  // what is made once and kept, such as mount points
  ASSIGN_OR_RETURN(std::set<std::string> leaks, Growing(scene, rounds));
  for (int time = 1; time < kTimes && !leaks.empty(); ++time) {
    ASSIGN_OR_RETURN(const std::set<std::string> again, Growing(scene, rounds));
    std::erase_if(leaks, [&](const std::string& name) { return again.count(name) == 0; });
  }
  for (const std::string& name : leaks) std::printf("LEAKS: %s\n", name.c_str());
  return leaks.size();
}

}  // namespace loadline::faults
