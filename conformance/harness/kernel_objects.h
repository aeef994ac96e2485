// SPDX-License-Identifier: Apache-2.0
// What the kernel keeps beside files and processes, and a runtime may leave behind.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace loadline::conformance {

struct KernelObjects {
  std::set<std::string> queues;       // POSIX message queues of the cell's ipc namespace
  std::set<std::string> namespaces;   // "net:[4026531840] in /run/x", or "… held by sh (pid 7)"
  std::set<std::string> loops;        // "loop3: /run/x/image"
  std::set<std::string> interfaces;   // of the cell's network namespace
  std::set<std::string> descriptors;  // of this process: "7: /run/x"
};
KernelObjects ListKernelObjects();

// Session keyrings of containers with these ids, as runtimes name them (ID, _ses.ID, _ses.ID.…):
// "1234abcd: _ses.ID".
std::set<std::string> ListKeyrings(const std::vector<std::string>& ids);

// Take away what does not end with the cell. Entries as in the lists.
void DetachLoops(const nlohmann::json& loops);
void RemoveKeyrings(const nlohmann::json& keyrings);

}  // namespace loadline::conformance
