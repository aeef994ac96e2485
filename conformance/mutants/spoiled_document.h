// SPDX-License-Identifier: Apache-2.0
// The changes that a mutant makes to the documents that its runtime reads.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "conformance/mutants/mutations.h"
#include "conformance/mutants/pointer_pattern.h"
#include "conformance/mutants/runtime_call.h"
#include "conformance/mutants/swapped_file.h"

namespace loadline::mutants {

// One --drop, --replace or --wrong.
struct Change {
  PointerPattern pattern;
  enum class Kind { kDrop, kReplace, kWrong } kind = Kind::kDrop;
  nlohmann::json value = nullptr;  // of kReplace; of kWrong: a list to choose from, or null
};

struct Changes {
  std::vector<Change> changes;
  const Mutation* mutation = nullptr;
};

// Puts the changed document in place for the time of the call: config.json of the bundle for create
// and run, the process of exec, the resources of update. Nothing when the call reads no such
// document, when that is no JSON object, or when no change touches it: the runtime then meets the
// original.
Result<std::optional<SwappedFile>> SpoilDocument(const RuntimeCall& call, const Changes& changes);

}  // namespace loadline::mutants
