// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/statistics.h"

#include <dirent.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>

#include "base/files.h"
#include "reference-runtime/words.h"

namespace loadline::runtime {
namespace {

using Json = nlohmann::ordered_json;

std::optional<uint64_t> Number(const std::string& text, uint64_t factor) {
  if (text == "max") return UINT64_MAX;
  uint64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || parsed.ec != std::errc() || parsed.ptr != text.data() + text.size())
    return std::nullopt;
  return number * factor;
}

Json Numbers(const std::string& text) {
  Json list = Json::array();
  for (const std::string& word : Words(text)) {
    if (const auto number = Number(word, 1)) list.push_back(*number);
  }
  return list;
}

Json Ranges(const std::string& text) {
  Json list = Json::array();
  for (const std::string& range : SplitText(text.substr(0, text.find('\n')), ',')) {
    const size_t dash = range.find('-');
    const auto first = Number(range.substr(0, dash), 1);
    const auto last = dash == std::string::npos ? first : Number(range.substr(dash + 1), 1);
    if (!first || !last || *last > 1 << 16) continue;
    for (uint64_t i = *first; i <= *last; ++i) list.push_back(i);
  }
  return list;
}

Json Lines(const std::string& text, uint64_t factor) {
  Json lines = Json::object();
  for (const std::string& line : SplitText(text, '\n')) {
    const auto words = Words(line);
    const auto number = words.size() == 2 ? Number(words[1], factor) : std::nullopt;
    if (number) lines[words[0]] = *number;
  }
  return lines;
}

Json ValueOf(const std::string& text, const Counter& counter) {
  const auto words = Words(text);
  switch (counter.form) {
    case Form::kNumber:
    case Form::kCount: {
      const auto number = words.empty() ? std::nullopt : Number(words[0], counter.factor);
      if (!number) return Json();
      return counter.form == Form::kCount && *number == UINT64_MAX ? Json(0) : Json(*number);
    }
    case Form::kNumbers:
      return Numbers(text);
    case Form::kRanges:
      return Ranges(text);
    case Form::kKey: {
      const Json lines = Lines(text, counter.factor);
      return lines.contains(counter.key) ? lines[counter.key] : Json();
    }
    case Form::kLines:
      return Lines(text, counter.factor);
  }
  return Json();
}

}  // namespace

void AddCounter(const std::string& directory, const Counter& counter, Json& data) {
  const auto text = ReadFile(directory + "/" + counter.file);
  if (!text.has_value()) return;
  Json value = ValueOf(*text, counter);
  if (!value.is_null()) data[Json::json_pointer(counter.pointer)] = std::move(value);
}

std::vector<std::string> Between(const std::string& directory, const std::string& begin,
                                 const std::string& end) {
  std::vector<std::string> names;
  std::unique_ptr<DIR, int (*)(DIR*)> stream(opendir(directory.c_str()), closedir);
  while (const dirent* entry = stream ? readdir(stream.get()) : nullptr) {
    const std::string name = entry->d_name;
    if (name.size() > begin.size() + end.size() && name.starts_with(begin) && name.ends_with(end))
      names.push_back(name.substr(begin.size(), name.size() - begin.size() - end.size()));
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<Json> StatisticsOf(const CgroupPlace& place) {
  if (place.path.empty())
    return Failure("the container has no control group, so nothing is counted",
                   "give it a linux.cgroupsPath or linux.resources");
  ASSIGN_OR_RETURN(const auto hierarchies, FindHierarchies(place));
  const Json none = Json::object();
  Json data = {{"cpu", {{"usage", none}, {"throttling", none}}},
               {"cpuset", none},
               {"memory", none},
               {"pids", none},
               {"blkio", none},
               {"hugetlb", none},
               {"intel_rdt", none},
               {"network_interfaces", nullptr}};
  AddV1Statistics(hierarchies, place.path, data);
  if (const Hierarchy* unified = FindUnified(hierarchies); unified != nullptr)
    AddV2Statistics(unified->mount_point + place.path, data);
  return data;
}

}  // namespace loadline::runtime
