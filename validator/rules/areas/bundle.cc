// SPDX-License-Identifier: Apache-2.0
// Rules that look at the bundle's files.
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "validator/json/document.h"
#include "validator/rules/access.h"
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using schema::Level;

constexpr std::string_view kRootExists[] = {"oci-runtime/config/root/path-exists"};

void CheckRootfs(const RuleInput& input, Reporter& reporter) {
  const auto path = StringAt(input.config, "/root/path");
  if (!path || path->empty()) return;
  const std::string full = path->starts_with('/') ? *path : input.bundle + "/" + *path;
  struct stat info {};
  if (stat(full.c_str(), &info) != 0) {
    reporter.Report("/root/path", "the root filesystem " + full + " cannot be found",
                    "unpack it there, or name the directory where it is");
  } else if (!S_ISDIR(info.st_mode)) {
    reporter.Report("/root/path", full + " is not a directory",
                    "the root filesystem is a directory");
  }
}

constexpr Rule kRules[] = {
    {"bundle/rootfs-exists", "the root filesystem is a directory that exists", Level::kMust,
     kRootExists, CheckRootfs},
};

}  // namespace

RuleArea BundleRules() { return {SubjectType::kBundle, kRules}; }

}  // namespace loadline::validator
