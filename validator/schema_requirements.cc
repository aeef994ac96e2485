// SPDX-License-Identifier: Apache-2.0
#include "validator/schema_requirements.h"

namespace loadline::validator {
namespace {

// A '*' stands for one token of the pointer. A missing property is named behind the object that
// lacks it.
struct Row {
  std::string_view pattern;
  std::string_view requirement;
};

constexpr Row kConfig[] = {
    {"/ociVersion", "oci-runtime/config/oci-version/semver"},
    {"/root/path", "oci-runtime/config/root/path-required"},
    {"/mounts/*/destination", "oci-runtime/config/mounts/destination-required"},
    {"/process/cwd", "oci-runtime/config/process/cwd-required"},
    {"/process/args", "oci-runtime/config/process/args-required"},
    {"/process/consoleSize/height", "oci-runtime/config/process/console-size-height-required"},
    {"/process/consoleSize/width", "oci-runtime/config/process/console-size-width-required"},
    {"/process/rlimits/*/type", "oci-runtime/config/process/rlimits/type-required"},
    {"/process/rlimits/*/soft", "oci-runtime/config/process/rlimits/soft-required"},
    {"/process/rlimits/*/hard", "oci-runtime/config/process/rlimits/hard-required"},
    {"/process/scheduler/policy", "oci-runtime/config/process/scheduler/policy-required"},
    {"/process/ioPriority/class", "oci-runtime/config/process/io-priority/class-required"},
    {"/process/ioPriority/priority", "oci-runtime/config/process/io-priority/priority-required"},
    {"/process/user/uid", "oci-runtime/config/process/user/uid-required"},
    {"/process/user/gid", "oci-runtime/config/process/user/gid-required"},
    {"/hooks/*/*/path", "oci-runtime/config/hooks/path-required"},
    {"/annotations", "oci-runtime/config/annotations/map"},
    {"/annotations/*", "oci-runtime/config/annotations/values-strings"},
};

bool Matches(std::string_view pattern, std::string_view pointer) {
  while (!pattern.empty() || !pointer.empty()) {
    if (pattern.empty() || pointer.empty()) return false;
    const size_t pattern_end = pattern.find('/', 1);
    const size_t pointer_end = pointer.find('/', 1);
    const std::string_view wanted = pattern.substr(0, pattern_end);
    if (wanted != "/*" && wanted != pointer.substr(0, pointer_end)) return false;
    pattern.remove_prefix(wanted.size());
    pointer.remove_prefix(pointer_end == std::string_view::npos ? pointer.size() : pointer_end);
  }
  return true;
}

// "the property \"cwd\" is missing" at /process speaks of /process/cwd.
std::string Place(const std::string& pointer, const std::string& message) {
  if (!message.ends_with("is missing")) return pointer;
  const size_t begin = message.find('"');
  return pointer + "/" + message.substr(begin + 1, message.find('"', begin + 1) - begin - 1);
}

}  // namespace

std::vector<std::string> RequirementsOfSchemaError(SubjectType type, const std::string& pointer,
                                                   const std::string& message) {
  if (type == SubjectType::kState) return {"oci-runtime/runtime/state/schema"};
  if (type == SubjectType::kFeatures) return {};
  const std::string place = Place(pointer, message);
  if (place == "/root") return {"oci-runtime/config/root/required"};
  for (const Row& row : kConfig) {
    if (Matches(row.pattern, place)) return {std::string(row.requirement)};
  }
  return {};
}

}  // namespace loadline::validator
