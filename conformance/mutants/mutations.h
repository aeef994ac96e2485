// SPDX-License-Identifier: Apache-2.0
// Mutations: misbehaviour of a runtime that no missing property of config.json can express.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string_view>

#include "base/result.h"
#include "conformance/mutants/runtime_call.h"

namespace loadline::mutants {

struct Mutation {
  const char* name;
  const char* summary;  // what the mutant does wrong
  const char* verbs;    // those that it spoils, separated by spaces
  // Either: what it makes of config.json, or of the part of it that exec or update read.
  void (*config)(nlohmann::json& config);
  // Or: what it does instead of calling the runtime.
  Result<ExitStatus> (*act)(const RuntimeCall& call);
  bool slow = false;  // whoever calls it waits until the deadline
  // Globs, separated by spaces, of the cases or of the batteries' checks that are about what it
  // spoils: one of them has to notice it, and no other. Empty: it spoils nearly everything.
  const char* about = "";

  bool Spoils(std::string_view verb) const;
};

// Those that cases have to notice (mutations.cc), those that the batteries have to
// (battery_mutations.cc), and all of them.
std::span<const Mutation> CaseMutations();
std::span<const Mutation> BatteryMutations();
std::span<const Mutation> Mutations();
// Null when there is none of that name.
const Mutation* FindMutation(std::string_view name);

}  // namespace loadline::mutants
