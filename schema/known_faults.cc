// SPDX-License-Identifier: Apache-2.0
#include "schema/known_faults.h"

#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "schema/files.h"

namespace loadline::schema {
namespace {

std::vector<KnownFault> Read(std::string_view text) {
  std::vector<KnownFault> faults;
  const auto document = nlohmann::json::parse(text);
  for (const auto& entry : document.at("faults"))
    faults.push_back({entry.at("id"), entry.at("title"), entry.at("runtimes"), entry.at("checks"),
                      entry.value("given", std::vector<std::string>())});
  return faults;
}

}  // namespace

const std::vector<KnownFault>& KnownFaults() {
  static const std::vector<KnownFault> faults = [] {
    try {
      return Read(SchemaFile("faults/known.json").value());
    } catch (const std::exception& problem) {
      std::fprintf(stderr, "loadline: the embedded list of faults is broken: %s\n", problem.what());
      std::abort();
    }
  }();
  return faults;
}

}  // namespace loadline::schema
