// SPDX-License-Identifier: Apache-2.0
// The operations that are made to go wrong, as data.
#pragma once

#include <string_view>
#include <vector>

namespace loadline::faults {

struct OperationUnderFault {
  std::string_view name;
  // What stands before it, each a command line of the runtime without the container's id ("create"
  // alone is the scene's own).
  std::vector<std::string_view> before;
  std::vector<std::string_view> words;          // the operation; VICTIM is the container's id
  int success = 0;                              // its exit status
  std::vector<std::string_view> after_success;  // the status that the container may have then
  std::vector<std::string_view> after_error;
  // An error leaves nothing, even without `delete --force`.
  bool error_undoes = false;
};

const std::vector<OperationUnderFault>& Operations();
// nullptr when there is none of that name.
const OperationUnderFault* FindOperation(std::string_view name);

}  // namespace loadline::faults
