// SPDX-License-Identifier: Apache-2.0
// Ladder: containers of the candidate in containers of the candidate, and the conversation with the
// process of each level. Level 1 is a container like any other; it holds the candidate's programs
// and the bundle of level 2, and so on.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "conformance/batteries/rig.h"

namespace loadline::conformance::recursion {

// How far anybody gets here, without any runtime (probe/nest.h).
struct NativeDepth {
  int depth = 0;
  std::string failed;  // what stood in the way of more; empty: nothing
};
Result<NativeDepth> NestByHand(Rig& rig, int wanted, bool users);

class Ladder {
 public:
  // Makes the bundles of so many levels, each with a user namespace of its own if so wanted, and
  // starts level 1.
  static Result<Ladder> Raise(Rig& rig, int levels, bool users);

  int depth() const { return depth_; }  // the level that stands lowest
  const std::string& IdOf(int level) const { return ids_.at(static_cast<size_t>(level - 1)); }
  const nlohmann::json& config() const { return first_->config; }

  // Makes one level more, from inside the lowest one. What failed first; empty: it stands.
  Result<std::string> Descend();
  // Asks the process of a level; an error of the candidate when it does not answer.
  Result<nlohmann::json> Ask(int level, nlohmann::json message);
  // What the process of another container like level 1 sees, which is gone again; without what
  // always varies (normalised.h).
  Result<nlohmann::json> ObserveAnotherFirst();
  // Ends and deletes the lowest level, from inside the one above. What is not as it should be.
  Result<std::vector<std::string>> Ascend();
  // Ends level 1 and what is left below it.
  void TakeDown() { rig_->Remove(*first_); }

 private:
  Ladder(Rig& rig, bool users) : rig_(&rig), users_(users) {}
  Result<void> TakeProgramsAlong();
  Result<Container*> MakeFirst();
  Result<void> MakeFurther(int levels);
  // A call of the candidate, made by the process of the lowest level; `how` is its message's word.
  Result<Call> CallIn(const std::string& verb, const std::string& id, const char* how = "call");
  Result<std::string> StatusIn(const std::string& id);
  Result<std::string> Make(const std::string& id);
  // What stood in the way of a create, in words to put behind its error; empty: nobody knows.
  std::string TraceCreate(const std::string& id);
  Result<void> CleanUpAfter(const std::string& id);
  Result<nlohmann::json> MessageOf(const char* word, const std::string& verb,
                                   const std::string& id) const;
  Result<nlohmann::json> RemainsOf(const std::string& id);
  int64_t CallTime() const { return rig_->options().step_time.count() * 6 / 10; }

  Rig* rig_;
  bool users_;
  Profile inner_;  // how the candidate is called from inside
  Container* first_ = nullptr;
  int depth_ = 0;
  std::vector<std::string> ids_;
  std::vector<nlohmann::json> before_;  // by level: what was there before it made the next
};

}  // namespace loadline::conformance::recursion
