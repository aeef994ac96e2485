// SPDX-License-Identifier: Apache-2.0
// Work like a compiler's: many small files that are written, read, taken apart and put together.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <string>
#include <string_view>

#include "base/unique_fd.h"
#include "conformance/probe/workload.h"

namespace loadline::probe {
namespace {

constexpr int kUnits = 8;
constexpr int kFunctions = 24;  // of a unit
constexpr const char* kDirectory = "/tmp/loadline-building";
constexpr const char* kProgram = "/tmp/loadline-building/program";

std::string PathOf(int unit, const char* suffix) {
  return std::string(kDirectory) + "/unit" + std::to_string(unit) + suffix;
}

std::string SourceOf(int unit) {
  std::string text;
  for (int i = 0; i < kFunctions; ++i) {
    const std::string number = std::to_string(unit * kFunctions + i);
    text += "int twice_" + number + "(int value) { return value * 2 + " + number + "; }\n";
  }
  return text;
}

bool WriteText(const std::string& path, std::string_view text) {
  const UniqueFd fd(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  return fd && write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

// The size first, as who reads whole files does.
bool ReadWhole(const std::string& path, std::string& text) {
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat info {};
  if (!fd || fstat(fd.get(), &info) != 0) return false;
  text.resize(static_cast<size_t>(info.st_size));
  return read(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

// Words and numbers, each into its place of a table, and what it is as a letter of the object.
std::string Translate(std::string_view source) {
  std::array<uint32_t, 1024> names{};
  std::string object;
  for (size_t at = 0; at < source.size();) {
    const auto is = [&](int (*kind)(int)) {
      return at < source.size() && kind(static_cast<unsigned char>(source[at])) != 0;
    };
    if (is(std::isalpha) || is(std::isdigit)) {
      uint32_t hash = 5381;
      const bool word = is(std::isalpha);
      while (is(std::isalnum) || (at < source.size() && source[at] == '_'))
        hash = hash * 33 + static_cast<unsigned char>(source[at++]);
      object += (word ? 'w' : 'n') + std::to_string(++names[hash % names.size()]);
    } else {
      if (is(std::ispunct)) object += source[at];
      ++at;
    }
  }
  return object;
}

bool Compile(int unit) {
  std::string text;
  return ReadWhole(PathOf(unit, ".c"), text) && WriteText(PathOf(unit, ".o"), Translate(text));
}

bool Link() {
  std::string program;
  std::string object;
  for (int unit = 0; unit < kUnits; ++unit) {
    if (!ReadWhole(PathOf(unit, ".o"), object)) return false;
    program += object;
  }
  const std::string draft = std::string(kProgram) + ".new";
  return WriteText(draft, program) && rename(draft.c_str(), kProgram) == 0;
}

void Clean() {
  for (int unit = 0; unit < kUnits; ++unit) {
    for (const char* suffix : {".c", ".o"}) unlink(PathOf(unit, suffix).c_str());
  }
  unlink(kProgram);
}

bool Build(int64_t count, Stopwatch& watch) {
  (void)mkdir(kDirectory, 0700);
  bool done = true;
  watch.Start();
  for (int64_t i = 0; done && i < count; ++i) {
    for (int unit = 0; done && unit < kUnits; ++unit)
      done = WriteText(PathOf(unit, ".c"), SourceOf(unit));
    for (int unit = 0; done && unit < kUnits; ++unit) done = Compile(unit);
    done = done && Link();
    Clean();
  }
  watch.Stop();
  rmdir(kDirectory);
  return done;
}

}  // namespace

WorkloadArea BuildingWorkloads() {
  return {"building",
          "many small files, as a compiler has them",
          {{"compile", "writing, reading and translating many small files", 0.10,
            "it is made of calls for which a tenth is the margin, and of work of the processor",
            Build, 4}}};
}

}  // namespace loadline::probe
