// SPDX-License-Identifier: Apache-2.0
// Each test here fails without its part of the remedy that schema_set.cc describes.
#include "schema/schema_set.h"

#include <nlohmann/json.hpp>

namespace loadline::schema {
namespace {

using Json = nlohmann::json;

Json Good() {
  return Json::parse(R"({"ociVersion": "1.3.0", "root": {"path": "rootfs"},
    "process": {"cwd": "/", "args": ["x"], "user": {"uid": 0, "gid": 0},
                "rlimits": [{"type": "RLIMIT_CORE", "soft": 18446744073709551615, "hard": 18446744073709551615}]},
    "linux": {"namespaces": [{"type": "pid"}], "seccomp": {"defaultAction": "SCMP_ACT_ALLOW",
              "syscalls": [{"names": ["getcwd"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 0, "value": 18446744073709551615, "op": "SCMP_CMP_EQ"}]}]}}})");
}

std::vector<SchemaError> Check(const Json& document,
                               const char* schema = "oci-runtime/config.json") {
  auto errors = CheckSchema(schema, document);
  EXPECT_TRUE(errors.has_value()) << errors.error().ToLine();
  EXPECT_EQ(KeepsToSchema(schema, document).value(), errors->empty());
  return errors.has_value() ? *errors : std::vector<SchemaError>();
}

std::string Text(const std::vector<SchemaError>& errors) {
  std::string text;
  for (const SchemaError& error : errors) text += error.pointer + ": " + error.message + "\n";
  return text;
}

TEST(SchemaSet, LargeUnsignedIntegersAreGood) { EXPECT_EQ(Text(Check(Good())), ""); }

TEST(SchemaSet, LargeIntegersAreJudgedExactly) {
  Json config = Good();
  config["linux"]["resources"]["memory"]["limit"] = 9223372036854775808ULL;
  EXPECT_EQ(Text(Check(config)),
            "/linux/resources/memory/limit: 9223372036854775808 is above the largest value, "
            "9223372036854775807\n");
  config["linux"]["resources"]["memory"]["limit"] = 9223372036854775807ULL;
  EXPECT_EQ(Text(Check(config)), "");
}

TEST(SchemaSet, DefinitionsOfTheSameNameInTwoFilesStayApart) {
  // linux.json and zos.json both have "#/definitions/namespace-type".
  Json config = Good();
  config["linux"]["namespaces"] = Json::array({{{"type", "network"}}});
  EXPECT_EQ(Text(Check(config)), "");
  config["zos"]["namespaces"] = Json::array({{{"type", "network"}}});
  EXPECT_EQ(Text(Check(config)),
            "/zos/namespaces/0/type: \"network\" is not one of pid, mount, ipc, uts\n");
}

TEST(SchemaSet, RelativeReferencesNeedNoAddress) {
  Json config = Good();
  config["hooks"]["poststop"] = Json::array({{{"path", 7}}});
  EXPECT_EQ(Text(Check(config)), "/hooks/poststop/0/path: 7 is not a string\n");
}

TEST(SchemaSet, LongStringsDoNotOverflowTheStack) {
  Json config = Good();
  config["process"]["rlimits"][0]["type"] = "RLIMIT_" + std::string(1000000, 'A');
  EXPECT_EQ(Text(Check(config)), "");
  config["process"]["rlimits"][0]["type"] = "RLIMIT_" + std::string(1000000, 'a');
  EXPECT_EQ(Check(config).size(), 1u);
}

TEST(SchemaSet, OneDefectIsOneError) {
  Json config = Good();
  config["linux"]["namespaces"][0]["type"] = "net";
  EXPECT_EQ(Text(Check(config)),
            "/linux/namespaces/0/type: \"net\" is not one of pid, network, mount, ipc, uts, user, "
            "cgroup, time\n");
  config = Good();
  config["process"].erase("cwd");
  EXPECT_EQ(Text(Check(config)), "/process: the property \"cwd\" is missing\n");
}

TEST(SchemaSet, PointersAreEscaped) {
  Json config = Good();
  config["annotations"]["a/b~c"] = 1;
  EXPECT_EQ(Text(Check(config)), "/annotations/a~1b~0c: 1 is not a string\n");
}

TEST(SchemaSet, ErrorsAreBounded) {
  Json config = Good();
  config["process"]["args"] = std::vector<int>(10000, 1);
  EXPECT_EQ(Check(config).size(), 100u);
}

TEST(SchemaSet, UnknownPropertiesAreAllowed) {
  Json config = Good();
  config["linux"]["new"] = {{"x", 1}};
  EXPECT_EQ(Text(Check(config)), "");
}

TEST(SchemaSet, AnUnknownSchemaIsAnError) {
  EXPECT_EQ(CheckSchema("oci-runtime/nothing.json", Json()).error().ToLine(),
            "there is no schema oci-runtime/nothing.json");
}

}  // namespace
}  // namespace loadline::schema
