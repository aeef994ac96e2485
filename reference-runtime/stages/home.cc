// SPDX-License-Identifier: Apache-2.0
// loadline/runtime/process/home: engines leave HOME to the runtime.
#include <algorithm>

#include "reference-runtime/log.h"
#include "reference-runtime/stages/stages.h"
#include "reference-runtime/users.h"

namespace loadline::runtime {
namespace {

std::string HomeOf(const Context& context, uid_t uid) {
  auto users = Users::ReadAccounts(context.root.get());
  if (!users.has_value()) {
    Debug("HOME: " + users.error().ToLine());
    return "/";
  }
  const auto account = users->ById(uid);
  return account && !account->home.empty() ? account->home : "/";
}

}  // namespace

// What the configuration says, even if it is nothing but a name, is not changed.
Result<void> SetHomeInChild(Context& context) {
  ProcessSpec& process = *context.config.process;
  const bool said =
      std::any_of(process.environment.begin(), process.environment.end(),
                  [](const std::string& variable) { return variable.starts_with("HOME="); });
  if (!said) process.environment.push_back("HOME=" + HomeOf(context, process.user.uid));
  return {};
}

}  // namespace loadline::runtime
