// SPDX-License-Identifier: Apache-2.0
// What a container uses, as its groups count it.
#pragma once

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "reference-runtime/cgroup.h"

namespace loadline::runtime {

// The data of runc's "stats" event: times in nanoseconds, sizes in bytes. What a controller that is
// not there would count is left out.
Result<nlohmann::ordered_json> StatisticsOf(const CgroupPlace& place);

// The two versions' parts: each adds what its files say. `directory` is the group of v2.
void AddV1Statistics(const std::vector<Hierarchy>& hierarchies, const std::string& path,
                     nlohmann::ordered_json& data);
void AddV2Statistics(const std::string& directory, nlohmann::ordered_json& data);

// How a file of a group is read.
enum class Form {
  kNumber,   // one number; "max" is the greatest
  kCount,    // one number; "max" is 0, which means no limit here
  kNumbers,  // numbers between blanks
  kRanges,   // "0-3,7"
  kKey,      // of "key number" lines that of one key
  kLines,    // "key number" lines as an object
};

struct Counter {
  const char* pointer;  // into the data
  const char* file;
  Form form = Form::kNumber;
  const char* key = "";
  uint64_t factor = 1;
};

// Adds what a file says; one that is not there, or says something else, adds nothing.
void AddCounter(const std::string& directory, const Counter& counter, nlohmann::ordered_json& data);
// The names of a directory's files that begin and end with these, without both.
std::vector<std::string> Between(const std::string& directory, const std::string& begin,
                                 const std::string& end);

}  // namespace loadline::runtime
