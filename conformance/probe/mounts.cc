// SPDX-License-Identifier: Apache-2.0
// The mount table, by destination.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "conformance/probe/observe.h"
#include "conformance/probe/text.h"

namespace loadline::probe {
namespace {

using Json = nlohmann::json;

std::vector<std::string> SplitByComma(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) parts.push_back(part);
  std::sort(parts.begin(), parts.end());
  return parts;
}

// The kernel writes space, tab, newline and backslash as \ooo.
std::string Unescape(const std::string& text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size()) {
      plain += static_cast<char>(std::stoi(text.substr(i + 1, 3), nullptr, 8));
      i += 3;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

std::string Propagation(const std::vector<std::string>& tags) {
  std::string text;
  for (const std::string& tag : tags) {
    const char* word = tag.starts_with("shared:")   ? "shared"
                       : tag.starts_with("master:") ? "slave"
                       : tag == "unbindable"        ? "unbindable"
                                                    : nullptr;
    if (word != nullptr) text += (text.empty() ? "" : ",") + std::string(word);
  }
  return text.empty() ? "private" : text;
}

}  // namespace

Json ObserveMountsOf(const std::string& process) {
  const std::string table = ReadText("/proc/" + process + "/mountinfo");
  Json mounts;
  int index = 0;
  for (const std::string& line : Lines(table)) {
    const auto words = Words(line);
    const auto dash = std::find(words.begin(), words.end(), "-");
    if (words.size() < 6 || words.end() - dash < 4) continue;
    const std::vector<std::string> tags(words.begin() + 6, dash);
    // A later mount on the same destination covers the earlier one.
    mounts[Unescape(words[4])] = {{"fstype", dash[1]},
                                  {"source", Unescape(dash[2])},
                                  {"root", Unescape(words[3])},
                                  {"flags", SplitByComma(words[5])},
                                  {"superOptions", SplitByComma(dash[3])},
                                  {"propagation", Propagation(tags)},
                                  {"index", index++}};
  }
  return mounts;
}

namespace {

// The shape of the tree that the table describes: how many mounts have a parent that is not in it,
// how many of those beside the first hang below it with the root itself as their place.
Json TreeOf(const std::string& table) {
  std::set<std::string> ids;
  for (const std::string& line : Lines(table)) {
    if (const auto words = Words(line); words.size() > 5) ids.insert(words[0]);
  }
  int roots = 0;
  int at_root = 0;
  for (const std::string& line : Lines(table)) {
    const auto words = Words(line);
    if (words.size() < 6) continue;
    // The first mount of all is its own parent.
    if (words[0] == words[1] || !ids.contains(words[1])) ++roots;
    if (words[4] == "/") ++at_root;
  }
  return {{"roots", roots}, {"atRoot", at_root}};
}

// What lies at "/" and what ".." makes of it.
void AddIdentityOfRoot(Json& root) {
  struct stat info {};
  struct stat above {};
  if (stat("/", &info) != 0 || stat("/..", &above) != 0) return;
  root["filesystem"] = FilesystemOf(info);
  root["inode"] = info.st_ino;
  root["nothingAbove"] = info.st_dev == above.st_dev && info.st_ino == above.st_ino;
}

}  // namespace

void ObserveMounts(Json& probe) {
  Json mounts = ObserveMountsOf("self");
  if (mounts.is_null()) {
    probe["unavailable"]["mounts"] = "/proc/self/mountinfo cannot be read";
    return;
  }
  probe["mounts"] = std::move(mounts);
  probe["mountTree"] = TreeOf(ReadText("/proc/self/mountinfo"));
  const auto root = probe["mounts"].find("/");
  if (root == probe["mounts"].end()) return;
  const auto& flags = (*root)["flags"];
  probe["root"] = {{"readonly", std::find(flags.begin(), flags.end(), "ro") != flags.end()},
                   {"propagation", (*root)["propagation"]}};
  AddIdentityOfRoot(probe["root"]);
}

Json ObserveGroups(const std::string& group) {
  const Json mounts = ObserveMountsOf("self");
  Json groups = Json::array();
  for (const auto& mount : mounts.items()) {
    const std::string type = mount.value().value("fstype", "");
    const std::string directory = mount.key() + group;
    if (type.starts_with("cgroup") && access(directory.c_str(), F_OK) == 0)
      groups.push_back(directory);
  }
  return groups;
}

}  // namespace loadline::probe
