// SPDX-License-Identifier: Apache-2.0
// For tests: whole certifications of scripted runtimes (fake_runtime.h) on a few cases.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "base/temp_dir.h"
#include "conformance/certify.h"
#include "conformance/harness/cgroups.h"
#include "conformance/harness/fake_runtime.h"
#include "reports/model_json.h"
#include "schema/schema_set.h"

namespace loadline::conformance {

// Both look at one run of the probe; the second cannot hold.
inline constexpr const char* kCases = R"({"schemaVersion": 1, "cases": [
  {"id": "t/good", "title": "t", "requirements": ["oci-runtime/config-linux/namespaces/new-when-no-path"],
   "expect": {"probe": {"uid": {"real": 0}}, "host": {"process": {"exitCode": 0}}}},
  {"id": "t/bad", "title": "t", "requirements": ["oci-runtime/config-linux/namespaces/new-when-no-path"],
   "expect": {"probe": {"uid": {"real": 77}}}},
  {"id": "t/refused", "title": "t", "requirements": ["oci-runtime/config-linux/namespaces/new-when-no-path"],
   "steps": ["create", {"do": "create", "fails": true, "control": {"steps": ["create"]}}]},
  {"id": "t/state", "title": "t", "requirements": ["oci-runtime/config-linux/namespaces/new-when-no-path"],
   "steps": ["create", {"do": "state", "then": {"state": {"state": {"id": "${id}"}}}}, "start", "wait", "delete",
             {"do": "state", "fails": true, "control": {"steps": ["create", "state"]}}]},
  {"id": "t/together", "title": "t", "requirements": ["oci-runtime/config-linux/namespaces/new-when-no-path"],
   "steps": ["create", {"do": "together", "steps": ["state", "state", "state"], "succeed": 3}]},
  {"id": "t/perhaps", "title": "t", "requirements": ["oci-runtime/config-linux/namespaces/new-when-no-path"],
   "config": {"hostname": "told"}, "expect": {"features": {"features": {"told": true}}},
   "steps": ["features", {"do": "create", "fails": "perhaps", "control": {"config": {"hostname": "plain"}}}, "start"]},
  {"id": "t/without", "title": "t", "requirements": ["oci-runtime/config-linux/namespaces/new-when-no-path"],
   "steps": [{"do": "create", "without": ["id"], "fails": true, "control": {"steps": ["create"]}}]},
  {"id": "t/said", "title": "t", "requirements": ["oci-runtime/config-linux/namespaces/new-when-no-path"],
   "steps": [{"do": "create", "umask": "0037"}, {"do": "start", "umask": "0037"}],
   "expect": {"calls": {"create": {"lines": 2}, "start": {"lines": 0}}, "probe": {"umask": "0037"}}},
  {"id": "t/needy", "title": "t", "needs": ["cap-none-such"],
   "requirements": ["oci-runtime/config-linux/namespaces/new-when-no-path"],
   "expect": {"probe": {"uid": {"real": 0}}}}
]})";

class CertifyFake : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "cells need root";
    directory_.emplace(TempDir::Make("loadline-test").value());
    std::filesystem::create_directory(directory_->path() + "/cases");
    std::ofstream(directory_->path() + "/cases/t.json") << kCases;
    options_.case_directories = {directory_->path() + "/cases"};
    options_.probe = LOADLINE_BINARY_DIR "/loadline-probe";
  }

  // Certifies a fake of the given mode; the results by id.
  std::map<std::string, reports::CheckResult> Results(const std::string& mode) {
    options_.candidate = WriteFakeRuntime(directory_->path(), mode);
    auto report = Certify(options_);
    EXPECT_TRUE(report.has_value()) << report.error().ToLine();
    std::map<std::string, reports::CheckResult> results;
    if (!report) return results;
    version_ = report->subjects.at(0).version;
    ExpectSound(*report);
    for (reports::CheckResult& result : report->results)
      results[result.id.substr(0, result.id.find('@'))] = std::move(result);
    ExpectNoGroups();
    return results;
  }

  // Certifies one that does `what` (shell text) when it is called with the verb.
  std::map<std::string, reports::CheckResult> When(const std::string& verb,
                                                   const std::string& what) {
    return Results("[ \"$verb\" != " + verb + " ] || { " + what + "; }");
  }

  // Whatever a candidate says, the report about it keeps to its schema.
  static void ExpectSound(const reports::Report& report) {
    const auto document = nlohmann::json::parse(
        reports::ToJson(report).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    const auto errors = schema::CheckSchema("loadline/report.json", document);
    ASSERT_TRUE(errors.has_value()) << errors.error().ToLine();
    for (const schema::SchemaError& error : *errors)
      ADD_FAILURE() << error.pointer << ": " << error.message;
  }

  static void ExpectNoGroups() {
    const auto hierarchies = Hierarchies();
    ASSERT_TRUE(hierarchies.has_value());
    for (const Hierarchy& hierarchy : *hierarchies) {
      std::error_code error;
      for (const auto& entry :
           std::filesystem::directory_iterator(hierarchy.mount + "/loadline", error))
        EXPECT_FALSE(entry.path().filename().string().starts_with(std::to_string(getpid()) + "-"))
            << entry.path();
    }
  }

  std::optional<TempDir> directory_;
  CertifyOptions options_;
  std::string version_;
};

}  // namespace loadline::conformance
