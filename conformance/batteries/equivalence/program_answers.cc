// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/equivalence/program_answers.h"

#include <set>
#include <sstream>

namespace loadline::conformance::equivalence {
namespace {

using nlohmann::json;

constexpr size_t kShown = 200;  // of a line

std::string Quoted(const json& value) {
  std::string text =
      value.is_null() ? "nothing" : value.dump(-1, ' ', false, json::error_handler_t::replace);
  if (text.size() > kShown) text = text.substr(0, kShown) + "…";
  return text;
}

std::string Both(const std::string& what, const json& native, const json& container) {
  return what + ": natively " + Quoted(native) + ", in the container " + Quoted(container);
}

std::string DifferenceOfLines(const std::string& what, const std::string& native,
                              const std::string& container) {
  std::istringstream one(native);
  std::istringstream two(container);
  for (int number = 1;; ++number) {
    std::string first;
    std::string second;
    const bool more = static_cast<bool>(std::getline(one, first));
    const bool also = static_cast<bool>(std::getline(two, second));
    if (!more && !also) return Both("the last line of the " + what, native, container);
    if (more == also && first == second) continue;
    return Both("line " + std::to_string(number) + " of the " + what, more ? json(first) : json(),
                also ? json(second) : json());
  }
}

std::string DifferenceOfFiles(const json& native, const json& container) {
  std::set<std::string> names;
  for (const json* files : {&native, &container}) {
    for (const auto& file : files->items()) names.insert(file.key());
  }
  for (const std::string& name : names) {
    const json one = native.value(name, json());
    const json two = container.value(name, json());
    if (one != two) return Both("the file " + name, one, two);
  }
  return "";
}

}  // namespace

std::string FirstDifference(const json& native, const json& container) {
  if (native == container) return "";
  for (const char* what : {"errors", "output"}) {
    const std::string one = native.value(what, "");
    const std::string two = container.value(what, "");
    if (one != two) return DifferenceOfLines(what, one, two);
  }
  if (native.value("end", "") != container.value("end", ""))
    return Both("the end", native.value("end", json()), container.value("end", json()));
  return DifferenceOfFiles(native.value("files", json::object()),
                           container.value("files", json::object()));
}

}  // namespace loadline::conformance::equivalence
