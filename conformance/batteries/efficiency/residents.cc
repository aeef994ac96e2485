// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/efficiency/residents.h"

#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/files.h"
#include "conformance/harness/leaks.h"

namespace loadline::conformance::efficiency {
namespace {

constexpr size_t kFileCap = 1 << 16;

// The number after "Key:" at the start of a line; 0 when there is none.
int64_t NumberAfter(const std::string& text, std::string_view key) {
  size_t at = text.starts_with(key) ? 0 : text.find("\n" + std::string(key));
  if (at == std::string::npos) return 0;
  at = text.find(':', at);
  return at == std::string::npos ? 0 : std::strtoll(text.c_str() + at + 1, nullptr, 10);
}

std::string ReadOf(const std::string& directory, const char* file) {
  return ReadFile(directory + "/" + file, kFileCap).value_or("");
}

std::string DirectoryOf(pid_t pid) { return "/proc/" + std::to_string(pid); }

}  // namespace

Residents ResidentsNow() {
  const auto all = LivingStrangers({});
  return {all.begin(), all.end()};
}

Residents Newcomers(const Residents& before) {
  Residents now = ResidentsNow();
  for (const pid_t pid : before) now.erase(pid);
  return now;
}

Residents FamilyOf(pid_t ancestor, const Residents& among) {
  Residents family{ancestor};
  // Parents may stand behind their children.
  for (size_t size = 0; size != family.size();) {
    size = family.size();
    for (const pid_t pid : among) {
      const int64_t parent = NumberAfter(ReadOf(DirectoryOf(pid), "status"), "PPid");
      if (family.contains(static_cast<pid_t>(parent))) family.insert(pid);
    }
  }
  return family;
}

int64_t ProportionalSize(const Residents& residents) {
  int64_t bytes = 0;
  for (const pid_t pid : residents)
    bytes += NumberAfter(ReadOf(DirectoryOf(pid), "smaps_rollup"), "Pss") * 1024;
  return bytes;
}

int64_t SwitchesOf(const Residents& residents) {
  int64_t switches = 0;
  for (const pid_t pid : residents) {
    std::error_code error;
    for (auto thread = std::filesystem::directory_iterator(DirectoryOf(pid) + "/task", error);
         !error && thread != std::filesystem::directory_iterator(); thread.increment(error)) {
      const std::string status = ReadOf(thread->path().string(), "status");
      switches += NumberAfter(status, "voluntary_ctxt_switches") +
                  NumberAfter(status, "nonvoluntary_ctxt_switches");
    }
  }
  return switches;
}

}  // namespace loadline::conformance::efficiency
