// SPDX-License-Identifier: Apache-2.0
#include "reports/run_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

namespace loadline::reports {
namespace {

using Texts = std::vector<std::string>;

struct ListMember {
  const char* name;
  Texts Run::*list;
};
constexpr ListMember kLists[] = {{"batteries", &Run::batteries},
                                 {"sampled", &Run::sampled},
                                 {"only", &Run::only},
                                 {"shards", &Run::shards},
                                 {"ignored", &Run::ignored}};

struct TextMember {
  const char* name;
  std::string Run::*text;
};
constexpr TextMember kTexts[] = {{"fault", &Run::fault},
                                 {"cases", &Run::cases},
                                 {"bundle", &Run::bundle},
                                 {"failLevel", &Run::fail_level}};

struct FlagMember {
  const char* name;
  bool Run::*flag;
};
constexpr FlagMember kFlags[] = {{"dryRun", &Run::dry_run}, {"shallow", &Run::shallow}};

Texts Union(const Texts& one, const Texts& other) {
  std::set<std::string> all(one.begin(), one.end());
  all.insert(other.begin(), other.end());
  return {all.begin(), all.end()};
}

// "1/3", "2/3" and "3/3".
bool AreAll(const Texts& shards) {
  const std::string count = shards.front().substr(shards.front().find('/'));
  return std::all_of(shards.begin(), shards.end(),
                     [&](const std::string& shard) { return shard.ends_with(count); }) &&
         "/" + std::to_string(shards.size()) == count;
}

}  // namespace

nlohmann::ordered_json RunToJson(const Run& run) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const ListMember& member : kLists) {
    if (const Texts& list = run.*member.list; !list.empty()) json[member.name] = list;
  }
  for (const TextMember& member : kTexts) {
    if (const std::string& text = run.*member.text; !text.empty()) json[member.name] = text;
  }
  for (const FlagMember& member : kFlags) {
    if (run.*member.flag) json[member.name] = true;
  }
  return json;
}

Run RunFromJson(const nlohmann::json& json) {
  Run run;
  for (const ListMember& member : kLists) run.*member.list = json.value(member.name, Texts());
  for (const TextMember& member : kTexts) run.*member.text = json.value(member.name, "");
  for (const FlagMember& member : kFlags) run.*member.flag = json.value(member.name, false);
  return run;
}

Run MergeRuns(const Run& one, const Run& other) {
  Run both;
  for (const ListMember& member : kLists)
    both.*member.list = Union(one.*member.list, other.*member.list);
  for (const TextMember& member : kTexts)
    both.*member.text = (one.*member.text).empty() ? other.*member.text : one.*member.text;
  for (const FlagMember& member : kFlags)
    both.*member.flag = one.*member.flag || other.*member.flag;
  // Every shard of one run together are the whole; a whole beside a shard is not more than a whole.
  const bool whole = one.shards.empty() || other.shards.empty();
  if (!both.shards.empty() && (AreAll(both.shards) || (whole && one.batteries == other.batteries)))
    both.shards.clear();
  return both;
}

}  // namespace loadline::reports
