// SPDX-License-Identifier: Apache-2.0
// Walks the tables of stages.
#include <unistd.h>

#include <algorithm>

#include "reference-runtime/message.h"
#include "reference-runtime/watch.h"

namespace loadline::runtime {
namespace {

bool Runs(const Context& context, const Stage& stage) {
  const std::vector<std::string>& without = context.changes.without;
  return std::find(without.begin(), without.end(), stage.name) == without.end() &&
         (stage.needed == nullptr || stage.needed(context));
}

// Both sides of a table come to the same order.
std::vector<const Stage*> InOrder(std::span<const Stage> table, const Context& context) {
  std::vector<const Stage*> stages;
  for (const Stage& stage : table) stages.push_back(&stage);
  const auto find = [&stages](const std::string& name) {
    return std::find_if(stages.begin(), stages.end(),
                        [&name](const Stage* stage) { return stage->name == name; });
  };
  for (const auto& [one, other] : context.changes.swapped) {
    const auto first = find(one), second = find(other);
    if (first != stages.end() && second != stages.end()) std::iter_swap(first, second);
  }
  return stages;
}

Result<void> RunStage(const Stage& stage, Context& context) {
  const StageWatch watch(context, stage.name, stage.side);
  auto done = stage.run(context);
  watch.End(done);
  if (!done.has_value()) return std::move(done).error().In(stage.name);
  return {};
}

}  // namespace

Result<void> RunAlone(std::span<const Stage> stages, Context& context) {
  for (const Stage* stage : InOrder(stages, context)) {
    if (Runs(context, *stage)) RETURN_IF_ERROR(RunStage(*stage, context));
  }
  return {};
}

Result<void> RunSide(std::span<const Stage> table, Side side, Context& context, int socket) {
  // Before the first of them changes anything that the answers depend on.
  std::vector<const Stage*> stages = InOrder(table, context);
  std::erase_if(stages, [&context](const Stage* stage) { return !Runs(context, *stage); });
  for (size_t i = 0; i < stages.size(); ++i) {
    const bool own = stages[i]->side == side;
    if (own) {
      auto done = RunStage(*stages[i], context);
      if (!done.has_value()) {
        RETURN_IF_ERROR(SendError(socket, done.error()));
        return done;
      }
    }
    const bool last = i + 1 == stages.size();
    if (!last && stages[i + 1]->side == stages[i]->side) continue;
    // A process that waits for the word to start learns by that word that all is done.
    if (last && stages[i]->side == Side::kParent && context.starts_at_once) continue;
    auto told = own ? SendDone(socket) : ReceiveDone(socket);
    if (told.has_value()) continue;
    // The other side may not know yet; if it was the one that said so, it does not listen any more.
    Error error = std::move(told).error().In(stages[i]->name);
    auto passed_on = SendError(socket, error);
    (void)passed_on;
    return error;
  }
  return {};
}

}  // namespace loadline::runtime
