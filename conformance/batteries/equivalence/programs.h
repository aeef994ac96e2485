// SPDX-License-Identifier: Apache-2.0
// Programs of the host that are run natively and in the candidate: tables of what to run.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace loadline::conformance::equivalence {

// Something to run. What it prints, how it ends and which files it makes has to be the same each
// time: no pid, no time, no address, and nothing of who owns the host's files.
struct Program {
  const char* name;
  const char* line;        // the last word of the command, a line for its shell; may be empty
  const char* input = "";  // standard input
  // As probe/behaviour.h has it; of these kOfTheKernel is not compared with another kernel.
  const char* declared_by = "";
  // How it has to end natively. Where it ends otherwise the host has not what it needs, and both
  // sides would fail alike.
  const char* end = "exit 0";
};

// Programs that are there together, or not.
struct ProgramGroup {
  const char* name;
  const char* summary;
  const char* need;  // of host/needs.cc, which knows the package
  std::vector<std::string> words;
  std::span<const Program> programs;
};

// One file each: programs_<name>.cc.
std::span<const Program> BusyboxPrograms();
std::span<const Program> CoreutilsPrograms();
std::span<const Program> PythonPrograms();
std::span<const Program> SqlitePrograms();
std::span<const Program> OpensslPrograms();
std::span<const Program> CompilerPrograms();

// All of them.
std::vector<ProgramGroup> AllProgramGroups();

}  // namespace loadline::conformance::equivalence
