// SPDX-License-Identifier: Apache-2.0
// What is the same of any command line stands in loadline.bash, loadline.zsh and loadline.fish.
#pragma once

#include <string>

namespace loadline::cli {

// The file of this shell, with the tables where it says @TABLES@.
std::string ScriptWith(const std::string& shell, const std::string& tables);

}  // namespace loadline::cli
