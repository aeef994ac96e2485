// SPDX-License-Identifier: Apache-2.0
// Behaviour: what a program can see of one use of a system call: what it returns, and what it did.
// A file behaviours/<area>.cc defines `BehaviourArea <Area>Behaviours()` and is found by its name.
#pragma once

#include <string>
#include <vector>

namespace loadline::probe {

// Says nothing of a candidate that has a kernel of its own.
inline constexpr const char* kOfTheKernel = "kernel";

struct Behaviour {
  const char* name;
  // Called in a child of its own, in an empty directory. The answer is the same each time it is
  // asked on the same system: no pid, no time, no address.
  std::string (*observe)();
  // The property of the configuration that may make it differ from the native answer: "CAP_…" for a
  // capability that the process has to lack, "namespace:TYPE" for a namespace of its own, or the
  // JSON pointer of a property that has to be there; kOfTheKernel when it is what one version or
  // configuration of Linux does and another does not. Empty: nothing may.
  const char* declared_by = "";
  // The answer without that property is another with each kernel: some look for the capability
  // first, some have not got the call.
  bool differs_by_kernel = false;
};

struct BehaviourArea {
  std::string name;
  std::string summary;  // "files: making, reading, changing and removing them"
  std::vector<Behaviour> behaviours;
};

// Every area, in the order of the file names (generated).
std::vector<BehaviourArea> AllBehaviours();

// Observes one in a child: its answer, or how the child ended when it gave none.
std::string Observe(const Behaviour& behaviour);

// The numbers of the different system calls that it makes, in the order of their first use; empty
// when it cannot be traced.
std::vector<long> CallsOf(const Behaviour& behaviour);

}  // namespace loadline::probe
