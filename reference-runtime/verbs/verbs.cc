// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/verbs/verbs.h"

#include <algorithm>

namespace loadline::runtime {
namespace {

constexpr Verb kVerbs[] = {
    {"create", RunCreate, true},
    {"start", RunStart},
    {"run", RunRun, true},
    {"exec", RunExec, true, 255},
    {"state", RunState},
    {"kill", RunKill},
    {"pause", RunPause},
    {"resume", RunResume},
    {"ps", RunPs},
    {"events", RunEvents},
    {"update", RunUpdate},
    {"delete", RunDelete},
    {"list", RunList},
    {"checkpoint", RunCheckpoint},
    {"restore", RunRestore},
    {"features", RunFeatures},
    {"spec", RunSpec},
    {"help", RunHelp},
};

}  // namespace

const Verb* FindVerb(const std::string& name) {
  const auto* found = std::find_if(std::begin(kVerbs), std::end(kVerbs),
                                   [&](const Verb& verb) { return verb.name == name; });
  return found == std::end(kVerbs) ? nullptr : found;
}

}  // namespace loadline::runtime
