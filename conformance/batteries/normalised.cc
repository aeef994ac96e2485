// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/normalised.h"

#include <algorithm>

namespace loadline::conformance {
namespace {

using nlohmann::json;

constexpr size_t kShown = 160;  // bytes of a value in a message

constexpr Varying kAlways[] = {
    {"/namespaces", "the kernel numbers namespaces"},
    {"/sessionKeyring", "the kernel numbers keyrings"},
    {"/root/inode", "each root filesystem is a directory of its own"},
    {"/mounts/~1/root", "each root filesystem is a directory of its own"},
    {"/mounts/*/index", "the order in the table is the order of the mounts"},
    {"/time", "the clocks go on"},
};

void Erase(json& value, const std::string& pointer) {
  if (!value.is_object() || pointer.empty()) return;
  const size_t slash = pointer.find('/', 1);
  std::string name = pointer.substr(1, slash == std::string::npos ? slash : slash - 1);
  const std::string rest = slash == std::string::npos ? "" : pointer.substr(slash);
  if (name == "*") {
    for (json& member : value) Erase(member, rest);
    return;
  }
  // A member's own name may hold slashes; in a pointer they are "~1" (RFC 6901).
  for (size_t at = name.find("~1"); at != std::string::npos; at = name.find("~1", at + 1))
    name.replace(at, 2, "/");
  if (!value.contains(name)) return;
  if (rest.empty()) {
    value.erase(name);
  } else {
    Erase(value[name], rest);
  }
}

// "pipe:[4711]" as "pipe".
void ForgetNumbers(json& descriptors) {
  if (!descriptors.is_object()) return;
  for (json& target : descriptors) {
    if (!target.is_string()) continue;
    const auto& text = target.get_ref<const std::string&>();
    if (const size_t number = text.find(":["); number != std::string::npos)
      target = text.substr(0, number);
  }
}

// What lies in the container's own root filesystem is named by its place in there: where that
// stands is the caller's choice.
void ForgetPlaceOfRoot(json& mounts) {
  if (!mounts.is_object() || !mounts.contains("/")) return;
  const std::string own = mounts["/"].value("root", "/");
  if (own == "/") return;
  for (json& mount : mounts) {
    const std::string root = mount.value("root", "");
    if ((root + "/").starts_with(own + "/")) mount["root"] = "ROOT" + root.substr(own.size());
  }
}

json WithoutId(const json& document, const std::string& id) {
  if (id.empty()) return document;
  std::string text = document.dump(-1, ' ', false, json::error_handler_t::replace);
  for (size_t at = text.find(id); at != std::string::npos; at = text.find(id, at + 2))
    text.replace(at, id.size(), "ID");
  return json::parse(text, nullptr, false);
}

std::string Shown(const json& value) {
  std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  if (text.size() > kShown) text = text.substr(0, kShown) + "…";
  return text;
}

}  // namespace

json Normalised(const json& observation, const std::string& id, std::span<const Varying> more) {
  json normalised = WithoutId(observation, id);
  if (normalised.contains("mounts")) ForgetPlaceOfRoot(normalised["mounts"]);
  for (const Varying& one : kAlways) Erase(normalised, one.pointer);
  for (const Varying& one : more) Erase(normalised, one.pointer);
  if (normalised.contains("fds")) ForgetNumbers(normalised["fds"]);
  return normalised;
}

std::vector<std::string> Differences(const json& expected, const json& seen) {
  std::vector<std::string> differences;
  for (const json& change : json::diff(expected, seen)) {
    const std::string place = change.at("path");
    const bool gone = change.at("op") == "remove";
    const bool new_here = change.at("op") == "add";
    differences.push_back(place + " is " + (gone ? "nothing" : Shown(change.at("value"))) +
                          " instead of " +
                          (new_here ? "nothing" : Shown(expected.at(json::json_pointer(place)))));
  }
  return differences;
}

std::string InShort(const std::vector<std::string>& differences) {
  if (differences.empty()) return "";
  const size_t more = differences.size() - 1;
  return differences.front() + (more == 0 ? "" : "; and " + std::to_string(more) + " more");
}

}  // namespace loadline::conformance
