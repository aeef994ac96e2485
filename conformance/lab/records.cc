// SPDX-License-Identifier: Apache-2.0
#include "conformance/lab/records.h"

#include <sstream>

namespace loadline::lab {
namespace {

// A header is "kind number name-length size\n" and then the name.
constexpr size_t kLongestLine = 256;
constexpr uint64_t kLargest = uint64_t{1} << 30;

}  // namespace

std::string GuestPlan::ToText() const {
  std::string text;
  const auto add = [&](std::string_view key, const std::string& value) {
    text += std::string(key) + "=" + value + '\0';
  };
  add("cgroup", cgroup);
  add("init", init);
  if (rootless) add("rootless", "yes");
  for (const std::string& word : command) add("word", word);
  for (const std::string& variable : environment) add("environment", variable);
  return text;
}

Result<GuestPlan> GuestPlan::Parse(std::string_view text) {
  GuestPlan plan;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\0'), text.size());
    const std::string_view entry = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const size_t equals = entry.find('=');
    if (equals == std::string_view::npos) return Failure("the lab's plan is damaged");
    const std::string_view key = entry.substr(0, equals);
    const std::string value(entry.substr(equals + 1));
    if (key == "cgroup") plan.cgroup = value;
    if (key == "init") plan.init = value;
    if (key == "rootless") plan.rootless = true;
    if (key == "word") plan.command.push_back(value);
    if (key == "environment") plan.environment.push_back(value);
  }
  if (plan.command.empty()) return Failure("the lab's plan has no command");
  return plan;
}

std::string HeaderOf(const Record& record) {
  return record.kind + " " + std::to_string(record.number) + " " +
         std::to_string(record.name.size()) + " " + std::to_string(record.size) + "\n" +
         record.name;
}

Result<void> RecordReader::Take(std::string_view bytes) {
  pending_ += bytes;
  while (true) {
    const size_t line = pending_.find('\n');
    if (line == std::string::npos && pending_.size() < kLongestLine) return {};
    Record record;
    uint64_t name_size = 0;
    std::istringstream header(pending_.substr(0, std::min(line, kLongestLine)));
    if (!(header >> record.kind >> record.number >> name_size >> record.size) ||
        name_size > kLargest || record.size > kLargest)
      return Failure("the lab sent something that is no record");
    const size_t whole = line + 1 + name_size + record.size;
    if (pending_.size() < whole) return {};
    record.name = pending_.substr(line + 1, name_size);
    const std::string content = pending_.substr(line + 1 + name_size, record.size);
    pending_.erase(0, whole);
    RETURN_IF_ERROR(handler_(record, content));
  }
}

}  // namespace loadline::lab
