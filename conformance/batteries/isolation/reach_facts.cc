// SPDX-License-Identifier: Apache-2.0
// What can be reached of the outside: objects, sockets, queues and processes that the cell has.
#include "conformance/batteries/isolation/posture.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;

// Whether the answer to a question about something of the cell's was that it is there.
json Reached(const Circumstances& c, const char* answer) {
  const json seen = At(c.more, answer);
  return seen.is_null() ? json() : json(seen == "ok");
}

}  // namespace

std::vector<Fact> ReachFacts() {
  return {
      {"shared-memory-outside", "a shared memory segment outside a new ipc namespace is not found",
       [](const Circumstances& c) { return json(!HasNamespace(c, "ipc")); },
       [](const Circumstances& c) { return Reached(c, "/reached/shared-memory"); }},
      {"queue-outside", "a message queue outside a new ipc namespace is not found",
       [](const Circumstances& c) { return json(!HasNamespace(c, "ipc")); },
       [](const Circumstances& c) { return Reached(c, "/reached/queue"); }},
      {"abstract-socket-outside",
       "an abstract socket outside a new network namespace is not reached",
       [](const Circumstances& c) { return json(!HasNamespace(c, "network")); },
       [](const Circumstances& c) { return Reached(c, "/reached/abstract-socket"); }},
      {"process-outside", "a process outside a new pid namespace is not found by its number",
       [](const Circumstances& c) { return HasNamespace(c, "pid") ? json(false) : json(); },
       [](const Circumstances& c) { return Reached(c, "/reached/process"); }},
      {"trace-outside", "a process outside a new pid namespace cannot be traced",
       [](const Circumstances& c) { return HasNamespace(c, "pid") ? json(false) : json(); },
       [](const Circumstances& c) { return Reached(c, "/reached/trace"); }},
  };
}

}  // namespace loadline::conformance::isolation
